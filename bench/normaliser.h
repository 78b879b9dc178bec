/*
 * A normaliser with the shipped packs (or those of a folder), for the
 * programs here that measure it. They know its inside.
 */
#ifndef VIGIE_BENCH_NORMALISER_H
#define VIGIE_BENCH_NORMALISER_H

#include "engine/daemon/files.h"
#include "engine/normalise/work.h"

#include <stdio.h>
#include <time.h>

struct bench_normaliser {
	struct arena *arena;
	struct packs *packs;
	struct normaliser *n;
	struct event *ev;
	struct member member;
	struct origin origin;
};

static inline int64_t
bench_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * 1000000000 + ts.tv_nsec;
}

/* In place: a copy of *b would not do. The arena becomes b's. */
static inline bool
bench_normaliser_load(struct bench_normaliser *b, struct arena *arena,
    const struct text_file *files, size_t n)
{
	struct field_table *fields;
	struct word_table *words;
	struct err err;

	*b = (struct bench_normaliser){.arena = arena};
	err_init(&err, arena);
	fields = field_table_new(b->arena);
	words = word_table_new(b->arena);
	b->packs = packs_load(b->arena, fields, words, files, n, &err);
	if (b->packs == NULL) {
		fprintf(stderr, "the packs cannot be loaded\n");
		arena_free(b->arena);
		return false;
	}
	b->n = normaliser_new(b->packs, fields, words);
	b->ev = event_alloc(fields);
	/* A file of the past: what stamps say is true. */
	b->origin = (struct origin){.received = time(NULL) * SECOND,
	    .member = &b->member, .transport = TRANSPORT_FILE,
	    .history = true, .past = true};
	return true;
}

/* `path`: a folder of packs, or NULL. */
static inline bool
bench_normaliser_init(struct bench_normaliser *b, const char *path)
{
	struct arena *arena = arena_new(0);
	struct files files = {0};
	struct err err;

	err_init(&err, arena);
	if (path == NULL)
		path = data_path(arena, "parsers");
	if (path != NULL)
		(void)files_add(arena, path, &files, &err);
	return bench_normaliser_load(b, arena, files.items, files.n);
}

static inline void
bench_normaliser_fini(struct bench_normaliser *b)
{
	normaliser_free(b->n);
	event_release(b->ev);
	packs_free(b->packs);
	arena_free(b->arena);
}

static inline void
bench_line(struct bench_normaliser *b, struct str line)
{
	normalise(b->n, b->ev, line, &b->origin);
}

#endif
