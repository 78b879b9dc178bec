/*
 * The table of windows: matches in, alerts out, time on, bytes in and out.
 */
#include "engine/correlate/window.h"

#include "engine/base/stamp.h"
#include "engine/base/stats.h"

#include <stdlib.h>

#define DEFAULT_GROUPS  50000
#define DEFAULT_WINDOWS 4000000
/* Microseconds from 1970 that are still a time: 31,000 years. */
#define TIME_LIMIT ((int64_t)1000000000000000000)

struct windows *
windows_new(const struct specs *specs, const struct windows_limits *limits,
    const struct windows_sink *sink)
{
	struct windows *w = mem_get_zero(1, sizeof(*w));

	w->specs = specs;
	if (limits != NULL)
		w->limits = *limits;
	if (w->limits.groups_per_rule_and_member == 0)
		w->limits.groups_per_rule_and_member = DEFAULT_GROUPS;
	if (w->limits.windows == 0)
		w->limits.windows = DEFAULT_WINDOWS;
	w->sink = *sink;
	w->scratch.arena = arena_new(0);
	map_init(&w->members);
	for (size_t i = 0; i < SHARD_COUNT; i++)
		w->shards[i].watermark = INT64_MIN;
	return w;
}

void
windows_free(struct windows *w)
{
	if (w == NULL)
		return;
	windows_drop(w, SHARD_COUNT);
	for (size_t i = 0; i < w->n_members; i++)
		free((void *)(uintptr_t)w->member_ids[i].p);
	free(w->member_ids);
	map_fini(&w->members);
	admit_fini(&w->admit);
	scratch_fini(&w->scratch);
	free(w);
}

static void
add_window(struct windows *w, struct shard *s, struct window *win)
{
	table_put(s, win);
	w->count++;
	if (!(win->flags & (WINDOW_TWIN | WINDOW_MANY)))
		admit_cell(&w->admit, window_spec(w, win)->hash, win->member)
		    ->groups++;
}

/* The groups that a one-event rule has above its cap, in one window: such a
 * rule is not delayed. */
static struct hash128
many_key(const struct spec *spec, const struct match *m)
{
	struct hash128 key = spec_window_key(spec, m->member, NULL, 0);

	key.hi = (m->window.hi & (UINT64_MAX << 58)) | key.hi >> 6;
	return key;
}

enum admitted { ADMIT_NO, ADMIT_YES, ADMIT_MANY };

static enum admitted
admit(struct windows *w, const struct spec *spec, const struct match *m,
    uint16_t member)
{
	struct admit_cell *cell = admit_cell(&w->admit, spec->hash, member);
	bool full = w->count >= w->limits.windows;

	if (!full && cell->groups < w->limits.groups_per_rule_and_member)
		return ADMIT_YES;
	cell->capped = true;
	if (cell->reported == 0 || m->received - cell->reported >= HOUR) {
		cell->reported = m->received;
		send_limit(w, spec, m);
	}
	if (admit_sight(&w->admit, m->window) && !full)
		return ADMIT_YES;
	STAT_ADD(windows_refused, 1);
	return spec->hidden ? ADMIT_MANY : ADMIT_NO;
}

static uint8_t
entity_number(const struct spec *spec, struct str field)
{
	if (field.n > 0)
		for (size_t i = 0; i < spec->n_entity; i++)
			if (str_eq(spec->entity_names[i], field))
				return (uint8_t)i;
	return ENTITY_NONE;
}

/* The window's text: the group as packed, and the entity of this event. */
static void
set_text(const struct spec *spec, const struct match *m, struct buf *text)
{
	buf_add(text, m->group);
	if (entity_number(spec, m->entity_field) != ENTITY_NONE)
		pack_add(text, str_first(m->entity, SPEC_MAX_TEXT));
}

static struct window *
create(struct windows *w, struct shard *s, const struct spec *spec,
    const struct match *m, struct hash128 key, uint8_t flags)
{
	char small[1024];
	struct buf text = {.p = small, .cap = sizeof(small)};
	size_t need = m->group.n + m->entity.n + 10;
	bool heap = need > sizeof(small);
	struct window *win;

	text.max = text.cap;
	if (heap)
		buf_init(&text, UINT16_MAX);
	if (!(flags & WINDOW_MANY))
		set_text(spec, m, &text);
	if (text.full)
		buf_clear(&text);
	win = window_new(w, key, spec, buf_str(&text), 1);
	win->flags = flags;
	win->member = member_number(w, m->member);
	if (!(flags & WINDOW_MANY))
		win->entity = entity_number(spec, m->entity_field);
	add_window(w, s, win);
	if (heap)
		buf_fini(&text);
	return win;
}

