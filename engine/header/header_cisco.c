/*
 * What Cisco's systems write before %FACILITY-SEVERITY-MNEMONIC:
 *
 *   IOS     [count: ][origin: ][sequence: ][*|.]stamp [zone]: | uptime:
 *   IOS XR  [count: ][host ]node:stamp [zone]: process[pid]:
 *   NX-OS   [host] : yyyy Mmm dd hh:mm:ss [zone]:
 *   ASA     [:]stamp [zone] [host] :
 *
 * and relays in front of that. Piece by piece; with one that is not known the
 * line is left to the general way.
 */
#include "engine/header/header_parts.h"

#define PIECES     10
#define LOOK_AHEAD 200 /* bytes before the mnemonic */

struct preamble {
	struct header h;
	bool counted; /* a number of its own, or ":" in its place */
	bool origin;  /* its own host name */
	bool stamped; /* its own stamp */
	bool closed;  /* the last piece was a stamp with its colon */
};

static bool
is_blank_at(struct str s, size_t i)
{
	return i >= s.n || s.p[i] == ' ' || s.p[i] == '\t';
}

static size_t
count_digits(struct str s, size_t at)
{
	size_t n = at;

	while (n < s.n && char_is_digit(s.p[n]))
		n++;
	return n - at;
}

/* "2026 Nov": only NX-OS (and CatOS before it) has the year in front. */
static bool
is_year_first(struct str s)
{
	return s.n > 8 && count_digits(s, 0) == 4 && s.p[4] == ' ' &&
	    char_is_alpha(s.p[5]);
}

/* Is there anything of Cisco's in the line? Asked of nearly every line. */
static bool
may_be(struct str s)
{
	struct str t = str_first(s, LOOK_AHEAD);
	size_t n;

	if (s.n < 8)
		return false;
	if (s.p[0] == ':' || s.p[0] == '%')
		return true;
	if (char_is_digit(s.p[0])) {
		n = count_digits(s, 0);
		if (n < 13 && n + 1 < s.n && s.p[n] == ':' &&
		    s.p[n + 1] == ' ')
			return true;
		if (is_year_first(s))
			return true;
	}
	for (size_t at = 0; at < t.n;) {
		const char *p = memchr(t.p + at, '%', t.n - at);

		if (p == NULL)
			break;
		at = (size_t)(p - t.p) + 1;
		if (at > 1 && at < s.n && char_is_alpha(s.p[at]) &&
		    (p[-1] == ' ' || p[-1] == ':' || p[-1] == '%'))
			return true;
	}
	/* "host: 2026 Nov", "host : 2026 Nov"; memmem() is dearer. */
	for (size_t at = 0; at < 80 && at < s.n; at++) {
		const char *p = memchr(s.p + at, ':',
		    s.n - at < 80 ? s.n - at : 80);

		if (p == NULL)
			return false;
		at = (size_t)(p - s.p);
		if (at + 2 < s.n && p[1] == ' ')
			return char_is_digit(p[2]) &&
			    is_year_first(str_skip(s, at + 2));
	}
	return false;
}

/* A number behind which only a colon stands: count or sequence. */
static bool
take_number(struct str *s, struct preamble *p)
{
	size_t n = count_digits(*s, 0);

	if (n == 0 || n > 12 || n >= s->n || s->p[n] != ':' ||
	    !is_blank_at(*s, n + 1))
		return false;
	p->h.sequence = str_first(*s, n);
	p->counted = true;
	*s = str_skip(*s, n + 1);
	return true;
}

/* "2y10w: ", "3d05h: ", "00:01:01: ": no time of day. */
static bool
take_uptime(struct str *s)
{
	size_t at = 0, n;

	for (;;) {
		n = count_digits(*s, at);
		if (n == 0 || n > 4 || at + n >= s->n ||
		    str_find_char(STR("ywdhms"), s->p[at + n]) == SIZE_MAX)
			break;
		at += n + 1;
	}
	if (at == 0) {
		n = count_digits(*s, 0);
		if (n == 0 || n > 3 || n + 6 >= s->n || s->p[n] != ':' ||
		    count_digits(*s, n + 1) != 2 || s->p[n + 3] != ':' ||
		    count_digits(*s, n + 4) != 2)
			return false;
		at = n + 6;
		if (at < s->n && s->p[at] == '.')
			at += 1 + count_digits(*s, at + 1);
	}
	if (at >= s->n || s->p[at] != ':' || !is_blank_at(*s, at + 1))
		return false;
	*s = str_skip(*s, at + 1);
	return true;
}

/*
 * " VIENNA:" behind a stamp. The administrator names the zone as he likes, so
 * an unknown word is passed over where no host name can stand in its place.
 */
