/*
 * Values into fields. ECS says what type a field has; what a device writes in
 * its place ("-", a host name, "N/A") must not pretend to be of that type.
 */
#include "engine/normalise/work.h"

#include "engine/base/json.h"
#include "engine/normalise/find.h"

void
reason_add(struct event *ev, struct str reason)
{
	event_append(ev, FIELD_VIGIE_REASON, reason, VALUE_TEXT);
}

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
static bool
clean_number(struct str *s)
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

/* "192.0.2.7:443", "192.0.2.7/5555", "[2001:db8::1]:443"; of "192.0.2.7, 198.51.100.2" the
 * first, which is the client's. */
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
	    clean_number(&port))
		event_put(ev, field, port, VALUE_NUMBER);
}

static void
put_ip(struct event *ev, field_id field, struct str text, bool append)
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

/* What may be a name; where it is an address, that too. */
static void
put_address(struct event *ev, field_id field, struct str text, bool append)
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

#define YEAR_10000 (253402300800 * SECOND)

/* As stamp_format(); lines come many in a second, so that only the fraction
 * is new. */
static struct str
date_format(struct normaliser *n, int64_t at, char out[STAMP_TEXT])
{
	int64_t micro = at % SECOND;
	size_t digits = micro % 1000 == 0 ? 3 : 6;

	if (at < 0 || at >= YEAR_10000)
		return stamp_format(at, out);
	if (n->date_text[0] == '\0' || n->date_second != at - micro) {
		n->date_second = at - micro;
		stamp_format(n->date_second, n->date_text);
	}
	memcpy(out, n->date_text, 20);
	if (digits == 3)
		micro /= 1000;
	for (size_t i = digits; i > 0; i--) {
		out[19 + i] = (char)('0' + micro % 10);
		micro /= 10;
	}
	out[20 + digits] = 'Z';
	return str_make(out, 21 + digits);
}

static void
put_date(struct normaliser *n, struct event *ev, field_id field,
    struct str text)
{
	struct time_text t;
	char out[STAMP_TEXT];
	int64_t at;

	if (!time_read_all(text, &t)) {
		if (field == FIELD_TIMESTAMP)
			reason_add(ev, STR("bad-time"));
		return;
	}
	if (field == FIELD_TIMESTAMP) {
		event_time(n, ev, &t);
		return;
	}
	at = time_resolve(&n->times, &t, ev->received,
	    n->origin->member->zone, n->origin->past);
	event_put(ev, field, arena_dup(ev->scratch, date_format(n, at, out)),
	    VALUE_TEXT);
}

/* ECS wants these in lower case. */
static bool
is_lower_case(field_id field)
{
	return field == FIELD_NETWORK_TRANSPORT ||
	    field == FIELD_NETWORK_PROTOCOL ||
	    field == FIELD_NETWORK_DIRECTION ||
	    field == FIELD_NETWORK_TYPE;
}

static struct str
lowered(struct event *ev, struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (char_is_upper(s.p[i]))
			return lower_copy(ev->scratch, s);
	}
	return s;
}

enum value_how
value_how_of(const struct field_table *fields, field_id field)
{
	switch (field_type(fields, field)) {
	case FIELD_IP:
		return HOW_IP;
	case FIELD_DATE:
		return HOW_DATE;
	case FIELD_LONG:
	case FIELD_DOUBLE:
		return HOW_NUMBER;
	case FIELD_BOOL:
		return HOW_BOOL;
	case FIELD_KEYWORD:
		break;
	}
	if (field == FIELD_MESSAGE)
		return HOW_MESSAGE;
	if (field == FIELD_SOURCE_ADDRESS || field == FIELD_DESTINATION_ADDRESS)
		return HOW_ADDRESS;
	return is_lower_case(field) ? HOW_LOWER : HOW_AS_IS;
}

/* "0x1f4", as Windows writes process ids. */
static bool
from_hex(struct event *ev, struct str *s)
{
	uint64_t v;

	if (s->n < 3 || s->n > 17 || s->p[0] != '0' ||
	    (s->p[1] != 'x' && s->p[1] != 'X') || !str_to_u64_any(*s, &v))
		return false;
	*s = arena_printf(ev->scratch, "%llu", (unsigned long long)v);
	return true;
}

static void
put(struct normaliser *n, struct event *ev, field_id field, struct str text,
    bool append)
{
	enum value_kind kind = VALUE_TEXT;
	bool flag;

	switch ((enum value_how)n->how[field]) {
	case HOW_IP:
		put_ip(ev, field, text, append);
		return;
	case HOW_ADDRESS:
		put_address(ev, field, text, append);
		return;
	case HOW_DATE:
		put_date(n, ev, field, text);
		return;
	case HOW_NUMBER:
		if (!clean_number(&text) && !from_hex(ev, &text))
			return;
		kind = VALUE_NUMBER;
		break;
	case HOW_BOOL:
		if (!str_to_bool(text, &flag))
			return;
		kind = VALUE_BOOL;
		break;
	case HOW_LOWER:
		text = lowered(ev, text);
		break;
	case HOW_MESSAGE:
		ev->message = text;
		break;
	case HOW_AS_IS:
		break;
	}
	if (append)
		event_append(ev, field, text, kind);
	else
		event_put(ev, field, text, kind);
}

