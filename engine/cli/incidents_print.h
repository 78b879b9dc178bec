/*
 * The desk's answers as text for people. `now` is in microseconds.
 */
#ifndef VIGIE_CLI_INCIDENTS_PRINT_H
#define VIGIE_CLI_INCIDENTS_PRINT_H

#include "engine/base/buf.h"

/* Both take the JSON of the API; false when it is none. */
bool incidents_print_list(struct str json, int64_t now, struct buf *out);
bool incidents_print_one(struct str json, int64_t now, struct buf *out);
/* Each incident of a list on a line of its own. */
bool incidents_print_lines(struct str json, struct buf *out);
/* "3 h 12 min", "14 min", "2 d 4 h" */
void span_print(int64_t span, struct buf *out);

#endif
