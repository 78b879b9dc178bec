#include "engine/patient/patient_hide.h"

#include "engine/base/text.h"
#include "engine/patient/patient_sign.h"
#include "engine/patient/patient_value.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define KEY_MAX	 64

enum patient_part
patient_part_of_key(struct str key)
{
	static const struct str keeps[] = {STR_INIT("resourceType"),
	    STR_INIT("type"), STR_INIT("system"), STR_INIT("use"),
	    STR_INIT("status"), STR_INIT("active"), STR_INIT("gender")};

	if (STR_IS_ONE_OF(key, keeps))
		return PATIENT_NOTHING;
	if (str_eq(key, STR("value")) || patient_field(key) == PATIENT_NUMBER)
		return PATIENT_NUMBER;
	return patient_label_word(key) == PATIENT_NUMBER ? PATIENT_NUMBER
							 : PATIENT_NAME;
}

/* Behind "id=" or "name:" at i, where a key may stand; or i. A pseudonym's "p:"
 * is none. */
static size_t
plain_key_end(struct str s, size_t i)
{
	struct str rest = str_skip(s, i);
	size_t end = i;

	if (!patient_is_letter(patient_byte(s, i)) ||
	    has_prefix(rest, STR("p:patient:")) ||
	    has_prefix(rest, STR("p:encounter:")))
		return i;
	while (end < s.n && end - i < KEY_MAX &&
	    (patient_value_is_plain(s.p[end])))
		end++;
	return patient_byte(s, end) == '=' || patient_byte(s, end) == ':' ? end
									  : i;
}

bool
patient_is_group(struct str s, size_t i)
{
	char c = patient_byte(s, i);

	if (c != '[' && c != '{' && c != '(')
		return false;
	i = patient_sign_space(s, i + 1);
	return plain_key_end(s, i) != i;
}

/* Where in a group we are. */
struct place {
	enum patient_part part; /* what the last key says */
	bool value, system;	/* it was "value", "system" of an Identifier */
	bool sign;		/* behind the key's sign */
	struct str authority;	/* what the system said */
};

static void
at_key(struct place *at, struct str key)
{
	at->part = patient_part_of_key(key);
	at->value = str_eq(key, STR("value"));
	at->system = str_eq(key, STR("system"));
}

/* A number, with the authority of FHIR's Identifier: its system stands before
 * its value. */
static void
replace_item(struct hiding *h, size_t from, size_t end, struct place *at,
    struct str quote)
{
	struct str text = str_make(h->s.p + from, end - from);

	if (at->system && (str_has_prefix(text, STR("urn:")) ||
		str_has_prefix(text, STR("http"))))
		at->authority = text;
	if (at->part == PATIENT_NOTHING || end <= from)
		return;
	if (at->value)
		h->authority = at->authority;
	patient_replace(h, from, end, at->part, quote);
	h->authority = STR_NONE;
}

/* The text or word at i of a group whose texts are in `quote`; what is behind
 * it. */
static size_t
hide_item(struct hiding *h, size_t i, struct str quote, struct place *at)
{
	struct str s = h->s, own = patient_value_quote(s, i);
	size_t from = i + own.n, end = from;

	if (own.n > 0) {
		end = patient_value_text_end(s, from, own);
		i = end + (end < s.n ? own.n : 0);
		if (patient_byte(s, patient_value_skip_blanks(s, i)) == ':') {
			struct str key = str_make(s.p + from, end - from);

			/* {"4711": {...}} */
			if (patient_value_is_digits(key))
				patient_replace(h, from, end, PATIENT_NUMBER,
				    STR_NONE);
			at_key(at, key);
			return i;
		}
	} else if (!at->sign && (end = plain_key_end(s, i)) != i) {
		at_key(at, str_make(s.p + i, end - i));
		return end;
	} else {
		end += pseudonym_at(h->key, s, i);
		while (end < s.n && !char_is_space(s.p[end]) &&
		    strchr(",;()[]{}=\"'\\", s.p[end]) == NULL)
			end++;
		end += end == from; /* a sign alone */
		i = end;
	}
	/* Outside of JSON anybody writes groups. */
	if (quote.n == 0)
		end = patient_value_end(s, from, end, at->part);
	replace_item(h, from, end, at, own.n > 0 ? STR_NONE : quote);
	return i;
}

/* From i on, which is in `depth` brackets, until all are closed. */
static size_t
hide_places(struct hiding *h, size_t i, struct str quote, size_t depth,
    enum patient_part part)
{
	struct place at = {.part = part};

	while (i < h->s.n) {
		char c = h->s.p[i];
		size_t space = patient_sign_space(h->s, i);

		if (space > i) {
			i = space;
		} else if (c == '[' &&
		    has_prefix(str_skip(h->s, i), LEFT_OUT)) {
			i += LEFT_OUT.n; /* hidden before */
		} else if (c == '{' || c == '[' || c == '(') {
			depth++;
			i++;
			at.sign = false;
			at.authority = STR_NONE;
		} else if (c == '}' || c == ']' || c == ')') {
			i++;
			at.sign = false;
			at.authority = STR_NONE;
			if (--depth == 0)
				break;
		} else if (c == ',' || c == ':' || c == '=' || c == ';' ||
		    c == '|') {
			i++;
			at.sign = c == ':' || c == '=';
		} else {
			i = hide_item(h, i, quote, &at);
			at.sign = false;
		}
	}
	return i;
}

/* Of an object keys tell what a value is; a list has what its label says. */
size_t
patient_hide_group(
    struct hiding *h, size_t i, struct str quote, enum patient_part part)
{
	return hide_places(
	    h, i, quote, 0, h->s.p[i] == '[' ? part : PATIENT_NAME);
}

size_t
patient_hide_members(struct hiding *h, size_t i)
{
	return hide_places(h, i, STR_NONE, 1, PATIENT_NAME);
}

size_t
patient_hide_list(struct hiding *h, size_t i, bool blanks)
{
	static const struct str words[] = {STR_INIT("and"), STR_INIT("und"),
	    STR_INIT("et"), STR_INIT("or"), STR_INIT("%2C"), STR_INIT("%20"),
	    STR_INIT("&")};
	struct str s = h->s;

	for (;;) {
		size_t at = i + patient_value_quote(s, i).n, end;
		bool parted = false, blank = false;

		for (size_t n = 0; n < 8; n++) {
			char c = patient_byte(s, at);
			size_t k = 0;

			if (c == ',' || c == ';' || c == '|' ||
			    char_is_space(c)) {
				parted |= !char_is_space(c);
				blank |= char_is_space(c);
				at++;
				continue;
			}
			while (k < COUNT(words) &&
			    !str_has_prefix_nocase(str_skip(s, at), words[k]))
				k++;
			if (k == COUNT(words) || (k < 4 && !blank))
				break;
			at += words[k].n;
			parted |= k != 5;
		}
		if (!parted && !(blanks && blank))
			return i;
		at += patient_value_quote(s, at).n;
		end = patient_value_number_end(s, at);
		if (!patient_value_has_digit(str_make(s.p + at, end - at)) ||
		    patient_value_is_next_label(s, at))
			return i;
		patient_replace(h, at, end, PATIENT_NUMBER, STR_NONE);
		i = end;
	}
}
