/*
 * Slices of text: a pointer and a length, never terminated, never owned.
 * Whoever makes a slice says where its bytes live (see STYLE, "Memory").
 * All functions take any bytes, NUL included. Letter case is ASCII's unless
 * the name says otherwise.
 */
#ifndef VIGIE_BASE_STR_H
#define VIGIE_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct str {
	const char *p;
	size_t n;
};

/* STR() in code, STR_INIT() in tables: a compound literal is no constant. */
#define STR(literal)	  ((struct str){"" literal, sizeof(literal) - 1})
#define STR_INIT(literal) {"" literal, sizeof(literal) - 1}
#define STR_NONE	  ((struct str){NULL, 0})
/* For printf: "%.*s", STR_ARG(s) */
#define STR_ARG(s) (int)(s).n, (s).n == 0 ? "" : (s).p

static inline struct str
str_from(const char *z)
{
	return (struct str){z, z == NULL ? 0 : strlen(z)};
}

static inline struct str
str_make(const char *p, size_t n)
{
	return (struct str){p, n};
}

static inline bool
str_eq(struct str a, struct str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

/* The part of s from byte `at` on; empty when s is shorter. */
static inline struct str
str_skip(struct str s, size_t at)
{
	/* Nothing is added to the NULL of STR_NONE: C forbids even + 0. */
	if (s.n == 0)
		return s;
	return at >= s.n ? (struct str){s.p + s.n, 0}
			 : (struct str){s.p + at, s.n - at};
}

static inline struct str
str_first(struct str s, size_t n)
{
	return (struct str){s.p, n < s.n ? n : s.n};
}

static inline bool
str_has_prefix(struct str s, struct str prefix)
{
	return s.n >= prefix.n &&
	    (prefix.n == 0 || memcmp(s.p, prefix.p, prefix.n) == 0);
}

static inline bool
str_has_suffix(struct str s, struct str suffix)
{
	return s.n >= suffix.n &&
	    (suffix.n == 0 ||
		memcmp(s.p + s.n - suffix.n, suffix.p, suffix.n) == 0);
}

/* Bytewise order, the shorter first: < 0, 0, > 0. */
int str_cmp(struct str a, struct str b);
bool str_eq_nocase(struct str a, struct str b);
bool str_has_prefix_nocase(struct str s, struct str prefix);

/* Offset of the first occurrence, or SIZE_MAX. */
size_t str_find(struct str s, struct str what);
size_t str_find_char(struct str s, char c);
size_t str_find_last_char(struct str s, char c);

/*
 * Splits at the first `sep`: the part before goes to *head, the part behind to
 * *tail. Without `sep`: head is all of s, tail is empty, returns false.
 * head and tail may be &s.
 */
bool str_cut(struct str s, char sep, struct str *head, struct str *tail);

/* The next line of *rest without its LF (and CR), which is taken off *rest;
 * false at the end. */
bool str_next_line(struct str *rest, struct str *line);

/*
 * The whole of s as a decimal number; false when s is empty, has another
 * character, or does not fit. *out is untouched on false.
 */
bool str_to_u64(struct str s, uint64_t *out);
bool str_to_i64(struct str s, int64_t *out);
/* Decimal or "0x" hexadecimal. */
bool str_to_u64_any(struct str s, uint64_t *out);
/* Decimal with fraction and exponent (no inf, nan or hexadecimal). */
bool str_to_double(struct str s, double *out);
/* true, false, yes, no, on, off in any case. */
bool str_to_bool(struct str s, bool *out);

/* Is s one of the n texts, or of those in an array? */
bool str_is_one_of(struct str s, const struct str *list, size_t n);
#define STR_IS_ONE_OF(s, list) \
	str_is_one_of(s, list, sizeof(list) / sizeof((list)[0]))

/* Number of edits between a and b, at most `limit` + 1 (for "did you mean"). */
size_t str_distance(struct str a, struct str b, size_t limit);

static inline bool
char_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline bool
char_is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* A blank or the end of a line. */
static inline bool
char_is_space(char c)
{
	return char_is_blank(c) || c == '\r' || c == '\n';
}

/* Without blanks and ends of lines at both ends. */
static inline struct str
str_trim(struct str s)
{
	while (s.n > 0 && char_is_space(s.p[0]))
		s = str_skip(s, 1);
	while (s.n > 0 && char_is_space(s.p[s.n - 1]))
		s.n--;
	return s;
}

static inline bool
char_is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

static inline bool
char_is_alpha(char c)
{
	return (c >= 'a' && c <= 'z') || char_is_upper(c);
}

static inline bool
char_is_alnum(char c)
{
	return char_is_digit(c) || char_is_alpha(c);
}

static inline char
char_lower(char c)
{
	return char_is_upper(c) ? (char)(c + ('a' - 'A')) : c;
}

/* The value of a hexadecimal digit of either case; -1 for others. */
static inline int
char_hex(char c)
{
	if (char_is_digit(c))
		return c - '0';
	c = char_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

#endif
