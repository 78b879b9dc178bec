#include "engine/desk/sql.h"

#include <stdarg.h>

#include "engine/base/log.h"

const char *const sql_schema =
    "CREATE TABLE incidents ("
    " seq INTEGER PRIMARY KEY AUTOINCREMENT,"
    " id TEXT NOT NULL UNIQUE,"
    " state INTEGER NOT NULL, unmerged INTEGER NOT NULL,"
    " version INTEGER NOT NULL,"
    " key BLOB NOT NULL, kind TEXT NOT NULL,"
    " sector INTEGER NOT NULL, stopped INTEGER NOT NULL,"
    " rsit TEXT NOT NULL, entity_field TEXT NOT NULL, entity BLOB NOT NULL,"
    " opened INTEGER NOT NULL, t0 INTEGER NOT NULL,"
    " first INTEGER NOT NULL, last INTEGER NOT NULL,"
    " answered INTEGER NOT NULL, closed INTEGER NOT NULL,"
    " overdue INTEGER NOT NULL, owner TEXT NOT NULL, reason TEXT NOT NULL,"
    " recurrence TEXT NOT NULL, merged_into TEXT NOT NULL,"
    " score INTEGER NOT NULL, band INTEGER NOT NULL,"
    " gravity INTEGER NOT NULL, extent INTEGER NOT NULL,"
    " json TEXT NOT NULL) STRICT;"
    "CREATE INDEX incidents_closed ON incidents (closed) WHERE state = 4;"
    "CREATE TABLE alerts ("
    " seq INTEGER PRIMARY KEY AUTOINCREMENT,"
    " id TEXT NOT NULL, incident TEXT NOT NULL REFERENCES incidents (id),"
    " revision INTEGER NOT NULL, joined INTEGER NOT NULL DEFAULT 0,"
    " taken INTEGER NOT NULL, json TEXT NOT NULL,"
    " UNIQUE (incident, id)) STRICT;"
    "CREATE INDEX alerts_id ON alerts (id);"
    "CREATE TABLE evidence ("
    " alert TEXT NOT NULL,"
    " segment INTEGER NOT NULL, offset INTEGER NOT NULL,"
    " line INTEGER NOT NULL, time INTEGER NOT NULL, member TEXT NOT NULL,"
    " raw BLOB NOT NULL, whole INTEGER NOT NULL, revision INTEGER NOT NULL,"
    " PRIMARY KEY (alert, segment, offset, line)) STRICT, WITHOUT ROWID;"
    "CREATE TABLE history ("
    " n INTEGER PRIMARY KEY,"
    " at INTEGER NOT NULL, incident TEXT NOT NULL, by TEXT NOT NULL,"
    " act TEXT NOT NULL, text TEXT NOT NULL, hash BLOB NOT NULL) STRICT;"
    "CREATE INDEX history_incident ON history (incident, n);"
    "CREATE TRIGGER history_is_kept BEFORE DELETE ON history"
    " BEGIN SELECT RAISE(ABORT, 'the history is append-only'); END;"
    "CREATE TRIGGER history_is_fixed BEFORE UPDATE ON history"
    " BEGIN SELECT RAISE(ABORT, 'the history is append-only'); END;"
    "PRAGMA user_version = 1;";

static const char *const texts[SQL_COUNT] = {
    [SQL_BEGIN] = "BEGIN IMMEDIATE",
    [SQL_COMMIT] = "COMMIT",
    [SQL_ROLLBACK] = "ROLLBACK",
    [SQL_PUT_INCIDENT] =
	"INSERT INTO incidents (id, state, unmerged, version, key, kind,"
	" sector, stopped, rsit, entity_field, entity, opened, t0, first,"
	" last, answered, closed, overdue, owner, reason, recurrence,"
	" merged_into, score, band, gravity, extent, json)"
	" VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
	" ON CONFLICT (id) DO UPDATE SET state = excluded.state,"
	" unmerged = excluded.unmerged, version = excluded.version,"
	" rsit = excluded.rsit, t0 = excluded.t0, first = excluded.first,"
	" last = excluded.last, answered = excluded.answered,"
	" closed = excluded.closed, overdue = excluded.overdue,"
	" owner = excluded.owner, reason = excluded.reason,"
	" merged_into = excluded.merged_into, score = excluded.score,"
	" band = excluded.band, gravity = excluded.gravity,"
	" extent = excluded.extent, json = excluded.json",
    [SQL_PUT_ALERT] = "INSERT INTO alerts (id, incident, revision, taken, json)"
		      " VALUES (?,?,?,?,?)"
		      " ON CONFLICT (incident, id) DO UPDATE SET"
		      " revision = excluded.revision, json = excluded.json",
    [SQL_PUT_EVIDENCE] =
	"INSERT INTO evidence (alert, segment, offset, line, time, member,"
	" raw, whole, revision) VALUES (?,?,?,?,?,?,?,?,?)"
	" ON CONFLICT (alert, segment, offset, line) DO UPDATE SET"
	" revision = excluded.revision,"
	" raw = CASE WHEN length(excluded.raw) > 0 THEN excluded.raw"
	" ELSE raw END,"
	" whole = CASE WHEN excluded.whole > 0 THEN excluded.whole"
	" ELSE whole END",
    [SQL_DROP_EVIDENCE] = "DELETE FROM evidence WHERE alert = ? AND revision "
			  "<> ?",
    [SQL_JOINED] = "UPDATE alerts SET joined = 1 WHERE id = ?",
    [SQL_ADD_HISTORY] = "INSERT INTO history (n, at, incident, by, act, text, "
			"hash)"
			" VALUES (?,?,?,?,?,?,?)",
    [SQL_LOAD] =
	"SELECT id, state, unmerged, version, key, kind, sector, stopped,"
	" rsit, entity_field, entity, opened, t0, first, last, answered,"
	" closed, overdue, owner, reason, recurrence, merged_into, score,"
	" band, gravity, extent, json FROM incidents"
	" WHERE state < 4 OR closed >= ?1 OR (state = 5 AND EXISTS"
	" (SELECT 1 FROM incidents AS target WHERE"
	" target.id = incidents.merged_into AND (target.state <> 4 OR"
	" target.closed >= ?1))) ORDER BY seq",
    [SQL_LOAD_ALERTS] = "SELECT json, joined FROM alerts WHERE incident = ? "
			"ORDER BY seq",
    [SQL_LAST_ID] = "SELECT id FROM incidents WHERE substr(id, 1, 9) ="
		    " (SELECT max(substr(id, 1, 9)) FROM incidents)"
		    " ORDER BY CAST(substr(id, 10) AS INTEGER) DESC LIMIT 1",
    [SQL_REVISION] = "SELECT max(revision) FROM alerts WHERE id = ?",
    [SQL_JSON_OF] = "SELECT id, json FROM incidents WHERE id = ?",
    [SQL_JSON_CLOSED] = "SELECT id, json FROM incidents WHERE state = 4"
			" ORDER BY closed DESC, seq DESC LIMIT ? OFFSET ?",
    [SQL_ALERTS_OF] = "SELECT id, json, joined FROM alerts WHERE incident = ?"
		      " ORDER BY joined, seq LIMIT ?",
    [SQL_EVIDENCE_OF] = "SELECT segment, offset, line, time, member, raw, whole"
			" FROM evidence WHERE alert = ?"
			" ORDER BY time, segment, offset, line",
    [SQL_HISTORY_OF] = "SELECT n, at, incident, by, act, text, hash"
		       " FROM history WHERE incident = ? ORDER BY n",
    [SQL_HISTORY_ALL] = "SELECT n, at, incident, by, act, text, hash"
			" FROM history ORDER BY n",
    [SQL_HEAD] = "SELECT n, hash FROM history ORDER BY n DESC LIMIT 1",
};

