/*
 * Selections: what stands under a name in `detection:`, to a tree of tests.
 */
#include "engine/sigma/value.h"

struct sigma_node *
sigma_node_new(struct loader *l, enum sigma_op op, struct place at)
{
	struct sigma_node *node = ARENA_NEW(l->arena, struct sigma_node);

	node->op = op;
	node->at = at;
	return node;
}

/* Room is a power of two, so that no count of it needs to be kept. */
void
sigma_node_add(
    struct loader *l, struct sigma_node *node, struct sigma_node *child)
{
	size_t n = node->n;

	if ((n & (n - 1)) == 0)
		node->nodes = arena_grow(l->arena, node->nodes, n,
		    n == 0 ? 1 : 2 * n, sizeof(struct sigma_node *));
	node->nodes[node->n++] = child;
}

static struct sigma_node *
node_of(struct loader *l, enum sigma_op op, struct place at,
    struct sigma_node **nodes, size_t n)
{
	struct sigma_node *node;

	if (n == 1 && op != SIGMA_NOT)
		return nodes[0];
	node = sigma_node_new(l, op, at);
	node->nodes = nodes;
	node->n = n;
	return node;
}

static const struct sigma_test *
value_test(struct item *item, const struct value *v)
{
	struct sigma_test *test = v->test;

	if (v->kind == VALUE_TEST) {
		test->field = item->field;
		return test;
	}
	test = ARENA_NEW(item->loader->arena, struct sigma_test);
	test->field = item->field;
	test->at = v->at;
	test->pattern = v->pattern;
	switch (v->kind) {
	case VALUE_NUMBER:
		test->kind = TEST_NUMBER;
		test->number = v->number;
		test->pattern = wild_literal(item->loader->arena, v->raw);
		break;
	case VALUE_BOOL:
		test->kind = TEST_BOOL;
		test->yes = v->yes;
		break;
	case VALUE_NULL:
		test->kind = TEST_NULL;
		break;
	default:
		test->kind = TEST_PATTERN;
		break;
	}
	return test;
}

static struct sigma_node *
value_node(struct item *item, const struct value *v)
{
	struct loader *l = item->loader;
	struct sigma_node *node, **nodes;

	if (v->kind == VALUE_GROUP) {
		nodes = ARENA_ARRAY(l->arena, v->n, struct sigma_node *);
		for (size_t i = 0; i < v->n; i++)
			nodes[i] = value_node(item, &v->items[i]);
		return node_of(l, SIGMA_OR, v->at, nodes, v->n);
	}
	node = sigma_node_new(l, SIGMA_TEST, v->at);
	node->test = value_test(item, v);
	return node;
}

/* A keyword is found anywhere in a value, numbers as their text. */
static bool
to_keyword(struct item *item, struct value *v)
{
	struct loader *l = item->loader;
	bool ok = true;

	if (v->kind == VALUE_NULL)
		return err_add(l->err, v->at, "null_keyword",
		    "null is no word that could be searched");
	value_to_text(l, v);
	if (v->kind == VALUE_TEXT)
		v->pattern = wild_open(l->arena, &v->pattern, true, true);
	for (size_t i = 0; v->kind == VALUE_GROUP && i < v->n; i++)
		ok &= to_keyword(item, &v->items[i]);
	return ok;
}

static struct sigma_node *
item_node(struct item *item)
{
	struct loader *l = item->loader;
	struct place at = item->key->at;
	struct sigma_node *node, **nodes;

	nodes = ARENA_ARRAY(l->arena, item->n, struct sigma_node *);
	for (size_t i = 0; i < item->n; i++) {
		if (item->field.n == 0 && !to_keyword(item, &item->values[i]))
			return NULL;
		nodes[i] = value_node(item, &item->values[i]);
	}
	node = node_of(l, item->all ? SIGMA_AND : SIGMA_OR, at, nodes, item->n);
	if (!item->neq)
		return node;
	nodes = ARENA_ARRAY(l->arena, 1, struct sigma_node *);
	nodes[0] = node;
	return node_of(l, SIGMA_NOT, at, nodes, 1);
}

