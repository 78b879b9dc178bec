/*
 * The attacks that are planted in the corpus, and decoys that come near.
 *
 * A plan is an array of lines sorted by their place in the corpus; it owns its
 * memory from plan_make() to plan_fini().
 */
#ifndef BENCH_CORPUS_PLANT_H
#define BENCH_CORPUS_PLANT_H

#include "bench/corpus/kinds.h"

#include <stdio.h>

struct planted {
	uint64_t line;  /* its place in the corpus, from 0 */
	uint32_t order; /* keeps an attack's lines in order */
	uint32_t kind;
	struct flow flow;
};

struct plan {
	struct planted *lines;
	size_t count;
	size_t room;
	uint32_t attacks;
};

struct extent {
	uint64_t lines;
	int64_t start; /* microseconds since 1970 */
	int64_t span;  /* microseconds from the first line to past the last */
};

/*
 * Writes what engines have to find to attacks, one JSON object a line, unless
 * that is NULL. False: the corpus is too short for the plan.
 */
bool plan_make(struct plan *plan, struct world *w, const struct extent *extent,
	       FILE *attacks);
void plan_fini(struct plan *plan);

/* The time at which a line was logged. */
int64_t extent_time(const struct extent *extent, uint64_t line);

#endif
