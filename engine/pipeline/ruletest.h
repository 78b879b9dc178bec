/*
 * The tests written in rules (`vigie: tests:`): lines at times of a virtual
 * clock through the production pipeline, and the alerts that have to come out
 * of it. Format: docs/man/vigie-rules.5.
 */
#ifndef VIGIE_PIPELINE_RULETEST_H
#define VIGIE_PIPELINE_RULETEST_H

#include "engine/pipeline/pipeline.h"

/* One finished test; failure NULL: it passed. */
typedef void ruletest_report_fn(void *arg, const struct sigma_meta *rule,
    struct str test, struct place at, const char *failure);

struct ruletest_result {
	size_t passed, failed;
	size_t tested;	 /* rules and correlations with at least one test */
	size_t untested; /* that give alerts and have none */
};

#define RULETEST_ORDERS 8 /* tried of each test with `shuffle` */

struct ruletest_options {
	/* Which tests are run; NULL: all. */
	bool (*wants)(void *arg, const struct sigma_meta *rule, struct str test);
	/* A rule or correlation that gives alerts and has no test; or NULL. */
	void (*on_untested)(void *arg, const struct sigma_meta *rule);
	/* By the index of the rule: tested otherwise. NULL: none is. */
	const bool *covered;
	/* Each test again in other orders of arrival, none later than 5
	 * minutes after its turn; the alerts have to be the same. */
	bool shuffle;
	uint64_t seed;
};

struct ruletest_result ruletest_run_with(const struct parts *parts,
    const struct ruletest_options *options, ruletest_report_fn *report,
    void *arg);

/* Runs all tests of the collection. Alerts of rules from other files do not
 * count in a test. */
struct ruletest_result ruletest_run(const struct parts *parts,
    ruletest_report_fn *report, void *arg);

#endif
