#include "engine/store/positions.h"

#include "engine/base/arena.h"
#include "engine/correlate/match.h"
#include "engine/store/keys.h"

#include <hiredis/hiredis.h>
#include <stdio.h>
#include <stdlib.h>

struct positions {
	struct redis *redis;
	char field[16];
	unsigned open; /* answers to come */
	bool failed;
	struct journal_pos least;
	positions_fn *fn;
	void *arg;
};

struct positions *
positions_new(struct redis *redis, uint16_t slot)
{
	struct positions *p = mem_get_zero(1, sizeof(*p));

	p->redis = redis;
	(void)snprintf(p->field, sizeof(p->field), "j%u", slot);
	return p;
}

void
positions_free(struct positions *p)
{
	free(p);
}

void
positions_reset(struct positions *p)
{
	p->fn = NULL;
}

static struct journal_pos
read_position(const struct redisReply *reply)
{
	struct journal_pos pos = {0};
	struct str segment, offset;

	if (reply->type != REDIS_REPLY_STRING)
		return pos;
	str_cut(str_make(reply->str, reply->len), ':', &segment, &offset);
	if (!str_to_u64(segment, &pos.segment) ||
	    !str_to_u64(offset, &pos.offset))
		return (struct journal_pos){0};
	return pos;
}

static void
on_position(void *arg, const struct redisReply *reply)
{
	struct positions *p = arg;
	struct journal_pos pos;
	positions_fn *fn = p->fn;

	p->open--;
	if (reply == NULL || reply->type == REDIS_REPLY_ERROR) {
		p->failed = true;
	} else {
		pos = read_position(reply);
		if (pos.segment < p->least.segment ||
		    (pos.segment == p->least.segment &&
			pos.offset < p->least.offset))
			p->least = pos;
	}
	if (p->open > 0)
		return;
	p->fn = NULL;
	if (!p->failed && fn != NULL)
		fn(p->arg, p->least);
}

bool
positions_ask(struct positions *p, positions_fn *fn, void *arg)
{
	if (p->open > 0 || !redis_is_up(p->redis))
		return false;
	p->fn = fn;
	p->arg = arg;
	p->failed = false;
	p->least = (struct journal_pos){UINT64_MAX, UINT64_MAX};
	p->open = SHARD_COUNT;
	for (unsigned i = 0; i < SHARD_COUNT; i++) {
		struct key pos = key_of_shard(i, "pos");

		redis_call(p->redis, on_position, p, STR("HGET"),
		    key_str(&pos), str_from(p->field));
	}
	return true;
}
