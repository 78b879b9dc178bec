#include "engine/normalise/generic.h"

/* Values of the pack that has the line, as they were. */
struct kept {
	struct value *values;
	uint16_t own, count;
	const struct run_rest *rest;
};

static struct kept
keep(const struct event *ev, const struct run_rest *rest)
{
	struct kept k = {.own = rest->own, .count = ev->count, .rest = rest};

	if (rest->matcher == NULL || k.count <= k.own)
		return (struct kept){0};
	k.values = ARENA_ARRAY(ev->scratch, k.count - k.own, struct value);
	memcpy(k.values, ev->values + k.own,
	    (size_t)(k.count - k.own) * sizeof(*k.values));
	return k;
}

static void
restore(struct event *ev, const struct kept *k)
{
	for (uint16_t i = k->own; i < k->count; i++) {
		const struct value *v = &k->values[i - k->own];

		if (i >= k->rest->from && i < k->rest->to)
			continue;
		ev->values[i] = *v;
	}
}

const struct pack *
generic_run(struct normaliser *n, struct event *ev, struct search *search,
    const struct header *h, const struct pack *first)
{
	const struct pack *pack, *ran[SELECT_MAX];
	const struct run_rest rest = n->rest;
	struct kept kept = keep(ev, &rest);
	struct str pattern = event_get(ev, FIELD_VIGIE_PATTERN);
	size_t n_ran = 0;
	bool decoded = false;

	search_generic(search);
	while ((pack = search_next(search)) != NULL) {
		bool decodes = pack->decode.format != DECODE_NONE;

		if ((decodes && decoded) ||
		    pack_run(n, ev, pack, h) == RUN_MISS)
			continue;
		decoded |= decodes;
		ran[n_ran++] = pack;
	}
	restore(ev, &kept);
	if (rest.matcher != NULL) {
		settings_run(n, ev, &rest.matcher->set, true);
		event_put(ev, FIELD_VIGIE_PATTERN, pattern, VALUE_TEXT);
	}
	if (first == NULL && n_ran > 0)
		first = ran[0];
	if (first != NULL)
		pack_finish(n, ev, first);
	for (size_t i = 0; i < n_ran; i++) {
		if (ran[i] != first)
			settings_run(n, ev, &ran[i]->set, true);
	}
	return first;
}
