#include "engine/base/str.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

int
str_cmp(struct str a, struct str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int c = n == 0 ? 0 : memcmp(a.p, b.p, n);

	if (c != 0)
		return c;
	return a.n < b.n ? -1 : a.n > b.n;
}

bool
str_eq_nocase(struct str a, struct str b)
{
	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++) {
		if (char_lower(a.p[i]) != char_lower(b.p[i]))
			return false;
	}
	return true;
}

bool
str_has_prefix_nocase(struct str s, struct str prefix)
{
	return s.n >= prefix.n && str_eq_nocase(str_first(s, prefix.n), prefix);
}

size_t
str_find(struct str s, struct str what)
{
	const char *hit;

	if (what.n == 0)
		return 0;
	if (s.n < what.n)
		return SIZE_MAX;
	hit = memmem(s.p, s.n, what.p, what.n);
	return hit == NULL ? SIZE_MAX : (size_t)(hit - s.p);
}

size_t
str_find_char(struct str s, char c)
{
	const char *hit = s.n == 0 ? NULL : memchr(s.p, c, s.n);

	return hit == NULL ? SIZE_MAX : (size_t)(hit - s.p);
}

size_t
str_find_last_char(struct str s, char c)
{
	const char *hit = s.n == 0 ? NULL : memrchr(s.p, c, s.n);

	return hit == NULL ? SIZE_MAX : (size_t)(hit - s.p);
}

bool
str_is_one_of(struct str s, const struct str *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (str_eq(s, list[i]))
			return true;
	}
	return false;
}

bool
str_cut(struct str s, char sep, struct str *head, struct str *tail)
{
	size_t at = str_find_char(s, sep);

	if (at == SIZE_MAX) {
		*head = s;
		*tail = str_skip(s, s.n);
		return false;
	}
	*head = str_first(s, at);
	*tail = str_skip(s, at + 1);
	return true;
}

bool
str_next_line(struct str *rest, struct str *line)
{
	if (rest->n == 0)
		return false;
	str_cut(*rest, '\n', line, rest);
	if (line->n > 0 && line->p[line->n - 1] == '\r')
		line->n--;
	return true;
}

bool
str_to_u64(struct str s, uint64_t *out)
{
	uint64_t v = 0;

	if (s.n == 0)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (!char_is_digit(s.p[i]))
			return false;
		if (__builtin_mul_overflow(v, 10, &v) ||
		    __builtin_add_overflow(v, (uint64_t)(s.p[i] - '0'), &v))
			return false;
	}
	*out = v;
	return true;
}

bool
str_to_i64(struct str s, int64_t *out)
{
	bool minus = s.n > 0 && s.p[0] == '-';
	uint64_t v;

	if (!str_to_u64(str_skip(s, minus), &v))
		return false;
	if (v > (uint64_t)INT64_MAX + minus)
		return false;
	*out = minus ? (int64_t)(~v + 1) : (int64_t)v;
	return true;
}

bool
str_to_u64_any(struct str s, uint64_t *out)
{
	uint64_t v = 0;

	if (!str_has_prefix_nocase(s, STR("0x")))
		return str_to_u64(s, out);
	s = str_skip(s, 2);
	if (s.n == 0 || s.n > 16)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		int d = char_hex(s.p[i]);

		if (d < 0)
			return false;
		v = v << 4 | (uint64_t)d;
	}
	*out = v;
	return true;
}

bool
str_to_double(struct str s, double *out)
{
	char text[64], *end;
	bool digit = false;
	double v;

	if (s.n == 0 || s.n >= sizeof(text))
		return false;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		digit |= char_is_digit(c);
		if (!char_is_digit(c) && c != '-' && c != '+' && c != '.' &&
		    c != 'e' && c != 'E')
			return false;
	}
	if (!digit)
		return false;
	memcpy(text, s.p, s.n);
	text[s.n] = '\0';
	errno = 0;
	v = strtod(text, &end);
	if (end != text + s.n || !isfinite(v))
		return false;
	*out = v;
	return true;
}

bool
str_to_bool(struct str s, bool *out)
{
	static const struct {
		struct str word;
		bool value;
	} words[] = {
	    {STR_INIT("true"),	true },
	    {STR_INIT("false"), false},
	    {STR_INIT("yes"),	true },
	    {STR_INIT("no"),	false},
	    {STR_INIT("on"),	true },
	    {STR_INIT("off"),	false},
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (str_eq_nocase(s, words[i].word)) {
			*out = words[i].value;
			return true;
		}
	}
	return false;
}

/* Which bytes are in s, by their low five bits: cases fold together. */
static uint32_t
bytes_of(struct str s)
{
	uint32_t bits = 0;

	for (size_t i = 0; i < s.n; i++)
		bits |= (uint32_t)1 << (s.p[i] & 31);
	return bits;
}

/*
 * Levenshtein's distance over one row; names are short, 64 bytes suffice.
 * Nearly all pairs differ in length or letters, which is seen before: a rule
 * set of thousands asks some 400,000 times.
 */
size_t
str_distance(struct str a, struct str b, size_t limit)
{
	size_t row[65], diagonal, above, least;

	if (a.n > 64 || b.n > 64 || a.n > b.n + limit || b.n > a.n + limit)
		return limit + 1;
	/* One change takes a letter out of the set and another into it. */
	if ((size_t)__builtin_popcount(bytes_of(a) ^ bytes_of(b)) > 2 * limit)
		return limit + 1;
	for (size_t j = 0; j <= b.n; j++)
		row[j] = j;
	for (size_t i = 1; i <= a.n; i++) {
		diagonal = row[0];
		row[0] = least = i;
		for (size_t j = 1; j <= b.n; j++) {
			bool same = char_lower(a.p[i - 1]) ==
			    char_lower(b.p[j - 1]);
			size_t best = diagonal + (same ? 0 : 1);

			above = row[j];
			if (above + 1 < best)
				best = above + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			diagonal = above;
			row[j] = best;
			least = best < least ? best : least;
		}
		if (least > limit)
			return limit + 1;
	}
	return row[b.n] > limit ? limit + 1 : row[b.n];
}
