/* Growing runs of bytes: what fits, what does not, and that nothing of what
 * does not fit is there. */
#include "engine/base/buf.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static void
check(const struct buf *buf, struct str want)
{
	if (!str_eq(buf_str(buf), want))
		fail_msg("'%.*s' is not '%.*s'", STR_ARG(buf_str(buf)),
		    STR_ARG(want));
}

static void
test_add(void **state)
{
	struct buf buf;

	(void)state;
	buf_init(&buf, 1000);
	buf_add(&buf, STR_NONE);
	check(&buf, STR(""));
	buf_add(&buf, STR("a\0b"));
	buf_add_char(&buf, 'c');
	check(&buf, STR("a\0bc"));
	buf_clear(&buf);
	buf_printf(&buf, "%s=%d", "x", -5);
	buf_printf(&buf, "%s", "");
	check(&buf, STR("x=-5"));
	assert_false(buf.full);
	buf_fini(&buf);
	check(&buf, STR(""));
	buf_add(&buf, STR("again"));
	check(&buf, STR("again"));
	buf_fini(&buf);
}

static void
test_numbers(void **state)
{
	static const struct {
		int64_t v;
		struct str text;
	} rows[] = {
	    {0,         STR_INIT("0")                   },
	    {-1,        STR_INIT("-1")                  },
	    {10,        STR_INIT("10")                  },
	    {INT64_MAX, STR_INIT("9223372036854775807") },
	    {INT64_MIN, STR_INIT("-9223372036854775808")},
	};
	struct buf buf;

	(void)state;
	buf_init(&buf, SIZE_MAX);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		buf_clear(&buf);
		buf_add_i64(&buf, rows[i].v);
		check(&buf, rows[i].text);
	}
	buf_clear(&buf);
	buf_add_u64(&buf, UINT64_MAX);
	check(&buf, STR("18446744073709551615"));
	buf_fini(&buf);
}

/* Each way to add, at a place where it fits exactly and where it lacks one. */
static void
add_char(struct buf *buf)
{
	buf_add_char(buf, 'x');
}

static void
add_text(struct buf *buf)
{
	buf_add(buf, STR("0123456789"));
}

static void
add_u64(struct buf *buf)
{
	buf_add_u64(buf, 1234567890);
}

static void
add_i64(struct buf *buf)
{
	buf_add_i64(buf, -123456789);
}

static void
add_printf(struct buf *buf)
{
	buf_printf(buf, "%05d%s", 12, "abcde");
}

static void
add_wide(struct buf *buf)
{
	buf_printf(buf, "%1000d", 7);
}

static void
test_maximum(void **state)
{
	static const struct {
		const char *name;
		void (*add)(struct buf *buf);
		size_t size;
	} rows[] = {
	    {"char",        add_char,   1   },
	    {"text",        add_text,   10  },
	    {"u64",         add_u64,    10  },
	    {"i64",         add_i64,    10  },
	    {"printf",      add_printf, 10  },
	    {"wide printf", add_wide,   1000},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		for (size_t lack = 0; lack < 2; lack++) {
			struct buf buf;

			buf_init(&buf, 5 + rows[i].size - lack);
			buf_add(&buf, STR("12345"));
			rows[i].add(&buf);
			if (buf.full != (lack == 1) ||
			    buf.n != (lack == 1 ? 5 : 5 + rows[i].size))
				fail_msg("%s, %zu too few", rows[i].name, lack);
			assert_true(
			    str_has_prefix(buf_str(&buf), STR("12345")));
			assert_true(buf.cap <= buf.max);
			buf_clear(&buf);
			assert_false(buf.full);
			buf_fini(&buf);
		}
	}
}

static void
test_room_and_drop(void **state)
{
	struct buf buf;
	char *p;

	(void)state;
	buf_init(&buf, 100000);
	assert_null(buf_room(&buf, SIZE_MAX));
	assert_true(buf.full);
	buf_clear(&buf);
	p = buf_room(&buf, 100000);
	assert_non_null(p);
	memset(p, 'a', 100000);
	buf.n = 100000;
	assert_null(buf_room(&buf, 1));
	buf_clear(&buf);
	buf_add(&buf, STR("abcdef"));
	buf_drop(&buf, 0);
	check(&buf, STR("abcdef"));
	buf_drop(&buf, 2);
	check(&buf, STR("cdef"));
	buf_drop(&buf, 4);
	check(&buf, STR(""));
	buf_add(&buf, STR("x"));
	buf_drop(&buf, SIZE_MAX);
	check(&buf, STR(""));
	buf_fini(&buf);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_add),
	    cmocka_unit_test(test_numbers),
	    cmocka_unit_test(test_maximum),
	    cmocka_unit_test(test_room_and_drop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
