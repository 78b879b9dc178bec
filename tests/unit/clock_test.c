#include "engine/member/clock.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

/* 2026-11-24T10:00:00Z */
#define NOW (1795514400 * SECOND)

static struct clock_table *table;

static int
setup(void **state)
{
	(void)state;
	table = calloc(1, sizeof(*table));
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	free(table);
	return 0;
}

static const struct clock_source *
find(const char *member, const char *source)
{
	for (size_t i = 0; i < CLOCK_SLOTS; i++) {
		const struct clock_source *c = &table->at[i];

		if (c->lines > 0 && strcmp(c->member, member) == 0 &&
		    strcmp(c->source, source) == 0)
			return c;
	}
	return NULL;
}

static int64_t
ahead(const char *member, const char *source)
{
	const struct clock_source *c = find(member, source);
	int64_t us = 0;

	assert_non_null(c);
	assert_true(clock_ahead(c, &us));
	return us / SECOND;
}

/* n lines, one a second, of a clock that is off; each a way of 0..2 s. */
static void
lines(const char *member, const char *source, int64_t off, int n, int64_t at)
{
	for (int i = 0; i < n; i++)
		clock_note(table, str_from(member), str_from(source),
		    at + i * SECOND + off - i % 3 * SECOND, at + i * SECOND);
}

static void
test_error_of_the_clock(void **state)
{
	(void)state;
	lines("hosp", "good", 0, 10, NOW);
	lines("hosp", "ahead", 40 * SECOND, 10, NOW);
	lines("hosp", "behind", -61 * MINUTE, 10, NOW);
	lines("other", "good", 5 * SECOND, 10, NOW);
	assert_int_equal(ahead("hosp", "good"), 0);
	assert_int_equal(ahead("hosp", "ahead"), 40);
	assert_int_equal(ahead("hosp", "behind"), -61 * 60);
	assert_int_equal(ahead("other", "good"), 5);
}

/* A queue that empties is no clock that is behind, and a clock that was set
 * right is so after two stretches. */
static void
test_stretches(void **state)
{
	(void)state;
	lines("hosp", "late", 0, 10, NOW);
	clock_note(table, STR("hosp"), STR("late"), NOW - HOUR, NOW + MINUTE);
	assert_int_equal(ahead("hosp", "late"), 0);

	lines("hosp", "set", HOUR, 10, NOW);
	lines("hosp", "set", 0, 10, NOW + 6 * MINUTE);
	assert_int_equal(ahead("hosp", "set"), 3600);
	lines("hosp", "set", 0, 10, NOW + 12 * MINUTE);
	assert_int_equal(ahead("hosp", "set"), 0);
	/* silent for a night: what was before is forgotten */
	lines("hosp", "set", -2 * MINUTE, 10, NOW + 9 * HOUR);
	assert_int_equal(ahead("hosp", "set"), -120);
}

static void
test_few_lines(void **state)
{
	int64_t us;

	(void)state;
	lines("hosp", "new", HOUR, 3, NOW);
	assert_false(clock_ahead(find("hosp", "new"), &us));
	clock_note(table, STR("hosp"), STR_NONE, NOW, NOW);
	assert_null(find("hosp", ""));
}

/* More sources than slots: the ones that talk are kept, none is mixed up. */
static void
test_many(void **state)
{
	size_t used = 0;

	(void)state;
	for (int i = 0; i < 20 * CLOCK_SLOTS; i++) {
		char name[200];

		(void)snprintf(name, sizeof(name), "%d-%0150d", i, 0);
		lines("hosp", name, HOUR, 4, NOW + i * SECOND);
		lines("hosp", "talks", -3 * SECOND, 1, NOW + i * SECOND);
	}
	for (size_t i = 0; i < CLOCK_SLOTS; i++)
		used += table->at[i].lines > 0;
	assert_int_equal(used, CLOCK_SLOTS);
	assert_int_equal(ahead("hosp", "talks"), -3);
}

static void
test_zone(void **state)
{
	static const struct {
		int64_t seconds;
		bool is_zone;
	} rows[] = {
	    {0, false}, {60, false}, {600, false}, {3600, true},
	    {-3600, true}, {3660, true}, {-7195, true}, {5400, true},
	    {4000, false}, {900, true}, {86400, false}, {50400, true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		if (clock_is_zone(rows[i].seconds * SECOND) !=
		    rows[i].is_zone)
			fail_msg("%lld s", (long long)rows[i].seconds);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test_setup_teardown(test_error_of_the_clock, setup,
		teardown),
	    cmocka_unit_test_setup_teardown(test_stretches, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_few_lines, setup, teardown),
	    cmocka_unit_test_setup_teardown(test_many, setup, teardown),
	    cmocka_unit_test(test_zone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
