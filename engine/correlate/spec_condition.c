/*
 * What a correlation's condition asks of a window: which kind of window
 * decides it, what is measured, and how many events have to be kept so that
 * the answer is exact (DESIGN section 4, "Windows").
 */
#include "engine/correlate/spec.h"

#include <math.h>

#define KEEP_FIRST 32  /* of kinds whose events differ */
#define KEEP_CHAIN 256 /* where a window may begin at any of them */
#define KEEP_SUMS  512 /* oldest and newest: 1,024 in all */
#define KEEP_NEW   1000 /* values of a group; see evaluate_new() */

bool
bounds_hold(const struct correlation_bounds *b, double x)
{
	return (!b->has_gt || x > b->gt) && (!b->has_gte || x >= b->gte) &&
	    (!b->has_lt || x < b->lt) && (!b->has_lte || x <= b->lte) &&
	    (!b->has_eq || x == b->eq) && (!b->has_neq || x != b->neq);
}

bool
expr_holds(const struct correlation_expr *expr, uint64_t mask)
{
	switch (expr->op) {
	case EXPR_REF:
		return mask >> expr->ref & 1;
	case EXPR_AND:
		return expr_holds(expr->a, mask) && expr_holds(expr->b, mask);
	case EXPR_OR:
		return expr_holds(expr->a, mask) || expr_holds(expr->b, mask);
	case EXPR_NOT:
		return !expr_holds(expr->a, mask);
	}
	return false;
}

/* Which steps stand under an even and an odd number of NOTs. */
static void
expr_signs(const struct correlation_expr *expr, bool negated, uint64_t *wanted,
    uint64_t *unwanted)
{
	switch (expr->op) {
	case EXPR_REF:
		*(negated ? unwanted : wanted) |= UINT64_C(1) << expr->ref;
		return;
	case EXPR_NOT:
		expr_signs(expr->a, !negated, wanted, unwanted);
		return;
	case EXPR_AND:
	case EXPR_OR:
		expr_signs(expr->a, negated, wanted, unwanted);
		expr_signs(expr->b, negated, wanted, unwanted);
		return;
	}
}

static bool
is_lower(const struct correlation_bounds *b)
{
	return (b->has_gt || b->has_gte) && !b->has_lt && !b->has_lte &&
	    !b->has_eq && !b->has_neq;
}

static bool
is_any(const struct correlation_bounds *b)
{
	return b->has_gt || b->has_gte || b->has_lt || b->has_lte ||
	    b->has_eq || b->has_neq;
}

/* How many events tell every count up to the largest bound apart. */
static double
events_needed(const struct correlation_bounds *b)
{
	double need = 1;

	if (b->has_gte)
		need = fmax(need, ceil(b->gte));
	if (b->has_gt)
		need = fmax(need, floor(b->gt) + 1);
	if (b->has_lt)
		need = fmax(need, ceil(b->lt) + 1);
	if (b->has_lte)
		need = fmax(need, floor(b->lte) + 1);
	if (b->has_eq)
		need = fmax(need, floor(b->eq) + 1);
	if (b->has_neq)
		need = fmax(need, floor(b->neq) + 1);
	return need;
}

static uint32_t
keep(struct spec *spec, double need, uint32_t floor_of)
{
	if (need > SPEC_MAX_KEEP) {
		spec->capped = true;
		return SPEC_MAX_KEEP;
	}
	return need > floor_of ? (uint32_t)need : floor_of;
}

static void
set_count(struct spec *spec)
{
	double need = events_needed(&spec->bounds);

	spec->immediate = is_lower(&spec->bounds);
	spec->mode = spec->immediate ? MODE_BACKWARD : MODE_CHAIN;
	if (spec->immediate && need < UINT32_MAX)
		spec->least = (uint32_t)need;
	if (spec->measure == MEASURE_COUNT) {
		spec->keep_old = keep(spec, need,
		    spec->immediate ? ALERT_FIRST_EVENTS : KEEP_CHAIN);
		spec->keep_new = keep(spec, need,
		    spec->immediate ? ALERT_LAST_EVENTS : KEEP_CHAIN);
	} else {
		spec->keep_old = spec->keep_new = spec->immediate ? KEEP_FIRST
								  : KEEP_CHAIN;
		spec->keep_values = keep(spec, need, 1);
	}
}

static void
set_number(struct spec *spec, enum correlation_kind kind)
{
	spec->keep_old = spec->keep_new = KEEP_SUMS;
	if (kind == CORRELATION_VALUE_SUM) {
		spec->immediate = is_lower(&spec->bounds);
		spec->mode = spec->immediate ? MODE_BACKWARD : MODE_CHAIN;
	} else {
		spec->mode = MODE_BACKWARD;
	}
}

/* An event that comes late may show that a value was not new. */
static void
set_new(struct spec *spec, const struct sigma_correlation *c)
{
	spec->mode = MODE_BACKWARD;
	spec->keep_old = 1;
	spec->keep_new = 1;
	spec->keep_values = KEEP_NEW;
	spec->learn = c->learn;
}

/* Does the set of steps satisfy the condition of a monotone temporal kind? */
static bool
steps_hold(const struct spec *spec, uint64_t mask)
{
	if (spec->expr != NULL)
		return expr_holds(spec->expr, mask);
	return bounds_hold(&spec->bounds, (double)__builtin_popcountll(mask));
}

