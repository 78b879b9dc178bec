#include "tests/unit/header_fixture.h"

static const struct {
	const char *name;
	const char *line;
	enum header_form form;
	int pri;
	const char *host;
	const char *app;
	const char *pid;
	const char *message;
} rows[] = {
    {"plain 3164", "<38>Nov 24 10:00:00 srv1 sshd[812]: hello there",
	HEADER_RFC3164, 38, "srv1", "sshd", "812", "hello there"},
    {"no PRI", "Nov 24 10:00:00 srv1 sshd[812]: hello", HEADER_RFC3164, 13,
	"srv1", "sshd", "812", "hello"},
    {"day of one digit", "<13>Nov  4 10:00:00 srv1 cron: hello",
	HEADER_RFC3164, 13, "srv1", "cron", "", "hello"},
    {"year in front", "<13>2026 Nov 24 10:00:00 srv1 cron: x",
	HEADER_RFC3164, 13, "srv1", "cron", "", "x"},
    {"year inside", "<13>Nov 24 2026 10:00:00 srv1 cron: x",
	HEADER_RFC3164, 13, "srv1", "cron", "", "x"},
    {"year behind", "<13>Nov 24 10:00:00 2026 srv1 cron: x",
	HEADER_RFC3164, 13, "srv1", "cron", "", "x"},
    {"milliseconds", "<13>Nov 24 10:00:00.123 srv1 cron: x",
	HEADER_RFC3164, 13, "srv1", "cron", "", "x"},
    {"ISO stamp", "<13>2026-11-24T10:00:00+01:00 srv1 cron[7]: x",
	HEADER_RFC3164, 13, "srv1", "cron", "7", "x"},
    {"Kiwi's columns", "02-21-2026\t16:19:35\tAuth.Warning\t192.0.2.22\t"
	"su[7]: x", HEADER_RFC3164, 36, "192.0.2.22", "su", "7", "x"},
    {"Kiwi's columns, a PRI", "2026-02-21\t16:19:35\tAuth.Warning\t192.0.2.22"
	"\t<38>su[7]: x", HEADER_RFC3164, 38, "192.0.2.22", "su", "7", "x"},
    {"Kiwi's columns, RFC 5424", "02-21-2026\t16:19:35\tAuth.Warning\t"
	"192.0.2.22\t1 2026-02-21T15:19:35Z host1 su 7 ID - x",
	HEADER_RFC5424, 36, "host1", "su", "7", "x"},
    {"a file's sentence", "2026-11-24T10:00:01+01:00 Thread 1 advanced",
	HEADER_RFC3164, 13, "", "", "", "Thread 1 advanced"},
    {"a file's host with a capital", "2026-11-24T10:00:01+01:00 Fileserver "
	"su[7]: x", HEADER_RFC3164, 13, "Fileserver", "su", "7", "x"},
    {"a file's small letters", "2026-11-24 10:00:00 status half-configured "
	"pkg 1.0", HEADER_RFC3164, 13, "", "", "",
	"status half-configured pkg 1.0"},
    {"a file's capitals", "Tue Nov 24 10:00:00 2026 CONNECT FROM C1/- host "
	"192.0.2.7/3299", HEADER_RFC3164, 13, "", "", "",
	"CONNECT FROM C1/- host 192.0.2.7/3299"},
    {"a file's dash", "2026-11-24T10:00:00Z sentinel - text",
	HEADER_RFC3164, 13, "", "", "", "sentinel - text"},
    {"a file's two words", "2026-11-24T10:00:00Z alpha beta",
	HEADER_RFC3164, 13, "alpha", "", "", "beta"},
    {"a file's host and tag", "2026-11-24T10:00:01+01:00 gateway su[7]: x",
	HEADER_RFC3164, 13, "gateway", "su", "7", "x"},
    {"a file's host and tag without colon", "2026-11-24 10:00:01,123 gateway "
	"proftpd[7] x", HEADER_RFC3164, 13, "gateway", "proftpd", "7", "x"},
    {"a file's host with a digit", "2026-11-24T10:00:01+01:00 fw1 link down",
	HEADER_RFC3164, 13, "fw1", "", "", "link down"},
    {"what is no word behind a host", "2026-11-24T10:00:01+01:00 gw "
	"firewall,info input: x", HEADER_RFC3164, 13, "gw", "", "",
	"firewall,info input: x"},
    {"letters with a priority", "<13>2026-11-24T10:00:01Z gateway port down",
	HEADER_RFC3164, 13, "gateway", "port", "", "down"},
    {"letters behind RFC 3164's stamp", "Nov 24 10:00:01 gateway port down",
	HEADER_RFC3164, 13, "gateway", "port", "", "down"},
    {"letters behind two stamps", "Nov 24 10:00:00 2026-11-24T09:59:59Z GW "
	"port down", HEADER_RFC3164, 13, "GW", "port", "", "down"},
    {"5424 with two blanks", "<134>1  2026-11-24T10:00:00Z  h su 12 ID - x",
	HEADER_RFC5424, 134, "h", "su", "12", "x"},
    {"two stamps", "<13>Nov 24 10:00:00 2026-11-24T09:59:59.123Z srv1 cron[7]: "
	"x", HEADER_RFC3164, 13, "srv1", "cron", "7", "x"},
    {"IPv6 host", "<13>Nov 24 10:00:00 2001:db8::1 cron: x", HEADER_RFC3164,
	13, "2001:db8::1", "cron", "", "x"},
    {"IPv6 host ends in colons", "<13>Nov 24 10:00:00 2001:db8:: cron: x",
	HEADER_RFC3164, 13, "2001:db8::", "cron", "", "x"},
    {"no host", "<13>Nov 24 10:00:00 cron[5]: x", HEADER_RFC3164, 13, "",
	"cron", "5", "x"},
    {"no stamp", "<13>cron[5]: x", HEADER_RFC3164, 13, "", "cron", "5", "x"},
    {"no stamp but host", "<13>srv1 cron[5]: x", HEADER_RFC3164, 13, "srv1",
	"cron", "5", "x"},
    {"host only", "<13>Nov 24 10:00:00 srv1", HEADER_RFC3164, 13, "srv1", "",
	"", ""},
    {"both of AIX's names for a level", "Nov 24 10:00:00 aix1 "
	"daemon:err|error inetd[77]: x", HEADER_RFC3164, 13, "aix1", "inetd",
	"77", "x"},
    {"Solaris's ip", "<28>Nov 24 10:00:00 sol1 ip: [ID 856290 kern.warning] x",
	HEADER_RFC3164, 28, "sol1", "ip", "", "x"},
    {"a file's epoch", "1795510800 srv7 sshd[77]: x", HEADER_RFC3164, 13,
	"srv7", "sshd", "77", "x"},
    {"a host without a name", "Nov 24 10:00:00 (none) su[3]: x",
	HEADER_RFC3164, 13, "", "su", "3", "x"},
    {"brackets where RFC 5424 has its program", "2026-11-24 10:00:00,123 [id:1] "
	"- ERROR [Pool-3:S@90] - x", HEADER_RFC3164, 13, "", "", "",
	"[id:1] - ERROR [Pool-3:S@90] - x"},
    {"a tag and a blank before the colon", "<13>Nov 24 10:00:00 eDirectory : "
	"INFO x", HEADER_RFC3164, 13, "", "eDirectory", "", "INFO x"},
    {"a host before such a colon", "<13>Nov 24 10:00:00 fw1 : x",
	HEADER_RFC3164, 13, "fw1", "", "", "x"},
    {"a pid and a blank before the colon", "<13>Nov 24 10:00:00 srv1 su[3] : x",
	HEADER_RFC3164, 13, "srv1", "su", "3", "x"},
    {"an empty pid", "<13>Nov 24 10:00:00 srv1 su[]: x", HEADER_RFC3164, 13,
	"srv1", "su", "", "x"},
    {"a pid of none", "<13>Nov 24 10:00:00 srv1 su[-]: x", HEADER_RFC3164, 13,
	"srv1", "su", "", "x"},
    {"a module's name", "<13>Nov 24 10:00:00 srv1 Mail::Filter[3]: x",
	HEADER_RFC3164, 13, "srv1", "Mail::Filter", "3", "x"},
    {"a method in a text", "<13>Nov 24 10:00:00 srv1 mail::send: x",
	HEADER_RFC3164, 13, "srv1", "", "", "mail::send: x"},
    {"full name and colon", "<13>Nov 24 10:00:00 a.example.com: su[3]: x",
	HEADER_RFC3164, 13, "a.example.com", "su", "3", "x"},
    {"name, address and tag", "<13>Nov 24 10:00:00 ns1.example.com 192.0.2.1 "
	"named[3]: x", HEADER_RFC3164, 13, "ns1.example.com", "named", "3", "x"},
    {"name, address and tag without pid", "<13>Nov 24 10:00:00 ns1 192.0.2.1 "
	"httpd: x", HEADER_RFC3164, 13, "ns1", "httpd", "", "x"},
    {"an address that begins a text", "<13>Nov 24 10:00:00 ns1 192.0.2.1 TCP: x",
	HEADER_RFC3164, 13, "ns1", "", "", "192.0.2.1 TCP: x"},
    {"RFC 3164 section 5.4", "<0>1990 Oct 22 10:52:01 TZ-6 "
	"scapegoat.dmz.example.org 192.0.2.3 sched[0]: That's All Folks!",
	HEADER_RFC3164, 0, "scapegoat.dmz.example.org", "sched", "0",
	"That's All Folks!"},
    {"BOM behind the priority", "<13>\xef\xbb\xbfNov 24 10:00:00 srv1 su[3]: x",
	HEADER_RFC3164, 13, "srv1", "su", "3", "x"},
    {"stamp in brackets", "<13>[2026-11-24 10:00:00] srv1 su[3]: x",
	HEADER_RFC3164, 13, "srv1", "su", "3", "x"},
    {"a text's stamp in brackets", "<13>[2026-11-24 10:00:00] ERROR: x",
	HEADER_RFC3164, 13, "", "", "", "[2026-11-24 10:00:00] ERROR: x"},
    {"a clock without its day", "<13>10:00:00 srv1 su[3]: x", HEADER_RFC3164,
	13, "srv1", "su", "3", "x"},
    {"RouterOS's date", "<13>nov/24/2026 10:00:00 srv1 su[3]: x",
	HEADER_RFC3164, 13, "srv1", "su", "3", "x"},
    {"a date without signs", "<13>20261124 10:00:00 srv1 su[3]: x",
	HEADER_RFC3164, 13, "srv1", "su", "3", "x"},
    {"path and module", "<13>Nov 24 10:00:00 s /usr/sbin/su(pam)[3]: x",
	HEADER_RFC3164, 13, "s", "/usr/sbin/su(pam)", "3", "x"},
    {"tag of two words", "<13>Nov 24 10:00:00 mac Some Program[31]: x",
	HEADER_RFC3164, 13, "mac", "Some Program", "31", "x"},
    {"Snare's first column", "<14>Nov 24 10:00:00 dc1 MSWinEventLog\t1\tx",
	HEADER_RFC3164, 14, "dc1", "MSWinEventLog", "", "1\tx"},
    {"another tab", "<14>Nov 24 10:00:00 dc1 one\ttwo",
	HEADER_RFC3164, 14, "dc1", "", "", "one\ttwo"},
    {"AIX's priority", "<86>Nov 24 10:00:00 aix1 auth|security:info su: x",
	HEADER_RFC3164, 86, "aix1", "su", "", "x"},
    {"AIX's priority, process id",
	"<86>Nov 24 10:00:00 aix1 daemon:notice sshd[7]: x", HEADER_RFC3164, 86,
	"aix1", "sshd", "7", "x"},
    {"a sentence in small letters",
	"<13>Nov 24 10:00:00 fw1 denied connection from a", HEADER_RFC3164, 13,
	"fw1", "", "", "denied connection from a"},
    {"a list is no tag", "<13>Nov 24 10:00:00 fw1 src_ip: 192.0.2.7, x: y",
	HEADER_RFC3164, 13, "fw1", "", "", "src_ip: 192.0.2.7, x: y"},
    {"bare tag", "<13>Nov 24 10:00:00 srv1 backup finished in 3 s",
	HEADER_RFC3164, 13, "srv1", "backup", "", "finished in 3 s"},
    {"a sentence is no tag", "<13>Nov 24 10:00:00 srv1 Link is up",
	HEADER_RFC3164, 13, "srv1", "", "", "Link is up"},
    {"Astaro's stamp", "<30>2026:11:24-10:00:00 fw1 ulogd[7]: x",
	HEADER_RFC3164, 30, "fw1", "ulogd", "7", "x"},
    {"priority in words", "<13>Nov 24 10:00:00 ap1 daemon.err hostapd: x",
	HEADER_RFC3164, 13, "ap1", "hostapd", "", "x"},
    {"priority in words without tag", "<13>Nov 24 10:00:00 ap1 user.info x y",
	HEADER_RFC3164, 13, "ap1", "user.info", "", "x y"},
    {"level in words", "<13>Nov 24 10:00:00 lb1 notice mcpd[7]: x",
	HEADER_RFC3164, 13, "lb1", "mcpd", "7", "x"},
    {"host twice", "<13>Nov 24 10:00:00 gw1 gw1 sshd[7]: x",
	HEADER_RFC3164, 13, "gw1", "sshd", "7", "x"},
    {"host twice without tag", "<13>Nov 24 10:00:00 gw1 gw1 is up",
	HEADER_RFC3164, 13, "gw1", "gw1", "", "is up"},
    {"a count before PRI", "42 <13>Nov 24 10:00:00 gw1 su: x",
	HEADER_RFC3164, 13, "gw1", "su", "", "x"},
    {"pairs are no tag", "<13>Nov 24 10:00:00 fw1 device=\"x\" a=1",
	HEADER_RFC3164, 13, "fw1", "", "", "device=\"x\" a=1"},
    {"pairs alone", "<189>date=2026-11-24 time=10:00:00 a=b",
	HEADER_RFC3164, 189, "", "", "", "date=2026-11-24 time=10:00:00 a=b"},
    {"CEF behind PRI", "<13>CEF:0|a|b|1|2|c|3|x=y", HEADER_RFC3164, 13, "",
	"", "", "CEF:0|a|b|1|2|c|3|x=y"},
    {"CEF behind host", "<13>Nov 24 10:00:00 fw1 CEF:0|a|b|1|2|c|3|x=y",
	HEADER_RFC3164, 13, "fw1", "", "", "CEF:0|a|b|1|2|c|3|x=y"},
    {"JSON behind PRI", "<13>{\"a\": 1}", HEADER_RFC3164, 13, "", "", "",
	"{\"a\": 1}"},
    {"AIX", "<13>Nov 24 10:00:00 Message forwarded from aix1: su: x",
	HEADER_RFC3164, 13, "aix1", "su", "", "x"},
    {"blank before the process id", "<13>Nov 24 10:00:00 mx1 sogod [26818]: x",
	HEADER_RFC3164, 13, "mx1", "sogod", "26818", "x"},
    {"blank before the process id, no host", "Nov 24 10:00:00 sogod [268]: x",
	HEADER_RFC3164, 13, "", "sogod", "268", "x"},
    {"BSD's level behind the stamp", "Nov 24 10:00:00 <mail.info> mx1 "
	"sm-mta[27]: x", HEADER_RFC3164, 22, "mx1", "sm-mta", "27", "x"},
    {"BSD's level as numbers", "Nov 24 10:00:00 <4.6> mx1 sshd[27]: x",
	HEADER_RFC3164, 38, "mx1", "sshd", "27", "x"},
    {"the wire's PRI counts", "<13>Nov 24 10:00:00 <mail.info> mx1 su: x",
	HEADER_RFC3164, 13, "mx1", "su", "", "x"},
    {"no level", "Nov 24 10:00:00 <no.thing> mx1 su: x", HEADER_RFC3164, 13,
	"", "", "", "<no.thing> mx1 su: x"},
    {"Solaris", "<38>Nov 24 10:00:00 sun1 sshd[4]: [ID 800047 auth.info] x",
	HEADER_RFC3164, 38, "sun1", "sshd", "4", "x"},
    {"nearly Solaris", "<38>Nov 24 10:00:00 sun1 sshd[4]: [ID x] x",
	HEADER_RFC3164, 38, "sun1", "sshd", "4", "[ID x] x"},
    {"relay's header around", "<13>Nov 24 10:00:00 relay Nov 24 09:59:59 "
	"inner sshd[1]: x", HEADER_RFC3164, 13, "inner", "sshd", "1", "x"},
    {"relay's header around with PRI", "<13>Nov 24 10:00:00 relay "
	"<38>Nov 24 09:59:59 inner sshd[1]: x", HEADER_RFC3164, 38, "inner",
	"sshd", "1", "x"},
    {"5424", "<165>1 2026-11-24T10:00:00.003Z srv1 app 8 ID4 - text",
	HEADER_RFC5424, 165, "srv1", "app", "8", "text"},
    {"5424 nil values", "<0>1 - - - - - -", HEADER_RFC5424, 0, "", "", "",
	""},
    {"5424 with BOM", "<13>1 - h a - - - \xef\xbb\xbftext", HEADER_RFC5424,
	13, "h", "a", "", "text"},
    {"5424, LF in the text", "<13>1 - h a - - - x\ny", HEADER_RFC5424, 13,
	"h", "a", "", "x\ny"},
    {"5424 around 3164", "<13>1 - relay - - - - Nov 24 10:00:00 h su[4]: x",
	HEADER_RFC3164, 13, "h", "su", "4", "x"},
    {"5424 without version", "<13> 2026-11-24T10:00:00Z h app - - - x",
	HEADER_RFC5424, 13, "h", "app", "", "x"},
    {"5424 then JSON", "<13>1 2026-11-24T10:00:00Z h {\"a\":1}",
	HEADER_RFC5424, 13, "h", "", "", "{\"a\":1}"},
    {"PRI too large", "<999>Nov 24 10:00:00 h su: x", HEADER_RFC3164, 13,
	"h", "su", "", "x"},
    {"PRI with zero", "<013>Nov 24 10:00:00 h su: x", HEADER_RFC3164, 13,
	"h", "su", "", "x"},
    {"PRI empty", "<>Nov 24 10:00:00 h su: x", HEADER_RFC3164, 13, "h", "su",
	"", "x"},
    {"text only", "nothing of the kind", HEADER_BARE, 13, "", "", "",
	"nothing of the kind"},
    {"trailer", "<13>Nov 24 10:00:00 h su: x\r\n", HEADER_RFC3164, 13, "h",
	"su", "", "x"},
    {"BOM in front", "\xef\xbb\xbf<13>Nov 24 10:00:00 h su: x",
	HEADER_RFC3164, 13, "h", "su", "", "x"},
    {"repeated", "<13>Nov 24 10:00:00 h su: message repeated 3 times: [ x]",
	HEADER_RFC3164, 13, "h", "su", "", "x"},
    {"repeated, no host", "<13>Nov 24 10:00:00 last message repeated 3 times",
	HEADER_RFC3164, 13, "", "", "", "last message repeated 3 times"},
    {"level before the tag", "<166>Nov 24 10:00:00 lb1 notice tmsh[16]: x",
	HEADER_RFC3164, 166, "lb1", "tmsh", "16", "x"},
    {"facility and level", "<14>Nov 24 10:00:00 ap1 user.info kernel: x",
	HEADER_RFC3164, 14, "ap1", "kernel", "", "x"},
    {"facility and level for a PRI", "Tue Nov 24 10:00:00 2026 daemon.err "
	"dnsmasq[4]: x", HEADER_RFC3164, 27, "", "dnsmasq", "4", "x"},
    {"a level is no program", "<14>Nov 24 10:00:00 ap1 Warning: hot",
	HEADER_RFC3164, 14, "ap1", "", "", "Warning: hot"},
    {"blade", "<166>Nov 24 10:00:00 slot2/lb1 info CRON[6]: x",
	HEADER_RFC3164, 166, "lb1", "CRON", "6", "x"},
    {"host twice", "<14>Nov 24 10:00:00 gw1 gw1 sshd[45]: x", HEADER_RFC3164,
	14, "gw1", "sshd", "45", "x"},
    {"capitals", "<14>Nov 24 10:00:00 SRV1 sshd[45]: x", HEADER_RFC3164, 14,
	"SRV1", "sshd", "45", "x"},
    {"blank before the process id", "Nov 24 10:00:00 groupd [26]: x",
	HEADER_RFC3164, 13, "", "groupd", "26", "x"},
    {"tag in brackets", "Nov 24 10:00:00 [sshd]: x", HEADER_RFC3164, 13, "",
	"sshd", "", "x"},
    {"label of macOS", "Nov 24 10:00:00 mac sandboxd[12] ([31]): x",
	HEADER_RFC3164, 13, "mac", "sandboxd", "12", "x"},
    {"AIX behind a relay", "<13>Nov 24 10:00:00 relay Message forwarded from "
	"aix1: su: x", HEADER_RFC3164, 13, "aix1", "su", "", "x"},
    {"count of octets left over", "47 <13>Nov 24 10:00:00 h su: x",
	HEADER_RFC3164, 13, "h", "su", "", "x"},
    {"number, then text", "47 <b>bold</b>", HEADER_BARE, 13, "", "", "",
	"47 <b>bold</b>"},
    {"no blank behind the stamp", "<13>Nov 24 10:00:00mq1 event: up",
	HEADER_RFC3164, 13, "mq1", "event", "", "up"},
    {"stamp ends in a colon", "<13>Nov 24 10:00:00: srv1 su: x",
	HEADER_RFC3164, 13, "srv1", "su", "", "x"},
    {"text behind the stamp's colon", "2026-11-24T10:00:00Z: Failed login: x",
	HEADER_RFC3164, 13, "", "", "", "Failed login: x"},
    {"digits with slashes", "<134> 11/24/2026:10:00:00 GMT ns1 0-PPE-0 : x",
	HEADER_RFC3164, 134, "ns1", "", "", "0-PPE-0 : x"},
    {"digits with colons", "<30>2026:11:24-10:00:00 utm1 ulogd[12]: id=\"1\"",
	HEADER_RFC3164, 30, "utm1", "ulogd", "12", "id=\"1\""},
    {"digits are no header inside", "<13>1 - h - - - - 24-11-2026 10:00:00   "
	"Mail Server: x", HEADER_RFC5424, 13, "h", "", "",
	"24-11-2026 10:00:00   Mail Server: x"},
    {"epoch for a stamp", "<134>1 1795514400.123 ap1 events type=x",
	HEADER_RFC3164, 134, "ap1", "events", "", "type=x"},
    {"epoch, nine digits, no version", "<134> 948136486.7217 mx1 urls src=x",
	HEADER_RFC3164, 134, "mx1", "urls", "", "src=x"},
    {"NetApp with a blank, loud", "<13>Nov 24 10:00:00 "
	"[na1: secd.conn.failure:EMERGENCY]: x", HEADER_RFC3164, 13, "na1", "",
	"", "[na1: secd.conn.failure:EMERGENCY]: x"},
    {"a program's date is no host", "<13>Nov 24 10:00:00 2026-11-24 10:00:00 "
	"- ive - x", HEADER_RFC3164, 13, "", "", "",
	"2026-11-24 10:00:00 - ive - x"},
    {"NX-OS behind half a header", "<187>1 2026-11-24T10:00:00Z sw1 2026 Nov "
	"24 10:00:00 UTC: %AAA-6-X: y", HEADER_RFC5424, 187, "sw1", "", "",
	"y"},
    {"behind a relay's tag", "<13>Nov 24 10:00:00 relay syslog: "
	"<38>Nov 24 09:59:59 inner sshd[1]: x", HEADER_RFC3164, 38, "inner",
	"sshd", "1", "x"},
    {"original address", "<13>Nov 24 10:00:00 relay Original "
	"Address=192.0.2.1 <38>Nov 24 09:59:59 inner sshd[1]: x",
	HEADER_RFC3164, 38, "inner", "sshd", "1", "x"},
    {"original address alone", "<38>Original Address=192.0.2.1 "
	"sshd[1]: x", HEADER_RFC3164, 38, "192.0.2.1", "sshd", "1", "x"},
    {"original address, twice", "Original Address=192.0.2.1 Original "
	"Address=192.0.2.2 <38>su: x", HEADER_RFC3164, 38, "192.0.2.2", "su", "",
	"x"},
    {"no original address", "<38>Original Address=door sshd[1]: x",
	HEADER_RFC3164, 38, "", "", "", "Original Address=door sshd[1]: x"},
    {"an address before the PRI", "192.0.2.1 <38>Nov 24 09:59:59 inner "
	"sshd[1]: x", HEADER_RFC3164, 38, "inner", "sshd", "1", "x"},
    {"Kiwi's columns", "2026-11-24 10:00:00\tAuth.Critical\tsrv1\tsu[4]: x",
	HEADER_RFC3164, 34, "srv1", "su", "4", "x"},
    {"no columns", "2026-11-24 10:00:00\tdoor.open\tsrv1\tx",
	HEADER_RFC3164, 13, "", "", "", "door.open\tsrv1\tx"},
    {"syslog-ng's chain", "<38>Nov 24 10:00:00 s_net@srv1/relay/192.0.2.1 "
	"su: x", HEADER_RFC3164, 38, "srv1", "su", "", "x"},
    {"a host's context", "<38>Nov 24 10:00:00 fw1/admin su: x",
	HEADER_RFC3164, 38, "fw1/admin", "su", "", "x"},
    {"a container's file", "2026-11-24T10:00:00.123456789Z stdout F door: x",
	HEADER_RFC3164, 13, "", "", "", "door: x"},
    {"a container's file, read", "<14>Nov 24 10:00:00 node1 web: "
	"2026-11-24T09:59:59.123456789Z stderr P x", HEADER_RFC3164, 14,
	"node1", "web", "", "x"},
    {"a host named stdout", "2026-11-24T10:00:00Z stdout door: x",
	HEADER_RFC3164, 13, "stdout", "door", "", "x"},
    {"a level, no host", "<13>Nov 24 10:00:00 notice door[1]: x",
	HEADER_RFC3164, 13, "", "door", "1", "x"},
    {"a level, then text", "2026-11-24 10:00:00,123 ERROR [door] x",
	HEADER_RFC3164, 13, "", "", "", "[door] x"},
    {"a column for the level", "2026-01-06T09:43:58.795+01:00 cam1 "
	"[ INFO    ] netd[137]: x", HEADER_RFC3164, 13, "cam1", "netd", "137",
	"x"},
    {"a full column for the level", "<13>Nov 24 10:00:00 cam1 "
	"[ CRITICAL ] netd: x", HEADER_RFC3164, 13, "cam1", "netd", "", "x"},
    {"a column for the level, no tag", "<13>Nov 24 10:00:00 cam1 [ INFO ] "
	"Link is up", HEADER_RFC3164, 13, "cam1", "", "",
	"[ INFO ] Link is up"},
    {"a column for something else", "<13>Nov 24 10:00:00 cam1 [ lan ] "
	"netd: x", HEADER_RFC3164, 13, "cam1", "", "", "[ lan ] netd: x"},
    {"the process id in parentheses", "<28>Nov 28 10:00:00 www1 "
	"maldet(1234): {hit} x", HEADER_RFC3164, 28, "www1", "maldet", "1234",
	"{hit} x"},
    {"the same without a stamp", "<28>maldet(7): x", HEADER_RFC3164, 28, "",
	"maldet", "7", "x"},
    {"a module in parentheses", "<28>Nov 28 10:00:00 www1 su(pam2): x",
	HEADER_RFC3164, 28, "www1", "su(pam2)", "", "x"},
    {"digits in parentheses alone", "<28>Nov 28 10:00:00 www1 (12): x",
	HEADER_RFC3164, 28, "www1", "(12)", "", "x"},
    {"both", "<28>Nov 28 10:00:00 www1 sandbox(7)[12]: x", HEADER_RFC3164,
	28, "www1", "sandbox(7)", "12", "x"},
    {"a verdict before pairs", "<134>Nov 24 10:00:00 Denied CONN=lan "
	"SRC=192.0.2.1", HEADER_RFC3164, 134, "", "", "",
	"Denied CONN=lan SRC=192.0.2.1"},
    {"the same without a PRI", "Nov 24 10:00:00 Dropped IN=eth0 OUT=",
	HEADER_RFC3164, 13, "", "", "", "Dropped IN=eth0 OUT="},
    {"a host before pairs", "<134>Nov 24 10:00:00 Gateway CONN=lan x=y",
	HEADER_RFC3164, 134, "Gateway", "", "", "CONN=lan x=y"},
    {"a host named so", "<134>Nov 24 10:00:00 Denied su[7]: x",
	HEADER_RFC3164, 134, "Denied", "su", "7", "x"},
    {"a host behind a relay's address", "<38>Nov 24 10:00:00 192.0.2.44 "
	"db sshd[2211]: x", HEADER_RFC3164, 38, "db", "sshd", "2211", "x"},
    {"a host behind a relay's name", "<38>Nov 24 10:00:00 relay01 db-1 "
	"sshd[2211]: x", HEADER_RFC3164, 38, "db-1", "sshd", "2211", "x"},
    {"a program of two words", "<30>Nov 24 10:00:00 ws7 Google Chrome[7]: x",
	HEADER_RFC3164, 30, "ws7", "Google Chrome", "7", "x"},
    {"a container's tag with its image", "<30>Nov 24 10:00:00 node1 "
	"pacs/web:1.2/web_1/9f8e[1234]: x", HEADER_RFC3164, 30, "node1",
	"pacs/web:1.2/web_1/9f8e", "1234", "x"},
    {"an address with its port", "<38>Nov 24 10:00:00 192.0.2.5:514 "
	"sshd[1]: x", HEADER_RFC3164, 38, "192.0.2.5", "sshd", "1", "x"},
    {"a name with its last dot", "<38>Nov 24 10:00:00 db1.example. sshd[1]: x",
	HEADER_RFC3164, 38, "db1.example", "sshd", "1", "x"},
    {"a host with a colon", "<38>Nov 24 10:00:00 db01: sshd[2211]: x",
	HEADER_RFC3164, 38, "db01", "sshd", "2211", "x"},
    {"a program with a colon, then another", "<38>Nov 24 10:00:00 postfix: "
	"smtpd[2211]: x", HEADER_RFC3164, 38, "", "postfix", "",
	"smtpd[2211]: x"},
    {"seconds since 1970", "<38>1772435709 db01 sshd[2211]: x",
	HEADER_RFC3164, 38, "db01", "sshd", "2211", "x"},
    {"milliseconds since 1970", "<38>1772435709123 db01 sshd: x",
	HEADER_RFC3164, 38, "db01", "sshd", "", "x"},
    {"a number before a text", "<38>1772435709 bytes were read",
	HEADER_RFC3164, 38, "", "", "", "1772435709 bytes were read"},
    {"ISO's basic form", "<38>20260302T081509Z db01 sshd[2211]: x",
	HEADER_RFC3164, 38, "db01", "sshd", "2211", "x"},
    {"a German month", "<38>M\xc3\xa4r  2 10:00:00 db01 sshd: x",
	HEADER_RFC3164, 38, "db01", "sshd", "", "x"},
    {"a French month", "<38>f\xc3\xa9vr. 2 10:00:00 db01 sshd: x",
	HEADER_RFC3164, 38, "db01", "sshd", "", "x"},
    {"a path in a program's file", "2026-11-24 10:00:00 conffile /etc/x keep",
	HEADER_RFC3164, 13, "", "", "", "conffile /etc/x keep"},
    {"a path is no tag", "<13>Nov 24 10:00:00 srv1 /etc/x keep",
	HEADER_RFC3164, 13, "srv1", "", "", "/etc/x keep"},
    {"a path with its process id", "2026-11-24 10:00:00 gateway "
	"/usr/sbin/su[7]: x", HEADER_RFC3164, 13, "gateway", "/usr/sbin/su",
	"7", "x"},
    {"a blank in brackets", "<13>Nov 24 10:00:00 [ a:b:notice]: x",
	HEADER_RFC3164, 13, "", "", "", "[ a:b:notice]: x"},
    {"a sentence with a colon", "Event type: x y", HEADER_BARE, 13, "", "",
	"", "Event type: x y"},
    {"host and tag, nothing else", "myhost sshd: x", HEADER_BARE, 13,
	"myhost", "sshd", "", "x"},
    {"no tag", "<14>2026-11-24 10:00:00,123 s1 - CEF:0|A|B|1|x|y|3|",
	HEADER_RFC3164, 14, "s1", "", "", "CEF:0|A|B|1|x|y|3|"},
    {"words and a colon", "zone 10.in-addr.arpa/IN: Transfer started.",
	HEADER_BARE, 13, "", "", "", "zone 10.in-addr.arpa/IN: Transfer started."},
    {"a column's word", "2026-11-24 10:00:00.12 Logon       Login failed",
	HEADER_RFC3164, 13, "", "", "", "Logon       Login failed"},
    {"no host", "<13>2026-11-24 10:00:00 - {\"a\":1}", HEADER_RFC3164, 13, "",
	"", "", "{\"a\":1}"},
    {"TACACS+", "<189>Nov 24 10:00:00 sw1 41: Nov 24 10:00:00.1: "
	"%TAC+-3-SERVERNO: x", HEADER_RFC3164, 189, "sw1", "", "", "x"},
    {"a level behind an inner stamp", "<22>Nov 24 10:00:00 relay "
	"2026-11-24T10:00:00.123Z local7.notice sw1 %LINK-3-UPDOWN: x",
	HEADER_RFC3164, 22, "sw1", "", "", "x"},
    {"NetApp", "<13>Nov 24 10:00:00 [na1:secd.conn.failure:notice]: x",
	HEADER_RFC3164, 13, "na1", "", "", "[na1:secd.conn.failure:notice]: x"},
    {"brackets of others", "<13>Nov 24 10:00:00 [core:warn:x y] x",
	HEADER_RFC3164, 13, "", "", "", "[core:warn:x y] x"},
    {"relayed without a tag", "<13>Nov 24 10:00:05 relay1 Nov 24 10:00:00 "
	"fw-1 (3 links are down)", HEADER_RFC3164, 13, "fw-1", "", "",
	"(3 links are down)"},
    {"relayed by itself", "<13>Nov 24 10:00:05 gate Nov 24 10:00:00 gate (3 "
	"links)", HEADER_RFC3164, 13, "gate", "", "", "(3 links)"},
    {"a stamp and words", "<13>Nov 24 10:00:05 gate Nov 24 10:00:00 link (3 "
	"links)", HEADER_RFC3164, 13, "gate", "", "",
	"Nov 24 10:00:00 link (3 links)"},
    {"ISE's category is no host", "<13>Nov 24 10:00:00 CISE_Alarm WARN: x",
	HEADER_RFC3164, 13, "", "", "", "CISE_Alarm WARN: x"},
    {"an address in brackets", "<13>Nov 24 10:00:00 [192.0.2.1] app[7]: x",
	HEADER_RFC3164, 13, "192.0.2.1", "app", "7", "x"},
    {"IPv6 in brackets", "<13>Nov 24 10:00:00 [2001:db8::1] app: x",
	HEADER_RFC3164, 13, "2001:db8::1", "app", "", "x"},
    {"brackets without a tag", "<13>Nov 24 10:00:00 [192.0.2.1] seen twice",
	HEADER_RFC3164, 13, "", "", "", "[192.0.2.1] seen twice"},
    {"a program's own stamp", "<13>Nov 24 10:00:00 vpn1 Vpn: 2026-11-24 "
	"10:00:00 - ive - x", HEADER_RFC3164, 13, "vpn1", "Vpn", "",
	"2026-11-24 10:00:00 - ive - x"},
    {"Radware", "<27>[Device: dp1 192.0.2.9] M_1: x", HEADER_RFC3164, 27,
	"dp1", "", "", "[Device: dp1 192.0.2.9] M_1: x"},
    {"UniFi's name, MAC and version", "<27>Nov 24 10:00:00 "
	"sw1,02005e001053,v4.0.66.1 switch: x", HEADER_RFC3164, 27, "sw1",
	"", "", "sw1,02005e001053,v4.0.66.1 switch: x"},
    {"name before pairs", "<166>Nov 24 10:00:00 lb1,rule=http,src=192.0.2.1",
	HEADER_RFC3164, 166, "lb1", "", "", "lb1,rule=http,src=192.0.2.1"},
    {"columns are no name", "<14>Nov 24 10:00:00 1,2026/11/24 10:00:00,007",
	HEADER_RFC3164, 14, "", "", "", "1,2026/11/24 10:00:00,007"},
    {"archive, agent", "2026 Nov 24 10:00:02 (pc1) 192.0.2.4->WinEvtLog "
	"2026 Nov 24 10:00:00 WinEvtLog: x", HEADER_RFC3164, 13, "pc1",
	"WinEvtLog", "", "x"},
    {"archive, host", "2026 Nov 24 10:00:02 fw1->192.0.2.1 date=2026-11-24",
	HEADER_RFC3164, 13, "fw1", "", "", "date=2026-11-24"},
    {"node of a cluster", "<13>Nov 24 10:00:00 store-1(id1) isi_d[7]: x",
	HEADER_RFC3164, 13, "store-1", "isi_d", "7", "x"},
    {"switch of a stack", "<29>Nov 24 10:00:00 sw1 (Stack) %%10SC/6/UP: x",
	HEADER_RFC3164, 29, "sw1", "%%10SC/6/UP", "", "x"},
    {"own stamp behind the tag", "<111> Nov 24 10:00:00 mail1 gate: "
	"Tue Nov 24 10:00:00 2026 Info: x", HEADER_RFC3164, 111, "mail1",
	"gate", "", "Tue Nov 24 10:00:00 2026 Info: x"},
    {"5424, blank before the version", "<13> 1 2026-11-24T10:00:00Z h app - "
	"- - x", HEADER_RFC5424, 13, "h", "app", "", "x"},
    {"5424 without PRI", "1 2026-11-24T10:00:00Z h app 7 - - x",
	HEADER_RFC5424, 13, "h", "app", "7", "x"},
    {"5424, version missing, structured data", "<13>2026-11-24T10:00:00Z h "
	"app 7 ID4 [a@1 b=\"c\"] x", HEADER_RFC5424, 13, "h", "app", "7", "x"},
    {"numbers in the text are no fields", "<13>2026-11-24T10:00:00Z h login "
	"3 times - x", HEADER_RFC3164, 13, "h", "login", "", "3 times - x"},
    {"5424 with a tag", "<13>1 2026-11-24T10:00:00Z h sshd[8]: Some text - x",
	HEADER_RFC5424, 13, "h", "sshd", "8", "Some text - x"},
    {"5424, colon behind the name", "<13>1 2026-11-24T10:00:00Z h vpn: - - - "
	"x", HEADER_RFC5424, 13, "h", "vpn", "", "x"},
    {"5424 around PRI", "<13>1 2026-11-24T10:00:00Z relay fwd - - - "
	"<38>Nov 24 10:00:00 h su: x", HEADER_RFC3164, 38, "h", "su", "", "x"},
    {"empty", "", HEADER_BARE, 13, "", "", "", ""},
};

