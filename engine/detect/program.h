/*
 * A tree as a flat program: a row of tests, each with two jumps, forward
 * only, so that a run takes at most as many steps as there are tests.
 */
#ifndef VIGIE_DETECT_PROGRAM_H
#define VIGIE_DETECT_PROGRAM_H

#include "engine/detect/tree.h"

struct step {
	const struct test *test;
	uint32_t yes; /* the next step */
	uint32_t no;
};

/* Where a program ends. */
#define STEP_MATCH  UINT32_MAX
#define STEP_REFUSE (UINT32_MAX - 1)

struct program {
	const struct step *steps;
	uint32_t start; /* a constant: one of the ends */
	uint32_t n;
};

struct program program_make(struct arena *arena, const struct node *tree);
bool program_run(const struct program *program, struct view *view);

#endif