/* The smallest sets of steps that satisfy the condition. */
static void
list_choices(struct arena *arena, struct spec *spec)
{
	uint64_t all = UINT64_C(1) << spec->n_refs;
	size_t cap = 0;

	for (uint64_t mask = 1; mask < all; mask++) {
		bool smallest = steps_hold(spec, mask);

		for (size_t i = 0; smallest && i < spec->n_refs; i++) {
			uint64_t bit = UINT64_C(1) << i;

			smallest = !(mask & bit) ||
			    !steps_hold(spec, mask & ~bit);
		}
		if (!smallest)
			continue;
		ARENA_PUSH_ROOM(arena, spec->choices, spec->n_choices, cap);
		spec->choices[spec->n_choices++] = mask;
	}
}

static bool
set_ordered(
    struct arena *arena, struct spec *spec, struct place at, struct err *err)
{
	uint64_t all = spec->n_refs == 64 ? UINT64_MAX
					  : (UINT64_C(1) << spec->n_refs) - 1;

	if (spec->expr == NULL &&
	    bounds_hold(&spec->bounds, (double)spec->n_refs) &&
	    !bounds_hold(&spec->bounds, (double)spec->n_refs - 1)) {
		spec->choices = ARENA_NEW(arena, uint64_t);
		spec->choices[0] = all;
		spec->n_choices = 1;
		return true;
	}
	if (spec->n_refs > SPEC_MAX_CHOICE)
		return err_add(err, at, "too_many_rules",
		    "a temporal_ordered correlation with a condition takes at "
		    "most %d rules, not %zu",
		    SPEC_MAX_CHOICE, spec->n_refs);
	list_choices(arena, spec);
	if (spec->n_choices == 0)
		return err_add(err, at, "never_true",
		    "no set of the rules satisfies the condition");
	return true;
}

static bool
set_temporal(struct arena *arena, struct spec *spec,
    const struct sigma_correlation *c, struct err *err)
{
	bool ordered = c->kind == CORRELATION_TEMPORAL_ORDERED;
	uint64_t unwanted = 0;

	spec->keep_old = spec->keep_new = KEEP_FIRST;
	if (!spec->has_bounds)
		spec->bounds = (struct correlation_bounds){
		    .has_gte = true, .gte = (double)spec->n_refs};
	spec->has_bounds = true;
	if (spec->expr != NULL)
		expr_signs(spec->expr, false, &spec->positive, &unwanted);
	if (spec->expr != NULL && unwanted != 0) {
		if (spec->positive == 0)
			return err_add(err, c->meta.at, "only_absence",
			    "the condition names only what has to be absent; "
			    "one rule has to open the window");
		spec->mode = MODE_FORWARD;
		spec->measure = MEASURE_STEPS;
		spec->ordered = ordered;
		return true;
	}
	spec->immediate = spec->expr != NULL || is_lower(&spec->bounds);
	spec->mode = spec->immediate ? MODE_BACKWARD : MODE_CHAIN;
	if (ordered && spec->immediate)
		return set_ordered(arena, spec, c->meta.at, err);
	if (ordered)
		return err_add(err, c->meta.at, "ordered_upper_bound",
		    "a temporal_ordered correlation takes gte and gt only");
	return true;
}

bool
spec_set_condition(struct arena *arena, struct spec *spec,
    const struct sigma_correlation *c, struct err *err)
{
	static const enum spec_measure measures[] = {
	    [CORRELATION_EVENT_COUNT] = MEASURE_COUNT,
	    [CORRELATION_VALUE_COUNT] = MEASURE_DISTINCT,
	    [CORRELATION_VALUE_SUM] = MEASURE_SUM,
	    [CORRELATION_VALUE_AVG] = MEASURE_AVERAGE,
	    [CORRELATION_VALUE_MEDIAN] = MEASURE_PERCENTILE,
	    [CORRELATION_VALUE_PERCENTILE] = MEASURE_PERCENTILE,
	    [CORRELATION_TEMPORAL] = MEASURE_STEPS,
	    [CORRELATION_TEMPORAL_ORDERED] = MEASURE_ORDERED,
	    [CORRELATION_NEW_VALUE] = MEASURE_NEW,
	};

	spec->measure = measures[c->kind];
	spec->bounds = c->bounds;
	spec->has_bounds = is_any(&c->bounds);
	spec->expr = c->expr;
	spec->least = 1;
	spec->percentile = c->kind == CORRELATION_VALUE_MEDIAN ? 50
							       : c->percentile;
	if (c->kind == CORRELATION_TEMPORAL ||
	    c->kind == CORRELATION_TEMPORAL_ORDERED)
		return set_temporal(arena, spec, c, err);
	if (!spec->has_bounds && c->kind != CORRELATION_NEW_VALUE)
		return err_add(err, c->meta.at, "no_condition",
		    "the correlation has no condition such as 'gte: 5'");
	if (c->kind != CORRELATION_EVENT_COUNT && c->n_fields == 0)
		return err_add(err, c->meta.at, "no_field",
		    "the condition has no 'field'");
	if (c->kind == CORRELATION_EVENT_COUNT ||
	    c->kind == CORRELATION_VALUE_COUNT)
		set_count(spec);
	else if (c->kind == CORRELATION_NEW_VALUE)
		set_new(spec, c);
	else
		set_number(spec, c->kind);
	return true;
}
