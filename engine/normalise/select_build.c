/*
 * The index that chooses packs, from their gates: lists by what a line is
 * looked up with, and the texts that one pass over a message searches.
 */
#include "engine/normalise/pack.h"

#include <stdlib.h>

/* A list that is not longer is walked: one text costs as much as an eighth of
 * the pass. */
#define LIST_WALK 6

static void
list_add(struct arena *arena, struct gate_list *list, struct gate *gate)
{
	ARENA_PUSH_ROOM(arena, list->items, list->n, list->cap);
	list->items[list->n++] = gate;
}

static void
map_add(struct arena *arena, struct map *map, struct str key,
    struct gate *gate)
{
	struct gate_list *list = map_get(map, key);

	if (list == NULL) {
		list = ARENA_NEW(arena, struct gate_list);
		map_put(map, key, list);
	}
	list_add(arena, list, gate);
}

/* By rank, then in the order of the files. */
static int
by_rank(const void *a, const void *b)
{
	const struct gate *x = *(struct gate *const *)a;
	const struct gate *y = *(struct gate *const *)b;

	if (x->rank != y->rank)
		return y->rank - x->rank;
	if (x->pack != y->pack)
		return x->pack->index < y->pack->index ? -1 : 1;
	return x < y ? -1 : x > y;
}

static bool
has_text(const struct gate *g)
{
	return g->n_starts + g->n_contains + g->n_all > 0;
}

/* Is it one of a few, found by what the header says? Then its texts need not
 * burden the search for those of all the others. */
static bool
is_narrow(const struct gate *g)
{
	return g->n_programs > 0 || g->n_msgids > 0 || g->n_facilities > 0;
}

static void
list_finish(struct packs *packs, struct gate_list *list)
{
	size_t texts = 0;
	uint64_t *mask;

	if (list->n == 0)
		return;
	for (size_t i = 0; i < list->n; i++)
		texts += has_text(list->items[i]) &&
		    !is_narrow(list->items[i]);
	if (texts <= LIST_WALK)
		return;
	mask = ARENA_ARRAY(packs->arena, packs->selector.words, uint64_t);
	for (size_t i = 0; i < list->n; i++) {
		uint32_t order = list->items[i]->order;

		mask[order / 64] |= (uint64_t)1 << order % 64;
	}
	list->mask = mask;
}

static void
map_finish(struct packs *packs, const struct map *map, bool exact,
    struct lookup *out)
{
	const struct map_entry *e;
	size_t at = 0;

	while ((e = map_next(map, &at)) != NULL)
		list_finish(packs, e->value);
	lookup_build(packs->arena, map, exact, out);
}

/* "*" alone is a prefix of every program. */
static void
prefix_add(struct packs *packs, struct gate *g, struct str program)
{
	struct prefixed new = {str_first(program, program.n - 1), g};
	unsigned char first = (unsigned char)program.p[0];

	for (size_t i = 0; i < 256; i++) {
		struct prefix_list *list = &packs->selector.by_prefix[i];

		if (program.n > 1 && i != first)
			continue;
		ARENA_PUSH_ROOM(packs->arena, list->items, list->n, list->cap);
		list->items[list->n++] = new;
	}
}

/* What is looked up while it is made. */
struct maps {
	struct map by_program, by_msgid, by_facility;
};

static bool
index_cisco(struct packs *packs, struct gate *g, struct maps *maps)
{
	bool any = g->n_facilities == 0;

	if (any && (g->styles & STYLES_CISCO) == 0)
		return false;
	for (size_t i = 0; i < g->n_facilities; i++) {
		struct str f = g->facilities[i];

		if (f.p[f.n - 1] == '*')
			any = true;
		else
			map_add(packs->arena, &maps->by_facility,
			    lower_copy(packs->arena, f), g);
	}
	if (any)
		list_add(packs->arena, &packs->selector.by_cisco, g);
	return true;
}

/* The texts of which one is searched (choose_text). */
static const struct str *
sought_texts(const struct gate *g, size_t *n)
{
	switch (g->sought_in) {
	case GATE_TEXT_START:
		*n = g->n_starts;
		return g->starts;
	case GATE_TEXT_CONTAINS:
		*n = g->n_contains;
		return g->contains;
	case GATE_TEXT_ALL:
		*n = 1;
		return &g->all_contains[g->sought];
	case GATE_TEXT_NONE:
		break;
	}
	*n = 0;
	return NULL;
}

