/* Searching short texts and the tables of packs, each against the plain way. */
#include "engine/base/text.h"

#include "engine/base/arena.h"
#include "engine/normalise/lookup.h"
#include "engine/patient/signs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

/* A fixed sequence: a failure comes again. */
static uint32_t
next_random(uint32_t *state)
{
	*state = *state * 1664525u + 1013904223u;
	return *state >> 8;
}

/* Of few letters, so that parts of a text are often nearly found. Memory of
 * its own size: reading past the end is seen by a sanitizer. */
static struct str
random_text(uint32_t *state, size_t n)
{
	char *p = mem_get(n);

	for (size_t i = 0; i < n; i++)
		p[i] = "ab \tA=\"\\"[next_random(state) % 8];
	return str_make(p, n);
}

static void
drop(struct str s)
{
	free((void *)(uintptr_t)s.p);
}

static void
test_has(void **state)
{
	uint32_t seed = 7;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		struct str s = random_text(&seed, next_random(&seed) % 70);
		struct str what = random_text(&seed, next_random(&seed) % 5);
		bool want = what.n == 0 || str_find(s, what) != SIZE_MAX;

		if (text_has(s, what) != want)
			fail_msg("'%.*s' in '%.*s'", STR_ARG(what),
			    STR_ARG(s));
		assert_int_equal(has_prefix(s, what),
		    str_has_prefix(s, what));
		drop(s);
		drop(what);
	}
}

static void
test_before(void **state)
{
	uint32_t seed = 11;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		struct str s = random_text(&seed, next_random(&seed) % 70);
		size_t blank = 0, either = 0;

		while (blank < s.n && s.p[blank] != ' ' && s.p[blank] != '\t')
			blank++;
		while (either < s.n && s.p[either] != '"' &&
		    s.p[either] != '\\')
			either++;
		assert_int_equal(text_before_blank(s), blank);
		assert_int_equal(text_before(s, '"', '\\'), either);
		drop(s);
	}
}

/* All of the bytes that are blanks, and no other, at each place. */
static void
test_blanks(void **state)
{
	char text[40];

	(void)state;
	for (unsigned c = 0; c < 256; c++) {
		bool blank = c == ' ' || c == '\t' || c == '\r' || c == '\n';

		for (size_t at = 0; at < sizeof(text); at++) {
			memset(text, 'x', sizeof(text));
			text[at] = (char)c;
			assert_int_equal(
			    text_before_blank(str_make(text, sizeof(text))),
			    blank ? at : sizeof(text));
		}
	}
}

static void
test_same(void **state)
{
	uint32_t seed = 13;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		size_t n = next_random(&seed) % 20;
		struct str a = random_text(&seed, n);
		struct str b = random_text(&seed, n);

		if (n > 0 && round % 2 == 0)
			memcpy((void *)(uintptr_t)b.p, a.p, n);
		if (n > 0 && round % 4 == 0)
			((char *)(uintptr_t)b.p)[next_random(&seed) % n] = 'A';
		assert_int_equal(same_bytes(a.p, b.p, n), str_eq(a, b));
		assert_int_equal(same_word(a, b), str_eq_nocase(a, b));
		drop(a);
		drop(b);
	}
}

static void
test_lookup(void **state)
{
	static const char *const keys[] = {"", "a", "tcp", "udp", "icmp",
	    "302013", "302014", "302015", "a longer text with blanks",
	    "a longer text with blankt"};
	struct arena *arena = arena_new(0);
	struct lookup folded, exact;
	struct map map;

	(void)state;
	map_init_in(&map, arena);
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		map_put(&map, str_from(keys[i]),
		    (void *)(uintptr_t)(i + 1));
	lookup_build(arena, &map, false, &folded);
	lookup_build(arena, &map, true, &exact);
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		void *want = (void *)(uintptr_t)(i + 1);

		assert_ptr_equal(lookup_get(&folded, str_from(keys[i])), want);
		assert_ptr_equal(lookup_get(&exact, str_from(keys[i])), want);
	}
	assert_non_null(lookup_get(&folded, STR("TcP")));
	assert_null(lookup_get(&exact, STR("TcP")));
	assert_non_null(lookup_get(&folded, STR("A Longer Text With Blanks")));
	assert_null(lookup_get(&folded, STR("302016")));
	assert_null(lookup_get(&folded, STR("a longer text with blanksx")));
	assert_null(lookup_get(&folded, STR("tc")));
	arena_free(arena);
}

