#include "engine/detect/index.h"

#include "engine/detect/fold.h"
#include "engine/detect/test.h"

#include <assert.h>

#include <stdio.h>
#include <stdlib.h>

struct route_field {
	const struct literals *set; /* NULL: none */
	uint32_t *present;	    /* rules that need the field alone */
	size_t n_present;
	field_id field;
	bool merged;  /* the set has the keywords' literals in it */
	bool numbers; /* it has plain numbers in it */
};

struct route {
	struct logsource source;
	uint32_t *rules; /* bit -> rule */
	size_t n;
	size_t words;
	uint64_t *always; /* `words` for each part of a need: what is not
			     needed is always there */
	uint16_t *by_field;    /* slot -> number + 1 in fields */
	size_t slots;
	struct route_field *fields;
	size_t n_fields;
	const struct literals *keywords; /* NULL: none */
	size_t shortest;		 /* text before folding with one */
};

/* A field in whose values so many substrings are looked for that the keywords
 * are looked for with them, in one go. */
#define MERGE_MIN 64

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
	size_t n, cap;
};

struct index *
index_new(const struct index_rule *rules, size_t n)
{
	struct index *index = mem_get_zero(1, sizeof(*index));

	index->rules = rules;
	index->n = n;
	index->arena = arena_new(0);
	index->bits = mem_get_zero((n / 64 + 1) * NEED_PARTS,
	    sizeof(*index->bits));
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
	size_t substrings = 0;

	to->field = keys[0].key->field;
	to->present = ARENA_ARRAY(index->arena, n, uint32_t);
	for (; to->n_present < n && keys[to->n_present].key->present;
	     to->n_present++)
		to->present[to->n_present] = keys[to->n_present].bit;
	for (size_t i = 0; i < n; i++) {
		substrings += keys[i].key->kind == LITERAL_CONTAINS;
		to->numbers |= number_is_plain(keys[i].key->text);
	}
	to->merged = substrings >= MERGE_MIN;
	to->set = set_of(index->arena, keys + to->n_present,
	    n - to->n_present, more, to->merged ? n_more : 0);
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
		route->shortest = SIZE_MAX;
		for (size_t i = 0; i < n_words; i++) {
			size_t unfolded = FOLD_LEAST(keys[i].key->text.n);

			if (unfolded < route->shortest)
				route->shortest = unfolded;
		}
	}
	for (size_t i = n_words, n; i < draft->n; i += n) {
		n = run_of(draft, i);
		field_build(index, &route->fields[route->n_fields++], keys + i,
		    n, keys, n_words);
		route->by_field[keys[i].key->field] =
		    (uint16_t)route->n_fields;
	}
}

/* The bit of a rule's condition `part`. */
static uint32_t
bit_of(const struct route *route, size_t part, size_t i)
{
	return (uint32_t)(part * route->words * 64 + i);
}

static void
draft_add(struct draft *draft, const struct need_part *part, uint32_t bit)
{
	if (draft->n + part->n > draft->cap) {
		draft->cap = (draft->n + part->n) * 2;
		draft->keys = mem_resize(draft->keys,
		    draft->cap * sizeof(*draft->keys));
	}
	for (size_t j = 0; j < part->n; j++)
		draft->keys[draft->n++] =
		    (struct draft_key){&part->keys[j], bit};
}

