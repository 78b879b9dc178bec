#include "engine/normalise/fhir_older.h"

static void
rename_member(struct json_node *object, const char *from, const char *to)
{
	struct json_node *v = json_tree_get(object, from);

	if (v != NULL && json_tree_get(object, to) == NULL)
		v->key = str_from(to);
}

/* The members `identifier` and `reference` of `owner` as one Reference. */
static void
join_reference(struct arena *arena, struct json_node *owner,
    const char *identifier, const char *key)
{
	struct json_node *id = json_tree_get(owner, identifier);
	struct json_node *ref = json_tree_get(owner, "reference");

	if ((id == NULL && ref == NULL) || json_tree_get(owner, key) != NULL)
		return;
	if (ref == NULL || ref->kind != JSON_NODE_OBJECT)
		ref = json_tree_add(
		    arena, owner, JSON_NODE_OBJECT, str_from(key), STR_NONE);
	else
		ref->key = str_from(key);
	if (id == NULL || json_tree_get(ref, "identifier") != NULL)
		return;
	json_tree_remove(owner, identifier);
	if (id->kind != JSON_NODE_OBJECT) { /* some write the id alone */
		id->key = STR("value");
		owner = json_tree_add(
		    arena, ref, JSON_NODE_OBJECT, STR("identifier"), STR_NONE);
		json_tree_append(owner, id);
		return;
	}
	id->key = STR("identifier");
	json_tree_append(ref, id);
}

/* DSTU2 has an object of its own for what others say at the top. */
static void
hoist_event(struct json_node *event)
{
	struct json_node *inner = json_tree_get(event, "event"), *next;

	if (inner == NULL || inner->kind != JSON_NODE_OBJECT)
		return;
	rename_member(inner, "dateTime", "recorded");
	json_tree_remove(event, "event");
	for (struct json_node *v = inner->first; v != NULL; v = next) {
		next = v->next;
		if (json_tree_find(event, v->key) == NULL)
			json_tree_append(event, v);
	}
}

static struct json_node *
items(const struct json_node *event, const char *key)
{
	const struct json_node *list = json_tree_get(event, key);

	return list == NULL ? NULL : list->first;
}

void
fhir_modernise(struct arena *arena, struct json_node *event)
{
	struct json_node *source = json_tree_get(event, "source"), *v;

	hoist_event(event);
	rename_member(event, "participant", "agent");
	rename_member(event, "object", "entity");
	for (v = items(event, "agent"); v != NULL; v = v->next) {
		/* Here altId is no log-in: that is userId. */
		if (json_tree_get(v, "userId") != NULL)
			rename_member(v, "altId", "otherId");
		join_reference(arena, v, "userId", "who");
	}
	for (v = items(event, "entity"); v != NULL; v = v->next)
		join_reference(arena, v, "identifier", "what");
	if (source != NULL)
		join_reference(arena, source, "identifier", "observer");
}
