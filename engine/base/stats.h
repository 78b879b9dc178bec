/*
 * The counters of one process. `stats` is the only mutable global: it points
 * at private memory until the daemon points it at the worker's cells on the
 * shared page. Add with STAT_ADD; only the owner of a page writes to it.
 */
#ifndef VIGIE_BASE_STATS_H
#define VIGIE_BASE_STATS_H

#include <stddef.h>
#include <stdint.h>

enum stat_id {
#define STAT(name, text) STAT_##name,
#include "engine/base/stats.def"
#undef STAT
	STAT_COUNT
};

struct stats {
	uint64_t n[STAT_COUNT];
};

extern struct stats *stats;

/* One writer a cell, readers elsewhere: relaxed atomics cost nothing here. */
#define STAT_ADD(name, by)                                              \
	__atomic_store_n(&stats->n[STAT_##name],                        \
	    stats->n[STAT_##name] + (uint64_t)(by), __ATOMIC_RELAXED)
#define STAT_SET(name, to)                                              \
	__atomic_store_n(&stats->n[STAT_##name], (uint64_t)(to),        \
	    __ATOMIC_RELAXED)

const char *stat_name(enum stat_id s);
const char *stat_text(enum stat_id s);
/* to += from */
void stats_sum(struct stats *to, const struct stats *from);

#endif
