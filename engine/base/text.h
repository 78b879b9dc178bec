/*
 * Looking for short texts in short texts. memmem() fills a table of shifts
 * before it looks: on messages of a hundred bytes that costs more than the
 * search (2,500 of 11,500 instructions of an sshd line).
 */
#ifndef VIGIE_BASE_TEXT_H
#define VIGIE_BASE_TEXT_H

#include "engine/base/str.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* memcmp() == 0 of short texts, without the call. */
static inline bool
same_bytes(const char *a, const char *b, size_t n)
{
	uint64_t x, y;
	uint32_t v, w;

	if (n >= 8) {
		size_t i = 0;

		for (; i + 8 <= n; i += 8) {
			memcpy(&x, a + i, 8);
			memcpy(&y, b + i, 8);
			if (x != y)
				return false;
		}
		memcpy(&x, a + n - 8, 8);
		memcpy(&y, b + n - 8, 8);
		return x == y;
	}
	if (n >= 4) {
		memcpy(&v, a, 4);
		memcpy(&w, b, 4);
		if (v != w)
			return false;
		memcpy(&v, a + n - 4, 4);
		memcpy(&w, b + n - 4, 4);
		return v == w;
	}
	for (size_t i = 0; i < n; i++) {
		if (a[i] != b[i])
			return false;
	}
	return true;
}

static inline bool
same_text(struct str a, struct str b)
{
	return a.n == b.n && same_bytes(a.p, b.p, a.n);
}

/* Of length, first and last eight bytes; the bit that tells the cases of a
 * letter apart is left out. No secret: only for tables whose keys are ours. */
static inline size_t
text_hash(struct str s)
{
	uint64_t a = 0, b = 0;
	uint32_t x, y;

	if (s.n >= 8) {
		memcpy(&a, s.p, 8);
		memcpy(&b, s.p + s.n - 8, 8);
	} else if (s.n >= 4) {
		memcpy(&x, s.p, 4);
		memcpy(&y, s.p + s.n - 4, 4);
		a = x;
		b = y;
	} else if (s.n > 0) {
		a = (unsigned char)s.p[0];
		b = (uint64_t)(unsigned char)s.p[s.n / 2] << 8 |
		    (unsigned char)s.p[s.n - 1];
	}
	a = (a | 0x2020202020202020u) * 0x9e3779b97f4a7c15u;
	b = (b | 0x2020202020202020u) ^ s.n;
	a = (a ^ a >> 32 ^ b) * 0xd6e8feb86659fd93u;
	return (size_t)(a >> 32);
}

/* The same but for the case of ASCII letters? Nearly always it is not even
 * that. */
static inline bool
same_word(struct str a, struct str b)
{
	return a.n == b.n &&
	    (same_bytes(a.p, b.p, a.n) || str_eq_nocase(a, b));
}

static inline bool
has_prefix(struct str s, struct str prefix)
{
	return s.n >= prefix.n && same_bytes(s.p, prefix.p, prefix.n);
}

#ifdef __SSE2__
/* Bit i: at p + i stands the first byte of a text, `last` bytes behind it the
 * last one. */
static inline unsigned
ends_bits(const char *p, size_t last, __m128i a, __m128i z)
{
	__m128i x = _mm_loadu_si128((const __m128i *)(const void *)p);
	__m128i y = _mm_loadu_si128((const __m128i *)(const void *)(p + last));

	return (unsigned)_mm_movemask_epi8(
	    _mm_and_si128(_mm_cmpeq_epi8(x, a), _mm_cmpeq_epi8(y, z)));
}

static inline bool
stands_at_any(const char *p, unsigned bits, struct str what)
{
	for (; bits != 0; bits &= bits - 1) {
		if (same_bytes(p + __builtin_ctz(bits), what.p, what.n))
			return true;
	}
	return false;
}

/*
 * Thirty-two places at once where the first and the last byte of `what` stand;
 * only these are compared. The last round overlaps the one before.
 */
static inline bool
text_has(struct str s, struct str what)
{
	size_t last = what.n - 1, at = 0, end;
	__m128i a, z;

	if (what.n == 0)
		return true;
	if (s.n < what.n)
		return false;
	end = s.n - last; /* places where it can begin */
	for (; end < 16 && at < end; at++) {
		if (s.p[at] == what.p[0] &&
		    same_bytes(s.p + at, what.p, what.n))
			return true;
	}
	if (end < 16)
		return false;
	a = _mm_set1_epi8(what.p[0]);
	z = _mm_set1_epi8(what.p[last]);
	for (; at + 32 <= end; at += 32) {
		unsigned found = ends_bits(s.p + at, last, a, z) |
		    ends_bits(s.p + at + 16, last, a, z) << 16;

		if (stands_at_any(s.p + at, found, what))
			return true;
	}
	while (at < end) {
		if (at + 16 > end)
			at = end - 16;
		if (stands_at_any(s.p + at, ends_bits(s.p + at, last, a, z),
			what))
			return true;
		at += 16;
	}
	return false;
}

/* Bit i: byte i of the sixteen at p is a blank or the end of a line. */
static inline unsigned
blank_bits(const char *p)
{
	__m128i x = _mm_loadu_si128((const __m128i *)(const void *)p);
	/* Tab and line feed are neighbours. */
	__m128i tab = _mm_cmpeq_epi8(_mm_and_si128(_mm_sub_epi8(x,
	    _mm_set1_epi8('\t')), _mm_set1_epi8((char)0xfe)),
	    _mm_setzero_si128());

	return (unsigned)_mm_movemask_epi8(_mm_or_si128(tab,
	    _mm_or_si128(_mm_cmpeq_epi8(x, _mm_set1_epi8(' ')),
		_mm_cmpeq_epi8(x, _mm_set1_epi8('\r')))));
}

static inline unsigned
either_bits(const char *p, char a, char b)
{
	__m128i x = _mm_loadu_si128((const __m128i *)(const void *)p);

	return (unsigned)_mm_movemask_epi8(
	    _mm_or_si128(_mm_cmpeq_epi8(x, _mm_set1_epi8(a)),
		_mm_cmpeq_epi8(x, _mm_set1_epi8(b))));
}
#else
static inline bool
text_has(struct str s, struct str what)
{
	return what.n == 0 || memmem(s.p, s.n, what.p, what.n) != NULL;
}
#endif

/* Bytes before the first blank (space, tab, CR, LF), or all. */
static inline size_t
text_before_blank(struct str s)
{
	size_t i = 0;

#ifdef __SSE2__
	for (; i + 16 <= s.n; i += 16) {
		unsigned found = blank_bits(s.p + i);

		if (found != 0)
			return i + (size_t)__builtin_ctz(found);
	}
#endif
	while (i < s.n && s.p[i] != ' ' && s.p[i] != '\t' &&
	    s.p[i] != '\n' && s.p[i] != '\r')
		i++;
	return i;
}

/* Bytes before the first a or b, or all. */
static inline size_t
text_before(struct str s, char a, char b)
{
	size_t i = 0;

#ifdef __SSE2__
	for (; i + 16 <= s.n; i += 16) {
		unsigned found = either_bits(s.p + i, a, b);

		if (found != 0)
			return i + (size_t)__builtin_ctz(found);
	}
#endif
	while (i < s.n && s.p[i] != a && s.p[i] != b)
		i++;
	return i;
}

#endif
