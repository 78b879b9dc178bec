/*
 * RFC 3164 describes what was seen in 2001, and devices have not become more
 * alike. So: a PRI, if there is one; then whatever stands before the text is
 * recognised piece by piece (sequence number, stamp, origin), in any order
 * that is known to occur; then host, tag, text. What does not look like its
 * piece is left to the text.
 */
#include "engine/normalise/header_parts.h"

bool
header_is_body(struct str s)
{
	if (s.n == 0)
		return false;
	return s.p[0] == '{' ||
	    (s.p[0] == 'C' && str_has_prefix(s, STR("CEF:"))) ||
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
	if (s.n > 20 && (s.p[0] == 'l' || s.p[0] == 'm' || s.p[0] == '-'))
		read_repeated(h);
}

/*
 * <PRI>: RFC 5424 section 6.2.1. False: this is no PRI at all. A PRI that is
 * one in form only is taken off and flagged.
 */
static bool
read_pri(struct str *s, struct header *h)
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

/* The tag ends at s[n]; s[n] is '[' with the process id behind. */
static bool
read_pid(struct str *s, struct header *h, size_t n, bool colon_needed)
{
	struct str rest = str_skip(*s, n + 1);
	size_t end = 0;

	while (end < rest.n && end < NAME_MAX_BYTES && rest.p[end] != ']' &&
	    rest.p[end] != ' ' && rest.p[end] != '[')
		end++;
	if (end == 0 || end >= rest.n || rest.p[end] != ']')
		return false;
	if (end + 1 < rest.n && rest.p[end + 1] != ':' &&
	    (colon_needed || rest.p[end + 1] != ' ' ||
		!char_is_digit(rest.p[0])))
		return false;
	h->appname = str_first(*s, n);
	h->procid = str_first(rest, end);
	rest = str_skip(rest, end + 1);
	*s = str_skip(rest, rest.n > 0 && rest.p[0] == ':');
	return true;
}

/* "Google Chrome[85294]: ": a name of several words, told by its end. */
static bool
read_long_tag(struct str *s, struct header *h)
{
	size_t n = 0;

	while (n < s->n && n < NAME_MAX_BYTES &&
	    (is_part(s->p[n], PART_TAG) || s->p[n] == ' '))
		n++;
	if (n == 0 || n >= s->n || s->p[n] != '[' || s->p[n - 1] == ' ' ||
	    n + 1 >= s->n || !char_is_digit(s->p[n + 1]))
		return false;
	return read_pid(s, h, n, true);
}

/*
 * A word without colon is the tag too (RFC 3164 section 5.3: any other
 * character ends it), but only where it does not look like the text's first
 * word: sentences begin with a capital, numbers are no programs.
 */
static bool
is_bare_tag(struct str word)
{
	bool letter = false;

	for (size_t i = 0; i < word.n; i++) {
		char c = word.p[i];

		if (c >= 'A' && c <= 'Z' && i == 0)
			return false;
		letter |= char_is_alpha(c) || c == '-';
	}
	return letter && word.n <= 32 && !char_is_digit(word.p[0]) &&
	    !str_eq(word, STR("last")) && !str_eq(word, STR("message")) &&
	    !str_eq(word, STR("---"));
}

/* TAG, with what it needs to be believed at this place. */
static bool
read_tag(struct str *s, struct header *h, bool bare_too)
{
	size_t n = 0;

	while (n < s->n && n < NAME_MAX_BYTES && is_part(s->p[n], PART_TAG))
		n++;
	if (n == 0)
		return false;
	if (n >= s->n)
		return false;
	switch (s->p[n]) {
	case '[':
		return read_pid(s, h, n, !bare_too);
	case ':':
		if (n + 1 < s->n && s->p[n + 1] != ' ' &&
		    (char_is_digit(s->p[0]) || s->p[n + 1] == '/' ||
			s->p[n + 1] == ':' || s->p[n + 1] == '\\'))
			return false;
		if (str_eq(str_first(*s, n), STR("CEF")) ||
		    str_eq(str_first(*s, n), STR("LEEF")))
			return false;
		h->appname = str_first(*s, n);
		*s = str_skip(*s, n + 1);
		return true;
	case ' ':
		if (read_long_tag(s, h))
			return true;
		if (!bare_too || !is_bare_tag(str_first(*s, n)))
			return false;
		h->appname = str_first(*s, n);
		*s = str_skip(*s, n + 1);
		return true;
	default:
		return false;
	}
}

static bool read_inner(struct str s, struct header *h);

/* "INFO  uvm[0]:": a level in the host's place; a list because it is short. */
static bool
is_level(struct str word)
{
	static const struct str levels[] = {STR_INIT("INFO"),
	    STR_INIT("WARN"), STR_INIT("WARNING"), STR_INIT("ERROR"),
	    STR_INIT("DEBUG"), STR_INIT("NOTICE"), STR_INIT("FATAL")};

	for (size_t i = 0; i < sizeof(levels) / sizeof(*levels); i++) {
		if (str_eq(word, levels[i]))
			return true;
	}
	return false;
}

