/*
 * The tables of the 64 shards: open addressing by the key's low half (it is
 * cut from SHA-256), one byte of tag a slot, so that a search reads a window
 * only when it is very likely the right one.
 */
#include "engine/correlate/window.h"

#include <stdlib.h>

static uint8_t
tag_of(struct hash128 key)
{
	return (uint8_t)(key.lo >> 56 | 1);
}

struct shard *
shard_of(struct windows *w, struct hash128 key)
{
	return &w->shards[key.hi >> 58];
}

/* The key's slot, or the free one where it would go. */
static size_t
place(const struct shard *s, struct hash128 key)
{
	size_t mask = s->n_slots - 1, at = key.lo & mask;
	uint8_t tag = tag_of(key);

	for (; s->tags[at] != 0; at = (at + 1) & mask)
		if (s->tags[at] == tag && hash128_eq(s->slots[at]->key, key))
			break;
	return at;
}

struct window *
table_get(const struct shard *s, struct hash128 key)
{
	size_t at;

	if (s->n == 0)
		return NULL;
	at = place(s, key);
	return s->tags[at] == 0 ? NULL : s->slots[at];
}

static void
grow(struct shard *s)
{
	struct shard old = *s;

	s->n_slots = old.n_slots == 0 ? 16 : old.n_slots * 2;
	s->slots = mem_get(s->n_slots * sizeof(struct window *));
	s->tags = mem_get_zero(s->n_slots, 1);
	s->sweep = 0;
	for (size_t i = 0; i < old.n_slots; i++) {
		size_t at;

		if (old.tags[i] == 0)
			continue;
		at = old.slots[i]->key.lo & (s->n_slots - 1);
		while (s->tags[at] != 0)
			at = (at + 1) & (s->n_slots - 1);
		s->tags[at] = old.tags[i];
		s->slots[at] = old.slots[i];
	}
	free(old.slots);
	free(old.tags);
}

void
table_put(struct shard *s, struct window *win)
{
	size_t at;

	if (s->n + 1 > s->n_slots - s->n_slots / 8)
		grow(s);
	at = place(s, win->key);
	s->tags[at] = tag_of(win->key);
	s->slots[at] = win;
	s->n++;
}

void
table_move(struct shard *s, struct window *from, struct window *to)
{
	size_t mask = s->n_slots - 1, at = to->key.lo & mask;

	/* `from` is freed: only its address may be looked at. */
	while (s->slots[at] != from || s->tags[at] == 0)
		at = (at + 1) & mask;
	s->slots[at] = to;
}

void
table_take(struct shard *s, struct hash128 key)
{
	size_t mask = s->n_slots - 1, hole = place(s, key), at = hole;

	if (s->tags[hole] == 0)
		return;
	s->n--;
	/* Those behind move up, so that no search stops at the hole. */
	for (;;) {
		size_t home;

		at = (at + 1) & mask;
		if (s->tags[at] == 0)
			break;
		home = s->slots[at]->key.lo & mask;
		if (((at - home) & mask) < ((at - hole) & mask))
			continue;
		s->tags[hole] = s->tags[at];
		s->slots[hole] = s->slots[at];
		hole = at;
	}
	s->tags[hole] = 0;
}

void
keys_add(struct keys *keys, struct hash128 key)
{
	if (keys->n == keys->cap) {
		keys->cap = keys->cap == 0 ? 16 : keys->cap * 2;
		keys->items = mem_resize(
		    keys->items, keys->cap * sizeof(*keys->items));
	}
	keys->items[keys->n++] = key;
}

void
heap_add(struct shard *s, int64_t time, struct hash128 key)
{
	size_t at = s->n_heap;

	if (s->n_heap == s->heap_cap) {
		s->heap_cap = s->heap_cap == 0 ? 16 : s->heap_cap * 2;
		s->heap = mem_resize(s->heap, s->heap_cap * sizeof(*s->heap));
	}
	s->n_heap++;
	for (; at > 0 && s->heap[(at - 1) / 2].time > time; at = (at - 1) / 2)
		s->heap[at] = s->heap[(at - 1) / 2];
	s->heap[at] = (struct due){time, key};
}

bool
heap_take(struct shard *s, int64_t watermark, struct hash128 *key)
{
	struct due last;
	size_t at = 0;

	if (s->n_heap == 0 || s->heap[0].time > watermark)
		return false;
	*key = s->heap[0].key;
	last = s->heap[--s->n_heap];
	for (;;) {
		size_t child = at * 2 + 1;

		if (child >= s->n_heap)
			break;
		if (child + 1 < s->n_heap &&
		    s->heap[child + 1].time < s->heap[child].time)
			child++;
		if (s->heap[child].time >= last.time)
			break;
		s->heap[at] = s->heap[child];
		at = child;
	}
	if (s->n_heap > 0)
		s->heap[at] = last;
	return true;
}

void
shard_fini(struct shard *s)
{
	free(s->slots);
	free(s->tags);
	free(s->dirty.items);
	free(s->pending.items);
	free(s->heap);
	*s = (struct shard){.watermark = INT64_MIN};
}
