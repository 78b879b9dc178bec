/* Ingest on loopback ports of its own, and what it took in. */
#ifndef VIGIE_TESTS_INGEST_FIXTURE_H
#define VIGIE_TESTS_INGEST_FIXTURE_H

#include "engine/ingest/ingest.h"

#include "engine/base/buf.h"
#include "engine/base/log.h"
#include "engine/base/stats.h"
#include "engine/ingest/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <event2/event.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

/* What the sink got: "text" of each message, ";" behind. */
struct world {
	struct arena *arena;
	struct event_base *base;
	struct members *members;
	struct ingest *in;
	int tcp, udp;
	struct buf out;
	struct buf flags; /* a letter a record: framing, P, T */
	uint32_t records, lines;
	uint32_t refuse;      /* so many records are not taken */
	uint32_t pause_after; /* records; then ingest_pause() */
	uint64_t bytes_of[8]; /* by the sender's last port digit, see test */
	uint16_t ports[8];
	uint32_t counted;
	bool only_count;
	struct str member; /* whose the records have to be; none: anyone's */
};

static inline struct listen_address
loopback(uint16_t port)
{
	struct listen_address a = {.port = port};

	assert_true(ip_parse(STR("127.0.0.1"), &a.ip));
	return a;
}

static inline bool
on_record(void *arg, const struct record *r)
{
	struct world *w = arg;
	struct str line;
	size_t at = 0;
	uint32_t n = 0;

	if (w->refuse > 0) {
		w->refuse--;
		return false;
	}
	assert_true(w->member.n == 0 || str_eq(r->member, w->member));
	w->records++;
	for (size_t i = 0; i < 8; i++)
		if (w->ports[i] == r->port)
			w->bytes_of[i] += r->raw.n;
	while (record_line(r, &at, &line)) {
		n++;
		if (w->only_count)
			continue;
		buf_add(&w->out, line);
		buf_add_char(&w->out, ';');
	}
	assert_int_equal(n, r->lines);
	w->lines += n;
	buf_add_char(&w->flags, "LOD"[r->framing]);
	if (r->partial)
		buf_add_char(&w->flags, 'P');
	if (r->truncated)
		buf_add_char(&w->flags, 'T');
	if (w->pause_after > 0 && --w->pause_after == 0)
		ingest_pause(w->in);
	return true;
}

static inline struct members *
load_members(struct world *w, struct str text)
{
	struct members *members;
	struct err err;

	err_init(&err, w->arena);
	members = members_load(w->arena, word_table_new(w->arena),
	    STR("members.yaml"), text, NULL, NULL, &err);
	assert_non_null(members);
	return members;
}

static inline void
start(struct world *w, struct ingest_options o)
{
	char why[200] = "";
	struct listen_address any = loopback(0);

	*w = (struct world){
	    .arena = arena_new(0), .member = STR("unregistered")};
	*stats = (struct stats){0};
	w->members = load_members(w, STR(""));
	w->base = event_base_new();
	buf_init(&w->out, SIZE_MAX);
	buf_init(&w->flags, SIZE_MAX);
	o.base = w->base;
	o.members = w->members;
	o.sink = on_record;
	o.arg = w;
	w->in = ingest_new(&o);
	w->tcp = listen_tcp(&any, 0, why, sizeof(why));
	w->udp = listen_udp(&any, 1 << 20, why, sizeof(why));
	assert_true(w->tcp >= 0 && w->udp >= 0);
	assert_true(ingest_add_tcp(w->in, w->tcp, FRAMING_AUTO));
	assert_true(ingest_add_udp(w->in, w->udp, &w->counted));
}

static inline void
stop(struct world *w)
{
	ingest_free(w->in);
	close(w->tcp);
	close(w->udp);
	event_base_free(w->base);
	buf_fini(&w->out);
	buf_fini(&w->flags);
	arena_free(w->arena);
}

/* From the address 127.0.0.`from`. */
static inline int
dial_from(int listener, int type, uint32_t from)
{
	struct sockaddr_in to = {.sin_family = AF_INET,
	    .sin_port = htons(listen_port(listener)),
	    .sin_addr = {htonl(INADDR_LOOPBACK)}};
	struct sockaddr_in me = {.sin_family = AF_INET,
	    .sin_addr = {htonl(INADDR_LOOPBACK - 1 + from)}};
	int fd = socket(AF_INET, type | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&me, sizeof(me)), 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
	return fd;
}

static inline int
dial(int listener, int type)
{
	return dial_from(listener, type, 1);
}

static inline uint16_t
own_port(int fd)
{
	return listen_port(fd);
}

static inline int64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Runs the loop for so long. */
static inline void
spin(struct world *w, int64_t ms)
{
	int64_t end = now_ms() + ms;

	do {
		(void)event_base_loop(w->base, EVLOOP_NONBLOCK);
		usleep(200);
	} while (now_ms() < end);
}

/* Runs the loop until so many messages were taken, at most 5 s. */
static inline void
wait_lines(struct world *w, uint32_t lines)
{
	int64_t end = now_ms() + 5000;

	while (w->lines < lines && now_ms() < end) {
		(void)event_base_loop(w->base, EVLOOP_NONBLOCK);
		usleep(100);
	}
	assert_int_equal(w->lines, lines);
}

static inline void
wait_connections(struct world *w, uint32_t n)
{
	int64_t end = now_ms() + 5000;

	while (ingest_connections(w->in) != n && now_ms() < end) {
		(void)event_base_loop(w->base, EVLOOP_NONBLOCK);
		usleep(100);
	}
	assert_int_equal(ingest_connections(w->in), n);
}

static inline void
say(int fd, const char *text)
{
	assert_int_equal(
	    send(fd, text, strlen(text), MSG_NOSIGNAL), strlen(text));
}

static inline void
expect(struct world *w, const char *out, const char *flags)
{
	assert_true(str_eq(buf_str(&w->out), str_from(out)));
	assert_true(str_eq(buf_str(&w->flags), str_from(flags)));
	buf_clear(&w->out);
	buf_clear(&w->flags);
	w->lines = 0;
}

static const struct ingest_options open_to_all = {.accept_unknown = true};

#endif
