/* Texts of several parts: an address and its port, a user and his domain, the
 * octets of a MAC address, hours and minutes; numbers. */
#include "engine/normalise/value_parts.h"

#include "engine/base/ip.h"
#include "engine/base/json.h"
#include "engine/base/text.h"

/* Where the text goes when it is no address, and the port behind one. */
struct endpoint {
	field_id ip, address, port;
};

/* Of its address or its text; another field is an address alone. */
static struct endpoint
endpoint_of(field_id field)
{
	static const struct endpoint all[] = {
	    {FIELD_SOURCE_IP, FIELD_SOURCE_ADDRESS, FIELD_SOURCE_PORT},
	    {FIELD_DESTINATION_IP, FIELD_DESTINATION_ADDRESS,
		FIELD_DESTINATION_PORT},
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		if (all[i].ip == field || all[i].address == field)
			return all[i];
	}
	return (struct endpoint){field, FIELD_NONE, FIELD_NONE};
}

/* "[2001:db8::1]", "fe80::1%eth0" to what ip_parse takes. */
static struct str
bare_address(struct str s)
{
	size_t at;

	if (s.n > 2 && s.p[0] == '[' && s.p[s.n - 1] == ']')
		s = str_make(s.p + 1, s.n - 2);
	at = str_find_char(s, '%');
	if (at != SIZE_MAX)
		s = str_first(s, at);
	if (str_has_prefix_nocase(s, STR("::ffff:")) &&
	    str_find_char(s, '.') != SIZE_MAX)
		s = str_skip(s, 7);
	return s;
}

/* Surely as RFC 5952 section 4 wants it? `s` is an IPv6 address. Where a zero
 * begins a group, or it may be IPv4, ip_format() has to say. */
static bool
is_canonical(struct str s)
{
	size_t colons = 0;
	bool gap = false;

	if (str_has_prefix(s, STR("::f")))
		return false;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (c == ':') {
			colons++;
			gap |= i > 0 && s.p[i - 1] == ':';
		} else if (c == '.' || char_is_upper(c) ||
		    (c == '0' && (i == 0 || s.p[i - 1] == ':'))) {
			return false;
		}
	}
	/* "::" for one group alone is none. */
	return gap ? colons < 7 : colons == 7;
}

/* One text for an address, however it was written: rules and windows compare
 * texts. */
static struct str
canonical(struct event *ev, struct str s)
{
	char text[IP_TEXT];
	struct ip ip;

	if (str_find_char(s, ':') == SIZE_MAX || is_canonical(s) ||
	    !ip_parse(s, &ip))
		return s;
	return arena_dup(ev->scratch, ip_format(&ip, text));
}

/* The common case without a call: four numbers to 255 without zeros before
 * them. */
static bool
is_dotted(struct str s)
{
	const char *p = s.p, *end = s.p + s.n;

	if (s.n < 7 || s.n > 15)
		return false;
	for (int octet = 0; octet < 4; octet++) {
		unsigned v, d;

		if (p == end || (v = (unsigned)(*p++ - '0')) > 9)
			return false;
		if (v != 0 && p < end && (d = (unsigned)(*p - '0')) <= 9) {
			v = v * 10 + d;
			p++;
			if (p < end && (d = (unsigned)(*p - '0')) <= 9) {
				v = v * 10 + d;
				p++;
			}
		}
		if (v > 255)
			return false;
		if (octet < 3 && (p == end || *p++ != '.'))
			return false;
	}
	return p == end;
}

/* "0E70" is sixteen-based or a name; a power of ten has a sign or a point. */
static bool
is_digits_e_digits(struct str s)
{
	size_t i = s.n > 0 && s.p[0] == '-', e;

	while (i < s.n && char_is_digit(s.p[i]))
		i++;
	e = i;
	if (i >= s.n || (s.p[i] != 'e' && s.p[i] != 'E'))
		return false;
	for (i++; i < s.n && char_is_digit(s.p[i]); i++)
		;
	return i == s.n && e + 1 < s.n;
}

