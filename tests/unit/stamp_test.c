/* The calendar and RFC 3339. */
#include "engine/base/stamp.h"

#include <time.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const struct {
	const char *in;
	const char *out; /* NULL: no time */
} rows[] = {
    {"1970-01-01T00:00:00Z",            "1970-01-01T00:00:00.000Z"   },
    {"2026-11-24T10:00:00Z",            "2026-11-24T10:00:00.000Z"   },
    {"2026-11-24t10:00:00z",            "2026-11-24T10:00:00.000Z"   },
    {"2026-11-24 10:00:00Z",            "2026-11-24T10:00:00.000Z"   },
    {"2026-11-24T10:00:00.5Z",          "2026-11-24T10:00:00.500Z"   },
    {"2026-11-24T10:00:00,25Z",         "2026-11-24T10:00:00.250Z"   },
    {"2026-11-24T10:00:00.123456Z",     "2026-11-24T10:00:00.123456Z"},
    {"2026-11-24T10:00:00.000001Z",     "2026-11-24T10:00:00.000001Z"},
    {"2026-11-24T10:00:00.123456789Z",  "2026-11-24T10:00:00.123456Z"},
    {"2026-11-24T10:00:00.999999999Z",  "2026-11-24T10:00:00.999999Z"},
    {"2026-11-24T10:00:00.1234567890Z", NULL                         },
    {"2026-11-24T10:00:00.Z",           NULL                         },
    {"2026-11-24T10:00:00+01:00",       "2026-11-24T09:00:00.000Z"   },
    {"2026-11-24T10:00:00+0100",        "2026-11-24T09:00:00.000Z"   },
    {"2026-11-24T10:00:00-03:30",       "2026-11-24T13:30:00.000Z"   },
    {"2026-11-24T10:00:00-00:00",       "2026-11-24T10:00:00.000Z"   },
    {"2026-01-01T00:30:00+01:00",       "2025-12-31T23:30:00.000Z"   },
    {"2026-11-24T10:00:00+24:00",       NULL                         },
    {"2026-11-24T10:00:00+01:60",       NULL                         },
    {"2026-11-24T10:00:00+01",          NULL                         },
    {"2026-11-24T10:00:00+1:00",        NULL                         },
    {"2026-11-24T10:00:00+01:00x",      NULL                         },
    {"2026-11-24T10:00:00Zx",           NULL                         },
    {"2026-11-24T10:00:00",             NULL                         },
    {"2026-11-24T10:00Z",               NULL                         },
    {"2026-11-24",		      NULL			 },
    {"2026-11-24T24:00:00Z",            NULL                         },
    {"2026-11-24T23:60:00Z",            NULL                         },
    {"2016-12-31T23:59:60Z",            "2017-01-01T00:00:00.000Z"   },
    {"2016-12-31T23:59:61Z",            NULL                         },
    {"2024-02-29T00:00:00Z",            "2024-02-29T00:00:00.000Z"   },
    {"2023-02-29T00:00:00Z",            NULL                         },
    {"2000-02-29T00:00:00Z",            "2000-02-29T00:00:00.000Z"   },
    {"1900-02-29T00:00:00Z",            NULL                         },
    {"2100-02-29T00:00:00Z",            NULL                         },
    {"2026-04-31T00:00:00Z",            NULL                         },
    {"2026-13-01T00:00:00Z",            NULL                         },
    {"2026-00-01T00:00:00Z",            NULL                         },
    {"2026-01-00T00:00:00Z",            NULL                         },
    {"0000-01-01T00:00:00Z",            NULL                         },
    {"0001-01-01T00:00:00Z",            "0001-01-01T00:00:00.000Z"   },
    {"1969-12-31T23:59:59.999999Z",     "1969-12-31T23:59:59.999999Z"},
    {"9999-12-31T23:59:59.999999Z",     "9999-12-31T23:59:59.999999Z"},
    {"-026-11-24T10:00:00Z",            NULL                         },
    {"2026-11-24T10:00:0xZ",            NULL                         },
    {" 2026-11-24T10:00:00Z",           NULL                         },
    {"",				NULL			 },
};

