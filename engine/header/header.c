/*
 * RFC 3164 describes what was seen in 2001, and devices have not become more
 * alike. So: a PRI, if there is one; then whatever stands before the text is
 * recognised piece by piece (sequence number, stamp, origin), in any order
 * that is known to occur; then host, tag, text. What does not look like its
 * piece is left to the text.
 */
#include "engine/header/header_parts.h"

#include "engine/header/json_list.h"

bool
header_is_body(struct str s)
{
	if (s.n == 0)
		return false;
	return s.p[0] == '{' ||
	    (s.p[0] == 'C' && (str_has_prefix(s, STR("CEF:")) ||
				  str_has_prefix(s, STR("CISE_")) ||
				  str_has_prefix(s, STR("CSCOacs_")))) ||
	    (s.p[0] == 'L' && str_has_prefix(s, STR("LEEF:")));
}

static enum body_style
style_of(struct str s)
{
	size_t i = 0;

	if (s.n < 2)
		return BODY_TEXT;
	switch (s.p[0]) {
	case '{':
		return BODY_JSON;
	case '<':
		return char_is_alpha(s.p[1]) || s.p[1] == '?' ? BODY_XML
							      : BODY_TEXT;
	case 'C':
		if (str_has_prefix(s, STR("CEF:")))
			return BODY_CEF;
		break;
	case 'L':
		if (str_has_prefix(s, STR("LEEF:")))
			return BODY_LEEF;
		break;
	default:
		break;
	}
	while (i < s.n && i < 40 && is_part(s.p[i], PART_KEY))
		i++;
	return i > 0 && i < s.n && s.p[i] == '=' ? BODY_KV : BODY_TEXT;
}

/* "last message repeated 3 times", also between dashes. */
static void
read_repeated(struct header *h)
{
	struct str s = h->message, number;
	uint64_t n;

	if (str_has_prefix(s, STR("--- ")))
		s = str_skip(s, 4);
	if (!str_has_prefix(s, STR("last message repeated ")) &&
	    !str_has_prefix(s, STR("message repeated ")))
		return;
	s = str_skip(s, str_find(s, STR("repeated ")) + 9);
	str_cut(s, ' ', &number, &s);
	if (!str_to_u64(number, &n) || n > UINT32_MAX)
		return;
	h->repeated = (uint32_t)n;
	/* rsyslog: "message repeated 3 times: [ text]" */
	if (str_has_prefix(s, STR("times: [")) && s.p[s.n - 1] == ']')
		h->message = str_trim(str_make(s.p + 8, s.n - 9));
}

/* Of a list of objects the first is the message. */
static void
read_list(struct header *h)
{
	struct str first = json_list_first(h->message, &h->more);

	if (first.n == 0)
		return;
	h->message = first;
	h->body = BODY_JSON;
}

static struct str
skip_bom(struct str s)
{
	return s.n >= 3 && s.p[0] == '\xef' && s.p[1] == '\xbb' &&
	    s.p[2] == '\xbf' ? str_skip(s, 3) : s;
}

/* Text behind the header: BOM (RFC 5424 section 6.4) and blanks off. */
void
header_body(struct header *h, struct str s)
{
	s = skip_bom(s);
	while (s.n > 0 && s.p[0] == ' ')
		s = str_skip(s, 1);
	s = skip_bom(s);
	if (s.n > 10 && s.p[0] == '[' && s.p[1] == 'I')
		header_solaris(&s, h);
	h->message = s;
	h->body = style_of(s);
	if (s.n > 12 && (s.p[0] == '{' || s.p[0] == '['))
		read_list(h);
	if (s.n > 20 && (s.p[0] == 'l' || s.p[0] == 'm' || s.p[0] == '-'))
		read_repeated(h);
}

/*
 * <PRI>: RFC 5424 section 6.2.1. False: this is no PRI at all. A PRI that is
 * one in form only is taken off and flagged.
 */
bool
header_pri(struct str *s, struct header *h)
{
	size_t i = 1;
	int v = 0;

	if (s->n < 2 || s->p[0] != '<')
		return false;
	if (s->p[1] == '-')
		i++;
	for (; i < s->n && i < 7 && char_is_digit(s->p[i]); i++)
		v = v < 1000 ? v * 10 + (s->p[i] - '0') : v;
	if (i >= s->n || s->p[i] != '>')
		return false;
	if (s->p[1] == '-' || i == 1 || i > 4 || v > 191 ||
	    (s->p[1] == '0' && i > 2)) {
		h->bad_pri = true;
	} else {
		h->has_pri = true;
		h->pri = (uint8_t)v;
	}
	*s = str_skip(*s, i + 1);
	return true;
}

/*
 * "app procid msgid sd ": RFC 5424 without its version. Sure enough only
 * where what stands behind the name is as it has to be.
 */
