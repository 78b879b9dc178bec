#include "engine/ingest/core.h"

#include <assert.h>
#include <event2/event.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

/* Descriptors that connections leave to the journal and the others. */
#define SPARE_FDS 64

static int64_t
clock_now(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (int64_t)t.tv_sec * SECOND + t.tv_nsec / 1000;
}

int64_t
ingest_now(void)
{
	return clock_now(CLOCK_REALTIME);
}

int64_t
ingest_monotonic(void)
{
	return clock_now(CLOCK_MONOTONIC);
}

bool
ingest_offer(struct ingest *in, const struct record *record)
{
	bool taken;

	in->in_sink = true;
	taken = in->o.sink(in->o.arg, record);
	in->in_sink = false;
	if (!taken) {
		udp_second(in); /* drops up to here are not the disk's */
		in->held = true;
		ingest_pause(in);
	}
	return taken;
}

void
ingest_complain(struct ingest *in, enum complaint reason, const struct ip *ip,
    const char *what)
{
	int64_t now = ingest_monotonic();
	char text[IP_TEXT];

	if (in->complaints[reason].last != 0 &&
	    now - in->complaints[reason].last < SECOND) {
		in->complaints[reason].more++;
		return;
	}
	(void)ip_format(ip, text);
	if (in->complaints[reason].more > 0)
		log_warn("%s: %s (and %u more of this kind)", text, what,
		    in->complaints[reason].more);
	else
		log_warn("%s: %s", text, what);
	in->complaints[reason].last = now;
	in->complaints[reason].more = 0;
}

bool
ingest_member(struct ingest *in, const struct ip *ip, struct str *id)
{
	const struct member *m = members_by_ip(in->o.members, ip);

	if (m == NULL && in->o.accept_unknown)
		m = members_at(in->o.members, 0);
	if (m != NULL) {
		*id = m->id;
		return true;
	}
	STAT_ADD(received, 1);
	STAT_ADD(refused_sender, 1);
	ingest_complain(in, COMPLAINT_SENDER, ip,
	    "refused, since no member has this network");
	return false;
}

static void
on_second(evutil_socket_t fd, short what, void *arg)
{
	struct ingest *in = arg;

	(void)fd;
	(void)what;
	udp_second(in);
	tcp_second(in->tcp);
}

static uint32_t
or_default(uint32_t value, uint32_t otherwise)
{
	return value == 0 ? otherwise : value;
}

static void
fill_defaults(struct ingest_options *o)
{
	struct rlimit files;

	o->max_connections = or_default(o->max_connections, 10000);
	o->max_per_member = or_default(o->max_per_member, 1000);
	o->max_per_address = or_default(o->max_per_address, 64);
	o->read_budget = or_default(o->read_budget, 64 << 10);
	o->member_budget = or_default(o->member_budget, 512 << 10);
	o->max_datagram = or_default(o->max_datagram, FRAMING_MESSAGE_MAX);
	if (o->read_budget > WINDOW_READ)
		o->read_budget = WINDOW_READ;
	if (o->max_datagram > FRAMING_MESSAGE_MAX)
		o->max_datagram = FRAMING_MESSAGE_MAX;
	if (o->first_byte_timeout == 0)
		o->first_byte_timeout = 30 * SECOND;
	if (o->frame_timeout == 0)
		o->frame_timeout = 60 * SECOND;
	if (getrlimit(RLIMIT_NOFILE, &files) == 0 &&
	    files.rlim_cur > 2 * SPARE_FDS &&
	    files.rlim_cur - SPARE_FDS < o->max_connections)
		o->max_connections = (uint32_t)files.rlim_cur - SPARE_FDS;
}

struct ingest *
ingest_new(const struct ingest_options *options)
{
	struct ingest *in = mem_get_zero(1, sizeof(*in));
	struct timeval second = {1, 0};

	in->o = *options;
	fill_defaults(&in->o);
	in->window = mem_get(WINDOW_READ + FRAMING_WAIT_MAX);
	buf_init(&in->scratch, JOURNAL_RAW_MAX);
	in->tcp = tcp_new(in);
	in->second = event_new(in->o.base, -1, EV_PERSIST, on_second, in);
	if (in->second == NULL || event_add(in->second, &second) != 0)
		die("libevent cannot make a timer");
	return in;
}

void
ingest_free(struct ingest *in)
{
	if (in == NULL)
		return;
	udp_free(in);
	tcp_free(in->tcp);
	event_free(in->second);
	buf_fini(&in->scratch);
	free(in->window);
	free(in);
}

bool
ingest_add_tcp(struct ingest *in, int fd, enum framing_mode mode)
{
	return tcp_add(in->tcp, fd, mode);
}

bool
ingest_is_paused(const struct ingest *in)
{
	return in->paused;
}

void
ingest_pause(struct ingest *in)
{
	if (in->paused)
		return;
	in->paused = true;
	udp_pause(in);
	tcp_pause(in->tcp);
}

bool
ingest_resume(struct ingest *in)
{
	assert(!in->in_sink);
	if (!in->paused)
		return true;
	udp_second(in); /* and these are */
	/* Each of these may find the sink refusing again and pause anew. */
	in->paused = in->held = false;
	return tcp_resume(in->tcp) && udp_resume(in);
}

void
ingest_set_members(struct ingest *in, const struct members *members)
{
	in->o.members = members;
	tcp_set_members(in->tcp);
}

void
ingest_drain(struct ingest *in)
{
	tcp_drain(in->tcp);
}

uint32_t
ingest_connections(const struct ingest *in)
{
	return tcp_connections(in->tcp);
}
