#include "engine/detect/need.h"

#include "engine/base/find.h"

#include <stdlib.h>

/*
 * For a test: its keys. For an AND: the conditions of all children, those
 * that are least likely in an event first. For an OR: the keys of all
 * children together, the first condition of each, then the second. Negated
 * tests need nothing. Likelihoods are guesses from the length of the literal,
 * where it has to stand, and how many rules use it.
 */

/* The field alone is in nearly every event of its kind. */
#define CHANCE_PRESENT 3.0
/* No second condition behind a first that hardly ever holds; and none that
 * excludes little. */
#define CHANCE_RARE   0.01
#define CHANCE_USEFUL 0.5
#define KEYS_CHEAP    100

struct condition {
	double chance;
	struct need_part part;
};

struct conditions {
	struct condition items[NEED_PARTS];
	size_t n;
};

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
		return CHANCE_PRESENT;
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

/* Keeps the list sorted by chance; what is left over is forgotten. */
static void
conditions_add(struct conditions *list, const struct condition *one)
{
	size_t at = list->n;

	while (at > 0 && list->items[at - 1].chance > one->chance)
		at--;
	if (at == NEED_PARTS)
		return;
	if (list->n < NEED_PARTS)
		list->n++;
	for (size_t i = list->n - 1; i > at; i--)
		list->items[i] = list->items[i - 1];
	list->items[at] = *one;
}

static struct conditions conditions_of(const struct census *census,
    struct arena *arena, const struct node *node);

/* Condition k of each child; one with fewer gives its last again. */
static struct condition
together(struct arena *arena, const struct conditions *lists, size_t n,
    size_t k)
{
	struct condition all = {0};
	size_t cap = 0;

	for (size_t i = 0; i < n; i++) {
		size_t last = lists[i].n - 1;
		const struct condition *c =
		    &lists[i].items[k < last ? k : last];

		all.chance += c->chance;
		for (size_t j = 0; j < c->part.n; j++) {
			ARENA_PUSH_ROOM(arena, all.part.keys, all.part.n, cap);
			all.part.keys[all.part.n++] = c->part.keys[j];
		}
	}
	return all;
}

static struct conditions
conditions_of_or(const struct census *census, struct arena *arena,
    const struct node *node)
{
	struct conditions out = {0};
	struct conditions *lists = mem_get(node->n * sizeof(*lists));
	size_t most = 0;
	bool all = true;

	for (size_t i = 0; i < node->n; i++) {
		lists[i] = conditions_of(census, arena, node->nodes[i]);
		all &= lists[i].n > 0;
		most = lists[i].n > most ? lists[i].n : most;
	}
	for (size_t k = 0; all && k < most; k++) {
		struct condition one = together(arena, lists, node->n, k);

		conditions_add(&out, &one);
	}
	free(lists);
	return out;
}

static struct conditions
conditions_of(const struct census *census, struct arena *arena,
    const struct node *node)
{
	struct conditions out = {0}, below;

	switch (node->op) {
	case NODE_TRUE:
	case NODE_FALSE:
		return out;
	case NODE_LEAF:
		if (node->keys == NULL)
			return out;
		out.n = 1;
		out.items[0].chance = keys_chance(census, node);
		out.items[0].part.n = node->n_keys;
		out.items[0].part.keys = ARENA_ARRAY(arena, node->n_keys,
		    struct need_key);
		memcpy(out.items[0].part.keys, node->keys,
		    node->n_keys * sizeof(*node->keys));
		return out;
	case NODE_AND:
		for (size_t i = 0; i < node->n; i++) {
			below = conditions_of(census, arena, node->nodes[i]);
			for (size_t j = 0; j < below.n; j++)
				conditions_add(&out, &below.items[j]);
		}
		return out;
	case NODE_OR:
		return conditions_of_or(census, arena, node);
	}
	return out;
}

/* Beginnings and ends cost nearly nothing to look for. */
static bool
is_cheap(const struct need_part *part)
{
	for (size_t i = 0; i < part->n; i++) {
		if (part->keys[i].present ||
		    part->keys[i].kind == LITERAL_CONTAINS)
			return false;
	}
	return part->n <= KEYS_CHEAP;
}

struct need
need_choose(const struct census *census, struct arena *arena,
    const struct node *tree)
{
	struct conditions list = conditions_of(census, arena, tree);
	struct need need = {.never = tree->op == NODE_FALSE};
	double chance = 1;

	for (size_t i = 0; i < list.n; i++) {
		const struct condition *c = &list.items[i];

		if (i > 0 && (chance < CHANCE_RARE ||
			c->chance > CHANCE_USEFUL || !is_cheap(&c->part)))
			continue;
		need.parts[need.n++] = c->part;
		chance *= c->chance;
	}
	return need;
}
