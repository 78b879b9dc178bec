/* What a log line may do to a terminal: nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/base/arena.h"
#include "engine/cli/screen.h"

static void
escapes(void **state)
{
	(void)state;
	static const struct {
		const char *name;
		struct str in;
		const char *out;
	} rows[] = {
	    {"plain", STR_INIT("Failed password"), "Failed password"},
	    {"colour", STR_INIT("\x1b[31mred"), "\\x1b[31mred"},
	    {"line ends", STR_INIT("a\r\nb"), "a\\x0d\\x0ab"},
	    {"NUL and DEL", STR_INIT("a\0\x7f"), "a\\x00\\x7f"},
	    {"UTF-8 stays", STR_INIT("caf\xc3\xa9"), "caf\xc3\xa9"},
	    {"broken UTF-8", STR_INIT("caf\xe9"), "caf\\xe9"},
	    {"C1 control", STR_INIT("\xc2\x9b"), "\\u{9b}"},
	    {"right to left", STR_INIT("\xe2\x80\xae"), "\\u{202e}"},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf out;
		buf_init(&out, SIZE_MAX);
		screen_add(&out, rows[i].in);
		if (!str_eq(buf_str(&out), str_from(rows[i].out)))
			fail_msg(
			    "%s: '%.*s'", rows[i].name, STR_ARG(buf_str(&out)));
		buf_fini(&out);
	}
}

static void
columns(void **state)
{
	(void)state;
	struct table t = {.arena = arena_new(0), .columns = 2, .width = 16};
	struct buf out;
	buf_init(&out, SIZE_MAX);
	table_add(&t, STR("A"));
	table_add(&t, STR("TITLE"));
	table_add(&t, STR("\xc3\xa9\xc3\xa9\xc3\xa9"));
	table_add(&t, STR("0123456789abcdef"));
	table_print(&t, &out);
	buf_add_char(&out, '\0');
	assert_string_equal(out.p,
	    "A    TITLE\n"
	    "\xc3\xa9\xc3\xa9\xc3\xa9  0123456789a\n");
	buf_fini(&out);
	arena_free(t.arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(escapes),
	    cmocka_unit_test(columns),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
