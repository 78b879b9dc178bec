#include "engine/normalise/json_tree.h"

#include "engine/normalise/format_json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

struct fixture {
	struct arena *arena;
	struct json_reader *reader;
	struct buf out;
};

static struct fixture
start(void)
{
	struct fixture f = {arena_new(0), json_reader_new(), {0}};

	buf_init(&f.out, SIZE_MAX);
	return f;
}

static void
drop(struct fixture *f)
{
	json_reader_free(f->reader);
	arena_free(f->arena);
	buf_fini(&f->out);
}

static void
expect_text(struct fixture *f, const char *name, const struct json_node *node,
    const char *want)
{
	buf_clear(&f->out);
	json_tree_format(node, &f->out);
	if (!str_eq(buf_str(&f->out), str_from(want)))
		fail_msg("%s: '%.*s', expected '%s'", name,
		    STR_ARG(buf_str(&f->out)), want);
}

/* What is read and written again; NULL: refused. */
static void
test_rows(void **state)
{
	static const struct {
		const char *name, *text, *want;
	} rows[] = {
	    {"empty", "{}", "{}"},
	    {"values", "{ \"a\" : \"x\", \"b\":-1.50e3 , \"c\":true,\"d\":null}",
		"{\"a\":\"x\",\"b\":-1.50e3,\"c\":true,\"d\":null}"},
	    {"nested", "{\"a\":{\"b\":[1,[],{\"c\":{}}]},\"d\":2}",
		"{\"a\":{\"b\":[1,[],{\"c\":{}}]},\"d\":2}"},
	    {"escapes", "{\"\\u0061\":\"\\n\\\"\\u00e9\"}",
		"{\"a\":\"\\n\\\"é\"}"},
	    {"depth", "{\"a\":{\"b\":{\"c\":{\"d\":{\"e\":1}}}},\"f\":[[[[[2]]]]]}",
		"{\"a\":{\"b\":{\"c\":{\"d\":{}}}},\"f\":[[[[]]]]}"},
	    {"a key twice", "{\"a\":1,\"a\":2}", NULL},
	    {"a key twice, once escaped", "{\"a\":1,\"\\u0061\":2}", NULL},
	    {"a key twice below", "{\"x\":[{\"a\":1,\"b\":0,\"a\":2}]}", NULL},
	    {"the same key elsewhere", "{\"a\":{\"a\":1}}", "{\"a\":{\"a\":1}}"},
	    {"text behind", "{\"a\":1} x", NULL},
	    {"blanks behind", "{\"a\":1} \n", "{\"a\":1}"},
	    {"no object", "[1]", NULL},
	    {"no number", "{\"a\":-Jane}", NULL},
	    {"no number either", "{\"a\":01}", NULL},
	    {"no word", "{\"a\":nul}", NULL},
	    {"cut", "{\"a\":\"x", NULL},
	    {"cut in a list", "{\"a\":[1,", NULL},
	    {"no UTF-8", "{\"a\":\"\xff\"}", NULL},
	};
	struct fixture f = start();

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct json_node *root = json_tree_parse(f.reader, f.arena,
		    str_from(rows[i].text), 4, NULL);

		if ((root == NULL) != (rows[i].want == NULL))
			fail_msg("%s: %s", rows[i].name,
			    root == NULL ? "refused" : "accepted");
		if (root != NULL)
			expect_text(&f, rows[i].name, root, rows[i].want);
	}
	drop(&f);
}

/* More keys than are compared with each other. */
static void
test_many_keys(void **state)
{
	struct fixture f = start();
	struct buf text;

	(void)state;
	buf_init(&text, SIZE_MAX);
	for (unsigned twice = 0; twice < 2; twice++) {
		buf_clear(&text);
		buf_add_char(&text, '{');
		for (unsigned i = 0; i < 300; i++)
			buf_printf(&text, "\"k%u\":%u,",
			    twice && i == 299 ? 7 : i, i);
		buf_add(&text, STR("\"z\":1}"));
		assert_true((json_tree_parse(f.reader, f.arena, buf_str(&text),
				 9, NULL) == NULL) == (twice == 1));
	}
	buf_clear(&text);
	buf_add(&text, STR("{\"a\":["));
	for (unsigned i = 0; i < 20000; i++)
		buf_add(&text, STR("1,"));
	buf_add(&text, STR("1]}"));
	assert_null(json_tree_parse(f.reader, f.arena, buf_str(&text), 9,
	    NULL));
	buf_fini(&text);
	drop(&f);
}

static void
test_changes(void **state)
{
	struct fixture f = start();
	struct json_node *root = json_tree_parse(f.reader, f.arena,
	    STR("{\"a\":1,\"b\":{\"x\":\"y\"},\"c\":[1,2,3]}"), 9, NULL);
	struct json_node *b;

	(void)state;
	assert_non_null(root);
	b = json_tree_get(root, "b");
	assert_true(str_eq(json_tree_text(json_tree_get(b, "x")), STR("y")));
	assert_null(json_tree_get(json_tree_get(root, "a"), "x"));
	assert_null(json_tree_get(NULL, "x"));
	assert_int_equal(json_tree_text(b).n, 0);
	json_tree_cut(json_tree_get(root, "c"), 2);
	expect_text(&f, "cut", root,
	    "{\"a\":1,\"b\":{\"x\":\"y\"},\"c\":[1,2]}");
	json_tree_add(f.arena, json_tree_get(root, "c"), JSON_NODE_TEXT,
	    STR(""), STR("z"));
	json_tree_remove(root, "a");
	json_tree_remove(root, "nothing");
	expect_text(&f, "first gone", root,
	    "{\"b\":{\"x\":\"y\"},\"c\":[1,2,\"z\"]}");
	json_tree_remove(root, "c");
	json_tree_add(f.arena, root, JSON_NODE_BARE, STR("d"), STR("true"));
	expect_text(&f, "last gone", root, "{\"b\":{\"x\":\"y\"},\"d\":true}");
	json_tree_clear(root);
	json_tree_append(root, b);
	expect_text(&f, "again", root, "{\"b\":{\"x\":\"y\"}}");
	json_tree_cut(root, 0);
	expect_text(&f, "nothing", root, "{}");
	drop(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rows),
	    cmocka_unit_test(test_many_keys),
	    cmocka_unit_test(test_changes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
