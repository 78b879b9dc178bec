/*
 * Patients in any text: in medical audit messages, in HL7, and behind labels
 * (patient.h). They become pseudonyms; names, queries and details go
 * (docs/privacy.md). Of audit messages that a pack decodes,
 * privacy.c has the redacted text already; this is for all others: in a field
 * of another product, inside JSON, in the raw line.
 */
#ifndef VIGIE_NORMALISE_REDACT_H
#define VIGIE_NORMALISE_REDACT_H

#include "engine/base/buf.h"
#include "engine/patient/pseudonym.h"

struct redactor; /* what is kept from one text to the next */

struct redactor *redactor_new(void);
void redactor_free(struct redactor *r);

/* Words in s that audit messages have, or a label of a patient. Cheap, and
 * false for nearly all. */
bool redact_may_change(struct str s);

/* The same of a line in which letters may have been written as escapes
 * (\u0070); any such may be one of a label. */
bool redact_may_change_raw(struct str line);

/*
 * s without its patients is added to `out`; JSON around an audit message is
 * written anew, without blanks. What cannot be read of one is left out:
 * "[...]". Returns the number of changes (0: `out` has s as it was, but letters
 * of JSON for their escapes).
 * Matricules are pseudonym_text()'s.
 */
size_t redactor_run(struct redactor *r, const struct pseudonym_key *key,
    struct str s, struct buf *out);

#endif
