/*
 * The keys of JSON and key=value messages with what kind of value they have,
 * for drafts of packs that decode.
 */
#ifndef VIGIE_CLI_PARSE_KEYS_H
#define VIGIE_CLI_PARSE_KEYS_H

#include "engine/base/arena.h"
#include "engine/cli/parse_pieces.h"

#define KEYS_MAX 64

struct key_list {
	struct {
		struct str key; /* nested ones joined by dots */
		enum piece_kind kind;
	} items[KEYS_MAX];
	size_t n;
	struct arena *arena;
};

/* Adds the keys of one message; those beyond KEYS_MAX are left out. */
void keys_of_json(struct key_list *list, struct str message);
void keys_of_pairs(struct key_list *list, struct str message);
/* How many "word=" there are, at most 99. */
size_t pairs_count(struct str message);

#endif
