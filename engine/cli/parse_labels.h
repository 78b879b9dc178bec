/*
 * Names for the values of a drafted pattern: a value is called after the word
 * before it ("from 192.0.2.7 port 22", "user anna", "size=3"), by ECS's name
 * where the word says which.
 */
#ifndef VIGIE_CLI_PARSE_LABELS_H
#define VIGIE_CLI_PARSE_LABELS_H

#include "engine/base/arena.h"
#include "engine/cli/parse_pieces.h"

struct labels {
	struct str prefix;
	struct arena *arena;
	struct str word;    /* the last one; empty: none, or it was used */
	struct str between; /* behind the last piece */
	struct str side;    /* "source" or "destination", of the last address */
	struct str used[PIECES_MAX];
	size_t n_used;
};

struct labels labels_start(struct str prefix, struct arena *arena);
void labels_word(struct labels *l, struct str word);
void labels_between(struct labels *l, struct str text);
/* A value: its field, which is in no pattern twice; empty where nothing says
 * what it is. */
struct str labels_field(struct labels *l, enum piece_kind kind);

/* An invented value. */
struct str labels_sample(struct str field, enum piece_kind kind);

#endif
