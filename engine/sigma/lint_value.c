#include "engine/sigma/lint.h"

#include "engine/base/regex_slow.h"
#include "engine/sigma/value.h"

/* What the linter has to know of an item's modifiers. */
enum {
	CONTAINS = 1,
	AFFIX = 2, /* startswith, endswith */
	ALL = 4,
	RE = 8,
	OFFSET = 16,
	OTHER = 32,
};

struct item_view {
	struct loader *loader;
	const struct yaml *key;
	struct str field;
	unsigned has;
	size_t n; /* values */
};

static unsigned
modifier_bit(struct str name)
{
	static const struct {
		struct str name;
		unsigned bit;
	} rows[] = {
	    {STR_INIT("contains"),     CONTAINS},
	    {STR_INIT("startswith"),   AFFIX   },
	    {STR_INIT("endswith"),     AFFIX   },
	    {STR_INIT("all"),          ALL     },
	    {STR_INIT("re"),           RE      },
	    {STR_INIT("base64offset"), OFFSET  },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (str_eq(name, rows[i].name))
			return rows[i].bit;
	}
	return OTHER;
}

static void
read_modifiers(struct item_view *v)
{
	struct str seen[16], rest;
	size_t n = 0;
	bool more = str_cut(v->key->text, '|', &v->field, &rest);

	while (more && n < sizeof(seen) / sizeof(seen[0])) {
		size_t at = (size_t)(rest.p - v->key->text.p);
		bool twice = false;

		more = str_cut(rest, '|', &seen[n], &rest);
		v->has |= modifier_bit(seen[n]);
		for (size_t i = 0; i < n; i++)
			twice |= str_eq(seen[i], seen[n]);
		if (twice)
			err_warn(v->loader->err,
			    place_inside(v->loader, v->key, at),
			    "invalid_modifier_combinations",
			    "'%.*s' stands here for the second time",
			    STR_ARG(seen[n]));
		n++;
	}
}

static void
lint_modifiers(struct item_view *v, const struct yaml *value)
{
	struct err *err = v->loader->err;
	struct place at = v->key->at;
	bool wild = false;

	for (size_t i = 0; value->kind == YAML_LIST && i < value->n; i++)
		wild |= str_find_char(value->items[i]->text, '*') != SIZE_MAX;
	if ((v->has & ALL) != 0 && v->n < 2) {
		err_warn(
		    err, at, "all_with_one_value", "'all' has one value only");
	} else if (v->has == ALL && v->field.n > 0 && !wild) {
		err_warn(err, at, "invalid_modifier_combinations",
		    "a field cannot be equal to all of several values");
		err_hint(err, "did you mean 'contains|all'?");
	}
	if ((v->has & OFFSET) != 0 && (v->has & CONTAINS) == 0) {
		err_warn(err, at, "invalid_modifier_combinations",
		    "'base64offset' gives a part of a text, which is hardly "
		    "ever the whole value");
		err_hint(err, "did you mean 'base64offset|contains'?");
	}
}

/* A value of `*x`, `x*` or `*x*` says what a modifier says better. */
static const char *
better_modifier(struct str s)
{
	bool front, back;

	if (s.n < 2)
		return NULL;
	front = s.p[0] == '*';
	back = s.p[s.n - 1] == '*' && s.p[s.n - 2] != '\\';
	if (!front && !back)
		return NULL;
	s = str_make(s.p + front, s.n - front - back);
	if (str_find_char(s, '*') != SIZE_MAX ||
	    str_find_char(s, '?') != SIZE_MAX)
		return NULL;
	return front && back ? "contains" : front ? "endswith" : "startswith";
}

static bool
has_control(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if (c < 0x20 && c != '\t' && c != '\n' && c != '\r')
			return true;
	}
	return false;
}

static bool
is_old_bool(struct str s)
{
	return str_eq_nocase(s, STR("yes")) || str_eq_nocase(s, STR("no")) ||
	       str_eq_nocase(s, STR("on")) || str_eq_nocase(s, STR("off"));
}

