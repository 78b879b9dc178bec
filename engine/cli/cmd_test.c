/*
 * `vigie test`: the tests written in packs and rules.
 */
#include "engine/cli/test.h"

#include "engine/base/log.h"
#include "engine/daemon/files.h"
#include "engine/pipeline/ruletest.h"

#include <stdio.h>
#include <stdlib.h>

enum {
	OPT_PACKS,
	OPT_MIN,
	OPT_VERBOSE,
	OPT_RUN,
	OPT_SHUFFLE,
	OPT_SEED,
	OPT_JUNIT,
	OPT_PLACEHOLDERS
};

static const struct option_row options[] = {
    {"packs",	     0,	  "DIR",     "parser packs to read lines with, default the shipped"},
    {"min",	     0,	  "PERCENT", "fail below this coverage of rules by tests"	  },
    {"verbose",	     'v', NULL,	     "name the tests that passed, and rules without"	  },
    {"run",	     0,	  "REGEX",   "only tests whose 'rule: name' has this in it"	  },
    {"shuffle",	     0,	  NULL,	     "each test again in other orders of arrival"	  },
    {"seed",	     0,	  "N",	     "of the first order; implies --shuffle"		  },
    {"junit",	     0,	  "FILE",    "write the results as JUnit XML, too"		  },
    {"placeholders", 0,	  "FILE",    "lists for %name%: YAML or JSON"			  },
};

static const struct command_help help = {
    .usage = "vigie test [OPTIONS] [PATH...]",
    .what = "Runs the tests written in parser packs and rules, and those of "
	    "SigmaHQ's\nlayout (info.yml beside recorded events).",
    .example = "vigie test --shuffle parsers correlation-rules",
    .options = options,
    .n_options = sizeof(options) / sizeof(options[0]),
};

#define MAX_REGRESSIONS 64

struct job {
	struct generation_paths paths;
	struct ruletest_options rules;
	struct tally tally;
	const char *regressions[MAX_REGRESSIONS];
	size_t n_regressions;
	bool packs;
	const char **more_packs; /* room for every path */
	const char *folder; /* --packs; NULL: not given */
	uint64_t min; /* percent */
	const char *junit;
};

bool
tally_wants(const struct tally *t, struct str what, struct str name)
{
	struct str both;

	if (!t->filtered)
		return true;
	both = arena_printf(t->arena, "%.*s: %.*s", STR_ARG(what),
	    STR_ARG(name));
	return regexec(&t->run, both.p, 0, NULL, 0) == 0;
}

void
tally_add(struct tally *t, struct place at, struct str what, struct str name,
    const char *failure)
{
	ARENA_PUSH_ROOM(t->arena, t->cases, t->n, t->cap);
	at.file = arena_dup(t->arena, at.file);
	t->cases[t->n++] = (struct test_case){at, arena_dup(t->arena, what),
	    arena_dup(t->arena, name), arena_dup(t->arena, str_from(failure))};
	if (failure == NULL) {
		t->passed++;
		if (t->verbose)
			printf("ok    %.*s:%u: %.*s: %.*s\n", STR_ARG(at.file),
			    at.line, STR_ARG(what), STR_ARG(name));
		return;
	}
	t->failed++;
	printf("FAIL  %.*s:%u: %.*s: %.*s\n", STR_ARG(at.file), at.line,
	    STR_ARG(what), STR_ARG(name));
	for (struct str line, rest = str_from(failure);
	     str_next_line(&rest, &line);)
		printf("      %.*s\n", STR_ARG(line));
}

static bool
wants_rule(void *arg, const struct sigma_meta *rule, struct str test)
{
	return tally_wants(arg, rule->title, test);
}

static void
on_rule(void *arg, const struct sigma_meta *rule, struct str test,
    struct place at, const char *failure)
{
	tally_add(arg, at, rule->title, test, failure);
}

