#include "engine/base/base64.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static const struct {
	const char *name;
	struct str bytes, text;
} rows[] = {
    {"nothing",	   STR_INIT(""),	     STR_INIT("")	      },
    {"one",	   STR_INIT("f"),	     STR_INIT("Zg==")    },
    {"two",	   STR_INIT("fo"),	     STR_INIT("Zm8=")    },
    {"three",	   STR_INIT("foo"),	     STR_INIT("Zm9v")    },
    {"six",	   STR_INIT("foobar"),	     STR_INIT("Zm9vYmFy")},
    {"high bytes", STR_INIT("\xff\x00\xfe"), STR_INIT("/wD+")    },
};

static void
test_both_ways(void **state)
{
	struct arena *arena = arena_new(0);
	struct str back;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (!str_eq(base64_encode(arena, rows[i].bytes),
			rows[i].text) ||
		    !base64_decode(arena, rows[i].text, &back) ||
		    !str_eq(back, rows[i].bytes))
			fail_msg("%s", rows[i].name);
	}
	arena_free(arena);
}

static void
test_refused(void **state)
{
	static const char *const texts[] = {"Z", "Zg=", "Zg", "Z===", "Zg=a",
	    "Zm9*", "=Zg=", "====", "Zm9v\n"};
	struct arena *arena = arena_new(0);
	struct str back;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (base64_decode(arena, str_from(texts[i]), &back))
			fail_msg("'%s' was taken", texts[i]);
	}
	arena_free(arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_both_ways),
	    cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
