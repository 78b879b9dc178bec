/* `tests:` of packs: samples through the production code, and what differs. */
#include "engine/normalise/pack_why.h"
#include "engine/normalise/value_parts.h"
#include "engine/normalise/work.h"

/* Samples without `received:` are read as from an old file: years before
 * this. 2026-12-31T23:59:59Z. */
#define TEST_RECEIVED ((int64_t)1798761599 * SECOND)

/* "logsource.product" and the like: not a field, but of the event. */
static bool
is_logsource(struct str name)
{
	return str_has_prefix(name, STR("logsource."));
}

static bool
read_test(struct loader *l, const struct yaml *node, struct pack_test *t)
{
	static const struct str keys[] = {STR_INIT("line"), STR_INIT("lines"),
	    STR_INIT("expect"), STR_INIT("absent"), STR_INIT("received"),
	    STR_INIT("timezone")};
	const struct yaml *line = yaml_get(node, "line");
	const struct yaml *lines = yaml_get(node, "lines");
	struct str received = STR_NONE;
	bool good;

	t->at = node->at;
	if (node->kind != YAML_MAP || (line == NULL) == (lines == NULL))
		return err_add(l->err, node->at, "bad_test",
		    "a test needs 'line' (or 'lines') and 'expect'");
	good = yaml_check_keys(node, keys, sizeof(keys) / sizeof(*keys),
	    l->err);
	good &= yaml_read_list(line != NULL ? line : lines, "line", l->arena,
	    &t->lines, &t->n_lines, l->err);
	t->expect = yaml_get(node, "expect");
	t->absent = yaml_get(node, "absent");
	if (t->expect != NULL && t->expect->kind != YAML_MAP)
		return err_add(l->err, t->expect->at, "bad_test",
		    "'expect' has to be a map of fields and values");
	for (size_t i = 0; t->expect != NULL && i < t->expect->n; i++) {
		field_id ignored;

		if (is_logsource(t->expect->pairs[i].key->text))
			continue;
		good &= read_field(l, t->expect->pairs[i].key, &ignored);
	}
	good &= yaml_read_str(yaml_get(node, "timezone"), "timezone",
	    &t->timezone, l->err);
	good &= yaml_read_str(yaml_get(node, "received"), "received",
	    &received, l->err);
	t->has_received = received.n > 0;
	if (received.n > 0 && !stamp_parse(received, &t->received))
		return err_add(l->err, yaml_get(node, "received")->at,
		    "bad_test", "'received' has to be a stamp like "
		    "2026-11-24T10:00:00Z");
	return good;
}

/* A sample that was pasted twice. */
static void
check_again(struct loader *l, const struct pack *pack)
{
	const struct pack_test *t = &pack->tests[pack->n_tests - 1];

	for (size_t i = 0; t->n_lines == 1 && i + 1 < pack->n_tests; i++) {
		const struct pack_test *above = &pack->tests[i];

		if (above->n_lines != 1 ||
		    !str_eq(above->lines[0], t->lines[0]) ||
		    !str_eq(above->timezone, t->timezone) ||
		    above->has_received != t->has_received ||
		    above->received != t->received)
			continue;
		err_warn(l->err, t->at, "duplicate_sample",
		    "line %u tests the same line", above->at.line);
		return;
	}
}

bool
read_tests(struct loader *l, const struct yaml *node, struct pack *pack)
{
	bool good = true;

	if (node == NULL) {
		err_warn(l->err, pack->at, "no_tests",
		    "the pack has no tests");
		return true;
	}
	if (yaml_is_null(node)) {
		err_warn(l->err, node->at, "no_tests", "'tests' is empty");
		return true;
	}
	if (node->kind != YAML_LIST)
		return err_add(l->err, node->at, "bad_test",
		    "'tests' has to be a list: each begins with '- line:'");
	pack->tests = ARENA_ARRAY(l->arena, node->n + 1, struct pack_test);
	for (size_t i = 0; i < node->n; i++) {
		good &= read_test(l, node->items[i],
		    &pack->tests[pack->n_tests++]);
		check_again(l, pack);
	}
	return good;
}

struct test_run {
	struct normaliser *n;
	struct event *ev;
	struct arena *arena; /* zones of this run */
	struct buf failure;
};

