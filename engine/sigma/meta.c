/*
 * What all three kinds of document say about themselves, and the log source.
 */
#include "engine/sigma/loader.h"

#include "engine/base/stamp.h"

static const struct {
	struct str name;
	enum sigma_level level;
} levels[] = {
    {STR_INIT("informational"), SIGMA_LEVEL_INFORMATIONAL},
    {STR_INIT("low"),           SIGMA_LEVEL_LOW          },
    {STR_INIT("medium"),        SIGMA_LEVEL_MEDIUM       },
    {STR_INIT("high"),          SIGMA_LEVEL_HIGH         },
    {STR_INIT("critical"),      SIGMA_LEVEL_CRITICAL     },
};

#define N_LEVELS (sizeof(levels) / sizeof(levels[0]))

static const struct str statuses[] = {
    STR_INIT("stable"),
    STR_INIT("test"),
    STR_INIT("experimental"),
    STR_INIT("deprecated"),
    STR_INIT("unsupported"),
};

#define N_STATUSES (sizeof(statuses) / sizeof(statuses[0]))

struct str
sigma_level_name(enum sigma_level level)
{
	for (size_t i = 0; i < N_LEVELS; i++) {
		if (levels[i].level == level)
			return levels[i].name;
	}
	return STR("");
}

static bool
read_level(struct loader *l, const struct yaml *node, enum sigma_level *out)
{
	struct str text = STR_NONE, names[N_LEVELS];

	if (node == NULL)
		return true;
	if (!yaml_read_str(node, "level", &text, l->err))
		return false;
	for (size_t i = 0; i < N_LEVELS; i++) {
		names[i] = levels[i].name;
		if (str_eq(text, names[i])) {
			*out = levels[i].level;
			return true;
		}
	}
	err_add(l->err, node->at, "level",
	    "'%.*s' is no level, expected informational, low, medium, high or "
	    "critical",
	    STR_ARG(text));
	err_did_you_mean(l->err, text, names, N_LEVELS);
	return false;
}

static bool
read_status(struct loader *l, const struct yaml *node, struct str *out)
{
	if (node == NULL)
		return true;
	if (!yaml_read_str(node, "status", out, l->err))
		return false;
	for (size_t i = 0; i < N_STATUSES; i++) {
		if (str_eq(*out, statuses[i]))
			return true;
	}
	err_add(l->err, node->at, "status",
	    "'%.*s' is no status, expected stable, test, experimental, "
	    "deprecated or unsupported",
	    STR_ARG(*out));
	err_did_you_mean(l->err, *out, statuses, N_STATUSES);
	return false;
}

bool
meta_read(struct loader *l, const struct yaml *doc, enum document_kind kind,
    struct sigma_meta *out)
{
	struct err *err = l->err;
	bool ok = true;

	*out = (struct sigma_meta){.at = doc->at};
	ok &= yaml_read_str(yaml_get(doc, "title"), "title", &out->title, err);
	ok &= yaml_read_str(yaml_get(doc, "id"), "id", &out->id, err);
	ok &= yaml_read_str(yaml_get(doc, "name"), "name", &out->name, err);
	ok &= read_status(l, yaml_get(doc, "status"), &out->status);
	ok &= read_level(l, yaml_get(doc, "level"), &out->level);
	ok &= yaml_read_list(yaml_get(doc, "tags"), "tags", l->arena,
	    &out->tags, &out->n_tags, err);
	ok &= yaml_read_list(yaml_get(doc, "fields"), "fields", l->arena,
	    &out->fields, &out->n_fields, err);
	if (kind != DOCUMENT_FILTER && ok && out->title.n == 0 &&
	    out->id.n == 0 && out->name.n == 0) {
		err_add(err, doc->at, "missing_title",
		    "there is no title, name or id: nothing would name the "
		    "rule in its alerts");
		return false;
	}
	return ok && vigie_read(l, doc, out);
}

static bool
read_word(struct loader *l, const struct yaml *source, const char *key,
    uint16_t *out, size_t *given)
{
	const struct yaml *node = yaml_get(source, key);
	struct str text = STR_NONE;

	if (node == NULL || (node->kind == YAML_SCALAR && yaml_is_null(node)))
		return true;
	if (!yaml_read_str(node, key, &text, l->err))
		return false;
	if (text.n == 0)
		return err_add(
		    l->err, node->at, "logsource", "'%s' is empty", key);
	(*given)++;
	if (str_eq(text, STR("*")))
		return true; /* whatever the event says */
	*out = word_intern(l->words, text);
	if (*out == 0)
		return err_add(l->err, node->at, "logsource",
		    "too many different log sources");
	return true;
}

static void
check_keys(struct loader *l, const struct yaml *source)
{
	static const struct str known[] = {STR_INIT("product"),
	    STR_INIT("category"), STR_INIT("service"), STR_INIT("definition")};

	for (size_t i = 0; i < source->n; i++) {
		const struct yaml *key = source->pairs[i].key;
		bool found = false;

		for (size_t j = 0; j < 4; j++)
			found |= str_eq(key->text, known[j]);
		if (found)
			continue;
		err_warn(l->err, key->at, "fieldname_logsource",
		    "'%.*s' in 'logsource' has no effect", STR_ARG(key->text));
		err_did_you_mean(l->err, key->text, known, 4);
	}
}

bool
logsource_read(struct loader *l, const struct yaml *doc, struct logsource *out)
{
	const struct yaml *source = yaml_get(doc, "logsource");
	size_t given = 0;
	bool ok = true;

	*out = (struct logsource){0};
	if (source == NULL) {
		err_add(l->err, doc->at, "missing_logsource",
		    "there is no 'logsource'");
		err_hint(l->err, "add one with product, category or service");
		return false;
	}
	if (source->kind != YAML_MAP) {
		err_add(
		    l->err, source->at, "form", "'logsource' has to be a map");
		err_hint(l->err, "product, category and service stand below "
		                 "it, indented");
		return false;
	}
	check_keys(l, source);
	ok &= read_word(l, source, "product", &out->product, &given);
	ok &= read_word(l, source, "category", &out->category, &given);
	ok &= read_word(l, source, "service", &out->service, &given);
	if (ok && given == 0)
		return err_add(l->err, source->at, "logsource",
		    "the log source names no product, category or service");
	return ok;
}
