/*
 * The modifiers that turn a text into another: base64 (RFC 4648 section 4),
 * UTF-16, dashes of Windows command lines. Results live in the arena.
 */
#ifndef VIGIE_SIGMA_ENCODE_H
#define VIGIE_SIGMA_ENCODE_H

#include "engine/sigma/wild.h"

/*
 * What stands in the base64 of any text in which `bytes` begins at an offset
 * of 0, 1 or 2 modulo 3: the characters that the neighbours cannot change.
 */
struct str base64_at_offset(
    struct arena *arena, struct str bytes, size_t offset);

enum utf16 { UTF16_LE, UTF16_BE, UTF16_BOM /* FF FE, then LE */ };

/* Every text piece transcoded, wildcards stay; false when it is no UTF-8.
 * `out` may be `p`. */
bool wild_to_utf16(struct arena *arena, const struct pattern *p,
    enum utf16 form, struct pattern *out);

/*
 * All ways to write the dashes: a `-` or `/` that begins a word (no word
 * character before, one behind) may be - / U+2013 U+2014 U+2015. False when
 * there are too many ways.
 */
bool wild_windash(
    struct arena *arena, const struct pattern *p, struct wild_set *out);

#endif
