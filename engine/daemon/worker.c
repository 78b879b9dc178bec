#include "engine/daemon/worker.h"

#include "engine/base/hash.h"
#include "engine/base/log.h"
#include "engine/base/stamp.h"
#include "engine/daemon/config.h"
#include "engine/daemon/evidence.h"
#include "engine/daemon/feed.h"
#include "engine/daemon/page.h"
#include "engine/daemon/sync.h"
#include "engine/ingest/ingest.h"
#include "engine/store/owner.h"

#include <event2/event.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define STOP_PATIENCE (8 * SECOND)
#define DRAIN_TIME    (2 * SECOND)

enum stopping { RUNNING, DRAINING, SENDING, SAVING, STOPPED };

struct worker {
	unsigned slot;
	struct arena *arena;
	struct config config;
	struct page *page;
	struct page_worker *cell;
	struct event_base *base;
	struct event *term, *poll, *second;
	struct generation *gen;	 /* that lines meet */
	struct generation *next; /* compiled aside, not yet in use for lines */
	uint64_t next_number;
	pthread_t compiler;
	bool compiling;
	struct generation *compiled; /* set by the compiler, atomically */
	bool compile_failed;
	struct journal *journal;
	struct sync *sync;
	char journal_dir[4096];
	struct redis *redis;
	struct feed *feed;
	struct owner *owner;
	struct ingest *ingest;
	struct arena *evidence;
	enum stopping stopping;
	int64_t stop_since; /* monotonic */
	int64_t trimmed;    /* wall clock */
};

static int64_t
now_of(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return ts.tv_sec * SECOND + ts.tv_nsec / 1000;
}

/* --- what others call --------------------------------------------------- */

static bool
on_record(void *arg, const struct record *record)
{
	struct worker *w = arg;

	return feed_record(w->feed, record);
}

static void
on_up(void *arg)
{
	struct worker *w = arg;

	log_info("connected to Redis");
	feed_up(w->feed);
}

static void
on_down(void *arg, const char *why)
{
	struct worker *w = arg;

	if (w->stopping == RUNNING)
		log_warn("Redis is away (%s): correlation is late, nothing is "
			 "lost",
		    why);
	feed_down(w->feed);
}

static void
fill_evidence(void *arg, struct alert *alert)
{
	struct worker *w = arg;

	evidence_fill(w->evidence, w->config.state, w->gen->parts.keys, alert);
}

/* --- reload ---------------------------------------------------------------- */

static void *
compile(void *arg)
{
	struct worker *w = arg;
	bool ok;
	struct generation *gen = generation_load(&w->config.paths, &ok);

	if (!ok) {
		generation_free(gen);
		gen = NULL;
		__atomic_store_n(&w->compile_failed, true, __ATOMIC_RELEASE);
	}
	__atomic_store_n(&w->compiled, gen, __ATOMIC_RELEASE);
	return NULL;
}

static void
begin_compiling(struct worker *w, uint64_t number)
{
	w->next_number = number;
	w->compiled = NULL;
	w->compile_failed = false;
	if (pthread_create(&w->compiler, NULL, compile, w) != 0) {
		PAGE_SET(w->cell->refused, number);
		return;
	}
	w->compiling = true;
}

static void
end_compiling(struct worker *w)
{
	struct generation *gen = __atomic_load_n(&w->compiled,
	    __ATOMIC_ACQUIRE);

	if (gen == NULL &&
	    !__atomic_load_n(&w->compile_failed, __ATOMIC_ACQUIRE))
		return;
	pthread_join(w->compiler, NULL);
	w->compiling = false;
	if (gen == NULL) {
		STAT_ADD(reloads_refused, 1);
		PAGE_SET(w->cell->refused, w->next_number);
		return;
	}
	generation_free(w->next);
	w->next = gen;
	PAGE_SET(w->cell->loaded, w->next_number);
}

/* Owners first, then lines: no window meets a match of rules that it does not
 * know. */
static void
follow_reload(struct worker *w)
{
	uint64_t want = PAGE_GET(w->page->want_load);

	if (w->compiling)
		end_compiling(w);
	else if (want > w->cell->loaded && want > w->cell->refused)
		begin_compiling(w, want);
	if (w->next == NULL)
		return;
	if (PAGE_GET(w->page->want_windows) == w->next_number &&
	    w->cell->windows < w->next_number) {
		owner_switch(w->owner, w->next->parts.specs);
		PAGE_SET(w->cell->windows, w->next_number);
	}
	if (PAGE_GET(w->page->want_detect) == w->next_number &&
	    w->cell->windows == w->next_number) {
		feed_flush(w->feed);
		feed_switch(w->feed, &w->next->parts);
		ingest_set_members(w->ingest, w->next->parts.members);
		generation_free(w->gen);
		w->gen = w->next;
		w->next = NULL;
		STAT_ADD(reloads, 1);
		PAGE_SET(w->cell->detecting, w->next_number);
	}
}

