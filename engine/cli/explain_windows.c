#include "engine/cli/explain_windows.h"

#include "engine/base/json.h"
#include "engine/base/stamp.h"
#include "engine/correlate/nearest.h"

#include <stdio.h>
#include <stdlib.h>

/* A match as it was given to its window; texts are the arena's. */
struct given {
	struct match match;
	struct given *next; /* of the same window */
};

/* One group: its matches, and the window that came nearest. */
struct story {
	struct given *first, *last;
	const struct sigma_correlation *c;
	struct str group;
	struct nearest nearest;
	bool alert;
};

/* A correlation that is asked about. */
struct wanted {
	uint64_t spec;
	uint32_t correlation;
};

struct explain_windows {
	const struct parts *parts;
	struct arena *arena;
	struct windows *windows;
	struct match_list matches;
	struct buf chained; /* packed matches on their way to parents */
	struct wanted *wanted;
	size_t n_wanted, wanted_cap;
	struct map by_window; /* its key's bytes to its story */
	struct story **stories; /* in the order of their first events */
	size_t n_stories, stories_cap;
	struct map alerts; /* alert_key() of those that were given */
};

static struct str
group_text(struct arena *arena, const struct str *names,
    const struct str *values, size_t n)
{
	struct str out;
	struct buf text;

	buf_init(&text, SIZE_MAX);
	for (size_t i = 0; i < n; i++) {
		buf_printf(&text, "%s%.*s=", i == 0 ? "" : " ",
		    STR_ARG(names[i]));
		json_escape(&text, values[i]);
	}
	if (n == 0)
		buf_add(&text, STR("all"));
	out = arena_dup(arena, buf_str(&text));
	buf_fini(&text);
	return out;
}

static struct str
alert_key(struct explain_windows *x, uint64_t spec, struct str group)
{
	return arena_printf(x->arena, "%016llx %.*s",
	    (unsigned long long)spec, STR_ARG(group));
}

static void
on_alert(void *arg, const struct alert *a)
{
	struct explain_windows *x = arg;
	struct str *names = ARENA_ARRAY(x->arena, a->n_group, struct str);
	struct str *values = ARENA_ARRAY(x->arena, a->n_group, struct str);

	for (size_t i = 0; i < a->n_group; i++) {
		names[i] = a->group[i].name;
		values[i] = a->group[i].value;
	}
	map_put(&x->alerts, alert_key(x, a->spec,
	    group_text(x->arena, names, values, a->n_group)), x);
}

static void
on_match(void *arg, const struct match *m)
{
	struct explain_windows *x = arg;

	match_format(m, &x->chained);
}

struct explain_windows *
explain_windows_new(const struct parts *parts)
{
	static const struct windows_limits limits = {1000000, 1000000};
	struct explain_windows *x = mem_get_zero(1, sizeof(*x));

	x->parts = parts;
	x->arena = arena_new(0);
	x->windows = windows_new(parts->specs, &limits,
	    &(struct windows_sink){on_alert, on_match, x});
	map_init_in(&x->by_window, x->arena);
	map_init_in(&x->alerts, x->arena);
	match_list_init(&x->matches);
	buf_init(&x->chained, SIZE_MAX);
	return x;
}

void
explain_windows_free(struct explain_windows *x)
{
	if (x == NULL)
		return;
	windows_free(x->windows);
	match_list_fini(&x->matches);
	buf_fini(&x->chained);
	arena_free(x->arena);
	free(x);
}

void
explain_windows_choose(struct explain_windows *x, uint32_t correlation)
{
	const struct sigma_correlation *c =
	    &x->parts->sigma->correlations[correlation];
	struct wanted wanted = {.correlation = correlation};

	for (size_t i = 0; i < x->n_wanted; i++) {
		if (x->wanted[i].correlation == correlation)
			return;
	}
	if (!specs_of_correlation(x->parts->specs, correlation, &wanted.spec))
		return;
	ARENA_PUSH_ROOM(x->arena, x->wanted, x->n_wanted, x->wanted_cap);
	x->wanted[x->n_wanted++] = wanted;
	for (size_t i = 0; i < c->n_refs; i++) {
		if (c->refs[i].is_correlation)
			explain_windows_choose(x, c->refs[i].index);
	}
}

bool
explain_windows_any(const struct explain_windows *x)
{
	return x->n_wanted > 0;
}

static const struct wanted *
find_wanted(const struct explain_windows *x, uint64_t spec)
{
	for (size_t i = 0; i < x->n_wanted; i++) {
		if (x->wanted[i].spec == spec)
			return &x->wanted[i];
	}
	return NULL;
}

static struct story *
story_of(struct explain_windows *x, const struct match *m,
    const struct wanted *wanted)
{
	struct str key = str_make((const char *)&m->window, sizeof(m->window));
	struct story *s = map_get(&x->by_window, key);

	if (s != NULL)
		return s;
	s = ARENA_NEW(x->arena, struct story);
	s->c = &x->parts->sigma->correlations[wanted->correlation];
	map_put(&x->by_window, arena_dup(x->arena, key), s);
	ARENA_PUSH_ROOM(x->arena, x->stories, x->n_stories, x->stories_cap);
	x->stories[x->n_stories++] = s;
	return s;
}

