#include "tests/unit/windows_reference.h"

#include <stdlib.h>

struct input {
	const struct sigma_correlation *c;
	const struct reference_event *e;
	size_t n;
	struct reference_alert *out;
	size_t n_out;
	size_t last; /* last satisfying event of the newest alert */
};

static int
by_order(const void *a, const void *b)
{
	const struct reference_event *x = a, *y = b;

	if (x->time != y->time)
		return x->time < y->time ? -1 : 1;
	return event_id_cmp(&x->id, &y->id);
}

static bool
in_bounds(const struct correlation_bounds *b, double x)
{
	if (b->has_gt && !(x > b->gt))
		return false;
	if (b->has_gte && !(x >= b->gte))
		return false;
	if (b->has_lt && !(x < b->lt))
		return false;
	if (b->has_lte && !(x <= b->lte))
		return false;
	if (b->has_eq && !(x == b->eq))
		return false;
	return !b->has_neq || x != b->neq;
}

static bool
is_true(const struct correlation_expr *x, uint64_t mask)
{
	if (x->op == EXPR_REF)
		return (mask >> x->ref & 1) != 0;
	if (x->op == EXPR_NOT)
		return !is_true(x->a, mask);
	if (x->op == EXPR_AND)
		return is_true(x->a, mask) && is_true(x->b, mask);
	return is_true(x->a, mask) || is_true(x->b, mask);
}

/* Is the step negated somewhere? */
static bool
is_negated(
    const struct correlation_expr *x, bool negated, bool want, uint64_t *mask)
{
	if (x->op == EXPR_REF) {
		if (negated == want)
			*mask |= UINT64_C(1) << x->ref;
		return *mask != 0;
	}
	if (x->op == EXPR_NOT)
		return is_negated(x->a, !negated, want, mask);
	is_negated(x->a, negated, want, mask);
	return is_negated(x->b, negated, want, mask);
}

static bool
steps_hold(const struct sigma_correlation *c, uint64_t mask)
{
	double n = __builtin_popcountll(mask);

	if (c->expr != NULL)
		return is_true(c->expr, mask);
	if (c->bounds.has_gte || c->bounds.has_gt || c->bounds.has_lt ||
	    c->bounds.has_lte || c->bounds.has_eq || c->bounds.has_neq)
		return in_bounds(&c->bounds, n);
	return n >= (double)c->n_refs;
}

static uint64_t
all_steps(const struct input *in, size_t from, size_t to)
{
	uint64_t mask = 0;

	for (size_t i = from; i <= to; i++)
		mask |= in->e[i].steps;
	return mask;
}

/* Can the steps of `mask` be found in [from, to] one behind the other? */
static bool
is_row(const struct input *in, size_t from, size_t to, uint64_t mask)
{
	size_t at = from;

	for (unsigned step = 0; step < in->c->n_refs; step++) {
		if (!(mask >> step & 1))
			continue;
		while (at <= to && !(in->e[at].steps >> step & 1))
			at++;
		if (at > to)
			return false;
	}
	return true;
}

static bool
ordered_holds(const struct input *in, size_t from, size_t to)
{
	for (uint64_t mask = 1; mask < UINT64_C(1) << in->c->n_refs; mask++)
		if (steps_hold(in->c, mask) && is_row(in, from, to, mask))
			return true;
	return false;
}

static double
distinct(const struct input *in, size_t from, size_t to)
{
	double n = 0;

	for (size_t i = from; i <= to; i++) {
		size_t j = from;

		while (in->e[j].value != in->e[i].value)
			j++;
		n += j == i;
	}
	return n;
}

