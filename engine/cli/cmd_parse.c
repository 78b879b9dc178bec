/*
 * `vigie parse`: raw syslog to normalised events, one flat JSON object for
 * every message, in the order of the input.
 */
#include "engine/cli/cli.h"

#include "engine/base/json.h"
#include "engine/base/stamp.h"
#include "engine/cli/parse_draft.h"
#include "engine/cli/parse_notes.h"
#include "engine/cli/parse_shapes.h"
#include "engine/daemon/files.h"
#include "engine/daemon/generation.h"
#include "engine/header/time.h"
#include "engine/normalise/pack_why.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define READ_CHUNK  ((size_t)256 * 1024)
#define MESSAGE_MAX ((size_t)16 * 1024 * 1024)
#define OUTPUT_FULL ((size_t)256 * 1024)

enum parse_option {
	OPTION_FRAMING,
	OPTION_TIMEZONE,
	OPTION_PACKS,
	OPTION_PARSERS,
	OPTION_MEMBER,
	OPTION_MEMBERS,
	OPTION_KEY_FILE,
	OPTION_RECEIVED,
	OPTION_UNPARSED,
	OPTION_DRAFT,
	OPTION_PROGRAM,
	OPTION_VERBOSE,
	OPTION_WHY,
};

static const struct option_row options[] = {
    {"framing",	 0,   "KIND",  "lf (default) or octet (RFC 6587)"},
    {"timezone", 0,   "ZONE",  "of stamps that name none; default UTC"},
    {"packs",	 0,   "DIR",   "parser packs, default: the shipped ones"},
    {"parsers",	 0,   "DIR",   NULL},
    {"member",	 0,   "ID",    "take the lines as this member's"},
    {"members",	 0,   "FILE",  "members.yaml with that member"},
    {"key-file",  0,   "FILE",  "secret of the pseudonyms (privacy)"},
    {"received", 0,   "STAMP", "time of arrival, RFC 3339; default: a file of "
			       "the past"},
    {"unparsed", 0,   NULL,    "what no pack knows, grouped by shape"},
    {"draft",	 0,   "NAME",  "with --unparsed: a pack for them, in YAML"},
    {"program",	 0,   "NAME",  "with --unparsed: of this program only"},
    {"verbose",	 'v', NULL,    "show on stderr what each step took"},
    {"why",	 0,   "PACK",  "-v, and why this pack did not take a line"},
};

static const struct command_help help = {
    .usage = "vigie parse [--framing lf|octet] [--timezone ZONE] [-v] "
	     "[--unparsed] [FILE...|-]",
    .what = "Shows what becomes of raw syslog: one flat JSON object a message",
    .example = "vigie parse --timezone Europe/Luxembourg /var/log/auth.log",
    .options = options,
    .n_options = sizeof(options) / sizeof(options[0]),
};

struct parsing {
	struct generation_paths paths;
	struct generation *gen;
	struct normaliser *normaliser;
	struct event *event;
	struct member member;
	const char *zone;
	const char *member_id;
	const char *received_text;
	int64_t received; /* 0: the time now */
	bool octet;
	bool verbose;
	struct notes *notes;   /* with -v */
	struct shapes *shapes; /* with --unparsed */
	struct draft *draft;
	const char *program; /* NULL: any */
	const char *why;     /* NULL, or a pack */
	uint32_t n, n_unparsed;
	struct buf out;
};

static bool
is_pack_name(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (!char_is_digit(s.p[i]) && s.p[i] != '-' &&
		    !(s.p[i] >= 'a' && s.p[i] <= 'z'))
			return false;
	}
	return s.n > 0 && s.n <= 64 && char_is_alpha(s.p[0]);
}

/* The arguments; -1 to go on, else the exit code. *at: the first operand. */
static int
read_options(struct parsing *p, int argc, char **argv, int *at)
{
	const char *arg;
	int option;

	*at = 1;
	while ((option = cli_option(&help, argc, argv, at, &arg)) >= 0) {
		switch ((enum parse_option)option) {
		case OPTION_FRAMING:
			p->octet = strcmp(arg, "octet") == 0;
			if (!p->octet && strcmp(arg, "lf") != 0)
				return cli_wrong_value("framing", arg,
				    "lf or octet");
			break;
		case OPTION_TIMEZONE:
			p->zone = arg;
			break;
		case OPTION_PACKS:
		case OPTION_PARSERS:
			p->paths.packs = arg;
			break;
		case OPTION_MEMBER:
			p->member_id = arg;
			break;
		case OPTION_KEY_FILE:
			p->paths.key_file = arg;
			break;
		case OPTION_MEMBERS:
			p->paths.members = arg;
			break;
		case OPTION_RECEIVED:
			p->received_text = arg;
			break;
		case OPTION_UNPARSED:
			p->shapes = shapes_new();
			break;
		case OPTION_DRAFT:
			if (!is_pack_name(str_from(arg)))
				return cli_wrong_value("draft", arg,
				    "a name of a-z, 0-9 and '-'");
			p->draft = draft_new(str_from(arg));
			break;
		case OPTION_PROGRAM:
			p->program = arg;
			break;
		case OPTION_VERBOSE:
			p->verbose = true;
			break;
		case OPTION_WHY:
			p->verbose = true;
			p->why = arg;
			break;
		}
	}
	if (option == CLI_HELP)
		return EXIT_OK;
	if (p->shapes == NULL && (p->draft != NULL || p->program != NULL)) {
		fprintf(stderr, "vigie: --draft and --program need "
				"--unparsed\n");
		return EXIT_USAGE;
	}
	return option == CLI_WRONG ? EXIT_USAGE : -1;
}

