/* Epic's audit events: nothing of a patient is left in fields or message. */
#include "tests/unit/pack_fixture.h"

static const char pack[] = "pack: a\n"
			   "select: {contains: ['<E1Mid>', '|Epic|Security-']}\n"
			   "decode: epic-audit\n";

#define HEAD  "<85>1 2026-11-24T09:59:00Z h Epic 1 - - "
#define CEF   "<85>Nov 24 10:00:00 h CEF:0|Epic|Security-SIEM|8|"
#define EVENT "<EventLog><E1Mid>X</E1Mid>"
#define MNEMONIC(name, value)                                                 \
	"<Mnemonic Name=\"" name "\"><Value>" value "</Value></Mnemonic>"
#define END "</EventLog>"

static const struct field_row rows[] = {
    {"event", HEAD EVENT END, "event.code", "X"},
    {"login name", HEAD EVENT "<EMPid>7^DOE, LEA^LEA7</EMPid>" END,
	"user.name", "LEA7"},
    {"full name", HEAD EVENT "<EMPid>7^DOE, LEA^LEA7</EMPid>" END,
	"user.full_name", "DOE, LEA"},
    {"entity", HEAD EVENT "<EMPid>7^O&apos;HARA^O7</EMPid>" END,
	"user.full_name", "O'HARA"},
    {"address behind the server's",
	HEAD EVENT MNEMONIC("IP", "192.0.2.1/192.0.2.7") END, "source.ip",
	"192.0.2.7"},
    {"no address", HEAD EVENT MNEMONIC("IP", "Unknown IP") END, "source.ip",
	""},
    {"address of the peer", HEAD EVENT MNEMONIC("CLNTPEERIP", "192.0.2.9") END,
	"source.ip", "192.0.2.9"},
    {"the client's own before the peer's",
	HEAD EVENT MNEMONIC("CLNTPEERIP", "192.0.2.9")
	    MNEMONIC("IP", "192.0.2.7") END,
	"source.ip", "192.0.2.7"},
    {"shell command",
	CEF "FND_OS_CMD_INVOKE|x|5|suser=a OSSHELLCMD=ls -l /tmp DEP=1",
	"epic.osshellcmd", "ls -l /tmp"},
    {"department", HEAD EVENT MNEMONIC("DEP", "10501") END, "epic.dep",
	"10501"},
    {"query", HEAD EVENT MNEMONIC("KBQUERYNAME", "q") END, "epic.kbqueryname",
	"q"},
    {"database's account", HEAD EVENT MNEMONIC("DBUSERNAME", "sa") END,
	"epic.dbusername", "sa"},
    {"known mnemonic", HEAD EVENT MNEMONIC("CLIENTNAME", "c") END,
	"epic.clientname", "c"},
    {"value key of CEF with blanks",
	CEF "FAILEDLOGIN|x|5|suser=a LOGINERROR=bad pass word ROLE=r",
	"event.reason", "bad pass word"},
    {"empty value of CEF", CEF "LOGIN|x|5|LOGINERROR= ROLE=r suser=a",
	"user.name", "a"},
    {"LEEF with a blank before the sign",
	"<85>Nov 24 10:00:00 h LEEF:1.0|Epic|Security-SIEM|8|LOGIN|"
	"usrName =7-DOE, LEA-LEA7\tIP=192.0.2.7", "user.name", "LEA7"},
    {"patients are counted",
	HEAD EVENT MNEMONIC("PATIENT", "1") MNEMONIC("MRN", "2") END,
	"atna.patient_count", "2"},
};

/* "canary" is what must not be seen. */
static const char *const canaries[] = {
    HEAD EVENT MNEMONIC("PATIENT", "canary") END,
    HEAD EVENT MNEMONIC("patient_id", "canary") END,
    HEAD EVENT MNEMONIC("CSN", "canary") END,
    HEAD EVENT MNEMONIC("SOMETHING", "canary") END,
    HEAD EVENT "<Other>canary</Other>" END,
    HEAD EVENT "<Mnemonics>canary</Mnemonics>" END,
    HEAD EVENT "<!-- canary -->" END,
    HEAD EVENT "<![CDATA[canary]]>" END,
    HEAD EVENT "<Mnemonic Name=\"IP\" Value=\"canary\"/>" END,
    HEAD EVENT "<Mnemonic Name=\"IP\"><Note>canary</Note></Mnemonic>" END,
    HEAD EVENT "<a canary=\"1\">" END,
    HEAD EVENT "canary",
    HEAD EVENT "<Mnemonic Name=\"PATIENT\"><Value>canary",
    HEAD EVENT "<canary",
    HEAD "<EventLog><E1Mid>WPSEC_LOGIN</E1Mid><EMPid>7^x^canary</EMPid>" END,
    HEAD "canary</Value></Mnemonic>" MNEMONIC("PATIENT", "canary"),
    CEF "X|x|5|PATIENT=canary",
    CEF "X|x|5|PATIENT=Z7 - canary, JANE suser=a",
    CEF "X|x|5|canary suser=a",
    CEF "X|x|5|suser=a COMMENT=is canary IP=192.0.2.1",
    CEF "WPSEC_LOGIN|x|5|suser=canary",
    CEF "WPSEC_LOGIN|x|5|suser=a DBUSERNAME=canary",
    CEF "FND_OS_CMD_INVOKE|x|5|OSSHELLCMD=x PATIENT=canary",
};

static void
test_rows(void **state)
{
	(void)state;
	expect_rows(pack, rows, sizeof(rows) / sizeof(*rows));
}

static void
test_canaries(void **state)
{
	struct fixture with = load_pack(pack);
	struct fixture without = load_pack("pack: a\nselect: {program: none}\n");

	(void)state;
	for (size_t i = 0; i < sizeof(canaries) / sizeof(*canaries); i++) {
		expect_no_canary(&with, canaries[i]);
		expect_no_canary(&without, canaries[i]);
	}
	drop(&with);
	drop(&without);
}

/* One patient has one pseudonym, whatever wrote it. */
static void
test_same_patient(void **state)
{
	struct fixture f = load_pack(pack);
	char first[PSEUDONYM_TEXT];
	struct str got;

	(void)state;
	feed(&f, HEAD EVENT MNEMONIC("PATIENT", "Z7^DOE, JANE") END);
	got = values(&f, "atna.patient_ids");
	assert_true(got.n > 0 && got.n < sizeof(first));
	memcpy(first, got.p, got.n);
	feed(&f, CEF "X|x|5|PATIENT=Z7 - DOE, JANE suser=a");
	assert_true(str_eq(values(&f, "atna.patient_ids"),
	    str_make(first, got.n)));
	drop(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rows),
	    cmocka_unit_test(test_canaries),
	    cmocka_unit_test(test_same_patient),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
