/* Audit messages where no decoder of audit messages reads them. */
#include "engine/normalise/redact.h"

#include "tests/unit/pack_fixture.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

#define H "<13>Nov 24 09:59:00 h app: "
#define ENTITY \
	"\"entity\":[{\"what\":{\"reference\":\"Patient/canary\"}," \
	"\"name\":\"canary\"}]"
#define FHIR "{\"resourceType\":\"AuditEvent\"," ENTITY "}"
#define FHIR_TEXT \
	"{\\\"resourceType\\\":\\\"AuditEvent\\\",\\\"entity\\\":[{\\\"what\\\":{" \
	"\\\"reference\\\":\\\"Patient/canary\\\"}}]}"
#define OBJECT(q) \
	"<ParticipantObjectIdentification ParticipantObjectID=" q "canary" q \
	" ParticipantObjectTypeCode=" q "1" q " ParticipantObjectTypeCodeRole=" q \
	"1" q "><ParticipantObjectName>canary</ParticipantObjectName>" \
	"</ParticipantObjectIdentification>"
#define HL7 "MSH|^~\\&|a|b|c|d|1||ADT^A01|1|P|2.5#015PID|1||canary^^^X||canary"
#define XML(q) "<AuditMessage>" OBJECT(q) "</AuditMessage>"

