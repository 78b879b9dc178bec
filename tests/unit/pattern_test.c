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

static void
test_mistakes(void **state)
{
	static const struct {
		const char *source;
		const char *code;
		unsigned column; /* the scalar stands at 10, in quotes */
	} bad[] = {
	    {"^a(b", "bad_regex", 15},
	    {"^%{IPP:source.ip}", "unknown_pattern", 12},
	    {"^(?<user.name", "bad_group", 12},
	    {"^(?|a|b)", "bad_group", 12},
	    {"^%{IP:source.ip", "bad_reference", 12},
	    {"^(?<user name>x)", "bad_field", 15},
	    {"^%{IP:source.ip} x{2,1}", "bad_regex", 0},
	    {"\\C", "bad_regex", 0},
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
	    cmocka_unit_test(test_mistakes),
	    cmocka_unit_test(test_limit),
	    cmocka_unit_test(test_near_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
