#include "engine/detect/index.h"

#include "engine/detect/test.h"

#include <assert.h>

#include <stdio.h>
#include <stdlib.h>

struct route_field {
	const struct literals *set; /* NULL: none */
	uint32_t *present;	    /* rules that need the field alone */
	size_t n_present;
};

struct route {
	struct logsource source;
	uint32_t *rules; /* bit -> rule */
	size_t n;
	size_t words;
	uint64_t *always;      /* bits of rules that need nothing */
	uint16_t *by_field;    /* slot -> number + 1 in fields */
	size_t slots;
	struct route_field *fields;
	const struct literals *keywords; /* NULL: none */
	bool merged; /* the fields' sets have the keywords' literals in them */
};

/* Keywords are in every field's set, unless that made too many copies. */
#define MERGE_MAX 20000

#define ROUTE_SLOTS (INDEX_MAX_ROUTES * 2)

struct index {
	const struct index_rule *rules;
	size_t n;
	struct arena *arena;
	struct route *routes[ROUTE_SLOTS]; /* by hash of the source */
	size_t n_routes;
	struct route *everything;
	uint64_t *bits;
	bool exact; /* the last event had a route of its own */
};

/* The keys of a route, taken together before they are built. */
struct draft {
	struct draft_key {
		const struct need_key *key;
		uint32_t bit;
	} *keys;
	size_t n;
};

struct index *
index_new(const struct index_rule *rules, size_t n)
{
	struct index *index = mem_get_zero(1, sizeof(*index));

	index->rules = rules;
	index->n = n;
	index->arena = arena_new(0);
	index->bits = mem_get_zero(n / 64 + 1, sizeof(*index->bits));
	return index;
}

void
index_free(struct index *index)
{
	if (index == NULL)
		return;
	arena_free(index->arena);
	free(index->bits);
	free(index);
}

size_t
index_size(const struct index *index)
{
	return arena_size(index->arena);
}

/* By field, those that need only its presence first. */
static int
by_field(const void *a, const void *b)
{
	const struct draft_key *x = a, *y = b;

	if (x->key->field != y->key->field)
		return x->key->field < y->key->field ? -1 : 1;
	if (x->key->present != y->key->present)
		return x->key->present ? -1 : 1;
	return 0;
}

/* Literals of one field's keys, and of the `more` keywords'. */
static const struct literals *
set_of(struct arena *arena, const struct draft_key *keys, size_t n,
    const struct draft_key *more, size_t n_more)
{
	struct literal *items;
	const struct literals *set;

	if (n + n_more == 0)
		return NULL;
	items = mem_get_zero(n + n_more, sizeof(*items));
	for (size_t i = 0; i < n + n_more; i++) {
		const struct draft_key *key = i < n ? &keys[i] : &more[i - n];

		items[i] = (struct literal){.kind = key->key->kind,
		    .text = key->key->text, .tag = key->bit};
	}
	set = literals_build(arena, items, n + n_more);
	free(items);
	return set;
}

static void
field_build(struct index *index, struct route_field *to,
    const struct draft_key *keys, size_t n, const struct draft_key *more,
    size_t n_more)
{
	to->present = ARENA_ARRAY(index->arena, n, uint32_t);
	for (; to->n_present < n && keys[to->n_present].key->present;
	     to->n_present++)
		to->present[to->n_present] = keys[to->n_present].bit;
	to->set = set_of(index->arena, keys + to->n_present,
	    n - to->n_present, more, n_more);
}

static size_t
run_of(const struct draft *draft, size_t from)
{
	size_t to = from;

	while (to < draft->n &&
	    draft->keys[to].key->field == draft->keys[from].key->field)
		to++;
	return to - from;
}

static void
fields_build(struct index *index, struct route *route, struct draft *draft)
{
	const struct draft_key *keys = draft->keys;
	size_t n_fields = 0, n_words = 0;

	if (draft->n == 0)
		return;
	qsort(draft->keys, draft->n, sizeof(*draft->keys), by_field);
	route->slots = (size_t)keys[draft->n - 1].key->field + 1;
	route->by_field = ARENA_ARRAY(index->arena, route->slots, uint16_t);
	for (size_t i = 0; i < draft->n; i += run_of(draft, i))
		n_fields++;
	route->fields = ARENA_ARRAY(index->arena, n_fields,
	    struct route_field);
	/* FIELD_NONE, the keywords, comes first. */
	if (keys[0].key->field == FIELD_NONE) {
		n_words = run_of(draft, 0);
		route->keywords = set_of(index->arena, keys, n_words, NULL, 0);
		route->merged = n_words * n_fields <= MERGE_MAX;
	}
	n_fields = 0;
	for (size_t i = n_words, n; i < draft->n; i += n) {
		n = run_of(draft, i);
		field_build(index, &route->fields[n_fields++], keys + i, n,
		    keys, route->merged ? n_words : 0);
		route->by_field[keys[i].key->field] = (uint16_t)n_fields;
	}
}

