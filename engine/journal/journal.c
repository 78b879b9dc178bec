/*
 * The writer. A record is one writev(2) at a known offset; a write that comes
 * up short is cut off again, so that a segment always ends with a whole
 * record unless the machine stopped. Nothing is synced here but by
 * journal_sync*(): the kernel keeps what was written when the process dies.
 */
#include "engine/journal/writer.h"

#include "engine/base/hash.h"
#include "engine/base/log.h"
#include "engine/base/stamp.h"
#include "engine/base/stats.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#define SEGMENT_SIZE     ((uint64_t)64 << 20)
#define SEGMENT_SIZE_MAX ((uint64_t)1 << 30)
/* The disk's free space is asked for once in so many bytes or so long. */
#define FLOOR_BYTES ((uint64_t)4 << 20)
#define FLOOR_TIME  (SECOND / 4)

static int64_t
clock_now(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (int64_t)t.tv_sec * SECOND + t.tv_nsec / 1000;
}

const struct journal_recovery *
journal_recovered(const struct journal *j)
{
	return &j->recovery;
}

struct journal_pos
journal_end(const struct journal *j)
{
	return (struct journal_pos){j->key.number, j->offset};
}

/* Makes the next segment. False with errno. */
static bool
start_segment(struct journal *j)
{
	/* A number that was tried is gone for ever, whatever became of it. */
	uint64_t number = j->next_number++;

	writer_write_next(j);
	j->fd = segment_create(
	    j->dir, number, clock_now(CLOCK_REALTIME), &j->key);
	if (j->fd < 0) {
		if (errno != EEXIST)
			j->next_number = number;
		return false;
	}
	j->offset = SEGMENT_HEAD;
	j->records = 0;
	j->dir_unsynced = true;
	return true;
}

static void
forget_first_unsynced(struct journal *j)
{
	close(j->unsynced[0].fd);
	memmove(j->unsynced, j->unsynced + 1,
	    sizeof(j->unsynced) - sizeof(j->unsynced[0]));
	j->n_unsynced--;
}

/* Leaves the segment to the next sync; false when it could not be sealed. */
static bool
finish_segment(struct journal *j)
{
	if (!segment_seal(j->fd, j->offset, &j->key, j->records, j->last)) {
		int error = errno;

		(void)!ftruncate(j->fd, (off_t)j->offset);
		errno = error;
		return false;
	}
	writer_remember_sealed(
	    j, j->key.number, j->offset + RECORD_SEAL_SIZE, j->last);
	if (j->n_unsynced == JOURNAL_SYNC_FILES) {
		/* Nobody syncs: then this is the time. */
		if (fdatasync(j->unsynced[0].fd) != 0)
			j->sync_lost = true;
		forget_first_unsynced(j);
	}
	j->unsynced[j->n_unsynced].number = j->key.number;
	j->unsynced[j->n_unsynced++].fd = j->fd;
	j->fd = -1;
	return true;
}

/* A disk that failed once is not trusted with the same file again. */
static void
abandon_segment(struct journal *j)
{
	if (j->fd < 0)
		return;
	writer_remember_sealed(j, j->key.number, j->offset, j->last);
	close(j->fd);
	j->fd = -1;
	j->sync_lost = true;
}

/* A descriptor for the job; without one the file is synced at once. */
static void
give_to_job(struct journal_sync *job, int fd)
{
	int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0);

	if (copy >= 0)
		job->fds[job->n++] = copy;
	else if (fdatasync(fd) != 0)
		job->lost = true;
}

void
journal_sync_begin(struct journal *j, struct journal_sync *job)
{
	*job = (struct journal_sync){
	    .dir = -1, .lost = j->sync_lost, .upto = journal_end(j)};
	j->sync_lost = false;
	for (uint32_t i = 0; i < j->n_unsynced; i++)
		job->fds[job->n++] = j->unsynced[i].fd;
	j->n_unsynced = 0;
	if (j->fd >= 0)
		give_to_job(job, j->fd);
	if (j->dir_unsynced)
		job->dir = fcntl(j->dir, F_DUPFD_CLOEXEC, 0);
	if (j->dir_unsynced && job->dir < 0 && fsync(j->dir) != 0)
		job->lost = true;
	j->dir_unsynced = false;
}

