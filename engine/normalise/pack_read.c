/* Pieces of a pack's YAML: settings, conditions, gates, targets, values,
 * tables, decode options. Mistakes go to the list; reading goes on. */
#include "engine/normalise/names.h"
#include "engine/normalise/pack.h"

#define KEYS(list) list, sizeof(list) / sizeof(*list)

struct str
lower_copy(struct arena *arena, struct str s)
{
	char *p = arena_text(arena, s.n + 1);

	for (size_t i = 0; i < s.n; i++)
		p[i] = char_lower(s.p[i]);
	p[s.n] = '\0';
	return str_make(p, s.n);
}

static bool
intern(struct loader *l, struct str name, struct place at, field_id *out)
{
	if (!field_name_check(l->fields, name, at, l->err))
		return false;
	*out = field_intern(l->fields, name);
	if (*out == FIELD_NONE)
		return err_add(l->err, at, "too_many_fields",
		    "there are too many field names (%d at most)", FIELD_MAX);
	return true;
}

bool
read_field(struct loader *l, const struct yaml *node, field_id *out)
{
	if (node->kind != YAML_SCALAR)
		return err_add(l->err, node->at, "bad_field",
		    "the name of a field has to stand here");
	return intern(l, node->text, node->at, out);
}

/* "text %{field} text" */
static bool
read_template(struct loader *l, const struct yaml *node, struct template *out)
{
	struct str s;
	size_t cap = 0;

	*out = (struct template){0};
	if (node->kind != YAML_SCALAR)
		return err_add(l->err, node->at, "bad_value",
		    "a single value has to stand here");
	s = node->text;
	do {
		size_t at = str_find(s, STR("%{"));
		size_t end = at == SIZE_MAX ? SIZE_MAX
					    : str_find_char(str_skip(s, at),
						  '}');
		struct piece piece = {.text = s};

		if (end != SIZE_MAX && at == 0) {
			if (!intern(l, str_make(s.p + 2, end - 2), node->at,
				&piece.field))
				return false;
			s = str_skip(s, end + 1);
		} else {
			piece.text = end == SIZE_MAX ? s : str_first(s, at);
			s = str_skip(s, piece.text.n);
		}
		ARENA_PUSH_ROOM(l->arena, out->pieces, out->n, cap);
		out->pieces[out->n++] = piece;
	} while (s.n > 0);
	return true;
}

static bool
read_setting(struct loader *l, field_id field, const struct yaml *node,
    struct setting *out)
{
	bool good = true;

	*out = (struct setting){.field = field};
	if (yaml_is_null(node)) /* takes the field away */
		return true;
	if (node->kind == YAML_LIST) {
		out->values = ARENA_ARRAY(l->arena, node->n + 1,
		    struct template);
		for (size_t i = 0; i < node->n; i++)
			good &= read_template(l, node->items[i],
			    &out->values[out->n++]);
	} else {
		out->values = ARENA_ARRAY(l->arena, 1, struct template);
		out->n = 1;
		good = read_template(l, node, out->values);
	}
	if (good)
		setting_prepare(l->arena, l->fields, out);
	check_words(l, field, node);
	return good;
}

bool
read_settings(struct loader *l, const struct yaml *node, struct settings *out)
{
	bool good = true;

	*out = (struct settings){0};
	if (node == NULL)
		return true;
	if (node->kind != YAML_MAP)
		return err_add(l->err, node->at, "bad_set",
		    "'set' has to be a map of fields and values: {event.action: "
		    "login}");
	out->items = ARENA_ARRAY(l->arena, node->n + 1, struct setting);
	for (size_t i = 0; i < node->n; i++) {
		field_id field;

		if (read_field(l, node->pairs[i].key, &field) &&
		    read_setting(l, field, node->pairs[i].value,
			&out->items[out->n]))
			out->n++;
		else
			good = false;
	}
	return good;
}

/* The values besides `~`, which *null tells; NULL: there are none. */
static const struct yaml *
without_null(struct arena *arena, const struct yaml *value, bool *null)
{
	struct yaml *rest;

	*null = yaml_is_null(value);
	if (*null || value->kind != YAML_LIST)
		return *null ? NULL : value;
	rest = ARENA_NEW(arena, struct yaml);
	*rest = *value;
	rest->items = ARENA_ARRAY(arena, value->n + 1, struct yaml *);
	rest->n = 0;
	for (size_t i = 0; i < value->n; i++) {
		if (yaml_is_null(value->items[i]))
			*null = true;
		else
			rest->items[rest->n++] = value->items[i];
	}
	return rest;
}

