/*
 * One generation: everything that people write (members, packs, taxonomy,
 * rules), loaded and compiled. Read-only once loaded; a reload makes a new
 * one beside it and drops the old one whole.
 */
#ifndef VIGIE_DAEMON_GENERATION_H
#define VIGIE_DAEMON_GENERATION_H

#include "engine/correlate/correlate.h"
#include "engine/detect/detect.h"
#include "engine/member/member.h"
#include "engine/normalise/normalise.h"
#include "engine/pipeline/pipeline.h"
#include "engine/sigma/sigma.h"

struct generation {
	struct arena *arena;
	struct parts parts; /* what the pipeline needs of it */
	struct packs *packs;
	struct ruleset *rules;
	struct pseudonym_keys keys;
	struct err err; /* all mistakes and warnings of the load */
	size_t refused_rules; /* documents left out for mistakes */
};

#define GENERATION_MAX_RULES 16

/* NULL: the shipped one (data_path); "" : none. */
struct generation_paths {
	const char *packs;
	const char *const *more_packs; /* beside them */
	size_t n_more_packs;
	/* A folder of other packs; those of the same name are left out. NULL:
	 * none. */
	const char *packs_among;
	const char *rules[GENERATION_MAX_RULES];
	size_t n_rules; /* 0 with rules[0] NULL: the shipped ones */
	const char *members;	  /* NULL: none */
	const char *placeholders; /* NULL: none */
	const char *key_file; /* of pseudonyms; NULL: the test key */
	bool no_rules;
	/* Of the packs' folder the taxonomy alone: events are JSON, whose keys
	 * are names of fields, and no line is parsed. */
	bool taxonomy_only;
	/* Broken rules are left out and told (detect, replay); otherwise any
	 * mistake refuses the load (daemon). */
	bool lenient;
	bool default_members; /* no members file given: no mistake */
};

/*
 * Never NULL: look at gen->err.errors, or with `lenient` at what is usable.
 * `ok` says whether the generation can be run.
 */
struct generation *generation_load(const struct generation_paths *paths,
    bool *ok);
void generation_free(struct generation *gen);

/* A zone by name from the system's zoneinfo: zone_find_fn for members_load;
 * arg is the arena for the bytes. */
bool generation_find_zone(void *arg, struct str name, struct str *bytes);
/* By name, or as stamps have it: "Europe/Luxembourg", "+02:00", "GMT+1",
 * "CEST"; NULL when there is none. */
struct zone *generation_zone(struct arena *arena, struct str name);

/* Lists for %name% from YAML or JSON text (name -> values). */
bool placeholders_load(struct arena *arena, struct str file, struct str text,
    struct sigma_placeholder **out, size_t *n, struct err *err);

#endif
