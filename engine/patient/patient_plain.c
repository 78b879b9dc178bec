/* Labels without a sign: "patient 4711", "MRN #12", "patient DOE^JANE". */
#include "engine/patient/patient_hide.h"

#include "engine/patient/patient_date.h"
#include "engine/patient/patient_sign.h"
#include "engine/patient/patient_value.h"

#define KEY_MAX 32

/* "patient DOE^JANE", 'patient "Doe, Jane"': what is no word of a sentence. */
static size_t
hide_plain_name(struct hiding *h, size_t i, size_t label_end)
{
	struct str s = h->s, quote = patient_value_quote(s, i);
	size_t from = i + quote.n, end;

	if (!patient_is_letter(patient_byte(s, from)))
		return label_end;
	if (quote.n > 0)
		end = patient_value_quoted_end(s, from, quote, PATIENT_NAME);
	else
		for (end = from; end < s.n && patient_value_is_plain(s.p[end]);)
			end++;
	if (end == from || (quote.n > 0 ? !char_is_upper(s.p[from])
		: str_find_char(str_make(s.p + from, end - from), '^') ==
		    SIZE_MAX))
		return label_end;
	patient_replace(h, from, end, PATIENT_NAME, STR_NONE);
	return end;
}

/* Behind "ID " and the like at i. */
static size_t
skip_number_word(struct str s, size_t i)
{
	size_t end = i;

	while (end < s.n && end - i < KEY_MAX && char_is_alpha(s.p[end]))
		end++;
	return patient_label_word(str_make(s.p + i, end - i)) ==
		PATIENT_NUMBER
	    ? patient_value_skip_blanks(s, end) : i;
}

bool
patient_is_version(struct str s, size_t i)
{
	size_t end = patient_value_number_end(s, i), dots = 0;

	for (size_t k = i; k < end; k++) {
		if (!char_is_digit(s.p[k]) && s.p[k] != '.')
			return false;
		dots += s.p[k] == '.';
	}
	return dots > 0 && !patient_date_is(str_make(s.p + i, end - i));
}

bool
patient_names_thing(struct str s, size_t from, size_t end)
{
	static const struct str words[] = {STR_INIT("be"),
	    STR_INIT("container"), STR_INIT("database"), STR_INIT("exchange"), STR_INIT("group"),
	    STR_INIT("host"), STR_INIT("lxc"), STR_INIT("namespace"),
	    STR_INIT("pod"), STR_INIT("queue"), STR_INIT("role"),
	    STR_INIT("schema"), STR_INIT("service"), STR_INIT("table"),
	    STR_INIT("topic"), STR_INIT("upstream"), STR_INIT("user")};
	char before = from == 0 ? '\0' : s.p[from - 1];
	size_t i = from;
	struct str word;

	if (before == '/' || before == '@')
		return patient_byte(s, end) == ':' &&
		    char_is_digit(patient_byte(s, end + 1));
	if (before == '\\')
		return patient_byte(s, end) == ' ';
	if (before != ' ')
		return false;
	while (i > 1 && from - i < KEY_MAX && char_is_alpha(s.p[i - 2]))
		i--;
	word = str_make(s.p + i - 1, from - i);
	for (size_t k = 0; k < sizeof(words) / sizeof(*words); k++) {
		if (str_eq_nocase(word, words[k]))
			return true;
	}
	return false;
}

/* Without a sign only what looks like a number: "patient 4711", "MRN #12",
 * "patient ID (4711)". */
size_t
patient_hide_plain(struct hiding *h, const struct patient_label *label)
{
	struct str s = h->s;
	size_t i = patient_sign_space(s, label->end), end;
	char c = patient_byte(s, i);
	bool brackets = c == '(' || c == '[';

	if (label->bare && label->many)
		return label->end;
	if (!label->bare && (c == '|' || c == ';' || c == ','))
		c = patient_byte(s, ++i);
	else if (i == label->end && c != '#' && !brackets)
		return label->end;
	if (label->part == PATIENT_NAME) {
		end = patient_date_end(s, i, true);
		if (end == i)
			return hide_plain_name(h, i, label->end);
		/* "patient dob 17.07.1950" */
		patient_replace(h, i, end, PATIENT_NAME, STR_NONE);
		return end;
	}
	if (label->bare && patient_is_version(s, i))
		return label->end;
	i += c == '#' || brackets;
	if (!brackets && label->bare && !char_is_digit(c)) {
		end = hide_plain_name(h, i, label->end);
		if (end != label->end)
			return end;
	}
	if (brackets && label->bare)
		i = skip_number_word(s, i);
	i += patient_value_quote(s, i).n;
	if (label->bare && !char_is_digit(patient_byte(s, i)))
		return label->end;
	end = patient_value_number_end(s, i);
	if (!patient_value_has_digit(str_make(s.p + i, end - i)) ||
	    patient_value_is_next_label(s, i) ||
	    (brackets && label->bare && patient_byte(s, end) != ')' &&
		patient_byte(s, end) != ']'))
		return label->end;
	patient_replace(h, i, end, label->bare &&
		patient_date_is(str_make(s.p + i, end - i))
		? PATIENT_NAME : PATIENT_NUMBER, STR_NONE);
	return label->many || brackets ? patient_hide_list(h, end, brackets)
				       : end;
}
