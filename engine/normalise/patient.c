#include "engine/normalise/patient.h"

#include "engine/normalise/find.h"
#include "engine/normalise/patient_value.h"

#define LABEL_REACH 64  /* bytes back to the "<" of an element */
#define DICOM_REACH 24  /* bytes between a tag and its bracket */
#define CUSTOMS     16  /* names of custom fields */
#define NUMBERS_MAX 512 /* more become "[...]" */
#define KEY_MAX     16
#define ID_MAX      256 /* bytes of an id in a path */

struct hiding {
	const struct pseudonym_key *key;
	struct str s;
	size_t done; /* what is before stands in `out` */
	struct buf *out;
	size_t changes;
};

/* --- what is written in place of a value --------------------------------- */

static bool
says_nothing(struct str s)
{
	static const struct str list[] = {STR_INIT("null"), STR_INIT("none"),
	    STR_INIT("nil"), STR_INIT("true"), STR_INIT("false"),
	    STR_INIT("undefined"), STR_INIT("unknown"), STR_INIT("n/a"),
	    STR_INIT("-"), STR_INIT("0"), STR_INIT("[...]")};

	if (s.n == 0)
		return true;
	for (size_t i = 0; i < sizeof(list) / sizeof(*list); i++) {
		if (str_eq_nocase(s, list[i]))
			return true;
	}
	return false;
}

/* "urn:oid:1.2|4711" (FHIR R4, 3.1.1.4.10), "4711^^^A&1.2&ISO", "4711". */
static struct str
number_pseudonym(
    const struct pseudonym_key *key, struct str id, char out[PSEUDONYM_TEXT])
{
	size_t bar = str_find_last_char(id, '|');

	if (bar != SIZE_MAX)
		return pseudonym_make_identifier(key, PSEUDONYM_PATIENT,
		    str_skip(id, bar + 1), str_first(id, bar), out);
	if (str_find_char(id, '^') != SIZE_MAX)
		return pseudonym_make_cx(key, PSEUDONYM_PATIENT, id, out);
	return pseudonym_make(key, PSEUDONYM_PATIENT, id, out);
}

/* The bytes from..to, as what they are; `quote` around it if they had none. */
static void
replace(struct hiding *h, size_t from, size_t to, enum patient_part part,
    struct str quote)
{
	static const struct str reference = STR_INIT("patient/");
	struct str value = str_make(h->s.p + from, to - from);
	char text[PSEUDONYM_TEXT];

	if (says_nothing(value))
		return;
	if (part == PATIENT_NUMBER && str_has_prefix_nocase(value, reference)) {
		from += reference.n;
		value = str_skip(value, reference.n);
	}
	buf_add(h->out, str_make(h->s.p + h->done, from - h->done));
	buf_add(h->out, quote);
	buf_add(h->out,
	    part == PATIENT_NUMBER && h->changes < NUMBERS_MAX
		? number_pseudonym(h->key, value, text)
		: LEFT_OUT);
	buf_add(h->out, quote);
	h->done = to;
	h->changes++;
}

/* --- objects and lists --------------------------------------------------- */

/* What a patient's object says under this key. */
static enum patient_part
part_of_key(struct str key)
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

/* The text or word at i of a group whose texts are in `quote`; what is behind
 * it. */
static size_t
hide_item(struct hiding *h, size_t i, struct str quote, enum patient_part *part)
{
	struct str s = h->s, own = patient_value_quote(s, i);
	size_t from = i + own.n, end = from;

	if (own.n > 0) {
		end = patient_value_text_end(s, from, own);
		i = end + (end < s.n ? own.n : 0);
		if (patient_byte(s, patient_value_skip_blanks(s, i)) == ':') {
			*part = part_of_key(str_make(s.p + from, end - from));
			return i;
		}
	} else {
		while (end < s.n && !char_is_space(s.p[end]) &&
		    s.p[end] != ',' && s.p[end] != ']' && s.p[end] != '}' &&
		    s.p[end] != ':')
			end++;
		i = end;
	}
	if (*part != PATIENT_NOTHING)
		replace(h, from, end, *part, own.n > 0 ? STR_NONE : quote);
	return i;
}