/* HOSTNAME behind a stamp: a word that is neither tag nor text. */
static void
read_host(struct str *s, struct header *h)
{
	size_t n = host_length(*s);
	struct str word = str_first(*s, n);

	if (n == 0 || header_is_body(*s) || (word.p[0] == '%' && n > 1))
		return;
	if (is_level(word)) {
		*s = str_skip(*s, n + 1);
		skip_blanks(s);
		return;
	}
	if (word.p[n - 1] == ':' && !(n > 2 && word.p[n - 2] == ':'))
		return; /* a tag; an address may end in "::" */
	if (word.n > 1 && word.p[0] == '-' && word.p[1] == '-')
		return;
	h->hostname = word;
	*s = str_skip(*s, n + 1);
	skip_blanks(s);
}

/* "daemon.err hostapd:", "notice mcpd[1]:": facility and level in words
 * (busybox, OpenWrt), or the level alone (BIG-IP). */
static bool
is_priority(struct str word)
{
	static const struct str levels[] = {STR_INIT("emerg"),
	    STR_INIT("alert"), STR_INIT("crit"), STR_INIT("err"),
	    STR_INIT("error"), STR_INIT("warn"), STR_INIT("warning"),
	    STR_INIT("notice"), STR_INIT("info"), STR_INIT("debug")};
	size_t dot = str_find_char(word, '.');

	if (dot != SIZE_MAX) {
		if (dot < 3 || dot > 8)
			return false;
		for (size_t i = 0; i < dot; i++) {
			if (!char_is_digit(word.p[i]) &&
			    (word.p[i] < 'a' || word.p[i] > 'z'))
				return false;
		}
		word = str_skip(word, dot + 1);
	}
	for (size_t i = 0; i < sizeof(levels) / sizeof(*levels); i++) {
		if (str_eq(word, levels[i]))
			return true;
	}
	return false;
}

/* A priority in words, or the host's name once more, before a tag. */
static void
skip_extra_word(struct str *s, struct header *h)
{
	size_t n = str_find_char(*s, ' ');
	struct str rest;

	if (n == SIZE_MAX || n > 255 ||
	    (!str_eq(str_first(*s, n), h->hostname) &&
		!is_priority(str_first(*s, n))))
		return;
	rest = str_skip(*s, n + 1);
	skip_blanks(&rest);
	if (read_tag(&rest, h, false)) {
		h->appname = h->procid = STR_NONE;
		*s = str_skip(*s, n + 1);
		skip_blanks(s);
	}
}

