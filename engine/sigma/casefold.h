/*
 * Unicode simple case folding: one code point to one code point, so that a
 * folded text has as many characters as before. The table is casefold.def.
 */
#ifndef VIGIE_SIGMA_CASEFOLD_H
#define VIGIE_SIGMA_CASEFOLD_H

#include "engine/base/str.h"

/* What `code` folds to; itself for most. */
uint32_t casefold(uint32_t code);

/*
 * The next character of s at *at, unfolded, and moves *at behind it. A byte
 * that begins no well-formed UTF-8 is one character of its own, above all
 * code points (CASEFOLD_BYTE + byte), so that it equals only itself.
 */
#define CASEFOLD_BYTE 0x110000u
uint32_t casefold_next(struct str s, size_t *at);

/* s with every character folded; at most 2 * s.n bytes go to out (folding
 * lengthens by one byte at most, U+023A). Returns how many. */
size_t casefold_text(struct str s, char *out);

#endif
