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
/* "HOSP\\jdoe": the domain goes to user.domain; "N/A" and the like are nobody. */
void value_put_user(struct event *ev, field_id field, struct str text,
    bool append);
/* Bytes of a MAC address as ECS wants it (RFC 7042 section 2.1), its end
 * included: "00-00-5E-00-53-01". */
#define VALUE_MAC_TEXT 18

/* "00:00:5e:00:53:01", "0:0:5e:0:53:1", "0000.5e00.5301", "00005E005301" in that
 * form; s itself where it is none. */
struct str value_mac(struct str s, char out[VALUE_MAC_TEXT]);
/* "0:01:52", "92:24:20.5", "2d 03:04:05", "0h:32m:16s", "1.5s", "350 ms" in
 * nanoseconds. A number without a unit is none. */
bool value_duration(struct str s, uint64_t *ns);

#endif
