#include "engine/normalise/format_epic.h"

#include "engine/patient/pseudonym.h"

/* What the collector says of the line. */
static bool
is_collectors(struct str name)
{
	static const struct str names[] = {STR_INIT("@TIMESTAMP"),
	    STR_INIT("APPNAME"), STR_INIT("APPLICATION"), STR_INIT("FACILITY"),
	    STR_INIT("HOST"), STR_INIT("HOSTNAME"), STR_INIT("MSGID"),
	    STR_INIT("PID"), STR_INIT("PRI"), STR_INIT("PRIORITY"),
	    STR_INIT("PROCID"), STR_INIT("PROGRAM"), STR_INIT("SEVERITY"),
	    STR_INIT("TIMESTAMP"), STR_INIT("VERSION")};

	return STR_IS_ONE_OF(name, names);
}

static const struct json_node *
event_id(const struct json_node *node)
{
	static const char *const names[] = {"E1Mid", "E1MID", "e1mid"};
	const struct json_node *found = NULL;

	for (size_t i = 0; i < 3 && found == NULL; i++)
		found = json_tree_get(node, names[i]);
	return found;
}

bool
epic_json_is(const struct json_node *node)
{
	return event_id(node) != NULL;
}

static void
hide(struct json_node *v)
{
	json_tree_clear(v);
	v->kind = JSON_NODE_TEXT;
	v->text = LEFT_OUT;
}

size_t
epic_json_redact(const struct pseudonym_key *key, struct arena *arena,
    struct json_node *node)
{
	bool portal = epic_is_portal(json_tree_text(event_id(node)));
	size_t changes = 0;

	for (struct json_node *v = node->first; v != NULL; v = v->next) {
		char plain[EPIC_KEY], text[PSEUDONYM_TEXT];
		struct str name = epic_plain(v->key, plain);
		enum epic_class class = is_collectors(name)
		    ? CLASS_SHOWN : epic_class_of(name, portal);
		bool single = v->kind == JSON_NODE_TEXT ||
		    v->kind == JSON_NODE_BARE;

		if (single && (class == CLASS_SHOWN || class == CLASS_STAFF))
			continue;
		if (single && (v->text.n == 0 || str_eq(v->text, LEFT_OUT)))
			continue;
		changes++;
		if (!single || class == CLASS_HIDDEN) {
			hide(v);
			continue;
		}
		v->text = arena_dup(arena,
		    epic_pseudonym(key, class, v->text, text));
		v->kind = JSON_NODE_TEXT;
	}
	return changes;
}
