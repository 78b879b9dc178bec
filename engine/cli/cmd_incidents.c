/*
 * `vigie incidents`: the queue of the desk, through its API.
 */
#include "engine/cli/cli.h"

#include <pwd.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "engine/base/arena.h"
#include "engine/base/json.h"
#include "engine/base/stamp.h"
#include "engine/cli/desk_client.h"
#include "engine/cli/incidents_print.h"
#include "engine/daemon/config.h"

enum {
	OPT_CONFIG,
	OPT_STATE,
	OPT_SOCKET,
	OPT_OUTPUT,
	OPT_STATUS,
	OPT_MEMBER,
	OPT_OWNER,
	OPT_LIMIT,
	OPT_BY,
	OPT_REASON,
	OPT_VERSION,
};

static const struct option_row options[] = {
    {"config",  'c', "FILE",  "configuration, default vigie.yaml"           },
    {"state",   0,   "DIR",   "state folder, not the configuration's"       },
    {"socket",  0,   "PATH",  "the desk's socket, default DIR/desk.sock"    },
    {"output",  'o', "FORM",  "table, json or ndjson"                       },
    {"status",  0,   "STATE", "list: open, all, or one state (default open)"},
    {"member",  0,   "ID",    "list: only this member's"                    },
    {"owner",   0,   "NAME",  "list: only this person's"                    },
    {"limit",   0,   "N",     "list: at most N (default 500)"               },
    {"by",      0,   "NAME",  "who does it, default your login name"        },
    {"reason",  0,   "R",     "close: impact, no-impact, benign, ..."       },
    {"version", 0,   "N",     "refuse when the incident is newer than that" },
};

static const struct command_help help = {
    .usage = "vigie incidents list|show|ack|assign|note|wait|resume|close|"
	     "reopen|merge|unmerge [ID] [WORDS]",
    .what = "The queue of incidents: list, show and answer them.\n\n"
	    "  list                     in the order of work\n"
	    "  show ID                  priority, grouping, alerts, evidence, "
	    "history\n"
	    "  ack ID [TEXT]            a person has seen it\n"
	    "  assign ID OWNER          who works on it\n"
	    "  note ID TEXT             what was found, said or answered\n"
	    "  wait ID TEXT             what the member was asked\n"
	    "  resume ID                the member answered\n"
	    "  close ID --reason R TEXT\n"
	    "  reopen ID TEXT\n"
	    "  merge ID INTO TEXT       INTO goes on; unmerge ID TEXT undoes "
	    "it",
    .example = "vigie incidents close INC-2026-0042 --reason benign "
	       "'Scan of our own'",
    .options = options,
    .n_options = sizeof(options) / sizeof(options[0]),
};

/* The acts: which JSON keys their words go to; the last takes all others. */
static const struct act_row {
	const char *name;
	const char *words[2];
	size_t least; /* words that have to be there */
} acts[] = {
    {"ack",     {"text", NULL},    0},
    {"assign",  {"owner", "text"}, 1},
    {"note",    {"text", NULL},    1},
    {"wait",    {"text", NULL},    1},
    {"resume",  {"text", NULL},    0},
    {"close",   {"text", NULL},    1},
    {"reopen",  {"text", NULL},    1},
    {"merge",   {"into", "text"},  2},
    {"unmerge", {"text", NULL},    1},
};

#define MAX_WORDS 256

struct request_line {
	struct arena *arena;
	const char *values[sizeof(options) / sizeof(options[0])];
	const char *words[MAX_WORDS]; /* sub-command and operands */
	size_t n;
	const char *socket;
	int64_t now;
};

static int
usage_error(const char *text)
{
	fprintf(stderr, "vigie: %s\nUsage: %s\n", text, help.usage);
	return EXIT_USAGE;
}