static void
take_zone(struct str *s, struct preamble *p, bool only_known)
{
	struct str t = *s, word;
	size_t n = 0, end;

	skip_blanks(&t);
	while (n < t.n && n < 12 &&
	    (char_is_alnum(t.p[n]) || t.p[n] == '+' || t.p[n] == '-' ||
		t.p[n] == '.' || (t.p[n] == ':' && !is_blank_at(t, n + 1))))
		n++;
	for (end = n; end < t.n && t.p[end] == ' '; end++)
		;
	if (n == 0 || end >= t.n || t.p[end] != ':' || !char_is_alpha(t.p[0]))
		return;
	word = str_first(t, n);
	/* "2026 Nov 24 10:00:00 program: " is somebody else's. */
	if (!time_read_zone(word, &p->h.stamp) && only_known &&
	    !(p->h.is_nxos && str_has_prefix(str_skip(t, end), STR(": %"))))
		return;
	*s = str_skip(t, end);
}

static bool
take_stamp(struct str *s, struct preamble *p)
{
	struct str t = *s;
	struct time_text stamp;
	bool marked = t.n > 1 && (t.p[0] == '*' || t.p[0] == '.');
	bool year_first;
	size_t n;

	if (marked)
		t = str_skip(t, 1);
	n = time_read(t, &stamp);
	if (n == 0 || (n < t.n && t.p[n] != ':' && !is_blank_at(t, n)))
		return false;
	year_first = is_year_first(t);
	p->origin &= !p->stamped; /* those before were a relay's */
	p->h.stamp = stamp;
	p->h.has_stamp = true;
	p->stamped = true;
	t = str_skip(t, n);
	p->h.is_nxos |= year_first;
	if (!stamp.has_zone)
		take_zone(&t, p,
		    !p->counted && !marked && p->h.node.n == 0 &&
			stamp.c.micro == 0);
	skip_blanks(&t);
	p->closed = t.n > 0 && t.p[0] == ':';
	*s = str_skip(t, p->closed);
	return true;
}

/* "RP/0/RSP0/CPU0:" of IOS XR. */
static size_t
node_length(struct str s)
{
	size_t n = 0, slashes = 0;

	while (n < s.n && n < 32 &&
	    (char_is_alnum(s.p[n]) || s.p[n] == '/' || s.p[n] == '_'))
		slashes += s.p[n++] == '/';
	return slashes >= 2 && n < s.n && s.p[n] == ':' ? n : 0;
}

static bool
take_node(struct str *s, struct preamble *p)
{
	size_t n = node_length(*s);

	if (n == 0)
		return false;
	p->h.node = str_first(*s, n);
	*s = str_skip(*s, n + 1);
	return true;
}

/* "*Task Name: " of wireless controllers. */
static bool
take_task(struct str *s, struct preamble *p)
{
	size_t n;

	if (s->n < 3 || s->p[0] != '*' || !char_is_alpha(s->p[1]))
		return false;
	n = str_find(str_first(*s, NAME_MAX_BYTES), STR(": "));
	if (n == SIZE_MAX)
		return false;
	p->h.appname = str_make(s->p + 1, n - 1);
	*s = str_skip(*s, n + 2);
	return true;
}

/* "process[pid]:" */
static bool
take_process(struct str *s, struct preamble *p)
{
	size_t n = 0, digits;

	while (n < s->n && n < NAME_MAX_BYTES && is_part(s->p[n], PART_TAG))
		n++;
	if (n == 0 || n >= s->n || s->p[n] != '[')
		return false;
	digits = count_digits(*s, n + 1);
	if (digits == 0 || n + digits + 2 >= s->n ||
	    s->p[n + digits + 1] != ']' || s->p[n + digits + 2] != ':')
		return false;
	p->h.appname = str_first(*s, n);
	p->h.procid = str_make(s->p + n + 1, digits);
	*s = str_skip(*s, n + digits + 3);
	return true;
}

static void
set_host(struct preamble *p, struct str word)
{
	if (p->h.hostname.n > 0 && p->h.relay.n == 0)
		p->h.relay = p->h.hostname;
	p->h.hostname = word;
	p->origin = true;
}

/* Whatever stands right before ": %": a tag with odd characters. */
static bool
take_odd_tag(struct str *s, struct preamble *p)
{
	size_t n = str_find_char(str_first(*s, NAME_MAX_BYTES), ' ');

	if (n == SIZE_MAX || n < 2 || n + 1 >= s->n || s->p[n - 1] != ':' ||
	    s->p[n + 1] != '%')
		return false;
	p->h.appname = str_first(*s, n - 1);
	*s = str_skip(*s, n + 1);
	return true;
}

/* Without its colon: the host between its stamp and what follows, or alone
 * before the mnemonic; a tag between such a host and the mnemonic. */
static bool
may_be_bare(const struct preamble *p, bool closed, bool percent, bool node)
{
	if (percent && p->h.appname.n == 0)
		return p->stamped || p->h.hostname.n == 0;
	return node ? !p->origin : p->stamped && !p->origin && !closed;
}

