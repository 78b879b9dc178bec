/*
 * Correlations case by case, through the memory store: bounds, order, absence,
 * chains, caps.
 */
#include "engine/base/stamp.h"
#include "engine/base/stats.h"
#include "engine/correlate/memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

#include "tests/unit/correlate_fixture.h"

/* Name | kind, number of rules, condition | events in order of arrival, each
 * "<ms><rules>[=value]" | a last line of no rule | alerts "first-last/count".
 * The span is 60 seconds throughout. */
static const char *const rows[] = {
    "three within exactly the span | count 1 gte 3 | "
    "0a 1000a 60000a | 60000 | 0-60000/3",
    "one microsecond is not seen, one millisecond is too much | "
    "count 1 gte 3 | "
    "0a 1000a 60001a | 60001 | ",
    "growth is one alert | count 1 gte 2 | "
    "0a 1000a 2000a 50000a 110000a | 110000 | 0-110000/5",
    "a span of quiet arms it again | count 1 gte 2 | "
    "0a 1000a 61001a 61002a | 70000 | 0-1000/2 61001-61002/2",
    "exactly a span of quiet does not | count 1 gte 2 | "
    "0a 1000a 60999a 61000a | 70000 | 0-61000/4",
    "out of order | count 1 gte 3 | "
    "20000a 0a 10000a | 30000 | 0-20000/3",
    "gt | count 1 gt 2 | "
    "0a 1a 2a 100000a 100001a | 110000 | 0-2/3",
    "an event of two rules is one event | count 2 gte 3 | "
    "0ab 1ab 2c | 3 | ",
    "lt is decided at the end | count 1 lt 3 | "
    "0a 1a | 91000 | 0-1/2",
    "lt with enough | count 1 lt 3 | "
    "0a 1a 2a | 91000 | ",
    "a window past the last line stays undecided | count 1 lt 3 | "
    "0a 1a | 59999 | ",
    "eq | count 1 eq 2 | "
    "0a 1a 200000a 200001a 200002a | 300000 | 0-1/2",
    "neq | count 1 neq 2 | "
    "0a 1a 200000a 200001a 200002a | 300000 | 200000-200002/3",
    "a range | count 1 gte 2 lte 3 | "
    "0a 1a 200000a 400000a 400001a 400002a 400003a | 500000 | 0-1/2",
    "distinct values | distinct 1 gte 3 | "
    "0a=x 1a=y 2a=x 3a=z | 10 | 0-3/4",
    "the same value again | distinct 1 gte 3 | "
    "0a=x 1a=y 2a=x 3a=y | 10 | ",
    "a new value | new 1 learn 10 | "
    "0a=x 10000a=y 11000a=x 12000a=y | 90000 | 10000-10000/1",
    "the group still learns | new 1 learn 10 | "
    "0a=x 9999a=y | 90000 | ",
    "each new value is an alert of its own | new 1 learn 10 | "
    "0a=x 20000a=y 21000a=z | 90000 | 20000-20000/1 21000-21000/1",
    "exactly a span ago is known | new 1 learn 10 | "
    "0a=x 30000a=x 60000a=y 90000a=x | 130000 | 60000-60000/1",
    "longer ago is new | new 1 learn 10 | "
    "0a=x 30000a=y 60001a=x | 130000 | 30000-30000/1 60001-60001/1",
    "an earlier event comes late | new 1 learn 10 | "
    "0a=x 20000a=y 11000a=y | 90000 | 11000-11000/1",
    "nothing is learnt first | new 1 learn 0 | "
    "0a=x 1a=x | 90000 | 0-0/1",
    "sum | sum 1 gt 1000 | "
    "0a=500 1a=500 2a=0.5 | 10 | 0-2/3",
    "sum: a tenth ten times is one | sum 1 gte 1 | "
    "0a=.1 1a=.1 2a=.1 3a=.1 4a=.1 5a=.1 6a=.1 7a=.1 8a=.1 9a=.1 | "
    "10 | 0-9/10",
    "sum: a negative number makes it wait | sum 1 gte 10 | "
    "0a=-5 5000a=10 1000a=-1 | 60000 | ",
    "average | average 1 gte 50 | "
    "0a=40 1a=50 2a=60 | 10 | 0-2/3",
    "average: the last line decides | average 1 gte 50 | "
    "0a=10 1a=40 2a=90 | 10 | ",
    "median | median 1 gte 50 | "
    "0a=40 1a=45 2a=60 3a=70 | 10 | 0-3/4",
    "percentile between ranks | percentile 1 gte 12.5 rank 25 | "
    "0a=10 1a=20 | 10 | 0-1/2",
    "percentile below | percentile 1 gte 12.6 rank 25 | "
    "0a=10 1a=20 | 10 | ",
    "temporal in any order | temporal 2 | "
    "0b 60000a | 60000 | 0-60000/2",
    "temporal: two of three | temporal 3 gte 2 | "
    "0a 1a 2c | 10 | 0-2/3",
    "temporal: one event, both rules | temporal 2 | "
    "0ab | 10 | 0-0/1",
    "ordered | ordered 2 | "
    "0a 1b | 10 | 0-1/2",
    "ordered the wrong way | ordered 2 | "
    "0b 1a | 10 | ",
    "ordered by time, not arrival | ordered 2 | "
    "5000b 1000a | 6000 | 1000-5000/2",
    "ordered at one time: by id | ordered 2 | "
    "7a 7b | 10 | 7-7/2",
    "ordered at one time, the wrong way | ordered 2 | "
    "7b 7a | 10 | ",
    "ordered: a newer first step | ordered 2 | "
    "0a 54000a 90000b | 91000 | 54000-90000/2",
    "ordered: a c b c | ordered 3 | "
    "0a 1c 2b 3c | 10 | 0-3/4",
    "ordered: two of three | ordered 3 gte 2 | "
    "0c 1a 2b | 10 | 0-2/3",
    "a and not b | temporal 2 a!b | "
    "0a | 91000 | 0-0/1",
    "a and not b: b comes | temporal 2 a!b | "
    "0a 60000b | 151000 | ",
    "a and not b: b too late | temporal 2 a!b | "
    "0a 60001b | 151000 | 0-0/1",
    "a and not b: b before | temporal 2 a!b | "
    "0b 1a | 151000 | 1-1/1",
    "a and not b: b out of order | temporal 2 a!b | "
    "0a 35000a 22000b | 151000 | 35000-35000/1",
    "a and not b, undecided | temporal 2 a!b | "
    "0a | 59999 | ",
    "a and b as words | temporal 2 a&b | "
    "0b 1a | 10 | 0-1/2",
};

