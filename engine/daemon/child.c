#include "engine/daemon/child.h"

#include "engine/base/log.h"
#include "engine/base/stamp.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define PAUSE_LEAST (20 * 1000)
#define PAUSE_MOST  (5 * SECOND)
#define YOUNG	    (2 * SECOND)

static _Noreturn void
become(const struct child *c, pid_t master)
{
	sigset_t none;
	int null;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	/* Interrupts from the terminal are the master's to handle. */
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != master)
		_exit(0);
	for (size_t i = 0; i < c->n_keep; i++)
		(void)fcntl(c->keep[i], F_SETFD, 0);
	null = open("/dev/null", O_RDWR);
	if (null >= 0) {
		dup2(null, STDIN_FILENO);
		if (c->quiet) {
			dup2(null, STDOUT_FILENO);
			dup2(null, STDERR_FILENO);
		}
		if (null > STDERR_FILENO)
			close(null);
	}
	execvp(c->program, c->args);
	log_error("%s cannot be started: %s: %s", c->name, c->program,
	    strerror(errno));
	_exit(127);
}

bool
child_start(struct child *c, int64_t now)
{
	pid_t master = getpid();
	pid_t pid = fork();

	if (pid < 0) {
		log_error("%s cannot be forked: %s", c->name, strerror(errno));
		c->due = now + PAUSE_MOST;
		return false;
	}
	if (pid == 0)
		become(c, master);
	c->pid = pid;
	c->started = now;
	c->starts++;
	return true;
}

void
child_ended(struct child *c, int status, int64_t now)
{
	bool young = now - c->started < YOUNG;

	c->pid = 0;
	c->pause = !young ? PAUSE_LEAST : c->pause * 2;
	if (c->pause < PAUSE_LEAST)
		c->pause = PAUSE_LEAST;
	if (c->pause > PAUSE_MOST)
		c->pause = PAUSE_MOST;
	c->due = now + c->pause;
	if (WIFSIGNALED(status))
		log_warn("%s was ended by signal %d (%s)", c->name,
		    WTERMSIG(status), strsignal(WTERMSIG(status)));
	else
		log_warn("%s ended with code %d", c->name,
		    WEXITSTATUS(status));
}
