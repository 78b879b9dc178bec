/*
 * A window as bytes, for checkpoints. All numbers are LEB128, times and
 * segments relative to the entry before; a window of one event takes some
 * sixty bytes.
 *
 *   version | flags | spec 8 | entity | text | satisfied
 *   members: n, (id)*            those that entries name
 *   entries: n, (entry)*
 *   more: 0 | 1, frozen, due, gaps: n, (gap)*, base: 0 | 1, base
 */
#include "engine/correlate/window.h"

#include "engine/correlate/wire.h"

#include <stdlib.h>

#define SAVE_VERSION 1
#define TIME_LIMIT   ((int64_t)1000000000000000000)

/* Members are written once, entries name them by their place. */
struct names {
	struct buf *out;
	uint16_t *numbers; /* windows' number of each */
	uint32_t n, cap;
};

static uint32_t
name_of(struct names *names, uint16_t number)
{
	for (uint32_t i = 0; i < names->n; i++)
		if (names->numbers[i] == number)
			return i;
	if (names->n == names->cap) {
		names->cap = names->cap == 0 ? 8 : names->cap * 2;
		names->numbers = mem_resize(
		    names->numbers, names->cap * sizeof(*names->numbers));
	}
	names->numbers[names->n] = number;
	return names->n++;
}

static void
put_entry(struct buf *out, struct names *names, const struct spec *spec,
    const struct entry *e, struct entry *before)
{
	wire_add_i64(out, e->time - before->time);
	wire_add_i64(out, (int64_t)(e->id.segment - before->id.segment));
	wire_add_u64(out, e->id.offset);
	wire_add_u64(out, e->id.line);
	wire_add_u64(out, name_of(names, e->member));
	wire_add_u64(out, e->flags);
	wire_add_u64(out, e->delay);
	if (spec->measure == MEASURE_STEPS || spec->measure == MEASURE_ORDERED)
		wire_add_u64(out, e->value.bits);
	else if (spec->measure != MEASURE_COUNT)
		wire_add_fixed(out, e->value.bits);
	*before = *e;
}

static void
put_base(struct buf *out, struct names *names, const struct spec *spec,
    const struct base *b, struct entry *before)
{
	put_entry(out, names, spec, &b->crossing, before);
	put_entry(out, names, spec, &b->first, before);
	put_entry(out, names, spec, &b->last, before);
	wire_add_u64(out, b->count);
	wire_add_u64(out, b->distinct);
	wire_add_u64(out, b->tail);
	wire_add_u64(out,
	    (uint64_t)b->late | (uint64_t)b->approximate << 1 |
		(uint64_t)b->is_new << 2);
	wire_add_u64(out, b->n_first);
	for (uint32_t i = 0; i < b->n_first; i++)
		put_entry(out, names, spec, &b->evidence[i], before);
	wire_add_u64(out, b->n_joined);
	for (uint32_t i = 0; i < b->n_joined; i++)
		put_entry(out, names, spec, &b->joined[i], before);
	wire_add_u64(out, b->n_members);
	for (uint32_t i = 0; i < b->n_members; i++)
		wire_add_u64(out, name_of(names, b->members[i]));
}

static void
put_gap(struct buf *out, const struct gap *gap)
{
	wire_add_i64(out, gap->pane);
	wire_add_u64(out, gap->n);
	wire_add_fixed(out, (uint64_t)gap->sum);
	wire_add_fixed(out, (uint64_t)(gap->sum >> 64));
	wire_add_u64(out, gap->is_new);
	wire_add_u64(out, gap->n_seen);
	for (uint32_t i = 0; i < gap->n_seen; i++)
		wire_add_fixed(out, gap->seen[i]);
}

static void
put_more(struct buf *out, struct names *names, const struct spec *spec,
    const struct more *more, struct entry *before)
{
	wire_add_u64(out, more != NULL);
	if (more == NULL)
		return;
	wire_add_i64(out, more->frozen);
	wire_add_i64(out, more->due);
	wire_add_u64(out, more->n_gaps);
	for (uint32_t i = 0; i < more->n_gaps; i++)
		put_gap(out, &more->gaps[i]);
	wire_add_u64(out, more->base != NULL);
	if (more->base != NULL)
		put_base(out, names, spec, more->base, before);
}

