/*
 * A pack with numbered messages has hundreds of patterns, each for a few
 * values of one field. The field that most conditions ask for becomes an
 * index: value -> the patterns that can still match, in their order.
 */
#include "engine/normalise/pack.h"

#define DISPATCH_MIN 4 /* patterns that must ask for the field */

static const struct condition *
condition_on(const struct matcher *m, field_id field)
{
	for (size_t i = 0; i < m->n_when; i++) {
		if (m->when[i].field == field && !m->when[i].absent)
			return &m->when[i];
	}
	return NULL;
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

			if (field == best || m->when[k].absent)
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
	return list;
}

void
pack_build_dispatch(struct arena *arena, struct pack *pack)
{
	map_init_in(&pack->by_value, arena);
	pack->dispatch = best_field(pack);
	/* No value is empty, so this list has the patterns that do not ask. */
	pack->by_default = list_for(arena, pack, STR(""));
	if (pack->dispatch == FIELD_NONE)
		return;
	for (size_t i = 0; i < pack->n_matchers; i++) {
		const struct condition *c =
		    condition_on(&pack->matchers[i], pack->dispatch);

		for (size_t k = 0; c != NULL && k < c->n; k++) {
			struct str value = lower_copy(arena, c->values[k]);

			if (map_get(&pack->by_value, value) == NULL)
				map_put(&pack->by_value, value,
				    list_for(arena, pack, value));
		}
	}
}
