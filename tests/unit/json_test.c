/* JSON out: escapes that keep terminals and pages safe, commas, numbers. */
#include "engine/base/json.h"

#include "engine/base/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const struct {
	const char *name;
	struct str in;
	const char *out;
} escapes[] = {
    {"plain",            STR_INIT("a b/c'<"),                          "a b/c'<"                 },
    {"quote, backslash", STR_INIT("\"\\"),                             "\\\"\\\\"                },
    {"short ones",       STR_INIT("\n\r\t"),                           "\\n\\r\\t"               },
    {"NUL",	      STR_INIT("a\0b"),                             "a\\u0000b"               },
    {"backspace",        STR_INIT("\b"),                               "\\u0008"                 },
    {"escape",           STR_INIT("\033[31m"),                         "\\u001b[31m"             },
    {"delete",           STR_INIT("\x7f"),                             "\\u007f"                 },
    {"C1, first",        STR_INIT("\xc2\x80"),                         "\\u0080"                 },
    {"C1, CSI",
     STR_INIT("\xc2\x9b"
		 "2J"),
     "\\u009b2J"										 },
    {"C1, last",         STR_INIT("\xc2\x9f"),                         "\\u009f"                 },
    {"behind C1",        STR_INIT("\xc2\xa0"),                         "\xc2\xa0"                },
    {"accent",           STR_INIT("caf\xc3\xa9"),                      "caf\xc3\xa9"             },
    {"line separator",   STR_INIT("\xe2\x80\xa8"),                     "\\u2028"                 },
    {"paragraph",        STR_INIT("\xe2\x80\xa9"),                     "\\u2029"                 },
    {"override",
     STR_INIT("\xe2\x80\xae"
		 "exe"),
     "\\u202eexe"										},
    {"isolates",         STR_INIT("\xe2\x81\xa6\xe2\x81\xa9"),         "\\u2066\\u2069"          },
    {"marks",            STR_INIT("\xe2\x80\x8e\xe2\x80\x8f\xd8\x9c"),
     "\\u200e\\u200f\\u061c"								     },
    {"dash stays",       STR_INIT("\xe2\x80\x94"),                     "\xe2\x80\x94"            },
    {"four bytes",       STR_INIT("\xf0\x9f\x8f\xa5"),                 "\xf0\x9f\x8f\xa5"        },
    {"byte FF",
     STR_INIT("a\xff"
		 "b"),
     "a\xef\xbf\xbd"
	"b"										      },
    {"Latin 1",          STR_INIT("caf\xe9 x"),                        "caf\xef\xbf\xbd x"       },
    {"C1 as a byte",
     STR_INIT("\x9b"
		 "2J"),
     "\xef\xbf\xbd"
	"2J"										     },
    {"overlong",         STR_INIT("\xc0\x80"),                         "\xef\xbf\xbd\xef\xbf\xbd"},
    {"surrogate",
     STR_INIT("\xed\xa0\x80"
		 "x"),
     "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"
	"x"										      },
    {"cut at the end",   STR_INIT("a\xc3"),                            "a\xef\xbf\xbd"           },
    {"nothing",          {NULL, 0},				    ""                        },
};

static void
test_escapes(void **state)
{
	struct buf out;

	(void)state;
	buf_init(&out, 10000);
	for (size_t i = 0; i < COUNT(escapes); i++) {
		buf_clear(&out);
		json_escape(&out, escapes[i].in);
		if (!str_eq(buf_str(&out), str_from(escapes[i].out)))
			fail_msg("row '%s': %.*s", escapes[i].name,
			    STR_ARG(buf_str(&out)));
	}
	buf_fini(&out);
}

/* Whatever comes in: UTF-8 without a control, and quotes that are escaped. */
static void
test_any_bytes(void **state)
{
	uint64_t x = 88172645463325252ull;
	struct buf out;

	(void)state;
	buf_init(&out, 10000);
	for (int round = 0; round < 20000; round++) {
		char bytes[24];
		size_t n = round % 24;

		for (size_t i = 0; i < n; i++) {
			x ^= x << 13;
			x ^= x >> 7;
			x ^= x << 17;
			bytes[i] = (char)(round % 2 == 0 ? x : x % 8 * 32);
		}
		buf_clear(&out);
		json_escape(&out, str_make(bytes, n));
		assert_true(utf8_is_valid(buf_str(&out)));
		for (size_t i = 0; i < out.n; i++) {
			unsigned char c = (unsigned char)out.p[i];

			assert_true(c >= 0x20 && c != 0x7f);
			if (c == '\\') {
				assert_true(++i < out.n);
				assert_non_null(strchr("\"\\nrtu", out.p[i]));
			} else {
				assert_true(c != '"');
			}
		}
	}
	buf_fini(&out);
}

static void
test_shape(void **state)
{
	struct buf out;
	struct json j;

	(void)state;
	buf_init(&out, 10000);
	j = json_to(&out);
	json_open(&j);
	json_pair_str(&j, "a\"", STR("x"));
	json_pair_u64(&j, "n", UINT64_MAX);
	json_pair_i64(&j, "i", INT64_MIN);
	json_pair_bool(&j, "t", true);
	json_key(&j, STR("list"));
	json_open_list(&j);
	json_nil(&j);
	json_bool(&j, false);
	json_open(&j);
	json_close(&j);
	json_open_list(&j);
	json_close_list(&j);
	json_raw(&j, STR("{\"r\":1}"));
	json_close_list(&j);
	json_key(&j, STR("e"));
	json_open(&j);
	json_close(&j);
	json_pair_str(&j, "z", STR_NONE);
	json_close(&j);
	assert_true(str_eq(buf_str(&out),
	    STR("{\"a\\\"\":\"x\",\"n\":18446744073709551615,"
		"\"i\":-9223372036854775808,\"t\":true,"
		"\"list\":[null,false,{},[],{\"r\":1}],\"e\":{},"
		"\"z\":\"\"}")));
	buf_fini(&out);
}

static void
test_numbers(void **state)
{
	static const char *const yes[] = {"0", "-0", "7", "-7", "10", "0.5",
	    "1.50", "1e5", "1E+05", "1e-5", "-0.0e0", "123456789012345678901"};
	static const char *const no[] = {"", "-", "+1", "01", "-01", "00", ".5",
	    "5.", "1.e5", "1e", "1e+", "0x1", "1 ", " 1", "1,5", "inf", "NaN",
	    "1e5.5", "--1", "1-1"};

	(void)state;
	for (size_t i = 0; i < COUNT(yes); i++) {
		if (!json_is_number(str_from(yes[i])))
			fail_msg("'%s' is a number", yes[i]);
	}
	for (size_t i = 0; i < COUNT(no); i++) {
		if (json_is_number(str_from(no[i])))
			fail_msg("'%s' is none", no[i]);
	}
	assert_false(json_is_number(STR("1\0")));
}

static void
test_full(void **state)
{
	struct buf out;
	struct json j;

	(void)state;
	buf_init(&out, 5);
	j = json_to(&out);
	json_str(&j, STR("a text that has no room"));
	assert_true(out.full);
	assert_true(out.n <= 5);
	buf_fini(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_escapes),
	    cmocka_unit_test(test_any_bytes),
	    cmocka_unit_test(test_shape),
	    cmocka_unit_test(test_numbers),
	    cmocka_unit_test(test_full),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
