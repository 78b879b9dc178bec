/*
 * What a text has, seen in one pass: every line is asked whether it might
 * speak of a patient, and nearly none does. A sign that is there says no more
 * than that the words it stands for are worth looking for; without the sign
 * they are not there.
 */
#ifndef VIGIE_PATIENT_SIGNS_H
#define VIGIE_PATIENT_SIGNS_H

#include "engine/base/str.h"

struct signs {
	bool slanted;	/* one of < \ | */
	bool brace;	/* { */
	bool ampersand; /* & */
	bool bracket;	/* ( */
	bool e1m;	/* "1m" in any case: E1Mid */
	/* Letters of a label (patient_label.h). */
	bool label;
};

struct signs signs_of(struct str s);

/* The same letters from i on, and with `tags` those of (0010,...): where they
 * begin, or SIZE_MAX. */
size_t signs_find_label(struct str s, size_t i, bool tags);

#endif
