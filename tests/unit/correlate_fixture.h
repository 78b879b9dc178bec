/*
 * Up to three correlations over four rules, in a memory store, and what was
 * heard of them.
 */
#ifndef VIGIE_TESTS_CORRELATE_FIXTURE_H
#define VIGIE_TESTS_CORRELATE_FIXTURE_H

#include "engine/correlate/memory.h"

#include <stdio.h>

#define T0 ((int64_t)1767225600 * SECOND)

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
	f->sigma = (struct sigma_collection){
	    .rules = f->rules, .n_rules = 4, .correlations = f->correlations};
}

/* The next correlation, over the rules 0 to n - 1. */
static struct sigma_correlation *
add_correlation(
    struct fixture *f, const char *id, enum correlation_kind kind, unsigned n)
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
	specs_match(f->specs, f->members, ev, &rule, 1, &list);
	for (size_t i = 0; i < list.n; i++)
		memory_put(f->store, &list.items[i]);
	match_list_fini(&list);
	event_release(ev);
}

#endif
