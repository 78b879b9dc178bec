/*
 * The `expand` modifier: %name% becomes any value of the list `name`. The
 * list's values are Sigma strings like those in rules, so that a list may
 * hold wildcards; in a regular expression they are quoted. `\%` is a percent
 * sign.
 */
#include "engine/sigma/value.h"

#include "engine/base/buf.h"

static bool
is_name_char(char c)
{
	return char_is_alnum(c) || c == '_' || c == '-';
}

/* The length of the placeholder that begins at `at`, or 0. */
static size_t
placeholder_at(struct str text, size_t at)
{
	size_t i = at + 1;

	if (text.p[at] != '%')
		return 0;
	while (i < text.n && is_name_char(text.p[i]))
		i++;
	return i > at + 1 && i < text.n && text.p[i] == '%' ? i + 1 - at : 0;
}

static const struct sigma_placeholder *
find(struct item *item, struct str name, struct place at)
{
	struct loader *l = item->loader;
	const struct sigma_placeholder *p = map_get(&l->placeholders, name);

	if (p != NULL)
		return p;
	l->inactive = true;
	err_warn(l->err, at, "unresolved_placeholder",
	    "there is no list for %%%.*s%%, so this rule is left out",
	    STR_ARG(name));
	err_hint(l->err, "give one with --placeholders");
	return NULL;
}

/* What lies between placeholders, `\%` resolved. */
static struct str
plain_text(struct arena *arena, struct str text)
{
	char *p = arena_text(arena, text.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++) {
		if (text.p[i] == '\\' && i + 1 < text.n && text.p[i + 1] == '%')
			i++;
		p[n++] = text.p[i];
	}
	return str_make(p, n);
}

static struct str
regex_quote(struct arena *arena, struct str text)
{
	char *p = arena_text(arena, 2 * text.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++) {
		if (memchr(".^$*+?()[]{}|\\-/#", text.p[i], 17) != NULL)
			p[n++] = '\\';
		p[n++] = text.p[i];
	}
	return str_make(p, n);
}

struct filling {
	struct item *item;
	struct wild_set *out;
	struct place at;
	bool regex;
	size_t found;
};

static bool
add(struct filling *f, const struct pattern *ways, size_t n)
{
	struct loader *l = f->item->loader;

	if (wild_set_add(f->out, l->arena, ways, n))
		return true;
	l->made = VALUE_MAX_MADE + 1;
	return err_add(l->err, f->at, "too_many_values",
	    "the placeholders give more than %d values", WILD_SET_MAX);
}

static bool
add_list(struct filling *f, struct str name)
{
	struct arena *arena = f->item->loader->arena;
	const struct sigma_placeholder *p = find(f->item, name, f->at);
	struct pattern *ways;

	f->found++;
	if (p == NULL)
		return true;
	ways = ARENA_ARRAY(arena, p->n, struct pattern);
	for (size_t i = 0; i < p->n; i++) {
		if (f->regex)
			ways[i] = wild_literal(
			    arena, regex_quote(arena, p->values[i]));
		else
			ways[i] = wild_parse(arena, p->values[i]);
	}
	return add(f, ways, p->n);
}

static bool
fill_text(struct filling *f, struct str text)
{
	struct arena *arena = f->item->loader->arena;
	struct pattern plain;
	size_t from = 0;

	for (size_t i = 0; i < text.n; i++) {
		size_t n = placeholder_at(text, i);

		if (n == 0 || (i > 0 && text.p[i - 1] == '\\'))
			continue;
		plain = wild_literal(arena,
		    plain_text(arena, str_make(text.p + from, i - from)));
		if (!add(f, &plain, 1) ||
		    !add_list(f, str_make(text.p + i + 1, n - 2)))
			return false;
		from = i + n;
		i = from - 1;
	}
	plain = wild_literal(arena, plain_text(arena, str_skip(text, from)));
	return add(f, &plain, 1);
}

static bool
fill_pattern(struct filling *f, const struct pattern *p)
{
	for (size_t i = 0; i < p->n; i++) {
		struct pattern one = {.pieces = &p->pieces[i], .n = 1};

		if (p->pieces[i].kind == PIECE_TEXT) {
			if (!fill_text(f, p->pieces[i].text))
				return false;
		} else if (!add(f, &one, 1)) {
			return false;
		}
	}
	return true;
}

/* A regular expression for each way to fill it in. */
static void
to_regexes(struct loader *l, struct value *v, const struct wild_set *set)
{
	struct value *items = ARENA_ARRAY(l->arena, set->n, struct value);

	for (size_t i = 0; i < set->n; i++) {
		items[i] = *v;
		items[i].test = ARENA_NEW(l->arena, struct sigma_test);
		*items[i].test = *v->test;
		wild_is_literal(&set->items[i], &items[i].test->regex);
	}
	v->kind = VALUE_GROUP;
	v->items = items;
	v->n = set->n;
}

bool
placeholder_expand(struct item *item, struct value *v)
{
	struct loader *l = item->loader;
	struct wild_set set;
	struct filling f = {.item = item, .out = &set, .at = v->at};
	bool ok;

	wild_set_init(&set, l->arena);
	f.regex = v->kind == VALUE_TEST;
	set.items[0].cased = v->pattern.cased;
	ok = f.regex ? fill_text(&f, v->test->regex)
	             : fill_pattern(&f, &v->pattern);
	if (!ok)
		return false;
	if (f.found == 0 && str_find(v->raw, STR("\\%")) == SIZE_MAX)
		err_warn(l->err, v->at, "expand_without_placeholder",
		    "'expand' finds no %%name%% in this value");
	if (set.n == 0) {
		l->inactive = true;
		err_warn(l->err, v->at, "unresolved_placeholder",
		    "the placeholder's list is empty, so this rule is left "
		    "out");
		return true;
	}
	if (!f.regex)
		return value_to_group(l, v, &set);
	to_regexes(l, v, &set);
	return true;
}
