/*
 * Sigma rules on one event. Rules become flat programs; an index by log
 * source, exact values and one necessary literal per rule chooses which
 * programs run, so that cost grows with the rules that could match and not
 * with the rules that are loaded.
 */
#ifndef VIGIE_DETECT_DETECT_H
#define VIGIE_DETECT_DETECT_H

#include "engine/base/err.h"
#include "engine/event/event.h"
#include "engine/sigma/sigma.h"

/* Compiled rules of one generation, read-only. */
struct ruleset;

/*
 * Compiles the rules of the collection; field names are interned into
 * `fields` (which must not be frozen yet), taxonomy aliases were put there
 * before. What cannot be compiled (a bad regular expression) is said in err
 * and left out. Never NULL. ruleset_free() frees what is not in the arena
 * (PCRE2 code).
 */
struct ruleset *ruleset_compile(struct arena *arena,
    struct field_table *fields, struct word_table *words,
    const struct sigma_collection *sigma, struct err *err);
void ruleset_free(struct ruleset *rules);
/* Rules that can match. */
size_t ruleset_count(const struct ruleset *rules);

/* A worker's own scratch. */
struct detector;
struct detector *detector_new(const struct ruleset *rules);
void detector_free(struct detector *d);

/*
 * The rules that match, as indices into collection->rules, ascending, each
 * once. *out is the detector's until the next call. Returns how many.
 */
size_t detect(struct detector *d, const struct event *ev,
    const uint32_t **out);

/* A rule whose regular expression spent its budget (regex.h) is suspended to
 * the end of the minute; the next news of that, false: none. */
struct suspension {
	uint32_t rule;
	bool over;
	uint64_t skipped; /* values that were not looked at */
};
bool detector_news(struct detector *d, struct suspension *out);

/* One rule alone, without the index (explain, tests). */
bool detect_rule(struct detector *d, const struct event *ev, uint32_t rule);

#endif