bool
read_conditions(struct loader *l, const struct yaml *node,
    struct condition **out, size_t *n)
{
	bool good = true;

	*n = 0;
	if (node == NULL)
		return true;
	if (node->kind != YAML_MAP)
		return err_add(l->err, node->at, "bad_when",
		    "'when' has to be a map of fields and values");
	*out = ARENA_ARRAY(l->arena, node->n + 1, struct condition);
	for (size_t i = 0; i < node->n; i++) {
		struct condition *c = &(*out)[*n];
		const struct yaml *value = node->pairs[i].value;

		good &= read_field(l, node->pairs[i].key, &c->field);
		value = without_null(l->arena, value, &c->absent);
		if (value != NULL)
			good &= yaml_read_list(value, "when", l->arena,
			    &c->values, &c->n, l->err);
		(*n)++;
	}
	return good;
}

bool
read_logsource(struct loader *l, const struct yaml *node,
    struct logsource *out)
{
	static const struct str keys[] = {STR_INIT("product"),
	    STR_INIT("category"), STR_INIT("service")};
	struct str words[3] = {STR_NONE, STR_NONE, STR_NONE};
	bool good;

	*out = (struct logsource){0};
	if (node == NULL)
		return true;
	if (node->kind != YAML_MAP)
		return err_add(l->err, node->at, "bad_logsource",
		    "'logsource' has to be a map of product, category, "
		    "service");
	good = yaml_check_keys(node, KEYS(keys), l->err);
	good &= yaml_read_str(yaml_get(node, "product"), "product", &words[0],
	    l->err);
	good &= yaml_read_str(yaml_get(node, "category"), "category",
	    &words[1], l->err);
	good &= yaml_read_str(yaml_get(node, "service"), "service", &words[2],
	    l->err);
	out->product = word_intern(l->words, words[0]);
	out->category = word_intern(l->words, words[1]);
	out->service = word_intern(l->words, words[2]);
	return good;
}

static bool
read_target(struct loader *l, const struct yaml *node, struct target *out)
{
	const struct yaml *one[1];
	const struct yaml *const *items = one;
	size_t n = 1;
	bool good = true;

	*out = (struct target){0};
	if (yaml_is_null(node))
		return true;
	one[0] = node;
	if (node->kind == YAML_LIST) {
		items = (const struct yaml *const *)node->items;
		n = node->n;
	}
	out->fields = ARENA_ARRAY(l->arena, n + 1, field_id);
	for (size_t i = 0; i < n; i++)
		good &= read_field(l, items[i], &out->fields[out->n++]);
	return good;
}

bool
read_targets(struct loader *l, const struct yaml *node, struct map *out)
{
	bool good = true;

	if (node == NULL)
		return true;
	if (node->kind != YAML_MAP)
		return err_add(l->err, node->at, "bad_fields",
		    "'fields' has to be a map: the source's key, a field");
	for (size_t i = 0; i < node->n; i++) {
		struct target *t = ARENA_NEW(l->arena, struct target);

		good &= read_target(l, node->pairs[i].value, t);
		map_put(out, node->pairs[i].key->text, t);
	}
	return good;
}

struct str
loose_key(struct str key, char out[LOOSE_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < key.n && n < LOOSE_MAX; i++) {
		char c = key.p[i];

		if (c != '_' && c != '-' && c != '.' && c != ' ')
			out[n++] = char_lower(c);
	}
	return str_make(out, n);
}

/* A value's text as a setting on `to`, for `map:` and `default:`. */
static struct setting *
read_result(struct loader *l, field_id to, const struct yaml *node, bool *good)
{
	struct setting *s = ARENA_NEW(l->arena, struct setting);

	*good &= read_setting(l, to, node, s);
	return s;
}

