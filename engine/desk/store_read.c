/* Reading desk.db: at start into the table of incidents, later for people. */
#include "engine/desk/store.h"

#include <stdio.h>

#include <jansson.h>

#include "engine/base/log.h"
#include "engine/desk/sql.h"

static void
copy_text(char *to, size_t n, struct str s)
{
	snprintf(to, n, "%.*s", STR_ARG(str_first(s, n - 1)));
}

/* The printed terms, so that a score that stays keeps its explanation. */
static void
read_terms(struct str text, struct priority *out)
{
	json_t *root = json_loadb(text.p, text.n, 0, NULL);
	json_t *terms = json_object_get(
	    json_object_get(root, "priority"), "terms");
	size_t i;
	json_t *term;
	json_array_foreach (terms, i, term) {
		const char *s = json_string_value(
		    json_object_get(term, "text"));
		if (i == PRIORITY_TERMS || s == NULL)
			break;
		copy_text(out->terms[i].text, sizeof(out->terms[i].text),
		    str_from(s));
		out->terms[i].points = (int)json_integer_value(
		    json_object_get(term, "points"));
		out->n_terms = i + 1;
	}
	json_decref(root);
}

/* A row of SQL_LOAD; texts are borrowed from the statement. */
static void
read_incident(sqlite3_stmt *st, struct incident *in, struct str *into)
{
	*in = (struct incident){
	    .state = (enum incident_state)sqlite3_column_int(st, 1),
	    .unmerged = (enum incident_state)sqlite3_column_int(st, 2),
	    .version = (uint32_t)sqlite3_column_int64(st, 3),
	    .key = sql_text(st, 4),
	    .kind = sql_text(st, 5),
	    .sector = sqlite3_column_int(st, 6) != 0,
	    .stopped = sqlite3_column_int(st, 7) != 0,
	    .rsit = sql_text(st, 8),
	    .entity_field = sql_text(st, 9),
	    .entity = sql_text(st, 10),
	    .opened = sqlite3_column_int64(st, 11),
	    .t0 = sqlite3_column_int64(st, 12),
	    .first = sqlite3_column_int64(st, 13),
	    .last = sqlite3_column_int64(st, 14),
	    .answered = sqlite3_column_int64(st, 15),
	    .closed = sqlite3_column_int64(st, 16),
	    .overdue = sqlite3_column_int(st, 17) != 0,
	    .priority = {.score = sqlite3_column_int(st, 22),
			 .band = sqlite3_column_int(st, 23),
			 .gravity = sqlite3_column_int(st, 24),
			 .extent = sqlite3_column_int(st, 25)},
	};
	copy_text(in->id, sizeof(in->id), sql_text(st, 0));
	copy_text(in->owner, sizeof(in->owner), sql_text(st, 18));
	copy_text(in->reason, sizeof(in->reason), sql_text(st, 19));
	copy_text(in->recurrence, sizeof(in->recurrence), sql_text(st, 20));
	*into = sql_text(st, 21);
	read_terms(sql_text(st, 26), &in->priority);
	/* Merged ones come back as they were and are merged again. */
	if (in->state == INCIDENT_MERGED)
		in->state = in->unmerged;
}

static bool
load_alerts(struct desk_store *store, struct incidents *all,
    const struct members *members, struct incident *in)
{
	struct arena *arena = arena_new(0);
	bool failed = false;
	sqlite3_stmt *st = sql_bind(
	    store, SQL_LOAD_ALERTS, "t", str_from(in->id));
	while (sql_row(store, st, &failed)) {
		struct alert alert;
		arena_reset(arena);
		if (alert_parse(arena, sql_text(st, 0), &alert))
			incidents_restore_alert(all, members, in, &alert,
			    sqlite3_column_int(st, 1) != 0);
		else
			log_error(
			    "desk.db: an alert of %s is unreadable", in->id);
	}
	arena_free(arena);
	return !failed;
}

struct merge {
	struct incident *from;
	struct str into;
	uint32_t version;
	enum incident_state unmerged;
};

static void
load_merges(struct incidents *all, struct merge *merges, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct incident *into = incidents_find(all, merges[i].into);
		if (into == NULL || incident_target(into) == merges[i].from) {
			/* Its target is over: so is it. Nothing joins it, and
			 * the next incidents_expire() takes it out. */
			merges[i].from->state = INCIDENT_CLOSED;
			merges[i].from->closed = 0;
			incidents_touch(all, merges[i].from);
			continue;
		}
		uint32_t version = incident_target(into)->version;
		incidents_merge(all, merges[i].from, into);
		incident_target(into)->version = version;
		merges[i].from->version = merges[i].version;
	}
}

static void
load_next_id(struct desk_store *store, struct incidents *all, bool *failed)
{
	sqlite3_stmt *st = sql_bind(store, SQL_LAST_ID, "");
	while (sql_row(store, st, failed)) {
		struct str id = sql_text(st, 0); /* INC-2026-0042 */
		uint64_t year, number;
		if (id.n > 9 && str_to_u64(str_make(id.p + 4, 4), &year) &&
		    str_to_u64(str_skip(id, 9), &number))
			incidents_set_next(all, (int)year, number + 1);
	}
}

