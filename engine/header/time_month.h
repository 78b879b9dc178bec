/* The month's name in a stamp (RFC 3164 section 4.1.2), also of senders that
 * write German or French. */
#ifndef VIGIE_HEADER_TIME_MONTH_H
#define VIGIE_HEADER_TIME_MONTH_H

#include "engine/base/str.h"

/* 1 to 12 for what s begins with, in any case; 0: no month. */
int time_month_of(struct str s);
/* Bytes of the name of that month at the beginning of s: "Nov", "November",
 * "Nov.", "Sept", "févr.". */
size_t time_month_length(struct str s, int month);

#endif
