/* What a field takes of a text. */
#include "tests/unit/pack_fixture.h"

/* Of two addresses for one field the later has both of its names; a date that
 * cannot be read is none. */
static void
test_again(void **state)
{
	struct fixture f = load_pack("pack: a\nselect: {program: a}\n"
	    "decode: kv\nfields: {c: source.ip, s: source.ip, "
	    "t: event.start}\n");

	(void)state;
	feed(&f, "<13>Nov 24 09:59:00 h a: c=192.0.2.1 s=192.0.2.2 t=noon");
	expect(&f, "source.ip", "192.0.2.2");
	expect(&f, "source.address", "192.0.2.2");
	expect(&f, "event.start", "");
	feed(&f, "<13>Nov 24 09:59:00 h a: c=gw.example s=192.0.2.2");
	expect(&f, "source.ip", "192.0.2.2");
	expect(&f, "source.address", "gw.example");
	drop(&f);
}

/* A user with the domain before the name. */
static void
test_users(void **state)
{
	static const struct field_row rows[] = {
	    {"name", "<13>a: u=HOSP\\jdoe", "user.name", "jdoe"},
	    {"domain", "<13>a: u=HOSP\\jdoe", "user.domain", "HOSP"},
	    {"two signs", "<13>a: u=HOSP\\\\jdoe", "user.name", "jdoe"},
	    {"a domain with dots", "<13>a: u=hosp.example\\jdoe", "user.domain",
		"hosp.example"},
	    {"this computer", "<13>a: u=.\\jdoe", "user.name", "jdoe"},
	    {"it has no name", "<13>a: u=.\\jdoe", "user.domain", ""},
	    {"the name says it better", "<13>a: d=OTHER u=HOSP\\jdoe",
		"user.domain", "HOSP"},
	    {"unless it comes later", "<13>a: u=HOSP\\jdoe d=OTHER",
		"user.domain", "OTHER"},
	    {"no name behind", "<13>a: u=HOSP\\", "user.name", "HOSP\\"},
	    {"a directory's comma", "<13>a: u=Doe\\,Jane", "user.name",
		"Doe\\,Jane"},
	    {"a path", "<13>a: u=C:\\a\\b", "user.name", "C:\\a\\b"},
	    {"nobody", "<13>a: u=N/A", "user.name", ""},
	    {"nobody of C", "<13>a: u=(null)", "user.name", ""},
	    {"no domain", "<13>a: u=jdoe@hosp.example", "user.name",
		"jdoe@hosp.example"},
	};

	(void)state;
	expect_rows("pack: a\nselect: {program: a}\ndecode: kv\n"
	    "fields: {u: user.name, d: user.domain}\n",
	    rows, sizeof(rows) / sizeof(*rows));
}

/* How long, in nanoseconds. */
static void
test_durations(void **state)
{
	static const struct field_row rows[] = {
	    {"nanoseconds", "<13>a: t=12", "event.duration", "12"},
	    {"clock", "<13>a: t=0:07:01", "event.duration", "421000000000"},
	    {"many hours", "<13>a: t=92:24:20", "event.duration",
		"332660000000000"},
	    {"clock with a fraction", "<13>a: t=00:00:01.5", "event.duration",
		"1500000000"},
	    {"days before a clock", "<13>a: t=\"2d 03:04:05\"",
		"event.duration", "183845000000000"},
	    {"Cisco's", "<13>a: t=0h:32m:16s", "event.duration",
		"1936000000000"},
	    {"seconds", "<13>a: t=0.076967s", "event.duration", "76967000"},
	    {"milliseconds", "<13>a: t=\"350 ms\"", "event.duration",
		"350000000"},
	    {"words", "<13>a: t=\"1 hour, 2 minutes\"", "event.duration",
		"3720000000000"},
	    {"no such minute", "<13>a: t=0:61:00", "event.duration", ""},
	    {"no unit", "<13>a: t=1.5x", "event.duration", ""},
	    {"half a clock", "<13>a: t=1:2", "event.duration", ""},
	    {"text", "<13>a: t=long", "event.duration", ""},
	    {"too long", "<13>a: t=999999999999d", "event.duration", ""},
	};

	(void)state;
	expect_rows("pack: a\nselect: {program: a}\ndecode: kv\n"
	    "fields: {t: event.duration}\n",
	    rows, sizeof(rows) / sizeof(*rows));
}

