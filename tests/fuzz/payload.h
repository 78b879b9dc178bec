/* One decoder of payloads with a pack of its own, for the fuzz targets. */
#ifndef VIGIE_FUZZ_PAYLOAD_H
#define VIGIE_FUZZ_PAYLOAD_H

#include "engine/normalise/normalise.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

struct payload {
	struct arena *arena;
	struct packs *packs;
	struct normaliser *n;
	struct event *ev;
	struct member member;
	struct buf line;
	struct buf out;
};

/* `pack`: YAML text that takes the program "p". */
static struct payload *
payload_new(const char *pack)
{
	struct payload *p = mem_get_zero(1, sizeof(*p));
	struct text_file file = {STR("p.yaml"), str_from(pack)};
	struct field_table *fields;
	struct word_table *words;
	struct err err;

	p->arena = arena_new(0);
	fields = field_table_new(p->arena);
	words = word_table_new(p->arena);
	err_init(&err, p->arena);
	p->packs = packs_load(p->arena, fields, words, &file, 1, &err);
	if (p->packs == NULL)
		abort();
	p->n = normaliser_new(p->packs, fields, words);
	p->ev = event_alloc(fields);
	buf_init(&p->line, (size_t)1024 * 1024);
	buf_init(&p->out, (size_t)64 * 1024 * 1024);
	return p;
}

/* The bytes behind a header of program "p", then printed. */
static void
payload_behind(struct payload *p, struct str header, const uint8_t *data,
    size_t n)
{
	struct origin origin = {.received = 1795514400 * SECOND,
	    .member = &p->member};

	buf_clear(&p->line);
	buf_clear(&p->out);
	buf_add(&p->line, header);
	buf_add(&p->line, str_make((const char *)data, n));
	normalise(p->n, p->ev, buf_str(&p->line), &origin);
	event_format(p->ev, &p->out);
}

static inline void
payload_run(struct payload *p, const uint8_t *data, size_t n)
{
	payload_behind(p, STR("<13>Nov 24 09:59:00 h p: "), data, n);
}

#endif
