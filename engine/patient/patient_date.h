/* Dates of birth, as people and programs write them (patient.c). */
#ifndef VIGIE_PATIENT_PATIENT_DATE_H
#define VIGIE_PATIENT_PATIENT_DATE_H

#include "engine/patient/patient_label.h"

/* Behind the date and its time of day at i, or i: it is none. `whole`: it has
 * day, month and year; else a year will do, or seconds since 1970. */
size_t patient_date_end(struct str s, size_t i, bool whole);

/* Is all of s a date with signs or a month's name and a year of four digits? */
bool patient_date_is(struct str s);

/* Is s the time at which a file was born, in (milli)seconds since 1970? */
bool patient_date_is_stamp(struct str s);

#endif
