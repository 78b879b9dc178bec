/*
 * Values into fields. ECS says what type a field has; what a device writes in
 * its place ("-", a host name, "N/A") must not pretend to be of that type.
 */
#include "engine/normalise/work.h"

#include "engine/base/json.h"

void
reason_add(struct event *ev, struct str reason)
{
	event_append(ev, FIELD_VIGIE_REASON, reason, VALUE_TEXT);
}

/* Where the text goes when it is no address. */
static const struct {
	field_id ip;
	field_id address;
} addresses[] = {
    {FIELD_SOURCE_IP,      FIELD_SOURCE_ADDRESS     },
    {FIELD_DESTINATION_IP, FIELD_DESTINATION_ADDRESS},
};

static field_id
address_of(field_id ip)
{
	for (size_t i = 0; i < sizeof(addresses) / sizeof(*addresses); i++) {
		if (addresses[i].ip == ip)
			return addresses[i].address;
	}
	return FIELD_NONE;
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

static bool
is_dotted(struct str s)
{
	size_t dots = 0, digits = 0;
	unsigned v = 0;

	/* The common case without a call: 7 to 15 of digits and dots. */
	if (s.n < 7 || s.n > 15)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (char_is_digit(c)) {
			if (digits > 0 && v == 0)
				return false;
			v = v * 10 + (unsigned)(c - '0');
			if (v > 255)
				return false;
			digits++;
		} else if (c == '.' && digits > 0) {
			dots++;
			v = 0;
			digits = 0;
		} else {
			return false;
		}
	}
	return dots == 3 && digits > 0;
}

static void
put_ip(struct event *ev, field_id field, struct str text, bool append)
{
	field_id address = address_of(field);
	struct ip ip;
	struct str bare = text;

	if (!is_dotted(text)) {
		bare = bare_address(text);
		if (!ip_parse(bare, &ip)) {
			if (address != FIELD_NONE && text.n > 0 &&
			    !event_has(ev, address))
				event_put(ev, address, text, VALUE_TEXT);
			return;
		}
	}
	if (append)
		event_append(ev, field, bare, VALUE_TEXT);
	else
		event_put(ev, field, bare, VALUE_TEXT);
	if (address != FIELD_NONE && !event_has(ev, address))
		event_put(ev, address, bare, VALUE_TEXT);
}

/* "007" is a number to people, not to JSON. */
static bool
clean_number(struct str *s)
{
	double ignored;

	if (s->n > 0 && s->p[0] == '+')
		*s = str_skip(*s, 1);
	while (s->n > 1 && s->p[0] == '0' && char_is_digit(s->p[1]))
		*s = str_skip(*s, 1);
	return json_is_number(*s) ||
	    (s->n > 0 && char_is_digit(s->p[0]) &&
		str_to_double(*s, &ignored) && s->p[s->n - 1] != '.');
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
		else
			event_put(ev, field, text, VALUE_TEXT);
		return;
	}
	if (field == FIELD_TIMESTAMP) {
		event_time(n, ev, &t);
		return;
	}
	at = time_resolve(&n->times, &t, ev->received,
	    n->origin->member->zone, n->origin->past);
	event_put(ev, field, arena_dup(ev->scratch, stamp_format(at, out)),
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
		if (s.p[i] >= 'A' && s.p[i] <= 'Z')
			return lower_copy(ev->scratch, s);
	}
	return s;
}

static void
put(struct normaliser *n, struct event *ev, field_id field, struct str text,
    bool append)
{
	enum value_kind kind = VALUE_TEXT;
	bool flag;

	switch (field_type(n->fields, field)) {
	case FIELD_IP:
		put_ip(ev, field, text, append);
		return;
	case FIELD_DATE:
		put_date(n, ev, field, text);
		return;
	case FIELD_LONG:
	case FIELD_DOUBLE:
		if (!clean_number(&text))
			return;
		kind = VALUE_NUMBER;
		break;
	case FIELD_BOOL:
		if (!str_to_bool(text, &flag))
			return;
		kind = VALUE_BOOL;
		break;
	case FIELD_KEYWORD:
		if (is_lower_case(field))
			text = lowered(ev, text);
		break;
	}
	if (append)
		event_append(ev, field, text, kind);
	else
		event_put(ev, field, text, kind);
	if (field == FIELD_MESSAGE)
		ev->message = text;
}

void
value_put(struct normaliser *n, struct event *ev, field_id field,
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

void
setting_run(struct normaliser *n, struct event *ev, const struct setting *s)
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
settings_run(struct normaliser *n, struct event *ev,
    const struct settings *set, bool only_unset)
{
	for (size_t i = 0; i < set->n; i++) {
		if (!only_unset || !event_has(ev, set->items[i].field))
			setting_run(n, ev, &set->items[i]);
	}
}
