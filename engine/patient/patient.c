#include "engine/patient/patient.h"

#include "engine/base/text.h"
#include "engine/patient/patient_date.h"
#include "engine/patient/patient_hide.h"
#include "engine/patient/patient_sign.h"
#include "engine/patient/patient_value.h"

#define DICOM_REACH 24  /* bytes between a tag and its bracket */
#define KEY_MAX     32
#define LABELS_MAX  2048 /* of one text */

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
	struct str s = h->s, own;
	enum patient_part part = label->part;
	size_t end, open;
	bool opened;

	i += patient_byte(s, i) == '#' && char_is_digit(patient_byte(s, i + 1));
	open = i;
	if ((quote.n > 0 && patient_value_quote(s, i).n == 0 &&
		(patient_byte(s, i) == '{' || patient_byte(s, i) == '[')) ||
	    patient_is_group(s, i))
		return patient_hide_group(h, i, quote, part);
	if (label->group || (label->many && label->bare &&
		patient_value_quote(s, i).n == 0))
		return i; /* a count */
	if (!label->tag && !label->bare)
		open = patient_sign_open(s, i, part);
	own = label->tag ? STR("]") : patient_value_quote(s, open);
	if (open != i && own.n == 0 &&
	    !(part == PATIENT_NUMBER ? patient_value_has_digit(str_make(
		  s.p + open, patient_value_number_end(s, open) - open))
				     : patient_is_letter(patient_byte(s, open))))
		open = i;
	opened = open > i;
	i = label->tag ? open : open + own.n;
	i += part == PATIENT_NAME && own.n > 0 &&
	    (patient_byte(s, i) == '%' || patient_byte(s, i) == '*') &&
	    patient_is_letter(patient_byte(s, i + 1));
	end = own.n > 0 ? patient_value_quoted_end(s, i, own, part) : i;
	if (end == i)
		end = plain_end(
		    s, i, label, near || own.n + quote.n > 0, &part);
	else if (label->bare &&
	    !patient_value_has_digit(str_make(s.p + i, end - i)))
		part = PATIENT_NAME;
	/* "Geburtsdatum des Patienten: 17.07.1950" */
	if (label->bare && patient_date_is(str_make(s.p + i, end - i)))
		part = PATIENT_NAME;
	patient_replace(h, i, end, part, own.n == 0 ? quote : STR_NONE);
	return part == PATIENT_NUMBER && end > i && (label->many || opened)
	    ? patient_hide_list(h, end, opened) : end;
}

/* Behind the pseudonym whose second word stands at i, or i. */
static size_t
skip_pseudonym(const struct hiding *h, size_t i)
{
	size_t n = i < 2 ? 0 : pseudonym_at(h->key, h->s, i - 2);

	return n > 0 ? i - 2 + n : i;
}

/* {"database":"patient","id":4711}: what has the name; {"type":"patient" says
 * what the id is of. */
static bool
is_thing_key(struct str key)
{
	static const struct str keys[] = {STR_INIT("app"),
	    STR_INIT("container"), STR_INIT("database"), STR_INIT("db"),
	    STR_INIT("group"), STR_INIT("host"), STR_INIT("hostname"),
	    STR_INIT("index"), STR_INIT("name"), STR_INIT("namespace"),
	    STR_INIT("queue"), STR_INIT("role"), STR_INIT("service"),
	    STR_INIT("topic"), STR_INIT("user"), STR_INIT("username")};

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		if (str_eq_nocase(key, keys[i]))
			return true;
	}
	return false;
}

/* {"key":"patientId","value":"4711"}: the values behind the label's comma; of
 * a patient's `object` all of its keys. */
