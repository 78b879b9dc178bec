/*
 * `detection:` and `filter:`: selections and the condition over them.
 */
#include "engine/sigma/loader.h"

#include "engine/sigma/wild.h"

struct selection {
	struct str name;
	struct place at;
	struct sigma_node *node;
	bool used;
};

struct scope {
	struct loader *loader;
	struct selection *items;
	size_t n;
	struct map by_name;
	/* Of quantifiers, so that they stay bounded. */
	size_t operands, looked;
};

#define MAX_OPERANDS 100000
#define MAX_LOOKED   1000000

static void
say_names(struct scope *s, struct str found)
{
	struct str *names = ARENA_ARRAY(s->loader->arena, s->n, struct str);
	struct err *err = s->loader->err;
	size_t before;

	for (size_t i = 0; i < s->n; i++)
		names[i] = s->items[i].name;
	before = err->items[err->n - 1].hint.n;
	err_did_you_mean(err, found, names, s->n);
	if (err->items[err->n - 1].hint.n == before && s->n == 1)
		err_hint(err, "the only selection is '%.*s'",
		    STR_ARG(s->items[0].name));
}

static void *
name_leaf(struct expression *e, struct scope *s)
{
	struct err *err = s->loader->err;
	struct selection *found = map_get(&s->by_name, e->now.text);
	struct str name = e->now.text;

	if (found == NULL) {
		err_add(err, token_place(e, &e->now), "unknown_selection",
		    "there is no selection '%.*s'", STR_ARG(name));
		if (str_find_char(name, '*') != SIZE_MAX)
			err_hint(err, "a pattern needs '1 of' or 'all of' "
			              "before it");
		else
			say_names(s, name);
		return NULL;
	}
	expression_step(e);
	found->used = true;
	/* A broken selection has been told; any node serves from here on. */
	return found->node != NULL
	           ? found->node
	           : sigma_node_new(s->loader, SIGMA_AND, found->at);
}

/* The selections that the pattern (or `them`) means, in the file's order. */
static struct sigma_node **
choose(struct scope *s, struct str name, bool them, size_t *n)
{
	struct pattern pattern = wild_parse(s->loader->arena, name);
	struct sigma_node **nodes =
	    ARENA_ARRAY(s->loader->arena, s->n, struct sigma_node *);

	pattern.cased = true;
	*n = 0;
	for (size_t i = 0; i < s->n; i++) {
		struct selection *item = &s->items[i];

		if (str_has_prefix(item->name, STR("_")) &&
		    (them || !str_has_prefix(name, STR("_"))))
			continue;
		if (!them && !pattern_match(&pattern, item->name))
			continue;
		item->used = true;
		nodes[(*n)++] = item->node != NULL ? item->node
		                                   : sigma_node_new(s->loader,
		                                         SIGMA_AND, item->at);
	}
	return nodes;
}

/* Every way to take k of nodes[0..n), each an AND, under one OR. False when
 * they are too many. */
static bool
combine(struct scope *s, struct sigma_node *out, struct sigma_node **nodes,
    size_t n, size_t k)
{
	size_t *at = ARENA_ARRAY(s->loader->arena, k, size_t);

	for (size_t i = 0; i < k; i++)
		at[i] = i;
	for (;;) {
		struct sigma_node *all =
		    sigma_node_new(s->loader, SIGMA_AND, out->at);
		size_t i = k;

		s->operands += k;
		if (s->operands > MAX_OPERANDS)
			return false;
		for (size_t j = 0; j < k; j++)
			sigma_node_add(s->loader, all, nodes[at[j]]);
		sigma_node_add(s->loader, out, all);
		while (i > 0 && at[i - 1] == n - k + i - 1)
			i--;
		if (i == 0)
			return true;
		at[i - 1]++;
		for (; i < k; i++)
			at[i] = at[i - 1] + 1;
	}
}

