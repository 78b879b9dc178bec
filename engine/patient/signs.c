#include "engine/patient/signs.h"

#if defined(__x86_64__) && defined(__GNUC__)
#define WITH_AVX2
#include <immintrin.h>
#endif

/* GCC's vectors, in a function that is there for both widths: with AVX2 a third
 * of the instructions of SSE2, which a function for any x86-64 gets. */
typedef unsigned char block __attribute__((vector_size(32)));
typedef uint64_t words __attribute__((vector_size(32)));

#define BLOCK sizeof(block)
#define AHEAD 3 /* bytes behind a block that are read with it */

/*
 * Where a label may begin, four letters of it tell (patient_label.h):
 *
 *	bit 0	pat and a letter or joint that labels have: no path, patch
 *	bit 1	mrn  kvnr svnr  ssn
 *	bit 2	birt  aufn (Aufnahme)
 *	bit 3	geb  fall faln (Fallnummer)  onal (national)
 *	bit 4	dob  ipp  mpi  nip  nir, each and no letter
 *	bit 5	nais (naissance)  né and a blank, e or bracket  niss
 *	bit 6	sich (Versichertennummer)  soci (sécurité sociale)  ssie
 *		(dossier)
 *	bit 7	ncou (encounter)  ejou (séjour, also with its accent)  ricu
 *		(matricule)
 *
 * Of each of the four bytes, tables say for its upper and its lower half in
 * which of these it may be; what all eight agree on is found. A set is what
 * comes of its halves, so some more is found, such as "signal" and "kern". That
 * is 24 instructions for 32 bytes with AVX2, however many letters are looked
 * for.
 */
static const unsigned char halves[4][2][16] = {
    {{0x01, 0x04, 0x84, 0x42, 0x10, 0x80, 0x08, 0x08,
	    0x00, 0x90, 0x00, 0x02, 0x00, 0x12, 0xb0, 0x08},
	{0x00, 0x00, 0x00, 0x00, 0xbe, 0xc3, 0xbe, 0xc3,
	    0x80, 0x00, 0x80, 0x00, 0x00, 0x00, 0x00, 0x00}},
    {{0x10, 0x29, 0x02, 0xe2, 0x00, 0x0c, 0x02, 0x00,
	    0x00, 0xf4, 0x80, 0x00, 0x00, 0x00, 0x08, 0x50},
	{0x00, 0x00, 0x00, 0x00, 0xfd, 0x56, 0xfd, 0x56,
	    0x00, 0x00, 0x00, 0x00, 0x20, 0x00, 0x00, 0x00}},
    {{0x10, 0x08, 0x1c, 0xe0, 0x01, 0x00, 0x04, 0x00,
	    0x00, 0x70, 0x00, 0x00, 0x08, 0x00, 0x02, 0x80},
	{0x00, 0x00, 0x00, 0x00, 0xfe, 0x35, 0xfe, 0x35,
	    0x20, 0x00, 0x20, 0x00, 0x00, 0x00, 0x00, 0x00}},
    {{0x3b, 0x02, 0x13, 0x22, 0x0e, 0xfb, 0x13, 0x12,
	    0x72, 0x53, 0x12, 0x13, 0x1b, 0x13, 0x1f, 0x1b},
	{0x12, 0x02, 0x3b, 0x12, 0x6f, 0xbf, 0x6f, 0xbe,
	    0x02, 0x02, 0x02, 0x02, 0x02, 0x02, 0x02, 0x02}},
};

/* Of the four bytes at p. */
static inline unsigned char
label_at(const char *p)
{
	unsigned char found = 0xff;

	for (size_t k = 0; k < 4; k++) {
		unsigned char c = (unsigned char)p[k];

		found &= halves[k][0][c & 15] & halves[k][1][c >> 4];
	}
	return found;
}

#ifdef WITH_AVX2
/* Of 32 places. */
static inline __attribute__((always_inline, target("avx2"))) __m256i
labels_at(const char *p)
{
	const __m256i low = _mm256_set1_epi8(15);
	__m256i found = _mm256_set1_epi8(-1);

	for (size_t k = 0; k < 4; k++) {
		__m256i x = _mm256_loadu_si256((const void *)(p + k));
		__m256i a = _mm256_broadcastsi128_si256(
		    _mm_loadu_si128((const void *)halves[k][0]));
		__m256i b = _mm256_broadcastsi128_si256(
		    _mm_loadu_si128((const void *)halves[k][1]));

		a = _mm256_shuffle_epi8(a, _mm256_and_si256(x, low));
		b = _mm256_shuffle_epi8(
		    b, _mm256_and_si256(_mm256_srli_epi16(x, 4), low));
		found = _mm256_and_si256(found, _mm256_and_si256(a, b));
	}
	return found;
}
#endif

struct sums {
	block slanted, brace, ampersand, bracket, e1m;
};

/* A macro, for a vector may not be returned across widths. */
#define ANY(v) (((words)(v))[0] | ((words)(v))[1] | ((words)(v))[2] | \
	((words)(v))[3])

