/*
 * Warnings: what loads and works, but is hardly what the author meant. Names
 * follow pySigma's validators where there is one. What has to do with values
 * is in lint_value.c.
 */
#include "engine/sigma/lint.h"

#include "engine/base/stamp.h"

static bool
is_uuid(struct str s)
{
	if (s.n != 36)
		return false;
	for (size_t i = 0; i < s.n; i++) {
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;
		char c = char_lower(s.p[i]);

		if (dash ? c != '-' : !char_is_digit(c) && (c < 'a' || c > 'f'))
			return false;
	}
	return true;
}

/* 2026-11-24, with '/' too. */
static bool
is_date(struct str s)
{
	uint64_t year, month, day;
	struct civil c = {0};

	if (s.n != 10 || s.p[4] != s.p[7] || (s.p[4] != '-' && s.p[4] != '/') ||
	    !str_to_u64(str_first(s, 4), &year) ||
	    !str_to_u64(str_make(s.p + 5, 2), &month) ||
	    !str_to_u64(str_skip(s, 8), &day))
		return false;
	c.year = (int)year;
	c.month = (int)month;
	c.day = (int)day;
	return civil_is_valid(&c);
}

static void
lint_date(struct loader *l, const struct yaml *doc, const char *key)
{
	const struct yaml *node = yaml_get(doc, key);

	if (node == NULL || (node->kind == YAML_SCALAR && is_date(node->text)))
		return;
	err_warn(l->err, node->at, "invalid_date",
	    "'%s' has to be a date such as 2026-11-24", key);
}

static void
lint_keys(struct loader *l, const struct yaml *doc)
{
	static const struct str known[] = {
	    STR_INIT("title"),
	    STR_INIT("id"),
	    STR_INIT("name"),
	    STR_INIT("related"),
	    STR_INIT("taxonomy"),
	    STR_INIT("status"),
	    STR_INIT("description"),
	    STR_INIT("license"),
	    STR_INIT("author"),
	    STR_INIT("references"),
	    STR_INIT("date"),
	    STR_INIT("modified"),
	    STR_INIT("logsource"),
	    STR_INIT("detection"),
	    STR_INIT("fields"),
	    STR_INIT("falsepositives"),
	    STR_INIT("level"),
	    STR_INIT("tags"),
	    STR_INIT("scope"),
	    STR_INIT("correlation"),
	    STR_INIT("filter"),
	    STR_INIT("generate"),
	    STR_INIT("vigie"),
	    STR_INIT("sigma-version"),
	};
	const size_t n = sizeof(known) / sizeof(known[0]);

	/* Own keys are legal; only what is nearly a known one is told. */
	for (size_t i = 0; i < doc->n; i++) {
		const struct yaml *key = doc->pairs[i].key;
		size_t limit = key->text.n < 5 ? 1 : 2, best = limit + 1;

		for (size_t j = 0; j < n && best > 0; j++) {
			size_t d = str_distance(key->text, known[j], limit);

			best = d < best ? d : best;
		}
		if (best == 0 || best > limit)
			continue;
		err_warn(l->err, key->at, "custom_attributes",
		    "'%.*s' is no key of Sigma and has no effect",
		    STR_ARG(key->text));
		err_did_you_mean(l->err, key->text, known, n);
	}
}

static void
lint_tag(struct loader *l, const struct yaml *tag)
{
	static const struct str spaces[] = {
	    STR_INIT("attack"),
	    STR_INIT("car"),
	    STR_INIT("cve"),
	    STR_INIT("d3fend"),
	    STR_INIT("detection"),
	    STR_INIT("stp"),
	    STR_INIT("tlp"),
	};
	const size_t n = sizeof(spaces) / sizeof(spaces[0]);
	struct str space, rest;

	if (tag->kind != YAML_SCALAR)
		return;
	if (!str_cut(tag->text, '.', &space, &rest) || rest.n == 0) {
		err_warn(l->err, tag->at, "tag_format",
		    "the tag '%.*s' has no namespace", STR_ARG(tag->text));
		err_hint(l->err, "such as attack.t1110");
		return;
	}
	for (size_t i = 0; i < n; i++) {
		if (str_eq_nocase(space, spaces[i]))
			return;
	}
	err_warn(l->err, tag->at, "namespace_tag",
	    "the tag '%.*s' has a namespace that nobody knows",
	    STR_ARG(tag->text));
	err_did_you_mean(l->err, space, spaces, n);
}

static void
lint_meta(struct loader *l, const struct document *doc)
{
	const struct yaml *yaml = doc->yaml;
	const struct yaml *id = yaml_get(yaml, "id");
	const struct yaml *tags = yaml_get(yaml, "tags");
	const struct yaml *references = yaml_get(yaml, "references");
	const struct yaml *taxonomy = yaml_get(yaml, "taxonomy");

	lint_keys(l, yaml);
	lint_date(l, yaml, "date");
	lint_date(l, yaml, "modified");
	if (doc->meta.title.n == 0 &&
	    (doc->meta.id.n > 0 || doc->meta.name.n > 0))
		err_warn(
		    l->err, yaml->at, "missing_title", "there is no title");
	if (id != NULL && !is_uuid(doc->meta.id))
		err_warn(l->err, id->at, "invalid_id",
		    "the id is no UUID such as "
		    "3f2b9c1e-5d07-4b8a-9f36-0a1b2c3d4e5f");
	if (doc->kind != DOCUMENT_FILTER && yaml_get(yaml, "level") == NULL)
		err_warn(l->err, yaml->at, "level_existence",
		    "there is no level; it decides how urgent an alert is");
	for (size_t i = 0;
	     tags != NULL && tags->kind == YAML_LIST && i < tags->n; i++)
		lint_tag(l, tags->items[i]);
	if (references != NULL && references->kind != YAML_LIST)
		err_warn(l->err, references->at, "references_form",
		    "'references' has to be a list");
	if (taxonomy != NULL && taxonomy->kind == YAML_SCALAR &&
	    !str_eq(taxonomy->text, STR("sigma")))
		err_warn(l->err, taxonomy->at, "taxonomy",
		    "the taxonomy '%.*s' is not known; field names are taken "
		    "as they stand",
		    STR_ARG(taxonomy->text));
}

