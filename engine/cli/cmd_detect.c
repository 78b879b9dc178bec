/*
 * `vigie detect`: which rules match each message (or JSON object), one line
 * of JSON for each, in the order of the input.
 */
#include "engine/cli/cli.h"

#include "engine/base/json.h"
#include "engine/base/stamp.h"
#include "engine/daemon/files_input.h"
#include "engine/daemon/generation.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#define READ_CHUNK  ((size_t)256 * 1024)
#define MESSAGE_MAX ((size_t)16 * 1024 * 1024)
#define OUTPUT_FULL ((size_t)256 * 1024)

enum detect_option {
	OPTION_RULES,
	OPTION_FORMAT,
	OPTION_FRAMING,
	OPTION_TIMEZONE,
	OPTION_LOGSOURCE,
	OPTION_PLACEHOLDERS,
	OPTION_PACKS,
	OPTION_MEMBERS,
	OPTION_KEY_FILE,
};

static const struct option_row options[] = {
    {"rules",	     'r', "PATH",   "Sigma rules: a file, or a folder of .yml "
				    "files"},
    {"format",	     0,	  "FORMAT", "syslog (default), or json: one object a "
				    "line"},
    {"framing",	     0,	  "KIND",   "lf (default) or octet (RFC 6587)"},
    {"timezone",     0,	  "ZONE",   "of stamps that name none; default UTC"},
    {"logsource",    0,	  "K=V,..", "product=, category=, service= of the "
				    "events"},
    {"placeholders", 0,	  "FILE",   "lists for %name% (YAML or JSON)"},
    {"parsers",	     0,	  "PATH",   "parser packs, default: the shipped ones"},
    {"members",	     0,	  "FILE",   NULL},
    {"key-file",     0,	  "FILE",   "secret of the pseudonyms (privacy)"},
};

static const struct command_help help = {
    .usage = "vigie detect --rules PATH [--format syslog|json] "
	     "[--logsource K=V,...] [FILE...|-]",
    .what = "Says which rules match each message: "
	    "{\"n\":1,\"rules\":[\"<id>\",...],\"level\":\"<highest>\"}",
    .example = "vigie detect --rules correlation-rules auth.log",
    .options = options,
    .n_options = sizeof(options) / sizeof(options[0]),
};

struct detecting {
	struct generation_paths paths;
	struct generation *gen;
	struct normaliser *normaliser;
	struct detector *detector;
	struct event *event;
	struct member member;
	const char *zone;
	const char *source_text;
	struct logsource source;
	bool json;
	bool octet;
	uint64_t n;
	struct buf out;
};

/* The arguments; -1 to go on, else the exit code. *at: the first operand. */
static int
read_options(struct detecting *d, int argc, char **argv, int *at)
{
	const char *arg;
	int option;

	*at = 1;
	while ((option = cli_option(&help, argc, argv, at, &arg)) >= 0) {
		switch ((enum detect_option)option) {
		case OPTION_RULES:
			if (d->paths.n_rules == GENERATION_MAX_RULES)
				return cli_wrong_value("rules", arg, "fewer paths");
			d->paths.rules[d->paths.n_rules++] = arg;
			break;
		case OPTION_FORMAT:
			d->json = strcmp(arg, "json") == 0;
			if (!d->json && strcmp(arg, "syslog") != 0)
				return cli_wrong_value("format", arg,
				    "syslog or json");
			break;
		case OPTION_FRAMING:
			d->octet = strcmp(arg, "octet") == 0;
			if (!d->octet && strcmp(arg, "lf") != 0)
				return cli_wrong_value("framing", arg,
				    "lf or octet");
			break;
		case OPTION_TIMEZONE:
			d->zone = arg;
			break;
		case OPTION_LOGSOURCE:
			d->source_text = arg;
			break;
		case OPTION_PLACEHOLDERS:
			d->paths.placeholders = arg;
			break;
		case OPTION_PACKS:
			d->paths.packs = arg;
			break;
		case OPTION_KEY_FILE:
			d->paths.key_file = arg;
			break;
		case OPTION_MEMBERS:
			d->paths.members = arg;
			break;
		}
	}
	if (option == CLI_HELP)
		return EXIT_OK;
	if (option == CLI_WRONG)
		return EXIT_USAGE;
	if (d->paths.n_rules == 0) {
		fprintf(stderr, "vigie: --rules PATH is missing\nUsage: %s\n",
		    help.usage);
		return EXIT_USAGE;
	}
	return -1;
}

