/*
 * FHIR AuditEvent as JSON (R4; what R5 moved is read where it is now): IHE
 * BALP and the ATNA FHIR feed.
 */
#ifndef VIGIE_NORMALISE_FORMAT_FHIR_H
#define VIGIE_NORMALISE_FORMAT_FHIR_H

#include "engine/normalise/audit.h"

struct fhir;

/* NULL: s is no AuditEvent in JSON. fhir_free(). */
struct fhir *fhir_parse(struct str s);
void fhir_free(struct fhir *f);

/* Fills `a` (begun here); its texts are the arena's. */
void fhir_read(const struct fhir *f, struct arena *arena, struct audit *a);

/*
 * Takes out what nobody outside the member may see (narrative, contained
 * resources, names, queries and details of entities), puts pseudonyms for
 * patients, and adds the JSON to `out`. The values that were read stay.
 */
void fhir_redact(struct fhir *f, const struct pseudonym_key *key,
    struct buf *out);

#endif
