/*
 * Alerts as one JSON object a line: DESIGN section 7's keys first, in its
 * order, then ours; what is empty or false is left out.
 */
#include "engine/correlate/alert.h"

#include "engine/base/base64.h"
#include "engine/base/json.h"
#include "engine/base/stamp.h"
#include "engine/base/utf8.h"

#include <jansson.h>

static void
pair_if(struct json *j, const char *key, struct str s)
{
	if (s.n > 0)
		json_pair_str(j, key, s);
}

static void
flag_if(struct json *j, const char *key, bool v)
{
	if (v)
		json_pair_bool(j, key, true);
}

static void
pair_time(struct json *j, const char *key, int64_t t)
{
	char text[STAMP_TEXT];

	json_pair_str(j, key, stamp_format(t, text));
}

static void
pair_hash(struct json *j, const char *key, struct hash128 h)
{
	char text[33];

	hash128_format(h, text);
	json_pair_str(j, key, str_make(text, 32));
}

static void
format_rule(struct json *j, const struct alert *a)
{
	json_key(j, STR("rule"));
	json_open(j);
	json_pair_str(j, "id", a->rule_id);
	json_pair_str(j, "name", a->rule_name);
	json_pair_str(j, "title", a->rule_title);
	json_pair_str(j, "level", a->level);
	json_close(j);
}

static void
format_event(struct json *j, const struct alert_event *e)
{
	struct arena *scratch;
	char text[64];
	int n = snprintf(text, sizeof(text), "%llu:%u:%u",
	    (unsigned long long)e->id.segment, e->id.offset, e->id.line);

	json_open(j);
	json_pair_str(j, "id", str_make(text, (size_t)n));
	pair_time(j, "time", e->time);
	json_pair_str(j, "member", e->member);
	pair_if(j, "raw", e->raw);
	/* JSON text cannot hold every byte: what it would change comes whole
	 * beside it. */
	if (!utf8_is_valid(e->raw)) {
		scratch = arena_new(2 * e->raw.n + 64);
		json_pair_str(j, "raw_b64", base64_encode(scratch, e->raw));
		arena_free(scratch);
	}
	json_close(j);
}

static void
format_lists(struct json *j, const struct alert *a)
{
	char text[33];

	json_key(j, STR("members"));
	json_open_list(j);
	for (size_t i = 0; i < a->n_members; i++)
		json_str(j, a->members[i]);
	json_close_list(j);
	if (a->n_joined == 0)
		return;
	json_key(j, STR("joined"));
	json_open_list(j);
	for (size_t i = 0; i < a->n_joined; i++) {
		hash128_format(a->joined[i], text);
		json_str(j, str_make(text, 32));
	}
	json_close_list(j);
}

static void
format_ours(struct json *j, const struct alert *a)
{
	char text[17];

	pair_hash(j, "id", a->id);
	json_pair_u64(j, "revision", a->revision);
	snprintf(text, sizeof(text), "%016llx", (unsigned long long)a->spec);
	json_pair_str(j, "spec", str_make(text, 16));
	pair_if(j, "rsit", a->rsit);
	flag_if(j, "rsit_guessed", a->rsit_guessed);
	json_pair_u64(j, "confidence", a->confidence);
	if (a->entity_field.n > 0) {
		json_key(j, STR("entity"));
		json_open(j);
		json_pair_str(j, "field", a->entity_field);
		json_pair_str(j, "value", a->entity);
		json_close(j);
	}
	json_pair_str(j, "scope", a->sector ? STR("sector") : STR("member"));
	format_lists(j, a);
	if (a->distinct > 0)
		json_pair_u64(j, "distinct", a->distinct);
	flag_if(j, "late", a->late);
	flag_if(j, "approximate", a->approximate);
	pair_if(j, "floor", a->floor);
	flag_if(j, "spreading", a->spreading);
	flag_if(j, "health_data", a->health_data);
	flag_if(j, "nis2", a->nis2);
	flag_if(j, "blocked", a->blocked);
	if (a->advice_fr.n == 0 && a->advice_en.n == 0)
		return;
	json_key(j, STR("advice"));
	json_open(j);
	pair_if(j, "fr", a->advice_fr);
	pair_if(j, "en", a->advice_en);
	json_close(j);
}

