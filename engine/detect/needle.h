/*
 * What a regular expression needs: words of which one has to stand in every
 * text that it matches. `(curl|wget)\s+http` needs "curl" or "wget" - or,
 * better, "http". So an expression is run only where it could match.
 */
#ifndef VIGIE_DETECT_NEEDLE_H
#define VIGIE_DETECT_NEEDLE_H

#include "engine/base/arena.h"

struct needles {
	struct str *items; /* ASCII, folded */
	size_t n;	   /* 0: nothing is known to be needed */
	double cost;	   /* how often to expect them, for comparison */
};

/* Never wrong, often modest: what it does not understand needs nothing. */
struct needles regex_needles(struct arena *arena, struct str regex);

/* The least length of a word of letters and digits; shorter ones stand
 * everywhere. */
#define NEEDLE_MIN 3

#endif