/* Options may stand before, between and behind the words. -1: go on. */
static int
read_line(struct request_line *r, int argc, char **argv)
{
	int at = 1;
	bool words_only = false;
	while (at < argc) {
		const char *arg;
		int before = at;
		int o = words_only ? CLI_END
				   : cli_option(&help, argc, argv, &at, &arg);
		if (o == CLI_HELP)
			return EXIT_OK;
		if (o == CLI_WRONG)
			return EXIT_USAGE;
		if (o >= 0) {
			r->values[o] = arg;
			continue;
		}
		words_only = words_only || at > before; /* "--" */
		if (at == argc)
			break;
		if (r->n == MAX_WORDS)
			return usage_error("too many words; quote the text");
		r->words[r->n++] = argv[at++];
	}
	return -1;
}

static bool
find_socket(struct request_line *r)
{
	if (r->values[OPT_SOCKET] != NULL) {
		r->socket = r->values[OPT_SOCKET];
		return true;
	}
	if (r->values[OPT_STATE] != NULL) {
		r->socket = arena_printf(
		    r->arena, "%s/desk.sock", r->values[OPT_STATE])
				.p;
		return true;
	}
	struct config config;
	struct err err;
	err_init(&err, r->arena);
	if (!config_load(r->arena, r->values[OPT_CONFIG], &config, &err)) {
		cli_print_errors(&err, false);
		return false;
	}
	r->socket = config.desk_socket;
	return true;
}

/* Prints an answer: as it came, or by one of the printers for people. */
static int
print_answer(const struct request_line *r, const struct buf *answer, bool list)
{
	struct str form = r->values[OPT_OUTPUT] == NULL
	    ? STR("table")
	    : str_from(r->values[OPT_OUTPUT]);
	struct buf out;
	bool good = true;
	buf_init(&out, SIZE_MAX);
	if (str_eq(form, STR("json")) || (str_eq(form, STR("ndjson")) && !list))
		buf_add(&out, buf_str(answer));
	else if (str_eq(form, STR("ndjson")))
		good = incidents_print_lines(buf_str(answer), &out);
	else if (list)
		good = incidents_print_list(buf_str(answer), r->now, &out);
	else
		good = incidents_print_one(buf_str(answer), r->now, &out);
	cli_write(buf_str(&out));
	buf_fini(&out);
	if (good)
		return EXIT_OK;
	fprintf(stderr, "vigie: the desk's answer cannot be read\n");
	return EXIT_NO_ANSWER;
}

static int
do_list(struct request_line *r)
{
	static const struct {
		int option;
		const char *name;
	} filters[] = {
	    {OPT_STATUS, "state" },
            {OPT_MEMBER, "member"},
            {OPT_OWNER,  "owner" },
	    {OPT_LIMIT,  "limit" }
        };
	struct buf path, answer;
	if (r->n != 1)
		return usage_error("'list' takes options only");
	buf_init(&path, SIZE_MAX);
	buf_init(&answer, SIZE_MAX);
	buf_printf(&path, "/api/v1/incidents");
	char mark = '?';
	for (size_t i = 0; i < sizeof(filters) / sizeof(filters[0]); i++) {
		const char *v = r->values[filters[i].option];
		if (v == NULL)
			continue;
		buf_printf(&path, "%c%s=%s", mark, filters[i].name,
		    desk_escape(r->arena, str_from(v)).p);
		mark = '&';
	}
	buf_add_char(&path, '\0');
	int code = desk_ask(r->socket, path.p, NULL, &answer);
	if (code == EXIT_OK)
		code = print_answer(r, &answer, true);
	buf_fini(&path);
	buf_fini(&answer);
	return code;
}

static int
do_show(struct request_line *r)
{
	if (r->n != 2)
		return usage_error("'show' takes the id of one incident");
	struct str path = arena_printf(r->arena, "/api/v1/incidents/%s",
	    desk_escape(r->arena, str_from(r->words[1])).p);
	struct buf answer;
	buf_init(&answer, SIZE_MAX);
	int code = desk_ask(r->socket, path.p, NULL, &answer);
	if (code == EXIT_OK)
		code = print_answer(r, &answer, false);
	buf_fini(&answer);
	return code;
}

