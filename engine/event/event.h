/*
 * One normalised event: flat, ECS names, values as text. A worker has one and
 * uses it again for every line. Values are borrowed slices: of the receive
 * buffer, of the scratch arena of the line, or of the generation (constants
 * of a pack); none lives longer than the next event_reset().
 *
 * A field of the table has a slot; a name that no pack, rule or taxonomy
 * knows (a stray JSON key) is kept by name beside them, so that nothing the
 * source said is lost.
 *
 * libevent exports event_new, event_free, event_add and event_set; names of
 * ours that were the same would be bound in its place. Hence alloc, release,
 * append and put here.
 */
#ifndef VIGIE_EVENT_EVENT_H
#define VIGIE_EVENT_EVENT_H

#include "engine/base/arena.h"
#include "engine/base/buf.h"
#include "engine/event/field.h"
#include "engine/event/id.h"
#include "engine/event/logsource.h"

enum value_kind { VALUE_TEXT, VALUE_NUMBER, VALUE_BOOL, VALUE_NULL };

struct value {
	struct str text; /* of VALUE_NULL: empty */
	enum value_kind kind : 16;
	uint16_t next; /* index + 1 of the list's next value; 0: the last */
	uint16_t last; /* of a list's first value: index + 1 of its last */
	field_id field; /* FIELD_NONE: see name */
	struct str name; /* of a field without slot; else not set */
};

struct event {
	const struct field_table *table;
	struct arena *scratch; /* of this line; reset by event_reset() */
	struct event_id id;
	int64_t time;	  /* event time, repaired and clamped, us */
	int64_t received; /* us */
	int64_t sent;	  /* as the source wrote it, not clamped; 0: not */
	uint32_t member;  /* index in the table of members */
	enum transport transport;
	bool late;   /* more than 5 minutes old at receipt */
	bool parsed; /* a pack understood it */
	struct logsource source;
	struct str raw;	    /* the whole line as received */
	struct str message; /* behind the header: keyword rules search it */

	struct value *values;
	uint16_t count;
	uint16_t cap;
	uint16_t *first; /* by slot: index + 1 of the first value, 0: none */
};

#define EVENT_MAX_VALUES 4096 /* more are counted (decode_limit) and left out */

/* For events of this table; free with event_release(). */
struct event *event_alloc(const struct field_table *table);
void event_release(struct event *ev);
/* Empties it, scratch included; costs as much as it had values. */
void event_reset(struct event *ev);

/* For event_put(): a field that has a value, or an event that is full. */
void event_put_again(struct event *ev, field_id id, struct str text,
    enum value_kind kind);

/* Replaces the field's values by one (or sets the first). Inline: a line has
 * forty of them. */
static inline void
event_put(struct event *ev, field_id id, struct str text, enum value_kind kind)
{
	uint16_t at = ev->count;
	struct value *v = &ev->values[at];

	if (id == FIELD_NONE || ev->first[id] != 0 || at == ev->cap) {
		event_put_again(ev, id, text, kind);
		return;
	}
	v->text = text;
	v->kind = kind;
	v->next = v->last = 0;
	v->field = id;
	ev->first[id] = ev->count = (uint16_t)(at + 1);
}

/* Text, unless the table says that the field is a number or a bool. */
void event_put_text(struct event *ev, field_id id, struct str text);
/* Appends to the field's list, unless the same text is in it already. */
void event_append(struct event *ev, field_id id, struct str text,
    enum value_kind kind);
/* Replaces the field's values by n texts that differ, n > 0. */
void event_put_list(struct event *ev, field_id id, const struct str *texts,
    size_t n, enum value_kind kind);
void event_put_u64(struct event *ev, field_id id, uint64_t v);
/*
 * For many values in a row: room and count are held in registers instead of
 * being read again for each. Between event_pen() and event_pen_done() nothing
 * else writes to the event.
 */
struct event_pen {
	struct value *values;
	uint16_t *first;
	uint16_t count;
	uint16_t cap;
};

static inline struct event_pen
event_pen(const struct event *ev)
{
	return (struct event_pen){ev->values, ev->first, ev->count, ev->cap};
}

static inline void
event_pen_done(struct event *ev, const struct event_pen *pen)
{
	ev->count = pen->count;
}

/* False, and nothing done, when the field has a value or there is no room. */
static inline bool
event_pen_put(struct event_pen *pen, field_id id, struct str text,
    enum value_kind kind)
{
	struct value *v = &pen->values[pen->count];

	if (pen->first[id] != 0 || pen->count == pen->cap)
		return false;
	v->text = text;
	v->kind = kind;
	v->next = v->last = 0;
	v->field = id;
	pen->first[id] = ++pen->count;
	return true;
}

/*
 * By name: the slot where there is one, else kept with the name. `name` is
 * borrowed like the text. Adds to a list when the name was there.
 */
void event_append_name(struct event *ev, struct str name, struct str text,
    enum value_kind kind);
/* Takes the field out. */
void event_unset(struct event *ev, field_id id);

static inline const struct value *
event_value(const struct event *ev, field_id id)
{
	uint16_t at = ev->first[id];

	return at == 0 ? NULL : &ev->values[at - 1];
}

/* The next value of the same field, or NULL. */
static inline const struct value *
event_next(const struct event *ev, const struct value *v)
{
	return v->next == 0 ? NULL : &ev->values[v->next - 1];
}

static inline bool
event_has(const struct event *ev, field_id id)
{
	return ev->first[id] != 0;
}

/* The first value's text; STR_NONE when there is none or it is null. */
static inline struct str
event_get(const struct event *ev, field_id id)
{
	const struct value *v = event_value(ev, id);

	return v == NULL ? STR_NONE : v->text;
}

/*
 * Adds the event as one flat JSON object (no LF): all fields by name, lists
 * where ECS wants one or several values stand, numbers and booleans typed by
 * the ECS type. @timestamp comes first.
 */
void event_format(const struct event *ev, struct buf *out);

#endif