static void
add_values(struct buf *out, const struct event *ev, const struct value *v)
{
	if (v == NULL)
		buf_add(out, STR("nothing"));
	for (; v != NULL; v = event_next(ev, v))
		buf_printf(out, "'%.*s'%s", STR_ARG(v->text),
		    v->next != 0 ? ", " : "");
}

static void
differs(struct test_run *r, struct str field, struct str want,
    const struct value *v)
{
	static const char *const kinds[] = {[FIELD_LONG] = "a whole number",
	    [FIELD_DOUBLE] = "a number", [FIELD_BOOL] = "true or false",
	    [FIELD_IP] = "an address", [FIELD_DATE] = "a time"};
	enum field_type type = field_type(r->n->fields,
	    field_find(r->n->fields, field));

	buf_printf(&r->failure, "%s%.*s: expected '%.*s', found ",
	    r->failure.n > 0 ? "\n" : "", STR_ARG(field), STR_ARG(want));
	add_values(&r->failure, r->ev, v);
	if (v == NULL && type != FIELD_KEYWORD)
		buf_printf(&r->failure, " (what is not %s sets nothing)",
		    kinds[type]);
}

/* A MAC address may be wanted in any form. */
static bool
has_value(const struct test_run *r, field_id id, struct str want)
{
	char mac[VALUE_MAC_TEXT];
	const struct value *v = event_value(r->ev, id);

	if (r->n->how[id] == HOW_MAC)
		want = value_mac(want, mac);
	for (; v != NULL; v = event_next(r->ev, v)) {
		if (str_eq(v->text, want))
			return true;
	}
	return false;
}

/* Times are compared as instants. */
static bool
is_same_time(struct test_run *r, struct str want)
{
	int64_t at;

	return stamp_parse(want, &at) && at == r->ev->time;
}

static void
check_logsource(struct test_run *r, const struct yaml_pair *pair)
{
	struct str name = str_skip(pair->key->text, 10), got = STR_NONE;
	const struct logsource *s = &r->ev->source;

	if (str_eq(name, STR("product")))
		got = word_text(r->n->words, s->product);
	else if (str_eq(name, STR("category")))
		got = word_text(r->n->words, s->category);
	else if (str_eq(name, STR("service")))
		got = word_text(r->n->words, s->service);
	if (!str_eq_nocase(got, yaml_is_null(pair->value)
		    ? STR("") : pair->value->text))
		buf_printf(&r->failure, "%s%.*s: expected '%.*s', found '%.*s'",
		    r->failure.n > 0 ? "\n" : "", STR_ARG(pair->key->text),
		    STR_ARG(pair->value->text), STR_ARG(got));
}

static void
check_field(struct test_run *r, const struct yaml_pair *pair)
{
	struct str name = pair->key->text;
	const struct yaml *want = pair->value;
	field_id id = field_find(r->n->fields, name);
	const struct value *v = event_value(r->ev, id);
	size_t n = 0;

	if (is_logsource(name)) {
		check_logsource(r, pair);
		return;
	}
	if (id == FIELD_TIMESTAMP) {
		char text[STAMP_TEXT];

		if (want->kind != YAML_SCALAR || !is_same_time(r, want->text))
			buf_printf(&r->failure,
			    "%s@timestamp: expected '%.*s', found '%s'",
			    r->failure.n > 0 ? "\n" : "",
			    STR_ARG(want->text),
			    stamp_format(r->ev->time, text).p);
		return;
	}
	if (yaml_is_null(want)) {
		if (v != NULL)
			differs(r, name, STR("(nothing)"), v);
		return;
	}
	for (const struct value *at = v; at != NULL; at = event_next(r->ev, at))
		n++;
	if (want->kind == YAML_SCALAR) {
		if (n != 1 || !has_value(r, id, want->text))
			differs(r, name, want->text, v);
		return;
	}
	for (size_t i = 0; want->kind == YAML_LIST && i < want->n; i++) {
		if (!has_value(r, id, want->items[i]->text))
			differs(r, name, want->items[i]->text, v);
	}
	if (want->kind == YAML_LIST && n > want->n)
		differs(r, name, STR("(fewer values)"), v);
}

static void
check_absent(struct test_run *r, const struct yaml *list)
{
	size_t n = list == NULL ? 0 : list->kind == YAML_LIST ? list->n : 1;

	for (size_t i = 0; i < n; i++) {
		const struct yaml *item = list->kind == YAML_LIST
		    ? list->items[i] : list;
		const struct value *v = event_value(r->ev,
		    field_find(r->n->fields, item->text));

		if (v != NULL)
			differs(r, item->text, STR("(nothing)"), v);
	}
}

