/*
 * A bump allocator. What comes from an arena lives until the arena is reset
 * or freed; nothing is freed alone. Out of memory ends the process with one
 * sentence, so no caller checks. An arena is one owner's and one thread's.
 */
#ifndef VIGIE_BASE_ARENA_H
#define VIGIE_BASE_ARENA_H

#include "engine/base/str.h"

struct arena;

/* `block` is the size of the first block in bytes; 0 means 64 KiB. */
struct arena *arena_new(size_t block);
void arena_free(struct arena *arena);

/* Forgets everything but keeps the largest block for the next round. */
void arena_reset(struct arena *arena);

/* n bytes, aligned to 16, zeroed (arena_get) or not (arena_get_raw). */
void *arena_get(struct arena *arena, size_t n);
void *arena_get_raw(struct arena *arena, size_t n);
/* `count` zeroed elements; ends the process when count * size overflows. */
void *arena_get_array(struct arena *arena, size_t count, size_t size);

/*
 * A larger array with the first `count` elements of `old` copied, for lists
 * that grow while a file is loaded.
 */
void *arena_grow(struct arena *arena, const void *old, size_t count,
    size_t new_count, size_t size);

/* Room of n bytes without alignment, for text. */
char *arena_text(struct arena *arena, size_t n);
/* A copy; the copy is followed by a NUL that does not count. */
struct str arena_dup(struct arena *arena, struct str s);
struct str arena_printf(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Bytes taken from the system, for memory accounts. */
size_t arena_size(const struct arena *arena);

#define ARENA_NEW(arena, type)	    ((type *)arena_get(arena, sizeof(type)))
#define ARENA_ARRAY(arena, n, type) \
	((type *)arena_get_array(arena, n, sizeof(type)))

/*
 * Makes room for one more element in a list that lives in an arena: `items`
 * grows by doubling; `count` is not changed.
 */
#define ARENA_PUSH_ROOM(arena, items, count, cap)                          \
	do {                                                               \
		if ((count) == (cap)) {                                    \
			(cap) = (cap) == 0 ? 8 : (cap) * 2;                \
			(items) = arena_grow(arena, items, count, cap,     \
			    sizeof(*(items)));                             \
		}                                                          \
	} while (0)

/* malloc and friends that never return NULL. */
void *mem_get(size_t n);
void *mem_get_zero(size_t count, size_t size);
void *mem_resize(void *p, size_t n);

#endif
