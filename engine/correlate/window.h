/*
 * Windows in memory. Private to this room. A window is one heap block:
 *
 *   struct window | texts: group, entity | padding | entries by (time, id)
 *
 * Entries are the events that are kept of each pane (a pane is the time from
 * k * span to (k + 1) * span). What is kept is a function of the set of events
 * alone: so many of the oldest and of the newest, and what the kind needs
 * beside them (pane.c). Events that are not kept are counted in a gap.
 *
 * Panes that no event can touch any more are let go (expire.c): what they
 * said is frozen in `more`: decisions before `frozen` are made, and `base` is
 * the episode that may still grow.
 */
#ifndef VIGIE_CORRELATE_WINDOW_H
#define VIGIE_CORRELATE_WINDOW_H

#include "engine/correlate/admit.h"
#include "engine/correlate/spec.h"

__extension__ typedef __int128 wide; /* millionths: exact in any order */

enum entry_flags {
	ENTRY_LATE = 1,
	ENTRY_NEW = 2,   /* not in an alert that was sent yet */
	ENTRY_SENT = 4,  /* the crossing event of an alert that was sent */
	ENTRY_GONE = 8,  /* ... and the match for the parents taken back */
	/* The stamp had whole seconds; what is below them only orders. */
	ENTRY_COARSE = 16,
	ENTRY_KEEP = 32, /* scratch of pane.c */
};

struct entry {
	int64_t time;
	struct event_id id;
	union {
		uint64_t bits; /* steps, or the hash of the value */
		double number;
	} value;
	uint32_t delay;  /* s from event time to receipt, rounded up */
	uint16_t member; /* index into windows->members */
	uint16_t flags;
};

_Static_assert(sizeof(struct entry) == 40, "an entry is 40 bytes");

/* What people are shown: the second as it was stamped. */
static inline int64_t
entry_stamp(const struct entry *e)
{
	return (e->flags & ENTRY_COARSE) != 0 ? e->time - e->time % SECOND
					      : e->time;
}

#define GAP_SEEN 128

/* Events of a pane that are not kept. They lie behind its oldest kept ones. */
struct gap {
	int64_t pane;
	uint64_t n;
	wide sum;        /* of their numbers, in millionths */
	bool is_new;     /* grew since the last alert */
	uint32_t n_seen; /* hashes of their ids, so that a repeat is known; */
	uint64_t *seen;  /* beyond GAP_SEEN the log's positions must do */
};

#define EPISODE_JOINED 32

/* An episode whose beginning has been let go. */
struct base {
	struct entry crossing, first, last;
	uint64_t count, distinct;
	uint64_t tail; /* events behind `last` that were let go, too */
	bool late, approximate, is_new;
	uint32_t n_first; /* oldest events, for the evidence */
	struct entry evidence[ALERT_FIRST_EVENTS];
	uint32_t n_joined;
	struct entry joined[EPISODE_JOINED];
	uint32_t n_members;
	uint16_t members[64];
};

struct more {
	int64_t frozen; /* event time; INT64_MIN: nothing is */
	int64_t due;    /* watermark that decides next; INT64_MAX: none */
	struct base *base;
	struct gap *gaps; /* by pane */
	uint32_t n_gaps;
};

enum window_flags {
	WINDOW_DIRTY = 1,
	WINDOW_PENDING = 2,  /* an alert grew: sent by windows_advance */
	WINDOW_NEGATIVE = 4, /* a negative number: sums wait */
	WINDOW_TWIN = 8,     /* for events older than what is frozen */
	WINDOW_MANY = 16,    /* stands for groups above the cap */
};

/* The twin of a window (for what is older than its frozen part) has a key of
 * its own, but gives the alert ids of the group. */
#define TWIN_BIT    1u
#define ENTITY_NONE 255

struct window {
	struct hash128 key;
	struct more *more; /* NULL: nothing frozen, no gap, not waiting */
	int64_t satisfied; /* time of the newest event known to satisfy */
	uint32_t spec;     /* index */
	uint32_t n;
	uint16_t member; /* of the group; scope sector: of its first match */
	uint16_t text_n;
	uint8_t flags;
	uint8_t entity; /* which of the spec's entity fields, or NONE */
	uint8_t cap;    /* room for 1 << cap entries */
	uint8_t unused;
	char text[];
};