static bool
is_frozen(const struct window *win, int64_t time)
{
	return win->more != NULL && time < win->more->frozen;
}

/* The window that the match goes to; NULL: it is not let in. */
static struct window *
find(struct windows *w, struct shard *s, const struct spec *spec,
    const struct match *m)
{
	struct window *win = table_get(s, m->window);
	struct hash128 key = m->window;
	uint8_t flags = 0;

	if (win != NULL && is_frozen(win, m->time) &&
	    (win->more->base == NULL || m->time < win->more->base->first.time ||
		m->time > win->more->base->last.time)) {
		key.lo ^= TWIN_BIT;
		flags = WINDOW_TWIN;
		win = table_get(s, key);
	} else if (win == NULL) {
		switch (admit(w, spec, m, member_number(w, m->member))) {
		case ADMIT_NO:
			return NULL;
		case ADMIT_MANY:
			key = many_key(spec, m);
			flags = WINDOW_MANY;
			win = table_get(s, key);
			break;
		case ADMIT_YES:
			break;
		}
	}
	if (win == NULL && !m->gone)
		win = create(w, s, spec, m, key, flags);
	return win;
}

/* False: the match is none for this spec. */
static bool
make_entry(struct windows *w, const struct spec *spec, const struct match *m,
    struct entry *e)
{
	int64_t delay = m->received - m->time;
	double number;

	*e = (struct entry){.time = m->time,
	    .id = m->event,
	    .member = member_number(w, m->member),
	    .flags = (uint16_t)(ENTRY_NEW | (m->late ? ENTRY_LATE : 0) |
		(m->coarse ? ENTRY_COARSE : 0))};
	delay = delay <= 0 ? 0 : (delay + SECOND - 1) / SECOND;
	e->delay = delay > UINT32_MAX ? UINT32_MAX : (uint32_t)delay;
	switch (spec->measure) {
	case MEASURE_COUNT:
		return true;
	case MEASURE_DISTINCT:
	case MEASURE_NEW:
		e->value.bits = hash_stable(m->value).hi;
		return true;
	case MEASURE_STEPS:
	case MEASURE_ORDERED:
		e->value.bits = UINT64_C(1) << (m->step & 63);
		return m->step < spec->n_refs;
	default:
		if (!str_to_double(m->value, &number))
			return false;
		e->value.number = number;
		return true;
	}
}

/* The entity of a correlation that does not group by it is the oldest
 * event's. */
static void
set_entity(struct windows *w, struct window **win, const struct spec *spec,
    const struct match *m, const struct entry *e)
{
	struct buf text;

	if (spec->hidden || spec->entity_group >= 0 || m->entity.n == 0 ||
	    ((*win)->more != NULL && (*win)->more->base != NULL) ||
	    entry_cmp(window_entries(*win), e) != 0)
		return;
	buf_init(&text, UINT16_MAX);
	set_text(spec, m, &text);
	if (!text.full) {
		window_resize(w, win, 1u << (*win)->cap, buf_str(&text));
		(*win)->entity = entity_number(spec, m->entity_field);
	}
	buf_fini(&text);
}

static void
take_back(struct windows *w, struct shard *s, struct window *win,
    const struct entry *e)
{
	if (!pane_take(w, win, e))
		return;
	window_dirty(s, win);
	if (win->n == 0 && (win->more == NULL || win->more->base == NULL))
		window_remove(w, s, win);
}

/* Behind what is frozen, in the episode that began there: only counted. */
static void
count_in_base(struct shard *s, struct window *win, const struct entry *e)
{
	struct base *b = win->more->base;

	b->count++;
	b->late |= (e->flags & ENTRY_LATE) != 0;
	b->is_new = true;
	window_dirty(s, win);
	window_pending(s, win);
}

