#include "engine/event/event.h"

#include "engine/base/json.h"
#include "engine/base/stamp.h"
#include "engine/base/stats.h"

#include <stdlib.h>

struct event *
event_alloc(const struct field_table *table)
{
	struct event *ev = mem_get_zero(1, sizeof(*ev));

	ev->table = table;
	ev->scratch = arena_new(16 * 1024);
	ev->first = mem_get_zero(field_count(table), sizeof(*ev->first));
	ev->cap = 128;
	ev->values = mem_get(ev->cap * sizeof(*ev->values));
	return ev;
}

void
event_release(struct event *ev)
{
	if (ev == NULL)
		return;
	arena_free(ev->scratch);
	free(ev->first);
	free(ev->values);
	free(ev);
}

void
event_reset(struct event *ev)
{
	const struct value *v = ev->values, *end = v + ev->count;
	uint16_t *first = ev->first;

	for (; v < end; v++)
		first[v->field] = 0;
	arena_reset(ev->scratch);
	ev->count = 0;
	ev->id = (struct event_id){0};
	ev->time = ev->received = ev->sent = 0;
	ev->member = 0;
	ev->transport = TRANSPORT_FILE;
	ev->late = ev->parsed = false;
	ev->source = (struct logsource){0};
	ev->raw = ev->message = STR_NONE;
}

/* A new value at the end, or NULL when the event is full. */
static struct value *
push(struct event *ev, field_id id, struct str text, enum value_kind kind)
{
	struct value *v;

	if (ev->count == ev->cap) {
		if (ev->cap >= EVENT_MAX_VALUES) {
			STAT_ADD(decode_limit, 1);
			return NULL;
		}
		ev->cap = (uint16_t)(ev->cap * 2);
		ev->values = mem_resize(ev->values,
		    ev->cap * sizeof(*ev->values));
	}
	v = &ev->values[ev->count++];
	v->text = text;
	v->kind = kind;
	v->next = v->last = 0;
	v->field = id;
	v->name = STR_NONE;
	return v;
}

void
event_put_again(struct event *ev, field_id id, struct str text,
    enum value_kind kind)
{
	uint16_t at = ev->first[id];

	if (id == FIELD_NONE)
		return;
	if (at != 0) {
		struct value *v = &ev->values[at - 1];

		v->text = text;
		v->kind = kind;
		v->next = v->last = 0;
		return;
	}
	if (push(ev, id, text, kind) != NULL)
		ev->first[id] = ev->count;
}

static enum value_kind
kind_of(const struct event *ev, field_id id)
{
	switch (field_type(ev->table, id)) {
	case FIELD_LONG:
	case FIELD_DOUBLE:
		return VALUE_NUMBER;
	case FIELD_BOOL:
		return VALUE_BOOL;
	default:
		return VALUE_TEXT;
	}
}

void
event_put_text(struct event *ev, field_id id, struct str text)
{
	event_put(ev, id, text, kind_of(ev, id));
}

/* A list's values are compared with each new one; the ends of texts differ
 * sooner than their beginnings. */
static inline bool
same_text(struct str a, struct str b)
{
	return a.n == b.n &&
	    (a.n == 0 || (a.p[a.n - 1] == b.p[a.n - 1] &&
			     memcmp(a.p, b.p, a.n) == 0));
}

#define CHAIN_COMPARED 64

/* A value that the list has is left out, but of a list of hundreds only the
 * first ones are compared. */
static void
chain(struct event *ev, uint16_t first, struct str name, field_id id,
    struct str text, enum value_kind kind)
{
	uint16_t last = ev->values[first - 1].last, at = first;

	for (size_t i = 0; i < CHAIN_COMPARED && at != 0; i++) {
		const struct value *v = &ev->values[at - 1];

		if (v->kind == kind && same_text(v->text, text))
			return;
		at = v->next;
	}
	if (push(ev, id, text, kind) == NULL)
		return;
	ev->values[ev->count - 1].name = name;
	ev->values[(last != 0 ? last : first) - 1].next = ev->count;
	ev->values[first - 1].last = ev->count;
}

void
event_append(struct event *ev, field_id id, struct str text, enum value_kind kind)
{
	if (id == FIELD_NONE)
		return;
	if (ev->first[id] == 0)
		event_put(ev, id, text, kind);
	else
		chain(ev, ev->first[id], STR_NONE, id, text, kind);
}

