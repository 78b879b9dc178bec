/*
 * A match: one rule held for one event, and one window wants to know. It is
 * what the match log carries from the worker that saw the line to the worker
 * that owns the window. Packed form: match_format, match_parse (about 50
 * bytes and the group's text).
 */
#ifndef VIGIE_CORRELATE_MATCH_H
#define VIGIE_CORRELATE_MATCH_H

#include "engine/base/buf.h"
#include "engine/base/hash.h"
#include "engine/event/event.h"

#define SHARD_COUNT 64

struct match {
	uint64_t spec; /* state hash of the correlation (DESIGN section 4) */
	uint32_t step; /* which of its refs held */
	struct hash128 window; /* hash of spec, scope, member, group values */
	struct event_id event;
	int64_t time;      /* event time, us */
	int64_t received;  /* us */
	struct str member; /* id; borrowed like all slices here */
	bool late;
	/* The event's stamp had whole seconds: the part below them in `time`
	 * is made from its receipt and only orders (match_order_time). */
	bool coarse;
	/* Takes an earlier match of the same window, step and event back: a
	 * part's crossing moved, because an event came late (chained rules). */
	bool gone;
	/* Packed list of the group's values in the order of the spec's
	 * group-by: each a LEB128 length and the bytes. */
	struct str group;
	/* value_count: the value (several: packed as group); value_sum and
	 * its kind: the number as text; else empty. */
	struct str value;
	/* The entity of a one-event rule: name of its field, and the value. */
	struct str entity_field;
	struct str entity;
};

/*
 * A stamp of whole seconds cannot order two events of one second, and their
 * ids cannot either when two workers received them. The receipt can: the time
 * inside the second grows with it (0 when it is the stamp itself, never as
 * much as a second), so that order is the same whoever reads the match.
 */
int64_t match_order_time(int64_t stamp, int64_t received);

static inline unsigned
match_shard(const struct match *m)
{
	return (unsigned)(m->window.hi >> 58);
}

void match_format(const struct match *m, struct buf *out);
/* Takes one match off *bytes; slices point into it. False when the bytes are
 * none (version, lengths). */
bool match_parse(struct str *bytes, struct match *out);

/* Appends to a packed list / takes the next value off it. */
void pack_add(struct buf *out, struct str value);
bool pack_next(struct str *list, struct str *value);

#endif
