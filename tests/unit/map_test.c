/*
 * The hash table against the plainest reference: an array that is searched.
 * Random puts and takes, seeded, over few keys, so that the table is often
 * nearly full of long probe runs and deletion has much to move.
 */
#include "engine/base/map.h"

#include "engine/base/arena.h"
#include "engine/base/hash.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define KEYS 700

struct reference {
	void *values[KEYS];
	size_t n;
};

static char key_texts[KEYS][8];
static uint64_t random_state;

static uint64_t
next_random(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state;
}

static struct str
key_of(size_t i)
{
	return str_from(key_texts[i]);
}

static void
compare(const struct map *map, const struct reference *ref)
{
	size_t at = 0, n = 0;
	const struct map_entry *e;

	assert_int_equal(map->n, ref->n);
	for (size_t i = 0; i < KEYS; i++)
		assert_ptr_equal(map_get(map, key_of(i)), ref->values[i]);
	while ((e = map_next(map, &at)) != NULL) {
		size_t i = (size_t)(e->key.p - key_texts[0]) /
		    sizeof(key_texts[0]);

		assert_true(i < KEYS);
		assert_ptr_equal(e->value, ref->values[i]);
		n++;
	}
	assert_int_equal(n, ref->n);
	assert_true(map->n * 4 <= map->cap * 3);
}

static void
run_random(struct map *map, uint64_t seed)
{
	struct reference ref = {.n = 0};
	static char things[64];

	hash_seed(seed);
	random_state = seed * 2654435761u + 1;
	for (int round = 0; round < 30; round++) {
		/* Rounds that fill, rounds that empty. */
		unsigned puts = round % 2 == 0 ? 70 : 25;

		for (int i = 0; i < 1000; i++) {
			size_t k = next_random() % KEYS;
			void *old;

			if (next_random() % 100 < puts) {
				void *v = &things[next_random() % 64];

				old = map_put(map, key_of(k), v);
				assert_ptr_equal(old, ref.values[k]);
				ref.n += ref.values[k] == NULL;
				ref.values[k] = v;
			} else {
				old = map_take(map, key_of(k));
				assert_ptr_equal(old, ref.values[k]);
				ref.n -= ref.values[k] != NULL;
				ref.values[k] = NULL;
			}
		}
		compare(map, &ref);
	}
}

static void
test_random(void **state)
{
	struct arena *arena = arena_new(0);
	struct map map;

	(void)state;
	for (uint64_t seed = 1; seed <= 8; seed++) {
		map_init(&map);
		run_random(&map, seed);
		map_fini(&map);
		map_init_in(&map, arena);
		run_random(&map, seed);
	}
	arena_free(arena);
}

/* All of a run with one home: emptied from each place in it. */
static void
test_one_run(void **state)
{
	struct map map;
	size_t run[8], n = 0;
	int thing;

	(void)state;
	hash_seed(42);
	for (size_t i = 0; i < KEYS && n < 8; i++) {
		if (hash_bytes(key_of(i)) % 16 == 13) /* wraps at the end */
			run[n++] = i;
	}
	assert_int_equal(n, 8);
	for (size_t first = 0; first < 8; first++) {
		map_init(&map);
		for (size_t i = 0; i < 8; i++)
			map_put(&map, key_of(run[i]), &thing);
		assert_int_equal(map.cap, 16);
		for (size_t i = 0; i < 8; i++) {
			assert_non_null(
			    map_take(&map, key_of(run[(first + i) % 8])));
			for (size_t k = i + 1; k < 8; k++)
				assert_non_null(map_get(
				    &map, key_of(run[(first + k) % 8])));
		}
		assert_int_equal(map.n, 0);
		map_fini(&map);
	}
}

static void
test_edges(void **state)
{
	struct map map;
	size_t at = 0;
	int a, b;

	(void)state;
	map_init(&map);
	assert_null(map_get(&map, STR("a")));
	assert_null(map_take(&map, STR("a")));
	assert_null(map_next(&map, &at));
	map_clear(&map);
	/* The empty key is a key; a NUL is a byte. */
	assert_null(map_put(&map, STR_NONE, &a));
	assert_ptr_equal(map_get(&map, STR("")), &a);
	assert_null(map_put(&map, STR("k\0a"), &a));
	assert_null(map_put(&map, STR("k\0b"), &b));
	assert_ptr_equal(map_get(&map, STR("k\0a")), &a);
	assert_ptr_equal(map_put(&map, STR("k\0a"), &b), &a);
	assert_int_equal(map.n, 3);
	map_clear(&map);
	assert_null(map_get(&map, STR("")));
	assert_int_equal(map.n, 0);
	map_fini(&map);
	map_fini(&map);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_random),
	    cmocka_unit_test(test_one_run),
	    cmocka_unit_test(test_edges),
	};

	for (size_t i = 0; i < KEYS; i++)
		(void)snprintf(key_texts[i], sizeof(key_texts[i]), "k%zu", i);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