/* --- stopping: read what was sent, send it on, save the windows ------------------ */

static void
on_saved(void *arg)
{
	struct worker *w = arg;

	w->stopping = STOPPED;
	event_base_loopbreak(w->base);
}

static void
go_on_stopping(struct worker *w)
{
	int64_t since = now_of(CLOCK_MONOTONIC) - w->stop_since;

	if (since > STOP_PATIENCE) {
		log_warn("stopped without the last checkpoint: the journal "
			 "has it all");
		event_base_loopbreak(w->base);
		return;
	}
	if (w->stopping == DRAINING &&
	    (ingest_connections(w->ingest) == 0 || since > DRAIN_TIME)) {
		ingest_pause(w->ingest);
		feed_flush(w->feed);
		w->stopping = SENDING;
	}
	if (w->stopping == SENDING && redis_pending(w->redis) == 0 &&
	    redis_backlog(w->redis) == 0) {
		w->stopping = SAVING;
		if (owner_is_running(w->owner))
			owner_checkpoint(w->owner, on_saved, w);
		else
			on_saved(w);
	}
}

static void
on_term(evutil_socket_t fd, short what, void *arg)
{
	struct worker *w = arg;

	(void)fd;
	(void)what;
	if (w->stopping != RUNNING)
		return;
	w->stopping = DRAINING;
	w->stop_since = now_of(CLOCK_MONOTONIC);
	ingest_drain(w->ingest);
}

/* --- the clock ------------------------------------------------------------------- */

static void
on_poll(evutil_socket_t fd, short what, void *arg)
{
	struct worker *w = arg;

	(void)fd;
	(void)what;
	if (w->stopping != RUNNING) {
		go_on_stopping(w);
		return;
	}
	follow_reload(w);
	if (w->sync != NULL)
		sync_poll(w->sync, false);
	if (ingest_is_paused(w->ingest))
		(void)ingest_resume(w->ingest);
}

static void
trim_journal(struct worker *w, int64_t now)
{
	if (w->journal == NULL || now - w->trimmed < 30 * SECOND)
		return;
	w->trimmed = now;
	journal_trim(w->journal, w->cell->applied, now,
	    w->config.journal_keep, w->config.journal_size);
}

static void
on_second(evutil_socket_t fd, short what, void *arg)
{
	struct worker *w = arg;
	int64_t now = now_of(CLOCK_REALTIME);

	(void)fd;
	(void)what;
	PAGE_SET(w->cell->heartbeat, (uint64_t)now);
	feed_tick(w->feed, now);
	owner_tick(w->owner, now);
	if (w->sync != NULL)
		sync_poll(w->sync, w->stopping == RUNNING);
	trim_journal(w, now);
}

/* --- starting ---------------------------------------------------------------------- */

static void
init_redis_options(const struct worker *w, struct redis_options *o)
{
	*o = (struct redis_options){
	    .base = w->base,
	    .path = w->config.redis_path,
	    .host = w->config.redis_host,
	    .port = w->config.redis_port,
	    .password = w->config.redis_password,
	};
}

static bool
open_journal(struct worker *w)
{
	struct journal_options o = {
	    .dir = w->journal_dir,
	    .first_number = (uint64_t)w->slot << 48,
	    .segment_size = w->config.journal_segment,
	    .floor = w->config.journal_floor,
	};
	char why[256];

	(void)snprintf(w->journal_dir, sizeof(w->journal_dir), "%s/journal/%u",
	    w->config.state, w->slot);
	w->journal = journal_open(&o, why, sizeof(why));
	if (w->journal == NULL) {
		log_error("the journal cannot be opened: %s", why);
		return false;
	}
	w->sync = sync_new(w->journal);
	return true;
}

/* Did our predecessor die inside a record, and was it the same as before? */
static void
note_death(struct page_worker *cell)
{
	struct journal_pos at = cell->handling;

	if (at.segment == 0 && at.offset == 0)
		return;
	if (at.segment == cell->suspect.segment &&
	    at.offset == cell->suspect.offset) {
		cell->deaths++;
	} else {
		cell->suspect = at;
		cell->deaths = 1;
	}
	cell->handling = (struct journal_pos){0};
}

static bool
load(struct worker *w, const char *config_path)
{
	struct err err;
	bool ok;

	err_init(&err, w->arena);
	if (!config_load(w->arena, config_path, &w->config, &err)) {
		log_error("the configuration has mistakes; see vigie check");
		return false;
	}
	w->page = page_open(w->config.state, false);
	if (w->page == NULL) {
		log_error("there is no page of counters: start vigie engine");
		return false;
	}
	w->cell = &w->page->worker[w->slot];
	w->cell->pid = getpid();
	note_death(w->cell);
	stats = &w->cell->stats;
	w->gen = generation_load(&w->config.paths, &ok);
	if (!ok)
		log_error("the rules or packs have mistakes; see vigie check");
	return ok && (!w->config.journal_write || open_journal(w));
}