static int
by_number(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static double
percentile(const struct input *in, size_t from, size_t to, double p)
{
	size_t n = to - from + 1;
	double *all = malloc(n * sizeof(*all));
	double rank = p / 100 * (double)(n - 1), x;
	size_t low = (size_t)rank;

	for (size_t i = 0; i < n; i++)
		all[i] = in->e[from + i].number;
	qsort(all, n, sizeof(*all), by_number);
	x = all[low];
	if (low + 1 < n)
		x += (rank - (double)low) * (all[low + 1] - all[low]);
	free(all);
	return x;
}

static double
sum(const struct input *in, size_t from, size_t to)
{
	double x = 0;

	for (size_t i = from; i <= to; i++)
		x += in->e[i].number;
	return x;
}

/* Does the condition hold of exactly the events [from, to]? */
static bool
holds(const struct input *in, size_t from, size_t to)
{
	const struct sigma_correlation *c = in->c;
	double n = (double)(to - from + 1), x = 0;

	switch (c->kind) {
	case CORRELATION_EVENT_COUNT:
		x = n;
		break;
	case CORRELATION_VALUE_COUNT:
		x = distinct(in, from, to);
		break;
	case CORRELATION_VALUE_SUM:
		x = sum(in, from, to);
		break;
	case CORRELATION_VALUE_AVG:
		x = sum(in, from, to) / n;
		break;
	case CORRELATION_VALUE_MEDIAN:
		x = percentile(in, from, to, 50);
		break;
	case CORRELATION_VALUE_PERCENTILE:
		x = percentile(in, from, to, c->percentile);
		break;
	case CORRELATION_TEMPORAL:
		return steps_hold(c, all_steps(in, from, to));
	case CORRELATION_TEMPORAL_ORDERED:
		return ordered_holds(in, from, to);
	case CORRELATION_NEW_VALUE:
		return false; /* new_values() */
	}
	return in_bounds(&c->bounds, x);
}

static void
satisfied(
    struct input *in, int64_t at, size_t first, size_t crossing, size_t last)
{
	struct reference_alert *a = in->out + in->n_out;

	if (in->n_out > 0 && at - in->e[in->last].time <= in->c->timespan) {
		a--;
		a->count += last - in->last;
		a->last = in->e[last].time;
	} else {
		*a = (struct reference_alert){.crossing = in->e[crossing].id,
		    .first = in->e[first].time,
		    .last = in->e[last].time,
		    .count = last - first + 1};
		in->n_out++;
	}
	in->last = last;
}

/* The windows that end at an event. */
static void
backward(struct input *in, bool at_once, int64_t watermark)
{
	for (size_t i = 0; i < in->n; i++) {
		size_t from = i;

		if (!at_once && in->e[i].time > watermark)
			return;
		while (from > 0 &&
		    in->e[i].time - in->e[from - 1].time <= in->c->timespan)
			from--;
		if (holds(in, from, i))
			satisfied(in, in->e[i].time, from, i, i);
	}
}

/* One window behind the other, each opened by an event. */
static void
chain(struct input *in, int64_t watermark)
{
	for (size_t i = 0, to; i < in->n; i = to + 1) {
		int64_t end = in->e[i].time + in->c->timespan;

		if (end > watermark)
			return;
		to = i;
		while (to + 1 < in->n && in->e[to + 1].time <= end)
			to++;
		if (holds(in, i, to))
			satisfied(in, in->e[i].time, i, to, to);
	}
}

/* The windows that a wanted step opens. */
static void
forward(struct input *in, int64_t watermark)
{
	uint64_t wanted = 0;

	is_negated(in->c->expr, false, false, &wanted);
	for (size_t i = 0; i < in->n; i++) {
		int64_t end = in->e[i].time + in->c->timespan;
		size_t to = i;
		uint64_t mask;

		if (end > watermark)
			return;
		while (to + 1 < in->n && in->e[to + 1].time <= end)
			to++;
		mask = all_steps(in, i, to);
		if (!(in->e[i].steps & wanted) || !is_true(in->c->expr, mask))
			continue;
		if (in->c->kind == CORRELATION_TEMPORAL_ORDERED &&
		    !is_row(in, i, to, mask & wanted))
			continue;
		satisfied(in, in->e[i].time, i, i, i);
	}
}

/* Values that were not there within a timespan, once the group is old enough:
 * its first event is looked for in the pane of a timespan and the one before. */
static void
new_values(struct input *in, int64_t watermark)
{
	int64_t span = in->c->timespan;

	for (size_t i = 0; i < in->n; i++) {
		int64_t t = in->e[i].time, since = t;
		bool known = false;

		if (t > watermark)
			return;
		for (size_t j = 0; j < i; j++) {
			const struct reference_event *e = &in->e[j];

			known |= e->value == in->e[i].value &&
			    t - e->time <= span;
			if (e->time < since &&
			    e->time / span >= t / span - 1)
				since = e->time;
		}
		if (known || t - since < in->c->learn)
			continue;
		in->out[in->n_out++] = (struct reference_alert){
		    .crossing = in->e[i].id, .first = t, .last = t,
		    .count = 1};
	}
}

size_t
reference_alerts(const struct sigma_correlation *c, struct reference_event *e,
    size_t n, int64_t watermark, struct reference_alert *out)
{
	const struct correlation_bounds *b = &c->bounds;
	struct input in = {.c = c, .e = e, .out = out};
	bool low = b->has_lt || b->has_lte || b->has_eq || b->has_neq;
	uint64_t negated = 0;

	qsort(e, n, sizeof(*e), by_order);
	for (size_t i = 0; i < n; i++) {
		if (in.n > 0 && event_id_cmp(&e[in.n - 1].id, &e[i].id) == 0)
			e[in.n - 1].steps |= e[i].steps;
		else
			e[in.n++] = e[i];
	}
	if (c->expr != NULL)
		is_negated(c->expr, false, true, &negated);
	if (c->kind == CORRELATION_NEW_VALUE)
		new_values(&in, watermark);
	else if (negated != 0)
		forward(&in, watermark);
	else if (c->kind == CORRELATION_VALUE_AVG ||
	    c->kind == CORRELATION_VALUE_MEDIAN ||
	    c->kind == CORRELATION_VALUE_PERCENTILE)
		backward(&in, false, watermark);
	else if (low && c->expr == NULL)
		chain(&in, watermark);
	else
		backward(&in, true, watermark);
	return in.n_out;
}
