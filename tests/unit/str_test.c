/* Slices: searching, cutting, numbers. */
#include "engine/base/str.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void
fail_row(const char *name)
{
	fail_msg("row '%s'", name);
}

static const struct {
	const char *name;
	struct str s;
	bool ok;
	uint64_t v;
} u64_rows[] = {
    {"zero",           STR_INIT("0"),                    true,  0         },
    {"leading zeros",  STR_INIT("000429"),               true,  429       },
    {"largest",        STR_INIT("18446744073709551615"), true,  UINT64_MAX},
    {"one more",       STR_INIT("18446744073709551616"), false, 0         },
    {"ten times more", STR_INIT("99999999999999999999"), false, 0         },
    {"empty",          {NULL, 0},                        false, 0         },
    {"plus",           STR_INIT("+1"),                   false, 0         },
    {"minus",          STR_INIT("-1"),                   false, 0         },
    {"blank in front", STR_INIT(" 1"),                   false, 0         },
    {"blank behind",   STR_INIT("1 "),                   false, 0         },
    {"NUL inside",     STR_INIT("1\0002"),               false, 0         },
    {"hexadecimal",    STR_INIT("0x10"),                 false, 0         },
    {"other digits",   STR_INIT("\xd9\xa1"),             false, 0         },
};

static void
test_u64(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(u64_rows); i++) {
		uint64_t v = 77;
		bool ok = str_to_u64(u64_rows[i].s, &v);

		if (ok != u64_rows[i].ok || v != (ok ? u64_rows[i].v : 77))
			fail_row(u64_rows[i].name);
	}
}

static const struct {
	const char *name;
	struct str s;
	bool ok;
	int64_t v;
} i64_rows[] = {
    {"plain",      STR_INIT("42"),                   true,  42       },
    {"minus",      STR_INIT("-42"),                  true,  -42      },
    {"minus zero", STR_INIT("-0"),                   true,  0        },
    {"largest",    STR_INIT("9223372036854775807"),  true,  INT64_MAX},
    {"one more",   STR_INIT("9223372036854775808"),  false, 0        },
    {"least",      STR_INIT("-9223372036854775808"), true,  INT64_MIN},
    {"one less",   STR_INIT("-9223372036854775809"), false, 0        },
    {"only minus", STR_INIT("-"),                    false, 0        },
    {"two minus",  STR_INIT("--1"),                  false, 0        },
    {"empty",      {NULL, 0},                        false, 0        },
};

static void
test_i64(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(i64_rows); i++) {
		int64_t v = 77;
		bool ok = str_to_i64(i64_rows[i].s, &v);

		if (ok != i64_rows[i].ok || v != (ok ? i64_rows[i].v : 77))
			fail_row(i64_rows[i].name);
	}
}

static const struct {
	const char *name;
	struct str s;
	bool ok;
	uint64_t v;
} any_rows[] = {
    {"decimal",         STR_INIT("10"),                  true,  10        },
    {"hexadecimal",     STR_INIT("0x3e7"),               true,  999       },
    {"capitals",        STR_INIT("0X3E7"),               true,  999       },
    {"sixteen digits",  STR_INIT("0xffffffffffffffff"),  true,  UINT64_MAX},
    {"seventeen",       STR_INIT("0x0ffffffffffffffff"), false, 0         },
    {"no digit behind", STR_INIT("0x"),                  false, 0         },
    {"g is none",       STR_INIT("0x1g"),                false, 0         },
    {"no prefix",       STR_INIT("3e7"),                 false, 0         },
};

static void
test_u64_any(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(any_rows); i++) {
		uint64_t v = 77;
		bool ok = str_to_u64_any(any_rows[i].s, &v);

		if (ok != any_rows[i].ok || v != (ok ? any_rows[i].v : 77))
			fail_row(any_rows[i].name);
	}
}

static const struct {
	const char *name;
	struct str s;
	bool ok;
	double v;
} double_rows[] = {
    {"whole",           STR_INIT("3"),     true,  3   },
    {"fraction",        STR_INIT("-2.5"),  true,  -2.5},
    {"exponent",        STR_INIT("1e3"),   true,  1000},
    {"small exponent",  STR_INIT("25E-2"), true,  0.25},
    {"inf",	     STR_INIT("inf"),   false, 0   },
    {"nan",	     STR_INIT("nan"),   false, 0   },
    {"hexadecimal",     STR_INIT("0x1p3"), false, 0   },
    {"too large",       STR_INIT("1e999"), false, 0   },
    {"only a point",    STR_INIT("."),     false, 0   },
    {"only an e",       STR_INIT("e"),     false, 0   },
    {"e without digit", STR_INIT("1e"),    false, 0   },
    {"two points",      STR_INIT("1.2.3"), false, 0   },
    {"blank",           STR_INIT(" 1"),    false, 0   },
    {"empty",           {NULL, 0},         false, 0   },
};

