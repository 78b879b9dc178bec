/*
 * Receiving over real sockets on loopback; the kernel picks the ports.
 */
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

static struct listen_address
loopback(uint16_t port)
{
	struct listen_address a = {.port = port};

	assert_true(ip_parse(STR("127.0.0.1"), &a.ip));
	return a;
}

static bool
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

static struct members *
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

static void
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

static void
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
static int
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

static int
dial(int listener, int type)
{
	return dial_from(listener, type, 1);
}

static uint16_t
own_port(int fd)
{
	return listen_port(fd);
}

static int64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Runs the loop for so long. */
static void
spin(struct world *w, int64_t ms)
{
	int64_t end = now_ms() + ms;

	do {
		(void)event_base_loop(w->base, EVLOOP_NONBLOCK);
		usleep(200);
	} while (now_ms() < end);
}

/* Runs the loop until so many messages were taken, at most 5 s. */
static void
wait_lines(struct world *w, uint32_t lines)
{
	int64_t end = now_ms() + 5000;

	while (w->lines < lines && now_ms() < end) {
		(void)event_base_loop(w->base, EVLOOP_NONBLOCK);
		usleep(100);
	}
	assert_int_equal(w->lines, lines);
}

static void
wait_connections(struct world *w, uint32_t n)
{
	int64_t end = now_ms() + 5000;

	while (ingest_connections(w->in) != n && now_ms() < end) {
		(void)event_base_loop(w->base, EVLOOP_NONBLOCK);
		usleep(100);
	}
	assert_int_equal(ingest_connections(w->in), n);
}

static void
say(int fd, const char *text)
{
	assert_int_equal(
	    send(fd, text, strlen(text), MSG_NOSIGNAL), strlen(text));
}

static void
expect(struct world *w, const char *out, const char *flags)
{
	assert_true(str_eq(buf_str(&w->out), str_from(out)));
	assert_true(str_eq(buf_str(&w->flags), str_from(flags)));
	buf_clear(&w->out);
	buf_clear(&w->flags);
	w->lines = 0;
}

static const struct ingest_options open_to_all = {.accept_unknown = true};

static void
test_tcp(void **state)
{
	struct world w;
	int a, b;

	(void)state;
	start(&w, open_to_all);
	a = dial(w.tcp, SOCK_STREAM);
	b = dial(w.tcp, SOCK_STREAM);
	say(a, "<13>one\n<13>two\n<13>thr");
	wait_lines(&w, 2);
	expect(&w, "<13>one;<13>two;", "L");
	say(b, "4 a\nbc3 de");
	wait_lines(&w, 1);
	expect(&w, "a\nbc;", "O");
	say(a, "ee\n");
	wait_lines(&w, 1);
	expect(&w, "<13>three;", "L");
	say(b, "f");
	wait_lines(&w, 1);
	expect(&w, "def;", "O");
	say(a, "the end");
	spin(&w, 5);
	close(a);
	wait_lines(&w, 1);
	expect(&w, "the end;", "LP");
	wait_connections(&w, 1);
	say(b, "1 g0 x");
	wait_lines(&w, 1);
	expect(&w, "g;", "O");
	wait_connections(&w, 0);
	assert_int_equal(stats->n[STAT_refused_framing], 1);
	assert_int_equal(stats->n[STAT_connections], 2);
	assert_int_equal(stats->n[STAT_connections_closed], 2);
	assert_int_equal(stats->n[STAT_received], 8);
	close(b);
	stop(&w);
}

static void
test_tls_on_plain(void **state)
{
	struct world w;
	int a;

	(void)state;
	start(&w, open_to_all);
	a = dial(w.tcp, SOCK_STREAM);
	say(a, "\x16\x03\x01");
	spin(&w, 20);
	assert_int_equal(ingest_connections(w.in), 0);
	assert_int_equal(stats->n[STAT_refused_tls_on_plain], 1);
	assert_int_equal(w.records, 0);
	close(a);
	stop(&w);
}

