#include "engine/header/time.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/* 2026-11-24T10:00:00Z */
#define ARRIVAL (1795514400 * SECOND)

static const struct {
	const char *name;
	const char *text;
	size_t used;
	const char *want; /* RFC 3339 in UTC, read at ARRIVAL; NULL: none */
} rows[] = {
    {"RFC 3164", "Nov 24 09:58:00 host", 15, "2026-11-24T09:58:00.000Z"},
    {"next month", "Dec 31 23:59:59 host", 15, "2026-12-31T23:59:59.000Z"},
    {"far, and nearer ahead", "Mar  1 00:00:00 host", 15,
	"2027-03-01T00:00:00.000Z"},
    {"case", "NOV 24 09:58:00 Host", 15, "2026-11-24T09:58:00.000Z"},
    {"year inside", "Nov 24 2025 09:58:00: x", 20,
	"2025-11-24T09:58:00.000Z"},
    {"year behind", "Nov 24 09:58:00 2025 x", 20,
	"2025-11-24T09:58:00.000Z"},
    {"year in front", "2025 Nov 24 09:58:00 x", 20,
	"2025-11-24T09:58:00.000Z"},
    {"German", "Dez 24 09:58:00 h", 15, "2026-12-24T09:58:00.000Z"},
    {"German, written out", "24 M\xc3\xa4rz 2026 09:58:00 h", 22,
	"2026-03-24T09:58:00.000Z"},
    {"French", "24 ao\xc3\xbbt 2026 09:58:00 h", 22,
	"2026-08-24T09:58:00.000Z"},
    {"French, with its dot", "f\xc3\xa9vr. 4 2027 09:58:00 h", 22,
	"2027-02-04T09:58:00.000Z"},
    {"French January", "janv. 4 2027 09:58:00 h", 21,
	"2027-01-04T09:58:00.000Z"},
    {"French June and July", "14 juil. 2026 09:58:00 h", 22,
	"2026-07-14T09:58:00.000Z"},
    {"basic form", "20261124T095800Z h", 16, "2026-11-24T09:58:00.000Z"},
    {"basic form, fraction and zone", "20261124T095800.5+0100 h", 22,
	"2026-11-24T08:58:00.500Z"},
    {"zone word", "Nov 24 09:58:00 CET: x", 19, "2026-11-24T08:58:00.000Z"},
    {"zone word and year", "Nov 24 09:58:00 CET 2026", 24,
	"2026-11-24T08:58:00.000Z"},
    {"weekday", "Tue Nov 24 09:58:00 2026", 24, "2026-11-24T09:58:00.000Z"},
    {"milliseconds", "Nov 24 09:58:00.250 h", 19,
	"2026-11-24T09:58:00.250Z"},
    {"milliseconds behind colon", "Nov 24 09:58:00:250 h", 19,
	"2026-11-24T09:58:00.250Z"},
    {"RFC 3339", "2026-11-24T09:58:00.123456+01:00", 32,
	"2026-11-24T08:58:00.123456Z"},
    {"nanoseconds are cut", "2026-11-24T09:58:00.123456789Z", 30,
	"2026-11-24T09:58:00.123456Z"},
    {"space and comma", "2026-11-24 09:58:00,123 x", 23,
	"2026-11-24T09:58:00.123Z"},
    {"slashes", "2026/11/24 09:58:00", 19, "2026-11-24T09:58:00.000Z"},
    {"offset without colon", "2026-11-24T09:58:00+0100", 24,
	"2026-11-24T08:58:00.000Z"},
    {"offset behind blank", "2026-11-24 09:58:00 +0100", 25,
	"2026-11-24T08:58:00.000Z"},
    {"minus twice", "2026-11-24T09:58:00--5:00 h", 25,
	"2026-11-24T14:58:00.000Z"},
    {"web server", "24/Nov/2026:09:58:00 +0100", 26,
	"2026-11-24T08:58:00.000Z"},
    {"day first", "24-Nov-2026 09:58:00.5", 22, "2026-11-24T09:58:00.500Z"},
    {"leap second", "2026-06-30T23:59:60Z", 20, "2026-07-01T00:00:00.000Z"},
    {"colons", "2026:11:24-09:58:00 utm1", 19, "2026-11-24T09:58:00.000Z"},
    {"dots", "24.11.2026 09:58:00", 19, "2026-11-24T09:58:00.000Z"},
    {"month first, with dashes", "11-24-2026\t09:58:00", 19,
	"2026-11-24T09:58:00.000Z"},
    {"a whole month", "24 November 2026 09:58:00", 25,
	"2026-11-24T09:58:00.000Z"},
    {"a month cut", "Nov. 24 2026 09:58:00", 21,
	"2026-11-24T09:58:00.000Z"},
    {"another word", "Novelty 24 2026 09:58:00", 0, NULL},
    {"Go's form", "2026-11-24 09:58:00.1 +0000 UTC x", 31,
	"2026-11-24T09:58:00.100Z"},
    {"a tab", "2026-11-24\t09:58:00", 19, "2026-11-24T09:58:00.000Z"},
    {"month first", "11/24/2026:09:58:00 GMT ns1", 23,
	"2026-11-24T09:58:00.000Z"},
    {"day first, with slashes", "24/11/2026 09:58:00", 19,
	"2026-11-24T09:58:00.000Z"},
    {"either way: the nearer", "12/11/2026 09:58:00", 19,
	"2026-11-12T09:58:00.000Z"},
    {"either way: the other", "11/12/2026 09:58:00", 19,
	"2026-11-12T09:58:00.000Z"},
    {"a comma behind the year", "Nov 24 2026, 09:58:00 UTC x", 25,
	"2026-11-24T09:58:00.000Z"},
    {"a comma behind the year, day first", "24 Nov 2026, 09:58:00 UTC x", 25,
	"2026-11-24T09:58:00.000Z"},
    {"afternoon", "Nov 24 2026 09:58:00 PM x", 23, "2026-11-24T21:58:00.000Z"},
    {"midnight", "11/24/2026 12:05:00 AM", 22, "2026-11-24T00:05:00.000Z"},
    {"fraction behind the half of the day", "Nov 24 2026 09:58:00 PM.250 UTC :",
	31, "2026-11-24T21:58:00.250Z"},
    {"east of UTC", "Nov 24 09:58:00.123 UTC+07:30: x", 29,
	"2026-11-24T02:28:00.123Z"},
    {"a program in small letters", "Nov 24 2026 09:58:00 est: x", 20,
	"2026-11-24T09:58:00.000Z"},
    {"no such day", "Nov 31 09:58:00 host", 0, NULL},
    {"no such month", "2026-13-24T09:58:00Z", 0, NULL},
    {"no such hour", "Nov 24 25:58:00 host", 0, NULL},
    {"29 February of no leap year", "2025-02-29T09:58:00Z", 0, NULL},
    {"IPv6 is no year", "Nov 24 09:58:00 2001:db8::1 x", 15,
	"2026-11-24T09:58:00.000Z"},
    {"host in capitals", "Nov 24 09:58:00 CETUS x", 15,
	"2026-11-24T09:58:00.000Z"},
    {"word", "November is a month", 0, NULL},
    {"number", "1795514280", 0, NULL},
    {"empty", "", 0, NULL},
};

