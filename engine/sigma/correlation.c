/*
 * One correlation document. References stay texts here; resolve.c finds what
 * they mean when all files are read.
 */
#include "engine/sigma/loader.h"

#include "engine/base/stamp.h"

static const struct {
	struct str name;
	enum correlation_kind kind;
	bool temporal;
	bool field; /* needs condition.field */
} kinds[] = {
    {STR_INIT("event_count"),      CORRELATION_EVENT_COUNT,      false, false},
    {STR_INIT("value_count"),      CORRELATION_VALUE_COUNT,      false, true },
    {STR_INIT("value_sum"),        CORRELATION_VALUE_SUM,        false, true },
    {STR_INIT("value_avg"),        CORRELATION_VALUE_AVG,        false, true },
    {STR_INIT("value_median"),     CORRELATION_VALUE_MEDIAN,     false, true },
    {STR_INIT("value_percentile"), CORRELATION_VALUE_PERCENTILE, false, true },
    {STR_INIT("temporal"),         CORRELATION_TEMPORAL,         true,  false},
    {STR_INIT("temporal_ordered"), CORRELATION_TEMPORAL_ORDERED, true,  false},
    {STR_INIT("new_value"),        CORRELATION_NEW_VALUE,        false, true },
};

#define N_KINDS (sizeof(kinds) / sizeof(kinds[0]))

static const struct str keys[] = {
    STR_INIT("type"),
    STR_INIT("rules"),
    STR_INIT("group-by"),
    STR_INIT("timespan"),
    STR_INIT("condition"),
    STR_INIT("aliases"),
    STR_INIT("generate"),
};

#define N_KEYS (sizeof(keys) / sizeof(keys[0]))

struct str
sigma_correlation_kind_name(enum correlation_kind kind)
{
	size_t i = 0;

	while (kinds[i].kind != kind)
		i++;
	return kinds[i].name;
}

struct reading {
	struct loader *loader;
	struct err *err;
	const struct yaml *map; /* correlation: */
	struct document *doc;
	struct sigma_correlation *out;
	size_t cap;      /* of out->refs and doc->refs */
	bool named;      /* rules: is given */
	bool *mentioned; /* which refs the condition names */
	bool temporal;
	bool field;
};

/* Names of other tools and old rules, and ours. */
static struct str
other_name(struct str key)
{
	static const struct {
		struct str found;
		struct str ours;
	} names[] = {
	    {STR_INIT("timeframe"), STR_INIT("timespan") },
	    {STR_INIT("window"),    STR_INIT("timespan") },
	    {STR_INIT("within"),    STR_INIT("timespan") },
	    {STR_INIT("group_by"),  STR_INIT("group-by") },
	    {STR_INIT("groupby"),   STR_INIT("group-by") },
	    {STR_INIT("by"),        STR_INIT("group-by") },
	    {STR_INIT("alias"),     STR_INIT("aliases")  },
	    {STR_INIT("field"),     STR_INIT("condition")},
	    {STR_INIT("gte"),       STR_INIT("condition")},
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (str_eq_nocase(key, names[i].found))
			return names[i].ours;
	}
	return STR("");
}

static bool
check_keys(struct reading *r)
{
	bool ok = true;

	for (size_t i = 0; i < r->map->n; i++) {
		const struct yaml *key = r->map->pairs[i].key;
		struct str ours = other_name(key->text);

		if (STR_IS_ONE_OF(key->text, keys))
			continue;
		ok = err_add(r->err, key->at, "unknown_key",
		    "unknown key '%.*s' in 'correlation'", STR_ARG(key->text));
		if (str_eq(ours, STR("condition")))
			err_hint(r->err, "it belongs under 'condition'");
		else if (ours.n > 0)
			err_hint(r->err, "did you mean '%.*s'?", STR_ARG(ours));
		else
			err_did_you_mean(r->err, key->text, keys, N_KEYS);
	}
	return ok;
}

