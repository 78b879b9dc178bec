#include "engine/sigma/casefold.h"

#include "engine/base/utf8.h"

static const struct {
	uint32_t first;
	uint32_t last;
	uint32_t step;
	int32_t delta;
} folds[] = {
#define FOLD(first, last, step, delta) {first, last, step, delta},
#include "engine/sigma/casefold.def"
#undef FOLD
};

uint32_t
casefold(uint32_t code)
{
	size_t low = 0, high = sizeof(folds) / sizeof(folds[0]);

	if (code < 0x80)
		return code >= 'A' && code <= 'Z' ? code + ('a' - 'A') : code;
	while (low < high) {
		size_t mid = (low + high) / 2;

		if (code < folds[mid].first)
			high = mid;
		else if (code > folds[mid].last)
			low = mid + 1;
		else if ((code - folds[mid].first) % folds[mid].step != 0)
			return code;
		else
			return (uint32_t)((int32_t)code + folds[mid].delta);
	}
	return code;
}

uint32_t
casefold_next(struct str s, size_t *at)
{
	uint32_t code;
	size_t n = utf8_decode(str_skip(s, *at), &code);

	if (n == 0) {
		code = CASEFOLD_BYTE + (unsigned char)s.p[*at];
		n = 1;
	}
	*at += n;
	return code;
}

size_t
casefold_text(struct str s, char *out)
{
	size_t n = 0;

	for (size_t at = 0; at < s.n;) {
		uint32_t code = casefold_next(s, &at);

		if (code >= CASEFOLD_BYTE)
			out[n++] = (char)(code - CASEFOLD_BYTE);
		else
			n += utf8_encode(casefold(code), out + n);
	}
	return n;
}