void
value_put_typed(struct normaliser *n, struct event *ev, field_id field,
    struct str text)
{
	put(n, ev, field, text, false);
}

void
value_append(struct normaliser *n, struct event *ev, field_id field,
    struct str text)
{
	put(n, ev, field, text, true);
}

/* The template's text; false when a field that it names is absent. */
static bool
render(struct event *ev, const struct template *t, struct str *out)
{
	size_t n = 0;
	char *p;

	if (t->n == 1 && t->pieces[0].field == FIELD_NONE) {
		*out = t->pieces[0].text;
		return true;
	}
	for (size_t i = 0; i < t->n; i++) {
		const struct piece *piece = &t->pieces[i];

		if (piece->field != FIELD_NONE && !event_has(ev, piece->field))
			return false;
		n += piece->field == FIELD_NONE
		    ? piece->text.n : event_get(ev, piece->field).n;
	}
	*out = str_make(p = arena_text(ev->scratch, n), n);
	for (size_t i = 0; i < t->n; i++) {
		const struct piece *piece = &t->pieces[i];
		struct str s = piece->field == FIELD_NONE
		    ? piece->text : event_get(ev, piece->field);

		memcpy(p, s.p, s.n);
		p += s.n;
	}
	return true;
}

static bool
is_copy(const struct template *t)
{
	return t->n == 1 && t->pieces[0].field != FIELD_NONE;
}

static void
copy_all(struct normaliser *n, struct event *ev, field_id to, field_id from,
    bool append)
{
	const struct value *v = event_value(ev, from);

	if (to == from)
		return;
	for (; v != NULL; append = true) {
		uint16_t next = v->next;

		/* v may move: the event grows. */
		put(n, ev, to, v->text, append);
		v = next == 0 ? NULL : &ev->values[next - 1];
	}
}

/* The text as put() would leave it; false where that depends on the event. */
static bool
constant_text(struct arena *arena, enum value_how how, struct str *text)
{
	bool flag;

	switch (how) {
	case HOW_AS_IS:
		return true;
	case HOW_LOWER:
		*text = lower_copy(arena, *text);
		return true;
	case HOW_NUMBER:
		return clean_number(text);
	case HOW_BOOL:
		return str_to_bool(*text, &flag);
	case HOW_IP: /* may set .address too */
	case HOW_ADDRESS: /* may set .ip too */
	case HOW_DATE:
	case HOW_MESSAGE:
		break;
	}
	return false;
}

void
setting_prepare(struct arena *arena, const struct field_table *fields,
    struct setting *s)
{
	enum value_how how = value_how_of(fields, s->field);
	struct str *texts;
	size_t n = 0;

	if (s->n == 0 || s->field == FIELD_NONE)
		return;
	texts = ARENA_ARRAY(arena, s->n, struct str);
	for (size_t i = 0; i < s->n; i++) {
		const struct template *t = &s->values[i];
		struct str text;

		if (t->n != 1 || t->pieces[0].field != FIELD_NONE)
			return;
		text = t->pieces[0].text;
		if (!constant_text(arena, how, &text))
			return;
		if (!str_is_one_of(text, texts, n))
			texts[n++] = text;
	}
	s->texts = texts;
	s->n_texts = n;
	s->kind = how == HOW_NUMBER ? VALUE_NUMBER
	    : how == HOW_BOOL ? VALUE_BOOL : VALUE_TEXT;
}

/* Templates, and what has to be looked at for each event. */
static void
run_templates(struct normaliser *n, struct event *ev, const struct setting *s)
{
	bool append = false;

	if (s->n == 0)
		event_unset(ev, s->field);
	for (size_t i = 0; i < s->n; i++) {
		struct str text;

		if (is_copy(&s->values[i])) {
			copy_all(n, ev, s->field, s->values[i].pieces[0].field,
			    append);
		} else if (render(ev, &s->values[i], &text)) {
			put(n, ev, s->field, text, append);
		} else {
			continue;
		}
		append = true;
	}
}

void
setting_run(struct normaliser *n, struct event *ev, const struct setting *s)
{
	if (s->n_texts == 1)
		event_put(ev, s->field, s->texts[0], s->kind);
	else if (s->n_texts > 1)
		event_put_list(ev, s->field, s->texts, s->n_texts, s->kind);
	else
		run_templates(n, ev, s);
}

void
settings_run(struct normaliser *n, struct event *ev,
    const struct settings *set, bool only_unset)
{
	struct event_pen pen = event_pen(ev);

	for (size_t i = 0; i < set->n; i++) {
		const struct setting *s = &set->items[i];

		/* Nearly all are one constant for a field not yet set. */
		if (s->n_texts == 1 &&
		    event_pen_put(&pen, s->field, s->texts[0], s->kind))
			continue;
		if (only_unset && pen.first[s->field] != 0)
			continue;
		event_pen_done(ev, &pen);
		setting_run(n, ev, s);
		pen = event_pen(ev);
	}
	event_pen_done(ev, &pen);
}
