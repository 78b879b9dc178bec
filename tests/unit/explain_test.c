/* A rule taken apart: which parts hold for an event, and what is said of
 * them. That all parts mean what detect() means is checked with random rules
 * in detect_random_test.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/detect/explain.h"

#include <string.h>

static const char rule_text[] =
    "title: Shell From Office\n"
    "id: 7d1c2f0e-4a4e-4d0c-9b5e-0c8c6f1a2b3c\n"
    "logsource:\n"
    "    category: process_creation\n"
    "detection:\n"
    "    parent:\n"
    "        ParentImage|endswith: '\\winword.exe'\n"
    "    tool:\n"
    "        Image|endswith:\n"
    "            - '\\cmd.exe'\n"
    "            - '\\powershell.exe'\n"
    "            - '\\mshta.exe'\n"
    "    filter_main_known:\n"
    "        CommandLine|contains: 'printer-setup'\n"
    "    condition: parent and tool and not 1 of filter_main_*\n";

struct fixture {
	struct arena *arena;
	struct field_table *fields;
	struct word_table *words;
	struct sigma_collection *sigma;
	struct ruleset *set;
	struct detector *d;
	struct explain *x;
	struct event *ev;
	struct err err;
	struct buf out;
};

static struct fixture *
fixture_new(const char *text)
{
	struct arena *arena = arena_new(0);
	struct fixture *f = ARENA_NEW(arena, struct fixture);
	struct text_file file = {STR("rule.yml"), str_from(text)};

	f->arena = arena;
	f->fields = field_table_new(arena);
	f->words = word_table_new(arena);
	err_init(&f->err, arena);
	f->sigma = sigma_load(arena, f->words, &file, 1, NULL, 0, &f->err);
	assert_int_equal(f->sigma->n_rules, 1);
	f->set = ruleset_compile(arena, f->fields, f->words, f->sigma,
	    &f->err);
	f->d = detector_new(f->set);
	f->x = explain_new(f->set, f->sigma, 0, f->fields, f->words);
	f->ev = event_alloc(f->fields);
	buf_init(&f->out, SIZE_MAX);
	return f;
}

static void
fixture_free(struct fixture *f)
{
	buf_fini(&f->out);
	event_release(f->ev);
	explain_free(f->x);
	detector_free(f->d);
	ruleset_free(f->set);
	arena_free(f->arena);
}

static void
put(struct fixture *f, const char *name, const char *text)
{
	if (text != NULL)
		event_append_name(f->ev, str_from(name), str_from(text),
		    VALUE_TEXT);
}

static void
assert_has(struct fixture *f, const char *what)
{
	if (str_find(buf_str(&f->out), str_from(what)) == SIZE_MAX)
		fail_msg("'%s' is not in:\n%.*s", what,
		    STR_ARG(buf_str(&f->out)));
}

static void
test_rows(void **unused)
{
	static const struct {
		const char *name;
		const char *parent, *image, *line;
		bool match;
		const char *text[3]; /* in what is printed */
	} rows[] = {
	    {"all of it holds", "C:\\o\\WINWORD.EXE", "C:\\w\\cmd.exe", "x",
		true,
		{"[x] parent: ", "[x] Image: '*\\\\cmd.exe'   <- "
		 "\"C:\\\\w\\\\cmd.exe\"", "2 others did not hold"}},
	    {"another parent", "C:\\w\\explorer.exe", "C:\\w\\cmd.exe", "x",
		false,
		{"[ ] parent: ParentImage: '*\\\\winword.exe'   <- "
		 "\"C:\\\\w\\\\explorer.exe\"", "[x] tool: any of",
		 "[ ] all of"}},
	    {"no image", "C:\\o\\winword.exe", NULL, "x", false,
		{"[ ] tool: any of", "[ ] Image: '*\\\\mshta.exe'   <- absent",
		 "[x] not"}},
	    {"filtered", "C:\\o\\winword.exe", "C:\\w\\cmd.exe",
		"cmd /c printer-setup", false,
		{"[ ] not", "[x] filter_main_known: CommandLine: "
		 "'*printer-setup*'   <- \"cmd /c printer-setup\"",
		 "[x] parent"}},
	};

	(void)unused;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct fixture *f = fixture_new(rule_text);

		put(f, "ParentImage", rows[i].parent);
		put(f, "Image", rows[i].image);
		put(f, "CommandLine", rows[i].line);
		if (explain_run(f->x, f->ev) != rows[i].match ||
		    detect_rule(f->d, f->ev, 0) != rows[i].match)
			fail_msg("%s: wrong", rows[i].name);
		explain_print_text(f->x, &f->out);
		for (size_t k = 0; k < 3; k++)
			assert_has(f, rows[i].text[k]);
		fixture_free(f);
	}
}

