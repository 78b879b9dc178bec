/*
 * `vigie explain`: a rule as it is compiled; or, for each message (or JSON
 * object) of a file, which of its parts held and which did not.
 */
#include "engine/cli/cli.h"
#include "engine/cli/explain_windows.h"

#include "engine/base/json.h"
#include "engine/base/stamp.h"
#include "engine/daemon/generation.h"
#include "engine/detect/explain.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define OUTPUT_FULL ((size_t)256 * 1024)

enum explain_option {
	OPTION_RULES,
	OPTION_FORMAT,
	OPTION_LOGSOURCE,
	OPTION_OUTPUT,
	OPTION_TIMEZONE,
	OPTION_PLACEHOLDERS,
	OPTION_PACKS,
};

static const struct option_row options[] = {
    {"rules",	     'r', "PATH",   "Sigma rules: a file, or a folder of .yml "
				    "files; default: the shipped ones"},
    {"format",	     0,	  "FORMAT", "syslog (default), or json: one object a "
				    "line"},
    {"logsource",    0,	  "K=V,..", "product=, category=, service= of the "
				    "events"},
    {"output",	     'o', "KIND",   "text (default) or json: one object a "
				    "message"},
    {"timezone",     0,	  "ZONE",   "of stamps that name none; default UTC"},
    {"placeholders", 0,	  "FILE",   "lists for %name% (YAML or JSON)"},
    {"parsers",	     0,	  "PATH",   "parser packs, default: the shipped ones"},
};

static const struct command_help help = {
    .usage = "vigie explain RULE [FILE|-] [--rules PATH] "
	     "[--format syslog|json] [--logsource K=V,...]",
    .what = "Shows how a rule (its id, name, title or file) is compiled and, "
	    "with FILE, which of its parts hold for each message, and how "
	    "near a correlation's windows came to an alert.",
    .example = "vigie explain ssh_failed_login auth.log",
    .options = options,
    .n_options = sizeof(options) / sizeof(options[0]),
};

struct explaining {
	struct generation_paths paths;
	struct generation *gen;
	struct normaliser *normaliser;
	struct event *event;
	struct member member;
	const char *zone;
	const char *source_text;
	struct logsource source;
	bool json;	  /* the input */
	bool json_output;
	struct str name;  /* of the rule, as given */
	bool whole_file;  /* the name is a file: all of its rules */
	struct explain **chosen;
	size_t n_chosen;
	size_t n_broken; /* chosen, but not to be compiled */
	struct explain_windows *windows; /* of the chosen correlations */
	uint32_t *matched; /* rules of the message at hand */
	uint64_t n;	  /* messages */
	bool partial;
	struct buf out;
};

/* EXIT_OK or the exit code. */
static int
one_option(struct explaining *e, enum explain_option option, const char *arg)
{
	switch (option) {
	case OPTION_RULES:
		if (e->paths.n_rules == GENERATION_MAX_RULES)
			return cli_wrong_value("rules", arg, "fewer paths");
		e->paths.rules[e->paths.n_rules++] = arg;
		break;
	case OPTION_FORMAT:
		e->json = strcmp(arg, "json") == 0;
		if (!e->json && strcmp(arg, "syslog") != 0)
			return cli_wrong_value("format", arg, "syslog or json");
		break;
	case OPTION_LOGSOURCE:
		e->source_text = arg;
		break;
	case OPTION_OUTPUT:
		e->json_output = strcmp(arg, "text") != 0;
		if (e->json_output && strcmp(arg, "json") != 0 &&
		    strcmp(arg, "ndjson") != 0)
			return cli_wrong_value("output", arg, "text or json");
		break;
	case OPTION_TIMEZONE:
		e->zone = arg;
		break;
	case OPTION_PLACEHOLDERS:
		e->paths.placeholders = arg;
		break;
	case OPTION_PACKS:
		e->paths.packs = arg;
		break;
	}
	return EXIT_OK;
}

/*
 * Options may stand before, between and behind RULE and FILE. -1 to go on,
 * else the exit code.
 */