/* Can the new event make an alert now, or only grow one? */
static void
decide(struct windows *w, struct shard *s, struct window *win,
    const struct entry *e, enum put_result put)
{
	const struct spec *spec = window_spec(w, win);
	const struct entry *entries = window_entries(win);
	int64_t due = win->more == NULL ? INT64_MAX : win->more->due;

	if (!spec->immediate || (win->flags & WINDOW_NEGATIVE)) {
		int64_t t = time_add(
		    e->time, spec->mode == MODE_BACKWARD ? 0 : spec->span);

		window_due(w, s, win, t < due ? t : due);
		return;
	}
	if (win->n < spec->least && win->more == NULL)
		return;
	/* The newest event, in the reach of one that satisfied: whatever it
	 * adds belongs to that one's episode and can wait for the tick. */
	if (put == PUT_KEPT && win->satisfied != INT64_MIN &&
	    e->time - win->satisfied <= spec->span &&
	    e->time >= win->satisfied &&
	    entry_cmp(&entries[win->n - 1], e) == 0) {
		window_pending(s, win);
		return;
	}
	if (put == PUT_DROPPED && win->satisfied != INT64_MIN &&
	    spec->measure != MEASURE_SUM && !spec->capped) {
		window_pending(s, win);
		return;
	}
	window_report(w, s, win, s->watermark, false);
}

void
windows_apply(struct windows *w, const struct match *m)
{
	const struct spec *spec = specs_find(w->specs, m->spec);
	struct shard *s = shard_of(w, m->window);
	enum put_result put;
	struct window *win;
	struct entry e;

	if (spec == NULL || m->time <= -TIME_LIMIT || m->time >= TIME_LIMIT ||
	    m->received <= -TIME_LIMIT || m->received >= TIME_LIMIT ||
	    !make_entry(w, spec, m, &e))
		return;
	win = find(w, s, spec, m);
	if (win == NULL)
		return;
	if (m->gone) {
		take_back(w, s, win, &e);
		return;
	}
	if (is_frozen(win, e.time) &&
	    (win->n == 0 ||
		pane_of(e.time, spec->span) <
		    pane_of(window_entries(win)[0].time, spec->span))) {
		if (win->more->base != NULL)
			count_in_base(s, win, &e);
		return;
	}
	put = pane_put(w, &win, &e);
	if (put == PUT_KNOWN)
		return;
	if (is_frozen(win, e.time) && win->more->base != NULL &&
	    entry_cmp(&e, &win->more->base->last) <= 0)
		count_in_base(s, win, &e);
	if (spec->measure == MEASURE_SUM && e.value.number < 0)
		win->flags |= WINDOW_NEGATIVE;
	set_entity(w, &win, spec, m, &e);
	window_dirty(s, win);
	decide(w, s, win, &e, put);
}

static void
flush_pending(struct windows *w, struct shard *s)
{
	struct keys keys = s->pending;

	s->pending = (struct keys){0};
	for (size_t i = 0; i < keys.n; i++) {
		struct window *win = table_get(s, keys.items[i]);

		if (win == NULL || !(win->flags & WINDOW_PENDING))
			continue;
		win->flags &= (uint8_t)~WINDOW_PENDING;
		window_dirty(s, win);
		window_report(w, s, win, s->watermark, true);
	}
	free(keys.items);
}

static void
decide_due(struct windows *w, struct shard *s)
{
	struct hash128 key;

	while (heap_take(s, s->watermark, &key)) {
		struct window *win = table_get(s, key);

		if (win == NULL || win->more == NULL ||
		    win->more->due > s->watermark)
			continue;
		win->more->due = INT64_MAX;
		window_dirty(s, win);
		window_report(w, s, win, s->watermark, true);
	}
}

static void
advance(struct windows *w, struct shard *s, int64_t watermark)
{
	if (watermark > TIME_LIMIT)
		watermark = TIME_LIMIT;
	if (watermark > s->watermark)
		s->watermark = watermark;
	flush_pending(w, s);
	decide_due(w, s);
	shard_sweep(w, s);
}

void
windows_advance(struct windows *w, unsigned shard, int64_t watermark)
{
	for (unsigned i = 0; i < SHARD_COUNT; i++)
		if (shard == SHARD_COUNT || shard == i)
			advance(w, &w->shards[i], watermark);
}

void
windows_switch(struct windows *w, const struct specs *specs)
{
	for (unsigned k = 0; k < SHARD_COUNT; k++) {
		struct shard *s = &w->shards[k];

		for (size_t i = 0; i < s->n_slots;) {
			struct window *win = s->slots[i];

			/* What moves into the slot is looked at again. */
			if (s->tags[i] != 0 &&
			    !specs_has(specs, window_spec(w, win)->hash))
				window_remove(w, s, win);
			else
				i++;
		}
		for (size_t i = 0; i < s->n_slots; i++)
			if (s->tags[i] != 0)
				s->slots[i]->spec = specs_find(
				    specs, window_spec(w, s->slots[i])->hash)
							->index;
	}
	w->specs = specs;
}

