/*
 * The desk's process: one event loop with the API, a tick every five seconds
 * and a source of alerts, which the caller brings along.
 */
#ifndef VIGIE_DESK_RUN_H
#define VIGIE_DESK_RUN_H

#include "engine/desk/desk.h"

struct event_base;

/*
 * Called once when the loop is ready: hangs the source (the Redis stream)
 * into `base` and gives its batches to the desk. False ends desk_run().
 */
typedef bool desk_source_fn(
    void *arg, struct event_base *base, struct desk *desk);
typedef void desk_source_stop_fn(void *arg);

struct desk_options {
	const char *state_dir;
	const char *socket;               /* NULL: <state_dir>/desk.sock */
	const struct members *members;    /* borrowed; NULL: none */
	desk_source_fn *source;           /* NULL: no alerts */
	desk_source_stop_fn *source_stop; /* before the loop goes; NULL */
	void *arg;
	volatile bool *ready; /* set when it listens; NULL: nobody waits */
};

/* Runs until SIGTERM or SIGINT; 0 then, 1 when it could not start (logged). */
int desk_run(const struct desk_options *options);

#endif
