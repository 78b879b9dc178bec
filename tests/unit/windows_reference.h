/*
 * Windows that keep everything: alerts of one group straight from the
 * definition, all events at hand, nothing clever. What engine/correlate does
 * with its panes has to give the same.
 */
#ifndef VIGIE_TESTS_WINDOWS_REFERENCE_H
#define VIGIE_TESTS_WINDOWS_REFERENCE_H

#include "engine/event/event.h"
#include "engine/sigma/sigma.h"

struct reference_event {
	int64_t time;
	struct event_id id;
	uint64_t steps;
	unsigned value;
	double number;
};

struct reference_alert {
	struct event_id crossing;
	int64_t first, last;
	uint64_t count;
};

/*
 * `e` is sorted here, and entries with the same id become one. Returns how
 * many alerts were put into `out`, which has room for n.
 */
size_t reference_alerts(const struct sigma_correlation *c,
    struct reference_event *e, size_t n, int64_t watermark,
    struct reference_alert *out);

#endif
