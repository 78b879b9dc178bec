/*
 * Saved windows: the first byte chooses the kind of rule, the rest is what
 * Redis gave back. What loads has to work: matches, time, saving again.
 */
#include "engine/base/stamp.h"
#include "engine/correlate/correlate.h"

#include <stdlib.h>

#define KINDS 11

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct world {
	struct arena *arena;
	struct sigma_rule rules[2];
	struct correlation_ref refs[2];
	struct correlation_expr expr[4];
	struct str field;
	struct sigma_correlation correlations[KINDS];
	struct sigma_collection sigma;
	struct specs *specs;
};

static struct world *
world_new(void)
{
	struct world *w = mem_get_zero(1, sizeof(*w));
	struct err err;

	w->arena = arena_new(0);
	err_init(&err, w->arena);
	w->field = STR("field");
	w->refs[1].index = 1;
	for (size_t i = 0; i < 2; i++) {
		w->rules[i].muted = true;
		w->rules[i].meta.id = i == 0 ? STR("a") : STR("b");
	}
	w->expr[0] = (struct correlation_expr){.op = EXPR_REF, .ref = 0};
	w->expr[1] = (struct correlation_expr){.op = EXPR_REF, .ref = 1};
	w->expr[2] = (struct correlation_expr){
	    .op = EXPR_NOT, .a = &w->expr[1]};
	w->expr[3] = (struct correlation_expr){
	    .op = EXPR_AND, .a = &w->expr[0], .b = &w->expr[2]};
	for (unsigned i = 0; i < KINDS; i++) {
		struct sigma_correlation *c = &w->correlations[i];

		c->kind = i < 8 ? (enum correlation_kind)i
		    : i == 8    ? CORRELATION_EVENT_COUNT
		    : i == 9    ? CORRELATION_TEMPORAL
				: CORRELATION_NEW_VALUE;
		c->meta.id = arena_printf(w->arena, "c%u", i);
		c->refs = w->refs;
		c->n_refs = 2;
		c->timespan = MINUTE;
		c->fields = &w->field;
		c->n_fields = 1;
		c->percentile = 90;
		c->learn = 10 * SECOND;
		c->bounds = (struct correlation_bounds){
		    .has_gte = i != 8, .gte = 2, .has_lt = i == 8, .lt = 3};
		c->expr = i == 9 ? &w->expr[3] : NULL;
	}
	w->sigma = (struct sigma_collection){.rules = w->rules,
	    .n_rules = 2,
	    .correlations = w->correlations,
	    .n_correlations = KINDS};
	w->specs = specs_compile(
	    w->arena, field_table_new(w->arena), &w->sigma, &err);
	return w;
}

static void
on_alert(void *arg, const struct alert *a)
{
	struct buf *out = arg;

	buf_clear(out);
	alert_format(a, out);
}

static void
on_save(void *arg, struct str key, struct str bytes)
{
	struct windows *copy = arg;

	if (bytes.n > 0 && !windows_load(copy, key, bytes))
		abort();
}

static void
use(struct windows *w, const struct specs *specs, unsigned kind,
    struct buf *text)
{
	struct windows_sink sink = {.on_alert = on_alert, .arg = text};
	struct match m = {.spec = specs_hash(specs, kind),
	    .member = STR("m"),
	    .value = STR("3"),
	    .time = 1767225600 * SECOND,
	    .received = 1767225600 * SECOND};
	struct windows *copy;

	for (uint32_t i = 0; i < 4; i++) {
		m.event.line = i;
		m.step = i % 2;
		m.time += 20 * SECOND;
		windows_apply(w, &m);
		windows_advance(w, SHARD_COUNT, m.time - 30 * SECOND);
	}
	copy = windows_new(specs, NULL, &sink);
	windows_save(w, SHARD_COUNT, on_save, copy);
	windows_free(copy);
	windows_advance(w, SHARD_COUNT, m.time + HOUR);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct world *world;
	struct windows_sink sink = {.on_alert = on_alert};
	char key[16] = {0}, *bytes;
	struct windows *w;
	struct buf text;
	uint64_t hash;
	unsigned kind;

	if (size < 12)
		return 0;
	if (world == NULL)
		world = world_new();
	kind = data[0] % KINDS;
	/* The rule's hash is where save.c has it, whatever the fuzzer says. */
	bytes = mem_get(size);
	memcpy(bytes, data + 1, size - 1);
	hash = specs_hash(world->specs, kind);
	for (unsigned i = 0; i < 8; i++)
		bytes[2 + i] = (char)(hash >> 8 * i);
	buf_init(&text, SIZE_MAX);
	sink.arg = &text;
	w = windows_new(world->specs, NULL, &sink);
	if (windows_load(w, str_make(key, 16), str_make(bytes, size - 1)))
		use(w, world->specs, kind, &text);
	windows_free(w);
	buf_fini(&text);
	free(bytes);
	return 0;
}
