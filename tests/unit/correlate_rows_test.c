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

#define T0 ((int64_t)1767225600 * SECOND)

struct row {
	const char *name;
	enum correlation_kind kind;
	unsigned refs;
	struct correlation_bounds bounds;
	const char *expr; /* "a!b": a and not b; "a&b" */
	const char *events; /* "<ms><step>[=value]", in order of arrival */
	int64_t end_ms;	    /* a last line of no rule */
	const char *want;   /* "first-last/count", joined by blanks */
	double percentile;
};

/* A span of 60 seconds throughout. */
static const struct row rows[] = {
    {"three within exactly the span", CORRELATION_EVENT_COUNT, 1,
	{.has_gte = true, .gte = 3}, NULL, "0a 1000a 60000a", 60000,
	"0-60000/3", 0},
    {"one microsecond is not seen, one millisecond is too much",
	CORRELATION_EVENT_COUNT, 1, {.has_gte = true, .gte = 3}, NULL,
	"0a 1000a 60001a", 60001, "", 0},
    {"growth is one alert", CORRELATION_EVENT_COUNT, 1,
	{.has_gte = true, .gte = 2}, NULL, "0a 1000a 2000a 50000a 110000a",
	110000, "0-110000/5", 0},
    {"a span of quiet arms it again", CORRELATION_EVENT_COUNT, 1,
	{.has_gte = true, .gte = 2}, NULL, "0a 1000a 61001a 61002a", 70000,
	"0-1000/2 61001-61002/2", 0},
    {"exactly a span of quiet does not", CORRELATION_EVENT_COUNT, 1,
	{.has_gte = true, .gte = 2}, NULL, "0a 1000a 60999a 61000a", 70000,
	"0-61000/4", 0},
    {"out of order", CORRELATION_EVENT_COUNT, 1,
	{.has_gte = true, .gte = 3}, NULL, "20000a 0a 10000a", 30000,
	"0-20000/3", 0},
    {"gt", CORRELATION_EVENT_COUNT, 1, {.has_gt = true, .gt = 2}, NULL,
	"0a 1a 2a 100000a 100001a", 110000, "0-2/3", 0},
    {"an event of two rules is one event", CORRELATION_EVENT_COUNT, 2,
	{.has_gte = true, .gte = 3}, NULL, "0ab 1ab 2c", 3, "", 0},
    {"lt is decided at the end", CORRELATION_EVENT_COUNT, 1,
	{.has_lt = true, .lt = 3}, NULL, "0a 1a", 91000, "0-1/2", 0},
    {"lt with enough", CORRELATION_EVENT_COUNT, 1,
	{.has_lt = true, .lt = 3}, NULL, "0a 1a 2a", 91000, "", 0},
    {"a window past the last line stays undecided", CORRELATION_EVENT_COUNT,
	1, {.has_lt = true, .lt = 3}, NULL, "0a 1a", 59999, "", 0},
    {"eq", CORRELATION_EVENT_COUNT, 1, {.has_eq = true, .eq = 2}, NULL,
	"0a 1a 200000a 200001a 200002a", 300000, "0-1/2", 0},
    {"neq", CORRELATION_EVENT_COUNT, 1, {.has_neq = true, .neq = 2}, NULL,
	"0a 1a 200000a 200001a 200002a", 300000, "200000-200002/3", 0},
    {"a range", CORRELATION_EVENT_COUNT, 1,
	{.has_gte = true, .gte = 2, .has_lte = true, .lte = 3}, NULL,
	"0a 1a 200000a 400000a 400001a 400002a 400003a", 500000, "0-1/2", 0},
    {"distinct values", CORRELATION_VALUE_COUNT, 1,
	{.has_gte = true, .gte = 3}, NULL, "0a=x 1a=y 2a=x 3a=z", 10, "0-3/4",
	0},
    {"the same value again", CORRELATION_VALUE_COUNT, 1,
	{.has_gte = true, .gte = 3}, NULL, "0a=x 1a=y 2a=x 3a=y", 10, "", 0},
    {"sum", CORRELATION_VALUE_SUM, 1, {.has_gt = true, .gt = 1000}, NULL,
	"0a=500 1a=500 2a=0.5", 10, "0-2/3", 0},
    {"sum: a tenth ten times is one", CORRELATION_VALUE_SUM, 1,
	{.has_gte = true, .gte = 1}, NULL,
	"0a=.1 1a=.1 2a=.1 3a=.1 4a=.1 5a=.1 6a=.1 7a=.1 8a=.1 9a=.1", 10,
	"0-9/10", 0},
    {"sum: a negative number makes it wait", CORRELATION_VALUE_SUM, 1,
	{.has_gte = true, .gte = 10}, NULL, "0a=-5 5000a=10 1000a=-1", 60000,
	"", 0},
    {"average", CORRELATION_VALUE_AVG, 1, {.has_gte = true, .gte = 50}, NULL,
	"0a=40 1a=50 2a=60", 10, "0-2/3", 0},
    {"average: the last line decides", CORRELATION_VALUE_AVG, 1,
	{.has_gte = true, .gte = 50}, NULL, "0a=10 1a=40 2a=90", 10, "", 0},
    {"median", CORRELATION_VALUE_MEDIAN, 1, {.has_gte = true, .gte = 50},
	NULL, "0a=40 1a=45 2a=60 3a=70", 10, "0-3/4", 0},
    {"percentile between ranks", CORRELATION_VALUE_PERCENTILE, 1,
	{.has_gte = true, .gte = 12.5}, NULL, "0a=10 1a=20", 10, "0-1/2", 25},
    {"percentile below", CORRELATION_VALUE_PERCENTILE, 1,
	{.has_gte = true, .gte = 12.6}, NULL, "0a=10 1a=20", 10, "", 25},
    {"temporal in any order", CORRELATION_TEMPORAL, 2, {0}, NULL,
	"0b 60000a", 60000, "0-60000/2", 0},
    {"temporal: two of three", CORRELATION_TEMPORAL, 3,
	{.has_gte = true, .gte = 2}, NULL, "0a 1a 2c", 10, "0-2/3", 0},
    {"temporal: one event, both rules", CORRELATION_TEMPORAL, 2, {0}, NULL,
	"0ab", 10, "0-0/1", 0},
    {"ordered", CORRELATION_TEMPORAL_ORDERED, 2, {0}, NULL, "0a 1b", 10,
	"0-1/2", 0},
    {"ordered the wrong way", CORRELATION_TEMPORAL_ORDERED, 2, {0}, NULL,
	"0b 1a", 10, "", 0},
    {"ordered by time, not arrival", CORRELATION_TEMPORAL_ORDERED, 2, {0},
	NULL, "5000b 1000a", 6000, "1000-5000/2", 0},
    {"ordered at one time: by id", CORRELATION_TEMPORAL_ORDERED, 2, {0},
	NULL, "7a 7b", 10, "7-7/2", 0},
    {"ordered at one time, the wrong way", CORRELATION_TEMPORAL_ORDERED, 2,
	{0}, NULL, "7b 7a", 10, "", 0},
    {"ordered: a newer first step", CORRELATION_TEMPORAL_ORDERED, 2, {0},
	NULL, "0a 54000a 90000b", 91000, "54000-90000/2", 0},
    {"ordered: a c b c", CORRELATION_TEMPORAL_ORDERED, 3, {0}, NULL,
	"0a 1c 2b 3c", 10, "0-3/4", 0},
    {"ordered: two of three", CORRELATION_TEMPORAL_ORDERED, 3,
	{.has_gte = true, .gte = 2}, NULL, "0c 1a 2b", 10, "0-2/3", 0},
    {"a and not b", CORRELATION_TEMPORAL, 2, {0}, "a!b", "0a", 91000,
	"0-0/1", 0},
    {"a and not b: b comes", CORRELATION_TEMPORAL, 2, {0}, "a!b",
	"0a 60000b", 151000, "", 0},
    {"a and not b: b too late", CORRELATION_TEMPORAL, 2, {0}, "a!b",
	"0a 60001b", 151000, "0-0/1", 0},
    {"a and not b: b before", CORRELATION_TEMPORAL, 2, {0}, "a!b", "0b 1a",
	151000, "1-1/1", 0},
    {"a and not b: b out of order", CORRELATION_TEMPORAL, 2, {0}, "a!b",
	"0a 35000a 22000b", 151000, "35000-35000/1", 0},
    {"a and not b, undecided", CORRELATION_TEMPORAL, 2, {0}, "a!b", "0a",
	59999, "", 0},
    {"a and b as words", CORRELATION_TEMPORAL, 2, {0}, "a&b", "0b 1a", 10,
	"0-1/2", 0},
};