/* Does the condition say "not" anywhere? */
static bool
has_not(struct str s)
{
	while (s.n > 0) {
		size_t n = 0;

		while (n < s.n && char_is_alpha(s.p[n]))
			n++;
		if (str_eq_nocase(str_first(s, n), STR("not")))
			return true;
		s = str_skip(s, n + 1);
	}
	return false;
}

static void
lint_filter(struct loader *l, const struct yaml *yaml)
{
	const struct yaml *map = yaml_get(yaml, "filter");
	const struct yaml *condition = yaml_get(map, "condition");

	if (condition == NULL || condition->kind != YAML_SCALAR ||
	    has_not(condition->text))
		return;
	err_warn(l->err, condition->at, "filter_inverts",
	    "without 'not' the rule fires only on what this filter describes");
	err_hint(l->err, "an exclusion is written 'not %.*s'",
	    STR_ARG(condition->text));
}

static bool
is_grouped_by(const struct sigma_correlation *c, struct str name)
{
	for (size_t i = 0; i < c->n_group_by; i++) {
		if (str_eq(c->group_by[i], name))
			return true;
	}
	return false;
}

static void
lint_aliases(
    struct loader *l, const struct sigma_correlation *c, const struct yaml *map)
{
	for (size_t i = 0; i < c->n_aliases; i++) {
		const struct yaml *key = map->pairs[i].key;

		if (!is_grouped_by(c, c->aliases[i].name))
			err_warn(l->err, key->at, "unused_alias",
			    "the alias '%.*s' is not in 'group-by'",
			    STR_ARG(key->text));
		if (c->aliases[i].n < c->n_refs)
			err_warn(l->err, key->at, "incomplete_alias",
			    "the alias '%.*s' names a field for %zu of %zu "
			    "rules",
			    STR_ARG(key->text), c->aliases[i].n, c->n_refs);
	}
}

static void
lint_correlation(struct loader *l, const struct document *doc)
{
	const struct sigma_correlation *c = doc->correlation;
	const struct yaml *map = yaml_get(doc->yaml, "correlation");
	const struct yaml *source = yaml_get(doc->yaml, "logsource");

	if (source != NULL)
		err_warn(l->err, source->at, "surplus_logsource",
		    "a correlation has no log source of its own; those of its "
		    "rules count");
	if ((c->kind == CORRELATION_TEMPORAL ||
	        c->kind == CORRELATION_TEMPORAL_ORDERED) &&
	    c->n_refs < 2)
		err_warn(l->err, map->at, "temporal_one_rule",
		    "a temporal correlation is about two rules or more");
	if (c->n_group_by == 0)
		err_warn(l->err, map->at, "missing_group_by",
		    "there is no 'group-by': all events are one group");
	lint_aliases(l, c, yaml_get(map, "aliases"));
}

void
lint_document(struct loader *l, const struct document *doc)
{
	lint_meta(l, doc);
	/* Half read documents would only repeat what was said as error. */
	if (doc->state == DOCUMENT_REFUSED)
		return;
	if (doc->kind == DOCUMENT_RULE)
		lint_selections(l, yaml_get(doc->yaml, "detection"));
	else if (doc->kind == DOCUMENT_CORRELATION)
		lint_correlation(l, doc);
	else
		lint_filter(l, doc->yaml);
}

static void
lint_unique(struct loader *l, struct map *seen, const struct document *doc,
    const char *key, struct str value)
{
	static const struct {
		const char *key, *code;
	} codes[] = {
	    {"id",    "identifier_uniqueness"},
	    {"title", "duplicate_title"      },
	    {"name",  "duplicate_name"       },
	};
	const struct yaml *node = yaml_get(doc->yaml, key);
	struct yaml *first;

	if (value.n == 0 || node == NULL)
		return;
	first = map_get(seen, value);
	if (first == NULL) {
		/* Only its place is looked at. */
		first = ARENA_NEW(l->arena, struct yaml);
		first->at = node->at;
		map_put(seen, value, first);
		return;
	}
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		if (strcmp(codes[i].key, key) == 0)
			err_warn(l->err, node->at, codes[i].code,
			    "'%s' is the same as at %.*s:%u", key,
			    STR_ARG(first->at.file), first->at.line);
	}
}

void
lint_collection(struct loader *l)
{
	struct map ids, titles, names;

	map_init(&ids);
	map_init(&titles);
	map_init(&names);
	for (size_t i = 0; i < l->n_docs; i++) {
		const struct document *doc = l->docs[i];

		lint_unique(l, &ids, doc, "id", doc->meta.id);
		lint_unique(l, &titles, doc, "title", doc->meta.title);
		lint_unique(l, &names, doc, "name", doc->meta.name);
	}
	map_fini(&ids);
	map_fini(&titles);
	map_fini(&names);
}
