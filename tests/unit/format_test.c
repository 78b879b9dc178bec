/* The payload formats, through a pack that decodes and nothing else. */
#include "tests/unit/pack_fixture.h"

#include <stdio.h>
#include <stdlib.h>

struct row {
	const char *name;
	const char *decode; /* the value of `decode:` */
	const char *payload;
	const char *field;
	const char *want;
};

static struct fixture
load_decode(const char *decode)
{
	char text[1024];

	(void)snprintf(text, sizeof(text), "pack: p\nselect: {program: p}\n"
	    "decode: %s\nfields: {src: source.ip, spt: source.port, "
	    "two: [user.name, user.id], gone: ~}\n", decode);
	return load_pack(text);
}

static void
run_rows(const struct row *rows, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct fixture f = load_decode(rows[i].decode);
		struct buf line;
		struct str got;

		if (f.packs == NULL)
			fail_msg("%s: %.*s", rows[i].name,
			    STR_ARG(f.err.items[0].text));
		buf_init(&line, 65536);
		buf_printf(&line, "<13>Nov 24 09:59:00 h p: %s",
		    rows[i].payload);
		buf_add_char(&line, '\0');
		feed(&f, line.p);
		got = values(&f, rows[i].field);
		if (!str_eq(got, str_from(rows[i].want)))
			fail_msg("%s: %s = '%.*s'", rows[i].name,
			    rows[i].field, STR_ARG(got));
		buf_fini(&line);
		drop(&f);
	}
}

static void
test_kv(void **state)
{
	static const struct row rows[] = {
	    {"escaped quotes before blanks", "kv",
		"msg=\"a: \\\"b c\\\" D e: \\\"f\\\" g=1\" src=192.0.2.1", "p.msg",
		"a: \"b c\" D e: \"f\" g=1"},
	    {"backslash at the end", "kv", "path=\"C:\\d\\\" user=\"x\"",
		"p.path", "C:\\d\\"},
	    {"bare", "kv", "a=1 b=2", "p.b", "2"},
	    {"mapped", "kv", "src=192.0.2.1 spt=5", "source.ip", "192.0.2.1"},
	    {"to two fields", "kv", "two=x", "user.id", "x"},
	    {"dropped", "kv", "gone=x a=1", "p.gone", ""},
	    {"quoted", "kv", "a=\"x y\" b=2", "p.a", "x y"},
	    {"single quotes", "kv", "a='x y' b=2", "p.a", "x y"},
	    {"escaped quote", "kv", "a=\"x \\\"y\\\"\" b=2", "p.a",
		"x \"y\""},
	    {"backslash before the end", "kv", "a=\"C:\\\\\" b=2", "p.b",
		"2"},
	    {"path not escaped", "kv", "a=\"C:\\\" b=2", "p.b", "2"},
	    {"open quote", "kv", "a=\"x b=2", "p.b", "2"},
	    {"empty value is no field", "kv", "a= b=2", "p.a", ""},
	    {"words between", "kv", "DF a=1 ACK b=2", "p.b", "2"},
	    {"comma", "kv", "a=1,b=x y,c=3", "p.b", "x y"},
	    {"comma and blank", "kv", "a=1, b=2, c=3", "p.b", "2"},
	    {"semicolon", "kv", "a=x y;b=2", "p.a", "x y"},
	    {"bar", "kv", "a=1|b=2", "p.b", "2"},
	    {"comma and blanks", "kv", "a=1,   b=2", "p.b", "2"},
	    {"blanks and no pair", "kv", "a=1     x,  b=2", "p.a", "1     x"},
	    {"comma in a value", "kv", "a=1,2 b=3", "p.a", "1,2"},
	    {"spaces", "{format: kv, spaces: true}", "a=x y z b=2", "p.a",
		"x y z"},
	    {"colon", "{format: kv, assign: ':', separator: ','}",
		"Key One: x y, Two: 2", "p.Key One", "x y"},
	    {"prefix", "{format: kv, prefix: 'q.'}", "a=1", "q.a", "1"},
	    {"behind a text", "{format: kv, starts: '--'}", "a=0 -- b=1",
		"p.a", ""},
	    {"repeated key", "kv", "a=1 a=2", "p.a", "1,2"},
	    {"name with blanks", "{format: kv, spaces: true, separator: ' '}",
		"a=CN=alice B, OU=IT b=2", "p.a", "CN=alice B, OU=IT"},
	    {"escaped sign", "kv", "a=x\\=y b=2", "p.a", "x=y"},
	    {"escaped sign in a list", "kv", "a=cn\\=x,o\\=y|b=2", "p.a",
		"cn=x,o=y"},
	    {"escaped separator", "kv", "a=x\\;y;b=2", "p.a", "x;y"},
	    {"escaped separator, the next", "kv", "a=x\\;y;b=2", "p.b", "2"},
	    {"escaped comma", "kv", "a=1, b=x\\, y\\, z, c=2", "p.b",
		"x, y, z"},
	    {"backslash before a pair", "kv", "a=C:\\;b=2", "p.a", "C:\\"},
	    {"two backslashes", "kv", "a=1;b=x\\\\;y;c=2", "p.b", "x\\\\"},
	    {"only a backslash", "kv", "a=1;b=\\", "p.b", "\\"},
	    {"only escapes", "kv", "a=\\=\\=\\; b=2", "p.a", "==\\"},
	    {"other backslashes", "kv", "a=C:\\new\\dir b=2", "p.a",
		"C:\\new\\dir"},
	    {"comma behind the last", "{format: kv, spaces: true}",
		"a=x y, b=z w,", "p.b", "z w"},
	    {"blank and commas behind the last",
		"{format: kv, spaces: true, separator: ' '}",
		"a=x y , b=z w ,,", "p.b", "z w"},
	    {"line ends as rsyslog writes them", "kv",
		"a=1#012b=2#015#012c=3#011d=4", "p.c", "3"},
	    {"one at the end", "kv", "a=1,b=2#012", "p.b", "2"},
	    {"one before the first", "kv", "#012a=1 b=2", "p.a", "1"},
	    {"one in a value", "kv", "a=x#012y b=2", "p.a", "x#012y"},
	    {"a colour", "kv", "a=#012345 b=2", "p.a", "#012345"},
	    {"cut", "kv", "a=1 b=2#01", "p.b", "2#01"},
	};

	(void)state;
	run_rows(rows, sizeof(rows) / sizeof(*rows));
}

