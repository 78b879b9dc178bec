#include "engine/base/yaml.h"

#include "engine/base/map.h"
#include "engine/base/yaml_hint.h"

#include <yaml.h>

struct reader {
	struct arena *arena;
	struct err *err;
	struct str file, text;
	yaml_parser_t parser;
	size_t nodes;
};

static struct place
place_of(const struct reader *r, const yaml_mark_t *mark)
{
	return (struct place){r->file, (uint32_t)mark->line + 1,
	    (uint32_t)mark->column + 1};
}

/* The reader's mistakes (bytes that are no UTF-8, controls) come without a
 * mark, only with their offset. */
static struct place
place_of_byte(const struct reader *r, size_t offset)
{
	struct place at = {r->file, 1, 1};

	for (size_t i = 0; i < offset && i < r->text.n; i++) {
		if (r->text.p[i] == '\n') {
			at.line++;
			at.column = 1;
		} else if (((unsigned char)r->text.p[i] & 0xc0) != 0x80) {
			at.column++;
		}
	}
	return at;
}

static bool
next_event(struct reader *r, yaml_event_t *event)
{
	const yaml_parser_t *p = &r->parser;
	struct place at;

	if (yaml_parser_parse(&r->parser, event) != 0)
		return true;
	at = p->error == YAML_READER_ERROR
	    ? place_of_byte(r, p->problem_offset)
	    : place_of(r, &p->problem_mark);
	err_add(r->err, at, "yaml", "this is not YAML: %s",
	    p->problem == NULL ? "unreadable" : p->problem);
	yaml_hint(r->err, r->text, &(struct yaml_problem){.at = at,
	    .text = p->problem, .context = p->context,
	    .begun = p->context_mark.line + 1});
	return false;
}

static bool read_node(struct reader *r, const yaml_event_t *event, int depth,
    struct yaml **out);

static struct yaml *
new_node(struct reader *r, const yaml_event_t *event, enum yaml_kind kind)
{
	struct yaml *node = ARENA_NEW(r->arena, struct yaml);

	node->kind = kind;
	node->at = place_of(r, &event->start_mark);
	return node;
}

static bool
read_scalar(struct reader *r, const yaml_event_t *event, struct yaml **out)
{
	struct yaml *node = new_node(r, event, YAML_SCALAR);

	node->text = arena_dup(r->arena,
	    str_make((const char *)event->data.scalar.value,
		event->data.scalar.length));
	node->plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	*out = node;
	return true;
}

static bool
read_list(struct reader *r, const yaml_event_t *start, int depth,
    struct yaml **out)
{
	struct yaml *node = new_node(r, start, YAML_LIST);
	size_t cap = 0;

	*out = node;
	for (;;) {
		yaml_event_t event;
		bool end, ok;

		if (!next_event(r, &event))
			return false;
		end = event.type == YAML_SEQUENCE_END_EVENT;
		if (end) {
			yaml_event_delete(&event);
			return true;
		}
		ARENA_PUSH_ROOM(r->arena, node->items, node->n, cap);
		ok = read_node(r, &event, depth + 1, &node->items[node->n]);
		yaml_event_delete(&event);
		if (!ok)
			return false;
		node->n++;
	}
}

static bool
check_key(struct reader *r, struct map *seen, struct yaml *key)
{
	if (key->kind != YAML_SCALAR)
		return err_add(r->err, key->at, "yaml_key",
		    "a key has to be a single word or text");
	if (key->plain && str_eq(key->text, STR("<<")))
		return err_add(r->err, key->at, "yaml_merge",
		    "merge keys (<<) are not taken here");
	if (map_put(seen, key->text, key) != NULL)
		return err_add(r->err, key->at, "duplicate_key",
		    "'%.*s' stands here for the second time",
		    STR_ARG(key->text));
	return true;
}

static bool
read_map(struct reader *r, const yaml_event_t *start, int depth,
    struct yaml **out)
{
	struct yaml *node = new_node(r, start, YAML_MAP);
	struct map seen;
	size_t cap = 0;
	bool ok = false;

