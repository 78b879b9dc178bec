#include "engine/pipeline/ruletest.h"

#include "engine/base/stamp.h"
#include "engine/pipeline/replay.h"
#include "engine/pipeline/ruletest_private.h"

#include <stdio.h>
#include <stdlib.h>

#define MAX_EVENTS 20000

/* 2026-03-02T08:00:00Z, a Monday morning in no season of clock changes. */
#define DEFAULT_START (INT64_C(1772438400) * SECOND)

static bool
fails(struct test *t, const char *what, struct str more)
{
	(void)snprintf(t->failure, sizeof(t->failure), "%s%.*s", what,
	    STR_ARG(more));
	return false;
}

/* --- reading the test ---------------------------------------------------- */

static void
add_time(struct buf *out, int64_t t, bool rfc5424)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	char text[STAMP_TEXT];
	struct civil c;

	if (rfc5424) {
		buf_add(out, stamp_format(t, text));
		return;
	}
	stamp_to_civil(t, &c);
	buf_printf(out, "%.3s %2d %02d:%02d:%02d", months + 3 * (c.month - 1),
	    c.day, c.hour, c.minute, c.second);
}

static struct str
fill_raw(struct test *t, struct str raw, int64_t at, uint64_t i)
{
	struct buf out;
	struct str filled;

	buf_init(&out, (size_t)1024 * 1024);
	while (raw.n > 0) {
		if (str_has_prefix(raw, STR("{time}"))) {
			add_time(&out, t->start + at, false);
			raw = str_skip(raw, 6);
		} else if (str_has_prefix(raw, STR("{time5424}"))) {
			add_time(&out, t->start + at, true);
			raw = str_skip(raw, 10);
		} else if (str_has_prefix(raw, STR("{i}"))) {
			buf_add_u64(&out, i);
			raw = str_skip(raw, 3);
		} else {
			buf_add_char(&out, raw.p[0]);
			raw = str_skip(raw, 1);
		}
	}
	filled = arena_dup(t->arena, buf_str(&out));
	buf_fini(&out);
	return filled;
}

static bool
note_member(struct test *t, struct str id)
{
	for (size_t i = 0; i < t->n_members; i++) {
		if (str_eq(t->members[i], id))
			return true;
	}
	if (t->n_members == MAX_MEMBERS)
		return fails(t, "too many members in one test: ", id);
	t->members[t->n_members++] = id;
	return true;
}

static bool
read_event(struct test *t, const struct yaml *node)
{
	static const struct str names[] = {STR_INIT("at"), STR_INIT("every"),
	    STR_INIT("times"), STR_INIT("member"), STR_INIT("raw")};
	struct str raw = STR_NONE, member = STR("test");
	int64_t at = 0, every = 0;
	uint64_t times = 1;

	if (!yaml_check_keys(node, names, 5, &t->err) ||
	    !yaml_read_span(yaml_get(node, "at"), "at", &at, &t->err) ||
	    !yaml_read_span(yaml_get(node, "every"), "every", &every,
		&t->err) ||
	    !yaml_read_u64(yaml_get(node, "times"), "times", 1, MAX_EVENTS,
		&times, &t->err) ||
	    !yaml_read_str(yaml_get(node, "member"), "member", &member,
		&t->err) ||
	    !yaml_read_str(yaml_get(node, "raw"), "raw", &raw, &t->err))
		return false;
	if (raw.n == 0)
		return err_add(&t->err, node->at, "test",
		    "an event needs 'raw', the line");
	if (!note_member(t, member))
		return false;
	for (uint64_t i = 0; i < times; i++) {
		if (t->n_inputs == MAX_EVENTS)
			return err_add(&t->err, node->at, "test",
			    "more than %d events in one test", MAX_EVENTS);
		ARENA_PUSH_ROOM(t->arena, t->inputs, t->n_inputs,
		    t->cap_inputs);
		t->inputs[t->n_inputs] = (struct input){
		    .at = at + (int64_t)i * every,
		    .order = t->n_inputs,
		    .member = member,
		    .raw = fill_raw(t, raw, at + (int64_t)i * every, i)};
		t->n_inputs++;
	}
	return true;
}

