/* Values that ECS keeps in several fields. */
#ifndef VIGIE_NORMALISE_VALUE_PARTS_H
#define VIGIE_NORMALISE_VALUE_PARTS_H

#include "engine/event/event.h"

/* A number as JSON has it: "007" loses its zeros, "+7" its sign. False: *s is
 * none. */
bool value_clean_number(struct str *s);
/* An address field: the address in the one form that it has, the port behind
 * it in its field, a text that is no address in .address (ECS). `append` where
 * the field has a value already. */
void value_put_ip(struct event *ev, field_id field, struct str text, bool append);
/* What may be a name; where it is an address, that too. */
void value_put_address(struct event *ev, field_id field, struct str text,
    bool append);
/* "HOSP\\jdoe": the domain goes to user.domain. */
void value_put_user(struct event *ev, field_id field, struct str text,
    bool append);

#endif
