/*
 * Regular expressions of rules: PCRE2 with JIT and limits, so that no value
 * of an attacker costs more than a bounded time (reliability: match limit
 * 10,000, subject 64 KiB). What hits a limit is no match and is counted.
 *
 * An expression has a budget: REGEX_BUDGET such hits in a minute of receive
 * time, some ten milliseconds. When it is spent the expression is suspended
 * until the minute is over: it is not run, holds of nothing, and is told
 * (regex_news()). So one bad rule costs its own alerts, for a minute each,
 * and not the line rate.
 */
#ifndef VIGIE_DETECT_REGEX_H
#define VIGIE_DETECT_REGEX_H

#include "engine/detect/view.h"
#include "engine/sigma/detection.h"

#define REGEX_BUDGET 100

struct regex;

/* What a detector remembers of one expression. */
struct regex_meter {
	int64_t minute; /* of the receive time of the last hit */
	uint32_t hits;
	enum { METER_FREE, METER_SUSPENDED, METER_OVER } state;
	bool told;	  /* that it is suspended */
	uint64_t skipped; /* values not looked at while suspended */
};

/* Meters for n expressions, on the heap, zeroed; the view's. */
void regex_meters_init(struct view *view, size_t n);

/* NULL and a message in err when the expression is broken. The PCRE2 code is
 * the heap's: regex_free(). */
struct regex *regex_compile(struct arena *arena, const struct sigma_test *t,
    struct err *err);
void regex_free(struct regex *regex);
bool regex_match(const struct regex *regex, struct view *view,
    struct str text);

/* Its number among all, for its meter, and the rule that it is of. */
void regex_set_place(struct regex *regex, uint32_t number, uint32_t rule);
uint32_t regex_rule(const struct regex *regex);

/* The next expression that was suspended, or (`over`) is no longer, since the
 * last call. False: none. */
bool regex_news(struct view *view, uint32_t *number, bool *over,
    uint64_t *skipped);

void regex_scratch_init(struct view *view);
void regex_scratch_fini(struct view *view);

#endif
