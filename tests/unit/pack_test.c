#include "tests/unit/pack_fixture.h"

#include <stdio.h>

static const char demo[] =
    "pack: demo\n"
    "observer: {vendor: Example, product: demo, type: firewall}\n"
    "logsource: {product: linux, service: demo}\n"
    "select:\n"
    "  - {program: [demo, 'demo-*']}\n"
    "  - {header: kv, contains: ['devid=\"X']}\n"
    "set: {event.kind: event, event.module: '%{host.name}/%{user.name}'}\n"
    "patterns:\n"
    "  - name: prepare\n"
    "    go_on: true\n"
    "    regex: '^(?<vigie.word>\\w+) '\n"
    "  - name: login\n"
    "    regex: '^login (?<user.name>\\S*) from (?<source.ip>\\S+)"
    "(?: port %{PORT:source.port})?'\n"
    "    set: {event.category: authentication, event.type: [start, info],\n"
    "          event.reason: 'by %{user.name}', event.code: '%{no.such}',\n"
    "          user.target.name: '%{user.name}'}\n"
    "    logsource: {category: login}\n"
    "  - name: other\n"
    "    when: {vigie.word: [LOGOUT, quit], user.name: ~}\n"
    "    set: {event.action: logout}\n"
    "values:\n"
    "  - {from: vigie.word, to: event.outcome,\n"
    "     map: {login: success, logout: unknown}, default: failure}\n"
    "  - {from: user.name, to: vigie.lower, case: lower}\n"
    "table:\n"
    "  - on: source.port\n"
    "    rows: {'22': {set: {network.protocol: SSH}}}\n"
    "tests:\n"
    "  - line: '<13>Nov 24 09:59:00 h demo: login ann from 192.0.2.1'\n"
    "    expect: {user.name: ann, event.category: [authentication]}\n";

static void
test_pattern(void **state)
{
	struct fixture f = load_pack(demo);

	(void)state;
	assert_non_null(f.packs);
	feed(&f, "<13>Nov 24 09:59:00 h demo[7]: login CORP\\Ann from x");
	expect(&f, "vigie.lower", "ann");
	feed(&f, "<13>Nov 24 09:59:00 h demo[7]: login ann from 192.0.2.1 "
	    "port 22");
	assert_true(f.ev->parsed);
	expect(&f, "vigie.pack", "demo");
	expect(&f, "vigie.pattern", "prepare");
	expect(&f, "vigie.parsed", "true");
	expect(&f, "user.name", "ann");
	expect(&f, "source.ip", "192.0.2.1");
	expect(&f, "source.address", "192.0.2.1");
	expect(&f, "source.port", "22");
	expect(&f, "event.category", "authentication");
	expect(&f, "event.type", "start,info");
	expect(&f, "event.reason", "by ann");
	expect(&f, "event.code", ""); /* its template names nothing */
	expect(&f, "user.target.name", "ann");
	expect(&f, "event.outcome", "success");
	expect(&f, "network.protocol", "ssh");
	expect(&f, "observer.product", "demo");
	expect(&f, "event.kind", "event");
	expect(&f, "event.module", "h/ann");
	expect(&f, "process.pid", "7");
	assert_true(str_eq(word_text(f.words, f.ev->source.category),
	    STR("login")));
	assert_true(str_eq(word_text(f.words, f.ev->source.product),
	    STR("linux")));
	drop(&f);
}

/* Keys that senders make up fill the table of those that are remembered; a
 * list on the line that fills it has all its values. */
