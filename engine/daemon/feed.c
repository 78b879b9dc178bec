#include "engine/daemon/feed.h"

#include "engine/base/log.h"
#include "engine/base/stamp.h"
#include "engine/detect/regex.h"
#include "engine/store/matchlog.h"
#include "engine/store/positions.h"

#include <event2/event.h>
#include <stdlib.h>
#include <time.h>

/* Under load entries fill up for this long; a lone match goes at once. */
#define FLUSH_EVERY    (5 * 1000)
#define SLICE_BYTES    ((size_t)256 * 1024)
#define BACKLOG_HIGH   ((size_t)64 * 1024 * 1024)
#define BACKLOG_LOW    ((size_t)8 * 1024 * 1024)

struct feed {
	struct feed_options options;
	struct pipeline *pipeline;
	struct matchlog *log;
	struct positions *positions;
	struct journal_reader *reader; /* while behind and reading back */
	struct event *slice;	       /* the next piece of reading back */
	struct event *flush;
	bool flush_armed;
	int64_t flushed; /* monotonic */
	bool live;
	bool paused; /* Redis takes it too slowly */
	struct journal_pos handled; /* behind the last record handled */
	int64_t handled_time;	    /* its receive time */
	struct journal_pos applied;
	uint32_t unkept;	/* records handled without a journal */
	struct stats uncounted; /* takes the counts of what is read again */
	struct str member_id;	/* of the last record, and who it is */
	const struct member *member;
};

static int64_t
mono_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * SECOND + ts.tv_nsec / 1000;
}

static int
pos_cmp(struct journal_pos a, struct journal_pos b)
{
	if (a.segment != b.segment)
		return a.segment < b.segment ? -1 : 1;
	return a.offset < b.offset ? -1 : a.offset > b.offset;
}

/* --- handling ----------------------------------------------------------- */

/* Who was it, in this generation? A member that is gone is unregistered. */
static const struct member *
find_member(struct feed *f, struct str id)
{
	const struct members *members = f->pipeline->parts.members;

	if (f->member != NULL && str_eq(f->member->id, id))
		return f->member;
	f->member = members_find(members, id);
	if (f->member == NULL)
		f->member = members_at(members, 0);
	return f->member;
}

/* The host's own name, else the address that it sent from. */
static void
note_clock(struct feed *f, const struct event *ev, const struct member *m)
{
	struct str source = event_get(ev, FIELD_LOG_SYSLOG_HOSTNAME);

	if (ev->sent == 0)
		return;
	if (source.n == 0)
		source = event_get(ev, FIELD_LOG_SOURCE_ADDRESS);
	clock_note(&f->options.cell->clocks, m->id, source, ev->sent,
	    ev->received);
}

static void
run_lines(struct feed *f, const struct record *record, struct event_id id,
    bool again)
{
	struct pipeline *p = f->pipeline;
	struct origin origin = {
	    .received = record->received,
	    .member = find_member(f, record->member),
	    .peer = record->peer,
	    .transport = record->transport,
	};
	struct str line;
	size_t at = 0;

	for (uint32_t i = 0; record_line(record, &at, &line); i++) {
		bool last = i + 1 == record->lines;

		origin.id = (struct event_id){id.segment, id.offset, i};
		origin.partial = last && record->partial;
		origin.truncated = last && record->truncated;
		pipeline_line(p, line, &origin);
		if (!again)
			note_clock(f, p->event, origin.member);
		for (size_t m = 0; m < p->matches.n; m++)
			matchlog_add(f->log, &p->matches.items[m]);
		if (p->matches.n > 0)
			match_list_clear(&p->matches);
	}
}

/* A rule that costs too much, told when it begins and when it is over. */
static void
tell_suspensions(struct feed *f)
{
	const struct sigma_collection *sigma = f->pipeline->parts.sigma;
	struct suspension s;

	while (detector_news(f->pipeline->detector, &s)) {
		const struct sigma_meta *meta = &sigma->rules[s.rule].meta;

		if (s.over)
			log_warn("rule '%.*s' runs again; %llu values were "
				 "not looked at",
			    STR_ARG(meta->title),
			    (unsigned long long)s.skipped);
		else
			log_warn("rule '%.*s' (%.*s:%u) is suspended for the "
				 "rest of a minute: its regular expression "
				 "reached the limit of steps %d times",
			    STR_ARG(meta->title), STR_ARG(meta->at.file),
			    meta->at.line, REGEX_BUDGET);
	}
}