/* "<ms><steps>[=value]" */
static void
put_word(struct fixture *f, struct str word, uint32_t n, int64_t *received)
{
	struct str head, value = STR_NONE;
	size_t digits = 0;
	uint64_t ms = 0;

	str_cut(word, '=', &head, &value);
	while (digits < head.n && char_is_digit(head.p[digits]))
		digits++;
	assert_true(str_to_u64(str_first(head, digits), &ms));
	if ((int64_t)ms > *received)
		*received = (int64_t)ms;
	for (; digits < head.n; digits++)
		put(f, n, (int64_t)ms, *received,
		    (uint32_t)(head.p[digits] - 'a'), "192.0.2.7", value);
}

static void
run_words(struct fixture *f, struct str rest, int64_t end_ms)
{
	struct str word;
	int64_t received = 0;
	uint32_t n = 0;

	while (rest.n > 0) {
		str_cut(rest, ' ', &word, &rest);
		put_word(f, word, ++n, &received);
	}
	memory_tick(f->store, T0 + end_ms * 1000);
	memory_finish(f->store);
}

/* What was heard in the form of row.want, by first. */
static void
heard_text(const struct fixture *f, const char *rule, char *out, size_t size)
{
	int64_t after = INT64_MIN;
	size_t n = 0;

	out[0] = '\0';
	for (;;) {
		size_t best = f->n_heard;

		for (size_t i = 0; i < f->n_heard; i++)
			if (!f->heard[i].joined && f->heard[i].first > after &&
			    strcmp(f->heard[i].rule, rule) == 0 &&
			    (best == f->n_heard ||
				f->heard[i].first < f->heard[best].first))
				best = i;
		if (best == f->n_heard)
			return;
		after = f->heard[best].first;
		n += (size_t)snprintf(out + n, size - n, "%s%lld-%lld/%llu",
		    n > 0 ? " " : "", (long long)f->heard[best].first,
		    (long long)f->heard[best].last,
		    (unsigned long long)f->heard[best].count);
	}
}

