/*
 * A pack with numbered messages has hundreds of patterns, each for a few
 * values of one field. Where many in a row ask for the same field, its value
 * chooses those that can still match, in their order. In each such list the
 * first byte of the message chooses once more.
 *
 * A pattern behind which others are tried (go_on) may change the field; so
 * the patterns are parted into stages, each with a field that none of it
 * changes before its end.
 *
 * Of many patterns that ask for a text somewhere in the message, one pass over
 * it finds those that can match, as gates are found (select.c). It costs as
 * much as a dozen patterns, so it comes when so many were tried (run.c).
 */
#include "engine/base/byte_set.h"
#include "engine/normalise/pack.h"

#define DISPATCH_MIN 4 /* patterns that must ask for the field */
#define START_MIN    3 /* patterns that must say how they begin */
#define TEXTS_MIN    24 /* patterns that must ask for a text */
#define TEXT_MIN     3 /* bytes of it: shorter ones are searched one by one */

/* Matchers from..to - 1 of the pack, n of which ask for `field`. */
struct stretch {
	const struct pack *pack;
	size_t from, to;
	field_id field;
	size_t n;
};

static const struct condition *
condition_on(const struct matcher *m, field_id field)
{
	for (size_t i = 0; i < m->n_when; i++) {
		if (m->when[i].field == field && !m->when[i].absent)
			return &m->when[i];
	}
	return NULL;
}

/* Is another value there for the patterns behind m? */
static bool
changes(const struct matcher *m, field_id field)
{
	if (!m->go_on)
		return false;
	for (size_t i = 0; i < m->set.n; i++) {
		if (m->set.items[i].field == field)
			return true;
	}
	for (size_t i = 0; i < m->regex.n_groups; i++) {
		if (m->regex.groups[i].field == field)
			return true;
	}
	return false;
}

/* The longest stretch within `in` that asks for `field`, without change. */
static struct stretch
stretch_of(const struct stretch *in, field_id field)
{
	struct stretch best = *in, now = *in;

	best.n = now.n = 0;
	best.field = now.field = field;
	for (size_t i = in->from; i < in->to; i++) {
		const struct matcher *m = &in->pack->matchers[i];

		if (condition_on(m, field) != NULL) {
			if (now.n++ == 0)
				now.from = i;
			now.to = i + 1;
			if (now.n > best.n)
				best = now;
		}
		if (changes(m, field))
			now.n = 0;
	}
	return best;
}

/* The field that most conditions ask for. */
static struct stretch
best_stretch(const struct stretch *in)
{
	struct stretch best = {.field = FIELD_NONE, .n = DISPATCH_MIN - 1};

	for (size_t i = in->from; i < in->to; i++) {
		const struct matcher *m = &in->pack->matchers[i];

		for (size_t k = 0; k < m->n_when; k++) {
			struct stretch found;

			if (m->when[k].absent ||
			    m->when[k].field == best.field)
				continue;
			found = stretch_of(in, m->when[k].field);
			if (found.n > best.n)
				best = found;
		}
	}
	return best;
}

static bool
may_match(const struct matcher *m, field_id field, struct str value)
{
	const struct condition *c = condition_on(m, field);

	if (c == NULL)
		return true;
	for (size_t i = 0; i < c->n; i++) {
		if (str_eq_nocase(c->values[i], value))
			return true;
	}
	return false;
}

static bool
may_start(const struct matcher *m, unsigned c)
{
	return !m->has_regex || m->on != FIELD_MESSAGE ||
	    m->regex.starts == NULL ||
	    byte_set_has(m->regex.starts, (char)c);
}

static bool
same_list(const struct matcher_list *a, const struct matcher_list *b)
{
	return a->n == b->n &&
	    memcmp(a->items, b->items, a->n * sizeof(*a->items)) == 0;
}

/* The list once more, for those whose texts are known: a bit for each. */
static void
add_mask(struct arena *arena, const struct pack *pack,
    struct matcher_list *list)
{
	if (pack->texts == NULL)
		return;
	list->mask = ARENA_ARRAY(arena, (pack->n_matchers + 63) / 64,
	    uint64_t);
	for (size_t i = 0; i < list->n; i++) {
		uint32_t place = list->items[i]->place;

		list->mask[place / 64] |= (uint64_t)1 << place % 64;
	}
}

struct parts {
	const struct pack *pack;
	struct matcher_list *items[256]; /* the different ones */
	size_t n;
	const struct matcher **room; /* for the one that is being made */
};

/* The part of `list` for messages that begin with c: bytes have few different
 * ones. */
static const struct matcher_list *
list_from(struct arena *arena, const struct matcher_list *list,
    struct parts *parts, unsigned c)
{
	struct matcher_list *part, found = {.items = parts->room};

	for (size_t i = 0; i < list->n; i++) {
		if (may_start(list->items[i], c))
			parts->room[found.n++] = list->items[i];
	}
	for (size_t k = parts->n; k-- > 0;) {
		if (same_list(parts->items[k], &found))
			return parts->items[k];
	}
	part = ARENA_NEW(arena, struct matcher_list);
	part->n = found.n;
	part->items = ARENA_ARRAY(arena, found.n + 1, const struct matcher *);
	memcpy(part->items, found.items, found.n * sizeof(*part->items));
	add_mask(arena, parts->pack, part);
	return parts->items[parts->n++] = part;
}

static void
split_by_start(struct arena *arena, const struct stretch *s,
    struct matcher_list *list)
{
	struct parts parts = {.pack = s->pack};
	size_t n = 0;

