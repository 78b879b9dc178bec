/*
 * Custom fields of CEF, which senders of LEEF have too: cs1=value and
 * cs1Label=name, in either order, are name=value besides. Lives on the stack
 * while one payload is read; its texts are borrowed.
 */
#ifndef VIGIE_NORMALISE_CUSTOM_FIELD_H
#define VIGIE_NORMALISE_CUSTOM_FIELD_H

#include "engine/normalise/work.h"

#define CUSTOM_FIELDS 16 /* more are read, but not by their label */

struct custom_field {
	struct str key; /* "cs1" */
	struct str text;
};

struct custom_fields {
	struct custom_field values[CUSTOM_FIELDS];
	size_t n_values;
	struct custom_field labels[CUSTOM_FIELDS];
	size_t n_labels;
};

/* Every pair of the payload, which is put where it belongs by itself. */
void custom_field_note(struct custom_fields *x, struct str key,
    struct str value);
/* At the end: the values by their labels. */
void custom_fields_put(const struct custom_fields *x, struct decoder *d);

#endif
