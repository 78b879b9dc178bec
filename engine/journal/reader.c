/*
 * Reading segments back, also the one that is being written. Nothing is
 * mapped: a writer may cut a file, and a map would then raise SIGBUS.
 *
 * A header is believed only when its check matches; a record only when its
 * payload's does. Bytes that are neither are passed over to the next header
 * that matches, and told as READ_CORRUPT. Bytes at the end of the newest
 * segment behind which nothing matches are a write that has not ended:
 * READ_END, and read again when asked again.
 */
#include "engine/journal/reader.h"

#include "engine/base/buf.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define WINDOW ((size_t)1 << 20)

struct journal_reader {
	int dir;         /* -1: one file only */
	int fd;          /* -1: between segments */
	uint64_t number; /* of the segment; while fd is -1: the least wanted */
	struct segment_key key;
	bool key_known;
	bool sealed; /* its seal was read: nothing follows in it */
	bool final;  /* a newer segment was there before the last look */
	uint64_t at;
	uint64_t searched; /* no header begins between `at` and here */
	uint64_t left;

	unsigned char *window; /* the segment's bytes from window_at on */
	size_t cap;
	uint64_t window_at;
	size_t window_n;
};

static struct journal_reader *
reader_new(int dir, int fd, uint64_t number, uint64_t at)
{
	struct journal_reader *reader = mem_get_zero(1, sizeof(*reader));

	*reader = (struct journal_reader){
	    .dir = dir, .fd = fd, .number = number, .at = at};
	return reader;
}

struct journal_reader *
journal_reader_for(int fd, uint64_t number)
{
	return reader_new(-1, fd, number, SEGMENT_HEAD);
}

struct journal_reader *
journal_reader_open(
    const char *dir, struct journal_pos from, char *why, size_t size)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0) {
		(void)snprintf(why, size, "cannot read the journal %s: %s", dir,
		    strerror(errno));
		return NULL;
	}
	return reader_new(fd, -1, from.segment, from.offset);
}

struct journal_reader *
journal_reader_open_file(const char *path, char *why, size_t size)
{
	struct journal_reader *reader;
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0) {
		(void)snprintf(
		    why, size, "cannot read %s: %s", path, strerror(errno));
		return NULL;
	}
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		(void)snprintf(why, size, "%s is not a file", path);
		close(fd);
		return NULL;
	}
	reader = journal_reader_for(fd, 0);
	if (segment_read_head(fd, &reader->key))
		reader->number = reader->key.number;
	return reader;
}

void
journal_reader_close(struct journal_reader *reader)
{
	if (reader == NULL)
		return;
	if (reader->fd >= 0)
		close(reader->fd);
	if (reader->dir >= 0)
		close(reader->dir);
	free(reader->window);
	free(reader);
}

uint64_t
journal_reader_at(const struct journal_reader *reader)
{
	return reader->at;
}

const struct segment_key *
journal_reader_key(const struct journal_reader *reader)
{
	return reader->key_known ? &reader->key : NULL;
}

uint64_t
journal_reader_left(const struct journal_reader *reader)
{
	return reader->left;
}

bool
journal_reader_is_sealed(const struct journal_reader *reader)
{
	return reader->sealed;
}

/* The bytes from `at` on, at least n of them unless the file ends sooner;
 * *got says how many there are. */
static const unsigned char *
view(struct journal_reader *reader, uint64_t at, size_t n, size_t *got)
{
	uint64_t end = reader->window_at + reader->window_n;
	size_t want = n > WINDOW ? n : WINDOW;

	if (at >= reader->window_at && at + n <= end) {
		*got = (size_t)(end - at);
		return reader->window + (at - reader->window_at);
	}
	if (reader->cap < want) {
		reader->window = mem_resize(reader->window, want);
		reader->cap = want;
	}
	reader->window_at = at;
	reader->window_n = 0;
	while (reader->window_n < want) {
		ssize_t more = pread(reader->fd,
		    reader->window + reader->window_n, want - reader->window_n,
		    (off_t)(at + reader->window_n));

		if (more < 0 && errno == EINTR)
			continue;
		if (more <= 0)
			break;
		reader->window_n += (size_t)more;
	}
	*got = reader->window_n;
	return reader->window;
}

static uint64_t
file_size(const struct journal_reader *reader)
{
	struct stat st;

	return fstat(reader->fd, &st) == 0 ? (uint64_t)st.st_size : 0;
}

