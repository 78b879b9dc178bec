#include "engine/base/stats.h"

static struct stats own;
struct stats *stats = &own;

static const struct {
	const char *name, *text;
} rows[] = {
#define STAT(name, text) {#name, text},
#include "engine/base/stats.def"
#undef STAT
};

const char *
stat_name(enum stat_id s)
{
	return rows[s].name;
}

const char *
stat_text(enum stat_id s)
{
	return rows[s].text;
}

void
stats_sum(struct stats *to, const struct stats *from)
{
	for (int i = 0; i < STAT_COUNT; i++)
		to->n[i] += __atomic_load_n(&from->n[i], __ATOMIC_RELAXED);
}
