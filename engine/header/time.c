#include "engine/header/time.h"

#include "engine/header/time_month.h"

struct cursor {
	const char *p;
	const char *end;
};

static bool
is_end(const struct cursor *c)
{
	return c->p >= c->end;
}

static char
peek(const struct cursor *c, size_t at)
{
	return (size_t)(c->end - c->p) > at ? c->p[at] : '\0';
}

/* Between `min` and `max` digits. */
static bool
digits(struct cursor *c, int min, int max, int *out)
{
	int n = 0, v = 0;

	while (n < max && !is_end(c) && char_is_digit(*c->p)) {
		v = v * 10 + (*c->p++ - '0');
		n++;
	}
	*out = v;
	return n >= min;
}

static bool
one(struct cursor *c, char want)
{
	if (peek(c, 0) != want || is_end(c))
		return false;
	c->p++;
	return true;
}

static void
blanks(struct cursor *c)
{
	while (!is_end(c) && *c->p == ' ')
		c->p++;
}

static int
month_of(const struct cursor *c)
{
	return time_month_of(str_make(c->p, (size_t)(c->end - c->p)));
}

static bool
month(struct cursor *c, int *out)
{
	*out = month_of(c);
	if (*out == 0)
		return false;
	c->p += time_month_length(str_make(c->p, (size_t)(c->end - c->p)),
	    *out);
	return true;
}

/* ".123456789", cut to microseconds. */
static void
fraction(struct cursor *c, struct civil *t)
{
	int scale = 100000;

	c->p++;
	for (; !is_end(c) && char_is_digit(*c->p); c->p++) {
		t->micro += (*c->p - '0') * scale;
		scale /= 10;
	}
}

/* " PM" behind the clock; a fraction may stand behind that (CUCM). */
static bool
half_day(struct cursor *c, struct civil *t)
{
	char half = peek(c, 1);

	if (peek(c, 0) != ' ' || (half != 'A' && half != 'P') ||
	    peek(c, 2) != 'M' || char_is_alnum(peek(c, 3)) || t->hour > 12 ||
	    t->hour == 0)
		return false;
	t->hour = t->hour % 12 + (half == 'P' ? 12 : 0);
	c->p += 3;
	return true;
}

/* hh:mm:ss with an optional fraction behind ".", "," or (three digits) ":". */
static bool
clock_time(struct cursor *c, struct civil *t)
{
	char sep;

	if (!digits(c, 1, 2, &t->hour) || !one(c, ':') ||
	    !digits(c, 2, 2, &t->minute) || !one(c, ':') ||
	    !digits(c, 2, 2, &t->second))
		return false;
	half_day(c, t);
	sep = peek(c, 0);
	if ((sep == '.' || sep == ',') && char_is_digit(peek(c, 1)))
		fraction(c, t);
	else if (sep == ':' && char_is_digit(peek(c, 1)) &&
	    char_is_digit(peek(c, 2)) && char_is_digit(peek(c, 3)) &&
	    !char_is_digit(peek(c, 4)) && peek(c, 4) != ':')
		fraction(c, t);
	half_day(c, t);
	return true;
}

/* Abbreviations that devices write; of those with two meanings, Europe's or
 * else the most common one. Hundredths of an hour east. */
static const struct {
	char name[6];
	int hundredths;
} zone_words[] = {
    {"UTC", 0},	    {"GMT", 0},	    {"CET", 100},   {"CEST", 200},
    {"WET", 0},	    {"WEST", 100},  {"EET", 200},   {"EEST", 300},
    {"MET", 100},   {"MEST", 200},  {"BST", 100},   {"IST", 550},
    {"MSK", 300},   {"EST", -500},  {"EDT", -400},  {"CST", -600},
    {"CDT", -500},  {"MST", -700},  {"MDT", -600},  {"PST", -800},
    {"PDT", -700},  {"JST", 900},   {"KST", 900},   {"AEST", 1000},
    {"AEDT", 1100}, {"ACST", 950},  {"ACDT", 1050}, {"AWST", 800},
    {"NZST", 1200}, {"NZDT", 1300}, {"HKT", 800},   {"SGT", 800},
};