static bool
missing(struct reading *r, const char *key, const char *hint)
{
	struct err *err = r->err;
	char code[32] = "missing_";
	const struct yaml *outside = yaml_get(r->doc->yaml, key);

	/* err_item keeps the code as a slice: it has to outlive this. */
	memcpy(code + 8, key, strlen(key) < 23 ? strlen(key) : 23);
	err_add(err, r->map->at, arena_dup(r->loader->arena, str_from(code)).p,
	    "the correlation has no '%s'", key);
	if (outside != NULL)
		err_hint(err,
		    "the one at line %u belongs under "
		    "'correlation', indented",
		    outside->at.line);
	else
		err_hint(err, "%s", hint);
	return false;
}

static bool
read_type(struct reading *r)
{
	const struct yaml *node = yaml_get(r->map, "type");
	struct str text = STR_NONE, names[N_KINDS];

	if (node == NULL)
		return missing(r, "type", "such as 'type: event_count'");
	if (!yaml_read_str(node, "type", &text, r->err))
		return false;
	for (size_t i = 0; i < N_KINDS; i++) {
		names[i] = kinds[i].name;
		if (!str_eq(text, names[i]))
			continue;
		r->out->kind = kinds[i].kind;
		r->temporal = kinds[i].temporal;
		r->field = kinds[i].field;
		return true;
	}
	err_add(r->err, node->at, "correlation_type",
	    "'%.*s' is no type of correlation", STR_ARG(text));
	err_did_you_mean(r->err, text, names, N_KINDS);
	return false;
}

static uint32_t
add_ref(struct reading *r, struct str text, struct place at)
{
	struct sigma_correlation *c = r->out;
	struct arena *arena = r->loader->arena;
	size_t n = c->n_refs;

	if (n == r->cap) {
		r->cap = n == 0 ? 8 : 2 * n;
		c->refs =
		    arena_grow(arena, c->refs, n, r->cap, sizeof(*c->refs));
		r->doc->refs = arena_grow(
		    arena, r->doc->refs, n, r->cap, sizeof(*r->doc->refs));
		r->mentioned = arena_grow(
		    arena, r->mentioned, n, r->cap, sizeof(*r->mentioned));
	}
	c->refs[n] = (struct correlation_ref){.text = text};
	r->doc->refs[n] = (struct written){text, at};
	r->mentioned[n] = false;
	c->n_refs++;
	return (uint32_t)n;
}

#define MAX_REFS 1000

static bool
read_rules(struct reading *r)
{
	const struct yaml *node = yaml_get(r->map, "rules");
	const struct yaml *condition = yaml_get(r->map, "condition");
	size_t n;

	r->named = node != NULL;
	if (node == NULL) {
		if (condition != NULL && condition->kind == YAML_SCALAR)
			return true;
		return missing(r, "rules", "a list of ids or names of rules");
	}
	if (node->kind == YAML_MAP)
		return err_add(r->err, node->at, "form",
		    "'rules' has to be a list of ids or names");
	n = node->kind == YAML_LIST ? node->n : 1;
	if (n == 0 || n > MAX_REFS)
		return err_add(r->err, node->at, "empty_list",
		    "'rules' has %zu entries, expected 1 to %d", n, MAX_REFS);
	for (size_t i = 0; i < n; i++) {
		const struct yaml *item =
		    node->kind == YAML_LIST ? node->items[i] : node;
		struct str text = STR_NONE;

		if (!yaml_read_str(item, "rules", &text, r->err))
			return false;
		add_ref(r, text, item->at);
	}
	return true;
}

static bool
read_group_by(struct reading *r)
{
	const struct yaml *node = yaml_get(r->map, "group-by");

	if (!yaml_read_list(node, "group-by", r->loader->arena,
	        &r->out->group_by, &r->out->n_group_by, r->err))
		return false;
	for (size_t i = 0; i < r->out->n_group_by; i++) {
		if (r->out->group_by[i].n == 0)
			return err_add(r->err, node->at, "empty_field",
			    "a field in 'group-by' has no name");
	}
	return true;
}

