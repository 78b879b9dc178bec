/*
 * A record as bytes: the layout is drawn in journal.h. Private to this room.
 */
#ifndef VIGIE_JOURNAL_RECORD_H
#define VIGIE_JOURNAL_RECORD_H

#include "engine/journal/journal.h"

#define RECORD_ALIGN     8
#define RECORD_HEAD      52
#define RECORD_SEAL_SIZE 64
/* The most that a record takes in a segment. */
#define RECORD_MAX                                                             \
	(RECORD_HEAD + JOURNAL_MEMBER_MAX + JOURNAL_RAW_MAX + 8 + RECORD_ALIGN)

enum record_kind { RECORD_DATA = 1, RECORD_SEAL = 2 };

/* What a segment's records are bound to. */
struct segment_key {
	uint64_t number;
	uint64_t salt;
};

struct record_head {
	enum record_kind kind;
	struct record record; /* member and raw point behind the header */
	size_t size;          /* in the segment, padding included */
};

enum head_result {
	HEAD_OK,
	HEAD_SHORT, /* the bytes end before the header does */
	HEAD_BAD,
};

static inline size_t
record_size(size_t member, size_t raw)
{
	size_t n = RECORD_HEAD + member + raw + 8;

	return (n + RECORD_ALIGN - 1) & ~(size_t)(RECORD_ALIGN - 1);
}

/* The header and the member's id; returns their bytes. */
size_t record_head_format(unsigned char out[RECORD_HEAD + JOURNAL_MEMBER_MAX],
    const struct record *r, enum record_kind kind,
    const struct segment_key *key, uint64_t offset);

/* Checks the header at p; raw.p is only a place, maybe behind the n bytes. */
enum head_result record_head_parse(const unsigned char *p, size_t n,
    const struct segment_key *key, uint64_t offset, struct record_head *out);

/* Does the payload check behind raw match? All the bytes must be there. */
bool record_payload_is_good(const struct record *r);

/* A place that could be a header: its magic. */
bool record_is_magic(const unsigned char p[4]);

/* Little-endian numbers. */
void put_u32(unsigned char *p, uint32_t v);
void put_u64(unsigned char *p, uint64_t v);
uint32_t get_u32(const unsigned char *p);
uint64_t get_u64(const unsigned char *p);

#endif