void
window_format(struct windows *w, struct window *win, struct buf *out)
{
	const struct spec *spec = window_spec(w, win);
	const struct entry *entries = window_entries(win);
	struct names names = {0};
	struct entry before = {0};
	struct buf body;

	buf_init(&body, SIZE_MAX);
	wire_add_u64(&body, name_of(&names, win->member));
	wire_add_u64(&body, win->n);
	for (uint32_t i = 0; i < win->n; i++)
		put_entry(&body, &names, spec, &entries[i], &before);
	put_more(&body, &names, spec, win->more, &before);
	buf_add_char(out, SAVE_VERSION);
	wire_add_u64(out, win->flags & (uint8_t)~WINDOW_DIRTY);
	wire_add_fixed(out, spec->hash);
	wire_add_u64(out, win->entity);
	wire_add_str(out, str_make(window_text(win), win->text_n));
	wire_add_u64(out, win->satisfied != INT64_MIN);
	if (win->satisfied != INT64_MIN)
		wire_add_i64(
		    out, win->satisfied - (win->n > 0 ? entries[0].time : 0));
	wire_add_u64(out, names.n);
	for (uint32_t i = 0; i < names.n; i++)
		wire_add_str(out, w->member_ids[names.numbers[i]]);
	buf_add(out, buf_str(&body));
	buf_fini(&body);
	free(names.numbers);
}

struct reader {
	struct windows *w;
	const struct spec *spec;
	struct wire in;
	uint16_t *numbers;
	uint32_t n_names;
	struct entry before;
};

static bool
is_time(int64_t t)
{
	return t > -TIME_LIMIT && t < TIME_LIMIT;
}

static uint16_t
get_name(struct reader *r)
{
	if (r->n_names == 0) {
		r->in.bad = true;
		return 0;
	}
	return r->numbers[wire_number(&r->in, r->n_names - 1)];
}

static struct entry
get_entry(struct reader *r)
{
	struct entry e = {0};
	enum spec_measure measure = r->spec->measure;

	e.time = (int64_t)((uint64_t)r->before.time +
	    (uint64_t)wire_i64(&r->in));
	e.id.segment = r->before.id.segment + (uint64_t)wire_i64(&r->in);
	e.id.offset = (uint32_t)wire_number(&r->in, UINT32_MAX);
	e.id.line = (uint32_t)wire_number(&r->in, UINT32_MAX);
	e.member = get_name(r);
	e.flags = (uint16_t)wire_number(&r->in, ENTRY_KEEP - 1);
	e.delay = (uint32_t)wire_number(&r->in, UINT32_MAX);
	if (measure == MEASURE_STEPS || measure == MEASURE_ORDERED)
		e.value.bits = wire_u64(&r->in);
	else if (measure != MEASURE_COUNT)
		e.value.bits = wire_fixed(&r->in);
	if (measure != MEASURE_COUNT && measure != MEASURE_DISTINCT &&
	    measure != MEASURE_NEW && measure != MEASURE_STEPS && measure != MEASURE_ORDERED)
		r->in.bad |= !__builtin_isfinite(e.value.number);
	r->in.bad |= !is_time(e.time);
	r->before = e;
	return e;
}

static struct base *
get_base(struct reader *r)
{
	struct base *b = mem_get_zero(1, sizeof(*b));
	uint64_t flags;

	b->crossing = get_entry(r);
	b->first = get_entry(r);
	b->last = get_entry(r);
	r->in.bad |= entry_cmp(&b->first, &b->crossing) > 0 ||
	    entry_cmp(&b->crossing, &b->last) > 0;
	b->count = wire_u64(&r->in);
	b->distinct = wire_u64(&r->in);
	b->tail = wire_u64(&r->in);
	flags = wire_number(&r->in, 7);
	b->late = flags & 1;
	b->approximate = flags & 2;
	b->is_new = flags & 4;
	b->n_first = (uint32_t)wire_number(&r->in, ALERT_FIRST_EVENTS);
	for (uint32_t i = 0; i < b->n_first; i++)
		b->evidence[i] = get_entry(r);
	b->n_joined = (uint32_t)wire_number(&r->in, EPISODE_JOINED);
	for (uint32_t i = 0; i < b->n_joined; i++)
		b->joined[i] = get_entry(r);
	b->n_members = (uint32_t)wire_number(&r->in, 64);
	for (uint32_t i = 0; i < b->n_members; i++)
		b->members[i] = get_name(r);
	return b;
}

static bool
get_gap(struct reader *r, struct window *win)
{
	int64_t pane = wire_i64(&r->in);
	struct gap *gap;
	uint64_t low;
	uint32_t n;

	if (r->in.bad || pane > TIME_LIMIT / r->spec->span ||
	    pane < -TIME_LIMIT / r->spec->span - 1)
		return false;
	gap = window_gap(r->w, win, pane, true);
	if (gap->n_seen > 0 || gap->n > 0)
		return false;
	gap->n = wire_number(&r->in, UINT32_MAX);
	low = wire_fixed(&r->in);
	gap->sum = (wide)(int64_t)wire_fixed(&r->in) * ((wide)1 << 64) +
	    (wide)low;
	/* Far beyond any real sum: no arithmetic on it may overflow. */
	if (gap->sum > (wide)1 << 100 || gap->sum < -((wide)1 << 100))
		return false;
	gap->is_new = wire_number(&r->in, 1);
	n = (uint32_t)wire_number(&r->in, GAP_SEEN);
	for (uint32_t i = 0; i < n && !r->in.bad; i++)
		gap_see(r->w, gap, wire_fixed(&r->in));
	return !r->in.bad;
}