/*
 * Of a gate that asks for no style, that of nearly all lines with such texts:
 * "|Vendor|Product|" is CEF's, "\"key\"" JSON's. It stands in the list of
 * that style too, so that such a line is found in the first pass.
 */
static uint32_t
likely_style(const struct gate *g)
{
	size_t n;
	const struct str *texts = sought_texts(g, &n);
	uint32_t style = n == 0 || g->styles != 0 || g->last || is_narrow(g)
	    ? 0 : 1u << BODY_CEF | 1u << BODY_JSON;

	for (size_t i = 0; i < n; i++) {
		if (texts[i].p[0] != '|' &&
		    !str_has_prefix(texts[i], STR("CEF:")))
			style &= ~(1u << BODY_CEF);
		if (texts[i].p[0] != '"' && texts[i].p[0] != '{')
			style &= ~(1u << BODY_JSON);
	}
	return style;
}

/* The styles in whose lists it is (index_gate). */
static uint32_t
body_styles(const struct gate *g)
{
	return g->last ? 0 : g->styles & ((1u << BODY_STYLES) - 1);
}

/* Where lines that this gate lets through are looked for. */
static void
index_gate(struct packs *packs, struct gate *g, struct maps *maps)
{
	struct selector *s = &packs->selector;
	uint32_t styles;
	bool styled;

	if (g->pack->generic) {
		list_add(packs->arena, &s->generic, g);
		return;
	}
	if (g->last) {
		list_add(packs->arena, &s->last, g);
		return;
	}
	if (g->pack->decode.format == DECODE_DICOM && !is_narrow(g))
		list_add(packs->arena, &s->dicom, g);
	if (g->pack->decode.format == DECODE_FHIR && !is_narrow(g))
		list_add(packs->arena, &s->fhir, g);
	for (size_t i = 0; i < g->n_programs; i++) {
		struct str program = g->programs[i];

		if (program.p[program.n - 1] == '*')
			prefix_add(packs, g, program);
		else
			map_add(packs->arena, &maps->by_program, program, g);
	}
	if (g->n_programs > 0)
		return;
	for (size_t i = 0; i < g->n_msgids; i++)
		map_add(packs->arena, &maps->by_msgid, g->msgids[i], g);
	if (g->n_msgids > 0)
		return;
	styled = index_cisco(packs, g, maps);
	styles = body_styles(g) | likely_style(g);
	for (size_t i = 0; i < BODY_STYLES; i++) {
		if ((styles & 1u << i) != 0)
			list_add(packs->arena, &s->by_style[i], g);
	}
	styled |= body_styles(g) != 0;
	if (!styled)
		list_add(packs->arena, &s->others, g);
}

/* What takes a line of any facility is tried among those of its own. */
static void
join_cisco(struct packs *packs, const struct map *by_facility)
{
	const struct gate_list *any = &packs->selector.by_cisco;
	const struct map_entry *e;
	size_t at = 0;

	while ((e = map_next(by_facility, &at)) != NULL) {
		struct gate_list *list = e->value;

		for (size_t i = 0; i < any->n; i++)
			list_add(packs->arena, list, any->items[i]);
		qsort(list->items, list->n, sizeof(*list->items), by_rank);
	}
}

static void
order_gates(struct packs *packs)
{
	struct selector *s = &packs->selector;

	for (size_t i = 0; i < packs->n; i++)
		s->n_gates += packs->items[i]->n_gates;
	s->words = (s->n_gates + 63) / 64;
	s->gates = ARENA_ARRAY(packs->arena, s->n_gates + 1, struct gate *);
	s->n_gates = 0;
	for (size_t i = 0; i < packs->n; i++) {
		for (size_t k = 0; k < packs->items[i]->n_gates; k++)
			s->gates[s->n_gates++] = &packs->items[i]->gates[k];
	}
	if (s->n_gates > 0)
		qsort(s->gates, s->n_gates, sizeof(*s->gates), by_rank);
	for (size_t i = 0; i < s->n_gates; i++)
		s->gates[i]->order = (uint32_t)i;
}

struct wanted {
	struct literal *items;
	size_t n;
	size_t cap;
};