static void
on_untested(void *arg, const struct sigma_meta *rule)
{
	const struct tally *t = arg;

	if (t->verbose)
		printf("none  %.*s:%u: %.*s: no test\n",
		    STR_ARG(rule->at.file), rule->at.line,
		    STR_ARG(rule->title));
}

/* Of files that were named one by one: the packs beside them take lines, but
 * are not tested. */
static bool
wants_pack(void *arg, struct str pack, struct str file)
{
	const struct job *job = arg;

	if (!tally_wants(&job->tally, STR("pack"), pack))
		return false;
	if (job->paths.packs_among == NULL ||
	    str_eq(file, str_from(job->paths.packs)))
		return true;
	for (size_t i = 0; i < job->paths.n_more_packs; i++) {
		if (str_eq(file, str_from(job->more_packs[i])))
			return true;
	}
	return false;
}

static void
on_pack(void *arg, struct str pack, struct place at, const char *failure)
{
	tally_add(&((struct job *)arg)->tally, at, STR("pack"), pack,
	    failure);
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

		found = files_pack_name(rest).n > 0;
		while (!found && str_next_line(&rest, &line))
			found = str_has_prefix(line, STR("taxonomy:"));
	}
	arena_free(arena);
	return found;
}

/* Anything that could be a rule. */
static bool
has_rules(const char *path)
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
			found = str_has_prefix(line, STR("detection:")) ||
			    str_has_prefix(line, STR("correlation:")) ||
			    str_has_prefix(line, STR("filter:"));
	}
	arena_free(arena);
	return found;
}

static bool
has_regressions(const char *path)
{
	struct arena *arena = arena_new(0);
	struct files files = {0};
	struct err err;
	bool found;

	err_init(&err, arena);
	(void)files_add_regression(arena, path, &files, &err);
	found = files.n > 0;
	arena_free(arena);
	return found;
}

static void
test_packs(struct generation *gen, struct job *job)
{
	struct normaliser *n = normaliser_new(gen->packs, gen->parts.fields,
	    gen->parts.words);
	struct event *ev = event_alloc(gen->parts.fields);

	packs_set_zones(gen->packs, generation_find_zone, gen->arena);
	packs_test(gen->packs, n, ev, wants_pack, on_pack, job);
	event_release(ev);
	normaliser_free(n);
}

static bool
test_rules(struct job *job, struct generation *gen)
{
	struct ruletest_result sum;
	bool *covered = mem_get_zero(gen->parts.sigma->n_rules + 1,
	    sizeof(*covered));
	size_t all;

	test_regression(gen, job->regressions, job->n_regressions,
	    &job->tally, covered);
	job->rules.covered = covered;
	sum = ruletest_run_with(&gen->parts, &job->rules, on_rule,
	    &job->tally);
	free(covered);
	all = sum.tested + sum.untested;
	if (all > 0)
		printf("coverage: %zu of %zu rules have tests\n", sum.tested,
		    all);
	return sum.tested * 100 >= job->min * all;
}

static int
run_tests(struct job *job)
{
	struct tally *t = &job->tally;
	struct generation *gen;
	bool ok, enough = true;

	/* With recorded events of others, their unusable rules are no fault. */
	job->paths.lenient = job->n_regressions > 0;
	gen = generation_load(&job->paths, &ok);
	if (!ok) {
		cli_print_errors(&gen->err, false);
		generation_free(gen);
		return EXIT_RULE;
	}
	if (job->packs)
		test_packs(gen, job);
	if (!job->paths.no_rules)
		enough = test_rules(job, gen);
	generation_free(gen);
	printf("%zu passed, %zu failed\n", t->passed, t->failed);
	if (t->n == 0)
		fprintf(stderr, "vigie: there was no test to run\n");
	if (job->junit != NULL && !test_write_junit(t, job->junit))
		return EXIT_USAGE;
	return t->failed > 0 || !enough ? EXIT_FINDINGS : EXIT_OK;
}

