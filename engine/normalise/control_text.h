/* Tabs and ends of lines as forwarders write them that may send none. */
#ifndef VIGIE_NORMALISE_CONTROL_TEXT_H
#define VIGIE_NORMALISE_CONTROL_TEXT_H

#include "engine/base/arena.h"

/* s with rsyslog's "#011", "#012" and "#015" as the bytes that were meant, and
 * with `slashes` "\t", "\n" and "\r", too: in the arena, or s itself when
 * it has none. */
struct str control_text(struct arena *arena, struct str s, bool slashes);

#endif