static enum head_result
head_at(struct journal_reader *reader, uint64_t at, struct record_head *head)
{
	size_t got;
	const unsigned char *p = view(
	    reader, at, RECORD_HEAD + JOURNAL_MEMBER_MAX, &got);

	return record_head_parse(p, got, &reader->key, at, head);
}

/* The next header that matches behind `at`. False: none in the file. */
static bool
find_head(struct journal_reader *reader, uint64_t *found)
{
	uint64_t at = reader->searched > reader->at ? reader->searched
						    : reader->at + RECORD_ALIGN;
	struct record_head head;

	at &= ~(uint64_t)(RECORD_ALIGN - 1);
	for (;;) {
		size_t got;
		const unsigned char *p = view(reader, at, RECORD_HEAD, &got);
		size_t i = 0;

		if (got < RECORD_HEAD)
			break;
		while (i + RECORD_HEAD <= got && !record_is_magic(p + i))
			i += RECORD_ALIGN;
		at += i;
		if (i + RECORD_HEAD > got)
			continue;
		if (head_at(reader, at, &head) == HEAD_OK) {
			*found = at;
			return true;
		}
		at += RECORD_ALIGN;
	}
	/* The last bytes may be a header that is still being written. */
	reader->searched = at > 2 * RECORD_HEAD + JOURNAL_MEMBER_MAX
	    ? at - (2 * RECORD_HEAD + JOURNAL_MEMBER_MAX)
	    : 0;
	return false;
}

static void
leave_segment(struct journal_reader *reader)
{
	close(reader->fd);
	reader->fd = -1;
	reader->number++;
	reader->at = SEGMENT_HEAD;
}

/* Opens the next segment there is. False: none yet, or it has no head yet. */
static bool
enter_segment(struct journal_reader *reader)
{
	uint64_t number;

	if (!segment_find(reader->dir, reader->number, &number))
		return false;
	reader->fd = segment_open(reader->dir, number, false);
	if (reader->fd < 0) {
		/* Trimmed meanwhile, or a link that somebody put there. */
		reader->number = errno == EMFILE || errno == ENFILE
		    ? number
		    : number + 1;
		return false;
	}
	if (number != reader->number || reader->at < SEGMENT_HEAD)
		reader->at = SEGMENT_HEAD;
	reader->number = number;
	reader->key_known = false;
	reader->sealed = reader->final = false;
	reader->searched = 0;
	reader->window_n = 0;
	return true;
}

/* The head, unless it was read; false: not readable. */
static bool
know_key(struct journal_reader *reader)
{
	if (!reader->key_known)
		reader->key_known = segment_read_head(reader->fd, &reader->key);
	return reader->key_known;
}

static enum read_result
corrupt(struct journal_reader *reader, uint64_t to, struct event_id *id,
    struct journal_pos *next, uint64_t *skipped)
{
	*skipped = to - reader->at;
	*id = (struct event_id){reader->number, (uint32_t)reader->at, 0};
	reader->at = to;
	reader->searched = 0;
	*next = (struct journal_pos){reader->number, to};
	return READ_CORRUPT;
}

/*
 * At `at` there is nothing whole. With a newer segment nothing will be added
 * here any more; but something may have been before that one was made, so
 * that a last look comes first. *go_on: read again.
 */
static enum read_result
at_end(struct journal_reader *reader, struct event_id *id,
    struct journal_pos *next, uint64_t *skipped, bool *go_on)
{
	uint64_t size = file_size(reader), newer;

	*go_on = false;
	reader->left = size > reader->at ? size - reader->at : 0;
	reader->window_n = 0;
	*next = (struct journal_pos){reader->number, reader->at};
	if (reader->dir < 0 ||
	    !segment_find(reader->dir, reader->number + 1, &newer))
		return READ_END;
	*go_on = true;
	if (!reader->final && !reader->sealed) {
		reader->final = true;
		return READ_END;
	}
	if (reader->left > 0 && !reader->sealed)
		return corrupt(reader, size, id, next, skipped);
	leave_segment(reader);
	return READ_END;
}

enum look {
	LOOK_RECORD,
	LOOK_BEGUN,    /* a good header; the rest is not there yet */
	LOOK_BAD_BODY, /* a good header; the payload does not match it */
	LOOK_NO_HEAD,
};

static enum look
look(struct journal_reader *reader, struct record_head *head)
{
	const unsigned char *p;
	size_t got;

	if (head_at(reader, reader->at, head) != HEAD_OK)
		return LOOK_NO_HEAD;
	/* The header lies in the window; the whole record may not. */
	p = view(reader, reader->at, head->size, &got);
	if (got < head->size)
		return LOOK_BEGUN;
	(void)record_head_parse(p, got, &reader->key, reader->at, head);
	return record_payload_is_good(&head->record) ? LOOK_RECORD
						     : LOOK_BAD_BODY;
}