/* -1 to go on, else the exit code. */
static int
load(struct detecting *d)
{
	struct arena *arena;
	bool ok;

	d->paths.lenient = true;
	d->paths.default_members = true;
	d->paths.taxonomy_only = d->json;
	d->gen = generation_load(&d->paths, &ok);
	arena = d->gen->arena;
	cli_print_errors(&d->gen->err, false);
	if (!ok || d->gen->rules == NULL)
		return EXIT_USAGE;
	if (ruleset_count(d->gen->rules) == 0) {
		fprintf(stderr, "vigie: no rule is left that could be used\n");
		return EXIT_RULE;
	}
	d->member = *members_at(d->gen->parts.members, 0);
	if (d->zone != NULL) {
		d->member.zone = generation_zone(arena, str_from(d->zone));
		if (d->member.zone == NULL)
			return cli_wrong_value("timezone", d->zone,
			    "a zone such as Europe/Luxembourg or +02:00");
	}
	if (d->source_text != NULL &&
	    !cli_read_source(d->gen->parts.words, d->source_text, &d->source))
		return cli_wrong_value("logsource", d->source_text,
		    "product=, category= and service=, with commas between");
	d->normaliser = normaliser_new(d->gen->packs, d->gen->parts.fields,
	    d->gen->parts.words);
	if (d->gen->parts.keys != NULL)
		normaliser_set_keys(d->normaliser, d->gen->parts.keys);
	d->detector = detector_new(d->gen->rules);
	d->event = event_alloc(d->gen->parts.fields);
	return -1;
}

static struct str
rule_id(const struct sigma_meta *meta)
{
	if (meta->id.n > 0)
		return meta->id;
	return meta->name.n > 0 ? meta->name : meta->title;
}

static void
print_matches(struct detecting *d, const uint32_t *matches, size_t n)
{
	const struct sigma_rule *rules = d->gen->parts.sigma->rules;
	enum sigma_level level = SIGMA_LEVEL_NONE;
	struct json j = json_to(&d->out);

	json_open(&j);
	json_pair_u64(&j, "n", d->n);
	json_key(&j, STR("rules"));
	json_open_list(&j);
	for (size_t i = 0; i < n; i++) {
		const struct sigma_meta *meta = &rules[matches[i]].meta;

		json_str(&j, rule_id(meta));
		if (meta->level > level)
			level = meta->level;
	}
	json_close_list(&j);
	json_key(&j, STR("level"));
	if (level == SIGMA_LEVEL_NONE)
		json_nil(&j);
	else
		json_str(&j, sigma_level_name(level));
	json_close(&j);
	buf_add_char(&d->out, '\n');
	if (d->out.n >= OUTPUT_FULL) {
		cli_write(buf_str(&d->out));
		buf_clear(&d->out);
	}
}

static int64_t
now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return ts.tv_sec * SECOND + ts.tv_nsec / 1000;
}

static void
one_message(struct detecting *d, struct str message)
{
	struct origin origin = {
	    .id = {.line = (uint32_t)++d->n},
	    .received = now(),
	    .member = &d->member,
	    .transport = TRANSPORT_FILE,
	    .history = true,
	    .past = true,
	};
	const uint32_t *matches;
	size_t n;

	if (d->json) {
		if (!normalise_json(d->normaliser, d->event, message, &origin,
			d->source))
			fprintf(stderr, "vigie: message %llu is no JSON "
					"object\n",
			    (unsigned long long)d->n);
	} else {
		normalise_next(d->normaliser, d->event, message, &origin);
		d->event->source = logsource_fill(d->event->source, d->source);
	}
	n = detect(d->detector, d->event, &matches);
	print_matches(d, matches, n);
}