/* "007" is a number to people, not to JSON. */
bool
value_clean_number(struct str *s)
{
	double ignored;
	size_t i = 0;

	while (i < s->n && char_is_digit(s->p[i]))
		i++;
	if (i == s->n && i > 0 && (s->p[0] != '0' || i == 1))
		return true;
	if (s->n > 0 && s->p[0] == '+')
		*s = str_skip(*s, 1);
	while (s->n > 1 && s->p[0] == '0' && char_is_digit(s->p[1]))
		*s = str_skip(*s, 1);
	if (is_digits_e_digits(*s))
		return false;
	return json_is_number(*s) ||
	    (s->n > 0 && char_is_digit(s->p[0]) &&
		str_to_double(*s, &ignored) && s->p[s->n - 1] != '.');
}

/* "192.0.2.7:443", "192.0.2.7/5555", "[2001:db8::1]:443"; of "192.0.2.7,
 * 198.51.100.2" the first, which is the client's. */
static bool
split_address(struct str text, struct str *ip, struct str *port)
{
	size_t comma = str_find_char(text, ','), colon;
	struct ip ignored;
	uint64_t number;

	if (comma != SIZE_MAX)
		text = str_trim(str_first(text, comma));
	*port = STR_NONE;
	*ip = bare_address(text);
	if (ip_parse(*ip, &ignored))
		return true;
	colon = str_find_last_char(text, ':');
	/* "192.0.2.7/5555": no network has so many bits. */
	if (colon == SIZE_MAX)
		colon = str_find_last_char(text, '/');
	if (colon == SIZE_MAX || colon + 6 < text.n || colon + 1 == text.n)
		return false;
	*port = str_skip(text, colon + 1);
	if (!str_to_u64(*port, &number) || number > 65535 ||
	    (text.p[colon] == '/' && number <= 32))
		return false;
	*ip = str_first(text, colon);
	if (is_dotted(*ip))
		return true;
	if (ip->n == 0 || ip->p[0] != '[')
		return false;
	*ip = bare_address(*ip);
	return ip_parse(*ip, &ignored);
}

static void
put_port(struct event *ev, field_id field, struct str port)
{
	if (field != FIELD_NONE && !event_has(ev, field) &&
	    value_clean_number(&port))
		event_put(ev, field, port, VALUE_NUMBER);
}

void
value_put_ip(struct event *ev, field_id field, struct str text, bool append)
{
	struct endpoint end = endpoint_of(field);
	/* A text stays the address when an address comes behind it; another
	 * address goes along. */
	bool follows = !append && event_has(ev, field);
	struct str bare = text, port = STR_NONE;

	if (!is_dotted(text)) {
		if (!split_address(text, &bare, &port)) {
			if (end.address != FIELD_NONE && text.n > 0 &&
			    !event_has(ev, end.address))
				event_put(ev, end.address, text, VALUE_TEXT);
			return;
		}
		bare = canonical(ev, bare);
	}
	if (append)
		event_append(ev, field, bare, VALUE_TEXT);
	else
		event_put(ev, field, bare, VALUE_TEXT);
	if (end.address != FIELD_NONE &&
	    (follows || !event_has(ev, end.address)))
		event_put(ev, end.address, bare, VALUE_TEXT);
	if (port.n > 0)
		put_port(ev, end.port, port);
}

void
value_put_address(struct event *ev, field_id field, struct str text, bool append)
{
	field_id ip = endpoint_of(field).ip;
	struct ip ignored;

	if (append)
		event_append(ev, field, text, VALUE_TEXT);
	else
		event_put(ev, field, text, VALUE_TEXT);
	if (event_has(ev, ip))
		return;
	if (!is_dotted(text)) {
		text = bare_address(text);
		if (!ip_parse(text, &ignored))
			return;
		text = canonical(ev, text);
	}
	event_put(ev, ip, text, VALUE_TEXT);
}

#define DOMAIN_MAX 64

/* "HOSP\\jdoe", its backslash perhaps twice. Where no word stands on both
 * sides ("Doe\\, Jane" of a directory), it is no domain's. */
