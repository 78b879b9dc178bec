/*
 * How far a journal has been applied: the least of what the checkpoints of
 * all 64 shards say of it. From there on its lines have to be sent again
 * after a crash or when Redis lost something.
 */
#ifndef VIGIE_STORE_POSITIONS_H
#define VIGIE_STORE_POSITIONS_H

#include "engine/journal/journal.h"
#include "engine/store/redis.h"

struct positions;

/* `least` is (0, 0) when a shard has never heard of the journal. */
typedef void positions_fn(void *arg, struct journal_pos least);

struct positions *positions_new(struct redis *redis, uint16_t slot);
void positions_free(struct positions *p);

/* Asks all shards; fn is called once when all answered, and not at all when
 * the connection breaks before. One question at a time: false when one is
 * under way. */
bool positions_ask(struct positions *p, positions_fn *fn, void *arg);
/* Forgets a question under way. */
void positions_reset(struct positions *p);

#endif
