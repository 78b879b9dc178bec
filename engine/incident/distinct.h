/*
 * How many different values were seen: exact up to 10,000, then a lower
 * bound. Values are kept as 64 bits of a stable hash, so that a set is small
 * and the same after a restart.
 */
#ifndef VIGIE_INCIDENT_DISTINCT_H
#define VIGIE_INCIDENT_DISTINCT_H

#include "engine/base/str.h"

#define DISTINCT_MAX 10000

struct distinct {
	uint64_t *slots; /* open addressing; 0: free */
	uint32_t cap;    /* a power of two, or 0 */
	uint32_t n;
	bool full; /* a value beyond DISTINCT_MAX came: n is a lower bound */
};

/* Adds (scope, value), letter case of value ignored; true when it is new. */
bool distinct_add(struct distinct *set, struct str scope, struct str value);
/* Adds all of `from`. */
void distinct_join(struct distinct *set, const struct distinct *from);
void distinct_fini(struct distinct *set);

#endif
