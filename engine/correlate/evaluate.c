/*
 * Episodes of a window, straight from its entries: which events satisfy the
 * condition, and which of those stand no more than one span apart. Done anew
 * each time, so that the result cannot depend on the order of arrival.
 */
#include "engine/correlate/window.h"

#include <stdlib.h>

static struct episode *
push(struct result *r)
{
	if (r->n == r->cap) {
		r->cap = r->cap == 0 ? 8 : r->cap * 2;
		r->items = mem_resize(r->items, r->cap * sizeof(*r->items));
	}
	return &r->items[r->n++];
}

/* The time of the episode's last satisfying event. */
static int64_t
last_time(struct window *win, const struct episode *ep)
{
	if (ep->base && !ep->grown)
		return win->more->base->last.time;
	return window_entries(win)[ep->last].time;
}

/*
 * The window from `first` to `last` satisfies; it begins at the time `at`.
 * One more of the episode before, unless there was a span of quiet.
 */
void
result_satisfied(struct windows *w, struct window *win, int64_t span,
    int64_t at, uint32_t first, uint32_t crossing, uint32_t last)
{
	struct result *r = &w->scratch.result;
	struct episode *ep = r->n > 0 ? &r->items[r->n - 1] : NULL;

	if (ep != NULL && at - last_time(win, ep) <= span) {
		ep->last = last;
		ep->grown = true;
		return;
	}
	*push(r) = (struct episode){
	    .first = first, .crossing = crossing, .last = last};
}

/*
 * For each choice of steps and each length of its beginning, the latest time
 * at which such a row of events could begin. One event may be two steps.
 */
struct rows {
	const struct spec *spec;
	int64_t *starts;
};

static void
rows_init(struct rows *rows, struct windows *w, const struct spec *spec)
{
	size_t n = spec->n_choices * SPEC_MAX_STEPS;

	rows->spec = spec;
	w->scratch.starts = mem_resize(w->scratch.starts, n * sizeof(int64_t));
	rows->starts = w->scratch.starts;
	for (size_t i = 0; i < n; i++)
		rows->starts[i] = INT64_MIN;
}

/* Returns the latest begin of a whole row. */
static int64_t
rows_add(struct rows *rows, const struct entry *e)
{
	int64_t best = INT64_MIN;

	for (size_t c = 0; c < rows->spec->n_choices; c++) {
		int64_t *starts = &rows->starts[c * SPEC_MAX_STEPS];
		uint64_t left = rows->spec->choices[c];
		int64_t before = e->time;
		size_t i = 0;

		for (; left != 0; left &= left - 1, i++) {
			if (e->value.bits & left & (0 - left))
				starts[i] = before;
			before = starts[i];
		}
		if (before > best)
			best = before;
	}
	return best;
}

static void
evaluate_ordered(struct windows *w, struct window *win, int64_t limit)
{
	const struct spec *spec = window_spec(w, win);
	const struct entry *entries = window_entries(win);
	int64_t frozen = win->more == NULL ? INT64_MIN : win->more->frozen;
	struct rows rows;
	uint32_t low = 0;

	rows_init(&rows, w, spec);
	for (uint32_t i = 0; i < win->n && entries[i].time < limit; i++) {
		int64_t start = rows_add(&rows, &entries[i]);

		while (entries[i].time - entries[low].time > spec->span)
			low++;
		if (entries[i].time < frozen || start == INT64_MIN ||
		    entries[i].time - start > spec->span)
			continue;
		result_satisfied(
		    w, win, spec->span, entries[i].time, low, i, i);
	}
}

/*
 * A value that the group has not had within a timespan, in a group that has
 * been seen for `learn`. Of each value a pane keeps the first event and the
 * last, so the one before is always there: in this pane, or the last one of
 * the pane before. The group's age is looked for in the same two panes.
 *
 * With keep_values different values in one of them some were forgotten, and
 * what looks new need not be: such a group gives no alert, which would be
 * noise. Each new value is an alert of its own; it does not grow.
 */
static void
evaluate_new(
    struct windows *w, struct window *win, int64_t watermark, int64_t limit)
{
	const struct spec *spec = window_spec(w, win);
	const struct entry *entries = window_entries(win);
	int64_t frozen = win->more == NULL ? INT64_MIN : win->more->frozen;
	struct scratch *s = &w->scratch;
	int64_t pane = INT64_MIN, since = 0, oldest = 0;
	uint32_t *before = NULL; /* entry of the value before, + 1 */
	uint32_t start = 0, values = 0, values_before = 0;

	number_values(w, entries, 0, win->n);
	memset(s->counts, 0, win->n * sizeof(*s->counts));
	for (uint32_t i = 0; i < win->n && entries[i].time < limit; i++) {
		int64_t t = entries[i].time, now = pane_of(t, spec->span);
		bool is_new;

		if (t > watermark) {
			s->result.due = t;
			return;
		}
		if (i == 0 || now != pane) {
			bool follows = i > 0 && now == pane + 1;

			since = follows ? oldest : t;
			values_before = follows ? values : 0;
			pane = now;
			oldest = t;
			start = i;
			values = 0;
		}
		before = &s->counts[s->entry_id[i]];
		is_new = *before == 0 ||
		    t - entries[*before - 1].time > spec->span;
		values += *before <= start;
		*before = i + 1;
		if (!is_new || t < frozen || t - since < spec->learn ||
		    values > spec->keep_values ||
		    values_before >= spec->keep_values)
			continue;
		*push(&s->result) = (struct episode){
		    .first = i, .crossing = i, .last = i};
	}
}

static void
evaluate_backward(
    struct windows *w, struct window *win, int64_t watermark, int64_t limit)
{
	const struct spec *spec = window_spec(w, win);
	const struct entry *entries = window_entries(win);
	int64_t frozen = win->more == NULL ? INT64_MIN : win->more->frozen;
	bool at_once = spec->immediate && !(win->flags & WINDOW_NEGATIVE);
	struct meter m;

	meter_init(&m, w, win);
	for (uint32_t i = 0; i < win->n && entries[i].time < limit; i++) {
		if (!at_once && entries[i].time > watermark) {
			w->scratch.result.due = entries[i].time;
			return;
		}
		meter_add(&m);
		while (entries[i].time - entries[m.from].time > spec->span)
			meter_remove(&m);
		if (entries[i].time < frozen || !meter_holds(&m))
			continue;
		result_satisfied(
		    w, win, spec->span, entries[i].time, m.from, i, i);
	}
}

struct result *
window_evaluate(
    struct windows *w, struct window *win, int64_t watermark, int64_t limit)
{
	const struct spec *spec = window_spec(w, win);
	struct result *r = &w->scratch.result;

	r->n = 0;
	r->due = INT64_MAX;
	r->chain_end = INT64_MIN;
	if (win->more != NULL && win->more->base != NULL)
		*push(r) = (struct episode){.base = true};
	if (spec->mode == MODE_CHAIN)
		evaluate_chain(w, win, watermark, limit);
	else if (spec->mode == MODE_FORWARD)
		evaluate_forward(w, win, watermark, limit);
	else if (spec->measure == MEASURE_ORDERED)
		evaluate_ordered(w, win, limit);
	else if (spec->measure == MEASURE_NEW)
		evaluate_new(w, win, watermark, limit);
	else
		evaluate_backward(w, win, watermark, limit);
	return r;
}