/* What other fields say. */
static void
test_implied(void **state)
{
	static const struct field_row rows[] = {
	    {"number", "<13>a: p=UDP", "network.iana_number", "17"},
	    {"no such protocol", "<13>a: p=x", "network.iana_number", ""},
	    {"type", "<13>a: p=tcp s=192.0.2.1", "network.type", "ipv4"},
	    {"type of IPv6", "<13>a: s=2001:db8::1 d=2001:db8::2",
		"network.type", "ipv6"},
	    {"an address alone is no traffic", "<13>a: s=192.0.2.1",
		"network.type", ""},
	    {"sum", "<13>a: sb=3 db=4", "network.bytes", "7"},
	    {"half of it is none", "<13>a: sb=3", "network.bytes", ""},
	    {"what is set stays", "<13>a: sb=3 db=4 nb=9", "network.bytes",
		"9"},
	    {"end", "<13>a: b=2026-11-24T10:00:00Z t=5s", "event.end",
		"2026-11-24T10:00:05.000Z"},
	    {"beginning", "<13>a: e=2026-11-24T10:00:05Z t=5s", "event.start",
		"2026-11-24T10:00:00.000Z"},
	    {"duration", "<13>a: b=2026-11-24T10:00:00Z e=2026-11-24T10:00:05Z",
		"event.duration", "5000000000"},
	    {"the end came first", "<13>a: e=2026-11-24T10:00:00Z "
		"b=2026-11-24T10:00:05Z", "event.duration", ""},
	};

	(void)state;
	expect_rows("pack: a\nselect: {program: a}\ndecode: kv\n"
	    "fields: {t: event.duration, b: event.start, e: event.end, "
	    "p: network.transport, s: source.ip, d: destination.ip, "
	    "sb: source.bytes, db: destination.bytes, nb: network.bytes}\n",
	    rows, sizeof(rows) / sizeof(*rows));
}

/* MAC addresses, however they are written. */
static void
test_macs(void **state)
{
	static const struct field_row rows[] = {
	    {"colons", "<13>a: m=00:00:5e:00:53:0a", "source.mac",
		"00-00-5E-00-53-0A"},
	    {"dashes", "<13>a: m=00-00-5e-00-53-0a", "source.mac",
		"00-00-5E-00-53-0A"},
	    {"as it has to be", "<13>a: m=00-00-5E-00-53-0A", "source.mac",
		"00-00-5E-00-53-0A"},
	    {"Cisco's", "<13>a: m=0000.5e00.530a", "source.mac",
		"00-00-5E-00-53-0A"},
	    {"Huawei's", "<13>a: m=0000-5e00-530a", "source.mac",
		"00-00-5E-00-53-0A"},
	    {"no signs", "<13>a: m=00005e00530a", "source.mac",
		"00-00-5E-00-53-0A"},
	    {"no zeros", "<13>a: m=0:0:5e:0:53:a", "source.mac",
		"00-00-5E-00-53-0A"},
	    {"two signs", "<13>a: m=00:00-5e:00:53:0a", "source.mac",
		"00:00-5e:00:53:0a"},
	    {"too short", "<13>a: m=00:00:5e:00:53", "source.mac",
		"00:00:5e:00:53"},
	    {"an empty group", "<13>a: m=00:00::5e:00:53", "source.mac",
		"00:00::5e:00:53"},
	    {"no digits", "<13>a: m=gateway-of-x", "source.mac",
		"gateway-of-x"},
	    {"four and two", "<13>a: m=0000.5e00.53", "source.mac",
		"0000.5e00.53"},
	};

	(void)state;
	expect_rows("pack: a\nselect: {program: a}\ndecode: kv\n"
	    "fields: {m: source.mac}\n",
	    rows, sizeof(rows) / sizeof(*rows));
}

