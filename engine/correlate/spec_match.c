/*
 * Matched rules to matches. A line that no rule wants never comes here; for
 * the others the texts go to the list's arena, which is reset, not freed.
 */
#include "engine/base/stats.h"
#include "engine/correlate/spec.h"
#include "engine/correlate/wire.h"

#include <stdlib.h>

#define MAX_GROUP 64

void
match_list_init(struct match_list *list)
{
	*list = (struct match_list){.arena = arena_new(0)};
}

void
match_list_fini(struct match_list *list)
{
	arena_free(list->arena);
	free(list->items);
	*list = (struct match_list){0};
}

void
match_list_clear(struct match_list *list)
{
	list->n = 0;
	arena_reset(list->arena);
}

static struct match *
push(struct match_list *list)
{
	if (list->n == list->cap) {
		list->cap = list->cap == 0 ? 16 : list->cap * 2;
		list->items = mem_resize(
		    list->items, list->cap * sizeof(*list->items));
	}
	return &list->items[list->n++];
}

/*
 * The values are hashed as they are, each with its length, behind the spec
 * and the member: two groups meet only by a collision of SHA-256.
 */
struct hash128
spec_window_key(const struct spec *spec, struct str member,
    const struct str *values, size_t n)
{
	char small[512];
	struct buf out = {.p = small, .cap = sizeof(small), .max = SIZE_MAX};
	size_t need = 8 + 10 + member.n;
	struct hash128 key;
	bool heap;

	for (size_t i = 0; i < n; i++)
		need += 10 + values[i].n;
	heap = need > sizeof(small);
	if (heap)
		buf_init(&out, SIZE_MAX);
	wire_add_fixed(&out, spec->hash);
	wire_add_str(&out, member);
	for (size_t i = 0; i < n; i++)
		wire_add_str(&out, values[i]);
	key = hash_stable(buf_str(&out));
	if (heap)
		buf_fini(&out);
	return key;
}

/* A list of values, packed (see match.h), each cut at SPEC_MAX_TEXT. */
static struct str
pack(struct arena *arena, const struct str *values, size_t n)
{
	size_t need = 0;
	struct buf out;

	if (n == 0)
		return STR_NONE;
	for (size_t i = 0; i < n; i++)
		need += 10 + SPEC_MAX_TEXT;
	out = (struct buf){.cap = 0, .max = need};
	need = 0;
	for (size_t i = 0; i < n; i++)
		need += 10 +
		    (values[i].n < SPEC_MAX_TEXT ? values[i].n : SPEC_MAX_TEXT);
	out.p = arena_text(arena, need);
	out.cap = need;
	for (size_t i = 0; i < n; i++)
		pack_add(&out, str_first(values[i], SPEC_MAX_TEXT));
	return buf_str(&out);
}

/* A value that would be cut stays distinct by its hash. */
static struct str
pack_value(struct arena *arena, const struct str *values, size_t n)
{
	struct hash128 hash;
	size_t sum = 0;
	struct buf out;
	char text[33];

	for (size_t i = 0; i < n; i++)
		sum += values[i].n;
	if (n == 1 && sum <= SPEC_MAX_TEXT)
		return arena_dup(arena, values[0]);
	buf_init(&out, SIZE_MAX);
	for (size_t i = 0; i < n; i++)
		pack_add(&out, values[i]);
	if (out.n > SPEC_MAX_TEXT) {
		hash = hash_stable(buf_str(&out));
		hash128_format(hash, text);
		buf_clear(&out);
		buf_add(&out, str_make(text, 32));
	}
	struct str s = arena_dup(arena, buf_str(&out));

	buf_fini(&out);
	return s;
}

struct match_input {
	const struct event *ev;
	struct str member;
};

/* What every event has, whether or not its source said so. */
static bool
pseudo_field(const struct match_input *in, field_id field, struct str *out)
{
	switch (field) {
	case FIELD_VIGIE_MEMBER:
		*out = in->member;
		return true;
	case FIELD_VIGIE_TRANSPORT:
		*out = transport_name(in->ev->transport);
		return true;
	case FIELD_VIGIE_PARSED:
		*out = in->ev->parsed ? STR("true") : STR("false");
		return true;
	default:
		return false;
	}
}

static bool
field_value(const struct match_input *in, field_id field, struct str *out)
{
	const struct value *v;

	/* The member is never the text's to say. */
	if (field == FIELD_VIGIE_MEMBER || field == FIELD_NONE)
		return pseudo_field(in, field, out);
	v = event_value(in->ev, field);
	while (v != NULL && v->kind == VALUE_NULL)
		v = event_next(in->ev, v);
	if (v == NULL)
		return pseudo_field(in, field, out);
	*out = v->text;
	return true;
}

static bool
fields_values(const struct match_input *in, const field_id *fields, size_t n,
    struct str *out)
{
	for (size_t i = 0; i < n; i++)
		if (!field_value(in, fields[i], &out[i]))
			return false;
	return true;
}

static void
set_entity(const struct match_input *in, const struct spec *spec,
    struct arena *arena, struct match *m)
{
	struct str value;

