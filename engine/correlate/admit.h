/*
 * How many groups a rule may have at a member, so that invented groups cannot
 * fill the memory. Above the cap a new group is let in at its third sight: a
 * count-min sketch remembers sights and forgets half of them now and then.
 * What is in is never put out by what is new.
 */
#ifndef VIGIE_CORRELATE_ADMIT_H
#define VIGIE_CORRELATE_ADMIT_H

#include "engine/base/hash.h"

struct admit_cell {
	uint64_t key; /* spec's hash and member; 0: free */
	uint32_t groups;
	bool capped;      /* at the cap once: alerts are approximate */
	int64_t reported; /* received time of the last alert about it */
};

struct admit {
	struct admit_cell *cells;
	size_t n, n_cells; /* a power of two */
	uint8_t *sketch;
	uint64_t sights;
};

void admit_fini(struct admit *a);
/* The cell of the spec at the member, made when there is none. */
struct admit_cell *admit_cell(struct admit *a, uint64_t spec, uint32_t member);
/* Counts one sight of a group; true from the third on. */
bool admit_sight(struct admit *a, struct hash128 window);

#endif
