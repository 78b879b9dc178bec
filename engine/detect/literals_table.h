/*
 * How a set of literals lies in memory; shared by its builder and its search
 * (literals.h).
 *
 * One hash table of 64-bit keys for all kinds. A key is made of a few bytes
 * of the literal; behind it stand all literals with these bytes, and each is
 * compared whole, so keys may collide freely.
 *
 *   exact      first, middle and last bytes and the length
 *   suffix     its last 8 bytes, or 4, 3, 2, 1 when it is shorter
 *   prefix     the same at its beginning
 *   contains   a window of four bytes, as rare as can be
 *
 * Substrings: only every second window of the text is looked at, in a bitmap
 * that nearly always answers "no". So a literal has two windows in it, one of
 * which falls on an even place:
 *
 *   abcdef (5 and more)    abcd and bcde, or the like further on
 *   abcd                   abcd and ?abc (the bitmap has all 256 of these)
 *   abc                    abc? and ?abc
 *
 * Where the bitmap says "perhaps", the table is asked for the four bytes and,
 * for literals of three and four, for the first and the last three of them.
 * Literals with signs beyond ASCII are looked up at such signs only, which
 * most texts do not have; those of one or two bytes are searched one by one.
 */
#ifndef VIGIE_DETECT_LITERALS_TABLE_H
#define VIGIE_DETECT_LITERALS_TABLE_H

#include "engine/detect/literals.h"

enum window {
	WINDOW_4 = 1, /* four bytes of the literal */
	WINDOW_HEAD = 2, /* literal of three: abc? */
	WINDOW_TAIL = 4, /* three or four: ?abc */
	WINDOW_HIGH_4 = 8, /* from the first sign beyond ASCII on */
	WINDOW_HIGH_3 = 16,
	WINDOW_HIGH_2 = 32,
};

struct entry {
	struct str text;
	uint32_t tags; /* into set->tags */
	uint32_t n_tags;
	uint32_t anchor; /* CONTAINS: offset of the key's bytes */
	uint32_t kind;
	const struct glob *confirm;
	uint64_t key;
};

struct bucket {
	uint64_t key;
	uint32_t first; /* into set->entries */
	uint32_t n;	/* 0: free */
};

/* Lengths of the bytes of a prefix's or suffix's key: a bit each. */
enum { CLASS_8 = 1, CLASS_4 = 2, CLASS_3 = 4, CLASS_2 = 8, CLASS_1 = 16 };

static const struct {
	unsigned bit;
	size_t n;
} classes[] = {
    {CLASS_8, 8}, {CLASS_4, 4}, {CLASS_3, 3}, {CLASS_2, 2}, {CLASS_1, 1},
};

#define CLASSES (sizeof(classes) / sizeof(classes[0]))

struct literals {
	struct entry *entries; /* sorted by key */
	uint32_t *tags;
	struct bucket *buckets;
	unsigned bucket_shift;
	uint32_t bucket_mask;
	uint64_t *grams; /* bitmap; NULL: no windows 4, HEAD, TAIL */
	unsigned gram_shift;
	uint64_t lengths;	   /* of exact values, bit min(n, 63) */
	unsigned prefixes, suffixes; /* classes in use */
	unsigned windows;	     /* kinds of windows in use */
	struct entry *shorts; /* substrings of one and two bytes */
	size_t n_shorts;
};

#define GOLDEN	 0x9e3779b97f4a7c15u
#define GOLDEN32 0x9e3779b1u

static inline uint64_t
load_n(const char *p, size_t n)
{
	uint64_t v = 0;

	memcpy(&v, p, n);
	return v;
}

static inline uint32_t
load4(const char *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static inline uint64_t
mix(uint64_t v)
{
	v ^= v >> 29;
	v *= GOLDEN;
	return v ^ v >> 32;
}

static inline uint64_t
key_of(enum literal_kind kind, uint64_t bytes, size_t n)
{
	return mix(bytes + (uint64_t)kind * 0x100000001b3u + n * 0x1f123bb5u);
}

static inline uint64_t
exact_key(struct str s)
{
	uint64_t head, tail;

	if (s.n < 8)
		return key_of(LITERAL_EXACT, s.n == 0 ? 0 : load_n(s.p, s.n),
		    s.n);
	head = load_n(s.p, 8);
	tail = load_n(s.p + s.n - 8, 8);
	if (s.n > 16)
		head = mix(head) ^ load_n(s.p + s.n / 2 - 4, 8);
	return key_of(LITERAL_EXACT, mix(head) ^ tail, s.n);
}

/* A key of n bytes at p; windows of one kind have keys of their own. */
static inline uint64_t
window_key(enum window window, const char *p, size_t n)
{
	return key_of(LITERAL_CONTAINS, load_n(p, n),
	    (size_t)window * 16 + n);
}

#endif
