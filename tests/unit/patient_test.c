/* Patients that labels announce. In the rows {x} is the pseudonym of x. */
#include "engine/normalise/patient.h"
#include "engine/normalise/redact.h"

#include "tests/unit/pack_fixture.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* `text` with its {x} as pseudonyms; "{{" is a brace. */
static void
spell(const struct pseudonym_key *key, const char *text, struct buf *out)
{
	char made[PSEUDONYM_TEXT];

	for (const char *p = text; *p != '\0'; p++) {
		const char *end = strchr(p, '}');

		if (p[0] != '{' || p[1] == '{' || end == NULL) {
			buf_add_char(out, *p);
			p += p[0] == '{' && p[1] == '{';
			continue;
		}
		buf_add(out, pseudonym_make(key, PSEUDONYM_PATIENT,
		    str_make(p + 1, (size_t)(end - p) - 1), made));
		p = end;
	}
}

struct row {
	const char *text; /* "{{" is a brace here, too */
	const char *want; /* NULL: as it was */
};

static void
expect_hidden(const struct row *rows, size_t n)
{
	struct redactor *r = redactor_new();
	struct pseudonym_key key = test_key();
	struct buf text, got, want;

	buf_init(&text, SIZE_MAX);
	buf_init(&got, SIZE_MAX);
	buf_init(&want, SIZE_MAX);
	for (size_t i = 0; i < n; i++) {
		const char *expected =
		    rows[i].want == NULL ? rows[i].text : rows[i].want;
		size_t changes;

		buf_clear(&text);
		buf_clear(&got);
		buf_clear(&want);
		spell(&key, rows[i].text, &text);
		spell(&key, expected, &want);
		changes = redactor_run(r, &key, buf_str(&text), &got);
		if (!str_eq(buf_str(&got), buf_str(&want)) ||
		    (changes > 0) != (rows[i].want != NULL))
			fail_msg("%s\nbecame %.*s\n   not %.*s", rows[i].text,
			    STR_ARG(buf_str(&got)), STR_ARG(buf_str(&want)));
	}
	buf_fini(&text);
	buf_fini(&got);
	buf_fini(&want);
	redactor_free(r);
}

static void
test_numbers(void **state)
{
	static const struct row rows[] = {
	    {"patient=4711", "patient={4711}"},
	    {"opened patient 4711 for lea", "opened patient {4711} for lea"},
	    {"patient #4711, done", "patient #{4711}, done"},
	    {"patient_id=AB-12.", "patient_id={AB-12}."},
	    {"PATIENTID: 4711", "PATIENTID: {4711}"},
	    {"Patient ID 4711 read", "Patient ID {4711} read"},
	    {"Patient Id Number: 4711", "Patient Id Number: {4711}"},
	    {"currentPatientId=>4711;", "currentPatientId=>{4711};"},
	    {"Patienten-Nr.: 4711", "Patienten-Nr.: {4711}"},
	    {"Patientennummer=4711", "Patientennummer={4711}"},
	    {"num\xc3\xa9ro: 1, patient num\xc3\xa9ro: 4711",
		"num\xc3\xa9ro: 1, patient num\xc3\xa9ro: {4711}"},
	    {"PatNr=4711 pat_id='4712'", "PatNr={4711} pat_id='{4712}'"},
	    {"MRN 004711, mrn=4712", "MRN {004711}, mrn={4712}"},
	    {"?patientId=4711&x=1", "?patientId={4711}&x=1"},
	    {"where patient_id = '4711'", "where patient_id = '{4711}'"},
	    {"patient.identifier=urn:oid:1.2|4711 x",
		"patient.identifier={4711^1.2} x"},
	    {"PatientID=4711^^^A&1.2&ISO x", "PatientID={4711^1.2} x"},
	    {"patient=Patient/4711", "patient=Patient/{4711}"},
	    {"GET /fhir/Patient/a-47 HTTP", "GET /fhir/Patient/{a-47} HTTP"},
	    {"GET /api/patients/4711/x?y=1", "GET /api/patients/{4711}/x?y=1"},
	    {"<PatientID>4711</PatientID>", "<PatientID>{4711}</PatientID>"},
	    {"<a:mrn>4711</a:mrn>", "<a:mrn>{4711}</a:mrn>"},
	    {"<p patientId=\"4711\" b=\"1\"/>", "<p patientId=\"{4711}\" b=\"1\"/>"},
	    {"(0010,0020) LO [4711] # 4", "(0010,0020) LO [{4711}] # 4"},
	    {"(0010,0020)=4711", "(0010,0020)={4711}"},
	};

	(void)state;
	expect_hidden(rows, COUNT(rows));
}