/* One line when it breaks; desk_store_commit() tells when it heals. */
static void
complain(struct desk_store *store, enum sql which)
{
	if (!store->failing)
		log_error("desk.db: %s (statement %d)",
		    sqlite3_errmsg(store->db), (int)which);
	store->failing = true;
}

static enum sql
which_of(const struct desk_store *store, const sqlite3_stmt *st)
{
	enum sql which = SQL_BEGIN;
	while (which < SQL_COUNT - 1 && store->statements[which] != st)
		which++;
	return which;
}

sqlite3_stmt *
sql_bind(struct desk_store *store, enum sql which, const char *format, ...)
{
	sqlite3_stmt *st = store->statements[which];
	if (st == NULL) {
		if (sqlite3_prepare_v3(store->db, texts[which], -1,
			SQLITE_PREPARE_PERSISTENT, &st, NULL) != SQLITE_OK) {
			complain(store, which);
			return NULL;
		}
		store->statements[which] = st;
	}
	(void)sqlite3_reset(st);
	bool good = true;
	va_list args;
	va_start(args, format);
	for (int i = 1; good && format[i - 1] != '\0'; i++) {
		char kind = format[i - 1];
		int rc;
		if (kind == 'i') {
			rc = sqlite3_bind_int64(st, i, va_arg(args, int64_t));
		} else if (kind == 'u') {
			rc = sqlite3_bind_int64(
			    st, i, (sqlite3_int64)va_arg(args, uint64_t));
		} else {
			struct str s = va_arg(args, struct str);
			const char *p = s.n == 0 ? "" : s.p;
			rc = kind == 'b' ? sqlite3_bind_blob64(
					       st, i, p, s.n, SQLITE_TRANSIENT)
					 : sqlite3_bind_text64(st, i, p, s.n,
					       SQLITE_TRANSIENT, SQLITE_UTF8);
		}
		good = rc == SQLITE_OK;
	}
	va_end(args);
	if (!good)
		complain(store, which);
	return good ? st : NULL;
}

bool
sql_run(struct desk_store *store, sqlite3_stmt *st)
{
	if (st == NULL)
		return false;
	int rc = sqlite3_step(st);
	if (rc != SQLITE_DONE && rc != SQLITE_ROW)
		complain(store, which_of(store, st));
	(void)sqlite3_reset(st);
	(void)sqlite3_clear_bindings(st);
	return rc == SQLITE_DONE || rc == SQLITE_ROW;
}

bool
sql_row(struct desk_store *store, sqlite3_stmt *st, bool *failed)
{
	if (st == NULL) {
		*failed = true;
		return false;
	}
	int rc = sqlite3_step(st);
	if (rc == SQLITE_ROW)
		return true;
	if (rc != SQLITE_DONE) {
		complain(store, which_of(store, st));
		*failed = true;
	}
	(void)sqlite3_reset(st);
	return false;
}

struct str
sql_text(sqlite3_stmt *st, int column)
{
	const char *p = sqlite3_column_blob(st, column);
	int n = sqlite3_column_bytes(st, column);
	return str_make(p, p == NULL || n < 0 ? 0 : (size_t)n);
}

uint64_t
sql_u64(sqlite3_stmt *st, int column)
{
	return (uint64_t)sqlite3_column_int64(st, column);
}
