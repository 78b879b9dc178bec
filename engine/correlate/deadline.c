/*
 * Conditions that more events could still break are decided at the end of
 * their window, when the watermark has passed it.
 */
#include "engine/correlate/window.h"

#include "engine/base/stamp.h"

/*
 * When the window of entries [from, to) that ends at `end` may be decided.
 * Events that were late when they came say nothing about what is to come
 * with them: five minutes after the last of them.
 */
static int64_t
decided_at(const struct entry *entries, uint32_t from, uint32_t to, int64_t end)
{
	for (uint32_t i = from; i < to; i++)
		if (entries[i].flags & ENTRY_LATE) {
			int64_t t = time_add(
			    entry_received(&entries[i]), CORRELATE_HORIZON);

			if (t > end)
				end = t;
		}
	return end;
}

static uint32_t
skip_frozen(struct window *win)
{
	const struct entry *entries = window_entries(win);
	uint32_t i = 0;

	while (win->more != NULL && i < win->n &&
	    entries[i].time < win->more->frozen)
		i++;
	return i;
}

void
evaluate_chain(
    struct windows *w, struct window *win, int64_t watermark, int64_t limit)
{
	const struct spec *spec = window_spec(w, win);
	const struct entry *entries = window_entries(win);
	uint32_t i = skip_frozen(win);
	struct meter m;

	meter_init(&m, w, win);
	while (i < win->n && entries[i].time < limit) {
		int64_t end = time_add(entries[i].time, spec->span), due;

		meter_clear(&m, i);
		while (m.to < win->n && entries[m.to].time <= end)
			meter_add(&m);
		due = decided_at(entries, i, m.to, end);
		if (due > watermark) {
			w->scratch.result.due = due;
			return;
		}
		w->scratch.result.chain_end = end;
		if (meter_holds(&m))
			result_satisfied(w, win, spec->span, entries[i].time, i,
			    m.to - 1, m.to - 1);
		i = m.to;
	}
}

/* Do the wanted steps of `mask` follow each other in the list's order? */
static bool
in_order(const struct entry *entries, uint32_t from, uint32_t to, uint64_t mask)
{
	for (uint32_t i = from; i < to && mask != 0; i++)
		while (mask != 0 &&
		    (entries[i].value.bits & mask & (0 - mask)) != 0)
			mask &= mask - 1;
	return mask == 0;
}

void
evaluate_forward(
    struct windows *w, struct window *win, int64_t watermark, int64_t limit)
{
	const struct spec *spec = window_spec(w, win);
	const struct entry *entries = window_entries(win);
	uint32_t i = skip_frozen(win);
	struct meter m;

	meter_init(&m, w, win);
	meter_clear(&m, i);
	for (; i < win->n && entries[i].time < limit; i++) {
		int64_t end = time_add(entries[i].time, spec->span), due;

		while (m.from < i)
			meter_remove(&m);
		while (m.to < win->n && entries[m.to].time <= end)
			meter_add(&m);
		if (!(entries[i].value.bits & spec->positive))
			continue;
		due = decided_at(entries, i, m.to, end);
		if (due > watermark) {
			if (due < w->scratch.result.due)
				w->scratch.result.due = due;
			if (end > watermark)
				return;
			continue;
		}
		if (!meter_holds(&m) ||
		    (spec->ordered &&
			!in_order(entries, i, m.to, m.mask & spec->positive)))
			continue;
		result_satisfied(w, win, spec->span, entries[i].time, i, i, i);
	}
}