static void
test_udp(void **state)
{
	struct world w;
	int a, b;

	(void)state;
	start(&w, open_to_all);
	a = dial(w.udp, SOCK_DGRAM);
	b = dial(w.udp, SOCK_DGRAM);
	say(a, "a1");
	say(b, "b1");
	say(a, "a2\nstill a2");
	assert_int_equal(send(a, "", 0, 0), 0);
	say(b, "b2");
	wait_lines(&w, 4);
	/* Two records, one for each sender. */
	expect(&w, "a1;a2\nstill a2;b1;b2;", "DD");
	assert_int_equal(stats->n[STAT_refused_empty], 1);
	assert_int_equal(stats->n[STAT_received], 5);
	close(a);
	close(b);
	stop(&w);
}

static void
test_udp_truncated(void **state)
{
	struct world w;
	struct ingest_options o = open_to_all;
	int a;

	(void)state;
	o.max_datagram = 8;
	start(&w, o);
	a = dial(w.udp, SOCK_DGRAM);
	say(a, "12345678");
	say(a, "123456789");
	say(a, "ok");
	wait_lines(&w, 3);
	expect(&w, "12345678;ok;12345678;", "DDT");
	assert_int_equal(stats->n[STAT_truncated], 1);
	close(a);
	stop(&w);
}

/* Every datagram is a line or a counted drop, also when none comes after. */
static void
test_udp_drops(void **state)
{
	enum { N = 3000 };
	struct world w;
	int a, small = 4096;
	char text[300];

	(void)state;
	start(&w, open_to_all);
	w.only_count = true;
	assert_int_equal(
	    setsockopt(w.udp, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small)), 0);
	a = dial(w.udp, SOCK_DGRAM);
	memset(text, 'x', sizeof(text));
	for (int i = 0; i < N; i++)
		assert_int_equal(send(a, text, sizeof(text), 0), sizeof(text));
	spin(&w, 1200);
	assert_true(w.lines > 0 && w.lines < N);
	assert_int_equal(stats->n[STAT_dropped_udp_kernel], N - w.lines);
	assert_int_equal(stats->n[STAT_received], N);
	assert_int_equal(w.counted, N - w.lines);
	/* A successor on the same socket counts none of them again. */
	ingest_free(w.in);
	struct ingest_options o = open_to_all;
	o.base = w.base;
	o.members = w.members;
	o.sink = on_record;
	o.arg = &w;
	w.in = ingest_new(&o);
	assert_true(ingest_add_udp(w.in, w.udp, &w.counted));
	say(a, "after");
	wait_lines(&w, w.lines + 1);
	spin(&w, 1200);
	assert_int_equal(stats->n[STAT_received], N + 1);
	close(a);
	stop(&w);
}

static void
test_unknown_senders(void **state)
{
	struct world w;
	int a, b;

	(void)state;
	start(&w, (struct ingest_options){0});
	a = dial(w.udp, SOCK_DGRAM);
	say(a, "x");
	say(a, "y");
	b = dial(w.tcp, SOCK_STREAM);
	spin(&w, 30);
	assert_int_equal(w.records, 0);
	assert_int_equal(ingest_connections(w.in), 0);
	assert_int_equal(stats->n[STAT_refused_sender], 3);
	assert_int_equal(stats->n[STAT_received], 3);
	close(a);
	close(b);
	stop(&w);
}

