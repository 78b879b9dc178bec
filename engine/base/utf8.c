#include "engine/base/utf8.h"

static bool
is_continuation(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

size_t
utf8_decode(struct str s, uint32_t *code)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	unsigned char c;
	uint32_t v;
	size_t n;

	if (s.n == 0)
		return 0;
	c = (unsigned char)s.p[0];
	if (c < 0x80) {
		*code = c;
		return 1;
	}
	n = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2;
	if (c < 0xc2 || c > 0xf4 || s.n < n)
		return 0;
	v = c & (0x7fu >> n);
	for (size_t i = 1; i < n; i++) {
		if (!is_continuation(s.p[i]))
			return 0;
		v = v << 6 | ((unsigned char)s.p[i] & 0x3f);
	}
	if (v < least[n] || v > 0x10ffff || (v >= 0xd800 && v <= 0xdfff))
		return 0;
	*code = v;
	return n;
}

size_t
utf8_encode(uint32_t code, char out[4])
{
	if (code < 0x80) {
		out[0] = (char)code;
		return 1;
	}
	if (code < 0x800) {
		out[0] = (char)(0xc0 | code >> 6);
		out[1] = (char)(0x80 | (code & 0x3f));
		return 2;
	}
	if (code < 0x10000) {
		out[0] = (char)(0xe0 | code >> 12);
		out[1] = (char)(0x80 | (code >> 6 & 0x3f));
		out[2] = (char)(0x80 | (code & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | code >> 18);
	out[1] = (char)(0x80 | (code >> 12 & 0x3f));
	out[2] = (char)(0x80 | (code >> 6 & 0x3f));
	out[3] = (char)(0x80 | (code & 0x3f));
	return 4;
}

bool
utf8_is_valid(struct str s)
{
	uint32_t code;

	for (size_t i = 0, n; i < s.n; i += n) {
		uint64_t eight;

		/* Most of any text is ASCII. */
		if (i + 8 <= s.n) {
			memcpy(&eight, s.p + i, 8);
			n = 8;
			if ((eight & 0x8080808080808080u) == 0)
				continue;
		}
		n = (unsigned char)s.p[i] < 0x80
		    ? 1 : utf8_decode(str_skip(s, i), &code);
		if (n == 0)
			return false;
	}
	return true;
}

bool
utf8_is_unsafe(uint32_t code)
{
	return (code >= 0x80 && code < 0xa0) || code == 0x061c ||
	    code == 0x200e || code == 0x200f ||
	    (code >= 0x2028 && code <= 0x202e) ||
	    (code >= 0x2066 && code <= 0x2069);
}
