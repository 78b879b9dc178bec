/*
 * JSON that ends too early: senders cut at 1,024, 2,048 or 8,192 bytes, and a
 * log-in that failed stands at the beginning.
 */
#ifndef VIGIE_PATIENT_JSON_CUT_H
#define VIGIE_PATIENT_JSON_CUT_H

#include "engine/base/arena.h"

/*
 * The object in s, which begins with "{", with an end. What was being written
 * is left out, but for text that is long already: the first half of a name or
 * an address is another one. In the arena. s itself when it has its end;
 * STR_NONE when it nests deeper than 64 or is no JSON.
 */
struct str json_complete(struct arena *arena, struct str s);

/*
 * For who parses s next, an object without blanks around it: s itself, or, when
 * its last byte says that it was cut, what json_complete() makes of it. *cut
 * (never NULL) says which.
 */
struct str json_whole(struct arena *arena, struct str s, bool *cut);

/* The code of the \uXXXX at i; -1: there is none. */
int json_code_at(struct str s, size_t i);

/* JSON with the letters that \uXXXX and \/ stand for, but for control
 * characters; quotes and backslashes stay escaped. s itself when it has no
 * escape or no object. What is hidden is looked for in it. */
struct str json_letters(struct arena *arena, struct str s);

#endif