/* Whatever the sink refuses comes again, once and in order. */
static void
test_back_pressure(void **state)
{
	enum { N = 60000 };
	struct world w;
	struct buf text, want;
	int a, u;
	size_t sent = 0;

	(void)state;
	start(&w, open_to_all);
	buf_init(&text, SIZE_MAX);
	buf_init(&want, SIZE_MAX);
	for (int i = 0; i < N; i++) {
		const char *more = i % 2 == 0 ? "" : ", which is longer";

		buf_printf(&text, "%c%s\n", 'a' + i % 26, more);
		buf_printf(&want, "%c%s;", 'a' + i % 26, more);
	}
	a = dial(w.tcp, SOCK_STREAM);
	for (unsigned round = 0; w.lines < N && round < 20000; round++) {
		ssize_t n = sent == text.n
		    ? 0
		    : send(a, text.p + sent, text.n - sent, MSG_DONTWAIT);

		sent += n > 0 ? (size_t)n : 0;
		if (round % 3 == 0)
			w.refuse = 1 + round % 2;
		else if (round % 3 == 1)
			w.pause_after = 1;
		(void)event_base_loop(w.base, EVLOOP_NONBLOCK);
		if (ingest_is_paused(w.in)) {
			uint32_t before = w.records;

			(void)event_base_loop(w.base, EVLOOP_NONBLOCK);
			assert_int_equal(w.records, before);
			w.pause_after = 0;
			while (!ingest_resume(w.in))
				;
		}
	}
	assert_int_equal(w.lines, N);
	assert_true(str_eq(buf_str(&w.out), buf_str(&want)));
	assert_int_equal(stats->n[STAT_received], N);
	/* The end of the stream, while the sink refuses. */
	w.lines = 0;
	buf_clear(&w.out);
	buf_clear(&w.flags);
	say(a, "one\ntwo");
	close(a);
	w.refuse = 1;
	spin(&w, 20);
	assert_true(ingest_is_paused(w.in) && w.lines == 0);
	assert_true(ingest_resume(w.in));
	wait_lines(&w, 2);
	expect(&w, "one;two;", "LLP");
	wait_connections(&w, 0);
	/* Datagrams. */
	u = dial(w.udp, SOCK_DGRAM);
	w.refuse = 2;
	say(u, "a");
	say(u, "b");
	spin(&w, 20);
	say(u, "c");
	spin(&w, 20);
	assert_true(w.lines == 0 && !ingest_resume(w.in));
	assert_true(ingest_resume(w.in));
	wait_lines(&w, 3);
	expect(&w, "a;b;c;", "DD");
	close(u);
	buf_fini(&text);
	buf_fini(&want);
	stop(&w);
}

static void
test_limits(void **state)
{
	struct world w;
	struct ingest_options o = open_to_all;
	int fds[5];
	char c;

	(void)state;
	o.max_per_address = 3;
	start(&w, o);
	for (size_t i = 0; i < 5; i++)
		fds[i] = dial(w.tcp, SOCK_STREAM);
	spin(&w, 20);
	assert_int_equal(ingest_connections(w.in), 3);
	assert_int_equal(stats->n[STAT_connections_refused], 2);
	assert_int_equal(recv(fds[4], &c, 1, 0), 0); /* told at once */
	close(fds[0]);
	wait_connections(&w, 2);
	fds[0] = dial(w.tcp, SOCK_STREAM);
	wait_connections(&w, 3);
	for (size_t i = 0; i < 5; i++)
		close(fds[i]);
	wait_connections(&w, 0);
	stop(&w);
}

static void
test_deadlines(void **state)
{
	struct world w;
	struct ingest_options o = open_to_all;
	int mute, stuck, calm;

	(void)state;
	o.first_byte_timeout = 500000;
	o.frame_timeout = 1000000;
	start(&w, o);
	mute = dial(w.tcp, SOCK_STREAM);
	stuck = dial(w.tcp, SOCK_STREAM);
	calm = dial(w.tcp, SOCK_STREAM);
	say(stuck, "ok\nhalf a");
	say(calm, "fine\n");
	spin(&w, 3200);
	assert_int_equal(ingest_connections(w.in), 1);
	assert_int_equal(w.lines, 3); /* with what came of the half */
	assert_non_null(memchr(w.flags.p, 'P', w.flags.n));
	say(calm, "still here\n");
	wait_lines(&w, 4);
	close(mute);
	close(stuck);
	close(calm);
	stop(&w);
}

