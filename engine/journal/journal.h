/*
 * The journal: what was read from the network, before anything depends on it.
 * One writer (a worker) a folder. Segments `<20 digits>.vj`, numbered for
 * ever; a head of 128 bytes (segment.h), then one record a read batch:
 *
 *   magic 4 | kind 1 | framing 1 | transport 1 | flags 1 | length 4 | lines 4
 *   received 8 | peer 16 | port 2 | member length 2 | header check 8
 *   member id | raw bytes (length) | payload check 8 | pad to 8
 *
 * little-endian; checks are XXH3. The header check covers the member id too,
 * and the segment's number and secret salt and the record's offset, so that
 * bytes that a peer sends never pass for a record. `offset` of an event_id is
 * the record's place in the segment, `line` the message's number in the
 * record. A segment that is complete ends with a seal: a record of its own
 * kind, without bytes.
 */
#ifndef VIGIE_JOURNAL_JOURNAL_H
#define VIGIE_JOURNAL_JOURNAL_H

#include "engine/base/arena.h"
#include "engine/base/ip.h"
#include "engine/event/id.h"

/* How the raw bytes of a record are cut into messages. */
enum framing {
	FRAMING_LF,       /* text up to LF (RFC 6587 3.4.2) */
	FRAMING_OCTET,    /* count, SP, text (RFC 6587 3.4.1) */
	FRAMING_DATAGRAM, /* u32 little-endian length, text; ours, for UDP */
};

struct record {
	enum framing framing;
	enum transport transport;
	bool partial;   /* the last message was cut by the end */
	bool truncated; /* a message was cut at the largest size */
	int64_t received;
	struct ip peer;
	uint16_t port;
	struct str member; /* id */
	uint32_t lines;
	struct str raw;
};

/* Where reading may go on: behind a record. */
struct journal_pos {
	uint64_t segment;
	uint64_t offset;
};

struct journal;

enum journal_result {
	JOURNAL_OK,
	JOURNAL_FULL,  /* ENOSPC or the configured floor: nothing written */
	JOURNAL_ERROR, /* another error; logged once */
};

struct journal_options {
	const char *dir;       /* made when absent, 0700 */
	uint64_t first_number; /* slot << 48: segments of two slots differ */
	uint64_t segment_size; /* bytes, at most 1 GiB; 0: 64 MiB */
	uint64_t floor;        /* free bytes to leave on the disk; 0: none */
};

#define JOURNAL_RAW_MAX    (4u << 20) /* raw bytes of one record */
#define JOURNAL_MEMBER_MAX 255        /* bytes of a member's id */

/*
 * Opens for writing: cuts the torn tail of a segment that was never sealed,
 * seals it, goes on in a new segment. Refuses a folder that another process
 * writes or that holds another slot's segments. NULL with a sentence in `why`
 * (size bytes).
 */
struct journal *journal_open(
    const struct journal_options *options, char *why, size_t size);
/* Seals and syncs. */
void journal_close(struct journal *j);

/* What opening found in segments that were never sealed. */
struct journal_recovery {
	uint64_t records; /* good ones */
	uint64_t torn;    /* bytes cut off the end: writes that never ended */
	uint64_t corrupt; /* bytes that no longer match their checks; they stay
			     in the segment, and reading skips them */
	uint64_t ranges;  /* such places */
};
const struct journal_recovery *journal_recovered(const struct journal *j);

/* Appends and write(2)s one record; *id gets segment and offset. */
enum journal_result journal_append(
    struct journal *j, const struct record *r, struct event_id *id);
/* Behind the last record. */
struct journal_pos journal_end(const struct journal *j);
/* fdatasync of what was written (group commit lives above). False: the disk
 * failed; nothing since the last true is durable, and writing goes on in a
 * new segment. */
bool journal_sync(struct journal *j);

/*
 * The same for a thread: begin and end in the writer's thread, run anywhere,
 * since the job has descriptors of its own. What lies before `upto` is
 * durable when run returned true. One job at a time.
 */
#define JOURNAL_SYNC_FILES 8
struct journal_sync {
	int fds[JOURNAL_SYNC_FILES + 1];
	uint32_t n;
	int dir;   /* to be synced too when a segment is new, else -1 */
	bool lost; /* a segment could not be synced before */
	struct journal_pos upto;
};
void journal_sync_begin(struct journal *j, struct journal_sync *job);
bool journal_sync_run(struct journal_sync *job);
void journal_sync_end(struct journal *j, bool ok);

/* Deletes sealed segments wholly before `applied` that are older than `keep`
 * (us) or, the oldest first, what is over `size` bytes together (0: no
 * limit). */
void journal_trim(struct journal *j, struct journal_pos applied, int64_t now,
    int64_t keep, uint64_t size);

/* Reading back, also while another process writes. */
struct journal_reader;
/* From `from` (0,0: the oldest) on. NULL with a sentence in `why`. */
struct journal_reader *journal_reader_open(
    const char *dir, struct journal_pos from, char *why, size_t size);
/* One segment file, wherever it lies. */
struct journal_reader *journal_reader_open_file(
    const char *path, char *why, size_t size);
void journal_reader_close(struct journal_reader *reader);

enum read_result {
	READ_RECORD,
	READ_END,     /* nothing behind yet; may be asked again */
	READ_CORRUPT, /* bytes skipped (counted in *skipped); go on reading */
};
/* The record's slices live until the next call. id: segment, offset, line 0;
 * *next is the place behind the record. */
enum read_result journal_read(struct journal_reader *reader,
    struct record *record, struct event_id *id, struct journal_pos *next,
    uint64_t *skipped);
/* After READ_END: bytes at the end that are no whole record (yet), and does
 * the last segment end with a seal? */
uint64_t journal_reader_left(const struct journal_reader *reader);
bool journal_reader_is_sealed(const struct journal_reader *reader);

/* One line by its id, for evidence: copied into the arena. False: gone. */
bool journal_line(const char *dir, const struct event_id *id,
    struct arena *arena, struct str *line);

/*
 * Cuts a record's raw bytes into messages: start with *at = 0. The slice
 * points into raw. False at the end. LF: the messages are without their LF
 * (a CR stays) and empty lines are none; a message that the end cuts is
 * given as far as it goes.
 */
bool record_line(const struct record *r, size_t *at, struct str *line);

/* The same for any bytes that were cut by ingest/framing.h. */
bool framing_next(
    enum framing framing, struct str bytes, size_t *at, struct str *line);

/* The count in front of an octet-counted message (RFC 6587 3.4.1). */
enum octet_count {
	OCTET_COUNT,    /* *count, and in *size the bytes up to behind SP */
	OCTET_MORE,     /* digits so far; more bytes decide */
	OCTET_NONE,     /* not a digit 1..9 first, or not SP behind digits */
	OCTET_TOO_LONG, /* more than 7 digits */
};
enum octet_count octet_count(struct str bytes, uint32_t *count, size_t *size);

/* "tcp" has transport_name; this is "lf", "octet", "datagram". */
struct str framing_name(enum framing framing);

#endif