/* A word that no other piece is: the host, or behind that a tag or zone. */
static bool
take_word(struct str *s, struct preamble *p, bool closed)
{
	struct str word, rest;
	bool colon, percent;
	size_t n = 0;

	while (n < s->n && n < 255 && is_host_char(s->p[n]) &&
	    !(s->p[n] == ':' && is_blank_at(*s, n + 1)))
		n++;
	if (n == 0 || n >= s->n || s->p[0] == '%' || count_digits(*s, 0) == n)
		return false;
	word = str_first(*s, n);
	rest = str_skip(*s, n);
	if (rest.p[0] != ':' && rest.p[0] != ' ')
		return false;
	skip_blanks(&rest);
	colon = rest.n > 0 && rest.p[0] == ':';
	rest = str_skip(rest, colon);
	skip_blanks(&rest);
	percent = rest.n > 0 && rest.p[0] == '%';
	if (!colon && !p->origin && header_take_level(&p->h, word)) {
		*s = rest;
		return true;
	}
	if (!colon && !may_be_bare(p, closed, percent, node_length(rest) > 0))
		return false;
	/* A second name is the device's own only where a count says so. */
	if ((p->origin || (p->h.hostname.n > 0 && !p->stamped)) &&
	    (percent ||
		(!p->counted && node_length(rest) == 0))) {
		if (p->h.stamp.has_zone || !p->h.has_stamp ||
		    !time_read_zone(word, &p->h.stamp))
			p->h.appname = word;
	} else {
		set_host(p, word);
	}
	*s = rest;
	return true;
}

static bool
take_piece(struct str *s, struct preamble *p)
{
	bool closed = p->closed;

	p->closed = false;
	if (s->p[0] == ':' && is_blank_at(*s, 1)) {
		p->counted = true;
		*s = str_skip(*s, 1);
		return true;
	}
	return take_number(s, p) || take_uptime(s) || take_stamp(s, p) ||
	    take_task(s, p) || take_node(s, p) || take_process(s, p) ||
	    take_word(s, p, closed) || take_odd_tag(s, p);
}

/* Text without a mnemonic (debug output, repetitions) is Cisco's where what
 * stands before it is nobody else's. */
static bool
is_bare_text(const struct preamble *p, struct str s)
{
	if (p->closed)
		return p->counted || p->origin || p->h.is_nxos;
	return p->h.is_nxos && p->origin &&
	    str_has_prefix(s, STR("last message repeated "));
}

/* A mnemonic behind a program's name, as Arista's switches have both. */
static bool
tagged_5424(struct header *h)
{
	struct header try = *h;
	struct str s = h->message;

	(void)header_sequence(&s);
	if (s.n == 0 || s.p[0] != '%' || !header_cisco(&s, &try))
		return false;
	header_body(&try, s);
	*h = try;
	return true;
}

/* "HOST 2025 Mar 13 17:07:57 UTC: %AAA-6-": the year, the month and the day
 * stand where the name, the process and the message id would. */
static bool
dated_5424(struct header *h)
{
	struct header try = *h;
	const char *from = h->appname.p;

	if (h->appname.n != 4 || h->procid.n != 3 ||
	    !char_is_upper(h->procid.p[0]) || h->message.n == 0)
		return false;
	try.appname = try.procid = try.msgid = try.sd = STR_NONE;
	try.bad_sd = false;
	if (!header_cisco_whole(str_make(from,
		(size_t)(h->message.p + h->message.n - from)), &try))
		return false;
	*h = try;
	return true;
}

/* A relay took "%ASA-6-302013:" or the count for the tag, which RFC 5424 has
 * without its colon. */
bool
header_cisco_5424(struct header *h)
{
	struct str app = h->appname;
	struct header try = *h;

	try.appname = STR_NONE;
	if (app.n > 1 && app.p[0] == '%') {
		app.n++; /* the blank behind it */
		if (!header_cisco(&app, &try))
			return false;
		*h = try;
		return true;
	}
	if (app.n > 0 && count_digits(app, 0) < app.n)
		return tagged_5424(h);
	if (dated_5424(h))
		return true;
	try.sequence = app;
	if (!header_cisco_whole(h->message, &try))
		return false;
	*h = try;
	return true;
}

bool
header_cisco_whole(struct str s, struct header *h)
{
	struct preamble p;
	bool good = false;

	if (!may_be(s))
		return false;
	p = (struct preamble){.h = *h};
	/* ":Nov 24 10:00:00 UTC: %ASA" of the EMBLEM format */
	if (s.p[0] == ':' && s.n > 1 && s.p[1] != ':') {
		p.counted = true;
		s = str_skip(s, 1);
	}
	for (int i = 0; i < PIECES; i++) {
		struct preamble next = p;
		struct str rest;

		skip_blanks(&s);
		if (s.n == 0)
			break;
		good = header_cisco(&s, &p.h);
		rest = s;
		if (good || !take_piece(&rest, &next) || rest.n == 0)
			break;
		p = next;
		s = rest;
	}
	if (!good && !is_bare_text(&p, s))
		return false;
	p.h.is_cisco = true;
	if (p.h.form == HEADER_BARE)
		p.h.form = HEADER_RFC3164;
	*h = p.h;
	header_body(h, s);
	return true;
}
