/*
 * A rule's detection made ready for programs and index: negation pushed down
 * to the tests, constants folded, AND in AND and OR in OR flattened, lists of
 * values on one field made one test, cheap and decisive tests first.
 */
#ifndef VIGIE_DETECT_TREE_H
#define VIGIE_DETECT_TREE_H

#include "engine/base/err.h"
#include "engine/detect/test.h"

enum node_op { NODE_TRUE, NODE_FALSE, NODE_AND, NODE_OR, NODE_LEAF };

/*
 * What has to be in an event for a test to hold: this literal in this field
 * (FIELD_NONE: in the message or any value), or the field alone.
 */
struct need_key {
	field_id field;
	bool present; /* the field alone */
	enum literal_kind kind;
	struct str text; /* folded */
};

struct node {
	enum node_op op;
	struct node **nodes;
	size_t n;
	/* NODE_LEAF */
	const struct test *test;
	bool negated;
	const struct need_key *keys; /* one of these; NULL: nothing needed */
	size_t n_keys;
	/* Guesses: nanoseconds, chance to be true. */
	double cost;
	double chance;
	uint32_t leaves;
};

/* What trees of one rule set share. */
struct tree_maker {
	struct arena *arena;   /* for what programs use */
	struct arena *scratch; /* for nodes and their keys' lists */
	struct field_table *fields;
	struct err *err;
	struct regex **regexes; /* the heap's, to be freed */
	size_t n_regexes;
	size_t cap_regexes;
	uint32_t rule; /* the one at hand */
	bool failed; /* it cannot be compiled */
};

/* NULL when the rule cannot be compiled (said in err). */
struct node *tree_make(struct tree_maker *maker, const struct sigma_node *root);

#endif
