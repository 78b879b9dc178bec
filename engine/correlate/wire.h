/*
 * Small numbers in few bytes: LEB128 and zig-zag, for packed matches and
 * saved windows. A reader that met a bad byte stays bad: check `bad` once at
 * the end.
 */
#ifndef VIGIE_CORRELATE_WIRE_H
#define VIGIE_CORRELATE_WIRE_H

#include "engine/base/buf.h"
#include "engine/base/hash.h"

struct wire {
	struct str rest;
	bool bad;
};

void wire_add_u64(struct buf *out, uint64_t v);
void wire_add_i64(struct buf *out, int64_t v);
/* Eight bytes, little end first: for hashes, which LEB128 would lengthen. */
void wire_add_fixed(struct buf *out, uint64_t v);
void wire_add_str(struct buf *out, struct str s);

uint64_t wire_u64(struct wire *in);
int64_t wire_i64(struct wire *in);
uint64_t wire_fixed(struct wire *in);
/* At most `max`, else bad. */
uint64_t wire_number(struct wire *in, uint64_t max);
/* Points into the input. */
struct str wire_str(struct wire *in);

#endif