static void
test_empty_lookup(void **state)
{
	struct arena *arena = arena_new(0);
	struct lookup none;
	struct map map;

	(void)state;
	map_init_in(&map, arena);
	lookup_build(arena, &map, false, &none);
	assert_null(lookup_get(&none, STR("")));
	assert_null(lookup_get(&none, STR("x")));
	assert_null(lookup_get(&none, STR_NONE));
	arena_free(arena);
}

static bool
is_pair(struct str s, size_t i, char a, size_t behind, char b)
{
	return i + behind < s.n && char_lower(s.p[i]) == a &&
	    char_lower(s.p[i + behind]) == b;
}

static const struct str labels[] = {STR_INIT("pati"), STR_INIT("pat_"),
    STR_INIT("mrn"), STR_INIT("kvnr"), STR_INIT("birt"), STR_INIT("aufn"),
    STR_INIT("geb."), STR_INIT("fall"), STR_INIT("onal"), STR_INIT("dob="),
    STR_INIT("nais"), STR_INIT("n\xc3\xa9 "), STR_INIT("sich"),
    STR_INIT("soci"), STR_INIT("ssie"), STR_INIT("ncou"), STR_INIT("ejou"),
    STR_INIT("\xa9jou"), STR_INIT("ricu")};

/* The signs as they are described, one byte after the other. */
static struct signs
plain_signs(struct str s)
{
	struct signs g = {0};

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		g.slanted |= c == '<' || c == '\\' || c == '|';
		g.brace |= c == '{';
		g.ampersand |= c == '&';
		g.bracket |= c == '(';
		g.e1m |= is_pair(s, i, '1', 1, 'm');
		for (size_t k = 0; k < sizeof(labels) / sizeof(*labels); k++)
			g.label |= str_has_prefix_nocase(
			    str_skip(s, i), labels[k]);
	}
	return g;
}

/* One sign of each kind, at every place of every length. */
static void
test_signs(void **state)
{
	static const struct str signs[] = {STR_INIT("<"), STR_INIT("\\"),
	    STR_INIT("|"), STR_INIT("{"), STR_INIT("&"), STR_INIT("("),
	    STR_INIT("1m"), STR_INIT("1M"), STR_INIT("pati"), STR_INIT("PaT_"),
	    STR_INIT("mrn"), STR_INIT("MRN"), STR_INIT("KVnr"),
	    STR_INIT("BIRT"), STR_INIT("aufn"), STR_INIT("Geb."),
	    STR_INIT("fall"), STR_INIT("oNal"), STR_INIT("DOB="),
	    STR_INIT("nais"), STR_INIT("n\xc3\xa9 "), STR_INIT("sich"),
	    STR_INIT("soci"), STR_INIT("ssie"), STR_INIT("Ncou"),
	    STR_INIT("ejou"), STR_INIT("\xa9jou"), STR_INIT("ricu"),
	    STR_INIT("path"), STR_INIT("p t"), STR_INIT("1"), STR_INIT("t"),
	    STR_INIT("[;}~\x1c"), STR_INIT("")};

	(void)state;
	for (size_t k = 0; k < sizeof(signs) / sizeof(*signs); k++) {
		for (size_t n = signs[k].n; n < 140; n++) {
			char *p = mem_get(n);

			for (size_t at = 0; at + signs[k].n <= n; at++) {
				struct str s = str_make(p, n);
				struct signs got, want;

				memset(p, 'x', n);
				memcpy(p + at, signs[k].p, signs[k].n);
				got = signs_of(s);
				want = plain_signs(s);
				assert_int_equal(got.slanted, want.slanted ||
				    memchr(p, '\x1c', n) != NULL);
				assert_int_equal(got.brace, want.brace);
				assert_int_equal(got.ampersand,
				    want.ampersand);
				assert_int_equal(got.bracket, want.bracket);
				assert_int_equal(got.e1m, want.e1m);
				assert_int_equal(got.label, want.label);
				if (want.label)
					assert_int_equal(
					    signs_find_label(s, 0, false), at);
			}
			free(p);
		}
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_has),
	    cmocka_unit_test(test_signs),
	    cmocka_unit_test(test_before),
	    cmocka_unit_test(test_blanks),
	    cmocka_unit_test(test_same),
	    cmocka_unit_test(test_lookup),
	    cmocka_unit_test(test_empty_lookup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