static const char *
login_name(void)
{
	const struct passwd *user = getpwuid(getuid());
	return user == NULL ? "unknown" : user->pw_name;
}

/* {"by",...} of an act; false when --version is no number. */
static bool
write_body(
    const struct request_line *r, const struct act_row *act, struct buf *body)
{
	struct json j = json_to(body);
	const char *by = r->values[OPT_BY];
	json_open(&j);
	json_pair_str(&j, "by", str_from(by == NULL ? login_name() : by));
	if (r->values[OPT_REASON] != NULL)
		json_pair_str(&j, "reason", str_from(r->values[OPT_REASON]));
	uint64_t version;
	if (r->values[OPT_VERSION] != NULL) {
		if (!str_to_u64(str_from(r->values[OPT_VERSION]), &version))
			return false;
		json_pair_u64(&j, "version", version);
	}
	for (size_t w = 0, at = 2; w < 2 && act->words[w] != NULL; w++) {
		bool last = w == 1 || act->words[w + 1] == NULL;
		struct buf text;
		buf_init(&text, SIZE_MAX);
		for (; at < r->n; at++) {
			if (text.n > 0)
				buf_add_char(&text, ' ');
			buf_add(&text, str_from(r->words[at]));
			if (!last) {
				at++;
				break;
			}
		}
		if (text.n > 0)
			json_pair_str(&j, act->words[w], buf_str(&text));
		buf_fini(&text);
	}
	json_close(&j);
	return true;
}

static int
do_act(struct request_line *r, const struct act_row *act)
{
	struct buf body, answer;
	if (r->n < 2 + act->least)
		return usage_error(
		    "an id, or the words behind it, are missing");
	buf_init(&body, SIZE_MAX);
	buf_init(&answer, SIZE_MAX);
	int code = EXIT_USAGE;
	if (!write_body(r, act, &body)) {
		(void)usage_error("--version takes a number");
	} else {
		struct str path = arena_printf(r->arena,
		    "/api/v1/incidents/%s/%s",
		    desk_escape(r->arena, str_from(r->words[1])).p, act->name);
		code = desk_ask(r->socket, path.p, &body, &answer);
	}
	if (code == EXIT_OK && r->values[OPT_OUTPUT] != NULL &&
	    !str_eq(str_from(r->values[OPT_OUTPUT]), STR("table")))
		cli_write(buf_str(&answer));
	else if (code == EXIT_OK)
		fprintf(stderr, "%s: done\n", r->words[1]);
	buf_fini(&body);
	buf_fini(&answer);
	return code;
}

static int
dispatch(struct request_line *r)
{
	struct str word = str_from(r->words[0]);
	if (str_eq(word, STR("list")))
		return do_list(r);
	if (str_eq(word, STR("show")))
		return do_show(r);
	for (size_t i = 0; i < sizeof(acts) / sizeof(acts[0]); i++)
		if (str_eq(word, str_from(acts[i].name)))
			return do_act(r, &acts[i]);
	return usage_error("there is no such sub-command of 'incidents'");
}

int
cmd_incidents(int argc, char **argv)
{
	static const struct str forms[] = {
	    STR_INIT("table"), STR_INIT("json"), STR_INIT("ndjson")};
	struct timespec t;
	(void)clock_gettime(CLOCK_REALTIME, &t);
	struct request_line r = {.arena = arena_new(0),
	    .now = (int64_t)t.tv_sec * SECOND + t.tv_nsec / 1000};
	int code = read_line(&r, argc, argv);
	const char *form = r.values[OPT_OUTPUT];
	bool known = form == NULL;
	for (size_t i = 0; !known && i < 3; i++)
		known = str_eq(str_from(form), forms[i]);
	if (code == -1 && r.n == 0)
		code = usage_error("say what to do");
	if (code == -1 && !known)
		code = usage_error("--output takes table, json or ndjson");
	if (code == -1)
		code = find_socket(&r) ? dispatch(&r) : EXIT_USAGE;
	arena_free(r.arena);
	return code;
}
