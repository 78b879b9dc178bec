/*
 * Many literals on one text at once: exact values, prefixes, suffixes and
 * substrings, found by hash in one pass, whatever their number. It serves
 * value lists of a rule (is there any?) and the index (which are there?).
 *
 * Texts and literals are folded (fold.h); behind a text one more byte has to
 * be readable (fold_dup() sees to it). Literals are UTF-8. A literal with
 * `confirm` counts only when that pattern holds too. Built once, read-only, in
 * the arena.
 */
#ifndef VIGIE_DETECT_LITERALS_H
#define VIGIE_DETECT_LITERALS_H

#include "engine/base/arena.h"
#include "engine/detect/glob.h"

enum literal_kind {
	LITERAL_EXACT,
	LITERAL_PREFIX,
	LITERAL_SUFFIX,
	LITERAL_CONTAINS,
};

struct literal {
	enum literal_kind kind;
	struct str text; /* folded, borrowed; empty only with EXACT */
	uint32_t tag;	 /* the bit that literals_mark() sets */
	const struct glob *confirm;
};

struct literals;

struct literals *literals_build(struct arena *arena,
    const struct literal *items, size_t n);

/* False: a text that is this one before folding has none of them. Cheap. */
bool literals_could(const struct literals *set, struct str raw);
/* Is one of them in the text? `raw` is the text before folding. */
bool literals_any(const struct literals *set, struct str folded,
    struct str raw);
/* Sets the bits of all that are (confirm is not asked). */
void literals_mark(const struct literals *set, struct str folded,
    uint64_t *bits);

#endif
