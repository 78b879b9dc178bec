/*
 * What a normaliser does for data protection: keys by member, and the last
 * step of every line. Private to this room.
 */
#ifndef VIGIE_NORMALISE_PRIVACY_H
#define VIGIE_NORMALISE_PRIVACY_H

#include "engine/event/event.h"
#include "engine/member/member.h"
#include "engine/patient/pseudonym.h"

struct decoder;
struct privacy;

/* With the test key until privacy_set_keys(). */
struct privacy *privacy_new(void);
void privacy_free(struct privacy *p);
void privacy_set_keys(struct privacy *p, const struct pseudonym_keys *keys);
const struct pseudonym_key *privacy_key(struct privacy *p,
    const struct member *member);

/* Before a line. */
void privacy_begin(struct privacy *p, struct str line);
/* May there be an audit message or a patient in it? */
bool privacy_may_change(const struct privacy *p);
/* Before a pack that knows nothing of audit messages gets the line: none is
 * in the event's message behind this. */
void privacy_hide(struct privacy *p, struct event *ev,
    const struct member *member);
/* The event has another message from here on. */
void privacy_message(struct privacy *p, struct str message);
/* The message as it came, for those that do. */
struct str privacy_original(const struct privacy *p, const struct event *ev);
/* A value of this line came out of escapes: its digits may not stand so in
 * the line. */
void privacy_look_closely(struct privacy *p);
/* `text` was written in the message as `code`: the text without its patients.
 * Where there were any, the code goes from the message, too. */
struct str privacy_decoded(struct privacy *p, struct event *ev,
    const struct member *member, struct str code, struct str text);
/* After everything else: message and values without audit messages that
 * nobody decoded, matricules in all values replaced. */
void privacy_finish(struct privacy *p, struct event *ev,
    const struct member *member);

/* `decode: dicom-audit`, `fhir-audit` and `epic-audit`; false: s is none. */
bool format_dicom(struct decoder *d, struct str s);
bool format_fhir(struct decoder *d, struct str s);
bool format_epic(struct decoder *d, struct str s);

#endif
