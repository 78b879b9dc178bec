/* Whole texts and events with patients in them: redacted again, of many, with
 * fields and messages. */
#include "engine/normalise/redact.h"
#include "engine/patient/patient.h"

#include "tests/unit/pack_fixture.h"

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

/* More labels than anybody has are not looked at, and what is behind them is
 * not shown; a second time it is the same. */
static void
test_too_many(void **state)
{
	struct pseudonym_key key = test_key();
	struct buf text, once, twice;

	(void)state;
	buf_init(&text, SIZE_MAX);
	buf_init(&once, SIZE_MAX);
	buf_init(&twice, SIZE_MAX);
	for (unsigned i = 0; i < 2048; i++)
		buf_printf(&text, "%s", i < 1500 ? "mrn=4711 " : "mrn ");
	buf_printf(&text, "mrn=1950 end");
	(void)patient_hide(&key, buf_str(&text), &once);
	assert_true(str_find(buf_str(&once), STR("4711 ")) == SIZE_MAX);
	assert_true(str_has_suffix(buf_str(&once), STR("mrn [...]")));
	(void)patient_hide(&key, buf_str(&once), &twice);
	assert_true(str_eq(buf_str(&once), buf_str(&twice)));
	buf_fini(&text);
	buf_fini(&once);
	buf_fini(&twice);
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
	/* The element's name is the label. */
	feed(&f, "<13>1 2026-11-24T09:59:00Z h app - - [patient@1 id=\"4711\" "
		 "name=\"canary\"] a text");
	assert_true(str_eq(values(&f,
	    "log.syslog.structured_data.patient@1.id"), want));
	expect_no_canary(&f, "<13>1 2026-11-24T09:59:00Z h app - - "
			     "[patient@1 id=\"canary\" name=\"canary\"] a");
	/* What stands behind a number is neither hidden nor hidden twice. */
	want = pseudonym_make(&key, PSEUDONYM_PATIENT, STR("1"), text);
	feed(&f, "<13>1 2026-11-24T09:59:00Z h app - - [x@1 "
		 "patientId=\"1' OR '1'='1\"] a text");
	assert_true(str_has_prefix(values(&f, "b.patient_id"), want));
	assert_true(str_has_suffix(
	    values(&f, "b.patient_id"), STR("' OR '1'='1")));
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
	    cmocka_unit_test(test_again),
	    cmocka_unit_test(test_many),
	    cmocka_unit_test(test_too_many),
	    cmocka_unit_test(test_fields),
	    cmocka_unit_test(test_other_message),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
