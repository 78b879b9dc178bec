/*
 * The command line: one file a command. Data goes to stdout, everything else
 * to stderr.
 */
#ifndef VIGIE_CLI_CLI_H
#define VIGIE_CLI_CLI_H

#include "engine/base/buf.h"
#include "engine/base/err.h"
#include "engine/event/logsource.h"

enum exit_code {
	EXIT_OK = 0,
	EXIT_FINDINGS = 1,  /* a failed test, findings of a check */
	EXIT_RULE = 2,	    /* a broken rule or pack */
	EXIT_USAGE = 3,	    /* usage or configuration */
	EXIT_NO_ANSWER = 4, /* the daemon does not answer */
	EXIT_PARTIAL = 5,
};

typedef int command_fn(int argc, char **argv);

command_fn cmd_run, cmd_engine, cmd_desk, cmd_parse, cmd_detect, cmd_replay,
    cmd_check, cmd_test, cmd_incidents, cmd_members, cmd_journal, cmd_worker,
    cmd_play, cmd_top, cmd_explain;

/*
 * One option of a command. `arg` NULL: a flag. `help` is one line of
 * --help; options without help are hidden.
 */
struct option_row {
	const char *name; /* "rules": --rules */
	char letter;	  /* 0: none */
	const char *arg;  /* "PATH": takes an argument */
	const char *help;
};

struct command_help {
	const char *usage;   /* "vigie detect --rules PATH [FILE...|-]" */
	const char *what;    /* a sentence */
	const char *example; /* a command line that works */
	const struct option_row *options;
	size_t n_options;
};

/*
 * Walks over the options like getopt_long: the index of the next option in
 * help->options with its argument in *arg, -1 at the end (operands begin at
 * *at), -2 after --help was printed (exit 0), -3 after a mistake was told
 * (exit 3). *at starts at 1.
 */
int cli_option(const struct command_help *help, int argc, char **argv, int *at,
    const char **arg);
#define CLI_END	  (-1)
#define CLI_HELP  (-2)
#define CLI_WRONG (-3)

/* "vigie: --format 'x': expected syslog or json" on stderr; EXIT_USAGE. */
int cli_wrong_value(
    const char *option, const char *value, const char *expected);

/* "product=windows,service=security"; false: not of this form. */
bool cli_read_source(
    struct word_table *words, const char *text, struct logsource *out);

/* Prints the messages to stderr, coloured on a terminal without NO_COLOR. */
void cli_print_errors(struct err *err, bool warnings);

/* fwrite to stdout; a closed pipe ends the process quietly. */
void cli_write(struct str s);

/* All of a file, or of stdin for "-"; false with a message on stderr. */
bool cli_read(struct arena *arena, const char *path, struct str *out);

#endif
