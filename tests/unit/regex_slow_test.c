#include "engine/base/regex_slow.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

/* -1: nothing is slow. */
static const struct {
	const char *regex;
	int at;
} rows[] = {
    {"(a+)+",			      0 },
    {"^(a+)+$",			      1 },
    {"(?:a*)*",			      0 },
    {"(a{1,9})+",		      0 },
    {"(\\w+\\s?)*$",		      0 },
    {"(?:\\s*\\w+)+",		      0 },
    {"(.*,)+",			      0 },
    {"(?<user.name>[a-z]+\\d*)+@",     0 },
    {"x(?:y(?:[^/]+)*)z",	      5 },
    {"([0-9]+){20}",		      0 },
    {"(?i)((ab?)+)+",		      4 },
    {"(a|b+)+",			      0 },
    {"(?:a+){2,}",		      0 },
    {"(a+)",			      -1},
    {"(a+)?",			      -1},
    {"(a+){2}",			      -1},
    {"(?>a+)+",			      -1},
    {"(a++)+",			      -1},
    {"(a+)++",			      -1},
    {"(?:\\w+\\.)*\\w+",	      -1},
    {"(?:[^,]*,)*",		      -1},
    {"(\\d{1,3}\\.){3}\\d{1,3}",      -1},
    {"(?:foo|ba)+",		      -1},
    {"(?:ab?)+",		      -1},
    {"(?:/[a-z]+)*",		      -1},
    {"[(a+)+]",			      -1},
    {"\\(a+\\)+",		      -1},
    {"(?<=a+)+",		      -1},
    {"(a+",			      -1},
    {"a{x}(b)+",		      -1},
    {"",			      -1},
    {"(",			      -1},
    {"[",			      -1},
    {"\\",			      -1},
};

static void
test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t at = regex_slow_at(str_from(rows[i].regex));

		if (at != (rows[i].at < 0 ? SIZE_MAX : (size_t)rows[i].at))
			fail_msg("%s: %zd", rows[i].regex, (ssize_t)at);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