static void
test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct time_cache cache = {0};
		struct time_text t;
		char out[STAMP_TEXT];
		size_t used = time_read(str_from(rows[i].text), &t);
		struct str got;

		if (used != rows[i].used)
			fail_msg("%s: %zu bytes", rows[i].name, used);
		if (rows[i].want == NULL)
			continue;
		got = stamp_format(time_resolve(&cache, &t, ARRIVAL, NULL,
		    false), out);
		if (!str_eq(got, str_from(rows[i].want)))
			fail_msg("%s: %.*s", rows[i].name, STR_ARG(got));
	}
}

static int64_t
resolve(const char *text, const char *arrival, bool past)
{
	struct time_cache cache = {0};
	struct time_text t;
	int64_t at = 0;

	assert_true(time_read(str_from(text), &t) > 0);
	assert_true(stamp_parse(str_from(arrival), &at));
	return time_resolve(&cache, &t, at, NULL, past);
}

static void
same(const char *text, const char *arrival, bool past, const char *want)
{
	char out[STAMP_TEXT];
	struct str got = stamp_format(resolve(text, arrival, past), out);

	if (!str_eq(got, str_from(want)))
		fail_msg("%s at %s: %.*s", text, arrival, STR_ARG(got));
}

static void
test_year(void **state)
{
	(void)state;
	same("Dec 31 23:59:59 h", "2026-01-01T00:00:01Z", false,
	    "2025-12-31T23:59:59.000Z");
	same("Jan  1 00:00:01 h", "2025-12-31T23:59:59Z", false,
	    "2026-01-01T00:00:01.000Z");
	same("Jun 15 12:00:00 h", "2026-01-10T00:00:00Z", false,
	    "2026-06-15T12:00:00.000Z");
	same("Feb 29 12:00:00 h", "2026-03-01T00:00:00Z", false,
	    "2024-02-29T12:00:00.000Z");
	/* a file of the past */
	same("Dec 12 12:00:00 h", "2026-11-24T10:00:00Z", true,
	    "2025-12-12T12:00:00.000Z");
	same("Nov 24 12:00:00 h", "2026-11-24T10:00:00Z", true,
	    "2026-11-24T12:00:00.000Z");
}

static void
test_zone(void **state)
{
	struct arena *arena = arena_new(0);
	struct zone *zone = zone_fixed(arena, STR("two"), 7200);
	struct time_cache cache = {0};
	struct time_text t;
	char out[STAMP_TEXT];

	(void)state;
	assert_int_equal(time_read(STR("Nov 24 09:58:00 host"), &t), 15);
	/* Twice: from the rule and from the memory of the last minute. */
	for (int i = 0; i < 2; i++) {
		t.c.second = i;
		assert_string_equal(stamp_format(time_resolve(&cache, &t,
		    ARRIVAL, zone, false), out).p,
		    i == 0 ? "2026-11-24T07:58:00.000Z"
			   : "2026-11-24T07:58:01.000Z");
	}
	assert_string_equal(stamp_format(time_resolve(&cache, &t, ARRIVAL,
	    NULL, false), out).p, "2026-11-24T09:58:01.000Z");
	arena_free(arena);
}

