/*
 * 17.07.1950, 7/17/50, 19500717, 1950-07-17T00:00:00Z, "17. Juli 1950",
 * 17-JUL-1950, "July 17th, 1950", "Mon Jul 17 00:00:00 CET 1950": words and
 * numbers are counted, in any order, until day, month and year are together.
 */
#include "engine/patient/patient_date.h"

#include "engine/patient/patient_value.h"

#define COUNT(a)   (sizeof(a) / sizeof((a)[0]))
#define TOKENS	   8
#define WORD_MAX   12
#define DIGITS_MAX 19
#define FRACTION   9 /* digits of a second that files are born with */

struct date {
	unsigned days, two; /* numbers of 1 or 2 digits; of 2: perhaps years */
	unsigned months;    /* names */
	unsigned years;	    /* numbers of 4 digits */
};

static bool
is_whole(const struct date *d)
{
	return d->days + d->months + d->years == 3 && d->days > 0 &&
	    (d->years > 0 || (d->days > 1 && d->two > 0));
}

static size_t
digits_at(struct str s, size_t i)
{
	size_t n = 0;

	while (n <= DIGITS_MAX && char_is_digit(patient_byte(s, i + n)))
		n++;
	return n;
}

static size_t
letters_at(struct str s, size_t i)
{
	size_t n = 0;

	while (n <= WORD_MAX && patient_is_letter(patient_byte(s, i + n)))
		n++;
	return n;
}

static bool
begins_with_any(struct str word, const struct str *list, size_t n)
{
	for (size_t k = 0; k < n; k++) {
		/* Of nearly all not even the first letter is. */
		if ((word.p[0] | 0x20) == (list[k].p[0] | 0x20) &&
		    str_has_prefix_nocase(word, list[k]))
			return true;
	}
	return false;
}

/* English, French, German, Luxembourgish, Dutch. */
static bool
is_month(struct str word)
{
	static const struct str names[] = {STR_INIT("jan"), STR_INIT("feb"),
	    STR_INIT("fev"), STR_INIT("f\xc3\xa9v"), STR_INIT("mar"),
	    STR_INIT("m\xc3\xa4"), STR_INIT("maa"), STR_INIT("apr"),
	    STR_INIT("avr"), STR_INIT("abr"), STR_INIT("mai"), STR_INIT("may"),
	    STR_INIT("mee"), STR_INIT("mei"), STR_INIT("jun"), STR_INIT("jui"),
	    STR_INIT("jul"), STR_INIT("aug"), STR_INIT("aou"),
	    STR_INIT("ao\xc3\xbb"), STR_INIT("sep"), STR_INIT("oct"),
	    STR_INIT("okt"), STR_INIT("nov"), STR_INIT("dec"),
	    STR_INIT("d\xc3\xa9" "c"), STR_INIT("dez")};

	return begins_with_any(word, names, COUNT(names));
}

/* What may stand before or between the parts: days of the week, articles. */
static bool
is_between(struct str word)
{
	static const struct str days[] = {STR_INIT("mon"), STR_INIT("tue"),
	    STR_INIT("wed"), STR_INIT("thu"), STR_INIT("fri"), STR_INIT("sat"),
	    STR_INIT("sun"), STR_INIT("lun"), STR_INIT("mer"), STR_INIT("jeu"),
	    STR_INIT("ven"), STR_INIT("sam"), STR_INIT("dim"), STR_INIT("die"),
	    STR_INIT("mit"), STR_INIT("don"), STR_INIT("fre"), STR_INIT("son")};
	static const struct str words[] = {STR_INIT("am"), STR_INIT("de"),
	    STR_INIT("den"), STR_INIT("le"), STR_INIT("of"), STR_INIT("on"),
	    STR_INIT("the"), STR_INIT("der")};

	for (size_t k = 0; k < COUNT(words); k++) {
		if (word.n == words[k].n && str_eq_nocase(word, words[k]))
			return true;
	}
	return begins_with_any(word, days, COUNT(days));
}

/* Few signs between two parts; more are of something else. */
static size_t
skip_signs(struct str s, size_t i)
{
	for (size_t n = 0; n < 3 && i < s.n; n++) {
		char c;
		size_t length = patient_value_sign(s, i, &c);

		if (c == '%' && patient_byte(s, i + 1) == '2' &&
		    patient_byte(s, i + 2) == '0')
			length = 3;
		else if (c == '\0' ||
		    strchr(" .-/\\,+_'", c) == NULL)
			break;
		i += length;
	}
	return i;
}

