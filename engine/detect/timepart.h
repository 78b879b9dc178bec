/*
 * Parts of a time stamp as it is written, without conversion between zones:
 * "2026-11-24T23:10:00+02:00" has hour 23.
 */
#ifndef VIGIE_DETECT_TIMEPART_H
#define VIGIE_DETECT_TIMEPART_H

#include "engine/base/stamp.h"
#include "engine/sigma/detection.h"

/*
 * RFC 3339 and its relatives: a day with '-' or '/', then after 'T', '_' or a
 * blank hours and minutes, then anything. False when text is none or lacks
 * the part. Weeks are those of ISO 8601.
 */
bool timepart_of_text(struct str text, enum time_part part, int *out);
/* Of an instant, in UTC. */
int timepart_of_stamp(int64_t t, enum time_part part);

#endif
