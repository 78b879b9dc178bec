/* The event: values, lists, what replaces what, its limits, and its JSON. */
#include "engine/event/event.h"

#include "engine/base/stats.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

struct fixture {
	struct arena *arena;
	struct field_table *table;
	struct event *ev;
	field_id custom;
	struct buf out;
};

static int
set_up(void **state)
{
	struct fixture *f = mem_get_zero(1, sizeof(*f));

	f->arena = arena_new(0);
	f->table = field_table_new(f->arena);
	f->custom = field_intern(f->table, STR("vigie.custom"));
	assert_true(field_alias(f->table, STR("SrcIp"), FIELD_SOURCE_IP));
	f->ev = event_alloc(f->table);
	buf_init(&f->out, (size_t)16 * 1024 * 1024);
	*state = f;
	return 0;
}

static int
tear_down(void **state)
{
	struct fixture *f = *state;

	buf_fini(&f->out);
	event_release(f->ev);
	event_release(NULL);
	arena_free(f->arena);
	free(f);
	return 0;
}

static void
check(struct fixture *f, const char *want)
{
	buf_clear(&f->out);
	event_format(f->ev, &f->out);
	if (!str_eq(buf_str(&f->out), str_from(want)))
		fail_msg("%.*s\nis not\n%s", STR_ARG(buf_str(&f->out)), want);
}

#define EPOCH "{\"@timestamp\":\"1970-01-01T00:00:00.000Z\""

static void
test_values(void **state)
{
	struct fixture *f = *state;
	struct event *ev = f->ev;

	assert_false(event_has(ev, FIELD_USER_NAME));
	assert_null(event_value(ev, FIELD_USER_NAME));
	assert_int_equal(event_get(ev, FIELD_USER_NAME).n, 0);
	check(f, EPOCH "}");
	event_put(ev, FIELD_USER_NAME, STR("root"), VALUE_TEXT);
	event_put(ev, FIELD_USER_NAME, STR("admin"), VALUE_TEXT);
	assert_true(str_eq(event_get(ev, FIELD_USER_NAME), STR("admin")));
	assert_int_equal(ev->count, 1);
	event_put(ev, FIELD_NONE, STR("x"), VALUE_TEXT);
	event_append(ev, FIELD_NONE, STR("x"), VALUE_TEXT);
	assert_int_equal(ev->count, 1);
	event_unset(ev, FIELD_USER_NAME);
	assert_false(event_has(ev, FIELD_USER_NAME));
	check(f, EPOCH "}");
	event_append(ev, FIELD_USER_NAME, STR("again"), VALUE_TEXT);
	check(f, EPOCH ",\"user.name\":\"again\"}");
}

static void
test_lists(void **state)
{
	struct fixture *f = *state;
	struct event *ev = f->ev;
	const struct value *v;

	event_append(ev, f->custom, STR("a"), VALUE_TEXT);
	event_append(ev, FIELD_EVENT_TYPE, STR("start"), VALUE_TEXT);
	event_append(ev, f->custom, STR("b"), VALUE_TEXT);
	event_append(ev, f->custom, STR("a"), VALUE_TEXT); /* is in it */
	event_append(ev, f->custom, STR("c"), VALUE_TEXT);
	event_append(ev, f->custom, STR("a"), VALUE_NUMBER); /* another kind */
	v = event_value(ev, f->custom);
	assert_true(str_eq(v->text, STR("a")));
	v = event_next(ev, v);
	assert_true(str_eq(v->text, STR("b")));
	v = event_next(ev, v);
	assert_true(str_eq(v->text, STR("c")));
	v = event_next(ev, v);
	assert_int_equal(v->kind, VALUE_NUMBER);
	assert_null(event_next(ev, v));
	/* A list where ECS says so, or where there are several. */
	check(f,
	    EPOCH ",\"vigie.custom\":[\"a\",\"b\",\"c\",\"a\"],"
		  "\"event.type\":[\"start\"]}");
	/* One value in place of all; the old ones are nobody's. */
	event_put(ev, f->custom, STR("z"), VALUE_TEXT);
	assert_null(event_next(ev, event_value(ev, f->custom)));
	check(f, EPOCH ",\"vigie.custom\":\"z\",\"event.type\":[\"start\"]}");
	event_append(ev, f->custom, STR("y"), VALUE_TEXT);
	check(f,
	    EPOCH ",\"vigie.custom\":[\"z\",\"y\"],"
		  "\"event.type\":[\"start\"]}");
}