static bool
read_derive(struct loader *l, const struct yaml *node, struct derive *out)
{
	static const struct str keys[] = {STR_INIT("from"), STR_INIT("to"),
	    STR_INIT("map"), STR_INIT("default"), STR_INIT("case"),
	    STR_INIT("split")};
	const struct yaml *map = yaml_get(node, "map");
	const struct yaml *fallback = yaml_get(node, "default");
	const struct yaml *letters = yaml_get(node, "case");
	const struct yaml *split = yaml_get(node, "split");
	bool good;

	if (node->kind != YAML_MAP || yaml_get(node, "from") == NULL)
		return err_add(l->err, node->at, "bad_values",
		    "each of 'values' needs 'from' and 'map', 'case' or "
		    "'split'");
	good = yaml_check_keys(node, KEYS(keys), l->err);
	if (map == NULL && fallback == NULL && letters == NULL && split == NULL)
		return err_add(l->err, node->at, "bad_values",
		    "this does nothing without 'map', 'default', 'case' or "
		    "'split'; a copy is `set: {to: '%%{from}'}`");
	good &= read_field(l, yaml_get(node, "from"), &out->from);
	out->to = out->from;
	if (yaml_get(node, "to") != NULL)
		good &= read_field(l, yaml_get(node, "to"), &out->to);
	map_init_in(&out->map, l->arena);
	out->lower = letters != NULL;
	if (letters != NULL && (!str_eq(letters->text, STR("lower")) ||
				   map != NULL || fallback != NULL))
		return err_add(l->err, letters->at, "bad_values",
		    "'case' can only be lower, without 'map' or 'default'");
	if (split != NULL && (map != NULL || fallback != NULL ||
				 letters != NULL || split->text.n == 0))
		return err_add(l->err, split->at, "bad_values",
		    "'split' has to be the signs between values, without "
		    "'map', 'default' or 'case'");
	if (split != NULL)
		out->split = split->text;
	if (map != NULL && map->kind != YAML_MAP)
		return err_add(l->err, map->at, "bad_values",
		    "'map' has to be a map: value, new value");
	for (size_t i = 0; map != NULL && i < map->n; i++)
		map_put(&out->map,
		    lower_copy(l->arena, map->pairs[i].key->text),
		    read_result(l, out->to, map->pairs[i].value, &good));
	lookup_build(l->arena, &out->map, false, &out->by_value);
	if (fallback != NULL)
		out->fallback = read_result(l, out->to, fallback, &good);
	return good;
}

bool
read_values(struct loader *l, const struct yaml *node, struct pack *pack)
{
	bool good = true;

	if (node == NULL)
		return true;
	if (node->kind != YAML_LIST)
		return err_add(l->err, node->at, "bad_values",
		    "'values' has to be a list: each with '- {from: ...'");
	pack->values = arena_grow(l->arena, pack->values, pack->n_values,
	    pack->n_values + node->n, sizeof(*pack->values));
	for (size_t i = 0; i < node->n; i++)
		good &= read_derive(l, node->items[i],
		    &pack->values[pack->n_values++]);
	return good;
}

static bool
read_row(struct loader *l, const struct yaml *node, struct row *out)
{
	static const struct str keys[] = {STR_INIT("set"),
	    STR_INIT("logsource")};
	bool good;

	if (node->kind != YAML_MAP)
		return err_add(l->err, node->at, "bad_table",
		    "a row has to be a map with 'set' or 'logsource'");
	good = yaml_check_keys(node, KEYS(keys), l->err);
	good &= read_settings(l, yaml_get(node, "set"), &out->set);
	return read_logsource(l, yaml_get(node, "logsource"), &out->source) &&
	    good;
}

static bool
read_table(struct loader *l, const struct yaml *node, struct table *out)
{
	static const struct str keys[] = {STR_INIT("on"), STR_INIT("rows")};
	const struct yaml *rows = yaml_get(node, "rows");
	bool good = yaml_check_keys(node, KEYS(keys), l->err);

	if (yaml_get(node, "on") == NULL || rows == NULL ||
	    rows->kind != YAML_MAP)
		return err_add(l->err, node->at, "bad_table",
		    "a table needs 'on' and 'rows'");
	good &= read_field(l, yaml_get(node, "on"), &out->on);
	map_init_in(&out->rows, l->arena);
	for (size_t i = 0; i < rows->n; i++) {
		struct row *row = ARENA_NEW(l->arena, struct row);

		good &= read_row(l, rows->pairs[i].value, row);
		map_put(&out->rows, rows->pairs[i].key->text, row);
	}
	lookup_build(l->arena, &out->rows, true, &out->by_value);
	return good;
}

bool
read_tables(struct loader *l, const struct yaml *node, struct pack *pack)
{
	bool good = true;

	if (node == NULL)
		return true;
	if (node->kind != YAML_LIST)
		return err_add(l->err, node->at, "bad_table",
		    "'table' has to be a list: each with '- on:'");
	pack->tables = arena_grow(l->arena, pack->tables, pack->n_tables,
	    pack->n_tables + node->n, sizeof(*pack->tables));
	for (size_t i = 0; i < node->n; i++)
		good &= read_table(l, node->items[i],
		    &pack->tables[pack->n_tables++]);
	return good;
}