/* A record that killed this worker before, each time it was met. */
static bool
is_poison(const struct page_worker *cell, struct journal_pos at)
{
	return cell->deaths >= POISON_DEATHS &&
	    pos_cmp(cell->suspect, at) == 0;
}

/* `counted` is on the page, so that a successor counts no line twice. */
static void
handle(struct feed *f, const struct record *record, struct event_id id,
    struct journal_pos next)
{
	struct page_worker *cell = f->options.cell;
	bool again = f->options.journal != NULL &&
	    pos_cmp(next, cell->counted) <= 0;
	struct stats *real = stats;

	cell->handling = (struct journal_pos){id.segment, id.offset};
	if (again)
		stats = &f->uncounted;
	if (is_poison(cell, cell->handling)) {
		log_error("a record of the journal ended this worker %u times "
			  "and is passed over: segment %llu, offset %u",
		    cell->deaths, (unsigned long long)id.segment, id.offset);
		STAT_ADD(unparsed, record->lines);
	} else {
		run_lines(f, record, id, again);
		tell_suspensions(f);
	}
	stats = real;
	cell->handling = (struct journal_pos){0};
	if (again)
		STAT_ADD(replayed, record->lines);
	else
		cell->counted = next;
	f->handled = next;
	f->handled_time = record->received;
	matchlog_reached(f->log, next, record->received);
}

void
feed_flush(struct feed *f)
{
	f->flushed = mono_now();
	matchlog_flush(f->log);
}

static void
on_flush(evutil_socket_t fd, short what, void *arg)
{
	struct feed *f = arg;

	(void)fd;
	(void)what;
	f->flush_armed = false;
	feed_flush(f);
}

static void
flush_soon(struct feed *f)
{
	struct timeval tv = {.tv_usec = FLUSH_EVERY};

	if (f->flush_armed || !matchlog_waits(f->log))
		return;
	if (mono_now() - f->flushed >= FLUSH_EVERY) {
		feed_flush(f);
		return;
	}
	f->flush_armed = true;
	evtimer_add(f->flush, &tv);
}

/* --- behind ---------------------------------------------------------------- */

static void
stop_reading_back(struct feed *f)
{
	if (f->reader != NULL)
		journal_reader_close(f->reader);
	f->reader = NULL;
	event_del(f->slice);
}

static void
go_live(struct feed *f)
{
	stop_reading_back(f);
	f->live = true;
	if (f->options.journal != NULL)
		f->handled = journal_end(f->options.journal);
	matchlog_reached(f->log, f->handled, f->handled_time);
	PAGE_SET(f->options.cell->mode, WORKER_LIVE);
	feed_flush(f);
}

static void
go_behind(struct feed *f, struct journal_pos from)
{
	char why[256];

	if (f->options.journal == NULL) {
		go_live(f);
		return;
	}
	stop_reading_back(f);
	f->live = false;
	PAGE_SET(f->options.cell->mode, WORKER_BEHIND);
	f->reader = journal_reader_open(f->options.dir, from, why,
	    sizeof(why));
	if (f->reader == NULL) {
		log_error("the journal cannot be read back: %s", why);
		return;
	}
	event_active(f->slice, EV_TIMEOUT, 0);
}

/* Redis takes less than we give: wait until it has caught up. */
static bool
is_clogged(struct feed *f)
{
	size_t backlog = redis_backlog(f->options.redis);

	if (backlog > BACKLOG_HIGH)
		f->paused = true;
	else if (backlog < BACKLOG_LOW)
		f->paused = false;
	return f->paused;
}

static bool
at_end(const struct feed *f)
{
	return f->options.journal == NULL ||
	    pos_cmp(f->handled, journal_end(f->options.journal)) >= 0;
}