static bool
read_value(struct item *item, const struct yaml *value, size_t at)
{
	struct err *err = item->loader->err;

	if (value->kind == YAML_SCALAR) {
		item->values[at] = value_read(item->loader, value);
		return true;
	}
	if (value->kind == YAML_LIST)
		return err_add(err, value->at, "list_in_list",
		    "a list cannot hold another list here");
	err_add(err, value->at, "map_as_value",
	    "'%.*s' holds a map, expected a value or a list of values",
	    STR_ARG(item->field));
	err_hint(err, "is it indented one level too deep?");
	return false;
}

static bool
read_values(struct item *item, const struct yaml *value)
{
	struct loader *l = item->loader;
	bool ok = true;

	item->n = value->kind == YAML_LIST ? value->n : 1;
	if (item->n == 0)
		return err_add(l->err, value->at, "empty_list",
		    "the list of values is empty");
	item->values = ARENA_ARRAY(l->arena, item->n, struct value);
	if (value->kind != YAML_LIST)
		return read_value(item, value, 0);
	for (size_t i = 0; i < item->n; i++) {
		ok &= read_value(item, value->items[i], i);
		if (item->n > 1 && item->values[i].kind == VALUE_NULL)
			err_warn(l->err, value->items[i]->at, "null_in_list",
			    "null in a list: the specification wants it in "
			    "an item of its own");
	}
	return ok;
}

static struct sigma_node *
item_read(struct loader *l, const struct yaml *key, const struct yaml *value)
{
	struct item item = {.loader = l, .key = key};
	struct str rest;
	bool more = str_cut(key->text, '|', &item.field, &rest), ok;

	if (key->text.n == 0) {
		err_add(l->err, key->at, "empty_field", "a field has no name");
		return NULL;
	}
	ok = read_values(&item, value);
	while (more) {
		struct str name;

		item.modifier = (size_t)(rest.p - key->text.p);
		more = str_cut(rest, '|', &name, &rest);
		ok = ok && modifier_apply(&item, name);
	}
	return ok ? item_node(&item) : NULL;
}

static struct sigma_node *
map_read(struct loader *l, const struct yaml *map)
{
	struct sigma_node **nodes;
	bool ok = true;

	if (map->n == 0) {
		err_add(l->err, map->at, "empty_selection",
		    "the selection is empty");
		return NULL;
	}
	nodes = ARENA_ARRAY(l->arena, map->n, struct sigma_node *);
	for (size_t i = 0; i < map->n; i++) {
		nodes[i] = item_read(l, map->pairs[i].key, map->pairs[i].value);
		ok &= nodes[i] != NULL;
	}
	return ok ? node_of(l, SIGMA_AND, map->at, nodes, map->n) : NULL;
}

static struct sigma_node *
keyword_read(struct loader *l, const struct yaml *scalar)
{
	struct value v;
	struct item item = {.loader = l, .key = scalar, .values = &v, .n = 1};

	v = value_read(l, scalar);
	return item_node(&item);
}

static struct sigma_node *
part_read(struct loader *l, const struct yaml *value)
{
	struct sigma_node **nodes;
	bool ok = true;

	if (value->kind == YAML_MAP)
		return map_read(l, value);
	if (value->kind == YAML_SCALAR)
		return keyword_read(l, value);
	if (value->n == 0) {
		err_add(l->err, value->at, "empty_selection",
		    "the selection is empty");
		return NULL;
	}
	nodes = ARENA_ARRAY(l->arena, value->n, struct sigma_node *);
	for (size_t i = 0; i < value->n; i++) {
		nodes[i] = part_read(l, value->items[i]);
		ok &= nodes[i] != NULL;
	}
	return ok ? node_of(l, SIGMA_OR, value->at, nodes, value->n) : NULL;
}

struct sigma_node *
selection_read(struct loader *l, const struct yaml *value, struct str name)
{
	struct sigma_node *node;

	if (yaml_is_null(value)) {
		err_add(l->err, value->at, "empty_selection",
		    "the selection '%.*s' is empty", STR_ARG(name));
		return NULL;
	}
	node = part_read(l, value);
	if (node != NULL)
		node->name = name;
	return node;
}