static struct route *
route_build(struct index *index, struct logsource source)
{
	struct route *route = ARENA_NEW(index->arena, struct route);
	struct draft draft = {0};
	size_t cap = 0;

	route->source = source;
	route->rules = ARENA_ARRAY(index->arena, index->n, uint32_t);
	route->always = ARENA_ARRAY(index->arena, index->n / 64 + 1, uint64_t);
	for (size_t i = 0; i < index->n; i++) {
		const struct index_rule *rule = &index->rules[i];
		uint32_t bit = (uint32_t)route->n;

		if (!logsource_may_match(rule->source, source) ||
		    rule->need.never)
			continue;
		route->rules[route->n++] = rule->rule;
		if (rule->need.always)
			route->always[bit >> 6] |= (uint64_t)1 << (bit & 63);
		if (draft.n + rule->need.n > cap) {
			cap = (draft.n + rule->need.n) * 2;
			draft.keys = mem_resize(draft.keys,
			    cap * sizeof(*draft.keys));
		}
		for (size_t j = 0; j < rule->need.n; j++)
			draft.keys[draft.n++] =
			    (struct draft_key){&rule->need.keys[j], bit};
	}
	route->words = (route->n + 63) / 64;
	fields_build(index, route, &draft);
	free(draft.keys);
	return route;
}

static bool
same_source(struct logsource a, struct logsource b)
{
	return a.product == b.product && a.category == b.category &&
	    a.service == b.service;
}

bool
index_is_exact(const struct index *index)
{
	return index->exact;
}

static const struct route *
route_of(struct index *index, struct logsource source)
{
	uint64_t key = (uint64_t)source.product << 32 |
	    (uint64_t)source.category << 16 | source.service;
	size_t at = key * 0x9e3779b97f4a7c15u >> 55; /* 512 slots */

	index->exact = true;
	static_assert(ROUTE_SLOTS == 512, "the shift above");
	for (; index->routes[at] != NULL; at = (at + 1) % ROUTE_SLOTS) {
		if (same_source(index->routes[at]->source, source))
			return index->routes[at];
	}
	if (index->n_routes < INDEX_MAX_ROUTES &&
	    arena_size(index->arena) < INDEX_MAX_BYTES) {
		index->n_routes++;
		index->routes[at] = route_build(index, source);
		return index->routes[at];
	}
	index->exact = false;
	if (index->everything == NULL)
		index->everything = route_build(index, (struct logsource){0});
	return index->everything;
}

/*
 * Rules name plain integers; the same number may come as "1e3" or "007" from
 * a source that sends numbers. Then it is looked up as a plain one, too.
 */
static void
mark_number(const struct literals *set, struct str text, uint64_t *bits)
{
	char plain[32];
	int64_t integer;
	double value;
	int n;

	if (number_is_plain(text) || !str_to_double(text, &value) ||
	    value >= 1e15 || value <= -1e15)
		return;
	integer = (int64_t)value;
	if ((double)integer != value)
		return;
	n = snprintf(plain, sizeof(plain), "%lld", (long long)integer);
	literals_mark(set, str_make(plain, (size_t)n), bits);
}

/* What the value's own field needs; true when it did for keywords, too. */
static bool
mark_field(const struct route *route, struct view *view, const struct value *v,
    uint64_t *bits)
{
	const struct route_field *field;

	if (v->field >= route->slots || route->by_field[v->field] == 0)
		return false;
	field = &route->fields[route->by_field[v->field] - 1];
	for (size_t i = 0; i < field->n_present; i++) {
		uint32_t bit = field->present[i];

		bits[bit >> 6] |= (uint64_t)1 << (bit & 63);
	}
	if (field->set == NULL || v->kind == VALUE_NULL)
		return false;
	literals_mark(field->set, view_folded(view, v), bits);
	if (v->kind == VALUE_NUMBER)
		mark_number(field->set, v->text, bits);
	return route->merged;
}

/*
 * Every value is looked through once. Values that no field leads to any more
 * (event_unset) may mark a rule too many, which does no harm.
 */
static void
mark(const struct route *route, struct view *view, uint64_t *bits)
{
	const struct event *ev = view->ev;

	for (uint16_t i = 0; i < ev->count; i++) {
		const struct value *v = &ev->values[i];

		if (mark_field(route, view, v, bits) ||
		    route->keywords == NULL || v->kind == VALUE_NULL ||
		    view_in_message(view, v))
			continue;
		literals_mark(route->keywords, view_folded(view, v), bits);
	}
	if (route->keywords != NULL && view->message.text.n > 0)
		literals_mark(route->keywords,
		    view_folded(view, &view->message), bits);
}

const uint32_t *
index_candidates(struct index *index, struct view *view,
    const uint64_t **bits, size_t *n_words)
{
	const struct route *route = route_of(index, view->ev->source);

	if (route->words > 0)
		memcpy(index->bits, route->always,
		    route->words * sizeof(*index->bits));
	mark(route, view, index->bits);
	*bits = index->bits;
	*n_words = route->words;
	return route->rules;
}
