/* Audit messages in both forms: fields, traps, limits. */
#include "tests/unit/pack_fixture.h"

static const char pack[] = "pack: a\n"
			   "select: {msgid: 'IHE+RFC-3881'}\n"
			   "decode: dicom-audit\n";
static const char fhir_pack[] = "pack: a\nselect: {header: json}\n"
				"decode: fhir-audit\n";

#define HEAD "<85>1 2026-11-24T09:59:00Z h a 1 IHE+RFC-3881 - "
#define EVENT(attributes, inner)                                            \
	"<AuditMessage><EventIdentification " attributes ">" inner            \
	"</EventIdentification>"
#define USER(attributes) "<ActiveParticipant " attributes "/>"
#define PATIENT(id)                                                         \
	"<ParticipantObjectIdentification ParticipantObjectID='" id          \
	"' ParticipantObjectTypeCodeRole='1' ParticipantObjectTypeCode='1'/>"
#define END "</AuditMessage>"

static const struct field_row rows[] = {
    {"dicom spelling",
	HEAD EVENT("", "<EventID csd-code='110110' originalText='x'/>") END,
	"event.code", "110110"},
    {"rfc 3881 spelling",
	HEAD EVENT("", "<EventID code='110110' displayName='Record'/>") END,
	"atna.event_id.text", "Record"},
    {"byte order mark",
	HEAD "\xef\xbb\xbf<?xml version='1.0' encoding='UTF-8'?>" EVENT("",
	    "<EventID csd-code='1'/>") END, "event.code", "1"},
    {"name space",
	HEAD "<a:AuditMessage xmlns:a='urn:x'><a:EventIdentification "
	     "EventActionCode='C'/></a:AuditMessage>",
	"atna.action_code", "C"},
    {"two types",
	HEAD EVENT("", "<EventTypeCode code='1'/><EventTypeCode code='2'/>")
	    END, "atna.event_type.code", "1,2"},
    {"outcome text",
	HEAD EVENT("", "<EventOutcomeDescription>bad &amp; worse"
	    "</EventOutcomeDescription>") END,
	"event.reason", "bad & worse"},
    {"requestor",
	HEAD "<AuditMessage>" USER("UserID='p' UserIsRequestor='false'")
	    USER("UserIsRequestor='true' UserID='q'") END, "user.name", "q"},
    {"requestor, an account rather than a machine",
	HEAD "<AuditMessage>" USER("UserID='192.0.2.1' UserIsRequestor='true'")
	    USER("UserIsRequestor='true' UserID='q'") END, "user.name", "q"},
    {"nobody asked",
	HEAD "<AuditMessage>" USER("UserID='p' UserIsRequestor='false'") END,
	"user.name", ""},
    {"empty id",
	HEAD "<AuditMessage>" USER("UserID='' UserName='n'") END,
	"user.name", "n"},
    {"address",
	HEAD "<AuditMessage>" USER("UserID='p' NetworkAccessPointID='192.0.2.9'"
	    " NetworkAccessPointTypeCode='2'") END, "source.ip", "192.0.2.9"},
    {"name of a machine",
	HEAD "<AuditMessage>" USER("UserID='p' NetworkAccessPointID='ws1'"
	    " NetworkAccessPointTypeCode='1'") END, "source.address", "ws1"},
    {"a phone is no source",
	HEAD "<AuditMessage>" USER("UserID='p' NetworkAccessPointID='555'"
	    " NetworkAccessPointTypeCode='3'") END, "source.address", ""},
    {"patients are counted",
	HEAD "<AuditMessage>" PATIENT("1") PATIENT("2") PATIENT("3") END,
	"atna.patient_count", "3"},
    {"no patient", HEAD "<AuditMessage>" PATIENT("&lt;none&gt;") END,
	"atna.patient_ids", ""},
    {"thing",
	HEAD "<AuditMessage><ParticipantObjectIdentification "
	     "ParticipantObjectID='http://a.example/b?q=1' "
	     "ParticipantObjectTypeCode='2'/>" END,
	"atna.objects.id", "http://a.example/b"},
    {"lines and order",
	HEAD "<AuditMessage\n>\n<EventIdentification\n EventOutcomeIndicator="
	     "\"4\"\n EventActionCode=\"E\"\n/></AuditMessage>",
	"atna.outcome_code", "4"},
    {"seven decimals",
	HEAD EVENT("EventDateTime='2026-11-24T09:58:00.1234567Z'", "") END,
	"vigie.reason", ""},
    {"cut", HEAD "<AuditMessage>" USER("UserID='p'") "<ParticipantOb",
	"vigie.reason", "truncated"},
    {"cut, user kept", HEAD "<AuditMessage>" USER("UserID='p'") "<Part",
	"user.name", "p"},
    {"document type",
	HEAD "<!DOCTYPE a [<!ENTITY e 'x'>]><AuditMessage>" USER(
	    "UserID='&e;'") END, "vigie.reason", "doctype"},
    {"document type, nothing read",
	HEAD "<!DOCTYPE a [<!ENTITY e 'x'>]><AuditMessage>" USER(
	    "UserID='&e;'") END, "user.name", ""},
    {"other xml", HEAD "<a><b/></a>", "vigie.parsed", "false"},
};

static void
test_rows(void **state)
{
	(void)state;
	expect_rows(pack, rows, sizeof(rows) / sizeof(*rows));
}

