/*
 * A worker's process: its sockets, its journal, its pipeline, and the windows
 * of its shards, in one loop.
 */
#ifndef VIGIE_DAEMON_WORKER_H
#define VIGIE_DAEMON_WORKER_H

/*
 * `sockets`: the inherited descriptors as "u5,t6" (u: UDP, t: TCP listening).
 * Runs until SIGTERM; returns the exit code.
 */
int worker_process(const char *config_path, unsigned slot,
    const char *sockets);

#endif
