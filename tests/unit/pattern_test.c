#include "engine/normalise/pattern.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

struct fixture {
	struct arena *arena;
	struct field_table *fields;
	struct err err;
	struct pattern p;
	struct pattern_scratch *scratch;
	bool good;
};

static struct fixture
compile(const char *source)
{
	struct fixture f = {.arena = arena_new(0)};
	struct yaml node = {.kind = YAML_SCALAR, .text = str_from(source),
	    .at = {STR("x.yaml"), 7, 10}};

	f.fields = field_table_new(f.arena);
	err_init(&f.err, f.arena);
	f.good = pattern_compile(f.arena, f.fields, &node, &f.p, &f.err);
	f.scratch = pattern_scratch_new();
	return f;
}

static void
drop(struct fixture *f)
{
	pattern_free(&f->p);
	pattern_scratch_free(f->scratch);
	arena_free(f->arena);
}

static const struct {
	const char *name;
	const char *source;
	const char *subject;
	const char *field; /* NULL: must not match */
	const char *value;
} rows[] = {
    {"dotted name", "^user (?<user.name>\\S+)", "user ann", "user.name",
	"ann"},
    {"reference", "^from %{IP:source.ip} port %{PORT:source.port}$",
	"from 192.0.2.7 port 22", "source.port", "22"},
    {"IPv6", "^from %{IP:source.ip} ", "from 2001:db8::7 x", "source.ip",
	"2001:db8::7"},
    {"IPv6 and a colon", "^from %{IP:source.ip}", "from 2001:db8::7: x",
	"source.ip", "2001:db8::7"},
    {"IPv6 at a sentence's end", "^from %{IP:source.ip}", "from fe80::7.",
	"source.ip", "fe80::7"},
    {"IPv6 of zeros", "^from %{IP:source.ip}", "from 2001:db8:: x",
	"source.ip", "2001:db8::"},
    {"IPv6, none", "^from %{IP:source.ip}", "from :: x", "source.ip", "::"},
    {"mapped IPv4", "^from %{IP:source.ip} ", "from ::ffff:192.0.2.7 x",
	"source.ip", "::ffff:192.0.2.7"},
    {"nested reference", "^%{HOSTPORT:vigie.x}$", "srv1:22", "vigie.x",
	"srv1:22"},
    {"same field in two branches", "^(?:a=(?<user.name>\\w+)|"
	"b=(?<user.name>\\w+))", "b=eve", "user.name", "eve"},
    {"brackets in a class", "^[](](?<user.name>[^)(]+)", "(x)", "user.name",
	"x"},
    {"escaped parenthesis", "^\\((?<user.name>\\w+)\\)", "(x)", "user.name",
	"x"},
    {"plain groups are counted", "^(a)(?<user.name>b)", "ab", "user.name",
	"b"},
    {"quoted text", "^\\Q(?<x.y>\\E(?<user.name>z)", "(?<x.y>z",
	"user.name", "z"},
    {"look ahead is no name", "^(?<=^)(?=a)(?<user.name>a)", "a",
	"user.name", "a"},
    {"dot takes LF", "^a(?<user.name>.*)$", "a1\n2", "user.name", "1\n2"},
    {"prefix misses", "^Failed (?<user.name>\\w+)", "Accepted x", NULL, NULL},
    {"literal misses", "(?<user.name>\\w+) logged in", "x logged out", NULL,
	NULL},
    {"optional is no literal", "^a(?:bcdef)?(?<user.name>x)", "ax",
	"user.name", "x"},
    {"alternation is no literal", "^(?:abc|def)(?<user.name>x)", "defx",
	"user.name", "x"},
    {"case folded", "(?i)FAILED (?<user.name>x)", "failed x", "user.name",
	"x"},
    {"last character optional", "^abc?(?<user.name>x)", "abx", "user.name",
	"x"},
    {"counted character", "^ab{2}(?<user.name>x)", "abbx", "user.name", "x"},
    {"hex escape", "^\\x41bc(?<user.name>x)", "Abcx", "user.name", "x"},
};

