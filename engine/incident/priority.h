/*
 * The priority formula (reference/domain.md section 3.3): integers only, and
 * each score prints its terms.
 *   P = min(100, 12 G + 4 E + 2 M + X), then max(P, floor)
 *   D = t0 + 18 min x max(0, 80 - P)
 */
#ifndef VIGIE_INCIDENT_PRIORITY_H
#define VIGIE_INCIDENT_PRIORITY_H

#include "engine/base/str.h"

enum floor_kind {
	FLOOR_NONE,
	FLOOR_RANSOMWARE,
	FLOOR_DIRECTORY,
	FLOOR_PATIENT
};

struct priority_input {
	struct str rsit; /* "class:type"; G0 of the type */
	bool critical_asset, blocked, low_confidence;
	uint64_t affected;     /* users, hosts or patients, 0 counts as 1 */
	uint64_t member_users; /* 0: share unknown */
	uint64_t members;      /* distinct */
	int64_t outage;        /* us without service */
	uint32_t weight;       /* M, the highest of the members */
	bool health_data, nis2, spreading;
	enum floor_kind floor;
	bool lower_bound; /* extent counted, not known whole */
};

#define PRIORITY_TERMS 24

struct priority_term {
	char text[56]; /* "gravity: brute-force 2" */
	int points;    /* what it adds to P */
};

struct priority {
	int score; /* 0..100 */
	int band;  /* 1..5 */
	int gravity, extent;
	struct priority_term terms[PRIORITY_TERMS];
	size_t n_terms; /* their points add up to score */
};

void priority_compute(const struct priority_input *in, struct priority *out);
/* When a person's answer is due; never sooner than 15 minutes after t0. */
int64_t priority_deadline(int score, int64_t t0);
/* D of the formula, which orders the work. */
int64_t priority_order(int score, int64_t t0);
/* Base gravity of an RSIT type; false when there is no such type. */
bool rsit_gravity(struct str rsit, int *gravity);

#endif