/* What any product may write (`loose`), and what a sentence does not. */
static void
test_loose_kv(void **state)
{
	static const struct row rows[] = {
	    {"blanks around the sign", "{format: kv, loose: true}",
		"user = \"x\", src = 192.0.2.1 , b = y z", "p.b", "y z"},
	    {"blanks around the sign, address", "{format: kv, loose: true}",
		"user = \"x\", src = 192.0.2.1 , b = y", "source.ip",
		"192.0.2.1"},
	    {"blanks part, too", "{format: kv, loose: true}",
		"a = x b = y c = z", "p.b", "y"},
	    {"not of a product's own", "kv", "a = x b = y", "p.b", ""},
	    {"a sentence with signs", "{format: kv, loose: true}",
		"where spt = 1 and src = 192.0.2.1", "source.ip", ""},
	    {"arrows", "{format: kv, loose: true}", "a=>x, src=>192.0.2.1",
		"source.ip", "192.0.2.1"},
	    {"arrows between blanks", "{format: kv, loose: true}",
		"start src => \"192.0.2.1\", b => y", "source.ip",
		"192.0.2.1"},
	    {"square brackets", "{format: kv, loose: true}",
		"[a=x][b=y z][c=1]", "p.b", "y z"},
	    {"round brackets", "{format: kv, loose: true}",
		"failed (a=x, src=192.0.2.1).", "source.ip", "192.0.2.1"},
	    {"a remark", "{format: kv, loose: true}", "opened by (uid=0) a=1",
		"p.uid", ""},
	    {"a bracket of the value's own", "{format: kv, loose: true}",
		"a=f(x) b=1", "p.a", "f(x)"},
	    {"words before", "{format: kv, loose: true}",
		"[W] closed for src=192.0.2.1; b=x y", "source.ip",
		"192.0.2.1"},
	    {"words before, the second", "{format: kv, loose: true}",
		"[W] closed for src=192.0.2.1; b=x y", "p.b", "x y"},
	    {"bars before", "{format: kv, loose: true}",
		"AUTH|FAIL|a=x|b=y z", "p.b", "y z"},
	    {"an unknown key has its words", "{format: kv, loose: true}",
		"Card Holder = x, b = y", "p.Card Holder", "x"},
	    {"a colon is no pair's", "{format: kv, loose: true}",
		"Denied: a = x, b = y", "p.a", "x"},
	    {"a key of two words", "{format: kv, loose: true}",
		"zone x sp t=5 b=y", "source.port", "5"},
	    {"two words that are no key", "{format: kv, loose: true}",
		"client a=5 b=y", "p.a", "5"},
	    {"port behind a slash", "kv", "src=192.0.2.1/5555", "source.port",
		"5555"},
	    {"network", "kv", "src=192.0.2.1/24", "source.ip", ""},
	    {"blanks before colons",
		"{format: kv, assign: ':', spaces: true, loose: true}",
		"a : x y ; src : 192.0.2.1 ; b : z", "source.ip",
		"192.0.2.1"},
	};

	(void)state;
	run_rows(rows, sizeof(rows) / sizeof(*rows));
}

