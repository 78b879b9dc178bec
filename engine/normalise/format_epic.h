/*
 * Epic's audit events as its SIEM interface sends them: an <EventLog> in XML,
 * or CEF and LEEF of "Epic|Security-SIEM". What may be seen is a list of
 * names; a value whose name is not in it is never shown, those of patients and
 * encounters become pseudonyms.
 */
#ifndef VIGIE_NORMALISE_FORMAT_EPIC_H
#define VIGIE_NORMALISE_FORMAT_EPIC_H

#include "engine/normalise/audit.h"

/* Where in s such an event begins, or SIZE_MAX. */
size_t epic_find(struct str s);

/* s, from where the event begins, without what nobody outside the member may
 * see, is added to `out`. Returns the number of changes. */
size_t epic_redact(
    const struct pseudonym_key *key, struct str s, struct buf *out);

struct normaliser;
/* Into the event's fields; `a` is room for participants and objects. */
void epic_emit(struct normaliser *n, struct event *ev, struct str s,
    struct audit *a, const struct pseudonym_key *key);

#endif
