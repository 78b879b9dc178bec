#include "engine/cli/parse_pieces.h"

#include "engine/base/ip.h"

bool
piece_is_word_char(char c)
{
	return char_is_alnum(c) || c == '_' || (c & 0x80) != 0;
}

size_t
piece_ip_length(struct str s)
{
	size_t n = 0;
	struct ip ip;

	while (n < s.n && n < 45 &&
	    (char_hex(s.p[n]) >= 0 || s.p[n] == '.' || s.p[n] == ':'))
		n++;
	for (; n >= 3; n--) {
		if ((n == s.n || !piece_is_word_char(s.p[n])) &&
		    ip_parse(str_first(s, n), &ip))
			return n;
	}
	return 0;
}

/* 02:00:5e:10:53:01 or with dashes */
static size_t
mac_length(struct str s)
{
	if (s.n < 17 || (s.p[2] != ':' && s.p[2] != '-'))
		return 0;
	for (size_t i = 0; i < 17; i++) {
		if (i % 3 == 2 ? s.p[i] != s.p[2] : char_hex(s.p[i]) < 0)
			return 0;
	}
	return s.n == 17 || !piece_is_word_char(s.p[17]) ? 17 : 0;
}

size_t
piece_quoted_length(struct str s)
{
	size_t at = str_find_char(str_skip(s, 1), s.p[0]);

	return at == SIZE_MAX || at > 200 ? 0 : at + 2;
}

/* To the next blank, without punctuation that ends a sentence. */
static size_t
path_length(struct str s)
{
	size_t n = 0;

	while (n < s.n && s.p[n] != ' ' && s.p[n] != '\t' && s.p[n] != '"' &&
	    s.p[n] != '\'' && s.p[n] != ')' && s.p[n] != ']' &&
	    s.p[n] != '>' && s.p[n] != ',' && s.p[n] != ';')
		n++;
	while (n > 1 && (s.p[n - 1] == '.' || s.p[n - 1] == ':'))
		n--;
	return n;
}

/* A word may have dots, dashes and @ inside. */
static size_t
word_length(struct str s)
{
	size_t n = 0;

	while (n < s.n && (piece_is_word_char(s.p[n]) ||
			      ((s.p[n] == '.' || s.p[n] == '-' ||
				   s.p[n] == '@') &&
				  n > 0 && n + 1 < s.n &&
				  piece_is_word_char(s.p[n + 1]))))
		n++;
	return n;
}

static enum piece_kind
word_kind(struct str word)
{
	size_t digits = 0, hex = 0;
	bool at = false;

	for (size_t i = 0; i < word.n; i++) {
		digits += char_is_digit(word.p[i]);
		hex += char_hex(word.p[i]) >= 0;
		at |= word.p[i] == '@';
	}
	if (digits == word.n)
		return PIECE_NUMBER;
	if (str_has_prefix_nocase(word, STR("0x")) ||
	    (hex == word.n && word.n >= 6 && digits > 0))
		return PIECE_HEX;
	return digits > 0 || at ? PIECE_NAME : PIECE_WORD;
}

static bool
is_url(struct str s)
{
	size_t n = word_length(s);

	return n > 1 && str_has_prefix(str_skip(s, n), STR("://"));
}

/* The piece at the start of s that is no punctuation; 0: there is none. */
static size_t
value_length(struct str s, enum piece_kind *kind)
{
	char c = s.p[0];
	bool address = char_hex(c) >= 0 || c == ':';
	size_t n;

	if (address && (n = mac_length(s)) > 0) {
		*kind = PIECE_MAC;
		return n;
	}
	if (address && (n = piece_ip_length(s)) > 0) {
		*kind = PIECE_IP;
		return n;
	}
	if ((c == '"' || c == '\'') && (n = piece_quoted_length(s)) > 0) {
		*kind = PIECE_QUOTED;
		return n;
	}
	if ((c == '/' && s.n > 1 && piece_is_word_char(s.p[1])) || is_url(s)) {
		*kind = PIECE_PATH;
		return path_length(s);
	}
	n = word_length(s);
	if (n > 0)
		*kind = word_kind(str_first(s, n));
	return n;
}

size_t
pieces_cut(struct str s, struct piece out[PIECES_MAX])
{
	size_t n = 0;
	bool word_before = false;

	while (s.n > 0 && n < PIECES_MAX) {
		enum piece_kind kind = PIECE_BETWEEN;
		size_t used = word_before ? 0 : value_length(s, &kind);

		if (used == 0) {
			/* "a:b": what is joined to a word is between. */
			kind = PIECE_BETWEEN;
			used = 1;
			while (used < s.n && !piece_is_word_char(s.p[used]) &&
			    s.p[used] != '"' && s.p[used] != '\'' &&
			    !(s.p[used] == '/' && (s.p[used - 1] == ' ' ||
				s.p[used - 1] == '=' || s.p[used - 1] == '(')))
				used++;
		}
		out[n++] = (struct piece){kind, str_first(s, used)};
		word_before = kind != PIECE_BETWEEN;
		s = str_skip(s, used);
	}
	return n;
}
