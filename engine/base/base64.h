/*
 * Base64 (RFC 4648 section 4, with padding).
 */
#ifndef VIGIE_BASE_BASE64_H
#define VIGIE_BASE_BASE64_H

#include "engine/base/arena.h"

/* Results live in the arena. */
struct str base64_encode(struct arena *arena, struct str bytes);
/* False when the text is no base64 (alphabet, length, padding). */
bool base64_decode(struct arena *arena, struct str text, struct str *out);

#endif
