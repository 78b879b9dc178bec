/*
 * Text for people's terminals: what came from outside is escaped, so that no
 * log line can move the cursor, change colours or turn the text around.
 */
#ifndef VIGIE_CLI_SCREEN_H
#define VIGIE_CLI_SCREEN_H

#include "engine/base/buf.h"

/* Adds s; control characters and bytes that are no UTF-8 as \xNN, invisible
 * and direction-changing characters as \u{NNNN}. */
void screen_add(struct buf *out, struct str s);

/* Columns that a terminal needs for text that screen_add() made. */
size_t screen_width(struct str s);

#define TABLE_COLUMNS 12

/*
 * A table: cells in rows, columns as wide as their widest cell; the last one
 * is cut at `width` columns of the terminal (0: never). Cells are escaped and
 * copied.
 */
struct table {
	struct arena *arena;
	size_t columns, width;
	struct str *cells;
	size_t n, cap;
};

void table_add(struct table *t, struct str cell);
void table_print(const struct table *t, struct buf *out);
/* Columns of the terminal on stdout; 0 when it is none. */
size_t screen_columns(void);
/* Colours are wanted: stdout is a terminal and NO_COLOR is not set. */
bool screen_has_colour(void);

#endif