static void
test_fhir(void **state)
{
	struct fixture f = load_pack(fhir_pack);

	(void)state;
	assert_non_null(f.packs);
	feed(&f, "<85>1 - h a - - - {\"resourceType\":\"AuditEvent\",\"type\":"
		 "{\"code\":\"rest\"},\"recorded\":\"2026-11-24T09:58:00Z\","
		 "\"outcome\":{\"code\":{\"code\":\"error\"}},\"agent\":[{"
		 "\"who\":{\"reference\":\"Practitioner/9\"},\"requestor\":true,"
		 "\"networkString\":\"192.0.2.4\"}],\"entity\":[{\"what\":{"
		 "\"reference\":\"Patient/7\",\"display\":\"Jane\"}}]}");
	expect(&f, "event.code", "rest");
	expect(&f, "atna.outcome_code", "8");
	expect(&f, "user.name", "Practitioner/9");
	expect(&f, "source.ip", "192.0.2.4");
	expect(&f, "atna.patient_count", "1");
	assert_true(str_find(f.ev->message, STR("Jane")) == SIZE_MAX);
	feed(&f, "<85>1 - h a - - - {\"resourceType\":\"Patient\"}");
	expect(&f, "vigie.parsed", "false");
	drop(&f);
}

/* No pack knows the message: what it says of patients goes all the same. */
static void
test_without_pack(void **state)
{
#define ENTITY                                                               \
	"{\"resourceType\":\"AuditEvent\",\"entity\":[{\"what\":{"            \
	"\"reference\":\"Patient/canary\",\"display\":\"canary\"}}]}"
	static const char *const behind[] = {
	    "<85>1 - h a - - - " ENTITY,
	    "<85>1 - h a - - - Log: " ENTITY,
	    "<85>1 - h a - - - CEF:0|a|b|1|2|c|3|msg=" ENTITY,
	};
	struct fixture f = load_pack("pack: a\nselect: {program: none}\n");

	(void)state;
	assert_non_null(f.packs);
	feed(&f, HEAD "<AuditMessage>" PATIENT("canary-1") END);
	assert_true(str_find(values(&f, "message"), STR("canary")) == SIZE_MAX);
	assert_true(str_find(f.ev->message, STR("canary")) == SIZE_MAX);
	for (size_t i = 0; i < sizeof(behind) / sizeof(*behind); i++) {
		feed(&f, behind[i]);
		assert_true(
		    str_find(values(&f, "message"), STR("canary")) == SIZE_MAX);
		assert_true(str_find(f.ev->message, STR("canary")) == SIZE_MAX);
	}
	feed(&f, "<13>x: patient 1985010112357 moved");
	assert_true(str_find(values(&f, "message"), STR("1985010112357")) == SIZE_MAX);
	assert_true(str_find(f.ev->message, STR("1985010112357")) == SIZE_MAX);
	drop(&f);
}

/* Digits that stand in the line as escapes. */
static void
test_escapes(void **state)
{
	struct fixture f = load_pack("pack: a\nselect: {header: json}\n"
				     "decode: {format: json, prefix: ''}\n");

	(void)state;
	assert_non_null(f.packs);
	feed(&f, "<13>x: {\"a\":\"\\u0031985010112357\"}");
	assert_true(str_has_prefix(values(&f, "a"), STR("p:patient:")));
	feed(&f, "<13>x: {\"a\":1985010112357}");
	assert_true(str_has_prefix(values(&f, "a"), STR("p:patient:")));
	drop(&f);
}

static void
test_many(void **state)
{
	struct fixture f = load_pack(pack);
	struct buf line;

	(void)state;
	buf_init(&line, SIZE_MAX);
	buf_add(&line, STR(HEAD "<AuditMessage>"));
	for (size_t i = 0; i < 2000; i++)
		buf_printf(&line, PATIENT("%zu"), i);
	buf_add_char(&line, '\0');
	feed(&f, line.p);
	expect(&f, "atna.patient_count", "512");
	expect(&f, "vigie.reason", "decode-limit");
	assert_true(str_find(f.ev->message, STR("'600'")) == SIZE_MAX);
	buf_clear(&line);
	buf_add(&line, STR(HEAD "<AuditMessage>"));
	for (size_t i = 0; i < 5000; i++)
		buf_add(&line, STR("<a>"));
	buf_add_char(&line, '\0');
	feed(&f, line.p);
	expect(&f, "vigie.parsed", "false");
	/* A tag as long as no tag is: what stands before it counts. */
	buf_clear(&line);
	buf_add(&line, STR(HEAD "<AuditMessage>" PATIENT("7") "<a"));
	for (size_t i = 0; i < 4000; i++)
		buf_printf(&line, " a%zu='77'", i);
	buf_add(&line, STR("/>" PATIENT("8") "</AuditMessage>"));
	buf_add_char(&line, '\0');
	feed(&f, line.p);
	expect(&f, "atna.patient_count", "1");
	expect(&f, "vigie.reason", "decode-limit");
	assert_true(str_find(f.ev->message, STR("'77'")) == SIZE_MAX);
	buf_fini(&line);
	drop(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rows),
	    cmocka_unit_test(test_fhir),
	    cmocka_unit_test(test_without_pack),
	    cmocka_unit_test(test_escapes),
	    cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
