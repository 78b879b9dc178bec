/* Every way in which a disk, a kill or a peer can harm the journal. */
#include "tests/unit/journal_fixture.h"

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
	    TEST(test_cut_anywhere),
	    TEST(test_flip_bits),
	    TEST(test_damaged_range),
	    TEST(test_forged_record),
	    TEST(test_disk_full),
	    TEST(test_floor),
	    TEST(test_sync_job),
	};

	log_init("", LOG_LEVEL_ERROR);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
