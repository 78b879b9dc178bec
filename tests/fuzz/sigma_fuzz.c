/*
 * Any bytes as a file of Sigma documents: nothing may crash, hang or leak, and
 * what is loaded must hold together.
 */
#include "engine/sigma/migrate.h"
#include "engine/sigma/sigma.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_node(const struct sigma_node *node, unsigned depth)
{
	assert(depth < 1000);
	if (node->op == SIGMA_TEST) {
		assert(node->test != NULL);
		if (node->test->kind == TEST_PATTERN)
			(void)pattern_match(
			    &node->test->pattern, STR("C:\\x y\xc3\xa9\xff"));
		return;
	}
	assert(node->op != SIGMA_NOT || node->n == 1);
	/* A node may be shared; looking at the first few is enough. */
	for (size_t i = 0; i < node->n && i < 8; i++)
		check_node(node->nodes[i], depth + 1);
}

static void
check_correlation(
    const struct sigma_collection *c, const struct sigma_correlation *one)
{
	assert(one->timespan > 0 && one->n_refs > 0);
	for (size_t i = 0; i < one->n_refs; i++)
		assert(one->refs[i].index < (one->refs[i].is_correlation
		                                    ? c->n_correlations
		                                    : c->n_rules));
	for (size_t i = 0; i < one->n_aliases; i++) {
		for (size_t j = 0; j < one->aliases[i].n; j++)
			assert(one->aliases[i].fields[j].ref < one->n_refs);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct str values[] = {STR_INIT("a*"), STR_INIT("b")};
	const struct sigma_placeholder list = {STR_INIT("x"), values, 2};
	struct arena *arena = arena_new(0);
	struct text_file file = {
	    STR("f.yml"), str_make((const char *)data, size)};
	const struct sigma_collection *c;
	struct err err;
	struct buf out;

	err_init(&err, arena);
	c = sigma_load(arena, word_table_new(arena), &file, 1, &list, 1, &err);
	for (size_t i = 0; i < c->n_rules; i++)
		check_node(c->rules[i].detection->root, 0);
	for (size_t i = 0; i < c->n_correlations; i++)
		check_correlation(c, &c->correlations[i]);
	buf_init(&out, (size_t)1024 * 1024);
	sigma_migrate(arena, &file, &out, &err);
	err_sort(&err);
	err_print(&err, &out, false);
	buf_fini(&out);
	arena_free(arena);
	return 0;
}
