/* Messages that are a list of objects. */
#include "engine/header/json_list.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static const struct {
	const char *name, *text, *want; /* NULL: no list */
	uint32_t more;
} rows[] = {
    {"one record", "{\"records\":[{\"a\":1}]}", "{\"a\":1}", 0},
    {"blanks", "{ \"Records\" : [ { \"a\": 1 } ] } ", "{ \"a\": 1 }", 0},
    {"several", "{\"records\":[{\"a\":1},{\"a\":{\"b\":2}}, {}]}",
	"{\"a\":1}", 2},
    {"bare", "[{\"a\":1},{\"a\":2}]", "{\"a\":1}", 1},
    {"nested", "[{\"a\":[{\"b\":{}}]}]", "{\"a\":[{\"b\":{}}]}", 0},
    {"brackets in text", "[{\"a\":\"}]\\\"}\"}]", "{\"a\":\"}]\\\"}\"}", 0},
    {"cut in the first", "{\"records\":[{\"a\":{\"b\":\"x", "{\"a\":{\"b\":\"x",
	0},
    {"cut in the second", "{\"records\":[{\"a\":1},{\"b\":", "{\"a\":1}", 1},
    {"cut behind one", "{\"records\":[{\"a\":1}", "{\"a\":1}", 0},
    {"beside something", "{\"records\":[{\"a\":1}],\"b\":2}", NULL, 0},
    {"text behind", "[{\"a\":1}] failed", NULL, 0},
    {"of numbers", "{\"records\":[1,2]}", NULL, 0},
    {"then another", "[{\"a\":1},2]", NULL, 0},
    {"empty", "{\"records\":[]}", NULL, 0},
    {"another key", "{\"recordset\":[{\"a\":1}]}", NULL, 0},
    {"an object", "{\"a\":[{\"b\":1}]}", NULL, 0},
    {"a text", "[{x} 12] hello", NULL, 0},
    {"a bracket", "[{", NULL, 0},
    {"nothing", "", NULL, 0},
};

static void
test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		uint32_t more = 99;
		struct str got = json_list_first(
		    str_from(rows[i].text), &more);

		if (rows[i].want == NULL ? got.n > 0
					 : !str_eq(got, str_from(rows[i].want)))
			fail_msg("%s: '%.*s'", rows[i].name, STR_ARG(got));
		if (more != rows[i].more)
			fail_msg("%s: %u more", rows[i].name, more);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