static int
read_options(struct explaining *e, int argc, char **argv, const char **file)
{
	const char *operands[2] = {NULL, NULL}, *arg;
	size_t n = 0;
	int at = 1, option, code;

	for (;;) {
		option = cli_option(&help, argc, argv, &at, &arg);
		if (option == CLI_HELP)
			return EXIT_OK;
		if (option == CLI_WRONG)
			return EXIT_USAGE;
		if (option >= 0) {
			code = one_option(e, (enum explain_option)option, arg);
			if (code != EXIT_OK)
				return code;
			continue;
		}
		if (at >= argc)
			break;
		if (n == 2) {
			fprintf(stderr, "vigie: one RULE and one FILE, not "
					"'%s'\n", argv[at]);
			return EXIT_USAGE;
		}
		operands[n++] = argv[at++];
	}
	if (n == 0) {
		fprintf(stderr, "vigie: RULE is missing\nUsage: %s\n",
		    help.usage);
		return EXIT_USAGE;
	}
	e->name = str_from(operands[0]);
	*file = operands[1];
	e->whole_file = e->paths.n_rules == 0 &&
	    access(operands[0], R_OK) == 0 &&
	    (str_has_suffix(e->name, STR(".yml")) ||
		str_has_suffix(e->name, STR(".yaml")));
	if (e->whole_file)
		e->paths.rules[e->paths.n_rules++] = operands[0];
	return -1;
}

/* -1 to go on, else the exit code. */
static int
load(struct explaining *e)
{
	bool ok;

	e->paths.lenient = true;
	e->paths.default_members = true;
	e->paths.taxonomy_only = e->json;
	e->gen = generation_load(&e->paths, &ok);
	cli_print_errors(&e->gen->err, false);
	if (!ok || e->gen->rules == NULL)
		return EXIT_USAGE;
	e->member = *members_at(e->gen->parts.members, 0);
	if (e->zone != NULL) {
		e->member.zone = generation_zone(e->gen->arena,
		    str_from(e->zone));
		if (e->member.zone == NULL)
			return cli_wrong_value("timezone", e->zone,
			    "a zone such as Europe/Luxembourg or +02:00");
	}
	if (e->source_text != NULL &&
	    !cli_read_source(e->gen->parts.words, e->source_text, &e->source))
		return cli_wrong_value("logsource", e->source_text,
		    "product=, category= and service=, with commas between");
	e->normaliser = normaliser_new(e->gen->packs, e->gen->parts.fields,
	    e->gen->parts.words);
	e->event = event_alloc(e->gen->parts.fields);
	return -1;
}

static bool
is_named(const struct sigma_meta *meta, struct str name)
{
	return str_eq_nocase(meta->id, name) || str_eq(meta->name, name) ||
	    str_eq_nocase(meta->title, name);
}

static void
choose_rule(struct explaining *e, uint32_t rule)
{
	const struct sigma_collection *sigma = e->gen->parts.sigma;
	struct explain *x;

	for (size_t i = 0; i < e->n_chosen; i++) {
		if (e->chosen[i]->rule == &sigma->rules[rule])
			return;
	}
	x = explain_new(e->gen->rules, sigma, rule, e->gen->parts.fields,
	    e->gen->parts.words);
	if (x == NULL)
		e->n_broken++;
	else
		e->chosen[e->n_chosen++] = x;
}

/* The rules below a correlation; references cannot be circular. */
static void
choose_parts(struct explaining *e, const struct sigma_correlation *c)
{
	const struct sigma_collection *sigma = e->gen->parts.sigma;

	for (size_t i = 0; i < c->n_refs; i++) {
		uint32_t at = c->refs[i].index;

		if (c->refs[i].is_correlation)
			choose_parts(e, &sigma->correlations[at]);
		else
			choose_rule(e, at);
	}
}

static void
choose(struct explaining *e)
{
	const struct sigma_collection *sigma = e->gen->parts.sigma;

	e->chosen = ARENA_ARRAY(e->gen->arena, sigma->n_rules,
	    struct explain *);
	e->matched = ARENA_ARRAY(e->gen->arena, sigma->n_rules, uint32_t);
	e->windows = explain_windows_new(&e->gen->parts);
	for (size_t i = 0; i < sigma->n_rules; i++) {
		if (e->whole_file || is_named(&sigma->rules[i].meta, e->name))
			choose_rule(e, (uint32_t)i);
	}
	for (size_t i = 0; i < sigma->n_correlations; i++) {
		if (!e->whole_file &&
		    !is_named(&sigma->correlations[i].meta, e->name))
			continue;
		choose_parts(e, &sigma->correlations[i]);
		explain_windows_choose(e->windows, (uint32_t)i);
	}
}