	*out = node;
	map_init(&seen);
	for (;;) {
		yaml_event_t event;
		struct yaml_pair pair;

		if (!next_event(r, &event))
			goto out;
		if (event.type == YAML_MAPPING_END_EVENT) {
			yaml_event_delete(&event);
			break;
		}
		ok = read_node(r, &event, depth + 1, &pair.key);
		yaml_event_delete(&event);
		if (!ok)
			goto out;
		ok = false;
		if (!next_event(r, &event))
			goto out;
		ok = read_node(r, &event, depth + 1, &pair.value);
		yaml_event_delete(&event);
		if (!ok || !check_key(r, &seen, pair.key)) {
			ok = false;
			goto out;
		}
		ARENA_PUSH_ROOM(r->arena, node->pairs, node->n, cap);
		node->pairs[node->n++] = pair;
		ok = false;
	}
	ok = true;
out:
	map_fini(&seen);
	return ok;
}

static bool
has_anchor_or_tag(const yaml_event_t *event)
{
	switch (event->type) {
	case YAML_SCALAR_EVENT:
		return event->data.scalar.anchor != NULL ||
		    event->data.scalar.tag != NULL;
	case YAML_SEQUENCE_START_EVENT:
		return event->data.sequence_start.anchor != NULL ||
		    event->data.sequence_start.tag != NULL;
	case YAML_MAPPING_START_EVENT:
		return event->data.mapping_start.anchor != NULL ||
		    event->data.mapping_start.tag != NULL;
	default:
		return false;
	}
}

static bool
read_node(struct reader *r, const yaml_event_t *event, int depth,
    struct yaml **out)
{
	struct place at = place_of(r, &event->start_mark);

	if (depth > YAML_MAX_DEPTH)
		return err_add(r->err, at, "yaml_depth",
		    "nested deeper than %d levels", YAML_MAX_DEPTH);
	if (++r->nodes > YAML_MAX_NODES)
		return err_add(r->err, at, "yaml_size",
		    "more than %d nodes in one file", YAML_MAX_NODES);
	if (has_anchor_or_tag(event))
		return err_add(r->err, at, "yaml_anchor",
		    "anchors (&) and tags (!) are not taken here");
	switch (event->type) {
	case YAML_SCALAR_EVENT:
		return read_scalar(r, event, out);
	case YAML_SEQUENCE_START_EVENT:
		return read_list(r, event, depth, out);
	case YAML_MAPPING_START_EVENT:
		return read_map(r, event, depth, out);
	case YAML_ALIAS_EVENT:
		err_add(r->err, at, "yaml_alias",
		    "aliases (*) are not taken here");
		err_hint(r->err, "write the value out, or put a text that "
				 "begins with * in quotes");
		return false;
	default:
		return err_add(r->err, at, "yaml", "unexpected YAML");
	}
}

static bool
read_documents(struct reader *r, struct yaml ***docs, size_t *n)
{
	size_t cap = 0;

	for (;;) {
		yaml_event_t event;
		yaml_event_type_t type;
		struct yaml *node;
		bool ok = true;

		if (!next_event(r, &event))
			return false;
		type = event.type;
		if (type == YAML_SCALAR_EVENT || type == YAML_ALIAS_EVENT ||
		    type == YAML_SEQUENCE_START_EVENT ||
		    type == YAML_MAPPING_START_EVENT) {
			ok = read_node(r, &event, 1, &node);
			if (ok && !yaml_is_null(node)) {
				ARENA_PUSH_ROOM(r->arena, *docs, *n, cap);
				(*docs)[(*n)++] = node;
			}
		}
		yaml_event_delete(&event);
		if (!ok)
			return false;
		if (type == YAML_STREAM_END_EVENT)
			return true;
	}
}

bool
yaml_parse(struct arena *arena, struct str file, struct str text,
    struct yaml ***docs, size_t *n, struct err *err)
{
	struct reader r = {.arena = arena, .err = err, .text = text};
	bool ok;

