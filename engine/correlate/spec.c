/*
 * A collection to specs: a hidden one for each rule that gives alerts, one
 * for each correlation; then who is whose part.
 */
#include "engine/correlate/spec.h"

#include "engine/base/stamp.h"

#define MAX_DEPTH 10 /* of correlations in correlations */

static const struct str default_entity[] = {
    STR_INIT("source.ip"),
    STR_INIT("user.name"),
    STR_INIT("host.name"),
};

struct compiler {
	struct arena *arena;
	struct field_table *fields;
	const struct word_table *words;
	const struct sigma_collection *sigma;
	struct specs *specs;
	struct err *err;
	bool *visited; /* correlations, by index */
};

static struct str
first_of(struct str a, struct str b, struct str c)
{
	return a.n > 0 ? a : b.n > 0 ? b : c;
}

static void
set_meta(struct compiler *c, struct spec *spec, const struct sigma_meta *meta)
{
	size_t n = meta->vigie.n_entity;
	const struct str *names = meta->vigie.entity;

	spec->meta = meta;
	spec->rule_id = first_of(meta->id, meta->name, meta->title);
	if (spec->rule_id.n == 0)
		spec->rule_id = STR("rule");
	spec->rule_name = first_of(meta->name, meta->title, spec->rule_id);
	spec->level = sigma_level_name(
	    meta->level == SIGMA_LEVEL_NONE ? SIGMA_LEVEL_MEDIUM : meta->level);
	spec->sector = meta->vigie.sector;
	if (n == 0) {
		n = sizeof(default_entity) / sizeof(default_entity[0]);
		names = default_entity;
	}
	if (n > 16)
		n = 16;
	spec->n_entity = n;
	spec->entity_names = ARENA_ARRAY(c->arena, n, struct str);
	spec->entity = ARENA_ARRAY(c->arena, n, field_id);
	spec->entity_group = -1;
	for (size_t i = 0; i < n; i++) {
		spec->entity_names[i] = arena_dup(c->arena, names[i]);
		spec->entity[i] = field_intern(c->fields, names[i]);
	}
}

