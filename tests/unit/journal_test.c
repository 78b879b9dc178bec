/* The journal: writing, reading back, and every way in which a disk or a kill
 * can leave it. */
#include "engine/journal/journal.h"

#include "engine/base/log.h"
#include "engine/base/stamp.h"

#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static char base[64];
static char dir[80];

static void
remove_all(const char *path)
{
	DIR *d = opendir(path);
	const struct dirent *entry;
	char name[400];

	if (d == NULL)
		return;
	while ((entry = readdir(d)) != NULL) {
		(void)snprintf(
		    name, sizeof(name), "%s/%s", path, entry->d_name);
		(void)unlink(name);
	}
	closedir(d);
	(void)rmdir(path);
}

static int
set_up(void **state)
{
	(void)state;
	(void)snprintf(base, sizeof(base), "/tmp/vigie-journal-XXXXXX");
	if (mkdtemp(base) == NULL)
		return -1;
	(void)snprintf(dir, sizeof(dir), "%s/j", base);
	return 0;
}

static int
tear_down(void **state)
{
	(void)state;
	remove_all(dir);
	remove_all(base);
	return 0;
}

static struct journal *
open_journal(uint64_t segment_size)
{
	char why[200] = "";
	struct journal *j = journal_open(&(struct journal_options){.dir = dir,
					     .segment_size = segment_size,
					     .first_number = (uint64_t)3 << 48},
	    why, sizeof(why));

	if (j == NULL)
		print_message("%s\n", why);
	assert_non_null(j);
	return j;
}

/* Record n: text that depends on n only, with a length that varies. */
static struct record
make_record(char *text, size_t cap, unsigned n)
{
	size_t len = 0;
	uint32_t lines = 1 + n % 4;

	for (uint32_t i = 0; i < lines; i++)
		len += (size_t)snprintf(text + len, cap - len,
		    "<13>line %u of record %u %.*s\n", i, n, (int)(n * 7 % 40),
		    "........................................");
	return (struct record){
	    .framing = FRAMING_LF,
	    .transport = TRANSPORT_TCP,
	    .received = 1000 + n,
	    .port = 514,
	    .member = STR("hospital-a"),
	    .lines = lines,
	    .raw = {text, len}
        };
}

static struct event_id
append(struct journal *j, unsigned n)
{
	char text[1024];
	struct record r = make_record(text, sizeof(text), n);
	struct event_id id;

	assert_int_equal(journal_append(j, &r, &id), JOURNAL_OK);
	return id;
}

struct tally {
	unsigned records, corrupt;
	uint64_t skipped;
	unsigned last; /* number of the last record */
	bool wrong;    /* a record that was never written, or out of order */
};

static struct tally
read_reader(struct journal_reader *reader, struct tally t)
{
	struct record r;
	struct event_id id;
	struct journal_pos next;
	uint64_t skipped;
	enum read_result result;
	char text[1024];

	while ((result = journal_read(reader, &r, &id, &next, &skipped)) !=
	    READ_END) {
		if (result == READ_CORRUPT) {
			t.corrupt++;
			t.skipped += skipped;
			continue;
		}
		unsigned n = (unsigned)(r.received - 1000);
		struct record want = make_record(text, sizeof(text), n);

		if ((t.records > 0 && n <= t.last) || /* order, repeats */
		    !str_eq(r.raw, want.raw) || r.lines != want.lines ||
		    !str_eq(r.member, want.member))
			t.wrong = true;
		t.records++;
		t.last = n;
	}
	return t;
}

static struct tally
read_all(void)
{
	char why[200];
	struct journal_reader *reader = journal_reader_open(
	    dir, (struct journal_pos){0, 0}, why, sizeof(why));
	struct tally t;

	assert_non_null(reader);
	t = read_reader(reader, (struct tally){0});
	journal_reader_close(reader);
	return t;
}

/* The newest segment's path. */
static void
newest(char *path, size_t size)
{
	DIR *d = opendir(dir);
	const struct dirent *entry;
	char best[256] = "";

	assert_non_null(d);
	while ((entry = readdir(d)) != NULL)
		if (strstr(entry->d_name, ".vj") != NULL &&
		    strcmp(entry->d_name, best) > 0)
			(void)snprintf(best, sizeof(best), "%s", entry->d_name);
	closedir(d);
	(void)snprintf(path, size, "%s/%s", dir, best);
}

