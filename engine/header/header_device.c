/*
 * Forms of host and tag that single families of devices have: each is told by
 * a mark that nothing else has at its place, and is asked for only where the
 * common form did not hold.
 */
#include "engine/header/header_parts.h"

#include "engine/base/ip.h"

/* "[host:event.name:severity]: " of NetApp, a blank behind the host or none;
 * "[Device: host address] " of
 * Radware. The text stays whole: it is the event. */
static bool
host_in_brackets(struct str s, struct header *h)
{
	static const struct str device = STR_INIT("[Device: ");
	struct str word = str_skip(s, 1);
	size_t n = 0, colons = 0, last = 0, i;

	if (str_has_prefix(s, device)) {
		word = str_skip(s, device.n);
		n = host_length(word);
		if (n > 0)
			h->hostname = str_first(word, n);
		return n > 0;
	}
	while (n < word.n && is_part(word.p[n], PART_HOST) &&
	    word.p[n] != ':')
		n++;
	for (i = n; i < word.n && i < 255 && word.p[i] != ']'; i++) {
		if (word.p[i] == ' ' && (i == n || word.p[i - 1] != ':'))
			return false;
		if (word.p[i] == ':') {
			colons++;
			last = i + 1;
		}
	}
	if (n == 0 || colons != 2 || i + 1 >= word.n || word.p[i] != ']' ||
	    word.p[i + 1] != ':' ||
	    !header_is_level(str_make(word.p + last, i - last)))
		return false;
	h->hostname = str_first(word, n);
	return true;
}

/* Twelve hexadecimal digits and a comma. */
static bool
is_mac(struct str s)
{
	for (size_t i = 0; i < 12; i++) {
		char c = i < s.n ? char_lower(s.p[i]) : '\0';

		if (!char_is_digit(c) && (c < 'a' || c > 'f'))
			return false;
	}
	return s.n > 12 && s.p[12] == ',';
}

/*
 * "name,788a2056b182,v4.0.66.10832: tag: text" of UniFi's access points and
 * switches, "name,key=value,..." of F5's iRules. The text stays whole: it
 * names the device.
 */
static bool
host_before_comma(struct str s, size_t n, struct header *h)
{
	struct str rest = str_skip(s, n + 1);
	bool letter = false;
	size_t key = 0;

	for (size_t i = 0; i < n; i++)
		letter |= char_is_alpha(s.p[i]);
	while (key < rest.n && key < 40 && is_part(rest.p[key], PART_KEY))
		key++;
	if (!letter || key == 0 || key >= rest.n ||
	    (rest.p[key] != '=' && !is_mac(rest)))
		return false;
	h->hostname = str_first(s, n);
	return true;
}

/* "(agent) 192.0.2.1->location " or "host->location ": archives of OSSEC and
 * Wazuh; behind it stands the line as it came, often with its own header. */
static bool
host_of_archive(struct str *s, struct header *h)
{
	struct str rest = *s, name = STR_NONE;
	size_t n;

	if (rest.p[0] == '(') {
		n = str_find(str_first(rest, 255), STR(") "));
		if (n == SIZE_MAX || n == 1)
			return false;
		name = str_make(rest.p + 1, n - 1);
		rest = str_skip(rest, n + 2);
	}
	n = 0;
	while (n < rest.n && is_host_char(rest.p[n]))
		n++;
	if (n < 2 || n + 1 >= rest.n || rest.p[n] != '>' ||
	    rest.p[n - 1] != '-')
		return false;
	h->hostname = name.n > 0 ? name : str_first(rest, n - 1);
	n = str_find_char(rest, ' ');
	rest = n == SIZE_MAX ? STR_NONE : str_skip(rest, n + 1);
	skip_blanks(&rest);
	*s = rest;
	return true;
}

/* "cluster-1(id1) " of Isilon: the number of the node behind its name. */
static bool
host_with_node(struct str *s, size_t n, struct header *h)
{
	struct str rest = str_skip(*s, n);
	size_t end = str_find(str_first(rest, 16), STR(") "));

	if (end == SIZE_MAX || !str_has_prefix(rest, STR("(id")))
		return false;
	h->hostname = str_first(*s, n);
	*s = str_skip(rest, end + 2);
	return true;
}

/* "[192.0.2.1] tag[1]: ": without a tag it may be anyone's address. */
static bool
address_in_brackets(struct str *s, struct header *h)
{
	struct header try = {.pri = 0};
	struct str rest, word;
	struct ip ip;

	if (!str_cut(str_first(str_skip(*s, 1), IP_TEXT + 2), ']', &word,
		&rest) ||
	    !ip_parse(word, &ip) || str_skip(*s, word.n + 2).n < 4 ||
	    s->p[word.n + 2] != ' ')
		return false;
	rest = str_skip(*s, word.n + 3);
	if (!header_tag(&rest, &try, false))
		return false;
	h->hostname = word;
	*s = str_skip(*s, word.n + 3);
	return true;
}

bool
header_odd_host(struct str *s, struct header *h)
{
	size_t n = 0;

	if (s->n < 4)
		return false;
	if (s->p[0] == '[')
		return host_in_brackets(*s, h) || address_in_brackets(s, h);
	while (n < s->n && n < 255 && is_host_char(s->p[n]))
		n++;
	if (n >= s->n)
		return false;
	switch (s->p[n]) {
	case ',':
		return n > 0 && host_before_comma(*s, n, h);
	case '(':
		return n > 0 ? host_with_node(s, n, h)
			     : host_of_archive(s, h);
	case '>':
		return host_of_archive(s, h);
	default:
		return false;
	}
}

