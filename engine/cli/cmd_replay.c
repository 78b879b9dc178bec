/*
 * `vigie replay`: history in event time to alerts and incidents.
 */
#include "engine/cli/cli.h"

#include "engine/base/log.h"
#include "engine/base/stamp.h"
#include "engine/daemon/files_input.h"
#include "engine/daemon/generation.h"
#include "engine/pipeline/replay.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum {
	OPT_RULES,
	OPT_MEMBERS,
	OPT_KEY_FILE,
	OPT_MEMBER,
	OPT_FORMAT,
	OPT_LOGSOURCE,
	OPT_YEAR,
	OPT_PACKS,
	OPT_PLACEHOLDERS
};

static const struct option_row options[] = {
    {"rules",        0, "PATH",  "rules, a file or a folder; may be given again"   },
    {"members",      0, "FILE",  "table of members"				     },
    {"key-file",     0, "FILE",  "secret of the pseudonyms (privacy)"	     },
    {"member",       0, "ID",    "the member whose lines these are"		     },
    {"format",       0, "syslog|json", "what the lines are, default syslog"	     },
    {"logsource",    0, "K=V,...", "product, category, service of JSON events"     },
    {"year",	     0, "YEAR",  "year of the first line, default this year"	     },
    {"packs",        0, "DIR",   "parser packs, default the shipped ones"	     },
    {"placeholders", 0, "FILE",  "lists for %name%"				     },
};

static const struct command_help help = {
    .usage = "vigie replay [OPTIONS] FILE...",
    .what = "History in event time: lines to alerts and incidents (NDJSON).",
    .example = "vigie replay --rules correlation-rules /var/log/auth.log",
    .options = options,
    .n_options = sizeof(options) / sizeof(options[0]),
};

struct job {
	struct generation_paths paths;
	const char *member, *logsource;
	bool json;
	uint64_t year;
	struct buf out;
};

static void
on_alert(void *arg, const struct alert *alert)
{
	struct job *job = arg;

	buf_clear(&job->out);
	alert_format(alert, &job->out);
	buf_add_char(&job->out, '\n');
	cli_write(buf_str(&job->out));
}

static bool
read_logsource(const char *text, struct word_table *words,
    struct logsource *out)
{
	struct str rest = str_from(text), one, key, value;

	while (rest.n > 0) {
		uint16_t *word;

		str_cut(rest, ',', &one, &rest);
		if (!str_cut(one, '=', &key, &value))
			return false;
		word = str_eq(key, STR("product"))  ? &out->product
		    : str_eq(key, STR("category")) ? &out->category
		    : str_eq(key, STR("service"))  ? &out->service
						   : NULL;
		if (word == NULL)
			return false;
		*word = word_intern(words, value);
	}
	return true;
}

static int64_t
start_time(const struct job *job)
{
	struct civil c = {.year = (int)job->year, .month = 7, .day = 1};
	struct timespec ts;

	if (job->year > 0)
		return civil_to_stamp(&c);
	clock_gettime(CLOCK_REALTIME, &ts);
	return ts.tv_sec * SECOND;
}

/* Plain, gzip or zstd. False when not all of it could be read. */
static bool
replay_file(struct replay *replay, const char *path, struct buf *text)
{
	struct str rest, line;
	char why[128];
	bool ok;

	buf_init(text, SIZE_MAX / 2);
	ok = input_read_all(path, text, why, sizeof(why));
	if (!ok)
		fprintf(stderr, "vigie: %s cannot be read: %s\n", path, why);
	rest = buf_str(text);
	while (str_next_line(&rest, &line)) {
		if (line.n > 0)
			replay_line(replay, line);
	}
	return ok;
}

