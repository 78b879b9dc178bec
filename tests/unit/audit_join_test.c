#include "engine/base/stamp.h"
#include "tests/unit/pack_fixture.h"

#include <stdio.h>
#include <string.h>

static const char pack[] =
    "pack: audit\n"
    "select: {contains: 'msg=audit('}\n"
    "decode: {format: linux-audit, prefix: 'auditd.'}\n"
    "fields:\n"
    "  time: '@timestamp'\n"
    "  type: auditd.type\n"
    "  sequence: auditd.sequence\n"
    "  pid: process.pid\n"
    "  uid: user.id\n"
    "  comm: process.name\n"
    "  exe: process.executable\n"
    "  cwd: process.working_directory\n"
    "  command_line: process.command_line\n"
    "  key: auditd.key\n"
    "  name: auditd.name\n"
    "  nametype: auditd.nametype\n"
    "  saddr_ip: auditd.saddr_ip\n"
    "  saddr_port: auditd.saddr_port\n"
    "  SYSCALL: auditd.syscall_name\n";

static void
feed_at(struct fixture *f, int64_t at, const char *line)
{
	struct origin origin = {.received = at, .member = &f->member};

	normalise_next(f->n, f->ev, str_from(line), &origin);
}

/* A record of srv1, in the second of arrival. */
static void
record(struct fixture *f, const char *type, unsigned serial, const char *rest)
{
	/* borrowed by the event */
	struct str line = arena_printf(f->arena, "<134>Nov 24 10:00:00 srv1 "
	    "audispd[7]: type=%s msg=audit(1795514400.000:%u): %s%c", type,
	    serial, rest, '\0');

	feed_at(f, ARRIVAL, line.p);
}

#define CALL(n) "arch=c000003e syscall=" n " success=yes exit=0 pid=901 " \
		"uid=33 comm=\"curl\" exe=\"/usr/bin/curl\" key=\"tools\""

static void
test_command(void **state)
{
	struct fixture f = load_pack(pack);

	(void)state;
	record(&f, "SYSCALL", 5, CALL("59"));
	expect(&f, "auditd.call", "");
	record(&f, "EXECVE", 5, "argc=2 a0=\"curl\" a1=\"-T\"");
	expect(&f, "auditd.type", "EXECVE");
	expect(&f, "process.command_line", "curl -T");
	expect(&f, "process.executable", "/usr/bin/curl");
	expect(&f, "process.name", "curl");
	expect(&f, "process.pid", "901");
	expect(&f, "user.id", "33");
	expect(&f, "auditd.call", "execve");
	expect(&f, "auditd.call_key", "tools");
	expect(&f, "auditd.key", "");
	record(&f, "PROCTITLE", 5, "proctitle=\"curl\"");
	expect(&f, "user.id", "");
	drop(&f);
}

static void
test_files(void **state)
{
	static const struct {
		const char *name, *nametype, *path;
	} rows[] = {
	    {"/etc/", "PARENT", ""},
	    {"passwd", "NORMAL", "/etc/passwd"},
	    {"./x", "CREATE", "/etc/x"},
	    {"/srv/y", "DELETE", "/srv/y"},
	};
	struct fixture f = load_pack(pack);
	char rest[200];

	(void)state;
	record(&f, "SYSCALL", 6, CALL("257"));
	record(&f, "CWD", 6, "cwd=\"/etc\"");
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		(void)snprintf(rest, sizeof(rest),
		    "item=%zu name=\"%s\" nametype=%s", i, rows[i].name,
		    rows[i].nametype);
		record(&f, "PATH", 6, rest);
		expect(&f, "file.path", rows[i].path);
		expect(&f, "process.working_directory", "/etc");
		expect(&f, "process.pid", "901");
	}
	drop(&f);
}

static void
test_peer(void **state)
{
	static const char saddr[] = "saddr=02000050C00002070000000000000000";
	struct fixture f = load_pack(pack);

	(void)state;
	record(&f, "SYSCALL", 7, CALL("42"));
	record(&f, "SOCKADDR", 7, saddr);
	expect(&f, "destination.ip", "192.0.2.7");
	expect(&f, "destination.port", "80");
	/* bind(): an address of its own */
	record(&f, "SYSCALL", 8, CALL("49"));
	record(&f, "SOCKADDR", 8, saddr);
	expect(&f, "destination.ip", "");
	expect(&f, "auditd.call", "bind");
	/* all in one line */
	record(&f, "SYSCALL", 9, CALL("42") " type=SOCKADDR "
	    "msg=audit(1795514400.000:9): "
	    "saddr=02000050C00002070000000000000000");
	expect(&f, "destination.ip", "192.0.2.7");
	drop(&f);
}

