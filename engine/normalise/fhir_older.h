/*
 * AuditEvents of FHIR DSTU2 and STU3 in R4's words, so that one reader and one
 * redaction do for all: "participant" and "object" are agents and entities,
 * "userId" and "reference" who it was, "identifier" and "reference" what
 * (AuditEvent of 1.0.2, 3.0.2 and 4.0.1).
 */
#ifndef VIGIE_NORMALISE_FHIR_OLDER_H
#define VIGIE_NORMALISE_FHIR_OLDER_H

#include "engine/normalise/json_tree.h"

/* Changes the tree in place; of R4 and R5 nothing. */
void fhir_modernise(struct arena *arena, struct json_node *event);

#endif
