/*
 * The files of a journal: names, the head, listing the folder. The head is
 * written twice, 64 bytes each, so that one bad place does not cost the salt
 * without which no record can be checked:
 *
 *   "vigie-j1" 8 | number 8 | salt 8 | created 8 | zero 24 | check 8
 *
 * Private to this room.
 */
#ifndef VIGIE_JOURNAL_SEGMENT_H
#define VIGIE_JOURNAL_SEGMENT_H

#include "engine/journal/record.h"

#define SEGMENT_HEAD 128
#define SEGMENT_NAME 24 /* 20 digits, ".vj", NUL */

void segment_name(uint64_t number, char out[SEGMENT_NAME]);

/* The numbers in the folder, ascending; to be freed. False: errno. */
bool segment_list(int dir, uint64_t **numbers, size_t *n);
/* The least number that is `at_least` or more. False: there is none. */
bool segment_find(int dir, uint64_t at_least, uint64_t *number);

/* A regular file, never a link; -1 with errno. */
int segment_open(int dir, uint64_t number, bool write);
/* Makes the file with its head; draws the salt. -1 with errno. */
int segment_create(
    int dir, uint64_t number, int64_t now, struct segment_key *key);
/* False: both heads are damaged. */
bool segment_read_head(int fd, struct segment_key *key);
/* Does the file of `size` bytes end with its seal? *last: the receive time of
 * its last record. */
bool segment_is_sealed(
    int fd, uint64_t size, const struct segment_key *key, int64_t *last);
/* Writes the seal at `offset`. False with errno. */
bool segment_seal(int fd, uint64_t offset, const struct segment_key *key,
    uint32_t records, int64_t last);

#endif
