/*
 * Which warnings are not wanted: -x NAME, and sigma-cli's configuration file.
 */
#include "engine/cli/check.h"

#include "engine/sigma/validate.h"

#include <stdio.h>
#include <string.h>

static void
tell_unknown(const struct check *c, struct str name)
{
	struct err err;
	struct buf out;
	struct str *names =
	    ARENA_ARRAY(c->arena, sigma_n_validators, struct str);

	for (size_t i = 0; i < sigma_n_validators; i++) {
		names[i] = sigma_validators[i].name;
		if (str_eq(name, names[i]))
			return;
	}
	/* sigma-cli's plugins have validators of their own. */
	if (str_has_prefix(name, STR("sigmahq_")))
		return;
	err_init(&err, c->arena);
	err_warn(&err, (struct place){.file = STR("--exclude")}, "exclude",
	    "there is no validator '%.*s'", STR_ARG(name));
	err_did_you_mean(&err, name, names, sigma_n_validators);
	buf_init(&out, 4096);
	err_print(&err, &out, false);
	fwrite(out.p, 1, out.n, stderr);
	buf_fini(&out);
}

void
check_exclude(struct check *c, struct str name, struct str id)
{
	tell_unknown(c, name);
	ARENA_PUSH_ROOM(c->arena, c->excluded, c->n_excluded, c->cap_excluded);
	c->excluded[c->n_excluded++] = (struct exclusion){name, id};
}

/* `all`, `name` and `-name`; without `all`, only those named are wanted. */
static void
read_validators(struct check *c, const struct str *names, size_t n)
{
	bool only = n > 0;

	for (size_t i = 0; i < n; i++) {
		if (str_eq(names[i], STR("all"))) {
			c->all = true;
			only = false;
		} else if (str_has_prefix(names[i], STR("-"))) {
			check_exclude(c, str_skip(names[i], 1), STR(""));
		} else {
			tell_unknown(c, names[i]);
		}
	}
	for (size_t k = 0; only && k < sigma_n_validators; k++) {
		struct str name = sigma_validators[k].name;
		bool wanted = !sigma_validators[k].pysigma;

		for (size_t i = 0; i < n; i++)
			wanted |= str_eq(names[i], name);
		if (!wanted)
			check_exclude(c, name, STR(""));
		c->all |= wanted && sigma_validators[k].pedantic;
	}
}

static bool
read_exclusions(struct check *c, const struct yaml *map)
{
	bool ok = true;

	for (size_t i = 0; map->kind == YAML_MAP && i < map->n; i++) {
		struct str *names = NULL;
		size_t n = 0;

		ok &= yaml_read_list(map->pairs[i].value, "exclusions",
		    c->arena, &names, &n, &c->err);
		for (size_t k = 0; k < n; k++)
			check_exclude(c, names[k], map->pairs[i].key->text);
	}
	return ok;
}

bool
check_read_config(struct check *c, const char *path)
{
	static const struct str keys[] = {
	    STR_INIT("validators"), STR_INIT("exclusions"),
	    STR_INIT("config")};
	const struct yaml *list;
	struct str text, *names = NULL;
	struct yaml **docs;
	size_t n = 0;
	bool ok;

	if (!file_read(c->arena, path, "configuration of validators", &text,
		&c->err) ||
	    !yaml_parse(c->arena, str_from(path), text, &docs, &n, &c->err))
		return false;
	if (n == 0 || docs[0]->kind != YAML_MAP)
		return err_add(&c->err,
		    (struct place){.file = str_from(path)}, "form",
		    "expected a map with 'validators' and 'exclusions'");
	ok = yaml_check_keys(docs[0], keys, 3, &c->err);
	list = yaml_get(docs[0], "validators");
	n = 0;
	ok &= yaml_read_list(list, "validators", c->arena, &names, &n, &c->err);
	read_validators(c, names, n);
	if (yaml_get(docs[0], "exclusions") != NULL)
		ok &= read_exclusions(c, yaml_get(docs[0], "exclusions"));
	return ok;
}

static bool
is_excluded(const struct check *c, const struct err_item *item)
{
	const struct sigma_document *doc = NULL;

	for (size_t i = 0; i < c->n_excluded; i++) {
		const struct exclusion *x = &c->excluded[i];

		if (!str_eq(x->name, item->code))
			continue;
		if (x->id.n == 0)
			return true;
		if (doc == NULL)
			doc = check_document_at(c, item->file, item->line);
		if (doc != NULL && str_eq_nocase(doc->id, x->id))
			return true;
	}
	return false;
}

void
check_apply_exclusions(struct check *c)
{
	size_t n = 0;

	for (size_t i = 0; i < c->err.n; i++) {
		if (c->err.items[i].level == ERR_ERROR ||
		    !is_excluded(c, &c->err.items[i]))
			c->err.items[n++] = c->err.items[i];
	}
	c->err.n = n;
}
