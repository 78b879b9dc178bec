/*
 * A medical audit message as both its forms say it: DICOM PS3.15 A.5 (RFC
 * 3881) in XML, FHIR AuditEvent in JSON. Read by format_dicom.c and
 * format_fhir.c, put into the event by audit.c. Patients are pseudonyms from
 * the first moment; names of objects, queries and details are never read.
 */
#ifndef VIGIE_NORMALISE_AUDIT_H
#define VIGIE_NORMALISE_AUDIT_H

#include "engine/base/arena.h"
#include "engine/event/event.h"
#include "engine/patient/pseudonym.h"

#define AUDIT_MAX_PARTICIPANTS 64
#define AUDIT_MAX_OBJECTS      512
#define AUDIT_MAX_CODES	       8
#define AUDIT_MAX_TEXT	       4096 /* bytes of one value */

struct audit_code {
	struct str code, system, text;
};

struct audit_codes {
	struct audit_code items[AUDIT_MAX_CODES];
	size_t n;
};

struct audit_participant {
	struct str id, alternative_id, name;
	struct str login; /* FHIR: with which a person logs in; or none */
	struct str access_point, access_type;
	struct str requestor; /* "true", "false"; empty: not said */
	struct audit_codes roles;
	bool is_patient; /* acts in a portal: a patient all the same */
	struct str shown; /* what audit_participant_id() made */
};

/* What becomes of an object's id. */
enum audit_class { AUDIT_THING, AUDIT_PATIENT, AUDIT_PERSON, AUDIT_ENCOUNTER };

struct audit_object {
	struct str id;	      /* as written: never leaves this room */
	struct str authority; /* FHIR: identifier.system */
	struct str type, role, life_cycle, sensitivity;
	struct audit_code id_type;
	bool identifier; /* id and authority apart, no CX */
	struct str shown; /* what audit_object_id() made */
};

struct audit {
	struct arena *arena;
	struct audit_code event_id;
	struct audit_codes event_types, purposes, source_types;
	struct str action, outcome, time, outcome_text;
	struct str source_id, source_site;
	struct audit_participant participants[AUDIT_MAX_PARTICIPANTS];
	size_t n_participants;
	struct audit_object objects[AUDIT_MAX_OBJECTS];
	size_t n_objects;
	bool truncated; /* the text ended, or broke, inside the message */
	bool limit;	/* something was left out */
	bool refused;	/* a document type declaration */
};

/* For a new message; what stands in it goes to the arena. */
void audit_begin(struct audit *a, struct arena *arena);

enum audit_class audit_class_of(const struct audit_object *o);
/* The id as it may be seen, in the arena; made once. */
struct str audit_object_id(struct audit *a, struct audit_object *o,
    const struct pseudonym_key *key);
struct str audit_participant_id(struct audit *a, struct audit_participant *p,
    const struct pseudonym_key *key);
/* Is it a code for "the patient"? (HL7 v3 PAT, and texts) */
bool audit_role_is_patient(struct str code);
/* A path or URI without its query; what follows /Patient/ or /patients/ is a
 * pseudonym. */
struct str audit_clean_uri(struct arena *arena, struct str s,
    const struct pseudonym_key *key);

struct normaliser;
/* Into the event's fields (docs/parsers.md has the list). */
void audit_emit(struct normaliser *n, struct event *ev, struct audit *a,
    const struct pseudonym_key *key);

#endif
