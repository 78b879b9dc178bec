/*
 * Which rules could match an event: by log source (routes), then by one
 * necessary literal of each rule, looked up in the fields that need it.
 *
 * A route is made when the first event of its log source comes, and kept;
 * beyond INDEX_MAX_ROUTES different sources (somebody invents them), or
 * INDEX_MAX_BYTES, events take the route of all rules.
 */
#ifndef VIGIE_DETECT_INDEX_H
#define VIGIE_DETECT_INDEX_H

#include "engine/detect/need.h"
#include "engine/detect/view.h"
#include "engine/event/logsource.h"

#define INDEX_MAX_ROUTES 256
#define INDEX_MAX_BYTES	 ((size_t)96 * 1024 * 1024)

/* What the index has to know of one rule. */
struct index_rule {
	struct logsource source;
	struct need need;
	uint32_t rule; /* the number by which it is told; ascending */
};

/* One worker's own; the rules are borrowed. */
struct index;
struct index *index_new(const struct index_rule *rules, size_t n);
void index_free(struct index *index);

/*
 * The rules that could match the view's event: bit i of *bits stands for
 * rules[i] of the result, ascending. The bits are the index's until the next
 * call. *n_words is the number of 64-bit words.
 */
const uint32_t *index_candidates(struct index *index, struct view *view,
    const uint64_t **bits, size_t *n_words);
/* Are the last candidates of the event's log source only? */
bool index_is_exact(const struct index *index);

/* Memory of all routes, bytes. */
size_t index_size(const struct index *index);

#endif
