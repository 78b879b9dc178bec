/*
 * Single tests of a tree: compiled, with their costs and with what they need
 * (see struct need_key).
 */
#ifndef VIGIE_DETECT_LEAF_H
#define VIGIE_DETECT_LEAF_H

#include "engine/detect/tree.h"

/* A leaf of the test; constant where it can only be true or false. Sets
 * maker->failed when it cannot be compiled. */
struct node *leaf_make(struct tree_maker *maker, const struct sigma_test *t,
    bool negated);

/*
 * Among `nodes`, alternatives of each other (an OR, or an AND of negated
 * leaves: `negated`), joins leaves on one field to one. Returns how many
 * nodes are left.
 */
size_t leaves_join(struct tree_maker *maker, struct node **nodes, size_t n,
    bool negated);

#endif