static void
test_cef_leef(void **state)
{
	static const struct row rows[] = {
	    {"name", "cef", "CEF:0|V|P|1|77|A\\|B|5|src=192.0.2.1",
		"p.cef.name", "A|B"},
	    {"extension", "cef", "CEF:0|V|P|1|77|A|5|msg=x y z src=192.0.2.1",
		"p.msg", "x y z"},
	    {"escaped sign", "cef", "CEF:0|V|P|1|77|A|5|msg=a\\=b c=d", "p.msg",
		"a=b"},
	    {"label", "cef", "CEF:0|V|P|1|77|A|5|cs1=x cs1Label=Policy",
		"p.Policy", "x"},
	    {"no extension", "cef", "CEF:0|V|P|1|77|A|5|", "p.cef.severity",
		"5"},
	    {"new line", "cef", "CEF:0|V|P|1|77|A|5|msg=a\\nb", "p.msg",
		"a\nb"},
	    {"blanks before the signs", "cef",
		"CEF:0|V|P|1|77|A|5|src = 192.0.2.1 msg = x y c = 1",
		"p.msg", "x y"},
	    {"and none before some", "cef",
		"CEF:0|V|P|1|77|A|5|a = x b=y c = z",
		"p.b", "y"},
	    {"a sign between blanks in a value", "cef",
		"CEF:0|V|P|1|77|A|5|a=x y = z b=1",
		"p.a", "x y = z"},
	    {"quotation marks", "cef",
		"CEF:0|V|P|1|77|A|5|src=\"192.0.2.1\" msg=\"x y\" c=\"1\"",
		"p.msg", "x y"},
	    {"a quoted value among others", "cef",
		"CEF:0|V|P|1|77|A|5|src=192.0.2.1 msg=\"x\"", "p.msg",
		"\"x\""},
	    {"name without blanks", "cef",
		"CEF:0|V|P|1|77|A|5|a=CN=alice,OU=IT,DC=example b=1",
		"p.a", "CN=alice,OU=IT,DC=example"},
	    {"name with blanks", "cef",
		"CEF:0|V|P|1|77|A|5|a=CN=alice B, OU=IT, DC=example, DC=org b=1",
		"p.a", "CN=alice B, OU=IT, DC=example, DC=org"},
	    {"what follows a name", "cef",
		"CEF:0|V|P|1|77|A|5|a=CN=alice B, OU=IT, DC=example, DC=org b=1",
		"p.b", "1"},
	    {"name behind a word", "cef",
		"CEF:0|V|P|1|77|A|5|a=for: CN=alice, ou=IT b=1",
		"p.a", "for: CN=alice, ou=IT"},
	    {"name of a directory", "cef",
		"CEF:0|V|P|1|77|A|5|a=uid=alice, ou=people, dc=example b=1",
		"p.a", "uid=alice, ou=people, dc=example"},
	    {"a part that is none", "cef",
		"CEF:0|V|P|1|77|A|5|a=x CN=y b=1",
		"p.CN", "y"},
	    {"a comma before a key", "cef",
		"CEF:0|V|P|1|77|A|5|a=x, uid=5 b=1",
		"p.uid", "5"},
	    {"the part of a name at the end", "cef",
		"CEF:0|V|P|1|77|A|5|a=x, OU=",
		"p.a", "x,"},
	    {"query not escaped", "cef",
		"CEF:0|V|P|1|77|A|5|request=http://a.example/?x=1&y=2 b=1",
		"p.request", "http://a.example/?x=1&y=2"},
	    {"nothing but a sign", "cef",
		"CEF:0|V|P|1|77|A|5|=",
		"p.cef.severity", "5"},
	    {"nothing but blanks and signs", "cef",
		"CEF:0|V|P|1|77|A|5| = = = ",
		"p.cef.severity", "5"},
	    {"name with blanks in LEEF", "leef",
		"LEEF:1.0|V|P|1|77|a=CN=alice B, OU=IT, DC=example, DC=org\tb=1",
		"p.a", "CN=alice B, OU=IT, DC=example, DC=org"},
	    {"and without its tabs", "leef",
		"LEEF:1.0|V|P|1|77|a=CN=alice B, OU=IT, DC=example, DC=org b=1",
		"p.a", "CN=alice B, OU=IT, DC=example, DC=org"},
	    {"blanks before the signs of LEEF", "leef",
		"LEEF:1.0|V|P|1|77|a = x\tb = y",
		"p.b", "y"},
	    {"query in LEEF", "leef",
		"LEEF:1.0|V|P|1|77|url=http://a.example/?x=1&y=2 b=1",
		"p.url", "http://a.example/?x=1&y=2"},
	    {"tabs", "leef", "LEEF:1.0|V|P|1|77|src=192.0.2.1\tmsg=a b",
		"p.msg", "a b"},
	    {"tabs as rsyslog writes them", "leef",
		"LEEF:1.0|V|P|1|77|src=192.0.2.1#011msg=a b#011c=1", "p.msg",
		"a b"},
	    {"own delimiter", "leef", "LEEF:2.0|V|P|1|77|^|a=1^b=2 3", "p.b",
		"2 3"},
	    {"carets in version 1", "leef", "LEEF:1.0|V|P|1|77|a=1^b=2 3^c=4",
		"p.b", "2 3"},
	    {"a caret in a value", "leef", "LEEF:1.0|V|P|1|77|a=1^2 b=3",
		"p.a", "1^2"},
	    {"delimiter as code", "leef", "LEEF:2.0|V|P|1|77|x5E|a=1^b=2",
		"p.b", "2"},
	    {"event id", "leef", "LEEF:1.0|V|P|1|77|a=1", "p.leef.event_id",
		"77"},
	    {"label of LEEF", "leef", "LEEF:1.0|V|P|1|77|cn1Label=Risk score\t"
		"cn1=77", "p.Risk score", "77"},
	    {"time as its format says", "leef", "LEEF:1.0|V|P|1|77|"
		"devTime=11/12/2026 09:59:58\tdevTimeFormat="
		"dd/MM/yyyy HH:mm:ss", "p.devTime", "2026-12-11 09:59:58.000"},
	    {"time, the other way", "leef", "LEEF:1.0|V|P|1|77|devTimeFormat="
		"MM-dd-yyyy HH:mm:ss.SSS\tdevTime=11-12-2026 09:59:58.5",
		"p.devTime", "11-12-2026 09:59:58.5"},
	    {"time, the other way in full", "leef", "LEEF:1.0|V|P|1|77|"
		"devTimeFormat=MM-dd-yyyy HH:mm:ss.SSS\tdevTime="
		"11-12-2026 09:59:58.500", "p.devTime",
		"2026-11-12 09:59:58.500"},
	    {"time that says itself", "leef", "LEEF:1.0|V|P|1|77|devTime="
		"Nov 27 2026 09:59:58 CET\tdevTimeFormat=MMM dd yyyy "
		"HH:mm:ss z", "p.devTime", "Nov 27 2026 09:59:58 CET"},
	};

	(void)state;
	run_rows(rows, sizeof(rows) / sizeof(*rows));
}

