/*
 * Reading time stamps as devices write them: RFC 3164 with and without year,
 * RFC 3339 and its dialects, Cisco's, NX-OS's, web servers', dates of digits
 * only, epoch numbers.
 * A stamp is read to its parts first; what instant it means depends on the
 * member's zone and on the time of arrival (time_resolve).
 */
#ifndef VIGIE_HEADER_TIME_H
#define VIGIE_HEADER_TIME_H

#include "engine/base/stamp.h"

struct time_text {
	struct civil c; /* year 0: not written */
	bool has_zone;
	int32_t offset; /* seconds east of UTC, with has_zone */
	bool either_way; /* 11/12/2026: month and day may be the other way */
	bool absolute;	/* an epoch number: `stamp` says it all */
	int64_t stamp;
};

/*
 * The stamp at the start of s: how many bytes it takes, 0 when there is none
 * (or one whose parts no calendar has). A number alone is none.
 */
size_t time_read(struct str s, struct time_text *out);
/* Only "Nov 24 10:00:00 h", h being a letter, without a year, a fraction
 * or a zone: the 15 bytes of nearly all lines. *out is 0 otherwise. */
bool time_read_plain(struct str s, struct time_text *out);
/* Seconds, milli-, micro- or nanoseconds since 1970 by the number of digits
 * (10, 13, 16, 19), seconds with a fraction too; bytes taken or 0. */
size_t time_read_epoch(struct str s, struct time_text *out);
/* The whole of s in a form that only fields have: without signs, Db2's,
 * Oracle's, Windows' (time_field.c). */
bool time_read_field(struct str s, struct time_text *out);
/* The whole of s, blanks around it allowed, epochs included. */
bool time_read_all(struct str s, struct time_text *out);

/* A zone's name or offset alone, in any case: "CEST", "mdt", "UTC+07:30". Sets
 * the zone of *out only. */
bool time_read_zone(struct str word, struct time_text *out);

/* One worker's memory of the minutes that it resolved last, one for each form
 * of stamp: lines come in the order of time, so nearly all are in them. Born
 * zero. */
struct time_minute {
	const struct zone *zone;
	int64_t received; /* in days */
	uint64_t minute;  /* packed civil time and offset; 0: empty */
	int64_t base;
	bool past;
};

struct time_cache {
	struct time_minute last[3]; /* with a zone, with a year, neither */
};

/*
 * The instant. Without a year: the one nearest to `received`, or with `past`
 * (a file read long after) the latest that is not more than a day after
 * `received`. Without a zone: `zone`'s, NULL is UTC.
 */
int64_t time_resolve(struct time_cache *cache, const struct time_text *t,
    int64_t received, const struct zone *zone, bool past);

#endif
