/* Time zones: the system's own files, and bytes that are none. */
#include "engine/base/stamp.h"

#include "engine/base/buf.h"

#include <time.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

struct bytes {
	char p[65536];
	size_t n;
};

static struct bytes bytes; /* of the file read last */

static bool
read_zone(const char *name)
{
	char path[256];
	FILE *f;

	(void)snprintf(path, sizeof(path), "/usr/share/zoneinfo/%s", name);
	f = fopen(path, "rb");
	if (f == NULL)
		return false;
	bytes.n = fread(bytes.p, 1, sizeof(bytes.p), f);
	fclose(f);
	return bytes.n > 0;
}

static struct zone *
load(struct arena *arena, const char *name)
{
	struct zone *z;

	if (!read_zone(name))
		fail_msg("%s is not in /usr/share/zoneinfo", name);
	z = zone_load(arena, str_from(name), str_make(bytes.p, bytes.n));
	if (z == NULL)
		fail_msg("%s is no TZif", name);
	return z;
}

static int64_t
stamp(const char *text)
{
	int64_t t = 0;

	assert_true(stamp_parse(str_from(text), &t));
	return t;
}

/* Around each change of clocks; from 2038 on only the footer's rule knows. */
static const struct {
	const char *zone, *at;
	int hours;
} offsets[] = {
    {"Europe/Luxembourg", "2026-01-15T12:00:00Z",        1 },
    {"Europe/Luxembourg", "2026-03-29T00:59:59.999999Z", 1 },
    {"Europe/Luxembourg", "2026-03-29T01:00:00Z",        2 },
    {"Europe/Luxembourg", "2026-07-15T12:00:00Z",        2 },
    {"Europe/Luxembourg", "2026-10-25T00:59:59.999999Z", 2 },
    {"Europe/Luxembourg", "2026-10-25T01:00:00Z",        1 },
    {"Europe/Luxembourg", "2040-03-25T00:59:59Z",        1 },
    {"Europe/Luxembourg", "2040-03-25T01:00:00Z",        2 },
    {"Europe/Luxembourg", "2040-10-28T00:59:59Z",        2 },
    {"Europe/Luxembourg", "2040-10-28T01:00:00Z",        1 },
    {"Europe/Luxembourg", "2040-12-31T23:30:00Z",        1 },
    {"America/New_York",  "2026-03-08T06:59:59Z",        -5},
    {"America/New_York",  "2026-03-08T07:00:00Z",        -4},
    {"America/New_York",  "2040-11-04T05:59:59Z",        -4},
    {"America/New_York",  "2040-11-04T06:00:00Z",        -5},
    {"Australia/Sydney",  "2040-01-01T00:00:00Z",        11},
    {"Australia/Sydney",  "2040-07-01T00:00:00Z",        10},
    {"Australia/Sydney",  "2040-12-31T23:59:59Z",        11},
    {"Asia/Tokyo",        "2040-07-01T00:00:00Z",        9 },
    {"UTC",	       "2026-07-01T00:00:00Z",        0 },
};

static void
test_offsets(void **state)
{
	struct arena *arena = arena_new(0);

	(void)state;
	for (size_t i = 0; i < COUNT(offsets); i++) {
		struct zone *z = load(arena, offsets[i].zone);
		int32_t got = zone_offset(z, stamp(offsets[i].at));

		if (got != offsets[i].hours * 3600)
			fail_msg("%s at %s: %d s", offsets[i].zone,
			    offsets[i].at, got);
		assert_true(str_eq(zone_name(z), str_from(offsets[i].zone)));
	}
	arena_free(arena);
}

