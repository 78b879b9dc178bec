/* What the parts of patient.c share: a text that is written anew. */
#ifndef VIGIE_PATIENT_PATIENT_HIDE_H
#define VIGIE_PATIENT_PATIENT_HIDE_H

#include "engine/base/buf.h"
#include "engine/patient/patient_label.h"
#include "engine/patient/pseudonym.h"

struct hiding {
	const struct pseudonym_key *key;
	struct str s;
	size_t done; /* what is before stands in `out` */
	struct buf *out;
	size_t changes;
	enum pseudonym_kind kind; /* of numbers */
	struct str authority;	  /* of the next number, or empty */
	bool digits;		  /* of numbers nothing else counts */
};

/* --- patient_replace.c --------------------------------------------------- */

/* The bytes from..to, as what they are; `quote` around it if they had none.
 * Behind 512 numbers "[...]". */
void patient_replace(struct hiding *h, size_t from, size_t to,
    enum patient_part part, struct str quote);

/* --- objects and lists (patient_group.c): what is behind it -------------- */

/* What a patient's object says under this key. */
enum patient_part patient_part_of_key(struct str key);

/* From the brackets at i on; `quote` is around what has none. */
size_t patient_hide_group(
    struct hiding *h, size_t i, struct str quote, enum patient_part part);
/* What such brackets hold, from i on. */
size_t patient_hide_members(struct hiding *h, size_t i);
/* Do brackets with keys, "[id=4711, name=", begin at i? */
bool patient_is_group(struct str s, size_t i);
/* More numbers behind the one that ended at i; `blanks` alone part them. */
size_t patient_hide_list(struct hiding *h, size_t i, bool blanks);

/* --- elements (patient_element.c): what is behind it --------------------- */

/* The attributes from i on and what the element holds. */
size_t patient_hide_element(
    struct hiding *h, size_t i, enum patient_part part);
/* The element's content from i on, when it is no plain text; else i. */
size_t patient_hide_content(
    struct hiding *h, size_t i, enum patient_part part);

/* --- addresses and references (patient_reference.c) ---------------------- */

/* What follows Patient/ (FHIR's name: any id with a digit) or /patients/; where
 * to look on. */
size_t patient_hide_reference(
    struct hiding *h, size_t from, const struct patient_label *label);
/* The name that stands right before a reference: "display":"...","reference":
 * "Patient/1", also with an address before the "Patient" at `from`, or
 * "type":"Patient". */
void patient_hide_display(struct hiding *h, size_t from);
/* /Patient?family=, /patients/search?q=: where its "?" is, or SIZE_MAX. */
size_t patient_find_query(struct str s, size_t from, size_t label_end);
/* The parameters from the "?" at i on; what is behind them. */
size_t patient_hide_query(struct hiding *h, size_t i);

/* --- without a sign (patient_plain.c) ------------------------------------ */

/* Only what looks like a number: "patient 4711", "MRN #12", "patient ID
 * (4711)", or like a name; where to look on. */
size_t patient_hide_plain(struct hiding *h, const struct patient_label *label);
/* "patient 12.4.5 installed", registry.example/patient:4.7.11, an address; but
 * no date. */
bool patient_is_version(struct str s, size_t i);
/*
 * Is the word at `from` the name of a thing: "database patient", "user
 * patient(uid=", "please be patient: 12 s", https://patient:8080,
 * his/patient:2024, C:\Patient 2024\? `end` is behind it.
 */
bool patient_names_thing(struct str s, size_t from, size_t end);

/* --- CEF's names that stand elsewhere (patient_custom.c) ----------------- */

void patient_hide_customs(struct hiding *h);

#endif