static void
test_many_keys(void **state)
{
	static char pack[64 * 1024], line[16 * 1024];
	size_t n = (size_t)snprintf(pack, sizeof(pack), "%s",
	    "pack: keys\nproduct: {vendor: Example, name: Keys}\n"
	    "select: {program: [keys]}\ndecode: json\nfields:\n");
	struct fixture f;

	(void)state;
	for (int i = 0; i < 400; i++)
		n += (size_t)snprintf(pack + n, sizeof(pack) - n,
		    "  items.n%d: keys.n%d\n", i, i);
	f = load_pack(pack);
	assert_non_null(f.packs);
	for (int i = 0; i < 400; i++) {
		char name[32];

		n = (size_t)snprintf(line, sizeof(line),
		    "<13>Nov 24 09:59:00 h keys: {");
		for (int k = 0; k < 60; k++)
			n += (size_t)snprintf(line + n, sizeof(line) - n,
			    "\"k%dx%d\":1,", i, k);
		snprintf(line + n, sizeof(line) - n,
		    "\"items\":[{\"n%d\":\"a\"},{\"n%d\":\"b\"}]}", i, i);
		feed(&f, line);
		snprintf(name, sizeof(name), "keys.n%d", i);
		expect(&f, name, "a,b");
	}
	drop(&f);
}

static void
test_types(void **state)
{
	struct fixture f = load_pack(demo);

	(void)state;
	feed(&f, "<13>Nov 24 09:59:00 h demo-x: login  from gw.example");
	expect(&f, "user.name", ""); /* an empty group sets nothing */
	expect(&f, "source.ip", "");
	expect(&f, "source.address", "gw.example");
	/* Nothing of a header is lost. */
	feed(&f, "2026-11-24 10:00:00 WARNING disk is full");
	expect(&f, "log.level", "WARNING");
	expect(&f, "message", "disk is full");
	drop(&f);
}

static void
test_when_and_default(void **state)
{
	struct fixture f = load_pack(demo);

	(void)state;
	feed(&f, "<13>Nov 24 09:59:00 h demo: logout now");
	expect(&f, "event.action", "logout");
	expect(&f, "event.outcome", "unknown");
	feed(&f, "<13>Nov 24 09:59:00 h demo: something else");
	expect(&f, "event.action", "");
	expect(&f, "event.outcome", "failure");
	drop(&f);
}

static void
test_split(void **state)
{
	static const struct field_row rows[] = {
	    {"two", "<13>a: t=x@example.org;y@example.org", "email.to.address",
		"x@example.org,y@example.org"},
	    {"blanks, and nothing between", "<13>a: t=\"x ;; y,z \"",
		"email.to.address", "x,y,z"},
	    {"one", "<13>a: t=x", "email.to.address", "x"},
	    {"signs alone", "<13>a: t=\";,;\"", "email.to.address", ";,;"},
	    {"a list already", "<13>a: t=x;y t=z", "email.to.address",
		"x;y,z"},
	    {"into another", "<13>a: i=192.0.2.1;192.0.2.2", "host.ip",
		"192.0.2.1,192.0.2.2"},
	};

	(void)state;
	expect_rows("pack: a\nselect: {program: a}\ndecode: kv\n"
	    "fields: {t: email.to.address}\nunparsed: parsed\nvalues:\n"
	    "  - {from: email.to.address, split: ';,'}\n"
	    "  - {from: a.i, to: host.ip, split: ';'}\n",
	    rows, sizeof(rows) / sizeof(*rows));
}

static void
test_unparsed(void **state)
{
	struct fixture f = load_pack(demo);

	(void)state;
	feed(&f, "<13>Nov 24 09:59:00 h demo: ?");
	assert_false(f.ev->parsed);
	expect(&f, "vigie.pack", "demo"); /* by its gate */
	expect(&f, "vigie.pattern", "");
	expect(&f, "vigie.parsed", "false");
	expect(&f, "event.kind", "event");
	feed(&f, "<13>Nov 24 09:59:00 h else: login ann from 192.0.2.1");
	expect(&f, "vigie.pack", "");
	expect(&f, "message", "login ann from 192.0.2.1");
	drop(&f);
}