static int
replay_files(struct job *job, struct generation *gen, char **files, int n)
{
	struct replay_options o = {.parts = &gen->parts,
	    .json = job->json,
	    .start = start_time(job),
	    .on_alert = on_alert,
	    .arg = job};
	const struct incident *incident = NULL;
	struct replay *replay;
	struct buf *texts;
	int code = EXIT_OK;

	o.member = members_at(gen->parts.members, 0);
	if (job->member != NULL)
		o.member = members_find(gen->parts.members,
		    str_from(job->member));
	if (o.member == NULL ||
	    (job->logsource != NULL && !read_logsource(job->logsource,
		gen->parts.words, &o.source))) {
		fprintf(stderr, "vigie: there is no such member or log "
				"source\n");
		return EXIT_USAGE;
	}
	replay = replay_new(&o);
	/* Evidence points at the lines until the end. */
	texts = mem_get_zero((size_t)n, sizeof(*texts));
	for (int i = 0; i < n; i++) {
		if (!replay_file(replay, files[i], &texts[i]))
			code = EXIT_PARTIAL;
	}
	replay_finish(replay);
	while ((incident = incidents_next(replay_incidents(replay),
		    incident)) != NULL) {
		buf_clear(&job->out);
		incident_format(incident, &job->out);
		buf_add_char(&job->out, '\n');
		cli_write(buf_str(&job->out));
	}
	fprintf(stderr, "vigie: %llu lines, %llu matches, %zu incidents\n",
	    (unsigned long long)replay_lines(replay),
	    (unsigned long long)replay_matches(replay),
	    incidents_count(replay_incidents(replay)));
	replay_free(replay);
	for (int i = 0; i < n; i++)
		buf_fini(&texts[i]);
	free(texts);
	return code;
}

static int
run(struct job *job, char **files, int n)
{
	struct generation *gen;
	int code = EXIT_RULE;
	bool ok;

	job->paths.lenient = true;
	job->paths.taxonomy_only = job->json;
	gen = generation_load(&job->paths, &ok);
	cli_print_errors(&gen->err, false);
	if (!ok || ruleset_count(gen->rules) == 0) {
		if (ok)
			fprintf(stderr, "vigie: there is no rule that can be "
					"used\n");
	} else {
		buf_init(&job->out, (size_t)64 * 1024 * 1024);
		code = replay_files(job, gen, files, n);
		buf_fini(&job->out);
	}
	generation_free(gen);
	return code;
}

static bool
take_option(struct job *job, int o, const char *arg)
{
	struct generation_paths *p = &job->paths;

	switch (o) {
	case OPT_RULES:
		if (p->n_rules < GENERATION_MAX_RULES)
			p->rules[p->n_rules++] = arg;
		return true;
	case OPT_KEY_FILE:
		p->key_file = arg;
		return true;
	case OPT_MEMBERS:
		p->members = arg;
		return true;
	case OPT_MEMBER:
		job->member = arg;
		return true;
	case OPT_FORMAT:
		job->json = str_eq(str_from(arg), STR("json"));
		return job->json || str_eq(str_from(arg), STR("syslog"));
	case OPT_LOGSOURCE:
		job->logsource = arg;
		return true;
	case OPT_YEAR:
		return str_to_u64(str_from(arg), &job->year) &&
		    job->year >= 1970 && job->year <= 9999;
	case OPT_PACKS:
		p->packs = arg;
		return true;
	case OPT_PLACEHOLDERS:
		p->placeholders = arg;
		return true;
	default:
		BUG("an option without a case");
	}
}

int
cmd_replay(int argc, char **argv)
{
	struct job job = {0};
	const char *arg;
	int at = 1, o;

	while ((o = cli_option(&help, argc, argv, &at, &arg)) >= 0) {
		if (!take_option(&job, o, arg)) {
			fprintf(stderr, "vigie: '%s' does not go with --%s\n",
			    arg, options[o].name);
			return EXIT_USAGE;
		}
	}
	if (o != CLI_END)
		return o == CLI_HELP ? EXIT_OK : EXIT_USAGE;
	if (at == argc) {
		fprintf(stderr, "vigie: which file?\nUsage: %s\n", help.usage);
		return EXIT_USAGE;
	}
	return run(&job, argv + at, argc - at);
}
