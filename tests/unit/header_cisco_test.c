/* Cisco's headers: sequence numbers, clocks, %FACILITY-SEVERITY-MNEMONIC. */
#include "tests/unit/header_fixture.h"

static const struct {
	const char *name;
	const char *line;
	const char *host;
	const char *facility;
	const char *severity;
	const char *mnemonic;
	const char *message;
} cisco[] = {
    {"firewall, year", "<164>Nov 24 2026 10:00:00 fw1 : %ASA-4-106023: Deny",
	"fw1", "ASA", "4", "106023", "Deny"},
    {"firewall, no host", "<164>Nov 24 2026 10:00:00: %ASA-4-106023: Deny",
	"", "ASA", "4", "106023", "Deny"},
    {"firewall, host as tag", "<164>Nov 24 10:00:00 fw1: %ASA-4-106023: Deny",
	"fw1", "ASA", "4", "106023", "Deny"},
    {"firewall, bare", "<164>%ASA-4-106023: Deny", "", "ASA", "4", "106023",
	"Deny"},
    {"router, sequence", "<189>45: *Nov 24 10:00:00.123: %SYS-5-CONFIG_I: x",
	"", "SYS", "5", "CONFIG_I", "x"},
    {"router, origin", "<189>45: r1: Nov 24 10:00:00.1 CET: %LINK-3-UPDOWN: x",
	"r1", "LINK", "3", "UPDOWN", "x"},
    {"router behind relay", "<13>Nov 24 10:00:00 192.0.2.1 45: "
	"Nov 24 10:00:00 UTC: %PIM-SW1-6-INVALID: x", "192.0.2.1", "PIM-SW1",
	"6", "INVALID", "x"},
    {"switch, year first", "<189>sw1: 2026 Nov 24 10:00:00 UTC: "
	"%ETHPORT-5-IF_UP: x", "sw1", "ETHPORT", "5", "IF_UP", "x"},
    {"controller, task", "<134>WLC1: *spamTask: Nov 24 10:00:00.845: "
	"%LWAPP-3-ERR: x", "WLC1", "LWAPP", "3", "ERR", "x"},
    {"tag before", "<134>Nov 24 10:00:00 fw1 logger[9]: %ASA-6-302013: x",
	"fw1", "ASA", "6", "302013", "x"},
    {"colon in front", "<189>: Nov 24 2026 10:00:00.1 UTC: %SYS-5-X: y", "",
	"SYS", "5", "X", "y"},
    {"colon without blank", "<166>:Nov 24 10:00:00 UTC: %FTD--6-852002: y",
	"", "FTD-", "6", "852002", "y"},
    {"count, origin, sequence, uptime", "<165>33: r1: 007439: 2y10w: "
	"%SYS-6-LOGOUT: y", "r1", "SYS", "6", "LOGOUT", "y"},
    {"uptime of hours", "<165>33: r1: 00:01:01: %SYS-6-LOGOUT: y", "r1",
	"SYS", "6", "LOGOUT", "y"},
    {"zone of one's own", "<165>33: *Nov 24 10:00:00.1 LUX: %SYS-6-A: y", "",
	"SYS", "6", "A", "y"},
    {"zone behind a relay's host", "<165>Nov 24 10:00:00 r1 CET: "
	"%SYS-SW1-6-A: y", "r1", "SYS-SW1", "6", "A", "y"},
    {"node", "<165>7: x1 RP/0/RSP0/CPU0:Nov 24 10:00:00.1 UTC: SSHD_[7]: "
	"%SECURITY-SSHD-6-A : y", "x1", "SECURITY-SSHD", "6", "A", "y"},
    {"relay before it", "<13>Nov 24 10:00:00 192.0.2.7 9: r1: Nov 24 "
	"10:00:00.1: %SYS-6-A: y", "r1", "SYS", "6", "A", "y"},
    {"switch behind a relay", "<13>Nov 24 10:00:00 n1 : 2026 Nov 24 10:00:00 "
	"UTC: %L2FM-6-A: y", "n1", "L2FM", "6", "A", "y"},
    {"5424 around it", "<13>1 - h - - - - Nov 24 10:00:00 fw1 : "
	"%ASA-6-302013: y", "fw1", "ASA", "6", "302013", "y"},
    {"two relays' stamps", "<166>Nov 24 10:00:00 192.0.2.7 Nov 24 2026 "
	"10:00:00 fw1 : %ASA-6-302013: y", "fw1", "ASA", "6", "302013", "y"},
    {"tag in 5424", "<166>1 2026-11-24T10:00:00Z fw1 %ASA-6-302013 - - -  y",
	"fw1", "ASA", "6", "302013", "y"},
    {"count in 5424", "<166>1 2026-11-24T10:00:00Z r1 45 - - -  *Nov 24 "
	"10:00:00.1: %SYS-6-A: y", "r1", "SYS", "6", "A", "y"},
    {"host alone", "<166>fw1 %FTD-6-113005: y", "fw1", "FTD", "6", "113005",
	"y"},
    {"tag without colon", "<166>2026-11-24T10:00:00Z s1 Alerts %NGIPS-0-1: y",
	"s1", "NGIPS", "0", "1", "y"},
    {"odd tag", "<166>Nov 24 2026 10:00:00 [fw1]: %ASA-6-302013: y", "",
	"ASA", "6", "302013", "y"},
    {"percent sign twice", "%%PIX-6-605004: y", "", "PIX", "6", "605004",
	"y"},
    {"debug output", "<191>7: r1: Nov 24 10:00:00.1 CET: NTP Core: y", "r1",
	"", "", "", "NTP Core: y"},
    {"blank before the stamp's colon", "<189>: Nov 24 10:00:00 UTC : "
	"%UCSM-6-AUDIT: x", "", "UCSM", "6", "AUDIT", "x"},
    {"sequence behind the origin", "<166>20: r1: 634: *Nov 24 10:00:00: "
	"%SEC-6-LIST: x", "r1", "SEC", "6", "LIST", "x"},
    {"host in capitals", "<189>Nov 24 10:00:00 CORE: %SYS-6-OUT: x", "CORE",
	"SYS", "6", "OUT", "x"},
    {"host without stamp", "<166>fw1 %FTD-6-113005: x", "fw1", "FTD", "6",
	"113005", "x"},
    {"task of several words", "<134>WLC1: *SISF BT Process: Nov 24 "
	"10:00:00.1: %SISF-6-GONE: x", "WLC1", "SISF", "6", "GONE", "x"},
};

