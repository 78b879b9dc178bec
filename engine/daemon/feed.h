/*
 * A worker's line of work: record to journal, journal to pipeline, matches to
 * the log. Two modes. LIVE: a record is appended and handled at once from the
 * receive buffer. BEHIND: records are only appended, while the journal is read
 * back from the position that Redis knows; when the end is reached the feed
 * is live again. Start, a lost Redis and a full pipe are all the same: behind.
 */
#ifndef VIGIE_DAEMON_FEED_H
#define VIGIE_DAEMON_FEED_H

#include "engine/daemon/page.h"
#include "engine/journal/journal.h"
#include "engine/pipeline/pipeline.h"
#include "engine/store/redis.h"

struct feed;

struct feed_options {
	struct event_base *base;
	struct redis *redis; /* of the match log; its owner tells up and down */
	struct journal *journal; /* NULL: none is kept (measurements) */
	const char *dir; /* of the journal */
	uint16_t slot;
	struct page_worker *cell;
	const struct parts *parts;
};

struct feed *feed_new(const struct feed_options *options);
void feed_free(struct feed *feed);

/* A read batch. False: it could not be kept (disk full): read no more for
 * now, and hand it in again. */
bool feed_record(struct feed *feed, const struct record *record);

/* The connection of the match log came or went. */
void feed_up(struct feed *feed);
void feed_down(struct feed *feed);

/* Each second, with the time now (us, wall clock). */
void feed_tick(struct feed *feed, int64_t now);

/* Lines meet another generation from now on. */
void feed_switch(struct feed *feed, const struct parts *parts);

/* Sends what waits. */
void feed_flush(struct feed *feed);
bool feed_is_live(const struct feed *feed);

#endif
