/*
 * How far does a pattern get in a text that it does not match? Its source is
 * cut at the ends of its atoms; the longest beginning that matches is found by
 * halving. Where the atom behind it is a plain group, the same inside of it.
 */
#include "engine/normalise/pattern.h"

#include <stdlib.h>

#define ATOMS_MAX 400
#define NEST_MAX  8

struct reach {
	struct field_table *fields;
	struct str source, subject;
	pcre2_match_data *data;
	pcre2_match_context *limits;
	size_t ends[ATOMS_MAX]; /* offsets in `source` */
	size_t n;
	size_t depth; /* groups that are open */
	size_t found; /* end of the match of the last try */
};

/* Index behind the atom that begins at i, with its quantifier. */
static size_t
atom_end(struct str s, size_t i)
{
	bool ignored;
	size_t close;

	if (s.p[i] == '\\') {
		i += 2;
	} else if (s.p[i] == '[') {
		i = pattern_class_end(s, i);
	} else if (s.p[i] == '(') {
		i = pattern_group_end(s, i, &ignored);
	} else if (s.p[i] == '%' && i + 1 < s.n && s.p[i + 1] == '{') {
		close = str_find_char(str_skip(s, i), '}');
		i = close == SIZE_MAX ? s.n : i + close + 1;
	} else {
		i++;
	}
	if (i < s.n)
		(void)pattern_quantifier(s, &i);
	return i < s.n ? i : s.n;
}

/* The atoms from `from` up to `to`; false: there are alternatives. */
static bool
split(struct reach *r, size_t from, size_t to)
{
	struct str s = str_first(r->source, to);

	r->n = 0;
	r->ends[r->n++] = from;
	while (from < to && r->n < ATOMS_MAX) {
		if (s.p[from] == '|')
			return false;
		from = atom_end(s, from);
		r->ends[r->n++] = from;
	}
	return true;
}

/* Does the source up to `end` match? */
static bool
matches_up_to(struct reach *r, size_t end)
{
	struct arena *arena = arena_new(0);
	char *text = arena_text(arena, end + r->depth + 1);
	struct yaml node = {.kind = YAML_SCALAR};
	struct pattern p;
	struct err err;
	bool hit = false;

	err_init(&err, arena);
	memcpy(text, r->source.p, end);
	memset(text + end, ')', r->depth);
	node.text = str_make(text, end + r->depth);
	r->found = 0;
	if (node.text.n == 0) {
		arena_free(arena);
		return true;
	}
	if (pattern_compile(arena, r->fields, &node, &p, &err)) {
		hit = pcre2_match(p.code, (PCRE2_SPTR)r->subject.p,
		    r->subject.n, 0, 0, r->data, r->limits) >= 0;
		if (hit)
			r->found = pcre2_get_ovector_pointer(r->data)[1];
	}
	pattern_free(&p);
	arena_free(arena);
	return hit;
}

/* The index of the last of r->ends up to which it matches. */
static size_t
last_that_matches(struct reach *r)
{
	size_t low = 0, high = r->n;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (matches_up_to(r, r->ends[middle]))
			low = middle;
		else
			high = middle;
	}
	return low;
}

/* Behind "(", "(?:", "(?<name>" of a group that has to be there once; 0: it is
 * another one. */
static size_t
group_inside(struct str s, size_t i, size_t end)
{
	bool alternatives;
	size_t behind = pattern_group_end(s, i, &alternatives), name;

	if (behind != end || alternatives || pattern_is_look(s, i))
		return 0;
	if (s.p[i + 1] != '?')
		return i + 1;
	if (s.p[i + 2] == ':')
		return i + 3;
	name = str_find_char(str_skip(s, i), '>');
	return s.p[i + 2] == '<' && name != SIZE_MAX ? i + name + 1 : 0;
}

static void
go(struct reach *r, struct pattern_reach *out)
{
	size_t from = 0, to = r->source.n;

	while (split(r, from, to)) {
		size_t at = last_that_matches(r), inside;

		(void)matches_up_to(r, r->ends[at]);
		*out = (struct pattern_reach){r->ends[at], r->found};
		if (at + 1 >= r->n || r->depth == NEST_MAX ||
		    r->source.p[r->ends[at]] != '(')
			return;
		inside = group_inside(r->source, r->ends[at],
		    r->ends[at + 1]);
		if (inside == 0)
			return;
		to = r->ends[at + 1] - 1;
		from = inside;
		r->depth++;
	}
}

struct pattern_reach
pattern_reach(struct str source, struct field_table *fields,
    struct str subject)
{
	struct reach *r = mem_get_zero(1, sizeof(*r));
	struct pattern_reach reach = {0};

	r->fields = fields;
	r->source = source;
	r->subject = subject.n > 0 ? subject : STR("");
	r->data = pcre2_match_data_create(PATTERN_GROUPS, NULL);
	r->limits = pcre2_match_context_create(NULL);
	if (r->data != NULL && r->limits != NULL) {
		pcre2_set_match_limit(r->limits, 4 * PATTERN_MATCH_LIMIT);
		go(r, &reach);
	}
	pcre2_match_data_free(r->data);
	pcre2_match_context_free(r->limits);
	free(r);
	return reach;
}
