/*
 * A template is literal text in which '%' and a letter stand for a value; the
 * letters are the cases of value_write(). The capitals S, P and U are the
 * actor's (who fails, scans, attacks); the rest is the flow's or is drawn.
 *
 * Failures in the background are spread so that no threshold is reached: each
 * comes from an address of its own in 10.128.0.0/9, which fails at most twice
 * in the whole corpus, however fast that is played.
 */
#include "bench/corpus/kinds.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum role {
	OPENS,   /* starts a flow */
	GOES_ON, /* takes a recent flow of its product */
	FAILS,   /* may match a detection: an address of its own */
	RETRIES, /* who failed once or twice now succeeds */
	PLANTED  /* only in attacks */
};

/* Facility * 8 + severity, as the products have it out of the box. */
enum priority {
	KERN_WARNING = 4,
	MAIL_INFO = 22,
	AUTH_INFO = 38,
	LOCAL4_WARNING = 164,
	LOCAL4_NOTICE = 165,
	LOCAL4_INFO = 166,
	LOCAL7_ALERT = 185,
	LOCAL7_WARNING = 188,
	LOCAL7_NOTICE = 189,
	LOCAL7_INFO = 190
};

struct kind {
	enum product product;
	enum role role;
	uint16_t weight; /* lines of PARTS */
	uint8_t priority;
	const char *text;
};

/* clang-format off */
#define FORTI                                                                  \
	"date=%T time=%t devname=\"%h\" devid=\"FGT60FTK%n\" "                 \
	"eventtime=%e tz=\"+0000\" "
#define FORTI_VPN "type=\"event\" subtype=\"vpn\" "
#define NETFILTER(verdict, from, to)                                           \
	"kernel: [%K] IPTABLES-" verdict ": IN=eth0 OUT=eth1 "                 \
	"MAC=52:54:00:%x:08:00 SRC=" from " DST=" to " "

