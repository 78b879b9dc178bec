/*
 * From episodes to what is sent: a new one at once, a grown one with the next
 * tick. `ENTRY_NEW` says which entries no alert has told of yet; `ENTRY_SENT`
 * whose id an alert carries.
 */
#include "engine/correlate/window.h"

/* First index of an entry that belongs to the episode. */
static uint32_t
first_index(struct window *win, const struct episode *ep)
{
	const struct entry *entries = window_entries(win);
	uint32_t i = 0;

	if (!ep->base)
		return ep->first;
	while (
	    i < win->n && entry_cmp(&entries[i], &win->more->base->last) <= 0)
		i++;
	return i;
}

uint64_t
episode_count(struct windows *w, struct window *win, const struct episode *ep)
{
	const struct spec *spec = window_spec(w, win);
	uint64_t n = ep->base ? win->more->base->count : 0;
	uint32_t from;

	if (ep->base && !ep->grown)
		return n;
	if (ep->base)
		n += win->more->base->tail;
	from = first_index(win, ep);
	n += ep->last + 1 - from;
	for (uint32_t i = 0; win->more != NULL && i < win->more->n_gaps; i++) {
		uint32_t at = gap_index(win, spec, &win->more->gaps[i]);

		/* +1: the base's last event may be the one before. */
		if (at != UINT32_MAX && at + (ep->base ? 1 : 0) >= from &&
		    at < ep->last)
			n += win->more->gaps[i].n;
	}
	return n;
}

/* Does the episode hold something that no alert told? */
static bool
has_new(
    struct windows *w, struct window *win, const struct episode *ep, bool clear)
{
	struct entry *entries = window_entries(win);
	struct more *more = win->more;
	bool found = false;
	uint32_t from;

	if (ep->base) {
		found = more->base->is_new;
		more->base->is_new &= !clear;
		if (!ep->grown)
			return found;
	}
	from = first_index(win, ep);
	for (uint32_t i = from; i <= ep->last; i++) {
		found |= (entries[i].flags & ENTRY_NEW) != 0;
		if (clear)
			entries[i].flags &= (uint16_t)~ENTRY_NEW;
	}
	for (uint32_t i = 0; more != NULL && i < more->n_gaps; i++) {
		uint32_t at = gap_index(
		    win, window_spec(w, win), &more->gaps[i]);

		if (at == UINT32_MAX || at + 1 < from || at > ep->last)
			continue;
		found |= more->gaps[i].is_new;
		more->gaps[i].is_new &= !clear;
	}
	return found;
}

/* Did an alert with another id tell of a part of this episode? */
static bool
holds_sent(struct window *win, const struct episode *ep)
{
	const struct entry *entries = window_entries(win);

	for (uint32_t i = ep->first; i <= ep->last; i++)
		if (i != ep->crossing && (entries[i].flags & ENTRY_SENT))
			return true;
	return false;
}

/*
 * An episode whose crossing moved because an event came late is new by its id
 * but not to the reader: it waits for the tick like growth does, so that
 * events in backward order cannot flood the desk.
 */
static bool
report_one(
    struct windows *w, struct window *win, const struct episode *ep, bool flush)
{
	struct entry *crossing = ep->base ? &win->more->base->crossing
					  : &window_entries(win)[ep->crossing];
	bool is_new = !(crossing->flags & ENTRY_SENT);

	if (!is_new && !has_new(w, win, ep, false))
		return false;
	if (!flush && (!is_new || holds_sent(win, ep)))
		return true;
	has_new(w, win, ep, true);
	crossing->flags |= ENTRY_SENT;
	episode_send(w, win, ep, is_new);
	return false;
}

void
window_report(struct windows *w, struct shard *s, struct window *win,
    int64_t watermark, bool flush)
{
	struct result *r = window_evaluate(w, win, watermark, INT64_MAX);
	bool wait = false;

	for (size_t i = 0; i < r->n; i++) {
		const struct episode *ep = &r->items[i];

		if (!ep->base || ep->grown)
			win->satisfied = window_entries(win)[ep->last].time;
		if (report_one(w, win, ep, flush))
			wait = true;
	}
	if (wait)
		window_pending(s, win);
	window_due(w, s, win, r->due);
}