static bool
split_user(struct str text, struct str *domain, struct str *name)
{
	size_t n = str_find_char(text, '\\');

	if (n == SIZE_MAX || n == 0 || n > DOMAIN_MAX)
		return false;
	*domain = str_first(text, n);
	*name = str_skip(text, n + 1);
	if (name->n > 1 && name->p[0] == '\\')
		*name = str_skip(*name, 1);
	for (size_t i = 0; i < n; i++) {
		char c = domain->p[i];

		if (!char_is_alnum(c) && c != '.' && c != '-' && c != '_' &&
		    c != ' ' && (unsigned char)c < 0x80)
			return false;
	}
	return name->n > 0 && str_find_char(*name, '\\') == SIZE_MAX &&
	    (char_is_alnum(name->p[0]) || name->p[0] == '_' ||
		name->p[0] == '$' || (unsigned char)name->p[0] >= 0x80);
}

/* What programs write of a user that there is none of. */
static bool
is_nobody(struct str s)
{
	static const struct str words[] = {STR_INIT("null"),
	    STR_INIT("(null)"), STR_INIT("nil"), STR_INIT("n/a"),
	    STR_INIT("undefined")};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (str_eq_nocase(s, words[i]))
			return true;
	}
	return false;
}

void
value_put_user(struct event *ev, field_id field, struct str text, bool append)
{
	struct str domain, name;

	if (text.n < 10 && is_nobody(text))
		return;
	if (append) {
		event_append(ev, field, text, VALUE_TEXT);
		return;
	}
	if (split_user(text, &domain, &name)) {
		/* ".\\jdoe": this computer's. */
		if (domain.n > 1 || char_is_alnum(domain.p[0]))
			event_put(ev, FIELD_USER_DOMAIN, domain, VALUE_TEXT);
		text = name;
	}
	event_put(ev, field, text, VALUE_TEXT);
}

static bool
is_mac_sign(char c)
{
	return c == ':' || c == '-' || c == '.';
}

/* The digits of a group between two signs, zeros before them added. */
static bool
add_group(struct str group, size_t full, char *digits, size_t *n)
{
	if (group.n == 0 || group.n > full || *n + full > 12 ||
	    (full > 2 && group.n != full))
		return false;
	for (size_t i = group.n; i < full; i++)
		digits[(*n)++] = '0';
	for (size_t i = 0; i < group.n; i++) {
		char c = group.p[i];

		if (char_hex(c) < 0)
			return false;
		digits[(*n)++] = c >= 'a' ? (char)(c - 0x20) : c;
	}
	return true;
}

struct str
value_mac(struct str s, char out[VALUE_MAC_TEXT])
{
	char digits[12];
	size_t n = 0, groups = 1, from = 0;
	char sign = '\0';

	if (s.n < 11 || s.n > 17)
		return s;
	for (size_t i = 0; i < s.n; i++) {
		if (!is_mac_sign(s.p[i]))
			continue;
		if (sign != '\0' && s.p[i] != sign)
			return s;
		sign = s.p[i];
		groups++;
	}
	if (groups != 1 && groups != 3 && groups != 6)
		return s;
	for (size_t i = 0; i <= s.n; i++) {
		if (i < s.n && !is_mac_sign(s.p[i]))
			continue;
		if (!add_group(str_make(s.p + from, i - from), 12 / groups,
			digits, &n))
			return s;
		from = i + 1;
	}
	for (size_t i = 0; i < 6; i++) {
		out[3 * i] = digits[2 * i];
		out[3 * i + 1] = digits[2 * i + 1];
		out[3 * i + 2] = i < 5 ? '-' : '\0';
	}
	return str_make(out, VALUE_MAC_TEXT - 1);
}

#define DURATION_MAX 48
#define NS_OF_SECOND UINT64_C(1000000000)