/* Which of two packs: by program, path and module off, then by gate. */
static void
test_select(void **state)
{
	static const struct text_file files[] = {
	    {STR_INIT("a.yaml"), STR_INIT("pack: a\nselect: {program: sshd}\n"
		"patterns: [{name: a, regex: '^A '}]\n")},
	    {STR_INIT("b.yaml"), STR_INIT("pack: b\n"
		"select: {starts: ['pam_']}\n"
		"patterns: [{name: b, regex: '^pam_'}]\n")},
	    {STR_INIT("c.yaml"), STR_INIT("pack: c\n"
		"select: {header: cisco, msgid: ['106023', '106100']}\n")},
	    {STR_INIT("d.yaml"), STR_INIT("pack: d\n"
		"select: {facility: [SYS]}\n")},
	    {STR_INIT("e.yaml"), STR_INIT("pack: e\n"
		"select: {header: json, all_contains: ['\"x\"', '\"y\"']}\n"
		"decode: json\n")},
	    {STR_INIT("f.yaml"), STR_INIT("pack: f\n"
		"select: {header: json}\ndecode: json\n")},
	    {STR_INIT("g.yaml"), STR_INIT("pack: g\n"
		"select: {program: 'post/*'}\n")},
	};
	static const struct {
		const char *line;
		const char *pack;
	} rows[] = {
	    {"<13>Nov 24 09:59:00 h sshd[1]: A x", "a"},
	    {"<13>Nov 24 09:59:00 h SSHD(pam)[1]: A x", "a"},
	    {"<13>Nov 24 09:59:00 h /usr/sbin/sshd[1]: A x", "a"},
	    {"<13>Nov 24 09:59:00 h sshd[1]: pam_unix: x", "b"},
	    {"<13>Nov 24 09:59:00 h sshd[1]: nothing", "a"},
	    {"<13>Nov 24 09:59:00 h: %ASA-4-106023: x", "c"},
	    {"<13>Nov 24 09:59:00 h: %SYS-4-CONFIG: x", "d"},
	    {"<13>Nov 24 09:59:00 h: %ABC-4-CONFIG: x", ""},
	    {"<13>Nov 24 09:59:00 h x: {\"x\":1,\"y\":2}", "e"},
	    {"<13>Nov 24 09:59:00 h x: {\"x\":1}", "f"},
	    {"<13>Nov 24 09:59:00 h post/smtp[3]: x", "g"},
	    {"<13>Nov 24 09:59:00 h poster[3]: x", ""},
	};
	struct fixture f = load_packs(files, sizeof(files) / sizeof(*files));

	(void)state;
	assert_non_null(f.packs);
	assert_int_equal(packs_count(f.packs), 7);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		feed(&f, rows[i].line);
		if (!str_eq(values(&f, "vigie.pack"), str_from(rows[i].pack)))
			fail_msg("%s: %.*s", rows[i].line,
			    STR_ARG(values(&f, "vigie.pack")));
	}
	drop(&f);
}

/* Generic packs: behind all others however many were asked, one of them
 * decodes, the line stays unparsed. */
