/* The pieces that detection is made of: folding, search, sets of literals,
 * patterns, what a regular expression needs, parts of a time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/base/find.h"
#include "engine/detect/fold.h"
#include "engine/base/literals.h"
#include "engine/detect/needle.h"
#include "engine/detect/timepart.h"

#include <stdio.h>

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

static void
check(const char *name, bool ok)
{
	if (!ok)
		fail_msg("%s", name);
}

static void
test_fold(void **unused)
{
	static const struct {
		const char *name;
		struct str in, out;
	} rows[] = {
	    {"empty", STR_INIT(""), STR_INIT("")},
	    {"short", STR_INIT("AbZ@[`{"), STR_INIT("abz@[`{")},
	    {"eight", STR_INIT("AZaz@[19"), STR_INIT("azaz@[19")},
	    {"eleven", STR_INIT("HELLO wORLD"), STR_INIT("hello world")},
	    {"sixteen and more", STR_INIT("THE QUICK BROWN FOX JUMPS"),
		STR_INIT("the quick brown fox jumps")},
	    {"beyond ASCII", STR_INIT("ABCDEFGHIJKLMNOPÉQRS"),
		STR_INIT("abcdefghijklmnopéqrs")},
	    {"grows", STR_INIT("ȺȺȺ"), STR_INIT("ⱥⱥⱥ")},
	    {"Kelvin", STR_INIT("\u212a"), STR_INIT("k")},
	    {"no UTF-8", STR_INIT("A\xff\xe2\x84Z"),
		STR_INIT("a\xff\xe2\x84z")},
	};
	char out[128];

	(void)unused;
	for (size_t i = 0; i < COUNT(rows); i++) {
		size_t n = fold_into(rows[i].in, out);

		check(rows[i].name, str_eq(str_make(out, n), rows[i].out));
	}
}

/* Every place of every length, against the plain search. */
static void
test_find(void **unused)
{
	static char lengthy[5003];
	char text[200], what[40];

	(void)unused;
	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (char)('a' + i * i % 7 + i / 60);
	for (size_t n = 1; n < sizeof(text); n += 3) {
		for (size_t m = 1; m < sizeof(what); m += 2) {
			for (size_t at = 0; at + m <= n; at += 5) {
				struct str s = str_make(text, n);
				struct str w = str_make(what, m);

				memcpy(what, text + at, m);
				assert_int_equal(text_find(s, w),
				    str_find(s, w));
				what[m / 2] ^= 1;
				assert_int_equal(text_find(s, w),
				    str_find(s, w));
			}
		}
	}
	memset(lengthy, 'a', sizeof(lengthy));
	memcpy(lengthy + sizeof(lengthy) - 2, "bc", 2);
	assert_int_equal(text_find(str_make(lengthy, sizeof(lengthy)),
	    STR("bc")), sizeof(lengthy) - 2);
	assert_int_equal(text_find(str_make(lengthy, sizeof(lengthy)),
	    STR("c")), sizeof(lengthy) - 1);
	assert_int_equal(text_find(str_make(lengthy, sizeof(lengthy) - 1),
	    STR("bc")), SIZE_MAX);
	assert_int_equal(text_find(STR("abc"), STR("")), 0);
	assert_int_equal(text_find(STR(""), STR("a")), SIZE_MAX);
}

/* Literals of all kinds and lengths; the bits that are set are just those of
 * the literals that stand in the text. */
static void
test_literals(void **unused)
{
	static const char *const texts[] = {"", "a", "ab", "abc", "abcd",
	    "abcde", "bcd", "cdefgh", "xyz", "é", "éa", "aé", "日本", "本語z",
	    "abcdefghijklmnop", "efghijklmnopqrstuvw", " -e", "-en", "\\cmd",
	    "authentifié", "é refusé", "認証に失敗"};
	static const char *const values[] = {"", "a", "abc", "xabcd",
	    "xxabcdex", "abcdefghijklmnopqrstuvwxyz", "日本語zz", "aéa",
	    "c:\\windows\\cmd.exe -enc", "xyz", "xyzabc", "cabc", "  -en ",
	    "abcdefghijklmnop", "efghijklmnopqrstuvw", "bcdefgh",
	    "authentifié", "x authentifié refusé", "authentifi\xc3",
	    "l'accès refusé", "xé refusé.", "ログイン認証に失敗", "z認証に失敗z"};
	struct arena *arena = arena_new(0);
	struct literal items[4 * COUNT(texts)];
	struct literals *set;
	uint32_t n = 0;

	(void)unused;
	for (uint32_t i = 0; i < COUNT(texts) * 4; i++) {
		struct str text = str_from(texts[i / 4]);

		if (text.n == 0 && i % 4 != LITERAL_EXACT)
			continue;
		items[n] = (struct literal){.kind = i % 4, .text = text,
		    .tag = n};
		n++;
	}
	set = literals_build(arena, items, n);
	for (size_t v = 0; v < COUNT(values); v++) {
		struct str value = fold_dup(arena, str_from(values[v]));
		uint64_t bits[4] = {0};

		literals_mark(set, value, bits);
		for (uint32_t i = 0; i < n; i++) {
			struct str text = items[i].text;
			bool expect[] = {
			    [LITERAL_EXACT] = str_eq(value, text),
			    [LITERAL_PREFIX] = str_has_prefix(value, text),
			    [LITERAL_SUFFIX] = str_has_suffix(value, text),
			    [LITERAL_CONTAINS] =
				str_find(value, text) != SIZE_MAX,
			};
			struct literals *one =
			    literals_build(arena, &items[i], 1);

			if ((bits[i / 64] >> i % 64 & 1) !=
			    expect[items[i].kind])
				fail_msg("kind %d '%.*s' in '%.*s'",
				    (int)items[i].kind, STR_ARG(text),
				    STR_ARG(value));
			assert_int_equal(literals_any(one, value, NULL, NULL),
			    expect[items[i].kind]);
		}
	}
	arena_free(arena);
}