static bool
unit_of(struct str word, uint64_t *ns)
{
	static const struct {
		struct str word;
		uint64_t ns;
	} units[] = {{STR_INIT("ns"), 1}, {STR_INIT("us"), 1000},
	    {STR_INIT("ms"), 1000000}, {STR_INIT("msec"), 1000000},
	    {STR_INIT("s"), NS_OF_SECOND}, {STR_INIT("sec"), NS_OF_SECOND},
	    {STR_INIT("secs"), NS_OF_SECOND}, {STR_INIT("second"), NS_OF_SECOND},
	    {STR_INIT("seconds"), NS_OF_SECOND},
	    {STR_INIT("m"), 60 * NS_OF_SECOND},
	    {STR_INIT("min"), 60 * NS_OF_SECOND},
	    {STR_INIT("mins"), 60 * NS_OF_SECOND},
	    {STR_INIT("minute"), 60 * NS_OF_SECOND},
	    {STR_INIT("minutes"), 60 * NS_OF_SECOND},
	    {STR_INIT("h"), 3600 * NS_OF_SECOND},
	    {STR_INIT("hr"), 3600 * NS_OF_SECOND},
	    {STR_INIT("hrs"), 3600 * NS_OF_SECOND},
	    {STR_INIT("hour"), 3600 * NS_OF_SECOND},
	    {STR_INIT("hours"), 3600 * NS_OF_SECOND},
	    {STR_INIT("d"), 86400 * NS_OF_SECOND},
	    {STR_INIT("day"), 86400 * NS_OF_SECOND},
	    {STR_INIT("days"), 86400 * NS_OF_SECOND}};

	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++) {
		if (str_eq_nocase(word, units[i].word)) {
			*ns = units[i].ns;
			return true;
		}
	}
	return false;
}

/* Up to nine digits, and a fraction of up to nine. */
static bool
take_amount(struct str *s, uint64_t *whole, uint64_t *billionths)
{
	uint64_t scale = NS_OF_SECOND;
	size_t n = 0;

	*whole = *billionths = 0;
	for (; n < s->n && n < 9 && char_is_digit(s->p[n]); n++)
		*whole = *whole * 10 + (uint64_t)(s->p[n] - '0');
	*s = str_skip(*s, n);
	if (n == 0 || (s->n > 0 && char_is_digit(s->p[0])))
		return false;
	if (s->n < 2 || s->p[0] != '.' || !char_is_digit(s->p[1]))
		return true;
	for (*s = str_skip(*s, 1); s->n > 0 && char_is_digit(s->p[0]);
	    *s = str_skip(*s, 1)) {
		scale /= 10;
		*billionths += scale * (uint64_t)(s->p[0] - '0');
	}
	return true;
}

/* "hh:mm:ss", the hours being read already. */
static bool
take_clock(struct str *s, uint64_t hours, uint64_t *ns)
{
	uint64_t minutes, seconds, fraction;

	if (s->n < 6 || s->p[0] != ':')
		return false;
	*s = str_skip(*s, 1);
	if (!take_amount(s, &minutes, &fraction) || minutes > 59 ||
	    fraction != 0 || s->n < 2 || s->p[0] != ':')
		return false;
	*s = str_skip(*s, 1);
	if (!take_amount(s, &seconds, &fraction) || seconds > 59)
		return false;
	*ns += (hours * 3600 + minutes * 60 + seconds) * NS_OF_SECOND +
	    fraction;
	return true;
}

bool
value_duration(struct str s, uint64_t *ns)
{
	uint64_t whole, fraction, unit;
	size_t n;

	*ns = 0;
	s = str_trim(s);
	if (s.n == 0 || s.n > DURATION_MAX)
		return false;
	while (s.n > 0) {
		if (!take_amount(&s, &whole, &fraction))
			return false;
		if (take_clock(&s, whole, ns))
			return fraction == 0 && s.n == 0;
		s = str_trim(s);
		for (n = 0; n < s.n && char_is_alpha(s.p[n]); n++)
			;
		if (!unit_of(str_first(s, n), &unit) ||
		    whole > (UINT64_C(1) << 62) / unit)
			return false;
		*ns += whole * unit + (unit >= NS_OF_SECOND
			? fraction * (unit / NS_OF_SECOND)
			: fraction / (NS_OF_SECOND / unit));
		s = str_skip(s, n);
		while (s.n > 0 && (s.p[0] == ' ' || s.p[0] == ':' ||
				      s.p[0] == ','))
			s = str_skip(s, 1);
	}
	return true;
}
