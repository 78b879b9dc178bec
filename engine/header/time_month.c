#include "engine/header/time_month.h"

/* Three bytes as one number; the case of a letter is bit 5. */
#define KEY(a, b, c) \
	((unsigned)(unsigned char)(a) << 16 | \
	    (unsigned)(unsigned char)(b) << 8 | (unsigned char)(c))

/* Mrz, Mai, Okt, Dez; févr., avr., juin, juil., août, déc. (0xe3 is the first
 * byte of é, ä and û with the bit of small letters). */
static int
month_abroad(unsigned key, char fourth)
{
	switch (key) {
	case KEY('f', 0xe3, 0xa9):
	case KEY('f', 'e', 'v'):
		return 2;
	case KEY('m', 'r', 'z'):
	case KEY('m', 0xe3, 0xa4):
		return 3;
	case KEY('a', 'v', 'r'):
		return 4;
	case KEY('m', 'a', 'i'):
		return 5;
	case KEY('j', 'u', 'i'):
		return fourth == 'n' ? 6 : fourth == 'l' ? 7 : 0;
	case KEY('a', 'o', 'u'):
	case KEY('a', 'o', 0xe3):
		return 8;
	case KEY('o', 'k', 't'):
		return 10;
	case KEY('d', 'e', 'z'):
	case KEY('d', 0xe3, 0xa9):
		return 12;
	default:
		return 0;
	}
}

static unsigned
key_of(struct str s)
{
	return KEY(s.p[0] | 0x20, s.p[1] | 0x20, s.p[2] | 0x20);
}

static int
month_english(unsigned key)
{
	static const unsigned keys[] = {KEY('j', 'a', 'n'), KEY('f', 'e', 'b'),
	    KEY('m', 'a', 'r'), KEY('a', 'p', 'r'), KEY('m', 'a', 'y'),
	    KEY('j', 'u', 'n'), KEY('j', 'u', 'l'), KEY('a', 'u', 'g'),
	    KEY('s', 'e', 'p'), KEY('o', 'c', 't'), KEY('n', 'o', 'v'),
	    KEY('d', 'e', 'c')};

	for (int i = 0; i < 12; i++) {
		if (keys[i] == key)
			return i + 1;
	}
	return 0;
}

int
time_month_of(struct str s)
{
	unsigned key;
	int month;

	if (s.n < 3)
		return 0;
	key = key_of(s);
	month = month_english(key);
	return month != 0 ? month
	    : month_abroad(key, s.n > 3 ? (char)(s.p[3] | 0x20) : '\0');
}

/* Up to four more letters and a dot, behind which the word has to end. */
static size_t
rest_abroad(struct str s)
{
	size_t n = 0;

	while (n < s.n && n < 4 &&
	    (char_is_alpha(s.p[n]) || (unsigned char)s.p[n] >= 0x80))
		n++;
	n += n < s.n && s.p[n] == '.';
	return n < s.n && s.p[n] == ' ' ? n : 0;
}

size_t
time_month_length(struct str s, int month)
{
	static const struct str rests[] = {STR_INIT("uary"), STR_INIT("ruary"),
	    STR_INIT("ch"), STR_INIT("il"), STR_INIT(""), STR_INIT("e"),
	    STR_INIT("y"), STR_INIT("ust"), STR_INIT("tember"),
	    STR_INIT("ober"), STR_INIT("ember"), STR_INIT("ember")};
	struct str rest = str_skip(s, 3), whole = rests[month - 1];

	if (month_english(key_of(s)) == 0 || str_has_prefix(rest, STR("v.")))
		return 3 + rest_abroad(rest); /* "janv." */
	if (whole.n > 0 && str_has_prefix(rest, whole))
		return 3 + whole.n;
	if (rest.n > 0 &&
	    (rest.p[0] == '.' || (month == 9 && rest.p[0] == 't')))
		return 4;
	return 3;
}
