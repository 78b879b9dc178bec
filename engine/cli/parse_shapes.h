/*
 * Lines grouped by shape for `vigie parse --unparsed`: what varies (numbers,
 * addresses, hexadecimal, quoted text) becomes a placeholder, so that one
 * shape is one pattern to write.
 */
#ifndef VIGIE_CLI_PARSE_SHAPES_H
#define VIGIE_CLI_PARSE_SHAPES_H

#include "engine/base/buf.h"
#include "engine/base/str.h"

struct shapes;

struct shapes *shapes_new(void);
void shapes_free(struct shapes *s);

/* Adds one message; the first line of each shape is kept as its example. */
void shapes_add(struct shapes *s, struct str program, struct str message,
    struct str line);

/* "count shape" and the example below it, the most frequent first. */
void shapes_print(struct shapes *s, struct buf *out);

/* The shape of a message, added to out (for tests). */
void shape_of(struct str message, struct buf *out);

#endif