static void
test_json(void **state)
{
	static const struct row rows[] = {
	    {"{{\"patientId\":4711,\"a\":1}", "{{\"patientId\":\"{4711}\",\"a\":1}"},
	    {"{{\"patientId\" : \"4711\"}", "{{\"patientId\" : \"{4711}\"}"},
	    {"\"m\":\"{{\\\"patientId\\\":4711}\"",
		"\"m\":\"{{\\\"patientId\\\":\\\"{4711}\\\"}\""},
	    {"{{\"patientIds\":[\"4711\",4712],\"n\":3}",
		"{{\"patientIds\":[\"{4711}\",\"{4712}\"],\"n\":3}"},
	    {"{{\"patient\":{{\"id\":\"4711\",\"type\":\"a\",\"name\":[{{\"family\":"
	     "\"M\"}],\"age\":4},\"ip\":\"192.0.2.7\"}",
		"{{\"patient\":{{\"id\":\"{4711}\",\"type\":\"a\",\"name\":[{{"
		"\"family\":\"[...]\"}],\"age\":\"[...]\"},\"ip\":\"192.0.2.7\"}"},
	    {"{{\"patient\":{{\"mrn\":\"4711\",\"name\":\"M",
		"{{\"patient\":{{\"mrn\":\"{4711}\",\"name\":\"[...]"},
	    {"{{\"patient\":{{\"reference\":\"Patient/4711\"}}",
		"{{\"patient\":{{\"reference\":\"Patient/{4711}\"}}"},
	    {"\"what\":{{\"reference\":\"Patient/4711\", \"display\": \"M J\"},",
		"\"what\":{{\"reference\":\"Patient/{4711}\", \"display\": "
		"\"[...]\"},"},
	    {"{{\"patient\":\"M, Jean (4711)\",\"b\":1}",
		"{{\"patient\":\"{M, Jean (4711)}\",\"b\":1}"},
	    {"{{\"patient\":null,\"patients\":12,\"patientCount\":2}", NULL},
	    /* FHIR: a resource is a payload. */
	    {"x {{\"resourceType\":\"Patient\",\"id\":\"4711\",\"birthDate\":\"1\"}",
		"x {{\"resourceType\":\"Patient\",\"id\":\"{4711}\"}"},
	    {"{{\"a\":{{\"resourceType\":\"Observation\",\"subject\":{{\"reference\":"
	     "\"Patient/4711\"},\"note\":\"x\"},\"b\":1}",
		"{{\"a\":{{\"resourceType\":\"Observation\"},\"b\":1}"},
	    {"{{\"resourceType\":\"Patient\",\"user\":\"lea\",\"ip\":\"192.0.2.7\"}",
		NULL},
	};

	(void)state;
	expect_hidden(rows, COUNT(rows));
}

static void
test_names(void **state)
{
	static const struct row rows[] = {
	    {"patientName=Jean Meyer user=lea", "patientName=[...] user=lea"},
	    {"patient_name=\"Meyer, Jean\" x", "patient_name=\"[...]\" x"},
	    {"Patient name: Meyer, Jean, User: lea",
		"Patient name: [...], User: lea"},
	    {"Patientenname: M\xc3\xbcller | x", "Patientenname: [...] | x"},
	    {"patient: Meyer, Jean (MRN 4711)", "patient: [...] (MRN {4711})"},
	    {"patient=Jean Meyer", "patient=[...]"},
	    {"PatientName=MEYER^JEAN^^", "PatientName=[...]"},
	    {"patientBirthDate=1980-01-01,x", "patientBirthDate=[...],x"},
	    {"patient.dob: 01/02/1980;", "patient.dob: [...];"},
	    {"?patientName=Jean%20M%C3%BCller&a=1", "?patientName=[...]&a=1"},
	    {"(0010,0010) PN [M^J] # 1", "(0010,0010) PN [[...]] # 1"},
	    {"<patientName>Jean Meyer</patientName>",
		"<patientName>[...]</patientName>"},
	    {"a cs1Label=PatientID cs1=4711 b=1",
		"a cs1Label=PatientID cs1={4711} b=1"},
	    {"a cs2=Jean Meyer cs2Label=Patient Name b=1",
		"a cs2=[...] cs2Label=Patient Name b=1"},
	};

	(void)state;
	expect_hidden(rows, COUNT(rows));
}

/* No label, or none that tells whose; and no value that hides an attack. */
static void
test_others(void **state)
{
	static const struct row rows[] = {
	    {"patient-portal on patient-db01: started", NULL},
	    {"patients=12, patientCount=4, patient_type=in", NULL},
	    {"error opening patient: access denied", NULL},
	    {"GET /patients/v1/ping, /opt/patient/lib64/x.so", NULL},
	    {"compat=1 dispatch=2 path=/a spatial id=3", NULL},
	    {"(0010,0040) CS [M]", NULL},
	    {"patientId=, patientId=null, patientId=-, patientId=0", NULL},
	    {"patientId={{id} patientName=%s", NULL},
	    {"patientIdType=MR patient_id_type=MR", NULL},
	    {"?patientId=1%27%20OR%201=1", "?patientId={1}%27%20OR%201=1"},
	    {"\"patientId\":\"1' OR '1'='1\"", "\"patientId\":\"{1}' OR '1'='1\""},
	    {"patientName=<script>alert(1)</script>", NULL},
	    {"patientId=${{jndi:ldap://192.0.2.7/a}", NULL},
	};

	(void)state;
	expect_hidden(rows, COUNT(rows));
}

