/*
 * A message cut into pieces for `vigie parse --draft`: what varies from line
 * to line (addresses, numbers, quoted text, paths), words, and what stands
 * between them.
 */
#ifndef VIGIE_CLI_PARSE_PIECES_H
#define VIGIE_CLI_PARSE_PIECES_H

#include "engine/base/str.h"

enum piece_kind {
	PIECE_BETWEEN, /* blanks and punctuation */
	PIECE_WORD,
	PIECE_IP,
	PIECE_MAC,
	PIECE_NUMBER,
	PIECE_HEX,
	PIECE_QUOTED, /* with its quotes */
	PIECE_PATH,   /* /var/log/x, https://x/y */
	PIECE_NAME,   /* a word with digits or @ in it */
};

struct piece {
	enum piece_kind kind;
	struct str text;
};

#define PIECES_MAX 64

/* The pieces of s, of a long one the first PIECES_MAX; how many. */
size_t pieces_cut(struct str s, struct piece out[PIECES_MAX]);

/* Bytes of the address, or of the quoted text with its quotes, at the start of
 * s (which is not empty); 0 when there is none. */
size_t piece_ip_length(struct str s);
size_t piece_quoted_length(struct str s);

/* May the byte be in a word? Those of UTF-8 may. */
bool piece_is_word_char(char c);

#endif