/* Civil times of Luxembourg: once, twice, never. */
static const struct {
	const char *name;
	struct civil c;
	const char *want;
} civils[] = {
    {"winter",             {2026, 1, 15, 12, 0, 0, 0},   "2026-01-15T11:00:00Z"},
    {"summer",             {2026, 7, 15, 12, 0, 0, 0},   "2026-07-15T10:00:00Z"},
    {"before the gap",     {2026, 3, 29, 1, 59, 59, 0},  "2026-03-29T00:59:59Z"},
    {"in the gap",         {2026, 3, 29, 2, 30, 0, 0},   "2026-03-29T01:30:00Z"},
    {"behind the gap",     {2026, 3, 29, 3, 0, 0, 0},    "2026-03-29T01:00:00Z"},
    {"before the hour",    {2026, 10, 25, 1, 59, 59, 0}, "2026-10-24T23:59:59Z"},
    {"first of two",       {2026, 10, 25, 2, 30, 0, 0},  "2026-10-25T00:30:00Z"},
    {"behind the hour",    {2026, 10, 25, 3, 0, 0, 0},   "2026-10-25T02:00:00Z"},
    {"2040, in the gap",   {2040, 3, 25, 2, 30, 0, 0},   "2040-03-25T01:30:00Z"},
    {"2040, behind it",    {2040, 3, 25, 3, 0, 0, 0},    "2040-03-25T01:00:00Z"},
    {"2040, first of two", {2040, 10, 28, 2, 30, 0, 0},  "2040-10-28T00:30:00Z"},
    {"2040, behind them",  {2040, 10, 28, 3, 0, 0, 0},   "2040-10-28T02:00:00Z"},
    {"turn of the year",   {2027, 1, 1, 0, 30, 0, 5},
     "2026-12-31T23:30:00.000005Z"					     },
};

static void
test_civil(void **state)
{
	struct arena *arena = arena_new(0);
	struct zone *z = load(arena, "Europe/Luxembourg");

	(void)state;
	for (size_t i = 0; i < COUNT(civils); i++) {
		char text[STAMP_TEXT];
		int64_t t = zone_to_stamp(z, &civils[i].c);

		if (t != stamp(civils[i].want))
			fail_msg("row '%s': %.*s", civils[i].name,
			    STR_ARG(stamp_format(t, text)));
	}
	arena_free(arena);
}

/* Every three hours and a bit for 150 years, against the C library. */
static void
test_against_libc(void **state)
{
	static const char *const names[] = {"Europe/Luxembourg",
	    "America/New_York", "Australia/Sydney", "Asia/Kolkata",
	    "America/Sao_Paulo"};
	struct arena *arena = arena_new(0);

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		struct zone *z = load(arena, names[i]);

		setenv("TZ", names[i], 1);
		tzset();
		for (int64_t s = -1000000000; s < INT64_C(3700000000);
		     s += 11003) {
			time_t t = (time_t)s;
			struct tm tm;

			localtime_r(&t, &tm);
			if (zone_offset(z, s * SECOND) != tm.tm_gmtoff)
				fail_msg("%s at %lld: %d, libc has %ld",
				    names[i], (long long)s,
				    zone_offset(z, s * SECOND), tm.tm_gmtoff);
		}
	}
	unsetenv("TZ");
	tzset();
	arena_free(arena);
}

static void
test_fixed(void **state)
{
	struct arena *arena = arena_new(0);
	struct zone *z = zone_fixed(arena, STR("+05:30"), 19800);
	struct civil c = {2026, 1, 1, 0, 0, 0, 0};

	(void)state;
	assert_int_equal(zone_offset(z, 0), 19800);
	assert_int_equal(zone_offset(z, stamp("2040-07-01T00:00:00Z")), 19800);
	assert_true(zone_to_stamp(z, &c) == stamp("2025-12-31T18:30:00Z"));
	assert_true(str_eq(zone_name(z), STR("+05:30")));
	assert_int_equal(zone_offset(NULL, 0), 0);
	assert_true(str_eq(zone_name(NULL), STR("UTC")));
	assert_true(zone_to_stamp(NULL, &c) == stamp("2026-01-01T00:00:00Z"));
	arena_free(arena);
}

