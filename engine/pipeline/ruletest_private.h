/*
 * Private to the tests of rules: one test while it runs. All in its arena.
 */
#ifndef VIGIE_PIPELINE_RULETEST_PRIVATE_H
#define VIGIE_PIPELINE_RULETEST_PRIVATE_H

#include "engine/pipeline/ruletest.h"

#define MAX_MEMBERS 64

struct input {
	int64_t at; /* us after the start */
	size_t order;
	struct str member;
	struct str raw; /* placeholders filled in */
};

struct seen {
	struct str rule_id, rule_name, rule_title, level;
	struct alert_pair *group;
	size_t n_group;
	int64_t first, last;
	uint64_t count;
	bool expected;
};

struct test {
	const struct parts *parts;
	const struct sigma_meta *meta;
	const struct yaml *yaml;
	struct arena *arena;
	struct err err;
	int64_t start;
	struct input *inputs;
	size_t n_inputs, cap_inputs;
	struct str members[MAX_MEMBERS];
	size_t n_members;
	struct seen *seen;
	size_t n_seen, cap_seen;
	uint64_t random;
	char failure[1024];
};

/* One turn: which input, and what has passed when it is given. */
struct turn {
	size_t input;
	int64_t key;	/* when it really comes, us after the start */
	int64_t passed; /* us after the start */
};

/* Another order of arrival, by t->random. */
struct turn *ruletest_turns(struct test *t);
/* Are t->seen these n alerts, in whatever order? */
bool ruletest_is_same(const struct test *t, const struct seen *want, size_t n);

#endif