static size_t
hide_pairs(struct hiding *h, size_t i, const struct patient_label *label,
    bool object)
{
	static const struct str keys[] = {STR_INIT("value"), STR_INIT("Value"),
	    STR_INIT("val"), STR_INIT("old"), STR_INIT("new"),
	    STR_INIT("oldValue"), STR_INIT("newValue"), STR_INIT("text"),
	    STR_INIT("content"), STR_INIT("data")};
	struct str s = h->s;
	struct patient_label part = {0};

	for (size_t n = 0; n < 6; n++) {
		size_t from = patient_sign_space(s, i), end;
		struct str quote, key;

		if (patient_byte(s, from) != ',')
			return i;
		from = patient_sign_space(s, from + 1);
		quote = patient_value_quote(s, from);
		from += quote.n;
		end = quote.n == 0 ? from
				   : patient_value_text_end(s, from, quote);
		key = str_make(s.p + from, end - from);
		from = patient_sign_space(s, end + quote.n);
		if (key.n == 0 || key.n > KEY_MAX ||
		    patient_byte(s, from) != ':')
			return i;
		from = patient_sign_space(s, from + 1);
		/* {"type":"Patient","id":"4711","name":"..."} */
		if (STR_IS_ONE_OF(key, keys))
			part.part = label->part;
		else if (!object)
			part.part = PATIENT_NOTHING;
		else if (str_has_suffix(key, STR("Id")))
			part.part = PATIENT_NUMBER;
		else
			part.part = patient_label_word(key);
		if (part.part != PATIENT_NOTHING) {
			end = hide_value(h, from, &part, quote, true);
		} else if (patient_value_quote(s, from).n == quote.n) {
			end = patient_value_text_end(s, from + quote.n, quote);
		} else {
			end = patient_value_number_end(s, from);
		}
		if (end <= from)
			return i;
		i = has_prefix(str_skip(s, end), quote) ? end + quote.n : end;
	}
	return i;
}

/* A label that is an element's name, or an attribute's value. */
static size_t
hide_in_element(struct hiding *h, const struct patient_label *label,
    struct str quote)
{
	struct str s = h->s;
	size_t i = label->end + quote.n, end;
	enum patient_part part = label->bare ? PATIENT_NAME : label->part;

	if (quote.n > 0 || patient_byte(s, i) == ' ')
		return patient_hide_element(h, i, part);
	end = patient_hide_content(h, i + 1, part);
	return end == i + 1 ? i : end;
}

/* The date or matricule behind a label, whatever sign is between. */
static size_t
hide_exact(struct hiding *h, const struct patient_label *label)
{
	struct str s = h->s;
	size_t label_end = label->end;
	struct str quote = patient_value_quote(s, label_end);
	size_t behind = patient_sign_closers(s, label_end + quote.n);
	size_t i = patient_sign_space(s, behind), end, sign_end;
	size_t sign = patient_sign_skip(s, i, label_end);
	bool near = sign == i, quoted;

	if (near)
		sign = patient_sign_word(s, behind);
	i = patient_sign_space(s, sign);
	/* {"$date": ...}, {"year": ...}, [1950, 7, 17] */
	if (label->date && quote.n > 0 && (patient_byte(s, i) == '{' ||
		(patient_byte(s, i) == '[' &&
		    char_is_digit(patient_byte(s, i + 1)))))
		return patient_hide_group(h, i, quote, PATIENT_NAME);
	sign_end = i;
	if (patient_byte(s, i) == '[' || patient_byte(s, i) == '(')
		i++;
	if (has_prefix(str_skip(s, i), STR("<![CDATA[")))
		i += 9;
	quoted = i != sign_end || patient_value_quote(s, i).n > 0;
	i += patient_value_quote(s, i).n;
	/* value="19500717" of an element */
	if (has_prefix(str_skip(s, i), STR("value="))) {
		i += 6 + patient_value_quote(s, i + 6).n;
		quoted = true;
	}
	end = label->date      ? patient_date_end(s, i, near)
	    : label->matricule ? patient_value_matricule_end(s, i)
			       : patient_value_long_end(s, i);
	if (end == i || (label->time &&
		patient_date_is_stamp(str_make(s.p + i, end - i))))
		return label_end;
	h->digits = label->is_long;
	patient_replace(h, i, end, label->part, quoted ? STR_NONE : quote);
	h->digits = false;
	return end;
}

