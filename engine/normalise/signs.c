#include "engine/normalise/signs.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

/*
 * GCC's vectors, for the width that the processor has: with AVX2 a third of
 * the instructions of SSE2, which a function for any x86-64 gets.
 */
typedef unsigned char block __attribute__((vector_size(32)));
typedef uint64_t words __attribute__((vector_size(32)));

#define BLOCK sizeof(block)
#define AHEAD 2 /* bytes behind a block that are read with it */

#if defined(__x86_64__) && defined(__GLIBC__)
#define BEST_WIDTH __attribute__((target_clones("avx2", "default")))
#else
#define BEST_WIDTH
#endif

struct sums {
	block slanted, brace, ampersand, bracket, e1m, label;
};

/* A macro, for a vector may not be returned across widths. */
#define ANY(v) (((words)(v))[0] | ((words)(v))[1] | ((words)(v))[2] | \
	((words)(v))[3])

static inline __attribute__((always_inline)) void
add_block(struct sums *sums, const char *p)
{
	block v, a, b, c;

	memcpy(&v, p, sizeof(v));
	memcpy(&b, p + 1, sizeof(b));
	memcpy(&c, p + 2, sizeof(c));
	/* < \ | are the same but for two bits. */
	sums->slanted |= (block)((v | 0x60) == '|');
	sums->brace |= (block)(v == '{');
	sums->ampersand |= (block)(v == '&');
	sums->bracket |= (block)(v == '(');
	/* Capitals become small; two signs become others that are rare. */
	a = v | 0x20;
	b |= 0x20;
	c |= 0x20;
	sums->e1m |= (block)((a == '1') & (b == 'm'));
	sums->label |= (block)(((a == 'p') & (c == 't')) |
	    ((a == 'm') & (b == 'r')));
}

BEST_WIDTH struct signs
signs_of(struct str s)
{
	struct sums sums = {0};
	char room[BLOCK + AHEAD] = "", end[BLOCK + AHEAD] = "";
	const char *p = end;
	size_t i;

	if (s.n < sizeof(room)) {
		if (s.n > 0)
			memcpy(room, s.p, s.n);
		s = str_make(room, sizeof(room));
	}
	/* From the end on, behind which nothing may be read; the first block
	 * overlaps the second. */
	i = s.n - BLOCK;
	memcpy(end, s.p + i, BLOCK);
	for (;;) {
		add_block(&sums, p);
		if (i == 0)
			break;
		i = i < BLOCK ? 0 : i - BLOCK;
		p = s.p + i;
	}
	return (struct signs){
	    .slanted = ANY(sums.slanted) != 0,
	    .brace = ANY(sums.brace) != 0,
	    .ampersand = ANY(sums.ampersand) != 0,
	    .bracket = ANY(sums.bracket) != 0,
	    .e1m = ANY(sums.e1m) != 0,
	    .label = ANY(sums.label) != 0,
	};
}

/* Bit i: at p + i a label may begin; two of its letters tell enough. */
#ifdef __SSE2__
#define NARROW 16

static inline unsigned
label_bits(const char *p, bool tags)
{
	__m128i small = _mm_set1_epi8(0x20);
	__m128i a = _mm_or_si128(small, _mm_loadu_si128((const void *)p));
	__m128i b = _mm_or_si128(small, _mm_loadu_si128((const void *)(p + 1)));
	__m128i c = _mm_or_si128(small, _mm_loadu_si128((const void *)(p + 2)));
	__m128i found = _mm_or_si128(
	    _mm_and_si128(_mm_cmpeq_epi8(a, _mm_set1_epi8('p')),
		_mm_cmpeq_epi8(c, _mm_set1_epi8('t'))),
	    _mm_and_si128(_mm_cmpeq_epi8(a, _mm_set1_epi8('m')),
		_mm_cmpeq_epi8(b, _mm_set1_epi8('r'))));

	if (tags)
		found = _mm_or_si128(found, _mm_and_si128(
		    _mm_cmpeq_epi8(b, _mm_set1_epi8('1')),
		    _mm_and_si128(_mm_cmpeq_epi8(a, _mm_set1_epi8('0')),
			_mm_cmpeq_epi8(c, _mm_set1_epi8('0')))));
	return (unsigned)_mm_movemask_epi8(found);
}
#else
#define NARROW 1

static inline unsigned
label_bits(const char *p, bool tags)
{
	char a = p[0] | 0x20, b = p[1] | 0x20, c = p[2] | 0x20;

	return (a == 'p' && c == 't') || (a == 'm' && b == 'r') ||
	    (tags && a == '0' && b == '1' && c == '0');
}
#endif

size_t
signs_find_label(struct str s, size_t i, bool tags)
{
	char rest[NARROW + AHEAD] = "";
	unsigned found;

	for (; i + NARROW + AHEAD <= s.n; i += NARROW) {
		found = label_bits(s.p + i, tags);
		if (found != 0)
			return i + (size_t)__builtin_ctz(found);
	}
	if (i + 3 > s.n)
		return SIZE_MAX;
	memcpy(rest, s.p + i, s.n - i);
	found = label_bits(rest, tags);
	return found == 0 ? SIZE_MAX : i + (size_t)__builtin_ctz(found);
}