/*
 * The next message of `bytes`: its length and what to take off. False: more
 * bytes are needed (or, with *broken, none can help).
 */
static bool
cut(const struct detecting *d, struct str bytes, bool eof, struct str *message,
    size_t *used, bool *broken)
{
	size_t at = d->octet ? str_find_char(str_first(bytes, 8), ' ')
			     : str_find_char(bytes, '\n');
	uint64_t n;

	if (!d->octet) {
		if (at == SIZE_MAX && !eof)
			return false;
		*message = str_first(bytes, at);
		*used = at == SIZE_MAX ? bytes.n : at + 1;
		if (message->n > 0 && message->p[message->n - 1] == '\r')
			message->n--;
		return bytes.n > 0;
	}
	if (at == SIZE_MAX && bytes.n < 8 && !eof)
		return false;
	if (at == SIZE_MAX || !str_to_u64(str_first(bytes, at), &n) ||
	    n > MESSAGE_MAX) {
		*broken = bytes.n > 0;
		return false;
	}
	if (bytes.n - at - 1 < n && !eof)
		return false;
	*message = str_first(str_skip(bytes, at + 1), (size_t)n);
	*used = at + 1 + message->n;
	return true;
}

static void
all_messages(struct detecting *d, struct buf *in, bool eof, bool *broken)
{
	struct str rest = buf_str(in), message;
	size_t used;

	while (!*broken && cut(d, rest, eof, &message, &used, broken)) {
		rest = str_skip(rest, used);
		if (message.n > 0)
			one_message(d, message);
	}
	buf_drop(in, in->n - rest.n);
}

/* Plain, gzip or zstd. */
static bool
one_file(struct detecting *d, const char *path)
{
	char why[128];
	struct input *file = input_open(path, why, sizeof(why));
	bool broken = false, ok = file != NULL;
	size_t n = 1;
	struct buf in;

	buf_init(&in, MESSAGE_MAX + 2 * READ_CHUNK);
	while (ok && n > 0 && !broken) {
		char *room = buf_room(&in, READ_CHUNK);

		if (room == NULL) {
			broken = true;
			break;
		}
		ok = input_read(file, room, READ_CHUNK, &n);
		if (ok)
			in.n += n;
		all_messages(d, &in, !ok || n == 0, &broken);
		/* Somebody may be waiting at a pipe for what is known. */
		cli_write(buf_str(&d->out));
		fflush(stdout);
		buf_clear(&d->out);
	}
	if (!ok)
		fprintf(stderr, "vigie: %s cannot be read: %s\n", path,
		    file == NULL ? why : input_why(file));
	if (broken)
		fprintf(stderr, "vigie: %s: the framing is broken behind "
				"message %llu\n",
		    path, (unsigned long long)d->n);
	buf_fini(&in);
	input_close(file);
	return ok && !broken;
}

int
cmd_detect(int argc, char **argv)
{
	struct detecting d = {0};
	bool ok = true;
	int at, code = read_options(&d, argc, argv, &at);

	if (code >= 0)
		return code;
	buf_init(&d.out, SIZE_MAX);
	code = load(&d);
	if (code < 0) {
		if (at == argc)
			ok = one_file(&d, "-");
		for (; at < argc; at++)
			ok &= one_file(&d, argv[at]);
		cli_write(buf_str(&d.out));
		fflush(stdout);
		code = ok ? EXIT_OK : EXIT_PARTIAL;
	}
	detector_free(d.detector);
	if (d.normaliser != NULL)
		normaliser_free(d.normaliser);
	event_release(d.event);
	generation_free(d.gen);
	buf_fini(&d.out);
	return code;
}
