/*
 * Private: one detection item (`Field|modifier: values`) on its way from YAML
 * to tests. Modifiers change its values one after the other.
 */
#ifndef VIGIE_SIGMA_VALUE_H
#define VIGIE_SIGMA_VALUE_H

#include "engine/sigma/loader.h"
#include "engine/sigma/wild.h"

enum value_kind {
	VALUE_TEXT,   /* pattern */
	VALUE_NUMBER, /* a plain number: number and raw */
	VALUE_BOOL,   /* a plain true or false */
	VALUE_NULL,
	VALUE_TEST,  /* a modifier has made a test of it */
	VALUE_GROUP, /* one value became several, any of them */
};

struct value {
	enum value_kind kind;
	struct place at;
	struct str raw; /* as written */
	struct pattern pattern;
	double number;
	bool yes;
	struct sigma_test *test;
	struct value *items; /* VALUE_GROUP */
	size_t n;
};

struct item {
	struct loader *loader;
	const struct yaml *key; /* where the item stands */
	struct str field;       /* empty: keyword */
	size_t modifier; /* where the one applied now begins in key->text */
	struct str name; /* its name */
	size_t count;    /* modifiers applied so far */
	bool all, neq, cased;
	struct value *values;
	size_t n;
};

/* What a scalar is: text, number, bool or null. */
struct value value_read(struct loader *l, const struct yaml *scalar);
/* A number or bool seen as text. */
void value_to_text(struct loader *l, struct value *v);
/* A plain YAML integer or fraction that a double holds exactly enough. */
bool value_is_number(struct str text, double *out);

/* Applies the modifier `name` to the item; false after a mistake. */
bool modifier_apply(struct item *item, struct str name);

/* Fills in %name%; false after a mistake. Without a list for it the loader
 * is set inactive and a warning is given. */
bool placeholder_expand(struct item *item, struct value *v);

/* Turns v into a group of texts; false, with a mistake, when the document's
 * modifiers have made too many values. */
#define VALUE_MAX_MADE 200000
bool value_to_group(
    struct loader *l, struct value *v, const struct wild_set *set);

#endif
