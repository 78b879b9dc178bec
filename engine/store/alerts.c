#include "engine/store/alerts.h"

#include "engine/base/arena.h"
#include "engine/store/keys.h"

#include <event2/event.h>
#include <hiredis/hiredis.h>
#include <stdio.h>
#include <stdlib.h>

#define BATCH 256

struct alerts {
	struct alerts_options options;
	struct redis *redis;
	struct event *again;
	char last[48];
	bool reading;
};

static void read_on(struct alerts *a);

static size_t
collect(const struct redisReply *records, struct alerts_entry *out)
{
	size_t n = 0;

	for (size_t i = 0; i < records->elements && n < BATCH; i++) {
		const struct redisReply *record = records->element[i];
		const struct redisReply *fields;

		if (record->type != REDIS_REPLY_ARRAY || record->elements != 2)
			continue;
		fields = record->element[1];
		out[n].id = str_make(record->element[0]->str,
		    record->element[0]->len);
		out[n].json = STR_NONE;
		if (fields->type == REDIS_REPLY_ARRAY && fields->elements == 2)
			out[n].json = str_make(fields->element[1]->str,
			    fields->element[1]->len);
		n++;
	}
	return n;
}

static bool
take(struct alerts *a, const struct redisReply *records)
{
	struct alerts_entry entries[BATCH];
	size_t n = collect(records, entries);
	const struct alerts_entry *last;

	if (n == 0)
		return true;
	if (!a->options.on_batch(a->options.arg, entries, n))
		return false;
	last = &entries[n - 1];
	if (last->id.n < sizeof(a->last)) {
		memcpy(a->last, last->id.p, last->id.n);
		a->last[last->id.n] = '\0';
	}
	redis_call(a->redis, NULL, NULL, STR("XTRIM"), KEY_ALERTS,
	    STR("MINID"), str_from(a->last));
	return true;
}

static void
on_again(evutil_socket_t fd, short what, void *arg)
{
	struct alerts *a = arg;

	(void)fd;
	(void)what;
	read_on(a);
}

static void
on_reply(void *arg, const struct redisReply *reply)
{
	struct alerts *a = arg;
	struct timeval later = {.tv_sec = 1};
	bool ok = true;

	a->reading = false;
	if (reply == NULL)
		return;
	if (reply->type == REDIS_REPLY_ERROR)
		ok = false;
	if (reply->type == REDIS_REPLY_ARRAY && reply->elements == 1 &&
	    reply->element[0]->type == REDIS_REPLY_ARRAY &&
	    reply->element[0]->elements == 2)
		ok = take(a, reply->element[0]->element[1]);
	if (ok)
		read_on(a);
	else
		evtimer_add(a->again, &later);
}

static void
read_on(struct alerts *a)
{
	if (a->reading || !redis_is_up(a->redis))
		return;
	a->reading = true;
	redis_call(a->redis, on_reply, a, STR("XREAD"), STR("COUNT"),
	    STR("256"), STR("BLOCK"), STR("1000"), STR("STREAMS"), KEY_ALERTS,
	    str_from(a->last));
}

static void
on_up(void *arg)
{
	struct alerts *a = arg;

	if (a->options.on_state != NULL)
		a->options.on_state(a->options.arg, NULL);
	read_on(a);
}

static void
on_down(void *arg, const char *why)
{
	struct alerts *a = arg;

	a->reading = false;
	if (a->options.on_state != NULL)
		a->options.on_state(a->options.arg, why);
}

struct alerts *
alerts_new(const struct alerts_options *options)
{
	struct alerts *a = mem_get_zero(1, sizeof(*a));
	struct redis_options redis = options->redis;

	a->options = *options;
	(void)snprintf(a->last, sizeof(a->last), "%s",
	    options->after == NULL || options->after[0] == '\0'
		? "0-0" : options->after);
	redis.base = options->base;
	redis.on_up = on_up;
	redis.on_down = on_down;
	redis.arg = a;
	redis.timeout = 10 * 1000000;
	a->again = evtimer_new(options->base, on_again, a);
	a->redis = redis_new(&redis);
	return a;
}

void
alerts_free(struct alerts *a)
{
	if (a == NULL)
		return;
	redis_free(a->redis);
	event_free(a->again);
	free(a);
}
