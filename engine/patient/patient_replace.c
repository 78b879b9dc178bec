/* What is written in place of a value. */
#include "engine/patient/patient_hide.h"

#include "engine/patient/patient_value.h"

#define NUMBERS_MAX 512 /* more become "[...]" */
#define ID_MAX	    256 /* bytes of one that has escapes */

static bool
says_nothing(struct str s)
{
	static const struct str list[] = {STR_INIT("null"), STR_INIT("none"),
	    STR_INIT("nil"), STR_INIT("true"), STR_INIT("false"),
	    STR_INIT("undefined"), STR_INIT("unknown"), STR_INIT("n/a"),
	    STR_INIT("-"), STR_INIT("0"), STR_INIT("[...]")};

	if (s.n == 0)
		return true;
	if (s.n > sizeof("undefined") - 1 ||
	    (s.n > 1 && char_is_digit(s.p[0])))
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
	if (authority.n > 0 && !pseudonym_is_own(key, id))
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
	size_t at;

	if (str_find_char(value, '/') == SIZE_MAX)
		return value;
	at = str_find(value, name);
	if (str_has_prefix_nocase(value, name))
		at = 0;
	if (at == SIZE_MAX || (at > 0 && value.p[at - 1] != '/'))
		return value;
	value = str_skip(value, at + name.n);
	return str_first(value, str_find_char(value, '/'));
}

void
patient_replace(struct hiding *h, size_t from, size_t to,
    enum patient_part part, struct str quote)
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