	for (size_t i = 0; i < list->n; i++)
		n += list->items[i]->regex.starts != NULL;
	for (size_t i = s->from; i + 1 < s->to; i++) {
		if (changes(&s->pack->matchers[i], FIELD_MESSAGE))
			return;
	}
	if (n < START_MIN)
		return;
	list->by_start = ARENA_ARRAY(arena, 256, const struct matcher_list *);
	parts.room = ARENA_ARRAY(arena, list->n + 1, const struct matcher *);
	for (unsigned c = 0; c < 256; c++)
		list->by_start[c] = list_from(arena, list, &parts, c);
}

/* Those that can match with this value of the field; none is empty, so an
 * empty one gives those that do not ask. */
static struct matcher_list *
list_for(struct arena *arena, const struct stretch *s, field_id field,
    struct str value)
{
	struct matcher_list *list = ARENA_NEW(arena, struct matcher_list);

	list->items = ARENA_ARRAY(arena, s->to - s->from + 1,
	    const struct matcher *);
	for (size_t i = s->from; i < s->to; i++) {
		const struct matcher *m = &s->pack->matchers[i];

		if (may_match(m, field, value))
			list->items[list->n++] = m;
	}
	add_mask(arena, s->pack, list);
	split_by_start(arena, s, list);
	return list;
}

static void
build_stage(struct arena *arena, const struct stretch *s, struct stage *out)
{
	struct map by_value;

	out->field = s->field;
	out->by_default = out->all = list_for(arena, s, FIELD_NONE, STR(""));
	if (s->field == FIELD_NONE)
		return;
	out->by_default = list_for(arena, s, s->field, STR(""));
	map_init_in(&by_value, arena);
	for (size_t i = s->from; i < s->to; i++) {
		const struct condition *c =
		    condition_on(&s->pack->matchers[i], s->field);

		for (size_t k = 0; c != NULL && k < c->n; k++) {
			struct str value = lower_copy(arena, c->values[k]);

			if (map_get(&by_value, value) == NULL)
				map_put(&by_value, value,
				    list_for(arena, s, s->field, value));
		}
	}
	lookup_build(arena, &by_value, false, &out->by_value);
}

/* A matcher that changes the message ends a stage: the first byte is another
 * one behind it. */
static void
build_plain_stages(struct arena *arena, struct pack *pack, struct stretch s)
{
	for (size_t i = s.from; i < s.to; i++) {
		if (i + 1 < s.to && !changes(&pack->matchers[i], FIELD_MESSAGE))
			continue;
		build_stage(arena, &(struct stretch){.pack = pack,
		    .from = s.from, .to = i + 1, .field = FIELD_NONE},
		    &pack->stages[pack->n_stages++]);
		s.from = i + 1;
	}
}

/* The best stretch, and what is left before and behind it, in order. */
static void
build_stages(struct arena *arena, struct pack *pack, struct stretch s)
{
	struct stretch best;

	if (s.from == s.to)
		return;
	best = best_stretch(&s);
	if (best.field == FIELD_NONE) {
		build_plain_stages(arena, pack, s);
		return;
	}
	build_stages(arena, pack, (struct stretch){.pack = pack,
	    .from = s.from, .to = best.from});
	build_stage(arena, &best, &pack->stages[pack->n_stages++]);
	build_stages(arena, pack, (struct stretch){.pack = pack,
	    .from = best.to, .to = s.to});
}

/* One of which the message must contain; none: *n is 0. Where every match
 * begins with a text, the pattern is quicker than any search. */
static const struct str *
texts_of(const struct matcher *m, size_t *n)
{
	const struct pattern *p = &m->regex;

	*n = 0;
	if (!m->has_regex || m->on != FIELD_MESSAGE || p->prefix.n > 0 ||
	    p->n_heads > 0)
		return NULL;
	if (p->literal.n >= TEXT_MIN) {
		*n = 1;
		return &p->literal;
	}
	for (size_t i = 0; i < p->n_any; i++) {
		if (p->any[i].n < TEXT_MIN)
			return NULL;
	}
	*n = p->n_any;
	return p->any;
}

static void
build_texts(struct arena *arena, struct pack *pack)
{
	struct literal *items;
	size_t n, all = 0, matchers = 0, k = 0;

	for (size_t i = 0; i < pack->n_matchers; i++) {
		(void)texts_of(&pack->matchers[i], &n);
		all += n;
		matchers += n > 0;
	}
	if (matchers < TEXTS_MIN)
		return;
	items = ARENA_ARRAY(arena, all, struct literal);
	pack->textless = ARENA_ARRAY(arena, (pack->n_matchers + 63) / 64,
	    uint64_t);
	for (size_t i = 0; i < pack->n_matchers; i++) {
		const struct str *texts = texts_of(&pack->matchers[i], &n);

		if (n == 0)
			pack->textless[i / 64] |= (uint64_t)1 << i % 64;
		pack->matchers[i].by_text = n > 0;
		pack->matchers[i].place = (uint32_t)i;
		for (size_t t = 0; t < n; t++)
			items[k++] = (struct literal){.text = texts[t],
			    .kind = LITERAL_CONTAINS, .tag = (uint32_t)i};
	}
	pack->texts = literals_build(arena, items, k);
}

void
pack_build_dispatch(struct arena *arena, struct pack *pack)
{
	build_texts(arena, pack);
	pack->stages = ARENA_ARRAY(arena, pack->n_matchers + 1, struct stage);
	build_stages(arena, pack, (struct stretch){.pack = pack,
	    .to = pack->n_matchers});
}
