/*
 * The kinds of line in the corpus: six products, one template a kind, and the
 * background, which is a mix of them by weight.
 */
#ifndef BENCH_CORPUS_KINDS_H
#define BENCH_CORPUS_KINDS_H

#include "bench/corpus/world.h"

/* Kinds that attacks are made of; the table goes on with nameless ones. */
enum kind_id {
	SSH_FAILED,
	SSH_FAILED_INVALID,
	SSH_ACCEPTED,
	IPTABLES_DROP,
	ASA_DENY,
	VPN_FAILED,
	WEB_NOT_FOUND,
	WEB_FOUND
};

enum limits {
	LINE_MAX_BYTES = 1024, /* no template comes near this */
	KINDS_MAX = 96,
	RECENT = 256, /* flows of a product that can go on */
	PARTS = 10000 /* weights are parts of this many lines */
};

struct background {
	struct flow recent[PRODUCTS][RECENT];
	struct flow failed[KINDS_MAX]; /* the last that failed, of each kind */
	bool fails_again[KINDS_MAX];
	uint8_t pick[PARTS];
};

enum product kind_product(uint32_t kind);

/* One line with its LF, LINE_MAX_BYTES at most; returns its end. */
char *line_write(struct world *w, char *to, uint32_t kind,
		 const struct flow *flow);

void background_init(struct background *b, struct world *w);

/* The same for a line of the background, as chance has it. */
char *background_write(struct background *b, struct world *w, char *to);

#endif
