#include "engine/desk/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "engine/base/arena.h"
#include "engine/base/log.h"
#include "engine/desk/sql.h"

#define SCHEMA_VERSION 1

static bool
get_version(sqlite3 *db, int *version)
{
	sqlite3_stmt *st = NULL;
	if (sqlite3_prepare_v2(db, "PRAGMA user_version", -1, &st, NULL) !=
	    SQLITE_OK)
		return false;
	bool good = sqlite3_step(st) == SQLITE_ROW;
	*version = good ? sqlite3_column_int(st, 0) : 0;
	(void)sqlite3_finalize(st);
	return good;
}

/* Sets the connection up and makes the tables of a new file. */
static bool
prepare(struct desk_store *store, char *why, size_t n)
{
	static const char setup[] = "PRAGMA journal_mode = WAL;"
				    "PRAGMA synchronous = FULL;"
				    "PRAGMA foreign_keys = ON;"
				    "PRAGMA trusted_schema = OFF;"
				    "PRAGMA secure_delete = ON;";
	sqlite3 *db = store->db;
	int version;
	(void)sqlite3_busy_timeout(db, 5000);
	if (sqlite3_exec(db, setup, NULL, NULL, NULL) != SQLITE_OK ||
	    !get_version(db, &version)) {
		snprintf(why, n, "%s", sqlite3_errmsg(db));
		return false;
	}
	if (version > SCHEMA_VERSION) {
		snprintf(why, n,
		    "it was written by a newer vigie (schema %d, this one "
		    "knows %d)",
		    version, SCHEMA_VERSION);
		return false;
	}
	if (version == 0 &&
	    (sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL) !=
		    SQLITE_OK ||
		sqlite3_exec(db, sql_schema, NULL, NULL, NULL) != SQLITE_OK ||
		sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) != SQLITE_OK)) {
		snprintf(why, n, "%s", sqlite3_errmsg(db));
		return false;
	}
	return true;
}

static bool
read_head(struct desk_store *store)
{
	bool failed = false;
	sqlite3_stmt *st = sql_bind(store, SQL_HEAD, "");
	while (sql_row(store, st, &failed)) {
		struct str hash = sql_text(st, 1);
		store->n = sql_u64(st, 0);
		if (hash.n == CHAIN_HASH)
			memcpy(store->head, hash.p, CHAIN_HASH);
	}
	store->kept_n = store->n;
	memcpy(store->kept_head, store->head, CHAIN_HASH);
	return !failed;
}

struct desk_store *
desk_store_open(const char *path, char *why, size_t n)
{
	/* SQLite would make it readable for everybody. */
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd == -1) {
		snprintf(why, n, "%s: %s", path, strerror(errno));
		return NULL;
	}
	(void)close(fd);
	struct desk_store *store = mem_get_zero(1, sizeof(*store));
	char reason[256];
	if (sqlite3_open_v2(path, &store->db,
		SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
		NULL) != SQLITE_OK) {
		snprintf(
		    reason, sizeof(reason), "%s", sqlite3_errmsg(store->db));
	} else if (prepare(store, reason, sizeof(reason))) {
		if (read_head(store))
			return store;
		snprintf(reason, sizeof(reason), "its history is unreadable");
	}
	snprintf(why, n, "%s: %s", path, reason);
	desk_store_close(store);
	return NULL;
}

void
desk_store_close(struct desk_store *store)
{
	if (store == NULL)
		return;
	for (size_t i = 0; i < SQL_COUNT; i++)
		(void)sqlite3_finalize(store->statements[i]);
	(void)sqlite3_close(store->db);
	free(store);
}

bool
desk_store_begin(struct desk_store *store)
{
	if (store->in_transaction)
		BUG("a transaction of desk.db is open already");
	store->in_transaction = sql_run(store, sql_bind(store, SQL_BEGIN, ""));
	return store->in_transaction;
}

bool
desk_store_commit(struct desk_store *store)
{
	if (!store->in_transaction ||
	    !sql_run(store, sql_bind(store, SQL_COMMIT, "")))
		return false;
	if (store->failing)
		log_warn("desk.db can be used again");
	store->failing = false;
	store->in_transaction = false;
	store->kept_n = store->n;
	memcpy(store->kept_head, store->head, CHAIN_HASH);
	return true;
}

