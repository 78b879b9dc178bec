#include "engine/correlate/nearest.h"

#include "engine/correlate/window.h"

#include <math.h>

struct search {
	struct windows *w;
	struct window *win;
	const struct spec *spec;
	const struct entry *entries;
	struct nearest *best;
	double gap; /* of the best: how far from holding; INFINITY: none yet */
};

/* How far x is from each bound, together; 0: within all. */
static double
bounds_gap(const struct correlation_bounds *b, double x)
{
	const double least = 1e-9; /* gt and lt are missed by equal numbers */
	double gap = 0;

	if (b->has_gt && x <= b->gt)
		gap += b->gt - x + least;
	if (b->has_gte && x < b->gte)
		gap += b->gte - x;
	if (b->has_lt && x >= b->lt)
		gap += x - b->lt + least;
	if (b->has_lte && x > b->lte)
		gap += x - b->lte;
	if (b->has_eq && x != b->eq)
		gap += fabs(x - b->eq);
	if (b->has_neq && x == b->neq)
		gap += least;
	return gap;
}

/* A window from entry `from` to `to`; the nearest one stays, of equal ones
 * the first. */
static void
propose(struct search *q, uint32_t from, uint32_t to, double gap,
    struct nearest found)
{
	if (gap >= q->gap)
		return;
	q->gap = gap;
	found.holds = gap == 0;
	found.first = entry_stamp(&q->entries[from]);
	found.last = entry_stamp(&q->entries[to]);
	*q->best = found;
}

static void
propose_meter(struct search *q, struct meter *m)
{
	const struct spec *spec = q->spec;
	struct nearest found = {.events = m->n, .steps = m->mask,
	    .reached = meter_value(m)};
	double gap;

	if (spec->expr == NULL)
		gap = bounds_gap(&spec->bounds, found.reached);
	else if (expr_holds(spec->expr, m->mask))
		gap = 0;
	else /* more of what is wanted is nearer */
		gap = 1 + (double)__builtin_popcountll(
		    (spec->positive == 0 ? UINT64_MAX : spec->positive) &
		    ~m->mask) + (double)__builtin_popcountll(m->mask &
		    (spec->positive == 0 ? 0 : ~spec->positive));
	propose(q, m->from, m->to - 1, gap, found);
}

/* Windows that end at an event. */
static void
look_backward(struct search *q)
{
	struct meter m;

	meter_init(&m, q->w, q->win);
	for (uint32_t i = 0; i < q->win->n; i++) {
		meter_add(&m);
		while (q->entries[i].time - q->entries[m.from].time >
		    q->spec->span)
			meter_remove(&m);
		propose_meter(q, &m);
	}
}

/* Windows that begin at one: each, or one behind the other. */
static void
look_forward(struct search *q, bool chain)
{
	struct meter m;
	uint32_t i = 0;

	meter_init(&m, q->w, q->win);
	while (i < q->win->n) {
		int64_t end = time_add(q->entries[i].time, q->spec->span);

		meter_clear(&m, i);
		while (m.to < q->win->n && q->entries[m.to].time <= end)
			meter_add(&m);
		if (chain || (q->entries[i].value.bits & q->spec->positive))
			propose_meter(q, &m);
		i = chain ? m.to : i + 1;
	}
}

/* Rows that begin at an event: the steps of each choice in their order. */
static void
look_ordered(struct search *q)
{
	for (uint32_t i = 0; i < q->win->n; i++) {
		int64_t end = time_add(q->entries[i].time, q->spec->span);

		for (size_t c = 0; c < q->spec->n_choices; c++) {
			uint64_t left = q->spec->choices[c], done = 0;
			uint32_t j = i, last = i;

			/* A row begins with its first step. */
			if ((q->entries[i].value.bits & left & (0 - left)) == 0)
				continue;

			for (; left != 0 && j < q->win->n &&
			     q->entries[j].time <= end; j++) {
				while (left != 0 && (q->entries[j].value.bits &
				    left & (0 - left)) != 0) {
					done |= left & (0 - left);
					left &= left - 1;
					last = j;
				}
			}
			propose(q, i, last, (double)__builtin_popcountll(left),
			    (struct nearest){.steps = done,
				.events = last - i + 1,
				.reached = (double)__builtin_popcountll(done)});
		}
	}
}

/* The newest value that was not there before, else the last event. */
static void
look_new(struct search *q)
{
	const struct result *r = window_evaluate(q->w, q->win, INT64_MAX - 1,
	    INT64_MAX);
	const struct entry *e = q->entries;
	uint32_t last = q->win->n - 1, since = 0;

	for (size_t i = 0; i < r->n; i++)
		last = r->items[i].base ? last : r->items[i].last;
	while (pane_of(e[last].time, q->spec->span) -
		pane_of(e[since].time, q->spec->span) > 1)
		since++;
	q->best->age = e[last].time - e[since].time;
	for (uint32_t i = 0; i < last; i++)
		q->best->known |= e[i].value.bits == e[last].value.bits &&
		    e[last].time - e[i].time <= q->spec->span;
	propose(q, last, last, r->n > 0 ? 0 : 1,
	    (struct nearest){.events = 1, .age = q->best->age,
		.known = q->best->known});
}

bool
windows_nearest(
    struct windows *w, const struct match *m, struct nearest *out)
{
	struct window *win = table_get(shard_of(w, m->window), m->window);
	struct search q = {.w = w, .win = win, .best = out, .gap = INFINITY};

	*out = (struct nearest){0};
	if (win == NULL || win->n == 0)
		return false;
	q.spec = window_spec(w, win);
	q.entries = window_entries(win);
	if (q.spec->measure == MEASURE_NEW)
		look_new(&q);
	else if (q.spec->measure == MEASURE_ORDERED)
		look_ordered(&q);
	else if (q.spec->mode == MODE_BACKWARD)
		look_backward(&q);
	else
		look_forward(&q, q.spec->mode == MODE_CHAIN);
	return q.gap < INFINITY;
}
