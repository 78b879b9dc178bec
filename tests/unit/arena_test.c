/* The bump allocator: alignment, zeroes, what a reset keeps. */
#include "engine/base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static bool
is_zero(const unsigned char *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (p[i] != 0)
			return false;
	}
	return true;
}

static void
test_pieces(void **state)
{
	static const size_t sizes[] = {
	    0, 1, 15, 16, 17, 63, 64, 65, 4096, 100000};
	struct arena *arena = arena_new(64);
	unsigned char *pieces[10][20];

	(void)state;
	for (size_t round = 0; round < 20; round++) {
		for (size_t i = 0; i < 10; i++) {
			unsigned char *p = arena_get(arena, sizes[i]);

			assert_int_equal((uintptr_t)p % 16, 0);
			assert_true(is_zero(p, sizes[i]));
			memset(p, (int)(round * 10 + i + 1), sizes[i]);
			pieces[i][round] = p;
			(void)arena_text(arena, 3); /* out of step */
		}
	}
	/* Nobody wrote into a neighbour. */
	for (size_t round = 0; round < 20; round++) {
		for (size_t i = 0; i < 10; i++) {
			for (size_t k = 0; k < sizes[i]; k++)
				assert_int_equal(
				    pieces[i][round][k], round * 10 + i + 1);
		}
	}
	arena_free(arena);
	arena_free(NULL);
}

static void
test_reset(void **state)
{
	struct arena *arena = arena_new(0);
	size_t full, before;
	unsigned char *p;

	(void)state;
	assert_int_equal(arena_size(arena), 0);
	for (int i = 0; i < 1000; i++)
		memset(arena_get_raw(arena, 1000), 0xff, 1000);
	full = arena_size(arena);
	assert_true(full >= 1000 * 1000);
	arena_reset(arena);
	before = arena_size(arena);
	assert_true(before > 0 && before < full);
	/* What comes from used memory is zeroed again. */
	p = arena_get(arena, 5000);
	assert_true(is_zero(p, 5000));
	/* A line's scratch costs nothing from the system the second time. */
	for (int round = 0; round < 100; round++) {
		arena_reset(arena);
		for (int i = 0; i < 100; i++)
			(void)arena_get(arena, 100);
	}
	assert_int_equal(arena_size(arena), before);
	arena_free(arena);
}

static void
test_texts(void **state)
{
	struct arena *arena = arena_new(32);
	struct str s = arena_dup(arena, STR("a\0b")), empty, number;
	char wide[3000];

	(void)state;
	assert_int_equal(s.n, 3);
	assert_memory_equal(s.p, "a\0b", 4); /* and a NUL */
	empty = arena_dup(arena, STR_NONE);
	assert_int_equal(empty.n, 0);
	assert_non_null(empty.p);
	assert_int_equal(empty.p[0], '\0');
	memset(wide, 'w', sizeof(wide) - 1);
	wide[sizeof(wide) - 1] = '\0';
	number = arena_printf(arena, "%s-%d", wide, 7);
	assert_int_equal(number.n, sizeof(wide) - 1 + 2);
	assert_true(str_has_suffix(number, STR("w-7")));
	assert_int_equal(number.p[number.n], '\0');
	arena_free(arena);
}

static void
test_lists(void **state)
{
	struct arena *arena = arena_new(64);
	uint32_t *items = NULL;
	size_t n = 0, cap = 0;

	(void)state;
	for (uint32_t i = 0; i < 1000; i++) {
		ARENA_PUSH_ROOM(arena, items, n, cap);
		items[n++] = i * 3;
	}
	assert_int_equal(cap, 1024);
	for (uint32_t i = 0; i < 1000; i++)
		assert_int_equal(items[i], i * 3);
	/* What is behind the elements is zero. */
	assert_true(is_zero((unsigned char *)(items + n), 24 * sizeof(*items)));
	assert_non_null(arena_get_array(arena, 0, 8));
	arena_free(arena);
}

static void
test_heap(void **state)
{
	unsigned char *p;

	(void)state;
	p = mem_get(0); /* never NULL */
	assert_non_null(p);
	p = mem_resize(p, 100);
	memset(p, 1, 100);
	p = mem_resize(p, 200);
	assert_int_equal(p[99], 1);
	free(p);
	p = mem_get_zero(10, 10);
	assert_true(is_zero(p, 100));
	free(p);
	p = mem_get_zero(0, 10);
	assert_non_null(p);
	free(p);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_pieces),
	    cmocka_unit_test(test_reset),
	    cmocka_unit_test(test_texts),
	    cmocka_unit_test(test_lists),
	    cmocka_unit_test(test_heap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
