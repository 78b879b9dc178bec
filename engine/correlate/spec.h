/*
 * What a correlation's windows mean, compiled. Private to this room: the
 * others see struct specs through correlate.h. Lives in the generation's
 * arena, read-only after specs_compile().
 */
#ifndef VIGIE_CORRELATE_SPEC_H
#define VIGIE_CORRELATE_SPEC_H

#include "engine/base/map.h"
#include "engine/correlate/correlate.h"

#define SPEC_MAX_STEPS  64   /* refs: bits of a mask */
#define SPEC_MAX_CHOICE 10   /* refs, where sets of them are listed */
#define SPEC_MAX_KEEP   4096 /* oldest and newest events of a pane */
#define SPEC_MAX_TEXT   512  /* bytes of a group value that are kept */

/* Where a window of the rule's timespan lies, and when it is decided. */
enum spec_mode {
	/* Ends at an event. Fires at once when `immediate`, else when the
	 * watermark has passed the event. */
	MODE_BACKWARD,
	/* The first event opens it, the next behind its end opens the next:
	 * low and exact counts, ranges. Decided at its end. */
	MODE_CHAIN,
	/* Every event of a wanted part opens one: `a and not b`. */
	MODE_FORWARD,
};

/* What is measured in a window. */
enum spec_measure {
	MEASURE_COUNT,
	MEASURE_DISTINCT,
	MEASURE_STEPS,   /* which parts are there */
	MEASURE_ORDERED, /* which parts, in the order of the list */
	MEASURE_SUM,
	MEASURE_AVERAGE,
	MEASURE_PERCENTILE, /* and median: 50 */
	MEASURE_NEW, /* is the last value one that was not there before? */
};

/* How one part gives matches. */
struct spec_ref {
	bool is_correlation;
	uint32_t index;
	field_id *group;        /* for each of group-by */
	struct str *group_name; /* the same by name, for chained rules */
	field_id *value;
	struct str *value_name;
};

/* The correlation that this one is a part of, and as which step. */
struct spec_parent {
	const struct spec *spec;
	uint32_t step;
};

struct spec {
	uint64_t hash;
	uint32_t index; /* in specs->items */
	const struct sigma_meta *meta;
	struct str rule_id, rule_name, level;
	bool hidden; /* one rule on one event */
	bool muted;  /* alerts only feed the parents */
	bool sector;
	enum spec_mode mode;
	enum spec_measure measure;
	bool immediate;
	bool has_bounds;
	bool ordered; /* MODE_FORWARD */
	int64_t span;
	struct correlation_bounds bounds;
	double percentile;
	uint32_t keep_old, keep_new; /* events of a pane (DESIGN section 4) */
	uint32_t keep_values;        /* MEASURE_DISTINCT, NEW */
	int64_t learn; /* MEASURE_NEW: age of a group that gives alerts */
	uint32_t least;              /* events of the smallest alert */
	bool capped; /* the bound is above what is kept: flagged */

	const struct correlation_expr *expr;
	uint64_t positive; /* steps that the expression wants */
	uint64_t *choices; /* MEASURE_ORDERED: smallest sets that will do */
	size_t n_choices;

	struct str *group_names;
	size_t n_group;
	size_t n_values;
	struct spec_ref *refs;
	size_t n_refs;
	struct str *entity_names;
	field_id *entity;
	size_t n_entity;
	int entity_group; /* the group value that is the entity, or -1 */
	struct spec_parent *parents;
	size_t n_parents;
};

/* A rule's place in a spec. */
struct spec_use {
	const struct spec *spec;
	uint32_t step;
};

struct spec_uses {
	struct spec_use *items;
	size_t n, cap;
};

struct specs {
	struct spec **items;
	size_t n, cap;
	struct spec_uses *by_rule; /* by index into the collection */
	size_t n_rules;
	struct spec **by_correlation; /* NULL: could not be compiled */
	size_t n_correlations;
	const struct spec **by_hash; /* open addressing */
	size_t n_slots;              /* a power of two */
	struct arena *arena;
};

const struct spec *specs_find(const struct specs *specs, uint64_t hash);
/* State hash (DESIGN section 4, "Reload"); `words` may be NULL. */
uint64_t spec_state_hash(const struct specs *specs, const struct spec *spec,
    const struct sigma_collection *sigma, const struct sigma_rule *rule,
    const struct sigma_correlation *correlation,
    const struct word_table *words);
/* Kind, mode, bounds and expression; false (and err) when it cannot work. */
bool spec_set_condition(struct arena *arena, struct spec *spec,
    const struct sigma_correlation *correlation, struct err *err);

/* Do all given bounds hold? */
bool bounds_hold(const struct correlation_bounds *b, double x);
/* Is the expression true when exactly the steps of `mask` are there? */
bool expr_holds(const struct correlation_expr *expr, uint64_t mask);

/* The 128-bit key of a window. `member` is empty for scope sector. */
struct hash128 spec_window_key(const struct spec *spec, struct str member,
    const struct str *values, size_t n);

/*
 * A child's alert as a match for `parent`: values by the child's names. False
 * when a field that the parent groups by is missing (counted).
 */
bool spec_chain(const struct spec *child, const struct spec_parent *parent,
    const struct alert *alert, struct arena *arena, struct match *out);

#endif
