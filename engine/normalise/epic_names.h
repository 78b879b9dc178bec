/*
 * What may be seen of Epic's audit events, by the name of a mnemonic, an
 * element or a key.
 */
#ifndef VIGIE_NORMALISE_EPIC_NAMES_H
#define VIGIE_NORMALISE_EPIC_NAMES_H

#include "engine/base/str.h"

/* What becomes of a value. */
enum epic_class {
	CLASS_HIDDEN,
	CLASS_SHOWN,
	CLASS_STAFF, /* shown, but in a patient's portal a patient */
	CLASS_PATIENT,
	CLASS_ENCOUNTER,
};

/* `name` in capitals, without blanks, dashes and underlines; `portal`: who
 * acts is a patient (MyChart). What is not known is hidden. */
enum epic_class epic_class_of(struct str name, bool portal);

#endif