static void
give(struct explain_windows *x, const struct match *m)
{
	const struct wanted *wanted = find_wanted(x, m->spec);
	struct story *s;
	struct given *g;

	if (wanted == NULL)
		return;
	g = ARENA_NEW(x->arena, struct given);
	g->match = *m;
	g->match.group = arena_dup(x->arena, m->group);
	g->match.value = arena_dup(x->arena, m->value);
	s = story_of(x, m, wanted);
	if (s->first == NULL)
		s->first = g;
	else
		s->last->next = g;
	s->last = g;
	windows_apply(x->windows, m);
}

/* What windows gave to the correlations above them. */
static void
give_chained(struct explain_windows *x)
{
	for (int depth = 0; depth < 10 && x->chained.n > 0; depth++) {
		struct str rest = arena_dup(x->arena, buf_str(&x->chained));
		struct match m;

		buf_clear(&x->chained);
		while (rest.n > 0 && match_parse(&rest, &m))
			give(x, &m);
	}
	buf_clear(&x->chained);
}

void
explain_windows_add(struct explain_windows *x, const struct event *ev,
    const uint32_t *rules, size_t n)
{
	specs_match(x->parts->specs, x->parts->members, ev, rules, n,
	    &x->matches);
	for (size_t i = 0; i < x->matches.n; i++)
		give(x, &x->matches.items[i]);
	match_list_clear(&x->matches);
	give_chained(x);
}

static struct str
part_name(const struct explain_windows *x, const struct correlation_ref *ref)
{
	const struct sigma_meta *meta = ref->is_correlation
	    ? &x->parts->sigma->correlations[ref->index].meta
	    : &x->parts->sigma->rules[ref->index].meta;

	return meta->name.n > 0 ? meta->name : meta->title;
}

static void
add_expr(struct explain_windows *x, struct buf *out,
    const struct sigma_correlation *c, const struct correlation_expr *e)
{
	switch (e->op) {
	case EXPR_REF:
		json_escape(out, part_name(x, &c->refs[e->ref]));
		return;
	case EXPR_NOT:
		buf_add(out, STR("not "));
		add_expr(x, out, c, e->a);
		return;
	case EXPR_AND:
	case EXPR_OR:
		buf_add_char(out, '(');
		add_expr(x, out, c, e->a);
		buf_add(out, e->op == EXPR_AND ? STR(" and ") : STR(" or "));
		add_expr(x, out, c, e->b);
		buf_add_char(out, ')');
		return;
	}
}

/* "event_count gte 6 in 60 s" */
static void
add_wanted(struct explain_windows *x, struct buf *out,
    const struct sigma_correlation *c)
{
	const struct correlation_bounds *b = &c->bounds;

	buf_add(out, sigma_correlation_kind_name(c->kind));
	if (c->expr != NULL) {
		buf_add_char(out, ' ');
		add_expr(x, out, c, c->expr);
	}
	for (size_t i = 0; i < c->n_fields; i++)
		buf_printf(out, "%s%.*s", i == 0 ? " of " : ", ",
		    STR_ARG(c->fields[i]));
	if (b->has_gt)
		buf_printf(out, " gt %g", b->gt);
	if (b->has_gte)
		buf_printf(out, " gte %g", b->gte);
	if (b->has_lt)
		buf_printf(out, " lt %g", b->lt);
	if (b->has_lte)
		buf_printf(out, " lte %g", b->lte);
	if (b->has_eq)
		buf_printf(out, " eq %g", b->eq);
	if (b->has_neq)
		buf_printf(out, " neq %g", b->neq);
	buf_printf(out, " in %lld s", (long long)(c->timespan / SECOND));
	if (c->kind == CORRELATION_NEW_VALUE)
		buf_printf(out, ", after %lld s",
		    (long long)(c->learn / SECOND));
}

static bool
is_temporal(const struct sigma_correlation *c)
{
	return c->kind == CORRELATION_TEMPORAL ||
	    c->kind == CORRELATION_TEMPORAL_ORDERED;
}

/* Time stood still so far: no window was let go. */
static void
tell(struct explain_windows *x, struct story *s)
{
	struct str *values = ARENA_ARRAY(x->arena, s->c->n_group_by,
	    struct str);
	struct str rest = s->first->match.group;

	for (size_t i = 0; i < s->c->n_group_by; i++)
		(void)pack_next(&rest, &values[i]);
	s->group = group_text(x->arena, s->c->group_by, values,
	    s->c->n_group_by);
	(void)windows_nearest(x->windows, &s->first->match, &s->nearest);
}

/* As it was stamped. */
static int64_t
stamp_of(const struct match *m)
{
	return m->coarse ? m->time - m->time % SECOND : m->time;
}

