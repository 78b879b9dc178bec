/* The pieces before the text of an RFC 3164 header, for header.c. */
#ifndef VIGIE_NORMALISE_HEADER_PARTS_H
#define VIGIE_NORMALISE_HEADER_PARTS_H

#include "engine/normalise/header.h"

#define NAME_MAX_BYTES 64

/* Sets of ASCII characters as bits: asked for every byte of a header. */
#define LETTERS (0x3ffffffull << ('A' - 64) | 0x3ffffffull << ('a' - 64))
#define DIGITS	(0x3ffull << '0')

struct set {
	uint64_t low, high;
};

static inline bool
is_in(struct set set, char c)
{
	unsigned char u = (unsigned char)c;

	return u < 64 ? (set.low >> u & 1) != 0
		      : u < 128 && (set.high >> (u - 64) & 1) != 0;
}

static inline bool
is_host_char(char c)
{
	return is_in((struct set){DIGITS | 1ull << '.' | 1ull << '-' |
			 1ull << ':' | 1ull << '/' | 1ull << '%',
			 LETTERS | 1ull << ('_' - 64) | 1ull << ('@' - 64)},
		   c) || (c & 0x80) != 0;
}

/* Bytes of the word at the start of s if it can be a host name; 0 else. */
static inline size_t
host_length(struct str s)
{
	size_t n = 0;

	while (n < s.n && is_host_char(s.p[n]))
		n++;
	if (n == 0 || n > 255 || (n < s.n && s.p[n] != ' '))
		return 0;
	return n;
}

static inline void
skip_blanks(struct str *s)
{
	while (s->n > 0 && (s->p[0] == ' ' || s->p[0] == '\t')) {
		s->p++;
		s->n--;
	}
}

/* Each takes its piece off the front of *s and into h; false: not there. */
bool header_cisco(struct str *s, struct header *h);
bool header_stamp(struct str *s, struct header *h);
bool header_origin(struct str *s, struct header *h);
bool header_sequence(struct str *s);
bool header_task(struct str *s, struct header *h);
bool header_forwarded(struct str *s, struct header *h);

#endif
