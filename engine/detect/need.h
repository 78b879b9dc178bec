/*
 * The necessary conditions of a rule: sets of a few literals; of each set one
 * has to be in an event before the rule can match. The index looks for these
 * only.
 */
#ifndef VIGIE_DETECT_NEED_H
#define VIGIE_DETECT_NEED_H

#include "engine/base/map.h"
#include "engine/detect/tree.h"

/* How many rules use a literal: what many look for, many events have. */
struct census {
	struct arena *arena;
	struct map uses;
};

void census_init(struct census *census, struct arena *arena);
/* Counts the keys of one rule's tree. */
void census_add(struct census *census, const struct node *tree);

/* So many conditions have to hold together; more bring little. */
#define NEED_PARTS 2

struct need {
	struct need_part {
		struct need_key *keys; /* one of these */
		size_t n;
	} parts[NEED_PARTS];	       /* the rarest first */
	size_t n;		       /* 0: nothing is necessary */
	bool never;		       /* the rule cannot match */
};

struct need need_choose(const struct census *census, struct arena *arena,
    const struct node *tree);

#endif