static bool
is_inside(const struct story *s, const struct match *m)
{
	int64_t t = stamp_of(m);

	return !m->gone && t >= s->nearest.first && t <= s->nearest.last;
}

/* One or several values, as they are. */
static void
add_value(struct buf *out, const struct sigma_correlation *c, struct str packed)
{
	struct str value;

	if (c->n_fields < 2) {
		json_escape(out, packed);
		return;
	}
	while (pack_next(&packed, &value)) {
		json_escape(out, value);
		if (packed.n > 0)
			buf_add(out, STR(", "));
	}
}

static void
print_missing(struct explain_windows *x, const struct story *s,
    struct buf *out)
{
	const struct sigma_correlation *c = s->c;

	if (c->kind == CORRELATION_NEW_VALUE) {
		buf_printf(out, "  %s; the group has been seen for %lld s\n",
		    s->nearest.known ? "the value had been there"
				     : "the value is new",
		    (long long)(s->nearest.age / SECOND));
		return;
	}
	if (!is_temporal(c)) {
		buf_printf(out, "  reached: %g\n", s->nearest.reached);
		return;
	}
	for (size_t i = 0; i < c->n_refs; i++) {
		bool there = (s->nearest.steps >> i & 1) != 0;

		buf_printf(out, "  [%c] ", there ? 'x' : ' ');
		json_escape(out, part_name(x, &c->refs[i]));
		buf_add_char(out, '\n');
	}
}

static void
print_text(struct explain_windows *x, const struct story *s, struct buf *out)
{
	char stamp[STAMP_TEXT];

	buf_add(out, STR("window: "));
	json_escape(out, s->c->meta.title);
	buf_printf(out, ": %.*s: %s\n  wanted: ", STR_ARG(s->group),
	    s->alert ? "alert" : "no alert");
	add_wanted(x, out, s->c);
	buf_add_char(out, '\n');
	print_missing(x, s, out);
	buf_printf(out, "  %s window, %llu event%s:\n",
	    s->nearest.holds ? "first satisfied" : "nearest",
	    (unsigned long long)s->nearest.events,
	    s->nearest.events == 1 ? "" : "s");
	for (const struct given *g = s->first; g != NULL; g = g->next) {
		const struct match *m = &g->match;

		if (!is_inside(s, m))
			continue;
		buf_printf(out, "    message %u  %.*s  ", m->event.line,
		    STR_ARG(stamp_format(stamp_of(m), stamp)));
		json_escape(out, part_name(x, &s->c->refs[m->step]));
		if (m->value.n > 0) {
			buf_add(out, STR("  "));
			add_value(out, s->c, m->value);
		}
		buf_add_char(out, '\n');
	}
}

static void
print_json(struct explain_windows *x, const struct story *s, struct buf *out)
{
	struct json j = json_to(out);
	char stamp[STAMP_TEXT], number[32];

	json_open(&j);
	json_pair_str(&j, "correlation", s->c->meta.id.n > 0
		? s->c->meta.id : s->c->meta.title);
	json_pair_str(&j, "group", s->group);
	json_pair_bool(&j, "alert", s->alert);
	json_pair_bool(&j, "held", s->nearest.holds);
	json_pair_str(&j, "first", stamp_format(s->nearest.first, stamp));
	json_pair_str(&j, "last", stamp_format(s->nearest.last, stamp));
	json_pair_u64(&j, "count", s->nearest.events);
	json_key(&j, STR("reached"));
	(void)snprintf(number, sizeof(number), "%.10g", s->nearest.reached);
	json_raw(&j, str_from(number));
	if (is_temporal(s->c)) {
		json_key(&j, STR("missing"));
		json_open_list(&j);
		for (size_t i = 0; i < s->c->n_refs; i++) {
			if ((s->nearest.steps >> i & 1) == 0)
				json_str(&j, part_name(x, &s->c->refs[i]));
		}
		json_close_list(&j);
	}
	json_key(&j, STR("messages"));
	json_open_list(&j);
	for (const struct given *g = s->first; g != NULL; g = g->next) {
		if (is_inside(s, &g->match))
			json_u64(&j, g->match.event.line);
	}
	json_close_list(&j);
	json_close(&j);
	buf_add_char(out, '\n');
}

void
explain_windows_print(struct explain_windows *x, bool json, struct buf *out)
{
	for (size_t i = 0; i < x->n_stories; i++)
		tell(x, x->stories[i]);
	/* Now what waits for the end of a window is decided. */
	windows_advance(x->windows, SHARD_COUNT, INT64_MAX);
	for (size_t i = 0; i < x->n_stories; i++) {
		struct story *s = x->stories[i];

		s->alert = map_get(&x->alerts, alert_key(x,
		    s->first->match.spec, s->group)) != NULL;
		if (json)
			print_json(x, s, out);
		else
			print_text(x, s, out);
	}
	if (x->n_stories == 0 && !json)
		buf_add(out, STR("window: none: no message matched a rule of "
		    "the correlation with all fields of its group-by\n"));
}