static void
want(struct wanted *w, const struct gate *g, enum literal_kind kind,
    const struct str *texts, size_t n)
{
	if (w->n + n > w->cap) {
		w->cap = (w->n + n) * 2;
		w->items = mem_resize(w->items, w->cap * sizeof(*w->items));
	}
	for (size_t i = 0; i < n; i++)
		w->items[w->n++] = (struct literal){.kind = kind,
		    .text = texts[i], .tag = g->order};
}

static size_t
shortest(const struct str *texts, size_t n)
{
	size_t least = n == 0 ? 0 : SIZE_MAX;

	for (size_t i = 0; i < n; i++)
		least = texts[i].n < least ? texts[i].n : least;
	return least;
}

/* Of what a gate asks for, that which the fewest messages have: the longest
 * text, or the list whose shortest is the longest. A beginning counts for
 * more, it is looked for at one place only. */
static void
choose_text(struct gate *g)
{
	size_t starts = shortest(g->starts, g->n_starts) * 2;
	size_t contains = shortest(g->contains, g->n_contains);

	for (size_t i = 1; i < g->n_all; i++) {
		if (g->all_contains[i].n > g->all_contains[g->sought].n)
			g->sought = i;
	}
	if (g->n_all > 0 && g->all_contains[g->sought].n >= starts &&
	    g->all_contains[g->sought].n >= contains)
		g->sought_in = GATE_TEXT_ALL;
	else
		g->sought_in = starts >= contains ? GATE_TEXT_START
						  : GATE_TEXT_CONTAINS;
}

static void
want_texts(struct wanted *w, const struct gate *g)
{
	size_t n;
	const struct str *texts = sought_texts(g, &n);

	want(w, g, g->sought_in == GATE_TEXT_START ? LITERAL_PREFIX
						   : LITERAL_CONTAINS,
	    texts, n);
}

static struct literals *
build_texts(struct packs *packs, struct wanted *w)
{
	struct literals *set = w->n == 0 ? NULL
	    : literals_build(packs->arena, w->items, w->n);

	free(w->items);
	return set;
}

static void
index_texts(struct packs *packs)
{
	struct selector *s = &packs->selector;
	struct wanted rest = {0}, generic = {0}, styled[BODY_STYLES] = {{0}};

	s->textless = ARENA_ARRAY(packs->arena, s->words, uint64_t);
	for (size_t i = 0; i < s->n_gates; i++) {
		struct gate *g = s->gates[i];
		uint32_t styles;

		if (!has_text(g) || is_narrow(g)) {
			s->textless[i / 64] |= (uint64_t)1 << i % 64;
			continue;
		}
		choose_text(g);
		if (g->pack->generic) {
			want_texts(&generic, g);
			continue;
		}
		if (body_styles(g) == 0 || (g->styles & STYLES_CISCO) != 0)
			want_texts(&rest, g);
		styles = body_styles(g) | likely_style(g);
		for (size_t k = 0; k < BODY_STYLES; k++) {
			if ((styles & 1u << k) != 0)
				want_texts(&styled[k], g);
		}
	}
	s->texts = build_texts(packs, &rest);
	s->generic_texts = build_texts(packs, &generic);
	for (size_t k = 0; k < BODY_STYLES; k++)
		s->style_texts[k] = build_texts(packs, &styled[k]);
}

void
selector_build(struct packs *packs)
{
	struct selector *s = &packs->selector;
	struct maps maps;

	order_gates(packs);
	index_texts(packs);
	map_init_in(&maps.by_program, packs->arena);
	map_init_in(&maps.by_msgid, packs->arena);
	map_init_in(&maps.by_facility, packs->arena);
	for (size_t i = 0; i < s->n_gates; i++)
		index_gate(packs, s->gates[i], &maps);
	join_cisco(packs, &maps.by_facility);
	map_finish(packs, &maps.by_program, true, &s->by_program);
	map_finish(packs, &maps.by_msgid, true, &s->by_msgid);
	map_finish(packs, &maps.by_facility, false, &s->by_facility);
	list_finish(packs, &s->by_cisco);
	list_finish(packs, &s->others);
	list_finish(packs, &s->last);
	list_finish(packs, &s->generic);
	for (size_t i = 0; i < BODY_STYLES; i++)
		list_finish(packs, &s->by_style[i]);
}
