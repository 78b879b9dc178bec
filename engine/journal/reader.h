/*
 * Inside of the reader that the writer's recovery uses too. Private to this
 * room.
 */
#ifndef VIGIE_JOURNAL_READER_H
#define VIGIE_JOURNAL_READER_H

#include "engine/journal/segment.h"

/* Reads one open segment; the descriptor becomes the reader's. */
struct journal_reader *journal_reader_for(int fd, uint64_t number);
/* Where the next record begins, or would. */
uint64_t journal_reader_at(const struct journal_reader *reader);
/* NULL when the head was not readable. */
const struct segment_key *journal_reader_key(
    const struct journal_reader *reader);

#endif
