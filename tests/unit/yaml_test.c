/* YAML to trees: forms, places of mistakes, limits, and the readers. */
#include "engine/base/yaml.h"

#include "engine/base/stamp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

struct parsed {
	struct arena *arena;
	struct err err;
	struct yaml **docs;
	size_t n;
	bool ok;
};

static struct parsed
parse(struct str text)
{
	struct parsed p = {.arena = arena_new(0)};

	err_init(&p.err, p.arena);
	p.ok = yaml_parse(p.arena, STR("t.yaml"), text, &p.docs, &p.n, &p.err);
	assert_int_equal(p.ok, p.err.errors == 0);
	return p;
}

/* A tree in one line: scalars as they are ("" around quoted ones). */
static void
show(const struct yaml *node, struct buf *out)
{
	switch (node->kind) {
	case YAML_SCALAR:
		assert_int_equal(node->text.p[node->text.n], '\0');
		buf_printf(out, node->plain ? "%.*s" : "\"%.*s\"",
		    STR_ARG(node->text));
		return;
	case YAML_LIST:
		buf_add_char(out, '[');
		for (size_t i = 0; i < node->n; i++) {
			if (i > 0)
				buf_add_char(out, ',');
			show(node->items[i], out);
		}
		buf_add_char(out, ']');
		return;
	case YAML_MAP:
		buf_add_char(out, '{');
		for (size_t i = 0; i < node->n; i++) {
			if (i > 0)
				buf_add_char(out, ',');
			show(node->pairs[i].key, out);
			buf_add_char(out, ':');
			show(node->pairs[i].value, out);
		}
		buf_add_char(out, '}');
		return;
	}
}

static const struct {
	const char *name;
	struct str in;
	const char *out; /* documents, " | " between */
} good[] = {
    {"nothing",               STR_INIT(""),			       ""               },
    {"only a comment",        STR_INIT("# x\n"),                          ""               },
    {"map",		   STR_INIT("a: 1\nb: [x, y]\n"),              "{a:1,b:[x,y]}"  },
    {"text as written",       STR_INIT("a: 00000429\nb: 0x1F\nc: yes\n"),
     "{a:00000429,b:0x1F,c:yes}"							   },
    {"quotes are not plain",  STR_INIT("a: '5'\nb: \"x\\ty\"\n"),
     "{a:\"5\",b:\"x\ty\"}"								},
    {"null forms",            STR_INIT("a:\nb: ~\nc: null\n"),            "{a:,b:~,c:null}"},
    {"folded block",          STR_INIT("a: >-\n  x\n  y\n"),              "{a:\"x y\"}"    },
    {"empty list and map",    STR_INIT("a: []\nb: {}\n"),                 "{a:[],b:{}}"    },
    {"documents",             STR_INIT("a: 1\n---\n---\nb: 2\n...\n"),    "{a:1} | {b:2}"  },
    {"null document",         STR_INIT("--- ~\n---\nx\n"),                "x"              },
    {"empty text is a value", STR_INIT("--- ''\n"),                       "\"\""           },
    {"order of the file",     STR_INIT("z: 1\na: 2\nm: 3\n"),             "{z:1,a:2,m:3}"  },
    {"byte order mark",
     STR_INIT("\xef\xbb\xbf"
		 "a: 1\n"),
     "{a:1}"									       },
    {"keys differ by case",   STR_INIT("a: 1\nA: 2\n"),                   "{a:1,A:2}"      },
    {"same key, two maps",    STR_INIT("a: {x: 1}\nb: {x: 1}\n"),
     "{a:{x:1},b:{x:1}}"								   },
    {"quoted << is a name",   STR_INIT("'<<': 1\n"),                      "{\"<<\":1}"     },
    {"star in quotes",        STR_INIT("a: '*x'\nb: '&y'\nc: '!z'\n"),
     "{a:\"*x\",b:\"&y\",c:\"!z\"}"							},
};

static void
test_good(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(good); i++) {
		struct parsed p = parse(good[i].in);
		struct buf out;

		buf_init(&out, 10000);
		for (size_t k = 0; k < p.n; k++) {
			if (k > 0)
				buf_add(&out, STR(" | "));
			show(p.docs[k], &out);
		}
		if (!p.ok || !str_eq(buf_str(&out), str_from(good[i].out)))
			fail_msg("row '%s': %.*s", good[i].name,
			    STR_ARG(buf_str(&out)));
		buf_fini(&out);
		arena_free(p.arena);
	}
}