static void *
too_many(struct expression *e, struct scope *s)
{
	err_add(s->loader->err, token_place(e, &e->now), "condition_size",
	    "the condition has more than %d combinations", MAX_OPERANDS);
	return NULL;
}

/* `count` of `nodes`; count 0 is all. */
static struct sigma_node *
quantify(struct expression *e, struct scope *s, struct place at,
    struct sigma_node **nodes, size_t n, uint64_t count)
{
	struct sigma_node *node;

	s->operands += n;
	if (count > n) {
		err_add(s->loader->err, at, "condition_count",
		    "%llu of %zu selections can never hold",
		    (unsigned long long)count, n);
		return NULL;
	}
	node = sigma_node_new(
	    s->loader, count == 0 || count == n ? SIGMA_AND : SIGMA_OR, at);
	if (count > 1 && count < n) {
		if (combine(s, node, nodes, n, (size_t)count))
			return node;
	} else if (s->operands <= MAX_OPERANDS) {
		node->nodes = nodes;
		node->n = n;
		return node;
	}
	return too_many(e, s);
}

static bool
read_count(struct expression *e, uint64_t *count)
{
	if (token_is(&e->now, "all")) {
		*count = 0;
		return true;
	}
	if (token_is(&e->now, "any")) {
		*count = 1;
		return true;
	}
	return str_to_u64(e->now.text, count);
}

static void *
of_leaf(struct expression *e, struct scope *s, uint64_t count)
{
	struct err *err = s->loader->err;
	struct place at = token_place(e, &e->now);
	struct sigma_node **nodes;
	struct str name;
	size_t n;
	bool them;

	if (count == 0 && !token_is(&e->now, "all")) {
		err_add(err, at, "condition_count", "'0 of' means nothing");
		err_hint(err, "write 'not 1 of'");
		return NULL;
	}
	expression_step(e);
	expression_step(e);
	if (e->now.kind != TOKEN_WORD) {
		err_add(err, token_place(e, &e->now), "condition_syntax",
		    "expected 'them' or a pattern such as selection_* behind "
		    "'of'");
		return NULL;
	}
	name = e->now.text;
	them = token_is(&e->now, "them");
	s->looked += s->n;
	if (s->looked > MAX_LOOKED)
		return too_many(e, s);
	nodes = choose(s, name, them, &n);
	if (n == 0) {
		err_add(err, token_place(e, &e->now), "unknown_selection",
		    them ? "there is no selection for '%.*s'"
		         : "no selection is named like '%.*s'",
		    STR_ARG(name));
		say_names(s, name);
		return NULL;
	}
	if (!them && str_find_char(name, '*') == SIZE_MAX) {
		err_warn(err, token_place(e, &e->now), "of_without_wildcard",
		    "'of %.*s' means one selection only", STR_ARG(name));
		err_hint(
		    err, "write '%.*s*' for all that begin so", STR_ARG(name));
	}
	expression_step(e);
	return quantify(e, s, at, nodes, n, count);
}

static void *
selection_leaf(struct expression *e)
{
	struct scope *s = e->arg;
	uint64_t count;

	if (token_is(&e->next, "of") && read_count(e, &count))
		return of_leaf(e, s, count);
	return name_leaf(e, s);
}

static void *
selection_join(
    struct expression *e, enum sigma_op op, void **operands, size_t n)
{
	struct scope *s = e->arg;
	struct sigma_node *first = operands[0];
	struct sigma_node *node = sigma_node_new(s->loader, op, first->at);

	for (size_t i = 0; i < n; i++)
		sigma_node_add(s->loader, node, operands[i]);
	return node;
}

