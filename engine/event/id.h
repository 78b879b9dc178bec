/*
 * Which line an event is and how it came. Apart from event.h, so that files
 * that use libevent (whose own struct is called `event` too) can have these
 * without ours.
 */
#ifndef VIGIE_EVENT_ID_H
#define VIGIE_EVENT_ID_H

#include "engine/base/str.h"

/*
 * Which line this is, for ever: the journal's segment (unique for ever), the
 * record's offset in it and the line's place in the record. (0, 0, n) where
 * there is no journal: the n-th message of the input. Order: segment, offset,
 * line.
 */
struct event_id {
	uint64_t segment;
	uint32_t offset;
	uint32_t line;
};

enum transport {
	TRANSPORT_FILE,
	TRANSPORT_UDP,
	TRANSPORT_TCP,
	TRANSPORT_TLS,
	TRANSPORT_RELP,
};

/* "udp", "tcp", "tls", "relp", "file" */
struct str transport_name(enum transport t);

/* < 0, 0, > 0 */
int event_id_cmp(const struct event_id *a, const struct event_id *b);

#endif