/* What was hidden stays as it is, whatever is redacted again. */
static void
test_again(void **state)
{
	static const struct str text = STR_INIT("patient=4711 {\"patient\":{\"id\":1,\"n\":"
	    "\"x\"}} patientName: Jean Meyer, Patient/47 p:patient:x:1");
	struct pseudonym_key key = test_key();
	struct buf once, twice;

	(void)state;
	buf_init(&once, SIZE_MAX);
	buf_init(&twice, SIZE_MAX);
	assert_true(patient_hide(&key, text, &once) >= 5);
	(void)patient_hide(&key, buf_str(&once), &twice);
	assert_true(str_eq(buf_str(&once), buf_str(&twice)));
	buf_fini(&once);
	buf_fini(&twice);
}

/* A text of numbers ends in "[...]", not in time. */
static void
test_many(void **state)
{
	struct pseudonym_key key = test_key();
	struct buf text, out;

	(void)state;
	buf_init(&text, SIZE_MAX);
	buf_init(&out, SIZE_MAX);
	for (unsigned i = 0; i < 600; i++)
		buf_printf(&text, "mrn=%u ", 1000 + i);
	assert_int_equal(patient_hide(&key, buf_str(&text), &out), 600);
	assert_true(str_find(buf_str(&out), STR("1000")) == SIZE_MAX);
	assert_true(str_has_suffix(buf_str(&out), STR("mrn=[...] ")));
	buf_fini(&text);
	buf_fini(&out);
}

/* Structured data has its labels as names of fields. */
static void
test_fields(void **state)
{
	static const struct text_file file = {STR_INIT("a.yaml"),
	    STR_INIT("pack: a\nselect: {program: app}\ndecode: {format: sd, "
		"prefix: a.}\nfields: {patientId: b.patient_id, mrn: url.path}\n")};
	struct fixture f = load_packs(&file, 1);
	struct pseudonym_key key = test_key();
	char text[PSEUDONYM_TEXT];
	struct str want =
	    pseudonym_make(&key, PSEUDONYM_PATIENT, STR("4711"), text);

	(void)state;
	feed(&f, "<13>1 2026-11-24T09:59:00Z h app - - [x@1 patientId=\"4711\" "
		 "patientName=\"canary\" patients=\"2\"] a text");
	assert_true(str_eq(values(&f, "b.patient_id"), want));
	assert_true(str_eq(values(&f, "a.patientName"), LEFT_OUT));
	assert_true(str_eq(values(&f, "a.patients"), STR("2")));
	expect_no_canary(&f, "<13>1 2026-11-24T09:59:00Z h app - - [x@1 "
			     "patient=\"canary\" patientName=\"canary\"] a");
	drop(&f);
	assert_int_equal(patient_field(STR("json.patient.id")),
	    PATIENT_NUMBER);
	assert_int_equal(patient_field(STR("x.patient.birthDate")),
	    PATIENT_NAME);
	assert_int_equal(patient_field(STR("atna.patient_count")),
	    PATIENT_NOTHING);
	assert_int_equal(patient_field(STR("kv.patients")), PATIENT_NOTHING);
	assert_int_equal(patient_field(STR("file.path")), PATIENT_NOTHING);
}

/* What a pack puts in the message's place was not looked through with it. */
static void
test_other_message(void **state)
{
	static const struct text_file file = {STR_INIT("a.yaml"),
	    STR_INIT("pack: a\nselect: {program: app}\ndecode: sd\n"
		     "fields: {msg: message}\n")};
	struct fixture f = load_packs(&file, 1);

	(void)state;
	expect_no_canary(&f, "<13>1 2026-11-24T09:59:00Z h app - - [x@1 "
			     "msg=\"read patient_id=canary\"] -");
	expect_no_canary(&f, "<13>1 2026-11-24T09:59:00Z h app - - [x@1 "
			     "msg=\"read patient_id=canary\"] patient 47");
	drop(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_numbers),
	    cmocka_unit_test(test_json),
	    cmocka_unit_test(test_names),
	    cmocka_unit_test(test_others),
	    cmocka_unit_test(test_again),
	    cmocka_unit_test(test_many),
	    cmocka_unit_test(test_fields),
	    cmocka_unit_test(test_other_message),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
