/*
 * Our own top-level key `vigie:` (DESIGN section 5).
 */
#include "engine/sigma/loader.h"

static const struct str keys[] = {
    STR_INIT("rsit"),
    STR_INIT("entity"),
    STR_INIT("scope"),
    STR_INIT("confidence"),
    STR_INIT("spreading"),
    STR_INIT("health_data"),
    STR_INIT("nis2"),
    STR_INIT("blocked"),
    STR_INIT("floor"),
    STR_INIT("advice"),
    STR_INIT("tests"),
};

static const struct str floors[] = {
    STR_INIT("patient-safety"),
    STR_INIT("directory"),
    STR_INIT("ransomware"),
};

static const struct str entities[] = {
    STR_INIT("source.ip"),
    STR_INIT("user.name"),
    STR_INIT("host.name"),
};

/* One of the words, or a mistake. */
static bool
read_choice(struct loader *l, const struct yaml *node, const char *key,
    const struct str *words, size_t n, struct str *out)
{
	struct str text = STR_NONE, list = STR("");

	if (node == NULL)
		return true;
	if (!yaml_read_str(node, key, &text, l->err))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (str_eq(text, words[i])) {
			*out = words[i];
			return true;
		}
		list = arena_printf(l->arena, "%.*s%s%.*s", STR_ARG(list),
		    i == 0 ? "" : ", ", STR_ARG(words[i]));
	}
	err_add(l->err, node->at, "choice",
	    "'%s' is '%.*s', expected one of: %.*s", key, STR_ARG(text),
	    STR_ARG(list));
	err_did_you_mean(l->err, text, words, n);
	return false;
}

static bool
read_advice(struct loader *l, const struct yaml *node, struct sigma_vigie *out)
{
	static const struct str languages[] = {STR_INIT("fr"), STR_INIT("en")};
	bool ok = true;

	if (node == NULL)
		return true;
	if (node->kind != YAML_MAP)
		return err_add(l->err, node->at, "form",
		    "'advice' has to be a map with 'fr' and 'en'");
	ok &= yaml_check_keys(node, languages, 2, l->err);
	ok &=
	    yaml_read_str(yaml_get(node, "fr"), "fr", &out->advice_fr, l->err);
	ok &=
	    yaml_read_str(yaml_get(node, "en"), "en", &out->advice_en, l->err);
	return ok;
}

static bool
read_rsit(struct loader *l, const struct yaml *map, struct sigma_vigie *out)
{
	const struct yaml *node = yaml_get(map, "rsit");

	if (node == NULL) {
		err_add(l->err, map->at, "missing_rsit",
		    "'vigie' has no 'rsit', the kind of incident");
		err_hint(
		    l->err, "such as 'rsit: intrusion-attempts:brute-force'");
		return false;
	}
	return yaml_read_str(node, "rsit", &out->rsit, l->err) &&
	       rsit_check(l, out->rsit, node->at);
}

static bool
read_entity(struct loader *l, const struct yaml *node, struct sigma_vigie *out)
{
	if (node == NULL)
		return true;
	if (!yaml_read_list(
	        node, "entity", l->arena, &out->entity, &out->n_entity, l->err))
		return false;
	if (out->n_entity > 0)
		return true;
	return err_add(l->err, node->at, "empty_list", "'entity' is empty");
}

static bool
read_flags(struct loader *l, const struct yaml *map, struct sigma_vigie *out)
{
	const struct {
		const char *key;
		bool *flag;
	} flags[] = {
	    {"spreading",   &out->spreading  },
	    {"health_data", &out->health_data},
	    {"nis2",        &out->nis2       },
	    {"blocked",     &out->blocked    },
	};
	bool ok = true;

	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		ok &= yaml_read_bool(yaml_get(map, flags[i].key), flags[i].key,
		    flags[i].flag, l->err);
	return ok;
}

bool
vigie_read(struct loader *l, const struct yaml *doc, struct sigma_meta *meta)
{
	static const struct str scopes[] = {
	    STR_INIT("member"), STR_INIT("sector")};
	struct sigma_vigie *out = &meta->vigie;
	const struct yaml *map = yaml_get(doc, "vigie");
	struct str scope = scopes[0];
	uint64_t confidence = 75;
	bool ok = true;

	out->n_entity = sizeof(entities) / sizeof(entities[0]);
	out->entity = ARENA_ARRAY(l->arena, out->n_entity, struct str);
	memcpy(out->entity, entities, sizeof(entities));
	out->confidence = 75;
	if (map == NULL) {
		out->rsit = rsit_guess(meta);
		out->rsit_guessed = true;
		return true;
	}
	out->given = true;
	if (map->kind != YAML_MAP)
		return err_add(
		    l->err, map->at, "form", "'vigie' has to be a map");
	ok &=
	    yaml_check_keys(map, keys, sizeof(keys) / sizeof(keys[0]), l->err);
	/* A filter raises no alert. */
	if (yaml_get(doc, "filter") == NULL)
		ok &= read_rsit(l, map, out);
	ok &= read_entity(l, yaml_get(map, "entity"), out);
	ok &=
	    read_choice(l, yaml_get(map, "scope"), "scope", scopes, 2, &scope);
	ok &= yaml_read_u64(yaml_get(map, "confidence"), "confidence", 0, 100,
	    &confidence, l->err);
	ok &= read_flags(l, map, out);
	ok &= read_choice(l, yaml_get(map, "floor"), "floor", floors,
	    sizeof(floors) / sizeof(floors[0]), &out->floor);
	ok &= read_advice(l, yaml_get(map, "advice"), out);
	out->sector = str_eq(scope, scopes[1]);
	out->confidence = (uint32_t)confidence;
	out->tests = yaml_get(map, "tests");
	return ok;
}