/* Behind a word as sign, when what follows is no word of a sentence. */
static size_t
skip_word(struct str s, size_t i, enum patient_part part)
{
	size_t at = patient_sign_word(s, i), from;

	if (at == i)
		return i;
	from = patient_sign_open(s, at, part);
	if (patient_value_quote(s, from).n > 0)
		return at;
	return part == PATIENT_NUMBER &&
		patient_value_has_digit(str_make(s.p + from,
		    patient_value_number_end(s, from) - from))
	    ? at : i;
}

/* A label whose place says what it is: in a path, a tag, an element, a pair of
 * key and value. SIZE_MAX: nowhere such. */
static size_t
hide_by_place(struct hiding *h, size_t from, const struct patient_label *label)
{
	struct str s = h->s, quote;
	size_t i = label->end, at;
	char before;

	if (label->bare && (at = patient_find_query(s, from, i)) != SIZE_MAX)
		return patient_hide_query(h, at);
	if (label->bare &&
	    (patient_byte(s, i) == '/' ||
		str_has_prefix_nocase(str_skip(s, i), STR("%2f"))))
		return patient_hide_reference(h, from, label);
	if ((patient_byte(s, i) == '>' ||
		(patient_byte(s, i) == ' ' &&
		    patient_value_is_next_label(s, i + 1))) &&
	    patient_sign_is_element(s, i)) {
		at = hide_in_element(h, label, STR_NONE);
		if (at != i)
			return at;
	}
	quote = patient_value_quote(s, i);
	before = quote.n > 0 ? patient_sign_before(s, from, quote) : '\0';
	if (before == '=' && patient_sign_in_tag(s, from))
		return hide_in_element(h, label, quote);
	if (before != ':')
		return SIZE_MAX;
	if (label->bare && s.p[from] == 'P')
		patient_hide_display(h, from);
	return hide_pairs(h, i + quote.n, label, label->bare &&
		!is_thing_key(patient_sign_key(s, from, quote)));
}

/* A value behind a sign, or behind none. */
static size_t
hide_behind(struct hiding *h, size_t from, const struct patient_label *label)
{
	struct str s = h->s, quote = patient_value_quote(s, label->end);
	struct patient_label list = *label;
	size_t closed = patient_sign_closers(s, label->end + quote.n);
	size_t i = patient_sign_space(s, closed);
	size_t sign = patient_sign_skip(s, i, label->end);

	if (sign == i && label->bare && !label->many &&
	    (patient_byte(s, i) == '|' || patient_byte(s, i) == ';') &&
	    patient_value_is_digits(str_first(str_skip(s, i + 1), 5)))
		sign = i + 1;
	/* "--patient-id", "4711" */
	if (sign == i && quote.n > 0 && from > 0 && s.p[from - 1] == '-' &&
	    patient_byte(s, i) == ',')
		sign = i + 1;
	if (sign == i && !label->bare) {
		list.many = true;
		i = closed;
		sign = skip_word(s, i, label->part);
	}
	if (sign == i) {
		i = patient_sign_space(s, label->end);
		if (label->bare + label->group && patient_is_group(s, i))
			return patient_hide_group(
			    h, i, STR_NONE, PATIENT_NUMBER);
		return quote.n == 0 && !label->group
		    ? patient_hide_plain(h, label) : label->end;
	}
	i = patient_sign_space(s, sign);
	return hide_value(h, i, &list, quote, i == sign);
}

/* Returns where to look on. */
static size_t
hide_labelled(struct hiding *h, size_t from, const struct patient_label *label)
{
	struct str s = h->s;
	size_t i, end;

	h->kind = label->encounter ? PSEUDONYM_ENCOUNTER : PSEUDONYM_PATIENT;
	i = label->end;
	if (label->date || label->matricule || label->is_long)
		return hide_exact(h, label);
	if (label->tag) {
		i = skip_tag(s, i);
		return i >= s.n ? label->end
				: hide_value(h, i, label, STR_NONE, true);
	}
	if (label->element && from > 0 && s.p[from - 1] == '[')
		return patient_hide_members(h, i);
	if (label->element && patient_value_quote(s, i).n == 0)
		return i;
	if (label->bare && patient_names_thing(s, from, i))
		return i;
	end = hide_by_place(h, from, label);
	return end == SIZE_MAX ? hide_behind(h, from, label) : end;
}

