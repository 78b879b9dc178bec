#include "engine/daemon/generation.h"

#include "engine/daemon/files.h"
#include "engine/header/time.h"

#include <stdlib.h>

bool
generation_find_zone(void *arg, struct str name, struct str *bytes)
{
	struct arena *arena = arg;
	struct err quiet;
	struct str path;

	if (name.n == 0 || name.n > 64 || str_find(name, STR("..")) != SIZE_MAX ||
	    name.p[0] == '/')
		return false;
	err_init(&quiet, arena);
	path = arena_printf(arena, "/usr/share/zoneinfo/%.*s", STR_ARG(name));
	return file_read(arena, path.p, "zone", bytes, &quiet);
}

struct zone *
generation_zone(struct arena *arena, struct str name)
{
	struct str offset = name, text, bytes;
	struct time_text t;
	bool as_stamp;

	if (str_eq_nocase(name, STR("UTC")))
		return zone_fixed(arena, STR("UTC"), 0);
	if (name.n > 3 && (str_has_prefix(name, STR("GMT")) ||
			      str_has_prefix(name, STR("UTC"))))
		offset = str_skip(name, 3);
	/* What a stamp may end with: "+0100", "CEST". */
	text = arena_printf(arena, "2000-01-01T00:00:00 %.*s", STR_ARG(offset));
	as_stamp = time_read(text, &t) == text.n && t.has_zone;
	if (as_stamp && offset.n > 0 &&
	    (offset.p[0] == '+' || offset.p[0] == '-'))
		return zone_fixed(arena, name, t.offset);
	if (generation_find_zone(arena, name, &bytes))
		return zone_load(arena, name, bytes);
	return as_stamp ? zone_fixed(arena, name, t.offset) : NULL;
}

/* JSON is YAML for what a list of names needs; one reader serves both. */
bool
placeholders_load(struct arena *arena, struct str file, struct str text,
    struct sigma_placeholder **out, size_t *n, struct err *err)
{
	struct yaml **docs;
	size_t n_docs;
	bool ok;

	*out = NULL;
	*n = 0;
	if (!yaml_parse(arena, file, text, &docs, &n_docs, err))
		return false;
	if (n_docs == 0)
		return true;
	if (docs[0]->kind != YAML_MAP)
		return err_add(err, docs[0]->at, "form",
		    "expected a map from names to lists of values");
	*out = ARENA_ARRAY(arena, docs[0]->n, struct sigma_placeholder);
	ok = true;
	for (size_t i = 0; i < docs[0]->n; i++) {
		struct sigma_placeholder *p = &(*out)[i];
		const struct yaml_pair *pair = &docs[0]->pairs[i];

		p->name = pair->key->text;
		ok &= yaml_read_list(pair->value, pair->key->text.p, arena,
		    &p->values, &p->n, err);
	}
	*n = docs[0]->n;
	return ok;
}

struct loading {
	struct generation *gen;
	const struct generation_paths *paths;
	struct files rules;
	struct sigma_placeholder *placeholders;
	size_t n_placeholders;
};

static bool
load_members(struct loading *l)
{
	struct generation *g = l->gen;
	const char *path = l->paths->members;
	struct str text = STR("");

	if (path != NULL &&
	    !file_read(g->arena, path, "members file", &text, &g->err))
		return false;
	g->parts.members = members_load(g->arena, g->parts.words,
	    str_from(path == NULL ? "members" : path), text,
	    generation_find_zone, g->arena, &g->err);
	return g->parts.members != NULL;
}

static bool
load_keys(struct loading *l)
{
	struct generation *g = l->gen;
	const char *path = l->paths->key_file;
	struct str bytes;

	if (path == NULL)
		return true;
	if (!file_read(g->arena, path, "key file", &bytes, &g->err))
		return false;
	if (!pseudonym_keys_load(bytes, &g->keys))
		return err_add(&g->err, (struct place){.file = str_from(path)},
		    "key_file", "a key file has at least %d random bytes",
		    PSEUDONYM_SECRET_MIN);
	g->parts.keys = &g->keys;
	return true;
}

static bool
is_taxonomy(struct str text)
{
	return str_has_prefix(text, STR("taxonomy:")) ||
	    str_find(text, STR("\ntaxonomy:")) != SIZE_MAX;
}

