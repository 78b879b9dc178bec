/*
 * Days and civil dates after the algorithm of "days from civil" with years
 * that begin in March (era of 400 years = 146,097 days).
 */
#include "engine/base/stamp.h"

static bool
is_leap(int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

bool
civil_is_valid(const struct civil *c)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30,
	    31};

	if (c->year < 1 || c->year > 9999 || c->month < 1 || c->month > 12 ||
	    c->day < 1)
		return false;
	if (c->day > days[c->month - 1] + (c->month == 2 && is_leap(c->year)))
		return false;
	return c->hour >= 0 && c->hour <= 23 && c->minute >= 0 &&
	    c->minute <= 59 && c->second >= 0 && c->second <= 60 &&
	    c->micro >= 0 && c->micro <= 999999;
}

static int64_t
days_from_civil(int64_t y, int64_t m, int64_t d)
{
	int64_t era, yoe, doy, doe;

	y -= m <= 2;
	era = (y >= 0 ? y : y - 399) / 400;
	yoe = y - era * 400;
	doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
	doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
	return era * 146097 + doe - 719468;
}

int64_t
civil_to_stamp(const struct civil *c)
{
	int64_t s = days_from_civil(c->year, c->month, c->day) * 86400 +
	    c->hour * 3600 + c->minute * 60 + c->second;

	return s * SECOND + c->micro;
}

void
stamp_to_civil(int64_t t, struct civil *out)
{
	int64_t days = t / DAY, rest = t % DAY;
	int64_t era, doe, yoe, doy, mp;

	if (rest < 0) {
		rest += DAY;
		days--;
	}
	days += 719468;
	era = (days >= 0 ? days : days - 146096) / 146097;
	doe = days - era * 146097;
	yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	mp = (5 * doy + 2) / 153;
	*out = (struct civil){
	    .year = (int)(yoe + era * 400 + (mp >= 10)),
	    .month = (int)(mp < 10 ? mp + 3 : mp - 9),
	    .day = (int)(doy - (153 * mp + 2) / 5 + 1),
	    .hour = (int)(rest / HOUR),
	    .minute = (int)(rest / MINUTE % 60),
	    .second = (int)(rest / SECOND % 60),
	    .micro = (int)(rest % SECOND),
	};
}

int
stamp_weekday(int64_t t)
{
	int64_t days = t / DAY - (t % DAY < 0);
	int64_t w = (days + 4) % 7;

	return (int)(w < 0 ? w + 7 : w);
}

/* n digits, and the sign behind them. */
static char *
put_digits(char *p, int v, int n, char behind)
{
	for (int i = n - 1; i >= 0; i--) {
		p[i] = (char)('0' + v % 10);
		v /= 10;
	}
	p[n] = behind;
	return p + n + 1;
}

/* By hand: snprintf() took a fortieth of a line's time. */
struct str
stamp_format(int64_t t, char out[STAMP_TEXT])
{
	struct civil c;
	bool whole; /* milliseconds */
	char *p = out;

	stamp_to_civil(t, &c);
	if (c.year < 0 || c.year > 9999)
		c = (struct civil){.year = 1970, .month = 1, .day = 1};
	whole = c.micro % 1000 == 0;
	p = put_digits(p, c.year, 4, '-');
	p = put_digits(p, c.month, 2, '-');
	p = put_digits(p, c.day, 2, 'T');
	p = put_digits(p, c.hour, 2, ':');
	p = put_digits(p, c.minute, 2, ':');
	p = put_digits(p, c.second, 2, '.');
	p = put_digits(p, whole ? c.micro / 1000 : c.micro, whole ? 3 : 6, 'Z');
	*p = '\0';
	return str_make(out, (size_t)(p - out));
}

static bool
read_digits(struct str *s, size_t n, int *out)
{
	uint64_t v;

	if (s->n < n || !str_to_u64(str_first(*s, n), &v))
		return false;
	*out = (int)v;
	*s = str_skip(*s, n);
	return true;
}

static bool
read_char(struct str *s, const char *any)
{
	if (s->n == 0 || strchr(any, s->p[0]) == NULL || s->p[0] == '\0')
		return false;
	*s = str_skip(*s, 1);
	return true;
}

static bool
read_offset(struct str s, int64_t *out)
{
	int hours, minutes;
	bool minus;

	if (s.n == 1 && (s.p[0] == 'Z' || s.p[0] == 'z')) {
		*out = 0;
		return true;
	}
	minus = s.n > 0 && s.p[0] == '-';
	if (!read_char(&s, "+-") || !read_digits(&s, 2, &hours))
		return false;
	(void)read_char(&s, ":");
	if (!read_digits(&s, 2, &minutes) || s.n != 0 || hours > 23 ||
	    minutes > 59)
		return false;
	*out = (hours * HOUR + minutes * MINUTE) * (minus ? -1 : 1);
	return true;
}

bool
stamp_parse(struct str s, int64_t *out)
{
	struct civil c = {0};
	int64_t offset;
	int scale = 100000;

	if (!read_digits(&s, 4, &c.year) || !read_char(&s, "-") ||
	    !read_digits(&s, 2, &c.month) || !read_char(&s, "-") ||
	    !read_digits(&s, 2, &c.day) || !read_char(&s, "Tt ") ||
	    !read_digits(&s, 2, &c.hour) || !read_char(&s, ":") ||
	    !read_digits(&s, 2, &c.minute) || !read_char(&s, ":") ||
	    !read_digits(&s, 2, &c.second))
		return false;
	if (read_char(&s, ".,")) {
		size_t digits = 0;

		for (; s.n > 0 && char_is_digit(s.p[0]); s = str_skip(s, 1)) {
			c.micro += (s.p[0] - '0') * scale;
			scale /= 10;
			digits++;
		}
		if (digits == 0 || digits > 9)
			return false;
	}
	if (!civil_is_valid(&c) || !read_offset(s, &offset))
		return false;
	*out = civil_to_stamp(&c) - offset;
	return true;
}