static void
test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct header h;

		header_parse(str_from(rows[i].line), &h);
		if (h.form != rows[i].form || h.pri != rows[i].pri)
			fail_msg("%s: form %d, pri %d", rows[i].name, h.form,
			    h.pri);
		same(rows[i].name, "host", rows[i].host, h.hostname);
		same(rows[i].name, "app", rows[i].app, h.appname);
		same(rows[i].name, "pid", rows[i].pid, h.procid);
		same(rows[i].name, "message", rows[i].message, h.message);
	}
}

static void
test_flags(void **state)
{
	struct header h;

	(void)state;
	header_parse(STR("<192>Nov 24 10:00:00 h su: x"), &h);
	assert_true(h.bad_pri && !h.has_pri);
	header_parse(STR("<191>Nov 24 10:00:00 h su: x"), &h);
	assert_true(!h.bad_pri && h.has_pri && h.pri == 191);
	header_parse(STR("<13>1 2026-13-24T10:00:00Z h su - - - x"), &h);
	assert_true(h.bad_stamp && !h.has_stamp);
	assert_true(str_eq(h.hostname, STR("h")));
	header_parse(STR("<13>1 - h a - - [x y=\"]\"] z"), &h);
	assert_true(h.bad_sd && h.sd.n > 0);
	header_parse(STR("<13>1 - h a - - [x y =\"<3>a[7]: b\" z=\"c\"]"), &h);
	assert_true(h.bad_sd && h.sd.n > 0 && h.message.n == 0);
	header_parse(STR("<13>1 - h a - - [not data] z"), &h);
	assert_true(h.bad_sd && h.sd.n == 0);
	header_parse(STR("<13>1 - relay - - - - <38>1 - h su - - - x"), &h);
	assert_true(h.relay.n == 0); /* no stamp inside: not surely one */
	header_parse(STR("<13>Nov 24 10:00:00 r1 Nov 24 10:00:01 h su[1]: x"),
	    &h);
	assert_true(str_eq(h.relay, STR("r1")));
	header_parse(STR("<13>Nov 24 10:00:00 h last message repeated 7 times"),
	    &h);
	assert_int_equal(h.repeated, 7);
	header_parse(STR("<187>Nov 24 10:00:01 r1 603: Nov 24 10:00:00 UTC: "
			 "last message repeated 5 time"), &h);
	assert_int_equal(h.repeated, 5);
	assert_true(h.stamp.has_zone && str_eq(h.hostname, STR("r1")));
	header_parse(STR("<189>Nov 24 10:00:00 r1 CET: %SYS-6-OUT: x"), &h);
	assert_true(h.stamp.has_zone && h.stamp.offset == 3600);
	assert_true(h.appname.n == 0);
}

