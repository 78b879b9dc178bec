/*
 * `vigie worker`: what the master starts; not for people.
 */
#include "engine/cli/cli.h"

#include "engine/daemon/worker.h"

#include <stddef.h>

enum { OPT_CONFIG, OPT_SLOT, OPT_SOCKETS };

static const struct option_row options[] = {
    {"config",  'c', "FILE",   "configuration"	       },
    {"slot",    0,   "NUMBER", "which worker this is"},
    {"sockets", 0,   "LIST",   "inherited descriptors"},
};

static const struct command_help help = {
    .usage = "vigie worker --slot NUMBER [-c FILE] [--sockets LIST]",
    .what = "One worker of the engine; started by the master.",
    .example = "vigie engine",
    .options = options,
    .n_options = sizeof(options) / sizeof(options[0]),
};

int
cmd_worker(int argc, char **argv)
{
	const char *config = NULL, *sockets = "", *arg;
	uint64_t slot = 0;
	int at = 1, o;

	while ((o = cli_option(&help, argc, argv, &at, &arg)) >= 0) {
		if (o == OPT_CONFIG)
			config = arg;
		else if (o == OPT_SOCKETS)
			sockets = arg;
		else if (!str_to_u64(str_from(arg), &slot) || slot > 63)
			return EXIT_USAGE;
	}
	if (o != CLI_END)
		return o == CLI_HELP ? EXIT_OK : EXIT_USAGE;
	return worker_process(config, (unsigned)slot, sockets);
}
