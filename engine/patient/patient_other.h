/*
 * Labels without the word patient: dates of birth (of whomever), numbers of
 * insurance, nation and file, and those of cases and stays, which are
 * encounters. Part of patient_label.h.
 */
#ifndef VIGIE_PATIENT_PATIENT_OTHER_H
#define VIGIE_PATIENT_PATIENT_OTHER_H

#include "engine/patient/patient_label.h"

/* Is there one whose four letters stand at i? */
bool patient_other_read(struct str s, size_t i, struct patient_label *out);

/* What patient_label.c lends: does a name begin at i, does it end there, the
 * word at i (0: another), and a word for a number, id, nr, number, at i. */
bool patient_label_begins(struct str s, size_t i);
bool patient_label_ends(struct str s, size_t i);
size_t patient_label_match(struct str s, size_t i, struct str word);
bool patient_label_number_word(struct str s, size_t i, size_t *end);

#endif
