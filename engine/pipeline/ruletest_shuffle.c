/*
 * Other orders of arrival: each line comes up to the horizon after its turn,
 * as over several connections. Its receive time stays, so that a line without
 * a stamp is still the same event.
 */
#include "engine/pipeline/ruletest_private.h"

#include "engine/base/stamp.h"

#include <stdlib.h>

/* Within it, the order of arrival changes nothing (DESIGN section 4). */
#define HORIZON ((int64_t)300 * SECOND)

/* xorshift64: any seed but 0, the same everywhere. */
static uint64_t
next_random(struct test *t)
{
	t->random ^= t->random << 13;
	t->random ^= t->random >> 7;
	t->random ^= t->random << 17;
	return t->random;
}

static int
turn_cmp(const void *a, const void *b)
{
	const struct turn *x = a, *y = b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return x->input < y->input ? -1 : x->input > y->input;
}

struct turn *
ruletest_turns(struct test *t)
{
	struct turn *turns = ARENA_ARRAY(t->arena, t->n_inputs, struct turn);
	int64_t least = INT64_MAX;

	for (size_t i = 0; i < t->n_inputs; i++)
		turns[i] = (struct turn){.input = i,
		    .key = t->inputs[i].at +
			(int64_t)(next_random(t) % (uint64_t)HORIZON)};
	qsort(turns, t->n_inputs, sizeof(*turns), turn_cmp);
	/* What is still to come holds back what has passed. */
	for (size_t i = t->n_inputs; i > 0; i--) {
		struct turn *turn = &turns[i - 1];

		turn->passed = least == INT64_MAX ? t->inputs[turn->input].at
						  : least;
		if (t->inputs[turn->input].at < least)
			least = t->inputs[turn->input].at;
	}
	return turns;
}

static bool
is_same(const struct seen *a, const struct seen *b)
{
	if (!str_eq(a->rule_id, b->rule_id) || !str_eq(a->level, b->level) ||
	    a->first != b->first || a->last != b->last ||
	    a->count != b->count || a->n_group != b->n_group)
		return false;
	for (size_t i = 0; i < a->n_group; i++) {
		if (!str_eq(a->group[i].name, b->group[i].name) ||
		    !str_eq(a->group[i].value, b->group[i].value))
			return false;
	}
	return true;
}

bool
ruletest_is_same(const struct test *t, const struct seen *want, size_t n)
{
	for (size_t i = 0; i < t->n_seen; i++)
		t->seen[i].expected = false;
	for (size_t i = 0; i < n; i++) {
		size_t k = 0;

		while (k < t->n_seen && (t->seen[k].expected ||
					    !is_same(&want[i], &t->seen[k])))
			k++;
		if (k == t->n_seen)
			return false;
		t->seen[k].expected = true;
	}
	return n == t->n_seen;
}