struct fixture {
	struct arena *arena;
	struct sigma_rule rules[4];
	struct correlation_ref refs[4][4];
	struct sigma_correlation correlations[3];
	struct sigma_collection sigma;
	struct str group_by[2], fields[1];
	struct correlation_expr expr[4];
	struct field_table *fields_table;
	struct members *members;
	struct specs *specs;
	struct memory_store *store;
	struct {
		char id[33], group[64], rule[32];
		int64_t first, last;
		uint64_t count;
		bool joined, approximate;
	} heard[256];
	size_t n_heard;
};

static void
on_alert(void *arg, const struct alert *a)
{
	struct fixture *f = arg;
	char id[33];
	size_t at = 0;

	for (size_t j = 0; j < a->n_joined; j++) {
		hash128_format(a->joined[j], id);
		for (size_t i = 0; i < f->n_heard; i++)
			if (strcmp(f->heard[i].id, id) == 0)
				f->heard[i].joined = true;
	}
	hash128_format(a->id, id);
	while (at < f->n_heard && strcmp(f->heard[at].id, id) != 0)
		at++;
	if (at == f->n_heard)
		f->n_heard++;
	assert_true(at < 256);
	memcpy(f->heard[at].id, id, 33);
	snprintf(f->heard[at].rule, sizeof(f->heard[at].rule), "%.*s",
	    STR_ARG(a->rule_id));
	f->heard[at].group[0] = '\0';
	if (a->n_group > 0)
		snprintf(f->heard[at].group, sizeof(f->heard[at].group),
		    "%.*s=%.*s", STR_ARG(a->group[0].name),
		    STR_ARG(a->group[0].value));
	f->heard[at].first = (a->first - T0) / 1000;
	f->heard[at].last = (a->last - T0) / 1000;
	f->heard[at].count = a->count;
	f->heard[at].approximate = a->approximate;
}

