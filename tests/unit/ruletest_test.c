/*
 * The runner of rules' tests: what passes, what fails and with which words,
 * silence, filters, other orders of arrival.
 */
#include "engine/pipeline/ruletest.h"

#include "engine/base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

#define RULE                                                                   \
	"title: Door denied\n"                                                 \
	"name: door\n"                                                         \
	"level: low\n"                                                         \
	"logsource: {product: doors}\n"                                        \
	"detection: {words: [denied], condition: words}\n"                     \
	"---\n"                                                                \
	"title: Door guessing\n"                                               \
	"level: high\n"                                                        \
	"correlation:\n"                                                       \
	"  type: event_count\n"                                                \
	"  rules: [door]\n"                                                    \
	"  group-by: [host.name]\n"                                            \
	"  timespan: 5m\n"                                                     \
	"  condition: {gte: 3}\n"                                              \
	"vigie:\n"                                                             \
	"  rsit: intrusion-attempts:brute-force\n"                             \
	"  tests:\n"
#define EVENTS(times, every)                                                   \
	"    events:\n"                                                        \
	"    - {times: " times ", every: " every                               \
	", raw: '<38>{time} door1 doord: card {i} denied'}\n"

static const struct {
	const char *name, *test, *failure; /* a part of it; NULL: passes */
} rows[] = {
    {"as expected",
	"  - name: t\n" EVENTS("3", "10s")
	"    expect: [{rule: Door guessing, count: 3, level: high, at: 20s,\n"
	"              group: {host.name: door1}}]\n",
	NULL},
    {"silence", "  - name: t\n" EVENTS("2", "10s") "    expect: []\n", NULL},
    {"silence is broken",
	"  - name: t\n" EVENTS("3", "10s") "    expect: []\n",
	"more came than was expected: 'Door guessing' count 3"},
    {"nothing came",
	"  - name: t\n" EVENTS("3", "200s") "    expect: [{count: 3}]\n",
	"0 alerts fit where 1 are expected; came: nothing"},
    {"another count",
	"  - name: t\n" EVENTS("4", "10s") "    expect: [{count: 3}]\n",
	"came: 'Door guessing' count 4"},
    {"another group",
	"  - name: t\n" EVENTS("3", "10s")
	"    expect: [{group: {host.name: door2}}]\n",
	"host.name=door1"},
    {"no events", "  - {name: t, expect: []}\n", "needs a list 'events'"},
    {"no line", "  - {name: t, events: [{at: 1s}], expect: []}\n",
	"needs 'raw'"},
    {"a key that is none",
	"  - {name: t, evnts: [], events: [], expect: []}\n", "'evnts'"},
    {"no time", "  - {name: t, start: noon, events: [], expect: []}\n",
	"'start' is no time"},
};

struct fixture {
	struct arena *arena;
	struct err err;
	struct packs *packs;
	struct ruleset *rules;
	struct parts parts;
	struct buf text;
	/* what was reported */
	size_t reports, untested;
	char failure[1024];
	const char *only;
};

static void
load(struct fixture *f, const char *test)
{
	struct text_file file;

	*f = (struct fixture){.arena = arena_new(0)};
	err_init(&f->err, f->arena);
	buf_init(&f->text, SIZE_MAX);
	buf_add(&f->text, STR(RULE));
	buf_add(&f->text, str_from(test));
	file = (struct text_file){STR("t.yml"), buf_str(&f->text)};
	f->parts.fields = field_table_new(f->arena);
	f->parts.words = word_table_new(f->arena);
	f->packs = packs_load(f->arena, f->parts.fields, f->parts.words, NULL,
	    0, &f->err);
	f->parts.packs = f->packs;
	f->parts.members = members_load(f->arena, f->parts.words,
	    STR("members"), STR(""), NULL, NULL, &f->err);
	f->parts.sigma = sigma_load(f->arena, f->parts.words, &file, 1, NULL, 0,
	    &f->err);
	f->rules = ruleset_compile(f->arena, f->parts.fields, f->parts.words,
	    f->parts.sigma, &f->err);
	f->parts.rules = f->rules;
	f->parts.specs = specs_compile(f->arena, f->parts.fields,
	    f->parts.sigma, &f->err);
	assert_int_equal(f->err.errors, 0);
}