struct due {
	int64_t time;
	struct hash128 key;
};

struct keys {
	struct hash128 *items;
	size_t n, cap;
};

struct shard {
	struct window **slots;
	uint8_t *tags; /* of the slots: 0 free, else bits of the key */
	size_t n_slots, n;
	size_t sweep; /* the slot that is looked at next */
	int64_t watermark;
	struct keys dirty;
	struct keys pending;
	struct due *heap; /* least time first */
	size_t n_heap, heap_cap;
};

/* A satisfied stretch and those near it; indices of entries. */
struct episode {
	bool base;  /* begins with more->base */
	bool grown; /* base only: `last` is an entry */
	uint32_t crossing, first, last;
};

struct result {
	struct episode *items;
	size_t n, cap;
	int64_t due;       /* when to look again */
	int64_t chain_end; /* MODE_CHAIN: end of the last decided window */
};

/* Working memory that is used again. */
struct scratch {
	struct result result;
	uint64_t *slots; /* hash table of values */
	uint32_t *ids;   /* of slots */
	size_t n_slots;
	uint32_t *entry_id; /* dense number of each entry's value */
	uint32_t *counts;
	double *sorted;
	int64_t *starts;
	size_t cap;
	struct arena *arena; /* of one alert */
};

struct windows {
	const struct specs *specs;
	struct windows_limits limits;
	struct windows_sink sink;
	struct shard shards[SHARD_COUNT];
	size_t count;
	size_t bytes; /* of windows, without the tables */
	struct admit admit;
	struct map members; /* id to number + 1 */
	struct str *member_ids;
	size_t n_members, members_cap;
	struct scratch scratch;
};

static inline char *
window_text(struct window *win)
{
	return win->text;
}

static inline size_t
window_head(size_t text_n)
{
	return (sizeof(struct window) + text_n + 7) & ~(size_t)7;
}

static inline struct entry *
window_entries(struct window *win)
{
	return (struct entry *)(void *)((char *)win + window_head(win->text_n));
}

static inline const struct spec *
window_spec(const struct windows *w, const struct window *win)
{
	return w->specs->items[win->spec];
}

/* The pane of a time, rounded down also before 1970. */
static inline int64_t
pane_of(int64_t time, int64_t span)
{
	return time >= 0 ? time / span : -((-(time + 1)) / span) - 1;
}

static inline int
entry_cmp(const struct entry *a, const struct entry *b)
{
	if (a->time != b->time)
		return a->time < b->time ? -1 : 1;
	return event_id_cmp(&a->id, &b->id);
}

static inline int64_t
entry_received(const struct entry *e)
{
	return e->time + (int64_t)e->delay * 1000000;
}

/* A sum of times that stays at the ends of the range. */
static inline int64_t
time_add(int64_t a, int64_t b)
{
	int64_t sum;

	if (__builtin_add_overflow(a, b, &sum))
		return b > 0 ? INT64_MAX : INT64_MIN;
	return sum;
}

static inline wide
wide_from(double x)
{
	if (x > 9e15)
		x = 9e15;
	if (x < -9e15)
		x = -9e15;
	return (wide)(x * 1e6 + (x < 0 ? -0.5 : 0.5));
}

/* table.c */
struct shard *shard_of(struct windows *w, struct hash128 key);
struct window *table_get(const struct shard *s, struct hash128 key);
void table_put(struct shard *s, struct window *win);
/* The window moved (grew). */
void table_move(struct shard *s, struct window *from, struct window *to);
void table_take(struct shard *s, struct hash128 key);
void keys_add(struct keys *keys, struct hash128 key);
void heap_add(struct shard *s, int64_t time, struct hash128 key);
bool heap_take(struct shard *s, int64_t watermark, struct hash128 *key);
void shard_fini(struct shard *s);

/* window.c */
struct window *window_new(struct windows *w, struct hash128 key,
    const struct spec *spec, struct str text, uint32_t n);