static void
fixture_init(struct fixture *f)
{
	*f = (struct fixture){.arena = arena_new(0)};
	for (size_t i = 0; i < 4; i++) {
		f->rules[i].meta.id = arena_printf(f->arena, "rule-%zu", i);
		f->rules[i].muted = true;
	}
	f->group_by[0] = STR("source.ip");
	f->fields[0] = STR("field");
	f->sigma = (struct sigma_collection){.rules = f->rules,
	    .n_rules = 4,
	    .correlations = f->correlations};
}

/* The next correlation, over the rules 0 to n - 1. */
static struct sigma_correlation *
add_correlation(struct fixture *f, const char *id, enum correlation_kind kind,
    unsigned n)
{
	size_t at = f->sigma.n_correlations++;
	struct sigma_correlation *c = &f->correlations[at];

	*c = (struct sigma_correlation){.kind = kind,
	    .refs = f->refs[at],
	    .n_refs = n,
	    .group_by = f->group_by,
	    .n_group_by = 1,
	    .fields = f->fields,
	    .n_fields = 1,
	    .timespan = MINUTE};
	c->meta.id = str_from(id);
	for (uint32_t i = 0; i < n; i++)
		f->refs[at][i].index = i;
	return c;
}

static void
start(struct fixture *f, const struct windows_limits *limits)
{
	struct err err;

	err_init(&err, f->arena);
	f->fields_table = field_table_new(f->arena);
	field_intern(f->fields_table, STR("field"));
	f->members = members_load(f->arena, word_table_new(f->arena),
	    STR("members.yaml"), STR_NONE, NULL, NULL, &err);
	f->specs = specs_compile(f->arena, f->fields_table, &f->sigma, &err);
	assert_int_equal(err.errors, 0);
	f->store = memory_new(f->specs, limits, on_alert, f);
}

