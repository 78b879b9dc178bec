/* JSON that ends too early. */
#include "engine/patient/json_cut.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define LONG \
	"0123456789012345678901234567890123456789012345678901234567890123456789"

static const struct {
	const char *name, *text, *want; /* NULL: none */
} rows[] = {
    {"whole", "{\"a\":1}", "{\"a\":1}"},
    {"whole, and more", "{\"a\":1} x", "{\"a\":1} x"},
    {"behind a value", "{\"a\":1,\"b\":\"x\"", "{\"a\":1,\"b\":\"x\"}"},
    {"in a number", "{\"a\":1,\"b\":46", "{\"a\":1}"},
    {"in a word", "{\"a\":tru", "{}"},
    {"in a name", "{\"a\":1,\"user\":\"ann", "{\"a\":1}"},
    {"in a long text", "{\"a\":1,\"b\":\"" LONG, "{\"a\":1,\"b\":\"" LONG "\"}"},
    {"in its escape", "{\"b\":\"" LONG "\\", "{\"b\":\"" LONG "\"}"},
    {"in its code", "{\"b\":\"" LONG "\\u00", "{\"b\":\"" LONG "\"}"},
    {"in a key", "{\"a\":1,\"b", "{\"a\":1}"},
    {"behind a key", "{\"a\":1,\"b\"", "{\"a\":1}"},
    {"behind a colon", "{\"a\":1,\"b\":", "{\"a\":1}"},
    {"behind a comma", "{\"a\":1,", "{\"a\":1}"},
    {"nested", "{\"a\":{\"b\":[1,{\"c\":\"x\"", "{\"a\":{\"b\":[1,{\"c\":\"x\"}]}}"},
    {"behind what was nested", "{\"a\":{\"b\":[1]},\"c",
	"{\"a\":{\"b\":[1]}}"},
    {"in a list", "{\"a\":[\"x\",\"y\",\"z", "{\"a\":[\"x\",\"y\"]}"},
    {"brackets in text", "{\"a\":\"}]{\",\"b", "{\"a\":\"}]{\"}"},
    {"quotes in text", "{\"a\":\"x\\\"}\",\"b", "{\"a\":\"x\\\"}\"}"},
    {"only begun", "{", "{}"},
    {"of another kind", "{\"a\":]", NULL},
};

static void
test_rows(void **state)
{
	struct arena *arena = arena_new(0);

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct str got = json_complete(arena, str_from(rows[i].text));

		if (rows[i].want == NULL ? got.n > 0
					 : !str_eq(got, str_from(rows[i].want)))
			fail_msg("%s: %.*s", rows[i].name, STR_ARG(got));
	}
	arena_free(arena);
}

/* Cut anywhere, the result has its end, and nothing that was not there. */
static void
test_anywhere(void **state)
{
	static const char text[] = "{\"a\":{\"b\":[1,{\"c\":\"x\\u00e9\\\"\"}],"
	    "\"d\":null},\"e\":\"" LONG "\\n\",\"f\":-1.5e3}";
	struct arena *arena = arena_new(0);

	(void)state;
	for (size_t n = 1; n < sizeof(text); n++) {
		struct str got = json_complete(arena, str_make(text, n));
		size_t depth = 0;
		bool quoted = false;

		for (size_t i = 0; i < got.n; i++) {
			char c = got.p[i];

			if (c == '\\')
				i++;
			else if (c == '"')
				quoted = !quoted;
			else if (!quoted && (c == '{' || c == '['))
				depth++;
			else if (!quoted && (c == '}' || c == ']'))
				depth--;
		}
		if (got.n == 0 || depth != 0 || quoted)
			fail_msg("cut at %zu: %.*s", n, STR_ARG(got));
	}
	arena_free(arena);
}

static void
test_deep(void **state)
{
	struct arena *arena = arena_new(0);
	char text[200];

	(void)state;
	memset(text, '[', sizeof(text));
	text[0] = '{';
	assert_int_equal(json_complete(arena, str_make(text, sizeof(text))).n,
	    0);
	arena_free(arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rows),
	    cmocka_unit_test(test_anywhere),
	    cmocka_unit_test(test_deep),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
