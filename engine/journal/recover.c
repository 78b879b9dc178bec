/*
 * What a folder holds when its writer starts: segments of a clean stop end
 * with a seal and are only listed; one without a seal is read through.
 */
#include "engine/journal/writer.h"

#include "engine/base/log.h"
#include "engine/journal/reader.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define SLOT_BITS 48

void
writer_remember_sealed(
    struct journal *j, uint64_t number, uint64_t size, int64_t last)
{
	if (j->n_sealed == j->cap_sealed) {
		j->cap_sealed = j->cap_sealed == 0 ? 64 : j->cap_sealed * 2;
		j->sealed = mem_resize(
		    j->sealed, j->cap_sealed * sizeof(*j->sealed));
	}
	j->sealed[j->n_sealed++] = (struct sealed){number, size, last};
	j->sealed_size += size;
}

/*
 * The next number, for the day when all segments have gone. One write of one
 * sector, in place: a rename would have ext4 flush the file, 3 ms for each
 * segment. It is only a help: what is damaged costs nothing while a segment
 * is there.
 */
void
writer_write_next(struct journal *j)
{
	char text[32];
	int n = snprintf(
	    text, sizeof(text), "%020" PRIu64 "\n", j->next_number);
	int fd = openat(
	    j->dir, "next", O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);

	if (fd < 0)
		return;
	(void)!pwrite(fd, text, (size_t)n, 0);
	close(fd);
}

static uint64_t
read_next(struct journal *j)
{
	int fd = openat(j->dir, "next", O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	char text[32];
	ssize_t n;
	uint64_t next = 0;

	if (fd < 0)
		return 0;
	n = read(fd, text, sizeof(text));
	close(fd);
	if (n <= 0 || !str_to_u64(str_trim(str_make(text, (size_t)n)), &next))
		return 0;
	return next;
}

/*
 * A segment without a seal: its writer was killed. Counts what is good, cuts
 * what never became whole and seals it.
 */
static void
recover_segment(struct journal *j, int fd, uint64_t number, uint64_t size)
{
	struct journal_reader *reader = journal_reader_for(dup(fd), number);
	const struct segment_key *key;
	struct record record;
	struct event_id id;
	struct journal_pos next;
	enum read_result result;
	uint64_t skipped, end, records = 0, damaged_to = 0;
	int64_t last = 0;

	while ((result = journal_read(reader, &record, &id, &next, &skipped)) !=
	    READ_END) {
		if (result == READ_RECORD) {
			records++;
			last = record.received;
			continue;
		}
		j->recovery.corrupt += skipped;
		/* A bad payload and a bad header behind it are one place. */
		j->recovery.ranges += id.offset != damaged_to;
		damaged_to = id.offset + skipped;
		log_warn("journal %s: segment %" PRIu64 ": %" PRIu64
			 " damaged bytes at %" PRIu32 " are left out",
		    j->path, number, skipped, id.offset);
	}
	end = journal_reader_at(reader);
	key = journal_reader_key(reader);
	j->recovery.records += records;
	if (key == NULL) {
		j->recovery.corrupt += size;
		j->recovery.ranges++;
		log_warn("journal %s: the head of segment %" PRIu64
			 " is damaged; its %" PRIu64 " bytes cannot be read",
		    j->path, number, size);
	} else {
		if (end < size) {
			j->recovery.torn += size - end;
			(void)!ftruncate(fd, (off_t)end);
		}
		if (segment_seal(fd, end, key, (uint32_t)records, last))
			size = end + RECORD_SEAL_SIZE;
		(void)fdatasync(fd);
	}
	writer_remember_sealed(j, number, size, last);
	journal_reader_close(reader);
}

static void
look_at_segment(struct journal *j, uint64_t number)
{
	int fd = segment_open(j->dir, number, true);
	char name[SEGMENT_NAME];
	struct segment_key key;
	struct stat st;
	int64_t last;

	segment_name(number, name);
	if (fd < 0 || fstat(fd, &st) != 0) {
		log_warn("journal %s: cannot open %s: %s", j->path, name,
		    strerror(errno));
		if (fd >= 0)
			close(fd);
		return;
	}
	if (st.st_size < SEGMENT_HEAD ||
	    (st.st_size == SEGMENT_HEAD && segment_read_head(fd, &key)))
		(void)unlinkat(j->dir, name, 0); /* never had a record */
	else if (segment_read_head(fd, &key) && key.number == number &&
	    segment_is_sealed(fd, (uint64_t)st.st_size, &key, &last))
		writer_remember_sealed(j, number, (uint64_t)st.st_size, last);
	else
		recover_segment(j, fd, number, (uint64_t)st.st_size);
	close(fd);
}

bool
writer_look_at_folder(struct journal *j, uint64_t first, char *why, size_t size)
{
	uint64_t *numbers, beyond = first + ((uint64_t)1 << SLOT_BITS);
	size_t n;

	j->next_number = read_next(j);
	if (j->next_number < first || j->next_number >= beyond)
		j->next_number = first;
	if (!segment_list(j->dir, &numbers, &n)) {
		(void)snprintf(why, size, "cannot list the journal %s: %s",
		    j->path, strerror(errno));
		return false;
	}
	for (size_t i = 0; i < n; i++) {
		if (numbers[i] < first || numbers[i] >= beyond) {
			(void)snprintf(why, size,
			    "the journal %s holds "
			    "segment %" PRIu64 ", which belongs to another "
			    "worker; give each worker a folder of its own",
			    j->path, numbers[i]);
			free(numbers);
			return false;
		}
		look_at_segment(j, numbers[i]);
		if (numbers[i] >= j->next_number)
			j->next_number = numbers[i] + 1;
	}
	free(numbers);
	return true;
}