void
alert_format(const struct alert *a, struct buf *out)
{
	struct json j = json_to(out);

	json_open(&j);
	json_pair_str(&j, "kind", STR("alert"));
	format_rule(&j, a);
	json_pair_str(&j, "member", a->member);
	json_key(&j, STR("group"));
	json_open(&j);
	for (size_t i = 0; i < a->n_group; i++) {
		json_key(&j, a->group[i].name);
		json_str(&j, a->group[i].value);
	}
	json_close(&j);
	pair_time(&j, "first", a->first);
	pair_time(&j, "last", a->last);
	json_pair_u64(&j, "count", a->count);
	json_key(&j, STR("events"));
	json_open_list(&j);
	for (size_t i = 0; i < a->n_events; i++)
		format_event(&j, &a->events[i]);
	json_close_list(&j);
	format_ours(&j, a);
	json_close(&j);
}

static struct str
get_str(struct arena *arena, const json_t *object, const char *key)
{
	const json_t *v = json_object_get(object, key);

	if (!json_is_string(v))
		return STR_NONE;
	return arena_dup(
	    arena, str_make(json_string_value(v), json_string_length(v)));
}

static bool
get_bool(const json_t *object, const char *key)
{
	return json_is_true(json_object_get(object, key));
}

/* Not negative; 0 when it is no number. */
static uint64_t
get_u64(const json_t *object, const char *key)
{
	json_int_t v = json_integer_value(json_object_get(object, key));

	return v < 0 ? 0 : (uint64_t)v;
}

static bool
get_time(
    struct arena *arena, const json_t *object, const char *key, int64_t *out)
{
	return stamp_parse(get_str(arena, object, key), out);
}

static bool
hex_u64(struct str s, uint64_t *out)
{
	uint64_t v = 0;

	if (s.n != 16)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!char_is_digit(c) && (c < 'a' || c > 'f'))
			return false;
		v = v << 4 |
		    (uint64_t)(char_is_digit(c) ? c - '0' : c - 'a' + 10);
	}
	*out = v;
	return true;
}

static bool
event_id_parse(struct str s, struct event_id *out)
{
	struct str segment, offset, line;
	uint64_t a, b, c;

	if (!str_cut(s, ':', &segment, &s) || !str_cut(s, ':', &offset, &line))
		return false;
	if (!str_to_u64(segment, &a) || !str_to_u64(offset, &b) ||
	    !str_to_u64(line, &c) || b > UINT32_MAX || c > UINT32_MAX)
		return false;
	*out = (struct event_id){a, (uint32_t)b, (uint32_t)c};
	return true;
}

static bool
parse_events(struct arena *arena, const json_t *list, struct alert *a)
{
	if (!json_is_array(list) || json_array_size(list) > ALERT_EVENTS)
		return false;
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *v = json_array_get(list, i);
		struct alert_event *e = &a->events[a->n_events++];
		struct str exact;

		if (!event_id_parse(get_str(arena, v, "id"), &e->id) ||
		    !get_time(arena, v, "time", &e->time))
			return false;
		e->member = get_str(arena, v, "member");
		e->raw = get_str(arena, v, "raw");
		exact = get_str(arena, v, "raw_b64");
		if (exact.n > 0 && !base64_decode(arena, exact, &e->raw))
			return false;
	}
	return true;
}

static void
parse_group(struct arena *arena, json_t *object, struct alert *a)
{
	const char *key;
	json_t *v;

	a->group = ARENA_ARRAY(
	    arena, json_object_size(object), struct alert_pair);
	json_object_foreach (object, key, v)
		a->group[a->n_group++] = (struct alert_pair){
		    arena_dup(arena, str_from(key)),
		    get_str(arena, object, key)};
}

