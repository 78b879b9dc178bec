#include "engine/sigma/loader.h"

static const struct str own_keys[] = {STR_INIT("rules")};

static bool
read_targets(struct loader *l, const struct yaml *map, struct filter *f)
{
	const struct yaml *rules = yaml_get(map, "rules");
	size_t n;

	if (rules == NULL) {
		err_add(l->err, map->at, "missing_rules",
		    "the filter does not say which rules it is for");
		err_hint(l->err, "add 'rules: any' or a list of ids or names");
		return false;
	}
	if (rules->kind == YAML_MAP)
		return err_add(l->err, rules->at, "form",
		    "'rules' has to be 'any' or a list of ids or names");
	n = rules->kind == YAML_LIST ? rules->n : 1;
	f->rules = ARENA_ARRAY(l->arena, n, struct written);
	for (size_t i = 0; i < n; i++) {
		const struct yaml *node =
		    rules->kind == YAML_LIST ? rules->items[i] : rules;
		struct str text = STR_NONE;

		if (!yaml_read_str(node, "rules", &text, l->err))
			return false;
		if (str_eq_nocase(text, STR("any")))
			f->any = true;
		else
			f->rules[f->n_rules++] =
			    (struct written){text, node->at};
	}
	/* pySigma takes an empty list for `any`. */
	f->any |= n == 0;
	return true;
}

bool
filter_read(struct loader *l, struct document *doc)
{
	const struct yaml *map = yaml_get(doc->yaml, "filter");
	struct filter *f = ARENA_NEW(l->arena, struct filter);
	struct str name = doc->meta.title, prefix;
	bool ok;

	if (map->kind != YAML_MAP)
		return err_add(
		    l->err, map->at, "form", "'filter' has to be a map");
	doc->filter = f;
	ok = logsource_read(l, doc->yaml, &doc->source);
	ok &= read_targets(l, map, f);
	if (doc->meta.name.n > 0)
		name = doc->meta.name;
	prefix = arena_printf(l->arena, "filter %.*s: ", STR_ARG(name));
	f->root = detection_read(l, map, own_keys, 1, prefix);
	return ok && f->root != NULL;
}
