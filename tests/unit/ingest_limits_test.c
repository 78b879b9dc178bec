/* Receiving at its limits: what slow, greedy and too many peers may cost. */
#include "tests/unit/ingest_fixture.h"

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

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_udp_drops),
	    cmocka_unit_test(test_back_pressure),
	    cmocka_unit_test(test_limits),
	    cmocka_unit_test(test_deadlines),
	    cmocka_unit_test(test_slow_large),
	    cmocka_unit_test(test_fair),
	    cmocka_unit_test(test_descriptors_run_out),
	};

	(void)signal(SIGPIPE, SIG_IGN);
	log_init("", LOG_LEVEL_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
