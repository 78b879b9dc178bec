/*
 * One entry of a shard's match log: the matches that one worker found for the
 * shard since its last entry, and how far it has read its journal. An entry
 * without matches is a tick.
 *
 *   version 1 | slot 2 | segment 8 | offset 8 | watermark 8 | matches
 *
 * little-endian. `reached` is the end of the last record that was handled
 * whole; matches of later records may stand in the entry already.
 */
#ifndef VIGIE_STORE_ENTRY_H
#define VIGIE_STORE_ENTRY_H

#include "engine/base/buf.h"
#include "engine/correlate/match.h"
#include "engine/journal/journal.h"

#define ENTRY_HEAD     27
#define ENTRY_NO_SLOT  UINT16_MAX /* chained matches: of no journal */

struct entry {
	uint16_t slot;
	struct journal_pos reached;
	int64_t watermark; /* receive time up to which all was handled, us */
	struct str matches; /* packed, for match_parse */
};

/* Begins an entry: the head, to be filled by entry_finish. */
void entry_begin(struct buf *out);
void entry_finish(struct buf *out, uint16_t slot, struct journal_pos reached,
    int64_t watermark);
bool entry_parse(struct str bytes, struct entry *out);

#endif