static bool
parse_lists(struct arena *arena, const json_t *root, struct alert *a)
{
	const json_t *members = json_object_get(root, "members");
	const json_t *joined = json_object_get(root, "joined");
	size_t n = json_array_size(members), n_joined = json_array_size(joined);

	a->members = ARENA_ARRAY(arena, n, struct str);
	for (; a->n_members < n; a->n_members++) {
		const json_t *v = json_array_get(members, a->n_members);

		if (!json_is_string(v))
			return false;
		a->members[a->n_members] = arena_dup(arena,
		    str_make(json_string_value(v), json_string_length(v)));
	}
	a->joined = ARENA_ARRAY(arena, n_joined, struct hash128);
	for (; a->n_joined < n_joined; a->n_joined++) {
		const json_t *v = json_array_get(joined, a->n_joined);

		if (!json_is_string(v) ||
		    !hash128_parse(str_from(json_string_value(v)),
			&a->joined[a->n_joined]))
			return false;
	}
	return true;
}

static void
parse_texts(struct arena *arena, const json_t *root, struct alert *a)
{
	const json_t *rule = json_object_get(root, "rule");
	const json_t *entity = json_object_get(root, "entity");
	const json_t *advice = json_object_get(root, "advice");

	a->rule_id = get_str(arena, rule, "id");
	a->rule_name = get_str(arena, rule, "name");
	a->rule_title = get_str(arena, rule, "title");
	a->level = get_str(arena, rule, "level");
	a->rsit = get_str(arena, root, "rsit");
	a->floor = get_str(arena, root, "floor");
	a->member = get_str(arena, root, "member");
	a->entity_field = get_str(arena, entity, "field");
	a->entity = get_str(arena, entity, "value");
	a->advice_fr = get_str(arena, advice, "fr");
	a->advice_en = get_str(arena, advice, "en");
}

static void
parse_flags(struct arena *arena, const json_t *root, struct alert *a)
{
	a->rsit_guessed = get_bool(root, "rsit_guessed");
	a->spreading = get_bool(root, "spreading");
	a->health_data = get_bool(root, "health_data");
	a->nis2 = get_bool(root, "nis2");
	a->blocked = get_bool(root, "blocked");
	a->late = get_bool(root, "late");
	a->approximate = get_bool(root, "approximate");
	a->sector = str_eq(get_str(arena, root, "scope"), STR("sector"));
	a->confidence = (uint32_t)get_u64(root, "confidence");
	a->revision = (uint32_t)get_u64(root, "revision");
	a->count = get_u64(root, "count");
	a->distinct = get_u64(root, "distinct");
}

static bool
parse_root(struct arena *arena, const json_t *root, struct alert *a)
{
	if (!str_eq(get_str(arena, root, "kind"), STR("alert")))
		return false;
	parse_texts(arena, root, a);
	parse_flags(arena, root, a);
	parse_group(arena, json_object_get(root, "group"), a);
	return a->rule_id.n > 0 &&
	    hash128_parse(get_str(arena, root, "id"), &a->id) &&
	    hex_u64(get_str(arena, root, "spec"), &a->spec) &&
	    get_time(arena, root, "first", &a->first) &&
	    get_time(arena, root, "last", &a->last) &&
	    parse_lists(arena, root, a) &&
	    parse_events(arena, json_object_get(root, "events"), a);
}

bool
alert_parse(struct arena *arena, struct str json, struct alert *out)
{
	json_error_t error;
	json_t *root = json_loadb(
	    json.n == 0 ? "" : json.p, json.n, JSON_ALLOW_NUL, &error);
	struct alert a = {0};
	bool good;

	if (root == NULL)
		return false;
	good = parse_root(arena, root, &a);
	json_decref(root);
	if (good)
		*out = a;
	return good;
}
