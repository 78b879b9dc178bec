/*
 * Windows in memory take the matches as they come. Of each alert the last revision is kept as JSON until the end, when
 * evidence is filled in and incidents are formed in the order of the alerts.
 */
#include "engine/pipeline/replay.h"

#include "engine/base/map.h"
#include "engine/correlate/memory.h"

#include <stdlib.h>

struct kept {
	struct kept *next;
	char id[33];
	struct buf json;
};

struct replay {
	struct replay_options options;
	struct pipeline *pipeline;
	struct memory_store *memory;
	struct incidents *incidents;
	struct map by_id;
	struct kept *alerts; /* newest first */
	struct str *lines;   /* for evidence */
	size_t n_lines, cap_lines;
	int64_t received; /* running */
	uint64_t matches;
};

static void
on_alert(void *arg, const struct alert *alert)
{
	struct replay *r = arg;
	char id[33];
	struct kept *kept;

	hash128_format(alert->id, id);
	kept = map_get(&r->by_id, str_make(id, 32));
	if (kept == NULL) {
		kept = mem_get_zero(1, sizeof(*kept));
		memcpy(kept->id, id, sizeof(id));
		buf_init(&kept->json, (size_t)16 * 1024 * 1024);
		kept->next = r->alerts;
		r->alerts = kept;
		map_put(&r->by_id, str_make(kept->id, 32), kept);
	}
	buf_clear(&kept->json);
	alert_format(alert, &kept->json);
}

static void
after_line(struct replay *r)
{
	struct match_list *matches = &r->pipeline->matches;

	for (size_t i = 0; i < matches->n; i++)
		memory_put(r->memory, &matches->items[i]);
	r->matches += matches->n;
	if (matches->n > 0)
		match_list_clear(matches);
	memory_tick(r->memory, r->received);
}

/* `number` from 1; between the lines there may be some still to come. */
static void
keep_line(struct replay *r, struct str line, size_t number)
{
	while (number > r->cap_lines) {
		r->cap_lines = r->cap_lines == 0 ? 1024 : r->cap_lines * 2;
		r->lines = mem_resize(r->lines,
		    r->cap_lines * sizeof(*r->lines));
	}
	while (r->n_lines < number)
		r->lines[r->n_lines++] = STR_NONE;
	r->lines[number - 1] = line;
}

static void
run_line(struct replay *r, struct str line, size_t number,
    struct origin *origin)
{
	struct pipeline *p = r->pipeline;

	keep_line(r, line, number);
	/* The place in the input is the id: line 1 is (0, 0, 1). */
	origin->id = (struct event_id){0, 0, (uint32_t)number};
	if (r->options.json)
		(void)pipeline_json(p, line, origin, r->options.source);
	else
		pipeline_line(p, line, origin);
}

void
replay_line_at(struct replay *r, struct str line, const struct member *member,
    int64_t received)
{
	struct origin origin = {.received = received, .member = member};

	run_line(r, line, r->n_lines + 1, &origin);
	if (received > r->received)
		r->received = received;
	after_line(r);
}

void
replay_line_out_of_turn(struct replay *r, struct str line, uint32_t number,
    const struct member *member, int64_t received, int64_t passed)
{
	struct origin origin = {.received = received, .member = member};

	run_line(r, line, number, &origin);
	if (passed > r->received)
		r->received = passed;
	after_line(r);
}

void
replay_line(struct replay *r, struct str line)
{
	struct origin origin = {.received = r->received,
	    .member = r->options.member, .history = true};
	int64_t time;

	/* The first line says when all this was, if it says anything: only
	 * then is its lateness known. */
	if (r->n_lines == 0) {
		run_line(r, line, 1, &origin);
		origin.received = r->received = r->pipeline->event->time;
		match_list_clear(&r->pipeline->matches);
		r->n_lines = 0;
	}
	run_line(r, line, r->n_lines + 1, &origin);
	time = r->pipeline->event->time;
	if (time > r->received)
		r->received = time;
	after_line(r);
}

