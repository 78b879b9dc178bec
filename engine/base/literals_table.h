/*
 * How a set of literals lies in memory; shared by its builder and its search
 * (literals.h).
 *
 * One hash table of 64-bit keys for all kinds. A key is made of a few bytes
 * of the literal; behind it stand all literals with these bytes, and each is
 * compared whole, so keys may collide freely. A bitmap of the keys answers
 * "no" before the table is asked.
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
 * Where all literals of a set are long enough, every fourth (7 bytes and
 * more) or eighth window (11) is looked at, and each literal has four or
 * eight windows. Shorter literals with signs beyond ASCII are looked up at such
 * signs only, which most texts do not have; those of one or two bytes, and the
 * few that would spoil a set's wider step, are searched one by one.
 */
#ifndef VIGIE_BASE_LITERALS_TABLE_H
#define VIGIE_BASE_LITERALS_TABLE_H

#include "engine/base/literals.h"

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
	uint32_t marks; /* into set->marks */
	uint32_t n_marks;
	uint32_t anchor; /* CONTAINS: offset of the key's bytes */
	uint16_t kind;
	uint16_t window; /* enum window; 0: not CONTAINS */
	const void *confirm;
	uint64_t key;
};

/* The tags of a literal, 64 in a row. */
struct mark {
	uint64_t mask;
	size_t word;
};

struct bucket {
	uint64_t key;
	uint32_t first; /* into set->entries */
	uint32_t n;	/* 0: free */
};

/* Lengths of the bytes of a prefix's or suffix's key: a class, and a bit,
 * each. */
static const size_t classes[] = {8, 4, 3, 2, 1};

struct literals {
	struct entry *entries; /* sorted by key */
	struct mark *marks;
	struct bucket *buckets;
	uint64_t *keys; /* bitmap of keys in use */
	unsigned key_shift;
	unsigned bucket_shift;
	uint32_t bucket_mask;
	uint64_t *grams; /* bitmap; NULL: no windows 4, HEAD, TAIL */
	unsigned gram_shift;
	unsigned step;	     /* from window to window: 2, 4, 8 */
	uint64_t lengths;    /* of exact values, bit min(n, 63) */
	uint64_t unfolded;   /* the same before folding, a few too many */
	uint32_t firsts;     /* low 5 bits of the exact values' first byte */
	bool exact_only;
	size_t least; /* the shortest literal, folded */
	unsigned prefixes, suffixes; /* classes in use */
	unsigned windows;	     /* kinds of windows in use */
	uint64_t highs;		     /* first bytes of the HIGH ones */
	struct entry *singles; /* substrings that are searched one by one */
	size_t n_singles;
};

/* Of a byte from 0x80 on. */
static inline uint64_t
high_bit(char c)
{
	return (uint64_t)1 << ((unsigned char)c & 0x3f);
}

#define GOLDEN	 0x9e3779b97f4a7c15u
#define GOLDEN32 0x9e3779b1u

static inline uint32_t
load4(const char *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

static inline uint64_t
load8(const char *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

/* n bytes, 8 at most, without a call: pieces that overlap. */
static inline uint64_t
load_n(const char *p, size_t n)
{
	const unsigned char *c = (const unsigned char *)p;

	if (n >= 8)
		return load8(p);
	if (n >= 4)
		return load4(p) |
		    (uint64_t)load4(p + n - 4) << (n - 4) * 8;
	if (n == 0)
		return 0;
	return c[0] | (uint64_t)c[n / 2] << n / 2 * 8 |
	    (uint64_t)c[n - 1] << (n - 1) * 8;
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
		return key_of(LITERAL_EXACT, load_n(s.p, s.n), s.n);
	head = load_n(s.p, 8);
	tail = load_n(s.p + s.n - 8, 8);
	if (s.n > 16)
		head = mix(head) ^ load_n(s.p + s.n / 2 - 4, 8);
	return key_of(LITERAL_EXACT, mix(head) ^ tail, s.n);
}

/* A key of the window's bytes; windows of one kind have keys of their own. */
static inline uint64_t
window_key(enum window window, uint32_t bytes)
{
	return (bytes | (uint64_t)window << 40) * GOLDEN;
}

static inline uint32_t
gram_slot(const struct literals *set, uint32_t gram)
{
	return gram * GOLDEN32 >> set->gram_shift;
}

static inline bool
bit_is_set(const uint64_t *bits, uint64_t at)
{
	return bits[at >> 6] >> (at & 63) & 1;
}

static inline void
bit_set(uint64_t *bits, uint64_t at)
{
	bits[at >> 6] |= (uint64_t)1 << (at & 63);
}

#endif