void window_free(struct windows *w, struct window *win);
/* Takes it out of the table, frees it; the next save says that it is gone. */
void window_remove(struct windows *w, struct shard *s, struct window *win);
/* Room for one more entry; the block may move. */
struct window *window_room(struct windows *w, struct window *win);
void window_resize(
    struct windows *w, struct window **win, uint32_t n, struct str text);
struct more *window_more(struct windows *w, struct window *win);
void window_dirty(struct shard *s, struct window *win);
void window_pending(struct shard *s, struct window *win);
/* The watermark at which the window is looked at again. */
void window_due(
    struct windows *w, struct shard *s, struct window *win, int64_t due);
struct gap *window_gap(
    struct windows *w, struct window *win, int64_t pane, bool make);
size_t gap_bytes(const struct gap *gap);
/* Remembers an id that is not kept, while there is room. */
void gap_see(struct windows *w, struct gap *gap, uint64_t hash);
uint16_t member_number(struct windows *w, struct str id);
uint64_t id_hash(const struct event_id *id);

/* pane.c */
enum put_result { PUT_KNOWN, PUT_KEPT, PUT_DROPPED };
/* Puts the event into its pane; *win may move. */
enum put_result pane_put(
    struct windows *w, struct window **win, const struct entry *e);
/* Takes back a step (or the event). False when it is not there. */
bool pane_take(struct windows *w, struct window *win, const struct entry *e);
/* First index in its pane, and the first behind it. */
void pane_range(struct window *win, int64_t span, uint32_t at, uint32_t *from,
    uint32_t *to);

/* evaluate.c: the episodes, in scratch.result until the next call. Entries
 * from `limit` on are not looked at. */
struct result *window_evaluate(
    struct windows *w, struct window *win, int64_t watermark, int64_t limit);
void result_satisfied(struct windows *w, struct window *win, int64_t span,
    int64_t at, uint32_t first, uint32_t crossing, uint32_t last);
/* Number of each entry's value, from 0; how many there are. */
uint32_t number_values(
    struct windows *w, const struct entry *e, uint32_t from, uint32_t to);
void scratch_fit(struct scratch *s, size_t n);
void scratch_fini(struct scratch *s);
/* deadline.c */
void evaluate_chain(
    struct windows *w, struct window *win, int64_t watermark, int64_t limit);
void evaluate_forward(
    struct windows *w, struct window *win, int64_t watermark, int64_t limit);

/* meter.c: what is measured between two entries that only go forward. */
struct meter {
	struct windows *w;
	struct window *win;
	const struct spec *spec;
	const struct entry *entries;
	uint32_t from, to; /* [from, to) is in */
	uint64_t n, distinct;
	uint64_t mask;
	wide sum;
	uint32_t steps[SPEC_MAX_STEPS];
	uint32_t next_gap;
};
void meter_init(struct meter *m, struct windows *w, struct window *win);
void meter_clear(struct meter *m, uint32_t from);
void meter_add(struct meter *m);    /* entry `to` */
void meter_remove(struct meter *m); /* entry `from` */
bool meter_holds(struct meter *m);
/* What the bounds are held against; of at least one event. */
double meter_value(const struct meter *m);
/* Index of the entry that the gap lies behind; UINT32_MAX: none of these. */
uint32_t gap_index(
    struct window *win, const struct spec *spec, const struct gap *gap);

/* episode.c */
uint64_t episode_count(
    struct windows *w, struct window *win, const struct episode *ep);
/* Finds what is new and sends it; with `flush` what grew, too. */
void window_report(struct windows *w, struct shard *s, struct window *win,
    int64_t watermark, bool flush);
/* report.c */
void episode_send(struct windows *w, struct window *win,
    const struct episode *ep, bool is_new);
struct hash128 alert_id(const struct window *win, const struct event_id *id);
void send_limit(
    struct windows *w, const struct spec *spec, const struct match *m);

/* expire.c */
void shard_sweep(struct windows *w, struct shard *s);

/* save.c */
void window_format(struct windows *w, struct window *win, struct buf *out);
struct window *window_parse(
    struct windows *w, struct hash128 key, struct str bytes, bool *unknown);

#endif