static const struct {
	const char *name;
	struct str in;
	const char *code;
	uint32_t line, column;
	size_t docs; /* good ones before */
} bad[] = {
    {"duplicate key",          STR_INIT("a: 1\nb: 2\na: 3\n"),            "duplicate_key", 3, 1, 0},
    {"duplicate, quoted",      STR_INIT("a: 1\n'a': 3\n"),                "duplicate_key", 2, 1, 0},
    {"duplicate, deep",        STR_INIT("x:\n  - {k: 1, k: 2}\n"),        "duplicate_key", 2,
     12,											 0},
    {"duplicate empty key",    STR_INIT("? \n: 1\n? \n: 2\n"),            "duplicate_key", 3,
     2,											  0},
    {"anchor",		 STR_INIT("a: &x 1\n"),                     "yaml_anchor",   1, 4, 0},
    {"anchor on a map",        STR_INIT("a: &x {b: 1}\n"),                "yaml_anchor",   1, 4, 0},
    {"anchor on a list",       STR_INIT("- 1\n- &x [1]\n"),               "yaml_anchor",   2, 3, 0},
    {"anchor on a key",        STR_INIT("&x a: 1\n"),                     "yaml_anchor",   1, 1, 0},
    {"alias",		  STR_INIT("a: *x\n"),                       "yaml_alias",    1, 4, 0},
    {"merge",		  STR_INIT("a: 1\n<<: {b: 2}\n"),            "yaml_merge",    2, 1, 0},
    {"tag",		    STR_INIT("a: !!int 1\n"),                  "yaml_anchor",   1, 4, 0},
    {"tag of its own",         STR_INIT("a: !x [1]\n"),                   "yaml_anchor",   1, 4, 0},
    {"tag !",		  STR_INIT("a: ! 1\n"),                      "yaml_anchor",   1, 4, 0},
    {"key is a list",          STR_INIT("? [a, b]\n: 1\n"),               "yaml_key",      1, 3, 0},
    {"key is a map",           STR_INIT("{{a: 1}: 2}\n"),                 "yaml_key",      1, 2, 0},
    {"tab as indent",          STR_INIT("a:\n\tb: 1\n"),                  "yaml",          2, 1, 0},
    {"quote left open",        STR_INIT("a: 'x\n"),                       "yaml",          2, 1, 0},
    {"bracket left open",      STR_INIT("a: [1, 2\nb: 3\n"),              "yaml",          2, 2, 0},
    {"colon in plain text",    STR_INIT("a: b: c\n"),                     "yaml",          1, 5, 0},
    {"wrong indent",           STR_INIT("a:\n    b: 1\n  c: 2\n"),        "yaml",          3, 3, 0},
    {"byte FF",		STR_INIT("a: 1\nb: x\xff\n"),              "yaml",          2, 5, 0},
    {"Latin 1",		STR_INIT("# caf\xe9\na: 1\n"),             "yaml",          1, 7, 0},
    {"a NUL",		  STR_INIT("a: 1\nbc: \0\n"),                "yaml",          2, 5, 0},
    {"an escape",              STR_INIT("a: 1\n\nb: \033[0m\n"),          "yaml",          3, 4, 0},
    {"columns are characters", STR_INIT("\xc3\xa9\xc3\xa9: &x 1\n"),
     "yaml_anchor",									1, 5, 0},
    {"second document",        STR_INIT("a: 1\n---\nb: *x\n---\nc: 1\n"), "yaml_alias",
     3,										       4, 1},
    {"unknown escape",         STR_INIT("a: \"\\q\"\n"),                  "yaml",          1, 5, 0},
};

static void
test_bad(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(bad); i++) {
		struct parsed p = parse(bad[i].in);
		const struct err_item *item = p.err.items;

		if (p.ok || p.err.n != 1)
			fail_msg(
			    "row '%s': %zu mistakes", bad[i].name, p.err.n);
		if (!str_eq(item->code, str_from(bad[i].code)) ||
		    item->line != bad[i].line ||
		    item->column != bad[i].column || p.n != bad[i].docs ||
		    !str_eq(item->file, STR("t.yaml")))
			fail_msg("row '%s': %u:%u %.*s: %.*s, %zu docs",
			    bad[i].name, item->line, item->column,
			    STR_ARG(item->code), STR_ARG(item->text), p.n);
		arena_free(p.arena);
	}
}

/* The same text over and over. */
static void
repeat(struct buf *out, const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_add(out, str_from(text));
}

static void
expect_code(struct str text, const char *name, const char *code)
{
	struct parsed p = parse(text);
	struct str got = p.err.n > 0 ? p.err.items[0].code : STR("");

	if (!str_eq(got, str_from(code)))
		fail_msg("%s: '%.*s'", name, STR_ARG(got));
	arena_free(p.arena);
}