/* Z, +01:00, +0100, +01; "--5:00" as one firewall writes -05:00. */
static bool
zone_number(struct cursor *c, struct time_text *t)
{
	struct cursor at = *c;
	int hour, minute = 0, sign;

	if (peek(&at, 0) == 'Z' || peek(&at, 0) == 'z') {
		if (char_is_alnum(peek(&at, 1)))
			return false;
		c->p++;
		t->has_zone = true;
		t->offset = 0;
		return true;
	}
	if (peek(&at, 0) != '+' && peek(&at, 0) != '-')
		return false;
	sign = *at.p++ == '-' ? -1 : 1;
	if (sign < 0 && peek(&at, 0) == '-')
		at.p++;
	if (!digits(&at, 1, 2, &hour))
		return false;
	if (peek(&at, 0) == ':')
		at.p++;
	if (char_is_digit(peek(&at, 0)) && !digits(&at, 2, 2, &minute))
		return false;
	if (char_is_digit(peek(&at, 0)) || hour > 15 || minute > 59)
		return false;
	*c = at;
	t->has_zone = true;
	t->offset = sign * (hour * 3600 + minute * 60);
	return true;
}

/* A word may be a zone; a word that may also be a host's name is none.
 * "UTC+1" is east of it. */
static bool
zone_word(struct cursor *c, struct time_text *t)
{
	size_t n = 0;
	char end;

	while (n < 6 && char_is_upper(peek(c, n)))
		n++;
	end = peek(c, n);
	if (n < 3 || n > 4 ||
	    (c->p + n < c->end && end != ':' && end != ' ' && end != ']' &&
		end != '+' && end != '-'))
		return false;
	for (size_t i = 0; i < sizeof(zone_words) / sizeof(*zone_words); i++) {
		struct cursor at = {c->p + n, c->end};

		if (strncmp(zone_words[i].name, c->p, n) != 0 ||
		    zone_words[i].name[n] != '\0')
			continue;
		if ((end == '+' || end == '-') &&
		    (zone_words[i].hundredths != 0 || !zone_number(&at, t)))
			return false;
		if (at.p == c->p + n)
			t->offset = zone_words[i].hundredths * 36;
		t->has_zone = true;
		*c = at;
		return true;
	}
	return false;
}

bool
time_read_zone(struct str word, struct time_text *out)
{
	char upper[16];
	size_t n = word.n < sizeof(upper) ? word.n : sizeof(upper);
	struct cursor c = {upper, upper + n};
	struct time_text t = {0};

	for (size_t i = 0; i < n; i++)
		upper[i] = char_is_alpha(word.p[i]) ? (char)(word.p[i] & ~0x20)
						    : word.p[i];
	if (!zone_word(&c, &t) || !is_end(&c))
		return false;
	out->has_zone = true;
	out->offset = t.offset;
	return true;
}

/* An optional zone, a blank before it allowed. */
static void
zone(struct cursor *c, struct time_text *t)
{
	struct cursor at = *c;

	if (zone_number(c, t))
		return;
	if (!one(&at, ' '))
		return;
	/* "TZ-6": RFC 3164 section 5.4 */
	if (peek(&at, 0) == 'T' && peek(&at, 1) == 'Z' &&
	    (peek(&at, 2) == '-' || peek(&at, 2) == '+'))
		at.p += 2;
	if (zone_number(&at, t)) {
		struct cursor name = at;
		struct time_text ignored = {0};

		/* Go: "+0000 UTC" */
		if (one(&name, ' ') && zone_word(&name, &ignored))
			at = name;
		*c = at;
	} else if (zone_word(&at, t)) {
		*c = at;
	}
}

/* " 2026" behind the clock. */
static void
year_behind(struct cursor *c, struct time_text *t)
{
	struct cursor at = *c;
	int year;

	if (t->c.year != 0 || !one(&at, ' ') || !digits(&at, 4, 4, &year) ||
	    year < 1970 || year > 2100)
		return;
	/* "2001:db8::1" is no year. */
	if (!is_end(&at) && *at.p != ' ' && *at.p != ']' &&
	    (*at.p != ':' || (at.p + 1 < at.end && at.p[1] != ' ')))
		return;
	t->c.year = year;
	*c = at;
}

/* "Nov 24", "Nov 24,", "nov/24/2026" (RouterOS) */
static bool
month_and_day(struct cursor *c, struct time_text *t)
{
	bool slash;

	if (!month(c, &t->c.month))
		return false;
	slash = one(c, '/');
	if (!slash && !one(c, ' '))
		return false;
	blanks(c);
	if (!digits(c, 1, 2, &t->c.day))
		return false;
	if (slash)
		return !one(c, '/') || digits(c, 4, 4, &t->c.year);
	one(c, ',');
	return true;
}

/* "Nov 24 10:00:00", "Nov 24 2026 10:00:00", "Nov 24, 2026, 10:00:00",
 * "Nov 24 10:00:00 CET 2026", "nov/24 10:00:00" */
