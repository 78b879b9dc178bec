#include "engine/detect/fold.h"

#include "engine/base/utf8.h"
#include "engine/sigma/casefold.h"

/* Sixteen bytes at once where the compiler has such registers. */
typedef unsigned char bytes16 __attribute__((vector_size(16)));
typedef uint64_t words16 __attribute__((vector_size(16)));

#define HIGH_BITS 0x8080808080808080u
#define EACH_BYTE 0x0101010101010101u

static uint64_t
load8(const char *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

/* Eight ASCII letters at once: a byte's high bit tells whether it lies in
 * A..Z, and moved by two it is the bit between the cases. */
static uint64_t
lower8(uint64_t v)
{
	uint64_t from = v + (0x80 - 'A') * EACH_BYTE;
	uint64_t behind = v + (0x80 - 'Z' - 1) * EACH_BYTE;

	return v | ((from ^ behind) & HIGH_BITS) >> 2;
}

static void
store8(char *out, uint64_t v)
{
	memcpy(out, &v, sizeof(v));
}

/* Sixteen bytes; false, and nothing written, when they are not all ASCII. */
static bool
lower16(const char *p, char *out)
{
	bytes16 v, upper;
	words16 w;

	memcpy(&v, p, sizeof(v));
	w = (words16)v;
	if (((w[0] | w[1]) & HIGH_BITS) != 0)
		return false;
	upper = (bytes16)(v - 'A' < 26);
	v |= upper & 0x20;
	memcpy(out, &v, sizeof(v));
	return true;
}

/*
 * The whole text, when it is ASCII; the last block lies over the one before.
 * Else false.
 */
static bool
fold_ascii(struct str s, char *out)
{
	size_t at = 0;

	if (s.n >= 16) {
		for (; at + 16 <= s.n; at += 16) {
			if (!lower16(s.p + at, out + at))
				return false;
		}
		return lower16(s.p + s.n - 16, out + s.n - 16);
	}
	if (s.n >= 8) {
		uint64_t head = load8(s.p), tail = load8(s.p + s.n - 8);

		if (((head | tail) & HIGH_BITS) != 0)
			return false;
		store8(out, lower8(head));
		store8(out + s.n - 8, lower8(tail));
		return true;
	}
	for (; at < s.n; at++) {
		if ((unsigned char)s.p[at] >= 0x80)
			return false;
		out[at] = char_lower(s.p[at]);
	}
	return true;
}

size_t
fold_into(struct str s, char *out)
{
	size_t n = 0, at = 0;

	if (fold_ascii(s, out))
		return s.n;
	while (at < s.n) {
		uint32_t code;
		size_t step;

		if (at + 16 <= s.n && lower16(s.p + at, out + n)) {
			at += 16;
			n += 16;
			continue;
		}
		if ((unsigned char)s.p[at] < 0x80) {
			out[n++] = char_lower(s.p[at++]);
			continue;
		}
		step = utf8_decode(str_skip(s, at), &code);
		if (step == 0) {
			out[n++] = s.p[at++];
			continue;
		}
		n += utf8_encode(casefold(code), out + n);
		at += step;
	}
	return n;
}

struct str
fold_dup(struct arena *arena, struct str s)
{
	char *p = arena_text(arena, FOLD_ROOM(s.n));
	size_t n = fold_into(s, p);

	p[n] = '\0';
	return str_make(p, n);
}

size_t
fold_step(struct str s)
{
	uint32_t code;
	size_t step;

	if ((unsigned char)s.p[0] < 0x80)
		return 1;
	step = utf8_decode(s, &code);
	return step == 0 ? 1 : step;
}
