#include "engine/patient/patient_sign.h"

#include "engine/base/text.h"
#include "engine/patient/patient_value.h"

#define COUNT(a)    (sizeof(a) / sizeof((a)[0]))
#define LABEL_REACH 64 /* bytes back to the "<" or quote before a label */
#define TAG_REACH   128 /* the same of an attribute */
#define SPACES_MAX  40
#define NAME_MAX    12 /* of a function */
#define INDEX_MAX   4  /* digits of ids[0] */

bool
patient_sign_is_element(struct str s, size_t end)
{
	for (size_t n = 0; end > 0 && n < LABEL_REACH; n++) {
		char c = s.p[--end];

		if (c == '<')
			return true;
		if (!char_is_alnum(c) && c != '_' && c != ':' && c != '-' &&
		    c != '.')
			return false;
	}
	return false;
}

bool
patient_sign_in_tag(struct str s, size_t i)
{
	for (size_t n = 0; i > 0 && n < TAG_REACH; n++) {
		char c = s.p[--i];

		if (c == '<' || c == '>')
			return c == '<' && patient_is_letter(s.p[i + 1]);
	}
	return false;
}

char
patient_sign_before(struct str s, size_t i, struct str quote)
{
	size_t n = 0;

	while (i > 0 && n++ < LABEL_REACH &&
	    (patient_value_is_plain(s.p[i - 1]) || s.p[i - 1] == '$'))
		i--;
	if (i < quote.n || !has_prefix(str_skip(s, i - quote.n), quote))
		return '\0';
	i -= quote.n;
	for (n = 0; i > 0 && char_is_blank(s.p[i - 1]) && n < 4; n++)
		i--;
	return i > 0 && (s.p[i - 1] == ':' || s.p[i - 1] == '=') ? s.p[i - 1]
								 : '\0';
}

struct str
patient_sign_key(struct str s, size_t i, struct str quote)
{
	size_t n = 0, end;

	while (i > 0 && n++ < LABEL_REACH && s.p[i - 1] != ':')
		i--;
	while (i > 0 && (s.p[i - 1] == ':' || char_is_blank(s.p[i - 1])))
		i--;
	if (i < quote.n || !has_prefix(str_skip(s, i - quote.n), quote))
		return STR_NONE;
	end = i -= quote.n;
	while (i > 0 && end - i < LABEL_REACH && char_is_alnum(s.p[i - 1]))
		i--;
	return str_make(s.p + i, end - i);
}

size_t
patient_sign_space(struct str s, size_t i)
{
	static const struct str escapes[] = {STR_INIT("\\n"), STR_INIT("\\r"),
	    STR_INIT("\\t"), STR_INIT("#012"), STR_INIT("#015"),
	    STR_INIT("#011"), STR_INIT("%20"), STR_INIT("&nbsp;"),
	    STR_INIT("\\u0020")};

	for (size_t n = 0; n < SPACES_MAX; n++) {
		char c = patient_byte(s, i);
		size_t k = 0;

		if (char_is_space(c)) {
			i++;
			continue;
		}
		if (c != '\\' && c != '#' && c != '%' && c != '&')
			break;
		while (k < COUNT(escapes) &&
		    !has_prefix(str_skip(s, i), escapes[k]))
			k++;
		if (k == COUNT(escapes))
			break;
		i += escapes[k].n;
	}
	return i;
}

size_t
patient_sign_closers(struct str s, size_t i)
{
	static const struct str opens[] = {STR_INIT("["), STR_INIT("%5b")};
	static const struct str closes[] = {
	    STR_INIT("]"), STR_INIT("%5d"), STR_INIT(")")};

	for (size_t n = 0; n < 3; n++) {
		size_t from = i, digits = 0;
		bool closed = false;
		char c = patient_byte(s, i);

		if (c != '[' && c != '%' && c != ']' && c != ')')
			return i;

		for (size_t k = 0; k < 2 && i == from; k++) {
			if (str_has_prefix_nocase(str_skip(s, i), opens[k]))
				i += opens[k].n;
		}
		while (i > from && digits++ < INDEX_MAX &&
		    char_is_digit(patient_byte(s, i)))
			i++;
		for (size_t k = 0; k < COUNT(closes) && !closed; k++) {
			closed = str_has_prefix_nocase(
			    str_skip(s, i), closes[k]);
			i += closed ? closes[k].n : 0;
		}
		/* A bracket that stays open is the value's. */
		if (!closed)
			return from;
	}
	return i;
}

size_t
patient_sign_skip(struct str s, size_t i, size_t label_end)
{
	char next = patient_byte(s, i + 1);

	switch (patient_byte(s, i)) {
	case '=':
		return i + 1 + (next == '=' || next == '>');
	case ':':
		return i + 1 + (next == '=');
	case '-':
		return next == '>' ? i + 2 : i;
	case '!':
		return next == '=' ? i + 2 : i;
	case '%':
		return next == '3' &&
			(patient_byte(s, i + 2) == 'D' ||
			    patient_byte(s, i + 2) == 'A')
		    ? i + 3
		    : i;
	case '<':
		return next == '>' || next == '=' ? i + 2 : i;
	case '>':
		if (next == '=')
			return i + 2;
		return i == label_end && patient_sign_is_element(s, label_end)
		    ? i + 1 : i;
	case '&': /* markup that was escaped */
		return i == label_end &&
			str_has_prefix(str_skip(s, i), STR("&gt;"))
		    ? i + 4 : i;
	default:
		return i;
	}
}

size_t
patient_sign_word(struct str s, size_t i)
{
	static const struct str words[] = {STR_INIT("between"), STR_INIT("eq"),
	    STR_INIT("ilike"), STR_INIT("in"), STR_INIT("is"),
	    STR_INIT("like"), STR_INIT("ne"), STR_INIT("not in"),
	    STR_INIT("not like"), STR_INIT("was")};
	size_t at =
	    patient_byte(s, i) == '+' ? i + 1 : patient_sign_space(s, i);

	if (at == i)
		return i;
	for (size_t k = 0; k < COUNT(words); k++) {
		size_t end = at + words[k].n, behind;

		if (!str_has_prefix_nocase(str_skip(s, at), words[k]))
			continue;
		end += words[k].n == 2 && patient_byte(s, end) == ':';
		behind = patient_byte(s, end) == '+'
		    ? end + 1 : patient_sign_space(s, end);
		if (behind > end || patient_byte(s, end) == '(')
			return behind;
	}
	return i;
}

size_t
patient_sign_open(struct str s, size_t i, enum patient_part part)
{
	size_t at = i;
	char c;

	while (at - i < NAME_MAX && char_is_alpha(patient_byte(s, at)))
		at++;
	c = patient_byte(s, at);
	if (c == '(' || c == '[')
		return patient_sign_space(s, at + 1);
	/* N'4711' */
	if (at == i + 1 && (c == '\'' || c == '"'))
		return at;
	if (at != i || part == PATIENT_NAME)
		return i;
	return c == '<' || c == '{' ? at + 1 : i;
}