static size_t
load(const char *path, char **bytes)
{
	struct stat st;
	int fd = open(path, O_RDONLY);

	assert_true(fd >= 0 && fstat(fd, &st) == 0);
	*bytes = malloc((size_t)st.st_size);
	assert_int_equal(read(fd, *bytes, (size_t)st.st_size), st.st_size);
	close(fd);
	return (size_t)st.st_size;
}

static void
store(const char *path, const char *bytes, size_t n)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, n), n);
	close(fd);
}

/* Writes records as a process that is then killed: no seal. */
static void
write_and_die(unsigned records, uint64_t segment_size)
{
	pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (pid == 0) {
		struct journal *j = open_journal(segment_size);

		for (unsigned i = 0; i < records; i++)
			(void)append(j, i);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

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
test_cut_anywhere(void **state)
{
	enum { N = 30 };
	char path[400], *bytes;
	size_t n, ends[N + 1];
	char text[1024];

	(void)state;
	write_and_die(N, 0);
	newest(path, sizeof(path));
	n = load(path, &bytes);
	ends[0] = 128;
	for (unsigned i = 0; i < N; i++) {
		struct record r = make_record(text, sizeof(text), i);

		ends[i + 1] = ends[i] +
		    ((52 + r.member.n + r.raw.n + 8 + 7) & ~(size_t)7);
	}
	assert_int_equal(ends[N], n);
	for (size_t cut = 0; cut <= n; cut += cut > n - 1500 ? 1 : 37) {
		unsigned whole = 0;
		struct journal *j;
		struct tally t;

		while (whole < N && ends[whole + 1] <= cut)
			whole++;
		remove_all(dir);
		assert_int_equal(mkdir(dir, 0700), 0);
		store(path, bytes, cut);
		t = read_all(); /* as a reader beside the writer sees it */
		assert_int_equal(t.records, whole);
		assert_int_equal(t.corrupt, 0);
		j = open_journal(0);
		assert_int_equal(journal_recovered(j)->records, whole);
		assert_int_equal(journal_recovered(j)->corrupt, 0);
		if (whole > 0)
			assert_int_equal(
			    journal_recovered(j)->torn, cut - ends[whole]);
		(void)append(j, 1000);
		t = read_all();
		assert_int_equal(t.records, whole + 1);
		assert_int_equal(t.corrupt, 0);
		assert_false(t.wrong);
		journal_close(j);
	}
	free(bytes);
}

/* At most the touched record is lost, and that is told. */
static void
test_flip_bits(void **state)
{
	enum { N = 20, RUNS = 1500 };
	char path[400], *bytes;
	size_t n;
	uint64_t seed = 20261124;

	(void)state;
	for (int sealed = 0; sealed < 2; sealed++) {
		if (sealed == 1) {
			struct journal *j = open_journal(0);

			for (unsigned i = 0; i < N; i++)
				(void)append(j, i);
			journal_close(j);
		} else {
			write_and_die(N, 0);
		}
		newest(path, sizeof(path));
		n = load(path, &bytes);
		for (int run = 0; run < RUNS; run++) {
			struct journal *j;
			struct tally t;

			seed = seed * 6364136223846793005u +
			    1442695040888963407u;
			size_t bit = (size_t)(seed >> 20) % (n * 8);

			bytes[bit / 8] ^= (char)(1 << bit % 8);
			remove_all(dir);
			assert_int_equal(mkdir(dir, 0700), 0);
			store(path, bytes, n);
			j = open_journal(0);
			(void)append(j, 1000);
			t = read_all();
			if (t.records < N || t.wrong)
				fail_msg("bit %zu of %zu: %u records", bit,
				    n * 8, t.records);
			/* A record is missing: told, unless it was the last
			 * of a segment without seal, which looks torn. */
			if (t.records == N && t.corrupt == 0 &&
			    journal_recovered(j)->torn == 0)
				fail_msg("bit %zu: not told", bit);
			if (t.records == N + 1 && t.corrupt > 0 && sealed == 0)
				fail_msg("bit %zu: told for nothing", bit);
			journal_close(j);
			bytes[bit / 8] ^= (char)(1 << bit % 8);
		}
		free(bytes);
		remove_all(dir);
	}
}

static void
test_damaged_range(void **state)
{
	char path[400], *bytes;
	size_t n;
	struct journal *j;
	struct tally t;

	(void)state;
	write_and_die(200, 0);
	newest(path, sizeof(path));
	n = load(path, &bytes);
	memset(bytes + 3001, 0, 4096);
	store(path, bytes, n);
	j = open_journal(0);
	assert_int_equal(journal_recovered(j)->ranges, 1);
	assert_in_range(journal_recovered(j)->corrupt, 4096, 4096 + 600);
	t = read_all();
	assert_int_equal(t.records, journal_recovered(j)->records);
	assert_in_range(t.corrupt, 1, 2);
	assert_int_equal(t.last, 199);
	assert_false(t.wrong);
	journal_close(j);
	free(bytes);
}

/* A peer that sends whole records inside a message gains nothing, not even
 * when it knows the segment's number and where its message will lie. */
static void
test_forged_record(void **state)
{
	char path[400], *bytes;
	size_t n, raw_at = 128 + 52 + strlen("hospital-a");
	struct journal *j;
	struct record r = {.framing = FRAMING_LF,
	    .received = 1,
	    .member = STR("hospital-a"),
	    .lines = 1};
	struct event_id id;

	(void)state;
	write_and_die(3, 0);
	newest(path, sizeof(path));
	n = load(path, &bytes);
	remove_all(dir);
	j = open_journal(0);
	/* The second and third record, at the places they had there. */
	r.raw = str_make(bytes + raw_at, n - raw_at);
	assert_int_equal(journal_append(j, &r, &id), JOURNAL_OK);
	r.raw = STR("good");
	assert_int_equal(journal_append(j, &r, &id), JOURNAL_OK);
	journal_close(j);
	free(bytes);
	n = load(path, &bytes);
	bytes[130] ^= 1; /* its own header no longer holds */
	store(path, bytes, n);
	assert_int_equal(read_all().records, 1);
	free(bytes);
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

static void
test_disk_full(void **state)
{
	struct rlimit old, small;
	struct journal *j;
	unsigned n = 0;
	struct event_id id;
	char text[1024];
	struct record r;
	enum journal_result result;

	(void)state;
	(void)signal(SIGXFSZ, SIG_IGN);
	j = open_journal(0);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	small = old;
	small.rlim_cur = 20001;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	do {
		r = make_record(text, sizeof(text), n);
		result = journal_append(j, &r, &id);
		n += result == JOURNAL_OK;
	} while (result == JOURNAL_OK);
	assert_int_equal(result, JOURNAL_FULL);
	assert_int_equal(journal_append(j, &r, &id), JOURNAL_FULL);
	assert_true(n > 50);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	for (unsigned i = 0; i < 10; i++)
		(void)append(j, n++);
	struct tally t = read_all();

	assert_int_equal(t.records, n);
	assert_int_equal(t.corrupt, 0);
	assert_false(t.wrong);
	journal_close(j);
}

static void
test_floor(void **state)
{
	char why[200], text[1024];
	struct journal_options options = {
	    .dir = dir, .floor = (uint64_t)1 << 62};
	struct journal *j = journal_open(&options, why, sizeof(why));
	struct record r = make_record(text, sizeof(text), 0);
	struct event_id id;

	(void)state;
	assert_non_null(j);
	assert_int_equal(journal_append(j, &r, &id), JOURNAL_FULL);
	assert_int_equal(journal_append(j, &r, &id), JOURNAL_FULL);
	assert_int_equal(read_all().records, 0);
	journal_close(j);
}

static void
test_sync_job(void **state)
{
	struct journal *j = open_journal(2048);
	struct journal_sync job;
	struct journal_pos end;

	(void)state;
	for (unsigned i = 0; i < 60; i++)
		(void)append(j, i);
	end = journal_end(j);
	journal_sync_begin(j, &job);
	assert_int_equal(job.upto.segment, end.segment);
	assert_int_equal(job.upto.offset, end.offset);
	assert_true(job.n > 1 && job.dir >= 0);
	for (unsigned i = 60; i < 120; i++) /* meanwhile */
		(void)append(j, i);
	assert_true(journal_sync_run(&job));
	journal_sync_end(j, true);
	/* A failure: on in a new segment, nothing lost for readers. */
	end = journal_end(j);
	journal_sync_begin(j, &job);
	(void)journal_sync_run(&job);
	journal_sync_end(j, false);
	assert_true(append(j, 120).segment > end.segment);
	assert_int_equal(read_all().records, 121);
	assert_int_equal(read_all().corrupt, 0);
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
	    TEST(test_cut_anywhere),
	    TEST(test_flip_bits),
	    TEST(test_damaged_range),
	    TEST(test_forged_record),
	    TEST(test_reader_follows_writer),
	    TEST(test_read_from),
	    TEST(test_trim),
	    TEST(test_disk_full),
	    TEST(test_floor),
	    TEST(test_sync_job),
	};

	log_init("", LOG_LEVEL_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