	for (size_t i = 0; i < spec->n_entity; i++) {
		if (!field_value(in, spec->entity[i], &value) || value.n == 0)
			continue;
		m->entity_field = spec->entity_names[i];
		m->entity = arena_dup(arena, str_first(value, SPEC_MAX_TEXT));
		return;
	}
}

static struct match
base_match(const struct match_input *in, const struct spec_use *use)
{
	return (struct match){.spec = use->spec->hash,
	    .step = use->step,
	    .event = in->ev->id,
	    .time = match_order_time(in->ev->time, in->ev->received),
	    .received = in->ev->received,
	    .coarse = in->ev->time % SECOND == 0,
	    .member = in->member,
	    .late = in->ev->late};
}

static void
match_hidden(const struct match_input *in, const struct spec_use *use,
    struct match_list *out)
{
	struct match m = base_match(in, use);
	struct str key[2];

	set_entity(in, use->spec, out->arena, &m);
	key[0] = m.entity_field;
	key[1] = m.entity;
	m.window = spec_window_key(
	    use->spec, use->spec->sector ? STR_NONE : in->member, key, 2);
	*push(out) = m;
}

static bool
is_numeric(const struct spec *spec)
{
	return spec->measure == MEASURE_SUM ||
	    spec->measure == MEASURE_AVERAGE ||
	    spec->measure == MEASURE_PERCENTILE;
}

/* False: the event has no value that this correlation could count. */
static bool
set_value(const struct spec *spec, const struct str *values,
    struct arena *arena, struct match *m)
{
	double number;

	if (spec->n_values == 0)
		return true;
	if (is_numeric(spec) && !str_to_double(values[0], &number))
		return false;
	m->value = pack_value(arena, values, spec->n_values);
	return true;
}

static void
match_correlation(const struct match_input *in, const struct spec_use *use,
    struct match_list *out)
{
	const struct spec *spec = use->spec;
	const struct spec_ref *ref = &spec->refs[use->step];
	struct str group[MAX_GROUP], values[MAX_GROUP];
	struct match m = base_match(in, use);

	if (spec->n_group > MAX_GROUP || spec->n_values > MAX_GROUP)
		return;
	if (!fields_values(in, ref->group, spec->n_group, group)) {
		STAT_ADD(group_missing, 1);
		return;
	}
	if (!fields_values(in, ref->value, spec->n_values, values) ||
	    !set_value(spec, values, out->arena, &m))
		return;
	m.window = spec_window_key(
	    spec, spec->sector ? STR_NONE : in->member, group, spec->n_group);
	m.group = pack(out->arena, group, spec->n_group);
	if (spec->entity_group < 0)
		set_entity(in, spec, out->arena, &m);
	*push(out) = m;
}

void
specs_match(const struct specs *specs, const struct members *members,
    const struct event *ev, const uint32_t *rules, size_t n,
    struct match_list *out)
{
	struct match_input in = {.ev = ev};

	if (n == 0)
		return;
	in.member = members_at(members, ev->member)->id;
	for (size_t i = 0; i < n; i++) {
		const struct spec_uses *uses = &specs->by_rule[rules[i]];

		for (size_t j = 0; j < uses->n; j++) {
			if (uses->items[j].spec->hidden)
				match_hidden(&in, &uses->items[j], out);
			else
				match_correlation(&in, &uses->items[j], out);
		}
	}
}

/* A value of the child's alert by the name that the parent uses. */
static bool
chain_value(const struct alert *alert, struct str name, struct str *out)
{
	for (size_t i = 0; i < alert->n_group; i++)
		if (str_eq(alert->group[i].name, name)) {
			*out = alert->group[i].value;
			return true;
		}
	if (str_eq(name, STR("vigie.member"))) {
		*out = alert->member;
		return true;
	}
	if (alert->entity.n > 0 && str_eq(alert->entity_field, name)) {
		*out = alert->entity;
		return true;
	}
	return false;
}

bool
spec_chain(const struct spec *child, const struct spec_parent *parent,
    const struct alert *alert, struct arena *arena, struct match *out)
{
	const struct spec *spec = parent->spec;
	const struct spec_ref *ref = &spec->refs[parent->step];
	struct str group[MAX_GROUP], values[MAX_GROUP];

	(void)child;
	if (spec->n_group > MAX_GROUP || spec->n_values > MAX_GROUP)
		return false;
	for (size_t i = 0; i < spec->n_group; i++)
		if (!chain_value(alert, ref->group_name[i], &group[i])) {
			STAT_ADD(group_missing, 1);
			return false;
		}
	for (size_t i = 0; i < spec->n_values; i++)
		if (!chain_value(alert, ref->value_name[i], &values[i]))
			return false;
	if (!set_value(spec, values, arena, out))
		return false;
	out->spec = spec->hash;
	out->step = parent->step;
	out->member = alert->member;
	out->window = spec_window_key(spec,
	    spec->sector ? STR_NONE : alert->member, group, spec->n_group);
	out->group = pack(arena, group, spec->n_group);
	if (spec->entity_group < 0) {
		for (size_t i = 0; i < spec->n_entity; i++)
			if (str_eq(
				spec->entity_names[i], alert->entity_field)) {
				out->entity_field = spec->entity_names[i];
				out->entity = alert->entity;
			}
	}
	return true;
}