static bool
is_tail(struct str s, const struct header *h)
{
	size_t n = str_find_char(s, ' ');
	struct str proc, msgid;
	bool nil, number = true;

	if (n == SIZE_MAX || n + 4 >= s.n || !is_part(s.p[0], PART_TAG) ||
	    (s.p[n + 1] != '-' && !char_is_digit(s.p[n + 1])) ||
	    !str_cut(str_skip(s, n + 1), ' ', &proc, &s) ||
	    !str_cut(s, ' ', &msgid, &s) || msgid.n == 0 || s.n == 0)
		return false;
	nil = str_eq(proc, STR("-"));
	for (size_t i = 0; i < proc.n; i++)
		number &= char_is_digit(proc.p[i]);
	if (!nil && (!number || h->stamp.c.year == 0))
		return false;
	return s.p[0] == '-' ? (s.n == 1 || s.p[1] == ' ') &&
		str_eq(msgid, STR("-")) : header_sd_is_good(
		str_first(s, header_sd_length(s)), false);
}

/* "[26818]: " that a blank parts from its tag. */
static bool
read_lone_pid(struct str *s, struct header *h)
{
	size_t n = 1;

	if (s->n < 4 || s->p[0] != '[' || h->procid.n > 0)
		return false;
	while (n < s->n && n < 12 && char_is_digit(s->p[n]))
		n++;
	if (n == 1 || n + 1 >= s->n || s->p[n] != ']' || s->p[n + 1] != ':')
		return false;
	h->procid = str_make(s->p + 1, n - 1);
	*s = str_skip(*s, n + 2);
	skip_blanks(s);
	return true;
}

/* What a program of another kind writes is its text, whatever it looks like:
 * a line in it might be anybody's. */
static bool
is_relays_tag(const struct header *h)
{
	static const struct str tags[] = {STR_INIT("forward"),
	    STR_INIT("forwarded"), STR_INIT("forwarder"), STR_INIT("relay"),
	    STR_INIT("remote"), STR_INIT("syslog"), STR_INIT("syslog-ng"),
	    STR_INIT("rsyslogd"), STR_INIT("rsyslog"), STR_INIT("syslogd")};

	return STR_IS_ONE_OF(h->appname, tags);
}

/* "2026-11-24T10:00:00.123Z stdout F " behind the tag of who reads the file. */
static bool
read_stream(struct str *s, struct header *h)
{
	struct time_text stamp;
	struct str rest;
	size_t n = s->n > 30 && s->p[0] == '2' && s->p[10] == 'T'
	    ? time_read(*s, &stamp) : 0;

	if (n == 0 || n >= s->n || s->p[n] != ' ')
		return false;
	rest = str_skip(*s, n + 1);
	if (!header_stream(&rest))
		return false;
	/* The reader's time is later by a moment, and nobody forges it. */
	if (!h->has_stamp) {
		h->stamp = stamp;
		h->has_stamp = true;
	}
	*s = rest;
	return true;
}

void
header_text(struct str s, struct header *h, bool stamped)
{
	header_stack(&s);
	if (s.n > 8 && s.p[0] == '[' && s.p[1] == ' ' && h->appname.n == 0)
		header_level_column(&s, h);
	if (!h->is_cisco && !header_cisco(&s, h) && h->appname.n == 0 &&
	    (header_tag(&s, h, stamped && h->hostname.n > 0) ||
		(s.n > 0 && s.p[0] == '[' && header_bracketed_tag(&s, h)))) {
		skip_blanks(&s);
		read_lone_pid(&s, h);
		if (read_stream(&s, h)) {
			header_body(h, s);
			return;
		}
		/* "syslog: <34>Nov 24 10:00:00 host su[1]: text" */
		if (s.n > 2 && s.p[0] == '<' && char_is_digit(s.p[1]) &&
		    is_relays_tag(h) && header_inner(s, h))
			return;
		header_cisco(&s, h);
	} else if (stamped && h->hostname.n > 0 && h->appname.n == 0 &&
	    !h->is_cisco && read_lone_pid(&s, h)) {
		/* There was no host: what stands in its place is the tag. */
		h->appname = h->hostname;
		h->hostname = STR_NONE;
	} else if (h->hostname.n > 0 && s.n > 2 && s.p[0] == ':' &&
	    s.p[1] == ' ' && s.p[2] != '%') {
		s = str_skip(s, 2); /* of a tag that is empty */
	}
	header_body(h, s);
}

/* A relay's name before "Message forwarded from X: ". */
static bool
read_forwarded(struct str *s, struct header *h)
{
	struct str relay = h->hostname;

	if (s->n == 0 || (s->p[0] != 'M' && s->p[0] != 'F') ||
	    !header_forwarded(s, h))
		return false;
	h->relay = relay;
	return true;
}

