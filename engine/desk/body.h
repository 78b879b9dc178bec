/*
 * The JSON body of a POST: {"by","owner","text","reason","into","version"}.
 */
#ifndef VIGIE_DESK_BODY_H
#define VIGIE_DESK_BODY_H

#include "engine/base/arena.h"
#include "engine/desk/lifecycle.h"

#define BODY_MAX      ((size_t)64 * 1024)
#define BODY_TEXT_MAX ((size_t)16 * 1024)

/*
 * Reads the body into *out (all but `act`); texts go to the arena. False with
 * a sentence in `why` when it is no such object: unknown keys, other types,
 * names longer than 63 bytes or with control characters are refused.
 */
bool body_parse(
    struct arena *arena, struct str body, struct action *out, struct buf *why);

#endif