/* A message in many small pieces is no slower than its bytes. */
static void
test_slow_large(void **state)
{
	struct world w;
	int a;
	char *text = malloc(65537);

	(void)state;
	start(&w, open_to_all);
	w.only_count = true;
	memset(text, 'x', 65536);
	text[65536] = '\n';
	a = dial(w.tcp, SOCK_STREAM);
	for (size_t at = 0; at < 65537; at += 97) {
		size_t n = 65537 - at < 97 ? 65537 - at : 97;

		assert_int_equal(send(a, text + at, n, 0), n);
		(void)event_base_loop(w.base, EVLOOP_NONBLOCK);
	}
	wait_lines(&w, 1);
	assert_int_equal(stats->n[STAT_truncated], 0);
	close(a);
	free(text);
	stop(&w);
}

/*
 * Seven greedy connections of one member, one of another: the seven have
 * equal turns, although two of them spend their member's budget, and the one
 * has half of what they have together.
 */
static void
test_fair(void **state)
{
	struct world w;
	struct ingest_options o = {.read_budget = 4096, .member_budget = 8192};
	int fds[8];
	size_t size = 1 << 18;
	char *text = malloc(size);
	uint64_t seven = 0;

	(void)state;
	start(&w, o);
	w.only_count = true;
	w.member = STR_NONE;
	ingest_set_members(w.in,
	    load_members(&w,
		STR("members:\n"
		    "- {id: hospital-a, name: A, type: acute-hospital, "
		    "networks: [127.0.0.1]}\n"
		    "- {id: hospital-b, name: B, type: acute-hospital, "
		    "networks: [127.0.0.2]}\n")));
	for (size_t i = 0; i < size; i++)
		text[i] = i % 64 == 63 ? '\n' : 'x';
	for (size_t i = 0; i < 8; i++) {
		fds[i] = dial_from(w.tcp, SOCK_STREAM, i < 7 ? 1 : 2);
		w.ports[i] = own_port(fds[i]);
	}
	for (int round = 0; round < 400; round++) {
		for (size_t i = 0; i < 8; i++)
			(void)!send(fds[i], text, round == 0 ? size : 8192,
			    MSG_DONTWAIT);
		/* Not more than one turn. */
		(void)event_base_loop(w.base, EVLOOP_ONCE | EVLOOP_NONBLOCK);
	}
	for (size_t i = 0; i < 7; i++) {
		seven += w.bytes_of[i];
		assert_true(w.bytes_of[i] > 50000);
		assert_true(w.bytes_of[i] < w.bytes_of[0] * 3 / 2 &&
		    w.bytes_of[0] < w.bytes_of[i] * 3 / 2);
	}
	assert_true(w.bytes_of[7] > seven / 3 && w.bytes_of[7] < seven);
	for (size_t i = 0; i < 8; i++)
		close(fds[i]);
	free(text);
	stop(&w);
}

static void
test_descriptors_run_out(void **state)
{
	struct world w;
	struct rlimit old, low;
	int fds[30];

	(void)state;
	start(&w, open_to_all);
	for (size_t i = 0; i < 30; i++)
		fds[i] = dial(w.tcp, SOCK_STREAM);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &old), 0);
	low = old;
	low.rlim_cur = (rlim_t)fds[29] + 11;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &low), 0);
	spin(&w, 50);
	assert_in_range(ingest_connections(w.in), 5, 15);
	say(fds[0], "served\n");
	wait_lines(&w, 1);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &old), 0);
	spin(&w, 400);
	assert_int_equal(
	    ingest_connections(w.in) + stats->n[STAT_connections_refused], 30);
	assert_true(stats->n[STAT_connections_refused] < 5);
	for (size_t i = 0; i < 30; i++)
		close(fds[i]);
	wait_connections(&w, 0);
	stop(&w);
}

static void
test_drain(void **state)
{
	struct world w;
	int a, b;
	char c;

	(void)state;
	start(&w, open_to_all);
	a = dial(w.tcp, SOCK_STREAM);
	wait_connections(&w, 1);
	say(a, "last words\n");
	ingest_drain(w.in);
	b = dial(w.tcp, SOCK_STREAM); /* waits for the successor */
	wait_lines(&w, 1);
	assert_int_equal(recv(a, &c, 1, 0), 0); /* it knows */
	say(a, "and more\n");
	close(a);
	wait_connections(&w, 0);
	assert_int_equal(w.lines, 2);
	close(b);
	stop(&w);
}

