/*
 * Detections: YAML in, the tree as text out.
 */
#include "tests/unit/sigma_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define HEAD "title: t\nlevel: low\nlogsource: {product: linux}\ndetection:\n"

struct row {
	const char *name;
	const char *yaml; /* what stands under detection: */
	const char *tree; /* empty: the rule is left out */
};

static const struct row forms[] = {
#include "tests/unit/sigma_detection.def"
};

static const struct sigma_placeholder lists[] = {
    {STR_INIT("sites"),   (struct str[]){STR_INIT("zh"), STR_INIT("b*")}, 2},
    {STR_INIT("base"),    (struct str[]){STR_INIT("C:\\apps")},           1},
    {STR_INIT("DC-NAME"), (struct str[]){STR_INIT("dc.1")},               1},
    {STR_INIT("none"),    NULL,                                           0},
};

static void
check_row(const struct row *row)
{
	struct arena *arena = arena_new(0);
	struct str text = arena_printf(arena, "%s%s", HEAD, row->yaml);
	struct text_file file = {STR("t.yml"), text};
	struct sigma_collection *c;
	struct buf out;
	struct err err;

	err_init(&err, arena);
	buf_init(&out, SIZE_MAX);
	c = sigma_load(arena, word_table_new(arena), &file, 1, lists,
	    sizeof(lists) / sizeof(lists[0]), &err);
	if (c->n_rules == 1)
		print_node(&out, c->rules[0].detection->root);
	buf_add_char(&out, '\0');
	if (strcmp(out.p, row->tree) != 0) {
		print_error("%s\n  got      %s\n  expected %s\n", row->name,
		    out.p, row->tree);
		buf_clear(&out);
		err_print(&err, &out, false);
		print_error("%.*s", STR_ARG(buf_str(&out)));
		fail();
	}
	buf_fini(&out);
	arena_free(arena);
}

static void
detections(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		check_row(&forms[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(detections)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
