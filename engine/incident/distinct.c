#include "engine/incident/distinct.h"

#include <stdlib.h>

#include "engine/base/arena.h"
#include "engine/base/buf.h"
#include "engine/base/hash.h"

static void
place(uint64_t *slots, uint32_t cap, uint64_t h)
{
	uint32_t at = (uint32_t)h & (cap - 1);
	while (slots[at] != 0)
		at = (at + 1) & (cap - 1);
	slots[at] = h;
}

static bool
has(const struct distinct *set, uint64_t h)
{
	if (set->cap == 0)
		return false;
	uint32_t at = (uint32_t)h & (set->cap - 1);
	while (set->slots[at] != 0) {
		if (set->slots[at] == h)
			return true;
		at = (at + 1) & (set->cap - 1);
	}
	return false;
}

static bool
add_hash(struct distinct *set, uint64_t h)
{
	if (has(set, h))
		return false;
	if (set->n == DISTINCT_MAX) {
		set->full = true;
		return false;
	}
	if (set->n + set->n / 2 >= set->cap) {
		uint32_t cap = set->cap == 0 ? 8 : set->cap * 2;
		uint64_t *slots = mem_get_zero(cap, sizeof(*slots));
		for (uint32_t i = 0; i < set->cap; i++)
			if (set->slots[i] != 0)
				place(slots, cap, set->slots[i]);
		free(set->slots);
		set->slots = slots;
		set->cap = cap;
	}
	place(set->slots, set->cap, h);
	set->n++;
	return true;
}

bool
distinct_add(struct distinct *set, struct str scope, struct str value)
{
	struct buf key;
	buf_init(&key, SIZE_MAX);
	buf_add(&key, scope);
	buf_add_char(&key, '\0');
	for (size_t i = 0; i < value.n; i++)
		buf_add_char(&key, char_lower(value.p[i]));
	uint64_t h = hash_stable(buf_str(&key)).hi;
	buf_fini(&key);
	return add_hash(set, h == 0 ? 1 : h);
}

void
distinct_join(struct distinct *set, const struct distinct *from)
{
	for (uint32_t i = 0; i < from->cap; i++)
		if (from->slots[i] != 0)
			(void)add_hash(set, from->slots[i]);
	set->full = set->full || from->full;
}

void
distinct_fini(struct distinct *set)
{
	free(set->slots);
	*set = (struct distinct){0};
}