/* An address with what stands beside it. */
static void
test_addresses(void **state)
{
	static const struct field_row rows[] = {
	    {"port", "<13>a: c=192.0.2.1:443", "source.port", "443"},
	    {"its address", "<13>a: c=192.0.2.1:443", "source.ip",
		"192.0.2.1"},
	    {"also as address", "<13>a: c=192.0.2.1:443", "source.address",
		"192.0.2.1"},
	    {"v6 and port", "<13>a: c=[2001:db8::1]:443", "source.port",
		"443"},
	    {"v6 of that", "<13>a: c=[2001:db8::1]:443", "source.ip",
		"2001:db8::1"},
	    {"v6 alone", "<13>a: c=2001:db8::1:443", "source.ip",
		"2001:db8::1:443"},
	    {"v6 uncompressed", "<13>a: c=2001:0DB8:0:0:0:0:0:1", "source.ip",
		"2001:db8::1"},
	    {"also as address", "<13>a: c=2001:0DB8:0:0:0:0:0:1",
		"source.address", "2001:db8::1"},
	    {"v6 with zeros before", "<13>a: c=2001:db8:1:2:3:4:5:0006",
		"source.ip", "2001:db8:1:2:3:4:5:6"},
	    {"v6 in full", "<13>a: c=2001:db8:1:2:3:4:5:6", "source.ip",
		"2001:db8:1:2:3:4:5:6"},
	    {"v6 with a zero group", "<13>a: c=2001:db8:1:2:0:4:5:6",
		"source.ip", "2001:db8:1:2:0:4:5:6"},
	    {"v6 that left out one group", "<13>a: c=2001:db8:1:2::4:5:6",
		"source.ip", "2001:db8:1:2:0:4:5:6"},
	    {"v6 that left out the shorter", "<13>a: c=2001:db8::1:0:0:0:1",
		"source.ip", "2001:db8:0:1::1"},
	    {"v6 that ends in nothing", "<13>a: c=2001:DB8::", "source.ip",
		"2001:db8::"},
	    {"v6 with a zone", "<13>a: c=FE80::1%eth0", "source.ip",
		"fe80::1"},
	    {"v6 in brackets", "<13>a: c=[2001:DB8::A]:443", "source.ip",
		"2001:db8::a"},
	    {"v4 in v6", "<13>a: c=::ffff:192.0.2.1", "source.ip",
		"192.0.2.1"},
	    {"v4 in v6, in full", "<13>a: c=0:0:0:0:0:FFFF:192.0.2.1",
		"source.ip", "192.0.2.1"},
	    {"v4 in v6, in groups", "<13>a: c=::ffff:c000:0201",
		"source.ip", "192.0.2.1"},
	    {"of another field", "<13>a: h=2001:DB8::1", "host.ip",
		"2001:db8::1"},
	    {"of an address", "<13>a: d=2001:DB8::1", "destination.ip",
		"2001:db8::1"},
	    {"and the address as it stands", "<13>a: d=2001:DB8::1",
		"destination.address", "2001:DB8::1"},
	    {"no v6", "<13>a: c=2001:DB8:1", "source.ip", ""},
	    {"no v6 but as it stands", "<13>a: c=2001:DB8:1",
		"source.address", "2001:DB8:1"},
	    {"a port that is known", "<13>a: p=80 c=192.0.2.1:443",
		"source.port", "80"},
	    {"a chain", "<13>a: c=\"192.0.2.1, 198.51.100.2\"", "source.ip",
		"192.0.2.1"},
	    {"a name", "<13>a: c=gw.example:443", "source.address",
		"gw.example:443"},
	    {"no port", "<13>a: c=192.0.2.1:https", "source.ip", ""},
	    {"no port, too long", "<13>a: c=192.0.2.1:123456", "source.ip", ""},
	    {"another field", "<13>a: h=192.0.2.1:443", "host.ip", "192.0.2.1"},
	    {"a number in hexadecimal", "<13>a: p=0x1F4", "source.port", "500"},
	    {"no power of ten", "<13>a: p=0E70", "source.port", ""},
	    {"none with digits before", "<13>a: p=0012e5", "source.port", ""},
	    {"none with a sign before", "<13>a: p=-1E5", "source.port", ""},
	    {"a power of ten", "<13>a: p=1e+03", "source.port", "1e+03"},
	    {"one with a point", "<13>a: p=1.5E3", "source.port", "1.5E3"},
	    {"JSON's own", "<13>j: {\"p\":1E5}", "source.port", "1E5"},
	    {"JSON's, of the same key", "<13>j: {\"p\":7,\"q\":-2e3}",
		"source.packets", "-2e3"},
	    {"JSON's text", "<13>j: {\"p\":\"0E70\"}", "source.port", ""},
	    {"an open one", "<13>a: p=1E", "source.port", ""},
	    {"none", "<13>a: p=0x1G", "source.port", ""},
	    {"none either", "<13>a: p=0x", "source.port", ""},
	};

	(void)state;
	expect_rows("pack: a\nselect: {program: a}\ndecode: kv\n"
	    "fields: {c: source.ip, p: source.port, h: host.ip, "
	    "d: destination.address}\n---\n"
	    "pack: j\nselect: {program: j}\ndecode: json\n"
	    "fields: {p: source.port, q: source.packets}\n",
	    rows, sizeof(rows) / sizeof(*rows));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_again),
	    cmocka_unit_test(test_users),
	    cmocka_unit_test(test_macs),
	    cmocka_unit_test(test_durations),
	    cmocka_unit_test(test_implied),
	    cmocka_unit_test(test_addresses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
