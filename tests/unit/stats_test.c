/* The counters: every row has a name of its own and a text; sums add. */
#include "engine/base/stats.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static void
test_rows(void **state)
{
	(void)state;
	assert_true(STAT_COUNT > 30);
	for (int i = 0; i < STAT_COUNT; i++) {
		const char *name = stat_name((enum stat_id)i);

		assert_true(strlen(name) > 0);
		assert_true(strlen(stat_text((enum stat_id)i)) > 10);
		assert_int_equal(
		    strspn(name, "abcdefghijklmnopqrstuvwxyz_"), strlen(name));
		for (int k = 0; k < i; k++)
			assert_string_not_equal(
			    name, stat_name((enum stat_id)k));
	}
	assert_string_equal(stat_name(STAT_received), "received");
}

/* The balance is over these prefixes. */
static void
test_balance_names(void **state)
{
	int refused = 0, dropped = 0;

	(void)state;
	for (int i = 0; i < STAT_COUNT; i++) {
		const char *name = stat_name((enum stat_id)i);

		refused += strncmp(name, "refused_", 8) == 0;
		dropped += strncmp(name, "dropped_", 8) == 0;
	}
	assert_true(refused >= 4);
	assert_true(dropped >= 3);
}

static void
test_add_and_sum(void **state)
{
	struct stats page = {0}, sum = {0}, *before = stats;

	(void)state;
	stats = &page;
	STAT_ADD(received, 3);
	STAT_ADD(received, 4);
	STAT_SET(windows, 9);
	STAT_SET(windows, 5);
	STAT_ADD(applied, 0);
	stats = before;
	assert_int_equal(page.n[STAT_received], 7);
	assert_int_equal(page.n[STAT_windows], 5);
	stats_sum(&sum, &page);
	stats_sum(&sum, &page);
	assert_int_equal(sum.n[STAT_received], 14);
	assert_int_equal(sum.n[STAT_windows], 10);
	assert_int_equal(sum.n[STAT_applied], 0);
	assert_int_equal(page.n[STAT_received], 7);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rows),
	    cmocka_unit_test(test_balance_names),
	    cmocka_unit_test(test_add_and_sum),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