/* The brackets at i with all that is in them; what is behind. Of an object
 * keys tell what a value is; a list has what its label says. */
static size_t
hide_group(struct hiding *h, size_t i, struct str quote, enum patient_part part)
{
	size_t depth = 0;

	if (h->s.p[i] == '{')
		part = PATIENT_NAME;
	while (i < h->s.n) {
		char c = h->s.p[i];

		if (c == '{' || c == '[') {
			depth++;
			i++;
		} else if (c == '}' || c == ']') {
			i++;
			if (--depth == 0)
				break;
		} else if (char_is_space(c) || c == ',' || c == ':') {
			i++;
		} else {
			i = hide_item(h, i, quote, &part);
		}
	}
	return i;
}

/* --- labels with their values -------------------------------------------- */

/* Is the name that ends before `end` that of an element, <ns:PatientID>? */
static bool
is_element(struct str s, size_t end)
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

/* Behind the sign at i, or i. */
static size_t
skip_sign(struct str s, size_t i, size_t label_end)
{
	char next = patient_byte(s, i + 1);

	switch (patient_byte(s, i)) {
	case '=':
		return i + 1 + (next == '=' || next == '>');
	case ':':
		return i + 1 + (next == '=');
	case '-':
		return next == '>' ? i + 2 : i;
	case '%':
		return next == '3' &&
			(patient_byte(s, i + 2) == 'D' ||
			    patient_byte(s, i + 2) == 'A')
		    ? i + 3
		    : i;
	case '>':
		return i == label_end && is_element(s, label_end) ? i + 1 : i;
	case '&': /* markup that was escaped */
		return i == label_end &&
			str_has_prefix(str_skip(s, i), STR("&gt;"))
		    ? i + 4 : i;
	default:
		return i;
	}
}

/* Behind what a tag's value stands behind: (0010,0020) LO #4 [4711], or = and
 * :, or the end. */
static size_t
skip_tag(struct str s, size_t i)
{
	for (size_t n = 0; n < DICOM_REACH && i < s.n; n++, i++) {
		char c = s.p[i];

		if (c == '[' || c == '=' || c == ':')
			return patient_value_skip_blanks(s, i + 1);
		if (!char_is_alnum(c) && c != ' ' && c != '#' && c != ',')
			break;
	}
	return s.n;
}

/* Without a sign only what looks like a number: "patient 4711", "MRN #12". */
static size_t
hide_plain(struct hiding *h, const struct patient_label *label)
{
	struct str s = h->s;
	size_t i = patient_value_skip_blanks(s, label->end), end;

	if (label->part != PATIENT_NUMBER || label->many ||
	    (i == label->end && patient_byte(s, i) != '#'))
		return label->end;
	i += patient_byte(s, i) == '#';
	i += patient_value_quote(s, i).n;
	if (label->bare && !char_is_digit(patient_byte(s, i)))
		return label->end;
	end = patient_value_number_end(s, i);
	if (!patient_value_has_digit(str_make(s.p + i, end - i)) ||
	    patient_value_is_next_label(s, i))
		return label->end;
	replace(h, i, end, PATIENT_NUMBER, STR_NONE);
	return end;
}

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

/* FHIR's Reference says the name behind it: "Patient/1","display":"..." */
static size_t
hide_display(struct hiding *h, size_t from)
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
	replace(h, i, end, PATIENT_NAME, STR_NONE);
	return end;
}

/* What follows Patient/ (FHIR's name: any id with a digit) or /patients/. */
static size_t
hide_reference(struct hiding *h, size_t from, const struct patient_label *label)
{
	struct str s = h->s, id;
	size_t i = label->end + (s.p[label->end] == '/' ? 1 : 3), end;
	bool fhir = !label->many && char_is_upper(s.p[from]);

	for (end = i; end < s.n && end - i < ID_MAX; end++) {
		if (patient_value_is_plain(s.p[end]) || s.p[end] == '&')
			continue;
		if (!str_has_prefix_nocase(str_skip(s, end), STR("%5e")))
			break;
		end += 2;
	}
	while (end > i && (s.p[end - 1] == '.' || s.p[end - 1] == '&'))
		end--;
	id = str_make(s.p + i, end - i);
	if (!patient_value_has_digit(id) || (!fhir && !looks_like_id(id)))
		return label->end;
	replace(h, i, end, PATIENT_NUMBER, STR_NONE);
	return hide_display(h, end);
}