static void
keep_taxonomy(struct files *files)
{
	size_t n = 0;

	for (size_t i = 0; i < files->n; i++) {
		if (is_taxonomy(files->items[i].text))
			files->items[n++] = files->items[i];
	}
	files->n = n;
}

static bool
load_packs(struct loading *l)
{
	struct generation *g = l->gen;
	const char *path = l->paths->packs;
	struct files files = {0};

	if (path == NULL)
		path = data_path(g->arena, "parsers");
	if (path == NULL)
		return err_add(&g->err, (struct place){.file = STR("parsers")},
		    "file", "the shipped parser packs are nowhere to be found");
	if (path[0] != '\0' && !files_add(g->arena, path, &files, &g->err))
		return false;
	for (size_t i = 0; i < l->paths->n_more_packs; i++) {
		if (!files_add(g->arena, l->paths->more_packs[i], &files,
			&g->err))
			return false;
	}
	if (l->paths->packs_among != NULL) {
		struct files named = files;

		if (!files_among(g->arena, &named, l->paths->packs_among,
			&files, &g->err))
			return false;
	}
	if (path[0] != '\0' && !files_add_like(g->arena, &files, &g->err))
		return false;
	if (l->paths->taxonomy_only)
		keep_taxonomy(&files);
	g->packs = packs_load(g->arena, g->parts.fields, g->parts.words,
	    files.items, files.n, &g->err);
	g->parts.packs = g->packs;
	return g->packs != NULL;
}

static bool
read_rules(struct loading *l)
{
	struct generation *g = l->gen;
	const struct generation_paths *paths = l->paths;
	const char *path;
	struct str text;

	if (paths->placeholders != NULL) {
		if (!file_read(g->arena, paths->placeholders,
			"placeholders file", &text, &g->err) ||
		    !placeholders_load(g->arena, str_from(paths->placeholders),
			text, &l->placeholders, &l->n_placeholders, &g->err))
			return false;
	}
	if (paths->no_rules)
		return true;
	for (size_t i = 0; i < paths->n_rules; i++) {
		if (!files_add(g->arena, paths->rules[i], &l->rules, &g->err))
			return false;
	}
	if (paths->n_rules > 0)
		return true;
	path = data_path(g->arena, "correlation-rules");
	if (path == NULL)
		return err_add(&g->err,
		    (struct place){.file = STR("correlation-rules")}, "file",
		    "the shipped rules are nowhere to be found");
	return files_add(g->arena, path, &l->rules, &g->err);
}

/* Rules last: packs and taxonomy have named the fields by then. */
static bool
load_rules(struct loading *l)
{
	struct generation *g = l->gen;
	size_t before = g->err.errors;
	bool ok = read_rules(l);

	if (!ok)
		return false;
	g->parts.sigma = sigma_load(g->arena, g->parts.words, l->rules.items,
	    l->rules.n, l->placeholders, l->n_placeholders, &g->err);
	g->rules = ruleset_compile(g->arena, g->parts.fields, g->parts.words,
	    g->parts.sigma, &g->err);
	g->parts.rules = g->rules;
	g->parts.specs = specs_compile_words(g->arena, g->parts.fields,
	    g->parts.words, g->parts.sigma, &g->err);
	g->refused_rules = g->err.errors - before;
	return g->refused_rules == 0 || l->paths->lenient;
}

struct generation *
generation_load(const struct generation_paths *paths, bool *ok)
{
	struct generation *g = mem_get_zero(1, sizeof(*g));
	struct loading l = {.gen = g, .paths = paths};

	g->arena = arena_new((size_t)1024 * 1024);
	err_init(&g->err, g->arena);
	g->parts.fields = field_table_new(g->arena);
	g->parts.words = word_table_new(g->arena);
	/* Each is tried, so that a person sees all mistakes at once. */
	*ok = load_members(&l);
	*ok &= load_keys(&l);
	*ok &= load_packs(&l);
	*ok &= load_rules(&l);
	return g;
}

void
generation_free(struct generation *gen)
{
	if (gen == NULL)
		return;
	ruleset_free(gen->rules);
	packs_free(gen->packs);
	arena_free(gen->arena);
	free(gen);
}
