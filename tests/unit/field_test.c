/* The table of fields: fixed slots, names made while loading, aliases. */
#include "engine/event/field.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static const struct {
	const char *name;
	field_id id;
	enum field_type type;
	bool list;
} fixed[] = {
    {"@timestamp",     FIELD_TIMESTAMP,      FIELD_DATE,    false},
    {"message",        FIELD_MESSAGE,        FIELD_KEYWORD, false},
    {"event.category", FIELD_EVENT_CATEGORY, FIELD_KEYWORD, true },
    {"event.type",     FIELD_EVENT_TYPE,     FIELD_KEYWORD, true },
    {"event.outcome",  FIELD_EVENT_OUTCOME,  FIELD_KEYWORD, false},
    {"source.ip",      FIELD_SOURCE_IP,      FIELD_IP,      false},
    {"source.port",    FIELD_SOURCE_PORT,    FIELD_LONG,    false},
};

static void
test_fixed(void **state)
{
	struct arena *arena = arena_new(0);
	struct field_table *t = field_table_new(arena);

	(void)state;
	for (size_t i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++) {
		field_id id = field_find(t, str_from(fixed[i].name));

		if (id != fixed[i].id || field_type(t, id) != fixed[i].type ||
		    field_is_list(t, id) != fixed[i].list ||
		    !str_eq(field_name(t, id), str_from(fixed[i].name)))
			fail_msg("%s", fixed[i].name);
	}
	/* Every row has a name of its own, in lower case. */
	assert_int_equal(field_count(t), FIELD_FIXED_COUNT);
	for (field_id id = 1; id < FIELD_FIXED_COUNT; id++) {
		assert_int_equal(field_find(t, field_name(t, id)), id);
		assert_true(field_is_ecs(id));
	}
	assert_false(field_is_ecs(FIELD_NONE));
	assert_int_equal(field_find(t, STR("")), FIELD_NONE);
	assert_int_equal(field_find(t, STR("source.IP")), FIELD_NONE);
	arena_free(arena);
}

static void
test_intern(void **state)
{
	struct arena *arena = arena_new(0);
	struct field_table *t = field_table_new(arena);
	char name[] = "cisco.mnemonic";
	field_id id = field_intern(t, str_from(name));

	(void)state;
	assert_int_equal(id, FIELD_FIXED_COUNT);
	name[0] = 'x'; /* was copied */
	assert_int_equal(field_find(t, STR("cisco.mnemonic")), id);
	assert_int_equal(field_intern(t, STR("cisco.mnemonic")), id);
	assert_int_equal(field_type(t, id), FIELD_KEYWORD);
	assert_false(field_is_list(t, id));
	assert_false(field_is_ecs(id));
	assert_int_equal(field_intern(t, STR("")), FIELD_NONE);
	assert_int_equal(field_intern(t, STR("source.ip")), FIELD_SOURCE_IP);
	arena_free(arena);
}

static void
test_full(void **state)
{
	struct arena *arena = arena_new(0);
	struct field_table *t = field_table_new(arena);

	(void)state;
	for (unsigned i = 0; i < FIELD_MAX + 10; i++) {
		char name[24];
		int n = snprintf(name, sizeof(name), "custom.f%u", i);
		field_id id = field_intern(t, str_make(name, (size_t)n));

		assert_int_equal(
		    id == FIELD_NONE, i >= FIELD_MAX - FIELD_FIXED_COUNT);
	}
	assert_int_equal(field_count(t), FIELD_MAX);
	/* What is there is still found. */
	assert_int_equal(field_intern(t, STR("custom.f0")), FIELD_FIXED_COUNT);
	arena_free(arena);
}

static void
test_alias(void **state)
{
	struct arena *arena = arena_new(0);
	struct field_table *t = field_table_new(arena);
	field_id other = field_intern(t, STR("Taken"));

	(void)state;
	assert_true(field_alias(t, STR("Image"), FIELD_PROCESS_EXECUTABLE));
	assert_true(field_alias(t, STR("Image"), FIELD_PROCESS_EXECUTABLE));
	assert_false(field_alias(t, STR("Image"), FIELD_PROCESS_NAME));
	assert_false(field_alias(t, STR("Taken"), FIELD_PROCESS_NAME));
	assert_true(field_alias(t, STR("Taken"), other));
	assert_int_equal(field_find(t, STR("Image")), FIELD_PROCESS_EXECUTABLE);
	assert_int_equal(
	    field_intern(t, STR("Image")), FIELD_PROCESS_EXECUTABLE);
	/* The field keeps its own name; an alias takes no slot. */
	assert_true(str_eq(field_name(t, FIELD_PROCESS_EXECUTABLE),
	    STR("process.executable")));
	assert_int_equal(field_count(t), FIELD_FIXED_COUNT + 1);
	arena_free(arena);
}

/* ecs.def is searched by halves: each name has to be found, and has its type
 * once it has a slot. */
static void
test_all_of_ecs(void **state)
{
	static const struct {
		const char *name;
		enum field_type type;
		bool list;
	} rows[] = {
#define ECS(name, type, list) {name, FIELD_##type, list},
#include "engine/event/ecs.def"
#undef ECS
	};
	struct arena *arena = arena_new(0);
	struct field_table *t = field_table_new(arena);

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct str name = str_from(rows[i].name);
		field_id id = field_intern(t, name);

		if (!field_is_of_ecs(name) || field_is_ecs(id) ||
		    field_type(t, id) != rows[i].type ||
		    field_is_list(t, id) != rows[i].list)
			fail_msg("%s", rows[i].name);
	}
	assert_true(field_is_of_ecs(STR("source.ip")));
	assert_false(field_is_of_ecs(STR("source.ipp")));
	assert_true(str_eq(field_near(t, STR("source.ipp"), 1),
	    STR("source.ip")));
	assert_true(str_eq(field_near(t, STR("process.exitcode"), 1),
	    STR("process.exit_code")));
	assert_int_equal(field_near(t, STR("nothing.like.it"), 2).n, 0);
	arena_free(arena);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_all_of_ecs),
	    cmocka_unit_test(test_fixed),
	    cmocka_unit_test(test_intern),
	    cmocka_unit_test(test_full),
	    cmocka_unit_test(test_alias),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