static void
test_source(void **unused)
{
	struct fixture *f = fixture_new(rule_text);

	(void)unused;
	put(f, "ParentImage", "C:\\o\\winword.exe");
	put(f, "Image", "C:\\w\\cmd.exe");
	assert_true(explain_run(f->x, f->ev));
	f->ev->source.category = word_intern(f->words, STR("dns_query"));
	assert_false(explain_run(f->x, f->ev));
	assert_false(f->x->source_fits);
	assert_true(f->x->root.held);
	explain_print_text(f->x, &f->out);
	assert_has(f, "another log source");
	fixture_free(f);
}

static void
test_json(void **unused)
{
	struct fixture *f = fixture_new(rule_text);
	struct json j = json_to(&f->out);

	(void)unused;
	put(f, "ParentImage", "C:\\o\\winword.exe");
	assert_false(explain_run(f->x, f->ev));
	explain_print_json(f->x, &j);
	assert_has(f, "{\"name\":\"parent\",\"op\":\"test\",\"held\":true,"
		      "\"test\":\"ParentImage: '*\\\\\\\\winword.exe'\","
		      "\"values\":[{\"value\":\"C:\\\\o\\\\winword.exe\","
		      "\"held\":true}]}");
	assert_has(f, "{\"name\":\"tool\",\"op\":\"or\",\"held\":false");
	fixture_free(f);
}

static void
test_rule(void **unused)
{
	struct fixture *f = fixture_new(rule_text);

	(void)unused;
	explain_print_rule(f->x, &f->out);
	assert_has(f, "rule: Shell From Office\n"
		      "id: 7d1c2f0e-4a4e-4d0c-9b5e-0c8c6f1a2b3c\n"
		      "log source: category=process_creation\n");
	assert_has(f, "ParentImage ends with \"\\\\winword.exe\"");
	assert_has(f, "Image: one of 3 (text)  yes: ");
	assert_has(f, "no: refuse");
	fixture_free(f);
}

/* A keyword says which value it was found in. */
static void
test_keyword(void **unused)
{
	struct fixture *f = fixture_new("title: T\n"
					"logsource: {product: linux}\n"
					"detection:\n"
					"    words: [overflow]\n"
					"    condition: words\n");

	(void)unused;
	put(f, "User", "alice");
	put(f, "Note", "a stack Overflow here");
	assert_true(explain_run(f->x, f->ev));
	explain_print_text(f->x, &f->out);
	assert_has(f, "[x] words: anywhere: '*overflow*'   <- "
		      "\"a stack Overflow here\"\n");
	fixture_free(f);
}

static void
test_broken(void **unused)
{
	struct fixture *f = fixture_new("title: T\n"
					"logsource: {product: linux}\n"
					"detection:\n"
					"    sel:\n"
					"        A|re: '(x'\n"
					"    condition: sel\n");

	(void)unused;
	assert_null(f->x);
	assert_null(explain_new(f->set, f->sigma, 1, f->fields, f->words));
	fixture_free(f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rows),    cmocka_unit_test(test_source),
	    cmocka_unit_test(test_json),    cmocka_unit_test(test_rule),
	    cmocka_unit_test(test_keyword), cmocka_unit_test(test_broken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
