/*
 * Private to this room: what the readers of documents share while the files
 * are loaded. All in the generation's arena.
 */
#ifndef VIGIE_SIGMA_LOADER_H
#define VIGIE_SIGMA_LOADER_H

#include "engine/base/map.h"
#include "engine/sigma/expression.h"
#include "engine/sigma/sigma.h"

enum document_kind { DOCUMENT_RULE, DOCUMENT_CORRELATION, DOCUMENT_FILTER };

enum document_state {
	DOCUMENT_LIVE,
	DOCUMENT_REFUSED,  /* a mistake, said in err */
	DOCUMENT_INACTIVE, /* nothing wrong, but not usable here */
};

/* A reference as it was written. */
struct written {
	struct str text;
	struct place at;
};

/* A filter's target list and condition. */
struct filter {
	bool any;
	struct written *rules;
	size_t n_rules;
	struct sigma_node *root;
};

struct document {
	enum document_kind kind;
	enum document_state state;
	size_t file; /* index into loader.files */
	const struct yaml *yaml;
	struct sigma_rule rule; /* DOCUMENT_RULE */
	struct sigma_correlation *correlation;
	struct written *refs;      /* correlation: refs[i] of correlation */
	struct document **targets; /* correlation: what refs[i] leads to */
	struct filter *filter;
	struct sigma_meta meta; /* of every kind */
	struct logsource source;
	struct document *same_name;  /* the next one named like this */
	struct sigma_node *root;     /* rule: as written */
	struct sigma_node *filtered; /* rule: AND of it and its filters */
	uint32_t index;              /* in its list of the collection */
	uint8_t visit; /* search for circles: 0 new, 1 open, 2 done */
	bool hidden;   /* a part of a correlation with generate: false */
	bool shown;    /* a part of one with generate: true */
	struct err_item why; /* when it is not live; no code: none noted */
};

struct loader {
	struct arena *arena;
	struct word_table *words;
	struct err *err;
	const struct text_file *files;
	size_t n_files;
	struct map placeholders; /* name -> const struct sigma_placeholder */
	struct document **docs;
	size_t n_docs, cap_docs;
	/* What is no document at all: file, place and reason. */
	struct err_item *rubbish;
	size_t n_rubbish, cap_rubbish;
	struct map by_id;   /* id in lower case -> struct document */
	struct map by_name; /* name -> struct document */

	/* Of the document that is read now. */
	size_t file;
	bool inactive; /* a placeholder without list was met */
	size_t made;   /* values that modifiers made of others */
};

/*
 * The place of the byte `offset` of the scalar's text, where the file shows
 * the text as it is; else the scalar's own place (block scalars, escapes).
 */
#define PLACE_MAX_ERRORS 1000 /* then it is not looked for any more */
struct place place_inside(
    const struct loader *l, const struct yaml *scalar, size_t offset);

/* struct sigma_meta and `vigie:`; false when something is wrong. */
bool meta_read(struct loader *l, const struct yaml *doc,
    enum document_kind kind, struct sigma_meta *out);
bool vigie_read(
    struct loader *l, const struct yaml *doc, struct sigma_meta *meta);
/* Is `class:type` one of RSIT's (domain.md section 3.1)? When not, a mistake
 * at `at` is added. */
bool rsit_check(struct loader *l, struct str rsit, struct place at);
struct str rsit_guess(const struct sigma_meta *meta);

bool logsource_read(
    struct loader *l, const struct yaml *doc, struct logsource *out);

/*
 * A map of selections with a `condition` (of `detection:` or `filter:`) as one
 * tree; `skip` are keys that are no selections. `prefix` goes before the names
 * of selections. NULL when something is wrong.
 */
struct sigma_node *detection_read(struct loader *l, const struct yaml *map,
    const struct str *skip, size_t n_skip, struct str prefix);

/* One selection: map, list or scalar. NULL when something is wrong. */
struct sigma_node *selection_read(
    struct loader *l, const struct yaml *value, struct str name);

bool correlation_read(struct loader *l, struct document *doc);
bool filter_read(struct loader *l, struct document *doc);

/* Notes in doc->why the error (else the warning `code`) that was added at
 * `from` or later. */
void document_blame(struct loader *l, struct document *doc, size_t from,
    const char *code);

/* collection->documents (report.c). */
void report_make(struct loader *l, struct sigma_collection *out);

/* After all files: references, filters, muting, and the collection. */
struct sigma_collection *collection_make(struct loader *l);

/* Warnings about style that need one document, or all of them. */
void lint_document(struct loader *l, const struct document *doc);
void lint_collection(struct loader *l);

struct sigma_node *sigma_node_new(
    struct loader *l, enum sigma_op op, struct place at);
void sigma_node_add(
    struct loader *l, struct sigma_node *node, struct sigma_node *child);

#endif