static const struct kind kinds[] = {
    /* The kinds of attacks; alone they are the background's failures. */
    [SSH_FAILED] = {SSHD, FAILS, 60, AUTH_INFO,
	"sshd[%i]: Failed password for %U from %S port %p ssh2"},
    [SSH_FAILED_INVALID] = {SSHD, FAILS, 30, AUTH_INFO,
	"sshd[%i]: Failed password for invalid user %U from %S port %p ssh2"},
    [SSH_ACCEPTED] = {SSHD, RETRIES, 20, AUTH_INFO,
	"sshd[%i]: Accepted password for %U from %S port %p ssh2"},
    [IPTABLES_DROP] = {IPTABLES, FAILS, 80, KERN_WARNING,
	NETFILTER("DROP", "%S", "%s")
	"LEN=44 TOS=0x00 PREC=0x00 TTL=%d ID=%r PROTO=TCP SPT=%p DPT=%P "
	"WINDOW=1024 RES=0x00 SYN URGP=0"},
    [ASA_DENY] = {ASA, FAILS, 70, LOCAL4_WARNING,
	"%%ASA-4-106023: Deny tcp src outside:%S/%p dst inside:%s/%P by "
	"access-group \"outside_in\" [0x0, 0x0]"},
    [VPN_FAILED] = {FORTIGATE, FAILS, 40, LOCAL7_ALERT,
	FORTI "logid=\"0101039426\" " FORTI_VPN "level=\"alert\" vd=\"root\" "
	"logdesc=\"SSL VPN login fail\" action=\"ssl-login-fail\" "
	"tunneltype=\"ssl-web\" tunnelid=0 remip=%S user=\"%U\" "
	"group=\"N/A\" dst_host=\"N/A\" "
	"reason=\"sslvpn_login_permission_denied\" "
	"msg=\"SSL user failed to logged in\""},
    [WEB_NOT_FOUND] = {NGINX, FAILS, 50, LOCAL7_INFO,
	"nginx: %S - - [%C] \"GET %M HTTP/1.1\" 404 %d3 \"-\" \"%g\""},
    [WEB_FOUND] = {NGINX, PLANTED, 0, LOCAL7_INFO,
	"nginx: %S - - [%C] \"GET %m HTTP/1.1\" 200 %b \"-\" \"%g\""},

    /* OpenSSH */
    {SSHD, FAILS, 20, AUTH_INFO,
	"sshd[%i]: Invalid user %U from %S port %p"},
    {SSHD, FAILS, 20, AUTH_INFO,
	"sshd[%i]: pam_unix(sshd:auth): authentication failure; logname= "
	"uid=0 euid=0 tty=ssh ruser= rhost=%S  user=%U"},
    {SSHD, OPENS, 430, AUTH_INFO,
	"sshd[%i]: Accepted publickey for %u from %a port %p ssh2: ED25519 "
	"SHA256:%k"},
    {SSHD, OPENS, 130, AUTH_INFO,
	"sshd[%i]: Accepted password for %u from %a port %p ssh2"},
    {SSHD, GOES_ON, 550, AUTH_INFO,
	"sshd[%i]: pam_unix(sshd:session): session opened for user "
	"%u(uid=1%d0) by (uid=0)"},
    {SSHD, GOES_ON, 430, AUTH_INFO,
	"sshd[%i]: pam_unix(sshd:session): session closed for user %u"},
    {SSHD, GOES_ON, 160, AUTH_INFO,
	"sshd[%i]: Received disconnect from %a port %p:11: disconnected by "
	"user"},
    {SSHD, GOES_ON, 160, AUTH_INFO,
	"sshd[%i]: Disconnected from user %u %a port %p"},
    {SSHD, GOES_ON, 40, AUTH_INFO,
	"sshd[%i]: Connection closed by %a port %p [preauth]"},

    /* netfilter */
    {IPTABLES, FAILS, 40, KERN_WARNING,
	NETFILTER("DROP", "%S", "%s")
	"LEN=78 TOS=0x00 PREC=0x00 TTL=%d ID=%r PROTO=UDP SPT=%p DPT=%P "
	"LEN=58"},
    {IPTABLES, OPENS, 320, KERN_WARNING,
	NETFILTER("ACCEPT", "%a", "%s")
	"LEN=60 TOS=0x00 PREC=0x00 TTL=%d ID=%r DF PROTO=TCP SPT=%p DPT=%w "
	"WINDOW=64240 RES=0x00 SYN URGP=0"},
    {IPTABLES, OPENS, 170, KERN_WARNING,
	NETFILTER("ACCEPT", "%a", "%o")
	"LEN=71 TOS=0x00 PREC=0x00 TTL=%d ID=%r DF PROTO=UDP SPT=%p DPT=53 "
	"LEN=51"},
    {IPTABLES, OPENS, 40, KERN_WARNING,
	NETFILTER("ACCEPT", "%a", "%s")
	"LEN=84 TOS=0x00 PREC=0x00 TTL=%d ID=%r DF PROTO=ICMP TYPE=8 CODE=0 "
	"ID=%r SEQ=%d"},

    /* Cisco ASA */
    {ASA, FAILS, 20, LOCAL4_WARNING,
	"%%ASA-4-106023: Deny udp src outside:%S/%p dst inside:%s/%P by "
	"access-group \"outside_in\" [0x0, 0x0]"},
    {ASA, FAILS, 10, LOCAL4_INFO,
	"%%ASA-6-113015: AAA user authentication Rejected : reason = Invalid "
	"password : local database : user = %U : user IP = %S"},
    {ASA, FAILS, 5, LOCAL4_INFO,
	"%%ASA-6-605004: Login denied from %S/%p to inside:%s/ssh for user "
	"\"%U\""},
    {ASA, OPENS, 635, LOCAL4_INFO,
	"%%ASA-6-302013: Built outbound TCP connection %c for outside:%o/%w "
	"(%o/%w) to inside:%a/%p (192.0.2.254/%p)"},
    {ASA, OPENS, 290, LOCAL4_INFO,
	"%%ASA-6-302013: Built inbound TCP connection %c for outside:%o/%p "
	"(%o/%p) to inside:%s/%w (192.0.2.253/%w)"},
    {ASA, GOES_ON, 940, LOCAL4_INFO,
	"%%ASA-6-302014: Teardown TCP connection %c for outside:%o/%w to "
	"inside:%a/%p duration 0:%d:%d bytes %b TCP FINs"},
    {ASA, OPENS, 380, LOCAL4_INFO,
	"%%ASA-6-302015: Built outbound UDP connection %c for outside:%o/53 "
	"(%o/53) to inside:%a/%p (192.0.2.254/%p)"},
    {ASA, GOES_ON, 360, LOCAL4_INFO,
	"%%ASA-6-302016: Teardown UDP connection %c for outside:%o/53 to "
	"inside:%a/%p duration 0:00:%d bytes %d4"},
    {ASA, OPENS, 60, LOCAL4_INFO,
	"%%ASA-6-302020: Built outbound ICMP connection for faddr %o/0 gaddr "
	"192.0.2.254/%r laddr %a/%r type 8 code 0"},
    {ASA, GOES_ON, 60, LOCAL4_INFO,
	"%%ASA-6-302021: Teardown ICMP connection for faddr %o/0 gaddr "
	"192.0.2.254/%r laddr %a/%r type 8 code 0"},
    {ASA, OPENS, 280, LOCAL4_INFO,
	"%%ASA-6-305011: Built dynamic TCP translation from inside:%a/%p to "
	"outside:192.0.2.254/%p"},
    {ASA, GOES_ON, 360, LOCAL4_INFO,
	"%%ASA-6-305012: Teardown dynamic TCP translation from inside:%a/%p "
	"to outside:192.0.2.254/%p duration 0:%d:%d"},
    {ASA, OPENS, 40, LOCAL4_INFO,
	"%%ASA-6-605005: Login permitted from %a/%p to inside:%s/ssh for user "
	"\"%u\""},
    {ASA, OPENS, 40, LOCAL4_INFO,
	"%%ASA-6-113004: AAA user authentication Successful : server =  %s : "
	"user = %u"},
    {ASA, GOES_ON, 30, LOCAL4_NOTICE,
	"%%ASA-5-111008: User '%u' executed the 'show conn count' command."},
    {ASA, GOES_ON, 20, LOCAL4_NOTICE,
	"%%ASA-5-111010: User '%u', running 'CLI' from IP %a, executed 'write "
	"memory'"},

    /* FortiGate, its text behind a relay's header */
    {FORTIGATE, FAILS, 25, LOCAL7_WARNING,
	FORTI "logid=\"0000000013\" type=\"traffic\" subtype=\"forward\" "
	"level=\"warning\" vd=\"root\" srcip=%S srcport=%p srcintf=\"wan1\" "
	"dstip=%s dstport=%P dstintf=\"dmz\" sessionid=%c proto=6 "
	"action=\"deny\" policyid=0 service=\"tcp/%P\" sentbyte=0 rcvdbyte=0"},
    {FORTIGATE, FAILS, 5, LOCAL7_ALERT,
	FORTI "logid=\"0100032002\" type=\"event\" subtype=\"system\" "
	"level=\"alert\" vd=\"root\" logdesc=\"Admin login failed\" "
	"user=\"%U\" ui=\"https(%S)\" method=\"https\" srcip=%S dstip=%s "
	"action=\"login\" status=\"failed\" reason=\"passwd_invalid\" "
	"msg=\"Administrator %U login failed from https(%S) because of "
	"invalid password\""},
    {FORTIGATE, OPENS, 170, LOCAL7_NOTICE,
	FORTI "logid=\"0000000013\" type=\"traffic\" subtype=\"forward\" "
	"level=\"notice\" vd=\"root\" srcip=%a srcport=%p srcintf=\"lan\" "
	"dstip=%o dstport=443 dstintf=\"wan1\" sessionid=%c proto=6 "
	"action=\"close\" policyid=%d service=\"HTTPS\" duration=%d "
	"sentbyte=%b rcvdbyte=%b"},
    {FORTIGATE, OPENS, 80, LOCAL7_NOTICE,
	FORTI "logid=\"0000000013\" type=\"traffic\" subtype=\"forward\" "
	"level=\"notice\" vd=\"root\" srcip=%a srcport=%p srcintf=\"lan\" "
	"dstip=%o dstport=53 dstintf=\"wan1\" sessionid=%c proto=17 "
	"action=\"accept\" policyid=%d service=\"DNS\" duration=%d "
	"sentbyte=%d rcvdbyte=%d2"},
    {FORTIGATE, OPENS, 30, LOCAL7_NOTICE,
	FORTI "logid=\"0317013312\" type=\"utm\" subtype=\"webfilter\" "
	"eventtype=\"ftgd_allow\" level=\"notice\" vd=\"root\" srcip=%a "
	"srcport=%p srcintf=\"lan\" dstip=%o dstport=443 dstintf=\"wan1\" "
	"sessionid=%c proto=6 action=\"passthrough\" service=\"HTTPS\" "
	"hostname=\"www.%D\" url=\"https://www.%D%m\" "
	"catdesc=\"Health and Wellness\""},
    {FORTIGATE, OPENS, 30, LOCAL7_NOTICE,
	FORTI "logid=\"0101039947\" " FORTI_VPN "level=\"information\" "
	"vd=\"root\" logdesc=\"SSL VPN tunnel up\" action=\"tunnel-up\" "
	"tunneltype=\"ssl-tunnel\" tunnelid=%c remip=%o user=\"%u\" "
	"group=\"staff\" reason=\"tunnel established\" "
	"msg=\"SSL tunnel established\""},
    {FORTIGATE, GOES_ON, 25, LOCAL7_NOTICE,
	FORTI "logid=\"0101039948\" " FORTI_VPN "level=\"information\" "
	"vd=\"root\" logdesc=\"SSL VPN tunnel down\" action=\"tunnel-down\" "
	"tunneltype=\"ssl-tunnel\" tunnelid=%c remip=%o user=\"%u\" "
	"group=\"staff\" duration=%d6 sentbyte=%b rcvdbyte=%b "
	"reason=\"N/A\" msg=\"SSL tunnel shutdown\""},
    {FORTIGATE, OPENS, 15, LOCAL7_NOTICE,
	FORTI "logid=\"0100032001\" type=\"event\" subtype=\"system\" "
	"level=\"information\" vd=\"root\" "
	"logdesc=\"Admin login successful\" user=\"%u\" ui=\"https(%a)\" "
	"method=\"https\" srcip=%a dstip=%s action=\"login\" "
	"status=\"success\" reason=\"none\" "
	"msg=\"Administrator %u logged in successfully from https(%a)\""},

    /* nginx, combined format */
    {NGINX, OPENS, 580, LOCAL7_INFO,
	"nginx: %a - - [%C] \"GET %m HTTP/1.1\" 200 %b "
	"\"https://www.%D/\" \"%g\""},
    {NGINX, OPENS, 200, LOCAL7_INFO,
	"nginx: %o - - [%C] \"GET %m HTTP/2.0\" 200 %b \"-\" \"%g\""},
    {NGINX, GOES_ON, 210, LOCAL7_INFO,
	"nginx: %a - - [%C] \"GET %m HTTP/1.1\" 304 0 \"-\" \"%g\""},
    {NGINX, OPENS, 110, LOCAL7_INFO,
	"nginx: %a - %u [%C] \"POST %m HTTP/1.1\" 302 %d1 "
	"\"https://www.%D/login\" \"%g\""},
    {NGINX, GOES_ON, 40, LOCAL7_INFO,
	"nginx: %a - - [%C] \"GET %m HTTP/1.1\" 206 %b \"-\" \"%g\""},
    {NGINX, OPENS, 10, LOCAL7_INFO,
	"nginx: %a - - [%C] \"GET %m HTTP/1.1\" 502 1%d \"-\" \"%g\""},

    /* Postfix */
    {POSTFIX, FAILS, 20, MAIL_INFO,
	"postfix/smtpd[%i]: NOQUEUE: reject: RCPT from unknown[%S]: 554 5.7.1 "
	"<%U@%D>: Relay access denied; from=<%u@%D> to=<%U@%D> proto=ESMTP "
	"helo=<mail.%D>"},
    {POSTFIX, FAILS, 10, MAIL_INFO,
	"postfix/smtpd[%i]: warning: unknown[%S]: SASL LOGIN authentication "
	"failed: UGFzc3dvcmQ6"},
    {POSTFIX, OPENS, 340, MAIL_INFO,
	"postfix/smtpd[%i]: connect from mail.%D[%o]"},
    {POSTFIX, GOES_ON, 290, MAIL_INFO,
	"postfix/smtpd[%i]: %q: client=mail.%D[%o]"},
    {POSTFIX, GOES_ON, 290, MAIL_INFO,
	"postfix/cleanup[%i]: %q: message-id=<%c.%q@mail.%D>"},
    {POSTFIX, GOES_ON, 290, MAIL_INFO,
	"postfix/qmgr[%i]: %q: from=<%u@%D>, size=%b, nrcpt=1 (queue active)"},
    {POSTFIX, GOES_ON, 290, MAIL_INFO,
	"postfix/smtp[%i]: %q: to=<%u@%D>, relay=mx.%D[%o]:25, delay=0.%d, "
	"delays=0.%d/0/0.%d/0.%d, dsn=2.0.0, status=sent (250 2.0.0 Ok: "
	"queued as %q)"},
    {POSTFIX, GOES_ON, 310, MAIL_INFO,
	"postfix/qmgr[%i]: %q: removed"},
    {POSTFIX, GOES_ON, 240, MAIL_INFO,
	"postfix/smtpd[%i]: disconnect from mail.%D[%o] ehlo=1 mail=1 rcpt=1 "
	"data=1 quit=1 commands=5"},
};
/* clang-format on */