/* Thousands, as a list of hashes or names in a rule. */
static void
test_many_literals(void **unused)
{
	enum { N = 6000 };
	struct arena *arena = arena_new(0);
	struct literal *items = ARENA_ARRAY(arena, N, struct literal);
	struct literals *set;

	(void)unused;
	for (uint32_t i = 0; i < N; i++)
		items[i] = (struct literal){
		    .kind = i % 2 ? LITERAL_EXACT : LITERAL_CONTAINS,
		    .text = arena_printf(arena, "host-%05u.example", i)};
	set = literals_build(arena, items, N);
	for (uint32_t i = 0; i < N; i += 37) {
		struct str in = arena_printf(arena, "xx host-%05u.example y",
		    i);
		struct str is = arena_printf(arena, "host-%05u.example", i);

		assert_int_equal(literals_any(set, in, NULL, NULL), i % 2 == 0);
		assert_true(literals_any(set, is, NULL, NULL));
	}
	assert_false(literals_any(set, STR("host-99999.example"), NULL,
	    NULL));
	arena_free(arena);
}

static void
test_needles(void **unused)
{
	static const struct {
		const char *regex;
		const char *needs; /* with blanks between; "": nothing */
	} rows[] = {
	    {"abc", "abc"},
	    {"ABC", "abc"},
	    {"ab?c", ""},
	    {"abcd?efgh", "efgh"},
	    {"abcd*", "abc"},
	    {"(curl|wget)\\s+x", "curl wget"},
	    {"(curl|wget)?\\s+http", "http"},
	    {"(?:abc|de)", ""},
	    {"(?i)Secret", "secret"},
	    {"(?x)sec ret", ""},
	    {"a{0}bcd", "bcd"},
	    {"ab{2,3}cdef", "cdef"},
	    {"x{,3}abcd", ""},
	    {"[abc]defg[hi]", "defg"},
	    {"[]abc]defg", "defg"},
	    {"\\.exe\\b", ".exe"},
	    {"\\x41bcd", "abcd"},
	    {"(?!never)always", "always"},
	    {"(?=ahead)ab", ""},
	    {"^begin.*end$", "begin"},
	    {"abc|", ""},
	    {"\\Qabc\\E", ""},
	    {"(abc)\\1", ""},
	    {"(a(b(cdef)))", "cdef"},
	    {"\\w+`\\w", "`"},
	    {"abc(", ""},
	    {"[abc", ""},
	};
	struct arena *arena = arena_new(0);

	(void)unused;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct needles n = regex_needles(arena,
		    str_from(rows[i].regex));
		struct str text = STR("");

		for (size_t j = 0; j < n.n; j++)
			text = arena_printf(arena, "%.*s%s%.*s",
			    STR_ARG(text), j == 0 ? "" : " ",
			    STR_ARG(n.items[j]));
		check(rows[i].regex, str_eq(text, str_from(rows[i].needs)));
	}
	arena_free(arena);
}

static void
test_timepart(void **unused)
{
	static const struct {
		const char *text;
		enum time_part part;
		int expect; /* -1: none */
	} rows[] = {
	    {"2026-11-24T23:10:59+02:00", PART_HOUR, 23},
	    {"2026-11-24 23:10:59.123", PART_MINUTE, 10},
	    {"2026/11/24 23:10", PART_DAY, 24},
	    {"2026-11-24", PART_MONTH, 11},
	    {"2026-11-24", PART_YEAR, 2026},
	    {"2026-11-24", PART_HOUR, -1},
	    {"2026-11-24", PART_WEEK, 48},
	    {"2027-01-03", PART_WEEK, 53},
	    {"2027-01-04", PART_WEEK, 1},
	    {"2024-12-30T00:00:00Z", PART_WEEK, 1},
	    {"2026-13-24", PART_DAY, -1},
	    {"2026-02-30", PART_DAY, -1},
	    {"2026-11/24", PART_DAY, -1},
	    {"no time at all", PART_DAY, -1},
	    {"", PART_DAY, -1},
	};

	(void)unused;
	for (size_t i = 0; i < COUNT(rows); i++) {
		int got = -1;

		if (!timepart_of_text(str_from(rows[i].text), rows[i].part,
			&got))
			got = -1;
		check(rows[i].text, got == rows[i].expect);
	}
	assert_int_equal(timepart_of_stamp(0, PART_YEAR), 1970);
	assert_int_equal(timepart_of_stamp(3 * HOUR, PART_HOUR), 3);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_fold),
	    cmocka_unit_test(test_find),
	    cmocka_unit_test(test_literals),
	    cmocka_unit_test(test_many_literals),
	    cmocka_unit_test(test_needles),
	    cmocka_unit_test(test_timepart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
