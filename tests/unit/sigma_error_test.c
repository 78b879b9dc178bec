/*
 * What authors get wrong: a file in, all messages about it out, with line,
 * column, code and hint.
 */
#include "tests/unit/sigma_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

struct row {
	const char *name;
	const char *yaml;
	const char *messages; /* '!' before errors */
	size_t loaded;        /* rules and correlations */
};

static const struct row rows[] = {
#include "tests/unit/sigma_error.def"
};

static void
check_row(const struct row *row)
{
	struct arena *arena = arena_new(0);
	struct text_file file = {STR("t.yml"), str_from(row->yaml)};
	struct sigma_collection *c;
	struct buf out;
	struct err err;

	err_init(&err, arena);
	buf_init(&out, SIZE_MAX);
	c = sigma_load(arena, word_table_new(arena), &file, 1, NULL, 0, &err);
	print_messages(&out, &err);
	buf_add_char(&out, '\0');
	if (strcmp(out.p, row->messages) != 0) {
		print_error("%s\n--- got\n%s--- expected\n%s", row->name, out.p,
		    row->messages);
		fail();
	}
	if (c->n_rules + c->n_correlations != row->loaded) {
		print_error("%s: %zu loaded, expected %zu\n", row->name,
		    c->n_rules + c->n_correlations, row->loaded);
		fail();
	}
	buf_fini(&out);
	arena_free(arena);
}

static void
mistakes(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check_row(&rows[i]);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(mistakes)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
