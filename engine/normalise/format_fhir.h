/*
 * FHIR AuditEvent as JSON (R4; what R5 moved is read where it is now): IHE
 * BALP and the ATNA FHIR feed.
 */
#ifndef VIGIE_NORMALISE_FORMAT_FHIR_H
#define VIGIE_NORMALISE_FORMAT_FHIR_H

#include "engine/normalise/audit.h"

struct json_node;
struct json_reader;

/* The message as a tree in the arena; NULL: s is no object in JSON. Of one
 * that was cut, what there is. */
struct json_node *fhir_parse(struct json_reader *reader, struct arena *arena,
    struct str s, bool *truncated);

/* Is it an AuditEvent? `node` may be NULL. */
bool fhir_is_event(const struct json_node *node);
/* The AuditEvent that `root` is, or the first of a Bundle, in which *more
 * others stand; NULL: none is there. */
struct json_node *fhir_event_of(struct json_node *root, size_t *more);

/* Is it a type of resource that holds data of patients? Not those whose names
 * other products have, too (Group, Account, Device). */
bool fhir_is_clinical(struct str type);

/* Fills `a` (begun here); its texts are the tree's, or the arena's. */
void fhir_read(struct json_node *event, struct arena *arena,
    struct audit *a);

/*
 * Of an event that was read into `a`: takes out what nobody outside the member
 * may see (narrative, contained resources, names, queries and details of
 * entities), puts pseudonyms for patients, and adds the JSON to `out`. The
 * values that were read stay.
 */
void fhir_redact(struct json_node *event, struct audit *a,
    const struct pseudonym_key *key, struct buf *out);

#endif