static struct str
rule_id(const struct sigma_meta *meta)
{
	if (meta->id.n > 0)
		return meta->id;
	return meta->name.n > 0 ? meta->name : meta->title;
}

static void
flush(struct explaining *e, size_t at_least)
{
	if (e->out.n < at_least)
		return;
	cli_write(buf_str(&e->out));
	buf_clear(&e->out);
}

/* True: the rule matches. */
static bool
explain_one(struct explaining *e, struct explain *x)
{
	const struct sigma_meta *meta = &x->rule->meta;
	bool match = explain_run(x, e->event);
	struct json j = json_to(&e->out);

	if (!e->json_output) {
		buf_printf(&e->out, "message %llu: ",
		    (unsigned long long)e->n);
		json_escape(&e->out, meta->title);
		buf_add(&e->out,
		    match ? STR(": match\n") : STR(": no match\n"));
		explain_print_text(x, &e->out);
		flush(e, OUTPUT_FULL);
		return match;
	}
	json_open(&j);
	json_pair_u64(&j, "n", e->n);
	json_pair_str(&j, "rule", rule_id(meta));
	json_pair_bool(&j, "match", match);
	json_pair_bool(&j, "logsource", x->source_fits);
	json_key(&j, STR("tree"));
	explain_print_json(x, &j);
	json_close(&j);
	buf_add_char(&e->out, '\n');
	flush(e, OUTPUT_FULL);
	return match;
}

static int
by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

static int64_t
now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return ts.tv_sec * SECOND + ts.tv_nsec / 1000;
}

static void
one_message(struct explaining *e, struct str message)
{
	size_t n = 0;
	struct origin origin = {
	    .id = {.line = (uint32_t)++e->n},
	    .received = now(),
	    .member = &e->member,
	    .transport = TRANSPORT_FILE,
	    .history = true,
	    .past = true,
	};

	if (!e->json) {
		normalise_next(e->normaliser, e->event, message, &origin);
		e->event->source = logsource_fill(e->event->source, e->source);
	} else if (!normalise_json(e->normaliser, e->event, message, &origin,
		       e->source)) {
		fprintf(stderr, "vigie: message %llu is no JSON object\n",
		    (unsigned long long)e->n);
		e->partial = true;
		return;
	}
	for (size_t i = 0; i < e->n_chosen; i++) {
		if (explain_one(e, e->chosen[i]))
			e->matched[n++] = e->chosen[i]->rule->index;
	}
	qsort(e->matched, n, sizeof(*e->matched), by_number);
	explain_windows_add(e->windows, e->event, e->matched, n);
}

static int
run(struct explaining *e, const char *file)
{
	struct str text, line;

	if (file == NULL) {
		for (size_t i = 0; i < e->n_chosen; i++) {
			if (i > 0)
				buf_add_char(&e->out, '\n');
			explain_print_rule(e->chosen[i], &e->out);
		}
		return EXIT_OK;
	}
	if (!cli_read(e->gen->arena, file, &text))
		return EXIT_USAGE;
	while (str_next_line(&text, &line)) {
		if (line.n > 0)
			one_message(e, line);
	}
	if (explain_windows_any(e->windows))
		explain_windows_print(e->windows, e->json_output, &e->out);
	return e->partial ? EXIT_PARTIAL : EXIT_OK;
}

int
cmd_explain(int argc, char **argv)
{
	struct explaining e = {0};
	const char *file = NULL;
	int code = read_options(&e, argc, argv, &file);

	if (code >= 0)
		return code;
	buf_init(&e.out, SIZE_MAX);
	code = load(&e);
	if (code < 0) {
		choose(&e);
		if (e.n_chosen > 0) {
			code = run(&e, file);
		} else if (e.n_broken > 0) {
			fprintf(stderr, "vigie: the rule cannot be compiled\n");
			code = EXIT_RULE;
		} else {
			fprintf(stderr, "vigie: no rule that could be used has "
					"the id, name or title '%.*s'\n",
			    STR_ARG(e.name));
			code = EXIT_USAGE;
		}
		flush(&e, 1);
		fflush(stdout);
	}
	for (size_t i = 0; i < e.n_chosen; i++)
		explain_free(e.chosen[i]);
	explain_windows_free(e.windows);
	if (e.normaliser != NULL)
		normaliser_free(e.normaliser);
	event_release(e.event);
	generation_free(e.gen);
	buf_fini(&e.out);
	return code;
}
