/*
 * A table of short texts that is made once and asked for every line: what a
 * pack's `values:`, `table:` and dispatch look up. Its keys are the pack's,
 * so that the hash needs no secret (base/map.h has one, and costs three times
 * as much); what is looked for is only compared.
 */
#ifndef VIGIE_NORMALISE_LOOKUP_H
#define VIGIE_NORMALISE_LOOKUP_H

#include "engine/base/map.h"

struct lookup_entry {
	struct str key;
	void *value; /* NULL: free */
};

struct lookup {
	struct lookup_entry *entries;
	size_t mask;
	size_t longest;
	bool exact; /* else ASCII case is folded; keys are lower case */
};

/* From all entries of `map`, whose keys have to live as long as the arena. */
void lookup_build(struct arena *arena, const struct map *map, bool exact,
    struct lookup *out);
/* NULL: not there. */
void *lookup_get(const struct lookup *l, struct str text);

#endif