/* No bytes from a file may be read where there are none. */
static void
test_hostile(void **state)
{
	struct civil c = {2040, 6, 1, 12, 0, 0, 0};
	uint64_t x = 88172645463325252ull;

	(void)state;
	assert_true(read_zone("Europe/Luxembourg"));
	for (size_t cut = 0; cut < bytes.n; cut++) {
		struct arena *arena = arena_new(0);
		char *copy = mem_get(cut); /* so that sanitizers see */
		struct zone *z;

		memcpy(copy, bytes.p, cut);
		z = zone_load(arena, STR("x"), str_make(copy, cut));
		if (cut < 44)
			assert_null(z);
		if (z != NULL)
			(void)zone_to_stamp(z, &c);
		free(copy);
		arena_free(arena);
	}
	for (int round = 0; round < 20000; round++) {
		struct arena *arena = arena_new(4096);
		char copy[4096];
		size_t n = bytes.n < sizeof(copy) ? bytes.n : sizeof(copy);
		struct zone *z;

		memcpy(copy, bytes.p, n);
		for (int k = 0; k < 4; k++) {
			x ^= x << 13;
			x ^= x >> 7;
			x ^= x << 17;
			copy[(x >> 8) % (k < 2 ? 64 : n)] = (char)x;
		}
		z = zone_load(arena, STR("x"), str_make(copy, n));
		if (z != NULL) {
			(void)zone_offset(z, (int64_t)x % (8000 * 366 * DAY));
			(void)zone_to_stamp(z, &c);
		}
		arena_free(arena);
	}
}

static void
test_no_tzif(void **state)
{
	struct arena *arena = arena_new(0);
	char head[44] = "TZif2";

	(void)state;
	assert_null(zone_load(arena, STR("x"), STR_NONE));
	assert_null(zone_load(arena, STR("x"), STR("Europe/Luxembourg")));
	assert_null(zone_load(arena, STR("x"), str_make(head, sizeof(head))));
	arena_free(arena);
}

/* Footers that break RFC 8536 section 3.3.1 mean: no summer time. */
static const struct {
	const char *footer;
	int hours; /* of July 2040 */
} footers[] = {
    {"\nCET-1CEST,M3.5.0,M10.5.0/3\n",    2},
    {"\nCET-1CEST-3,M3.5.0,M10.5.0/3\n",  3},
    {"\n<+01>-1<+02>,M3.5.0,M10.5.0/3\n", 2},
    {"\nCET-1\n",			 1},
    {"\nCET-1CEST\n",                     1},
    {"\nCET-1CEST,M13.5.0/2,M10.5.0/3\n", 1},
    {"\nCET-1CEST,M3.0.0/2,M10.5.0/3\n",  1},
    {"\nCET-1CEST,M3.6.0/2,M10.5.0/3\n",  1},
    {"\nCET-1CEST,M3.5.7/2,M10.5.0/3\n",  1},
    {"\nCET-1CEST,M3.5.0/,M10.5.0/3\n",   1},
    {"\nCET-1CEST,M3.5.0\n",              1},
    {"\n<+01-1\n",			5},
    {"\nX-1\n",			   5},
    {"",				  5},
};

static void
test_footers(void **state)
{
	/* No transition; one type, 5 hours east. */
	static const char type[] = "\0\0\x46\x50\0\0"
				   "XXX";
	char head[44] = "TZif2";

	(void)state;
	head[39] = 1; /* types */
	head[43] = 3; /* characters */
	for (size_t i = 0; i < COUNT(footers); i++) {
		struct arena *arena = arena_new(0);
		struct zone *z;
		struct buf b;

		buf_init(&b, 10000);
		for (int block = 0; block < 2; block++) {
			buf_add(&b, str_make(head, sizeof(head)));
			buf_add(&b, str_make(type, 9));
		}
		buf_add(&b, str_from(footers[i].footer));
		z = zone_load(arena, STR("x"), buf_str(&b));
		assert_non_null(z);
		if (zone_offset(z, stamp("2040-07-01T00:00:00Z")) !=
		    footers[i].hours * 3600)
			fail_msg("'%s'", footers[i].footer);
		buf_fini(&b);
		arena_free(arena);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_offsets),
	    cmocka_unit_test(test_civil),
	    cmocka_unit_test(test_against_libc),
	    cmocka_unit_test(test_fixed),
	    cmocka_unit_test(test_hostile),
	    cmocka_unit_test(test_no_tzif),
	    cmocka_unit_test(test_footers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
