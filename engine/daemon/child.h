/*
 * Child processes of the master: fork and exec, end, start again with a pause
 * that grows while they die young.
 */
#ifndef VIGIE_DAEMON_CHILD_H
#define VIGIE_DAEMON_CHILD_H

#include "engine/base/str.h"

#include <sys/types.h>

#define CHILD_MAX_ARGS 48

struct child {
	const char *name; /* "worker 0"; for messages */
	const char *program; /* path, or a name to be found by PATH */
	char *const *args;   /* NULL at the end */
	const int *keep;     /* descriptors that it inherits */
	size_t n_keep;
	bool quiet; /* stdout and stderr go to /dev/null */
	pid_t pid;  /* 0: not running */
	int64_t started; /* monotonic, us */
	int64_t pause;	 /* before the next start, us */
	int64_t due;	 /* when it may start again, monotonic */
	unsigned starts;
};

/* False with a message in the log when it cannot be forked. The child gets
 * SIGTERM when the master dies. */
bool child_start(struct child *c, int64_t now);
/* To be called when waitpid gave its pid: says why it ended and sets when it
 * may start again. */
void child_ended(struct child *c, int status, int64_t now);

#endif
