#include "engine/base/find.h"

#ifdef __SSE2__
#include <emmintrin.h>

/* Sixteen starts at once; the candidates' inner bytes are compared. */
static size_t
find_block(const char *p, struct str what)
{
	__m128i first = _mm_set1_epi8(what.p[0]);
	__m128i last = _mm_set1_epi8(what.p[what.n - 1]);
	__m128i a, b;
	unsigned mask;

	memcpy(&a, p, sizeof(a));
	memcpy(&b, p + what.n - 1, sizeof(b));
	mask = (unsigned)_mm_movemask_epi8(_mm_and_si128(
	    _mm_cmpeq_epi8(a, first), _mm_cmpeq_epi8(b, last)));
	for (; mask != 0; mask &= mask - 1) {
		size_t at = (size_t)__builtin_ctz(mask);

		if (what.n < 3 ||
		    memcmp(p + at + 1, what.p + 1, what.n - 2) == 0)
			return at;
	}
	return SIZE_MAX;
}
#endif

static size_t
find_plain(struct str s, struct str what)
{
	const char *at = memmem(s.p, s.n, what.p, what.n);

	return at == NULL ? SIZE_MAX : (size_t)(at - s.p);
}

size_t
text_find(struct str s, struct str what)
{
	size_t starts;

	if (what.n == 0)
		return 0;
	if (what.n > s.n)
		return SIZE_MAX;
	starts = s.n - what.n + 1;
#ifdef __SSE2__
	/* A needle whose ends are everywhere ("aaaa") in a long text would
	 * be compared at every place: memmem() is linear. */
	if (starts >= 16 && (s.n <= 4096 || what.n < 3)) {
		for (size_t at = 0;; at += 16) {
			size_t found;

			if (at + 16 > starts)
				at = starts - 16;
			found = find_block(s.p + at, what);
			if (found != SIZE_MAX)
				return at + found;
			if (at + 16 == starts)
				return SIZE_MAX;
		}
	}
#endif
	if (starts < 16) {
		for (size_t at = 0; at < starts; at++) {
			if (s.p[at] == what.p[0] &&
			    memcmp(s.p + at, what.p, what.n) == 0)
				return at;
		}
		return SIZE_MAX;
	}
	return find_plain(s, what);
}
