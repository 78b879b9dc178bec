/* A journal in a folder of its own, and its records counted. */
#ifndef VIGIE_TESTS_JOURNAL_FIXTURE_H
#define VIGIE_TESTS_JOURNAL_FIXTURE_H

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

static inline void
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

static inline int
set_up(void **state)
{
	(void)state;
	(void)snprintf(base, sizeof(base), "/tmp/vigie-journal-XXXXXX");
	if (mkdtemp(base) == NULL)
		return -1;
	(void)snprintf(dir, sizeof(dir), "%s/j", base);
	return 0;
}

static inline int
tear_down(void **state)
{
	(void)state;
	remove_all(dir);
	remove_all(base);
	return 0;
}

static inline struct journal *
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
static inline struct record
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

static inline struct event_id
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

static inline struct tally
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

static inline struct tally
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
static inline void
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

static inline size_t
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

static inline void
store(const char *path, const char *bytes, size_t n)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, n), n);
	close(fd);
}

/* Writes records as a process that is then killed: no seal. */
static inline void
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

#endif
