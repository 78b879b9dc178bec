/*
 * Letter case taken off a text, so that everything behind compares bytes:
 * Unicode simple case folding, character by character; bytes that are no
 * UTF-8 stay as they are. A folded text may be half as long again.
 */
#ifndef VIGIE_DETECT_FOLD_H
#define VIGIE_DETECT_FOLD_H

#include "engine/base/arena.h"

/* The longest result for n bytes: U+023A (2 bytes) folds to U+2C65 (3). */
#define FOLD_ROOM(n) ((n) + (n) / 2 + 16)

/* The shortest text that can become n bytes. */
#define FOLD_LEAST(n) (((n) * 2 + 2) / 3)

/* Into out, which has FOLD_ROOM(s.n) bytes; returns the length. */
size_t fold_into(struct str s, char *out);
/* Followed by a NUL that does not count. */
struct str fold_dup(struct arena *arena, struct str s);

/* Bytes of the character that s begins with; 1 where it is no UTF-8. s is
 * not empty. */
size_t fold_step(struct str s);

#endif
