/* Lines in a forwarder's object. */
#include "tests/unit/pack_fixture.h"

#include <stdio.h>

static const char packs[] =
    "pack: wrap\n"
    "envelope: wrap.line\n"
    "select: {header: json, contains: ['\"l\"']}\n"
    "decode: json\n"
    "fields: {l: wrap.line, h: host.name, p: process.name, t: '@timestamp', "
    "f: log.syslog.facility.code, s: log.syslog.severity.code}\n"
    "unparsed: parsed\n"
    "---\n"
    "pack: door\n"
    "select: {program: door}\n"
    "patterns: [{name: open, regex: '^open (?<user.name>\\w+)'}]\n"
    "---\n"
    "pack: gate\n"
    "select: {program: gate}\n"
    "patterns: [{name: dated, regex: '^2026\\S+ \\S+ (?<user.name>\\w+)'}]\n"
    "---\n"
    "pack: other\n"
    "generic: true\n"
    "select: {header: json, contains: ['{']}\n"
    "decode: {format: json, prefix: 'o.'}\n"
    "unparsed: parsed\n";

static void
test_header(void **state)
{
	static const struct {
		const char *line, *pack, *host, *relay, *pri;
	} rows[] = {
	    {"{\"l\":\"open anna\",\"h\":\"h1\",\"p\":\"door\",\"f\":10,\"s\":2}",
		"door", "h1", "", "82"},
	    /* Of the part that is not said, the outer header's. */
	    {"<30>Nov 24 10:00:00 r1 fw: {\"l\":\"open anna\",\"h\":\"h1\","
	     "\"p\":\"door\",\"s\":2}",
		"door", "h1", "r1", "26"},
	    {"<30>Nov 24 10:00:00 r1 fw: {\"l\":\"open anna\",\"p\":\"door\"}",
		"door", "r1", "", "30"},
	    /* A header in the line says it better. */
	    {"{\"l\":\"<85>Nov 24 09:00:00 h2 door[7]: open anna\\n\","
	     "\"h\":\"h1\",\"f\":1,\"s\":1}",
		"door", "h2", "h1", "85"},
	    {"{\"l\":\"<85>Nov 24 09:00:00 h2 door[7]: open anna\","
	     "\"h\":\"h2.example\",\"p\":\"tail\"}",
		"door", "h2", "h2.example", "85"},
	    {"{\"l\":\"<85>Nov 24 09:00:00 h2 door: open anna\","
	     "\"h\":\"h2.example\"}",
		"door", "h2", "", "85"},
	    /* A line without header that nobody knows: the object says more. */
	    {"{\"l\":\"shut anna\",\"h\":\"h1\",\"p\":\"lift\"}", "other",
		"", "", "13"},
	    /* Behind a program a date is text. */
	    {"{\"l\":\"2026-11-24 10:00:00 anna\",\"p\":\"gate\"}", "gate",
		"", "", "13"},
	    /* One in another, up to three. */
	    {"{\"l\":\"{\\\"l\\\":\\\"open anna\\\",\\\"p\\\":\\\"door\\\"}\","
	     "\"h\":\"h1\"}",
		"door", "h1", "", "13"},
	    /* No line: the object goes to others. */
	    {"{\"l\":\"\",\"p\":\"door\"}", "other", "", "", "13"},
	    {"{\"l\":[\"o\",\"p\"],\"p\":\"door\"}", "other", "", "", "13"},
	    /* The line's bytes, as journald writes what is not printable. */
	    {"{\"l\":[111,112,101,110,32,97,110,110,97],\"p\":\"door\"}",
		"door", "", "", "13"},
	    {"{\"h\":\"h1\",\"l\": [ 111, 112,101,110,32,97,110,110,97,\t10"
	     " ] ,\"p\":\"door\"}",
		"door", "h1", "", "13"},
	    {"{\"l\":[111,112,101,110,32,97,110,110,97,256],\"p\":\"door\"}",
		"other", "", "", "13"},
	    {"{\"l\":[111,112,101,110,32,97,110,110,97,-1],\"p\":\"door\"}",
		"other", "", "", "13"},
	    {"{\"l\":[111,112,101,110,32,97,110,110,97,\"x\"],"
	     "\"p\":\"door\"}",
		"other", "", "", "13"},
	    {"{\"l\":[],\"p\":\"door\"}", "other", "", "", "13"},
	    {"{\"l\":{\"a\":\"open anna\"},\"p\":\"door\"}", "other", "", "",
		"13"},
	};
	struct fixture f = load_pack(packs);

	(void)state;
	assert_non_null(f.packs);
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		bool opened = strcmp(rows[i].pack, "other") != 0;

		feed(&f, rows[i].line);
		expect(&f, "vigie.pack", rows[i].pack);
		expect(&f, "vigie.relay", rows[i].relay);
		expect(&f, "log.syslog.priority", rows[i].pri);
		expect(&f, "user.name", opened ? "anna" : "");
		expect(&f, "vigie.envelope", opened ? "wrap" : "");
		assert_int_equal(f.ev->parsed, opened);
		if (!opened)
			continue;
		expect(&f, "host.name", rows[i].host);
		if (strcmp(rows[i].pack, "door") == 0)
			expect(&f, "message", "open anna");
		expect(&f, "wrap.line", "");
	}
	drop(&f);
}

