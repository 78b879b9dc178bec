#include "engine/journal/segment.h"

#include "engine/base/hash.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

static const char head_magic[8] = "vigie-j1";

#define HEAD_COPY 64

void
segment_name(uint64_t number, char out[SEGMENT_NAME])
{
	(void)snprintf(out, SEGMENT_NAME, "%020" PRIu64 ".vj", number);
}

static bool
name_parse(const char *name, uint64_t *number)
{
	struct str s = str_from(name);

	return s.n == SEGMENT_NAME - 1 && str_has_suffix(s, STR(".vj")) &&
	    str_to_u64(str_first(s, 20), number) && *number < UINT64_MAX;
}

/* A second descriptor: closedir() must not close the caller's. */
static DIR *
open_list(int dir)
{
	int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);

	if (d == NULL && fd >= 0)
		close(fd);
	return d;
}

static int
compare_numbers(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

bool
segment_list(int dir, uint64_t **numbers, size_t *n)
{
	DIR *d = open_list(dir);
	const struct dirent *entry;
	size_t cap = 0;
	uint64_t number;

	*numbers = NULL;
	*n = 0;
	if (d == NULL)
		return false;
	while ((entry = readdir(d)) != NULL) {
		if (!name_parse(entry->d_name, &number))
			continue;
		if (*n == cap) {
			cap = cap == 0 ? 64 : cap * 2;
			*numbers = mem_resize(*numbers, cap * sizeof(number));
		}
		(*numbers)[(*n)++] = number;
	}
	closedir(d);
	if (*n > 0)
		qsort(*numbers, *n, sizeof(number), compare_numbers);
	return true;
}

bool
segment_find(int dir, uint64_t at_least, uint64_t *number)
{
	DIR *d = open_list(dir);
	const struct dirent *entry;
	bool found = false;
	uint64_t each;

	if (d == NULL)
		return false;
	while ((entry = readdir(d)) != NULL) {
		if (!name_parse(entry->d_name, &each) || each < at_least ||
		    (found && each >= *number))
			continue;
		*number = each;
		found = true;
	}
	closedir(d);
	return found;
}

int
segment_open(int dir, uint64_t number, bool write)
{
	char name[SEGMENT_NAME];
	struct stat st;
	int fd;

	segment_name(number, name);
	/* O_NONBLOCK: a fifo put in our way must not hold us. */
	fd = openat(dir, name,
	    (write ? O_RDWR : O_RDONLY) | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return -1;
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		close(fd);
		errno = EINVAL;
		return -1;
	}
	return fd;
}

static void
head_format(
    unsigned char out[HEAD_COPY], const struct segment_key *key, int64_t now)
{
	memset(out, 0, HEAD_COPY);
	memcpy(out, head_magic, sizeof(head_magic));
	put_u64(out + 8, key->number);
	put_u64(out + 16, key->salt);
	put_u64(out + 24, (uint64_t)now);
	put_u64(out + HEAD_COPY - 8, hash_checksum(out, HEAD_COPY - 8));
}

static bool
write_all(int fd, const void *p, size_t n, uint64_t offset)
{
	ssize_t done = pwrite(fd, p, n, (off_t)offset);

	if (done >= 0 && (size_t)done < n)
		errno = ENOSPC;
	return done >= 0 && (size_t)done == n;
}

int
segment_create(int dir, uint64_t number, int64_t now, struct segment_key *key)
{
	unsigned char head[SEGMENT_HEAD];
	char name[SEGMENT_NAME];
	int fd, saved;

	*key = (struct segment_key){.number = number};
	if (getrandom(&key->salt, sizeof(key->salt), 0) !=
	    (ssize_t)sizeof(key->salt))
		return -1;
	segment_name(number, name);
	fd = openat(dir, name,
	    O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0)
		return -1;
	head_format(head, key, now);
	memcpy(head + HEAD_COPY, head, HEAD_COPY);
	if (write_all(fd, head, sizeof(head), 0))
		return fd;
	saved = errno;
	(void)unlinkat(dir, name, 0);
	close(fd);
	errno = saved;
	return -1;
}

bool
segment_read_head(int fd, struct segment_key *key)
{
	unsigned char head[SEGMENT_HEAD];
	ssize_t n = pread(fd, head, sizeof(head), 0);

	for (ssize_t at = 0; at + HEAD_COPY <= n; at += HEAD_COPY) {
		const unsigned char *p = head + at;

		if (memcmp(p, head_magic, sizeof(head_magic)) != 0 ||
		    hash_checksum(p, HEAD_COPY - 8) !=
			get_u64(p + HEAD_COPY - 8))
			continue;
		key->number = get_u64(p + 8);
		key->salt = get_u64(p + 16);
		return true;
	}
	return false;
}

bool
segment_is_sealed(
    int fd, uint64_t size, const struct segment_key *key, int64_t *last)
{
	unsigned char p[RECORD_SEAL_SIZE];
	struct record_head head;
	uint64_t at;

	if (size < SEGMENT_HEAD + sizeof(p))
		return false;
	at = size - sizeof(p);
	if (pread(fd, p, sizeof(p), (off_t)at) != (ssize_t)sizeof(p) ||
	    record_head_parse(p, sizeof(p), key, at, &head) != HEAD_OK ||
	    head.kind != RECORD_SEAL)
		return false;
	*last = head.record.received;
	return true;
}

bool
segment_seal(int fd, uint64_t offset, const struct segment_key *key,
    uint32_t records, int64_t last)
{
	unsigned char p[RECORD_SEAL_SIZE + JOURNAL_MEMBER_MAX] = {0};
	struct record r = {.lines = records, .received = last};
	size_t n = record_head_format(p, &r, RECORD_SEAL, key, offset);

	put_u64(p + n, hash_checksum("", 0));
	return write_all(fd, p, RECORD_SEAL_SIZE, offset);
}