static void
set_expr(struct fixture *f, struct sigma_correlation *c, bool negated)
{
	f->expr[0] = (struct correlation_expr){.op = EXPR_REF, .ref = 0};
	f->expr[1] = (struct correlation_expr){.op = EXPR_REF, .ref = 1};
	f->expr[2] = (struct correlation_expr){
	    .op = EXPR_NOT, .a = &f->expr[1]};
	f->expr[3] = (struct correlation_expr){
	    .op = EXPR_AND, .a = &f->expr[0], .b = &f->expr[negated ? 2 : 1]};
	c->expr = &f->expr[3];
}

static void
set_number(struct sigma_correlation *c, struct str word, double x)
{
	struct correlation_bounds *b = &c->bounds;
	const struct {
		struct str name;
		bool *has;
		double *x;
	} names[] = {
	    {STR("gt"),  &b->has_gt,  &b->gt },
	    {STR("gte"), &b->has_gte, &b->gte},
	    {STR("lt"),  &b->has_lt,  &b->lt },
	    {STR("lte"), &b->has_lte, &b->lte},
	    {STR("eq"),  &b->has_eq,  &b->eq },
	    {STR("neq"), &b->has_neq, &b->neq},
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (str_eq(word, names[i].name)) {
			*names[i].has = true;
			*names[i].x = x;
		}
	if (str_eq(word, STR("rank")))
		c->percentile = x;
	if (str_eq(word, STR("learn")))
		c->learn = (int64_t)(x * SECOND);
}

static void
set_condition(struct fixture *f, struct str text)
{
	static const char *const kinds[] = {"count", "distinct", "sum",
	    "average", "median", "percentile", "temporal", "ordered",
	    "new"};
	struct sigma_correlation *c;
	struct str word, number;
	unsigned kind = 0;
	double x;

	str_cut(text, ' ', &word, &text);
	while (!str_eq(word, str_from(kinds[kind])))
		kind++;
	str_cut(text, ' ', &number, &text);
	c = add_correlation(
	    f, "c", (enum correlation_kind)kind, (unsigned)(number.p[0] - '0'));
	while (text.n > 0) {
		str_cut(text, ' ', &word, &text);
		if (word.p[0] == 'a') {
			set_expr(f, c, word.p[1] == '!');
			continue;
		}
		str_cut(text, ' ', &number, &text);
		assert_true(str_to_double(number, &x));
		set_number(c, word, x);
	}
}

static struct str
column(struct str *rest)
{
	struct str s;

	str_cut(*rest, '|', &s, rest);
	return str_trim(s);
}

static void
test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct str rest = str_from(rows[i]);
		struct str name = column(&rest), condition = column(&rest);
		struct str events = column(&rest), end = column(&rest);
		struct fixture f;
		uint64_t end_ms = 0;
		char text[256];

		fixture_init(&f);
		set_condition(&f, condition);
		start(&f, NULL);
		assert_true(str_to_u64(end, &end_ms));
		run_words(&f, events, (int64_t)end_ms);
		heard_text(&f, "c", text, sizeof(text));
		if (!str_eq(str_from(text), str_trim(rest)))
			fail_msg("%.*s: wanted '%.*s', got '%s'", STR_ARG(name),
			    STR_ARG(str_trim(rest)), text);
		fixture_fini(&f);
	}
}

/* A burst of a, then b: the burst is itself a correlation, and muted. */
static void
make_chain(struct fixture *f)
{
	struct sigma_correlation *burst, *outer;

	fixture_init(f);
	outer = add_correlation(f, "outer", CORRELATION_TEMPORAL_ORDERED, 2);
	burst = add_correlation(f, "burst", CORRELATION_EVENT_COUNT, 1);
	burst->bounds = (struct correlation_bounds){.has_gte = true, .gte = 3};
	burst->muted = true;
	outer->refs[0] = (struct correlation_ref){
	    .is_correlation = true, .index = 1};
	outer->refs[1].index = 1;
	start(f, NULL);
}

