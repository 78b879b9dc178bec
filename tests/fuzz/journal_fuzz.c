/* The bytes of a segment to the reader, and to a writer that recovers it. */
#include "engine/base/log.h"
#include "engine/journal/journal.h"

#include <assert.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint64_t
read_all(struct journal_reader *reader)
{
	struct record r;
	struct event_id id;
	struct journal_pos next;
	enum read_result result;
	uint64_t skipped, records = 0, last = 0;
	struct str line;

	while ((result = journal_read(reader, &r, &id, &next, &skipped)) !=
	    READ_END) {
		size_t at = 0;

		assert(id.segment != next.segment || next.offset > id.offset);
		assert(result != READ_CORRUPT || skipped > 0);
		assert(last <= id.segment);
		last = id.segment;
		if (result != READ_RECORD)
			continue;
		records++;
		while (record_line(&r, &at, &line))
			assert(line.p >= r.raw.p &&
			    line.p + line.n <= r.raw.p + r.raw.n);
	}
	return records;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char name[] = "00000000000000000007.vj";
	char dir[] = "/tmp/vigie-fuzz-XXXXXX", path[100], why[200];
	const char *const files[] = {
	    name, "next", "lock", "00000000000000000008.vj"};
	struct journal_reader *reader;
	struct journal *j;
	uint64_t before, after;
	int fd;

	log_init("", LOG_LEVEL_ERROR);
	if (mkdtemp(dir) == NULL)
		return 0;
	(void)snprintf(path, sizeof(path), "%s/%s", dir, name);
	fd = open(path, O_WRONLY | O_CREAT, 0600);
	(void)!write(fd, data, size);
	close(fd);
	reader = journal_reader_open_file(path, why, sizeof(why));
	before = read_all(reader);
	journal_reader_close(reader);
	j = journal_open(
	    &(struct journal_options){.dir = dir}, why, sizeof(why));
	assert(j != NULL);
	journal_close(j);
	reader = journal_reader_open(
	    dir, (struct journal_pos){0, 0}, why, sizeof(why));
	after = read_all(reader);
	journal_reader_close(reader);
	assert(before == after);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", dir, files[i]);
		(void)unlink(path);
	}
	(void)rmdir(dir);
	return 0;
}