#define KINDS (sizeof(kinds) / sizeof(kinds[0]))
_Static_assert(KINDS <= (size_t)KINDS_MAX,
	       "struct background has no room for the kinds");

static const char *const domains[] = {
    "clinic.example",   "lab.example",  "pharmacy.example", "care.example",
    "practice.example", "rays.example", "supplier.example", "portal.example"};

static const char *const paths[] = {
    "/portal/appointments/", "/portal/results/",    "/api/v2/patients/",
    "/api/v2/orders/",       "/static/js/app.",     "/static/img/",
    "/login?next=/portal/",  "/pacs/viewer/study/",
};

static const char *const missing_paths[] = {
    "/wp-login.php?n=",
    "/.env?",
    "/phpmyadmin/index.php?v=",
    "/old/brochure-",
    "/backup.zip?",
    "/cgi-bin/test.cgi?",
    "/admin/config?id=",
    "/vendor/phpunit/eval-stdin.php?",
};

static const char *const agents[] = {
    "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 "
    "Chrome/126.0.0.0",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) "
    "AppleWebKit/605.1.15",
    "curl/8.5.0",
};

static char *
text_write(char *to, const char *text)
{
	size_t n = strlen(text);

	memcpy(to, text, n);
	return to + n;
}

static char *
number_write(char *to, uint64_t n)
{
	char digits[20];
	size_t i = sizeof(digits);

	do
		digits[--i] = (char)('0' + n % 10);
	while ((n /= 10) != 0);
	memcpy(to, digits + i, sizeof(digits) - i);
	return to + sizeof(digits) - i;
}

