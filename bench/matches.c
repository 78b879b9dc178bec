/*
 * Matches through the log into windows of their own: packed as a worker does,
 * appended to the 64 streams, read by an owner in the same process, applied,
 * checkpointed. Every match opens a window (or every --group-th one).
 *
 *   matches REDIS_SOCKET COUNT
 *
 * Prints one JSON object.
 */
#include "engine/base/log.h"
#include "engine/base/stamp.h"
#include "engine/base/stats.h"
#include "engine/daemon/generation.h"
#include "engine/store/matchlog.h"
#include "engine/store/owner.h"

#include <event2/event.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define BATCH	 4096
#define BACKLOG ((size_t)16 * 1024 * 1024)

struct run {
	struct event_base *base;
	struct redis *redis;
	struct matchlog *log;
	struct owner *owner;
	struct event *more, *second;
	uint64_t spec;
	uint64_t count, sent;
	int64_t now, begin, applied_at;
	bool saved;
};

static int64_t
mono_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * SECOND + ts.tv_nsec / 1000;
}

static void
add_one(struct run *r, uint64_t i)
{
	char group[16];
	struct buf packed;
	char room[64];
	int n = snprintf(group, sizeof(group), "h%llu",
	    (unsigned long long)i);
	struct match m = {.spec = r->spec,
	    .event = {1, (uint32_t)(i + 1), 0},
	    .time = r->now,
	    .received = r->now,
	    .member = STR("bench")};

	packed = (struct buf){.p = room, .cap = sizeof(room),
	    .max = sizeof(room)};
	pack_add(&packed, str_make(group, (size_t)n));
	m.group = buf_str(&packed);
	m.entity_field = STR("host.name");
	m.entity = str_make(group, (size_t)n);
	m.window = hash_stable(m.group);
	matchlog_add(r->log, &m);
}

static void
on_saved(void *arg)
{
	struct run *r = arg;

	r->saved = true;
	event_base_loopbreak(r->base);
}

static void
on_more(evutil_socket_t fd, short what, void *arg)
{
	struct run *r = arg;
	struct timeval soon = {.tv_usec = 500};

	(void)fd;
	(void)what;
	if (stats->n[STAT_applied] >= r->count) {
		if (r->applied_at == 0) {
			r->applied_at = mono_us();
			owner_checkpoint(r->owner, on_saved, r);
		}
		return;
	}
	if (redis_is_up(r->redis) && owner_is_running(r->owner)) {
		if (r->begin == 0)
			r->begin = mono_us();
		for (int i = 0; i < BATCH && r->sent < r->count &&
		     redis_backlog(r->redis) < BACKLOG;
		     i++)
			add_one(r, r->sent++);
		matchlog_reached(r->log,
		    (struct journal_pos){1, r->sent + 1}, r->now);
		if (r->sent == r->count)
			matchlog_flush(r->log);
	}
	evtimer_add(r->more, &soon);
}

static void
on_second(evutil_socket_t fd, short what, void *arg)
{
	struct run *r = arg;

	(void)fd;
	(void)what;
	owner_tick(r->owner, r->now);
}

/* A spec whose windows stay silent: event_count >= 1000. */
static struct generation *
load_spec(const char *rules)
{
	struct generation_paths paths = {.packs = "", .rules = {rules},
	    .n_rules = 1};
	bool ok;
	struct generation *gen = generation_load(&paths, &ok);

	return ok ? gen : NULL;
}

int
main(int argc, char **argv)
{
	struct run r = {0};
	struct generation *gen;
	struct timeval soon = {.tv_usec = 1000}, second = {.tv_sec = 1};
	struct redis_options redis = {0};
	struct timespec ts;
	double spent, saved;

	if (argc < 4 || !str_to_u64(str_from(argv[2]), &r.count))
		return 3;
	gen = load_spec(argv[3]);
	if (gen == NULL)
		return 2;
	clock_gettime(CLOCK_REALTIME, &ts);
	r.now = ts.tv_sec * SECOND;
	r.base = event_base_new();
	r.spec = specs_hash(gen->parts.specs, 0);
	redis.base = r.base;
	redis.path = argv[1];
	r.redis = redis_new(&redis);
	r.log = matchlog_new(r.redis, 0);
	r.owner = owner_new(&(struct owner_options){.base = r.base,
	    .redis = redis, .shards = UINT64_MAX, .specs = gen->parts.specs,
	    .limits = {100000000, 100000000}});
	r.more = evtimer_new(r.base, on_more, &r);
	r.second = event_new(r.base, -1, EV_PERSIST, on_second, &r);
	event_add(r.more, &soon);
	event_add(r.second, &second);
	event_base_dispatch(r.base);
	spent = (double)(r.applied_at - r.begin) / 1e6;
	saved = (double)(mono_us() - r.begin) / 1e6;
	printf("{\"matches\":%llu,\"windows\":%zu,\"seconds_applied\":%.3f,"
	       "\"seconds_checkpointed\":%.3f,\"matches_per_second\":%.0f,"
	       "\"with_last_checkpoint\":%.0f}\n",
	    (unsigned long long)r.count, owner_windows(r.owner), spent, saved,
	    (double)r.count / spent, (double)r.count / saved);
	owner_free(r.owner);
	redis_free(r.redis);
	matchlog_free(r.log);
	generation_free(gen);
	return r.saved ? 0 : 1;
}
