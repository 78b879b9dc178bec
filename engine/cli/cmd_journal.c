/*
 * vigie journal cat|verify: the journal for people. cat prints every message,
 * verify checks every record; both only read, also beside a running worker.
 */
#include "engine/cli/cli.h"

#include "engine/base/json.h"
#include "engine/base/stamp.h"
#include "engine/journal/journal.h"

#include <inttypes.h>
#include <stdio.h>
#include <sys/stat.h>

static const struct option_row cat_options[] = {
    {"json", 'j', NULL, "one JSON object a message (the default)"},
    {"raw",  'r', NULL, "only the messages, a line each"         },
};

static const struct command_help cat_help = {
    .usage = "vigie journal cat [--json|--raw] DIR|FILE...",
    .what = "Prints the messages of a journal, or of single segments, in the "
	    "order they were received.",
    .example = "vigie journal cat --raw /var/lib/vigie/journal/0",
    .options = cat_options,
    .n_options = sizeof(cat_options) / sizeof(cat_options[0]),
};

static const struct command_help verify_help = {
    .usage = "vigie journal verify DIR|FILE...",
    .what = "Checks every record of a journal; exit 1 when one is damaged.",
    .example = "vigie journal verify /var/lib/vigie/journal/0",
};

static const struct command_help journal_help = {
    .usage = "vigie journal cat|verify DIR|FILE...",
    .what = "Reads the journal: what was received, byte for byte.\n\n"
	    "  cat      print the messages (--json, --raw)\n"
	    "  verify   check every record",
    .example = "vigie journal cat /var/lib/vigie/journal/0",
};

struct tally {
	uint64_t segments, records, lines, bytes;
	uint64_t damaged; /* bytes */
	uint64_t places;
	uint64_t wrong; /* records that hold another number of messages */
};

/* A folder is read through, a file alone. */
static struct journal_reader *
open_path(const char *path)
{
	struct journal_reader *reader;
	struct stat st;
	char why[300];

	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		reader = journal_reader_open(
		    path, (struct journal_pos){0, 0}, why, sizeof(why));
	else
		reader = journal_reader_open_file(path, why, sizeof(why));
	if (reader == NULL)
		(void)fprintf(stderr, "vigie journal: %s\n", why);
	return reader;
}

static void
print_json(struct buf *out, const struct record *r, const struct event_id *id,
    struct str line)
{
	char stamp[STAMP_TEXT], ip[IP_TEXT];
	struct json j = json_to(out);

	json_open(&j);
	json_key(&j, STR("id"));
	json_open(&j);
	json_pair_u64(&j, "segment", id->segment);
	json_pair_u64(&j, "offset", id->offset);
	json_pair_u64(&j, "line", id->line);
	json_close(&j);
	json_pair_str(&j, "received", stamp_format(r->received, stamp));
	json_pair_str(&j, "member", r->member);
	json_pair_str(&j, "transport", transport_name(r->transport));
	json_pair_str(&j, "peer", ip_format(&r->peer, ip));
	json_pair_u64(&j, "port", r->port);
	if (r->partial)
		json_pair_bool(&j, "partial", true);
	if (r->truncated)
		json_pair_bool(&j, "truncated", true);
	json_pair_str(&j, "raw", line);
	json_close(&j);
	buf_add_char(out, '\n');
}

static void
print_record(
    struct buf *out, const struct record *r, struct event_id id, bool raw)
{
	struct str line;
	size_t at = 0;

	buf_clear(out);
	for (id.line = 0; record_line(r, &at, &line); id.line++) {
		if (!raw) {
			print_json(out, r, &id, line);
			continue;
		}
		buf_add(out, line);
		buf_add_char(out, '\n');
	}
	cli_write(buf_str(out));
}

static void
tell_damage(const char *path, const struct event_id *id, uint64_t skipped)
{
	(void)fprintf(stderr,
	    "vigie journal: %s: segment %" PRIu64 ": %" PRIu64
	    " damaged bytes at %" PRIu32 "\n",
	    path, id->segment, skipped, id->offset);
}

