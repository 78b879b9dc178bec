#include "engine/base/base64.h"

static const char alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

struct str
base64_encode(struct arena *arena, struct str bytes)
{
	size_t n = (bytes.n + 2) / 3 * 4, at = 0;
	char *p = arena_text(arena, n + 1);

	for (size_t i = 0; i < bytes.n; i += 3) {
		uint32_t v = 0;

		for (size_t k = 0; k < 3; k++)
			v = v << 8 |
			    (i + k < bytes.n ? (unsigned char)bytes.p[i + k]
					     : 0);
		for (size_t k = 0; k < 4; k++)
			p[at++] = i + k <= bytes.n
			    ? alphabet[v >> (18 - 6 * k) & 63] : '=';
	}
	p[n] = '\0';
	return str_make(p, n);
}

static int
digit_of(char c)
{
	const char *hit = c == '\0' ? NULL : strchr(alphabet, c);

	return hit == NULL ? -1 : (int)(hit - alphabet);
}

bool
base64_decode(struct arena *arena, struct str text, struct str *out)
{
	char *p = arena_text(arena, text.n / 4 * 3 + 1);
	size_t n = 0, pad = 0;

	if (text.n % 4 != 0)
		return false;
	while (pad < 2 && text.n > pad && text.p[text.n - 1 - pad] == '=')
		pad++;
	for (size_t i = 0; i < text.n; i += 4) {
		uint32_t v = 0;

		for (size_t k = 0; k < 4; k++) {
			bool is_pad = i + k >= text.n - pad;
			int d = is_pad ? 0 : digit_of(text.p[i + k]);

			if (d < 0)
				return false;
			v = v << 6 | (uint32_t)d;
		}
		for (size_t k = 0; k < 3; k++)
			p[n++] = (char)(unsigned char)(v >> (16 - 8 * k));
	}
	*out = str_make(p, n - (text.n > 0 ? pad : 0));
	return true;
}