static bool
read_timespan(struct reading *r)
{
	const struct yaml *node = yaml_get(r->map, "timespan");
	struct str text = STR_NONE;
	uint64_t number;

	if (node == NULL)
		return missing(r, "timespan", "such as 'timespan: 5m'");
	if (!yaml_read_str(node, "timespan", &text, r->err))
		return false;
	if (!span_parse(text, &r->out->timespan)) {
		err_add(r->err, node->at, "span",
		    "'%.*s' is no time span, expected one such as 30s, 5m, "
		    "1h or 7d",
		    STR_ARG(text));
		if (str_to_u64(text, &number))
			err_hint(
			    r->err, "did you mean '%.*ss'?", STR_ARG(text));
		return false;
	}
	if (r->out->timespan == 0)
		return err_add(
		    r->err, node->at, "span", "the time span is zero");
	if (text.p[text.n - 1] == 'M') {
		err_warn(r->err, node->at, "timespan_month",
		    "'%.*s' is months of 30 days", STR_ARG(text));
		err_hint(r->err, "minutes are written '%.*sm'", (int)text.n - 1,
		    text.p);
	}
	return true;
}

/* What a condition's operator writes to. */
struct bound {
	struct str name;
	size_t has;
	size_t value;
};

#define BOUND(name)                                                            \
	{                                                                      \
		STR_INIT(#name),                                               \
		    offsetof(struct correlation_bounds, has_##name),           \
		    offsetof(struct correlation_bounds, name)                  \
	}

static const struct bound bounds[] = {
    BOUND(gt), BOUND(gte), BOUND(lt), BOUND(lte), BOUND(eq), BOUND(neq)};

static bool
read_number(
    struct reading *r, const struct yaml *node, struct str key, double *out)
{
	if (node->kind != YAML_SCALAR || !str_to_double(node->text, out))
		return err_add(r->err, node->at, "number",
		    "'%.*s' is '%.*s', expected a number", STR_ARG(key),
		    STR_ARG(node->kind == YAML_SCALAR ? node->text
		                                      : STR("a list or map")));
	return true;
}

#define LEARN_MAX (7 * DAY)

/* A quarter of the timespan, a week at most, where nothing is said. */
static bool
read_learn(struct reading *r, const struct yaml *condition)
{
	const struct yaml *node = yaml_get(condition, "learn");
	struct sigma_correlation *c = r->out;

	c->learn = c->timespan / 4 < LEARN_MAX ? c->timespan / 4 : LEARN_MAX;
	if (!yaml_read_span(node, "learn", &c->learn, r->err))
		return false;
	if (c->learn <= c->timespan)
		return true;
	err_add(r->err, node->at, "span",
	    "'learn' is longer than the timespan, in which values are kept");
	err_hint(r->err, "at most the timespan");
	return false;
}

static bool
read_bound(struct reading *r, const struct yaml_pair *pair)
{
	char *base = (char *)&r->out->bounds;
	struct str known[9] = {STR("field"), STR("percentile")};
	struct str key = pair->key->text;
	size_t n = 8;

	for (size_t i = 0; i < sizeof(bounds) / sizeof(bounds[0]); i++) {
		known[2 + i] = bounds[i].name;
		if (!str_eq(key, bounds[i].name))
			continue;
		*(bool *)(void *)(base + bounds[i].has) = true;
		return read_number(r, pair->value, key,
		    (double *)(void *)(base + bounds[i].value));
	}
	if (str_eq(key, known[0]))
		return yaml_read_list(pair->value, "field", r->loader->arena,
		    &r->out->fields, &r->out->n_fields, r->err);
	if (str_eq(key, known[1]))
		return read_number(r, pair->value, key, &r->out->percentile);
	if (r->out->kind == CORRELATION_NEW_VALUE)
		known[n++] = STR("learn");
	if (str_eq(key, STR("learn")) && n > 8)
		return true; /* read_learn() */
	err_add(r->err, pair->key->at, "unknown_key",
	    "unknown key '%.*s' in 'condition'", STR_ARG(key));
	err_did_you_mean(r->err, key, known, n);
	return false;
}

static bool
has_bound(const struct correlation_bounds *b)
{
	return b->has_gt || b->has_gte || b->has_lt || b->has_lte ||
	       b->has_eq || b->has_neq;
}

/* gt 5 and lt 3 at once: no number is both. */
static bool
is_impossible(const struct correlation_bounds *b)
{
	if (b->has_gt && b->has_lt && b->gt >= b->lt)
		return true;
	if (b->has_gt && b->has_lte && b->gt >= b->lte)
		return true;
	if (b->has_gte && b->has_lt && b->gte >= b->lt)
		return true;
	return b->has_gte && b->has_lte && b->gte > b->lte;
}

static bool
check_field(struct reading *r, const struct yaml *node)
{
	const struct sigma_correlation *c = r->out;

	if (r->field && c->n_fields == 0) {
		err_add(r->err, node->at, "missing_field",
		    "this type of correlation needs a 'field'");
		err_hint(r->err, "add 'field: name' under 'condition'");
		return false;
	}
	if (!r->field && c->n_fields > 0)
		return err_add(r->err, node->at, "surplus_field",
		    "this type of correlation has no use for 'field'");
	if (c->n_fields > 1 && c->kind != CORRELATION_VALUE_COUNT &&
	    c->kind != CORRELATION_NEW_VALUE)
		return err_add(r->err, node->at, "surplus_field",
		    "only value_count and new_value take several fields");
	return true;
}

static bool
read_condition_map(struct reading *r, const struct yaml *node)
{
	struct sigma_correlation *c = r->out;
	bool ok = true;

	c->percentile = 50;
	for (size_t i = 0; i < node->n; i++)
		ok &= read_bound(r, &node->pairs[i]);
	if (!ok || !check_field(r, node))
		return false;
	if (c->kind == CORRELATION_NEW_VALUE) {
		if (!has_bound(&c->bounds))
			return read_learn(r, node);
		err_add(r->err, node->at, "surplus_bound",
		    "a new value is compared with nothing");
		err_hint(r->err, "leave out gt, gte, lt, lte, eq, neq");
		return false;
	}
	if (!has_bound(&c->bounds)) {
		err_add(r->err, node->at, "missing_bound",
		    "the condition compares with nothing");
		err_hint(r->err, "add one of gt, gte, lt, lte, eq, neq");
		return false;
	}
	if (is_impossible(&c->bounds))
		return err_add(r->err, node->at, "impossible_condition",
		    "no number is within these bounds");
	if (c->percentile < 0 || c->percentile > 100)
		return err_add(r->err, node->at, "number",
		    "'percentile' has to be from 0 to 100");
	if (c->kind == CORRELATION_VALUE_PERCENTILE &&
	    yaml_get(node, "percentile") == NULL)
		err_warn(r->err, node->at, "missing_percentile",
		    "there is no 'percentile', 50 is taken");
	if (r->temporal && c->bounds.has_gte &&
	    c->bounds.gte > (double)c->n_refs)
		err_warn(r->err, node->at, "impossible_condition",
		    "%zu rules can never be %g different ones", c->n_refs,
		    c->bounds.gte);
	return true;
}

static uint32_t
find_ref(struct reading *r, struct expression *e)
{
	struct sigma_correlation *c = r->out;
	struct str *names;

	for (size_t i = 0; i < c->n_refs; i++) {
		if (str_eq(c->refs[i].text, e->now.text))
			return (uint32_t)i;
	}
	if (!r->named && c->n_refs < MAX_REFS)
		return add_ref(r, e->now.text, token_place(e, &e->now));
	err_add(r->err, token_place(e, &e->now), "unknown_reference",
	    "'%.*s' is not among 'rules'", STR_ARG(e->now.text));
	names = ARENA_ARRAY(r->loader->arena, c->n_refs, struct str);
	for (size_t i = 0; i < c->n_refs; i++)
		names[i] = c->refs[i].text;
	err_did_you_mean(r->err, e->now.text, names, c->n_refs);
	return UINT32_MAX;
}

static void *
ref_leaf(struct expression *e)
{
	struct reading *r = e->arg;
	struct correlation_expr *leaf;
	uint32_t ref = find_ref(r, e);

	if (ref == UINT32_MAX)
		return NULL;
	r->mentioned[ref] = true;
	leaf = ARENA_NEW(r->loader->arena, struct correlation_expr);
	leaf->op = EXPR_REF;
	leaf->ref = ref;
	expression_step(e);
	return leaf;
}

static void *
ref_join(struct expression *e, enum sigma_op op, void **operands, size_t n)
{
	struct reading *r = e->arg;
	struct correlation_expr *tree = operands[0];

	for (size_t i = op == SIGMA_NOT ? 0 : 1; i < n; i++) {
		struct correlation_expr *node =
		    ARENA_NEW(r->loader->arena, struct correlation_expr);

		node->op = op == SIGMA_NOT   ? EXPR_NOT
		           : op == SIGMA_AND ? EXPR_AND
		                             : EXPR_OR;
		node->a = tree;
		node->b = op == SIGMA_NOT ? NULL : operands[i];
		tree = node;
	}
	return tree;
}

static bool
read_condition_text(struct reading *r, const struct yaml *node)
{
	static const struct expression_ops ops = {ref_leaf, ref_join};

	if (!r->temporal) {
		err_add(r->err, node->at, "condition_form",
		    "only temporal types take a condition in words");
		err_hint(r->err, "write a map, such as 'gte: 5'");
		return false;
	}
	r->out->expr = expression_parse(r->loader, node, &ops, r);
	if (r->out->expr == NULL)
		return false;
	for (size_t i = 0; i < r->out->n_refs; i++) {
		if (!r->mentioned[i])
			err_warn(r->err, r->doc->refs[i].at, "unused_reference",
			    "the condition never uses '%.*s'",
			    STR_ARG(r->out->refs[i].text));
	}
	return true;
}

static bool
read_condition(struct reading *r)
{
	const struct yaml *node = yaml_get(r->map, "condition");

	if (node == NULL) {
		if (r->temporal)
			return true;
		return missing(r, "condition", "such as 'condition: {gte: 5}'");
	}
	if (node->kind == YAML_LIST)
		return err_add(r->err, node->at, "form",
		    "'condition' has to be a map such as {gte: 5}");
	return node->kind == YAML_MAP ? read_condition_map(r, node)
	                              : read_condition_text(r, node);
}

static bool
read_alias(struct reading *r, const struct yaml_pair *pair,
    struct correlation_alias *out)
{
	struct sigma_correlation *c = r->out;
	const struct yaml *map = pair->value;

	out->name = pair->key->text;
	if (map->kind != YAML_MAP)
		return err_add(r->err, map->at, "form",
		    "an alias is a map from rules to fields");
	out->fields =
	    arena_get_array(r->loader->arena, map->n, sizeof(*out->fields));
	for (size_t i = 0; i < map->n; i++) {
		struct str rule = map->pairs[i].key->text, field = STR_NONE;
		size_t ref = 0;

		if (!yaml_read_str(
		        map->pairs[i].value, "alias", &field, r->err))
			return false;
		while (ref < c->n_refs && !str_eq(c->refs[ref].text, rule))
			ref++;
		/* resolve.c looks again: it may be the rule's other name. */
		out->fields[i].ref = (uint32_t)ref;
		out->fields[i].field = field;
		out->n++;
	}
	return true;
}

static bool
read_aliases(struct reading *r)
{
	const struct yaml *map = yaml_get(r->map, "aliases");
	bool ok = true;

	if (map == NULL)
		return true;
	if (map->kind != YAML_MAP)
		return err_add(
		    r->err, map->at, "form", "'aliases' has to be a map");
	r->out->aliases =
	    ARENA_ARRAY(r->loader->arena, map->n, struct correlation_alias);
	for (size_t i = 0; i < map->n; i++)
		ok &= read_alias(r, &map->pairs[i], &r->out->aliases[i]);
	r->out->n_aliases = map->n;
	return ok;
}

bool
correlation_read(struct loader *l, struct document *doc)
{
	struct reading r = {.loader = l, .err = l->err, .doc = doc};
	const struct yaml *top = yaml_get(doc->yaml, "generate");
	bool ok;

	r.map = yaml_get(doc->yaml, "correlation");
	if (r.map->kind != YAML_MAP)
		return err_add(
		    l->err, r.map->at, "form", "'correlation' has to be a map");
	r.out = ARENA_NEW(l->arena, struct sigma_correlation);
	doc->correlation = r.out;
	ok = check_keys(&r);
	/* The schema has `generate` at the top, pySigma inside. */
	ok &= yaml_read_bool(top, "generate", &r.out->generate, l->err);
	ok &= yaml_read_bool(
	    yaml_get(r.map, "generate"), "generate", &r.out->generate, l->err);
	ok &= read_group_by(&r);
	ok &= read_timespan(&r);
	if (!read_type(&r) || !read_rules(&r))
		return false;
	ok &= read_condition(&r);
	ok &= read_aliases(&r);
	return ok;
}
