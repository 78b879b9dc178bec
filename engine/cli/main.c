/*
 * vigie: one binary, one word for what it shall do.
 */
#include "engine/cli/cli.h"

#include "engine/base/hash.h"
#include "engine/base/log.h"

#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#ifndef VIGIE_VERSION
#define VIGIE_VERSION "0.1.0"
#endif

static const struct {
	const char *name;
	command_fn *run;
	const char *what; /* NULL: not for people */
} commands[] = {
    {"run",	cmd_run,	 "the whole system: engine, desk, embedded Redis"},
    {"engine",    cmd_engine,	 "the engine alone: listeners, workers, Redis"   },
    {"desk",	cmd_desk,	 "the desk alone: incidents and their answers"   },
    {"parse",     cmd_parse,	 "raw syslog to normalised events"		  },
    {"detect",    cmd_detect,	 "the rules that match each message or event"    },
    {"replay",    cmd_replay,	 "history in event time to alerts and incidents" },
    {"check",     cmd_check,	 "mistakes in configuration, packs and rules"    },
    {"test",	cmd_test,	 "the tests written in packs and rules"	  },
    {"explain",   cmd_explain,   "which parts of a rule hold, and why"	      },
    {"incidents", cmd_incidents, "list, show and answer incidents"		  },
    {"members",   cmd_members,	 "who forwards logs to us"			  },
    {"journal",   cmd_journal,	 "read or verify the journal"		  },
    {"top",	cmd_top,	 "live: rates, lag, and the queue of incidents"  },
    {"play",	cmd_play,	 "send a sample day over real sockets"		  },
    {"worker",    cmd_worker,	 NULL						  },
};

static void
usage(FILE *to)
{
	fprintf(to, "Vigie: syslog in, prioritised incidents out.\n\n"
		    "Usage: vigie COMMAND [OPTIONS]\n\n");
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (commands[i].what != NULL)
			fprintf(to, "  %-10s %s\n", commands[i].name,
			    commands[i].what);
	}
	fprintf(to, "\n`vigie COMMAND --help` explains a command, with an "
		    "example.\n");
}

int
main(int argc, char **argv)
{
	uint64_t secret;

	log_init("", LOG_LEVEL_INFO);
	if (getrandom(&secret, sizeof(secret), 0) == (ssize_t)sizeof(secret))
		hash_seed(secret);
	if (argc < 2) {
		usage(stderr);
		return EXIT_USAGE;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
	    strcmp(argv[1], "help") == 0) {
		usage(stdout);
		return EXIT_OK;
	}
	if (strcmp(argv[1], "--version") == 0 ||
	    strcmp(argv[1], "version") == 0) {
		printf("vigie %s\n", VIGIE_VERSION);
		return EXIT_OK;
	}
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (strcmp(argv[1], commands[i].name) == 0)
			return commands[i].run(argc - 1, argv + 1);
	}
	fprintf(stderr, "vigie: there is no command '%s'\n\n", argv[1]);
	usage(stderr);
	return EXIT_USAGE;
}
