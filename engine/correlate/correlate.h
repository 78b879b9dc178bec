/*
 * From matches to alerts: windows per (correlation, group) on event time.
 * Pure: no Redis, no clock. DESIGN section 4 decides the semantics: results
 * are a function of the set of matches, for every order of arrival within the
 * horizon; panes of one timespan; episodes; alert ids.
 */
#ifndef VIGIE_CORRELATE_CORRELATE_H
#define VIGIE_CORRELATE_CORRELATE_H

#include "engine/base/err.h"
#include "engine/correlate/alert.h"
#include "engine/correlate/match.h"
#include "engine/member/member.h"
#include "engine/sigma/sigma.h"

#define CORRELATE_HORIZON (5 * MINUTE) /* of receive time */

/*
 * What windows mean, compiled from a collection: one spec for every
 * correlation, and for every rule that gives alerts of its own (not muted) a
 * hidden one: event_count >= 1 over (member, entity), one hour. Lives in the
 * generation's arena. `fields` must not be frozen yet: group-by, aliases and
 * entity names are interned.
 */
struct specs;
struct specs *specs_compile(struct arena *arena, struct field_table *fields,
    const struct sigma_collection *sigma, struct err *err);
/* The same with the words of log sources, so that a rule's log source is part
 * of its state hash; specs_compile() leaves it out. */
struct specs *specs_compile_words(struct arena *arena,
    struct field_table *fields, const struct word_table *words,
    const struct sigma_collection *sigma, struct err *err);
size_t specs_count(const struct specs *specs);
/* State hash of the i-th; false when no spec has the hash. */
uint64_t specs_hash(const struct specs *specs, size_t i);
bool specs_has(const struct specs *specs, uint64_t hash);
/* State hash of a correlation of the collection; false: it could not be
 * compiled. */
bool specs_of_correlation(
    const struct specs *specs, uint32_t correlation, uint64_t *hash);

/*
 * The matches that rules `rules[0..n)` (indices into the collection) on `ev`
 * give to windows: appended to a list that match_list keeps until it is
 * cleared (texts copied). A missing group field drops the match and counts
 * group_missing.
 */
struct match_list {
	struct arena *arena;
	struct match *items;
	size_t n, cap;
};
void match_list_init(struct match_list *list);
void match_list_fini(struct match_list *list);
void match_list_clear(struct match_list *list);
void specs_match(const struct specs *specs, const struct members *members,
    const struct event *ev, const uint32_t *rules, size_t n,
    struct match_list *out);

/* Who hears of results. Called inside windows_apply and windows_advance. */
struct windows_sink {
	void (*on_alert)(void *arg, const struct alert *alert);
	/* A chained correlation: the alert as a match for its parent. */
	void (*on_match)(void *arg, const struct match *match);
	void *arg;
};

struct windows_limits {
	size_t groups_per_rule_and_member; /* default 50,000 */
	size_t windows;                    /* all; default 4 million */
};

/* A table of windows; one thread's. */
struct windows;
struct windows *windows_new(const struct specs *specs,
    const struct windows_limits *limits, const struct windows_sink *sink);
void windows_free(struct windows *w);

/* A match whose spec is gone is ignored. Same match twice changes nothing. */
void windows_apply(struct windows *w, const struct match *m);

/*
 * Everything received up to `watermark` (receive time, us; the caller has
 * taken the 30 s off) has been applied: decides what waited, and lets go of
 * windows that no event within the horizon can touch any more. Windows whose
 * kind fires at once do not wait for this. `shard`: only windows of this one;
 * SHARD_COUNT: all.
 */
void windows_advance(struct windows *w, unsigned shard, int64_t watermark);

/* The set of specs changed (reload): windows with a known state hash stay. */
void windows_switch(struct windows *w, const struct specs *specs);

/*
 * Checkpoints. windows_save gives every window of the shard that changed
 * since its last save: its key (16 bytes) and its bytes, or no bytes when it
 * is gone. windows_load puts one back. A loaded window goes on exactly as the
 * saved one would have.
 */
typedef void windows_save_fn(void *arg, struct str key, struct str bytes);
void windows_save(
    struct windows *w, unsigned shard, windows_save_fn *save, void *arg);
size_t windows_dirty(const struct windows *w, unsigned shard);
bool windows_load(struct windows *w, struct str key, struct str bytes);
void windows_drop(struct windows *w, unsigned shard);

size_t windows_count(const struct windows *w);
/* Heap bytes held. */
size_t windows_size(const struct windows *w);

#endif