/* What has no end is not followed. */
static void
test_depth(void **state)
{
	struct fixture f = load_pack(packs);
	char line[512] = "open anna", next[512];

	(void)state;
	for (int depth = 1; depth <= 4; depth++) {
		size_t n = (size_t)snprintf(next, sizeof(next),
		    "{\"p\":\"door\",\"l\":\"");

		for (const char *p = line; *p != '\0'; p++) {
			if (*p == '"' || *p == '\\')
				next[n++] = '\\';
			next[n++] = *p;
		}
		snprintf(next + n, sizeof(next) - n, "\"}");
		memcpy(line, next, sizeof(line));
		feed(&f, line);
		assert_int_equal(f.ev->parsed, depth <= 3);
	}
	drop(&f);
}

/* Neither the line nor what stands beside it, nor where escapes hide a label;
 * nor what no envelope is. */
static void
test_patients(void **state)
{
	static const char *const lines[] = {
	    "{\"l\":\"patient_id=canary1\",\"p\":\"door\"}",
	    "{\"l\":\"open x\",\"p\":\"door\",\"r\":{\"resourceType\":\"AuditEvent\","
	    "\"entity\":[{\"what\":{\"reference\":\"Patient/canary\","
	    "\"display\":\"canary\"},\"name\":\"canary\","
	    "\"query\":\"canary\"}]}}",
	    "{\"l\":\"open x\",\"p\":\"door\",\"r\":{\"resourceType\":\"Patient\","
	    "\"id\":\"canary\",\"name\":[{\"family\":\"canary\"}]}}",
	    "{\"l\":\"open x\",\"p\":\"door\",\"a\":{\"patient\":{\"identifier\":"
	    "[{\"value\":\"canary1\"}],\"remarks\":\"canary\"}}}",
	    "{\"l\":{\"resourceType\":\"Patient\",\"id\":\"canary\","
	    "\"name\":[{\"family\":\"canary\"}]},\"p\":\"door\"}",
	    "{\"l\":\"a\\nmrn=canary1\\n\",\"p\":\"door\"}",
	    "{\"l\":\"a\\tpatientId=canary1\",\"p\":\"door\"}",
	    "{\"l\":\"patientName=M\\u00fcller-canary, b=1\",\"p\":\"door\"}",
	    "{\"l\":\"\\u0070atient_id=canary1\",\"p\":\"door\"}",
	    "{\"l\":\"MSH\\u007c^~\\u005c&\\u007cA\\rPID\\u007c1\\u007ccanary\","
	    "\"p\":\"door\"}",
	    "{\"a\":\"patientName=M\\u00fcller-canary, b=1\"}",
	    "{\"a\":\"\\u003cPatientID\\u003ecanary1\\u003c/PatientID\\u003e\"}",
	    "{\"a\":\"a\\tpatientId=canary1\"}",
	    "<13>h: <Data>&lt;PatientID&gt;canary1&lt;/PatientID&gt;</Data>",
	};
	struct fixture f = load_pack(packs);

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++)
		expect_no_canary(&f, lines[i]);
	/* A name of a field is a label too. */
	feed(&f, "{\"l\":\"open x\",\"p\":\"door\",\"matricule\":\"19850101123\"}");
	assert_true(str_has_prefix(values(&f, "wrap.matricule"),
	    STR("p:patient:")));
	drop(&f);
}

static void
test_mistakes(void **state)
{
	struct fixture f = load_pack("pack: wrap\n"
	    "envelope: wrap.line\nselect: {program: a}\n");

	(void)state;
	assert_null(f.packs);
	assert_int_equal(f.err.errors, 1);
	arena_free(f.arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_header),
	    cmocka_unit_test(test_depth),
	    cmocka_unit_test(test_patients),
	    cmocka_unit_test(test_mistakes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