static char *
padded_write(char *to, uint64_t n, size_t width)
{
	for (size_t i = width; i-- > 0; n /= 10)
		to[i] = (char)('0' + n % 10);
	return to + width;
}

static char *
address_write(char *to, uint32_t address)
{
	for (int shift = 24; shift >= 0; shift -= 8) {
		to = number_write(to, (address >> shift) & 0xff);
		if (shift > 0)
			*to++ = '.';
	}
	return to;
}

/* count characters of digits, 64 of them at most, drawn from bits. */
static char *
token_write(char *to, uint64_t bits, const char *digits, uint32_t size,
	    size_t count)
{
	for (size_t i = 0; i < count; i++, bits /= size)
		*to++ = digits[bits % size];
	return to;
}

static char *
key_write(struct world *w, char *to)
{
	static const char base64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmn"
				     "opqrstuvwxyz0123456789+/";

	for (int i = 0; i < 4; i++)
		to = token_write(to, random_next(w), base64, 64, 10);
	return token_write(to, random_next(w), base64, 64, 3);
}

static char *
mac_write(struct world *w, char *to)
{
	static const char hex[] = "0123456789abcdef";
	uint64_t bits = random_next(w);

	for (int i = 0; i < 9; i++, bits >>= 7) {
		*to++ = hex[(bits >> 4) & 15];
		*to++ = hex[bits & 15];
		*to++ = ':';
	}
	return to - 1;
}