/* Who it is comes from the network, anew with each table of members. */
static void
test_members(void **state)
{
	struct world w;
	struct members *all;
	int a, u;

	(void)state;
	start(&w, (struct ingest_options){0});
	all = load_members(&w,
	    STR("members:\n"
		"- id: hospital-a\n"
		"  name: Hospital A\n"
		"  type: acute-hospital\n"
		"  networks: [127.0.0.0/8]\n"));
	ingest_set_members(w.in, all);
	w.member = STR("hospital-a");
	a = dial(w.tcp, SOCK_STREAM);
	u = dial(w.udp, SOCK_DGRAM);
	say(a, "x\n");
	say(u, "y");
	wait_lines(&w, 2);
	ingest_set_members(w.in,
	    load_members(&w,
		STR("members:\n"
		    "- id: hospital-b\n"
		    "  name: Hospital B\n"
		    "  type: acute-hospital\n"
		    "  networks: [127.0.0.1]\n")));
	w.member = STR("hospital-b");
	say(a, "x\n");
	say(u, "y");
	wait_lines(&w, 4);
	assert_int_equal(ingest_connections(w.in), 1);
	ingest_set_members(w.in, w.members);
	assert_int_equal(ingest_connections(w.in), 0);
	assert_int_equal(stats->n[STAT_refused_sender], 1);
	say(u, "z");
	spin(&w, 20);
	assert_int_equal(w.lines, 4);
	assert_int_equal(stats->n[STAT_refused_sender], 2);
	close(a);
	close(u);
	stop(&w);
}

static void
test_listen(void **state)
{
	char why[200] = "";
	struct listen_address a = loopback(0), v6 = {.port = 0},
			      away = {.port = 0};
	int first, second, udp;

	(void)state;
	udp = listen_udp(&a, 1 << 16, why, sizeof(why));
	assert_true(udp >= 0 && listen_port(udp) != 0);
	assert_in_range(listen_buffer(udp), 1 << 16, 1 << 16);
	first = listen_tcp(&a, 0, why, sizeof(why));
	a.port = listen_port(first);
	assert_false(listen_check(&a, true, why, sizeof(why)));
	assert_non_null(strstr(why, "taken by another program"));
	second = listen_tcp(&a, 0, why, sizeof(why)); /* another slot */
	assert_true(second >= 0);
	close(first);
	close(second);
	assert_true(listen_check(&a, true, why, sizeof(why)));
	a.port = listen_port(udp);
	assert_false(listen_check(&a, false, why, sizeof(why)));
	close(udp);
	assert_true(listen_check(&a, false, why, sizeof(why)));
	assert_true(ip_parse(STR("192.0.2.1"), &away.ip));
	assert_int_equal(listen_tcp(&away, 0, why, sizeof(why)), -1);
	assert_non_null(strstr(why, "192.0.2.1 is no address"));
	assert_true(ip_parse(STR("::1"), &v6.ip));
	second = listen_tcp(&v6, 0, why, sizeof(why));
	assert_true(second >= 0 || strstr(why, "IPv6") != NULL ||
	    strstr(why, "no address") != NULL);
	if (second >= 0)
		close(second);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_listen),
	    cmocka_unit_test(test_tcp),
	    cmocka_unit_test(test_tls_on_plain),
	    cmocka_unit_test(test_udp),
	    cmocka_unit_test(test_udp_truncated),
	    cmocka_unit_test(test_udp_drops),
	    cmocka_unit_test(test_unknown_senders),
	    cmocka_unit_test(test_back_pressure),
	    cmocka_unit_test(test_limits),
	    cmocka_unit_test(test_deadlines),
	    cmocka_unit_test(test_slow_large),
	    cmocka_unit_test(test_fair),
	    cmocka_unit_test(test_descriptors_run_out),
	    cmocka_unit_test(test_drain),
	    cmocka_unit_test(test_members),
	};

	(void)signal(SIGPIPE, SIG_IGN);
	log_init("", LOG_LEVEL_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
