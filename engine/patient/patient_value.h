/* Where the value of a patient's label ends (patient.c). */
#ifndef VIGIE_PATIENT_PATIENT_VALUE_H
#define VIGIE_PATIENT_PATIENT_VALUE_H

#include "engine/patient/patient_label.h"

/* Signs of numbers and names. */
static inline bool
patient_value_is_plain(char c)
{
	return patient_is_letter(c) || char_is_digit(c) || c == '.' ||
	    c == '_' || c == '^' || c == '~' || c == '-' || c == '+';
}

bool patient_value_has_digit(struct str s);
/* Three or more, and nothing else. */
bool patient_value_is_digits(struct str s);

/* Does a label of something else stand at i, "user=" or "User: "? */
bool patient_value_is_next_label(struct str s, size_t i);

/* How many bytes stand for a sign of numbers at i, as URLs and markup write
 * it: %5E, &amp;, or 1, and *sign is the byte itself. */
size_t patient_value_sign(struct str s, size_t i, char *sign);

/* Behind a number without quotes at i: one word; of urn:oid:1.2|4711 all. */
size_t patient_value_number_end(struct str s, size_t i);
/* Behind a name without quotes: to the next label or sign. */
size_t patient_value_name_end(struct str s, size_t i);

/* The quote at i, with the backslashes of the texts in which it stands; empty
 * when there is none. */
struct str patient_value_quote(struct str s, size_t i);
/* The closing quote's place, or the end. */
size_t patient_value_text_end(struct str s, size_t i, struct str quote);
/* The same, when what is quoted from i on is nothing but a number or a name;
 * else i. */
size_t patient_value_quoted_end(
    struct str s, size_t i, struct str quote, enum patient_part part);

/* Behind what of from..end, a value whose end is known, a number or a name is
 * written with: none may hide an attack. */
size_t patient_value_end(
    struct str s, size_t from, size_t end, enum patient_part part);

/* Behind Luxembourg's matricule at i, which may have blanks, or i. */
size_t patient_value_matricule_end(struct str s, size_t i);

/* Behind a number of six digits or more at i, whose groups may be parted, as in
 * 123-45-6789 and 50.07.17-123.24; or i. */
size_t patient_value_long_end(struct str s, size_t i);

/* Behind the few blanks at i. */
size_t patient_value_skip_blanks(struct str s, size_t i);

#endif
