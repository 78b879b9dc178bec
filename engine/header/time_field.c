/*
 * Times as only fields have them, where the whole text is one: what a header
 * could not be believed to be. Each is written anew in a form that time_read()
 * knows, but for those that are numbers.
 */
#include "engine/header/time.h"

#include <stdio.h>

#define FORM_MAX 64 /* bytes */

static bool
are_digits(struct str s, size_t at, size_t n)
{
	if (s.n < at + n)
		return false;
	for (size_t i = at; i < at + n; i++) {
		if (!char_is_digit(s.p[i]))
			return false;
	}
	return true;
}

static struct str
form(char out[FORM_MAX], int n)
{
	return n > 0 && n < FORM_MAX ? str_make(out, (size_t)n) : STR_NONE;
}

/* "20261124100000.123+0100" (LDAP's GeneralizedTime, HL7's TS), "20261124
 * 10:00:00Z", "20261124T100000Z": the date without signs. */
static struct str
compact(struct str s, char out[FORM_MAX])
{
	struct str clock = str_skip(s, 8);

	if (!are_digits(s, 0, 8) || (s.p[0] != '1' && s.p[0] != '2') ||
	    clock.n < 6 || clock.n > 32)
		return STR_NONE;
	if (clock.p[0] == ' ' || clock.p[0] == 'T' || clock.p[0] == '-')
		clock = str_skip(clock, 1);
	if (are_digits(clock, 0, 6))
		return form(out, snprintf(out, FORM_MAX,
		    "%.4s-%.2s-%.2sT%.2s:%.2s:%.*s", s.p, s.p + 4, s.p + 6,
		    clock.p, clock.p + 2, STR_ARG(str_skip(clock, 4))));
	return form(out, snprintf(out, FORM_MAX, "%.4s-%.2s-%.2sT%.*s", s.p,
	    s.p + 4, s.p + 6, STR_ARG(clock)));
}

/* "2026-11-24-10.00.00.123456" (Db2), "2026-11-24 10:00" */
static struct str
dotted(struct str s, char out[FORM_MAX])
{
	if (!are_digits(s, 0, 4) || s.n < 16 || s.n > 32 || s.p[4] != '-')
		return STR_NONE;
	if (s.n == 16 && s.p[13] == ':')
		return form(out, snprintf(out, FORM_MAX, "%.16s:00", s.p));
	if (s.n < 19 || s.p[10] != '-' || s.p[13] != '.' || s.p[16] != '.')
		return STR_NONE;
	return form(out, snprintf(out, FORM_MAX, "%.10sT%.2s:%.2s:%.*s", s.p,
	    s.p + 11, s.p + 14, STR_ARG(str_skip(s, 17))));
}

/* "24-NOV-26 10.00.00.123456 AM" of Oracle: this century's. */
static struct str
oracle(struct str s, char out[FORM_MAX])
{
	struct str rest;

	if (!are_digits(s, 0, 2) || s.n < 18 || s.n > 40 || s.p[2] != '-' ||
	    s.p[6] != '-' || !are_digits(s, 7, 2) || s.p[9] != ' ' ||
	    !are_digits(s, 10, 2) || (s.p[12] != '.' && s.p[12] != ':'))
		return STR_NONE;
	rest = str_skip(s, 16);
	return form(out, snprintf(out, FORM_MAX, "%.6s-20%.2s %.2s:%.2s:%.*s",
	    s.p, s.p + 7, s.p + 10, s.p + 13, STR_ARG(rest)));
}

/* "Tuesday, November 24, 2026 10:00:00 AM" of Windows */
static struct str
long_names(struct str s, char out[FORM_MAX])
{
	struct str day, rest, month;
	size_t n;

	if (s.n > FORM_MAX || !str_cut(s, ' ', &day, &rest) ||
	    !str_has_suffix(day, STR("day,")))
		return STR_NONE;
	n = str_find_char(rest, ' ');
	if (n == SIZE_MAX || n < 3)
		return STR_NONE;
	month = str_first(rest, 3);
	rest = str_skip(rest, n);
	return form(out, snprintf(out, FORM_MAX, "%.*s%.*s", STR_ARG(month),
	    STR_ARG(rest)));
}

/* "133771536001234567": Windows' FILETIME, steps of 100 ns since 1601; those
 * of this century. */
static bool
file_time(struct str s, struct time_text *out)
{
	uint64_t v;

	if (s.n != 18 || s.p[0] != '1' || !str_to_u64(s, &v) ||
	    v < 125911584000000000u)
		return false;
	*out = (struct time_text){.absolute = true, .has_zone = true,
	    .stamp = (int64_t)(v / 10) - 11644473600 * SECOND};
	return true;
}

/* "/Date(1795514400123)/" of .NET, perhaps with a zone, which says nothing
 * more. */
static bool
net_date(struct str s, struct time_text *out)
{
	static const struct str start = STR_INIT("/Date(");
	struct str number = str_skip(s, start.n);
	size_t n;

	if (!str_has_prefix(s, start) || !str_has_suffix(s, STR(")/")))
		return false;
	n = time_read_epoch(number, out);
	if (n > 0 && (number.p[n] == '+' || number.p[n] == '-'))
		n += are_digits(number, n + 1, 4) ? 5 : 0;
	return n > 0 && number.p[n] == ')';
}

bool
time_read_field(struct str s, struct time_text *out)
{
	typedef struct str form_fn(struct str s, char out[FORM_MAX]);
	static form_fn *const forms[] = {compact, dotted, oracle, long_names};
	char text[FORM_MAX];

	for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++) {
		struct str known = forms[i](s, text);

		if (known.n > 0 && time_read(known, out) == known.n)
			return true;
	}
	return file_time(s, out) || net_date(s, out);
}
