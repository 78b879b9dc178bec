/* The journal: writing, reading back, following, trimming. */
#include "tests/unit/journal_fixture.h"

static void
test_roundtrip(void **state)
{
	struct journal *j = open_journal(0);
	char raw[] = "\x05\0\0\0<13>a\x03\0\0\0xyz";
	struct record r =
			  {
			      .framing = FRAMING_DATAGRAM,
			      .transport = TRANSPORT_UDP,
			      .partial = true,
			      .truncated = true,
			      .received = 1764000000000000,
			      .port = 40000,
			      .member = STR("pharmacy-7"),
			      .lines = 2,
			      .raw = {raw, sizeof(raw) - 1}
        },
		      back;
	struct event_id id, read_id;
	struct journal_pos next, end;
	struct journal_reader *reader;
	struct str line;
	char why[200];
	uint64_t skipped;
	size_t at = 0;

	(void)state;
	assert_true(ip_parse(STR("2001:db8::7"), &r.peer));
	assert_int_equal(journal_append(j, &r, &id), JOURNAL_OK);
	end = journal_end(j);
	assert_int_equal(id.segment, (uint64_t)3 << 48);
	assert_true(journal_sync(j));
	reader = journal_reader_open(
	    dir, (struct journal_pos){0, 0}, why, sizeof(why));
	assert_int_equal(journal_read(reader, &back, &read_id, &next, &skipped),
	    READ_RECORD);
	assert_int_equal(event_id_cmp(&id, &read_id), 0);
	assert_int_equal(next.segment, end.segment);
	assert_int_equal(next.offset, end.offset);
	assert_true(back.framing == r.framing && back.transport == r.transport);
	assert_true(back.partial && back.truncated && back.port == r.port);
	assert_true(back.received == r.received && back.lines == 2);
	assert_true(ip_eq(&back.peer, &r.peer));
	assert_true(str_eq(back.member, r.member));
	assert_true(str_eq(back.raw, r.raw));
	assert_true(record_line(&back, &at, &line));
	assert_true(str_eq(line, STR("<13>a")));
	assert_true(record_line(&back, &at, &line));
	assert_true(str_eq(line, STR("xyz")));
	assert_false(record_line(&back, &at, &line));
	assert_int_equal(
	    journal_read(reader, &back, &read_id, &next, &skipped), READ_END);
	journal_reader_close(reader);
	journal_close(j);
}

static void
test_lines(void **state)
{
	static const struct {
		const char *name;
		enum framing framing;
		struct str raw;
		const char *want[5];
	} rows[] = {
	    {"lf",		       FRAMING_LF,       STR_INIT("a\nbc\n"),    {"a", "bc"}   },
	    {"lf, cut by the end",       FRAMING_LF,       STR_INIT("a\nbc"),      {"a", "bc"}   },
	    {"lf, empty lines are none", FRAMING_LF,
             STR_INIT("\n\na\n\r\n\nb\r\n"),                                       {"a", "b\r"}  },
	    {"nothing",                  FRAMING_LF,       STR_INIT(""),           {NULL}        },
	    {"octets",                   FRAMING_OCTET,    STR_INIT("3 a\nb2 xy"), {"a\nb", "xy"}},
	    {"octets, cut by the end",   FRAMING_OCTET,    STR_INIT("1 a9 xy"),
             {"a", "xy"}									 },
	    {"octets out of step",       FRAMING_OCTET,    STR_INIT("1 ab2 x"),
             {"a", "b2 x"}								       },
	    {"datagram that lies",       FRAMING_DATAGRAM,
             STR_INIT("\xff\xff\xff\xff"
			 "ab"),
             {"ab"}									      },
	    {"datagram without length",  FRAMING_DATAGRAM, STR_INIT("ab"),
             {NULL}									      },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct record r = {
		    .framing = rows[i].framing, .raw = rows[i].raw};
		size_t at = 0, n = 0;
		struct str line;

		while (record_line(&r, &at, &line)) {
			if (rows[i].want[n] == NULL ||
			    !str_eq(line, str_from(rows[i].want[n])))
				fail_msg("%s: message %zu is \"%.*s\"",
				    rows[i].name, n, STR_ARG(line));
			n++;
		}
		if (rows[i].want[n] != NULL)
			fail_msg("%s: message %zu is missing", rows[i].name, n);
	}
}