static void
test_chain(void **state)
{
	static const struct {
		const char *name, *events, *want;
	} chains[] = {
	    {"a burst, then b",             "0a 1a 2a 4b",           "2-4/2"},
	    {"b, then a burst",             "0b 1a 2a 3a",           ""     },
	    {"b inside the burst",          "0a 1a 2b 3a",           ""     },
	    {"no burst",                    "0a 1a 4b",              ""     },
	    {"the crossing moves before b", "0a 1a 10000a 9000b 2a",
             "2-9000/2"						     },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(chains) / sizeof(chains[0]); i++) {
		struct fixture f;
		char text[256];

		make_chain(&f);
		run_words(&f, str_from(chains[i].events), 20000);
		heard_text(&f, "outer", text, sizeof(text));
		if (strcmp(text, chains[i].want) != 0)
			fail_msg("%s: wanted '%s', got '%s'", chains[i].name,
			    chains[i].want, text);
		heard_text(&f, "burst", text, sizeof(text));
		assert_string_equal(text, "");
		fixture_fini(&f);
	}
}

/* One rule on one event: an alert at once, growth in the same hour's. */
static void
test_one_event_rule(void **state)
{
	struct fixture f;
	char text[256];

	(void)state;
	fixture_init(&f);
	f.rules[0].muted = false;
	start(&f, NULL);
	assert_int_equal(specs_count(f.specs), 1);
	put(&f, 1, 0, 0, 0, "192.0.2.7", STR_NONE);
	assert_int_equal(f.n_heard, 1);
	assert_string_equal(f.heard[0].group, "source.ip=192.0.2.7");
	for (uint32_t i = 1; i < 500; i++)
		put(&f, i + 1, i * 1000, i * 1000, 0, "192.0.2.7", STR_NONE);
	put(&f, 600, 600000, 600000, 0, "192.0.2.8", STR_NONE);
	memory_finish(f.store);
	assert_int_equal(f.n_heard, 2);
	heard_text(&f, "rule-0", text, sizeof(text));
	assert_string_equal(text, "0-499000/500 600000-600000/1");
	fixture_fini(&f);
}

/* Above the cap a group is let in at its third sight; the rule says so. */
static void
test_groups(void **state)
{
	struct windows_limits limits = {.groups_per_rule_and_member = 10};
	struct sigma_correlation *c;
	struct fixture f;
	char ip[32];
	size_t said = 0;

	(void)state;
	fixture_init(&f);
	c = add_correlation(&f, "c", CORRELATION_EVENT_COUNT, 1);
	c->bounds = (struct correlation_bounds){.has_gte = true, .gte = 2};
	start(&f, &limits);
	for (uint32_t i = 0; i < 200; i++) {
		snprintf(ip, sizeof(ip), "198.51.100.%u", i);
		put(&f, i, i, i, 0, ip, STR_NONE);
	}
	assert_int_equal(windows_count(memory_windows(f.store)), 10);
	for (uint32_t i = 0; i < 5; i++)
		put(&f, 300 + i, 300 + i, 300 + i, 0, "192.0.2.1", STR_NONE);
	assert_int_equal(windows_count(memory_windows(f.store)), 11);
	memory_finish(f.store);
	for (size_t i = 0; i < f.n_heard; i++) {
		if (strcmp(f.heard[i].rule, "vigie-group-limit") == 0)
			said++;
		else
			assert_true(f.heard[i].approximate);
	}
	assert_int_equal(said, 1);
	assert_int_equal(f.n_heard, 2);
	fixture_fini(&f);
}