	r.file = arena_dup(arena, file);
	*docs = NULL;
	*n = 0;
	/* An editor's mark of UTF-8 is no text of the file. */
	if (str_has_prefix(text, STR("\xef\xbb\xbf")))
		r.text = text = str_skip(text, 3);
	if (text.n > YAML_MAX_BYTES)
		return err_add(err, (struct place){.file = r.file},
		    "yaml_size", "larger than %zu bytes", YAML_MAX_BYTES);
	if (yaml_parser_initialize(&r.parser) == 0)
		return err_add(err, (struct place){.file = r.file}, "yaml",
		    "no memory for the parser");
	yaml_parser_set_input_string(&r.parser,
	    (const unsigned char *)(text.n == 0 ? "" : text.p), text.n);
	yaml_parser_set_encoding(&r.parser, YAML_UTF8_ENCODING);
	ok = read_documents(&r, docs, n);
	yaml_parser_delete(&r.parser);
	return ok;
}

struct yaml *
yaml_get(const struct yaml *map, const char *key)
{
	struct str name = str_from(key);

	if (map == NULL || map->kind != YAML_MAP)
		return NULL;
	for (size_t i = 0; i < map->n; i++) {
		if (str_eq(map->pairs[i].key->text, name))
			return map->pairs[i].value;
	}
	return NULL;
}

bool
yaml_is_null(const struct yaml *node)
{
	return node->kind == YAML_SCALAR && node->plain &&
	    (node->text.n == 0 || str_eq(node->text, STR("~")) ||
		str_eq(node->text, STR("null")) ||
		str_eq(node->text, STR("Null")) ||
		str_eq(node->text, STR("NULL")));
}

bool
yaml_read_str(const struct yaml *node, const char *what, struct str *out,
    struct err *err)
{
	if (node == NULL)
		return true;
	if (node->kind != YAML_SCALAR)
		return err_add(err, node->at, "form",
		    "'%s' has to be a single value", what);
	*out = node->text;
	return true;
}

bool
yaml_read_u64(const struct yaml *node, const char *what, uint64_t min,
    uint64_t max, uint64_t *out, struct err *err)
{
	struct str text = STR_NONE;
	uint64_t v;

	if (node == NULL)
		return true;
	if (!yaml_read_str(node, what, &text, err))
		return false;
	if (!str_to_u64(text, &v) || v < min || v > max)
		return err_add(err, node->at, "number",
		    "'%s' is '%.*s', expected a number from %llu to %llu", what,
		    STR_ARG(text), (unsigned long long)min,
		    (unsigned long long)max);
	*out = v;
	return true;
}

bool
yaml_read_bool(const struct yaml *node, const char *what, bool *out,
    struct err *err)
{
	struct str text = STR_NONE;

	if (node == NULL)
		return true;
	if (!yaml_read_str(node, what, &text, err))
		return false;
	if (!str_to_bool(text, out))
		return err_add(err, node->at, "bool",
		    "'%s' is '%.*s', expected true or false", what,
		    STR_ARG(text));
	return true;
}

struct unit {
	struct str name;
	uint64_t factor;
};

/* One number and its unit at the head of *s. */
static bool
take_quantity(struct str *s, const struct unit *units, size_t n, uint64_t *out)
{
	size_t digits = 0, letters = 0;
	uint64_t v;
	struct str name;

	while (digits < s->n && char_is_digit(s->p[digits]))
		digits++;
	if (!str_to_u64(str_first(*s, digits), &v))
		return false;
	*s = str_skip(*s, digits);
	while (letters < s->n && char_is_alpha(s->p[letters]))
		letters++;
	name = str_first(*s, letters);
	*s = str_skip(*s, letters);
	for (size_t i = 0; i < n; i++) {
		if (str_eq(name, units[i].name))
			return !__builtin_mul_overflow(v, units[i].factor, out);
	}
	return false;
}

