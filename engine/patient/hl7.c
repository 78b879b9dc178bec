#include "engine/patient/hl7.h"

#include "engine/patient/patient_label.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define REACH	 200 /* bytes of a segment that are looked at */
#define BARS	 5   /* in them, where no ^ is */

/* Segments of persons; the batch's and message's are told by "|^~". */
static const struct str segments[] = {STR_INIT("PID"), STR_INIT("NK1"),
    STR_INIT("IN1"), STR_INIT("IN2"), STR_INIT("GT1"), STR_INIT("MRG"),
    STR_INIT("PV1"), STR_INIT("PD1"), STR_INIT("QPD"), STR_INIT("QRD")};

/* Does a segment begin at i? Behind a line's end, also an escaped one. */
static bool
begins(struct str s, size_t i)
{
	char before = i == 0 ? ' ' : s.p[i - 1];

	if (!char_is_alnum(before) && before != '|' && before != '_')
		return true;
	if (i >= 2 && s.p[i - 2] == '\\')
		return before == 'r' || before == 'n';
	return i >= 4 && s.p[i - 4] == '#' && char_is_digit(before);
}

/* "|0001|" or "||": the number of a segment; CEF writes "\|". */
static bool
has_number(struct str s)
{
	size_t i = s.n > 0 && s.p[0] == '\\' ? 2 : 1, from = i;

	while (char_is_digit(patient_byte(s, i)) && i - from < 4)
		i++;
	return patient_byte(s, i + (patient_byte(s, i) == '\\')) == '|';
}

/* Are there parts of fields from i on, or so many fields, until the segment
 * ends? *caret is the first "^" of s at i or behind it, or one before i: no
 * text of segments without parts is looked through for each of them. */
static bool
has_fields(struct str s, size_t i, bool parts, size_t *caret)
{
	size_t bars = 0, end = i + REACH;

	if (*caret < i) {
		*caret = str_find_char(str_skip(s, i), '^');
		*caret = *caret == SIZE_MAX ? SIZE_MAX : i + *caret;
	}
	if (parts && *caret >= end)
		return false;
	for (; i < s.n && i < end && s.p[i] != '\r' && s.p[i] != '\n'; i++) {
		bars += s.p[i] == '|';
		if (s.p[i] == '^' || (!parts && bars > BARS))
			return true;
	}
	return false;
}

/* The segment whose name ends before `bar` ("|", or "\|"), or SIZE_MAX. */
static size_t
segment_at(struct str s, size_t bar, size_t *caret)
{
	struct str rest = str_skip(s, bar);
	size_t behind = bar + 1 + (rest.p[0] == '\\'), from;
	struct str data = str_skip(s, behind), name;

	if (bar >= 3) {
		from = bar - 3;
		name = str_make(s.p + from, 3);
		if ((str_eq(name, STR("MSH")) || str_eq(name, STR("FHS")) ||
			str_eq(name, STR("BHS"))) &&
		    str_has_prefix(data, STR("^~")))
			return from;
		for (size_t k = 0; k < COUNT(segments); k++) {
			if (str_eq(name, segments[k]) && begins(s, from) &&
			    (k == 0 ? has_number(rest) &&
				    (str_has_prefix(data, STR("||")) ||
					str_has_prefix(data, STR("1|")) ||
					has_fields(s, behind, false, caret))
				    : has_fields(s, behind, k > 4, caret)))
				return from;
		}
	}
	/* ASTM: "P|1|", also behind the number of its frame, and "H|\^&". */
	from = bar - 1;
	if (s.p[from] == 'H' && str_has_prefix(data, STR("\\^&")))
		return from;
	if (s.p[from] != 'P')
		return SIZE_MAX;
	if (from > 0 && char_is_digit(s.p[from - 1]) &&
	    (from == 1 || !char_is_alnum(s.p[from - 2])))
		from--;
	return begins(s, from) && char_is_digit(patient_byte(data, 0)) &&
		has_number(rest) && has_fields(s, behind, true, caret)
	    ? from : SIZE_MAX;
}

size_t
hl7_find(struct str s)
{
	size_t at = 1, caret = 0, i;

	while ((i = str_find_char(str_skip(s, at), '|')) != SIZE_MAX) {
		size_t bar = at + i, found;
		char before;

		at = bar + 1;
		bar -= bar > 1 && s.p[bar - 1] == '\\';
		before = s.p[bar - 1];
		/* The last letters of the names. */
		if (before < '1' || before > 'V' ||
		    (before > '2' && before < 'D'))
			continue;
		found = segment_at(s, bar, &caret);
		if (found != SIZE_MAX)
			return found;
	}
	return SIZE_MAX;
}