/* False when something was damaged. */
static bool
cat_path(const char *path, struct journal_reader *reader, bool raw)
{
	struct record r;
	struct event_id id;
	struct journal_pos next;
	enum read_result result;
	uint64_t skipped;
	struct buf out;
	bool whole = true;

	buf_init(&out, SIZE_MAX);
	while ((result = journal_read(reader, &r, &id, &next, &skipped)) !=
	    READ_END) {
		if (result == READ_RECORD) {
			print_record(&out, &r, id, raw);
			continue;
		}
		tell_damage(path, &id, skipped);
		whole = false;
	}
	buf_fini(&out);
	return whole;
}

static uint32_t
count_lines(const struct record *r)
{
	struct str line;
	uint32_t n = 0;
	size_t at = 0;

	while (record_line(r, &at, &line))
		n++;
	return n;
}

static void
verify_record(const char *path, const struct record *r,
    const struct event_id *id, struct tally *t)
{
	uint32_t lines = count_lines(r);

	t->records++;
	t->lines += lines;
	t->bytes += r->raw.n;
	if (lines == r->lines)
		return;
	t->wrong++;
	(void)fprintf(stderr,
	    "vigie journal: %s: segment %" PRIu64 ": the record at %" PRIu32
	    " says %" PRIu32 " messages and has %" PRIu32 "\n",
	    path, id->segment, id->offset, r->lines, lines);
}

static void
print_tally(const char *path, const struct tally *t, uint64_t left, bool sealed)
{
	(void)printf("%s: %" PRIu64 " segments, %" PRIu64 " records, %" PRIu64
		     " messages, %" PRIu64 " bytes; ",
	    path, t->segments, t->records, t->lines, t->bytes);
	if (t->places + t->wrong > 0)
		(void)printf("%" PRIu64 " damaged places of %" PRIu64
			     " bytes, %" PRIu64 " wrong records\n",
		    t->places, t->damaged, t->wrong);
	else if (sealed)
		(void)printf("all good\n");
	else if (left > 0)
		(void)printf("all good but %" PRIu64 " bytes at the end, which "
			     "are no whole record (yet)\n",
		    left);
	else
		(void)printf("all good, the last segment is open\n");
}

static bool
verify_path(const char *path, struct journal_reader *reader)
{
	struct tally t = {0};
	struct record r;
	struct event_id id;
	struct journal_pos next;
	enum read_result result;
	uint64_t skipped, last = UINT64_MAX;

	while ((result = journal_read(reader, &r, &id, &next, &skipped)) !=
	    READ_END) {
		t.segments += id.segment != last;
		last = id.segment;
		if (result == READ_RECORD) {
			verify_record(path, &r, &id, &t);
			continue;
		}
		tell_damage(path, &id, skipped);
		t.places++;
		t.damaged += skipped;
	}
	print_tally(path, &t, journal_reader_left(reader),
	    journal_reader_is_sealed(reader));
	return t.places + t.wrong == 0;
}

static int
run(int argc, char **argv, const struct command_help *help)
{
	bool verify = help == &verify_help, raw = false, whole = true;
	int at = 1, option;
	const char *arg;

	while ((option = cli_option(help, argc, argv, &at, &arg)) >= 0)
		raw = help->options[option].letter == 'r';
	if (option == CLI_HELP)
		return EXIT_OK;
	if (option == CLI_WRONG)
		return EXIT_USAGE;
	if (at == argc) {
		(void)fprintf(stderr, "usage: %s\n", help->usage);
		return EXIT_USAGE;
	}
	for (; at < argc; at++) {
		struct journal_reader *reader = open_path(argv[at]);

		if (reader == NULL)
			return EXIT_USAGE;
		whole &= verify ? verify_path(argv[at], reader)
				: cat_path(argv[at], reader, raw);
		journal_reader_close(reader);
	}
	if (whole)
		return EXIT_OK;
	return verify ? EXIT_FINDINGS : EXIT_PARTIAL;
}

int
cmd_journal(int argc, char **argv)
{
	static const struct {
		const char *name;
		const struct command_help *help;
	} commands[] = {
	    {"cat",    &cat_help   },
            {"verify", &verify_help}
        };

	const char *arg;
	int at = 1, code;

	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (argc > 1 && strcmp(argv[1], commands[i].name) == 0)
			return run(argc - 1, argv + 1, commands[i].help);
	code = cli_option(&journal_help, argc, argv, &at, &arg);
	if (code == CLI_END)
		(void)fprintf(stderr, "Usage: %s\n", journal_help.usage);
	return code == CLI_HELP ? EXIT_OK : EXIT_USAGE;
}