static void
save(struct windows *w, struct shard *s, windows_save_fn *on_save, void *arg)
{
	struct buf out;

	buf_init(&out, SIZE_MAX);
	for (size_t i = 0; i < s->dirty.n; i++) {
		struct hash128 key = s->dirty.items[i];
		struct window *win = table_get(s, key);
		char name[16];

		for (unsigned b = 0; b < 8; b++) {
			name[b] = (char)(key.hi >> (56 - 8 * b));
			name[8 + b] = (char)(key.lo >> (56 - 8 * b));
		}
		buf_clear(&out);
		if (win != NULL) {
			win->flags &= (uint8_t)~WINDOW_DIRTY;
			window_format(w, win, &out);
		}
		on_save(arg, str_make(name, sizeof(name)), buf_str(&out));
	}
	s->dirty.n = 0;
	buf_fini(&out);
}

void
windows_save(
    struct windows *w, unsigned shard, windows_save_fn *on_save, void *arg)
{
	for (unsigned i = 0; i < SHARD_COUNT; i++)
		if (shard == SHARD_COUNT || shard == i)
			save(w, &w->shards[i], on_save, arg);
}

size_t
windows_dirty(const struct windows *w, unsigned shard)
{
	size_t n = 0;

	for (unsigned i = 0; i < SHARD_COUNT; i++)
		if (shard == SHARD_COUNT || shard == i)
			n += w->shards[i].dirty.n;
	return n;
}

static void
forget(struct windows *w, struct shard *s, struct window *win)
{
	size_t dirty = s->dirty.n;

	window_remove(w, s, win);
	s->dirty.n = dirty;
}

bool
windows_load(struct windows *w, struct str key, struct str bytes)
{
	struct hash128 k = {0, 0};
	struct window *win, *old;
	struct shard *s;
	bool unknown;

	if (key.n != 16)
		return false;
	for (unsigned b = 0; b < 8; b++) {
		k.hi = k.hi << 8 | (unsigned char)key.p[b];
		k.lo = k.lo << 8 | (unsigned char)key.p[8 + b];
	}
	s = shard_of(w, k);
	win = window_parse(w, k, bytes, &unknown);
	if (unknown)
		keys_add(&s->dirty, k); /* the next save deletes it */
	if (win == NULL)
		return unknown;
	old = table_get(s, k);
	if (old != NULL)
		forget(w, s, old);
	add_window(w, s, win);
	if (win->flags & WINDOW_PENDING)
		keys_add(&s->pending, k);
	if (win->more != NULL && win->more->due != INT64_MAX)
		heap_add(s, win->more->due, k);
	return true;
}

static void
drop(struct windows *w, struct shard *s)
{
	int64_t watermark = s->watermark;

	for (size_t i = 0; i < s->n_slots; i++) {
		struct window *win = s->slots[i];
		struct admit_cell *cell;

		if (s->tags[i] == 0)
			continue;
		cell = admit_cell(
		    &w->admit, window_spec(w, win)->hash, win->member);
		if (cell->groups > 0 &&
		    !(win->flags & (WINDOW_TWIN | WINDOW_MANY)))
			cell->groups--;
		w->count--;
		window_free(w, win);
	}
	shard_fini(s);
	s->watermark = watermark;
}

void
windows_drop(struct windows *w, unsigned shard)
{
	for (unsigned i = 0; i < SHARD_COUNT; i++)
		if (shard == SHARD_COUNT || shard == i)
			drop(w, &w->shards[i]);
}

size_t
windows_count(const struct windows *w)
{
	return w->count;
}

size_t
windows_size(const struct windows *w)
{
	size_t n = sizeof(*w) + w->bytes + arena_size(w->scratch.arena);

	for (size_t i = 0; i < SHARD_COUNT; i++) {
		const struct shard *s = &w->shards[i];

		n += s->n_slots * (sizeof(*s->slots) + 1) +
		    (s->dirty.cap + s->pending.cap) * sizeof(struct hash128) +
		    s->heap_cap * sizeof(*s->heap);
	}
	/* What the allocator adds to each block. */
	return n + w->count * 8 + w->admit.n_cells * sizeof(struct admit_cell);
}