static void
test_limits(void **state)
{
	struct buf b;

	(void)state;
	buf_init(&b, SIZE_MAX);
	repeat(&b, "[", 31);
	repeat(&b, "x", 1);
	repeat(&b, "]", 31);
	expect_code(buf_str(&b), "32 levels", "");
	buf_clear(&b);
	repeat(&b, "[", 32);
	repeat(&b, "x", 1);
	repeat(&b, "]", 32);
	expect_code(buf_str(&b), "33 levels", "yaml_depth");
	buf_clear(&b);
	repeat(&b, "{a: ", 32);
	repeat(&b, "x", 1);
	repeat(&b, "}", 32);
	expect_code(buf_str(&b), "33 levels of maps", "yaml_depth");
	buf_clear(&b);
	repeat(&b, "[", YAML_MAX_BYTES);
	expect_code(buf_str(&b), "4 MiB of [", "yaml_depth");
	buf_clear(&b);
	repeat(&b, "- ", YAML_MAX_BYTES / 2);
	expect_code(buf_str(&b), "2 M lists", "yaml_depth");
	buf_clear(&b);
	repeat(&b, "- a\n", YAML_MAX_NODES - 1);
	expect_code(buf_str(&b), "as many nodes as may be", "");
	repeat(&b, "- a\n", 1);
	expect_code(buf_str(&b), "one node more", "yaml_size");
	buf_clear(&b);
	repeat(&b, "x", 1);
	repeat(&b, "y", YAML_MAX_BYTES - 1);
	expect_code(buf_str(&b), "4 MiB of text", "");
	repeat(&b, "y", 1);
	expect_code(buf_str(&b), "4 MiB and a byte", "yaml_size");
	buf_fini(&b);
}

/* Many keys in one map: the check for doubles stays fast, and finds the last
 * of them. */
static void
test_many_keys(void **state)
{
	struct parsed p;
	struct buf b;

	(void)state;
	buf_init(&b, SIZE_MAX);
	for (unsigned i = 0; i < 50000; i++)
		buf_printf(&b, "key%u: %u\n", i, i);
	p = parse(buf_str(&b));
	assert_true(p.ok);
	assert_int_equal(p.docs[0]->n, 50000);
	assert_true(
	    str_eq(yaml_get(p.docs[0], "key49999")->text, STR("49999")));
	assert_null(yaml_get(p.docs[0], "key50000"));
	arena_free(p.arena);
	buf_add(&b, STR("key0: x\n"));
	p = parse(buf_str(&b));
	assert_int_equal(p.err.items[0].line, 50001);
	arena_free(p.arena);
	buf_fini(&b);
}

static void
test_places(void **state)
{
	struct parsed p = parse(STR("a: 1\nlist:\n  - x\n  - k: v\n"));
	const struct yaml *list = yaml_get(p.docs[0], "list");

	(void)state;
	assert_int_equal(list->at.line, 3);
	assert_int_equal(list->at.column, 3);
	assert_int_equal(list->items[1]->at.line, 4);
	assert_int_equal(list->items[1]->at.column, 5);
	assert_int_equal(yaml_get(list->items[1], "k")->at.column, 8);
	assert_int_equal(p.docs[0]->pairs[1].key->at.line, 2);
	assert_true(str_eq(list->at.file, STR("t.yaml")));
	assert_null(yaml_get(NULL, "a"));
	assert_null(yaml_get(list, "a"));
	arena_free(p.arena);
}

static const struct {
	const char *text;
	int64_t span; /* -1: none */
} spans[] = {
    {"10s",		    10 * SECOND},
    {"0s",		     0          },
    {"500ms",		  SECOND / 2 },
    {"7us",		    7          },
    {"1h30m",		  90 * MINUTE},
    {"7d",		     7 * DAY    },
    {"2w",		     14 * DAY   },
    {"1M",		     30 * DAY   },
    {"1m",		     MINUTE     },
    {"1y",		     365 * DAY  },
    {"10",		     -1         },
    {"",		       -1         },
    {"s",		      -1         },
    {"-5s",		    -1         },
    {"1.5h",		   -1         },
    {"5 s",		    -1         },
    {"5S",		     -1         },
    {"5min",		   -1         },
    {"1h30",		   -1         },
    {"99999999999y",           -1         },
    {"18446744073709551615us", -1         },
    {"73000y73000y73000y",     -1         },
};

static void
test_spans(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(spans); i++) {
		int64_t v = -1;
		bool ok = span_parse(str_from(spans[i].text), &v);

		if (ok != (spans[i].span >= 0) || v != spans[i].span)
			fail_msg("'%s': %lld", spans[i].text, (long long)v);
	}
}

static const struct {
	const char *text;
	int64_t size; /* -1: none */
} sizes[] = {
    {"512",         512          },
    {"512B",        512          },
    {"64KiB",       65536        },
    {"2MiB",        2097152      },
    {"1GiB",        1 << 30      },
    {"0",	   0	    },
    {"1TiB",        1099511627776},
    {"64KB",        -1           },
    {"64kib",       -1           },
    {"",	    -1	   },
    {"KiB",         -1           },
    {"1KiB1",       -1           },
    {"1.5MiB",      -1           },
    {"-1",          -1           },
    {"20000000TiB", -1           },
};

