/*
 * A text in a text. memmem() prepares tables that pay in long texts only;
 * values are short, and most do not even have the first and the last byte of
 * what is looked for at the right distance.
 */
#ifndef VIGIE_BASE_FIND_H
#define VIGIE_BASE_FIND_H

#include "engine/base/str.h"

/* Offset of the first occurrence, or SIZE_MAX; an empty one is at 0. */
size_t text_find(struct str s, struct str what);

#endif
