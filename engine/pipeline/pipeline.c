#include "engine/pipeline/pipeline.h"

#include <stdlib.h>

struct pipeline *
pipeline_new(const struct parts *parts)
{
	struct pipeline *p = mem_get_zero(1, sizeof(*p));

	p->parts = *parts;
	p->normaliser = normaliser_new(parts->packs, parts->fields,
	    parts->words);
	if (parts->keys != NULL)
		normaliser_set_keys(p->normaliser, parts->keys);
	p->detector = detector_new(parts->rules);
	p->event = event_alloc(parts->fields);
	match_list_init(&p->matches);
	return p;
}

void
pipeline_free(struct pipeline *p)
{
	if (p == NULL)
		return;
	match_list_fini(&p->matches);
	event_release(p->event);
	detector_free(p->detector);
	normaliser_free(p->normaliser);
	free(p);
}

static void
run_rules(struct pipeline *p)
{
	p->n_rules = detect(p->detector, p->event, &p->rules);
	if (p->n_rules > 0)
		specs_match(p->parts.specs, p->parts.members, p->event,
		    p->rules, p->n_rules, &p->matches);
}

void
pipeline_line(struct pipeline *p, struct str line, const struct origin *origin)
{
	normalise_next(p->normaliser, p->event, line, origin);
	run_rules(p);
}

bool
pipeline_json(struct pipeline *p, struct str line, const struct origin *origin,
    struct logsource source)
{
	bool ok = normalise_json(p->normaliser, p->event, line, origin, source);

	run_rules(p);
	return ok;
}