static void
lint_plain(struct item_view *v, const struct yaml *value)
{
	struct err *err = v->loader->err;
	const char *better = better_modifier(value->text);
	double number;

	if (v->field.n == 0)
		return;
	if (better != NULL) {
		err_warn(err, value->at, "wildcards_instead_of_modifiers",
		    "the wildcard at the edge says what '%s' says", better);
		err_hint(err, "write '%.*s|%s'", STR_ARG(v->field), better);
	}
	if (!value->plain && value_is_number(value->text, &number))
		err_warn(err, value->at, "number_as_string",
		    "the number '%.*s' needs no quotes", STR_ARG(value->text));
	if (value->plain && is_old_bool(value->text)) {
		err_warn(err, value->at, "ambiguous_scalar",
		    "'%.*s' is taken as text; older YAML reads a truth value",
		    STR_ARG(value->text));
		err_hint(err, "write it in quotes");
	}
}

static void
lint_value(struct item_view *v, const struct yaml *value)
{
	struct err *err = v->loader->err;
	struct str s = value->text;

	if (value->kind != YAML_SCALAR)
		return;
	if (v->has == 0)
		lint_plain(v, value);
	if ((v->has & RE) == 0 && str_find(s, STR("**")) != SIZE_MAX &&
	    str_find(s, STR("\\**")) == SIZE_MAX)
		err_warn(err, value->at, "double_wildcard",
		    "two wildcards in a row are one");
	if ((v->has & RE) != 0 && regex_slow_at(s) != SIZE_MAX) {
		err_warn(err, value->at, "slow_regex",
		    "the repeated group at character %zu of the expression "
		    "can take for ever", regex_slow_at(s) + 1);
		err_hint(err, "make it possessive (')++' or '(?>...)'), or let "
		    "each round begin with what the one before cannot hold");
	}
	if ((v->has & RE) != 0 && str_has_prefix(s, STR("(?i)"))) {
		err_warn(err, value->at, "re_inline_flag",
		    "flags inside a regular expression are deprecated");
		err_hint(err, "write '%.*s|re|i'", STR_ARG(v->field));
	}
	if (has_control(s))
		err_warn(err, value->at, "control_character",
		    "there is a control character in this value");
	if ((v->has & (CONTAINS | AFFIX)) != 0 && s.n == 0)
		err_warn(err, value->at, "empty_value",
		    "an empty text is part of every value");
}

static void
lint_repeats(struct item_view *v, const struct yaml *list)
{
	struct map seen;

	map_init(&seen);
	for (size_t i = 0; i < list->n; i++) {
		struct yaml *item = list->items[i];

		if (item->kind != YAML_SCALAR)
			continue;
		if (map_put(&seen, item->text, item) != NULL)
			err_warn(v->loader->err, item->at, "duplicate_value",
			    "this value stands in the list before");
	}
	map_fini(&seen);
}

static void
lint_item(struct loader *l, const struct yaml *key, const struct yaml *value)
{
	struct item_view v = {.loader = l, .key = key};

	v.n = value->kind == YAML_LIST ? value->n : 1;
	read_modifiers(&v);
	lint_modifiers(&v, value);
	if (value->kind != YAML_LIST) {
		lint_value(&v, value);
		return;
	}
	for (size_t i = 0; i < value->n; i++)
		lint_value(&v, value->items[i]);
	if (value->n > 1)
		lint_repeats(&v, value);
}

static void
lint_part(struct loader *l, const struct yaml *part)
{
	if (part->kind == YAML_MAP) {
		for (size_t i = 0; i < part->n; i++)
			lint_item(l, part->pairs[i].key, part->pairs[i].value);
	} else if (part->kind == YAML_LIST) {
		for (size_t i = 0; i < part->n; i++)
			lint_part(l, part->items[i]);
	}
}

void
lint_selections(struct loader *l, const struct yaml *detection)
{
	for (size_t i = 0; i < detection->n; i++) {
		if (!str_eq(detection->pairs[i].key->text, STR("condition")))
			lint_part(l, detection->pairs[i].value);
	}
}