static const char *const canaries[] = {
    /* As an object inside another. */
    H "{\"log\":" FHIR "}",
    H "{\"resourceType\":\"Bundle\",\"entry\":[{\"resource\":" FHIR "}]}",
    H "[" FHIR "]",
    H "app: {\"a\":[[" FHIR "]]} behind",
    /* As text, and as text of text. */
    H "{\"log\":\"" FHIR_TEXT "\"}",
    H "{\"log\":\"{\\\"a\\\":\\\"{\\\\\\\"resourceType\\\\\\\":"
      "\\\\\\\"AuditEvent\\\\\\\",\\\\\\\"patient\\\\\\\":{"
      "\\\\\\\"reference\\\\\\\":\\\\\\\"Patient/canary\\\\\\\"}}\\\"}\"}",
    H "{\"message\":\"" XML("\\\"") "\"}",
    H "{\"message\":\"" XML("'") "\",\"b\":1}",
    H "{\"message\":\"\\u003cAuditMessage\\u003e\\u003c"
      "ParticipantObjectIdentification ParticipantObjectID='canary' "
      "ParticipantObjectTypeCodeRole='1'/>\"}",
    H "{\"message\":\"<EventLog><E1Mid>X</E1Mid><Mnemonics><Mnemonic "
      "Name='PATIENT'><Value>canary</Value><\\/Mnemonic>\"}",
    /* Epic's mnemonics as keys. */
    H "{\"E1Mid\":\"X\",\"PT\":\"canary\",\"NOTE\":\"canary\",\"s\":{\"a\":"
      "\"canary\"},\"CSN\":[\"canary\"]}",
    H "{\"a\":{\"b\":\"{\\\"E1Mid\\\":\\\"X\\\",\\\"PT\\\":"
      "\\\"canary\\\"}\"}}",
    H "[{\"E1Mid\":\"X\",\"PT\":\"canary\"},{\"E1Mid\":\"X\",\"PT\":"
      "\"canary\"}]",
    H "{\"E1MID\":\"WPSEC_LOGIN\",\"EMPid\":\"1^canary^canary\"}",
    H "{\"E1Mid\":\"X\",\"EPTID\":\"1\",\"PT\":\"canary\",\"NOTE\":\"ca",
    /* What nobody can read. */
    H "{\"resourceType\":\"AuditEvent\",\"resourceType\":\"AuditEvent\"," ENTITY
      "}",
    H "{\"a\":1,\"a\":2,\"log\":" FHIR "}",
    H "{\"resourceType\":\"AuditEvent\"," ENTITY ",\"age",
    H "{\"log\":{\"resourceType\":\"AuditEvent\"," ENTITY ",\"age",
    H "{\"entity\":[{\"what\":{\"reference\":\"Patient/canary\"}}],"
      "\"resourceType\":\"AuditEvent\",\"age",
    H "{\"entry\":[" FHIR ",{\"what\":{\"reference\":\"Patient/canary\"},"
      "\"resourceType\":\"AuditEv",
    H "{\"resourceType\":\"AuditEvent\",\"entity\":[{\"what\":{\"reference\":"
      "\"Patient/canary",
    /* A single bracket is markup, too. */
    H "<ParticipantObjectIdentification ParticipantObjectID=\"canary\" "
      "ParticipantObjectTypeCodeRole=\"1\" ParticipantObjectSensitivi",
    "<ParticipantObjectIdentification ParticipantObjectTypeCodeRole=\"1\" "
    "ParticipantObjectID=\"canary\" ParticipantObjectSensitivi",
    /* HL7 version 2. */
    H "sent " HL7,
    H "channel=adt payload=\"" HL7 "\" status=ok",
    H "{\"channel\":\"adt\",\"raw\":\"MSH|^~\\\\&|a|b\\rPID|1||canary\"}",
    H "<m><raw>" HL7 "</raw></m>",
    H "a {b} " HL7,
    H "segment PID|1||canary^^^X||canary^CANARY",
    "<13>1 2026-11-24T09:59:00Z h app - - [x@1 p=\"" HL7 "\"] a text",
    H "x PID||canary|canary^^^X||canary^CANARY",
    H "x PID|0002||canary^^^X||canary^CANARY",
    H "NK1|1|canary^CANARY|SPO",
    H "QPD|Q22^Find^HL7|Q1|@PID.5.1.1^canary",
    H "CEF:0|a|b|1|x|y|3|msg=PID\\|1\\|\\|canary^^^X\\|\\|canary src=192.0.2.7",
    H "<ADT_A01 xmlns=\"urn:hl7-org:v2xml\"><PID><PID.3><CX.1>canary</CX.1>",
    H "x &lt;PID&gt;&lt;PID.3&gt;canary&lt;/PID.3&gt;",
    /* ASTM E1394. */
    H "rx P|1||canary|||canary^CANARY||19500717|F",
    H "<STX>2P|1||canary||canary^CANARY||19500717<CR>",
    H "1H|\\^&|||XN|||||||P|1#015P|1|||canary|canary^CANARY",
    /* FHIR's other resources. */
    H "{\"resourceType\":\"RelatedPerson\",\"name\":[{\"family\":\"canary\"}]}",
    H "{\"a\":\"{\\\"resourceType\\\":\\\"Communication\\\",\\\"payload\\\":[{"
      "\\\"contentString\\\":\\\"canary\\\"}]}\"}",
    /* Of DSTU2 and STU3. */
    H "{\"resourceType\":\"AuditEvent\",\"event\":{\"action\":\"R\"},\"object\":[{"
      "\"reference\":{\"reference\":\"Patient/canary\",\"display\":\"canary\"},"
      "\"identifier\":{\"value\":\"canary\"},\"name\":\"canary\"}]}",
    H "{\"resourceType\":\"AuditEvent\",\"agent\":[{\"role\":[{\"coding\":[{"
      "\"code\":\"PAT\"}]}],\"userId\":{\"value\":\"canary\"},\"altId\":\"canary\","
      "\"name\":\"canary\"}],\"entity\":[{\"identifier\":{\"value\":\"canary\"},"
      "\"role\":{\"code\":\"1\"}}]}",
    /* As XML, and as XML that was escaped. */
    H "<Patient xmlns=\"http://hl7.org/fhir\"><name value=\"canary\"/></Patient>",
    H "got <a:Body><P xmlns='urn:hl7-org:v3'><given>canary</given></P>",
    H "sent &lt;AuditMessage&gt;&lt;ParticipantObjectIdentification "
      "ParticipantObjectID=&quot;canary&quot; ParticipantObjectTypeCodeRole="
      "&quot;1&quot;&gt;&lt;ParticipantObjectName&gt;canary&lt;/Part",
    /* In other products' forms. */
    H "payload='" FHIR "' user=a",
    H "prefix " XML("\""),
    H "<!DOCTYPE x>" XML("\""),
    H "CEF:0|a|b|1|x|y|3|msg=" XML("\"") " src=192.0.2.7",
    H "CEF:0|a|b|1|x|y|3|msg=<AuditMessage><ParticipantObjectIdentification "
      "ParticipantObjectID\\=\"canary\"/>",
    H "LEEF:1.0|a|b|1|x|msg=" XML("\"") "\tsrc=192.0.2.7",
    H "audit=\"" XML("'") "\" src=192.0.2.7",
    "<13>1 2026-11-24T09:59:00Z h app - - [x@1 audit=\"" XML("'") "\"] a text",
    "<13>1 2026-11-24T09:59:00Z h app - - [x@1 e=\"" FHIR_TEXT "\"] a text",
};

