#include "engine/normalise/patient.h"

#include "engine/normalise/find.h"
#include "engine/normalise/patient_date.h"
#include "engine/normalise/patient_hide.h"
#include "engine/normalise/patient_sign.h"
#include "engine/normalise/patient_value.h"

#define DICOM_REACH 24  /* bytes between a tag and its bracket */
#define NUMBERS_MAX 512 /* more become "[...]" */
#define KEY_MAX     32
#define ADDRESS_MAX 128 /* bytes of an address before "Patient/" */
#define DISPLAY_MAX 256
#define ID_MAX      256 /* bytes of an id in a path */

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
	if (s.n > sizeof("undefined") - 1)
		return false;
	for (size_t i = 0; i < sizeof(list) / sizeof(*list); i++) {
		if (str_eq_nocase(s, list[i]))
			return true;
	}
	return false;
}

/* The signs of an id that came as %5E or &amp;, in `text`. */
static struct str
without_escapes(struct str id, char text[ID_MAX])
{
	size_t n = 0;

	if (id.n > ID_MAX || (str_find_char(id, '%') == SIZE_MAX &&
		str_find_char(id, '&') == SIZE_MAX))
		return id;
	for (size_t i = 0; i < id.n;)
		i += patient_value_sign(id, i, &text[n++]);
	return str_make(text, n);
}

static struct str
digits_of(struct str id, char text[ID_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < id.n && n < ID_MAX; i++) {
		if (id.p[i] == '%') /* %20 */
			i += 2;
		else if (char_is_digit(id.p[i]))
			text[n++] = id.p[i];
	}
	return str_make(text, n);
}

/* "urn:oid:1.2|4711" (FHIR R4, 3.1.1.4.10), "4711^^^A&1.2&ISO", "4711". */
static struct str
number_pseudonym(
    const struct pseudonym_key *key, enum pseudonym_kind kind, struct str id,
    struct str authority, bool digits, char out[PSEUDONYM_TEXT])
{
	char text[ID_MAX];
	size_t bar;

	/* With blanks or not it is the same. */
	if (digits || patient_value_matricule_end(id, 0) == id.n)
		return pseudonym_make(key, kind, digits_of(id, text), out);
	if (authority.n > 0)
		return pseudonym_make_identifier(key, kind, id, authority, out);
	id = without_escapes(id, text);
	bar = str_find_last_char(id, '|');
	if (bar != SIZE_MAX)
		return pseudonym_make_identifier(key, kind,
		    str_skip(id, bar + 1), str_first(id, bar), out);
	if (str_find_char(id, '^') != SIZE_MAX)
		return pseudonym_make_cx(key, kind, id, out);
	return pseudonym_make(key, kind, id, out);
}

/* Of a reference what follows "Patient/": Patient/4711, http://host.example/
 * fhir/Patient/4711/_history/2. */
static struct str
referred_id(struct str value)
{
	static const struct str name = STR_INIT("Patient/");
	size_t at = str_find(value, name);

	if (str_has_prefix_nocase(value, name))
		at = 0;
	if (at == SIZE_MAX || (at > 0 && value.p[at - 1] != '/'))
		return value;
	value = str_skip(value, at + name.n);
	return str_first(value, str_find_char(value, '/'));
}

void
patient_replace(struct hiding *h, size_t from, size_t to, enum patient_part part,
    struct str quote)
{
	struct str value = str_make(h->s.p + from, to - from);
	char text[PSEUDONYM_TEXT];

	if (part == PATIENT_NUMBER)
		value = referred_id(str_trim(value));
	if (says_nothing(value))
		return;
	from = (size_t)(value.p - h->s.p);
	to = from + value.n;
	buf_add(h->out, str_make(h->s.p + h->done, from - h->done));
	buf_add(h->out, quote);
	buf_add(h->out,
	    part == PATIENT_NUMBER && h->changes < NUMBERS_MAX
		? number_pseudonym(h->key, h->kind, value, h->authority,
		      h->digits, text)
		: LEFT_OUT);
	buf_add(h->out, quote);
	h->done = to;
	h->changes++;
}

/* --- labels with their values -------------------------------------------- */

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

/* "patient 12.4.5 installed", registry.example/patient:4.7.11, an address; but
 * no date. */
