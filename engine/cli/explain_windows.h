/*
 * `vigie explain CORRELATION FILE`: which groups the messages made, how near
 * each came to an alert, with which events, and what was missing. Everything
 * is measured by the windows of the engine (correlate/nearest.h).
 */
#ifndef VIGIE_CLI_EXPLAIN_WINDOWS_H
#define VIGIE_CLI_EXPLAIN_WINDOWS_H

#include "engine/base/buf.h"
#include "engine/pipeline/pipeline.h"

struct explain_windows;

/* Everything is borrowed. On the heap: explain_windows_free(). */
struct explain_windows *explain_windows_new(const struct parts *parts);
void explain_windows_free(struct explain_windows *x);

/* A correlation that is asked about; those that it is made of are too. */
void explain_windows_choose(struct explain_windows *x, uint32_t correlation);
bool explain_windows_any(const struct explain_windows *x);

/* Message number ev->id.line, and the rules that it matched, ascending. */
void explain_windows_add(struct explain_windows *x, const struct event *ev,
    const uint32_t *rules, size_t n);

/* After the last message: what is to be said of each group, for people or
 * as one JSON object a group. */
void explain_windows_print(
    struct explain_windows *x, bool json, struct buf *out);

#endif
