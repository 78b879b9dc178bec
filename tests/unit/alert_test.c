#include "engine/correlate/alert.h"

#include "engine/base/stamp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static struct alert
sample(void)
{
	static struct str members[] = {STR_INIT("clinic"), STR_INIT("lab")};
	static struct alert_pair group[] = {
	    {STR_INIT("source.ip"), STR_INIT("192.0.2.7")   },
	    {STR_INIT("who"),       STR_INIT("\"quoted\"\n")},
	};
	static struct hash128 joined[] = {
	    {1, 2}
        };
	struct alert a = {
	    .id = {0x0123456789abcdefu, 0xfedcba9876543210u},
	    .revision = 3,
	    .spec = 0xdeadbeef,
	    .rule_id = STR("5d0f6b1c-0000-4000-8000-000000000002"),
	    .rule_name = STR("burst"),
	    .rule_title = STR("A burst"),
	    .level = STR("high"),
	    .rsit = STR("intrusion-attempts:brute-force"),
	    .rsit_guessed = true,
	    .confidence = 80,
	    .floor = STR("directory"),
	    .nis2 = true,
	    .advice_fr = STR("Bloquez l\xc3\xa9 compte."),
	    .sector = true,
	    .member = STR("clinic"),
	    .members = members,
	    .n_members = 2,
	    .group = group,
	    .n_group = 2,
	    .entity_field = STR("source.ip"),
	    .entity = STR("192.0.2.7"),
	    .first = 1767225600 * SECOND,
	    .last = 1767225660 * SECOND + 1500,
	    .count = 1234567890123,
	    .distinct = 7,
	    .joined = joined,
	    .n_joined = 1,
	    .approximate = true
        };

	a.events[0] = (struct alert_event){
	    .id = {7, 4096, 2},
	    .time = a.first,
	    .member = STR("clinic"),
	    .raw = STR("<38>a line")
        };
	a.events[1] = (struct alert_event){
	    .id = {7, 5000, 0},
              .time = a.last, .member = STR("lab")
        };
	a.n_events = 2;
	return a;
}

static void
test_format(void **state)
{
	static const char want[] =
	    "{\"kind\":\"alert\",\"rule\":{"
	    "\"id\":\"5d0f6b1c-0000-4000-8000-000000000002\","
	    "\"name\":\"burst\",\"title\":\"A burst\",\"level\":\"high\"},"
	    "\"member\":\"clinic\",\"group\":{\"source.ip\":\"192.0.2.7\","
	    "\"who\":\"\\\"quoted\\\"\\n\"},"
	    "\"first\":\"2026-01-01T00:00:00.000Z\","
	    "\"last\":\"2026-01-01T00:01:00.001500Z\","
	    "\"count\":1234567890123,\"events\":["
	    "{\"id\":\"7:4096:2\",\"time\":\"2026-01-01T00:00:00.000Z\","
	    "\"member\":\"clinic\",\"raw\":\"<38>a line\"},"
	    "{\"id\":\"7:5000:0\",\"time\":\"2026-01-01T00:01:00.001500Z\","
	    "\"member\":\"lab\"}],"
	    "\"id\":\"0123456789abcdeffedcba9876543210\",\"revision\":3,"
	    "\"spec\":\"00000000deadbeef\","
	    "\"rsit\":\"intrusion-attempts:brute-force\","
	    "\"rsit_guessed\":true,\"confidence\":80,"
	    "\"entity\":{\"field\":\"source.ip\",\"value\":\"192.0.2.7\"},"
	    "\"scope\":\"sector\",\"members\":[\"clinic\",\"lab\"],"
	    "\"joined\":[\"00000000000000010000000000000002\"],"
	    "\"distinct\":7,\"approximate\":true,\"floor\":\"directory\","
	    "\"nis2\":true,\"advice\":{\"fr\":\"Bloquez l\xc3\xa9 compte.\"}}";
	struct alert a = sample();
	struct buf out;

	(void)state;
	buf_init(&out, SIZE_MAX);
	alert_format(&a, &out);
	buf_add_char(&out, '\0');
	assert_string_equal(out.p, want);
	buf_fini(&out);
}

static void
test_round(void **state)
{
	struct arena *arena = arena_new(0);
	struct alert a = sample(), b;
	struct buf one, two;

	(void)state;
	buf_init(&one, SIZE_MAX);
	buf_init(&two, SIZE_MAX);
	alert_format(&a, &one);
	assert_true(alert_parse(arena, buf_str(&one), &b));
	alert_format(&b, &two);
	assert_true(str_eq(buf_str(&one), buf_str(&two)));
	assert_true(b.events[0].id.offset == 4096 && b.sector);
	buf_fini(&one);
	buf_fini(&two);
	arena_free(arena);
}

static void
test_bad(void **state)
{
	static const char *const rows[] = {"", "{}", "[]",
	    "{\"kind\":\"alert\"}", "{\"kind\":\"incident\",\"id\":\"1\"}",
	    "{\"kind\":\"alert\","};
	struct arena *arena = arena_new(0);
	struct alert a;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_false(alert_parse(arena, str_from(rows[i]), &a));
	arena_free(arena);
}

/* Every byte of a line comes back, also what JSON text cannot hold. */
static void
test_raw_bytes(void **state)
{
	struct arena *arena = arena_new(0);
	struct alert a = sample(), back;
	struct buf out;

	(void)state;
	a.events[0].raw = STR("<38>\xff\xfe caf\xe9 \x01\x00 end");
	buf_init(&out, SIZE_MAX);
	alert_format(&a, &out);
	assert_true(alert_parse(arena, buf_str(&out), &back));
	assert_true(str_eq(back.events[0].raw, a.events[0].raw));
	buf_fini(&out);
	arena_free(arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_format),
	    cmocka_unit_test(test_raw_bytes),
	    cmocka_unit_test(test_round),
	    cmocka_unit_test(test_bad),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