/* Behind "00:00:00.000" at i, or i. *fraction: digits of the second's. */
static size_t
clock_end(struct str s, size_t i, size_t *fraction)
{
	size_t n = digits_at(s, i), parts = 0;

	*fraction = 0;
	if (n == 0 || n > 2 || patient_byte(s, i + n) != ':')
		return i;
	i += n;
	while (parts < 2 && patient_byte(s, i) == ':' &&
	    digits_at(s, i + 1) == 2) {
		i += 3;
		parts++;
	}
	if (parts == 2 &&
	    (patient_byte(s, i) == '.' || patient_byte(s, i) == ','))
		*fraction = digits_at(s, i + 1);
	return *fraction > 0 ? i + 1 + *fraction : i;
}

/* Behind a time of day and its zone: "T00:00:00.000+01:00". */
static size_t
time_end(struct str s, size_t i, size_t *fraction)
{
	char c = patient_byte(s, i);
	size_t from = i + (c == 'T' || c == 't' || c == ' '), end, unused;

	end = clock_end(s, from, fraction);
	if (end == from)
		end = i; /* a date may have a zone, too */
	c = patient_byte(s, end);
	if (end > i && c == 'Z')
		return end + 1;
	if (c == '+' || c == '-')
		from = clock_end(s, end + 1, &unused);
	return (c == '+' || c == '-') && from > end + 1 ? from : end;
}

/* Behind the part at i, which *d then has; i: it is none. */
static size_t
part_end(struct str s, size_t i, struct date *d)
{
	static const struct str endings[] = {STR_INIT("st"), STR_INIT("nd"),
	    STR_INIT("rd"), STR_INIT("th"), STR_INIT("er")};
	size_t digits = digits_at(s, i), n = letters_at(s, i);
	struct str word = str_make(s.p + i, n);

	if (digits == 4) {
		d->years++;
		return i + 4;
	}
	if (digits == 1 || digits == 2) {
		d->days++;
		d->two += digits == 2;
		i += digits;
		word = str_make(s.p + i, letters_at(s, i));
		return word.n == 2 &&
			begins_with_any(word, endings, COUNT(endings))
		    ? i + 2 : i;
	}
	if (n > WORD_MAX || n < 2)
		return i;
	if (is_month(word)) {
		d->months++;
		return i + n;
	}
	return is_between(word) ? i + n : i;
}

/* Behind "00:00:00 CET " at i, between a day and a year; or i. */
static size_t
skip_clock(struct str s, size_t i)
{
	size_t unused, end = clock_end(s, i, &unused), n;

	if (end == i || patient_byte(s, end) != ' ')
		return i;
	n = letters_at(s, ++end);
	if (n > 0 && patient_byte(s, end + n) == ' ')
		end += n + 1;
	return digits_at(s, end) == 4 ? end : i;
}

/* All in one, 19500717; or seconds since 1970. */
static size_t
compact_end(struct str s, size_t i, bool whole)
{
	size_t from = i, n;

	i += !whole && patient_byte(s, i) == '-';
	n = digits_at(s, i);
	if (n < 5 || n > DIGITS_MAX ||
	    (whole && n != 6 && n != 8 && n != 12 && n != 14))
		return from;
	return i + n;
}

size_t
patient_date_end(struct str s, size_t i, bool whole)
{
	struct date date = {0};
	size_t end = compact_end(s, i, whole), from = i, fraction;

	if (end > i)
		return time_end(s, end, &fraction);
	for (size_t n = 0; n < TOKENS && i < s.n && !is_whole(&date); n++) {
		size_t at = n == 0 ? i : skip_signs(s, i);
		struct date before = date;

		at = date.months > 0 ? skip_clock(s, at) : at;
		i = part_end(s, at, &date);
		if (i == at || date.days + date.months + date.years > 3)
			break;
		if (date.days != before.days || date.years != before.years)
			end = i;
	}
	if (is_whole(&date)) {
		end = time_end(s, i, &fraction);
		return fraction < FRACTION ? end : from;
	}
	return !whole && date.years + (date.days > 1) > 0 ? end : from;
}

static bool
has_year(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		size_t n = digits_at(s, i);

		if (n == 4)
			return true;
		i += n;
	}
	return false;
}

bool
patient_date_is(struct str s)
{
	/* 12.4.11 may be a version. */
	return patient_date_end(s, 0, true) == s.n &&
	    digits_at(s, 0) < s.n && has_year(s);
}

bool
patient_date_is_stamp(struct str s)
{
	size_t n = digits_at(s, 0);

	return n >= 10 && n != 12 && n != 14;
}
