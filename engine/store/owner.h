/*
 * The reading end: a worker's shards. For each it loads the checkpoint, reads
 * the match log in order, applies the matches to windows in memory, and
 * writes back what changed together with how far it has read, in one
 * transaction that checks that the shard is still its own.
 *
 * Exactly once in effect: positions and windows move together; what is read
 * again after a crash gives the same windows and the same alert ids.
 */
#ifndef VIGIE_STORE_OWNER_H
#define VIGIE_STORE_OWNER_H

#include "engine/correlate/correlate.h"
#include "engine/journal/journal.h"
#include "engine/store/redis.h"

struct owner;

#define OWNER_MAX_SLOTS 256

struct owner_options {
	struct event_base *base;
	struct redis_options redis; /* where; callbacks are the owner's own */
	uint64_t shards;	    /* bit i: shard i is ours */
	const struct specs *specs;
	struct windows_limits limits;
	/* An alert, before it goes to the stream: the worker fills in the raw
	 * lines of the evidence. */
	void (*fill)(void *arg, struct alert *alert);
	/* Positions of the journals as checkpointed in this shard, after each
	 * load and checkpoint. Lower than before: Redis lost something. */
	void *arg;
};

struct owner *owner_new(const struct owner_options *options);
void owner_free(struct owner *owner);

/* Rules were switched: windows of unchanged correlations stay. */
void owner_switch(struct owner *owner, const struct specs *specs);

/* Each second, with the time now (us, wall clock). */
void owner_tick(struct owner *owner, int64_t now);

/* Writes what is dirty; `done` is called when all is in Redis or the
 * connection broke. For an orderly stop. */
void owner_checkpoint(struct owner *owner, void (*done)(void *arg), void *arg);

size_t owner_windows(const struct owner *owner);
/* All its shards are loaded and read on. */
bool owner_is_running(const struct owner *owner);

#endif
