/* Patients in addresses and references: /patients/4711, Patient/4711 and the
 * name that FHIR puts beside it, /Patient?family=. */
#include "engine/patient/patient_hide.h"

#include "engine/base/text.h"
#include "engine/patient/patient_value.h"

#define ID_MAX	    256 /* bytes of an id in a path */
#define ADDRESS_MAX 128 /* bytes of an address before "Patient/" */
#define DISPLAY_MAX 256

/* Hexadecimal, or more digits than letters: no "lib64", no "v1". */
static bool
looks_like_id(struct str s)
{
	size_t digits = 0, hex = 0, letters = 0;

	for (size_t i = 0; i < s.n; i++) {
		digits += char_is_digit(s.p[i]);
		hex += char_hex(s.p[i]) >= 0;
		letters += char_is_alpha(s.p[i]);
	}
	return digits > letters ||
	    (digits > 0 && hex == digits + letters && hex >= 8);
}

static bool
is_extension(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (!char_is_alpha(s.p[i]))
			return false;
	}
	return s.n >= 2 && s.n <= 4;
}

/* FHIR's Reference says the name behind it: "Patient/1","display":"..." */
static size_t
hide_display_behind(struct hiding *h, size_t from)
{
	struct str s = h->s, quote = patient_value_quote(s, from), name;
	size_t i = from + quote.n, end;

	i = patient_value_skip_blanks(s, i);
	if (quote.n == 0 || patient_byte(s, i) != ',')
		return from;
	i = patient_value_skip_blanks(s, i + 1);
	name = str_skip(s, i + quote.n);
	if (!has_prefix(str_skip(s, i), quote) ||
	    !has_prefix(name, STR("display")) ||
	    !has_prefix(str_skip(name, 7), quote))
		return from;
	i = patient_value_skip_blanks(s, i + 7 + 2 * quote.n);
	if (patient_byte(s, i) != ':')
		return from;
	i = patient_value_skip_blanks(s, i + 1);
	if (!has_prefix(str_skip(s, i), quote))
		return from;
	i += quote.n;
	end = patient_value_text_end(s, i, quote);
	patient_replace(h, i, end, PATIENT_NAME, STR_NONE);
	return end;
}

/* Where `text` begins that ends at i, with blanks behind it; 0: another
 * does. */
static size_t
before_text(struct str s, size_t i, struct str text)
{
	for (size_t n = 0; n < 4 && i > 0 && char_is_blank(s.p[i - 1]); n++)
		i--;
	return str_has_suffix(str_first(s, i), text) ? i - text.n : 0;
}

void
patient_hide_display(struct hiding *h, size_t from)
{
	struct str s = h->s, quote;
	size_t i = from, n = 0, end;

	while (i > h->done && n++ < ADDRESS_MAX && s.p[i - 1] != '"')
		i--;
	if (i == h->done || s.p[i - 1] != '"')
		return;
	for (n = 1; n < 8 && i > n && s.p[i - n - 1] == '\\';)
		n++;
	quote = str_make(s.p + i - n, n);
	i = before_text(s, i - n, STR(":"));
	i = before_text(s, i, quote);
	end = before_text(s, i, STR("reference"));
	i = end > 0 ? end : before_text(s, i, STR("type"));
	i = before_text(s, before_text(s, i, quote), STR(","));
	end = i = before_text(s, i, quote);
	for (n = 0; i > h->done && n++ < DISPLAY_MAX;) {
		size_t at = before_text(s, --i, STR(":"));

		if (!has_prefix(str_skip(s, i), quote) || at == 0)
			continue;
		at = before_text(s, before_text(s, at, quote), STR("display"));
		if (before_text(s, at, quote) == 0)
			continue;
		if (patient_value_text_end(str_first(s, end + quote.n),
			i + quote.n, quote) == end)
			patient_replace(h, i + quote.n, end, PATIENT_NAME,
			    STR_NONE);
		return;
	}
}

size_t
patient_hide_reference(
    struct hiding *h, size_t from, const struct patient_label *label)
{
	struct str s = h->s, id;
	size_t i = label->end + (s.p[label->end] == '/' ? 1 : 3), end, n;
	/* An encounter's letters begin behind its "E". */
	bool fhir = !label->many &&
	    char_is_upper(s.p[from - label->encounter]), cx = false;
	size_t extension;
	char c;

	for (end = i; end < s.n && end - i < ID_MAX; end += n) {
		n = patient_value_sign(s, end, &c);
		cx |= c == '^';
		if (!patient_value_is_plain(c) && !(c == '&' && cx) &&
		    !(c == '|' && n > 1))
			break;
	}
	while (end > i && (s.p[end - 1] == '.' || s.p[end - 1] == '&'))
		end--;
	id = str_make(s.p + i, end - i);
	/* /patients/4711.json, but /home/patient/20241124.log */
	extension = str_find_last_char(id, '.');
	if (extension != SIZE_MAX && is_extension(str_skip(id, extension + 1)))
		id.n = extension;
	if (!patient_value_has_digit(id) || (!fhir && (!looks_like_id(id) ||
		patient_is_version(s, i) ||
		str_has_prefix(str_skip(s, i + id.n), STR(".log")))))
		return label->end;
	end = i + id.n;
	patient_hide_display(h, from);
	patient_replace(h, i, end, PATIENT_NUMBER, STR_NONE);
	if (patient_byte(s, end) == ',' &&
	    char_is_digit(patient_byte(s, end + 1)))
		return patient_hide_list(h, end, false);
	return hide_display_behind(h, end);
}

size_t
patient_find_query(struct str s, size_t from, size_t label_end)
{
	size_t i = label_end;

	if (from == 0 || s.p[from - 1] != '/')
		return SIZE_MAX;
	if (patient_byte(s, i) == '/') {
		i++;
		while (i - label_end < 24 &&
		    (char_is_alpha(patient_byte(s, i)) ||
			patient_byte(s, i) == '_' || patient_byte(s, i) == '$'))
			i++;
	}
	return patient_byte(s, i) == '?' ? i : SIZE_MAX;
}

/* What a parameter of a search for patients says. */
static enum patient_part
part_of_parameter(struct str name)
{
	static const struct str words[] = {STR_INIT("q"), STR_INIT("query"),
	    STR_INIT("search"), STR_INIT("term"), STR_INIT("text")};
	size_t modifier = str_find_char(name, ':');

	name = str_first(name, modifier);
	if (str_eq(name, STR("_id")))
		return PATIENT_NUMBER;
	return STR_IS_ONE_OF(name, words) ? PATIENT_NAME
					  : patient_label_word(name);
}

size_t
patient_hide_query(struct hiding *h, size_t i)
{
	struct str s = h->s;

	do {
		size_t from = ++i, end;
		enum patient_part part;

		while (i < s.n && (patient_value_is_plain(s.p[i]) ||
				      s.p[i] == ':'))
			i++;
		if (patient_byte(s, i) != '=')
			return from;
		part = part_of_parameter(str_make(s.p + from, i - from));
		from = ++i;
		end = part == PATIENT_NUMBER ? patient_value_number_end(s, i)
					     : patient_value_name_end(s, i);
		if (part != PATIENT_NOTHING)
			patient_replace(h, from, end, part, STR_NONE);
		for (i = end; i < s.n && s.p[i] != '&' &&
		     !char_is_space(s.p[i]) && s.p[i] != '"' && s.p[i] != '\'';)
			i++;
	} while (patient_byte(s, i) == '&');
	return i;
}
