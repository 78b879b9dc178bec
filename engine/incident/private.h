/*
 * What an incident is made of, for this room and the desk. The table owns
 * the incidents; the desk writes them to SQLite and puts them back at start.
 */
#ifndef VIGIE_INCIDENT_PRIVATE_H
#define VIGIE_INCIDENT_PRIVATE_H

#include "engine/base/map.h"
#include "engine/base/stamp.h"
#include "engine/incident/distinct.h"
#include "engine/incident/incident.h"

/* An alert joins an incident that was closed less than this ago. */
#define INCIDENT_REOPEN_WINDOW (24 * HOUR)
/* Then a new incident goes on, so that no incident grows without end. */
#define INCIDENT_MAX_ALERTS  10000
#define INCIDENT_MAX_RULES   64
#define INCIDENT_MAX_MEMBERS 4096
/* Ids of alerts in a list of incidents and in desk.db's own copy. */
#define INCIDENT_SOME_ALERTS 20
#define INCIDENT_ID_TEXT     32
#define INCIDENT_TITLE       256
#define INCIDENT_OWNER       64
#define INCIDENT_REASON      32

/* What the last alert (or a person) did to an incident: bits. */
enum {
	CHANGE_OPENED = 1,
	CHANGE_ALERT = 2,     /* an alert is new in it */
	CHANGE_BAND = 4,      /* the band rose */
	CHANGE_CAMPAIGN = 8,  /* the second member joined */
	CHANGE_MEMBER = 16,   /* one more member */
	CHANGE_REOPENED = 32, /* new evidence opened it again */
	CHANGE_SCORE = 64,
};

/* What an entity's field says about its values. */
enum entity_role {
	ROLE_OTHER,
	ROLE_ATTACKER, /* names the attacker wherever it is seen */
	ROLE_USER,
	ROLE_HOST,
};

/* The key of an incident, decided by grouping.c. */
struct grouping {
	struct str key;  /* in the arena that was given */
	struct str kind; /* "intrusion" */
	bool sector;     /* members are no part of the key */
	bool stopped;    /* the entity is a stop value: by rule and group */
};

struct incident_rule {
	struct str id, title;
	struct str advice_fr, advice_en;
	uint32_t alerts;
	uint64_t events; /* of its alerts, each event once */
};

struct incident_alert {
	struct hash128 id;
	struct incident *incident;
	uint32_t revision;
	uint64_t count;
	int64_t first, last;
	bool joined; /* another alert has taken its events over */
};

struct incident_member {
	struct str id, name;
};

struct incident {
	struct arena *arena; /* of the texts below */
	uint64_t seq;        /* order of arrival */
	char id[INCIDENT_ID_TEXT];
	enum incident_state state;
	uint32_t version; /* raised by each change */
	struct str key, kind;
	bool sector, stopped;
	struct str rsit; /* the gravest of its alerts' */
	struct str entity_field, entity;
	char title[INCIDENT_TITLE];

	int64_t opened; /* arrival of the first alert */
	int64_t t0;     /* opened, or when it was opened again */
	int64_t first, last;
	int64_t answered; /* first answer of a person; 0: none yet */
	int64_t closed;   /* 0: not closed */
	bool overdue;     /* D passed without an answer; told once */
	char owner[INCIDENT_OWNER];
	char reason[INCIDENT_REASON];      /* of closing */
	char recurrence[INCIDENT_ID_TEXT]; /* of which incident; "": none */
	struct incident *merged_into;      /* NULL: not merged */
	enum incident_state unmerged;      /* state before merging */

	struct incident_member *members;
	size_t n_members, cap_members;
	struct incident_rule *rules;
	size_t n_rules, cap_rules;
	struct incident_alert **alerts; /* in order of arrival */
	size_t n_alerts, cap_alerts;
	/* Events of the rule that saw most: rules of one kind of attack mostly
	 * see the same ones. Merged incidents' come on top. */
	uint64_t count;
	uint64_t other_events;	/* of rules beyond the list */
	uint64_t merged_events; /* of incidents that were merged into it */
	struct distinct users, hosts;
	uint64_t most_distinct; /* the largest count that one alert gives */
	struct priority_input input;
	struct priority priority;
	unsigned changes; /* CHANGE_... of the last call */
	bool unseen_rule; /* the last alert's rule was new in it */

	/* Its place in the order of work when it was put there. */
	int order_rank;
	int64_t order_first, order_second;
};

struct incidents {
	struct incident **order; /* the order of work; all incidents */
	size_t n, cap;
	struct map by_id, by_key; /* by_key: the newest of a key */
	struct map alerts;        /* 16 bytes of the id -> incident_alert */
	struct map stops;         /* further stop values, lower case */
	struct arena *arena;      /* of `stops` */
	uint64_t next_seq;
	int id_year;
	uint64_t id_next; /* number of the next id in id_year */
};

/* grouping.c */

/* Which incident an alert belongs to; texts go to the arena. */
void grouping_of(const struct incidents *all, const struct alert *alert,
    struct arena *arena, struct grouping *out);
enum entity_role entity_role(struct str field);
/* "Brute force from 192.0.2.7 at Clinic Example", cut to fit. */
void incident_title(const struct incident *incident, char *out, size_t n);
/* A sentence or two: why these alerts are one incident. */
void incident_why(const struct incident *incident, struct buf *out);

/* absorb.c */

/* Adds what the alert knows; entry->revision 0: it is new. */
void incident_absorb(struct incident *owner, const struct members *members,
    const struct alert *alert, struct incident_alert *entry);
void incident_absorb_all(struct incident *into, const struct incident *from);
/* The events of an alert of this rule are counted in another alert of it from
 * now on. */
void incident_let_go(struct incident *owner, struct str rule_id,
    struct incident_alert *entry);

/* incident.c and format.c, for the desk */

/* incident_format() with at most so many ids of alerts. */
void incident_format_some(
    const struct incident *incident, size_t most, struct buf *out);
struct str incident_state_name(enum incident_state state);
bool incident_state_parse(struct str name, enum incident_state *out);
static inline bool
incident_is_open(const struct incident *incident)
{
	return incident->state < INCIDENT_CLOSED;
}
/* Closed for a reason that says that its alerts mean nothing: the same rules'
 * alerts join without opening it again. */
bool incident_is_muted(const struct incident *incident);
/* The incident that it was merged into, at the end of the chain. */
struct incident *incident_target(struct incident *incident);
int64_t incident_deadline(const struct incident *incident);

struct incident *incidents_find(const struct incidents *all, struct str id);
struct incident_alert *incidents_find_alert(
    const struct incidents *all, struct hash128 id);
/* One more value that is too common to group by; copied. */
void incidents_stop(struct incidents *all, struct str value);
/* The next id of the year is at least INC-<year>-<number>. */
void incidents_set_next(struct incidents *all, int year, uint64_t number);

/*
 * Puts an incident back as it was written: the caller fills in what it kept
 * (texts are copied) and gives the alerts one by one in order of arrival.
 * Score and terms never fall in that.
 */
struct incident *incidents_restore(
    struct incidents *all, const struct incident *saved);
void incidents_restore_alert(struct incidents *all,
    const struct members *members, struct incident *incident,
    const struct alert *alert, bool joined);

/* After a change of state, owner or the like: order and version. */
void incidents_touch(struct incidents *all, struct incident *incident);
/* `from` becomes part of `into`; its key leads there from now on. */
void incidents_merge(
    struct incidents *all, struct incident *from, struct incident *into);
/* Forgets incidents that no alert can join any more; returns how many. */
size_t incidents_expire(struct incidents *all, int64_t now);

#endif
