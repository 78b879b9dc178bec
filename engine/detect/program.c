#include "engine/detect/program.h"

/*
 * Each subtree knows how many steps it takes, so all targets are known on the
 * way down: behind a child that does not decide comes the next child.
 */
static void
emit(struct step *steps, const struct node *node, uint32_t at, uint32_t yes,
    uint32_t no)
{
	bool and = node->op == NODE_AND;

	if (node->op == NODE_LEAF) {
		steps[at] = (struct step){
		    .test = node->test,
		    .yes = node->negated ? no : yes,
		    .no = node->negated ? yes : no,
		};
		return;
	}
	for (size_t i = 0; i < node->n; i++) {
		const struct node *one = node->nodes[i];
		uint32_t next = at + one->leaves;

		if (i + 1 == node->n)
			emit(steps, one, at, yes, no);
		else if (and)
			emit(steps, one, at, next, no);
		else
			emit(steps, one, at, yes, next);
		at = next;
	}
}

struct program
program_make(struct arena *arena, const struct node *tree)
{
	struct step *steps;

	if (tree->op == NODE_TRUE)
		return (struct program){.start = STEP_MATCH};
	if (tree->op == NODE_FALSE)
		return (struct program){.start = STEP_REFUSE};
	steps = ARENA_ARRAY(arena, tree->leaves, struct step);
	emit(steps, tree, 0, STEP_MATCH, STEP_REFUSE);
	return (struct program){.steps = steps, .n = tree->leaves};
}

bool
program_run(const struct program *program, struct view *view)
{
	uint32_t at = program->start;

	while (at < STEP_REFUSE) {
		const struct step *step = &program->steps[at];

		at = test_holds(view, step->test) ? step->yes : step->no;
	}
	return at == STEP_MATCH;
}