/* Words that may stand before the tag many times: one is taken, and nothing
 * grows with the line. */
static void
test_many_words(void **state)
{
	static char line[65536] = "<13>Nov 24 10:00:00 h ";
	struct header h;

	(void)state;
	for (size_t n = strlen(line); n + 5 < sizeof(line); n += 5)
		memcpy(line + n, "info ", 5);
	header_parse(str_from(line), &h);
	assert_true(str_eq(h.hostname, STR("h")));
}

static void
test_body(void **state)
{
	static const struct {
		const char *line;
		enum body_style body;
	} styles[] = {
	    {"<13>Nov 24 10:00:00 h a: {\"x\":1}", BODY_JSON},
	    {"<13>Nov 24 10:00:00 h a: a.b=c d=e", BODY_KV},
	    {"<13>Nov 24 10:00:00 h LEEF:1.0|a|b|c|d|", BODY_LEEF},
	    {"<13>Nov 24 10:00:00 h CEF:0|a|b|c|d|e|1|", BODY_CEF},
	    {"<13>1 - h a - - - <Event a=\"b\"/>", BODY_XML},
	    {"<13>Nov 24 10:00:00 h a: a b = c", BODY_TEXT},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(styles) / sizeof(*styles); i++) {
		struct header h;

		header_parse(str_from(styles[i].line), &h);
		if (h.body != styles[i].body)
			fail_msg("%s: style %d", styles[i].line, h.body);
	}
}

