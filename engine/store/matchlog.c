#include "engine/store/matchlog.h"

#include "engine/base/arena.h"
#include "engine/base/stats.h"
#include "engine/store/entry.h"
#include "engine/store/keys.h"

#include <hiredis/hiredis.h>
#include <stdlib.h>

/* About 3 KiB an entry gave the best rate per core (DESIGN section 4). */
#define ENTRY_FULL ((size_t)3 * 1024)

struct shard_log {
	struct buf entry;
	uint32_t matches; /* in the entry */
	bool sent;	  /* since the last tick */
};

struct matchlog {
	struct redis *redis;
	uint16_t slot;
	struct journal_pos reached;
	int64_t received;
	size_t waiting; /* shards with matches */
	struct shard_log shards[SHARD_COUNT];
};

struct matchlog *
matchlog_new(struct redis *redis, uint16_t slot)
{
	struct matchlog *log = mem_get_zero(1, sizeof(*log));

	log->redis = redis;
	log->slot = slot;
	for (size_t i = 0; i < SHARD_COUNT; i++) {
		buf_init(&log->shards[i].entry, (size_t)16 * 1024 * 1024);
		entry_begin(&log->shards[i].entry);
	}
	return log;
}

void
matchlog_free(struct matchlog *log)
{
	if (log == NULL)
		return;
	for (size_t i = 0; i < SHARD_COUNT; i++)
		buf_fini(&log->shards[i].entry);
	free(log);
}

void
matchlog_reached(struct matchlog *log, struct journal_pos reached,
    int64_t received)
{
	log->reached = reached;
	log->received = received;
}

/* An entry that Redis refused (out of memory, read only, disk error) has to
 * be sent again: the same way as after a broken connection. */
static void
on_appended(void *arg, const struct redisReply *reply)
{
	struct matchlog *log = arg;

	if (reply != NULL && reply->type == REDIS_REPLY_ERROR)
		redis_break(log->redis, reply->str);
}

static void
send_entry(struct matchlog *log, unsigned i)
{
	struct shard_log *shard = &log->shards[i];
	struct key key = key_of_shard(i, "log");

	entry_finish(&shard->entry, log->slot, log->reached, log->received);
	redis_call(log->redis, on_appended, log, STR("XADD"), key_str(&key),
	    STR("*"), STR("m"), buf_str(&shard->entry));
	if (shard->matches > 0)
		log->waiting--;
	STAT_ADD(matches, shard->matches);
	shard->matches = 0;
	shard->sent = true;
	entry_begin(&shard->entry);
}

void
matchlog_add(struct matchlog *log, const struct match *match)
{
	unsigned i = match_shard(match);
	struct shard_log *shard = &log->shards[i];

	match_format(match, &shard->entry);
	if (shard->matches++ == 0)
		log->waiting++;
	if (shard->entry.n >= ENTRY_FULL)
		send_entry(log, i);
}

void
matchlog_flush(struct matchlog *log)
{
	for (unsigned i = 0; i < SHARD_COUNT && log->waiting > 0; i++) {
		if (log->shards[i].matches > 0)
			send_entry(log, i);
	}
}

bool
matchlog_waits(const struct matchlog *log)
{
	return log->waiting > 0;
}

void
matchlog_tick(struct matchlog *log, int64_t watermark)
{
	log->received = watermark;
	for (unsigned i = 0; i < SHARD_COUNT; i++) {
		if (!log->shards[i].sent || log->shards[i].matches > 0)
			send_entry(log, i);
		log->shards[i].sent = false;
	}
}

void
matchlog_reset(struct matchlog *log)
{
	for (size_t i = 0; i < SHARD_COUNT; i++) {
		entry_begin(&log->shards[i].entry);
		log->shards[i].matches = 0;
		log->shards[i].sent = false;
	}
	log->waiting = 0;
}
