/*
 * Names in Redis. All keys of a shard carry one hash tag, {w07}, so that they
 * lie in one slot of a cluster and their transactions are real ones.
 *
 *   {wNN}:log    stream of packed matches (store/entry.h), field "m"
 *   {wNN}:win    hash: window key (16 bytes) to its checkpoint
 *   {wNN}:pos    hash: "log" the stream's id applied last, "rev" checkpoints
 *                counted, "j<slot>" the journal's position applied last
 *   {wNN}:epoch  number of the owner
 *   vigie:alerts stream of alerts as JSON, field "a"
 */
#ifndef VIGIE_STORE_KEYS_H
#define VIGIE_STORE_KEYS_H

#include "engine/base/str.h"

#define KEY_ALERTS STR("vigie:alerts")

struct key {
	char text[24];
	size_t n;
};

/* "{w07}:log" for (7, "log"). */
struct key key_of_shard(unsigned shard, const char *part);

static inline struct str
key_str(const struct key *key)
{
	return str_make(key->text, key->n);
}

#endif
