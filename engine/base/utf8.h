/*
 * UTF-8 (RFC 3629): strict decoding, no surrogates, no overlong forms.
 */
#ifndef VIGIE_BASE_UTF8_H
#define VIGIE_BASE_UTF8_H

#include "engine/base/str.h"

/* Bytes of the first character of s and its code point; 0 when s is empty or
 * does not begin with a well-formed character. */
size_t utf8_decode(struct str s, uint32_t *code);
/* Writes at most 4 bytes; returns how many. */
size_t utf8_encode(uint32_t code, char out[4]);
bool utf8_is_valid(struct str s);
/*
 * Would the character change how a terminal or a page shows what stands
 * around it? C1 controls, line separators, and all that Unicode calls
 * Bidi_Control. (ASCII's controls are for the caller, who has their escapes.)
 */
bool utf8_is_unsafe(uint32_t code);

#endif
