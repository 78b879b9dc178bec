/*
 * String patterns: Sigma's escapes to pieces, and the small algebra that the
 * modifiers need. Pieces live in the arena and are never changed once made.
 */
#ifndef VIGIE_SIGMA_WILD_H
#define VIGIE_SIGMA_WILD_H

#include "engine/base/arena.h"
#include "engine/sigma/detection.h"

/*
 * `text` as a Sigma string: `*` and `?` are wildcards, `\` escapes only these
 * and itself; before anything else, and at the end, it is a backslash.
 * Several `*` in a row are one.
 */
struct pattern wild_parse(struct arena *arena, struct str text);
/* No wildcards, no escapes; borrowed. */
struct pattern wild_literal(struct arena *arena, struct str text);
/* b behind a; texts that meet become one piece. */
struct pattern wild_join(
    struct arena *arena, const struct pattern *a, const struct pattern *b);
/* With `*` in front and behind as asked, unless it stands there. */
struct pattern wild_open(
    struct arena *arena, const struct pattern *p, bool front, bool back);
/* No wildcard in it; *text is then all of it. */
bool wild_is_literal(const struct pattern *p, struct str *text);

/* Several patterns that are built side by side (all ways to fill in). */
struct wild_set {
	struct pattern *items;
	size_t n;
};

#define WILD_SET_MAX 20000

/* One empty pattern. */
void wild_set_init(struct wild_set *set, struct arena *arena);
/* Every pattern of the set with every one of `ways` behind it; false when
 * there would be more than WILD_SET_MAX. */
bool wild_set_add(struct wild_set *set, struct arena *arena,
    const struct pattern *ways, size_t n);

#endif