static bool
month_first(struct cursor *c, struct time_text *t)
{
	struct cursor at;
	int year;

	if (!month_and_day(c, t) || !one(c, ' '))
		return false;
	blanks(c);
	at = *c;
	if (t->c.year == 0 && digits(&at, 4, 4, &year) &&
	    (one(&at, ','), one(&at, ' ')) && year >= 1970 && year <= 2100) {
		t->c.year = year;
		*c = at;
	}
	blanks(c);
	if (!clock_time(c, &t->c))
		return false;
	year_behind(c, t);
	zone(c, t);
	year_behind(c, t);
	return true;
}

/* "10:00Z": ISO 8601 with the seconds left out; then the zone tells that it is
 * a clock at all. */
static bool
clock_without_seconds(struct cursor *c, struct time_text *t)
{
	struct cursor at = *c;
	int hour, minute;

	if (!digits(&at, 2, 2, &hour) || !one(&at, ':') ||
	    !digits(&at, 2, 2, &minute) || !zone_number(&at, t))
		return false;
	t->c.hour = hour;
	t->c.minute = minute;
	*c = at;
	return true;
}

/* "20261124T100000Z", "20261124 10:00:00", behind the year: ISO 8601's basic
 * form, or half of it. */
static bool
year_first_close(struct cursor *c, struct time_text *t)
{
	if (!digits(c, 2, 2, &t->c.month) || !digits(c, 2, 2, &t->c.day))
		return false;
	if (one(c, ' ') || one(c, '-')) {
		if (!clock_time(c, &t->c))
			return false;
		zone(c, t);
		return true;
	}
	if (!one(c, 'T') || !digits(c, 2, 2, &t->c.hour) ||
	    !digits(c, 2, 2, &t->c.minute) || !digits(c, 2, 2, &t->c.second))
		return false;
	if (peek(c, 0) == '.' && char_is_digit(peek(c, 1)))
		fraction(c, &t->c);
	zone(c, t);
	return true;
}

/* "2026-11-24T10:00:00.123+01:00", "2026/11/24 10:00:00",
 * "2026:11:24-10:00:00" (Astaro) */
static bool
year_first(struct cursor *c, struct time_text *t)
{
	char sep, before;

	if (!digits(c, 4, 4, &t->c.year))
		return false;
	sep = peek(c, 0);
	if (sep == ' ') {
		c->p++;
		return month_of(c) != 0 && month_first(c, t);
	}
	if (char_is_digit(sep))
		return year_first_close(c, t);
	if (sep != '-' && sep != '/' && sep != '.' && sep != ':')
		return false;
	c->p++;
	if (!digits(c, 1, 2, &t->c.month) || !one(c, sep) ||
	    !digits(c, 1, 2, &t->c.day))
		return false;
	if (sep == ':' && peek(c, 0) != '-')
		return false;
	before = peek(c, 0);
	if (before != 'T' && before != 't' && before != ' ' && before != '-' &&
	    before != '_' && before != '\t')
		return false;
	c->p++;
	blanks(c);
	if (before == 'T' && clock_without_seconds(c, t))
		return true;
	if (!clock_time(c, &t->c))
		return false;
	zone(c, t);
	return true;
}

/*
 * "24.11.2026 10:00:00", "11/24/2026:10:00:00 GMT": dots and dashes are
 * Europe's unless that cannot be; with slashes the month comes first unless
 * that cannot be, and time_resolve() looks at it again.
 */
static bool
digits_only(struct cursor *c, struct time_text *t)
{
	int first = t->c.day, second;
	char sep = *c->p++;

	if (!digits(c, 1, 2, &second) || !one(c, sep) ||
	    !digits(c, 4, 4, &t->c.year))
		return false;
	t->c.month = second;
	if ((sep == '/' ? second <= 31 : second > 12) && first <= 12) {
		t->c.month = first;
		t->c.day = second;
		t->either_way = second <= 12 && second != first;
	}
	one(c, ',');
	if (!one(c, ' ') && !one(c, ':') && !one(c, 'T') && !one(c, '\t'))
		return false;
	blanks(c);
	if (!clock_time(c, &t->c))
		return false;
	zone(c, t);
	return true;
}

/* "24 Nov 2026 10:00:00", "24 Nov 2026, 10:00:00", "24-Nov-2026 10:00:00",
 * "24/Nov/2026:10:00:00" */
static bool
day_first(struct cursor *c, struct time_text *t)
{
	char sep;

	if (!digits(c, 1, 2, &t->c.day))
		return false;
	sep = peek(c, 0);
	if ((sep == '/' || sep == '.' || sep == '-') &&
	    char_is_digit(peek(c, 1)))
		return digits_only(c, t);
	if (sep != ' ' && sep != '-' && sep != '/')
		return false;
	c->p++;
	if (!month(c, &t->c.month))
		return false;
	if (peek(c, 0) == sep && char_is_digit(peek(c, 1)) &&
	    char_is_digit(peek(c, 3)) && char_is_digit(peek(c, 4))) {
		c->p++;
		if (!digits(c, 4, 4, &t->c.year))
			return false;
		one(c, ',');
	}
	if (peek(c, 0) != ' ' && peek(c, 0) != ':')
		return false;
	c->p++;
	if (!clock_time(c, &t->c))
		return false;
	zone(c, t);
	return true;
}

