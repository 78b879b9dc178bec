/*
 * History in event time: lines of files through the pipeline into windows in
 * memory and on to incidents, with the same code as the daemon. The arrival
 * of a line is taken to be the latest event time so far, so nothing is late
 * and nothing in the future.
 */
#ifndef VIGIE_PIPELINE_REPLAY_H
#define VIGIE_PIPELINE_REPLAY_H

#include "engine/incident/incident.h"
#include "engine/pipeline/pipeline.h"

struct replay;

struct replay_options {
	const struct parts *parts;
	const struct member *member; /* who sent the lines */
	bool json;		     /* objects instead of syslog */
	struct logsource source;     /* of json events */
	/* Arrival of the first line, as far as it is known: now, or the middle
	 * of the year that the file is from. */
	int64_t start;
	/* Each alert once, with its last revision, at the end (or NULL). */
	void (*on_alert)(void *arg, const struct alert *alert);
	void *arg;
};

struct replay *replay_new(const struct replay_options *options);
void replay_free(struct replay *r);

/* `line` has to live until replay_finish: evidence points at it. */
void replay_line(struct replay *r, struct str line);
/* The same with member and arrival known (tests with a virtual clock). */
void replay_line_at(struct replay *r, struct str line,
    const struct member *member, int64_t received);

/*
 * The same out of turn: `number` (from 1, each once) is the line's place in
 * the order of arrival, and all lines that arrived before `passed` have been
 * given, this one included. What comes out is the same in every order.
 */
void replay_line_out_of_turn(struct replay *r, struct str line,
    uint32_t number, const struct member *member, int64_t received,
    int64_t passed);

/* Decides all that waited, calls on_alert, and forms the incidents. */
void replay_finish(struct replay *r);

/* After replay_finish. */
const struct incidents *replay_incidents(const struct replay *r);
uint64_t replay_lines(const struct replay *r);
uint64_t replay_matches(const struct replay *r);

#endif
