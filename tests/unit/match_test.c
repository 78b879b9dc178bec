#include "engine/correlate/match.h"

#include "engine/base/stamp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static const struct match rows[] = {
    {0	},
    {			.spec = UINT64_MAX,
     .step = UINT32_MAX,
     .window = {UINT64_MAX, UINT64_MAX},
     .event = {UINT64_MAX, UINT32_MAX, UINT32_MAX},
     .time = INT64_MIN,
     .received = INT64_MAX,
     .late = true,
     .gone = true                   },
    { .spec = 5,
     .step = 1,
     .window = {0xfc00000000000000u, 1},
     .event = {3, 4096, 12},
     .time = 1767225600000000,
     .received = 1767225600100000,
     .member = STR_INIT("clinic"),
     .group = STR_INIT("\x09"
			  "192.0.2.7"),
     .value = STR_INIT("alice"),
     .entity_field = STR_INIT("source.ip"),
     .entity = STR_INIT("192.0.2.7")},
};

static void
test_round(void **state)
{
	struct buf out;
	struct str rest;
	struct match m;

	(void)state;
	buf_init(&out, SIZE_MAX);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		match_format(&rows[i], &out);
	rest = buf_str(&out);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct match *w = &rows[i];

		assert_true(match_parse(&rest, &m));
		assert_true(m.spec == w->spec && m.step == w->step &&
		    hash128_eq(m.window, w->window));
		assert_int_equal(event_id_cmp(&m.event, &w->event), 0);
		assert_true(m.time == w->time && m.received == w->received &&
		    m.late == w->late && m.gone == w->gone);
		assert_true(str_eq(m.member, w->member) &&
		    str_eq(m.group, w->group) && str_eq(m.value, w->value));
		assert_true(str_eq(m.entity_field, w->entity_field) &&
		    str_eq(m.entity, w->entity));
	}
	assert_int_equal(rest.n, 0);
	assert_false(match_parse(&rest, &m));
	assert_int_equal(match_shard(&rows[2]), 63);
	buf_fini(&out);
}

/* Every cut and every wrong version is refused, and nothing is taken. */
static void
test_cut(void **state)
{
	struct buf out;
	struct match m;

	(void)state;
	buf_init(&out, SIZE_MAX);
	match_format(&rows[2], &out);
	for (size_t n = 0; n < out.n; n++) {
		struct str s = str_first(buf_str(&out), n), before = s;

		assert_false(match_parse(&s, &m));
		assert_true(s.p == before.p && s.n == before.n);
	}
	out.p[0]++;
	struct str s = buf_str(&out);

	assert_false(match_parse(&s, &m));
	buf_fini(&out);
}

static void
test_pack(void **state)
{
	struct str list, value;
	struct buf out;

	(void)state;
	buf_init(&out, SIZE_MAX);
	pack_add(&out, STR("a"));
	pack_add(&out, STR_NONE);
	pack_add(&out, STR("bc"));
	list = buf_str(&out);
	assert_true(pack_next(&list, &value) && str_eq(value, STR("a")));
	assert_true(pack_next(&list, &value) && value.n == 0);
	assert_true(pack_next(&list, &value) && str_eq(value, STR("bc")));
	assert_false(pack_next(&list, &value));
	list = STR("\x05"
		   "ab");
	assert_false(pack_next(&list, &value));
	buf_fini(&out);
}

/* Inside its second, growing with the receipt, the stamp itself at 0. */
static void
test_order_time(void **state)
{
	static const int64_t delays[] = {0, 1, 1000, SECOND / 2, SECOND,
	    3 * SECOND, MINUTE, HOUR, DAY, 30 * DAY, 400 * DAY};
	int64_t stamp = 1772438400 * SECOND, before = stamp - 1, t;

	(void)state;
	for (size_t i = 0; i < sizeof(delays) / sizeof(delays[0]); i++) {
		t = match_order_time(stamp, stamp + delays[i]);
		if (t < before || t >= stamp + SECOND ||
		    (delays[i] == 0 && t != stamp))
			fail_msg("delay %lld", (long long)delays[i]);
		before = t;
	}
	assert_int_equal(match_order_time(stamp, stamp - 5), stamp);
	assert_int_equal(match_order_time(stamp + 500, stamp + MINUTE),
	    stamp + 500);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_order_time),
	    cmocka_unit_test(test_round),
	    cmocka_unit_test(test_cut),
	    cmocka_unit_test(test_pack),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
