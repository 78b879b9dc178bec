/*
 * Files to documents. Old collection actions are carried out on the YAML
 * trees: `global` is a template for all rules behind it, `reset` forgets it,
 * `repeat` is the rule before with some keys replaced.
 */
#include "engine/sigma/loader.h"

/* What one file has carried along. */
struct carried {
	struct yaml *global;
	struct yaml *last;
};

static struct yaml_pair *
pair_of(struct yaml *map, struct str key)
{
	for (size_t i = 0; i < map->n; i++) {
		if (str_eq(map->pairs[i].key->text, key))
			return &map->pairs[i];
	}
	return NULL;
}

/* A new map: `base` with everything of `over` put into it, maps in maps
 * merged. Keeps the place of `over`. */
static struct yaml *
merge(struct arena *arena, struct yaml *base, struct yaml *over)
{
	struct yaml *out = ARENA_NEW(arena, struct yaml);

	if (base == NULL || base->kind != YAML_MAP || over->kind != YAML_MAP)
		return over;
	*out = *over;
	out->n = 0;
	out->pairs = ARENA_ARRAY(arena, base->n + over->n, struct yaml_pair);
	for (; out->n < base->n; out->n++)
		out->pairs[out->n] = base->pairs[out->n];
	for (size_t i = 0; i < over->n; i++) {
		struct yaml_pair pair = over->pairs[i];
		struct yaml_pair *old = pair_of(out, pair.key->text);

		if (old == NULL) {
			out->pairs[out->n++] = pair;
		} else {
			old->key = pair.key;
			old->value = merge(arena, old->value, pair.value);
		}
	}
	return out;
}

static struct yaml *
without_action(struct arena *arena, const struct yaml *map)
{
	struct yaml *out = ARENA_NEW(arena, struct yaml);

	*out = *map;
	out->pairs = ARENA_ARRAY(arena, map->n, struct yaml_pair);
	out->n = 0;
	for (size_t i = 0; i < map->n; i++) {
		if (!str_eq(map->pairs[i].key->text, STR("action")))
			out->pairs[out->n++] = map->pairs[i];
	}
	return out;
}

/* The document to read, or NULL when there is none in this one. */
static struct yaml *
apply_action(struct loader *l, struct carried *c, struct yaml *doc)
{
	static const struct str actions[] = {
	    STR_INIT("global"), STR_INIT("reset"), STR_INIT("repeat")};
	const struct yaml *action = yaml_get(doc, "action");
	struct str text = STR_NONE;

	if (action == NULL) {
		c->last = merge(l->arena, c->global, doc);
		return c->last;
	}
	if (!yaml_read_str(action, "action", &text, l->err))
		return NULL;
	doc = without_action(l->arena, doc);
	if (str_eq(text, actions[0])) {
		c->global = merge(l->arena, c->global, doc);
		return NULL;
	}
	if (str_eq(text, actions[1])) {
		c->global = NULL;
		return NULL;
	}
	if (str_eq(text, actions[2])) {
		if (c->last == NULL) {
			err_add(l->err, action->at, "action",
			    "there is no rule before that could be repeated");
			return NULL;
		}
		c->last = merge(l->arena, c->last, doc);
		return c->last;
	}
	err_add(l->err, action->at, "action",
	    "'%.*s' is no action, expected global, reset or repeat",
	    STR_ARG(text));
	err_did_you_mean(l->err, text, actions, 3);
	return NULL;
}

static const struct str kind_keys[] = {
    [DOCUMENT_RULE] = STR_INIT("detection"),
    [DOCUMENT_CORRELATION] = STR_INIT("correlation"),
    [DOCUMENT_FILTER] = STR_INIT("filter"),
};

static bool
kind_of(struct loader *l, const struct yaml *yaml, enum document_kind *kind)
{
	static const enum document_kind order[] = {
	    DOCUMENT_CORRELATION, DOCUMENT_FILTER, DOCUMENT_RULE};

	for (size_t i = 0; i < 3; i++) {
		if (yaml_get(yaml, kind_keys[order[i]].p) == NULL)
			continue;
		*kind = order[i];
		return true;
	}
	err_add(l->err, yaml->at, "unknown_document",
	    "no Sigma document: there is no 'detection', 'correlation' or "
	    "'filter'");
	for (size_t i = 0; i < yaml->n; i++) {
		const struct yaml *key = yaml->pairs[i].key;
		size_t before = l->err->items[l->err->n - 1].hint.n;

		err_did_you_mean(l->err, key->text, kind_keys, 3);
		if (l->err->items[l->err->n - 1].hint.n == before)
			continue;
		err_hint(l->err, "'%.*s' at line %u: %.*s", STR_ARG(key->text),
		    key->at.line, STR_ARG(l->err->items[l->err->n - 1].hint));
		break;
	}
	return false;
}

