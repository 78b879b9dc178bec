/* The desk: what is written, read again, refused; the audit chain. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "engine/desk/answer.h"
#include "engine/desk/desk.h"
#include "tests/unit/alert_fixture.h"

struct world {
	char dir[64];
	char path[96];
	struct desk *desk;
	struct buf out;
};

static void
open_desk(struct world *w, int64_t now)
{
	char why[512] = "";
	w->desk = desk_open(w->dir, NULL, now, why, sizeof(why));
	if (w->desk == NULL)
		fail_msg("%s", why);
}

static int
set_up(void **state)
{
	struct world *w = mem_get_zero(1, sizeof(*w));
	snprintf(w->dir, sizeof(w->dir), "/tmp/vigie-desk-XXXXXX");
	if (mkdtemp(w->dir) == NULL)
		return 1;
	snprintf(w->path, sizeof(w->path), "%s/desk.db", w->dir);
	buf_init(&w->out, SIZE_MAX);
	open_desk(w, T0);
	*state = w;
	return 0;
}

static int
tear_down(void **state)
{
	static const char *const names[] = {
	    "desk.db", "desk.db-wal", "desk.db-shm", "desk.lock"};
	struct world *w = *state;
	char path[128];
	desk_close(w->desk);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", w->dir, names[i]);
		(void)unlink(path);
	}
	(void)rmdir(w->dir);
	buf_fini(&w->out);
	free(w);
	return 0;
}

static void
take(struct world *w, const struct alert *a, int64_t now)
{
	assert_true(desk_begin(w->desk));
	assert_int_equal(desk_take_alert(w->desk, a, now), DESK_TAKEN);
	assert_true(desk_commit(w->desk));
}

/* A person's act; returns what came of it, the sentence in w->out. */
static enum desk_done
act(struct world *w, const char *id, const char *name, const char *text,
    const char *more, int64_t now)
{
	struct action a = {.by = STR("anne"),
	    .text = str_from(text),
	    .owner = str_from(more),
	    .reason = str_from(more),
	    .into = str_from(more)};
	assert_true(act_parse(str_from(name), &a.act));
	buf_clear(&w->out);
	return desk_act(w->desk, str_from(id), &a, now, &w->out);
}

static void
format_all(struct world *w, struct buf *out)
{
	const struct incident *in = NULL;
	while ((in = incidents_next(desk_incidents(w->desk), in)) != NULL) {
		incident_format(in, out);
		buf_add_char(out, '\n');
	}
}

static uint64_t
history_rows(struct world *w)
{
	uint64_t n;
	unsigned char hash[CHAIN_HASH];
	desk_store_head(desk_store_of(w->desk), &n, hash);
	return n;
}

