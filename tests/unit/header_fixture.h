/* What header tests share: comparing, and cutting lines anywhere. */
#ifndef VIGIE_TESTS_HEADER_FIXTURE_H
#define VIGIE_TESTS_HEADER_FIXTURE_H

#include "engine/header/header.h"

#include "engine/base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

static inline void
same(const char *row, const char *what, const char *want, struct str got)
{
	if (!str_eq(str_from(want), got))
		fail_msg("%s: %s: expected '%s', found '%.*s'", row, what,
		    want, STR_ARG(got));
}

/* Cut at every byte: nothing is read behind the end (ASan sees it). */
static inline void
cut_everywhere(const char *line)
{
	struct str s = str_from(line);

	for (size_t n = 0; n <= s.n; n++) {
		char *copy = mem_get(n + 1);
		struct header h;

		memcpy(copy, s.p, n);
		header_parse(str_make(copy, n), &h);
		assert_true(h.pri <= 191);
		free(copy);
	}
}

#endif