static void
test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct fixture f = compile(rows[i].source);
		struct str subject = str_from(rows[i].subject), got = STR_NONE;
		bool hit;

		if (!f.good)
			fail_msg("%s: %.*s", rows[i].name,
			    STR_ARG(f.err.items[0].text));
		hit = pattern_run(&f.p, f.scratch, subject) == PATTERN_HIT;
		if (hit != (rows[i].field != NULL))
			fail_msg("%s: %s", rows[i].name,
			    hit ? "matched" : "missed");
		for (size_t k = 0; hit && k < f.p.n_groups; k++) {
			struct str name = field_name(f.fields,
			    f.p.groups[k].field);
			struct str text = pattern_group_text(
			    pattern_offsets(f.scratch),
			    subject, f.p.groups[k].number);

			if (str_eq(name, str_from(rows[i].field)) &&
			    text.n > 0)
				got = text;
		}
		if (hit && !str_eq(got, str_from(rows[i].value)))
			fail_msg("%s: '%.*s'", rows[i].name, STR_ARG(got));
		drop(&f);
	}
}

static void
test_literals(void **state)
{
	static const struct {
		const char *source;
		const char *prefix;
		const char *literal;
	} sources[] = {
	    {"^Failed \\S+ for", "Failed ", ""},
	    {"^Failed\\. (?:x)", "Failed. x", ""},
	    {"^\\S+ logged in from \\S+$", "", " logged in from "},
	    {"^a .* a longer text", "a ", " a longer text"},
	    {"^(?:one|two) three", "", " three"},
	    {"one|two", "", ""},
	    {"(?i)one two", "", ""},
	    {"^one ((?i)two) three", "", ""},
	    {"^one (?i:two) three four", "one ", " three four"},
	    {"^one (?!two)three (?<=x)four", "one three four", ""},
	    {"^(?>one) two", "one two", ""},
	    {"^abc*d", "ab", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(sources) / sizeof(*sources); i++) {
		struct fixture f = compile(sources[i].source);

		if (!str_eq(f.p.prefix, str_from(sources[i].prefix)) ||
		    !str_eq(f.p.literal, str_from(sources[i].literal)))
			fail_msg("%s: prefix '%.*s', literal '%.*s'",
			    sources[i].source, STR_ARG(f.p.prefix),
			    STR_ARG(f.p.literal));
		drop(&f);
	}
}

/* What every match contains one of; the best of the groups that have it. */
static void
test_any(void **state)
{
	static const struct {
		const char *source;
		const char *any; /* with "," between */
	} sources[] = {
	    {"(?:one|two) x", "one,two"},
	    {"a(?:one|two)?", ""},
	    {"a(?:one|two)*", ""},
	    {"a(?:one|two)+", "one,two"},
	    {"(?:one|tw)", ""},
	    {"(?:one|two|)", ""},
	    {"(?:one|t.wo+|[a-z]+three)", ""},
	    {"(?:one|t.woo+|[a-z]+three)", "one,woo,three"},
	    {"(?:one|two) (?:three|four)", "three,four"},
	    {"(?:one|two) longer", ""},
	    {"^x (?:one|two)", ""},
	    {"\\d(?:one(?:a|b)|(?:x|y)two)", "one,two"},
	    {"one|two\\d", "one,two"},
	    {"(?i)one|two", ""},
	    {"(?:one|(?i:two))", ""},
	    {"(?=one|two)[a-z]+", ""},
	    {"(?:a\\|bc|d[|]efg)", "a|bc,efg"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(sources) / sizeof(*sources); i++) {
		struct fixture f = compile(sources[i].source);
		char text[64];
		struct buf out = {.p = text, .cap = sizeof(text),
		    .max = sizeof(text)};

		assert_true(f.good);
		for (size_t k = 0; k < f.p.n_any; k++) {
			if (k > 0)
				buf_add_char(&out, ',');
			buf_add(&out, f.p.any[k]);
		}
		if (!str_eq(buf_str(&out), str_from(sources[i].any)))
			fail_msg("%s: '%.*s'", sources[i].source,
			    STR_ARG(buf_str(&out)));
		drop(&f);
	}
}

/* n: heads that are kept; exact: they alone decide. */
static const struct {
	const char *source;
	size_t n;
	bool starts;
	bool exact;
} heads[] = {
    {"^abc",			0, true,	 true },
    {"^ab+c",			0, true,	 false},
    {"^(?:a|b)c",		2, true,	 true },
    {"^(?:ab )?c",		2, true,	 true },
    {"^(?:ab: |ba: )?c(?:a|b)",	6, true,	 true },
    {"^ab?c",			2, true,	 true },
    {"^[ab]",			1, true,	 true },
    {"^[^ab]c",			1, true,	 false},
    {"^[a-b]+",			1, true,	 true },
    {"^[ab]{2}",		1, true,	 false},
    {"^a[^\\d:]",		1, true,	 true },
    {"^\\d+ ",			1, true,	 false},
    {"^\\Sa",			1, true,	 false},
    {"^(?<user.name>a|b)c",	2, true,	 false},
    {"^a(?:b|c(?:a|b))?$",	4, true,	 false},
    {"^a|b",			0, false, false},
    {"^.*ab",			0, false, false},
    {"^a*b",			0, false, false},
    {"^(?:a|)b*",		0, false, false},
    {"^(?=a)",			0, false, false},
    {"^(?!ab)a",			0, true,	 false},
    {"^(?<!a)(?=b|c)[bc]",		1, true,	 false},
    {"^(?>a|ab)c",			2, true,	 false},
    {"^(?i:a)b",			0, false, false},
    {"^a(?i:b)c",			0, true,	 false},
    {"^(?:a|(?i:b)c)a",		0, false, false},
    {"^\\ba",			0, false, false},
    {"^(?:\\x41|a)b",		0, false, false},
    {"^(?i)ab",			0, false, false},
    {"^(?:a(?:b|c)?|[bc]:)+a",	4, true,	 false},
    {"^(?:ab){0,2}c",		0, false, false},
    {"^ab{0}c",			0, true,	 false},
    {"^a{b",			0, true,	 true },
    {"ab",			0, false, true },
    {"ab(?:c)",			0, false, false},
    {"b.c",			0, false, false},
    {"(?:abc|bca|cab)",		0, false, false},
    {"abc:|bcc",		0, false, false},
    {"a(?:bca|(?:aab|bbc)c)+.",	0, false, false},
    {"(?:abc|[ab]caa?)(?:b|cc)",	0, false, false},
};

static void
test_heads(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(heads) / sizeof(*heads); i++) {
		struct fixture f = compile(heads[i].source);

		assert_true(f.good);
		if (f.p.n_heads != heads[i].n ||
		    (f.p.starts != NULL) != heads[i].starts ||
		    f.p.is_exact != heads[i].exact)
			fail_msg("%s: %zu heads%s%s", heads[i].source,
			    f.p.n_heads, f.p.starts != NULL ? ", starts" : "",
			    f.p.is_exact ? ", exact" : "");
		drop(&f);
	}
}

static bool
plain_match(const struct fixture *f, struct str s)
{
	pcre2_match_data *data = pcre2_match_data_create(64, NULL);
	int rc = pcre2_match(f->p.code, (PCRE2_SPTR)s.p, s.n, 0, 0, data,
	    NULL);

	pcre2_match_data_free(data);
	return rc >= 0;
}

/* What is compared first never says another thing than the expression. */
static void
test_same_answer(void **state)
{
	uint32_t seed = 5;

	(void)state;
	for (size_t i = 0; i < sizeof(heads) / sizeof(*heads); i++) {
		struct fixture f = compile(heads[i].source);

		for (int round = 0; round < 2000; round++) {
			char text[10];
			size_t n = (seed >> 8) % sizeof(text);
			struct str s = str_make(text, n);
			bool want;

			for (size_t k = 0; k < sizeof(text); k++) {
				seed = seed * 1664525u + 1013904223u;
				text[k] = "aabbcc: 1A{"[(seed >> 8) % 11];
			}
			want = plain_match(&f, s);
			for (int again = 0; again < 2; again++) {
				if ((pattern_run(&f.p, f.scratch, s) ==
					PATTERN_HIT) != want ||
				    (pattern_recall(&f.p, f.scratch, s) ==
					PATTERN_HIT) != want)
					fail_msg("%s on '%.*s'",
					    heads[i].source, STR_ARG(s));
			}
			if (want && f.p.starts != NULL) {
				unsigned c = (unsigned char)text[0];

				assert_true((f.p.starts[c >> 6] >>
						(c & 63) & 1) != 0);
			}
		}
		drop(&f);
	}
}

/* The second answer has the groups of the first. */
static void
test_recall(void **state)
{
	struct fixture f = compile("^(?<user.name>\\w+) (?<source.ip>\\S+)?");
	static const char *const subjects[] = {"ann 192.0.2.1", "eve ",
	    "ann 192.0.2.1", "eve ", "none", "a name that is too long to keep",
	    "ann 192.0.2.1"};

	(void)state;
	for (size_t i = 0; i < sizeof(subjects) / sizeof(*subjects); i++) {
		struct str s = str_from(subjects[i]), name, ip;
		enum pattern_result got = pattern_recall(&f.p, f.scratch, s);

		assert_int_equal(got, i == 4 ? PATTERN_MISS : PATTERN_HIT);
		if (i == 4)
			continue;
		name = pattern_group_text(pattern_offsets(f.scratch), s, 1);
		ip = pattern_group_text(pattern_offsets(f.scratch), s, 2);
		assert_true(str_eq(name, str_first(s, str_find_char(s, ' '))));
		assert_int_equal(ip.n, i == 5 ? 4 : i == 1 || i == 3 ? 0 : 9);
	}
	drop(&f);
}

static void
test_mistakes(void **state)
{
	static const struct {
		const char *source;
		const char *code;
		unsigned column; /* the scalar stands at 10, in quotes */
	} bad[] = {
	    {"^a(b", "bad_regex", 13},
	    {"^%{IPP:source.ip}", "unknown_pattern", 12},
	    {"^(?<user.name", "bad_group", 12},
	    {"^(?|a|b)", "bad_group", 12},
	    {"^%{IP:source.ip", "bad_reference", 12},
	    {"^(?<user name>x)", "bad_field", 15},
	    {"^%{IP:source.ip} x{2,1}", "bad_regex", 0},
	    {"\\C", "bad_regex", 0},
	    {"^a[^b)", "bad_regex", 13},
	    {"^(?<a.b>x", "bad_regex", 12},
	    {"^%{INT:a.b:int}", "bad_reference", 12},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct fixture f = compile(bad[i].source);
		const struct err_item *item;

		if (f.good || f.err.n == 0)
			fail_msg("%s: accepted", bad[i].source);
		item = &f.err.items[f.err.n - 1];
		if (!str_eq(item->code, str_from(bad[i].code)) ||
		    (bad[i].column != 0 && item->column != bad[i].column))
			fail_msg("%s: %.*s at %u", bad[i].source,
			    STR_ARG(item->code), item->column);
		drop(&f);
	}
}

/* How far a pattern fits that does not match. */
static void
test_reach(void **state)
{
	static const struct {
		const char *source, *text;
		const char *fits; /* of the source */
		size_t subject;
	} tries[] = {
	    {"^worker (?<x.n>\\d+) started$", "worker 3 has started",
		"^worker (?<x.n>\\d+) ", 9},
	    {"^a[^]x]+(?:b|c)d", "aqqb", "^a[^]x]+(?:b|c)", 4},
	    /* Into a group that has to be there, not into others. */
	    {"^(?<x.a>in (?:the) box)$", "in the house",
		"^(?<x.a>in (?:the) ", 7},
	    {"^(?:in (?:the))? box$", "in the house", "^(?:in (?:the))? ", 0},
	    {"^from %{IP:source.ip}:\\d+", "from 192.0.2.7 x",
		"^from %{IP:source.ip}", 14},
	    {"^.*?user (?<user.name>\\w+) denied", "for user anna allowed",
		"^.*?user (?<user.name>\\w+) ", 14},
	    {"(?i)^Refused by", "refused for", "(?i)^Refused ", 8},
	    {"^x", "", "^", 0},
	    {"a|b", "c", "", 0},
	};
	struct arena *arena = arena_new(0);
	struct field_table *fields = field_table_new(arena);

	(void)state;
	for (size_t i = 0; i < sizeof(tries) / sizeof(*tries); i++) {
		struct pattern_reach r = pattern_reach(
		    str_from(tries[i].source), fields, str_from(tries[i].text));

		if (r.source != strlen(tries[i].fits) ||
		    (tries[i].subject != 0 && r.subject != tries[i].subject))
			fail_msg("%s: %.*s, %zu", tries[i].source,
			    (int)r.source, tries[i].source, r.subject);
	}
	arena_free(arena);
}

static void
test_limit(void **state)
{
	struct fixture f = compile("^(?<user.name>(?:a|aa)+)+$");
	char text[64];

	(void)state;
	memset(text, 'a', sizeof(text));
	text[63] = 'b';
	assert_true(f.good);
	assert_int_equal(pattern_run(&f.p, f.scratch,
	    str_make(text, sizeof(text))), PATTERN_LIMIT);
	drop(&f);
}

/* As many steps as bytes: long texts have fewer, and so has a line after
 * matches that were given up. */
static void
test_less_and_less(void **state)
{
	struct fixture f = compile("^(?<user.name>.*?)[!?]\\d");
	char text[4000];
	struct str short_one = {text, 900}, long_one = {text, sizeof(text)};

	(void)state;
	memset(text, 'a', sizeof(text));
	assert_int_equal(pattern_run(&f.p, f.scratch, short_one),
	    PATTERN_MISS);
	for (int i = 0; i < 3; i++)
		assert_int_equal(pattern_run(&f.p, f.scratch, long_one),
		    PATTERN_LIMIT);
	assert_int_equal(pattern_run(&f.p, f.scratch, short_one),
	    PATTERN_LIMIT);
	pattern_scratch_reset(f.scratch);
	assert_int_equal(pattern_run(&f.p, f.scratch, short_one),
	    PATTERN_MISS);
	drop(&f);
}

/* "^.*?" is left out of what PCRE2 compiles: groups stay where they are. */
static void
test_idle_start(void **state)
{
	static const struct {
		const char *source, *plain;
	} pairs[] = {
	    {"^.*?(?<user.name>a+)b", "^.*?(a+)b"},
	    {"\\A.*?b(?<user.name>.*?)c", "\\A.*?b(.*?)c"},
	    {"^.*?(?:^|:)a(?<user.name>\\d|b)", "^.*?(?:^|:)a(\\d|b)"},
	    {"^.*?(?<=:)(?<user.name>a)?(?<host.id>b)",
		"^.*?(?<=:)(a)?(b)"},
	    {"^.*?(?<user.name>a)?$", "^.*?(a)?$"},
	    {"^.*?a|(?<user.name>b)c", "^.*?a|(b)c"},
	};
	uint32_t seed = 3;

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++) {
		struct fixture f = compile(pairs[i].source);
		struct fixture plain = compile("^x");
		size_t at;
		int code;

		assert_true(f.good);
		pattern_free(&plain.p);
		plain.p.code = pcre2_compile((PCRE2_SPTR)pairs[i].plain,
		    PCRE2_ZERO_TERMINATED, PCRE2_DOTALL, &code, &at, NULL);
		for (int round = 0; round < 3000; round++) {
			pcre2_match_data *data =
			    pcre2_match_data_create(8, NULL);
			char text[9];
			size_t n = (seed >> 8) % sizeof(text);
			const PCRE2_SIZE *want =
			    pcre2_get_ovector_pointer(data);
			int rc;

			for (size_t k = 0; k < sizeof(text); k++) {
				seed = seed * 1664525u + 1013904223u;
				text[k] = "aabbc:1"[(seed >> 8) % 7];
			}
			rc = pcre2_match(plain.p.code, (PCRE2_SPTR)text, n, 0,
			    0, data, NULL);
			assert_int_equal(pattern_run(&f.p, f.scratch,
			    str_make(text, n)),
			    rc > 0 ? PATTERN_HIT : PATTERN_MISS);
			for (int k = 2; k < 2 * rc; k++)
				assert_int_equal(
				    pattern_offsets(f.scratch)[k], want[k]);
			pcre2_match_data_free(data);
		}
		drop(&f);
		drop(&plain);
	}
}

/* The name of a field with a typing error is told. */
static void
test_near_name(void **state)
{
	struct fixture f = compile("^(?<source.ipp>\\S+)");

	(void)state;
	assert_true(f.good);
	assert_int_equal(f.err.n, 1);
	assert_true(str_eq(f.err.items[0].code, STR("unknown_field")));
	assert_true(str_find(f.err.items[0].hint, STR("source.ip")) !=
	    SIZE_MAX);
	drop(&f);
	f = compile("^(?<host.id>\\S+)");
	assert_int_equal(f.err.n, 0);
	drop(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rows),
	    cmocka_unit_test(test_literals),
	    cmocka_unit_test(test_any),
	    cmocka_unit_test(test_heads),
	    cmocka_unit_test(test_same_answer),
	    cmocka_unit_test(test_recall),
	    cmocka_unit_test(test_mistakes),
	    cmocka_unit_test(test_reach),
	    cmocka_unit_test(test_limit),
	    cmocka_unit_test(test_less_and_less),
	    cmocka_unit_test(test_idle_start),
	    cmocka_unit_test(test_near_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
