#include "engine/event/logsource.h"

struct word_table {
	struct arena *arena;
	struct map by_text;
	struct str *words;
	size_t n;
	size_t cap;
};

static struct str
lower(struct str word, char out[64])
{
	size_t n = word.n < 64 ? word.n : 64;

	for (size_t i = 0; i < n; i++)
		out[i] = char_lower(word.p[i]);
	return str_make(out, n);
}

struct word_table *
word_table_new(struct arena *arena)
{
	struct word_table *t = ARENA_NEW(arena, struct word_table);

	t->arena = arena;
	map_init_in(&t->by_text, arena);
	ARENA_PUSH_ROOM(arena, t->words, t->n, t->cap);
	t->words[t->n++] = STR("");
	return t;
}

uint16_t
word_find(const struct word_table *t, struct str word)
{
	char text[64];

	return (uint16_t)(uintptr_t)map_get(&t->by_text, lower(word, text));
}

uint16_t
word_intern(struct word_table *t, struct str word)
{
	uint16_t id = word_find(t, word);
	char text[64];
	struct str own;

	if (id != 0 || word.n == 0 || t->n >= UINT16_MAX)
		return id;
	own = arena_dup(t->arena, lower(word, text));
	ARENA_PUSH_ROOM(t->arena, t->words, t->n, t->cap);
	t->words[t->n] = own;
	map_put(&t->by_text, own, (void *)(uintptr_t)t->n);
	return (uint16_t)t->n++;
}

struct str
word_text(const struct word_table *t, uint16_t word)
{
	return t->words[word];
}

static bool
clash(uint16_t a, uint16_t b)
{
	return a != 0 && b != 0 && a != b;
}

bool
logsource_may_match(struct logsource rule, struct logsource event)
{
	return !clash(rule.product, event.product) &&
	    !clash(rule.category, event.category) &&
	    !clash(rule.service, event.service);
}
