/*
 * Prepared statements of desk.db, private to store.c and store_read.c.
 */
#ifndef VIGIE_DESK_SQL_H
#define VIGIE_DESK_SQL_H

#include <sqlite3.h>

#include "engine/desk/store.h"

enum sql {
	SQL_BEGIN,
	SQL_COMMIT,
	SQL_ROLLBACK,
	SQL_PUT_INCIDENT,
	SQL_PUT_ALERT,
	SQL_PUT_EVIDENCE,
	SQL_DROP_EVIDENCE,
	SQL_JOINED,
	SQL_ADD_HISTORY,
	SQL_LOAD,
	SQL_LOAD_ALERTS,
	SQL_LAST_ID,
	SQL_REVISION,
	SQL_JSON_OF,
	SQL_JSON_CLOSED,
	SQL_ALERTS_OF,
	SQL_EVIDENCE_OF,
	SQL_HISTORY_OF,
	SQL_HISTORY_ALL,
	SQL_HEAD,
	SQL_COUNT,
};

struct desk_store {
	sqlite3 *db;
	sqlite3_stmt *statements[SQL_COUNT];
	bool in_transaction;
	bool failing; /* told once; until a commit goes through */
	uint64_t n;   /* the last row of the history, and its hash */
	unsigned char head[CHAIN_HASH];
	uint64_t kept_n; /* the same as of the last commit */
	unsigned char kept_head[CHAIN_HASH];
};

extern const char *const sql_schema;

/*
 * A statement ready to run. `format` has a letter a parameter: 't' a struct
 * str as text, 'b' a struct str as blob, 'i' an int64_t, 'u' a uint64_t. NULL
 * when SQLite says no (logged).
 */
sqlite3_stmt *sql_bind(
    struct desk_store *store, enum sql which, const char *format, ...);
/* Runs a statement without rows; takes NULL for `st` as failed. */
bool sql_run(struct desk_store *store, sqlite3_stmt *st);
/* The next row; sets *failed and resets the statement at the end. */
bool sql_row(struct desk_store *store, sqlite3_stmt *st, bool *failed);
struct str sql_text(sqlite3_stmt *st, int column);
uint64_t sql_u64(sqlite3_stmt *st, int column);

#endif
