/* What devices write before host and tag. */
#include "engine/header/header_parts.h"

#define ANY   (PART_HOST | PART_TAG | PART_KEY | PART_MNEMONIC)
#define UPPER ANY
#define LOWER (ANY | PART_PLAIN)
#define FOUR(a, b, c, d, part) [a] = part, [b] = part, [c] = part, [d] = part

const uint8_t header_parts[256] = {
    FOUR('0', '1', '2', '3', LOWER),
    FOUR('4', '5', '6', '7', LOWER),
    FOUR('8', '9', 'y', 'z', LOWER),
    FOUR('a', 'b', 'c', 'd', LOWER),
    FOUR('e', 'f', 'g', 'h', LOWER),
    FOUR('i', 'j', 'k', 'l', LOWER),
    FOUR('m', 'n', 'o', 'p', LOWER),
    FOUR('q', 'r', 's', 't', LOWER),
    FOUR('u', 'v', 'w', 'x', LOWER),
    FOUR('A', 'B', 'C', 'D', UPPER),
    FOUR('E', 'F', 'G', 'H', UPPER),
    FOUR('I', 'J', 'K', 'L', UPPER),
    FOUR('M', 'N', 'O', 'P', UPPER),
    FOUR('Q', 'R', 'S', 'T', UPPER),
    FOUR('U', 'V', 'W', 'X', UPPER),
    ['Y'] = UPPER,
    ['Z'] = UPPER,
    ['-'] = LOWER,
    ['_'] = LOWER,
    ['.'] = PART_HOST | PART_TAG | PART_KEY | PART_PLAIN,
    ['@'] = PART_HOST | PART_TAG,
    ['/'] = PART_HOST | PART_TAG,
    ['%'] = PART_HOST | PART_TAG,
    [':'] = PART_HOST,
    FOUR('(', ')', '#', '$', PART_TAG),
    ['+'] = PART_TAG | PART_MNEMONIC, /* %TAC+-3-SERVERNO */
    ['~'] = PART_TAG,
};

/*
 * "%ASA-4-106023: " and the like at the start of s, also behind ": ". A
 * facility may have parts of its own (PIM-SW1): the severity is the digit
 * before the last dash.
 */
bool
header_cisco(struct str *s, struct header *h)
{
	struct str t = *s, word;
	size_t n = 1, dash;

	if (t.n == 0 || (t.p[0] != '%' && t.p[0] != ':'))
		return false;
	if (t.n > 1 && t.p[0] == ':') {
		t = str_skip(t, 1);
		skip_blanks(&t);
	}
	if (t.n > 1 && t.p[0] == '%' && t.p[1] == '%')
		t = str_skip(t, 1); /* written by a printf() that was none */
	if (t.n < 6 || t.p[0] != '%' || !char_is_alpha(t.p[1]))
		return false;
	while (n < t.n && n < NAME_MAX_BYTES &&
	    is_part(t.p[n], PART_MNEMONIC))
		n++;
	if (n >= t.n || (t.p[n] != ':' && t.p[n] != ' '))
		return false;
	word = str_make(t.p + 1, n - 1);
	dash = str_find_last_char(word, '-');
	if (dash == SIZE_MAX || dash < 3 || dash + 1 >= word.n ||
	    !char_is_digit(word.p[dash - 1]) || word.p[dash - 2] != '-')
		return false;
	h->is_cisco = true;
	h->facility = str_first(word, dash - 2);
	h->severity = str_make(word.p + dash - 1, 1);
	h->mnemonic = str_skip(word, dash + 1);
	/* IOS XR: "%MGBL-SYS-5-CONFIG_I : text" */
	if (t.p[n] == ' ' && n + 1 < t.n && t.p[n + 1] == ':')
		n++;
	*s = str_skip(t, n + 1);
	return true;
}

/* May a stamp end before s? A letter: the blank was forgotten (Solace). */
static bool
ends_stamp(struct str stamp, struct str s)
{
	if (s.n == 0 || s.p[0] == ' ' || s.p[0] == ':' || s.p[0] == '\t')
		return true;
	return char_is_alpha(stamp.p[0]) && char_is_alpha(s.p[0]) &&
	    char_is_digit(stamp.p[stamp.n - 1]) && host_length(s) > 1;
}

