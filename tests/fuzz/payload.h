/* One decoder of payloads with a pack of its own, for the fuzz targets. */
#ifndef VIGIE_FUZZ_PAYLOAD_H
#define VIGIE_FUZZ_PAYLOAD_H

#include "engine/normalise/normalise.h"

#include <stdio.h>
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
static inline struct payload *
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

/* The bytes behind a header that ends in the text of program "p"; the event is
 * printed. */
static inline void
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

#define PAYLOADS_MAX 8

/* A pack for each of n_decoders decoders ("kv", "{format: kv, …}"), with
 * fields of several types; the bytes go through one after the other. The same
 * decoders at each call. */
static inline void
payload_each(const char *const decoders[], size_t n_decoders,
    struct str header, const uint8_t *data, size_t n)
{
	static struct payload *all[PAYLOADS_MAX];
	char pack[1024];

	if (n_decoders > PAYLOADS_MAX)
		abort();
	for (size_t i = 0; i < n_decoders; i++) {
		if (all[i] == NULL) {
			snprintf(pack, sizeof(pack),
			    "pack: p\nselect: {program: p}\ndecode: %s\n"
			    "fields: {src: source.ip, time: event.start, "
			    "n: event.severity, t: '@timestamp'}\n",
			    decoders[i]);
			all[i] = payload_new(pack);
		}
		payload_behind(all[i], header, data, n);
	}
}

#define PAYLOAD_HEADER STR("<13>Nov 24 09:59:00 h p: ")

/* Audit messages of `decoder`, read and printed; then redacted. */
static inline void
payload_audit(const char *decoder, const uint8_t *data, size_t n)
{
	static struct payload *p;
	static struct pseudonym_key key;
	struct pseudonym_keys keys;
	struct buf out;
	char pack[128];

	if (p == NULL) {
		snprintf(pack, sizeof(pack),
		    "pack: p\nselect: {program: p}\ndecode: %s\n", decoder);
		p = payload_new(pack);
		pseudonym_keys_test(&keys);
		pseudonym_key_derive(&keys, STR("m"), &key);
	}
	payload_behind(p, PAYLOAD_HEADER, data, n);
	buf_init(&out, SIZE_MAX);
	(void)pseudonym_redact(&key, str_make((const char *)data, n), &out);
	buf_fini(&out);
}

#endif
