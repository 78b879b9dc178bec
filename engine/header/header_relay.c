/*
 * Headers around headers: what a relay put before a line, and lines whose
 * header a forwarder took off.
 */
#include "engine/header/header_parts.h"

#include "engine/base/ip.h"

/*
 * "Nov 24 10:00:00 fw1 text" behind a header of the same form: a stamp and a
 * name that is no word of a language, or the name that the outer one has.
 */
static bool
is_relayed(struct str s, const struct header *in, const struct header *outer)
{
	struct str host = in->hostname;
	bool name = str_eq(host, outer->hostname);

	if (s.p[0] < 'A' || s.p[0] > 'Z' || host.n < 2 ||
	    in->form != HEADER_RFC3164 || outer->form != HEADER_RFC3164)
		return false;
	for (size_t i = 0; i < host.n && !name; i++)
		name = char_is_digit(host.p[i]) || host.p[i] == '-' ||
		    host.p[i] == '.';
	return name;
}

/* "<13>" */
static bool
starts_with_pri(struct str s)
{
	size_t n = 1;

	while (n < s.n && n < 5 && char_is_digit(s.p[n]))
		n++;
	return n > 1 && n < 5 && n < s.n && s.p[0] == '<' && s.p[n] == '>';
}

/* "Original Address=192.0.2.1 " of relays, or the address before a PRI: where
 * the line came from. */
static bool
read_original(struct str *s, struct str *address)
{
	static const struct str mark = STR_INIT("Original Address=");
	bool marked = str_has_prefix(*s, mark);
	struct str rest = marked ? str_skip(*s, mark.n) : *s;
	size_t n = str_find_char(str_first(rest, IP_TEXT + 1), ' ');
	struct ip ip;

	if (n == SIZE_MAX || n + 2 >= rest.n ||
	    (!marked && !starts_with_pri(str_skip(rest, n + 1))) ||
	    !ip_parse(str_first(rest, n), &ip))
		return false;
	*address = str_first(rest, n);
	*s = str_skip(rest, n + 1);
	return true;
}

/* The header behind it; true when there is such an address. */
bool
header_take_original(struct str s, struct header *h)
{
	struct header in = {.pri = h->pri, .has_pri = h->has_pri,
	    .bad_pri = h->bad_pri, .relay = STR("-")};
	struct str address;

	if (s.n == 0 || (s.p[0] != 'O' && !char_is_digit(s.p[0])) ||
	    !read_original(&s, &address))
		return false;
	while (read_original(&s, &address))
		;
	header_line(s, &in);
	if (!in.has_stamp && h->has_stamp) {
		in.stamp = h->stamp;
		in.has_stamp = true;
	}
	if (in.hostname.n == 0)
		in.hostname = address;
	in.relay = h->hostname;
	*h = in;
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
	if (c == '<' && !header_pri(&rest, &in))
		return false;
	if (!header_5424(rest, &in) || !in.has_stamp ||
	    (in.version.n == 0 && header_is_level(in.hostname))) {
		bool counted = header_sequence(&rest);

		in = (struct header){.pri = in.pri, .has_pri = in.has_pri,
		    .bad_pri = in.bad_pri};
		in.relay = STR("-");
		header_wild(rest, &in);
		/* "Program: 2026-11-24 10:00:00 - text" */
		if (!in.has_stamp || str_eq(in.appname, STR("-")))
			return false;
		if (c != '<' && !in.is_cisco && in.appname.n == 0 &&
		    (in.repeated == 0 || !counted) &&
		    (in.body != BODY_CEF || in.hostname.n == 0) &&
		    !is_relayed(s, &in, h))
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

/* "24.11.2026 ", "11/24/2026 ": a program's own stamp, not a header's. */
static bool
is_date_of_digits(struct str s)
{
	size_t n = char_is_digit(s.p[1]) ? 2 : 1;

	return s.p[n] == '/' || s.p[n] == '.' || s.p[n] == '-';
}

/* Only where the text begins as a header can. */
bool
header_inner(struct str s, struct header *h)
{
	char c = s.n > 16 ? s.p[0] : '\0';

	if (h->relay.n > 0)
		return false;
	return (c == 'O' && header_take_original(s, h)) ||
	    ((c == '<' || (char_is_digit(c) && !is_date_of_digits(s)) ||
		 c == '*' || c == '.' || char_is_upper(c)) &&
		take_inner(s, h));
}

/* srv1 and srv1.example */
static bool
is_short_of(struct str name, struct str full)
{
	return str_has_prefix(full, name) &&
	    (full.n == name.n || full.p[name.n] == '.');
}

void
header_enclosed(struct str s, struct header *h)
{
	struct header known = *h;

	if (h->appname.n > 0) {
		s = header_without_end(s);
		skip_blanks(&s);
		/* Behind a program a date is text, a PRI is none. */
		if (s.n > 0 && s.p[0] == '<' && header_inner(s, h)) {
			if (str_eq(h->relay, h->hostname))
				h->relay = STR_NONE;
			return;
		}
		if (starts_with_pri(s))
			header_pri(&s, h);
		header_text(s, h, true);
		return;
	}
	header_parse(s, h);
	if (!h->has_pri)
		h->pri = known.pri;
	if (h->hostname.n == 0)
		h->hostname = known.hostname;
	else if (known.hostname.n > 0 &&
	    !is_short_of(h->hostname, known.hostname))
		h->relay = known.hostname;
	if (h->appname.n == 0 && h->procid.n == 0)
		h->procid = known.procid;
	if (h->msgid.n == 0)
		h->msgid = known.msgid;
}

/* "0|" or "1.0|", as the text behind the tag begins. */
static bool
is_version(struct str s, bool leef)
{
	size_t n = leef ? 3 : 1;

	return s.n > n && char_is_digit(s.p[0]) && s.p[n] == '|' &&
	    (!leef || s.p[1] == '.');
}

/* How grave, as CEF has it: 0 to 10, or a word. */
static bool
is_cef_severity(struct str s)
{
	static const struct str words[] = {STR_INIT("Unknown"), STR_INIT("Low"),
	    STR_INIT("Medium"), STR_INIT("High"), STR_INIT("Very-High")};
	uint64_t n;

	return str_to_u64(s, &n) ? n <= 10 : STR_IS_ONE_OF(s, words);
}

/* "0|vendor|product|version|class|name|5|a=b": a CEF header whose mark a relay
 * took for the tag and left out. */
static bool
is_bare_cef(struct str s)
{
	struct str part, ext;

	if (s.n < 16 || s.p[1] != '|' || (s.p[0] != '0' && s.p[0] != '1'))
		return false;
	for (int i = 0; i < 7; i++) {
		if (!str_cut(s, '|', &part, &s) || part.n > 512)
			return false;
	}
	ext = str_first(s, 64);
	return is_cef_severity(part) && str_find_char(ext, '=') != SIZE_MAX;
}

bool
header_rejoin(struct arena *arena, struct header *h)
{
	bool leef = str_eq(h->appname, STR("LEEF"));
	struct str mark = leef ? STR("LEEF:") : STR("CEF:");
	char *out;

	if (leef || str_eq(h->appname, STR("CEF"))) {
		if (!is_version(h->message, leef))
			return false;
		h->appname = h->procid = STR_NONE;
	} else if (!is_bare_cef(h->message)) {
		return false;
	}
	out = arena_text(arena, mark.n + h->message.n);
	memcpy(out, mark.p, mark.n);
	memcpy(out + mark.n, h->message.p, h->message.n);
	header_body(h, str_make(out, mark.n + h->message.n));
	return true;
}
