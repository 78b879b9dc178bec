/* Patients in what the kernel wrote as hexadecimal digits. */
#include "tests/unit/pack_fixture.h"

/* curl http://ris/?patientName=Meyer, zeros between the words. */
#define WITH_PATIENT \
	"6375726C00687474703A2F2F7269732F3F70617469656E744E616D653D4D65796572"
/* ls -l */
#define WITHOUT "6C73002D6C"

static void
test_decoded(void **state)
{
	static const struct field_row rows[] = {
	    {"value", "<13>audit: type=PROCTITLE msg=audit(1.1:7): "
		"proctitle=" WITH_PATIENT, "a.proctitle",
		"curl http://ris/?patientName=[...]"},
	    {"message", "<13>audit: type=PROCTITLE msg=audit(1.1:7): "
		"proctitle=" WITH_PATIENT, "message",
		"type=PROCTITLE msg=audit(1.1:7): proctitle=[...]"},
	    {"nobody's", "<13>audit: type=PROCTITLE msg=audit(1.1:7): "
		"proctitle=" WITHOUT, "a.proctitle", "ls -l"},
	    {"nobody's message", "<13>audit: type=PROCTITLE "
		"msg=audit(1.1:7): proctitle=" WITHOUT, "message",
		"type=PROCTITLE msg=audit(1.1:7): proctitle=" WITHOUT},
	};

	(void)state;
	expect_rows("pack: a\nselect: {program: audit}\ndecode: linux-audit\n"
	    "fields: {proctitle: a.proctitle}\n",
	    rows, sizeof(rows) / sizeof(*rows));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_decoded),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
