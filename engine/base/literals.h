/*
 * Many literals on one text at once: exact values, prefixes, suffixes and
 * substrings, found by hash in one pass, whatever their number. It serves
 * value lists of a rule (is there any?), the index of rules and that of
 * parser packs (which are there?).
 *
 * Bytes are compared: who wants letter case ignored folds texts and literals
 * (detect/fold.h). Literals are UTF-8, texts need not be. Built once,
 * read-only, in the arena.
 */
#ifndef VIGIE_BASE_LITERALS_H
#define VIGIE_BASE_LITERALS_H

#include "engine/base/arena.h"

enum literal_kind {
	LITERAL_EXACT,
	LITERAL_PREFIX,
	LITERAL_SUFFIX,
	LITERAL_CONTAINS,
};

struct literal {
	enum literal_kind kind;
	struct str text; /* borrowed; empty only with EXACT */
	uint32_t tag;	 /* the bit that literals_mark() sets */
	/* Not NULL: a find counts only when the caller agrees. */
	const void *confirm;
};

struct literals;

struct literals *literals_build(struct arena *arena,
    const struct literal *items, size_t n);

/* False: a text that is this one before folding has none of them. Cheap. */
bool literals_could(const struct literals *set, struct str raw);

/* Is one of them in the text? `agree` is asked of those with `confirm`. */
typedef bool literals_agree_fn(void *arg, const void *confirm);
bool literals_any(const struct literals *set, struct str text,
    literals_agree_fn *agree, void *arg);
/* Sets the bits of all that are (nobody is asked). */
void literals_mark(const struct literals *set, struct str text,
    uint64_t *bits);

#endif
