/*
 * `vigie test`: the tests written in packs and rules.
 */
#include "engine/cli/cli.h"

#include "engine/daemon/files.h"
#include "engine/daemon/generation.h"
#include "engine/pipeline/ruletest.h"

#include <stdio.h>
#include <stdlib.h>

enum { OPT_PACKS, OPT_MIN, OPT_VERBOSE };

static const struct option_row options[] = {
    {"packs",   0,   "DIR", "parser packs to read lines with, default the shipped"},
    {"min",	0,   "PERCENT", "fail below this coverage of rules by tests"	     },
    {"verbose", 'v', NULL,  "name the tests that passed, too"		     },
};

static const struct command_help help = {
    .usage = "vigie test [OPTIONS] [PATH...]",
    .what = "Runs the tests written in parser packs and rules.",
    .example = "vigie test parsers correlation-rules",
    .options = options,
    .n_options = sizeof(options) / sizeof(options[0]),
};

struct tally {
	bool verbose;
	size_t passed, failed;
};

static void
tell(struct tally *t, struct place at, struct str what, struct str name,
    const char *failure)
{
	if (failure == NULL) {
		t->passed++;
		if (t->verbose)
			printf("ok    %.*s:%u: %.*s: %.*s\n", STR_ARG(at.file),
			    at.line, STR_ARG(what), STR_ARG(name));
		return;
	}
	t->failed++;
	printf("FAIL  %.*s:%u: %.*s: %.*s\n      %s\n", STR_ARG(at.file),
	    at.line, STR_ARG(what), STR_ARG(name), failure);
}

static void
on_rule(void *arg, const struct sigma_meta *rule, struct str test,
    struct place at, const char *failure)
{
	tell(arg, at, rule->title, test, failure);
}

static void
on_pack(void *arg, struct str pack, struct place at, const char *failure)
{
	tell(arg, at, STR("pack"), pack, failure);
}

/* Packs are told from rules by their first documents' keys. */
static bool
has_packs(const char *path)
{
	struct arena *arena = arena_new(0);
	struct files files = {0};
	struct err err;
	bool found = false;

	err_init(&err, arena);
	(void)files_add(arena, path, &files, &err);
	for (size_t i = 0; i < files.n && !found; i++) {
		struct str line, rest = files.items[i].text;

		while (!found && str_next_line(&rest, &line))
			found = str_has_prefix(line, STR("pack:")) ||
			    str_has_prefix(line, STR("taxonomy:"));
	}
	arena_free(arena);
	return found;
}

static void
test_packs(struct generation *gen, struct tally *t)
{
	struct normaliser *n = normaliser_new(gen->packs, gen->parts.fields,
	    gen->parts.words);
	struct event *ev = event_alloc(gen->parts.fields);

	packs_set_zones(gen->packs, generation_find_zone, gen->arena);
	packs_test(gen->packs, n, ev, on_pack, t);
	event_release(ev);
	normaliser_free(n);
}

static int
run_tests(const struct generation_paths *paths, bool packs, struct tally *t,
    uint64_t min)
{
	struct ruletest_result sum = {0};
	struct generation *gen;
	size_t all;
	bool ok;

	gen = generation_load(paths, &ok);
	if (!ok) {
		cli_print_errors(&gen->err, false);
		generation_free(gen);
		return EXIT_RULE;
	}
	if (packs)
		test_packs(gen, t);
	if (!paths->no_rules)
		sum = ruletest_run(&gen->parts, on_rule, t);
	all = sum.tested + sum.untested;
	if (all > 0)
		printf("coverage: %zu of %zu rules have tests\n", sum.tested,
		    all);
	generation_free(gen);
	printf("%zu passed, %zu failed\n", t->passed, t->failed);
	if (t->failed > 0 || (all > 0 && sum.tested * 100 < min * all))
		return EXIT_FINDINGS;
	return EXIT_OK;
}

int
cmd_test(int argc, char **argv)
{
	struct generation_paths paths = {0};
	struct tally tally = {0};
	const char *arg;
	uint64_t min = 0;
	bool packs = false;
	int at = 1, o;

	while ((o = cli_option(&help, argc, argv, &at, &arg)) >= 0) {
		if (o == OPT_PACKS)
			paths.packs = arg;
		else if (o == OPT_VERBOSE)
			tally.verbose = true;
		else if (o == OPT_MIN && (!str_to_u64(str_from(arg), &min) ||
		    min > 100))
			return EXIT_USAGE;
	}
	if (o != CLI_END)
		return o == CLI_HELP ? EXIT_OK : EXIT_USAGE;
	if (at == argc)
		packs = true;
	for (; at < argc; at++) {
		if (has_packs(argv[at])) {
			packs = true;
			paths.packs = argv[at];
		} else if (paths.n_rules < GENERATION_MAX_RULES) {
			paths.rules[paths.n_rules++] = argv[at];
		}
	}
	/* Only packs were named: their samples alone. */
	paths.no_rules = packs && paths.n_rules == 0 && paths.packs != NULL;
	return run_tests(&paths, packs, &tally, min);
}
