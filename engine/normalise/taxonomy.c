/* Sigma's field names and ECS's that mean the same become one slot. */
#include "engine/normalise/names.h"
#include "engine/normalise/pack.h"

static void
add_alias(struct loader *l, const struct yaml_pair *pair)
{
	struct str alias = pair->key->text, name;
	field_id id;

	if (pair->value->kind != YAML_SCALAR || pair->value->text.n == 0) {
		err_add(l->err, pair->value->at, "bad_field",
		    "'%.*s' needs the name of one field", STR_ARG(alias));
		return;
	}
	name = pair->value->text;
	if (!field_name_check(l->fields, name, pair->value->at, l->err))
		return;
	id = field_intern(l->fields, name);
	if (id == FIELD_NONE) {
		err_add(l->err, pair->value->at, "too_many_fields",
		    "there are too many field names");
		return;
	}
	if (!field_alias(l->fields, alias, id)) {
		struct str other = field_name(l->fields,
		    field_find(l->fields, alias));

		err_add(l->err, pair->key->at, "alias_clash",
		    "'%.*s' already is another name of '%.*s'",
		    STR_ARG(alias), STR_ARG(other));
	}
}

void
taxonomy_load(struct loader *l, const struct yaml *doc)
{
	static const struct str keys[] = {STR_INIT("taxonomy"),
	    STR_INIT("fields")};
	const struct yaml *fields = yaml_get(doc, "fields");

	yaml_check_keys(doc, keys, 2, l->err);
	if (fields == NULL || fields->kind != YAML_MAP) {
		err_add(l->err, fields == NULL ? doc->at : fields->at,
		    "missing_key",
		    "a taxonomy needs 'fields', a map of names");
		return;
	}
	for (size_t i = 0; i < fields->n; i++)
		add_alias(l, &fields->pairs[i]);
}