static void
test_generic(void **state)
{
	static const struct text_file files[] = {
	    {STR_INIT("a.yaml"), STR_INIT("pack: any\ngeneric: true\n"
		"select: {header: [text, kv]}\n"
		"set: {event.kind: event, observer.type: any}\n"
		"patterns:\n"
		"  - {name: from, regex: 'from %{IP:source.ip}'}\n")},
	    {STR_INIT("b.yaml"), STR_INIT("pack: any-kv\ngeneric: true\n"
		"select: {header: kv}\n"
		"decode: {format: kv, prefix: kv., loose: true}\n"
		"fields: {src_ip: source.ip, '*.user_name': user.name,\n"
		"         '*.name': user.full_name, event.type: kv.type,\n"
		"         event_type: event.action}\n")},
	    {STR_INIT("c.yaml"), STR_INIT("pack: some-kv\ngeneric: true\n"
		"select: {starts: ['a=']}\ndecode: kv\n")},
	    {STR_INIT("d.yaml"), STR_INIT("pack: p1\n"
		"select: {program: sshd}\nset: {observer.type: ids}\n"
		"patterns: [{name: a, regex: '^A '}]\n")},
	    {STR_INIT("e.yaml"), STR_INIT("pack: p2\n"
		"select: {program: sshd}\n"
		"patterns: [{name: a, regex: '^B '}]\n")},
	    {STR_INIT("f.yaml"), STR_INIT("pack: p3\n"
		"select: {program: sshd}\n"
		"patterns: [{name: a, regex: '^C '}]\n")},
	    {STR_INIT("g.yaml"), STR_INIT("pack: p4\n"
		"select: {program: sshd}\n"
		"patterns: [{name: a, regex: '^D '}]\n")},
	};
	static const struct {
		const char *line, *field, *want;
	} rows[] = {
	    {"<13>Nov 24 09:59:00 h x: go", "vigie.pack", ""},
	    {"<13>Nov 24 09:59:00 h x: go", "event.module", "x"},
	    {"<13>Go on", "event.module", ""},
	    {"<13>Nov 24 09:59:00 h My[7]: from 192.0.2.1", "event.module",
		"my"},
	    {"<13>Nov 24 09:59:00 h Opt/My[7]: from 192.0.2.1",
		"event.module", "my"},
	    {"<13>go from 192.0.2.1", "event.module", "any"},
	    {"<13>Nov 24 09:59:00 h: from 192.0.2.1", "vigie.pack", "any"},
	    {"<13>Nov 24 09:59:00 h: from 192.0.2.1", "vigie.parsed",
		"false"},
	    {"<13>Nov 24 09:59:00 h sshd: A from 192.0.2.1", "source.ip", ""},
	    {"<13>Nov 24 09:59:00 h sshd: A b", "event.module", "p1"},
	    {"<13>Nov 24 09:59:00 h sshd: A b", "vigie.parsed", "true"},
	    {"<13>Nov 24 09:59:00 h sshd: E from 192.0.2.1", "source.ip",
		"192.0.2.1"},
	    {"<13>Nov 24 09:59:00 h sshd: E from 192.0.2.1", "vigie.pack",
		"p1"},
	    {"<13>Nov 24 09:59:00 h sshd: E from 192.0.2.1", "event.module",
		"p1"},
	    {"<13>Nov 24 09:59:00 h sshd: E from 192.0.2.1", "event.kind",
		"event"},
	    {"<13>Nov 24 09:59:00 h sshd: E from 192.0.2.1", "vigie.parsed",
		"false"},
	    {"<13>Nov 24 09:59:00 h: a=1 from 192.0.2.1", "some_kv.a", "1"},
	    {"<13>Nov 24 09:59:00 h: a=1 from 192.0.2.1", "kv.a", ""},
	    {"<13>Nov 24 09:59:00 h: a=1 from 192.0.2.1", "source.ip",
		"192.0.2.1"},
	    /* Loose keys: spelling, depth, ECS's own names, the first wins. */
	    {"<13>Nov 24 09:59:00 h: SrcIp=192.0.2.1", "source.ip",
		"192.0.2.1"},
	    {"<13>Nov 24 09:59:00 h: src-ip=192.0.2.1 src.ip=192.0.2.2",
		"source.ip", "192.0.2.1"},
	    {"<13>Nov 24 09:59:00 h: x.y.UserName=ann", "user.name", "ann"},
	    {"<13>Nov 24 09:59:00 h: x.user.name=ann", "user.name", "ann"},
	    {"<13>Nov 24 09:59:00 h: x.nick.name=ann", "user.full_name",
		"ann"},
	    {"<13>Nov 24 09:59:00 h: x.src_ip=192.0.2.1", "kv.x.src_ip",
		"192.0.2.1"},
	    {"<13>Nov 24 09:59:00 h: destination.ip=192.0.2.1",
		"destination.ip", "192.0.2.1"},
	    {"<13>Nov 24 09:59:00 h: event.type=go", "kv.type", "go"},
	    {"<13>Nov 24 09:59:00 h: EventType=go", "event.action", "go"},
	};
	struct fixture f = load_packs(files, sizeof(files) / sizeof(*files));

	(void)state;
	assert_non_null(f.packs);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		feed(&f, rows[i].line);
		if (!str_eq(values(&f, rows[i].field), str_from(rows[i].want)))
			fail_msg("%s: %s is %.*s", rows[i].line, rows[i].field,
			    STR_ARG(values(&f, rows[i].field)));
	}
	feed(&f, "<13>Nov 24 09:59:00 h sshd: E from 192.0.2.1");
	expect(&f, "observer.type", "ids"); /* the product's first */
	drop(&f);
}