static void
test_rfc3339(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		char text[STAMP_TEXT];
		int64_t t = 77, again;
		bool ok = stamp_parse(str_from(rows[i].in), &t);

		if (ok != (rows[i].out != NULL) || (!ok && t != 77))
			fail_msg("'%s'", rows[i].in);
		if (!ok)
			continue;
		if (!str_eq(stamp_format(t, text), str_from(rows[i].out)))
			fail_msg("'%s': %s", rows[i].in, text);
		assert_true(stamp_parse(str_from(text), &again));
		assert_true(again == t);
	}
	assert_false(stamp_parse(STR("2026-11-24T10:00:00\0"), &(int64_t){0}));
	assert_false(stamp_parse(STR("2026-11-24\0"
				     "10:00:00Z"),
	    &(int64_t){0}));
}

/* Every day of four centuries and more against the C library. */
static void
test_calendar(void **state)
{
	int64_t from = -400 * 366 * (DAY / SECOND), to = -from;

	(void)state;
	for (int64_t s = from + 12345; s < to; s += 86400) {
		time_t t = (time_t)s;
		struct civil c;
		struct tm tm;

		assert_non_null(gmtime_r(&t, &tm));
		stamp_to_civil(s * SECOND + 6, &c);
		if (c.year != tm.tm_year + 1900 || c.month != tm.tm_mon + 1 ||
		    c.day != tm.tm_mday || c.hour != tm.tm_hour ||
		    c.minute != tm.tm_min || c.second != tm.tm_sec ||
		    c.micro != 6)
			fail_msg("second %lld", (long long)s);
		assert_true(civil_is_valid(&c));
		assert_true(civil_to_stamp(&c) == s * SECOND + 6);
		assert_int_equal(stamp_weekday(s * SECOND), tm.tm_wday);
	}
}

static void
test_negative(void **state)
{
	struct civil c;
	char text[STAMP_TEXT];

	(void)state;
	stamp_to_civil(-1, &c); /* one microsecond before 1970 */
	assert_int_equal(c.year, 1969);
	assert_int_equal(c.second, 59);
	assert_int_equal(c.micro, 999999);
	assert_int_equal(stamp_weekday(-1), 3);
	assert_int_equal(stamp_weekday(0), 4);
	assert_int_equal(stamp_weekday(-DAY), 3);
	assert_int_equal(stamp_weekday(-4 * DAY), 0);
	/* Years that four digits cannot write become the epoch. */
	assert_true(stamp_format(INT64_MAX, text).n < STAMP_TEXT);
	assert_true(str_has_prefix(str_from(text), STR("1970-01-01")));
	assert_true(stamp_format(INT64_MIN, text).n < STAMP_TEXT);
	assert_true(str_has_prefix(str_from(text), STR("1970-01-01")));
}

static void
test_valid(void **state)
{
	static const struct {
		const char *name;
		struct civil c;
		bool ok;
	} table[] = {
	    {"plain",         {2026, 11, 24, 10, 0, 0, 0},    true },
	    {"leap second",   {2026, 11, 24, 10, 0, 60, 0},   true },
	    {"61",            {2026, 11, 24, 10, 0, 61, 0},   false},
	    {"year 0",        {0, 11, 24, 10, 0, 0, 0},       false},
	    {"year 10000",    {10000, 11, 24, 10, 0, 0, 0},   false},
	    {"month -1",      {2026, -1, 24, 10, 0, 0, 0},    false},
	    {"day -1",        {2026, 1, -1, 10, 0, 0, 0},     false},
	    {"hour -1",       {2026, 1, 1, -1, 0, 0, 0},      false},
	    {"minute 60",     {2026, 1, 1, 0, 60, 0, 0},      false},
	    {"micro 1000000", {2026, 1, 1, 0, 0, 0, 1000000}, false},
	    {"29.2.2028",     {2028, 2, 29, 0, 0, 0, 0},      true },
	    {"30.2.2028",     {2028, 2, 30, 0, 0, 0, 0},      false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(table); i++) {
		if (civil_is_valid(&table[i].c) != table[i].ok)
			fail_msg("row '%s'", table[i].name);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rfc3339),
	    cmocka_unit_test(test_calendar),
	    cmocka_unit_test(test_negative),
	    cmocka_unit_test(test_valid),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
