/*
 * Alerts to incidents: grouping, priority, deadlines. Pure: memory only, the
 * time is an argument. The desk keeps the same table and writes what changes
 * to SQLite; `vigie replay` prints it.
 *
 * Alerts of one (member, entity, kind of attack) join one incident while it
 * is open, or closed for less than 24 h; the same attacker at several members
 * is one campaign incident over them.
 */
#ifndef VIGIE_INCIDENT_INCIDENT_H
#define VIGIE_INCIDENT_INCIDENT_H

#include "engine/base/arena.h"
#include "engine/base/buf.h"
#include "engine/correlate/alert.h"
#include "engine/incident/priority.h"
#include "engine/member/member.h"

enum incident_state {
	INCIDENT_NEW,
	INCIDENT_ACKNOWLEDGED,
	INCIDENT_IN_PROGRESS,
	INCIDENT_WAITING,
	INCIDENT_CLOSED,
	INCIDENT_MERGED,
};

struct incident; /* members in incident/private.h for this room and the desk */
struct incidents;

struct incidents *incidents_new(void);
void incidents_free(struct incidents *all);

enum incident_change {
	INCIDENT_UNCHANGED, /* the alert's revision was known */
	INCIDENT_OPENED,
	INCIDENT_GREW,
};

/*
 * Takes an alert in (texts are copied). `now` is the time of arrival at the
 * desk and becomes t0 of a new incident. *out is the incident it belongs to.
 */
enum incident_change incidents_alert(struct incidents *all,
    const struct members *members, const struct alert *alert, int64_t now,
    struct incident **out);

/* The line {"kind":"incident",...} of DESIGN section 7, no LF. */
void incident_format(const struct incident *incident, struct buf *out);

/* In the order of work (domain.md 3.3); NULL behind the last. */
const struct incident *incidents_next(
    const struct incidents *all, const struct incident *after);
size_t incidents_count(const struct incidents *all);

#endif
