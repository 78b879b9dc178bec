/*
 * The writing end of the match log: a worker's matches, gathered per shard
 * and appended to the shards' streams in the journal's order. Entries go out
 * when they are large or when the worker flushes; what was sent on a
 * connection that broke is sent again from the journal (the worker's
 * business), so nothing is kept here.
 */
#ifndef VIGIE_STORE_MATCHLOG_H
#define VIGIE_STORE_MATCHLOG_H

#include "engine/correlate/match.h"
#include "engine/journal/journal.h"
#include "engine/store/redis.h"

struct matchlog;

/* `redis` is borrowed. `slot` is the worker's. */
struct matchlog *matchlog_new(struct redis *redis, uint16_t slot);
void matchlog_free(struct matchlog *log);

/* The end of the last record handled whole, and its receive time. */
void matchlog_reached(struct matchlog *log, struct journal_pos reached,
    int64_t received);

/* One match (copied). */
void matchlog_add(struct matchlog *log, const struct match *match);

/* Sends all that waits. */
void matchlog_flush(struct matchlog *log);
bool matchlog_waits(const struct matchlog *log);

/*
 * Each second: an entry to every shard that got none since the last tick.
 * `watermark` is the receive time up to which this journal is handled (now,
 * for a worker that keeps up).
 */
void matchlog_tick(struct matchlog *log, int64_t watermark);

/* Forgets what waits: the connection broke. */
void matchlog_reset(struct matchlog *log);

#endif