static int
input_cmp(const void *a, const void *b)
{
	const struct input *x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

static bool
read_test(struct test *t)
{
	static const struct str names[] = {STR_INIT("name"), STR_INIT("start"),
	    STR_INIT("events"), STR_INIT("expect")};
	const struct yaml *events = yaml_get(t->yaml, "events");
	const struct yaml *start = yaml_get(t->yaml, "start");

	t->start = DEFAULT_START;
	if (!yaml_check_keys(t->yaml, names, 4, &t->err))
		return false;
	if (start != NULL && (start->kind != YAML_SCALAR ||
		!stamp_parse(start->text, &t->start)))
		return err_add(&t->err, start->at, "test",
		    "'start' is no time such as 2026-03-02T08:00:00Z");
	if (events == NULL || events->kind != YAML_LIST)
		return err_add(&t->err, t->yaml->at, "test",
		    "a test needs a list 'events'");
	for (size_t i = 0; i < events->n; i++) {
		if (!read_event(t, events->items[i]))
			return false;
	}
	qsort(t->inputs, t->n_inputs, sizeof(*t->inputs), input_cmp);
	return true;
}

/* --- running it ------------------------------------------------------------ */

static struct members *
make_members(struct test *t)
{
	struct members *m;
	struct buf text;

	buf_init(&text, (size_t)1024 * 1024);
	buf_add(&text, STR("members:\n"));
	for (size_t i = 0; i < t->n_members; i++)
		buf_printf(&text,
		    "- {id: '%.*s', name: '%.*s', type: acute-hospital, "
		    "users: 1000, networks: [192.0.2.%zu/32]}\n",
		    STR_ARG(t->members[i]), STR_ARG(t->members[i]), i + 1);
	m = members_load(t->arena, t->parts->words, STR("test"),
	    arena_dup(t->arena, buf_str(&text)), NULL, NULL, &t->err);
	buf_fini(&text);
	return m;
}

/* Is it a rule of the file that the test stands in? */
static bool
is_of_file(const struct test *t, const struct alert *a)
{
	const struct sigma_collection *c = t->parts->sigma;
	struct str file = t->meta->at.file;

	for (size_t i = 0; i < c->n_correlations + c->n_rules; i++) {
		const struct sigma_meta *m = i < c->n_correlations
		    ? &c->correlations[i].meta
		    : &c->rules[i - c->n_correlations].meta;

		if (str_eq(m->at.file, file) &&
		    (str_eq(m->id, a->rule_id) || str_eq(m->name, a->rule_id) ||
			str_eq(m->title, a->rule_id)))
			return true;
	}
	return false;
}

static void
on_alert(void *arg, const struct alert *a)
{
	struct test *t = arg;
	struct seen *s;

	if (!is_of_file(t, a))
		return;
	ARENA_PUSH_ROOM(t->arena, t->seen, t->n_seen, t->cap_seen);
	s = &t->seen[t->n_seen++];
	*s = (struct seen){
	    .rule_id = arena_dup(t->arena, a->rule_id),
	    .rule_name = arena_dup(t->arena, a->rule_name),
	    .rule_title = arena_dup(t->arena, a->rule_title),
	    .level = arena_dup(t->arena, a->level),
	    .first = a->first,
	    .last = a->last,
	    .count = a->count,
	    .n_group = a->n_group,
	};
	s->group = ARENA_ARRAY(t->arena, a->n_group, struct alert_pair);
	for (size_t i = 0; i < a->n_group; i++) {
		s->group[i].name = arena_dup(t->arena, a->group[i].name);
		s->group[i].value = arena_dup(t->arena, a->group[i].value);
	}
}

static bool
run_test(struct test *t, const struct turn *turns)
{
	struct members *members = make_members(t);
	struct parts parts = *t->parts;
	struct replay *replay;

	if (members == NULL)
		return false;
	parts.members = members;
	t->n_seen = t->cap_seen = 0;
	t->seen = NULL;
	replay = replay_new(&(struct replay_options){.parts = &parts,
	    .member = members_at(members, 0), .start = t->start,
	    .on_alert = on_alert, .arg = t});
	for (size_t i = 0; i < t->n_inputs; i++) {
		size_t which = turns == NULL ? i : turns[i].input;
		const struct input *in = &t->inputs[which];
		int64_t passed = turns == NULL ? in->at : turns[i].passed;

		replay_line_out_of_turn(replay, in->raw, (uint32_t)which + 1,
		    members_find(members, in->member), t->start + in->at,
		    t->start + passed);
	}
	replay_finish(replay);
	replay_free(replay);
	return true;
}

/* --- other orders of arrival -------------------------------------------------- */

static void describe(const struct test *t, struct buf *out);

static bool
run_shuffled(struct test *t, uint64_t seed)
{
	const struct seen *want = t->seen;
	size_t n = t->n_seen;

	for (uint64_t i = 0; i < RULETEST_ORDERS; i++) {
		struct buf out;

		/* Small seeds differ little at first: spread them. */
		t->random = (seed + i + 1) * UINT64_C(0x9e3779b97f4a7c15) | 1;
		if (!run_test(t, ruletest_turns(t)))
			return false;
		if (ruletest_is_same(t, want, n))
			continue;
		buf_init(&out, 700);
		describe(t, &out);
		(void)snprintf(t->failure, sizeof(t->failure),
		    "in another order of arrival (--seed %llu): %zu alerts "
		    "instead of %zu: %.*s",
		    (unsigned long long)(seed + i), t->n_seen, n,
		    STR_ARG(buf_str(&out)));
		buf_fini(&out);
		return false;
	}
	return true;
}

/* --- comparing --------------------------------------------------------------- */

static bool
group_agrees(const struct yaml *want, const struct seen *s)
{
	if (want == NULL)
		return true;
	for (size_t i = 0; i < want->n; i++) {
		bool found = false;

		for (size_t k = 0; k < s->n_group && !found; k++)
			found = str_eq(s->group[k].name,
				    want->pairs[i].key->text) &&
			    str_eq(s->group[k].value,
				want->pairs[i].value->text);
		if (!found)
			return false;
	}
	return true;
}

static bool
agrees(const struct test *t, const struct yaml *want, const struct seen *s)
{
	const struct yaml *rule = yaml_get(want, "rule");
	const struct yaml *level = yaml_get(want, "level");
	const struct yaml *count = yaml_get(want, "count");
	const struct yaml *at = yaml_get(want, "at");
	uint64_t n;
	int64_t span;

	if (rule != NULL && !str_eq(rule->text, s->rule_id) &&
	    !str_eq(rule->text, s->rule_name) &&
	    !str_eq(rule->text, s->rule_title))
		return false;
	if (level != NULL && !str_eq(level->text, s->level))
		return false;
	if (count != NULL && (!str_to_u64(count->text, &n) || n != s->count))
		return false;
	if (at != NULL &&
	    (!span_parse(at->text, &span) || t->start + span != s->last))
		return false;
	return group_agrees(yaml_get(want, "group"), s);
}

static void
describe(const struct test *t, struct buf *out)
{
	for (size_t i = 0; i < t->n_seen; i++) {
		const struct seen *s = &t->seen[i];

		buf_printf(out, "%s'%.*s' count %llu", i == 0 ? "" : ", ",
		    STR_ARG(s->rule_title), (unsigned long long)s->count);
		for (size_t k = 0; k < s->n_group; k++)
			buf_printf(out, " %.*s=%.*s", STR_ARG(s->group[k].name),
			    STR_ARG(s->group[k].value));
	}
	if (t->n_seen == 0)
		buf_add(out, STR("nothing"));
}

static bool
compare_one(struct test *t, const struct yaml *want)
{
	static const struct str names[] = {STR_INIT("rule"),
	    STR_INIT("group"), STR_INIT("alerts"), STR_INIT("level"),
	    STR_INIT("count"), STR_INIT("at")};
	uint64_t alerts = 1, got = 0;

	if (!yaml_check_keys(want, names, 6, &t->err) ||
	    !yaml_read_u64(yaml_get(want, "alerts"), "alerts", 1, 10000,
		&alerts, &t->err))
		return false;
	for (size_t i = 0; i < t->n_seen; i++) {
		if (!t->seen[i].expected && agrees(t, want, &t->seen[i])) {
			t->seen[i].expected = true;
			got++;
		}
	}
	if (got != alerts)
		(void)snprintf(t->failure, sizeof(t->failure),
		    "line %u: %llu alerts fit where %llu are expected; came: ",
		    want->at.line, (unsigned long long)got,
		    (unsigned long long)alerts);
	return got == alerts;
}

static bool
compare(struct test *t)
{
	const struct yaml *expect = yaml_get(t->yaml, "expect");
	bool ok = true;
	struct buf out;

	if (expect == NULL || expect->kind != YAML_LIST)
		return err_add(&t->err, t->yaml->at, "test",
		    "a test needs a list 'expect' ([] for silence)");
	for (size_t i = 0; i < expect->n && ok; i++)
		ok = compare_one(t, expect->items[i]);
	for (size_t i = 0; i < t->n_seen && ok; i++) {
		if (!t->seen[i].expected)
			ok = fails(t, "more came than was expected: ", STR(""));
	}
	if (ok || t->failure[0] == '\0')
		return ok;
	buf_init(&out, 1024 - strlen(t->failure));
	describe(t, &out);
	(void)snprintf(t->failure + strlen(t->failure),
	    sizeof(t->failure) - strlen(t->failure), "%.*s",
	    STR_ARG(buf_str(&out)));
	buf_fini(&out);
	return false;
}

struct running {
	const struct parts *parts;
	const struct ruletest_options *options;
	ruletest_report_fn *report;
	void *arg;
	struct ruletest_result sum;
};

static bool
one_test(const struct running *run, const struct sigma_meta *meta,
    const struct yaml *yaml, bool *wanted)
{
	struct test t = {.parts = run->parts, .meta = meta, .yaml = yaml};
	struct str name = STR("(no name)");
	const char *failure = NULL;
	bool ok;

	t.arena = arena_new(0);
	err_init(&t.err, t.arena);
	yaml_read_str(yaml_get(yaml, "name"), "name", &name, &t.err);
	*wanted = run->options->wants == NULL ||
	    run->options->wants(run->arg, meta, name);
	if (!*wanted) {
		arena_free(t.arena);
		return true;
	}
	ok = read_test(&t) && run_test(&t, NULL) && compare(&t);
	if (ok && run->options->shuffle)
		ok = run_shuffled(&t, run->options->seed);
	if (!ok)
		failure = t.failure[0] != '\0' ? t.failure
		    : t.err.n > 0	       ? t.err.items[0].text.p
					       : "it could not be run";
	run->report(run->arg, meta, name, yaml->at, failure);
	arena_free(t.arena);
	return ok;
}

static void
run_meta(struct running *run, const struct sigma_meta *meta, bool muted,
    bool covered)
{
	const struct yaml *tests = meta->vigie.tests;
	bool wanted;

	if (tests == NULL || tests->kind != YAML_LIST || tests->n == 0) {
		run->sum.tested += covered;
		run->sum.untested += !covered && !muted;
		if (!covered && !muted && run->options->on_untested != NULL)
			run->options->on_untested(run->arg, meta);
		return;
	}
	run->sum.tested++;
	for (size_t i = 0; i < tests->n; i++) {
		bool ok = one_test(run, meta, tests->items[i], &wanted);

		run->sum.passed += ok && wanted;
		run->sum.failed += !ok;
	}
}

struct ruletest_result
ruletest_run_with(const struct parts *parts,
    const struct ruletest_options *options, ruletest_report_fn *report,
    void *arg)
{
	const struct sigma_collection *c = parts->sigma;
	struct running run = {.parts = parts, .options = options,
	    .report = report, .arg = arg};

	for (size_t i = 0; i < c->n_rules; i++)
		run_meta(&run, &c->rules[i].meta, c->rules[i].muted,
		    options->covered != NULL && options->covered[i]);
	for (size_t i = 0; i < c->n_correlations; i++)
		run_meta(&run, &c->correlations[i].meta,
		    c->correlations[i].muted, false);
	return run.sum;
}

struct ruletest_result
ruletest_run(const struct parts *parts, ruletest_report_fn *report, void *arg)
{
	const struct ruletest_options none = {0};

	return ruletest_run_with(parts, &none, report, arg);
}
