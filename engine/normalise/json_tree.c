#include "engine/normalise/json_tree.h"

#include "engine/base/json.h"
#include "engine/base/map.h"
#include "engine/base/text.h"
#include "engine/normalise/format_json.h"

#define NODES_MAX 10240
#define DEPTH_MAX 64

/* So few keys are compared with each other; of more a table is made. */
#define KEYS_FEW 48

struct building {
	struct arena *arena;
	struct json_node *open[DEPTH_MAX + 2]; /* from the root on */
	size_t depth;
	size_t nodes;
	struct json_node *root;
};

void
json_tree_append(struct json_node *node, struct json_node *child)
{
	child->next = NULL;
	if (node->first == NULL)
		node->first = child;
	else
		node->last->next = child;
	node->last = child;
	node->n++;
}

struct json_node *
json_tree_add(struct arena *arena, struct json_node *node,
    enum json_node_kind kind, struct str key, struct str text)
{
	struct json_node *child = arena_get_raw(arena, sizeof(*child));

	*child = (struct json_node){.kind = kind, .key = key, .text = text};
	json_tree_append(node, child);
	return child;
}

static struct json_node *
add(struct building *b, enum json_node_kind kind, struct str key,
    struct str text)
{
	if (b->nodes++ == NODES_MAX)
		return NULL;
	if (b->depth == 0) {
		b->root = ARENA_NEW(b->arena, struct json_node);
		b->root->kind = kind;
		return b->root;
	}
	return json_tree_add(b->arena, b->open[b->depth - 1], kind, key, text);
}

static bool
has_twice_of_many(const struct json_node *object)
{
	struct map keys;
	bool twice = false;

	map_init(&keys);
	for (struct json_node *v = object->first; v != NULL && !twice;
	     v = v->next)
		twice = map_put(&keys, v->key, v) != NULL;
	map_fini(&keys);
	return twice;
}

/* Of two members with one key nobody knows which is meant: what one reader
 * hides the next may show. */
static bool
has_twice(const struct json_node *object)
{
	const struct json_node *v, *other;

	if (object->n > KEYS_FEW)
		return has_twice_of_many(object);
	for (v = object->first; v != NULL; v = v->next) {
		for (other = object->first; other != v; other = other->next) {
			if (str_eq(other->key, v->key))
				return true;
		}
	}
	return false;
}

static bool
on_nest(void *arg, enum json_nest what, const char *key, size_t n)
{
	struct building *b = arg;
	struct json_node *node;

	if (what == JSON_ENDS) {
		node = b->open[--b->depth];
		return node->kind != JSON_NODE_OBJECT || !has_twice(node);
	}
	node = add(b, what == JSON_LIST_BEGINS ? JSON_NODE_LIST
					       : JSON_NODE_OBJECT,
	    str_make(key, n), STR_NONE);
	if (node == NULL)
		return false;
	b->open[b->depth++] = node;
	return true;
}

static bool
on_put(void *arg, const char *key, size_t key_n, const char *value,
    size_t value_n, enum json_kind kind, bool nested)
{
	struct building *b = arg;
	struct str text = str_make(value, value_n);

	(void)nested;
	if (kind == JSON_NULL)
		text = STR("null");
	/* simdjson reads numbers when asked for them only. */
	if (kind == JSON_NUMBER && !json_is_number(text))
		return false;
	return add(b, kind == JSON_TEXT ? JSON_NODE_TEXT : JSON_NODE_BARE,
		   str_make(key, key_n), text) != NULL;
}

static char *
on_room(void *arg, size_t n)
{
	struct building *b = arg;

	return arena_text(b->arena, n + 8);
}

struct json_node *
json_tree_parse(struct json_reader *reader, struct arena *arena, struct str s,
    int depth_max, bool *deep)
{
	struct building b = {.arena = arena};
	enum json_result result;
	char *text;

	if (deep != NULL)
		*deep = false;
	if (s.n < 2 || s.p[0] != '{')
		return NULL;
	text = arena_text(arena, s.n + JSON_PADDING);
	memcpy(text, s.p, s.n);
	memset(text + s.n, 0, JSON_PADDING);
	result = json_walk(reader, text, s.n,
	    depth_max < DEPTH_MAX ? depth_max : DEPTH_MAX, on_nest, on_put,
	    on_room, &b);
	if (deep != NULL && result == JSON_DEPTH)
		*deep = true;
	return result == JSON_GOOD || result == JSON_DEPTH ? b.root : NULL;
}

struct json_node *
json_tree_find(const struct json_node *node, struct str name)
{
	struct json_node *v;

	if (node == NULL || node->kind != JSON_NODE_OBJECT)
		return NULL;
	for (v = node->first; v != NULL; v = v->next) {
		if (same_text(v->key, name))
			return v;
	}
	return NULL;
}

struct json_node *
json_tree_get(const struct json_node *node, const char *key)
{
	return json_tree_find(node, str_from(key));
}

struct str
json_tree_text(const struct json_node *node)
{
	return node != NULL && node->kind == JSON_NODE_TEXT ? node->text
							    : STR_NONE;
}

void
json_tree_clear(struct json_node *node)
{
	node->first = node->last = NULL;
	node->n = 0;
}

void
json_tree_cut(struct json_node *node, size_t n)
{
	struct json_node *v = node->first;

	if (n == 0)
		json_tree_clear(node);
	if (n == 0 || n >= node->n)
		return;
	node->n = (uint32_t)n;
	for (; n > 1; n--)
		v = v->next;
	v->next = NULL;
	node->last = v;
}

void
json_tree_remove(struct json_node *node, const char *key)
{
	struct json_node *gone = json_tree_get(node, key);
	struct json_node *before = node->first;

	if (gone == NULL)
		return;
	node->n--;
	if (gone == node->first) {
		node->first = gone->next;
		if (node->first == NULL)
			node->last = NULL;
		return;
	}
	while (before->next != gone)
		before = before->next;
	before->next = gone->next;
	if (node->last == gone)
		node->last = before;
}

static void
format(struct json *j, const struct json_node *node)
{
	const struct json_node *v;

	switch (node->kind) {
	case JSON_NODE_OBJECT:
		json_open(j);
		for (v = node->first; v != NULL; v = v->next) {
			json_key(j, v->key);
			format(j, v);
		}
		json_close(j);
		break;
	case JSON_NODE_LIST:
		json_open_list(j);
		for (v = node->first; v != NULL; v = v->next)
			format(j, v);
		json_close_list(j);
		break;
	case JSON_NODE_TEXT:
		json_str(j, node->text);
		break;
	case JSON_NODE_BARE:
		json_raw(j, node->text);
		break;
	}
}

void
json_tree_format(const struct json_node *node, struct buf *out)
{
	struct json j = json_to(out);

	format(&j, node);
}
