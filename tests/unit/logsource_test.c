/* Log sources: words as numbers, and matching by partial knowledge. */
#include "engine/event/logsource.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static void
test_words(void **state)
{
	struct arena *arena = arena_new(0);
	struct word_table *t = word_table_new(arena);
	uint16_t linux_ = word_intern(t, STR("linux"));
	char longest[100];

	(void)state;
	assert_int_equal(linux_, 1);
	assert_int_equal(word_intern(t, STR("Linux")), linux_);
	assert_int_equal(word_find(t, STR("LINUX")), linux_);
	assert_int_equal(word_find(t, STR("sshd")), 0);
	assert_int_equal(word_intern(t, STR("sshd")), 2);
	assert_int_equal(word_intern(t, STR("")), 0);
	assert_int_equal(word_find(t, STR_NONE), 0);
	assert_true(str_eq(word_text(t, linux_), STR("linux")));
	assert_int_equal(word_text(t, 0).n, 0);
	memset(longest, 'a', sizeof(longest));
	assert_int_equal(word_intern(t, str_make(longest, 100)), 3);
	assert_int_equal(word_text(t, 3).n, 64);
	arena_free(arena);
}

static void
test_full(void **state)
{
	struct arena *arena = arena_new(0);
	struct word_table *t = word_table_new(arena);

	(void)state;
	for (unsigned i = 1; i < 70000; i++) {
		char word[12];
		int n = snprintf(word, sizeof(word), "w%u", i);

		assert_int_equal(word_intern(t, str_make(word, (size_t)n)),
		    i < UINT16_MAX ? i : 0);
	}
	arena_free(arena);
}

static void
test_match(void **state)
{
	static const struct {
		const char *name;
		struct logsource rule, event;
		bool may;
	} rows[] = {
	    {"nothing said",       {0, 0, 0}, {0, 0, 0}, true },
	    {"rule says nothing",  {0, 0, 0}, {1, 2, 3}, true },
	    {"event says nothing", {1, 2, 3}, {0, 0, 0}, true },
	    {"same",               {1, 2, 3}, {1, 2, 3}, true },
	    {"other words said",   {1, 0, 0}, {0, 2, 3}, true },
	    {"other product",      {1, 2, 3}, {4, 2, 3}, false},
	    {"other category",     {1, 2, 3}, {1, 4, 3}, false},
	    {"other service",      {1, 2, 3}, {1, 2, 4}, false},
	    {"one clash suffices", {0, 0, 3}, {0, 0, 4}, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (logsource_may_match(rows[i].rule, rows[i].event) !=
		    rows[i].may)
			fail_msg("row '%s'", rows[i].name);
		assert_int_equal(
		    logsource_may_match(rows[i].event, rows[i].rule),
		    rows[i].may);
	}
}

static void
test_fill(void **state)
{
	struct logsource got = logsource_fill(
	    (struct logsource){1, 0, 3}, (struct logsource){4, 5, 0});

	(void)state;
	assert_int_equal(got.product, 1);
	assert_int_equal(got.category, 5);
	assert_int_equal(got.service, 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_words),
	    cmocka_unit_test(test_full),
	    cmocka_unit_test(test_match),
	    cmocka_unit_test(test_fill),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