void
desk_store_rollback(struct desk_store *store)
{
	if (!store->in_transaction)
		return;
	/* SQLite may have rolled back by itself (disk full, I/O error). */
	if (sqlite3_get_autocommit(store->db) == 0)
		(void)sql_run(store, sql_bind(store, SQL_ROLLBACK, ""));
	store->in_transaction = false;
	store->n = store->kept_n;
	memcpy(store->head, store->kept_head, CHAIN_HASH);
}

bool
desk_store_incident(struct desk_store *store, const struct incident *in)
{
	struct buf json;
	buf_init(&json, SIZE_MAX);
	incident_format_some(in, INCIDENT_SOME_ALERTS, &json);
	const char *into = in->merged_into != NULL ? in->merged_into->id : "";
	const struct priority *p = &in->priority;
	sqlite3_stmt *st = sql_bind(store, SQL_PUT_INCIDENT,
	    "tiiibtiittbiiiiiiittttiiiit", str_from(in->id), (int64_t)in->state,
	    (int64_t)in->unmerged, (int64_t)in->version, in->key, in->kind,
	    (int64_t)in->sector, (int64_t)in->stopped, in->rsit,
	    in->entity_field, in->entity, in->opened, in->t0, in->first,
	    in->last, in->answered, in->closed, (int64_t)in->overdue,
	    str_from(in->owner), str_from(in->reason), str_from(in->recurrence),
	    str_from(into), (int64_t)p->score, (int64_t)p->band,
	    (int64_t)p->gravity, (int64_t)p->extent, buf_str(&json));
	bool good = sql_run(store, st);
	buf_fini(&json);
	return good;
}

/* What of a line is kept; the first lines come first, then from the end, so
 * that what is cut lies in the middle of the story. */
static bool
put_evidence(struct desk_store *store, struct str id, const struct alert *alert)
{
	size_t left = ALERT_RAW_BYTES;
	size_t n = alert->n_events;
	for (size_t i = 0; i < n; i++) {
		size_t at = i < ALERT_FIRST_EVENTS
		    ? i
		    : n - 1 - (i - ALERT_FIRST_EVENTS);
		const struct alert_event *e = &alert->events[at];
		struct str raw = str_first(e->raw, left);
		left -= raw.n;
		if (!sql_run(store,
			sql_bind(store, SQL_PUT_EVIDENCE, "tuiiitbui", id,
			    e->id.segment, (int64_t)e->id.offset,
			    (int64_t)e->id.line, e->time, e->member, raw,
			    (uint64_t)e->raw.n, (int64_t)alert->revision)))
			return false;
	}
	return sql_run(store,
	    sql_bind(
		store, SQL_DROP_EVIDENCE, "ti", id, (int64_t)alert->revision));
}

bool
desk_store_alert(struct desk_store *store, struct str incident,
    const struct alert *alert, int64_t now)
{
	char id[33];
	hash128_format(alert->id, id);
	/* The lines have a table of their own, byte by byte. */
	struct alert bare = *alert;
	for (size_t i = 0; i < bare.n_events; i++)
		bare.events[i].raw = STR("");
	struct buf json;
	buf_init(&json, SIZE_MAX);
	alert_format(&bare, &json);
	bool good = sql_run(store,
	    sql_bind(store, SQL_PUT_ALERT, "ttiit", str_from(id), incident,
		(int64_t)alert->revision, now, buf_str(&json)));
	buf_fini(&json);
	return good && put_evidence(store, str_from(id), alert);
}

bool
desk_store_joined(struct desk_store *store, struct hash128 alert)
{
	char id[33];
	hash128_format(alert, id);
	return sql_run(store, sql_bind(store, SQL_JOINED, "t", str_from(id)));
}

bool
desk_store_history(struct desk_store *store, struct str incident, int64_t at,
    struct str by, const char *act, struct str text)
{
	struct chain_row row = {.n = store->n + 1,
	    .at = at,
	    .incident = incident,
	    .by = by,
	    .act = str_from(act),
	    .text = text};
	unsigned char hash[CHAIN_HASH];
	chain_hash(store->head, &row, hash);
	if (!sql_run(store,
		sql_bind(store, SQL_ADD_HISTORY, "uittttb", row.n, at, incident,
		    by, row.act, text,
		    str_make((const char *)hash, CHAIN_HASH))))
		return false;
	store->n = row.n;
	memcpy(store->head, hash, CHAIN_HASH);
	return true;
}

void
desk_store_head(
    const struct desk_store *store, uint64_t *n, unsigned char hash[CHAIN_HASH])
{
	*n = store->n;
	memcpy(hash, store->head, CHAIN_HASH);
}
