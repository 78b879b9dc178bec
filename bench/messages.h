/*
 * Messages of files, for the programs that send them through the engine: octet
 * counted (RFC 6587, 3.4.1), or lines. And those of the packs' own tests.
 */
#ifndef VIGIE_BENCH_MESSAGES_H
#define VIGIE_BENCH_MESSAGES_H

#include "bench/map_file.h"
#include "engine/normalise/pack.h"

struct messages {
	struct str *items;
	size_t n;
	size_t cap;
};

static inline void
messages_add(struct messages *m, struct str text)
{
	if (m->n == m->cap) {
		m->cap = m->cap == 0 ? 64 : m->cap * 2;
		m->items = mem_resize(m->items, m->cap * sizeof(*m->items));
	}
	m->items[m->n++] = text;
}

static inline void
messages_of_pack(struct messages *m, const struct pack *pack)
{
	for (size_t i = 0; i < pack->n_tests; i++) {
		for (size_t k = 0; k < pack->tests[i].n_lines; k++)
			messages_add(m, pack->tests[i].lines[k]);
	}
}

static inline bool
messages_of_file(struct messages *m, const char *path)
{
	struct str text, head, line;
	uint64_t n;

	if (!map_file(path, &text))
		return false;
	while (text.n > 0 && str_cut(str_first(text, 12), ' ', &head, &line) &&
	    str_to_u64(head, &n) && n < text.n - head.n) {
		text = str_skip(text, head.n + 1);
		messages_add(m, str_first(text, (size_t)n));
		text = str_skip(text, (size_t)n);
	}
	while (str_next_line(&text, &line)) {
		if (line.n > 0)
			messages_add(m, line);
	}
	return true;
}

#endif
