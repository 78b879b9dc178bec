/*
 * Letting go. A pane is done when no event within the horizon can fall into
 * it or the one behind it; then decisions up to there are frozen, the episode
 * that may still grow is put into `base`, and the pane's entries go. The pane
 * behind it stays to look back to.
 */
#include "engine/correlate/window.h"

#include "engine/base/stamp.h"

#include <stdlib.h>

static int64_t
later(int64_t a, int64_t b)
{
	return a > b ? a : b;
}

/* The watermark at which what was received then is out of reach. */
static int64_t
done_at(const struct spec *spec, int64_t end, int64_t received)
{
	return time_add(later(end, received), spec->span + CORRELATE_HORIZON);
}

/* Entries of the panes at the beginning that are done; *last is the newest
 * of these panes. */
static uint32_t
done_entries(
    struct windows *w, struct window *win, int64_t watermark, int64_t *last)
{
	const struct spec *spec = window_spec(w, win);
	const struct entry *entries = window_entries(win);
	uint32_t done = 0, i = 0;

	while (i < win->n) {
		int64_t pane = pane_of(entries[i].time, spec->span);
		int64_t end = (pane + 1) * spec->span, received = INT64_MIN;

		for (; i < win->n && entries[i].time < end; i++)
			received = later(received, entry_received(&entries[i]));
		if (watermark <= done_at(spec, end, received))
			break;
		done = i;
		*last = pane;
	}
	return done;
}

static void
base_member(struct base *b, uint16_t member)
{
	for (uint32_t i = 0; i < b->n_members; i++)
		if (b->members[i] == member)
			return;
	if (b->n_members < sizeof(b->members) / sizeof(b->members[0]))
		b->members[b->n_members++] = member;
}

/* Takes the entry's part in the evidence over. */
static void
base_add(struct base *b, const struct entry *e, bool crossing)
{
	b->late |= (e->flags & ENTRY_LATE) != 0;
	base_member(b, e->member);
	if (b->n_first < ALERT_FIRST_EVENTS &&
	    (b->n_first == 0 || entry_cmp(&b->evidence[b->n_first - 1], e) < 0))
		b->evidence[b->n_first++] = *e;
	if (!crossing && (e->flags & ENTRY_SENT) &&
	    b->n_joined < EPISODE_JOINED)
		b->joined[b->n_joined++] = *e;
}

/* Of the first n entries, which go, those behind the base's last: part of the
 * episode if it grows. */
static uint64_t
count_tail(struct window *win, const struct base *b, uint32_t n)
{
	const struct entry *entries = window_entries(win);
	uint64_t tail = 0;

	for (uint32_t i = 0; i < n; i++)
		tail += entry_cmp(&entries[i], &b->last) > 0;
	return tail;
}

/* The episode, as it is before the first n entries go. */
static struct base *
base_new(struct windows *w, struct window *win, const struct episode *ep)
{
	const struct spec *spec = window_spec(w, win);
	const struct entry *entries = window_entries(win);
	struct base *b = mem_get_zero(1, sizeof(*b));
	uint32_t from = ep->first, n;

	if (ep->base) {
		*b = *win->more->base;
		for (from = 0;
		     from < win->n && entry_cmp(&entries[from], &b->last) <= 0;)
			from++;
	} else {
		b->crossing = entries[ep->crossing];
		b->first = entries[ep->first];
	}
	b->count = episode_count(w, win, ep);
	if (ep->base && !ep->grown)
		return b;
	for (uint32_t i = from; i <= ep->last; i++)
		base_add(b, &entries[i], !ep->base && i == ep->crossing);
	b->last = entries[ep->last];
	for (uint32_t i = 0; win->more != NULL && i < win->more->n_gaps; i++)
		b->approximate |= spec->measure != MEASURE_COUNT;
	if (spec->measure == MEASURE_DISTINCT) {
		n = number_values(w, entries, from, ep->last + 1);
		b->distinct = n > b->distinct ? n : b->distinct;
	}
	return b;
}

