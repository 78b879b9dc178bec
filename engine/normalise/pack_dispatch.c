/*
 * A pack with numbered messages has hundreds of patterns, each for a few
 * values of one field. The field that most conditions ask for becomes an
 * index: value -> the patterns that can still match, in their order. In each
 * such list the first byte of the message chooses once more.
 */
#include "engine/normalise/pack.h"

#define DISPATCH_MIN 4 /* patterns that must ask for the field */
#define START_MIN    3 /* patterns that must say how they begin */

static const struct condition *
condition_on(const struct matcher *m, field_id field)
{
	for (size_t i = 0; i < m->n_when; i++) {
		if (m->when[i].field == field && !m->when[i].absent)
			return &m->when[i];
	}
	return NULL;
}

/* Does a pattern behind which others are tried change the field? Then what
 * it holds before the patterns run decides nothing. */
static bool
is_changed(const struct pack *pack, field_id field)
{
	for (size_t i = 0; i < pack->n_matchers; i++) {
		const struct matcher *m = &pack->matchers[i];

		if (!m->go_on)
			continue;
		for (size_t k = 0; k < m->set.n; k++) {
			if (m->set.items[k].field == field)
				return true;
		}
		for (size_t k = 0; k < m->regex.n_groups; k++) {
			if (m->regex.groups[k].field == field)
				return true;
		}
	}
	return false;
}

static field_id
best_field(const struct pack *pack)
{
	field_id best = FIELD_NONE;
	size_t best_n = DISPATCH_MIN - 1;

	for (size_t i = 0; i < pack->n_matchers; i++) {
		const struct matcher *m = &pack->matchers[i];

		for (size_t k = 0; k < m->n_when; k++) {
			field_id field = m->when[k].field;
			size_t n = 0;

			if (field == best || m->when[k].absent ||
			    is_changed(pack, field))
				continue;
			for (size_t j = 0; j < pack->n_matchers; j++)
				n += condition_on(&pack->matchers[j], field) !=
				    NULL;
			if (n > best_n) {
				best_n = n;
				best = field;
			}
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
	    (m->regex.starts[c >> 6] >> (c & 63) & 1) != 0;
}

static bool
same_list(const struct matcher_list *a, const struct matcher_list *b)
{
	return a->n == b->n &&
	    memcmp(a->items, b->items, a->n * sizeof(*a->items)) == 0;
}

/* The part of `list` for messages that begin with c. Most bytes have the same
 * part as the byte before them. */
static const struct matcher_list *
list_from(struct arena *arena, const struct matcher_list *list, unsigned c)
{
	const struct matcher **items = ARENA_ARRAY(arena, list->n + 1,
	    const struct matcher *);
	struct matcher_list *part, found = {.items = items};

	for (size_t i = 0; i < list->n; i++) {
		if (may_start(list->items[i], c))
			items[found.n++] = list->items[i];
	}
	for (unsigned k = 0; k < c; k++) {
		if (same_list(list->by_start[k], &found))
			return list->by_start[k];
	}
	part = ARENA_NEW(arena, struct matcher_list);
	*part = found;
	return part;
}

static void
split_by_start(struct arena *arena, const struct pack *pack,
    struct matcher_list *list)
{
	size_t n = 0;

	for (size_t i = 0; i < list->n; i++)
		n += list->items[i]->regex.starts != NULL;
	if (n < START_MIN || is_changed(pack, FIELD_MESSAGE))
		return;
	list->by_start = ARENA_ARRAY(arena, 256, const struct matcher_list *);
	for (unsigned c = 0; c < 256; c++)
		list->by_start[c] = list_from(arena, list, c);
}

static struct matcher_list *
list_for(struct arena *arena, const struct pack *pack, struct str value)
{
	struct matcher_list *list = ARENA_NEW(arena, struct matcher_list);

	list->items = ARENA_ARRAY(arena, pack->n_matchers + 1,
	    const struct matcher *);
	for (size_t i = 0; i < pack->n_matchers; i++) {
		if (may_match(&pack->matchers[i], pack->dispatch, value))
			list->items[list->n++] = &pack->matchers[i];
	}
	split_by_start(arena, pack, list);
	return list;
}

void
pack_build_dispatch(struct arena *arena, struct pack *pack)
{
	struct map by_value;
	field_id dispatch = best_field(pack);

	pack->dispatch = FIELD_NONE;
	pack->all = list_for(arena, pack, STR(""));
	map_init_in(&by_value, arena);
	pack->dispatch = dispatch;
	/* No value is empty, so this list has the patterns that do not ask. */
	pack->by_default = pack->all;
	if (dispatch == FIELD_NONE)
		return;
	pack->by_default = list_for(arena, pack, STR(""));
	for (size_t i = 0; i < pack->n_matchers; i++) {
		const struct condition *c =
		    condition_on(&pack->matchers[i], pack->dispatch);

		for (size_t k = 0; c != NULL && k < c->n; k++) {
			struct str value = lower_copy(arena, c->values[k]);

			if (map_get(&by_value, value) == NULL)
				map_put(&by_value, value,
				    list_for(arena, pack, value));
		}
	}
	lookup_build(arena, &by_value, false, &pack->by_value);
}
