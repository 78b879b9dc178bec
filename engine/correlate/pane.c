/*
 * What is kept of a pane. Every rule below picks entries by their rank among
 * all events of the pane, so it may forget the others one by one, in any
 * order, and ends with the same entries:
 *
 *   all kinds      the keep_old oldest and the keep_new newest
 *   distinct       of the keep_values values seen first, the first event; of
 *                  the keep_values values seen last, the last event
 *   new value      of each value the first event and the last
 *   steps          of each step the first and the last
 *   ordered        of each step the keep_old oldest and keep_new newest
 *
 * A window ends at an event and is at most a span long, so it touches two
 * panes: the newest events of the older and the oldest of the newer decide.
 */
#include "engine/correlate/window.h"

#include <stdlib.h>

static bool
is_steps(const struct spec *spec)
{
	return spec->measure == MEASURE_STEPS ||
	    spec->measure == MEASURE_ORDERED;
}

static bool
is_sum(const struct spec *spec)
{
	return spec->measure == MEASURE_SUM || spec->measure == MEASURE_AVERAGE;
}

/* First index whose entry is not before `e`. */
static uint32_t
position(struct window *win, const struct entry *e)
{
	const struct entry *entries = window_entries(win);
	uint32_t from = 0, to = win->n;

	/* Most events come in order. */
	if (to > 0 && entry_cmp(&entries[to - 1], e) < 0)
		return to;
	while (from < to) {
		uint32_t mid = from + (to - from) / 2;

		if (entry_cmp(&entries[mid], e) < 0)
			from = mid + 1;
		else
			to = mid;
	}
	return from;
}

/* First index whose time is not before `time`. */
static uint32_t
time_position(struct window *win, int64_t time)
{
	struct entry e = {.time = time};

	return position(win, &e);
}

void
pane_range(
    struct window *win, int64_t span, uint32_t at, uint32_t *from, uint32_t *to)
{
	int64_t start = pane_of(window_entries(win)[at].time, span) * span;

	*from = time_position(win, start);
	*to = time_position(win, time_add(start, span));
}

static bool
gap_knows(const struct gap *gap, uint64_t hash, bool take)
{
	for (uint32_t i = 0; gap != NULL && i < gap->n_seen; i++) {
		if (gap->seen[i] != hash)
			continue;
		if (take)
			gap->seen[i] = 0;
		return true;
	}
	return false;
}

static void
drop(struct windows *w, struct window *win, uint32_t at)
{
	const struct spec *spec = window_spec(w, win);
	struct entry *entries = window_entries(win);
	struct entry *e = &entries[at];
	struct gap *gap = window_gap(
	    w, win, pane_of(e->time, spec->span), true);

	gap->n++;
	gap->is_new |= (e->flags & ENTRY_NEW) != 0;
	if (is_sum(spec))
		gap->sum += wide_from(e->value.number);
	gap_see(w, gap, id_hash(&e->id));
	win->n--;
	memmove(e, e + 1, (win->n - at) * sizeof(*e));
}

/* Marks the keep_values values that begin first (or, backwards, end last). */
static void
mark_values(struct windows *w, struct window *win, uint32_t from, uint32_t to,
    uint32_t n_values, bool backwards)
{
	const struct spec *spec = window_spec(w, win);
	struct entry *entries = window_entries(win);
	struct scratch *s = &w->scratch;
	uint32_t marked = 0;

	memset(s->counts, 0, n_values * sizeof(*s->counts));
	for (uint32_t k = from; k < to && marked < spec->keep_values; k++) {
		uint32_t at = backwards ? to - 1 - (k - from) : k;
		uint32_t id = s->entry_id[at - from];

		if (s->counts[id]++ > 0)
			continue;
		entries[at].flags |= ENTRY_KEEP;
		marked++;
	}
}

/* Marks, of each step, the `n` oldest (or newest) entries that have it. */
static void
mark_steps(
    struct window *win, uint32_t from, uint32_t to, uint32_t n, bool backwards)
{
	struct entry *entries = window_entries(win);
	uint32_t seen[SPEC_MAX_STEPS] = {0};

