/*
 * Linear probing; deletion moves the following entries back (no tombstones),
 * so that probes stay short however long the table lives.
 */
#include "engine/base/map.h"

#include "engine/base/arena.h"
#include "engine/base/hash.h"

#include <stdlib.h>

void
map_init(struct map *map)
{
	*map = (struct map){0};
}

void
map_init_in(struct map *map, struct arena *arena)
{
	*map = (struct map){.arena = arena};
}

void
map_fini(struct map *map)
{
	if (map->arena == NULL)
		free(map->entries);
	*map = (struct map){0};
}

void
map_clear(struct map *map)
{
	if (map->cap > 0)
		memset(map->entries, 0, map->cap * sizeof(*map->entries));
	map->n = 0;
}

static uint64_t
key_hash(struct str key)
{
	uint64_t h = hash_bytes(key);

	return h == 0 ? 1 : h;
}

/* The key's entry, or the free one where it would go. */
static struct map_entry *
probe(const struct map *map, struct str key, uint64_t hash)
{
	size_t mask = map->cap - 1;

	for (size_t i = hash & mask;; i = (i + 1) & mask) {
		struct map_entry *e = &map->entries[i];

		if (e->hash == 0 || (e->hash == hash && str_eq(e->key, key)))
			return e;
	}
}

void *
map_get(const struct map *map, struct str key)
{
	if (map->n == 0)
		return NULL;
	return probe(map, key, key_hash(key))->value;
}

static void
grow(struct map *map)
{
	struct map bigger = {.cap = map->cap == 0 ? 16 : map->cap * 2,
	    .arena = map->arena};

	bigger.entries = map->arena == NULL
	    ? mem_get_zero(bigger.cap, sizeof(*bigger.entries))
	    : ARENA_ARRAY(map->arena, bigger.cap, struct map_entry);
	for (size_t i = 0; i < map->cap; i++) {
		const struct map_entry *e = &map->entries[i];

		if (e->hash != 0)
			*probe(&bigger, e->key, e->hash) = *e;
	}
	bigger.n = map->n;
	if (map->arena == NULL)
		free(map->entries);
	*map = bigger;
}

void *
map_put(struct map *map, struct str key, void *value)
{
	uint64_t hash = key_hash(key);
	struct map_entry *e;
	void *old;

	if (map->n * 4 >= map->cap * 3)
		grow(map);
	e = probe(map, key, hash);
	old = e->value;
	if (e->hash == 0)
		map->n++;
	*e = (struct map_entry){key, value, hash};
	return old;
}

void *
map_take(struct map *map, struct str key)
{
	size_t mask = map->cap - 1, hole, i;
	struct map_entry *e;
	void *old;

	if (map->n == 0)
		return NULL;
	e = probe(map, key, key_hash(key));
	if (e->hash == 0)
		return NULL;
	old = e->value;
	hole = (size_t)(e - map->entries);
	for (i = (hole + 1) & mask; map->entries[i].hash != 0;
	     i = (i + 1) & mask) {
		size_t home = map->entries[i].hash & mask;

		/* May it move into the hole without passing its home? */
		if (((i - home) & mask) >= ((i - hole) & mask)) {
			map->entries[hole] = map->entries[i];
			hole = i;
		}
	}
	map->entries[hole] = (struct map_entry){0};
	map->n--;
	return old;
}

const struct map_entry *
map_next(const struct map *map, size_t *at)
{
	while (*at < map->cap) {
		const struct map_entry *e = &map->entries[(*at)++];

		if (e->hash != 0)
			return e;
	}
	return NULL;
}