/* "[2026-11-24 10:00:00] srv1 su[1]: " behind a PRI. */
static bool
read_bracketed_stamp(struct str *s, struct header *h)
{
	struct str t = str_skip(*s, 1);
	struct time_text stamp;
	size_t n = time_read(t, &stamp);

	if (n == 0 || n + 2 >= t.n || t.p[n] != ']' || t.p[n + 1] != ' ' ||
	    !header_is_host_and_tag(str_skip(t, n + 2)))
		return false;
	*s = str_skip(t, n + 2);
	h->stamp = stamp;
	h->has_stamp = true;
	return true;
}

/* A stamp, behind Cisco's "*" (clock not set) or "." (not synchronised). */
bool
header_stamp(struct str *s, struct header *h)
{
	struct str t = *s;
	struct time_text stamp;
	size_t n;

	if (h->has_pri && t.n > 20 && t.p[0] == '[')
		return read_bracketed_stamp(s, h);
	if (t.n > 1 && (t.p[0] == '*' || t.p[0] == '.'))
		t = str_skip(t, 1);
	n = time_read(t, &stamp);
	if (n == 0 || !ends_stamp(str_first(t, n), str_skip(t, n)))
		return false;
	h->stamp = stamp;
	h->has_stamp = true;
	t = str_skip(t, n);
	h->stamp_ends = t.n > 0 && t.p[0] == ':';
	if (h->stamp_ends)
		t = str_skip(t, 1);
	skip_blanks(&t);
	*s = t;
	return true;
}

/* "WLC001: " before a stamp, a task or a mnemonic: the device's own name. */
bool
header_origin(struct str *s, struct header *h)
{
	size_t n = 0;
	struct str next, rest;
	struct time_text stamp;

	while (n < s->n && is_host_char(s->p[n]) &&
	    !(s->p[n] == ':' && n + 1 < s->n && s->p[n + 1] == ' '))
		n++;
	if (n == 0 || n + 2 >= s->n || s->p[n] != ':')
		return false;
	next = rest = str_skip(*s, n + 2);
	if (next.p[0] == '*' || next.p[0] == '.')
		next = str_skip(next, 1);
	else if (next.p[0] == '%' && next.n > 1 && char_is_alpha(next.p[1]))
		stamp.absolute = true;
	/* A stamp that begins with its weekday is text behind a tag. */
	if (next.p == rest.p && next.p[0] != '%' &&
	    (time_read(next, &stamp) == 0 ||
		(char_is_alpha(next.p[0]) && next.n > 4 &&
		    char_is_alpha(next.p[4]))))
		return false;
	h->hostname = str_first(*s, n);
	*s = rest;
	return true;
}

/* "45: " before the rest: the device counts its messages. */
bool
header_sequence(struct str *s)
{
	size_t n = 0;

	while (n < s->n && n < 12 && char_is_digit(s->p[n]))
		n++;
	if (n == 0 || n + 1 >= s->n || s->p[n] != ':' || s->p[n + 1] != ' ')
		return false;
	*s = str_skip(*s, n + 2);
	skip_blanks(s);
	return true;
}

/* "*taskName: " of wireless controllers, before their stamp. */
bool
header_task(struct str *s, struct header *h)
{
	size_t n = 1;

	if (s->n < 3 || s->p[0] != '*' || !char_is_alpha(s->p[1]))
		return false;
	while (n < s->n && n < NAME_MAX_BYTES && s->p[n] != ':' &&
	    s->p[n] != ' ')
		n++;
	if (n + 1 >= s->n || s->p[n] != ':' || s->p[n + 1] != ' ')
		return false;
	h->appname = str_make(s->p + 1, n - 1);
	*s = str_skip(*s, n + 2);
	return true;
}

/* AIX: "Message forwarded from X: ", X being where it was written. */
bool
header_forwarded(struct str *s, struct header *h)
{
	static const struct str words[] = {
	    STR_INIT("Message forwarded from "), STR_INIT("Forwarded from ")};

	if (s->n == 0 || (s->p[0] != 'M' && s->p[0] != 'F'))
		return false;
	for (size_t i = 0; i < 2; i++) {
		struct str rest;
		size_t n;

		if (!str_has_prefix(*s, words[i]))
			continue;
		rest = str_skip(*s, words[i].n);
		n = str_find(rest, STR(": "));
		if (n == SIZE_MAX || n == 0 || n > 255)
			return false;
		h->hostname = str_first(rest, n);
		*s = str_skip(rest, n + 2);
		return true;
	}
	return false;
}