static void
test_roll_and_ids(void **state)
{
	enum { N = 500 };
	struct event_id ids[N];
	struct journal *j = open_journal(4096);
	struct arena *arena = arena_new(0);
	struct tally t;
	uint64_t segments = 0;

	(void)state;
	for (unsigned i = 0; i < N; i++) {
		ids[i] = append(j, i);
		if (i > 0)
			assert_true(event_id_cmp(&ids[i - 1], &ids[i]) < 0);
		segments += i == 0 || ids[i].segment != ids[i - 1].segment;
	}
	assert_true(segments > 10);
	t = read_all();
	assert_int_equal(t.records, N);
	assert_int_equal(t.corrupt, 0);
	assert_false(t.wrong);
	for (unsigned i = 0; i < N; i++) {
		char want[64];
		struct event_id id = ids[i];
		struct str line;

		id.line = i % 4;
		(void)snprintf(want, sizeof(want), "<13>line %u of record %u ",
		    id.line, i);
		assert_true(journal_line(dir, &id, arena, &line));
		assert_true(str_has_prefix(line, str_from(want)));
		id.line++;
		assert_false(journal_line(dir, &id, arena, &line));
		id.line = 0;
		id.offset += 8;
		assert_false(journal_line(dir, &id, arena, &line));
	}
	journal_close(j);
	/* Numbers go on, even when every segment has gone. */
	j = open_journal(4096);
	assert_true(append(j, N).segment > ids[N - 1].segment);
	journal_close(j);
	arena_free(arena);
}

static void
test_number_is_not_used_again(void **state)
{
	struct journal *j = open_journal(0);
	struct event_id first = append(j, 0), second;
	char path[400];

	(void)state;
	journal_close(j);
	newest(path, sizeof(path));
	assert_int_equal(unlink(path), 0);
	j = open_journal(0);
	second = append(j, 0);
	assert_true(second.segment > first.segment);
	journal_close(j);
	/* A damaged file `next` is no reason to stop. */
	(void)snprintf(path, sizeof(path), "%s/next", dir);
	store(path, "rubbish", 7);
	j = open_journal(0);
	assert_true(append(j, 0).segment > second.segment);
	journal_close(j);
}

static void
test_refusals(void **state)
{
	struct journal *j = open_journal(0);
	struct journal_options other = {
	    .dir = dir, .first_number = (uint64_t)4 << 48};
	char why[200], path[400], link_path[400];

	(void)state;
	(void)append(j, 0);
	assert_null(journal_open(&other, why, sizeof(why)));
	assert_non_null(strstr(why, "another process"));
	journal_close(j);
	assert_null(journal_open(&other, why, sizeof(why)));
	assert_non_null(strstr(why, "another worker"));
	/* A link in the segment's place is not followed. */
	newest(path, sizeof(path));
	(void)snprintf(link_path, sizeof(link_path), "%s/away", base);
	assert_int_equal(rename(path, link_path), 0);
	assert_int_equal(symlink(link_path, path), 0);
	assert_int_equal(read_all().records, 0);
	j = open_journal(0);
	journal_close(j);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(unlink(link_path), 0);
}