/* Of a long list only the first values are compared; it may be replaced and
 * grow again. */
static void
test_long_list(void **state)
{
	struct fixture *f = *state;
	const struct value *v;
	size_t n = 0;

	for (int round = 0; round < 2; round++) {
		event_put(f->ev, f->custom, STR("0"), VALUE_TEXT);
		for (int i = 0; i < 500; i++) {
			event_append(f->ev, f->custom,
			    arena_printf(f->ev->scratch, "%d", i), VALUE_TEXT);
			event_append(f->ev, f->custom, STR("1"), VALUE_TEXT);
			event_append(f->ev, FIELD_EVENT_TYPE,
			    i % 2 == 0 ? STR("start") : STR("info"),
			    VALUE_TEXT);
		}
	}
	for (v = event_value(f->ev, f->custom); v != NULL;
	     v = event_next(f->ev, v))
		n++;
	assert_int_equal(n, 500);
	v = event_next(f->ev, event_value(f->ev, FIELD_EVENT_TYPE));
	assert_null(event_next(f->ev, v));
}

static void
test_names(void **state)
{
	struct fixture *f = *state;
	struct event *ev = f->ev;

	event_append_name(ev, STR("stray"), STR("1"), VALUE_NUMBER);
	event_append_name(ev, STR("SrcIp"), STR("192.0.2.1"), VALUE_TEXT);
	event_append_name(ev, STR("other"), STR(""), VALUE_NULL);
	event_append_name(ev, STR("stray"), STR("2"), VALUE_NUMBER);
	event_append_name(ev, STR("Stray"), STR("3"), VALUE_TEXT);
	event_append_name(ev, STR("stray"), STR("2"), VALUE_NUMBER);
	event_append_name(ev, STR("source.ip"), STR("192.0.2.2"), VALUE_TEXT);
	/* An alias leads to its field's slot, a stray name keeps its list. */
	assert_true(str_eq(event_get(ev, FIELD_SOURCE_IP), STR("192.0.2.1")));
	check(f,
	    EPOCH ",\"stray\":[1,2],"
		  "\"source.ip\":[\"192.0.2.1\",\"192.0.2.2\"],"
		  "\"other\":null,\"Stray\":\"3\"}");
}

static const struct {
	const char *name;
	field_id id;
	const char *text, *json;
} typed[] = {
    {"number",            FIELD_SOURCE_PORT,    "4022",                  ":4022"             },
    {"large number",      FIELD_SOURCE_BYTES,   "123456789012345678901",
     ":123456789012345678901"								},
    {"minus",             FIELD_EVENT_SEVERITY, "-1",                    ":-1"               },
    {"leading zero",      FIELD_SOURCE_PORT,    "007",                   ":\"007\""          },
    {"no number",         FIELD_SOURCE_PORT,    "ssh",                   ":\"ssh\""          },
    {"empty number",      FIELD_SOURCE_PORT,    "",                      ":\"\""             },
    {"JSON in a number",  FIELD_SOURCE_PORT,    "1,\"x\":2",             ":\"1,\\\"x\\\":2\""},
    {"digits as keyword", FIELD_USER_NAME,      "42",                    ":\"42\""           },
    {"escape",            FIELD_USER_NAME,      "\033[2J",               ":\"\\u001b[2J\""   },
};

static void
test_types(void **state)
{
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(typed) / sizeof(typed[0]); i++) {
		struct str got;

		event_reset(f->ev);
		event_put_text(f->ev, typed[i].id, str_from(typed[i].text));
		buf_clear(&f->out);
		event_format(f->ev, &f->out);
		got = buf_str(&f->out);
		got.n--; /* } */
		if (!str_has_suffix(got, str_from(typed[i].json)))
			fail_msg("row '%s': %.*s", typed[i].name, STR_ARG(got));
	}
	event_reset(f->ev);
	event_put(f->ev, f->custom, STR("Yes"), VALUE_BOOL);
	event_append(f->ev, f->custom, STR("maybe"), VALUE_BOOL);
	event_append(f->ev, f->custom, STR_NONE, VALUE_NULL);
	event_append(f->ev, f->custom, STR("1.5e3"), VALUE_NUMBER);
	check(f, EPOCH ",\"vigie.custom\":[true,\"maybe\",null,1.5e3]}");
	event_reset(f->ev);
	event_put_u64(f->ev, FIELD_SOURCE_BYTES, UINT64_MAX);
	event_put_u64(f->ev, FIELD_SOURCE_PORT, 0);
	check(f,
	    EPOCH ",\"source.bytes\":18446744073709551615,"
		  "\"source.port\":0}");
}

