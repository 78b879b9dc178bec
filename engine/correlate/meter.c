/*
 * Measures what lies between two entries while both ends move forward. Events
 * that are not kept count with the entry that their gap lies behind.
 */
#include "engine/correlate/window.h"

#include <stdlib.h>

void
scratch_fit(struct scratch *s, size_t n)
{
	if (n <= s->cap)
		return;
	if (s->cap == 0)
		s->cap = 64;
	while (s->cap < n)
		s->cap *= 2;
	s->n_slots = s->cap * 2;
	s->slots = mem_resize(s->slots, s->n_slots * sizeof(*s->slots));
	s->ids = mem_resize(s->ids, s->n_slots * sizeof(*s->ids));
	s->entry_id = mem_resize(s->entry_id, s->cap * sizeof(*s->entry_id));
	s->counts = mem_resize(s->counts, s->cap * sizeof(*s->counts));
	s->sorted = mem_resize(s->sorted, s->cap * sizeof(*s->sorted));
}

void
scratch_fini(struct scratch *s)
{
	free(s->result.items);
	free(s->slots);
	free(s->ids);
	free(s->entry_id);
	free(s->counts);
	free(s->sorted);
	free(s->starts);
	arena_free(s->arena);
	*s = (struct scratch){0};
}

uint32_t
number_values(
    struct windows *w, const struct entry *e, uint32_t from, uint32_t to)
{
	struct scratch *s = &w->scratch;
	uint32_t n = 0;
	size_t slots = 16;

	scratch_fit(s, to - from);
	while (slots < (size_t)(to - from) * 2)
		slots *= 2;
	memset(s->ids, 0, slots * sizeof(*s->ids));
	for (uint32_t i = from; i < to; i++) {
		uint64_t value = e[i].value.bits;
		size_t at = hash_u64(value) & (slots - 1);

		while (s->ids[at] != 0 && s->slots[at] != value)
			at = (at + 1) & (slots - 1);
		if (s->ids[at] == 0) {
			s->slots[at] = value;
			s->ids[at] = ++n;
		}
		s->entry_id[i - from] = s->ids[at] - 1;
	}
	return n;
}

uint32_t
gap_index(struct window *win, const struct spec *spec, const struct gap *gap)
{
	const struct entry *entries = window_entries(win);
	int64_t start = gap->pane * spec->span;
	uint32_t from = 0, to = win->n;

	while (from < to) {
		uint32_t mid = from + (to - from) / 2;

		if (entries[mid].time < start)
			from = mid + 1;
		else
			to = mid;
	}
	if (from == win->n || entries[from].time - start >= spec->span)
		return UINT32_MAX;
	to = from + spec->keep_old - 1;
	if (to >= win->n)
		to = win->n - 1;
	while (to > from && entries[to].time - start >= spec->span)
		to--;
	return to;
}

void
meter_init(struct meter *m, struct windows *w, struct window *win)
{
	m->w = w;
	m->win = win;
	m->spec = window_spec(w, win);
	m->entries = window_entries(win);
	if (m->spec->measure == MEASURE_DISTINCT)
		number_values(w, m->entries, 0, win->n);
	if (m->spec->measure == MEASURE_PERCENTILE)
		scratch_fit(&w->scratch, win->n);
	meter_clear(m, 0);
}

void
meter_clear(struct meter *m, uint32_t from)
{
	m->from = m->to = from;
	m->n = m->distinct = 0;
	m->mask = 0;
	m->sum = 0;
	if (m->spec->measure == MEASURE_DISTINCT)
		memset(m->w->scratch.counts, 0,
		    m->win->n * sizeof(*m->w->scratch.counts));
	if (m->spec->measure == MEASURE_STEPS)
		memset(m->steps, 0, sizeof(m->steps));
}

/* Events that are not kept, behind the entry. */
static const struct gap *
gap_behind(const struct meter *m, uint32_t at)
{
	const struct more *more = m->win->more;

	for (uint32_t i = 0; more != NULL && i < more->n_gaps; i++)
		if (gap_index(m->win, m->spec, &more->gaps[i]) == at)
			return &more->gaps[i];
	return NULL;
}

