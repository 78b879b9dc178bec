/*
 * Old aggregations rewritten as correlations, and what cannot be.
 */
#include "tests/unit/sigma_text.h"

#include "engine/sigma/migrate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define HEAD                                                                   \
	"title: It's old\n"                                                    \
	"id: 3f2b9c1e-5d07-4b8a-9f36-0a1b2c3d4e5f\n"                           \
	"logsource: {product: linux}\n"
#define AGGREGATED                                                             \
	"---\n"                                                                \
	"title: 'It''s old (correlation)'\n"                                   \
	"correlation:\n"
#define RULES                                                                  \
	"    rules:\n"                                                         \
	"        - 3f2b9c1e-5d07-4b8a-9f36-0a1b2c3d4e5f\n"

static const struct {
	const char *name, *text, *result, *messages;
} rows[] = {
    {"count",
        HEAD "detection:\n"
             "  s: {A: x}\n"
             "  timeframe: 5m\n"
             "  condition: s | count() by host, user > 5 # often\n"
             "level: high\n",
        HEAD "detection:\n"
             "  s: {A: x}\n"
             "  condition: s\n"
             "level: high\n" AGGREGATED "    type: event_count\n" RULES
             "    group-by:\n"
             "        - host\n"
             "        - user\n"
             "    timespan: 5m\n"
             "    condition:\n"
             "        gt: 5\n"
             "level: high\n",
        ""},
    {"distinct values, quotes, timeframe behind",
        HEAD "detection:\n"
             "  s: {A: x}\n"
             "  condition: 's | count(port) >= 5'\n"
             "  timeframe: 1h\n",
        HEAD "detection:\n"
             "  s: {A: x}\n"
             "  condition: 's'\n" AGGREGATED "    type: value_count\n" RULES
             "    timespan: 1h\n"
             "    condition:\n"
             "        field: port\n"
             "        gte: 5\n",
        ""},
    {"two documents, one of them old, without id",
        "title: A b\n"
        "logsource: {product: x}\n"
        "detection:\n"
        "  s: {A: x}\n"
        "  condition: s | sum(n) by h < 9\n"
        "---\n"
        "title: c\n",
        "name: a_b\n"
        "title: A b\n"
        "logsource: {product: x}\n"
        "detection:\n"
        "  s: {A: x}\n"
        "  condition: s\n"
        "---\n"
        "title: 'A b (correlation)'\n"
        "correlation:\n"
        "    type: value_sum\n"
        "    rules:\n"
        "        - a_b\n"
        "    group-by:\n"
        "        - h\n"
        "    timespan: 1d\n"
        "    condition:\n"
        "        field: n\n"
        "        lt: 9\n"
        "---\n"
        "title: c\n",
        "5:14 guessed_timespan\n"},
    {"near: a rule for each name, and a temporal correlation",
        "title: Dump\n"
        "id: 3f2b9c1e-5d07-4b8a-9f36-0a1b2c3d4e5f\n"
        "logsource:\n"
        "  product: linux\n"
        "detection:\n"
        "  start: {A: x}\n"
        "  more: # kept\n"
        "    B: y\n"
        "  quiet: {C: z}\n"
        "  timeframe: 5m\n"
        "  condition: start | near more and not quiet\n"
        "level: high\n",
        "name: dump\n"
        "title: Dump\n"
        "id: 3f2b9c1e-5d07-4b8a-9f36-0a1b2c3d4e5f\n"
        "logsource:\n"
        "  product: linux\n"
        "detection:\n"
        "  start: {A: x}\n"
        "  condition: start\n"
        "level: high\n"
        "---\n"
        "title: 'Dump (more)'\n"
        "name: dump_more\n"
        "logsource:\n"
        "  product: linux\n"
        "detection:\n"
        "  more: # kept\n"
        "    B: y\n"
        "  condition: more\n"
        "level: high\n"
        "---\n"
        "title: 'Dump (quiet)'\n"
        "name: dump_quiet\n"
        "logsource:\n"
        "  product: linux\n"
        "detection:\n"
        "  quiet: {C: z}\n"
        "  condition: quiet\n"
        "level: high\n"
        "---\n"
        "title: 'Dump (correlation)'\n"
        "correlation:\n"
        "    type: temporal\n"
        "    rules:\n"
        "        - dump\n"
        "        - dump_more\n"
        "        - dump_quiet\n"
        "    timespan: 5m\n"
        "    condition: dump and dump_more and not dump_quiet\n"
        "level: high\n",
        "11:14 near_without_group add 'group-by' with the host or the "
        "user\n"},
    {"near: the other half in a document behind a template",
        "action: global\n"
        "title: Tool\n"
        "logsource: {product: windows}\n"
        "detection:\n"
        "  service: {A: x}\n"
        "  timeframe: 1m\n"
        "  condition: service | near process\n"
        "---\n"
        "logsource: {category: process_creation}\n"
        "detection:\n"
        "  process: {B: y}\n",
        "name: tool\n"
        "title: Tool\n"
        "logsource: {product: windows}\n"
        "detection:\n"
        "  service: {A: x}\n"
        "  condition: service\n"
        "---\n"
        "title: 'Tool (process)'\n"
        "name: tool_process\n"
        "logsource: {category: process_creation}\n"
        "detection:\n"
        "  process: {B: y}\n"
        "  condition: process\n"
        "---\n"
        "title: 'Tool (correlation)'\n"
        "correlation:\n"
        "    type: temporal\n"
        "    rules:\n"
        "        - tool\n"
        "        - tool_process\n"
        "    timespan: 1m\n",
        "7:14 near_without_group add 'group-by' with the host or the "
        "user\n"},
    {"near with brackets stays",
        HEAD "detection:\n"
             "  s: {A: x}\n"
             "  t: {A: x}\n"
             "  condition: s | near (t or s)\n",
        "", "7:14 not_rewritten write a temporal correlation by hand\n"},
    {"near stays",
        HEAD "detection:\n"
             "  s: {A: x}\n"
             "  condition: s | near t\n",
        "", "6:14 not_rewritten write a temporal correlation by hand\n"},
    {"nothing old", HEAD "detection: {s: {A: x}, condition: s}\n", "", ""},
};

static void
migration(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct arena *arena = arena_new(0);
		struct text_file file = {STR("t.yml"), str_from(rows[i].text)};
		struct buf out, messages;
		struct err err;

		err_init(&err, arena);
		buf_init(&out, SIZE_MAX);
		buf_init(&messages, SIZE_MAX);
		assert_int_equal(sigma_migrate(arena, &file, &out, &err),
		    rows[i].result[0] != '\0');
		buf_add_char(&out, '\0');
		print_messages(&messages, &err);
		buf_add_char(&messages, '\0');
		if (strcmp(out.p, rows[i].result) != 0 ||
		    strcmp(messages.p, rows[i].messages) != 0) {
			print_error(
			    "%s\n%s--- %s", rows[i].name, out.p, messages.p);
			fail();
		}
		buf_fini(&out);
		buf_fini(&messages);
		arena_free(arena);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(migration)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
