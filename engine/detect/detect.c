#include "engine/detect/detect.h"

#include "engine/detect/explain.h"
#include "engine/detect/index.h"
#include "engine/detect/program.h"

#include <stdlib.h>

struct ruleset {
	struct program *programs; /* by rule */
	struct index_rule *rules;  /* those that can match */
	size_t n;
	size_t n_rules; /* of the collection */
	struct logsource *sources; /* by rule */
	struct regex **regexes;
	size_t n_regexes;
};

struct detector {
	const struct ruleset *rules;
	struct view view;
	struct index *index;
	uint32_t *matches;
};

/* Trees of all rules first: which literals are common is known only then. */
struct ruleset *
ruleset_compile(struct arena *arena, struct field_table *fields,
    struct word_table *words, const struct sigma_collection *sigma,
    struct err *err)
{
	struct ruleset *set = ARENA_NEW(arena, struct ruleset);
	size_t n = sigma->n_rules;
	struct arena *scratch = arena_new(0);
	struct node **trees = ARENA_ARRAY(scratch, n, struct node *);
	struct tree_maker maker = {.arena = arena, .scratch = scratch,
	    .fields = fields, .err = err};
	struct census census;

	(void)words;
	census_init(&census, scratch);
	for (size_t i = 0; i < n; i++) {
		const struct sigma_detection *d = sigma->rules[i].detection;

		if (d == NULL || d->root == NULL)
			continue;
		maker.rule = (uint32_t)i;
		trees[i] = tree_make(&maker, d->root);
		if (trees[i] != NULL)
			census_add(&census, trees[i]);
	}
	set->n_rules = n;
	set->programs = ARENA_ARRAY(arena, n, struct program);
	set->sources = ARENA_ARRAY(arena, n, struct logsource);
	set->rules = ARENA_ARRAY(arena, n, struct index_rule);
	for (size_t i = 0; i < n; i++) {
		set->programs[i] = (struct program){.start = STEP_REFUSE};
		set->sources[i] = sigma->rules[i].source;
		if (trees[i] == NULL || trees[i]->op == NODE_FALSE)
			continue;
		set->programs[i] = program_make(arena, trees[i]);
		set->rules[set->n++] = (struct index_rule){
		    .source = sigma->rules[i].source,
		    .need = need_choose(&census, arena, trees[i]),
		    .rule = (uint32_t)i,
		};
	}
	set->regexes = maker.regexes;
	set->n_regexes = maker.n_regexes;
	arena_free(scratch);
	return set;
}

void
ruleset_free(struct ruleset *set)
{
	if (set == NULL)
		return;
	for (size_t i = 0; i < set->n_regexes; i++)
		regex_free(set->regexes[i]);
}

size_t
ruleset_count(const struct ruleset *set)
{
	return set->n;
}

struct detector *
detector_new(const struct ruleset *set)
{
	struct detector *d = mem_get_zero(1, sizeof(*d));

	d->rules = set;
	view_init(&d->view);
	regex_meters_init(&d->view, set->n_regexes);
	d->index = index_new(set->rules, set->n);
	d->matches = mem_get_zero(set->n, sizeof(*d->matches));
	return d;
}

void
detector_free(struct detector *d)
{
	if (d == NULL)
		return;
	view_fini(&d->view);
	index_free(d->index);
	free(d->matches);
	free(d);
}

size_t
detect(struct detector *d, const struct event *ev, const uint32_t **out)
{
	const struct ruleset *set = d->rules;
	const uint32_t *rules;
	const uint64_t *bits;
	size_t words, n = 0;
	bool exact;

	view_turn(&d->view, ev);
	rules = index_candidates(d->index, &d->view, &bits, &words);
	exact = index_is_exact(d->index);
	for (size_t i = 0; i < words; i++) {
		for (uint64_t left = bits[i]; left != 0; left &= left - 1) {
			uint32_t rule =
			    rules[i * 64 + (size_t)__builtin_ctzll(left)];

			if (!exact &&
			    !logsource_may_match(set->sources[rule],
				ev->source))
				continue;
			if (program_run(&set->programs[rule], &d->view))
				d->matches[n++] = rule;
		}
	}
	*out = d->matches;
	return n;
}

bool
detector_news(struct detector *d, struct suspension *out)
{
	uint32_t regex;

	if (!regex_news(&d->view, &regex, &out->over, &out->skipped))
		return false;
	out->rule = regex_rule(d->rules->regexes[regex]);
	return true;
}

bool
detect_rule(struct detector *d, const struct event *ev, uint32_t rule)
{
	if (rule >= d->rules->n_rules ||
	    !logsource_may_match(d->rules->sources[rule], ev->source))
		return false;
	view_turn(&d->view, ev);
	return program_run(&d->rules->programs[rule], &d->view);
}

const struct program *
ruleset_program(const struct ruleset *set, uint32_t rule)
{
	return rule < set->n_rules ? &set->programs[rule] : NULL;
}

const struct need *
ruleset_need(const struct ruleset *set, uint32_t rule)
{
	for (size_t i = 0; i < set->n; i++) {
		if (set->rules[i].rule == rule)
			return &set->rules[i].need;
	}
	return NULL;
}
