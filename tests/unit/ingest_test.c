/*
 * Receiving over real sockets on loopback; the kernel picks the ports.
 */
#include "tests/unit/ingest_fixture.h"

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
	    cmocka_unit_test(test_unknown_senders),
	    cmocka_unit_test(test_drain),
	    cmocka_unit_test(test_members),
	};

	(void)signal(SIGPIPE, SIG_IGN);
	log_init("", LOG_LEVEL_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
