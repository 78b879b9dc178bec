/*
 * How near did a group come to an alert? For `vigie explain`: of all windows
 * that a group's events make, the one that satisfies the condition, or comes
 * nearest to it, and what was measured in it. It is asked of the same windows
 * and measured by the same code (meter.c) as alerts are.
 */
#ifndef VIGIE_CORRELATE_NEAREST_H
#define VIGIE_CORRELATE_NEAREST_H

#include "engine/correlate/correlate.h"

struct nearest {
	bool holds;
	int64_t first, last; /* event times of the window's ends */
	uint64_t events;     /* in it */
	double reached;	     /* what was measured; of a condition over rules
				the number of them */
	uint64_t steps;	     /* temporal kinds: rules that are in it; ordered:
				those found one behind the other */
	int64_t age;	     /* new_value: of the group, us, at `last` */
	bool known;	     /* new_value: the value had been there */
};

/* Of the window that the match is for. False: there is none, or no event. */
bool windows_nearest(
    struct windows *w, const struct match *m, struct nearest *out);

#endif