/* Two words with capitals: "Meyer, Jean" of "Patient: Meyer, Jean". */
static bool
looks_like_name(struct str s)
{
	size_t i = 0;

	if (s.n == 0 || !char_is_upper(s.p[0]))
		return false;
	while (i < s.n && s.p[i] != ' ' && s.p[i] != ',' && s.p[i] != '^')
		i++;
	while (i < s.n && (s.p[i] == ' ' || s.p[i] == ',' || s.p[i] == '^'))
		i++;
	return i < s.n && char_is_upper(s.p[i]);
}

/* Behind the value at i, which has no quotes or is more than is in them; i:
 * none is. "Patient/4711" is a reference, "patient: not found" a sentence. */
static size_t
plain_end(struct str s, size_t i, const struct patient_label *label, bool sure,
    enum patient_part *part)
{
	size_t end = patient_value_number_end(s, i);
	struct str value = str_make(s.p + i, end - i);

	if (label->part == PATIENT_NAME)
		return patient_value_name_end(s, i);
	if (str_eq_nocase(value, STR("patient")))
		return i;
	if (!label->bare || patient_value_has_digit(value))
		return end;
	*part = PATIENT_NAME;
	end = patient_value_name_end(s, i);
	return sure || looks_like_name(str_make(s.p + i, end - i)) ? end : i;
}

/* What stands behind a sign, at i. `quote`: what the label was in; `near`: no
 * blank is between. */
static size_t
hide_value(struct hiding *h, size_t i, const struct patient_label *label,
    struct str quote, bool near)
{
	struct str s = h->s;
	struct str own = label->tag ? STR("]") : patient_value_quote(s, i);
	enum patient_part part = label->part;
	size_t end;

	if (own.n == 0 && quote.n > 0 &&
	    (patient_byte(s, i) == '{' || patient_byte(s, i) == '['))
		return hide_group(h, i, quote, part);
	if (own.n == 0 && label->many && label->bare)
		return i; /* a count */
	if (!label->tag)
		i += own.n;
	end = own.n > 0 ? patient_value_quoted_end(s, i, own, part) : i;
	if (end == i)
		end = plain_end(
		    s, i, label, near || own.n + quote.n > 0, &part);
	else if (label->bare &&
	    !patient_value_has_digit(str_make(s.p + i, end - i)))
		part = PATIENT_NAME;
	replace(h, i, end, part, own.n == 0 ? quote : STR_NONE);
	return end;
}

/* Behind the pseudonym whose second word stands at i, or i. */
static size_t
skip_pseudonym(const struct hiding *h, size_t i)
{
	size_t n = sizeof("p:patient::") - 1 + strlen(h->key->id) + 32;

	return i >= 2 &&
		pseudonym_is_own(h->key, str_first(str_skip(h->s, i - 2), n))
	    ? i - 2 + n
	    : i;
}

/* Returns where to look on. */
static size_t
hide_labelled(struct hiding *h, size_t from, const struct patient_label *label)
{
	struct str s = h->s, quote;
	size_t i = skip_pseudonym(h, from), sign;

	if (i != from)
		return i;
	i = label->end;
	if (label->tag) {
		i = skip_tag(s, i);
		return i >= s.n ? label->end
				: hide_value(h, i, label, STR_NONE, true);
	}
	if (label->bare &&
	    (patient_byte(s, i) == '/' ||
		str_has_prefix_nocase(str_skip(s, i), STR("%2f"))))
		return hide_reference(h, from, label);
	quote = patient_value_quote(s, i);
	i += quote.n;
	i += patient_byte(s, i) == ']';
	i = patient_value_skip_blanks(s, i);
	sign = skip_sign(s, i, label->end);
	if (sign == i)
		return quote.n == 0 ? hide_plain(h, label) : label->end;
	i = patient_value_skip_blanks(s, sign);
	return hide_value(h, i, label, quote, i == sign);
}