static void
unload(struct fixture *f)
{
	ruleset_free(f->rules);
	packs_free(f->packs);
	buf_fini(&f->text);
	arena_free(f->arena);
}

static void
on_report(void *arg, const struct sigma_meta *rule, struct str test,
    struct place at, const char *failure)
{
	struct fixture *f = arg;

	assert_true(str_eq(rule->title, STR("Door guessing")));
	assert_int_equal(test.n, 1);
	assert_true(at.line > 15);
	f->reports++;
	(void)snprintf(f->failure, sizeof(f->failure), "%s",
	    failure == NULL ? "" : failure);
}

static bool
wants(void *arg, const struct sigma_meta *rule, struct str test)
{
	const struct fixture *f = arg;

	(void)rule;
	return f->only == NULL || str_eq(test, str_from(f->only));
}

static void
on_untested(void *arg, const struct sigma_meta *rule)
{
	struct fixture *f = arg;

	(void)rule;
	f->untested++;
}

static void
judgement(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct ruletest_result sum;
		struct fixture f;
		bool good;

		load(&f, rows[i].test);
		sum = ruletest_run(&f.parts, on_report, &f);
		good = rows[i].failure == NULL
		    ? sum.passed == 1 && sum.failed == 0
		    : sum.failed == 1 &&
			strstr(f.failure, rows[i].failure) != NULL;
		if (!good || f.reports != 1 || sum.tested != 1) {
			print_error("%s: %s\n", rows[i].name, f.failure);
			fail();
		}
		unload(&f);
	}
}

#define TWO                                                                    \
	"  - name: a\n" EVENTS("3", "1s") "    expect: [{}]\n"                 \
	"  - name: b\n" EVENTS("3", "1s") "    expect: []\n"

static void
filter(void **state)
{
	const struct ruletest_options options = {
	    .wants = wants, .on_untested = on_untested};
	struct ruletest_result sum;
	struct fixture f;

	(void)state;
	load(&f, TWO);
	f.only = "a";
	sum = ruletest_run_with(&f.parts, &options, on_report, &f);
	assert_int_equal(sum.passed, 1);
	assert_int_equal(sum.failed, 0);
	assert_int_equal(f.reports, 1);
	/* A test that is left out still covers its rule. */
	assert_int_equal(sum.tested, 1);
	f.only = NULL;
	sum = ruletest_run_with(&f.parts, &options, on_report, &f);
	assert_int_equal(sum.failed, 1);
	/* The rule of the correlation is muted and needs no test. */
	assert_int_equal(f.untested, 0);
	unload(&f);
}

/* Stretches near the edges of the timespan, in many orders. */
static void
orders(void **state)
{
	static const char *const tests[] = {
	    "  - name: t\n" EVENTS("40", "149s") "    expect: [{count: 40}]\n",
	    "  - name: t\n" EVENTS("40", "150s") "    expect: [{count: 40}]\n",
	    "  - name: t\n" EVENTS("40", "151s") "    expect: []\n",
	    "  - name: t\n" EVENTS("40", "0s") "    expect: [{count: 40}]\n",
	};
	struct ruletest_result sum;
	struct fixture f;

	(void)state;
	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
		load(&f, tests[i]);
		for (uint64_t seed = 0; seed < 4; seed++) {
			sum = ruletest_run_with(&f.parts,
			    &(struct ruletest_options){.shuffle = true,
				.seed = seed * 1000},
			    on_report, &f);
			if (sum.failed > 0)
				print_error("%zu: %s\n", i, f.failure);
			assert_int_equal(sum.passed, 1);
		}
		unload(&f);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(judgement),
	    cmocka_unit_test(filter),
	    cmocka_unit_test(orders),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