	for (uint32_t k = from; k < to; k++) {
		uint32_t at = backwards ? to - 1 - (k - from) : k;
		uint64_t bits = entries[at].value.bits;

		for (; bits != 0; bits &= bits - 1) {
			unsigned step = (unsigned)__builtin_ctzll(bits);

			if (seen[step]++ < n)
				entries[at].flags |= ENTRY_KEEP;
		}
	}
}

static void
mark(struct windows *w, struct window *win, uint32_t from, uint32_t to)
{
	const struct spec *spec = window_spec(w, win);
	uint32_t n;

	switch (spec->measure) {
	case MEASURE_DISTINCT:
	case MEASURE_NEW:
		n = number_values(w, window_entries(win), from, to);
		mark_values(w, win, from, to, n, false);
		mark_values(w, win, from, to, n, true);
		break;
	case MEASURE_STEPS:
		mark_steps(win, from, to, 1, false);
		mark_steps(win, from, to, 1, true);
		break;
	case MEASURE_ORDERED:
		mark_steps(win, from, to, spec->keep_old, false);
		mark_steps(win, from, to, spec->keep_new, true);
		break;
	default:
		break;
	}
}

/* Forgets what no rule keeps. A crossing that was sent stays, to be named as
 * joined when an event before it comes late. */
static void
thin(struct windows *w, struct window *win, uint32_t at)
{
	const struct spec *spec = window_spec(w, win);
	struct entry *entries = window_entries(win);
	uint32_t from, to, start, end;

	if (win->n <= spec->keep_old + spec->keep_new)
		return;
	pane_range(win, spec->span, at, &from, &to);
	if (to - from <= spec->keep_old + spec->keep_new)
		return;
	mark(w, win, from, to);
	start = from + spec->keep_old;
	end = to - spec->keep_new;
	for (uint32_t i = end; i-- > start;)
		if (!(entries[i].flags & (ENTRY_KEEP | ENTRY_SENT)))
			drop(w, win, i);
	for (uint32_t i = from; i < to && i < win->n; i++)
		entries[i].flags &= (uint16_t)~ENTRY_KEEP;
}

enum put_result
pane_put(struct windows *w, struct window **out, const struct entry *e)
{
	struct window *win = *out;
	const struct spec *spec = window_spec(w, win);
	uint32_t at = position(win, e), before;
	struct entry *entries = window_entries(win);
	struct gap *gap;
	bool kept;

	if (at < win->n && entry_cmp(&entries[at], e) == 0) {
		uint64_t bits = entries[at].value.bits | e->value.bits;

		if (!is_steps(spec) || bits == entries[at].value.bits)
			return PUT_KNOWN;
		entries[at].value.bits = bits;
		entries[at].flags |= ENTRY_NEW;
		return PUT_KEPT;
	}
	gap = window_gap(w, win, pane_of(e->time, spec->span), false);
	if (gap_knows(gap, id_hash(&e->id), false))
		return PUT_KNOWN;
	win = *out = window_room(w, win);
	entries = window_entries(win);
	memmove(
	    &entries[at + 1], &entries[at], (win->n - at) * sizeof(*entries));
	entries[at] = *e;
	before = ++win->n;
	thin(w, win, at);
	if (win->n == before)
		return PUT_KEPT;
	at = position(win, e);
	kept = at < win->n && entry_cmp(&entries[at], e) == 0;
	return kept ? PUT_KEPT : PUT_DROPPED;
}

bool
pane_take(struct windows *w, struct window *win, const struct entry *e)
{
	const struct spec *spec = window_spec(w, win);
	struct entry *entries = window_entries(win);
	uint32_t at = position(win, e);
	struct gap *gap;

	if (at < win->n && entry_cmp(&entries[at], e) == 0) {
		if (is_steps(spec)) {
			entries[at].value.bits &= ~e->value.bits;
			if (entries[at].value.bits != 0)
				return true;
		}
		win->n--;
		memmove(&entries[at], &entries[at + 1],
		    (win->n - at) * sizeof(*entries));
		return true;
	}
	gap = window_gap(w, win, pane_of(e->time, spec->span), false);
	if (gap == NULL || gap->n == 0 ||
	    !gap_knows(gap, id_hash(&e->id), true))
		return false;
	gap->n--;
	if (is_sum(spec))
		gap->sum -= wide_from(e->value.number);
	return true;
}