static void
test_csv_xml(void **state)
{
	static const struct row rows[] = {
	    {"columns", "{format: csv, columns: [a, ~, b]}", "1,2,3", "p.b",
		"3"},
	    {"quotes", "{format: csv, columns: [a, b]}", "\"x,\"\"y\",2",
		"p.a", "x,\"y"},
	    {"chosen", "{format: csv, columns: {by: 2, T: [a, k, t], "
		"U: [a, k, u]}}", "1,U,3", "p.u", "3"},
	    {"attribute", "xml", "<R><A x=\"1\"/><B>t&amp;u</B></R>", "p.A.x",
		"1"},
	    {"text", "xml", "<R><A x=\"1\"/><B>t&amp;u&#65;</B></R>", "p.B",
		"t&uA"},
	    {"list", "xml", "<R><A x=\"1\"/><A x=\"2\"/></R>", "p.A.x",
		"1,2"},
	    {"no DTD", "xml", "<!DOCTYPE x><R><A x=\"1\"/></R>", "p.A.x", ""},
	    {"Windows", "windows", "<Event><System><EventID>4625</EventID>"
		"</System><EventData><Data Name='TargetUserName'>ann</Data>"
		"</EventData></Event>", "p.TargetUserName", "ann"},
	    {"Windows id", "windows", "<Event><System><EventID>4625</EventID>"
		"</System></Event>", "p.EventID", "4625"},
	};

	(void)state;
	run_rows(rows, sizeof(rows) / sizeof(*rows));
}

