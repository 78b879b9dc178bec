/*
 * How far the clocks of sources are off. The time of arrival minus the time
 * that a source wrote is its clock's error plus the way (network, queues of
 * relays). The way only adds, so the least of some minutes is the clock's.
 *
 * A table of fixed size without pointers and with one writer: the daemon
 * keeps one a worker on the page of counters, where others read it. What it
 * says changes no event.
 */
#ifndef VIGIE_MEMBER_CLOCK_H
#define VIGIE_MEMBER_CLOCK_H

#include "engine/base/stamp.h"

#define CLOCK_SLOTS  512
#define CLOCK_MEMBER 41
#define CLOCK_SOURCE 64

struct clock_source {
	char member[CLOCK_MEMBER]; /* cut, ends in NUL */
	char source[CLOCK_SOURCE]; /* host name or address, likewise */
	uint32_t lines;		   /* 0: free */
	int64_t least;		   /* arrival - time, since `since` */
	int64_t before;		   /* of the stretch before that */
	int64_t since;
	int64_t seen; /* last arrival */
};

struct clock_table {
	uint32_t last; /* the slot used last: lines come in runs */
	struct clock_source at[CLOCK_SLOTS];
};

/*
 * A line of `source` that arrived at `received` and says that it was written
 * at `sent`. A full table forgets the source of four that was silent longest.
 */
void clock_note(struct clock_table *t, struct str member, struct str source,
    int64_t sent, int64_t received);

/* How far the clock is ahead of ours (negative: behind), us. False: too few
 * lines to say. */
bool clock_ahead(const struct clock_source *s, int64_t *ahead);

/* Off by quarters of an hour: its time zone is another than the member's. */
bool clock_is_zone(int64_t ahead);

#endif
