/*
 * The incident types of the Reference Security Incident Taxonomy (RSIT 1003)
 * as constants, one row a type. rsit_gravity() is in priority.h.
 */
#ifndef VIGIE_INCIDENT_RSIT_H
#define VIGIE_INCIDENT_RSIT_H

#include "engine/base/str.h"

struct rsit {
	struct str class, type; /* machine tags */
	int gravity;            /* G0 of domain.md section 3.1 */
	struct str words;       /* "Brute force" */
};

/* The row of "class:type", NULL when there is no such type. */
const struct rsit *rsit_find(struct str rsit);
/* The rows in order; NULL behind the last of the 39. */
const struct rsit *rsit_at(size_t index);

#endif