static void
test_json(void **state)
{
	static const struct row rows[] = {
	    {"text", "json", "{\"a\": \"x\"}", "p.a", "x"},
	    {"nested", "json", "{\"a\": {\"b\": {\"c\": 5}}}", "p.a.b.c", "5"},
	    {"flat key wins", "json", "{\"a\": {\"b\": 1}, \"a.b\": 2}",
		"p.a.b", "2"},
	    {"list", "json", "{\"a\": [1, 2, \"x\"]}", "p.a", "1,2,x"},
	    {"list of objects", "json", "{\"a\": [{\"b\": 1}, {\"b\": 2}]}",
		"p.a.b", "1,2"},
	    {"escapes", "json", "{\"a\": \"x\\n\\u00e9\\\"\\ud83d\\ude00\"}",
		"p.a", "x\n\xc3\xa9\"\xf0\x9f\x98\x80"},
	    {"lone surrogate", "json", "{\"a\": \"\\ud83d!\"}", "p.a",
		"\xef\xbf\xbd!"},
	    {"null is no field", "json", "{\"a\": null, \"b\": 1}", "p.a", ""},
	    {"broken null", "json", "{\"a\": 1, \"b\": [{\"c\": nul}]}", "p.a",
		"1"},
	    {"bool", "json", "{\"a\": true}", "p.a", "true"},
	    {"mapped", "json", "{\"src\": \"192.0.2.1\"}", "source.ip",
		"192.0.2.1"},
	    {"text before", "json", "note: {\"a\": 1}", "p.a", "1"},
	    {"list of one", "json", "[ {\"a\": 1} ]", "p.a", "1"},
	    {"list of two, the first", "json", "[{\"a\": 1},{\"a\": 2}]",
		"p.a", "1"},
	    {"bad UTF-8", "json", "{\"a\": \"\xff\"}", "p.a",
		"\xef\xbf\xbd"},
	    {"sibling after nested", "json",
		"{\"a\": {\"b\": {\"x\": 1}, \"c\": 2}, \"d\": {\"e\": 3}}",
		"p.a.c", "2"},
	};

	(void)state;
	run_rows(rows, sizeof(rows) / sizeof(*rows));
}

static void
test_limits(void **state)
{
	struct fixture f = load_decode("json");
	struct buf line;

	(void)state;
	buf_init(&line, (size_t)1024 * 1024);
	buf_add(&line, STR("<13>Nov 24 09:59:00 h p: {\"x\":1"));
	for (int i = 0; i < 600; i++)
		buf_printf(&line, ",\"k%d\":%d", i, i);
	buf_add(&line, STR("}"));
	buf_add_char(&line, '\0');
	feed(&f, line.p);
	expect(&f, "vigie.reason", "decode-limit");
	expect(&f, "p.k10", "10");
	expect(&f, "p.k590", "");
	buf_clear(&line);
	buf_add(&line, STR("<13>Nov 24 09:59:00 h p: {\"y\":1,\"a\":"));
	for (int i = 0; i < 60; i++)
		buf_add(&line, STR("{\"a\":"));
	buf_add(&line, STR("1"));
	for (int i = 0; i < 61; i++)
		buf_add(&line, STR("}"));
	buf_add_char(&line, '\0');
	feed(&f, line.p);
	expect(&f, "vigie.reason", "decode-limit");
	expect(&f, "p.y", "1");
	buf_fini(&line);
	drop(&f);
}

