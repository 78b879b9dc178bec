#include "engine/patient/patient_value.h"

#include "engine/base/text.h"

#define VALUE_MAX  256 /* bytes of a number or a name without quotes */
#define PSEUDONYM_MAX 64
#define NUMBER_MAX 40  /* bytes of a number in quotes that has blanks */
#define NAME_MAX   128 /* of a name in quotes */
#define BLANKS_MAX 4
#define LONG_MIN_DIGITS 6
#define LONG_MAX_DIGITS 20
#define WORD_MAX   64

bool
patient_value_has_digit(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (char_is_digit(s.p[i]))
			return true;
	}
	return false;
}

bool
patient_value_is_digits(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (!char_is_digit(s.p[i]))
			return false;
	}
	return s.n >= 3;
}

/* Those and more are plain in quotes. */
static bool
is_quotable(char c)
{
	return patient_value_is_plain(c) || c == ' ' || c == ',' || c == '\'' ||
	    c == ':' || c == '/' || c == '|' || c == '&' || c == '#' ||
	    c == '(' || c == ')' || c == '@';
}

/* "usrName=" behind a "^" that parts LEEF's pairs, or a URL's "&". */
static bool
is_key(struct str s, size_t i)
{
	size_t end = i + WORD_MAX;

	while (i < end && char_is_alnum(patient_byte(s, i)))
		i++;
	return patient_byte(s, i) == '=';
}

/* How long what parts two groups of digits at i is. */
static size_t
part_length(struct str s, size_t i)
{
	char c = patient_byte(s, i);

	if (c == ' ' || c == '-' || c == '.' || c == '/' || c == '_' ||
	    c == '+')
		return 1;
	return has_prefix(str_skip(s, i), STR("%20")) ? 3 : 0;
}

/* 1950 0101 123 45, 19500101-12345, without the last two digits, too. */
size_t
patient_value_matricule_end(struct str s, size_t i)
{
	char digits[13];
	size_t n = 0, end = i, at = i;

	if (!char_is_digit(patient_byte(s, i)))
		return i;
	while (n < sizeof(digits)) {
		size_t part = n > 0 ? part_length(s, at) : 0;

		if (!char_is_digit(patient_byte(s, at + part)))
			break;
		digits[n++] = s.p[at + part];
		end = at += part + 1;
	}
	if ((n != 11 && n != 13) || char_is_digit(patient_byte(s, end)) ||
	    !(digits[0] == '1' ? digits[1] > '7' : digits[0] == '2' &&
		    digits[1] == '0') ||
	    digits[4] > '1' || digits[6] > '3')
		return i;
	return end;
}

size_t
patient_value_sign(struct str s, size_t i, char *sign)
{
	static const struct {
		struct str text;
		char sign;
	} escapes[] = {
	    {STR_INIT("%5e"),   '^'},
	    {STR_INIT("%26"),   '&'},
	    {STR_INIT("%7c"),   '|'},
	    {STR_INIT("%3a"),   ':'},
	    {STR_INIT("%2f"),   '/'},
	    {STR_INIT("&amp;"), '&'},
	};

	*sign = s.p[i];
	if (*sign != '%' && *sign != '&')
		return 1;
	for (size_t k = 0; k < sizeof(escapes) / sizeof(*escapes); k++) {
		if (!str_has_prefix_nocase(str_skip(s, i), escapes[k].text))
			continue;
		*sign = escapes[k].sign;
		return escapes[k].text.n;
	}
	return 1;
}

/* Behind a number without quotes: one word. Of urn:oid:1.2|4711 all, and of
 * 4711^^^A&1.2&ISO, but no "&page=2" behind it. */
