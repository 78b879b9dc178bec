/*
 * Epic's audit events as its SIEM interface sends them: an <EventLog> in XML,
 * or CEF and LEEF of "Epic|Security-SIEM"; and as collectors hand them on, JSON
 * with the mnemonics as keys. What may be seen is a list of
 * names; a value whose name is not in it is never shown, those of patients and
 * encounters become pseudonyms.
 */
#ifndef VIGIE_NORMALISE_FORMAT_EPIC_H
#define VIGIE_NORMALISE_FORMAT_EPIC_H

#include "engine/normalise/audit.h"
#include "engine/normalise/epic_names.h"
#include "engine/normalise/json_tree.h"

/* Where in s such an event begins, or SIZE_MAX. */
size_t epic_find(struct str s);

/* s, from where the event begins, without what nobody outside the member may
 * see, is added to `out`. Returns the number of changes. */
size_t epic_redact(
    const struct pseudonym_key *key, struct str s, struct buf *out);

/* Is the object such an event? */
bool epic_json_is(const struct json_node *node);
/* The object, changed in its place; texts in the arena. Returns the number of
 * changes. */
size_t epic_json_redact(const struct pseudonym_key *key, struct arena *arena,
    struct json_node *node);

#define EPIC_KEY 64

/* `name` as epic_class_of() asks for it: in capitals, without blanks, dashes
 * and underlines; in out. */
struct str epic_plain(struct str name, char out[EPIC_KEY]);
/* By the event's id: who acts is a patient (MyChart). */
bool epic_is_portal(struct str id);
struct str epic_pseudonym(const struct pseudonym_key *key,
    enum epic_class class, struct str value, char out[PSEUDONYM_TEXT]);

struct normaliser;
/* Into the event's fields; `a` is room for participants and objects. */
void epic_emit(struct normaliser *n, struct event *ev, struct str s,
    struct audit *a, const struct pseudonym_key *key);

#endif
