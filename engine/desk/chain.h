/*
 * The audit chain: each row of the history carries the SHA-256 over the hash
 * of the row before it and its own content, so that a row which was changed,
 * taken out or put between breaks all hashes behind it. Rows cut off at the
 * end show only against a hash that was written down elsewhere: the head is
 * in /api/v1/health for that.
 */
#ifndef VIGIE_DESK_CHAIN_H
#define VIGIE_DESK_CHAIN_H

#include "engine/base/str.h"

#define CHAIN_HASH 32

struct chain_row {
	uint64_t n; /* 1, 2, ... without a gap */
	int64_t at; /* us */
	struct str incident, by, act, text;
};

void chain_hash(const unsigned char previous[CHAIN_HASH],
    const struct chain_row *row, unsigned char out[CHAIN_HASH]);
/* 64 lower-case hexadecimal digits and a NUL. */
void chain_format(
    const unsigned char hash[CHAIN_HASH], char out[2 * CHAIN_HASH + 1]);

#endif
