#include "engine/patient/patient_hide.h"

#include "engine/base/text.h"
#include "engine/patient/patient_value.h"

#define CUSTOMS 16 /* names of custom fields */
#define KEY_MAX 32
#define LABEL_REACH 24

/* "cs1Label=PatientID" says what "cs1=" is (CEF), wherever it stands. */
struct custom {
	size_t from, to; /* of the value */
	enum patient_part part;
	enum pseudonym_kind kind;
};

/* What stands behind " cs1=" of s, up to the next key; false: nothing. */
static bool
find_custom(struct str s, struct str key, struct custom *out)
{
	char text[KEY_MAX + 2] = " ";
	struct str word = str_make(text, key.n + 2);
	size_t at;

	memcpy(text + 1, key.p, key.n);
	text[1 + key.n] = '=';
	if (str_has_prefix(s, str_skip(word, 1)))
		at = 0;
	else if ((at = str_find(s, word)) != SIZE_MAX)
		at++;
	else if ((text[0] = '|', at = str_find(s, word)) != SIZE_MAX)
		at++; /* the first behind CEF's header */
	else
		return false;
	out->from = out->to = at + key.n + 1;
	while (out->to < s.n &&
	    !(s.p[out->to] == ' ' &&
		patient_value_is_next_label(s, out->to + 1)))
		out->to++;
	return true;
}

/* Behind the "=" before i: "Date of Birth" begins before its letters. */
static size_t
sign_before(struct str s, size_t i)
{
	size_t from = i < LABEL_REACH ? 0 : i - LABEL_REACH;

	while (i > from && s.p[i - 1] != '=')
		i--;
	return i;
}

static size_t
find_customs(struct str s, struct custom list[CUSTOMS])
{
	static const struct str mark = STR_INIT("Label=");
	struct patient_label label;
	size_t n = 0, i = 0, tries = 0;

	while (tries < CUSTOMS && (i = patient_label_find(s, i)) != SIZE_MAX) {
		size_t sign = sign_before(s, i), key = sign - mark.n;
		size_t from = key;

		if (sign < mark.n || !has_prefix(str_skip(s, key), mark) ||
		    !patient_label_read(s, i, &label)) {
			i++;
			continue;
		}
		while (from > 0 && char_is_alnum(s.p[from - 1]))
			from--;
		list[n].part = label.part;
		list[n].kind = label.encounter ? PSEUDONYM_ENCOUNTER
					       : PSEUDONYM_PATIENT;
		tries++;
		n += from < key && key - from <= KEY_MAX && !label.group &&
		    !label.matricule &&
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
		h->kind = list[first].kind;
		if (list[first].part == PATIENT_NUMBER)
			list[first].to = patient_value_end(h->s,
			    list[first].from, list[first].to, PATIENT_NUMBER);
		if (list[first].from >= h->done)
			patient_replace(h, list[first].from, list[first].to,
			    list[first].part, STR_NONE);
		list[first] = list[--n];
	}
}

void
patient_hide_customs(struct hiding *h)
{
	struct custom list[CUSTOMS];

	hide_customs(h, list, find_customs(h->s, list));
}