/* Behind the host name. */
static void
read_behind(struct str s, struct header *h)
{
	if (header_cisco_whole(s, h) ||
	    (h->hostname.n > 0 && !read_forwarded(&s, h) && header_inner(s, h)))
		return;
	if (is_tail(s, h) && header_5424_tail(s, h))
		return;
	header_text(s, h, true);
}

/* `file`: perhaps no syslog's, but a program's own. */
static void
read_rest(struct str s, struct header *h, bool file)
{
	if (h->has_stamp && header_stream(&s)) {
		header_body(h, s);
		return;
	}
	if (h->has_stamp && h->hostname.n == 0 && h->appname.n == 0 &&
	    !header_cisco(&s, h)) {
		/* "stamp: text" of a file has no host; on the wire it may. */
		if (!h->stamp_ends || (h->has_pri && h->relay.n == 0))
			header_host(&s, h, file);
		read_behind(s, h);
		return;
	}
	header_text(s, h, h->has_stamp);
}

/* A word with capitals may also be a zone, a level, AIX's "Message". */
static bool
is_sure_host(struct str s, size_t n, size_t capitals)
{
	struct header try;

	return (capitals < n || n > 4) &&
	    !header_is_level(str_first(s, n)) && !header_forwarded(&s, &try);
}

/*
 * "Nov 24 10:00:00 host ": the beginning of nearly all lines. What
 * header_wild() finds in it, without asking what else it might be (a third of
 * the instructions of a header).
 */
static bool
read_common(struct str s, struct header *h)
{
	struct str host;
	size_t n = 0, capitals = 0;

	if (!time_read_plain(s, &h->stamp))
		return false;
	host = str_skip(s, 16);
	for (; n < host.n && is_part(host.p[n], PART_KEY); n++)
		capitals += host.p[n] <= 'Z' && host.p[n] >= 'A';
	if (n > 255 || n >= host.n || host.p[n] != ' ' ||
	    (n == 4 && header_is_repetition(host)) ||
	    header_is_date(str_first(host, n)) ||
	    header_is_level(str_first(host, n)) ||
	    (n + 1 < host.n &&
		(host.p[n + 1] == '[' || host.p[n + 1] == ':')) ||
	    (capitals > 0 &&
		(!is_sure_host(host, n, capitals) || header_is_body(host) ||
		    header_is_verdict(host, n)))) {
		h->stamp = (struct time_text){0};
		return false;
	}
	h->has_stamp = true;
	h->form = HEADER_RFC3164;
	h->hostname = str_first(host, n > 1 && host.p[n - 1] == '.' ? n - 1
								    : n);
	s = str_skip(host, n + 1);
	skip_blanks(&s);
	read_behind(s, h);
	return true;
}

/* "host tag[1]: text" without a stamp. */
static void
read_stampless(struct str s, struct header *h)
{
	struct str rest;
	size_t n = host_length(s);

	if (header_cisco(&s, h)) {
		header_body(h, s);
		return;
	}
	rest = s;
	if (s.n > 8 && s.p[0] == '[')
		header_odd_host(&rest, h);
	if (h->hostname.n == 0 && n > 0 && s.p[n - 1] != ':' && n + 1 < s.n) {
		rest = str_skip(s, n + 1);
		skip_blanks(&rest);
		if (header_cisco(&rest, h) ||
		    (header_tag(&rest, h, false) &&
			(h->has_pri || h->procid.n > 0 ||
			    (header_is_name(h->appname) &&
				!header_is_first_word(str_first(s, n)))))) {
			h->hostname = str_first(s, n);
			header_body(h, rest);
			return;
		}
		h->appname = h->procid = STR_NONE;
		rest = s;
	}
	if (header_tag(&rest, h, false) && (h->has_pri || h->procid.n > 0)) {
		skip_blanks(&rest);
		header_cisco(&rest, h);
		s = rest;
	} else {
		h->appname = h->procid = STR_NONE;
	}
	header_body(h, s);
}

/* "Nov 24 10:00:00 2026-11-24T10:00:00.123Z srv1 ": the device's own stamp
 * behind the relay's. */
static bool
is_second_stamp(struct str s)
{
	return s.n > 19 && s.p[10] == 'T' && s.p[4] == '-' && s.p[13] == ':' &&
	    char_is_digit(s.p[0]);
}

/* The last column may have a header of its own, or a PRI alone. */
static void
read_column(struct str s, struct header *h)
{
	if (s.n > 0 && s.p[0] == '<') {
		if (header_inner(s, h))
			return;
		(void)header_pri(&s, h);
	}
	read_behind(s, h);
}

