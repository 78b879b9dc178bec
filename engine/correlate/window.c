#include "engine/correlate/window.h"

#include <stdlib.h>

static size_t
block_size(size_t text_n, unsigned cap)
{
	return window_head(text_n) + ((size_t)1 << cap) * sizeof(struct entry);
}

struct window *
window_new(struct windows *w, struct hash128 key, const struct spec *spec,
    struct str text, uint32_t n)
{
	struct window *win;
	uint8_t cap = 0;

	while ((uint32_t)1 << cap < n)
		cap++;
	win = mem_get(block_size(text.n, cap));
	*win = (struct window){.key = key,
	    .spec = spec->index,
	    .satisfied = INT64_MIN,
	    .text_n = (uint16_t)text.n,
	    .entity = ENTITY_NONE,
	    .cap = cap};
	if (text.n > 0)
		memcpy(window_text(win), text.p, text.n);
	w->bytes += block_size(text.n, cap);
	return win;
}

/* Of its list of hashes, which doubles from 8. */
size_t
gap_bytes(const struct gap *gap)
{
	size_t cap = 8;

	if (gap->seen == NULL)
		return 0;
	while (cap < gap->n_seen)
		cap *= 2;
	return cap * sizeof(*gap->seen);
}

void
gap_see(struct windows *w, struct gap *gap, uint64_t hash)
{
	size_t before = gap_bytes(gap);

	if (gap->n_seen == GAP_SEEN)
		return;
	gap->n_seen++;
	if (gap->seen == NULL || before < gap_bytes(gap)) {
		gap->seen = mem_resize(
		    gap->seen, gap->seen == NULL ? 64 : gap_bytes(gap));
		w->bytes += gap_bytes(gap) - before;
	}
	gap->seen[gap->n_seen - 1] = hash;
}

static void
more_free(struct windows *w, struct more *more)
{
	if (more == NULL)
		return;
	for (uint32_t i = 0; i < more->n_gaps; i++) {
		w->bytes -= gap_bytes(&more->gaps[i]);
		free(more->gaps[i].seen);
	}
	w->bytes -= sizeof(*more) + more->n_gaps * sizeof(*more->gaps);
	w->bytes -= more->base == NULL ? 0 : sizeof(*more->base);
	free(more->gaps);
	free(more->base);
	free(more);
}

void
window_free(struct windows *w, struct window *win)
{
	w->bytes -= block_size(win->text_n, win->cap);
	more_free(w, win->more);
	free(win);
}

void
window_remove(struct windows *w, struct shard *s, struct window *win)
{
	struct admit_cell *cell = admit_cell(
	    &w->admit, window_spec(w, win)->hash, win->member);

	if (cell->groups > 0 && !(win->flags & (WINDOW_TWIN | WINDOW_MANY)))
		cell->groups--;
	window_dirty(s, win);
	table_take(s, win->key);
	w->count--;
	window_free(w, win);
}

/* Another size, and another text when text.p is not the window's own. */
void
window_resize(
    struct windows *w, struct window **win, uint32_t n, struct str text)
{
	struct window *old = *win, *new;
	uint8_t cap = 0;

	while ((uint32_t)1 << cap < n)
		cap++;
	if (cap == old->cap && text.n == old->text_n) {
		if (text.n > 0)
			memmove(window_text(old), text.p, text.n);
		return;
	}
	new = mem_get(block_size(text.n, cap));
	*new = *old;
	new->cap = cap;
	new->text_n = (uint16_t)text.n;
	if (text.n > 0)
		memcpy(window_text(new), text.p, text.n);
	memcpy(window_entries(new), window_entries(old),
	    old->n * sizeof(struct entry));
	w->bytes += block_size(new->text_n, cap);
	w->bytes -= block_size(old->text_n, old->cap);
	table_move(shard_of(w, old->key), old, new);
	free(old);
	*win = new;
}

struct window *
window_room(struct windows *w, struct window *win)
{
	if (win->n == (uint32_t)1 << win->cap)
		window_resize(w, &win, win->n + 1,
		    str_make(window_text(win), win->text_n));
	return win;
}

struct more *
window_more(struct windows *w, struct window *win)
{
	if (win->more == NULL) {
		win->more = mem_get_zero(1, sizeof(*win->more));
		win->more->frozen = INT64_MIN;
		win->more->due = INT64_MAX;
		w->bytes += sizeof(*win->more);
	}
	return win->more;
}

void
window_dirty(struct shard *s, struct window *win)
{
	if (win->flags & WINDOW_DIRTY)
		return;
	win->flags |= WINDOW_DIRTY;
	keys_add(&s->dirty, win->key);
}

void
window_pending(struct shard *s, struct window *win)
{
	if (win->flags & WINDOW_PENDING)
		return;
	win->flags |= WINDOW_PENDING;
	keys_add(&s->pending, win->key);
}

void
window_due(struct windows *w, struct shard *s, struct window *win, int64_t due)
{
	struct more *more;

	if (due == INT64_MAX && win->more == NULL)
		return;
	more = window_more(w, win);
	/* Also one that is later than before: the old one in the heap is
	 * passed over when its time comes. */
	if (due != more->due && due != INT64_MAX)
		heap_add(s, due, win->key);
	more->due = due;
}

struct gap *
window_gap(struct windows *w, struct window *win, int64_t pane, bool make)
{
	struct more *more = win->more;
	uint32_t at = 0;

	if (more == NULL && !make)
		return NULL;
	more = window_more(w, win);
	while (at < more->n_gaps && more->gaps[at].pane < pane)
		at++;
	if (at < more->n_gaps && more->gaps[at].pane == pane)
		return &more->gaps[at];
	if (!make)
		return NULL;
	more->gaps = mem_resize(
	    more->gaps, (more->n_gaps + 1) * sizeof(*more->gaps));
	memmove(&more->gaps[at + 1], &more->gaps[at],
	    (more->n_gaps - at) * sizeof(*more->gaps));
	more->gaps[at] = (struct gap){.pane = pane};
	more->n_gaps++;
	w->bytes += sizeof(*more->gaps);
	return &more->gaps[at];
}

uint16_t
member_number(struct windows *w, struct str id)
{
	size_t number = (size_t)(uintptr_t)map_get(&w->members, id);
	char *copy;

	if (number > 0)
		return (uint16_t)(number - 1);
	if (w->n_members == UINT16_MAX)
		return UINT16_MAX - 1;
	if (w->n_members == w->members_cap) {
		w->members_cap = w->members_cap == 0 ? 64 : w->members_cap * 2;
		w->member_ids = mem_resize(
		    w->member_ids, w->members_cap * sizeof(*w->member_ids));
	}
	copy = mem_get(id.n + 1);
	if (id.n > 0)
		memcpy(copy, id.p, id.n);
	w->member_ids[w->n_members] = str_make(copy, id.n);
	map_put(&w->members, w->member_ids[w->n_members],
	    (void *)(uintptr_t)(w->n_members + 1));
	return (uint16_t)w->n_members++;
}

/* Not keyed: it is saved and read elsewhere. */
uint64_t
id_hash(const struct event_id *id)
{
	uint64_t words[2] = {
	    id->segment, (uint64_t)id->offset << 32 | id->line};

	return hash_checksum(words, sizeof(words));
}