/* Place of the word in a list of n; n: it is not there. A number is itself. */
static size_t
place_of(struct str word, const struct str *list, size_t n)
{
	uint64_t number;

	if (str_to_u64(word, &number))
		return number < n ? (size_t)number : n;
	for (size_t i = 0; i < n; i++) {
		if (str_eq_nocase(word, list[i]))
			return i;
	}
	return n;
}

/* The value of "facility.level", by name or number; -1: it is none. */
static int
level_value(struct str s)
{
	static const struct str facilities[] = {STR_INIT("kern"),
	    STR_INIT("user"), STR_INIT("mail"), STR_INIT("daemon"),
	    STR_INIT("auth"), STR_INIT("syslog"), STR_INIT("lpr"),
	    STR_INIT("news"), STR_INIT("uucp"), STR_INIT("cron"),
	    STR_INIT("authpriv"), STR_INIT("ftp"), STR_INIT("ntp"),
	    STR_INIT("security"), STR_INIT("console"), STR_INIT("audit"),
	    STR_INIT("local0"), STR_INIT("local1"), STR_INIT("local2"),
	    STR_INIT("local3"), STR_INIT("local4"), STR_INIT("local5"),
	    STR_INIT("local6"), STR_INIT("local7")};
	static const struct str levels[] = {STR_INIT("emerg"),
	    STR_INIT("alert"), STR_INIT("crit"), STR_INIT("err"),
	    STR_INIT("warning"), STR_INIT("notice"), STR_INIT("info"),
	    STR_INIT("debug")};
	/* Kiwi's and others' words for them. */
	static const struct {
		struct str word, name;
	} others[] = {{STR_INIT("error"), STR_INIT("err")},
	    {STR_INIT("critical"), STR_INIT("crit")},
	    {STR_INIT("warn"), STR_INIT("warning")},
	    {STR_INIT("emergency"), STR_INIT("emerg")},
	    {STR_INIT("informational"), STR_INIT("info")},
	    {STR_INIT("kernel"), STR_INIT("kern")},
	    {STR_INIT("system"), STR_INIT("daemon")},
	    {STR_INIT("syslogd"), STR_INIT("syslog")}};
	struct str facility, level;
	size_t f, l;

	if (!str_cut(s, '.', &facility, &level))
		return -1;
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++) {
		if (str_eq_nocase(facility, others[i].word))
			facility = others[i].name;
		if (str_eq_nocase(level, others[i].word))
			level = others[i].name;
	}
	f = place_of(facility, facilities, 24);
	l = place_of(level, levels, 8);
	return f < 24 && l < 8 ? (int)(f * 8 + l) : -1;
}

bool
header_take_level(struct header *h, struct str word)
{
	int value = level_value(word);

	if (value >= 0 && !h->has_pri && !h->bad_pri) {
		h->has_pri = true;
		h->pri = (uint8_t)value;
	}
	return value >= 0;
}

/* "<mail.info> " or "<2.6> " behind the stamp: files of BSD's syslogd -v. */
bool
header_level(struct str *s, struct header *h)
{
	size_t n = s->n > 5 && s->p[0] == '<'
	    ? str_find_char(str_first(*s, NAME_MAX_BYTES), '>') : SIZE_MAX;

	if (n == SIZE_MAX || n + 1 >= s->n || s->p[n + 1] != ' ' ||
	    !header_take_level(h, str_make(s->p + 1, n - 1)))
		return false;
	*s = str_skip(*s, n + 2);
	skip_blanks(s);
	return true;
}

/* Solaris: "[ID 800047 auth.info] " before the text. */
bool
header_solaris(struct str *s, struct header *h)
{
	struct str rest = str_skip(*s, 4);
	size_t n = 0, end;

	if (!str_has_prefix(*s, STR("[ID ")))
		return false;
	while (n < rest.n && n < 12 && char_is_digit(rest.p[n]))
		n++;
	if (n == 0 || n >= rest.n || rest.p[n] != ' ')
		return false;
	end = str_find(str_first(rest, NAME_MAX_BYTES), STR("] "));
	if (end == SIZE_MAX || end <= n ||
	    !header_take_level(h, str_make(rest.p + n + 1, end - n - 1)))
		return false;
	if (h->msgid.n == 0)
		h->msgid = str_first(rest, n);
	*s = str_skip(rest, end + 2);
	return true;
}