/* "10:00:00 " without a day: that of the arrival is as good. */
static void
skip_clock(struct str *s)
{
	if (s->n < 10 || s->p[2] != ':' || s->p[5] != ':' || s->p[8] != ' ')
		return;
	for (size_t i = 0; i < 8; i++) {
		if (i % 3 != 2 && !char_is_digit(s->p[i]))
			return;
	}
	*s = str_skip(*s, 9);
}

void
header_wild(struct str s, struct header *h)
{
	bool file = !h->has_pri && !h->bad_pri;

	skip_blanks(&s);
	for (int i = 0; i < 6; i++) {
		if ((!h->has_stamp || is_second_stamp(s)) &&
		    header_stamp(&s, h)) {
			/* RFC 3164's has no year. */
			file = file && h->stamp.c.year != 0;
			continue;
		}
		if (header_sequence(&s) || header_forwarded(&s, h))
			continue;
		if (h->has_stamp && header_level(&s, h))
			continue;
		if (h->hostname.n == 0 && header_origin(&s, h))
			continue;
		if (h->appname.n == 0 && header_task(&s, h))
			continue;
		break;
	}
	if (h->has_pri && !h->has_stamp)
		skip_clock(&s);
	if (h->has_stamp || h->has_pri)
		h->form = HEADER_RFC3164;
	if (header_columns(&s, h))
		read_column(s, h);
	else if (h->has_stamp || h->hostname.n > 0)
		read_rest(s, h, file);
	else
		read_stampless(s, h);
}

/* Meraki: "1 1700000000.123 host type ..." where RFC 5424 has its stamp,
 * also without the version; "1700000000 host tag: " of others. */
static bool
read_epoch_header(struct str s, struct header *h)
{
	struct str t = s;
	size_t n;

	if (str_has_prefix(s, STR("1 ")))
		t = str_skip(s, 2);
	if (t.n < 16 || t.p[0] == '0')
		return false;
	if (t.p[9] != '.' && t.p[10] != '.' &&
	    !(t.p[10] == ' ' && header_is_host_and_tag(str_skip(t, 11))) &&
	    !(t.p[13] == ' ' && header_is_host_and_tag(str_skip(t, 14))))
		return false;
	n = time_read_epoch(t, &h->stamp);
	if (n < 10 || n >= t.n || t.p[n] != ' ')
		return false;
	h->has_stamp = true;
	h->form = HEADER_RFC3164;
	if (t.p != s.p)
		h->version = str_first(s, 1);
	read_rest(str_skip(t, n + 1), h, false);
	return true;
}

/* "580 <111>text": a frame's count of octets that was left before it. */
static void
skip_count(struct str *s)
{
	size_t n = 0;

	while (n < s->n && n < 7 && char_is_digit(s->p[n]))
		n++;
	if (n + 3 < s->n && s->p[n] == ' ' && s->p[n + 1] == '<' &&
	    char_is_digit(s->p[n + 2]))
		*s = str_skip(*s, n + 1);
}

/* RFC 5424, and what stands where it would. */
static bool
read_versioned(struct str s, struct header *h)
{
	if (h->has_pri || h->bad_pri) {
		if (!header_5424(s, h) && !read_epoch_header(s, h))
			return false;
	} else if (s.n > 20 && s.p[10] == ' ') {
		/* "1795510800 srv1 sshd[7]: " of a file */
		return read_epoch_header(s, h);
	} else if (s.p[0] != '1' || s.p[1] != ' ' || s.n < 20 ||
	    s.p[6] != '-' || !header_5424(s, h)) {
		return false; /* a file of such lines without their PRI */
	}
	if (h->form != HEADER_RFC5424 || header_cisco_5424(h))
		return true;
	if (h->appname.n == 0 || (h->message.n > 0 && h->message.p[0] == '<'))
		header_inner(h->message, h);
	return true;
}

/* A trailer of the framing or of a program in C, not text. */
struct str
header_without_end(struct str s)
{
	while (s.n > 0 && (s.p[s.n - 1] == '\n' || s.p[s.n - 1] == '\0' ||
			      s.p[s.n - 1] == '\r'))
		s.n--;
	return s;
}

void
header_line(struct str s, struct header *h)
{
	if (s.n > 0 && char_is_digit(s.p[0]))
		skip_count(&s);
	if (header_pri(&s, h)) {
		s = skip_bom(s);
		skip_blanks(&s);
	}
	if (s.n > 2 && char_is_digit(s.p[0]) && read_versioned(s, h))
		return;
	if (h->relay.n == 0 && header_take_original(s, h))
		return;
	if (!read_common(s, h) && !header_cisco_whole(s, h))
		header_wild(s, h);
}

void
header_parse(struct str s, struct header *h)
{
	*h = (struct header){.pri = 13};
	header_line(skip_bom(header_without_end(s)), h);
	if (str_eq(h->appname, STR("-")))
		h->appname = STR_NONE;
}
