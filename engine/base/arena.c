#include "engine/base/arena.h"

#include "engine/base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define ARENA_BLOCK ((size_t)64 * 1024)
#define ARENA_ALIGN ((size_t)16)

struct block {
	struct block *next; /* the one that was filled before */
	size_t size;	    /* of data */
	_Alignas(16) char data[];
};

struct arena {
	struct block *top;
	size_t used; /* of top */
	size_t total;
	size_t first;
};

void *
mem_get(size_t n)
{
	void *p = malloc(n == 0 ? 1 : n);

	if (p == NULL)
		die("out of memory (%zu bytes wanted)", n);
	return p;
}

void *
mem_get_zero(size_t count, size_t size)
{
	void *p = calloc(count == 0 ? 1 : count, size == 0 ? 1 : size);

	if (p == NULL)
		die("out of memory (%zu times %zu bytes wanted)", count, size);
	return p;
}

void *
mem_resize(void *p, size_t n)
{
	void *q = realloc(p, n == 0 ? 1 : n);

	if (q == NULL)
		die("out of memory (%zu bytes wanted)", n);
	return q;
}

static void
block_push(struct arena *arena, size_t n)
{
	size_t size = arena->top == NULL ? arena->first : arena->top->size * 2;
	struct block *block;

	if (n > SIZE_MAX / 2)
		die("out of memory (%zu bytes wanted)", n);
	if (size > (size_t)16 * 1024 * 1024)
		size = (size_t)16 * 1024 * 1024;
	if (size < n)
		size = n;
	block = mem_get(sizeof(*block) + size);
	block->next = arena->top;
	block->size = size;
	arena->top = block;
	arena->used = 0;
	arena->total += size;
}

struct arena *
arena_new(size_t block)
{
	struct arena *arena = mem_get_zero(1, sizeof(*arena));

	arena->first = block == 0 ? ARENA_BLOCK : block;
	return arena;
}

static void
blocks_free(struct block *block)
{
	while (block != NULL) {
		struct block *next = block->next;

		free(block);
		block = next;
	}
}

void
arena_free(struct arena *arena)
{
	if (arena == NULL)
		return;
	blocks_free(arena->top);
	free(arena);
}

void
arena_reset(struct arena *arena)
{
	if (arena->top != NULL && arena->top->next != NULL) {
		blocks_free(arena->top->next);
		arena->top->next = NULL;
		arena->total = arena->top->size;
	}
	arena->used = 0;
}

static void *
take(struct arena *arena, size_t n, size_t align)
{
	size_t at = (arena->used + align - 1) & ~(align - 1);

	if (arena->top == NULL || at > arena->top->size ||
	    n > arena->top->size - at) {
		block_push(arena, n);
		at = 0;
	}
	arena->used = at + n;
	return arena->top->data + at;
}

void *
arena_get_raw(struct arena *arena, size_t n)
{
	return take(arena, n, ARENA_ALIGN);
}

void *
arena_get(struct arena *arena, size_t n)
{
	void *p = take(arena, n, ARENA_ALIGN);

	memset(p, 0, n);
	return p;
}

void *
arena_get_array(struct arena *arena, size_t count, size_t size)
{
	size_t n;

	if (__builtin_mul_overflow(count, size, &n))
		die("a list of %zu elements does not fit in memory", count);
	return arena_get(arena, n);
}

void *
arena_grow(struct arena *arena, const void *old, size_t count,
    size_t new_count, size_t size)
{
	char *p = arena_get_array(arena, new_count, size);

	if (count > 0)
		memcpy(p, old, count * size);
	return p;
}

char *
arena_text(struct arena *arena, size_t n)
{
	return take(arena, n, 1);
}

struct str
arena_dup(struct arena *arena, struct str s)
{
	char *p = arena_text(arena, s.n + 1);

	if (s.n > 0)
		memcpy(p, s.p, s.n);
	p[s.n] = '\0';
	return str_make(p, s.n);
}

struct str
arena_printf(struct arena *arena, const char *format, ...)
{
	va_list args;
	char *p;
	int n;

	va_start(args, format);
	n = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (n < 0)
		return STR_NONE;
	p = arena_text(arena, (size_t)n + 1);
	va_start(args, format);
	n = vsnprintf(p, (size_t)n + 1, format, args);
	va_end(args);
	return str_make(p, n < 0 ? 0 : (size_t)n);
}

size_t
arena_size(const struct arena *arena)
{
	return arena->total;
}