static bool
take_run(struct tally *t, const char *arg)
{
	char why[128];
	int code = regcomp(&t->run, arg, REG_EXTENDED | REG_NOSUB);

	if (code != 0) {
		regerror(code, &t->run, why, sizeof(why));
		fprintf(stderr, "vigie: --run '%s': %s\n", arg, why);
		return false;
	}
	t->filtered = true;
	return true;
}

static bool
take_option(struct job *job, int o, const char *arg)
{
	switch (o) {
	case OPT_PACKS:
		job->paths.packs = job->folder = arg;
		return true;
	case OPT_MIN:
		return str_to_u64(str_from(arg), &job->min) && job->min <= 100;
	case OPT_VERBOSE:
		job->tally.verbose = true;
		return true;
	case OPT_RUN:
		return !job->tally.filtered && take_run(&job->tally, arg);
	case OPT_SHUFFLE:
		job->rules.shuffle = true;
		return true;
	case OPT_SEED:
		job->rules.shuffle = true;
		return str_to_u64(str_from(arg), &job->rules.seed);
	case OPT_JUNIT:
		job->junit = arg;
		return true;
	case OPT_PLACEHOLDERS:
		job->paths.placeholders = arg;
		return true;
	default:
		BUG("an option without a case");
	}
}

static bool
take_path(struct job *job, const char *path)
{
	bool regressions = has_regressions(path);

	if (regressions && job->n_regressions == MAX_REGRESSIONS)
		return false;
	if (regressions)
		job->regressions[job->n_regressions++] = path;
	if (has_packs(path)) {
		if (job->packs)
			job->more_packs[job->paths.n_more_packs++] = path;
		else
			job->paths.packs = path;
		job->packs = true;
		return true;
	}
	if (regressions && !has_rules(path))
		return true;
	if (job->paths.n_rules == GENERATION_MAX_RULES)
		return false;
	job->paths.rules[job->paths.n_rules++] = path;
	return true;
}

/* A pack that is named by its file is read among the others. */
static void
choose_folder(struct job *job)
{
	struct arena *arena = job->tally.arena;
	const char *folder;

	if (!job->packs || job->paths.packs == NULL)
		return;
	folder = files_folder_of(arena, job->paths.packs);
	for (size_t i = 0; i < job->paths.n_more_packs && folder != NULL; i++) {
		if (files_folder_of(arena, job->more_packs[i]) == NULL)
			folder = NULL;
	}
	if (folder != NULL && job->folder != NULL)
		folder = job->folder[0] == '\0' ? NULL : job->folder;
	job->paths.packs_among = folder;
}

static int
run_job(struct job *job, int argc, char **argv)
{
	const char *arg;
	int at = 1, o;

	while ((o = cli_option(&help, argc, argv, &at, &arg)) >= 0) {
		if (!take_option(job, o, arg)) {
			fprintf(stderr, "vigie: '%s' does not go with --%s\n",
			    arg, options[o].name);
			return EXIT_USAGE;
		}
	}
	if (o != CLI_END)
		return o == CLI_HELP ? EXIT_OK : EXIT_USAGE;
	if (at == argc)
		job->packs = true;
	job->more_packs = (const char **)arena_get_array(job->tally.arena,
	    (size_t)argc, sizeof(*job->more_packs));
	job->paths.more_packs = job->more_packs;
	for (; at < argc; at++) {
		if (!take_path(job, argv[at])) {
			fprintf(stderr, "vigie: too many paths\n");
			return EXIT_USAGE;
		}
	}
	choose_folder(job);
	/* Only packs were named: their samples alone. */
	job->paths.no_rules = job->packs && job->paths.n_rules == 0 &&
	    job->n_regressions == 0 && job->paths.packs != NULL;
	return run_tests(job);
}

int
cmd_test(int argc, char **argv)
{
	struct job job = {.rules = {.wants = wants_rule,
			      .on_untested = on_untested}};
	int status;

	job.tally.arena = arena_new(0);
	status = run_job(&job, argc, argv);
	if (job.tally.filtered)
		regfree(&job.tally.run);
	arena_free(job.tally.arena);
	return status;
}