/* Neither another serial, host, time nor member; nor after EOE. */
static void
test_others(void **state)
{
	struct fixture f = load_pack(pack);

	(void)state;
	record(&f, "SYSCALL", 10, CALL("59"));
	record(&f, "EXECVE", 11, "argc=1 a0=\"ls\"");
	expect(&f, "user.id", "");
	feed_at(&f, ARRIVAL, "<134>Nov 24 10:00:00 srv2 audispd: type=EXECVE "
	    "msg=audit(1795514400.000:10): argc=1 a0=\"ls\"");
	expect(&f, "user.id", "");
	feed_at(&f, ARRIVAL, "<134>Nov 24 10:00:00 srv1 audispd: type=EXECVE "
	    "msg=audit(1795514400.001:10): argc=1 a0=\"ls\"");
	expect(&f, "user.id", "");
	f.member.index = 2;
	record(&f, "EXECVE", 10, "argc=1 a0=\"ls\"");
	expect(&f, "user.id", "");
	f.member.index = 1;
	feed_at(&f, ARRIVAL + 11 * SECOND, "<134>Nov 24 10:00:00 srv1 "
	    "audispd: type=EXECVE msg=audit(1795514400.000:10): argc=1 "
	    "a0=\"ls\"");
	expect(&f, "user.id", "");
	record(&f, "EXECVE", 10, "argc=1 a0=\"ls\"");
	expect(&f, "user.id", "33");
	record(&f, "EOE", 10, "");
	record(&f, "EXECVE", 10, "argc=1 a0=\"ls\"");
	expect(&f, "user.id", "");
	drop(&f);
}

/* 32 calls at a time; the oldest goes. Long values are left out whole. */
static void
test_bounds(void **state)
{
	struct fixture f = load_pack(pack);
	char line[8192];
	size_t n;

	(void)state;
	for (unsigned i = 1; i <= 33; i++)
		record(&f, "SYSCALL", i, CALL("59"));
	record(&f, "EXECVE", 1, "argc=1 a0=\"ls\"");
	expect(&f, "user.id", "");
	for (unsigned i = 2; i <= 33; i++) {
		record(&f, "EXECVE", i, "argc=1 a0=\"ls\"");
		expect(&f, "user.id", "33");
	}

	n = (size_t)snprintf(line, sizeof(line),
	    "<134>Nov 24 10:00:00 srv1 audispd: type=SYSCALL "
	    "msg=audit(1795514400.000:99): syscall=59 uid=33 exe=\"/");
	memset(line + n, 'x', 4000);
	(void)snprintf(line + n + 4000, sizeof(line) - n - 4000,
	    "\" comm=\"y\"");
	feed_at(&f, ARRIVAL, line);
	record(&f, "EXECVE", 99, "argc=1 a0=\"ls\"");
	expect(&f, "user.id", "33");
	expect(&f, "process.name", "y");
	expect(&f, "process.executable", "");
	drop(&f);
}

/* A record without the call's: as normalise() has it. */
static void
test_alone(void **state)
{
	struct fixture f = load_pack(pack);

	(void)state;
	record(&f, "EXECVE", 3, "argc=1 a0=\"ls\"");
	record(&f, "PATH", 3, "name=\"x\" nametype=NORMAL");
	expect(&f, "file.path", "");
	record(&f, "CWD", 3, "cwd=\"/\"");
	record(&f, "SYSCALL", 0, CALL("59"));
	record(&f, "EXECVE", 0, "argc=1 a0=\"ls\"");
	expect(&f, "user.id", "");
	record(&f, "SYSCALL", 4, CALL("59"));
	feed(&f, "<134>Nov 24 10:00:00 srv1 audispd: type=EXECVE "
	    "msg=audit(1795514400.000:4): argc=1 a0=\"ls\"");
	expect(&f, "user.id", "");
	drop(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_command),
	    cmocka_unit_test(test_files),
	    cmocka_unit_test(test_peer),
	    cmocka_unit_test(test_others),
	    cmocka_unit_test(test_bounds),
	    cmocka_unit_test(test_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
