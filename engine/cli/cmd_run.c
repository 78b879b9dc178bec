/*
 * `vigie run`, `vigie engine`, `vigie desk`: the daemon and its halves.
 */
#include "engine/cli/cli.h"

#include "engine/base/log.h"
#include "engine/daemon/desk.h"
#include "engine/daemon/master.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

enum { OPT_CONFIG, OPT_SAMPLE, OPT_NO_VIEW, OPT_CHILD };

static const struct option_row options[] = {
    {"config",  'c', "FILE", "configuration, default vigie.yaml if there is one"},
    {"sample",  0,   "FILE", "play this sample day once all is up"		   },
    {"no-view", 0,   NULL,   "no live view, only the log"			   },
    {"child",   0,   NULL,   NULL						   },
};

static const struct command_help run_help = {
    .usage = "vigie run [-c FILE] [--sample FILE] [--no-view]",
    .what = "The whole system on one machine: engine, desk, embedded Redis.",
    .example = "vigie run -c /etc/vigie/vigie.yaml",
    .options = options,
    .n_options = 3,
};

static const struct command_help engine_help = {
    .usage = "vigie engine [-c FILE]",
    .what = "The engine alone: listeners, workers, and Redis if embedded.",
    .example = "vigie engine -c /etc/vigie/vigie.yaml",
    .options = options,
    .n_options = 4,
};

static const struct command_help desk_help = {
    .usage = "vigie desk [-c FILE]",
    .what = "The desk alone: takes alerts, keeps incidents, answers people.",
    .example = "vigie desk -c /etc/vigie/vigie.yaml",
    .options = options,
    .n_options = 4,
};

struct run {
	const char *config;
	const char *sample;
	bool view;
	bool child;
	pid_t view_pid, sample_pid;
};

static int
read_options(const struct command_help *help, int argc, char **argv,
    struct run *run)
{
	const char *arg;
	int at = 1, o;

	while ((o = cli_option(help, argc, argv, &at, &arg)) >= 0) {
		if (o == OPT_CONFIG)
			run->config = arg;
		else if (o == OPT_SAMPLE)
			run->sample = arg;
		else if (o == OPT_NO_VIEW)
			run->view = false;
		else if (o == OPT_CHILD)
			run->child = true;
	}
	if (o == CLI_END && at != argc) {
		fprintf(stderr, "vigie: '%s' is one word too many\nUsage: %s\n",
		    argv[at], help->usage);
		return EXIT_USAGE;
	}
	return o == CLI_HELP ? EXIT_OK : o == CLI_WRONG ? EXIT_USAGE : -1;
}

/* This program again with other words. */
static pid_t
start_self(const char *const *words, const struct config *config)
{
	const char *args[16] = {"vigie"};
	size_t n = 1;
	pid_t pid;

	for (size_t i = 0; words[i] != NULL; i++) {
		args[n++] = words[i];
		if (i == 0 && config->file.n > 0) {
			args[n++] = "-c";
			args[n++] = config->file.p;
		}
	}
	args[n] = NULL;
	pid = fork();
	if (pid != 0)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	execv("/proc/self/exe", (char *const *)(uintptr_t)args);
	_exit(127);
}

static void
tell_where(const struct config *config)
{
	struct str at = STR("127.0.0.1:5514");
	struct str host, port;
	const char *kind = "-d";

	if (config->n_listen > 0) {
		at = config->listen[0].text;
		kind = config->listen[0].udp ? "-d" : "-T";
	}
	str_cut(at, ':', &host, &port);
	printf("\nVigie listens. Send your own lines, for example:\n"
	       "  logger -n %.*s -P %.*s %s -t sshd "
	       "'Failed password for root from 192.0.2.7 port 4022 ssh2'\n"
	       "and answer incidents in another terminal:\n"
	       "  ./vigie incidents list --socket %s\n"
	       "Ctrl-C stops it.\n\n",
	    STR_ARG(host), STR_ARG(port), kind, config->desk_socket);
	fflush(stdout);
}

static void
on_ready(void *arg, const struct config *config)
{
	struct run *run = arg;
	const char *view[] = {"top", "--follow", NULL};
	const char *play[] = {"play", run->sample, NULL};

	if (run->view)
		tell_where(config);
	if (run->view)
		run->view_pid = start_self(view, config);
	if (run->sample != NULL)
		run->sample_pid = start_self(play, config);
}

int
cmd_run(int argc, char **argv)
{
	struct run run = {.view = true};
	struct master_options master = {.engine = true, .desk = true,
	    .on_ready = on_ready, .arg = &run};
	int code = read_options(&run_help, argc, argv, &run);

	if (code >= 0)
		return code;
	log_init("", LOG_LEVEL_INFO);
	master.config_path = run.config;
	master.log_file = run.view && isatty(STDOUT_FILENO) != 0;
	code = master_run(&master);
	if (run.view_pid > 0)
		kill(run.view_pid, SIGTERM);
	if (run.sample_pid > 0)
		kill(run.sample_pid, SIGTERM);
	return code;
}

int
cmd_engine(int argc, char **argv)
{
	struct run run = {0};
	struct master_options master = {.engine = true};
	int code = read_options(&engine_help, argc, argv, &run);

	if (code >= 0)
		return code;
	master.config_path = run.config;
	return master_run(&master);
}

/* For people: a master with the desk as its only child, which starts it
 * again. The child itself has --child. */
int
cmd_desk(int argc, char **argv)
{
	struct run run = {0};
	struct master_options master = {.desk = true};
	int code = read_options(&desk_help, argc, argv, &run);

	if (code >= 0)
		return code;
	if (run.child)
		return desk_process(run.config);
	master.config_path = run.config;
	return master_run(&master);
}
