/*
 * desk.db: incidents, their alerts, the raw lines that are evidence, and the
 * history of everything that was done (append-only, see chain.h). SQLite in
 * WAL mode with full sync: what was committed survives a loss of power. One
 * process owns the file. Functions that write return false when SQLite says
 * no; the reason was logged, and the caller rolls back.
 */
#ifndef VIGIE_DESK_STORE_H
#define VIGIE_DESK_STORE_H

#include "engine/desk/chain.h"
#include "engine/incident/private.h"

struct desk_store;

/* Opens or makes the file; NULL with a sentence in `why` (a NUL-ended text). */
struct desk_store *desk_store_open(const char *path, char *why, size_t n);
void desk_store_close(struct desk_store *store);

bool desk_store_begin(struct desk_store *store);
bool desk_store_commit(struct desk_store *store);
void desk_store_rollback(struct desk_store *store);

/* Writing */

bool desk_store_incident(struct desk_store *store, const struct incident *in);
/* The newest revision of an alert and its evidence: raw lines byte by byte,
 * at most ALERT_RAW_BYTES an alert; a line that is not at hand keeps what an
 * earlier revision brought. */
bool desk_store_alert(struct desk_store *store, struct str incident,
    const struct alert *alert, int64_t now);
/* The alert's events are counted in another one from now on. */
bool desk_store_joined(struct desk_store *store, struct hash128 alert);
bool desk_store_history(struct desk_store *store, struct str incident,
    int64_t at, struct str by, const char *act, struct str text);

/* Reading */

/* Puts back what is open, was closed after `since`, or was merged. */
bool desk_store_load(struct desk_store *store, struct incidents *all,
    const struct members *members, int64_t since);
/* The highest revision of the alert that was ever written; 0: none. */
bool desk_store_revision(
    struct desk_store *store, struct hash128 alert, uint32_t *revision);

struct evidence_row {
	struct event_id id;
	int64_t time;
	struct str member;
	struct str raw;
	uint64_t whole; /* bytes of the line; more than raw.n: it was cut */
};

/* Rows are borrowed for the call; false from the function ends the walk. */
typedef bool desk_incident_fn(void *arg, struct str id, struct str json);
/* joined: another alert has taken its events over. */
typedef bool desk_alert_fn(
    void *arg, struct str id, struct str json, bool joined);
typedef bool desk_evidence_fn(void *arg, const struct evidence_row *row);
typedef bool desk_history_fn(void *arg, const struct chain_row *row,
    const unsigned char hash[CHAIN_HASH]);

/* As JSON, as last written; `id` empty: the closed ones, newest first. */
bool desk_store_incidents(struct desk_store *store, struct str id,
    uint64_t offset, uint64_t limit, desk_incident_fn *fn, void *arg);
/* In order of arrival, those that were joined behind the others. */
bool desk_store_alerts(struct desk_store *store, struct str incident,
    uint64_t limit, desk_alert_fn *fn, void *arg);
bool desk_store_evidence(struct desk_store *store, struct str alert,
    desk_evidence_fn *fn, void *arg);
/* `incident` empty: all rows. */
bool desk_store_histories(struct desk_store *store, struct str incident,
    desk_history_fn *fn, void *arg);

/* Walks the chain; false when a row does not fit, *bad is its number. */
bool desk_store_verify(struct desk_store *store, uint64_t *rows, uint64_t *bad);
/* Number and hash of the last row. */
void desk_store_head(const struct desk_store *store, uint64_t *n,
    unsigned char hash[CHAIN_HASH]);

#endif