static void
drop_gaps(struct windows *w, struct more *more, int64_t last)
{
	uint32_t n = 0;

	while (n < more->n_gaps && more->gaps[n].pane <= last) {
		w->bytes -= sizeof(*more->gaps) + gap_bytes(&more->gaps[n]);
		free(more->gaps[n].seen);
		n++;
	}
	if (n == 0)
		return;
	more->n_gaps -= n;
	memmove(more->gaps, more->gaps + n, more->n_gaps * sizeof(*more->gaps));
}

/* First time that is not decided yet once the panes up to `last` are gone. */
static int64_t
frozen_until(
    struct windows *w, struct window *win, int64_t watermark, int64_t last)
{
	const struct spec *spec = window_spec(w, win);
	int64_t end = (last + 1) * spec->span;
	int64_t old = win->more == NULL ? INT64_MIN : win->more->frozen;
	struct result *r;

	if (spec->mode == MODE_BACKWARD) {
		window_evaluate(w, win, watermark, end + spec->span);
		return later(old, end + spec->span);
	}
	r = window_evaluate(w, win, watermark, end);
	if (spec->mode == MODE_FORWARD)
		return later(old, end);
	return later(old,
	    later(end,
		time_add(r->chain_end, r->chain_end == INT64_MIN ? 0 : 1)));
}

static int64_t
episode_last(struct window *win, const struct episode *ep)
{
	if (ep->base && !ep->grown)
		return win->more->base->last.time;
	return window_entries(win)[ep->last].time;
}

/* False: nothing of the window is left. */
static bool
freeze(struct windows *w, struct window **out, uint32_t n, int64_t watermark,
    int64_t last)
{
	struct window *win = *out;
	const struct spec *spec = window_spec(w, win);
	struct entry *entries = window_entries(win);
	int64_t frozen = frozen_until(w, win, watermark, last);
	struct result *r = &w->scratch.result;
	struct base *base = NULL;
	struct more *more;

	if (r->n > 0 &&
	    frozen - episode_last(win, &r->items[r->n - 1]) <= spec->span) {
		struct episode ep = r->items[r->n - 1];

		base = base_new(w, win, &ep);
		if (!ep.base || ep.grown)
			base->tail = 0;
		base->tail += count_tail(win, base, n);
	}
	if (base == NULL && n == win->n)
		return false;
	more = window_more(w, win);
	w->bytes -= more->base == NULL ? 0 : sizeof(*base);
	w->bytes += base == NULL ? 0 : sizeof(*base);
	free(more->base);
	more->base = base;
	more->frozen = frozen;
	drop_gaps(w, more, last);
	win->n -= n;
	memmove(entries, entries + n, win->n * sizeof(*entries));
	window_resize(w, out, win->n, str_make(window_text(win), win->text_n));
	return true;
}

/* False: it was removed. */
static bool
expire(struct windows *w, struct shard *s, struct window *win)
{
	const struct spec *spec = window_spec(w, win);
	int64_t mark = s->watermark, last;
	uint32_t n;

	if (win->n == 0) {
		const struct base *b = win->more == NULL ? NULL
							 : win->more->base;

		if (b != NULL &&
		    mark <= time_add(done_at(spec, b->last.time,
					 entry_received(&b->last)),
				spec->span))
			return true;
		window_remove(w, s, win);
		return false;
	}
	n = done_entries(w, win, mark, &last);
	if (n == 0)
		return true;
	window_report(w, s, win, mark, true);
	window_dirty(s, win);
	if (freeze(w, &win, n, mark, last))
		return true;
	window_remove(w, s, win);
	return false;
}

/* A part of the table each time; all of it within a minute of ticks. */
void
shard_sweep(struct windows *w, struct shard *s)
{
	size_t todo = s->n_slots / 32 + 1024;

	if (todo > s->n_slots)
		todo = s->n_slots;
	for (; todo > 0; todo--) {
		if (s->sweep >= s->n_slots)
			s->sweep = 0;
		/* What moved into a freed slot is looked at next. */
		if (s->tags[s->sweep] == 0 || expire(w, s, s->slots[s->sweep]))
			s->sweep++;
	}
}
