/*
 * One line to one event: syslog header, payload, parser pack. Pure: the time,
 * the member and the bytes are arguments.
 */
#ifndef VIGIE_NORMALISE_NORMALISE_H
#define VIGIE_NORMALISE_NORMALISE_H

#include "engine/base/err.h"
#include "engine/event/event.h"
#include "engine/member/member.h"
#include "engine/patient/pseudonym.h"

/* Where a line came from; borrowed for one call. */
struct origin {
	struct event_id id;
	int64_t received;	     /* us */
	const struct member *member; /* never NULL */
	struct ip peer;		     /* all zero: unknown (a file) */
	enum transport transport;
	bool partial;	/* the connection ended inside the message */
	bool truncated; /* cut at the largest size */
	/* A file of the past: `received` is only the least that is known of
	 * the arrival; an event time ahead of it is neither clamped nor
	 * flagged. */
	bool history;
	/* A stamp without year is the latest before `received` (a file read
	 * long after it was written), not the nearest to it. */
	bool past;
};

/* All packs of a generation, read-only once loaded. */
struct packs;

/*
 * Compiles packs and taxonomy (a file is told by its first key: `pack:` or
 * `taxonomy:`). Fields are interned into `fields`, words into `words`. All
 * mistakes go to err; NULL when there was an error. The table's PCRE2 code is
 * freed by packs_free(); everything else lives in the arena.
 */
struct packs *packs_load(struct arena *arena, struct field_table *fields,
    struct word_table *words, const struct text_file *files, size_t n,
    struct err *err);
void packs_free(struct packs *packs);
size_t packs_count(const struct packs *packs);
/* Each field that a pack sets by name, pack after pack; a field once a pack.
 * What its decoder makes of keys that it does not name is not among them. */
typedef void pack_field_fn(void *arg, struct str pack, field_id field);
void packs_fields(const struct packs *packs, struct field_table *fields,
    pack_field_fn *fn, void *arg);
/*
 * How packs_test() finds the zone that a test names ("Europe/Paris"); without
 * it, tests know UTC and offsets ("+01:00") only.
 */
void packs_set_zones(struct packs *packs, zone_find_fn *find, void *arg);

/* A worker's own scratch: match data, JSON parser. */
struct normaliser;
struct normaliser *normaliser_new(const struct packs *packs,
    const struct field_table *fields, const struct word_table *words);
void normaliser_free(struct normaliser *n);
/* What pseudonyms are made with (copied); without it the test key, which is
 * public. */
void normaliser_set_keys(struct normaliser *n,
    const struct pseudonym_keys *keys);

/* What normalise() does with a line, step by step; for people. */
enum trace_step {
	TRACE_HEADER,  /* the header is read and in the event */
	TRACE_PACK,    /* a pack's `select` holds: its name */
	TRACE_DECODED, /* its payload is of the format it decodes */
	TRACE_OTHER,   /* it is not */
	TRACE_PATTERN, /* a pattern matched: its name */
	TRACE_MISS,    /* its regular expression did not */
	TRACE_DERIVED, /* `values` and `table` are done */
	TRACE_PASSED,  /* the pack does not know the line */
	TRACE_DONE,    /* constants, logsource, pseudonyms: the line is whole */
	TRACE_JOINED,  /* and has what other lines say of it (normalise_next) */
};

/* `ev` as it is behind the step; borrowed. */
typedef void trace_fn(void *arg, enum trace_step step, struct str name,
    const struct event *ev);
/* Is called in each step of lines to come; NULL: no more. */
void normaliser_trace(struct normaliser *n, trace_fn *fn, void *arg);

/*
 * Fills `ev` (which is reset first) from `line`, any bytes, without the
 * frame. Always gives an event: a line that nothing understands has
 * vigie.parsed false and, when something was wrong with it, vigie.reason.
 * Event time per DESIGN section 4. Counts parsed/unparsed, bad_pri, bad_time,
 * late, regex_limit, decode_limit. `line` is borrowed until the next reset.
 */
void normalise(struct normaliser *n, struct event *ev, struct str line,
    const struct origin *origin);
/* normalise() for a stream: the event has also what lines shortly before say
 * of it (audit_join.h). */
void normalise_next(struct normaliser *n, struct event *ev, struct str line,
    const struct origin *origin);

/*
 * `line` is one JSON object whose keys are field names (`--format json`):
 * no header, no pack. Nested keys are joined by dots, a flat key wins.
 * @timestamp, timestamp, time or UtcTime give the event's time where they are
 * readable. False when it is no JSON object (the event then has
 * vigie.reason).
 */
bool normalise_json(struct normaliser *n, struct event *ev, struct str line,
    const struct origin *origin, struct logsource source);

/*
 * Runs the samples in the packs (`tests:`) through normalise(). Each result
 * is given to `report` (name of the pack, place of the test, NULL or what
 * differs); returns the number of failures.
 */
typedef void pack_report_fn(void *arg, struct str pack, struct place at,
    const char *failure);
/* Is this pack to be tested? */
typedef bool pack_wants_fn(void *arg, struct str pack, struct str file);
size_t packs_test(const struct packs *packs, struct normaliser *n,
    struct event *ev, pack_wants_fn *wants, pack_report_fn *report, void *arg);

#endif
