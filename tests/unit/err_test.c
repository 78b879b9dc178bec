/* Messages about people's files: order, hints, and a clean terminal. */
#include "engine/base/err.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static const struct str file_a = STR_INIT("a.yaml");

static struct place
at(uint32_t line, uint32_t column)
{
	return (struct place){file_a, line, column};
}

static void
check(const struct err *err, bool colour, struct str want)
{
	struct buf out;

	buf_init(&out, (size_t)1024 * 1024);
	err_print(err, &out, colour);
	if (!str_eq(buf_str(&out), want))
		fail_msg("printed:\n%.*s", STR_ARG(buf_str(&out)));
	buf_fini(&out);
}

static void
test_print(void **state)
{
	struct arena *arena = arena_new(0);
	char name[] = "b.yaml";
	struct err err;

	(void)state;
	err_init(&err, arena);
	err_hint(&err, "nothing to give a hint to");
	assert_false(err_add(&err, at(3, 7), "number", "found '%s'", "x"));
	err_hint(&err, "write %d", 5);
	assert_false(err_warn(&err, (struct place){.file = str_from(name)},
	    "style", "as a whole"));
	name[0] = 'z'; /* texts were copied */
	assert_int_equal(err.n, 2);
	assert_int_equal(err.errors, 1);
	check(&err, false,
	    STR("a.yaml:3:7: error[number]: found 'x'; write 5\n"
		"b.yaml: warning[style]: as a whole\n"));
	check(&err, true,
	    STR("a.yaml:3:7: \033[31merror\033[0m[number]: found 'x'; write 5"
		"\nb.yaml: \033[33mwarning\033[0m[style]: as a whole\n"));
	arena_free(arena);
}

static void
test_sort(void **state)
{
	static const uint32_t places[][2] = {
	    {9,  1 },
            {2,  9 },
            {2,  10},
            {1,  1 },
            {10, 1 }
        };
	struct arena *arena = arena_new(0);
	struct err err;

	(void)state;
	err_init(&err, arena);
	err_sort(&err);
	err_add(&err, (struct place){STR("b.yaml"), 1, 1}, "x", "last");
	for (size_t i = 0; i < 5; i++)
		err_add(&err, at(places[i][0], places[i][1]), "x", "m");
	err_add(&err, (struct place){.file = file_a}, "x", "first");
	err_sort(&err);
	check(&err, false,
	    STR("a.yaml: error[x]: first\na.yaml:1:1: error[x]: m\n"
		"a.yaml:2:9: error[x]: m\na.yaml:2:10: error[x]: m\n"
		"a.yaml:9:1: error[x]: m\na.yaml:10:1: error[x]: m\n"
		"b.yaml:1:1: error[x]: last\n"));
	arena_free(arena);
}

static void
test_did_you_mean(void **state)
{
	static const struct str names[] = {
	    STR_INIT("journal"), STR_INIT("listen"), STR_INIT("tcp")};
	static const struct {
		struct str found;
		const char *want; /* "": no hint */
	} rows[] = {
	    {STR_INIT("jurnal"),  "did you mean 'journal'?"},
	    {STR_INIT("listne"),  "did you mean 'listen'?" },
	    {STR_INIT("Listen"),  "did you mean 'listen'?" },
	    {STR_INIT("tpc"),     ""                       },
	    {STR_INIT("tc"),      "did you mean 'tcp'?"    },
	    {STR_INIT("unknown"), ""                       },
	    {STR_INIT(""),        ""                       },
	};
	struct arena *arena = arena_new(0);
	struct err err;

	(void)state;
	err_init(&err, arena);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		err_add(&err, at(1, 1), "x", "unknown");
		err_did_you_mean(&err, rows[i].found, names, 3);
		if (!str_eq(err.items[i].hint, str_from(rows[i].want)))
			fail_msg("'%s': '%.*s'", rows[i].found.p,
			    STR_ARG(err.items[i].hint));
	}
	arena_free(arena);
}

/* What a file holds must not reach the terminal as it is. */
static void
test_clean(void **state)
{
	static const struct {
		const char *name;
		struct str found;
		const char *want;
	} rows[] = {
	    {"escape",        STR_INIT("\033[2J"),  "\\x1b[2J"},
	    {"line feed",     STR_INIT("a\nb"),     "a\\x0ab" },
	    {"delete",        STR_INIT("\x7f"),     "\\x7f"   },
	    {"C1 as UTF-8",
             STR_INIT("\xc2\x9b"
			 "2J"),
             "\\u009b2J"				      },
	    {"C1 as a byte",
             STR_INIT("\x9b"
			 "2J"),
             "\\x9b2J"					},
	    {"direction",
             STR_INIT("\xe2\x80\xae"
			 "a"),
             "\\u202ea"				       },
	    {"cut character", STR_INIT("\xc3"),     "\\xc3"   },
	    {"accent stays",  STR_INIT("\xc3\xa9"), "\xc3\xa9"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct arena *arena = arena_new(0);
		struct str want;
		struct err err;

		err_init(&err, arena);
		err_add(&err, at(1, 1), "x", "%.*s", STR_ARG(rows[i].found));
		want = arena_printf(
		    arena, "a.yaml:1:1: error[x]: %s\n", rows[i].want);
		check(&err, false, want);
		arena_free(arena);
	}
}

static void
test_long(void **state)
{
	struct arena *arena = arena_new(0);
	char text[5000];
	struct err err;

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	err_init(&err, arena);
	for (int i = 0; i < 100; i++)
		err_add(&err, at(1, 1), "x", "%s", text);
	assert_int_equal(err.errors, 100);
	assert_int_equal(err.items[99].text.n, 1023);
	arena_free(arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_print),
	    cmocka_unit_test(test_sort),
	    cmocka_unit_test(test_did_you_mean),
	    cmocka_unit_test(test_clean),
	    cmocka_unit_test(test_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