static bool
is_default_entity(const struct spec *spec)
{
	size_t n = sizeof(default_entity) / sizeof(default_entity[0]);

	if (spec->n_entity != n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (!str_eq(spec->entity_names[i], default_entity[i]))
			return false;
	return true;
}

/*
 * An incident of a correlation is about what it groups by: the first entity
 * field among the group's fields; where the rule names no entity of its own,
 * the group's first field, whatever it is.
 */
static void
set_entity_group(struct spec *spec)
{
	for (size_t e = 0; e < spec->n_entity; e++)
		for (size_t r = 0; r < spec->n_refs; r++)
			for (size_t g = 0; g < spec->n_group; g++)
				if (spec->refs[r].group[g] == spec->entity[e]) {
					spec->entity_group = (int)g;
					return;
				}
	if (spec->n_group > 0 && is_default_entity(spec))
		spec->entity_group = 0;
}

static void
add_spec(struct compiler *c, struct spec *spec)
{
	struct specs *s = c->specs;

	ARENA_PUSH_ROOM(c->arena, s->items, s->n, s->cap);
	spec->index = (uint32_t)s->n;
	s->items[s->n++] = spec;
}

static void
add_use(
    struct compiler *c, uint32_t rule, const struct spec *spec, uint32_t step)
{
	struct spec_uses *u = &c->specs->by_rule[rule];

	ARENA_PUSH_ROOM(c->arena, u->items, u->n, u->cap);
	u->items[u->n++] = (struct spec_use){spec, step};
}

static void
compile_rule(struct compiler *c, uint32_t index)
{
	const struct sigma_rule *rule = &c->sigma->rules[index];
	struct spec *spec;

	if (rule->muted)
		return;
	spec = ARENA_NEW(c->arena, struct spec);
	set_meta(c, spec, &rule->meta);
	spec->hidden = true;
	spec->least = 1;
	spec->mode = MODE_BACKWARD;
	spec->measure = MEASURE_COUNT;
	spec->immediate = true;
	spec->span = HOUR;
	spec->has_bounds = true;
	spec->bounds = (struct correlation_bounds){.has_gte = true, .gte = 1};
	spec->keep_old = ALERT_FIRST_EVENTS;
	spec->keep_new = ALERT_LAST_EVENTS;
	spec->hash = spec_state_hash(
	    c->specs, spec, c->sigma, rule, NULL, c->words);
	add_spec(c, spec);
	add_use(c, index, spec, 0);
}

/* The field that stands for the group-by name (or value) in this part. */
static struct str
name_in_ref(const struct sigma_correlation *co, uint32_t ref, struct str name)
{
	for (size_t i = 0; i < co->n_aliases; i++) {
		const struct correlation_alias *a = &co->aliases[i];

		if (!str_eq(a->name, name))
			continue;
		for (size_t j = 0; j < a->n; j++)
			if (a->fields[j].ref == ref)
				return a->fields[j].field;
	}
	return name;
}

static void
compile_ref(struct compiler *c, struct spec *spec,
    const struct sigma_correlation *co, uint32_t i)
{
	struct spec_ref *ref = &spec->refs[i];

	ref->is_correlation = co->refs[i].is_correlation;
	ref->index = co->refs[i].index;
	ref->group = ARENA_ARRAY(c->arena, spec->n_group, field_id);
	ref->group_name = ARENA_ARRAY(c->arena, spec->n_group, struct str);
	ref->value = ARENA_ARRAY(c->arena, spec->n_values, field_id);
	ref->value_name = ARENA_ARRAY(c->arena, spec->n_values, struct str);
	for (size_t g = 0; g < spec->n_group; g++) {
		ref->group_name[g] = name_in_ref(co, i, spec->group_names[g]);
		ref->group[g] = field_intern(c->fields, ref->group_name[g]);
	}
	for (size_t v = 0; v < spec->n_values; v++) {
		ref->value_name[v] = name_in_ref(co, i, co->fields[v]);
		ref->value[v] = field_intern(c->fields, ref->value_name[v]);
	}
}

static bool
check_correlation(struct compiler *c, const struct sigma_correlation *co)
{
	if (co->n_refs == 0)
		return err_add(c->err, co->meta.at, "no_rules",
		    "the correlation refers to no rule");
	if (co->n_refs > SPEC_MAX_STEPS)
		return err_add(c->err, co->meta.at, "too_many_rules",
		    "a correlation takes at most %d rules, not %zu",
		    SPEC_MAX_STEPS, co->n_refs);
	if (co->timespan <= 0)
		return err_add(c->err, co->meta.at, "no_timespan",
		    "the correlation has no timespan");
	if (co->timespan > 366 * DAY)
		return err_add(c->err, co->meta.at, "long_timespan",
		    "a timespan is at most a year");
	return true;
}

static void compile_correlation(
    struct compiler *c, uint32_t index, unsigned depth);

/* The parts that are correlations come first: their hash is in ours. */
static bool
compile_parts(
    struct compiler *c, const struct sigma_correlation *co, unsigned depth)
{
	for (size_t i = 0; i < co->n_refs; i++) {
		uint32_t index = co->refs[i].index;

		if (!co->refs[i].is_correlation)
			continue;
		compile_correlation(c, index, depth + 1);
		if (c->specs->by_correlation[index] == NULL)
			return err_add(c->err, co->meta.at, "broken_part",
			    "'%.*s' cannot be used as a part",
			    STR_ARG(co->refs[i].text));
	}
	return true;
}

static void
compile_correlation(struct compiler *c, uint32_t index, unsigned depth)
{
	const struct sigma_correlation *co = &c->sigma->correlations[index];
	struct spec *spec;

	if (c->visited[index])
		return;
	c->visited[index] = true;
	if (depth > MAX_DEPTH) {
		err_add(c->err, co->meta.at, "too_deep",
		    "correlations refer to each other more than %d deep",
		    MAX_DEPTH);
		return;
	}
	if (!check_correlation(c, co) || !compile_parts(c, co, depth))
		return;
	spec = ARENA_NEW(c->arena, struct spec);
	set_meta(c, spec, &co->meta);
	spec->muted = co->muted;
	spec->span = co->timespan;
	spec->group_names = co->group_by;
	spec->n_group = co->n_group_by;
	spec->n_values = co->n_fields;
	spec->n_refs = co->n_refs;
	spec->refs = ARENA_ARRAY(c->arena, co->n_refs, struct spec_ref);
	if (!spec_set_condition(c->arena, spec, co, c->err))
		return;
	if (spec->measure == MEASURE_COUNT || spec->measure == MEASURE_STEPS ||
	    spec->measure == MEASURE_ORDERED)
		spec->n_values = 0;
	for (uint32_t i = 0; i < co->n_refs; i++)
		compile_ref(c, spec, co, i);
	set_entity_group(spec);
	spec->hash = spec_state_hash(
	    c->specs, spec, c->sigma, NULL, co, c->words);
	add_spec(c, spec);
	c->specs->by_correlation[index] = spec;
}

static void
link_parts(struct compiler *c)
{
	for (size_t i = 0; i < c->specs->n; i++) {
		struct spec *spec = c->specs->items[i];

		for (uint32_t r = 0; r < spec->n_refs; r++) {
			struct spec_ref *ref = &spec->refs[r];
			struct spec *part;
			struct spec_parent *old;

			if (!ref->is_correlation) {
				add_use(c, ref->index, spec, r);
				continue;
			}
			part = c->specs->by_correlation[ref->index];
			old = part->parents;
			part->parents = arena_grow(c->arena, old,
			    part->n_parents, part->n_parents + 1, sizeof(*old));
			part->parents[part->n_parents++] = (struct spec_parent){
			    spec, r};
		}
	}
}

/* Two documents with one id would share windows; sigma/ says so, we salt. */
static void
index_hashes(struct compiler *c)
{
	struct specs *s = c->specs;

	s->n_slots = 16;
	while (s->n_slots < s->n * 2)
		s->n_slots *= 2;
	s->by_hash = arena_get_array(c->arena, s->n_slots, sizeof(*s->by_hash));
	for (size_t i = 0; i < s->n; i++) {
		struct spec *spec = s->items[i];
		size_t at;

		while (specs_find(s, spec->hash) != NULL || spec->hash == 0)
			spec->hash += 0x9e3779b97f4a7c15u;
		at = spec->hash & (s->n_slots - 1);
		while (s->by_hash[at] != NULL)
			at = (at + 1) & (s->n_slots - 1);
		s->by_hash[at] = spec;
	}
}

struct specs *
specs_compile_words(struct arena *arena, struct field_table *fields,
    const struct word_table *words, const struct sigma_collection *sigma,
    struct err *err)
{
	struct compiler c = {.arena = arena,
	    .fields = fields,
	    .words = words,
	    .sigma = sigma,
	    .err = err};

	c.specs = ARENA_NEW(arena, struct specs);
	c.specs->arena = arena;
	c.specs->n_rules = sigma->n_rules;
	c.specs->by_rule = ARENA_ARRAY(arena, sigma->n_rules, struct spec_uses);
	c.specs->n_correlations = sigma->n_correlations;
	c.specs->by_correlation = arena_get_array(
	    arena, sigma->n_correlations, sizeof(*c.specs->by_correlation));
	c.visited = ARENA_ARRAY(arena, sigma->n_correlations, bool);
	for (uint32_t i = 0; i < sigma->n_rules; i++)
		compile_rule(&c, i);
	for (uint32_t i = 0; i < sigma->n_correlations; i++)
		compile_correlation(&c, i, 0);
	link_parts(&c);
	index_hashes(&c);
	return c.specs;
}

struct specs *
specs_compile(struct arena *arena, struct field_table *fields,
    const struct sigma_collection *sigma, struct err *err)
{
	return specs_compile_words(arena, fields, NULL, sigma, err);
}

const struct spec *
specs_find(const struct specs *specs, uint64_t hash)
{
	size_t mask = specs->n_slots - 1, at = hash & mask;

	for (; specs->by_hash[at] != NULL; at = (at + 1) & mask)
		if (specs->by_hash[at]->hash == hash)
			return specs->by_hash[at];
	return NULL;
}

size_t
specs_count(const struct specs *specs)
{
	return specs->n;
}

uint64_t
specs_hash(const struct specs *specs, size_t i)
{
	return specs->items[i]->hash;
}

bool
specs_has(const struct specs *specs, uint64_t hash)
{
	return specs_find(specs, hash) != NULL;
}

bool
specs_of_correlation(
    const struct specs *specs, uint32_t correlation, uint64_t *hash)
{
	if (correlation >= specs->n_correlations ||
	    specs->by_correlation[correlation] == NULL)
		return false;
	*hash = specs->by_correlation[correlation]->hash;
	return true;
}
