/* UTF-8: every code point both ways, and what is not one. */
#include "engine/base/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static void
test_round_trip(void **state)
{
	(void)state;
	for (uint32_t code = 0; code <= 0x10ffff; code++) {
		char text[4];
		uint32_t got = 0;
		size_t n, want;

		if (code >= 0xd800 && code <= 0xdfff)
			continue;
		n = utf8_encode(code, text);
		want = code < 0x80   ? 1
		    : code < 0x800   ? 2
		    : code < 0x10000 ? 3
				     : 4;
		if (n != want || utf8_decode(str_make(text, n), &got) != n ||
		    got != code)
			fail_msg("U+%04X", code);
		/* Cut anywhere, it is none. */
		for (size_t cut = 0; cut < n; cut++)
			assert_int_equal(
			    utf8_decode(str_make(text, cut), &got), 0);
	}
}

static void
test_bad(void **state)
{
	static const struct {
		const char *name;
		struct str in;
	} rows[] = {
	    {"empty",               {NULL, 0}                   },
	    {"a continuation",      STR_INIT("\x80")            },
	    {"overlong NUL",        STR_INIT("\xc0\x80")        },
	    {"overlong slash",      STR_INIT("\xc1\xaf")        },
	    {"overlong, 3 bytes",   STR_INIT("\xe0\x9f\xbf")    },
	    {"overlong, 4 bytes",   STR_INIT("\xf0\x8f\xbf\xbf")},
	    {"first surrogate",     STR_INIT("\xed\xa0\x80")    },
	    {"last surrogate",      STR_INIT("\xed\xbf\xbf")    },
	    {"above U+10FFFF",      STR_INIT("\xf4\x90\x80\x80")},
	    {"lead byte F5",        STR_INIT("\xf5\x80\x80\x80")},
	    {"lead byte FF",        STR_INIT("\xff\xff\xff\xff")},
	    {"ASCII in the middle", STR_INIT("\xe2(\xa1")       },
	    {"lead in the middle",  STR_INIT("\xc3\xc3")        },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint32_t code = 77;

		if (utf8_decode(rows[i].in, &code) != 0 || code != 77)
			fail_msg("row '%s'", rows[i].name);
		if (rows[i].in.n > 0)
			assert_false(utf8_is_valid(rows[i].in));
	}
	assert_true(utf8_is_valid(STR_NONE));
	assert_true(utf8_is_valid(STR("caf\xc3\xa9 \0 \xf0\x9f\x8f\xa5")));
	assert_false(utf8_is_valid(STR("caf\xe9")));
	assert_false(utf8_is_valid(STR("good \xc3")));
}

static void
test_unsafe(void **state)
{
	static const struct {
		uint32_t code;
		bool unsafe;
	} rows[] = {
	    {'a',    false},
	    {0x7f,   false},
	    {0x80,   true },
	    {0x9f,   true },
	    {0xa0,   false},
	    {0x61b,  false},
	    {0x61c,  true },
	    {0x200d, false},
	    {0x200e, true },
	    {0x200f, true },
	    {0x2027, false},
	    {0x2028, true },
	    {0x2029, true },
	    {0x202e, true },
	    {0x202f, false},
	    {0x2065, false},
	    {0x2066, true },
	    {0x2069, true },
	    {0x206a, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (utf8_is_unsafe(rows[i].code) != rows[i].unsafe)
			fail_msg("U+%04X", rows[i].code);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_round_trip),
	    cmocka_unit_test(test_bad),
	    cmocka_unit_test(test_unsafe),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