bool
journal_sync_run(struct journal_sync *job)
{
	bool ok = !job->lost;

	for (uint32_t i = 0; i < job->n; i++) {
		if (fdatasync(job->fds[i]) != 0)
			ok = false;
		close(job->fds[i]);
	}
	if (job->dir >= 0) {
		if (fsync(job->dir) != 0)
			ok = false;
		close(job->dir);
	}
	return ok;
}

void
journal_sync_end(struct journal *j, bool ok)
{
	if (ok)
		return;
	log_error("journal %s: the disk failed to keep what was written: going "
		  "on in a new segment",
	    j->path);
	abandon_segment(j);
	j->sync_lost = false; /* told by this very call */
}

bool
journal_sync(struct journal *j)
{
	struct journal_sync job;
	bool ok;

	journal_sync_begin(j, &job);
	ok = journal_sync_run(&job);
	journal_sync_end(j, ok);
	return ok;
}

static bool
open_folder(struct journal *j, char *why, size_t size)
{
	if (mkdir(j->path, 0700) != 0 && errno != EEXIST) {
		(void)snprintf(why, size, "cannot make the journal %s: %s",
		    j->path, strerror(errno));
		return false;
	}
	j->dir = open(j->path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (j->dir < 0) {
		(void)snprintf(why, size, "cannot open the journal %s: %s",
		    j->path, strerror(errno));
		return false;
	}
	j->lock = openat(
	    j->dir, "lock", O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (j->lock < 0 || flock(j->lock, LOCK_EX | LOCK_NB) != 0) {
		(void)snprintf(why, size,
		    errno == EWOULDBLOCK
			? "another process writes the journal %s%s"
			: "cannot lock the journal %s: %s",
		    j->path, errno == EWOULDBLOCK ? "" : strerror(errno));
		return false;
	}
	return true;
}

static void
release(struct journal *j)
{
	for (uint32_t i = 0; i < j->n_unsynced; i++)
		close(j->unsynced[i].fd);
	if (j->fd >= 0)
		close(j->fd);
	if (j->lock >= 0)
		close(j->lock);
	if (j->dir >= 0)
		close(j->dir);
	free(j->sealed);
	free(j->path);
	free(j);
}

struct journal *
journal_open(const struct journal_options *options, char *why, size_t size)
{
	struct journal *j = mem_get_zero(1, sizeof(*j));
	uint64_t segment = options->segment_size;

	*j = (struct journal){.dir = -1,
	    .lock = -1,
	    .fd = -1,
	    .path = strdup(options->dir),
	    .floor = options->floor};
	if (j->path == NULL)
		die("out of memory");
	if (segment == 0)
		segment = SEGMENT_SIZE;
	j->segment_size = segment < SEGMENT_SIZE_MAX ? segment
						     : SEGMENT_SIZE_MAX;
	if (!open_folder(j, why, size) ||
	    !writer_look_at_folder(j, options->first_number, why, size)) {
		release(j);
		return NULL;
	}
	if (j->recovery.torn > 0)
		log_info("journal %s: cut %" PRIu64
			 " bytes of a write that never ended",
		    j->path, j->recovery.torn);
	/* With a full disk the segment is made later, by the first append. */
	if (!start_segment(j) && errno != ENOSPC && errno != EDQUOT &&
	    errno != EFBIG) {
		(void)snprintf(why, size, "cannot write to the journal %s: %s",
		    j->path, strerror(errno));
		release(j);
		return NULL;
	}
	if (j->fd < 0)
		j->key.number = j->next_number;
	return j;
}

void
journal_close(struct journal *j)
{
	char name[SEGMENT_NAME];

	if (j == NULL)
		return;
	if (j->fd >= 0 && j->records == 0) {
		segment_name(j->key.number, name);
		(void)unlinkat(j->dir, name, 0);
	} else if (j->fd >= 0) {
		(void)finish_segment(j);
	}
	(void)journal_sync(j);
	release(j);
}

/* Room on the disk? Asked now and then, and each quarter second when not. */
static bool
floor_is_free(struct journal *j, size_t n)
{
	int64_t now;
	struct statvfs v;

	if (j->floor == 0)
		return true;
	j->since_floor += n;
	now = clock_now(CLOCK_MONOTONIC_COARSE);
	if (j->since_floor < FLOOR_BYTES && now - j->floor_asked < FLOOR_TIME &&
	    j->floor_asked != 0)
		return !j->full;
	j->floor_asked = now;
	j->since_floor = n;
	if (fstatvfs(j->dir, &v) != 0)
		return true;
	return (uint64_t)v.f_bavail * v.f_frsize >= j->floor + n;
}

/* Says it once; j->refused counts until it is over. */
static enum journal_result
refuse(struct journal *j, int error)
{
	bool full = error == ENOSPC || error == EDQUOT || error == EFBIG;
	bool *told = full ? &j->full : &j->failed;

	j->refused++;
	if (!*told)
		log_error(full ? "journal %s: the disk is full (%s): reading "
				 "stops until there is room"
			       : "journal %s: cannot write: %s",
		    j->path, strerror(error));
	*told = true;
	return full ? JOURNAL_FULL : JOURNAL_ERROR;
}

/* A segment with room for a record of `need` bytes. errno when false. */
static bool
have_room(struct journal *j, size_t need)
{
	if (j->fd >= 0 && j->records > 0 &&
	    j->offset + need + RECORD_SEAL_SIZE > j->segment_size &&
	    !finish_segment(j))
		return false;
	return j->fd >= 0 || start_segment(j);
}

static void
count_written(struct journal *j, size_t n)
{
	if (j->full || j->failed) {
		log_info("journal %s: writing again, after %" PRIu64
			 " refused attempts",
		    j->path, j->refused);
		j->full = j->failed = false;
		j->refused = 0;
	}
	STAT_ADD(journal_records, 1);
	STAT_ADD(journal_bytes, n);
}

enum journal_result
journal_append(struct journal *j, const struct record *r, struct event_id *id)
{
	unsigned char head[RECORD_HEAD + JOURNAL_MEMBER_MAX];
	unsigned char tail[8 + RECORD_ALIGN] = {0};
	size_t need = record_size(r->member.n, r->raw.n), head_n;
	union {
		const char *in;
		void *out;
	} raw = {.in = r->raw.p}; /* writev only reads, but says void * */
	ssize_t done;
	int error;

	assert(
	    r->raw.n <= JOURNAL_RAW_MAX && r->member.n <= JOURNAL_MEMBER_MAX);
	if (!floor_is_free(j, need))
		return refuse(j, ENOSPC);
	if (!have_room(j, need))
		return refuse(j, errno);
	head_n = record_head_format(head, r, RECORD_DATA, &j->key, j->offset);
	put_u64(tail, hash_checksum(r->raw.p, r->raw.n));
	struct iovec iov[] = {
	    {head,    head_n                  },
            {raw.out, r->raw.n                },
	    {tail,    need - head_n - r->raw.n}
        };

	do
		done = pwritev(j->fd, iov, 3, (off_t)j->offset);
	while (done < 0 && errno == EINTR);
	if (done < 0 || (size_t)done < need) {
		error = done < 0 ? errno : ENOSPC;
		if (ftruncate(j->fd, (off_t)j->offset) != 0 || error == EIO)
			abandon_segment(j);
		return refuse(j, error);
	}
	*id = (struct event_id){j->key.number, (uint32_t)j->offset, 0};
	j->offset += need;
	j->records++;
	j->last = r->received;
	count_written(j, need);
	return JOURNAL_OK;
}

void
journal_trim(struct journal *j, struct journal_pos applied, int64_t now,
    int64_t keep, uint64_t size)
{
	char name[SEGMENT_NAME];
	size_t gone = 0;

	for (; gone < j->n_sealed; gone++) {
		const struct sealed *s = &j->sealed[gone];
		uint64_t all = j->sealed_size + j->offset;

		if (s->number >= applied.segment ||
		    (now - s->last <= keep && (size == 0 || all <= size)))
			break;
		segment_name(s->number, name);
		if (unlinkat(j->dir, name, 0) != 0 && errno != ENOENT)
			break;
		j->sealed_size -= s->size;
		/* An open descriptor would keep the disk full. */
		if (j->n_unsynced > 0 && j->unsynced[0].number == s->number)
			forget_first_unsynced(j);
	}
	if (gone == 0)
		return;
	j->n_sealed -= gone;
	memmove(j->sealed, j->sealed + gone, j->n_sealed * sizeof(*j->sealed));
}
