/*
 * A JSON object as a tree in an arena, for formats that are read here and
 * there and written again changed (FHIR). Everything else takes the values as
 * they pass (format_json.h).
 */
#ifndef VIGIE_NORMALISE_JSON_TREE_H
#define VIGIE_NORMALISE_JSON_TREE_H

#include "engine/base/arena.h"
#include "engine/base/buf.h"

enum json_node_kind {
	JSON_NODE_OBJECT,
	JSON_NODE_LIST,
	JSON_NODE_TEXT,
	JSON_NODE_BARE, /* a number, true, false, null */
};

struct json_node {
	enum json_node_kind kind;
	struct str key;	 /* in an object */
	struct str text; /* unescaped; of BARE as it is written */
	struct json_node *first, *last, *next;
	uint32_t n; /* members or items */
};

struct json_reader;

/* NULL when s is no object, when two members of one have the same key, or
 * when there are too many of them. What lies deeper than depth_max is left
 * out, and *deep (may be NULL) says so. Texts lie in the arena. */
struct json_node *json_tree_parse(struct json_reader *reader,
    struct arena *arena, struct str s, int depth_max, bool *deep);

/* NULL: no object, or no such member. `node` may be NULL. */
struct json_node *json_tree_find(const struct json_node *node,
    struct str name);
struct json_node *json_tree_get(const struct json_node *node, const char *key);
/* Empty when it is no text. `node` may be NULL. */
struct str json_tree_text(const struct json_node *node);

void json_tree_clear(struct json_node *node);
/* Leaves the first n. */
void json_tree_cut(struct json_node *node, size_t n);
/* Takes the member out. */
void json_tree_remove(struct json_node *node, const char *key);
/* `child` as the last, taken from wherever it was. */
void json_tree_append(struct json_node *node, struct json_node *child);
/* Adds a member (key "": an item) and returns it; one of that key that was
 * there stays. */
struct json_node *json_tree_add(struct arena *arena, struct json_node *node,
    enum json_node_kind kind, struct str key, struct str text);

/* Without blanks. */
void json_tree_format(const struct json_node *node, struct buf *out);

#endif
