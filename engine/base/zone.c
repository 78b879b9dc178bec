/*
 * TZif (RFC 8536). The second block of versions 2 and later has 64-bit times;
 * its footer is a POSIX TZ rule for the time behind the last transition. Only
 * the form with month rules (Mm.w.d) is read, which is the one that zic
 * writes for all zones with summer time.
 */
#include "engine/base/stamp.h"

struct transition {
	int64_t at;	/* seconds since 1970 */
	int32_t offset; /* from then on, seconds east */
};

struct change {
	int month, week, day; /* the week-th (5: last) weekday of the month */
	int32_t second;	      /* after local midnight */
};

struct zone {
	struct str name;
	struct transition *list;
	size_t n;
	int32_t first; /* before the first transition */
	/* Behind the last one: */
	int32_t standard, summer;
	bool has_summer;
	struct change start, end;
};

static int64_t
read_be(const char *p, size_t n)
{
	uint64_t v = ((unsigned char)p[0] & 0x80) != 0 ? UINT64_MAX : 0;

	for (size_t i = 0; i < n; i++)
		v = v << 8 | (unsigned char)p[i];
	return (int64_t)v;
}

struct header {
	size_t isutc, isstd, leap, times, types, chars;
};

static bool
read_header(struct str s, struct header *h)
{
	size_t *parts[] = {&h->isutc, &h->isstd, &h->leap, &h->times,
	    &h->types, &h->chars};

	if (s.n < 44 || !str_has_prefix(s, STR("TZif")))
		return false;
	for (size_t i = 0; i < 6; i++) {
		int64_t v = read_be(s.p + 20 + 4 * i, 4);

		if (v < 0 || v > 100000)
			return false;
		*parts[i] = (size_t)v;
	}
	return true;
}

static size_t
block_size(const struct header *h, size_t time_size)
{
	return h->times * (time_size + 1) + h->types * 6 + h->chars +
	    h->leap * (time_size + 4) + h->isstd + h->isutc;
}

static bool
read_block(struct arena *arena, struct zone *z, struct str s,
    const struct header *h, size_t time_size)
{
	const char *times = s.p, *kinds = s.p + h->times * time_size;
	const char *types = kinds + h->times;

	if (h->types == 0 || s.n < block_size(h, time_size))
		return false;
	z->list = ARENA_ARRAY(arena, h->times, struct transition);
	z->n = h->times;
	z->first = (int32_t)read_be(types, 4);
	for (size_t i = 0; i < h->times; i++) {
		size_t kind = (unsigned char)kinds[i];

		if (kind >= h->types)
			return false;
		z->list[i].at = read_be(times + i * time_size, time_size);
		z->list[i].offset = (int32_t)read_be(types + kind * 6, 4);
	}
	z->standard = z->n > 0 ? z->list[z->n - 1].offset : z->first;
	return true;
}

static bool
skip_name(struct str *s)
{
	size_t n = 0;

	if (s->n > 0 && s->p[0] == '<') {
		n = str_find_char(*s, '>');
		if (n == SIZE_MAX)
			return false;
		*s = str_skip(*s, n + 1);
		return true;
	}
	while (n < s->n && char_is_alpha(s->p[n]))
		n++;
	*s = str_skip(*s, n);
	return n >= 3;
}

/* "[+-]hh[:mm[:ss]]" to seconds, as written. */
static bool
take_time(struct str *s, int32_t *out)
{
	int32_t part[3] = {0, 0, 0};
	bool minus = s->n > 0 && s->p[0] == '-';

	if (s->n > 0 && (s->p[0] == '-' || s->p[0] == '+'))
		*s = str_skip(*s, 1);
	for (int i = 0; i < 3; i++) {
		size_t n = 0;
		uint64_t v;

		while (n < s->n && n < 3 && char_is_digit(s->p[n]))
			n++;
		if (!str_to_u64(str_first(*s, n), &v))
			return false;
		part[i] = (int32_t)v;
		*s = str_skip(*s, n);
		if (s->n == 0 || s->p[0] != ':')
			break;
		*s = str_skip(*s, 1);
	}
	*out = part[0] * 3600 + part[1] * 60 + part[2];
	if (minus)
		*out = -*out;
	return true;
}

static bool
take_number(struct str *s, int *out)
{
	size_t n = 0;
	uint64_t v;

	while (n < s->n && n < 2 && char_is_digit(s->p[n]))
		n++;
	if (!str_to_u64(str_first(*s, n), &v))
		return false;
	*out = (int)v;
	*s = str_skip(*s, n);
	return true;
}

