/*
 * Labels that announce a patient in a text: "patient_id", "Patienten-Nr.",
 * "patientBirthDate", "nom du patient" is none; "pat_id" and "mrn" only with
 * a number's word or a number behind; DICOM's tags (0010,....). English, French
 * and German.
 */
#ifndef VIGIE_PATIENT_PATIENT_LABEL_H
#define VIGIE_PATIENT_PATIENT_LABEL_H

#include "engine/base/str.h"

/* What a label says of a patient. */
enum patient_part {
	PATIENT_NOTHING,
	PATIENT_NUMBER,
	PATIENT_NAME, /* or birth, address: what nobody needs to know */
	PATIENT_ENCOUNTER, /* of fields only: a number of a case or stay */
	PATIENT_BIRTH,	   /* of fields only: what has digits */
	PATIENT_BIRTH_TIME, /* the same, but no time of a file's birth */
	PATIENT_LONG,	   /* of fields only: a number of six digits or more */
	PATIENT_GROUP, /* of words only: what an object is told by */
};

struct patient_label {
	size_t end; /* behind it */
	enum patient_part part;
	bool bare; /* "patient" alone: what follows decides */
	bool many; /* "patients", "patient_ids" */
	bool encounter; /* whose number it is */
	bool date;	/* of birth: only a date is its value */
	bool time;	/* of birth, perhaps of a file's */
	bool is_long;	/* only a number of six digits or more is its value */
	bool matricule; /* only Luxembourg's number is its value */
	bool group; /* "patientRecord": only an object or a list behind it */
	bool tag;  /* (0010,0020) */
	bool element; /* patient@32473 of structured data */
};

/* The next place from i on where the letters of a label stand, or
 * SIZE_MAX. */
size_t patient_label_find(struct str s, size_t i);

/* Is there a label in s? Tags are none here. */
bool patient_label_in(struct str s);

/* Does a label begin at such a place? Those of tags began at its bracket. */
bool patient_label_read(struct str s, size_t i, struct patient_label *out);

/* What a word alone says of a patient whose object has it as a key. */
enum patient_part patient_label_word(struct str key);

/* What a value of this name is: "json.patient.id" is a number. */
enum patient_part patient_field(struct str name);

static inline char
patient_byte(struct str s, size_t i)
{
	return i < s.n ? s.p[i] : '\0';
}

/* Of ASCII, or any byte of a letter that is not. */
static inline bool
patient_is_letter(char c)
{
	return char_is_alpha(c) || (unsigned char)c >= 0x80;
}

#endif