size_t
patient_value_number_end(struct str s, size_t i)
{
	struct str rest = str_skip(s, i);
	/* Another key's pseudonym. */
	bool foreign = str_has_prefix(rest, STR("p:patient:"));
	bool wide = foreign || str_has_prefix_nocase(rest, STR("urn:")) ||
	    str_has_prefix_nocase(rest, STR("urn%3a")) ||
	    str_has_prefix_nocase(rest, STR("http"));
	bool cx = false;
	size_t most = foreign ? PSEUDONYM_MAX : VALUE_MAX;
	size_t from = i, matricule = patient_value_matricule_end(s, i), n;
	char c = '\0';

	if (matricule < s.n)
		(void)patient_value_sign(s, matricule, &c);
	if (matricule > i && c != '^')
		return matricule;
	for (; i < s.n && i - from < most; i += n) {
		n = patient_value_sign(s, i, &c);
		cx |= c == '^';
		if ((c == '^' || c == '&') && is_key(s, i + n))
			break;
		if ((patient_value_is_plain(c) && (unsigned char)c < 0x80) ||
		    (wide && (c == ':' || c == '/' || c == '|')) ||
		    (cx && c == '&') ||
		    (c == '/' && i > from && char_is_digit(s.p[i - 1]) &&
			char_is_digit(patient_byte(s, i + n))))
			continue;
		break;
	}
	/* The sentence's own. */
	while (i > from && (s.p[i - 1] == '.' || s.p[i - 1] == '-'))
		i--;
	return i;
}

/* Does a label of something else stand at i, "user=" or "User: "? */
bool
patient_value_is_next_label(struct str s, size_t i)
{
	size_t end = i + WORD_MAX;

	while (i < end &&
	    (char_is_alnum(patient_byte(s, i)) || patient_byte(s, i) == '_' ||
		patient_byte(s, i) == '.' || patient_byte(s, i) == '-'))
		i++;
	return patient_byte(s, i) == '=' || patient_byte(s, i) == ':';
}

/* May the sign at i be inside of a name without quotes? */
static bool
joins_name(struct str s, size_t i)
{
	char next = patient_byte(s, i + 1), third = patient_byte(s, i + 2);

	switch (s.p[i]) {
	case ' ':
		return patient_is_letter(next) &&
		    !patient_value_is_next_label(s, i + 1);
	case ',': /* "Meyer, Jean" */
		return next == ' ' && char_is_upper(third) &&
		    !patient_value_is_next_label(s, i + 2);
	case '\'':
		return patient_is_letter(next);
	case '%': /* a blank, ^, or a byte of a letter that is not ASCII */
		return (next == '2' && third == '0') ||
		    (next == '5' && (third | 0x20) == 'e') ||
		    (char_hex(next) >= 8 && char_hex(third) >= 0);
	default:
		return false;
	}
}

/* "geb. 17.07.1950" behind a name and a blank: the date's label, no name. */
static bool
begins_birth(struct str s)
{
	static const struct str words[] = {STR_INIT("geb."), STR_INIT("geb "),
	    STR_INIT("geboren "), STR_INIT("dob "),
	    STR_INIT("dob:"), STR_INIT("n\xc3\xa9 "),
	    STR_INIT("n\xc3\xa9"
		     "e "),
	    STR_INIT("n\xc3\xa9(")};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (str_has_prefix_nocase(s, words[i]))
			return true;
	}
	return false;
}

/* Behind a name without quotes: to the next label or sign. */
size_t
patient_value_name_end(struct str s, size_t i)
{
	size_t from = i;

	while (i < s.n && i - from < VALUE_MAX &&
	    !(s.p[i] == '^' && is_key(s, i + 1)) &&
	    !(s.p[i] == ' ' && begins_birth(str_skip(s, i + 1))) &&
	    (patient_value_is_plain(s.p[i]) || s.p[i] == '@' || s.p[i] == '/' ||
		(i > from && joins_name(s, i)) ||
		/* "+352 621 ..." */
		(s.p[i] == ' ' && s.p[from] == '+' &&
		    char_is_digit(patient_byte(s, i + 1)))))
		i++;
	while (i > from && (s.p[i - 1] == '.' || s.p[i - 1] == ' '))
		i--;
	return i;
}