/* A pack like another: its own says come first. */
static void
test_like(void **state)
{
	static const struct text_file files[] = {
	    {STR_INIT("a.yaml"), STR_INIT("pack: a\nlike: base\n"
		"select: {program: a}\nset: {event.kind: alert}\n"
		"unparsed: parsed\n"
		"fields: {who: user.name, act: event.code}\n"
		"patterns:\n"
		"  - {name: own, on: user.name, regex: '^root$',\n"
		"     set: {event.reason: own}}\n"
		"  - {name: two, on: user.name, regex: '^ann$',\n"
		"     set: {event.reason: replaced}}\n"
		"values: [{from: event.code, to: event.outcome,\n"
		"          map: {ok: success}}]\n")},
	    {STR_INIT("base.yaml"), STR_INIT("pack: base\n"
		"select: {program: base}\n"
		"set: {event.kind: event, event.module: shared}\n"
		"decode: {format: kv, prefix: b.}\n"
		"fields: {src: source.ip, act: event.action}\n"
		"patterns:\n"
		"  - {name: one, on: user.name, regex: '^(?:root|tom)$',\n"
		"     set: {event.reason: one}}\n"
		"  - {name: two, on: user.name, regex: '^ann$',\n"
		"     set: {event.reason: two}}\n"
		"table: [{on: source.ip, rows: {192.0.2.1:\n"
		"         {set: {event.type: info}}}}]\n")},
	};
	struct fixture f = load_packs(files, 2);

	(void)state;
	assert_non_null(f.packs);
	feed(&f, "<13>Nov 24 09:59:00 h a: src=192.0.2.1 who=root act=ok x=1");
	expect(&f, "source.ip", "192.0.2.1");
	expect(&f, "event.code", "ok");
	expect(&f, "event.action", "");
	expect(&f, "event.outcome", "success");
	expect(&f, "event.reason", "own");
	expect(&f, "event.kind", "alert");
	expect(&f, "event.module", "shared");
	expect(&f, "event.type", "info");
	expect(&f, "b.x", "1");
	expect(&f, "vigie.pack", "a");
	feed(&f, "<13>Nov 24 09:59:00 h a: who=tom");
	expect(&f, "event.reason", "one");
	feed(&f, "<13>Nov 24 09:59:00 h a: who=ann");
	expect(&f, "event.reason", "replaced");
	feed(&f, "<13>Nov 24 09:59:00 h base: src=192.0.2.1 act=ok");
	expect(&f, "event.action", "ok");
	drop(&f);
}

/* What RFC 5424 defines is about the message, not what it says. */
static void
test_structured_data(void **state)
{
	struct fixture f = load_pack("pack: n\nselect: {header: rfc5424}\n"
	    "decode: {format: sd, loose: true}\nfields: {ip: source.ip}\n");

	(void)state;
	assert_non_null(f.packs);
	feed(&f, "<13>1 - h a - - [origin ip=\"192.0.2.1\"][x@1 IP=\"192.0.2.7\"]");
	expect(&f, "source.ip", "192.0.2.7");
	feed(&f, "<13>1 - h a - - [origin ip=\"192.0.2.1\"] text");
	expect(&f, "source.ip", "");
	expect(&f, "vigie.parsed", "false");
	drop(&f);
}

