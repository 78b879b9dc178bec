/* CEF and LEEF whose mark a relay took for the tag, or left out. */
#include "tests/unit/header_fixture.h"

static const struct {
	const char *name;
	const char *line;
	const char *message; /* empty: as it came */
	const char *app;
} rows[] = {
    {"the tag", "<13>1 2026-11-24T10:00:00Z h CEF - - - 0|V|P|1|7|n|5|a=b",
	"CEF:0|V|P|1|7|n|5|a=b", ""},
    {"LEEF's", "<13>1 2026-11-24T10:00:00Z h LEEF - - - 1.0|V|P|1|7|a=b",
	"LEEF:1.0|V|P|1|7|a=b", ""},
    {"no mark", "<13>Nov 24 10:00:00 h 0|V|P|1|7|n|5|a=b",
	"CEF:0|V|P|1|7|n|5|a=b", ""},
    {"no mark and no header", "1|V|P|1|7|n|High|a=b c=d",
	"CEF:1|V|P|1|7|n|High|a=b c=d", ""},
    {"no mark behind a program", "<13>Nov 24 10:00:00 h app: 0|V|P|1|7|n|10|a=b",
	"CEF:0|V|P|1|7|n|10|a=b", "app"},
    {"too grave", "<13>Nov 24 10:00:00 h app: 0|V|P|1|7|n|11|a=b", "", "app"},
    {"columns of something else", "<13>Nov 24 10:00:00 h app: 0|a|b|c|d|e|f|g=h",
	"", "app"},
    {"no pairs", "<13>Nov 24 10:00:00 h app: 0|V|P|1|7|n|5|text", "", "app"},
    {"too few columns", "<13>Nov 24 10:00:00 h app: 0|V|P|1|7|n", "", "app"},
    {"the word alone", "<13>1 2026-11-24T10:00:00Z h CEF - - - a text", "", "CEF"},
};

static void
test_rejoin(void **state)
{
	struct arena *arena = arena_new(4096);

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const char *want = rows[i].message;
		struct header h;
		struct str before;

		header_parse(str_from(rows[i].line), &h);
		before = h.message;
		assert_int_equal(header_rejoin(arena, &h), want[0] != '\0');
		if (want[0] != '\0')
			same(rows[i].name, "message", want, h.message);
		else
			assert_true(h.message.p == before.p);
		same(rows[i].name, "program", rows[i].app, h.appname);
	}
	arena_free(arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rejoin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
