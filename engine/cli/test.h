/*
 * Private to `vigie test`: results as they come, and what is made of them.
 */
#ifndef VIGIE_CLI_TEST_H
#define VIGIE_CLI_TEST_H

#include "engine/cli/cli.h"
#include "engine/daemon/generation.h"

#include <regex.h>

struct test_case {
	struct place at;
	struct str what, name;
	struct str failure; /* empty: passed */
};

struct tally {
	struct arena *arena;
	bool verbose;
	bool filtered; /* only tests that fit `run` */
	regex_t run;
	size_t passed, failed;
	struct test_case *cases;
	size_t n, cap;
};

/* Notes and prints one finished test; failure NULL: it passed. */
void tally_add(struct tally *t, struct place at, struct str what,
    struct str name, const char *failure);
/* Is this test wanted (--run)? */
bool tally_wants(const struct tally *t, struct str what, struct str name);

/* test_junit.c: all results as JUnit XML; false with a message on stderr. */
bool test_write_junit(const struct tally *t, const char *path);

/*
 * test_regression.c: SigmaHQ's layout. Each info.yml below the paths names
 * rules and files of recorded events, and how many of these have to match.
 * Sets covered[] of the rules that were tried.
 */
void test_regression(const struct generation *gen, const char *const *paths,
    size_t n, struct tally *t, bool *covered);

#endif