static void
test_time(void **state)
{
	struct fixture f = load_pack(demo);

	(void)state;
	feed(&f, "<13>Nov 24 09:59:00 h demo: x");
	assert_true(f.ev->time == ARRIVAL - MINUTE && !f.ev->late);
	feed(&f, "<13>Nov 24 09:00:00 h demo: x");
	assert_true(f.ev->time == ARRIVAL - HOUR && f.ev->late);
	feed(&f, "<13>Nov 24 10:04:00 h demo: x");
	assert_true(f.ev->time == ARRIVAL + 4 * MINUTE);
	feed(&f, "<13>Nov 24 11:00:00 h demo: x");
	assert_true(f.ev->time == ARRIVAL && !f.ev->late);
	expect(&f, "vigie.reason", "future-time");
	feed(&f, "demo: x");
	assert_true(f.ev->time == ARRIVAL);
	expect(&f, "vigie.reason", "no-pri");
	drop(&f);
}

static void
test_taxonomy(void **state)
{
	static const struct text_file files[] = {
	    {STR_INIT("p.yaml"), STR_INIT("pack: p\nselect: {header: json}\n"
		"decode: {format: json, prefix: ''}\n")},
	    {STR_INIT("t.yaml"), STR_INIT("taxonomy: t\nfields: "
		"{Image: process.executable}\n")},
	};
	struct fixture f = load_packs(files, 2);

	(void)state;
	assert_non_null(f.packs);
	feed(&f, "<13>Nov 24 09:59:00 h x: {\"Image\": \"/bin/sh\"}");
	expect(&f, "process.executable", "/bin/sh");
	drop(&f);
}

static void
ignore(void *arg, struct str pack, struct place at, const char *failure)
{
	(void)pack;
	(void)at;
	if (failure != NULL)
		(*(size_t *)arg)++;
}

static void
test_own_tests(void **state)
{
	struct fixture f = load_pack(demo);
	size_t told = 0;

	(void)state;
	assert_int_equal(packs_test(f.packs, f.n, f.ev, NULL, ignore,
		&told), 0);
	drop(&f);
	f = load_pack("pack: x\nselect: {program: x}\ntests:\n"
	    "  - {line: '<13>Nov 24 09:59:00 h x: a', "
	    "expect: {host.name: other}}\n"
	    "  - {line: '<13>Nov 24 09:59:00 h y: a', expect: {}}\n"
	    "  - {line: '<13>Nov 24 09:59:00 h x: a', "
	    "expect: {user.name: ~, '@timestamp': 2026-11-24T08:59:00Z}, "
	    "received: 2026-11-24T10:00:00Z, timezone: '+01:00'}\n");
	told = 0;
	assert_int_equal(packs_test(f.packs, f.n, f.ev, NULL, ignore,
		&told), 2);
	assert_int_equal(told, 2);
	drop(&f);
}

/* The first of the file counts, and the second is warned of. */
static void
test_same_key(void **state)
{
	struct fixture f = load_pack("pack: x\nselect: {program: x}\n"
	    "decode: {format: json, loose: true}\nfields:\n"
	    "  '*.logonId': user.id\n  '*.logon_ID': user.name\n");
	bool found = false;

	(void)state;
	assert_non_null(f.packs);
	for (size_t k = 0; k < f.err.n; k++)
		found |= str_eq(f.err.items[k].code, STR("same_key")) &&
		    f.err.items[k].line == 6;
	assert_true(found);
	feed(&f, "<13>x: {\"a\":{\"LogonID\":\"7\"}}");
	expect(&f, "user.id", "7");
	expect(&f, "user.name", "");
	drop(&f);
}