static bool
weekday(struct cursor *c)
{
	static const char names[] = "monptueqwedrthusfritsatusunv";
	char a, b, d;

	if (c->end - c->p < 5)
		return false;
	a = char_lower(c->p[0]);
	b = char_lower(c->p[1]);
	d = char_lower(c->p[2]);
	for (size_t i = 0; i < 28; i += 4) {
		if (names[i] != a || names[i + 1] != b || names[i + 2] != d)
			continue;
		c->p += 3;
		one(c, ',');
		if (!one(c, ' '))
			return false;
		blanks(c);
		return true;
	}
	return false;
}

static int
two(const char *p)
{
	int tens = p[0] == ' ' ? 0 : p[0] - '0';

	return tens < 0 || tens > 9 || !char_is_digit(p[1])
	    ? 99 : tens * 10 + (p[1] - '0');
}

/*
 * "Nov 24 10:00:00 host": the form of nearly all lines, without the questions
 * of the general way. Anything unusual behind it (a year, a zone, a fraction)
 * is left to that.
 */
bool
time_read_plain(struct str s, struct time_text *out)
{
	struct cursor c = {s.p, s.p + s.n};
	const char *p = s.p;

	*out = (struct time_text){0};
	if (s.n < 17 || p[3] != ' ' || p[6] != ' ' || p[9] != ':' ||
	    p[12] != ':' || p[15] != ' ' || !char_is_alpha(p[16]))
		return false;
	out->c.month = month_of(&c);
	out->c.day = two(p + 4);
	out->c.hour = two(p + 7);
	out->c.minute = two(p + 10);
	out->c.second = two(p + 13);
	if (out->c.month != 0 && out->c.day >= 1 && out->c.day <= 28 &&
	    out->c.hour <= 23 && out->c.minute <= 59 && out->c.second <= 59)
		return true;
	*out = (struct time_text){0};
	return false;
}

size_t
time_read(struct str s, struct time_text *out)
{
	struct cursor c = {s.p, s.p + s.n};
	struct civil check;
	bool good;

	/* A capital may begin a zone. */
	if (s.n > 16 && s.p[16] >= 'a' && time_read_plain(s, out))
		return 15;
	*out = (struct time_text){0};
	if (s.n < 14)
		return 0;
	if (char_is_alpha(s.p[0])) {
		if (month_of(&c) == 0 && !weekday(&c))
			return 0;
		good = char_is_digit(peek(&c, 0)) ? day_first(&c, out)
						  : month_first(&c, out);
	} else if (!char_is_digit(s.p[0])) {
		return 0;
	} else if (char_is_digit(s.p[1]) && char_is_digit(s.p[2])) {
		good = year_first(&c, out);
	} else {
		good = day_first(&c, out);
	}
	if (!good)
		return 0;
	check = out->c;
	if (check.year == 0)
		check.year = 2000;
	if (!civil_is_valid(&check))
		return 0;
	return (size_t)(c.p - s.p);
}

size_t
time_read_epoch(struct str s, struct time_text *out)
{
	size_t n = 0, at;
	int64_t v = 0, scale = 100000;

	*out = (struct time_text){.absolute = true, .has_zone = true};
	while (n < s.n && n < 20 && char_is_digit(s.p[n])) {
		if (n < 18)
			v = v * 10 + (s.p[n] - '0');
		n++;
	}
	at = n;
	switch (n) {
	case 9:
	case 10:
		v *= SECOND;
		if (n + 1 >= s.n || s.p[n] != '.' ||
		    !char_is_digit(s.p[n + 1]))
			break;
		for (at = n + 1; at < s.n && char_is_digit(s.p[at]); at++) {
			v += (s.p[at] - '0') * scale;
			scale /= 10;
		}
		break;
	case 13:
		v *= 1000;
		break;
	case 16:
		break;
	case 19:
		v /= 100; /* the last digit was left out above */
		break;
	default:
		return 0;
	}
	out->stamp = v;
	return at;
}

bool
time_read_all(struct str s, struct time_text *out)
{
	s = str_trim(s);
	if (s.n >= 2 && s.p[0] == '[' && s.p[s.n - 1] == ']')
		s = str_make(s.p + 1, s.n - 2);
	if (s.n == 0)
		return false;
	return time_read(s, out) == s.n || time_read_epoch(s, out) == s.n ||
	    time_read_field(s, out);
}
