/*
 * A rule taken apart: every part of its tree, as it was written, compiled and
 * run by itself with the code of detect(), so that one sees which parts held
 * for an event, and why the others did not.
 */
#ifndef VIGIE_DETECT_EXPLAIN_H
#define VIGIE_DETECT_EXPLAIN_H

#include "engine/base/json.h"
#include "engine/detect/detect.h"
#include "engine/detect/need.h"
#include "engine/detect/program.h"

struct explain_node {
	const struct sigma_node *from;
	struct program program; /* of this part alone */
	struct explain_node *nodes;
	size_t n;
	bool held; /* for the event of the last explain_run() */
};

struct explain {
	const struct sigma_rule *rule;
	struct field_table *fields;
	struct word_table *words;
	struct explain_node root;
	const struct need *need;       /* what the index looks for; borrowed */
	const struct program *program; /* what detect() runs; borrowed */
	bool source_fits;	       /* the event's log source */
	struct view view;
	struct arena *arena;
	struct regex **regexes;
	size_t n_regexes;
};

/*
 * `rule` is an index into the collection that `set` was compiled from, with
 * the same fields; all of them are borrowed. NULL when the rule could not be
 * compiled. On the heap: explain_free().
 */
struct explain *explain_new(const struct ruleset *set,
    const struct sigma_collection *sigma, uint32_t rule,
    struct field_table *fields, struct word_table *words);
void explain_free(struct explain *x);

/* Does the rule match? Equal to detect_rule(). Fills in `held`; the event is
 * borrowed until the next run. */
bool explain_run(struct explain *x, const struct event *ev);

/* The rule as it is compiled, for people: tree, what the index looks for,
 * program. */
void explain_print_rule(struct explain *x, struct buf *out);
/* The tree with what held in the event of the last run: indented lines. */
void explain_print_text(struct explain *x, struct buf *out);
/* The same as one JSON object, without LF, as the value of a key. */
void explain_print_json(struct explain *x, struct json *j);

/* Of detect.c. NULL: there is no such rule, or none that can match. */
const struct need *ruleset_need(const struct ruleset *set, uint32_t rule);
const struct program *ruleset_program(
    const struct ruleset *set, uint32_t rule);

#endif