static void
test_mistakes(void **state)
{
	static const struct {
		const char *name;
		const char *text;
		const char *code;
		unsigned line;
	} rows[] = {
	    {"unknown key", "pack: x\nselekt: {program: x}", "unknown_key", 2},
	    {"no select", "pack: x\n", "missing_key", 1},
	    {"empty select", "pack: x\nselect: {}", "bad_select", 2},
	    {"bad style", "pack: x\nselect: {header: jsn}", "bad_select", 2},
	    {"a value that does nothing", "pack: x\nselect: {program: x}\n"
		"values: [{from: user.name, to: user.id}]", "bad_values", 3},
	    {"a star in front", "pack: x\nselect: {program: '*d'}",
		"bad_select", 2},
	    {"bad name", "pack: X Y\nselect: {program: x}", "bad_name", 1},
	    {"bad regex", "pack: x\nselect: {program: x}\npatterns:\n"
		"  - {name: a, regex: '^('}", "bad_regex", 4},
	    {"no regex", "pack: x\nselect: {program: x}\npatterns:\n"
		"  - {name: a}", "missing_key", 4},
	    {"rest that goes on", "pack: x\nselect: {program: x}\npatterns:\n"
		"  - {name: a, regex: '^b', go_on: true, rest: true}",
		"bad_pattern", 4},
	    {"rest that takes away", "pack: x\nselect: {program: x}\n"
		"patterns:\n  - name: a\n    regex: '^(?<user.name>b)'\n"
		"    rest: true\n    set: {event.action: c,\n"
		"      user.name: ~}", "bad_set", 8},
	    {"bad format", "pack: x\nselect: {program: x}\ndecode: jsn",
		"bad_decode", 3},
	    {"csv without columns", "pack: x\nselect: {program: x}\n"
		"decode: csv", "bad_decode", 3},
	    {"like none", "pack: x\nlike: y\nselect: {program: x}",
		"bad_like", 2},
	    {"like a like", "pack: x\nlike: y\nselect: {program: x}\n---\n"
		"pack: y\nlike: z\nselect: {program: x}\n---\n"
		"pack: z\nselect: {program: x}", "bad_like", 2},
	    {"duplicate", "pack: x\nselect: {program: x}\n---\npack: x\n"
		"select: {program: y}", "duplicate_name", 4},
	    {"neither", "rule: x", "missing_key", 1},
	    {"alias clash", "taxonomy: t\nfields: {source.ip: user.name}",
		"alias_clash", 2},
	    {"bad test", "pack: x\nselect: {program: x}\ntests:\n"
		"  - {expect: {}}", "bad_test", 4},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct fixture f = load_pack(rows[i].text);
		bool found = false;

		if (f.packs != NULL)
			fail_msg("%s: loaded", rows[i].name);
		for (size_t k = 0; k < f.err.n; k++)
			found |= str_eq(f.err.items[k].code,
				     str_from(rows[i].code)) &&
			    f.err.items[k].line == rows[i].line;
		if (!found)
			fail_msg("%s: no %s at line %u", rows[i].name,
			    rows[i].code, rows[i].line);
		drop(&f);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_pattern),
	    cmocka_unit_test(test_types),
	    cmocka_unit_test(test_many_keys),
	    cmocka_unit_test(test_when_and_default),
	    cmocka_unit_test(test_split),
	    cmocka_unit_test(test_unparsed),
	    cmocka_unit_test(test_select),
	    cmocka_unit_test(test_generic),
	    cmocka_unit_test(test_like),
	    cmocka_unit_test(test_structured_data),
	    cmocka_unit_test(test_time),
	    cmocka_unit_test(test_taxonomy),
	    cmocka_unit_test(test_own_tests),
	    cmocka_unit_test(test_same_key),
	    cmocka_unit_test(test_mistakes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
