/*
 * Time stamps. Inside, a time is an int64_t of microseconds since 1970 UTC.
 * Reading them from text is the header's business (header/time.h);
 * here are the calendar, time zones and the way out.
 */
#ifndef VIGIE_BASE_STAMP_H
#define VIGIE_BASE_STAMP_H

#include "engine/base/arena.h"
#include "engine/base/str.h"

#define SECOND ((int64_t)1000000)
#define MINUTE (60 * SECOND)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)

struct civil {
	int year;   /* 1..9999 */
	int month;  /* 1..12 */
	int day;    /* 1..31 */
	int hour;   /* 0..23 */
	int minute; /* 0..59 */
	int second; /* 0..60 */
	int micro;  /* 0..999999 */
};

/* The day exists and each part is in its range. */
bool civil_is_valid(const struct civil *c);
/* The civil time read as UTC. */
int64_t civil_to_stamp(const struct civil *c);
void stamp_to_civil(int64_t t, struct civil *out);
/* 0 Sunday .. 6 Saturday, in UTC. */
int stamp_weekday(int64_t t);

#define STAMP_TEXT 33
/* RFC 3339 in UTC: "2026-11-24T10:00:00.000Z", six digits when the
 * microseconds ask for them. */
struct str stamp_format(int64_t t, char out[STAMP_TEXT]);
/* RFC 3339, any offset, up to nine digits of fraction (cut to six). */
bool stamp_parse(struct str s, int64_t *out);

/*
 * A time zone: the transitions of a TZif file (RFC 8536). The bytes come from
 * the caller, since this room opens no file.
 */
struct zone;

/* NULL when the bytes are no TZif of version 1 to 4. `name` is copied. */
struct zone *zone_load(struct arena *arena, struct str name, struct str bytes);
/* A zone with one offset for ever, seconds east of UTC. */
struct zone *zone_fixed(struct arena *arena, struct str name,
    int32_t offset_seconds);
struct str zone_name(const struct zone *zone);
/* Seconds east of UTC at the instant t; a NULL zone is UTC. */
int32_t zone_offset(const struct zone *zone, int64_t t);
/* The instant of a civil time in the zone: the first of two in autumn, the
 * one an hour on in spring's gap. */
int64_t zone_to_stamp(const struct zone *zone, const struct civil *c);

#endif