static void
fixture_fini(struct fixture *f)
{
	memory_free(f->store);
	arena_free(f->arena);
}

/* Event number n at t milliseconds, matched by rule `rule`. */
static void
put(struct fixture *f, uint32_t n, int64_t t, int64_t received, uint32_t rule,
    const char *ip, struct str value)
{
	struct match_list list;
	struct event *ev = event_alloc(f->fields_table);
	field_id field = field_find(f->fields_table, STR("field"));

	match_list_init(&list);
	ev->id.line = n;
	ev->time = T0 + t * 1000;
	ev->received = T0 + received * 1000;
	event_put_text(ev, FIELD_SOURCE_IP, str_from(ip));
	if (value.n > 0)
		event_put(ev, field, value, VALUE_TEXT);
	specs_match(f->specs, f->members, ev, &rule, 1,
	    &list);
	for (size_t i = 0; i < list.n; i++)
		memory_put(f->store, &list.items[i]);
	match_list_fini(&list);
	event_release(ev);
}

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
run_words(struct fixture *f, const char *events, int64_t end_ms)
{
	struct str rest = str_from(events), word;
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
set_expr(struct fixture *f, struct sigma_correlation *c, const char *text)
{
	f->expr[0] = (struct correlation_expr){.op = EXPR_REF, .ref = 0};
	f->expr[1] = (struct correlation_expr){.op = EXPR_REF, .ref = 1};
	f->expr[2] = (struct correlation_expr){.op = EXPR_NOT,
	    .a = &f->expr[1]};
	f->expr[3] = (struct correlation_expr){.op = EXPR_AND,
	    .a = &f->expr[0],
	    .b = &f->expr[text[1] == '!' ? 2 : 1]};
	c->expr = &f->expr[3];
}

static void
test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *row = &rows[i];
		struct fixture f;
		struct sigma_correlation *c;
		char text[256];

		fixture_init(&f);
		c = add_correlation(&f, "c", row->kind, row->refs);
		c->bounds = row->bounds;
		c->percentile = row->percentile;
		if (row->expr != NULL)
			set_expr(&f, c, row->expr);
		start(&f, NULL);
		run_words(&f, row->events, row->end_ms);
		heard_text(&f, "c", text, sizeof(text));
		if (strcmp(text, row->want) != 0)
			fail_msg("%s: wanted '%s', got '%s'", row->name,
			    row->want, text);
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
	outer->refs[0] = (struct correlation_ref){.is_correlation = true,
	    .index = 1};
	outer->refs[1].index = 1;
	start(f, NULL);
}

static void
test_chain(void **state)
{
	static const struct {
		const char *name, *events, *want;
	} chains[] = {
	    {"a burst, then b", "0a 1a 2a 4b", "2-4/2"},
	    {"b, then a burst", "0b 1a 2a 3a", ""},
	    {"b inside the burst", "0a 1a 2b 3a", ""},
	    {"no burst", "0a 1a 4b", ""},
	    {"the crossing moves before b", "0a 1a 10000a 9000b 2a",
		"2-9000/2"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(chains) / sizeof(chains[0]); i++) {
		struct fixture f;
		char text[256];

		make_chain(&f);
		run_words(&f, chains[i].events, 20000);
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
		c->bounds = (struct correlation_bounds){.has_gte = true,
		    .gte = i == 1 ? 4 : 3};
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
