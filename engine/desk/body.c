#include "engine/desk/body.h"

#include <jansson.h>

#define NAME_MAX_BYTES 63

/* Where the value of a key goes. */
static const struct key {
	const char *name;
	size_t at; /* of the struct str in struct action */
	size_t max;
	bool name_like; /* one line */
} keys[] = {
    {"by",     offsetof(struct action, by),     NAME_MAX_BYTES, true },
    {"owner",  offsetof(struct action, owner),  NAME_MAX_BYTES, true },
    {"text",   offsetof(struct action, text),   BODY_TEXT_MAX,  false},
    {"reason", offsetof(struct action, reason), NAME_MAX_BYTES, true },
    {"into",   offsetof(struct action, into),   NAME_MAX_BYTES, true },
};

static const struct key *
key_find(const char *name)
{
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (str_eq(str_from(keys[i].name), str_from(name)))
			return &keys[i];
	return NULL;
}

static bool
has_control(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f)
			return true;
	return false;
}

static bool
read_pair(struct arena *arena, const char *name, json_t *value,
    struct action *out, struct buf *why)
{
	if (str_eq(str_from(name), STR("version"))) {
		if (!json_is_integer(value) || json_integer_value(value) < 0) {
			buf_printf(why, "'version' has to be a number.");
			return false;
		}
		out->version = (uint64_t)json_integer_value(value);
		return true;
	}
	const struct key *key = key_find(name);
	if (key == NULL) {
		buf_printf(why, "'%.40s' is no key of this request.", name);
		return false;
	}
	if (!json_is_string(value)) {
		buf_printf(why, "'%s' has to be a text.", name);
		return false;
	}
	struct str s = str_make(
	    json_string_value(value), json_string_length(value));
	if (s.n > key->max || (key->name_like && has_control(s))) {
		buf_printf(why, "'%s' has to be at most %zu bytes%s.", name,
		    key->max, key->name_like ? " on one line" : "");
		return false;
	}
	s = arena_dup(arena, s);
	memcpy((char *)out + key->at, &s, sizeof(s));
	return true;
}

bool
body_parse(
    struct arena *arena, struct str body, struct action *out, struct buf *why)
{
	*out = (struct action){0};
	if (body.n > BODY_MAX) {
		buf_printf(why, "The body has more than %zu bytes.", BODY_MAX);
		return false;
	}
	json_error_t error;
	json_t *root = json_loadb(body.n == 0 ? "" : body.p, body.n,
	    JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &error);
	if (!json_is_object(root)) {
		buf_printf(why, "The body has to be a JSON object%s%s.",
		    root == NULL ? ": " : "", root == NULL ? error.text : "");
		json_decref(root);
		return false;
	}
	bool good = true;
	const char *name;
	json_t *value;
	json_object_foreach (root, name, value) {
		good = read_pair(arena, name, value, out, why);
		if (!good)
			break;
	}
	json_decref(root);
	return good;
}