static void
test_zone_word(void **state)
{
	static const struct {
		const char *word;
		int32_t offset;
	} zones[] = {{"UTC", 0}, {"mdt", -21600}, {"CEST", 7200},
	    {"UTC+07:30", 27000}, {"GMT-3", -10800}};
	static const char *const none[] = {"", "LUX", "r1", "CET+1", "UTC+",
	    "UTC+1x"};
	struct time_text t;

	(void)state;
	for (size_t i = 0; i < sizeof(zones) / sizeof(*zones); i++) {
		t = (struct time_text){0};
		if (!time_read_zone(str_from(zones[i].word), &t) ||
		    t.offset != zones[i].offset || !t.has_zone)
			fail_msg("%s: %d", zones[i].word, t.offset);
	}
	for (size_t i = 0; i < sizeof(none) / sizeof(*none); i++) {
		t = (struct time_text){0};
		if (time_read_zone(str_from(none[i]), &t) || t.has_zone)
			fail_msg("'%s' is a zone", none[i]);
	}
}

/* The whole text is a time. */
static void
expect_all(const char *text, const char *want)
{
	struct time_cache cache = {0};
	char out[STAMP_TEXT];
	struct time_text t;

	if (!time_read_all(str_from(text), &t))
		fail_msg("%s", text);
	assert_string_equal(stamp_format(time_resolve(&cache, &t, 0, NULL,
	    false), out).p, want);
}

static void
test_epoch(void **state)
{
	static const struct {
		const char *text;
		const char *want;
	} numbers[] = {
	    {"1795514400", "2026-11-24T10:00:00.000Z"},
	    {"1795514400.25", "2026-11-24T10:00:00.250Z"},
	    {"1795514400250", "2026-11-24T10:00:00.250Z"},
	    {"1795514400250001", "2026-11-24T10:00:00.250001Z"},
	    {"1795514400250001999", "2026-11-24T10:00:00.250001Z"},
	    {"2026-11-24T10:00Z", "2026-11-24T10:00:00.000Z"},
	    {"2026-11-24T10:00+01:00", "2026-11-24T09:00:00.000Z"},
	    {" [24/Nov/2026:10:00:00 +0000] ", "2026-11-24T10:00:00.000Z"},
	};
	struct time_text t;

	(void)state;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
		expect_all(numbers[i].text, numbers[i].want);
	assert_false(time_read_all(STR("12345"), &t));
	assert_false(time_read_all(STR("Nov 24 10:00:00 x"), &t));
	assert_false(time_read_all(STR(""), &t));
}

static void
test_field(void **state)
{
	static const struct {
		const char *text, *want;
	} forms[] = {
	    {"20261124100000", "2026-11-24T10:00:00.000Z"},
	    {"20261124100000.5Z", "2026-11-24T10:00:00.500Z"},
	    {"20261124100000.123+0100", "2026-11-24T09:00:00.123Z"},
	    {"20261124T100000Z", "2026-11-24T10:00:00.000Z"},
	    {"20261124 10:00:00.892712Z", "2026-11-24T10:00:00.892712Z"},
	    {"20261124-10:00:00", "2026-11-24T10:00:00.000Z"},
	    {"2026-11-24 10:00", "2026-11-24T10:00:00.000Z"},
	    {"2026-11-24-10.00.00.123456", "2026-11-24T10:00:00.123456Z"},
	    {"24-NOV-26 10.00.00.123456 PM", "2026-11-24T22:00:00.123456Z"},
	    {"Tuesday, November 24, 2026 10:00:00 PM",
		"2026-11-24T22:00:00.000Z"},
	    {"134088804001234567", "2025-11-29T09:00:00.123456Z"},
	    {"/Date(1795514400123)/", "2026-11-24T10:00:00.123Z"},
	    {"/Date(1795514400123+0100)/", "2026-11-24T10:00:00.123Z"},
	};
	static const char *const none[] = {"20261324100000", "20261124106000",
	    "20261124", "99991124100000x", "2026-11-24-10.00",
	    "2026-11-24 10-00", "24-XXX-26 10.00.00 PM", "Friday, 2026",
	    "034088804001234567", "/Date(12)/",
	    "/Date(1795514400123", "2026-11-24 10:00 and more than a form has "
	    "room for, which is sixty-four bytes"};
	struct time_text t;

	(void)state;
	for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++)
		expect_all(forms[i].text, forms[i].want);
	for (size_t i = 0; i < sizeof(none) / sizeof(*none); i++) {
		if (time_read_all(str_from(none[i]), &t))
			fail_msg("%s", none[i]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rows),
	    cmocka_unit_test(test_year),
	    cmocka_unit_test(test_zone),
	    cmocka_unit_test(test_zone_word),
	    cmocka_unit_test(test_epoch),
	    cmocka_unit_test(test_field),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
