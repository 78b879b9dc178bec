#include "engine/normalise/lookup.h"

#include "engine/base/arena.h"
#include "engine/base/text.h"

void
lookup_build(struct arena *arena, const struct map *map, bool exact,
    struct lookup *out)
{
	const struct map_entry *e;
	size_t at = 0, cap = 4;

	while (cap < map->n * 2)
		cap *= 2;
	*out = (struct lookup){.mask = cap - 1, .exact = exact};
	out->entries = ARENA_ARRAY(arena, cap, struct lookup_entry);
	while ((e = map_next(map, &at)) != NULL) {
		size_t i = text_hash(e->key) & out->mask;

		while (out->entries[i].value != NULL)
			i = (i + 1) & out->mask;
		out->entries[i] = (struct lookup_entry){e->key, e->value};
		if (e->key.n > out->longest)
			out->longest = e->key.n;
	}
}

static bool
is_lower_of(const char *lower, const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (lower[i] != char_lower(p[i]))
			return false;
	}
	return true;
}

void *
lookup_get(const struct lookup *l, struct str text)
{
	if (text.n > l->longest)
		return NULL;
	for (size_t i = text_hash(text) & l->mask; l->entries[i].value != NULL;
	     i = (i + 1) & l->mask) {
		const struct lookup_entry *e = &l->entries[i];

		if (e->key.n == text.n &&
		    (same_bytes(e->key.p, text.p, text.n) ||
			(!l->exact &&
			    is_lower_of(e->key.p, text.p, text.n))))
			return e->value;
	}
	return NULL;
}
