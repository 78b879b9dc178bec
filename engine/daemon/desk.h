/*
 * The desk's process: alerts from the Redis stream into engine/desk.
 */
#ifndef VIGIE_DAEMON_DESK_H
#define VIGIE_DAEMON_DESK_H

/* Runs until SIGTERM; returns the exit code. */
int desk_process(const char *config_path);

#endif
