/* What stands between a patient's label and the value (patient.c). */
#ifndef VIGIE_PATIENT_PATIENT_SIGN_H
#define VIGIE_PATIENT_PATIENT_SIGN_H

#include "engine/patient/patient_label.h"

/* Is the name that ends before `end` that of an element, <ns:PatientID>? */
bool patient_sign_is_element(struct str s, size_t end);

/* Does a "<" open a tag that i is in? */
bool patient_sign_in_tag(struct str s, size_t i);

/* Is the text in `quote` in which a label begins at i a value, as in
 * "key":"patientId" and name="patientId"? The sign, or 0. */
char patient_sign_before(struct str s, size_t i, struct str quote);

/* The key before such a value, or nothing. */
struct str patient_sign_key(struct str s, size_t i, struct str quote);

/* Behind the brackets that close or number a label: patient[id], ids[0]. */
size_t patient_sign_closers(struct str s, size_t i);

/* Behind the sign at i, or i; `label_end` may be that of an element. */
size_t patient_sign_skip(struct str s, size_t i, size_t label_end);

/* Behind a word for one: "patient_id IN", "patientId%20eq%20", or i. */
size_t patient_sign_word(struct str s, size_t i);

/* Behind brackets before a value, and a function's name before them; or i. */
size_t patient_sign_open(struct str s, size_t i, enum patient_part part);

/* Behind few blanks, and what stands for them: \n, #012, %20. */
size_t patient_sign_space(struct str s, size_t i);

#endif
