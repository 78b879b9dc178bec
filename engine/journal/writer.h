/*
 * Inside of the writer: journal.c writes, recover.c looks at what is there.
 * Private to this room.
 */
#ifndef VIGIE_JOURNAL_WRITER_H
#define VIGIE_JOURNAL_WRITER_H

#include "engine/journal/segment.h"

struct sealed {
	uint64_t number;
	uint64_t size;
	int64_t last; /* receive time of its last record */
};

struct journal {
	char *path;
	int dir;
	int lock;
	int fd; /* the segment being written; -1: to be made */
	struct segment_key key;
	uint64_t offset;
	uint32_t records;
	int64_t last; /* receive time of the last record */
	uint64_t next_number;
	uint64_t segment_size;
	uint64_t floor;

	struct sealed *sealed; /* ascending */
	size_t n_sealed, cap_sealed;
	uint64_t sealed_size;

	struct {
		int fd;
		uint64_t number;
	} unsynced[JOURNAL_SYNC_FILES]; /* sealed, not yet durable */
	uint32_t n_unsynced;
	bool dir_unsynced; /* a segment was made since the last sync */
	bool sync_lost;

	bool full;            /* said so; told once when it is over */
	bool failed;          /* likewise */
	uint64_t refused;     /* appends since */
	uint64_t since_floor; /* bytes written since the disk was asked */
	int64_t floor_asked;  /* monotonic */
	struct journal_recovery recovery;
};

/* Recovers what the folder holds and finds the next number. */
bool writer_look_at_folder(
    struct journal *j, uint64_t first, char *why, size_t size);
void writer_remember_sealed(
    struct journal *j, uint64_t number, uint64_t size, int64_t last);
/* Writes j->next_number to the file `next`. */
void writer_write_next(struct journal *j);

#endif