/* Member, zone and time of arrival; -1 to go on, else the exit code. */
static int
load_origin(struct parsing *p)
{
	const struct members *members = p->gen->parts.members;
	const struct member *member = members_at(members, 0);

	if (p->member_id != NULL) {
		member = members_find(members, str_from(p->member_id));
		if (member == NULL)
			return cli_wrong_value("member", p->member_id,
			    "an id from --members");
	}
	p->member = *member;
	if (p->zone != NULL) {
		p->member.zone = generation_zone(p->gen->arena, str_from(p->zone));
		if (p->member.zone == NULL)
			return cli_wrong_value("timezone", p->zone,
			    "a zone such as Europe/Luxembourg or +02:00");
	}
	if (p->received_text != NULL &&
	    !stamp_parse(str_from(p->received_text), &p->received))
		return cli_wrong_value("received", p->received_text,
		    "a stamp such as 2026-11-24T10:00:00Z");
	return -1;
}

static int
load(struct parsing *p)
{
	bool ok;

	p->paths.no_rules = true;
	p->paths.default_members = true;
	p->gen = generation_load(&p->paths, &ok);
	cli_print_errors(&p->gen->err, false);
	if (p->gen->packs == NULL)
		return EXIT_RULE;
	if (!ok || p->gen->parts.members == NULL)
		return EXIT_USAGE;
	if (packs_count(p->gen->packs) == 0 &&
	    (p->paths.packs == NULL || p->paths.packs[0] != '\0'))
		fprintf(stderr, "vigie: there is no parser pack in '%s'\n",
		    p->paths.packs != NULL ? p->paths.packs
					   : data_path(p->gen->arena,
						 "parsers"));
	p->normaliser = normaliser_new(p->gen->packs, p->gen->parts.fields,
	    p->gen->parts.words);
	if (p->gen->parts.keys != NULL)
		normaliser_set_keys(p->normaliser, p->gen->parts.keys);
	p->event = event_alloc(p->gen->parts.fields);
	if (p->why != NULL && !packs_has(p->gen->packs, str_from(p->why)))
		return cli_wrong_value("why", p->why,
		    "the name of a pack that is loaded");
	if (p->verbose) {
		p->notes = notes_new(p->gen->parts.words, p->gen->packs,
		    str_from(p->why == NULL ? "" : p->why));
		normaliser_trace(p->normaliser, notes_step, p->notes);
	}
	return load_origin(p);
}

static int64_t
now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return ts.tv_sec * SECOND + ts.tv_nsec / 1000;
}

static void
add_unparsed(struct parsing *p, struct str program)
{
	struct str message = p->event->message;

	if (program.n > 0 && program.p[0] == '%') /* Cisco's mark is no name */
		program = STR_NONE;
	if (p->event->parsed ||
	    (p->program != NULL && !str_eq(program, str_from(p->program))))
		return;
	p->n_unparsed++;
	if (p->draft != NULL)
		draft_add(p->draft, program, message);
	else
		shapes_add(p->shapes, program, message, message);
}

static void
one_message(struct parsing *p, struct str line, size_t offset)
{
	/* Without a time of arrival this is an old file: no stamp in it is
	 * in the future, whatever it says. */
	struct origin origin = {
	    .id = {.line = ++p->n},
	    .received = p->received != 0 ? p->received : now(),
	    .member = &p->member,
	    .transport = TRANSPORT_FILE,
	    .history = p->received == 0,
	    .past = p->received == 0,
	};

	if (p->notes != NULL)
		notes_begin(p->notes, line, p->n, offset);
	normalise_next(p->normaliser, p->event, line, &origin);
	if (p->notes != NULL)
		notes_end(p->notes, p->event);
	if (p->shapes != NULL) {
		add_unparsed(p, event_get(p->event,
				    FIELD_LOG_SYSLOG_APPNAME));
		return;
	}
	event_format(p->event, &p->out);
	buf_add_char(&p->out, '\n');
	if (p->out.n >= OUTPUT_FULL) {
		cli_write(buf_str(&p->out));
		buf_clear(&p->out);
	}
}

