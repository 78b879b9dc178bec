/*
 * Values into fields. ECS says what type a field has; what a device writes in
 * its place ("-", a host name, "N/A") must not pretend to be of that type.
 */
#include "engine/normalise/work.h"

#include "engine/base/json.h"
#include "engine/base/text.h"
#include "engine/normalise/value_parts.h"

void
reason_add(struct event *ev, struct str reason)
{
	event_append(ev, FIELD_VIGIE_REASON, reason, VALUE_TEXT);
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

static bool
is_mac(struct str name)
{
	static const struct str names[] = {STR_INIT("client.mac"),
	    STR_INIT("destination.mac"), STR_INIT("host.mac"),
	    STR_INIT("observer.mac"), STR_INIT("server.mac"),
	    STR_INIT("source.mac")};

	return STR_IS_ONE_OF(name, names);
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
		return field == FIELD_EVENT_DURATION ? HOW_DURATION
						     : HOW_NUMBER;
	case FIELD_BOOL:
		return HOW_BOOL;
	case FIELD_KEYWORD:
		break;
	}
	if (field == FIELD_MESSAGE)
		return HOW_MESSAGE;
	if (field == FIELD_USER_NAME)
		return HOW_USER;
	if (is_mac(field_name(fields, field)))
		return HOW_MAC;
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

static bool
duration_text(struct event *ev, struct str *s)
{
	uint64_t ns;

	if (!value_duration(*s, &ns))
		return false;
	*s = arena_printf(ev->scratch, "%llu", (unsigned long long)ns);
	return true;
}

static struct str
mac_text(struct event *ev, struct str s)
{
	char out[VALUE_MAC_TEXT];
	struct str mac = value_mac(s, out);

	return mac.p == s.p || str_eq(mac, s) ? s
					      : arena_dup(ev->scratch, mac);
}

static void
put(struct normaliser *n, struct event *ev, field_id field, struct str text,
    bool append)
{
	enum value_kind kind = VALUE_TEXT;
	bool flag;

	switch ((enum value_how)n->how[field]) {
	case HOW_IP:
		value_put_ip(ev, field, text, append);
		return;
	case HOW_ADDRESS:
		value_put_address(ev, field, text, append);
		return;
	case HOW_USER:
		value_put_user(ev, field, text, append);
		return;
	case HOW_MAC:
		text = mac_text(ev, text);
		break;
	case HOW_DATE:
		put_date(n, ev, field, text);
		return;
	case HOW_NUMBER:
		if (!value_clean_number(&text) && !from_hex(ev, &text))
			return;
		kind = VALUE_NUMBER;
		break;
	case HOW_DURATION:
		if (!value_clean_number(&text) && !duration_text(ev, &text))
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
	if (from == FIELD_TIMESTAMP) {
		char text[STAMP_TEXT];

		put(n, ev, to, stamp_format(ev->time, text), append);
		return;
	}
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
		return value_clean_number(text);
	case HOW_BOOL:
		return str_to_bool(*text, &flag);
	case HOW_IP: /* may set .address too */
	case HOW_ADDRESS: /* may set .ip too */
	case HOW_USER: /* may set user.domain too */
	case HOW_MAC:
	case HOW_DURATION:
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