static struct sigma_node *
condition_read(struct scope *s, const struct yaml *node)
{
	static const struct expression_ops ops = {
	    selection_leaf, selection_join};
	struct loader *l = s->loader;
	struct sigma_node *any;

	if (node->kind == YAML_SCALAR)
		return expression_parse(l, node, &ops, s);
	if (node->kind == YAML_MAP || node->n == 0) {
		err_add(l->err, node->at, "form",
		    "'condition' has to be a text or a list of texts");
		return NULL;
	}
	any = sigma_node_new(l, SIGMA_OR, node->at);
	for (size_t i = 0; i < node->n; i++) {
		struct sigma_node *one = NULL;

		if (node->items[i]->kind == YAML_SCALAR)
			one = expression_parse(l, node->items[i], &ops, s);
		else
			err_add(l->err, node->items[i]->at, "form",
			    "a condition has to be a text");
		if (one == NULL)
			any = NULL;
		else if (any != NULL)
			sigma_node_add(l, any, one);
	}
	return any;
}

static void
missing_condition(struct scope *s, const struct yaml *map)
{
	struct err *err = s->loader->err;

	err_add(err, map->at, "missing_condition", "there is no 'condition'");
	for (size_t i = 0; i < map->n; i++) {
		const struct yaml *inner =
		    yaml_get(map->pairs[i].value, "condition");

		if (inner == NULL)
			continue;
		err_hint(err,
		    "one stands inside '%.*s' at line %u: it is "
		    "indented too deep",
		    STR_ARG(map->pairs[i].key->text), inner->at.line);
		return;
	}
	err_hint(err, "add one, such as 'condition: selection'");
}

static bool
is_selection(const struct yaml *key, const struct str *skip, size_t n_skip)
{
	for (size_t i = 0; i < n_skip; i++) {
		if (str_eq(key->text, skip[i]))
			return false;
	}
	return !str_eq(key->text, STR("condition")) &&
	       !str_eq(key->text, STR("timeframe"));
}

static bool
read_selections(struct scope *s, const struct yaml *map, const struct str *skip,
    size_t n_skip, struct str prefix)
{
	struct loader *l = s->loader;
	bool ok = true;

	map_init_in(&s->by_name, l->arena);
	s->items = ARENA_ARRAY(l->arena, map->n, struct selection);
	for (size_t i = 0; i < map->n; i++) {
		const struct yaml_pair *pair = &map->pairs[i];
		struct selection *item = &s->items[s->n];
		struct str name = pair->key->text;

		if (!is_selection(pair->key, skip, n_skip))
			continue;
		s->n++;
		if (prefix.n > 0)
			name = arena_printf(l->arena, "%.*s%.*s",
			    STR_ARG(prefix), STR_ARG(name));
		*item = (struct selection){.name = pair->key->text,
		    .at = pair->key->at,
		    .node = selection_read(l, pair->value, name)};
		ok &= item->node != NULL;
		map_put(&s->by_name, item->name, item);
	}
	return ok;
}

struct sigma_node *
detection_read(struct loader *l, const struct yaml *map, const struct str *skip,
    size_t n_skip, struct str prefix)
{
	struct scope s = {.loader = l};
	const struct yaml *condition = yaml_get(map, "condition");
	const struct yaml *timeframe = yaml_get(map, "timeframe");
	struct sigma_node *root;
	bool ok = read_selections(&s, map, skip, n_skip, prefix);

	if (condition == NULL) {
		missing_condition(&s, map);
		return NULL;
	}
	if (s.n == 0) {
		err_add(l->err, map->at, "missing_selection",
		    "there is no selection beside the condition");
		return NULL;
	}
	root = condition_read(&s, condition);
	if (timeframe != NULL) {
		err_warn(l->err, timeframe->at, "timeframe",
		    "'timeframe' is no longer Sigma and has no effect");
		err_hint(l->err, "write a correlation with 'timespan'");
	}
	for (size_t i = 0; root != NULL && i < s.n; i++) {
		if (!s.items[i].used)
			err_warn(l->err, s.items[i].at, "dangling_detection",
			    "the condition never uses '%.*s'",
			    STR_ARG(s.items[i].name));
	}
	return ok ? root : NULL;
}