static void
test_sizes(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(sizes); i++) {
		struct arena *arena = arena_new(0);
		struct yaml node = {
		    .text = str_from(sizes[i].text),
		    .at = {.line = 1, .column = 1}
                };
		uint64_t v = 7;
		struct err err;
		bool ok;

		err_init(&err, arena);
		ok = yaml_read_size(&node, "size", &v, &err);
		if (ok != (sizes[i].size >= 0) ||
		    v != (ok ? (uint64_t)sizes[i].size : 7) ||
		    err.errors != (ok ? 0 : 1))
			fail_msg("'%s'", sizes[i].text);
		arena_free(arena);
	}
}

static void
test_readers(void **state)
{
	struct parsed p = parse(STR("s: text\nn: 7\nb: on\nl: [a, b]\n"
				    "m: {x: 1}\nmixed: [a, [b]]\n"));
	const struct yaml *d = p.docs[0];
	struct str s = STR("kept"), *list = NULL;
	uint64_t v = 1;
	size_t n = 9;
	bool flag = false;

	(void)state;
	/* Not given: true, and the default stays. */
	assert_true(yaml_read_str(NULL, "s", &s, &p.err));
	assert_true(yaml_read_u64(NULL, "n", 5, 9, &v, &p.err));
	assert_true(yaml_read_list(NULL, "l", p.arena, &list, &n, &p.err));
	assert_true(str_eq(s, STR("kept")) && v == 1 && n == 9);
	assert_true(yaml_read_str(yaml_get(d, "s"), "s", &s, &p.err));
	assert_true(yaml_read_u64(yaml_get(d, "n"), "n", 7, 7, &v, &p.err));
	assert_true(yaml_read_bool(yaml_get(d, "b"), "b", &flag, &p.err));
	assert_true(
	    yaml_read_list(yaml_get(d, "l"), "l", p.arena, &list, &n, &p.err));
	assert_true(str_eq(s, STR("text")) && v == 7 && flag && n == 2);
	assert_true(str_eq(list[1], STR("b")));
	assert_true(
	    yaml_read_list(yaml_get(d, "s"), "s", p.arena, &list, &n, &p.err));
	assert_true(n == 1 && str_eq(list[0], STR("text")));
	assert_int_equal(p.err.n, 0);
	/* Another form: a mistake each, and nothing is changed. */
	assert_false(yaml_read_str(yaml_get(d, "l"), "l", &s, &p.err));
	assert_false(yaml_read_u64(yaml_get(d, "n"), "n", 8, 9, &v, &p.err));
	assert_false(yaml_read_u64(yaml_get(d, "s"), "s", 0, 9, &v, &p.err));
	assert_false(yaml_read_bool(yaml_get(d, "n"), "n", &flag, &p.err));
	assert_false(
	    yaml_read_list(yaml_get(d, "m"), "m", p.arena, &list, &n, &p.err));
	assert_int_equal(p.err.n, 5);
	assert_int_equal(p.err.items[1].line, 2);
	assert_int_equal(p.err.items[1].column, 4);
	assert_true(str_eq(s, STR("text")) && v == 7 && flag && n == 1);
	assert_false(yaml_read_list(
	    yaml_get(d, "mixed"), "mixed", p.arena, &list, &n, &p.err));
	arena_free(p.arena);
}

static void
test_check_keys(void **state)
{
	static const struct str names[] = {STR_INIT("udp"), STR_INIT("tcp")};
	struct parsed p = parse(STR("udp: 1\n  \ntpc: 2\ntc: 3\n"));

	(void)state;
	assert_false(yaml_check_keys(p.docs[0], names, 2, &p.err));
	assert_int_equal(p.err.n, 2);
	assert_int_equal(p.err.items[0].line, 3);
	assert_int_equal(p.err.items[0].column, 1);
	assert_true(str_eq(p.err.items[1].hint, STR("did you mean 'tcp'?")));
	arena_free(p.arena);
	p = parse(STR("udp: 1\n"));
	assert_true(yaml_check_keys(p.docs[0], names, 2, &p.err));
	assert_false(
	    yaml_check_keys(yaml_get(p.docs[0], "udp"), names, 2, &p.err));
	arena_free(p.arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_good),
	    cmocka_unit_test(test_bad),
	    cmocka_unit_test(test_limits),
	    cmocka_unit_test(test_many_keys),
	    cmocka_unit_test(test_places),
	    cmocka_unit_test(test_spans),
	    cmocka_unit_test(test_sizes),
	    cmocka_unit_test(test_readers),
	    cmocka_unit_test(test_check_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