void
event_put_list(struct event *ev, field_id id, const struct str *texts,
    size_t n, enum value_kind kind)
{
	uint16_t last;

	event_put(ev, id, texts[0], kind);
	last = ev->first[id];
	for (size_t i = 1; i < n && last != 0; i++) {
		if (push(ev, id, texts[i], kind) == NULL)
			return;
		ev->values[last - 1].next = ev->count;
		last = ev->count;
		ev->values[ev->first[id] - 1].last = last;
	}
}

void
event_put_u64(struct event *ev, field_id id, uint64_t v)
{
	char digits[20], *p;
	size_t at = sizeof(digits);

	do {
		digits[--at] = (char)('0' + v % 10);
		v /= 10;
	} while (v != 0);
	p = arena_text(ev->scratch, sizeof(digits) - at);
	memcpy(p, digits + at, sizeof(digits) - at);
	event_put(ev, id, str_make(p, sizeof(digits) - at), VALUE_NUMBER);
}

void
event_append_name(struct event *ev, struct str name, struct str text,
    enum value_kind kind)
{
	field_id id = field_find(ev->table, name);

	if (id != FIELD_NONE) {
		event_append(ev, id, text, kind);
		return;
	}
	/* Names without slot are few; the first of a list is the one that no
	 * other points at, and it was added before the rest. */
	for (uint16_t i = 0; i < ev->count; i++) {
		if (ev->values[i].field == FIELD_NONE &&
		    same_text(ev->values[i].name, name)) {
			chain(ev, (uint16_t)(i + 1), name, FIELD_NONE, text,
			    kind);
			return;
		}
	}
	if (push(ev, FIELD_NONE, text, kind) != NULL)
		ev->values[ev->count - 1].name = name;
}

void
event_unset(struct event *ev, field_id id)
{
	/* The values stay in the pool and are skipped: no slot leads there. */
	ev->first[id] = 0;
}

static void
format_value(struct json *j, const struct value *v)
{
	bool flag;

	switch (v->kind) {
	case VALUE_NULL:
		json_nil(j);
		return;
	case VALUE_NUMBER:
		if (json_is_number(v->text)) {
			json_raw(j, v->text);
			return;
		}
		break;
	case VALUE_BOOL:
		if (str_to_bool(v->text, &flag)) {
			json_bool(j, flag);
			return;
		}
		break;
	case VALUE_TEXT:
		break;
	}
	json_str(j, v->text);
}

/* Is values[i] the first of its field? */
static bool
is_first(const struct event *ev, uint16_t i, const uint8_t *chained)
{
	const struct value *v = &ev->values[i];

	if (v->field != FIELD_NONE)
		return ev->first[v->field] == i + 1;
	return chained[i] == 0;
}

/* The field that begins at values[i], as a key and its value or list. */
static void
format_field(struct json *j, const struct event *ev, uint16_t i)
{
	const struct value *v = &ev->values[i];
	bool list = v->next != 0 ||
	    (v->field != FIELD_NONE && field_is_list(ev->table, v->field));

	json_key(j, v->field != FIELD_NONE ? field_name(ev->table, v->field)
					   : v->name);
	if (list)
		json_open_list(j);
	for (; v != NULL; v = event_next(ev, v))
		format_value(j, v);
	if (list)
		json_close_list(j);
}

void
event_format(const struct event *ev, struct buf *out)
{
	struct json j = json_to(out);
	uint8_t chained[EVENT_MAX_VALUES];
	char stamp[STAMP_TEXT];

	for (uint16_t i = 0; i < ev->count; i++)
		chained[i] = 0;
	for (uint16_t i = 0; i < ev->count; i++) {
		if (ev->values[i].next != 0)
			chained[ev->values[i].next - 1] = 1;
	}
	json_open(&j);
	if (event_has(ev, FIELD_TIMESTAMP))
		format_field(&j, ev,
		    (uint16_t)(ev->first[FIELD_TIMESTAMP] - 1));
	else
		json_pair_str(&j, "@timestamp", stamp_format(ev->time, stamp));
	for (uint16_t i = 0; i < ev->count; i++) {
		if (ev->values[i].field != FIELD_TIMESTAMP &&
		    is_first(ev, i, chained))
			format_field(&j, ev, i);
	}
	json_close(&j);
}
