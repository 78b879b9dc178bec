/*
 * Regular expressions of rules: PCRE2 with JIT and limits, so that no value
 * of an attacker costs more than a bounded time (reliability: match limit
 * 10,000, subject 64 KiB). What hits a limit is no match and is counted.
 */
#ifndef VIGIE_DETECT_REGEX_H
#define VIGIE_DETECT_REGEX_H

#include "engine/detect/view.h"
#include "engine/sigma/detection.h"

struct regex;

/* NULL and a message in err when the expression is broken. The PCRE2 code is
 * the heap's: regex_free(). */
struct regex *regex_compile(struct arena *arena, const struct sigma_test *t,
    struct err *err);
void regex_free(struct regex *regex);
bool regex_match(const struct regex *regex, struct view *view,
    struct str text);

void regex_scratch_init(struct view *view);
void regex_scratch_fini(struct view *view);

#endif
