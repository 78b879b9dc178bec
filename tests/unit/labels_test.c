/* decode: labels. */
#include "tests/unit/pack_fixture.h"

static const char pack[] =
    "pack: p\nselect: {program: p}\ndecode: labels\nfields:\n"
    "  'Subject.Account Name': x.subject\n"
    "  'New Logon.Account Name': x.new\n"
    "  'Account Name': x.account\n"
    "  'Logon ID': x.logon\n"
    "  'Logon Type': x.type\n"
    "  'Source Address': source.ip\n"
    "  'Command Line': x.command\n"
    "  'Process ID': x.pid\n"
    "  'Caller Process ID': x.caller\n"
    "  'Other Information': ~\n";

#define P "<13>Nov 24 09:59:00 h p: "
#define SNARE \
	P "It was.    Subject:   Security ID:  S-1   Account Name:  WIN1$   " \
	  "Logon ID:  0x3E7    New Logon:   Account Name:  alice   Logon ID:  " \
	  "0x5    Unknown Heading:   Account Name:  third   Command Line: a  b" \
	  "    This is told when: something was."
#define RAW \
	P "It was.\r\n\r\nSubject:\r\n\tAccount Name:\t\tWIN1$\r\n\tLogon ID:" \
	  "\t\t0x3E7\r\n\r\nNew Logon:\r\n\tAccount Name:\t\talice\r\n" \
	  "\tLogon Type:\t\t-\r\n\tSource Address:\t192.0.2.7\r\n"
#define ESCAPED \
	P "It was.#015#012#015#012Subject:#015#012#011Account Name:#011#011" \
	  "WIN1$#015#012#011Logon ID:#011#0110x3E7"
#define SLASHES \
	P "It was.\\r\\n\\r\\nSubject:\\r\\n\\tAccount Name:\\t\\tWIN1$\\r\\n" \
	  "\\tCommand Line:\\tC:\\new\\table.exe"
#define SINGLE \
	P "It was. Subject: Account Name: WIN1$ Logon ID: 0x3E7 Logon Type: 3 " \
	  "New Logon: Account Name: alice smith Caller Process ID: 0x1 Process " \
	  "ID: 0x2 Other Information: Source Address: 192.0.2.7"

static const struct field_row rows[] = {
    {"heading", SNARE, "x.subject", "WIN1$"},
    {"second heading", SNARE, "x.new", "alice"},
    {"heading nobody named", SNARE, "x.account", "third"},
    {"two blanks in a value", SNARE, "x.command", "a  b"},
    {"a label of two headings", SNARE, "x.logon", "0x3E7,0x5"},
    {"line ends", RAW, "x.subject", "WIN1$"},
    {"line ends, second", RAW, "x.new", "alice"},
    {"line ends, last", RAW, "source.ip", "192.0.2.7"},
    {"nothing", RAW, "x.type", ""},
    {"octal escapes", ESCAPED, "x.subject", "WIN1$"},
    {"octal escapes, last", ESCAPED, "x.logon", "0x3E7"},
    {"slashes", SLASHES, "x.subject", "WIN1$"},
    {"single blanks", SINGLE, "x.subject", "WIN1$"},
    {"single blanks, behind a value", SINGLE, "x.type", "3"},
    {"single blanks, two words", SINGLE, "x.new", "alice smith"},
    {"the longest label", SINGLE, "x.caller", "0x1"},
    {"and the shorter", SINGLE, "x.pid", "0x2"},
    {"behind an empty heading", SINGLE, "source.ip", "192.0.2.7"},
    {"in quotes", P "say \"x: Logon ID: 0x9\"", "x.logon", "0x9"},
    {"a quoted value", P "Command Line: \"C:\\a b\" -c \"x\"", "x.command",
	"\"C:\\a b\" -c \"x\""},
    {"a blank before the colon", P "Subject :  Account Name : a b  Logon ID :"
	" 0x9", "x.subject", "a b"},
    {"one that does not break", P "Logon ID\xc2\xa0: 0x9", "x.logon", "0x9"},
    {"a narrow one", P "It was. Logon ID\xe2\x80\xaf: 0x9", "x.logon",
	"0x9"},
    {"no blank behind the colon", P "Logon ID:0x9", "x.logon", ""},
    {"a time is no label", P "Logon ID: 10:11:12", "x.logon", "10:11:12"},
    {"end of text", P "Logon ID:", "x.logon", ""},
    {"in the middle of a word", P "MyLogon ID: 4", "x.logon", ""},
};

static void
test_rows(void **state)
{
	(void)state;
	expect_rows(pack, rows, sizeof(rows) / sizeof(*rows));
}

/* Text without a label is none of the format; too many colons are a limit. */
static void
test_limits(void **state)
{
	struct fixture f = load_pack(pack);
	struct buf line;

	(void)state;
	feed(&f, P "no label: here, and nothing known");
	expect(&f, "vigie.parsed", "false");
	buf_init(&line, SIZE_MAX);
	buf_add(&line, STR(P));
	for (int i = 0; i < 3000; i++)
		buf_add(&line, STR("word: "));
	buf_add(&line, STR("Logon ID: 7"));
	buf_add_char(&line, '\0');
	feed(&f, line.p);
	expect(&f, "x.logon", "");
	expect(&f, "vigie.reason", "decode-limit");
	buf_fini(&line);
	drop(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rows),
	    cmocka_unit_test(test_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