static bool
rule_read(struct loader *l, struct document *doc)
{
	const struct yaml *map = yaml_get(doc->yaml, "detection");
	struct sigma_detection *detection;
	const struct yaml *outside;
	bool ok = logsource_read(l, doc->yaml, &doc->source);

	if (map->kind != YAML_MAP)
		return err_add(l->err, map->at, "form",
		    "'detection' has to be a map of selections and a "
		    "'condition'");
	detection = ARENA_NEW(l->arena, struct sigma_detection);
	doc->root = detection_read(l, map, NULL, 0, STR(""));
	detection->root = doc->root;
	outside = yaml_get(doc->yaml, "condition");
	if (yaml_get(map, "condition") == NULL && outside != NULL)
		err_hint(l->err,
		    "the one at line %u belongs under "
		    "'detection', indented",
		    outside->at.line);
	doc->rule.detection = detection;
	doc->rule.source = doc->source;
	return ok && detection->root != NULL;
}

static struct str
lower(struct arena *arena, struct str s)
{
	char *p = arena_text(arena, s.n + 1);

	for (size_t i = 0; i < s.n; i++)
		p[i] = char_lower(s.p[i]);
	return str_make(p, s.n);
}

static void
remember(struct loader *l, struct document *doc)
{
	struct str id = lower(l->arena, doc->meta.id);
	struct document *first;

	ARENA_PUSH_ROOM(l->arena, l->docs, l->n_docs, l->cap_docs);
	l->docs[l->n_docs++] = doc;
	if (id.n > 0 && map_get(&l->by_id, id) == NULL)
		map_put(&l->by_id, id, doc);
	if (doc->meta.name.n == 0)
		return;
	first = map_get(&l->by_name, doc->meta.name);
	if (first == NULL) {
		map_put(&l->by_name, doc->meta.name, doc);
		return;
	}
	doc->same_name = first->same_name;
	first->same_name = doc;
}

static void
document_read(struct loader *l, const struct yaml *yaml)
{
	struct document *doc = ARENA_NEW(l->arena, struct document);
	size_t errors = l->err->errors, from = l->err->n;
	bool ok;

	doc->file = l->file;
	doc->yaml = yaml;
	l->inactive = false;
	l->made = 0;
	if (!kind_of(l, yaml, &doc->kind)) {
		doc->state = DOCUMENT_REFUSED;
		doc->kind = DOCUMENT_RULE;
		document_blame(l, doc, from, "");
		remember(l, doc);
		return;
	}
	ok = meta_read(l, yaml, doc->kind, &doc->meta);
	if (doc->kind == DOCUMENT_RULE)
		ok &= rule_read(l, doc);
	else if (doc->kind == DOCUMENT_CORRELATION)
		ok &= correlation_read(l, doc);
	else
		ok &= filter_read(l, doc);
	if (!ok || l->err->errors > errors)
		doc->state = DOCUMENT_REFUSED;
	else if (l->inactive)
		doc->state = DOCUMENT_INACTIVE;
	document_blame(l, doc, from, "unresolved_placeholder");
	lint_document(l, doc);
	remember(l, doc);
}

static void
note_rubbish(struct loader *l)
{
	ARENA_PUSH_ROOM(l->arena, l->rubbish, l->n_rubbish, l->cap_rubbish);
	l->rubbish[l->n_rubbish++] = l->err->items[l->err->n - 1];
}

static void
file_load(struct loader *l, const struct text_file *file)
{
	struct carried carried = {0};
	struct yaml **docs;
	size_t n;

	/* What is wrong is said; the documents before it are good. */
	if (!yaml_parse(l->arena, file->file, file->text, &docs, &n, l->err))
		note_rubbish(l);
	for (size_t i = 0; i < n; i++) {
		struct yaml *doc = docs[i];

		if (doc->kind != YAML_MAP) {
			err_add(l->err, doc->at, "form",
			    "a Sigma document has to be a map of keys");
			note_rubbish(l);
			continue;
		}
		doc = apply_action(l, &carried, doc);
		if (doc != NULL)
			document_read(l, doc);
	}
}

struct sigma_collection *
sigma_load(struct arena *arena, struct word_table *words,
    const struct text_file *files, size_t n,
    const struct sigma_placeholder *placeholders, size_t n_placeholders,
    struct err *err)
{
	struct loader l = {
	    .arena = arena,
	    .words = words,
	    .err = err,
	    .files = files,
	    .n_files = n,
	};

	map_init_in(&l.placeholders, arena);
	map_init_in(&l.by_id, arena);
	map_init_in(&l.by_name, arena);
	for (size_t i = 0; i < n_placeholders; i++) {
		struct sigma_placeholder *copy =
		    ARENA_NEW(arena, struct sigma_placeholder);

		*copy = placeholders[i];
		map_put(&l.placeholders, copy->name, copy);
	}
	for (l.file = 0; l.file < n; l.file++)
		file_load(&l, &files[l.file]);
	return collection_make(&l);
}