static bool
get_more(struct reader *r, struct window *win)
{
	struct more *more;
	uint64_t n;

	if (wire_number(&r->in, 1) == 0)
		return !r->in.bad;
	more = window_more(r->w, win);
	more->frozen = wire_i64(&r->in);
	more->due = wire_i64(&r->in);
	if (more->frozen != INT64_MIN && !is_time(more->frozen))
		return false;
	n = wire_number(&r->in, r->in.rest.n);
	for (uint64_t i = 0; i < n; i++)
		if (!get_gap(r, win))
			return false;
	if (wire_number(&r->in, 1) == 1) {
		win->more->base = get_base(r);
		r->w->bytes += sizeof(*more->base);
		r->in.bad |= more->base->last.time >= more->frozen;
	}
	return !r->in.bad;
}

static bool
get_names(struct reader *r)
{
	uint32_t n = (uint32_t)wire_number(&r->in, r->in.rest.n);

	if (r->in.bad || n == 0 || n > UINT16_MAX)
		return false;
	r->numbers = mem_get(n * sizeof(*r->numbers));
	for (; r->n_names < n; r->n_names++) {
		struct str id = wire_str(&r->in);

		if (r->in.bad || id.n > SPEC_MAX_TEXT)
			return false;
		r->numbers[r->n_names] = member_number(r->w, id);
	}
	return true;
}

static bool
get_entries(struct reader *r, struct window *win, uint64_t n)
{
	struct entry *entries = window_entries(win);
	bool steps = r->spec->measure == MEASURE_STEPS ||
	    r->spec->measure == MEASURE_ORDERED;
	uint64_t all = r->spec->n_refs >= 64
	    ? UINT64_MAX
	    : (UINT64_C(1) << r->spec->n_refs) - 1;

	for (; win->n < n; win->n++) {
		struct entry e = get_entry(r);

		if (r->in.bad ||
		    (win->n > 0 && entry_cmp(&entries[win->n - 1], &e) >= 0))
			return false;
		if (steps && ((e.value.bits & ~all) != 0 || e.value.bits == 0))
			return false;
		entries[win->n] = e;
	}
	return true;
}

static struct window *
parse(struct reader *r, struct hash128 key)
{
	uint64_t flags = wire_number(&r->in, 31);
	struct window *win;
	struct str text;
	uint64_t entity, n;
	int64_t satisfied = INT64_MIN;
	uint16_t member;

	r->spec = specs_find(r->w->specs, wire_fixed(&r->in));
	if (r->in.bad || r->spec == NULL)
		return NULL;
	entity = wire_number(&r->in, ENTITY_NONE);
	text = wire_str(&r->in);
	if (wire_number(&r->in, 1) == 1)
		satisfied = wire_i64(&r->in);
	if (r->in.bad || text.n > UINT16_MAX || !get_names(r))
		return NULL;
	member = get_name(r);
	n = wire_number(&r->in, r->in.rest.n / 7);
	if (r->in.bad)
		return NULL;
	win = window_new(r->w, key, r->spec, text, (uint32_t)n);
	win->flags = (uint8_t)flags & (uint8_t)~WINDOW_DIRTY;
	win->entity = (uint8_t)entity;
	win->member = member;
	if (get_entries(r, win, n) && get_more(r, win) && r->in.rest.n == 0 &&
	    (win->n > 0 || (win->more != NULL && win->more->base != NULL))) {
		if (satisfied == INT64_MIN)
			return win;
		win->satisfied = time_add(
		    satisfied, win->n > 0 ? window_entries(win)[0].time : 0);
		if (is_time(win->satisfied))
			return win;
	}
	window_free(r->w, win);
	return NULL;
}

struct window *
window_parse(
    struct windows *w, struct hash128 key, struct str bytes, bool *unknown)
{
	struct reader r = {.w = w, .in = {.rest = bytes}};
	struct window *win;

	*unknown = false;
	if (bytes.n < 2 || bytes.p[0] != SAVE_VERSION)
		return NULL;
	r.in.rest = str_skip(bytes, 1);
	win = parse(&r, key);
	*unknown = win == NULL && !r.in.bad && r.spec == NULL;
	free(r.numbers);
	return win;
}