static uint32_t
sorted_place(const double *sorted, uint64_t n, double x)
{
	uint64_t from = 0, to = n;

	while (from < to) {
		uint64_t mid = from + (to - from) / 2;

		if (sorted[mid] < x)
			from = mid + 1;
		else
			to = mid;
	}
	return (uint32_t)from;
}

static void
count_steps(struct meter *m, uint64_t bits, bool add)
{
	for (; bits != 0; bits &= bits - 1) {
		unsigned step = (unsigned)__builtin_ctzll(bits);

		m->steps[step] += add ? 1 : UINT32_MAX;
		if (m->steps[step] == 0)
			m->mask &= ~(UINT64_C(1) << step);
		else
			m->mask |= UINT64_C(1) << step;
	}
}

static void
move_sorted(struct meter *m, double x, bool add)
{
	double *sorted = m->w->scratch.sorted;
	uint64_t n = add ? m->n - 1 : m->n + 1;
	uint32_t at = sorted_place(sorted, n, x);

	if (add) {
		memmove(
		    &sorted[at + 1], &sorted[at], (n - at) * sizeof(*sorted));
		sorted[at] = x;
		return;
	}
	memmove(&sorted[at], &sorted[at + 1], (n - at - 1) * sizeof(*sorted));
}

static void
change(struct meter *m, uint32_t at, bool add)
{
	const struct entry *e = &m->entries[at];
	const struct gap *gap = NULL;
	uint32_t *counts = m->w->scratch.counts;
	uint32_t id;

	m->n += add ? 1 : UINT64_MAX;
	switch (m->spec->measure) {
	case MEASURE_COUNT:
		if (m->spec->capped)
			gap = gap_behind(m, at);
		break;
	case MEASURE_DISTINCT:
		id = m->w->scratch.entry_id[at];
		if (add)
			m->distinct += counts[id]++ == 0;
		else
			m->distinct -= --counts[id] == 0;
		break;
	case MEASURE_STEPS:
		count_steps(m, e->value.bits, add);
		break;
	case MEASURE_SUM:
	case MEASURE_AVERAGE:
		m->sum += add ? wide_from(e->value.number)
			      : -wide_from(e->value.number);
		gap = gap_behind(m, at);
		break;
	case MEASURE_PERCENTILE:
		move_sorted(m, e->value.number, add);
		break;
	case MEASURE_ORDERED:
	case MEASURE_NEW:
		break;
	}
	if (gap == NULL)
		return;
	m->n += add ? gap->n : 0 - gap->n;
	m->sum += add ? gap->sum : -gap->sum;
}

void
meter_add(struct meter *m)
{
	change(m, m->to++, true);
}

void
meter_remove(struct meter *m)
{
	change(m, m->from++, false);
}

/* Linear between the two nearest ranks. */
static double
percentile(const double *sorted, uint64_t n, double p)
{
	double rank = p / 100 * (double)(n - 1);
	uint64_t low;

	if (rank <= 0)
		return sorted[0];
	if (rank >= (double)(n - 1))
		return sorted[n - 1];
	low = (uint64_t)rank;
	return sorted[low] +
	    (rank - (double)low) * (sorted[low + 1] - sorted[low]);
}

double
meter_value(const struct meter *m)
{
	switch (m->spec->measure) {
	case MEASURE_DISTINCT:
		return (double)m->distinct;
	case MEASURE_STEPS:
		return (double)__builtin_popcountll(m->mask);
	case MEASURE_SUM:
		return (double)m->sum / 1e6;
	case MEASURE_AVERAGE:
		return (double)m->sum / 1e6 / (double)m->n;
	case MEASURE_PERCENTILE:
		return percentile(m->w->scratch.sorted, m->n,
		    m->spec->percentile);
	case MEASURE_COUNT:
	case MEASURE_ORDERED:
	case MEASURE_NEW:
		break;
	}
	return (double)m->n;
}

bool
meter_holds(struct meter *m)
{
	const struct spec *spec = m->spec;

	if (m->n == 0 || spec->measure == MEASURE_ORDERED ||
	    spec->measure == MEASURE_NEW)
		return false; /* the last two: evaluate.c */
	if (spec->measure == MEASURE_STEPS && spec->expr != NULL)
		return expr_holds(spec->expr, m->mask);
	return bounds_hold(&spec->bounds, meter_value(m));
}