static void
test_time_first(void **state)
{
	struct fixture *f = *state;

	f->ev->time = INT64_C(1795514400123456);
	event_put(f->ev, FIELD_USER_NAME, STR("root"), VALUE_TEXT);
	check(f,
	    "{\"@timestamp\":\"2026-11-24T10:00:00.123456Z\","
	    "\"user.name\":\"root\"}");
	/* Also where a source brought it, behind other fields; once. */
	event_put(
	    f->ev, FIELD_TIMESTAMP, STR("2026-01-01T00:00:00Z"), VALUE_TEXT);
	check(f,
	    "{\"@timestamp\":\"2026-01-01T00:00:00Z\","
	    "\"user.name\":\"root\"}");
}

static void
test_reset(void **state)
{
	struct fixture *f = *state;
	struct event *ev = f->ev;

	ev->id = (struct event_id){1, 2, 3};
	ev->time = ev->received = 5;
	ev->member = 7;
	ev->transport = TRANSPORT_TLS;
	ev->late = ev->parsed = true;
	ev->source = (struct logsource){1, 2, 3};
	ev->raw = ev->message = STR("x");
	event_append(ev, f->custom, STR("a"), VALUE_TEXT);
	event_append(ev, f->custom, STR("b"), VALUE_TEXT);
	event_append_name(ev, STR("stray"), STR("1"), VALUE_NUMBER);
	event_unset(ev, f->custom);
	event_append(ev, f->custom, STR("c"), VALUE_TEXT);
	event_reset(ev);
	check(f, EPOCH "}");
	for (size_t i = 0; i < field_count(f->table); i++)
		assert_int_equal(ev->first[i], 0);
	assert_int_equal(ev->count, 0);
	assert_int_equal(ev->id.segment + ev->id.offset + ev->id.line, 0);
	assert_true(ev->received == 0 && ev->member == 0);
	assert_int_equal(ev->transport, TRANSPORT_FILE);
	assert_false(ev->late || ev->parsed);
	assert_int_equal(ev->source.product + ev->source.service, 0);
	assert_int_equal(ev->raw.n + ev->message.n, 0);
}

/* 4,096 values and not one more; each too many is counted. */
static void
test_overflow(void **state)
{
	struct fixture *f = *state;
	struct event *ev = f->ev;
	static char names[EVENT_MAX_VALUES + 10][8];
	uint64_t before = stats->n[STAT_decode_limit];

	for (unsigned i = 0; i < EVENT_MAX_VALUES + 10; i++) {
		int n = snprintf(names[i], sizeof(names[i]), "n%u", i);

		event_append_name(
		    ev, str_make(names[i], (size_t)n), STR("v"), VALUE_TEXT);
	}
	assert_int_equal(ev->count, EVENT_MAX_VALUES);
	assert_int_equal(stats->n[STAT_decode_limit] - before, 10);
	/* Nothing new has room, but what is there may change. */
	event_put(ev, FIELD_USER_NAME, STR("root"), VALUE_TEXT);
	assert_false(event_has(ev, FIELD_USER_NAME));
	event_append_name(ev, STR("n0"), STR("w"), VALUE_TEXT);
	assert_int_equal(ev->values[0].next, 0);
	assert_int_equal(stats->n[STAT_decode_limit] - before, 12);
	buf_clear(&f->out);
	event_format(ev, &f->out);
	assert_true(str_has_suffix(buf_str(&f->out), STR(",\"n4095\":\"v\"}")));
	/* One list of as many. */
	event_reset(ev);
	for (unsigned i = 0; i < EVENT_MAX_VALUES + 5; i++)
		event_append(ev, f->custom, str_from(names[i]), VALUE_TEXT);
	assert_int_equal(ev->count, EVENT_MAX_VALUES);
	event_put(ev, f->custom, STR("one"), VALUE_TEXT);
	check(f, EPOCH ",\"vigie.custom\":\"one\"}");
	event_reset(ev);
	event_put(ev, FIELD_USER_NAME, STR("root"), VALUE_TEXT);
	check(f, EPOCH ",\"user.name\":\"root\"}");
}

/* Random changes against a list of texts a field. */
#define FIELDS 6
#define VALUES 5