/* The next LF-framed message; false when it is not whole yet. */
static bool
take_line(struct str *rest, bool eof, struct str *out)
{
	size_t at = str_find_char(*rest, '\n');

	if (at == SIZE_MAX && (!eof || rest->n == 0) && rest->n < MESSAGE_MAX)
		return false;
	*out = str_first(*rest, at);
	*rest = str_skip(*rest, at == SIZE_MAX ? rest->n : at + 1);
	if (out->n > 0 && out->p[out->n - 1] == '\r')
		out->n--;
	return true;
}

/*
 * The next octet-counted message. Where the count is broken, nothing behind
 * it can be cut rightly: the rest is one message.
 */
static bool
take_frame(struct str *rest, bool eof, struct str *out)
{
	struct str count = str_first(*rest, str_find_char(
	    str_first(*rest, 12), ' '));
	uint64_t n;

	if (rest->n == 0 || (rest->n < 12 && count.n == rest->n && !eof))
		return false;
	if (!str_to_u64(count, &n) || count.n > 8 || n > MESSAGE_MAX ||
	    count.n == rest->n) {
		if (!eof && rest->n < MESSAGE_MAX)
			return false;
		*out = *rest;
		*rest = STR_NONE;
		return true;
	}
	if (rest->n - count.n - 1 < n && !eof)
		return false;
	*out = str_first(str_skip(*rest, count.n + 1), (size_t)n);
	*rest = str_skip(*rest, count.n + 1 + out->n);
	return true;
}

/* All whole messages at the front of `in`, which are taken off. */
static void
take_messages(struct parsing *p, struct buf *in, bool eof, size_t *offset)
{
	struct str rest = buf_str(in), line;

	while (p->octet ? take_frame(&rest, eof, &line)
			: take_line(&rest, eof, &line)) {
		size_t at = *offset + (size_t)(line.p - in->p);

		if (line.n > 0 || p->octet)
			one_message(p, line, at);
	}
	*offset += in->n - rest.n;
	buf_drop(in, in->n - rest.n);
}

static bool
parse_stream(struct parsing *p, int fd, const char *path)
{
	size_t offset = 0;
	struct buf in;
	ssize_t n;

	buf_init(&in, MESSAGE_MAX + 2 * READ_CHUNK);
	do {
		char *room = buf_room(&in, READ_CHUNK);

		n = read(fd, room, READ_CHUNK);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			fprintf(stderr, "vigie: %s: %s\n", path,
			    strerror(errno));
			break;
		}
		in.n += (size_t)n;
		take_messages(p, &in, n == 0, &offset);
	} while (n != 0);
	buf_fini(&in);
	return n == 0;
}

static bool
parse_path(struct parsing *p, const char *path)
{
	bool good;
	int fd;

	if (strcmp(path, "-") == 0)
		return parse_stream(p, STDIN_FILENO, "standard input");
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		fprintf(stderr, "vigie: %s: %s\n", path, strerror(errno));
		return false;
	}
	good = parse_stream(p, fd, path);
	close(fd);
	return good;
}

static void
fini(struct parsing *p)
{
	buf_fini(&p->out);
	notes_free(p->notes);
	shapes_free(p->shapes);
	draft_free(p->draft);
	normaliser_free(p->normaliser);
	event_release(p->event);
	if (p->gen != NULL)
		generation_free(p->gen);
}

int
cmd_parse(int argc, char **argv)
{
	struct parsing p = {.n = 0};
	bool good = true;
	int at, code;

	buf_init(&p.out, MESSAGE_MAX * 8);
	code = read_options(&p, argc, argv, &at);
	if (code == -1)
		code = load(&p);
	if (code == -1) {
		if (at >= argc)
			good = parse_path(&p, "-");
		for (; at < argc; at++)
			good &= parse_path(&p, argv[at]);
		if (p.shapes != NULL && p.n_unparsed == 0)
			fprintf(stderr, "vigie: %u lines, none without a "
			    "pack%s%s\n", p.n,
			    p.program != NULL ? " of the program " : "",
			    p.program != NULL ? p.program : "");
		else if (p.draft != NULL)
			draft_print(p.draft, &p.out);
		else if (p.shapes != NULL)
			shapes_print(p.shapes, &p.out);
		cli_write(buf_str(&p.out));
		code = good ? EXIT_OK : EXIT_PARTIAL;
	}
	fini(&p);
	return code;
}