static const struct {
	const char *name;
	const char *line;
	bool is_cisco;
	bool is_nxos;
	const char *sequence;
	const char *node;
	const char *app;
} kinds[] = {
    {"router", "<165>33: r1: 0074: 2y10w: %SYS-6-A: y", true, false, "0074",
	"", ""},
    {"switch", "<189>n1: 2026 Nov 24 10:00:00 UTC: %A-5-B: y", true, true,
	"", "", ""},
    {"switch, no mnemonic", "2026 Nov 24 10:00:00 n1 last message repeated 7 "
	"time", true, true, "", "", ""},
    {"node", "<1>RP/0/0/CPU0:Nov 24 10:00:00 : a[7]: %A-B-5-C : y", true,
	false, "", "RP/0/0/CPU0", "a"},
    {"a tag in RFC 5424", "<1>1 2026-11-24T10:00:00Z s1 Agent - - - 57: "
	"%A-5-B: y", true, false, "", "", "Agent"},
    {"another vendor's tag", "<1>Nov 24 10:00:00 s1 Agent: %A-5-B: y", true,
	false, "", "", "Agent"},
    {"a word before percent", "<13>Nov 24 10:00:00 h up 95 %USED-1: y",
	false, false, "", "", "up"},
    {"a number is no count", "<13>Nov 24 10:00:00 h 45: text", false, false,
	"", "", "45"},
    {"percent in text", "<13>Nov 24 10:00:00 h a: at %used-1-x: y", false,
	false, "", "", "a"},
    {"weekday behind a tag", "<13>Nov 24 10:00:00 h ESA: Tue Nov 24 10:00:00 "
	"2026 Info: y", false, false, "", "", "ESA"},
};

static void
test_cisco(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cisco) / sizeof(*cisco); i++) {
		struct header h;

		header_parse(str_from(cisco[i].line), &h);
		if (!h.is_cisco)
			fail_msg("%s: not recognised", cisco[i].name);
		same(cisco[i].name, "host", cisco[i].host, h.hostname);
		same(cisco[i].name, "facility", cisco[i].facility,
		    h.facility);
		same(cisco[i].name, "severity", cisco[i].severity,
		    h.severity);
		same(cisco[i].name, "mnemonic", cisco[i].mnemonic,
		    h.mnemonic);
		same(cisco[i].name, "message", cisco[i].message, h.message);
	}
}

static void
test_cisco_kinds(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		struct header h;

		header_parse(str_from(kinds[i].line), &h);
		if (h.is_cisco != kinds[i].is_cisco ||
		    h.is_nxos != kinds[i].is_nxos)
			fail_msg("%s: Cisco's %d, NX-OS %d", kinds[i].name,
			    h.is_cisco, h.is_nxos);
		same(kinds[i].name, "sequence", kinds[i].sequence,
		    h.sequence);
		same(kinds[i].name, "node", kinds[i].node, h.node);
		same(kinds[i].name, "app", kinds[i].app, h.appname);
	}
}

static void
test_cut(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cisco) / sizeof(*cisco); i++)
		cut_everywhere(cisco[i].line);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		cut_everywhere(kinds[i].line);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_cisco),
	    cmocka_unit_test(test_cisco_kinds),
	    cmocka_unit_test(test_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