/* "app - - - ": RFC 5424 without its version. */
static bool
is_tail(struct str s)
{
	size_t n = str_find_char(s, ' ');

	return n != SIZE_MAX && str_has_prefix(str_skip(s, n), STR(" - - - "));
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

static void
read_tag_and_text(struct str s, struct header *h, bool stamped)
{
	if (!h->is_cisco && !header_cisco(&s, h) && h->appname.n == 0 &&
	    read_tag(&s, h, stamped && h->hostname.n > 0)) {
		skip_blanks(&s);
		read_lone_pid(&s, h);
		header_cisco(&s, h);
	} else if (stamped && h->hostname.n > 0 && h->appname.n == 0 &&
	    !h->is_cisco && read_lone_pid(&s, h)) {
		/* There was no host: what stands in its place is the tag. */
		h->appname = h->hostname;
		h->hostname = STR_NONE;
	}
	header_body(h, s);
}

/* Behind the host name. */
static void
read_behind(struct str s, struct header *h)
{
	if (header_cisco_whole(s, h) ||
	    (h->hostname.n > 0 && read_inner(s, h)))
		return;
	if (is_tail(s) && header_5424_tail(s, h))
		return;
	if (h->hostname.n > 0 && h->appname.n == 0)
		skip_extra_word(&s, h);
	read_tag_and_text(s, h, true);
}

static void
read_rest(struct str s, struct header *h)
{
	if (h->has_stamp && h->hostname.n == 0 && h->appname.n == 0 &&
	    !header_cisco(&s, h)) {
		read_host(&s, h);
		read_behind(s, h);
		return;
	}
	read_tag_and_text(s, h, h->has_stamp);
}

/*
 * "Nov 24 10:00:00 host ": the beginning of nearly all lines. What
 * read_wild() finds in it, without asking what else it might be (a third of
 * the instructions of a header).
 */
static bool
read_common(struct str s, struct header *h)
{
	struct str host;
	size_t n = 0;

	if (!time_read_plain(s, &h->stamp))
		return false;
	host = str_skip(s, 16);
	while (n < host.n && is_part(host.p[n], PART_PLAIN))
		n++;
	if (n > 255 || n >= host.n || host.p[n] != ' ') {
		h->stamp = (struct time_text){0};
		return false;
	}
	h->has_stamp = true;
	h->form = HEADER_RFC3164;
	h->hostname = str_first(host, n);
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
	if (h->hostname.n == 0 && n > 0 && s.p[n - 1] != ':' && n + 1 < s.n) {
		rest = str_skip(s, n + 1);
		skip_blanks(&rest);
		if (read_tag(&rest, h, false)) {
			h->hostname = str_first(s, n);
			header_body(h, rest);
			return;
		}
		rest = s;
	}
	if (read_tag(&rest, h, false) && (h->has_pri || h->procid.n > 0)) {
		skip_blanks(&rest);
		header_cisco(&rest, h);
		s = rest;
	} else {
		h->appname = h->procid = STR_NONE;
	}
	header_body(h, s);
}

static void
read_wild(struct str s, struct header *h)
{
	skip_blanks(&s);
	for (int i = 0; i < 6; i++) {
		if (!h->has_stamp && header_stamp(&s, h))
			continue;
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
	if (h->has_stamp || h->has_pri)
		h->form = HEADER_RFC3164;
	if (h->has_stamp || h->hostname.n > 0)
		read_rest(s, h);
	else
		read_stampless(s, h);
}

/* Meraki: "1 1700000000.123 host type ..." where RFC 5424 has its stamp. */
static bool
read_epoch_header(struct str s, struct header *h)
{
	struct str t = str_skip(s, 2);
	size_t n;

	if (!str_has_prefix(s, STR("1 ")) || t.n < 12 || t.p[10] != '.')
		return false;
	n = time_read_epoch(t, &h->stamp);
	if (n == 0 || n >= t.n || t.p[n] != ' ')
		return false;
	h->has_stamp = true;
	h->form = HEADER_RFC3164;
	h->version = str_first(s, 1);
	read_rest(str_skip(t, n + 1), h);
	return true;
}

/*
 * A relay put its own header before this one: take the inner one where it is
 * surely a header. What the inner one does not say, the outer one does.
 */
static bool
take_inner(struct str s, struct header *h)
{
	struct header in = {.pri = h->pri, .has_pri = h->has_pri};
	struct str rest = s;
	char c = s.p[0];

	in.relay = h->hostname.n > 0 ? h->hostname : STR("-");
	if (c == '<' && !read_pri(&rest, &in))
		return false;
	if (!header_5424(rest, &in) || !in.has_stamp) {
		in.relay = STR("-");
		read_wild(rest, &in);
		if (!in.has_stamp)
			return false;
		if (c != '<' && !in.is_cisco && in.appname.n == 0 &&
		    (in.body != BODY_CEF || in.hostname.n == 0))
			return false;
	}
	in.relay = h->hostname;
	if (in.hostname.n == 0) {
		in.hostname = h->hostname;
		in.relay = STR_NONE;
	}
	in.bad_pri |= h->bad_pri;
	*h = in;
	return true;
}

/* Only where the text begins as a header can. */
static bool
read_inner(struct str s, struct header *h)
{
	char c = s.n > 16 ? s.p[0] : '\0';

	return h->relay.n == 0 &&
	    (c == '<' || char_is_digit(c) || c == '*' || c == '.' ||
		(c >= 'A' && c <= 'Z')) &&
	    take_inner(s, h);
}

/* "230 <14>1 ...": the count of octet counting (RFC 6587), in a datagram. */
static struct str
skip_count(struct str s)
{
	size_t i = 0;

	while (i < s.n && i < 7 && char_is_digit(s.p[i]))
		i++;
	return i > 1 && i + 2 < s.n && s.p[i] == ' ' && s.p[i + 1] == '<' &&
	    char_is_digit(s.p[i + 2]) ? str_skip(s, i + 1) : s;
}

void
header_parse(struct str s, struct header *h)
{
	*h = (struct header){.pri = 13};
	/* A trailer of the framing or of a program in C, not text. */
	while (s.n > 0 && (s.p[s.n - 1] == '\n' || s.p[s.n - 1] == '\0' ||
			      s.p[s.n - 1] == '\r'))
		s.n--;
	s = skip_count(skip_bom(s));
	read_pri(&s, h);
	if (s.n > 2 && char_is_digit(s.p[0]) && (h->has_pri || h->bad_pri) &&
	    (header_5424(s, h) || read_epoch_header(s, h))) {
		if (h->form == HEADER_RFC5424 && h->appname.n == 0 &&
		    !header_cisco_whole(h->message, h))
			read_inner(h->message, h);
		return;
	}
	if (!read_common(s, h) && !header_cisco_whole(s, h))
		read_wild(s, h);
}