static void
test_double(void **state)
{
	char many[80];
	double out = 77;

	(void)state;
	for (size_t i = 0; i < COUNT(double_rows); i++) {
		double v = 77, want = double_rows[i].ok ? double_rows[i].v : 77;
		bool ok = str_to_double(double_rows[i].s, &v);

		if (ok != double_rows[i].ok || v < want || v > want)
			fail_row(double_rows[i].name);
	}
	memset(many, '1', sizeof(many));
	assert_true(str_to_double(str_make(many, 63), &out));
	assert_false(str_to_double(str_make(many, 64), &out));
}

static void
test_bool(void **state)
{
	static const struct {
		struct str s;
		int want; /* 2: none */
	} rows[] = {
	    {STR_INIT("true"),  1},
	    {STR_INIT("FALSE"), 0},
	    {STR_INIT("Yes"),   1},
	    {STR_INIT("no"),    0},
	    {STR_INIT("on"),    1},
	    {STR_INIT("oFF"),   0},
	    {STR_INIT("1"),     2},
	    {STR_INIT("0"),     2},
	    {STR_INIT(""),      2},
	    {STR_INIT("tru"),   2},
	    {STR_INIT("true "), 2},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		bool v = false, ok = str_to_bool(rows[i].s, &v);

		if (ok != (rows[i].want != 2) || (ok && v != rows[i].want))
			fail_row(rows[i].s.p);
	}
}

static void
test_find(void **state)
{
	static const struct {
		const char *name;
		struct str s, what;
		size_t at;
	} rows[] = {
	    {"first of two", STR_INIT("abcabc"), STR_INIT("bc"),  1       },
	    {"at the end",   STR_INIT("abc"),    STR_INIT("c"),   2       },
	    {"nothing",      STR_INIT("abc"),    STR_INIT(""),    0       },
	    {"in nothing",   {NULL, 0},          STR_INIT("a"),   SIZE_MAX},
	    {"longer",       STR_INIT("ab"),     STR_INIT("abc"), SIZE_MAX},
	    {"behind a NUL", STR_INIT("a\0b"),   STR_INIT("b"),   2       },
	    {"a NUL",        STR_INIT("a\0b"),   STR_INIT("\0"),  1       },
	    {"case counts",  STR_INIT("ABC"),    STR_INIT("b"),   SIZE_MAX},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		if (str_find(rows[i].s, rows[i].what) != rows[i].at)
			fail_row(rows[i].name);
	}
	assert_int_equal(str_find_char(STR("a/b/c"), '/'), 1);
	assert_int_equal(str_find_last_char(STR("a/b/c"), '/'), 3);
	assert_true(str_find_char(STR_NONE, '/') == SIZE_MAX);
	assert_true(str_find_last_char(STR("abc"), '/') == SIZE_MAX);
}

static void
test_compare(void **state)
{
	(void)state;
	assert_true(str_cmp(STR("a"), STR("b")) < 0);
	assert_true(str_cmp(STR("ab"), STR("a")) > 0);
	assert_true(str_cmp(STR_NONE, STR("a")) < 0);
	assert_int_equal(str_cmp(STR_NONE, STR("")), 0);
	/* Bytes, not signed characters. */
	assert_true(str_cmp(STR("\xc3"), STR("z")) > 0);
	assert_true(str_eq(STR_NONE, STR("")));
	assert_false(str_eq(STR("a\0b"), STR("a\0c")));
	assert_true(str_eq_nocase(STR("RooT"), STR("rOOt")));
	/* ASCII only: E acute is not e acute. */
	assert_false(str_eq_nocase(STR("\xc3\x89"), STR("\xc3\xa9")));
	/* '[' and '{' differ by the bit of letter case. */
	assert_false(str_eq_nocase(STR("["), STR("{")));
	assert_true(str_has_prefix(STR("abc"), STR_NONE));
	assert_false(str_has_prefix(STR("ab"), STR("abc")));
	assert_true(str_has_prefix_nocase(STR("CEF:0"), STR("cef:")));
	assert_true(str_has_suffix(STR("x.yaml"), STR(".yaml")));
	assert_false(str_has_suffix(STR("l"), STR(".yaml")));
}

static void
test_cut(void **state)
{
	struct str s = STR("a=b=c"), head, tail;

	(void)state;
	assert_true(str_cut(s, '=', &head, &tail));
	assert_true(str_eq(head, STR("a")));
	assert_true(str_eq(tail, STR("b=c")));
	assert_true(str_cut(STR("="), '=', &head, &tail));
	assert_int_equal(head.n + tail.n, 0);
	assert_false(str_cut(STR("abc"), '=', &head, &tail));
	assert_true(str_eq(head, STR("abc")));
	assert_int_equal(tail.n, 0);
	assert_true(str_cut(s, '=', &head, &s)); /* over itself */
	assert_true(str_eq(s, STR("b=c")));
	assert_false(str_cut(STR_NONE, '=', &head, &tail));
	assert_null(str_skip(STR_NONE, 3).p);
	assert_int_equal(str_skip(STR("ab"), 9).n, 0);
	assert_true(str_eq(str_first(STR("ab"), 9), STR("ab")));
	assert_true(str_eq(str_trim(STR(" \t\r\na b\n ")), STR("a b")));
	assert_int_equal(str_trim(STR(" \n ")).n, 0);
}

