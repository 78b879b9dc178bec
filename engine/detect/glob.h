/*
 * One string pattern, compiled: the plain shapes (whole value, beginning,
 * end, anywhere) and the general one with `*` and `?` inside.
 */
#ifndef VIGIE_DETECT_GLOB_H
#define VIGIE_DETECT_GLOB_H

#include "engine/base/arena.h"
#include "engine/sigma/detection.h"

enum glob_shape {
	GLOB_EXACT,
	GLOB_PREFIX,
	GLOB_SUFFIX,
	GLOB_CONTAINS,
	GLOB_ANY, /* every value */
	GLOB_GENERAL,
};

struct glob {
	enum glob_shape shape;
	bool cased;	 /* compares the text as it came */
	struct str text; /* of the plain shapes; folded unless cased */
	struct pattern_piece *pieces; /* GENERAL: no two `*` in a row, texts
					 joined, folded unless cased */
	size_t n;
};

/* `anywhere` puts a `*` at both ends (keywords). Texts go to the arena. */
void glob_init(struct glob *g, struct arena *arena, const struct pattern *p,
    bool anywhere);
bool glob_match(const struct glob *g, struct str folded, struct str raw);

#endif
