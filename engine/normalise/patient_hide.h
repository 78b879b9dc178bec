/* What the parts of patient.c share: a text that is written anew. */
#ifndef VIGIE_NORMALISE_PATIENT_HIDE_H
#define VIGIE_NORMALISE_PATIENT_HIDE_H

#include "engine/base/buf.h"
#include "engine/normalise/patient_label.h"
#include "engine/normalise/pseudonym.h"

struct hiding {
	const struct pseudonym_key *key;
	struct str s;
	size_t done; /* what is before stands in `out` */
	struct buf *out;
	size_t changes;
	enum pseudonym_kind kind; /* of numbers */
	bool digits; /* nothing but the digits of numbers counts */
	struct str authority;	  /* of the next number, or empty */
};

/* The bytes from..to, as what they are; `quote` around it if they had none.
 * Behind 512 numbers "[...]". */
void patient_replace(struct hiding *h, size_t from, size_t to,
    enum patient_part part, struct str quote);

/* --- objects, lists and elements (patient_group.c): what is behind it ------ */

/* From the brackets at i on; `quote` is around what has none. */
size_t patient_hide_group(
    struct hiding *h, size_t i, struct str quote, enum patient_part part);
/* What such brackets hold, from i on. */
size_t patient_hide_members(struct hiding *h, size_t i);
/* Do brackets with keys, "[id=4711, name=", begin at i? */
bool patient_is_group(struct str s, size_t i);
/* More numbers behind the one that ended at i; `blanks` alone part them. */
size_t patient_hide_list(struct hiding *h, size_t i, bool blanks);
/* The attributes from i on and what the element holds. */
size_t patient_hide_element(
    struct hiding *h, size_t i, enum patient_part part);
/* The element's content from i on, when it is no plain text; else i. */
size_t patient_hide_content(
    struct hiding *h, size_t i, enum patient_part part);
/* The parameters of a search for patients from the "?" at i on. */
size_t patient_hide_query(struct hiding *h, size_t i);

/* --- CEF's names that stand elsewhere (patient_custom.c) ------------------- */

void patient_hide_customs(struct hiding *h);

#endif