/* ",Mm.w.d[/time]" */
static bool
take_change(struct str *s, struct change *c)
{
	if (!str_has_prefix(*s, STR(",M")))
		return false;
	*s = str_skip(*s, 2);
	if (!take_number(s, &c->month) || s->n == 0 || s->p[0] != '.')
		return false;
	*s = str_skip(*s, 1);
	if (!take_number(s, &c->week) || s->n == 0 || s->p[0] != '.')
		return false;
	*s = str_skip(*s, 1);
	if (!take_number(s, &c->day))
		return false;
	if (c->month < 1 || c->month > 12 || c->week < 1 || c->week > 5 ||
	    c->day > 6)
		return false;
	c->second = 7200;
	if (s->n > 0 && s->p[0] == '/') {
		*s = str_skip(*s, 1);
		return take_time(s, &c->second);
	}
	return true;
}

static void
read_footer(struct zone *z, struct str s)
{
	int32_t west, summer;

	if (s.n < 2 || s.p[0] != '\n')
		return;
	s = str_skip(s, 1);
	s = str_first(s, str_find_char(s, '\n'));
	if (!skip_name(&s) || !take_time(&s, &west))
		return;
	z->standard = -west;
	if (s.n == 0 || !skip_name(&s))
		return;
	summer = west - 3600;
	if (s.n > 0 && s.p[0] != ',' && !take_time(&s, &summer))
		return;
	z->summer = -summer;
	z->has_summer = take_change(&s, &z->start) && take_change(&s, &z->end);
}

struct zone *
zone_load(struct arena *arena, struct str name, struct str bytes)
{
	struct zone *z = ARENA_NEW(arena, struct zone);
	struct header h;
	size_t skip;

	if (!read_header(bytes, &h))
		return NULL;
	z->name = arena_dup(arena, name);
	if (bytes.p[4] < '2')
		return read_block(arena, z, str_skip(bytes, 44), &h, 4) ? z
									: NULL;
	skip = 44 + block_size(&h, 4);
	bytes = str_skip(bytes, skip);
	if (!read_header(bytes, &h) ||
	    !read_block(arena, z, str_skip(bytes, 44), &h, 8))
		return NULL;
	read_footer(z, str_skip(bytes, 44 + block_size(&h, 8)));
	return z;
}

struct zone *
zone_fixed(struct arena *arena, struct str name, int32_t offset_seconds)
{
	struct zone *z = ARENA_NEW(arena, struct zone);

	z->name = arena_dup(arena, name);
	z->first = z->standard = offset_seconds;
	return z;
}

struct str
zone_name(const struct zone *zone)
{
	return zone == NULL ? STR("UTC") : zone->name;
}

/* Seconds since 1970 of the change in `year`, with `offset` in force. */
static int64_t
change_at(const struct change *c, int year, int32_t offset)
{
	struct civil first = {.year = year, .month = c->month, .day = 1};
	int64_t t = civil_to_stamp(&first);
	int ahead = (c->day - stamp_weekday(t) + 7) % 7 + (c->week - 1) * 7;
	struct civil check;

	stamp_to_civil(t + ahead * DAY, &check);
	if (check.month != c->month)
		ahead -= 7;
	return t / SECOND + ahead * 86400 + c->second - offset;
}

static int32_t
rule_offset(const struct zone *z, int64_t seconds)
{
	int64_t start, end;
	struct civil c;
	bool summer;

	if (!z->has_summer)
		return z->standard;
	stamp_to_civil((seconds + z->standard) * SECOND, &c);
	start = change_at(&z->start, c.year, z->standard);
	end = change_at(&z->end, c.year, z->summer);
	summer = start < end ? seconds >= start && seconds < end
			     : seconds >= start || seconds < end;
	return summer ? z->summer : z->standard;
}

int32_t
zone_offset(const struct zone *zone, int64_t t)
{
	int64_t seconds = t / SECOND - (t % SECOND < 0);
	size_t low = 0, high;

	if (zone == NULL)
		return 0;
	high = zone->n;
	if (high == 0 || seconds < zone->list[0].at)
		return high == 0 ? rule_offset(zone, seconds) : zone->first;
	if (seconds >= zone->list[high - 1].at)
		return rule_offset(zone, seconds);
	while (high - low > 1) {
		size_t mid = low + (high - low) / 2;

		if (zone->list[mid].at <= seconds)
			low = mid;
		else
			high = mid;
	}
	return zone->list[low].offset;
}

int64_t
zone_to_stamp(const struct zone *zone, const struct civil *c)
{
	int64_t local = civil_to_stamp(c);
	int32_t before = zone_offset(zone, local - DAY);
	int32_t after = zone_offset(zone, local + DAY);
	int64_t t = local - before * SECOND;

	if (before == after || zone_offset(zone, t) == before)
		return t;
	t = local - after * SECOND;
	if (zone_offset(zone, t) == after)
		return t;
	return local - before * SECOND; /* in the gap */
}