static void
test_lines(void **state)
{
	struct str rest = STR("a\r\n\nb\rc\r\r\nlast"), line;
	static const struct str want[] = {
	    STR_INIT("a"), STR_INIT(""), STR_INIT("b\rc\r"), STR_INIT("last")};
	size_t n = 0;

	(void)state;
	while (str_next_line(&rest, &line)) {
		assert_true(n < COUNT(want));
		assert_true(str_eq(line, want[n]));
		n++;
	}
	assert_int_equal(n, COUNT(want));
	rest = STR("x\n"); /* no empty line behind the last LF */
	assert_true(str_next_line(&rest, &line));
	assert_false(str_next_line(&rest, &line));
}

static void
test_distance(void **state)
{
	static const struct {
		struct str a, b;
		size_t limit, want;
	} rows[] = {
	    {STR_INIT("journal"), STR_INIT("jurnal"),  3, 1},
	    {STR_INIT("Journal"), STR_INIT("journal"), 3, 0},
	    {STR_INIT("kitten"),  STR_INIT("sitting"), 3, 3},
	    {STR_INIT("kitten"),  STR_INIT("sitting"), 2, 3},
	    {STR_INIT("abc"),     STR_INIT("xyz"),     1, 2},
	    {STR_INIT(""),        STR_INIT("ab"),      5, 2},
	    {STR_INIT(""),        STR_INIT(""),        5, 0},
	};
	char a[65], b[65];

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		size_t d = str_distance(rows[i].a, rows[i].b, rows[i].limit);

		if (d != rows[i].want ||
		    d != str_distance(rows[i].b, rows[i].a, rows[i].limit))
			fail_row(rows[i].a.p);
	}
	memset(a, 'a', sizeof(a));
	memset(b, 'a', sizeof(b));
	assert_int_equal(str_distance(str_make(a, 64), str_make(b, 64), 3), 0);
	/* Nobody's key is that long. */
	assert_int_equal(str_distance(str_make(a, 65), str_make(b, 65), 3), 4);
}

/* The whole table, from the definition. */
static size_t
plain_distance(struct str a, struct str b)
{
	size_t t[33][33];

	for (size_t i = 0; i <= a.n; i++) {
		for (size_t j = 0; j <= b.n; j++) {
			size_t best = i == 0 ? j : j == 0 ? i : SIZE_MAX;

			if (i > 0 && j > 0)
				best = t[i - 1][j - 1] +
				    (char_lower(a.p[i - 1]) !=
					char_lower(b.p[j - 1]));
			if (i > 0 && t[i - 1][j] + 1 < best)
				best = t[i - 1][j] + 1;
			if (j > 0 && t[i][j - 1] + 1 < best)
				best = t[i][j - 1] + 1;
			t[i][j] = best;
		}
	}
	return t[a.n][b.n];
}

static void
test_distance_of_random_words(void **state)
{
	uint32_t seed = 1;
	char text[2][32];
	struct str word[2];

	(void)state;
	for (size_t round = 0; round < 20000; round++) {
		size_t limit = round % 4, want;

		for (size_t k = 0; k < 2; k++) {
			seed = seed * 1664525 + 1013904223;
			word[k] = str_make(text[k], (seed >> 16) % 12);
			/* Often nearly the word before. */
			if (k == 1 && seed >> 30 != 0)
				word[1].n = word[0].n;
			for (size_t i = 0; i < word[k].n; i++) {
				seed = seed * 1664525 + 1013904223;
				text[k][i] = "abcDEF._xy"[(seed >> 16) % 10];
				if (k == 1 && i < word[0].n &&
				    (seed >> 26) % 5 != 0)
					text[1][i] = text[0][i];
			}
		}
		want = plain_distance(word[0], word[1]);
		assert_int_equal(str_distance(word[0], word[1], limit),
		    want > limit ? limit + 1 : want);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_u64),
	    cmocka_unit_test(test_i64),
	    cmocka_unit_test(test_u64_any),
	    cmocka_unit_test(test_double),
	    cmocka_unit_test(test_bool),
	    cmocka_unit_test(test_find),
	    cmocka_unit_test(test_compare),
	    cmocka_unit_test(test_cut),
	    cmocka_unit_test(test_lines),
	    cmocka_unit_test(test_distance),
	    cmocka_unit_test(test_distance_of_random_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
