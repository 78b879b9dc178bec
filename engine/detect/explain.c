#include "engine/detect/explain.h"

#include <stdlib.h>

/* False when the part cannot be compiled; then neither was the rule. */
static bool
node_make(struct tree_maker *maker, struct explain_node *out,
    const struct sigma_node *from)
{
	struct node *tree = tree_make(maker, from);

	if (tree == NULL)
		return false;
	out->from = from;
	out->program = program_make(maker->arena, tree);
	if (from->op == SIGMA_TEST)
		return true;
	out->n = from->n;
	out->nodes = ARENA_ARRAY(maker->arena, from->n, struct explain_node);
	for (size_t i = 0; i < from->n; i++) {
		if (!node_make(maker, &out->nodes[i], from->nodes[i]))
			return false;
	}
	return true;
}

struct explain *
explain_new(const struct ruleset *set, const struct sigma_collection *sigma,
    uint32_t rule, struct field_table *fields, struct word_table *words)
{
	const struct program *program = ruleset_program(set, rule);
	struct arena *arena;
	struct tree_maker maker;
	struct explain *x;
	struct err err;
	bool ok;

	if (program == NULL || sigma->rules[rule].detection == NULL ||
	    sigma->rules[rule].detection->root == NULL)
		return NULL;
	arena = arena_new(0);
	err_init(&err, arena);
	maker = (struct tree_maker){.arena = arena, .scratch = arena,
	    .fields = fields, .err = &err};
	x = mem_get_zero(1, sizeof(*x));
	x->rule = &sigma->rules[rule];
	x->fields = fields;
	x->words = words;
	x->need = ruleset_need(set, rule);
	x->program = program;
	x->arena = arena;
	ok = node_make(&maker, &x->root, x->rule->detection->root);
	x->regexes = maker.regexes;
	x->n_regexes = maker.n_regexes;
	view_init(&x->view);
	if (ok)
		return x;
	explain_free(x);
	return NULL;
}

void
explain_free(struct explain *x)
{
	if (x == NULL)
		return;
	for (size_t i = 0; i < x->n_regexes; i++)
		regex_free(x->regexes[i]);
	view_fini(&x->view);
	arena_free(x->arena);
	free(x);
}

static void
node_run(struct explain *x, struct explain_node *node)
{
	node->held = program_run(&node->program, &x->view);
	for (size_t i = 0; i < node->n; i++)
		node_run(x, &node->nodes[i]);
}

bool
explain_run(struct explain *x, const struct event *ev)
{
	view_turn(&x->view, ev);
	node_run(x, &x->root);
	x->source_fits = logsource_may_match(x->rule->source, ev->source);
	return x->source_fits && program_run(x->program, &x->view);
}
