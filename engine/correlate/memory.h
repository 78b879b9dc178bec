/*
 * The store of `vigie replay`, `vigie test` and `vigie explain`: windows in
 * memory, chained matches given back to them, time taken from the matches.
 * The order of calls decides the result and nothing else does.
 */
#ifndef VIGIE_CORRELATE_MEMORY_H
#define VIGIE_CORRELATE_MEMORY_H

#include "engine/base/stamp.h"
#include "engine/correlate/correlate.h"

/* How far the watermark is behind what was received (DESIGN section 4). */
#define MEMORY_BEHIND (30 * SECOND)
#define MEMORY_DEPTH  10 /* of correlations in correlations */

struct memory_store;

typedef void memory_alert_fn(void *arg, const struct alert *alert);

/* limits may be NULL. The alert is borrowed for the call. */
struct memory_store *memory_new(const struct specs *specs,
    const struct windows_limits *limits, memory_alert_fn *on_alert, void *arg);
void memory_free(struct memory_store *store);

/* Applies a match, and what follows from it. */
void memory_put(struct memory_store *store, const struct match *m);
/*
 * A line was received at that time (whether or not it matched): moves time
 * on, a second of it at least. Earlier than before: nothing happens.
 */
void memory_tick(struct memory_store *store, int64_t received);
/*
 * The end of the input: nothing more is waited for, and grown alerts are
 * sent; a window of absence that reaches past the last line stays undecided.
 */
void memory_finish(struct memory_store *store);

struct windows *memory_windows(struct memory_store *store);

#endif
