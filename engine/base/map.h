/*
 * A hash table from text to a pointer: open addressing, keyed hash, so that
 * nobody outside can choose keys that collide. The map keeps the key slices
 * as given (borrowed): they have to live as long as their entry.
 */
#ifndef VIGIE_BASE_MAP_H
#define VIGIE_BASE_MAP_H

#include "engine/base/str.h"

struct arena;

struct map_entry {
	struct str key;
	void *value;
	uint64_t hash; /* 0: free */
};

struct map {
	struct map_entry *entries;
	size_t cap; /* a power of two, or 0 */
	size_t n;
	struct arena *arena; /* where the entries live; NULL: the heap */
};

void map_init(struct map *map);
/* Entries in the arena: no map_fini. For tables that live a generation. */
void map_init_in(struct map *map, struct arena *arena);
void map_fini(struct map *map);

/* NULL when there is none. */
void *map_get(const struct map *map, struct str key);
/* Adds or replaces; value must not be NULL. Returns the old value or NULL. */
void *map_put(struct map *map, struct str key, void *value);
/* Returns the value that was taken out, or NULL. */
void *map_take(struct map *map, struct str key);
/* Forgets all entries. */
void map_clear(struct map *map);

/* Entries in no order: start with *at = 0; NULL at the end. Nothing may be
 * put or taken on the way. */
const struct map_entry *map_next(const struct map *map, size_t *at);

#endif
