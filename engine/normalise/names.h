/*
 * Field names that people write in packs: are they plausible?
 */
#ifndef VIGIE_NORMALISE_NAMES_H
#define VIGIE_NORMALISE_NAMES_H

#include "engine/base/err.h"
#include "engine/event/field.h"

/*
 * False (and a mistake) for a name that cannot be a field. A name that is
 * nearly one of ECS's own gets a warning: a typing error makes no rule fail,
 * it makes it silent.
 */
bool field_name_check(const struct field_table *fields, struct str name,
    struct place at, struct err *err);

#endif
