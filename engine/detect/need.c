#include "engine/detect/need.h"

#include "engine/detect/find.h"

/*
 * For a test: its keys. For an AND: the keys of the child that is least
 * likely in an event. For an OR: the keys of all children. Negated tests need
 * nothing. Likelihoods are guesses from the length of the literal, where it
 * has to stand, and how many rules use it.
 */
#define CHANCE_ALWAYS 1e9

/* A key as text, for the map: field, kind, literal. */
static struct str
key_text(struct arena *arena, const struct need_key *key)
{
	char *p = arena_text(arena, key->text.n + 3);

	memcpy(p, &key->field, sizeof(key->field));
	p[2] = (char)key->kind;
	if (key->text.n > 0)
		memcpy(p + 3, key->text.p, key->text.n);
	return str_make(p, key->text.n + 3);
}

void
census_init(struct census *census, struct arena *arena)
{
	census->arena = arena;
	map_init_in(&census->uses, arena);
}

void
census_add(struct census *census, const struct node *tree)
{
	for (size_t i = 0; i < tree->n; i++)
		census_add(census, tree->nodes[i]);
	for (size_t i = 0; i < tree->n_keys; i++) {
		struct str text = key_text(census->arena, &tree->keys[i]);
		uintptr_t n = (uintptr_t)map_get(&census->uses, text);

		if (!tree->keys[i].present)
			map_put(&census->uses, text, (void *)(n + 1));
	}
}

static double
uses(const struct census *census, const struct need_key *key)
{
	char room[256];
	struct str text = {room, key->text.n + 3};

	if (text.n > sizeof(room))
		return 1;
	memcpy(room, &key->field, sizeof(key->field));
	room[2] = (char)key->kind;
	if (key->text.n > 0)
		memcpy(room + 3, key->text.p, key->text.n);
	return (double)(uintptr_t)map_get(&census->uses, text);
}

/* Values that nearly every event of some kind has; shorter numbers and words
 * are more usual than longer ones. */
static double
exact_chance(struct str text)
{
	static const struct str usual[] = {
	    STR_INIT("microsoft corporation"), STR_INIT("system"),
	    STR_INIT("high"), STR_INIT("medium"), STR_INIT("true"),
	    STR_INIT("false"), STR_INIT("success"), STR_INIT("get"),
	    STR_INIT("post"), STR_INIT("tcp"), STR_INIT("udp"),
	};

	for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]); i++) {
		if (str_eq(text, usual[i]))
			return 0.3;
	}
	if (text.n < 3)
		return 0.2;
	return text.n < 6 ? 0.005 : 0.002;
}

/* Pieces of texts like these are in every other event. */
static bool
is_usual(struct str text)
{
	static const struct str usual[] = {
	    STR_INIT("\"c:\\windows\\system32\\"),
	    STR_INIT(":\\windows\\syswow64\\"),
	    STR_INIT(":\\program files (x86)\\"),
	    STR_INIT("c:\\program files\\"),
	    STR_INIT("\\appdata\\local\\temp\\"),
	    STR_INIT("c:\\users\\"), STR_INIT("\\cmd.exe /c \""),
	    STR_INIT("powershell.exe"), STR_INIT(".exe\" -"),
	    STR_INIT(".dll,"), STR_INIT("https://www."), STR_INIT("http://"),
	    STR_INIT(".com/"), STR_INIT("microsoft"), STR_INIT("/usr/bin/"),
	    STR_INIT("/usr/sbin/"), STR_INIT("/etc/"),
	};

	for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]); i++) {
		if (text_find(usual[i], text) != SIZE_MAX)
			return true;
	}
	return false;
}

static double
key_chance(const struct census *census, const struct need_key *key)
{
	double chance = 0.002;

	if (key->present)
		return 0.6;
	if (key->kind == LITERAL_CONTAINS) {
		if (key->text.n < 3)
			chance = 0.3;
		else if (key->text.n < 4)
			chance = 0.05;
		else if (key->text.n < 6)
			chance = 0.004;
		else
			chance = 0.001;
		if (is_usual(key->text))
			chance = 0.4;
	} else if (key->kind == LITERAL_EXACT) {
		chance = exact_chance(key->text);
	} else if (key->text.n < 4 || is_usual(key->text)) {
		chance = 0.2;
	}
	chance *= uses(census, key);
	return chance > 0.5 ? 0.5 : chance;
}

static double
keys_chance(const struct census *census, const struct node *node)
{
	double sum = 0;

	for (size_t i = 0; i < node->n_keys; i++)
		sum += key_chance(census, &node->keys[i]);
	return sum;
}

/* The chance of the best condition below node; CHANCE_ALWAYS: there is none. */
static double
chance(const struct census *census, const struct node *node)
{
	double best = CHANCE_ALWAYS, sum = 0;

	switch (node->op) {
	case NODE_TRUE:
		return CHANCE_ALWAYS;
	case NODE_FALSE:
		return 0;
	case NODE_LEAF:
		return node->keys == NULL ? CHANCE_ALWAYS
					  : keys_chance(census, node);
	case NODE_AND:
		for (size_t i = 0; i < node->n; i++) {
			double one = chance(census, node->nodes[i]);

			best = one < best ? one : best;
		}
		return best;
	case NODE_OR:
		for (size_t i = 0; i < node->n; i++)
			sum += chance(census, node->nodes[i]);
		return sum < CHANCE_ALWAYS ? sum : CHANCE_ALWAYS;
	}
	return CHANCE_ALWAYS;
}

static void
collect(const struct census *census, struct arena *arena,
    const struct node *node, struct need *need, size_t *cap)
{
	const struct node *best;
	double least;

	switch (node->op) {
	case NODE_TRUE:
	case NODE_FALSE:
		return;
	case NODE_LEAF:
		for (size_t i = 0; i < node->n_keys; i++) {
			ARENA_PUSH_ROOM(arena, need->keys, need->n, *cap);
			need->keys[need->n++] = node->keys[i];
		}
		return;
	case NODE_AND:
		best = node->nodes[0];
		least = chance(census, best);
		for (size_t i = 1; i < node->n; i++) {
			double one = chance(census, node->nodes[i]);

			if (one < least) {
				best = node->nodes[i];
				least = one;
			}
		}
		collect(census, arena, best, need, cap);
		return;
	case NODE_OR:
		for (size_t i = 0; i < node->n; i++)
			collect(census, arena, node->nodes[i], need, cap);
		return;
	}
}

struct need
need_choose(const struct census *census, struct arena *arena,
    const struct node *tree)
{
	struct need need = {0};
	size_t cap = 0;

	need.never = tree->op == NODE_FALSE;
	need.always = chance(census, tree) >= CHANCE_ALWAYS;
	if (!need.always && !need.never)
		collect(census, arena, tree, &need, &cap);
	return need;
}