static void
on_slice(evutil_socket_t fd, short what, void *arg)
{
	struct feed *f = arg;
	struct timeval later = {.tv_usec = 20 * 1000}, soon = {0};
	struct journal_pos next;
	struct record record;
	struct event_id id;
	uint64_t skipped;
	size_t done = 0;

	(void)fd;
	(void)what;
	if (f->reader == NULL)
		return;
	if (is_clogged(f)) {
		evtimer_add(f->slice, &later);
		return;
	}
	while (done < SLICE_BYTES) {
		enum read_result got = journal_read(f->reader, &record, &id,
		    &next, &skipped);

		if (got == READ_CORRUPT) {
			log_error("%llu bytes of the journal are unreadable",
			    (unsigned long long)skipped);
			continue;
		}
		if (got == READ_END) {
			/* Everything that is kept was handled; what comes now
			 * is handled as it comes. */
			go_live(f);
			return;
		}
		handle(f, &record, id, next);
		done += record.raw.n;
	}
	flush_soon(f);
	evtimer_add(f->slice, &soon);
}

static void
on_first_position(void *arg, struct journal_pos least)
{
	struct feed *f = arg;

	f->applied = least;
	f->options.cell->applied = least;
	go_behind(f, least);
}

void
feed_up(struct feed *f)
{
	PAGE_SET(f->options.cell->redis_up, 1);
	positions_ask(f->positions, on_first_position, f);
}

void
feed_down(struct feed *f)
{
	PAGE_SET(f->options.cell->redis_up, 0);
	positions_reset(f->positions);
	matchlog_reset(f->log);
	stop_reading_back(f);
	f->live = false;
	f->paused = false;
	PAGE_SET(f->options.cell->mode, WORKER_BEHIND);
}

/* --- live ------------------------------------------------------------------- */

/* Without a journal nothing is read while Redis is away. */
static bool
handle_unkept(struct feed *f, const struct record *record)
{
	struct journal_pos next = {f->handled.segment, f->handled.offset + 1};
	struct event_id id = {(uint64_t)f->options.slot << 48, ++f->unkept, 0};

	if (!f->live || is_clogged(f))
		return false;
	handle(f, record, id, next);
	flush_soon(f);
	return true;
}

bool
feed_record(struct feed *f, const struct record *record)
{
	struct event_id id;

	if (f->options.journal == NULL)
		return handle_unkept(f, record);
	switch (journal_append(f->options.journal, record, &id)) {
	case JOURNAL_OK:
		break;
	case JOURNAL_FULL:
	case JOURNAL_ERROR:
		return false;
	}
	if (!f->live)
		return true;
	if (is_clogged(f)) {
		go_behind(f, f->handled);
		return true;
	}
	handle(f, record, id, journal_end(f->options.journal));
	flush_soon(f);
	return true;
}

static void
on_position(void *arg, struct journal_pos least)
{
	struct feed *f = arg;

	if (pos_cmp(least, f->applied) < 0) {
		log_warn("Redis knows less than before: sending again from "
			 "the journal");
		f->applied = least;
		go_behind(f, least);
	}
	f->applied = least;
	f->options.cell->applied = least;
}

void
feed_tick(struct feed *f, int64_t now)
{
	if (!redis_is_up(f->options.redis))
		return;
	if (f->live && at_end(f))
		matchlog_tick(f->log, now);
	else if (f->reader != NULL)
		matchlog_tick(f->log, f->handled_time);
	if (f->live)
		positions_ask(f->positions, on_position, f);
}

void
feed_switch(struct feed *f, const struct parts *parts)
{
	pipeline_free(f->pipeline);
	f->pipeline = pipeline_new(parts);
	f->member = NULL;
}

bool
feed_is_live(const struct feed *f)
{
	return f->live;
}

struct feed *
feed_new(const struct feed_options *options)
{
	struct feed *f = mem_get_zero(1, sizeof(*f));

	f->options = *options;
	f->pipeline = pipeline_new(options->parts);
	f->log = matchlog_new(options->redis, options->slot);
	f->positions = positions_new(options->redis, options->slot);
	f->slice = evtimer_new(options->base, on_slice, f);
	f->flush = evtimer_new(options->base, on_flush, f);
	return f;
}

void
feed_free(struct feed *f)
{
	if (f == NULL)
		return;
	stop_reading_back(f);
	event_free(f->slice);
	event_free(f->flush);
	positions_free(f->positions);
	matchlog_free(f->log);
	pipeline_free(f->pipeline);
	free(f);
}
