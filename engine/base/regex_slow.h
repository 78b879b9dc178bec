/*
 * Regular expressions that can take for ever, told from their text: a
 * repeated group whose one part is repeated too, with nothing firm between
 * two rounds ("(a+)+", "(\w+\s?)*", "(.*,)+"), so that a text of n such
 * characters can be cut in 2^n ways. A reading of PCRE2's syntax that is
 * enough for this; what it does not understand it lets pass, and the match
 * limit bounds what it does not see.
 */
#ifndef VIGIE_BASE_REGEX_SLOW_H
#define VIGIE_BASE_REGEX_SLOW_H

#include "engine/base/str.h"

/* The offset of the group in `source`, or SIZE_MAX. */
size_t regex_slow_at(struct str source);

#endif
