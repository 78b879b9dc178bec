#include "engine/detect/timepart.h"

static bool
digits(struct str s, size_t at, size_t n, int *out)
{
	int v = 0;

	if (at + n > s.n)
		return false;
	for (size_t i = at; i < at + n; i++) {
		if (!char_is_digit(s.p[i]))
			return false;
		v = v * 10 + (s.p[i] - '0');
	}
	*out = v;
	return true;
}

/* ISO 8601: week 1 is the one with the year's first Thursday. */
static int
iso_week(const struct civil *day)
{
	struct civil midnight = {.year = day->year, .month = day->month,
	    .day = day->day}, thursday, first;
	int64_t t = civil_to_stamp(&midnight);

	t += (3 - (stamp_weekday(t) + 6) % 7) * DAY;
	stamp_to_civil(t, &thursday);
	first = (struct civil){.year = thursday.year, .month = 1, .day = 1};
	return (int)((t - civil_to_stamp(&first)) / (7 * DAY)) + 1;
}

static int
part_of(const struct civil *c, enum time_part part)
{
	switch (part) {
	case PART_MINUTE:
		return c->minute;
	case PART_HOUR:
		return c->hour;
	case PART_DAY:
		return c->day;
	case PART_WEEK:
		return iso_week(c);
	case PART_MONTH:
		return c->month;
	case PART_YEAR:
		return c->year;
	}
	return -1;
}

bool
timepart_of_text(struct str text, enum time_part part, int *out)
{
	struct str s = str_trim(text);
	struct civil c = {0};
	char sign;

	if (!digits(s, 0, 4, &c.year) || !digits(s, 5, 2, &c.month) ||
	    !digits(s, 8, 2, &c.day))
		return false;
	sign = s.p[4];
	if ((sign != '-' && sign != '/') || s.p[7] != sign)
		return false;
	if (s.n > 10) {
		bool clock = s.p[10] == 'T' || s.p[10] == 't' ||
		    s.p[10] == ' ' || s.p[10] == '_';

		if (!clock || !digits(s, 11, 2, &c.hour) || s.n < 14 ||
		    s.p[13] != ':' || !digits(s, 14, 2, &c.minute))
			return false;
	} else if (part == PART_HOUR || part == PART_MINUTE) {
		return false;
	}
	if (!civil_is_valid(&c))
		return false;
	*out = part_of(&c, part);
	return true;
}

int
timepart_of_stamp(int64_t t, enum time_part part)
{
	struct civil c;

	stamp_to_civil(t, &c);
	return part_of(&c, part);
}