static char *
host_write(char *to, enum product product, const struct flow *flow)
{
	to = text_write(to, device_name(product));
	*to++ = '-';
	return padded_write(to, flow->host, 2);
}

/* Seconds and microseconds since a start that is the device's own. */
static char *
uptime_write(const struct world *w, char *to, const struct flow *flow)
{
	uint64_t us = (uint64_t)w->now.us % 1000000000000u;

	to = number_write(to, us / 1000000 + 100000u * flow->host);
	*to++ = '.';
	return padded_write(to, us % 1000000, 6);
}

static char *
value_write(struct world *w, char *to, char letter, enum product product,
	    const struct flow *flow)
{
	switch (letter) {
	case '%':
		*to++ = '%';
		return to;
	case 'S':
		return address_write(to, flow->source);
	case 'P':
		return number_write(to, flow->aimed_port);
	case 'U':
	case 'u':
		return text_write(to, flow->user);
	case 'a':
		return address_write(to, flow->client);
	case 's':
		return address_write(to, flow->server);
	case 'o':
		return address_write(to, flow->outside);
	case 'p':
		return number_write(to, flow->client_port);
	case 'w':
		return number_write(to, flow->server_port);
	case 'h':
		return host_write(to, product, flow);
	case 'i':
		return number_write(to, flow->pid);
	case 'c':
		return number_write(to, flow->id);
	case 'n':
		return padded_write(to, 20000000 + flow->host, 8);
	case 'q':
		return token_write(to, flow->token, "0123456789ABCDEF", 16, 10);
	case 'D':
		return text_write(to, domains[flow->token % 8]);
	case 'g':
		return text_write(to, agents[(flow->token >> 8) % 4]);
	case 'm':
		to = text_write(to, PICK(w, paths));
		return number_write(to, 1000 + random_below(w, 9000));
	case 'M':
		to = text_write(to, PICK(w, missing_paths));
		return number_write(to, random_below(w, 1000));
	case 'd':
		return padded_write(to, 10 + random_below(w, 50), 2);
	case 'b':
		return number_write(to, 100 + random_below(w, 100000));
	case 'r':
		return number_write(to, 1 + random_below(w, 65535));
	case 'k':
		return key_write(w, to);
	case 'x':
		return mac_write(w, to);
	case 'K':
		return uptime_write(w, to, flow);
	case 'T':
		return text_write(to, w->now.date);
	case 't':
		return text_write(to, w->now.clock);
	case 'C':
		return text_write(to, w->now.common);
	case 'e':
		to = number_write(to, (uint64_t)w->now.us);
		return text_write(to, "000");
	default:
		abort(); /* a template has a letter without a case */
	}
}