static struct route *
route_build(struct index *index, struct logsource source)
{
	struct route *route = ARENA_NEW(index->arena, struct route);
	const struct index_rule **rules = mem_get(
	    (index->n + 1) * sizeof(*rules));
	struct draft draft = {0};

	route->source = source;
	route->rules = ARENA_ARRAY(index->arena, index->n, uint32_t);
	for (size_t i = 0; i < index->n; i++) {
		const struct index_rule *rule = &index->rules[i];

		if (!logsource_may_match(rule->source, source) ||
		    rule->need.never)
			continue;
		rules[route->n] = rule;
		route->rules[route->n++] = rule->rule;
	}
	route->words = (route->n + 63) / 64;
	route->always = ARENA_ARRAY(index->arena, route->words * NEED_PARTS,
	    uint64_t);
	for (size_t i = 0; i < route->n; i++) {
		for (size_t p = 0; p < NEED_PARTS; p++) {
			uint32_t bit = bit_of(route, p, i);

			if (p < rules[i]->need.n)
				draft_add(&draft, &rules[i]->need.parts[p],
				    bit);
			else
				route->always[bit >> 6] |=
				    (uint64_t)1 << (bit & 63);
		}
	}
	fields_build(index, route, &draft);
	free(draft.keys);
	free(rules);
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

/* What the value's own field needs. */
static void
mark_field(const struct route_field *field, struct view *view,
    const struct value *v, uint64_t *bits)
{
	for (size_t i = 0; i < field->n_present; i++) {
		uint32_t bit = field->present[i];

		bits[bit >> 6] |= (uint64_t)1 << (bit & 63);
	}
	if (field->set == NULL || v->kind == VALUE_NULL)
		return;
	if (literals_could(field->set, v->text))
		literals_mark(field->set, view_folded(view, v), bits);
	if (field->numbers && v->kind == VALUE_NUMBER)
		mark_number(field->set, v->text, bits);
}

/*
 * Folded values lie one behind the other (view.h), so keywords are looked for
 * in a stretch of them at once. What is found across the border of two marks
 * a rule too many.
 */
struct stretch {
	struct str text;
	const struct literals *set;
	uint64_t *bits;
};

static void
stretch_flush(struct stretch *stretch)
{
	if (stretch->text.n > 0)
		literals_mark(stretch->set, stretch->text, stretch->bits);
	stretch->text = STR_NONE;
}

static void
stretch_add(struct stretch *stretch, struct str folded)
{
	struct str *text = &stretch->text;

	if (text->n > 0 && folded.p == text->p + text->n + 1) {
		text->n += 1 + folded.n;
		return;
	}
	stretch_flush(stretch);
	*text = folded;
}

/*
 * The line that values are cut out of: all of it, where the message lies in
 * it, so that what was in the header need not be looked through again.
 */
static void
choose_line(struct view *view)
{
	struct str raw = view->ev->raw;

	view->line = view->message;
	if (view_lies_in(view->message.text, raw))
		view->line.text = raw;
}

/*
 * Every value is looked through once. Values that no field leads to any more
 * (event_unset) may mark a rule too many, which does no harm.
 */
static void
mark_all(const struct route *route, struct view *view, uint64_t *bits)
{
	const struct event *ev = view->ev;
	struct stretch stretch = {.set = route->keywords, .bits = bits};

	if (route->keywords != NULL)
		choose_line(view);
	for (uint16_t i = 0; i < ev->count; i++) {
		const struct value *v = &ev->values[i];

		if (v->field < route->slots && route->by_field[v->field] != 0) {
			const struct route_field *field =
			    &route->fields[route->by_field[v->field] - 1];

			mark_field(field, view, v, bits);
			if (field->merged)
				continue;
		}
		if (route->keywords != NULL &&
		    v->text.n >= route->shortest &&
		    !view_lies_in(v->text, view->line.text))
			stretch_add(&stretch, view_folded(view, v));
	}
	if (route->keywords == NULL)
		return;
	if (view->line.text.n >= route->shortest)
		stretch_add(&stretch, view_folded(view, &view->line));
	stretch_flush(&stretch);
}

/* Few fields are wanted, and nothing of the others. */
static void
mark_few(const struct route *route, struct view *view, uint64_t *bits)
{
	const struct event *ev = view->ev;

	for (size_t i = 0; i < route->n_fields; i++) {
		const struct route_field *field = &route->fields[i];
		const struct value *v = event_value(ev, field->field);

		for (; v != NULL; v = event_next(ev, v))
			mark_field(field, view, v, bits);
	}
}

const uint32_t *
index_candidates(struct index *index, struct view *view,
    const uint64_t **bits, size_t *n_words)
{
	const struct route *route = route_of(index, view->ev->source);

	if (route->words > 0)
		memcpy(index->bits, route->always,
		    route->words * NEED_PARTS * sizeof(*index->bits));
	if (route->keywords == NULL && route->n_fields <= view->ev->count)
		mark_few(route, view, index->bits);
	else
		mark_all(route, view, index->bits);
	for (size_t p = 1; p < NEED_PARTS; p++) {
		for (size_t i = 0; i < route->words; i++)
			index->bits[i] &= index->bits[p * route->words + i];
	}
	*bits = index->bits;
	*n_words = route->words;
	return route->rules;
}
