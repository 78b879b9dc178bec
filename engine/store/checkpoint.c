/*
 * Checkpoints, one shard after the other: WATCH and GET of the epoch, then
 * one transaction of dirty windows, positions and the count of checkpoints.
 * A wrong epoch or count means that Redis is not as we left it.
 */
#include "engine/store/owner_private.h"

#include "engine/base/log.h"
#include "engine/base/stats.h"
#include "engine/store/keys.h"

static void
send_pairs(struct owner *o, struct str key)
{
	if (o->n_set > 2) {
		o->set[0] = STR("HSET");
		o->set[1] = key;
		redis_send(o->write, NULL, NULL, o->set, o->n_set);
	}
	if (o->n_del > 2) {
		o->del[0] = STR("HDEL");
		o->del[1] = key;
		redis_send(o->write, NULL, NULL, o->del, o->n_del);
	}
	o->n_set = o->n_del = 2;
	arena_reset(o->scratch);
}

static void
on_save(void *arg, struct str key, struct str bytes)
{
	struct owner *o = arg;
	struct key win = key_of_shard((unsigned)o->saving, "win");

	key = arena_dup(o->scratch, key);
	if (bytes.n == 0) {
		o->del[o->n_del++] = key;
	} else {
		o->set[o->n_set++] = key;
		o->set[o->n_set++] = arena_dup(o->scratch, bytes);
	}
	if (o->n_set + 2 > 2 * CHECKPOINT_PAIRS || o->n_del >= CHECKPOINT_PAIRS)
		send_pairs(o, key_str(&win));
}

static void
send_positions(struct owner *o, const struct shard *s)
{
	struct str args[4 + 2 * OWNER_MAX_SLOTS];
	struct key pos = key_of_shard(s->number, "pos");
	size_t n = 0;

	args[n++] = STR("HSET");
	args[n++] = key_str(&pos);
	args[n++] = STR("log");
	args[n++] = str_from(s->last);
	for (size_t i = 0; i < s->n_slots; i++) {
		const struct slot *slot = &s->slots[i];

		args[n++] = arena_printf(o->scratch, "j%u", slot->slot);
		args[n++] = arena_printf(o->scratch, "%llu:%llu",
		    (unsigned long long)slot->applied.segment,
		    (unsigned long long)slot->applied.offset);
	}
	redis_send(o->write, NULL, NULL, args, n);
	redis_call(o->write, NULL, NULL, STR("HINCRBY"), key_str(&pos),
	    STR("rev"), STR("1"));
}

static void
on_trimmed(void *arg, const struct redisReply *reply)
{
	struct shard *s = arg;

	if (reply != NULL && reply->type == REDIS_REPLY_ERROR)
		owner_reload(s->owner, reply->str);
}

static void
on_exec(void *arg, const struct redisReply *reply)
{
	struct shard *s = arg;
	struct owner *o = s->owner;
	struct key log = key_of_shard(s->number, "log");
	const struct redisReply *last;

	if (reply == NULL || o->saving != (int)s->number)
		return;
	if (!is_array(reply) || reply->elements == 0) {
		log_error("shard %u was not checkpointed: %s", s->number,
		    reply->type == REDIS_REPLY_ERROR ? reply->str
						     : "another owns it");
		owner_reload(o, "a checkpoint was refused");
		return;
	}
	last = reply->element[reply->elements - 1];
	for (size_t i = 0; i < reply->elements; i++) {
		if (reply->element[i]->type == REDIS_REPLY_ERROR)
			last = NULL;
	}
	if (last == NULL || (uint64_t)last->integer != s->rev + 1) {
		log_warn("Redis is not as we left it (shard %u): loading again",
		    s->number);
		owner_reload(o, "Redis lost checkpoints");
		return;
	}
	s->rev++;
	STAT_ADD(checkpoints, 1);
	redis_call(o->write, on_trimmed, s, STR("XTRIM"), key_str(&log),
	    STR("MINID"), str_from(s->last));
	o->saving = -1;
	checkpoint_next(o);
}

static void
on_epoch_check(void *arg, const struct redisReply *reply)
{
	struct shard *s = arg;
	struct owner *o = s->owner;
	struct key win = key_of_shard(s->number, "win");
	uint64_t epoch = 0;

	if (reply == NULL || o->saving != (int)s->number)
		return;
	if (reply->type == REDIS_REPLY_STRING)
		(void)str_to_u64(reply_str(reply), &epoch);
	if (epoch != s->epoch) {
		log_warn("Redis is not as we left it (shard %u): loading again",
		    s->number);
		owner_reload(o, "the shard's epoch differs");
		return;
	}
	redis_call(o->write, NULL, NULL, STR("MULTI"));
	o->n_set = o->n_del = 2;
	windows_save(o->windows, s->number, on_save, o);
	send_pairs(o, key_str(&win));
	send_positions(o, s);
	arena_reset(o->scratch);
	s->moved = false;
	s->saved = o->now;
	redis_call(o->write, on_exec, s, STR("EXEC"));
}

void
checkpoint_next(struct owner *o)
{
	if (o->saving >= 0)
		return;
	for (unsigned i = 0; i < SHARD_COUNT; i++) {
		struct shard *s = &o->shards[i];
		struct key epoch = key_of_shard(i, "epoch");

		if (!s->queued || s->state != SHARD_RUNNING)
			continue;
		s->queued = false;
		o->saving = (int)i;
		redis_call(o->write, NULL, NULL, STR("WATCH"),
		    key_str(&epoch));
		redis_call(o->write, on_epoch_check, s, STR("GET"),
		    key_str(&epoch));
		return;
	}
	if (o->done != NULL) {
		void (*done)(void *) = o->done;

		o->done = NULL;
		done(o->done_arg);
	}
}

void
checkpoint_queue(struct owner *o, struct shard *s)
{
	s->queued = true;
	checkpoint_next(o);
}

void
owner_checkpoint(struct owner *o, void (*done)(void *arg), void *arg)
{
	o->done = done;
	o->done_arg = arg;
	for (unsigned i = 0; i < SHARD_COUNT; i++) {
		struct shard *s = &o->shards[i];

		if (s->ours && s->state == SHARD_RUNNING &&
		    (s->moved || windows_dirty(o->windows, i) > 0))
			s->queued = true;
	}
	checkpoint_next(o);
}