/* --- the end ------------------------------------------------------------- */

static int
alert_cmp(const void *a, const void *b)
{
	const struct alert *x = a, *y = b;

	if (x->first != y->first)
		return x->first < y->first ? -1 : 1;
	if (x->last != y->last)
		return x->last < y->last ? -1 : 1;
	if (x->id.hi != y->id.hi)
		return x->id.hi < y->id.hi ? -1 : 1;
	return x->id.lo < y->id.lo ? -1 : x->id.lo > y->id.lo;
}

/* What leaves here is what may leave the journal (docs/privacy.md). */
static void
fill_raw(const struct replay *r, struct arena *arena, struct alert *a)
{
	struct pseudonym_keys test;
	struct pseudonym_key key;
	struct buf text;

	pseudonym_keys_test(&test);
	buf_init(&text, SIZE_MAX);
	for (size_t i = 0; i < a->n_events; i++) {
		struct alert_event *e = &a->events[i];
		const struct pseudonym_keys *keys = r->pipeline->parts.keys;

		if (e->id.line < 1 || e->id.line > r->n_lines)
			continue;
		pseudonym_key_derive(keys != NULL ? keys : &test, e->member,
		    &key);
		buf_clear(&text);
		e->raw = r->lines[e->id.line - 1];
		if (pseudonym_redact(&key, e->raw, &text) > 0)
			e->raw = arena_dup(arena, buf_str(&text));
	}
	buf_fini(&text);
}

static bool
was_joined(const struct alert *all, size_t n, struct hash128 id)
{
	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; k < all[i].n_joined; k++) {
			if (hash128_eq(all[i].joined[k], id))
				return true;
		}
	}
	return false;
}

static void
deliver(struct replay *r, struct arena *arena)
{
	struct alert *all = ARENA_ARRAY(arena, r->by_id.n, struct alert);
	struct incident *incident;
	size_t n = 0;

	for (struct kept *k = r->alerts; k != NULL; k = k->next) {
		if (alert_parse(arena, buf_str(&k->json), &all[n]))
			n++;
	}
	qsort(all, n, sizeof(*all), alert_cmp);
	for (size_t i = 0; i < n; i++) {
		if (was_joined(all, n, all[i].id))
			continue;
		fill_raw(r, arena, &all[i]);
		if (r->options.on_alert != NULL)
			r->options.on_alert(r->options.arg, &all[i]);
		(void)incidents_alert(r->incidents,
		    r->pipeline->parts.members, &all[i], all[i].last,
		    &incident);
	}
}

void
replay_finish(struct replay *r)
{
	struct arena *arena = arena_new((size_t)1024 * 1024);

	memory_finish(r->memory);
	deliver(r, arena);
	arena_free(arena);
}

const struct incidents *
replay_incidents(const struct replay *r)
{
	return r->incidents;
}

uint64_t
replay_lines(const struct replay *r)
{
	return r->n_lines;
}

uint64_t
replay_matches(const struct replay *r)
{
	return r->matches;
}

struct replay *
replay_new(const struct replay_options *options)
{
	struct replay *r = mem_get_zero(1, sizeof(*r));

	r->options = *options;
	r->received = options->start;
	r->pipeline = pipeline_new(options->parts);
	r->memory = memory_new(options->parts->specs, NULL, on_alert, r);
	r->incidents = incidents_new();
	map_init(&r->by_id);
	return r;
}

void
replay_free(struct replay *r)
{
	struct kept *k = r->alerts;

	while (k != NULL) {
		struct kept *next = k->next;

		buf_fini(&k->json);
		free(k);
		k = next;
	}
	map_fini(&r->by_id);
	incidents_free(r->incidents);
	memory_free(r->memory);
	pipeline_free(r->pipeline);
	free(r->lines);
	free(r);
}