static const char *const packs[] = {
    "pack: a\nselect: {program: app}\ndecode: {format: json, prefix: x.}\n",
    "pack: a\nselect: {program: app}\ndecode: kv\n",
    "pack: a\nselect: {program: app}\ndecode: {format: kv, spaces: true}\n",
    "pack: a\nselect: {program: app}\ndecode: cef\n",
    "pack: a\nselect: {program: app}\ndecode: leef\n",
    "pack: a\nselect: {program: app}\ndecode: xml\n",
    "pack: a\nselect: {program: app}\ndecode: fhir-audit\n",
    "pack: a\nselect: {program: app}\ndecode: dicom-audit\n",
    "pack: a\nselect: {program: app}\ndecode: epic-audit\n",
    "pack: a\nselect: {program: app}\npatterns:\n"
    "  - {name: m, regex: '^(?<event.reason>.*)$'}\n",
    "pack: a\nselect: {program: none}\n",
};

/* By a pack of any kind, and by generic ones behind one that misses. */
static void
test_canaries(void **state)
{
	static const char generic[] = "pack: z\ngeneric: true\n"
	    "select: {last: true}\ndecode: {format: kv, prefix: kv.}\n";

	(void)state;
	for (size_t i = 0; i < COUNT(packs); i++) {
		struct text_file files[] = {
		    {STR("a.yaml"), str_from(packs[i])},
		    {STR("z.yaml"), str_from(generic)},
		};
		struct fixture f = load_packs(files, 2);

		if (f.packs == NULL)
			fail_msg("pack %zu", i);
		for (size_t k = 0; k < COUNT(canaries); k++)
			expect_no_canary(&f, canaries[k]);
		drop(&f);
	}
}

/* A pack that does not read audit messages comes before one that does. */
static void
test_read_behind(void **state)
{
	static const struct text_file files[] = {
	    {STR_INIT("a.yaml"), STR_INIT("pack: a\nselect: {program: app}\n"
		"patterns:\n  - {name: m, regex: '^other (?<event.reason>.*)$'}\n")},
	    {STR_INIT("b.yaml"), STR_INIT("pack: b\nselect: {all_contains: "
		"['AuditMessage']}\ndecode: dicom-audit\n")},
	};
	struct fixture f = load_packs(files, 2);
	struct pseudonym_key key = test_key();
	char text[PSEUDONYM_TEXT];
	struct str want;

	(void)state;
	want = pseudonym_make(&key, PSEUDONYM_PATIENT, STR("canary"), text);
	feed(&f, H XML("\""));
	assert_true(str_eq(values(&f, "atna.patient_ids"), want));
	assert_true(str_find(f.ev->message, want) != SIZE_MAX);
	drop(&f);
}

/* What is none is left as it is, byte for byte, and read. */
static const char *const others[] = {
    "{ \"event\": \"ParticipantJoined\", \"event\": 2 }",
    "{\"type\": \"AuditEvent\", \"user\": \"a\", \"b\": [1, 2]}",
    "{\"resourceType\": \"Patient/x\", \"b\": 1}",
    "<a>Mnemonic</a> {x}",
    "a <b> c {d} 192.0.2.7",
    "{\"resourceType\": \"Bundle\", \"type\": \"AuditEvent\", \"a\": [ ]}",
    "{\"resourceType\": \"AWS::EC2::Instance\", \"tags\": [ {\"k\": 1} ]",
    "PID|PPID|CMD|x|y|z|a|b", "PID|4711|nginx", "P|1|2|3", "a|b|P|1|x^y",
};

static void
test_others(void **state)
{
	struct redactor *r = redactor_new();
	struct pseudonym_key key = test_key();
	struct buf out;

	(void)state;
	buf_init(&out, SIZE_MAX);
	for (size_t i = 0; i < COUNT(others); i++) {
		buf_clear(&out);
		if (redactor_run(r, &key, str_from(others[i]), &out) != 0 ||
		    !str_eq(buf_str(&out), str_from(others[i])))
			fail_msg("%s became %.*s", others[i],
			    STR_ARG(buf_str(&out)));
	}
	buf_fini(&out);
	redactor_free(r);
}

/* Once and twice are the same. */
static void
test_again(void **state)
{
	struct redactor *r = redactor_new();
	struct pseudonym_key key = test_key();
	struct buf once, twice;

	(void)state;
	buf_init(&once, SIZE_MAX);
	buf_init(&twice, SIZE_MAX);
	for (size_t i = 0; i < COUNT(canaries); i++) {
		buf_clear(&once);
		buf_clear(&twice);
		(void)redactor_run(r, &key, str_from(canaries[i]), &once);
		(void)redactor_run(r, &key, buf_str(&once), &twice);
		if (!str_eq(buf_str(&once), buf_str(&twice)))
			fail_msg("%.*s, then %.*s", STR_ARG(buf_str(&once)),
			    STR_ARG(buf_str(&twice)));
	}
	buf_fini(&once);
	buf_fini(&twice);
	redactor_free(r);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_canaries),
	    cmocka_unit_test(test_read_behind),
	    cmocka_unit_test(test_others),
	    cmocka_unit_test(test_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
