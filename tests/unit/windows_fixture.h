/*
 * What the tests of windows share: one correlation, its windows, what their
 * sink heard, and a checkpoint in memory.
 */
#ifndef VIGIE_TESTS_WINDOWS_FIXTURE_H
#define VIGIE_TESTS_WINDOWS_FIXTURE_H

#include "engine/base/stamp.h"
#include "engine/correlate/correlate.h"

#include <stdlib.h>

#define MAX_EVENTS 700
#define MAX_STEPS  4
#define T0         ((int64_t)1767225600 * SECOND)

static uint64_t random_state;

static uint64_t
draw(void)
{
	uint64_t z = random_state += 0x9e3779b97f4a7c15u;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return z ^ z >> 31;
}

static unsigned
below(unsigned n)
{
	return (unsigned)(draw() % n);
}

/* What the sink heard: the newest revision of each id. */
struct heard {
	struct hash128 id;
	uint32_t revision;
	int64_t first, last;
	uint64_t count;
	uint64_t group; /* its value as text is the number */
	bool joined;
};

struct fixture {
	struct arena *arena;
	struct sigma_rule rules[MAX_STEPS];
	struct correlation_ref refs[MAX_STEPS];
	struct sigma_correlation correlation;
	struct sigma_collection sigma;
	struct specs *specs;
	struct windows *windows;
	struct heard heard[4 * MAX_EVENTS];
	size_t n_heard;
	struct hash128 joined[4 * MAX_EVENTS];
	size_t n_joined;
	/* saved windows */
	struct {
		char key[16];
		struct str bytes;
	} saved[64];
	size_t n_saved;
};

static struct heard *
find_heard(struct fixture *f, struct hash128 id)
{
	for (size_t i = 0; i < f->n_heard; i++)
		if (hash128_eq(f->heard[i].id, id))
			return &f->heard[i];
	return NULL;
}

static void
add_joined(struct fixture *f, struct hash128 id)
{
	for (size_t i = 0; i < f->n_joined; i++)
		if (hash128_eq(f->joined[i], id))
			return;
	f->joined[f->n_joined++] = id;
}

static void
on_alert(void *arg, const struct alert *a)
{
	struct fixture *f = arg;
	struct heard *h = find_heard(f, a->id);

	assert_true(a->first <= a->last);
	assert_true(a->n_events >= 1 && a->n_events <= ALERT_EVENTS);
	assert_true(a->n_events <= a->count);
	for (size_t i = 1; i < a->n_events; i++) {
		const struct alert_event *x = &a->events[i - 1],
					 *y = &a->events[i];

		assert_true(x->time < y->time ||
		    (x->time == y->time && event_id_cmp(&x->id, &y->id) < 0));
	}
	assert_int_equal(a->events[0].time, a->first);
	assert_int_equal(a->events[a->n_events - 1].time, a->last);
	for (size_t i = 0; i < a->n_joined; i++)
		add_joined(f, a->joined[i]);
	if (h == NULL)
		h = &f->heard[f->n_heard++];
	else
		assert_true(a->revision >= h->revision);
	*h = (struct heard){.id = a->id,
	    .revision = a->revision,
	    .first = a->first,
	    .last = a->last,
	    .count = a->count};
}

static void
windows_start(struct fixture *f)
{
	struct windows_sink sink = {.on_alert = on_alert, .arg = f};

	f->windows = windows_new(f->specs, NULL, &sink);
}

static void
compile(struct fixture *f)
{
	struct err err;

	f->arena = arena_new(0);
	err_init(&err, f->arena);
	for (size_t i = 0; i < f->correlation.n_refs; i++) {
		f->rules[i].muted = true;
		f->rules[i].meta.id = arena_printf(f->arena, "rule-%zu", i);
		f->refs[i].index = (uint32_t)i;
	}
	f->correlation.meta.id = STR("correlation");
	f->correlation.refs = f->refs;
	f->sigma.rules = f->rules;
	f->sigma.n_rules = f->correlation.n_refs;
	f->sigma.correlations = &f->correlation;
	f->sigma.n_correlations = 1;
	f->specs = specs_compile(
	    f->arena, field_table_new(f->arena), &f->sigma, &err);
	assert_int_equal(err.errors, 0);
	assert_int_equal(specs_count(f->specs), 1);
	windows_start(f);
}

static void
fixture_fini(struct fixture *f)
{
	windows_free(f->windows);
	arena_free(f->arena);
	for (size_t i = 0; i < f->n_saved; i++)
		free((void *)(uintptr_t)f->saved[i].bytes.p);
}

static void
on_save(void *arg, struct str key, struct str bytes)
{
	struct fixture *f = arg;
	size_t i = 0;
	char *copy;

	assert_int_equal(key.n, 16);
	while (i < f->n_saved && memcmp(f->saved[i].key, key.p, 16) != 0)
		i++;
	if (i == f->n_saved) {
		assert_true(f->n_saved < 64);
		memcpy(f->saved[f->n_saved++].key, key.p, 16);
	} else {
		free((void *)(uintptr_t)f->saved[i].bytes.p);
	}
	copy = malloc(bytes.n + 1);
	if (bytes.n > 0)
		memcpy(copy, bytes.p, bytes.n);
	f->saved[i].bytes = str_make(copy, bytes.n);
}

/* Another process takes the windows over. */
static void
save_and_load(struct fixture *f)
{
	size_t count = windows_count(f->windows);

	windows_save(f->windows, SHARD_COUNT, on_save, f);
	assert_int_equal(windows_dirty(f->windows, SHARD_COUNT), 0);
	windows_free(f->windows);
	windows_start(f);
	for (size_t i = 0; i < f->n_saved; i++)
		if (f->saved[i].bytes.n > 0)
			assert_true(windows_load(f->windows,
			    str_make(f->saved[i].key, 16), f->saved[i].bytes));
	assert_int_equal(windows_count(f->windows), count);
	assert_int_equal(windows_dirty(f->windows, SHARD_COUNT), 0);
}

static struct hash128
crossing_id(struct hash128 key, const struct event_id *id)
{
	uint64_t words[5] = {key.hi, key.lo, id->segment,
	    (uint64_t)id->offset << 32 | id->line, 0};

	return hash_stable(str_make((const char *)words, sizeof(words)));
}

#endif