char *
line_write(struct world *w, char *to, uint32_t kind, const struct flow *flow)
{
	const struct kind *k = &kinds[kind];
	const char *from = k->text;
	char *begin = to;

	*to++ = '<';
	to = number_write(to, k->priority);
	*to++ = '>';
	to = text_write(to, w->now.stamp);
	*to++ = ' ';
	to = host_write(to, k->product, flow);
	*to++ = ' ';
	for (;;) {
		const char *percent = strchr(from, '%');

		if (percent == NULL)
			break;
		memcpy(to, from, (size_t)(percent - from));
		to += percent - from;
		to = value_write(w, to, percent[1], k->product, flow);
		from = percent + 2;
	}
	to = text_write(to, from);
	*to++ = '\n';
	assert(to - begin <= LINE_MAX_BYTES);
	return to;
}

enum product
kind_product(uint32_t kind)
{
	return kinds[kind].product;
}

/* An address that fails does so once, and every fourth time once more. */
static char *
failure_write(struct background *b, struct world *w, char *to, uint32_t kind)
{
	struct flow *flow = &b->failed[kind];

	if (b->fails_again[kind]) {
		b->fails_again[kind] = false;
	} else {
		*flow = flow_make(w, kinds[kind].product);
		flow->source = source_next(w);
		b->fails_again[kind] = random_below(w, 4) == 0;
	}
	return line_write(w, to, kind, flow);
}

char *
background_write(struct background *b, struct world *w, char *to)
{
	uint32_t kind = b->pick[random_below(w, PARTS)];
	const struct kind *k = &kinds[kind];
	struct flow *flow = &b->recent[k->product][random_below(w, RECENT)];

	if (k->role == FAILS)
		return failure_write(b, w, to, kind);
	if (k->role == RETRIES)
		flow = &b->failed[SSH_FAILED];
	if (k->role == OPENS)
		*flow = flow_make(w, k->product);
	return line_write(w, to, kind, flow);
}

void
background_init(struct background *b, struct world *w)
{
	uint32_t part = 0;

	for (size_t k = 0; k < KINDS; k++)
		for (uint32_t i = 0; i < kinds[k].weight; i++) {
			assert(part < PARTS);
			b->pick[part++] = (uint8_t)k;
		}
	assert(part == PARTS);
	for (uint32_t p = 0; p < PRODUCTS; p++)
		for (uint32_t i = 0; i < RECENT; i++)
			b->recent[p][i] = flow_make(w, (enum product)p);
	b->failed[SSH_FAILED] = flow_make(w, SSHD);
	b->failed[SSH_FAILED].source = source_next(w);
}