/* --- names that stand elsewhere ------------------------------------------ */

/* "cs1Label=PatientID" says what "cs1=" is (CEF), wherever it stands. */
struct custom {
	size_t from, to; /* of the value */
	enum patient_part part;
};

/* What stands behind " cs1=" of s, up to the next key; false: nothing. */
static bool
find_custom(struct str s, struct str key, struct custom *out)
{
	char text[KEY_MAX + 2] = " ";
	size_t at;

	memcpy(text + 1, key.p, key.n);
	text[1 + key.n] = '=';
	if (str_has_prefix(s, str_make(text + 1, key.n + 1)))
		at = 0;
	else if ((at = str_find(s, str_make(text, key.n + 2))) != SIZE_MAX)
		at++;
	else
		return false;
	out->from = out->to = at + key.n + 1;
	while (out->to < s.n &&
	    !(s.p[out->to] == ' ' &&
		patient_value_is_next_label(s, out->to + 1)))
		out->to++;
	return true;
}

static size_t
find_customs(struct str s, struct custom list[CUSTOMS])
{
	static const struct str mark = STR_INIT("Label=");
	struct patient_label label;
	size_t n = 0, i = 0, tries = 0;

	while (tries < CUSTOMS && (i = patient_label_find(s, i)) != SIZE_MAX) {
		size_t key = i < mark.n ? 0 : i - mark.n, from = key;

		if (i < mark.n || !has_prefix(str_skip(s, key), mark) ||
		    !patient_label_read(s, i, &label)) {
			i++;
			continue;
		}
		while (from > 0 && char_is_alnum(s.p[from - 1]))
			from--;
		list[n].part = label.part;
		tries++;
		n += from < key && key - from <= KEY_MAX &&
		    find_custom(s, str_make(s.p + from, key - from), &list[n]);
		i = label.end;
	}
	return n;
}

/* In the order of the text. */
static void
hide_customs(struct hiding *h, struct custom *list, size_t n)
{
	while (n > 0) {
		size_t first = 0;

		for (size_t i = 1; i < n; i++) {
			if (list[i].from < list[first].from)
				first = i;
		}
		if (list[first].from >= h->done)
			replace(h, list[first].from, list[first].to,
			    list[first].part, STR_NONE);
		list[first] = list[--n];
	}
}

/* --- texts and fields ---------------------------------------------------- */

static size_t
hide_labels(const struct pseudonym_key *key, struct str s, struct buf *out)
{
	struct hiding h = {.key = key, .s = s, .out = out};
	struct patient_label label;
	size_t i = 0;

	while ((i = patient_label_find(s, i)) != SIZE_MAX)
		i = patient_label_read(s, i, &label)
		    ? hide_labelled(&h, i, &label)
		    : i + 1;
	buf_add(out, str_skip(s, h.done));
	return h.changes;
}

size_t
patient_hide(const struct pseudonym_key *key, struct str s, struct buf *out)
{
	struct custom customs[CUSTOMS];
	struct hiding h = {.key = key, .s = s};
	struct buf first;
	size_t n = text_has(s, STR("Label=")) ? find_customs(s, customs) : 0;
	size_t changes;

	if (n == 0)
		return hide_labels(key, s, out);
	buf_init(&first, SIZE_MAX);
	h.out = &first;
	hide_customs(&h, customs, n);
	buf_add(&first, str_skip(s, h.done));
	changes = h.changes + hide_labels(key, buf_str(&first), out);
	buf_fini(&first);
	return changes;
}

size_t
patient_hide_value(const struct pseudonym_key *key, enum patient_part part,
    struct str s, struct buf *out)
{
	struct hiding h = {.key = key, .s = s, .out = out};

	if (part != PATIENT_NOTHING)
		replace(&h, 0, s.n, part, STR_NONE);
	buf_add(out, str_skip(s, h.done));
	return h.changes;
}
