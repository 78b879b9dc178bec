/*
 * What owner.c and checkpoint.c share: the state behind struct owner. Private
 * to these two files.
 */
#ifndef VIGIE_STORE_OWNER_PRIVATE_H
#define VIGIE_STORE_OWNER_PRIVATE_H

#include "engine/base/arena.h"
#include "engine/store/owner.h"

#include <hiredis/hiredis.h>

/* Windows in one HSET. */
#define CHECKPOINT_PAIRS 500

struct slot {
	uint16_t slot;
	struct journal_pos applied;
	int64_t watermark;
	int64_t heard; /* wall clock of its last entry */
};

enum shard_state { SHARD_IDLE, SHARD_LOADING, SHARD_RUNNING };

struct shard {
	struct owner *owner;
	unsigned number;
	bool ours;
	enum shard_state state;
	uint64_t epoch;
	uint64_t rev;
	char last[48]; /* stream id applied last */
	bool moved;    /* last or a position differs from the checkpoint */
	bool queued;   /* for a checkpoint */
	int64_t saved; /* when, wall clock */
	struct slot *slots;
	size_t n_slots;
};

struct owner {
	struct owner_options options;
	struct redis *write;
	struct redis *read;
	struct windows *windows;
	struct shard shards[SHARD_COUNT];
	int64_t now;
	unsigned generation; /* counts loads: answers of older ones are old */
	bool reading;	     /* XREAD is under way */
	int saving;	     /* shard whose checkpoint is under way, or -1 */
	struct shard *applying;
	struct arena *scratch;
	struct buf json, chained;
	/* The transaction being written. */
	struct str *set, *del;
	size_t n_set, n_del;
	void (*done)(void *arg);
	void *done_arg;
};

static inline struct str
reply_str(const struct redisReply *reply)
{
	return str_make(reply->str, reply->len);
}

static inline bool
is_array(const struct redisReply *reply)
{
	return reply != NULL && reply->type == REDIS_REPLY_ARRAY;
}

/* owner.c: breaks both connections; coming up again loads all shards. */
void owner_reload(struct owner *o, const char *why);

/* checkpoint.c: the next shard that is queued, one at a time. */
void checkpoint_next(struct owner *o);
void checkpoint_queue(struct owner *o, struct shard *s);

#endif
