/*
 * The desk's API without its socket: a request in, a status and JSON out.
 *
 *   GET  /api/v1/health
 *   GET  /api/v1/incidents?state=open&member=ID&owner=NAME&limit=N&offset=N
 *   GET  /api/v1/incidents/ID
 *   POST /api/v1/incidents/ID/ACT     (lifecycle.h; body.h)
 *
 * What went wrong is told as RFC 9457 problem details.
 */
#ifndef VIGIE_DESK_ANSWER_H
#define VIGIE_DESK_ANSWER_H

#include "engine/desk/desk.h"

struct request {
	bool post;        /* else GET */
	struct str path;  /* without the query */
	struct str query; /* as sent, %-escapes and all; may be empty */
	struct str body;
};

/* Returns the HTTP status; *out gets the body. 400 and above: it is a
 * problem document. */
int desk_answer(struct desk *desk, const struct request *request, int64_t now,
    struct buf *out);
/* {"type":"about:blank","title","status","detail"}; returns status. */
int desk_problem(int status, struct str detail, struct buf *out);

#endif