static void
test_reader_follows_writer(void **state)
{
	enum { N = 3000 };
	char why[200];
	pid_t pid;
	int status;
	struct tally t = {0};
	struct journal_reader *reader;

	(void)state;
	journal_close(open_journal(0)); /* the folder is there */
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		struct journal *j = open_journal(16384);

		for (unsigned i = 0; i < N; i++)
			(void)append(j, i);
		_exit(0);
	}
	reader = journal_reader_open(
	    dir, (struct journal_pos){0, 0}, why, sizeof(why));
	assert_non_null(reader);
	for (unsigned i = 0; waitpid(pid, &status, WNOHANG) == 0; i++) {
		t = read_reader(reader, t);
		if (i % 64 == 63)
			usleep(100);
	}
	assert_int_equal(status, 0);
	t = read_reader(reader, t);
	journal_reader_close(reader);
	assert_int_equal(t.corrupt, 0);
	assert_int_equal(t.records, N);
	assert_false(t.wrong);
}

static void
test_read_from(void **state)
{
	struct journal *j = open_journal(2048);
	struct journal_pos middle = {0, 0};
	struct journal_reader *reader;
	struct tally t;
	char why[200];

	(void)state;
	for (unsigned i = 0; i < 100; i++) {
		(void)append(j, i);
		if (i == 59)
			middle = journal_end(j);
	}
	reader = journal_reader_open(dir, middle, why, sizeof(why));
	t = read_reader(reader, (struct tally){0});
	assert_int_equal(t.records, 40);
	assert_int_equal(t.last, 99);
	journal_reader_close(reader);
	/* From the very end: what is written later comes. */
	reader = journal_reader_open(dir, journal_end(j), why, sizeof(why));
	t = read_reader(reader, (struct tally){0});
	assert_int_equal(t.records, 0);
	(void)append(j, 100);
	t = read_reader(reader, t);
	assert_int_equal(t.records, 1);
	journal_reader_close(reader);
	journal_close(j);
}

/* Files that are open though their names are gone. */
static unsigned
open_deleted(void)
{
	DIR *d = opendir("/proc/self/fd");
	const struct dirent *entry;
	unsigned n = 0;

	assert_non_null(d);
	while ((entry = readdir(d)) != NULL) {
		char to[400];
		ssize_t len = readlinkat(
		    dirfd(d), entry->d_name, to, sizeof(to));

		n += len > 0 &&
		    str_find(str_make(to, (size_t)len), STR(".vj (deleted)")) !=
			SIZE_MAX;
	}
	closedir(d);
	return n;
}

static void
test_trim(void **state)
{
	struct journal *j = open_journal(2048);
	struct journal_pos applied = {0, 0};

	(void)state;
	for (unsigned i = 0; i < 200; i++) {
		(void)append(j, i);
		if (i == 99)
			applied = journal_end(j);
	}
	/* Young and no limit: nothing goes. */
	journal_trim(j, applied, 1300, 1000, 0);
	assert_int_equal(read_all().records, 200);
	/* Records of 1000..1049 are older than 150. */
	journal_trim(j, applied, 1200, 150, 0);
	assert_in_range(read_all().records, 150, 165);
	/* A size of one byte: all that was applied, nothing else. */
	journal_trim(j, applied, 1200, 1000, 1);
	assert_in_range(read_all().records, 100, 115);
	journal_close(j);
	/* Trimmed segments that nobody synced are given back, too. */
	j = open_journal(2048);
	for (unsigned i = 200; i < 230; i++)
		(void)append(j, i);
	journal_trim(j, journal_end(j), 1300, 0, 1);
	assert_int_equal(open_deleted(), 0);
	assert_true(journal_sync(j));
	for (unsigned i = 230; i < 330; i++)
		(void)append(j, i);
	journal_close(j);
	/* The same after a restart, from the seals. */
	j = open_journal(2048);
	applied = journal_end(j);
	journal_trim(j, applied, 1430, 150, 0);
	assert_in_range(read_all().records, 50, 65);
	journal_close(j);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    TEST(test_roundtrip),
	    cmocka_unit_test(test_lines),
	    TEST(test_roll_and_ids),
	    TEST(test_number_is_not_used_again),
	    TEST(test_refusals),
	    TEST(test_reader_follows_writer),
	    TEST(test_read_from),
	    TEST(test_trim),
	};

	log_init("", LOG_LEVEL_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