static void
test_object(void **state)
{
	struct fixture f = load_decode("json");
	struct origin origin = {.received = ARRIVAL, .member = &f.member};

	(void)state;
	assert_true(normalise_json(f.n, f.ev, STR("{"
	    "\"source.ip\":\"192.0.2.1\",\"EventID\":4625,\"Empty\":\"\",\"UtcTime\":"
	    "\"2026-11-24 09:59:00.000\",\"Null\":null}"), &origin,
	    (struct logsource){0}));
	expect(&f, "source.ip", "192.0.2.1");
	expect(&f, "EventID", "4625");
	assert_true(f.ev->time == ARRIVAL - MINUTE);
	assert_int_equal(f.ev->count, 5);
	assert_false(normalise_json(f.n, f.ev, STR("[1]"), &origin,
	    (struct logsource){0}));
	expect(&f, "vigie.reason", "bad-json");
	assert_false(normalise_json(f.n, f.ev, STR("{\"a\":1"), &origin,
	    (struct logsource){0}));
	drop(&f);
}

/* An escape wherever it can stand in blocks of sixteen bytes, in a key and in
 * its value. */
static void
test_json_escapes(void **state)
{
	static const struct {
		const char *escape, *means;
	} rows[] = {
	    {"\\\\", "\\"},	    {"\\\"", "\""},	  {"\\/", "/"},
	    {"\\u00e9", "\xc3\xa9"}, {"\\t\\t", "\t\t"}, {"", ""},
	};
	struct fixture f = load_decode("json");

	(void)state;
	for (size_t r = 0; r < sizeof(rows) / sizeof(*rows); r++) {
		for (int before = 0; before < 36; before++) {
			int behind = (before * 7 + (int)r) % 34;
			char line[400], want[128];

			(void)snprintf(line, sizeof(line),
			    "<13>Nov 24 09:59:00 h p: {\"k%s%0*d\": 1, "
			    "\"v\": \"%0*d%s%0*d\"}", rows[r].escape,
			    before + 1, 0, before + 1, 0, rows[r].escape,
			    behind + 1, 0);
			(void)snprintf(want, sizeof(want), "%0*d%s%0*d",
			    before + 1, 0, rows[r].means, behind + 1, 0);
			feed(&f, line);
			assert_true(str_eq(values(&f, "p.v"), str_from(want)));
			(void)snprintf(want, sizeof(want), "p.k%s%0*d",
			    rows[r].means, before + 1, 0);
			assert_true(str_eq(values(&f, want), STR("1")));
		}
	}
	drop(&f);
}

/* More keys than are remembered: what they become stays the same. */
static void
test_many_keys(void **state)
{
	struct fixture f = load_decode("json");
	struct buf line;

	(void)state;
	buf_init(&line, 65536);
	for (unsigned i = 0; i < 60; i++) {
		char name[40], want[16];

		buf_clear(&line);
		buf_add(&line, STR("<13>Nov 24 09:59:00 h p: {\"src\":"
				   "\"192.0.2.1\""));
		for (unsigned k = 0; k < 500; k++)
			buf_printf(&line, ",\"k%u\":%u", i * 500 + k, k);
		buf_add(&line, STR(",\"twice\":1,\"twice\":2}"));
		buf_add_char(&line, '\0');
		feed(&f, line.p);
		expect(&f, "source.ip", "192.0.2.1");
		expect(&f, "p.twice", "1,2");
		snprintf(name, sizeof(name), "p.k%u", i * 500 + 499);
		snprintf(want, sizeof(want), "%u", 499u);
		expect(&f, name, want);
	}
	buf_fini(&line);
	drop(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_kv),
	    cmocka_unit_test(test_loose_kv),
	    cmocka_unit_test(test_cef_leef),
	    cmocka_unit_test(test_csv_xml),
	    cmocka_unit_test(test_json),
	    cmocka_unit_test(test_limits),
	    cmocka_unit_test(test_object),
	    cmocka_unit_test(test_json_escapes),
	    cmocka_unit_test(test_many_keys),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