/* --- texts and fields ---------------------------------------------------- */

/* Nobody has so many patients in a line, but somebody may want to hold a worker
 * with it: what is behind is not looked at, so it is not shown. */
static void
leave_out_rest(struct hiding *h, size_t i)
{
	i = i > h->done ? i : h->done;
	buf_add(h->out, str_make(h->s.p + h->done, i - h->done));
	buf_add(h->out, LEFT_OUT);
	h->done = h->s.n;
	h->changes++;
}

static size_t
hide_labels(const struct pseudonym_key *key, struct str s, struct buf *out)
{
	struct hiding h = {.key = key, .s = s, .out = out};
	struct patient_label label;
	size_t i = 0, n = 0, behind;

	while ((i = patient_label_find(s, i)) != SIZE_MAX) {
		behind = skip_pseudonym(&h, i);
		if (behind != i) {
			i = behind;
		} else if (!patient_label_read(s, i, &label)) {
			i++;
		} else if (n++ < LABELS_MAX) {
			i = hide_labelled(&h, i, &label);
		} else {
			leave_out_rest(&h, i);
			break;
		}
	}
	buf_add(out, str_skip(s, h.done));
	return h.changes;
}

size_t
patient_hide(const struct pseudonym_key *key, struct str s, struct buf *out)
{
	struct hiding h = {.key = key, .s = s};
	struct buf first;
	size_t changes;

	if (!text_has(s, STR("Label=")))
		return hide_labels(key, s, out);
	buf_init(&first, SIZE_MAX);
	h.out = &first;
	patient_hide_customs(&h);
	buf_add(&first, str_skip(s, h.done));
	changes = h.changes + hide_labels(key, buf_str(&first), out);
	buf_fini(&first);
	return changes;
}

/* Did the label that stood before it in a text hide what it says? */
static bool
was_hidden(const struct pseudonym_key *key, struct str s)
{
	size_t at = 0, i;

	if (text_has(s, LEFT_OUT))
		return true;
	while ((i = str_find(str_skip(s, at), STR("p:"))) != SIZE_MAX) {
		if (pseudonym_at(key, s, at + i) > 0)
			return true;
		at += i + 2;
	}
	return false;
}

size_t
patient_hide_value(const struct pseudonym_key *key, enum patient_part part,
    struct str s, struct buf *out)
{
	struct hiding h = {.key = key, .s = s, .out = out};
	size_t from = 0;

	if (part == PATIENT_LONG) {
		h.digits = patient_value_long_end(s, 0) == s.n;
		part = h.digits ? PATIENT_NUMBER : PATIENT_NOTHING;
	}
	if (part == PATIENT_BIRTH_TIME && patient_date_is_stamp(s))
		return 0;
	if (part == PATIENT_BIRTH || part == PATIENT_BIRTH_TIME)
		part = patient_value_has_digit(s) ? PATIENT_NAME
						  : PATIENT_NOTHING;
	if (part == PATIENT_ENCOUNTER) {
		part = PATIENT_NUMBER;
		h.kind = PSEUDONYM_ENCOUNTER;
	}
	while (from < s.n && (char_is_space(s.p[from]) ||
		str_find_char(STR("#(['\"*"), s.p[from]) != SIZE_MAX))
		from++;
	if (part == PATIENT_NAME)
		patient_replace(&h, 0, s.n, part, STR_NONE);
	else if (part == PATIENT_NUMBER && !was_hidden(key, s))
		patient_replace(&h, from, patient_value_end(s, from, s.n, part),
		    part, STR_NONE);
	buf_add(out, str_skip(s, h.done));
	return h.changes;
}