static bool
is_version(struct str s, size_t i)
{
	size_t end = patient_value_number_end(s, i), dots = 0;

	for (size_t k = i; k < end; k++) {
		if (!char_is_digit(s.p[k]) && s.p[k] != '.')
			return false;
		dots += s.p[k] == '.';
	}
	return dots > 0 && !patient_date_is(str_make(s.p + i, end - i));
}

/*
 * Is the word at `from` the name of a thing: "database patient", "user
 * patient(uid=", "please be patient: 12 s", https://patient:8080,
 * his/patient:2024, C:\Patient 2024\? `end` is behind it.
 */
static bool
names_thing(struct str s, size_t from, size_t end)
{
	static const struct str words[] = {STR_INIT("be"), STR_INIT("container"),
	    STR_INIT("database"), STR_INIT("exchange"), STR_INIT("group"),
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
static size_t
hide_plain(struct hiding *h, const struct patient_label *label)
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
	if (label->bare && is_version(s, i))
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
	patient_replace(h, i, end, PATIENT_NAME, STR_NONE);
	return end;
}

/* Where `text` begins that ends at i, with blanks behind it; 0: another does. */
static size_t
before_text(struct str s, size_t i, struct str text)
{
	for (size_t n = 0; n < 4 && i > 0 && char_is_blank(s.p[i - 1]); n++)
		i--;
	return str_has_suffix(str_first(s, i), text) ? i - text.n : 0;
}

/* The same before it: "display":"...","reference":"Patient/1", also with an
 * address before the "Patient" at `from`, or "type":"Patient". */
static void
hide_display_before(struct hiding *h, size_t from)
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

/* What follows Patient/ (FHIR's name: any id with a digit) or /patients/. */
static size_t
hide_reference(struct hiding *h, size_t from, const struct patient_label *label)
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
		is_version(s, i) ||
		str_has_prefix(str_skip(s, i + id.n), STR(".log")))))
		return label->end;
	end = i + id.n;
	hide_display_before(h, from);
	patient_replace(h, i, end, PATIENT_NUMBER, STR_NONE);
	if (patient_byte(s, end) == ',' && char_is_digit(patient_byte(s, end + 1)))
		return patient_hide_list(h, end, false);
	return hide_display(h, end);
}

/* /Patient?family=, /patients/search?q=: where its "?" is, or SIZE_MAX. */
static size_t
find_query(struct str s, size_t from, size_t label_end)
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

/* Returns where to look on. */
static size_t
hide_labelled(struct hiding *h, size_t from, const struct patient_label *label)
{
	struct str s = h->s, quote;
	struct patient_label list = *label;
	size_t i = skip_pseudonym(h, from), sign, closed;
	char before;

	if (i != from)
		return i;
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
	if (label->bare && names_thing(s, from, i))
		return i;
	if (label->bare && (sign = find_query(s, from, i)) != SIZE_MAX)
		return patient_hide_query(h, sign);
	if (label->bare &&
	    (patient_byte(s, i) == '/' ||
		str_has_prefix_nocase(str_skip(s, i), STR("%2f"))))
		return hide_reference(h, from, label);
	if ((patient_byte(s, i) == '>' ||
		(patient_byte(s, i) == ' ' &&
		    patient_value_is_next_label(s, i + 1))) &&
	    patient_sign_is_element(s, i)) {
		sign = hide_in_element(h, label, STR_NONE);
		if (sign != i)
			return sign;
	}
	quote = patient_value_quote(s, i);
	before = quote.n > 0 ? patient_sign_before(s, from, quote) : '\0';
	if (before == ':' && label->bare && s.p[from] == 'P')
		hide_display_before(h, from);
	if (before == ':')
		return hide_pairs(h, i + quote.n, label,
		    label->bare && !is_thing_key(
			patient_sign_key(s, from, quote)));
	if (before == '=' && patient_sign_in_tag(s, from))
		return hide_in_element(h, label, quote);
	closed = patient_sign_closers(s, i + quote.n);
	i = patient_sign_space(s, closed);
	sign = patient_sign_skip(s, i, label->end);
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
		return quote.n == 0 && !label->group ? hide_plain(h, label)
						     : label->end;
	}
	i = patient_sign_space(s, sign);
	return hide_value(h, i, &list, quote, i == sign);
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