static void
test_structured_data(void **state)
{
	struct str rest, id = STR_NONE;
	struct sd_param p;
	struct header h;

	(void)state;
	header_parse(STR("<13>1 - h a - - [one@1 x=\"a\\\"b\" y=\"\"]"
			 "[two z=\"c\"] text"), &h);
	assert_false(h.bad_sd);
	rest = h.sd;
	assert_true(header_sd_next(&rest, &id, &p));
	assert_true(str_eq(p.id, STR("one@1")) && str_eq(p.name, STR("x")));
	assert_true(p.escaped && str_eq(p.value, STR("a\\\"b")));
	assert_true(header_sd_next(&rest, &id, &p));
	assert_true(str_eq(p.name, STR("y")) && p.value.n == 0);
	assert_true(header_sd_next(&rest, &id, &p));
	assert_true(str_eq(p.id, STR("two")) && str_eq(p.value, STR("c")));
	assert_false(header_sd_next(&rest, &id, &p));
	assert_int_equal(rest.n, 0);
}

static void
test_cut(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		cut_everywhere(rows[i].line);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rows),
	    cmocka_unit_test(test_flags),
	    cmocka_unit_test(test_many_words),
	    cmocka_unit_test(test_body),
	    cmocka_unit_test(test_structured_data),
	    cmocka_unit_test(test_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