/* "+01:00", "UTC", or by the finder that the caller gave. */
static bool
find_zone(struct test_run *r, const struct packs *packs, struct str name,
    struct zone **out)
{
	struct time_text t;
	struct str bytes;
	char text[40] = "2000-01-01T00:00:00";

	*out = NULL;
	if (name.n == 0 || str_eq(name, STR("UTC")) || str_eq(name, STR("Z")))
		return true;
	if (name.n < 8 && (name.p[0] == '+' || name.p[0] == '-')) {
		memcpy(text + 19, name.p, name.n);
		if (time_read(str_make(text, 19 + name.n), &t) == 0 ||
		    !t.has_zone)
			return false;
		*out = zone_fixed(r->arena, name, t.offset);
		return true;
	}
	if (packs->find_zone == NULL ||
	    !packs->find_zone(packs->find_zone_arg, name, &bytes))
		return false;
	*out = zone_load(r->arena, name, bytes);
	return *out != NULL;
}

/* What the author looks for next. */
static void
explain(struct test_run *r, const struct packs *packs,
    const struct pack *pack, struct str line, bool mine)
{
	struct buf *out = &r->failure;
	struct str pattern = event_get(r->ev, FIELD_VIGIE_PATTERN);

	buf_add_char(out, '\n');
	if (mine && pattern.n > 0) {
		buf_printf(out, "taken by the pattern '%.*s'\n",
		    STR_ARG(pattern));
	} else if (mine && pack->n_matchers > 0 && !r->ev->parsed) {
		buf_add(out, STR("no pattern of the pack matched\n"));
		(void)pack_why_nearest(packs, pack->name, r->ev, "", out);
	} else if (!mine) {
		if (!pack_why_select(packs, pack->name, line, "", out))
			(void)pack_why_nearest(packs, pack->name, r->ev, "",
			    out);
	}
	out->n--; /* the last line feed */
}

static void
run_line(struct test_run *r, const struct packs *packs,
    const struct pack *pack, const struct pack_test *t, struct str line)
{
	struct member member = {.id = STR("test"), .type = STR("unregistered")};
	struct origin origin = {.id = {0}, .member = &member,
	    .past = !t->has_received,
	    .received = t->has_received ? t->received : TEST_RECEIVED};
	struct str got;
	bool mine;

	if (!find_zone(r, packs, t->timezone, &member.zone)) {
		buf_printf(&r->failure, "there is no zone '%.*s'",
		    STR_ARG(t->timezone));
		return;
	}
	normalise(r->n, r->ev, line, &origin);
	got = event_get(r->ev, pack->envelope == FIELD_NONE
		? FIELD_VIGIE_PACK : packs->envelope);
	if (!str_eq(got, pack->name))
		buf_printf(&r->failure, "the line went to %s%.*s",
		    got.n > 0 ? "the pack " : "no pack", STR_ARG(got));
	mine = str_eq(got, pack->name);
	for (size_t i = 0; t->expect != NULL && i < t->expect->n; i++)
		check_field(r, &t->expect->pairs[i]);
	check_absent(r, t->absent);
	if (r->failure.n > 0 && pack->envelope == FIELD_NONE)
		explain(r, packs, pack, line, mine);
}

size_t
packs_test(const struct packs *packs, struct normaliser *n, struct event *ev,
    pack_wants_fn *wants, pack_report_fn *report, void *arg)
{
	struct test_run r = {.n = n, .ev = ev, .arena = arena_new(0)};
	size_t failures = 0;

	buf_init(&r.failure, (size_t)64 * 1024);
	for (size_t i = 0; i < packs->n; i++) {
		const struct pack *pack = packs->items[i];

		if (wants != NULL && !wants(arg, pack->name, pack->file))
			continue;
		for (size_t k = 0; k < pack->n_tests; k++) {
			const struct pack_test *t = &pack->tests[k];

			buf_clear(&r.failure);
			for (size_t m = 0; m < t->n_lines; m++)
				run_line(&r, packs, pack, t, t->lines[m]);
			if (r.failure.n > 0) {
				failures++;
				buf_add_char(&r.failure, '\0');
			}
			report(arg, pack->name, t->at,
			    r.failure.n > 0 ? r.failure.p : NULL);
		}
	}
	buf_fini(&r.failure);
	arena_free(r.arena);
	return failures;
}