static bool
is_number(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (!char_is_digit(s.p[i]))
			return false;
	}
	return s.n > 0;
}

/* F5 puts the number of the blade before the name: "slot1/host". syslog-ng
 * (chain_hostnames) puts its source before it, and behind it the address that
 * it came from: "s_net@host/192.0.2.1". */
struct str
header_clean_host(struct str host)
{
	size_t slash = str_find_char(host, '/'), last, at;
	struct ip ip;

	if (slash != SIZE_MAX && slash >= 5 && slash + 1 < host.n &&
	    str_has_prefix(host, STR("slot")))
		return str_skip(host, slash + 1);
	last = slash == SIZE_MAX ? slash : str_find_last_char(host, '/');
	if (slash != SIZE_MAX && slash > 0 &&
	    ip_parse(str_skip(host, last + 1), &ip))
		host = str_first(host, slash);
	at = str_find_char(host, '@');
	if (at != SIZE_MAX && at + 1 < host.n &&
	    (str_has_prefix(host, STR("s_")) ||
		str_has_prefix(host, STR("src@"))))
		host = str_skip(host, at + 1);
	/* "192.0.2.5:514", "db01.example." */
	at = str_find_char(host, ':');
	if (at != SIZE_MAX && at >= 7 && is_number(str_skip(host, at + 1)) &&
	    ip_parse(str_first(host, at), &ip))
		host = str_first(host, at);
	if (host.n > 1 && host.p[host.n - 1] == '.')
		host.n--;
	return host;
}

/* "Local4.Info\tfw1\ttext" behind the stamp: files of Kiwi's server. */
bool
header_columns(struct str *s, struct header *h)
{
	size_t n = str_find_char(str_first(*s, 24), '\t'), host = 0;
	struct str rest;

	if (!h->has_stamp || h->hostname.n > 0 || n == SIZE_MAX)
		return false;
	rest = str_skip(*s, n + 1);
	while (host < rest.n && host < 255 && is_host_char(rest.p[host]))
		host++;
	if (host == 0 || host == rest.n || rest.p[host] != '\t' ||
	    !header_take_level(h, str_first(*s, n)))
		return false;
	h->hostname = str_first(rest, host);
	*s = str_skip(rest, host + 1);
	return true;
}

/* "stdout F " or "stderr P " behind the stamp: files of containers (CRI); P:
 * the line goes on in the next one. */
bool
header_stream(struct str *s)
{
	if (s->n < 9 || (!str_has_prefix(*s, STR("stdout ")) &&
			    !str_has_prefix(*s, STR("stderr "))) ||
	    (s->p[7] != 'F' && s->p[7] != 'P') || s->p[8] != ' ')
		return false;
	*s = str_skip(*s, 9);
	return true;
}

/* "info", "notice", "daemon.err": a level before the tag. */
bool
header_is_level(struct str word)
{
	static const struct str levels[] = {STR_INIT("info"),
	    STR_INIT("notice"), STR_INIT("warning"), STR_INIT("warn"),
	    STR_INIT("err"), STR_INIT("error"), STR_INIT("crit"),
	    STR_INIT("critical"), STR_INIT("alert"), STR_INIT("emerg"),
	    STR_INIT("debug"), STR_INIT("fatal"), STR_INIT("emergency"),
	    STR_INIT("informational")};
	static const uint32_t letters = 1u << ('i' & 31) | 1u << ('n' & 31) |
	    1u << ('w' & 31) | 1u << ('e' & 31) | 1u << ('c' & 31) |
	    1u << ('a' & 31) | 1u << ('d' & 31) | 1u << ('f' & 31);
	size_t start = word.n;
	struct str level;
	char first;

	if (word.n < 3 || word.n > 20)
		return false;
	while (start > 0 && word.p[start - 1] != '.')
		start--;
	first = start < word.n ? char_lower(word.p[start]) : '\0';
	if ((letters >> (first & 31) & 1) == 0)
		return false;
	level = str_skip(word, start);
	for (size_t i = 0; i < sizeof(levels) / sizeof(*levels); i++) {
		/* "mail.err", not "srv1.example.info" */
		if (levels[i].n == level.n && levels[i].p[0] == first &&
		    str_eq_nocase(level, levels[i]))
			return start == 0 || header_take_level(
			    &(struct header){.pri = 0}, word);
	}
	return false;
}

bool
header_level_column(struct str *s, struct header *h)
{
	struct header try = {.pri = 0};
	struct str rest = str_skip(*s, 1), word, text;
	size_t n = str_find_char(str_first(rest, 16), ']');

	if (n == SIZE_MAX || n + 2 >= rest.n || rest.p[n + 1] != ' ')
		return false;
	word = str_trim(str_first(rest, n));
	rest = str_skip(rest, n + 1);
	skip_blanks(&rest);
	text = rest;
	if (str_find_char(word, '.') != SIZE_MAX || !header_is_level(word) ||
	    !header_tag(&rest, &try, false))
		return false;
	h->level = word;
	*s = text;
	return true;
}
