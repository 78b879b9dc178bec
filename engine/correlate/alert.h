/*
 * An alert: one episode of one window. It is sent when the window is first
 * satisfied and again (same id, higher revision) as the episode grows; the
 * desk takes the highest revision that it saw. As JSON it is one line of
 * `vigie replay` and one entry of the Redis stream (DESIGN section 7).
 */
#ifndef VIGIE_CORRELATE_ALERT_H
#define VIGIE_CORRELATE_ALERT_H

#include "engine/base/arena.h"
#include "engine/base/buf.h"
#include "engine/base/hash.h"
#include "engine/event/event.h"

#define ALERT_FIRST_EVENTS 5
#define ALERT_LAST_EVENTS  20
#define ALERT_EVENTS       (ALERT_FIRST_EVENTS + ALERT_LAST_EVENTS)
#define ALERT_RAW_BYTES    (64 * 1024)

struct alert_pair {
	struct str name, value;
};

/* One event of the evidence: which, when, whose; raw text where it was read
 * back (borrowed, empty: not at hand). */
struct alert_event {
	struct event_id id;
	int64_t time;
	struct str member;
	struct str raw;
};

/* All slices are borrowed from whoever gives the alert, for one call. */
struct alert {
	struct hash128 id; /* of window key and crossing event */
	/* Grows with the events of the episode, and with nothing else, so that
	 * work done again gives it again; 1 at the usual crossing, more when
	 * late events crossed together. New is an id that was not seen yet. */
	uint32_t revision;
	uint64_t spec;
	struct str rule_id, rule_name, rule_title; /* id: never empty */
	struct str level; /* "low" ... "critical"; "informational" */
	struct str rsit;  /* "class:type" */
	bool rsit_guessed;
	uint32_t confidence; /* 0..100 */
	struct str floor;    /* see sigma_vigie */
	bool spreading, health_data, nis2, blocked;
	struct str advice_fr, advice_en;
	bool sector;         /* scope */
	struct str member;   /* of the first event; scope sector: may be one
				of several, see members */
	struct str *members; /* distinct, at most 64 */
	size_t n_members;
	struct alert_pair *group;
	size_t n_group;
	struct str entity_field, entity; /* what the incident is about */
	int64_t first, last;             /* event times */
	uint64_t count;                  /* events of the episode */
	uint64_t distinct;               /* value_count: values; else 0 */
	struct alert_event events[ALERT_EVENTS]; /* by time; first 5, last 20 */
	size_t n_events;
	struct hash128 *joined; /* ids of alerts that became part of this */
	size_t n_joined;
	bool late;        /* judged at receipt, or Redis was away */
	bool approximate; /* a cap or a thinning took part */
};

/* One JSON object, no LF. */
void alert_format(const struct alert *a, struct buf *out);
/* Reads it back; texts go to the arena. False when it is none. */
bool alert_parse(struct arena *arena, struct str json, struct alert *out);

#endif
