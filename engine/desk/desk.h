/*
 * The desk: takes alerts, keeps the incidents in memory and in desk.db, and
 * does what people ask for. Every change is one transaction (the incident,
 * its alerts, its history) or part of a batch's; when desk.db refuses it, the
 * memory is loaded anew from the file, so the two never differ.
 *
 * For a stream of alerts: desk_begin(), desk_take_alert_json() for each entry
 * of the batch, desk_commit(); acknowledge the batch to the stream only when
 * the commit said true. Alerts that come again change nothing.
 */
#ifndef VIGIE_DESK_DESK_H
#define VIGIE_DESK_DESK_H

#include "engine/desk/lifecycle.h"
#include "engine/desk/store.h"

struct desk;

/*
 * Opens desk.db in the state folder (made when missing) and loads what is
 * open. NULL with a sentence in `why`. `members` is borrowed; NULL: none.
 */
struct desk *desk_open(const char *state_dir, const struct members *members,
    int64_t now, char *why, size_t n);
void desk_close(struct desk *desk);
/* After a reload; the old table may go when this returns. */
void desk_set_members(struct desk *desk, const struct members *members);

enum desk_taken {
	DESK_TAKEN,  /* new, or known already: done with it */
	DESK_NOT_IT, /* no alert (counted by the caller); done with it */
	DESK_FAILED, /* desk.db said no: roll back, offer it again later */
};

bool desk_begin(struct desk *desk);
enum desk_taken desk_take_alert(
    struct desk *desk, const struct alert *alert, int64_t now);
enum desk_taken desk_take_alert_json(
    struct desk *desk, struct str json, int64_t now);
/* False: nothing of the batch was kept. */
bool desk_commit(struct desk *desk);
void desk_rollback(struct desk *desk);

enum desk_done {
	DESK_DONE,
	DESK_NO_SUCH,  /* no such incident */
	DESK_ILLEGAL,  /* not now; the sentence says why */
	DESK_STALE,    /* the person saw an older version */
	DESK_UNWRITTEN /* desk.db said no; nothing was changed */
};

/* Does what a person asks for; not between desk_begin and desk_commit. The
 * sentence for them goes to `why`. */
enum desk_done desk_act(struct desk *desk, struct str id,
    const struct action *action, int64_t now, struct buf *why);

/* Every few seconds: notes answers that are overdue, forgets what is over. */
void desk_tick(struct desk *desk, int64_t now);

struct incidents *desk_incidents(struct desk *desk);
struct desk_store *desk_store_of(struct desk *desk);

#endif
