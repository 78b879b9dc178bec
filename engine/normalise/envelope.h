/*
 * Lines that a forwarder put into an object of its own: journald's, rsyslog's
 * and syslog-ng's JSON, Filebeat's, Fluent Bit's, Docker's, GELF. A pack with
 * `envelope:` decodes the object, and what it finds beside the line is the
 * line's header. Private to this room.
 */
#ifndef VIGIE_NORMALISE_ENVELOPE_H
#define VIGIE_NORMALISE_ENVELOPE_H

#include "engine/normalise/work.h"

#define ENVELOPE_DEPTH 3 /* one in another */

/* The event before a pack ran on it; its texts are the event's. */
struct event_saved {
	struct value *values;
	uint16_t *firsts; /* of the values' fields */
	uint16_t count;
	int64_t time, sent;
	bool late;
	struct str message;
	struct logsource source;
};

/*
 * Runs `pack` on the object behind `out`, and takes the line out: *in is its
 * header, the event has its message, the header's fields and time, and *before
 * what it was. False: there is no line, and the object is for other packs.
 */
bool envelope_run(struct normaliser *n, struct event *ev,
    const struct pack *pack, const struct header *out, struct header *in,
    struct event_saved *before);

/* The event as it was: nobody knows the line, the object is for other packs. */
void envelope_undo(struct normaliser *n, struct event *ev,
    const struct event_saved *before);

#endif