/*
 * Is there really no whole record at `at`, but one further on, at *to? The
 * writer may have got on between the first look, which saw a part of a
 * record, and the search, which found the one behind: so the second look,
 * taken after the search, decides.
 */
static enum look
look_again(
    struct journal_reader *reader, struct record_head *head, uint64_t *to)
{
	enum look first = look(reader, head), second;

	if (first == LOOK_RECORD || first == LOOK_BEGUN)
		return first;
	if (first == LOOK_NO_HEAD &&
	    (file_size(reader) <= reader->at || !find_head(reader, to)))
		return LOOK_BEGUN;
	reader->window_n = 0;
	second = look(reader, head);
	if (second == LOOK_BAD_BODY)
		*to = reader->at + head->size;
	/* Taken back between the looks: a write that came up short. */
	if (second == LOOK_NO_HEAD && first == LOOK_BAD_BODY)
		return LOOK_BEGUN;
	return second;
}

/* One step in the open segment. */
static enum read_result
read_here(struct journal_reader *reader, struct record *record,
    struct event_id *id, struct journal_pos *next, uint64_t *skipped,
    bool *at_the_end)
{
	struct record_head head;
	uint64_t to = 0;

	*at_the_end = true;
	if (reader->sealed || !know_key(reader))
		return READ_END;
	switch (look_again(reader, &head, &to)) {
	case LOOK_BEGUN:
		return READ_END;
	case LOOK_NO_HEAD:
	case LOOK_BAD_BODY:
		*at_the_end = false;
		return corrupt(reader, to, id, next, skipped);
	case LOOK_RECORD:
		break;
	}
	*id = (struct event_id){reader->number, (uint32_t)reader->at, 0};
	reader->at += head.size;
	reader->searched = 0;
	if (head.kind == RECORD_SEAL) {
		reader->sealed = true;
		return READ_END;
	}
	*next = (struct journal_pos){reader->number, reader->at};
	*record = head.record;
	*at_the_end = false;
	return READ_RECORD;
}

enum read_result
journal_read(struct journal_reader *reader, struct record *record,
    struct event_id *id, struct journal_pos *next, uint64_t *skipped)
{
	enum read_result result;
	bool end, go_on;

	*skipped = 0;
	*next = (struct journal_pos){reader->number, reader->at};
	for (;;) {
		if (reader->fd < 0 && !enter_segment(reader))
			return READ_END;
		result = read_here(reader, record, id, next, skipped, &end);
		if (!end)
			return result;
		result = at_end(reader, id, next, skipped, &go_on);
		if (!go_on || result == READ_CORRUPT)
			return result;
	}
}

/* The record at the id's place, checked; into *head, its bytes in `out`. */
static bool
read_one(int fd, const struct event_id *id, struct buf *out,
    struct record_head *head)
{
	size_t first = RECORD_HEAD + JOURNAL_MEMBER_MAX;
	struct segment_key key;
	unsigned char *p = (unsigned char *)buf_room(out, first);
	ssize_t got;

	if (!segment_read_head(fd, &key) || key.number != id->segment)
		return false;
	got = pread(fd, p, first, id->offset);
	if (got < 0 ||
	    record_head_parse(p, (size_t)got, &key, id->offset, head) !=
		HEAD_OK ||
	    head->kind != RECORD_DATA)
		return false;
	p = (unsigned char *)buf_room(out, head->size);
	got = pread(fd, p, head->size, id->offset);
	return got >= 0 && (size_t)got == head->size &&
	    record_head_parse(p, head->size, &key, id->offset, head) ==
	    HEAD_OK &&
	    record_payload_is_good(&head->record);
}

bool
journal_line(const char *dir, const struct event_id *id, struct arena *arena,
    struct str *line)
{
	int folder = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int fd = folder < 0 ? -1 : segment_open(folder, id->segment, false);
	struct record_head head;
	struct buf bytes;
	size_t at = 0;
	uint32_t n = 0;
	bool found = false;

	if (folder >= 0)
		close(folder);
	if (fd < 0)
		return false;
	buf_init(&bytes, RECORD_MAX);
	if (read_one(fd, id, &bytes, &head)) {
		while (!found && record_line(&head.record, &at, line))
			found = n++ == id->line;
	}
	if (found)
		*line = arena_dup(arena, *line);
	buf_fini(&bytes);
	close(fd);
	return found;
}