static void
test_random(void **state)
{
	static const char *const texts[VALUES] = {"a", "b", "c", "d", "e"};
	struct fixture *f = *state;
	uint64_t x = 88172645463325252ull;

	for (int round = 0; round < 500; round++) {
		const char *want[FIELDS][VALUES];
		size_t n[FIELDS] = {0};

		event_reset(f->ev);
		for (int step = 0; step < 60; step++) {
			field_id id;
			size_t k, t, i;

			x ^= x << 13;
			x ^= x >> 7;
			x ^= x << 17;
			k = x % FIELDS;
			t = x / 64 % VALUES;
			id = (field_id)(FIELD_SOURCE_IP + k);
			if (x / 4096 % 8 == 0) {
				event_unset(f->ev, id);
				n[k] = 0;
			} else if (x / 4096 % 8 == 1) {
				event_put(
				    f->ev, id, str_from(texts[t]), VALUE_TEXT);
				want[k][0] = texts[t];
				n[k] = 1;
			} else {
				event_append(
				    f->ev, id, str_from(texts[t]), VALUE_TEXT);
				for (i = 0; i < n[k] && want[k][i] != texts[t];)
					i++;
				if (i == n[k])
					want[k][n[k]++] = texts[t];
			}
		}
		for (size_t k = 0; k < FIELDS; k++) {
			const struct value *v = event_value(
			    f->ev, (field_id)(FIELD_SOURCE_IP + k));

			for (size_t i = 0; i < n[k]; i++) {
				assert_non_null(v);
				assert_ptr_equal(v->text.p, want[k][i]);
				v = event_next(f->ev, v);
			}
			assert_null(v);
		}
	}
}

static void
test_id(void **state)
{
	static const struct event_id order[] = {
	    {0,          0,   0},
            {0,          0,   1},
            {0,          5,   0},
            {1,          0,   0},
            {1,          0,   7},
            {1,          128, 3},
	    {UINT64_MAX, 0,   0}
        };
	size_t n = sizeof(order) / sizeof(order[0]);

	(void)state;
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < n; k++) {
			int c = event_id_cmp(&order[i], &order[k]);

			assert_int_equal(c < 0, i < k);
			assert_int_equal(c > 0, i > k);
		}
	}
	assert_true(str_eq(transport_name(TRANSPORT_RELP), STR("relp")));
	assert_true(str_eq(transport_name(TRANSPORT_FILE), STR("file")));
}

/* Several values at once, and many fields in a row. */
static void
test_rows(void **state)
{
	static const struct str types[] = {STR_INIT("start"),
	    STR_INIT("end"), STR_INIT("info")};
	struct fixture *f = *state;
	struct event *ev = f->ev;
	struct event_pen pen;

	event_put(ev, FIELD_EVENT_TYPE, STR("old"), VALUE_TEXT);
	event_append(ev, FIELD_EVENT_TYPE, STR("older"), VALUE_TEXT);
	event_put_list(ev, FIELD_EVENT_TYPE, types, 3, VALUE_TEXT);
	check(f, EPOCH ",\"event.type\":[\"start\",\"end\",\"info\"]}");
	event_put_list(ev, FIELD_EVENT_TYPE, types, 1, VALUE_TEXT);
	check(f, EPOCH ",\"event.type\":[\"start\"]}");
	event_reset(ev);
	pen = event_pen(ev);
	assert_true(event_pen_put(&pen, FIELD_USER_NAME, STR("ann"),
	    VALUE_TEXT));
	assert_false(event_pen_put(&pen, FIELD_USER_NAME, STR("eve"),
	    VALUE_TEXT));
	while (pen.count < pen.cap) {
		pen.first[f->custom] = 0;
		assert_true(event_pen_put(&pen, f->custom, STR("x"),
		    VALUE_TEXT));
	}
	pen.first[f->custom] = 0;
	assert_false(event_pen_put(&pen, f->custom, STR("y"), VALUE_TEXT));
	event_pen_done(ev, &pen);
	assert_int_equal(ev->count, ev->cap);
	/* The slow way makes room. */
	event_put(ev, f->custom, STR("z"), VALUE_TEXT);
	check(f, EPOCH ",\"user.name\":\"ann\",\"vigie.custom\":\"z\"}");
}

#define WITH_EVENT(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    WITH_EVENT(test_values),
	    WITH_EVENT(test_lists),
	    WITH_EVENT(test_long_list),
	    WITH_EVENT(test_names),
	    WITH_EVENT(test_types),
	    WITH_EVENT(test_time_first),
	    WITH_EVENT(test_reset),
	    WITH_EVENT(test_overflow),
	    WITH_EVENT(test_random),
	    WITH_EVENT(test_rows),
	    cmocka_unit_test(test_id),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
