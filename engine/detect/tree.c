#include "engine/detect/tree.h"

#include "engine/detect/leaf.h"

#include <stdlib.h>

#define TREE_DEPTH 200

static struct node *
node_new(struct tree_maker *maker, enum node_op op)
{
	struct node *node = ARENA_NEW(maker->scratch, struct node);

	node->op = op;
	return node;
}

/*
 * How much sooner or later a child ought to be asked: what it costs for each
 * decision that it brings. A test that is nearly always true decides nothing
 * in an AND.
 */
static double
rank(const struct node *node, bool and)
{
	double decides = and ? 1 - node->chance : node->chance;

	return node->cost / (decides < 0.001 ? 0.001 : decides);
}

/* Insertion: few children, and equal ones keep their order. */
static void
sort_children(struct node *node)
{
	bool and = node->op == NODE_AND;

	for (size_t i = 1; i < node->n; i++) {
		struct node *one = node->nodes[i];
		double r = rank(one, and);
		size_t j = i;

		for (; j > 0 && rank(node->nodes[j - 1], and) > r; j--)
			node->nodes[j] = node->nodes[j - 1];
		node->nodes[j] = one;
	}
}

/* Costs and chances of an AND or OR from its sorted children's. */
static void
estimate(struct node *node)
{
	double reached = 1; /* the chance to come as far as child i */

	node->cost = 0;
	node->leaves = 0;
	for (size_t i = 0; i < node->n; i++) {
		const struct node *one = node->nodes[i];

		node->cost += one->cost * reached;
		node->leaves += one->leaves;
		reached *= node->op == NODE_AND ? one->chance
						: 1 - one->chance;
	}
	node->chance = node->op == NODE_AND ? reached : 1 - reached;
}

/* Takes the children that say nothing out, and those of the same kind in. */
static void
flatten(struct tree_maker *maker, struct node *node)
{
	enum node_op nothing = node->op == NODE_AND ? NODE_TRUE : NODE_FALSE;
	enum node_op all = node->op == NODE_AND ? NODE_FALSE : NODE_TRUE;
	struct node **out;
	size_t n = 0;

	for (size_t i = 0; i < node->n; i++)
		n += node->nodes[i]->op == node->op ? node->nodes[i]->n : 1;
	out = ARENA_ARRAY(maker->scratch, n, struct node *);
	n = 0;
	for (size_t i = 0; i < node->n; i++) {
		struct node *one = node->nodes[i];

		if (one->op == nothing)
			continue;
		if (one->op == all) {
			*node = (struct node){.op = all};
			return;
		}
		if (one->op != node->op) {
			out[n++] = one;
			continue;
		}
		if (one->n > 0)
			memcpy(out + n, one->nodes, one->n * sizeof(*out));
		n += one->n;
	}
	node->nodes = out;
	node->n = n;
	if (n == 0)
		*node = (struct node){.op = nothing};
}

/* AND of negated values is the negated OR of the values. */
static struct node *
finish(struct tree_maker *maker, struct node *node)
{
	flatten(maker, node);
	if (node->op != NODE_AND && node->op != NODE_OR)
		return node;
	node->n = leaves_join(maker, node->nodes, node->n,
	    node->op == NODE_AND);
	if (node->n == 1)
		return node->nodes[0];
	sort_children(node);
	estimate(node);
	return node;
}

static struct node *
make(struct tree_maker *maker, const struct sigma_node *from, bool negated,
    unsigned depth)
{
	struct node *node;

	if (depth > TREE_DEPTH) {
		err_add(maker->err, from->at, "depth",
		    "the condition is nested more than %d deep", TREE_DEPTH);
		maker->failed = true;
		return node_new(maker, NODE_FALSE);
	}
	if (from->op == SIGMA_TEST)
		return leaf_make(maker, from->test, negated);
	if (from->op == SIGMA_NOT)
		return make(maker, from->nodes[0], !negated, depth + 1);
	node = node_new(maker, (from->op == SIGMA_AND) != negated ? NODE_AND
								  : NODE_OR);
	node->nodes = ARENA_ARRAY(maker->scratch, from->n, struct node *);
	node->n = from->n;
	for (size_t i = 0; i < from->n; i++)
		node->nodes[i] = make(maker, from->nodes[i], negated,
		    depth + 1);
	return finish(maker, node);
}

struct node *
tree_make(struct tree_maker *maker, const struct sigma_node *root)
{
	struct node *node;

	maker->failed = false;
	node = make(maker, root, false, 0);
	return maker->failed ? NULL : node;
}
