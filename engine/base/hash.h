/*
 * Hashes. hash_bytes is for tables in memory: keyed with a secret drawn at
 * start, because the keys come from attackers. hash_stable is for what is
 * kept or sent (shards, window keys, alert ids): the same on every machine
 * for ever; 128 bits, so that nobody meets a collision by chance.
 */
#ifndef VIGIE_BASE_HASH_H
#define VIGIE_BASE_HASH_H

#include "engine/base/str.h"

struct hash128 {
	uint64_t hi;
	uint64_t lo;
};

/* To be called once, before any table; without it the key is fixed (tests,
 * replay: same order every run). */
void hash_seed(uint64_t secret);
uint64_t hash_bytes(struct str s);
uint64_t hash_u64(uint64_t v);
/* SHA-256 cut to 128 bits: keys that outsiders choose decide window keys, so
 * collisions must be hard to make. */
struct hash128 hash_stable(struct str s);
/* XXH3, unkeyed: checksums of our own files. */
uint64_t hash_checksum(const void *p, size_t n);

static inline bool
hash128_eq(struct hash128 a, struct hash128 b)
{
	return a.hi == b.hi && a.lo == b.lo;
}

/* 32 lower-case hexadecimal digits and a NUL. */
void hash128_format(struct hash128 h, char out[33]);
bool hash128_parse(struct str s, struct hash128 *out);

#endif