static inline __attribute__((always_inline)) void
add_block(struct sums *sums, const char *p)
{
	block v, b;

	memcpy(&v, p, sizeof(v));
	memcpy(&b, p + 1, sizeof(b));
	/* < \ | are the same but for two bits. */
	sums->slanted |= (block)((v | 0x60) == '|');
	sums->brace |= (block)(v == '{');
	sums->ampersand |= (block)(v == '&');
	sums->bracket |= (block)(v == '(');
	sums->e1m |= (block)((v == '1') & ((b | 0x20) == 'm'));
}

static inline __attribute__((always_inline)) struct signs
signs_from(const struct sums *sums, bool label)
{
	return (struct signs){
	    .slanted = ANY(sums->slanted) != 0,
	    .brace = ANY(sums->brace) != 0,
	    .ampersand = ANY(sums->ampersand) != 0,
	    .bracket = ANY(sums->bracket) != 0,
	    .e1m = ANY(sums->e1m) != 0,
	    .label = label,
	};
}

/* The text from its end on, behind which nothing may be read; the first block
 * overlaps the second. */
struct blocks {
	char room[BLOCK + AHEAD], end[BLOCK + AHEAD];
	struct str s;
	size_t i;
};

static inline __attribute__((always_inline)) const char *
last_block(struct blocks *b, struct str s)
{
	memset(b->room, 0, sizeof(b->room));
	memset(b->end, 0, sizeof(b->end));
	if (s.n < sizeof(b->room)) {
		if (s.n > 0)
			memcpy(b->room, s.p, s.n);
		s = str_make(b->room, sizeof(b->room));
	}
	b->s = s;
	b->i = s.n - BLOCK;
	memcpy(b->end, s.p + b->i, BLOCK);
	return b->end;
}

static inline __attribute__((always_inline)) const char *
block_before(struct blocks *b)
{
	if (b->i == 0)
		return NULL;
	b->i = b->i < BLOCK ? 0 : b->i - BLOCK;
	return b->s.p + b->i;
}

static struct signs
signs_plain(struct str s)
{
	struct blocks b;
	struct sums sums = {0};
	unsigned char label = 0;

	for (const char *p = last_block(&b, s); p != NULL;
	     p = block_before(&b)) {
		add_block(&sums, p);
		for (size_t i = 0; i < BLOCK; i++)
			label |= label_at(p + i);
	}
	return signs_from(&sums, label != 0);
}

#ifdef WITH_AVX2
static __attribute__((target("avx2"))) struct signs
signs_avx2(struct str s)
{
	struct blocks b;
	struct sums sums = {0};
	__m256i label = _mm256_setzero_si256();

	for (const char *p = last_block(&b, s); p != NULL;
	     p = block_before(&b)) {
		add_block(&sums, p);
		label = _mm256_or_si256(label, labels_at(p));
	}
	return signs_from(&sums, !_mm256_testz_si256(label, label));
}

/* Bit i: at p + i a label may begin, or with `tags` 010 stands. */
static __attribute__((target("avx2"))) unsigned
label_bits_avx2(const char *p, bool tags)
{
	unsigned found = ~(unsigned)_mm256_movemask_epi8(
	    _mm256_cmpeq_epi8(labels_at(p), _mm256_setzero_si256()));
	__m256i zero = _mm256_set1_epi8('0'), one = _mm256_set1_epi8('1');

	if (!tags)
		return found;
	one = _mm256_cmpeq_epi8(one, _mm256_loadu_si256((const void *)(p + 1)));
	one = _mm256_and_si256(one, _mm256_and_si256(
	    _mm256_cmpeq_epi8(zero, _mm256_loadu_si256((const void *)p)),
	    _mm256_cmpeq_epi8(
		zero, _mm256_loadu_si256((const void *)(p + 2)))));
	return found | (unsigned)_mm256_movemask_epi8(one);
}
#endif

struct signs
signs_of(struct str s)
{
#ifdef WITH_AVX2
	if (__builtin_cpu_supports("avx2"))
		return signs_avx2(s);
#endif
	return signs_plain(s);
}

static unsigned
label_bits(const char *p, bool tags)
{
	unsigned bits = 0;

#ifdef WITH_AVX2
	if (__builtin_cpu_supports("avx2"))
		return label_bits_avx2(p, tags);
#endif
	for (unsigned i = 0; i < BLOCK; i++)
		bits |= (unsigned)(label_at(p + i) != 0 ||
			    (tags && p[i] == '0' && p[i + 1] == '1' &&
				p[i + 2] == '0'))
		    << i;
	return bits;
}

size_t
signs_find_label(struct str s, size_t i, bool tags)
{
	char rest[BLOCK + AHEAD];

	for (; i + 3 <= s.n; i += BLOCK) {
		const char *p = s.p + i;
		unsigned found;

		if (i + sizeof(rest) > s.n) {
			memset(rest, 0, sizeof(rest));
			memcpy(rest, p, s.n - i);
			p = rest;
		}
		found = label_bits(p, tags);
		if (found != 0)
			return i + (size_t)__builtin_ctz(found);
	}
	return SIZE_MAX;
}
