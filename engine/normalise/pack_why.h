/*
 * Why a pack did not take a line, for its author: which key of `select` does
 * not hold, and which pattern came nearest, up to where. Slow (a pattern is
 * compiled again in pieces): only for people, never on the way of lines.
 */
#ifndef VIGIE_NORMALISE_PACK_WHY_H
#define VIGIE_NORMALISE_PACK_WHY_H

#include "engine/base/buf.h"
#include "engine/normalise/normalise.h"

/*
 * Adds two pieces of text with a mark each: the regular expression of the
 * nearest pattern of the pack `name`, and the event's text. False, and nothing
 * added, when no pattern fits even at its beginning.
 *
 *   nearest: worker, which fits up to the marks:
 *     ^worker (?<x.worker>\d+) started$
 *                             ^
 *     worker 3 has started
 *             ^
 */
bool pack_why_nearest(const struct packs *packs, struct str name,
    const struct event *ev, const char *indent, struct buf *out);

/* Adds a line for each key of `select` that does not hold for `line`; false
 * when the pack's `select` holds. */
bool pack_why_select(const struct packs *packs, struct str name,
    struct str line, const char *indent, struct buf *out);

bool packs_has(const struct packs *packs, struct str name);

#endif