/* A quote, with the backslashes of the texts in which it stands, or as URL and
 * markup write it. */
struct str
patient_value_quote(struct str s, size_t i)
{
	static const struct str escapes[] = {STR_INIT("&quot;"),
	    STR_INIT("&#34;"), STR_INIT("&#39;"), STR_INIT("&apos;"),
	    STR_INIT("%22"), STR_INIT("%27")};
	size_t from = i;
	char first = patient_byte(s, i);

	for (size_t k = 0; (first == '&' || first == '%') &&
	     k < sizeof(escapes) / sizeof(*escapes);
	     k++) {
		if (has_prefix(str_skip(s, i), escapes[k]))
			return str_make(s.p + i, escapes[k].n);
	}
	if (first == '`')
		return str_make(s.p + i, 1);
	while (patient_byte(s, i) == '\\' && i - from < 8)
		i++;
	if (patient_byte(s, i) != '"' && patient_byte(s, i) != '\'')
		return STR_NONE;
	return str_make(s.p + from, i + 1 - from);
}

/* The closing quote's place, or the end. */
size_t
patient_value_text_end(struct str s, size_t i, struct str quote)
{
	/* Of escapes within it each has so many backslashes, and one more: with
	 * quotes as \" an inner quote is \\\", an inner backslash \\\\. */
	size_t slashes = 0, before = quote.n - 1;
	char last = quote.n > 0 ? quote.p[before] : '"';

	if (quote.n == 0 || (before > 0 && quote.p[0] != '\\')) {
		while (i < s.n && !has_prefix(str_skip(s, i), quote))
			i++;
		return i;
	}
	for (; i < s.n; i++) {
		if (s.p[i] == last && slashes % (2 * quote.n) == before)
			return i - before;
		slashes = s.p[i] == '\\' ? slashes + 1 : 0;
	}
	return s.n;
}

/* Behind what is quoted from i on, when it is nothing but a number or a name;
 * else i. */
size_t
patient_value_quoted_end(
    struct str s, size_t i, struct str quote, enum patient_part part)
{
	size_t most = i + (part == PATIENT_NUMBER ? NUMBER_MAX : NAME_MAX);
	size_t end = i;

	while (
	    end < s.n && end <= most && !has_prefix(str_skip(s, end), quote)) {
		if (!is_quotable(s.p[end]))
			return i;
		end++;
	}
	return end <= most ? end : i;
}

size_t
patient_value_end(struct str s, size_t from, size_t end, enum patient_part part)
{
	size_t to;

	s = str_first(s, end);
	/* No quote: to the end, if all is plain. */
	to = patient_value_quoted_end(s, from, STR("<"), PATIENT_NAME);
	if (to == from)
		to = part == PATIENT_NUMBER ? patient_value_number_end(s, from)
					    : patient_value_name_end(s, from);
	return to < end ? to : end;
}

/* With blanks only as nations write it, 1 50 07 57 006 084 91. */
size_t
patient_value_long_end(struct str s, size_t i)
{
	size_t at = i, end = i, plain = i, n = 0, word = 0;

	while (n < LONG_MAX_DIGITS) {
		size_t part = n > 0 ? part_length(s, at) : 0;

		if (!char_is_digit(patient_byte(s, at + part)))
			break;
		if (part > 0 && plain == i && (part > 1 || s.p[at] == ' ')) {
			plain = end;
			word = n;
		}
		n++;
		end = at += part + 1;
	}
	if (char_is_digit(patient_byte(s, end)) ||
	    patient_is_letter(patient_byte(s, end)))
		return i;
	if (plain == i)
		return n >= LONG_MIN_DIGITS ? end : i;
	if (n == 11 || n == 13 || n == 15)
		return end;
	return word >= LONG_MIN_DIGITS ? plain : i;
}

size_t
patient_value_skip_blanks(struct str s, size_t i)
{
	for (size_t n = 0; n < BLANKS_MAX && char_is_blank(patient_byte(s, i));
	     n++)
		i++;
	return i;
}
