/* `when:` and `on:`: which of a pack's patterns are asked, by the index. */
#include "tests/unit/pack_fixture.h"

#include <stdio.h>

/* A value or none; any of a list's texts. */
static void
test_conditions(void **state)
{
	static const struct field_row rows[] = {
	    {"absent", "<13>a: b=1", "event.action", "open"},
	    {"the value", "<13>a: k=x", "event.action", "open"},
	    {"another value", "<13>a: k=y", "event.action", ""},
	    {"first of a list", "<13>a: n=u1 n=v2", "user.name", "1"},
	    {"second of a list", "<13>a: n=v2 n=u1", "user.name", "1"},
	    {"none of a list", "<13>a: n=v2 n=w3", "user.name", ""},
	    {"no list", "<13>a: b=1", "event.reason", ""},
	};

	(void)state;
	expect_rows("pack: a\nselect: {program: a}\ndecode: kv\n"
	    "fields: {k: a.k, n: a.n}\npatterns:\n"
	    "  - {name: list, go_on: true, on: a.n, "
	    "regex: '^u(?<user.name>.)'}\n"
	    "  - {name: empty, go_on: true, on: a.m, regex: '^', "
	    "set: {event.reason: m}}\n"
	    "  - {name: open, when: {a.k: [~, x]}, "
	    "set: {event.action: open}}\n",
	    rows, sizeof(rows) / sizeof(*rows));
}

/* A value of the index may be longer than most. */
static void
test_long_value(void **state)
{
	static const char channel[] = "Microsoft-Windows-TerminalServices-"
	    "LocalSessionManager/Operational";
	struct fixture f = load_pack("pack: n\nselect: {program: a}\n"
	    "decode: kv\nfields: {c: event.provider}\npatterns:\n"
	    "  - {name: p1, when: {event.provider: a}}\n"
	    "  - {name: p2, when: {event.provider: b}}\n"
	    "  - {name: p3, when: {event.provider: c}}\n"
	    "  - {name: p4, when: {event.provider: d}}\n"
	    "  - {name: p5, when: {event.provider: Microsoft-Windows-"
	    "TerminalServices-LocalSessionManager/Operational}}\n");
	char line[160];

	(void)state;
	(void)snprintf(line, sizeof(line), "<13>a: c=%s", channel);
	feed(&f, line);
	expect(&f, "vigie.pattern", "p5");
	drop(&f);
}

/* Many patterns on one field's values: the index gives the same. */
static void
test_dispatch(void **state)
{
	struct fixture f = load_pack("pack: n\nselect: {header: cisco}\n"
	    "patterns:\n"
	    "  - {name: p1, when: {event.code: ['1', '2']}, regex: '^x'}\n"
	    "  - {name: p2, when: {event.code: '2'}}\n"
	    "  - {name: any, regex: '^any'}\n"
	    "  - {name: p3, when: {event.code: '3'}}\n"
	    "  - {name: p4, when: {event.code: '4'}}\n"
	    "  - {name: none, when: {event.code: ~}}\n");

	(void)state;
	assert_non_null(f.packs);
	feed(&f, "<13>Nov 24 09:59:00 h: %A-4-1: x");
	expect(&f, "vigie.pattern", "p1");
	feed(&f, "<13>Nov 24 09:59:00 h: %A-4-2: y");
	expect(&f, "vigie.pattern", "p2");
	feed(&f, "<13>Nov 24 09:59:00 h: %A-4-2: any");
	expect(&f, "vigie.pattern", "p2");
	feed(&f, "<13>Nov 24 09:59:00 h: %A-4-3: any");
	expect(&f, "vigie.pattern", "any");
	feed(&f, "<13>Nov 24 09:59:00 h: %A-4-9: z");
	expect(&f, "vigie.pattern", "");
	drop(&f);
}

/* Any value of a list may be the one that a pattern asks for. */
static void
test_dispatch_list(void **state)
{
	struct fixture f = load_pack("pack: n\nselect: {header: json}\n"
	    "decode: json\nfields: {c: event.code}\n"
	    "patterns:\n"
	    "  - {name: p1, when: {event.code: '1'}}\n"
	    "  - {name: p2, when: {event.code: '2'}}\n"
	    "  - {name: p3, when: {event.code: '3'}}\n"
	    "  - {name: p4, when: {event.code: '4'}}\n");

	(void)state;
	assert_non_null(f.packs);
	feed(&f, "<13>Nov 24 09:59:00 h x: {\"c\":[\"8\",\"4\"]}");
	expect(&f, "vigie.pattern", "p4");
	feed(&f, "<13>Nov 24 09:59:00 h x: {\"c\":[\"2\"]}");
	expect(&f, "vigie.pattern", "p2");
	feed(&f, "<13>Nov 24 09:59:00 h x: {\"c\":[\"8\",\"9\"]}");
	expect(&f, "vigie.pattern", "");
	drop(&f);
}

/* A pattern that goes on may say what those behind it ask for, and again. */
static void
test_dispatch_stages(void **state)
{
	struct fixture f = load_pack("pack: n\nselect: {program: a}\n"
	    "patterns:\n"
	    "  - {name: t, go_on: true, regex: '^(?<event.action>\\w+) '}\n"
	    "  - {name: t1, go_on: true, when: {event.action: up},"
	    " set: {event.code: '1'}}\n"
	    "  - {name: t2, go_on: true, when: {event.action: down},"
	    " set: {event.code: '2'}}\n"
	    "  - {name: t3, go_on: true, when: {event.action: left},"
	    " set: {event.code: '3', event.action: right}}\n"
	    "  - {name: t4, go_on: true, when: {event.action: right},"
	    " set: {event.code: '4'}}\n"
	    "  - {name: t5, go_on: true, when: {event.action: [up, right]},"
	    " set: {event.id: five}}\n"
	    "  - {name: c1, when: {event.code: '1'}, set: {event.reason: one}}\n"
	    "  - {name: c2, when: {event.code: '2'}, set: {event.reason: two}}\n"
	    "  - {name: c3, when: {event.code: '3'}}\n"
	    "  - {name: c4, when: {event.code: '4'}, set: {event.reason: four}}\n"
	    "  - {name: rest, regex: x, set: {event.reason: rest}}\n");

	(void)state;
	assert_non_null(f.packs);
	feed(&f, "<13>Nov 24 09:59:00 h a: up x");
	expect(&f, "event.reason", "one");
	expect(&f, "event.id", "five");
	feed(&f, "<13>Nov 24 09:59:00 h a: down x");
	expect(&f, "event.reason", "two");
	expect(&f, "event.id", "");
	feed(&f, "<13>Nov 24 09:59:00 h a: left x");
	expect(&f, "event.reason", "four");
	expect(&f, "event.id", "five");
	feed(&f, "<13>Nov 24 09:59:00 h a: over x");
	expect(&f, "event.reason", "rest");
	drop(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_conditions),
	    cmocka_unit_test(test_long_value),
	    cmocka_unit_test(test_dispatch),
	    cmocka_unit_test(test_dispatch_list),
	    cmocka_unit_test(test_dispatch_stages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
