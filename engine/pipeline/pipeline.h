/*
 * Line, member and time to event, matched rules and matches for windows: what
 * worker, replay, test and explain call. Pure. One pipeline a thread.
 */
#ifndef VIGIE_PIPELINE_PIPELINE_H
#define VIGIE_PIPELINE_PIPELINE_H

#include "engine/correlate/correlate.h"
#include "engine/detect/detect.h"
#include "engine/event/event.h"
#include "engine/member/member.h"
#include "engine/normalise/normalise.h"
#include "engine/sigma/sigma.h"

/* What one generation gives; all borrowed. */
struct parts {
	struct field_table *fields;
	struct word_table *words;
	const struct members *members;
	const struct packs *packs;
	const struct sigma_collection *sigma;
	const struct ruleset *rules;
	const struct specs *specs;
	const struct pseudonym_keys *keys; /* NULL: the test key */
};

struct pipeline {
	struct parts parts;
	struct normaliser *normaliser;
	struct detector *detector;
	struct event *event;	  /* the line handled last */
	const uint32_t *rules;	  /* that matched it, ascending */
	size_t n_rules;
	struct match_list matches; /* appended to; the caller clears it */
};

struct pipeline *pipeline_new(const struct parts *parts);
void pipeline_free(struct pipeline *p);

/* One message: event, rules, and its matches added to p->matches. */
void pipeline_line(struct pipeline *p, struct str line,
    const struct origin *origin);
/* One JSON object whose keys are field names. False: it was none. */
bool pipeline_json(struct pipeline *p, struct str line,
    const struct origin *origin, struct logsource source);

#endif
