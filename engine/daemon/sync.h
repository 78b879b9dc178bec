/*
 * The journal's sync thread: fdatasync takes its time aside while lines go
 * on. One job at a time; what it covered is durable when it ends.
 */
#ifndef VIGIE_DAEMON_SYNC_H
#define VIGIE_DAEMON_SYNC_H

#include "engine/journal/journal.h"

struct sync;

struct sync *sync_new(struct journal *journal);
/* Waits for a job under way. */
void sync_free(struct sync *s);

/* Takes back a job that ended and, when `start`, begins the next one. To be
 * called often; never blocks. */
void sync_poll(struct sync *s, bool start);

#endif