/* Shards are dealt out by turns; with one worker all are its own. */
static uint64_t
own_shards(const struct worker *w)
{
	uint64_t mask = 0;

	for (unsigned i = 0; i < SHARD_COUNT; i++) {
		if (i % w->page->workers == w->slot)
			mask |= (uint64_t)1 << i;
	}
	return mask;
}

static bool
add_sockets(struct worker *w, const char *sockets)
{
	struct str rest = str_from(sockets), one;
	uint64_t fd;

	for (unsigned i = 0; rest.n > 0 && i < CONFIG_MAX_LISTEN; i++) {
		str_cut(rest, ',', &one, &rest);
		if (!str_to_u64(str_skip(one, 1), &fd) || fd > 65535)
			return false;
		if (one.p[0] == 'u'
			? !ingest_add_udp(w->ingest, (int)fd,
			      &w->cell->udp_counted[i])
			: !ingest_add_tcp(w->ingest, (int)fd, FRAMING_AUTO))
			return false;
	}
	return true;
}

static bool
build(struct worker *w, const char *sockets)
{
	struct redis_options redis;
	struct owner_options owner = {.base = w->base,
	    .shards = own_shards(w),
	    .specs = w->gen->parts.specs,
	    .limits = {w->config.limit_groups, w->config.limit_windows},
	    .fill = fill_evidence,
	    .arg = w};
	struct ingest_options ingest = {.base = w->base,
	    .members = w->gen->parts.members,
	    .accept_unknown = !w->config.refuse_unknown,
	    .sink = on_record,
	    .arg = w,
	    .max_connections = (uint32_t)w->config.limit_connections,
	    .max_per_address =
		(uint32_t)w->config.limit_connections_per_address};
	struct feed_options feed = {.base = w->base,
	    .journal = w->journal,
	    .dir = w->journal_dir,
	    .slot = (uint16_t)w->slot,
	    .cell = w->cell,
	    .parts = &w->gen->parts};

	init_redis_options(w, &redis);
	owner.redis = redis;
	redis.on_up = on_up;
	redis.on_down = on_down;
	redis.arg = w;
	w->redis = redis_new(&redis);
	feed.redis = w->redis;
	w->feed = feed_new(&feed);
	w->owner = owner_new(&owner);
	w->ingest = ingest_new(&ingest);
	return w->ingest != NULL && add_sockets(w, sockets);
}

static void
add_timers(struct worker *w)
{
	struct timeval poll = {.tv_usec = 100 * 1000}, second = {.tv_sec = 1};

	w->term = evsignal_new(w->base, SIGTERM, on_term, w);
	w->poll = event_new(w->base, -1, EV_PERSIST, on_poll, w);
	w->second = event_new(w->base, -1, EV_PERSIST, on_second, w);
	event_add(w->term, NULL);
	event_add(w->poll, &poll);
	event_add(w->second, &second);
}

static void
tear_down(struct worker *w)
{
	ingest_free(w->ingest);
	owner_free(w->owner);
	redis_free(w->redis);
	feed_free(w->feed);
	sync_free(w->sync);
	if (w->journal != NULL) {
		(void)journal_sync(w->journal);
		journal_close(w->journal);
	}
	if (w->compiling)
		pthread_join(w->compiler, NULL);
	generation_free(w->next);
	generation_free(w->gen);
	arena_free(w->evidence);
}

int
worker_process(const char *config_path, unsigned slot, const char *sockets)
{
	struct worker *w = mem_get_zero(1, sizeof(*w));
	char name[32];
	int code = 1;

	(void)snprintf(name, sizeof(name), "worker %u", slot);
	log_init(name, LOG_LEVEL_INFO);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	signal(SIGINT, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	w->slot = slot;
	w->arena = arena_new(0);
	w->evidence = arena_new(0);
	w->base = event_base_new();
	if (w->base == NULL || !load(w, config_path))
		goto out;
	if (!build(w, sockets)) {
		log_error("the sockets cannot be used");
		goto out;
	}
	add_timers(w);
	PAGE_SET(w->cell->mode, WORKER_BEHIND);
	event_base_dispatch(w->base);
	code = 0;
out:
	/* The process ends here: what is freed is freed for leak checkers. */
	if (code == 0) {
		event_free(w->term);
		event_free(w->poll);
		event_free(w->second);
		tear_down(w);
	}
	if (w->base != NULL)
		event_base_free(w->base);
	page_close(w->page);
	arena_free(w->arena);
	free(w);
	return code;
}