bool
desk_store_load(struct desk_store *store, struct incidents *all,
    const struct members *members, int64_t since)
{
	struct arena *arena = arena_new(0);
	struct merge *merges = NULL;
	size_t n = 0;
	size_t cap = 0;
	bool failed = false;
	sqlite3_stmt *st = sql_bind(store, SQL_LOAD, "i", since);
	while (sql_row(store, st, &failed)) {
		struct incident saved;
		struct str into;
		read_incident(st, &saved, &into);
		struct incident *in = incidents_restore(all, &saved);
		if (!load_alerts(store, all, members, in))
			failed = true;
		if (into.n == 0)
			continue;
		ARENA_PUSH_ROOM(arena, merges, n, cap);
		merges[n++] = (struct merge){
		    in, arena_dup(arena, into), saved.version, saved.unmerged};
	}
	load_merges(all, merges, n);
	load_next_id(store, all, &failed);
	arena_free(arena);
	return !failed;
}

bool
desk_store_revision(
    struct desk_store *store, struct hash128 alert, uint32_t *revision)
{
	char id[33];
	bool failed = false;
	hash128_format(alert, id);
	*revision = 0;
	sqlite3_stmt *st = sql_bind(store, SQL_REVISION, "t", str_from(id));
	while (sql_row(store, st, &failed))
		*revision = (uint32_t)sqlite3_column_int64(st, 0);
	return !failed;
}

bool
desk_store_incidents(struct desk_store *store, struct str id, uint64_t offset,
    uint64_t limit, desk_incident_fn *fn, void *arg)
{
	bool failed = false;
	sqlite3_stmt *st = id.n > 0
	    ? sql_bind(store, SQL_JSON_OF, "t", id)
	    : sql_bind(store, SQL_JSON_CLOSED, "uu", limit, offset);
	while (sql_row(store, st, &failed))
		if (!fn(arg, sql_text(st, 0), sql_text(st, 1)))
			break;
	(void)sqlite3_reset(st);
	return !failed;
}

bool
desk_store_alerts(struct desk_store *store, struct str incident, uint64_t limit,
    desk_alert_fn *fn, void *arg)
{
	bool failed = false;
	sqlite3_stmt *st = sql_bind(
	    store, SQL_ALERTS_OF, "tu", incident, limit);
	while (sql_row(store, st, &failed))
		if (!fn(arg, sql_text(st, 0), sql_text(st, 1),
			sqlite3_column_int(st, 2) != 0))
			break;
	(void)sqlite3_reset(st);
	return !failed;
}

bool
desk_store_evidence(
    struct desk_store *store, struct str alert, desk_evidence_fn *fn, void *arg)
{
	bool failed = false;
	sqlite3_stmt *st = sql_bind(store, SQL_EVIDENCE_OF, "t", alert);
	while (sql_row(store, st, &failed)) {
		struct evidence_row row = {
		    .id = {.segment = sql_u64(st, 0),
			   .offset = (uint32_t)sql_u64(st, 1),
			   .line = (uint32_t)sql_u64(st, 2)},
		    .time = sqlite3_column_int64(st, 3),
		    .member = sql_text(st, 4),
		    .raw = sql_text(st, 5),
		    .whole = sql_u64(st, 6),
		};
		if (!fn(arg, &row))
			break;
	}
	(void)sqlite3_reset(st);
	return !failed;
}

bool
desk_store_histories(struct desk_store *store, struct str incident,
    desk_history_fn *fn, void *arg)
{
	bool failed = false;
	sqlite3_stmt *st = incident.n > 0
	    ? sql_bind(store, SQL_HISTORY_OF, "t", incident)
	    : sql_bind(store, SQL_HISTORY_ALL, "");
	while (sql_row(store, st, &failed)) {
		struct chain_row row = {.n = sql_u64(st, 0),
		    .at = sqlite3_column_int64(st, 1),
		    .incident = sql_text(st, 2),
		    .by = sql_text(st, 3),
		    .act = sql_text(st, 4),
		    .text = sql_text(st, 5)};
		struct str hash = sql_text(st, 6);
		unsigned char bytes[CHAIN_HASH] = {0};
		if (hash.n == CHAIN_HASH)
			memcpy(bytes, hash.p, CHAIN_HASH);
		if (!fn(arg, &row, bytes))
			break;
	}
	(void)sqlite3_reset(st);
	return !failed;
}

struct verify {
	unsigned char head[CHAIN_HASH];
	uint64_t n;
	bool good;
};

static bool
verify_row(void *arg, const struct chain_row *row,
    const unsigned char hash[CHAIN_HASH])
{
	struct verify *v = arg;
	unsigned char expected[CHAIN_HASH];
	chain_hash(v->head, row, expected);
	v->good = row->n == v->n + 1 && memcmp(expected, hash, CHAIN_HASH) == 0;
	if (!v->good)
		return false;
	v->n = row->n;
	memcpy(v->head, hash, CHAIN_HASH);
	return true;
}

bool
desk_store_verify(struct desk_store *store, uint64_t *rows, uint64_t *bad)
{
	struct verify v = {.good = true};
	bool read = desk_store_histories(store, STR(""), verify_row, &v);
	*rows = v.n;
	*bad = v.good ? 0 : v.n + 1;
	return read && v.good;
}
