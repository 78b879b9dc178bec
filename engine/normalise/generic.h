/*
 * The generic packs, on a line that no product's pack knows, or not more of
 * than its `rest`: one of them decodes, those without `decode` look at the
 * text.
 */
#ifndef VIGIE_NORMALISE_GENERIC_H
#define VIGIE_NORMALISE_GENERIC_H

#include "engine/normalise/work.h"

/* `first`: the product's pack whose gate took the line, or NULL. What it has
 * read stays as it is. Returns whose the line is: `first`'s, else the first
 * generic one's that read it, or NULL. */
const struct pack *generic_run(struct normaliser *n, struct event *ev,
    struct search *search, const struct header *h, const struct pack *first);

#endif
