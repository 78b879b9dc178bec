/*
 * What people do to incidents: which act is legal in which state, what it
 * needs, where it leads. One table, one function that changes the state.
 *
 *   new -> acknowledged -> in progress <-> waiting -> closed -> in progress
 *   any open state -> merged -> the state before
 *
 * Nothing is closed without an answer of a person on record: an `ack`, a
 * `note` or a `wait` (the question to the member).
 */
#ifndef VIGIE_DESK_LIFECYCLE_H
#define VIGIE_DESK_LIFECYCLE_H

#include "engine/incident/private.h"

enum act {
	ACT_ACK,
	ACT_ASSIGN,
	ACT_NOTE,
	ACT_WAIT,
	ACT_RESUME,
	ACT_CLOSE,
	ACT_REOPEN,
	ACT_MERGE,
	ACT_UNMERGE,
};

/* What a person asks for; texts are borrowed. */
struct action {
	enum act act;
	struct str by;    /* who; never empty */
	struct str owner; /* assign */
	struct str text;
	struct str reason; /* close */
	struct str into;   /* merge: id of the target */
	uint64_t version;  /* that the person saw; 0: any */
};

bool act_parse(struct str name, enum act *out);
const char *act_name(enum act act);
/* The i-th reason for closing; empty behind the last. */
struct str close_reason(size_t i);

/*
 * Does it: state, owner, times of the incident. False when the act is not
 * legal here, with a sentence in `why`; nothing was changed then. Merging and
 * unmerging are only checked; the desk does them, for they need the table.
 */
bool lifecycle_apply(struct incident *in, const struct action *action,
    int64_t now, struct buf *why);

#endif
