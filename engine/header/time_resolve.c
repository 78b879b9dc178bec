/* From the parts of a stamp to the instant that they mean. */
#include "engine/header/time.h"

static int64_t
instant(const struct civil *c, const struct time_text *t,
    const struct zone *zone)
{
	if (t->has_zone)
		return civil_to_stamp(c) - t->offset * SECOND;
	return zone == NULL ? civil_to_stamp(c) : zone_to_stamp(zone, c);
}

static int64_t
gap(int64_t a, int64_t b)
{
	return a > b ? a - b : b - a;
}

/* The year by the rule of time_resolve(). */
static int64_t
guess_year(struct civil c, const struct time_text *t, int64_t received,
    const struct zone *zone, bool past)
{
	struct civil now;
	int64_t best = 0, best_gap = INT64_MAX;

	stamp_to_civil(received, &now);
	/* 29 February: the nearest year that has one may be three off. */
	for (int year = now.year + 1; year >= now.year - 7; year--) {
		int64_t at;

		c.year = year;
		if (!civil_is_valid(&c))
			continue;
		at = instant(&c, t, zone);
		if (past && at > received + DAY)
			continue;
		if (gap(at, received) < best_gap) {
			best_gap = gap(at, received);
			best = at;
		} else {
			break;
		}
	}
	return best_gap == INT64_MAX ? received : best;
}

/* 11/12/2026: the one nearer to arrival. Of an old file arrival says nothing:
 * month first, where most of the software that writes so comes from. */
static int64_t
nearer_way(const struct time_text *t, int64_t received,
    const struct zone *zone, bool past)
{
	struct civil c = t->c;
	int64_t at = instant(&c, t, zone), other;

	c.month = t->c.day;
	c.day = t->c.month;
	other = instant(&c, t, zone);
	return !past && gap(other, received) < gap(at, received) ? other : at;
}

int64_t
time_resolve(struct time_cache *cache, const struct time_text *t,
    int64_t received, const struct zone *zone, bool past)
{
	struct time_minute *last =
	    &cache->last[t->has_zone ? 0 : t->c.year != 0 ? 1 : 2];
	struct civil c = t->c;
	uint64_t minute;
	int64_t rest, at;

	if (t->absolute)
		return t->stamp;
	if (t->either_way)
		return nearer_way(t, received, zone, past);
	rest = c.second * SECOND + c.micro;
	c.second = c.micro = 0;
	if (t->has_zone && c.year == 0)
		return guess_year(c, t, received, zone, past) + rest;
	minute = ((((uint64_t)c.year * 16 + (uint64_t)c.month) * 32 +
		      (uint64_t)c.day) * 32 + (uint64_t)c.hour) * 64 +
	    (uint64_t)c.minute;
	if (t->has_zone) {
		/* The year is written: nothing else counts. An offset is less
		 * than a day, the rest has 34 bits. */
		zone = NULL;
		received = 0;
		past = false;
		minute |= (uint64_t)(t->offset + DAY / SECOND) << 40;
	}
	if (last->minute == minute && last->zone == zone &&
	    last->received == received / DAY && last->past == past)
		return last->base + rest;
	at = c.year != 0 ? instant(&c, t, zone)
			 : guess_year(c, t, received, zone, past);
	*last = (struct time_minute){zone, received / DAY, minute, at, past};
	return at + rest;
}