static void
a_restart_changes_nothing(void **state)
{
	struct world *w = *state;
	struct alert_pair group[] = {{STR("user.name"), STR("a.example")},
	    {STR("host.name"), STR("srv1")}};
	struct hash128 joined[] = {{2, ~(uint64_t)2}};
	for (uint64_t i = 1; i <= 6; i++) {
		struct alert a = brute(i);
		a.group = group;
		a.n_group = 2;
		if (i > 3)
			a.entity = STR("198.51.100.3");
		if (i == 5) {
			a.floor = STR("patient-safety");
			a.rsit = STR("intrusions:system-compromise");
			a.member = STR("lab-b");
		}
		take(w, &a, T0 + (int64_t)i);
	}
	struct alert a = brute(1);
	a.revision = 2;
	a.count = 11;
	a.joined = joined;
	a.n_joined = 1;
	take(w, &a, T0 + 10);
	assert_int_equal(
	    act(w, "INC-2025-0001", "ack", "", "", T0 + 20), DESK_DONE);
	assert_int_equal(
	    act(w, "INC-2025-0001", "assign", "", "bert", T0 + 30), DESK_DONE);

	struct buf before, after;
	buf_init(&before, SIZE_MAX);
	buf_init(&after, SIZE_MAX);
	format_all(w, &before);
	uint64_t rows = history_rows(w);
	desk_close(w->desk);
	open_desk(w, T0 + HOUR);
	format_all(w, &after);
	buf_add_char(&before, '\0');
	buf_add_char(&after, '\0');
	assert_string_equal(before.p, after.p);
	buf_fini(&before);
	buf_fini(&after);

	/* All alerts again, as after a stream that was read twice. */
	for (uint64_t i = 1; i <= 6; i++) {
		struct alert again = brute(i);
		take(w, &again, T0 + 2 * HOUR);
	}
	assert_int_equal(history_rows(w), rows);
	assert_int_equal(incidents_count(desk_incidents(w->desk)), 2);
	/* Ids go on where they were. */
	a = brute(7);
	a.entity = STR("203.0.113.5");
	take(w, &a, T0 + 3 * HOUR);
	assert_non_null(
	    incidents_find(desk_incidents(w->desk), STR("INC-2025-0003")));
	/* The file is its owner's alone. */
	struct stat st;
	assert_int_equal(stat(w->path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
}

static void
a_batch_is_one_transaction(void **state)
{
	struct world *w = *state;
	struct alert a = brute(1);
	assert_true(desk_begin(w->desk));
	assert_int_equal(desk_take_alert(w->desk, &a, T0), DESK_TAKEN);
	assert_int_equal(
	    desk_take_alert_json(w->desk, STR("{\"id\":3}"), T0), DESK_NOT_IT);
	assert_int_equal(
	    desk_take_alert_json(w->desk, STR("rubbish"), T0), DESK_NOT_IT);
	desk_rollback(w->desk);
	assert_int_equal(incidents_count(desk_incidents(w->desk)), 0);
	assert_int_equal(history_rows(w), 0);
	assert_false(desk_commit(w->desk));
	/* It is offered again. */
	take(w, &a, T0);
	assert_int_equal(incidents_count(desk_incidents(w->desk)), 1);
	assert_int_equal(history_rows(w), 3);

	/* Nobody else may work in the folder. */
	char why[512];
	assert_null(desk_open(w->dir, NULL, T0, why, sizeof(why)));
	assert_non_null(strstr(why, "another desk"));
}

static void
an_alert_comes_as_json(void **state)
{
	struct world *w = *state;
	struct alert a = brute(1);
	struct buf json;
	buf_init(&json, SIZE_MAX);
	alert_format(&a, &json);
	assert_true(desk_begin(w->desk));
	assert_int_equal(
	    desk_take_alert_json(w->desk, buf_str(&json), T0), DESK_TAKEN);
	assert_true(desk_commit(w->desk));
	buf_fini(&json);
	const struct incident *in = incidents_find(
	    desk_incidents(w->desk), STR("INC-2025-0001"));
	assert_non_null(in);
	assert_string_equal(
	    in->title, "Brute force from 192.0.2.7 at clinic-a");
	assert_int_equal(in->count, 5);
}

/* Which act is legal where: a column a state. */
static void
lifecycle_table(void **state)
{
	struct world *w = *state;
	static const struct {
		const char *name, *more, *text;
		/* new, acknowledged, in progress, waiting, closed; '-':
		 * refused, else the first letter of the state behind */
		const char *expected;
	} rows[] = {
	    {"ack", "", "", "a----"},
	    {"assign", "bert", "", "iiiw-"},
	    {"assign", "", "", "-----"},
	    {"note", "", "called", "naiwc"},
	    {"note", "", "", "-----"},
	    {"wait", "", "which?", "www--"},
	    {"resume", "", "", "---i-"},
	    {"close", "impact", "x", "-ccc-"},
	    {"close", "impact", "", "-----"},
	    {"close", "so what", "x", "-----"},
	    {"reopen", "", "again", "----i"},
	    {"merge", "INC-0", "x", "-----"},
	    {"unmerge", "", "x", "-----"},
	};
	static const char *const ways[] = {"", "a", "ai", "aw", "ac"};
	uint64_t id = 100;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		for (size_t s = 0; s < 5; s++) {
			char entity[32];
			struct alert a = brute(++id);
			snprintf(
			    entity, sizeof(entity), "192.0.2.%u", (unsigned)id);
			a.entity_field = STR("user.name");
			a.entity = str_from(entity);
			take(w, &a, T0);
			struct incident_alert *entry = incidents_find_alert(
			    desk_incidents(w->desk), a.id);
			struct incident *in = entry->incident;
			for (const char *p = ways[s]; *p != '\0'; p++)
				assert_int_equal(
				    act(w, in->id,
					*p == 'a'       ? "ack"
					    : *p == 'i' ? "assign"
					    : *p == 'w' ? "wait"
							: "close",
					"text", *p == 'c' ? "impact" : "bert",
					T0),
				    DESK_DONE);
			enum desk_done done = act(w, in->id, rows[i].name,
			    rows[i].text, rows[i].more, T0 + 1);
			char got = done == DESK_DONE
			    ? incident_state_name(in->state).p[0]
			    : '-';
			if (got != rows[i].expected[s])
				fail_msg("%s %s in state %zu: '%c', not '%c'",
				    rows[i].name, rows[i].more, s, got,
				    rows[i].expected[s]);
			if (done != DESK_DONE) {
				assert_int_equal(done, DESK_ILLEGAL);
				assert_int_equal(w->out.p[w->out.n - 1], '.');
			}
		}
	}
	uint64_t n, bad;
	assert_true(desk_store_verify(desk_store_of(w->desk), &n, &bad));
}

static void
answers_and_versions(void **state)
{
	struct world *w = *state;
	struct alert a = brute(1);
	const char *id = "INC-2025-0001";
	take(w, &a, T0);
	struct incident *in = incidents_find(
	    desk_incidents(w->desk), str_from(id));
	/* Nothing is closed without an answer; a note is one. */
	assert_int_equal(
	    act(w, id, "close", "nothing", "benign", T0), DESK_ILLEGAL);
	assert_int_equal(
	    act(w, id, "note", "We called them.", "", T0 + 5), DESK_DONE);
	assert_int_equal(in->answered, T0 + 5);
	assert_int_equal(act(w, id, "ack", "", "", T0 + 6), DESK_ILLEGAL);
	struct action stale = {.act = ACT_NOTE,
	    .by = STR("carl"),
	    .text = STR("late"),
	    .version = 1};
	assert_int_equal(
	    desk_act(w->desk, str_from(id), &stale, T0, &w->out), DESK_STALE);
	stale.version = in->version;
	assert_int_equal(
	    desk_act(w->desk, str_from(id), &stale, T0, &w->out), DESK_DONE);
	assert_int_equal(
	    act(w, "INC-2025-9999", "note", "x", "", T0), DESK_NO_SUCH);

	/* Overdue is told once. */
	a = brute(2);
	a.entity = STR("198.51.100.2");
	take(w, &a, T0);
	uint64_t rows = history_rows(w);
	desk_tick(w->desk, T0 + HOUR);
	assert_int_equal(history_rows(w), rows);
	desk_tick(w->desk, T0 + DAY);
	desk_tick(w->desk, T0 + DAY + HOUR);
	assert_int_equal(history_rows(w), rows + 1);
}

static void
forgotten_alerts_stay_known(void **state)
{
	struct world *w = *state;
	struct alert a = brute(1);
	take(w, &a, T0);
	assert_int_equal(act(w, "INC-2025-0001", "ack", "", "", T0), DESK_DONE);
	assert_int_equal(
	    act(w, "INC-2025-0001", "close", "done", "no-impact", T0),
	    DESK_DONE);
	desk_tick(w->desk, T0 + 2 * DAY);
	assert_int_equal(incidents_count(desk_incidents(w->desk)), 0);
	take(w, &a, T0 + 2 * DAY);
	assert_int_equal(incidents_count(desk_incidents(w->desk)), 0);
	/* It is still there to be read. */
	struct request request = {
	    .path = STR("/api/v1/incidents"), .query = STR("state=closed")};
	buf_clear(&w->out);
	assert_int_equal(desk_answer(w->desk, &request, T0, &w->out), 200);
	assert_true(
	    str_find(buf_str(&w->out), STR("INC-2025-0001")) != SIZE_MAX);
	request = (struct request){
	    .path = STR("/api/v1/incidents/INC-2025-0001")};
	buf_clear(&w->out);
	assert_int_equal(desk_answer(w->desk, &request, T0, &w->out), 200);
}

struct lines {
	size_t n;
	size_t bytes;
	uint64_t whole;
	char first[64];
	size_t first_n;
};

static bool
on_line(void *arg, const struct evidence_row *row)
{
	struct lines *l = arg;
	if (l->n++ == 0) {
		l->first_n = row->raw.n < 64 ? row->raw.n : 64;
		memcpy(l->first, row->raw.p, l->first_n);
	}
	l->bytes += row->raw.n;
	l->whole += row->whole;
	return true;
}

static void
evidence_is_kept_byte_by_byte(void **state)
{
	struct world *w = *state;
	static const char odd[] = "<13>caf\xe9 \0 \x1b[31m \xff";
	static char big[40000];
	memset(big, 'x', sizeof(big));
	struct alert a = brute(1);
	char id[33];
	hash128_format(a.id, id);
	a.n_events = 3;
	for (uint32_t i = 0; i < 3; i++)
		a.events[i] = (struct alert_event){.id = {1, 0, i},
		    .time = T0 + i,
		    .member = STR("clinic-a"),
		    .raw = str_make(big, sizeof(big))};
	a.events[0].raw = str_make(odd, sizeof(odd) - 1);
	take(w, &a, T0);
	struct lines l = {0};
	assert_true(desk_store_evidence(
	    desk_store_of(w->desk), str_from(id), on_line, &l));
	assert_int_equal(l.n, 3);
	assert_int_equal(l.first_n, sizeof(odd) - 1);
	assert_memory_equal(l.first, odd, sizeof(odd) - 1);
	assert_int_equal(l.bytes, ALERT_RAW_BYTES);
	assert_int_equal(l.whole, 80000 + sizeof(odd) - 1);

	/* The next revision has not read the first line back, and a new last
	 * one takes the place of two. */
	a.revision = 2;
	a.n_events = 2;
	a.events[0].raw = STR("");
	a.events[1].id.line = 9;
	a.events[1].raw = STR("new");
	take(w, &a, T0);
	l = (struct lines){0};
	assert_true(desk_store_evidence(
	    desk_store_of(w->desk), str_from(id), on_line, &l));
	assert_int_equal(l.n, 2);
	assert_memory_equal(l.first, odd, sizeof(odd) - 1);
	assert_int_equal(l.bytes, sizeof(odd) - 1 + 3);

	struct request request = {
	    .path = STR("/api/v1/incidents/INC-2025-0001")};
	buf_clear(&w->out);
	assert_int_equal(desk_answer(w->desk, &request, T0, &w->out), 200);
	assert_true(
	    str_find(buf_str(&w->out),
		STR("\"base64\":\"PDEzPmNhZukgACAbWzMxbSD/\"")) != SIZE_MAX);
	assert_true(str_find_char(buf_str(&w->out), '\x1b') == SIZE_MAX);
}

static int
sql(const char *path, const char *text)
{
	sqlite3 *db = NULL;
	int rc = sqlite3_open(path, &db);
	if (rc == SQLITE_OK)
		rc = sqlite3_exec(db, text, NULL, NULL, NULL);
	(void)sqlite3_close(db);
	return rc;
}

static void
the_chain_shows_changes(void **state)
{
	struct world *w = *state;
	struct alert a = brute(1);
	take(w, &a, T0);
	for (int i = 0; i < 5; i++)
		assert_int_equal(
		    act(w, "INC-2025-0001", "note", "one more", "", T0 + i),
		    DESK_DONE);
	uint64_t n, bad;
	assert_true(desk_store_verify(desk_store_of(w->desk), &n, &bad));
	assert_int_equal(n, 8);
	assert_int_not_equal(
	    sql(w->path, "UPDATE history SET text = 'x'"), SQLITE_OK);
	assert_int_not_equal(sql(w->path, "DELETE FROM history"), SQLITE_OK);
	assert_int_equal(sql(w->path,
			     "DROP TRIGGER history_is_fixed;"
			     "UPDATE history SET by = 'zoe' WHERE n = 4"),
	    SQLITE_OK);
	assert_false(desk_store_verify(desk_store_of(w->desk), &n, &bad));
	assert_int_equal(bad, 4);
	assert_int_equal(sql(w->path,
			     "UPDATE history SET by = 'anne' WHERE n = 4;"
			     "DROP TRIGGER history_is_kept;"
			     "DELETE FROM history WHERE n = 6"),
	    SQLITE_OK);
	assert_false(desk_store_verify(desk_store_of(w->desk), &n, &bad));
	assert_int_equal(n, 5);

	/* A file of the future is not touched. */
	desk_close(w->desk);
	assert_int_equal(sql(w->path, "PRAGMA user_version = 99"), SQLITE_OK);
	char why[512];
	w->desk = desk_open(w->dir, NULL, T0, why, sizeof(why));
	assert_null(w->desk);
	assert_non_null(strstr(why, "newer"));
}

static void
merged_and_back(void **state)
{
	struct world *w = *state;
	struct alert a = brute(1);
	struct alert b = brute(2);
	b.entity = STR("198.51.100.2");
	b.member = STR("lab-b");
	take(w, &a, T0);
	take(w, &b, T0 + 1);
	assert_int_equal(
	    act(w, "INC-2025-0002", "merge", "same case", "INC-2025-0002", T0),
	    DESK_ILLEGAL);
	assert_int_equal(
	    act(w, "INC-2025-0002", "merge", "same case", "INC-2025-0001", T0),
	    DESK_DONE);
	b.revision = 2;
	b.count = 8;
	take(w, &b, T0 + 2);
	for (int round = 0; round < 2; round++) {
		struct incidents *all = desk_incidents(w->desk);
		struct incident *into = incidents_find(
		    all, STR("INC-2025-0001"));
		struct incident *from = incidents_find(
		    all, STR("INC-2025-0002"));
		assert_int_equal(into->count, 13);
		assert_int_equal(into->n_members, 2);
		assert_int_equal(from->state, INCIDENT_MERGED);
		assert_ptr_equal(from->merged_into, into);
		desk_close(w->desk);
		open_desk(w, T0 + HOUR);
	}
	assert_int_equal(
	    act(w, "INC-2025-0002", "note", "x", "", T0), DESK_ILLEGAL);
	assert_int_equal(
	    act(w, "INC-2025-0002", "unmerge", "not the same", "", T0),
	    DESK_DONE);
	struct incidents *all = desk_incidents(w->desk);
	assert_int_equal(incidents_find(all, STR("INC-2025-0001"))->count, 5);
	assert_int_equal(incidents_find(all, STR("INC-2025-0002"))->count, 8);
	assert_int_equal(
	    incidents_find(all, STR("INC-2025-0002"))->state, INCIDENT_NEW);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    T(a_restart_changes_nothing),
	    T(a_batch_is_one_transaction),
	    T(an_alert_comes_as_json),
	    T(lifecycle_table),
	    T(answers_and_versions),
	    T(forgotten_alerts_stay_known),
	    T(evidence_is_kept_byte_by_byte),
	    T(the_chain_shows_changes),
	    T(merged_and_back),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