bool
span_parse(struct str s, int64_t *out)
{
	/* M and y are pySigma's: 30 and 365 days. */
	static const struct unit units[] = {
	    {STR_INIT("us"), 1		      },
	    {STR_INIT("ms"), 1000	      },
	    {STR_INIT("s"),  1000000	      },
	    {STR_INIT("m"),  60000000	      },
	    {STR_INIT("h"),  3600000000ull    },
	    {STR_INIT("d"),  86400000000ull   },
	    {STR_INIT("w"),  604800000000ull  },
	    {STR_INIT("M"),  2592000000000ull },
	    {STR_INIT("y"),  31536000000000ull},
	};
	uint64_t sum = 0, v;

	if (s.n == 0)
		return false;
	while (s.n > 0) {
		if (!take_quantity(&s, units, sizeof(units) / sizeof(units[0]),
			&v) ||
		    __builtin_add_overflow(sum, v, &sum) ||
		    sum > (uint64_t)INT64_MAX / 4)
			return false;
	}
	*out = (int64_t)sum;
	return true;
}

bool
yaml_read_span(const struct yaml *node, const char *what, int64_t *out,
    struct err *err)
{
	struct str text = STR_NONE;

	if (node == NULL)
		return true;
	if (!yaml_read_str(node, what, &text, err))
		return false;
	if (!span_parse(text, out))
		return err_add(err, node->at, "span",
		    "'%s' is '%.*s', expected a time span such as 30s, 5m, "
		    "1h or 7d",
		    what, STR_ARG(text));
	return true;
}

bool
yaml_read_size(const struct yaml *node, const char *what, uint64_t *out,
    struct err *err)
{
	static const struct unit units[] = {
	    {STR_INIT(""),    1		   },
	    {STR_INIT("B"),   1		   },
	    {STR_INIT("KiB"), 1024	   },
	    {STR_INIT("MiB"), 1048576	   },
	    {STR_INIT("GiB"), 1073741824   },
	    {STR_INIT("TiB"), 1099511627776},
	};
	struct str text = STR_NONE, rest;
	uint64_t v;

	if (node == NULL)
		return true;
	if (!yaml_read_str(node, what, &text, err))
		return false;
	rest = text;
	if (!take_quantity(&rest, units, sizeof(units) / sizeof(units[0]),
		&v) ||
	    rest.n > 0)
		return err_add(err, node->at, "size",
		    "'%s' is '%.*s', expected a size such as 64KiB, 2MiB or "
		    "1GiB",
		    what, STR_ARG(text));
	*out = v;
	return true;
}

bool
yaml_read_list(const struct yaml *node, const char *what, struct arena *arena,
    struct str **out, size_t *n, struct err *err)
{
	if (node == NULL)
		return true;
	if (node->kind == YAML_MAP)
		return err_add(err, node->at, "form",
		    "'%s' has to be a list of values", what);
	if (node->kind == YAML_SCALAR) {
		*out = ARENA_ARRAY(arena, 1, struct str);
		(*out)[0] = node->text;
		*n = 1;
		return true;
	}
	*out = ARENA_ARRAY(arena, node->n, struct str);
	*n = 0;
	for (size_t i = 0; i < node->n; i++) {
		if (!yaml_read_str(node->items[i], what, &(*out)[i], err))
			return false;
	}
	*n = node->n;
	return true;
}

bool
yaml_check_keys(const struct yaml *map, const struct str *names, size_t n,
    struct err *err)
{
	bool ok = true;

	if (map->kind != YAML_MAP)
		return err_add(err, map->at, "form", "expected a map of keys");
	for (size_t i = 0; i < map->n; i++) {
		const struct yaml *key = map->pairs[i].key;
		bool known = false;

		for (size_t j = 0; j < n && !known; j++)
			known = str_eq(key->text, names[j]);
		if (known)
			continue;
		ok = err_add(err, key->at, "unknown_key", "unknown key '%.*s'",
		    STR_ARG(key->text));
		if (str_find_char(key->text, ':') != SIZE_MAX)
			err_hint(err, "a blank has to stand behind ':'");
		else
			err_did_you_mean(err, key->text, names, n);
	}
	return ok;
}
