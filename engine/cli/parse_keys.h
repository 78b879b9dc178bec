/*
 * The keys of JSON and key=value messages with what kind of value they have,
 * for drafts of packs that decode.
 */
#ifndef VIGIE_CLI_PARSE_KEYS_H
#define VIGIE_CLI_PARSE_KEYS_H

#include "engine/base/arena.h"
#include "engine/base/buf.h"
#include "engine/cli/parse_pieces.h"

#define KEYS_MAX 64

struct key_list {
	struct {
		struct str key; /* nested ones joined by dots */
		struct str label, heading; /* labels: the key's parts */
		enum piece_kind kind;
		/* Words that say how something ended, as bits; `other`: and
		 * values that do not. */
		uint32_t outcomes;
		bool other;
	} items[KEYS_MAX];
	size_t n;
	struct arena *arena;
	struct str first; /* xml: a message, for its elements */
	bool named;	  /* csv: a line of names was seen */
	uint64_t odd;	  /* csv: lines with another number of columns */
};

/* Adds the keys of one message; those beyond KEYS_MAX are left out. */
void keys_of_json(struct key_list *list, struct str message);
void keys_of_pairs(struct key_list *list, struct str message);
void keys_of_xml(struct key_list *list, struct str message);
/* The first XML message again, each value of which is samples[key]. */
void keys_sample_xml(struct key_list *list, const struct str *samples,
    struct buf *out);
/* "Subject:  Account Name:  alice"; how many labels with a value there are, 0
 * when too few. */
void keys_of_labels(struct key_list *list, struct str message);
size_t labels_count(struct str message);
void keys_sample_labels(const struct key_list *list, const struct str *samples,
    struct buf *out);
/* Comma-separated: the keys are the columns, in their order. */
void keys_of_columns(struct key_list *list, struct str message);
/* Columns of such a line; 0: it is none. */
size_t columns_count(struct str message);
/* Adds a key that is new; what one piece of text is. */
void keys_put(struct key_list *list, struct str key, struct str value);
/* Takes note of a value of the key i. */
void keys_see(struct key_list *list, size_t i, struct str value);
/* "block: failure, pass: success" of the key i, when all of its values are
 * such words and there are two at least; false: not so. */
bool keys_outcomes(const struct key_list *list, size_t i, struct buf *out);
enum piece_kind keys_kind_of(struct str value);
/* How many "word=" there are, at most 99. */
size_t pairs_count(struct str message);

#endif
