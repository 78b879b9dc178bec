/*
 * String patterns and case folding.
 */
#include "engine/base/utf8.h"
#include "engine/sigma/casefold.h"
#include "engine/sigma/wild.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const struct {
	const char *pattern, *text;
	bool cased, match;
} rows[] = {
    {"",             "",             false, true },
    {"",             "x",            false, false},
    {"abc",          "ABC",          false, true },
    {"abc",          "ABC",          true,  false},
    {"abc",          "abcd",         false, false},
    {"*",            "",             false, true },
    {"*",            "a\nb",         false, true },
    {"a*",           "a",            false, true },
    {"*a",           "bca",          false, true },
    {"*a*",          "xay",          false, true },
    {"*ab*",         "aab",          false, true },
    {"a*b*c",        "aXbXbXc",      false, true },
    {"a*b*c",        "acb",          false, false},
    {"*a*b",         "aab",          false, true },
    {"*aab",         "aaab",         false, true },
    {"a?c",          "abc",          false, true },
    {"a?c",          "ac",           false, false},
    {"a?c",
     "a\xc3\xa9"
        "c",                         false, true },
    {"a?c",
     "a\xff"
        "c",                         false, true },
    {"a?c",
     "a\xc3"
        "c",                         false, true },
    {"?*",           "",             false, false},
    {"*?",           "x",            false, true },
    {"??",           "\xc3\xa9",     false, false},
    {"a\\*c",        "a*c",          false, true },
    {"a\\*c",        "abc",          false, false},
    {"a\\\\*",       "a\\bc",        false, true },
    {"C:\\x\\",      "c:\\X\\",      false, true },
    {"Z\xc3\x9c",    "z\xc3\xbc",    false, true },
    {"\xce\xa3",     "\xcf\x82",     false, true },
    {"\xd0\x96",     "\xd0\xb6",     false, true },
    {"\xef\xbc\xa1", "\xef\xbd\x81", false, true },
    {"\xc7\x85",     "\xc7\x86",     false, true },
    {"\xe1\xba\x9e", "\xc3\x9f",     false, true },
    {"\xe2\x84\xaa", "k",            false, true },
    {"ss",           "\xc3\x9f",     false, false},
    {"\xff",         "\xff",         false, true },
    {"\xff",         "\xc3\xbf",     false, false},
    {"*\xc3\xa9*",   "x\xc3\x89y",   false, true },
    {"*\xa9*",       "x\xc3\xa9y",   false, false},
};

static void
matching(void **state)
{
	struct arena *arena = arena_new(0);

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct pattern p = wild_parse(arena, str_from(rows[i].pattern));

		p.cased = rows[i].cased;
		if (pattern_match(&p, str_from(rows[i].text)) == rows[i].match)
			continue;
		print_error("'%s' on '%s': expected %d\n", rows[i].pattern,
		    rows[i].text, rows[i].match);
		fail();
	}
	arena_free(arena);
}

/* The plainest way to match: try everything. */
static bool
slow_match(const struct pattern *p, size_t piece, struct str text)
{
	const struct pattern_piece *now = &p->pieces[piece];

	if (piece == p->n)
		return text.n == 0;
	if (now->kind == PIECE_TEXT)
		return str_has_prefix_nocase(text, now->text) &&
		       slow_match(p, piece + 1, str_skip(text, now->text.n));
	if (now->kind == PIECE_ONE)
		return text.n > 0 &&
		       slow_match(p, piece + 1, str_skip(text, 1));
	for (size_t i = 0; i <= text.n; i++) {
		if (slow_match(p, piece + 1, str_skip(text, i)))
			return true;
	}
	return false;
}

static uint32_t
draw(uint32_t *seed, uint32_t n)
{
	*seed = *seed * 1664525 + 1013904223;
	return (*seed >> 8) % n;
}

static void
random_matching(void **state)
{
	uint32_t seed = 7, hits = 0;

	(void)state;
	for (size_t i = 0; i < 20000; i++) {
		struct arena *arena = arena_new(256);
		char text[12], wild[8];
		size_t n = draw(&seed, sizeof(text));
		size_t m = draw(&seed, sizeof(wild));
		struct pattern p;
		bool match;

		for (size_t j = 0; j < n; j++)
			text[j] = "aAb"[draw(&seed, 3)];
		for (size_t j = 0; j < m; j++)
			wild[j] = "ab*?B"[draw(&seed, 5)];
		p = wild_parse(arena, str_make(wild, m));
		match = pattern_match(&p, str_make(text, n));
		hits += match;
		if (match != slow_match(&p, 0, str_make(text, n))) {
			print_error(
			    "'%.*s' on '%.*s'\n", (int)m, wild, (int)n, text);
			fail();
		}
		arena_free(arena);
	}
	assert_true(hits > 1000 && hits < 19000);
}

/* Folding folded text changes nothing, and text grows by half at most. */
static void
folding(void **state)
{
	(void)state;
	for (uint32_t c = 0; c < 0x110000; c++) {
		char in[4], out[8];
		size_t n = utf8_encode(c, in);

		assert_int_equal(casefold(casefold(c)), casefold(c));
		if (c >= 0xd800 && c <= 0xdfff)
			continue;
		assert_true(2 * casefold_text(str_make(in, n), out) <= 3 * n);
	}
	assert_int_equal(casefold('A'), 'a');
	assert_int_equal(casefold(0x130), 0x130);
	assert_int_equal(casefold(0x1e900), 0x1e922);
	assert_int_equal(casefold(0x13a0), 0x13a0);
	assert_int_equal(casefold(0xab70), 0x13a0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(matching),
	    cmocka_unit_test(random_matching),
	    cmocka_unit_test(folding),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
