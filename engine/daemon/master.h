/*
 * The master: reads everything once to check it, makes the state folder,
 * binds the sockets, starts the embedded Redis, the workers and the desk, and
 * starts again what dies. It never sees a line.
 */
#ifndef VIGIE_DAEMON_MASTER_H
#define VIGIE_DAEMON_MASTER_H

#include "engine/daemon/config.h"

struct master_options {
	const char *config_path; /* NULL: see config_load */
	bool engine;		 /* Redis and workers */
	bool desk;
	/* The log of all processes goes to <state>/vigie.log once they start:
	 * the terminal is for the live view. */
	bool log_file;
	/* Called once when all is up; the master goes on. NULL: nobody. */
	void (*on_ready)(void *arg, const struct config *config);
	void *arg;
};

/* Runs until SIGTERM or SIGINT; returns the exit code (0, 2, 3). All mistakes
 * were told on stderr. */
int master_run(const struct master_options *options);

#endif