/* Invented entities cannot delay a one-event rule, nor fill the memory. */
static void
test_one_event_groups(void **state)
{
	struct windows_limits limits = {.groups_per_rule_and_member = 10};
	struct fixture f;
	char ip[32];

	(void)state;
	fixture_init(&f);
	f.rules[0].muted = false;
	start(&f, &limits);
	for (uint32_t i = 0; i < 200; i++) {
		snprintf(ip, sizeof(ip), "198.51.100.%u", i);
		put(&f, i, i, i, 0, ip, STR_NONE);
	}
	/* Those above the cap: one window a shard, at once. */
	assert_true(windows_count(memory_windows(f.store)) <= 10 + 64);
	assert_true(f.n_heard > 11);
	fixture_fini(&f);
}

static void
test_missing_group(void **state)
{
	uint64_t before = stats->n[STAT_group_missing];
	struct match_list list;
	struct fixture f;
	struct event *ev;
	uint32_t rule = 0;

	(void)state;
	fixture_init(&f);
	add_correlation(&f, "c", CORRELATION_TEMPORAL, 1);
	start(&f, NULL);
	ev = event_alloc(f.fields_table);
	match_list_init(&list);
	specs_match(f.specs, f.members, ev, &rule, 1, &list);
	assert_int_equal(list.n, 0);
	assert_int_equal(stats->n[STAT_group_missing], before + 1);
	event_put(ev, FIELD_SOURCE_IP, STR_NONE, VALUE_NULL);
	specs_match(f.specs, f.members, ev, &rule, 1, &list);
	assert_int_equal(list.n, 0);
	match_list_fini(&list);
	event_release(ev);
	fixture_fini(&f);
}

/* A changed rule has another state hash; what changes no window has not. */
static void
test_state_hash(void **state)
{
	uint64_t hash[4];

	(void)state;
	for (int i = 0; i < 4; i++) {
		struct sigma_correlation *c;
		struct fixture f;

		fixture_init(&f);
		c = add_correlation(&f, "c", CORRELATION_EVENT_COUNT, 1);
		c->bounds = (struct correlation_bounds){
		    .has_gte = true, .gte = i == 1 ? 4 : 3};
		if (i == 2)
			c->meta.level = SIGMA_LEVEL_HIGH;
		if (i == 3)
			c->timespan = 2 * MINUTE;
		start(&f, NULL);
		hash[i] = specs_hash(f.specs, 0);
		assert_true(specs_has(f.specs, hash[i]));
		fixture_fini(&f);
	}
	assert_true(hash[0] != hash[1]);
	assert_true(hash[0] == hash[2]);
	assert_true(hash[0] != hash[3]);
}

/* At a reload a known rule keeps its windows, an unknown one loses them. */
static void
test_switch(void **state)
{
	struct fixture f, g, h;
	struct sigma_correlation *c;
	struct windows *windows;
	size_t dirty;

	(void)state;
	fixture_init(&f);
	c = add_correlation(&f, "c", CORRELATION_EVENT_COUNT, 1);
	c->bounds = (struct correlation_bounds){.has_gte = true, .gte = 3};
	start(&f, NULL);
	fixture_init(&g);
	add_correlation(&g, "another", CORRELATION_TEMPORAL, 2);
	*add_correlation(&g, "c", CORRELATION_EVENT_COUNT, 1) = *c;
	start(&g, NULL);
	fixture_init(&h);
	start(&h, NULL);
	windows = memory_windows(f.store);
	put(&f, 1, 0, 0, 0, "192.0.2.7", STR_NONE);
	put(&f, 2, 1, 1, 0, "192.0.2.7", STR_NONE);
	windows_switch(windows, g.specs);
	assert_int_equal(windows_count(windows), 1);
	put(&f, 3, 2, 2, 0, "192.0.2.7", STR_NONE);
	assert_int_equal(f.n_heard, 1);
	dirty = windows_dirty(windows, SHARD_COUNT);
	assert_true(dirty > 0);
	windows_switch(windows, h.specs);
	assert_int_equal(windows_count(windows), 0);
	fixture_fini(&f);
	fixture_fini(&g);
	fixture_fini(&h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_rows),
	    cmocka_unit_test(test_chain),
	    cmocka_unit_test(test_one_event_rule),
	    cmocka_unit_test(test_groups),
	    cmocka_unit_test(test_one_event_groups),
	    cmocka_unit_test(test_missing_group),
	    cmocka_unit_test(test_state_hash),
	    cmocka_unit_test(test_switch),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
