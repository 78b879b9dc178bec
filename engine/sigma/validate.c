#include "engine/sigma/validate.h"

#include "engine/base/map.h"

const struct validator sigma_validators[] = {
#define VALIDATOR(name, pysigma, pedantic, what)                               \
	{STR_INIT(name), pysigma, pedantic, what},
#include "engine/sigma/validate.def"
#undef VALIDATOR
};
const size_t sigma_n_validators =
    sizeof(sigma_validators) / sizeof(sigma_validators[0]);

struct validation {
	struct err *err;
	struct str file;
	const struct yaml *doc;
	const char *code; /* of the row that runs */
	bool has_template; /* `action: global`: keys may stand elsewhere */
};

static struct str
text_of(const struct yaml *map, const char *key)
{
	const struct yaml *node = yaml_get(map, key);

	return node != NULL && node->kind == YAML_SCALAR ? node->text
							 : STR_NONE;
}

/* --- what has to be there ---------------------------------------------------- */

static void
has_key(struct validation *v, const char *key)
{
	if (yaml_get(v->doc, key) == NULL && !v->has_template)
		err_warn(v->err, v->doc->at, v->code, "there is no '%s'", key);
}

static void
identifier_existence(struct validation *v)
{
	has_key(v, "id");
}

static void
status_existence(struct validation *v)
{
	has_key(v, "status");
}

static void
date_existence(struct validation *v)
{
	has_key(v, "date");
}

static void
description_existence(struct validation *v)
{
	has_key(v, "description");
}

static void
status_unsupported(struct validation *v)
{
	if (str_eq(text_of(v->doc, "status"), STR("unsupported")))
		err_warn(v->err, yaml_get(v->doc, "status")->at, v->code,
		    "the author says that this rule is not supported");
}

static void
description_length(struct validation *v)
{
	struct str text = text_of(v->doc, "description");

	if (text.n > 0 && text.n < 16)
		err_warn(v->err, yaml_get(v->doc, "description")->at, v->code,
		    "a description of fewer than 16 characters says little");
}

static struct str
base_name(struct str path)
{
	size_t slash = str_find_last_char(path, '/');

	return slash == SIZE_MAX ? path : str_skip(path, slash + 1);
}

static void
filename_lengh(struct validation *v)
{
	struct str name = base_name(v->file);

	if (name.n < 10 || name.n > 90)
		err_warn(v->err, (struct place){.file = v->file}, v->code,
		    "the file's name has %zu characters, expected 10 to 90",
		    name.n);
}

/* --- what is hardly meant ------------------------------------------------------ */

static void
duplicate_references(struct validation *v)
{
	const struct yaml *list = yaml_get(v->doc, "references");

	for (size_t i = 0; list != NULL && list->kind == YAML_LIST &&
	     i < list->n; i++) {
		for (size_t k = 0; k < i; k++) {
			if (list->items[i]->kind != YAML_SCALAR ||
			    list->items[k]->kind != YAML_SCALAR ||
			    !str_eq(list->items[i]->text,
				list->items[k]->text))
				continue;
			err_warn(v->err, list->items[i]->at, v->code,
			    "this reference stands here for the second time");
			break;
		}
	}
}

/* "all of them", with any blanks between. */
static bool
says_all_of_them(struct str s, bool *them)
{
	static const struct str words[] = {
	    STR_INIT("all"), STR_INIT("of"), STR_INIT("them")};
	size_t at = 0;
	bool found = false;

	*them = false;
	while (s.n > 0) {
		size_t n = 0;
		struct str word;

		while (n < s.n && (char_is_alnum(s.p[n]) ||
				      memchr("_-*", s.p[n], 3) != NULL))
			n++;
		word = str_first(s, n);
		s = str_skip(s, n + 1);
		if (word.n == 0)
			continue;
		*them |= str_eq_nocase(word, words[2]);
		at = str_eq_nocase(word, words[at]) ? at + 1
		    : str_eq_nocase(word, words[0]) ? 1
						    : 0;
		if (at == 3) {
			found = true;
			at = 0;
		}
	}
	return found;
}

static void
them_condition(struct validation *v, bool all_of_them)
{
	const struct yaml *map = yaml_get(v->doc, "detection");
	const struct yaml *condition = yaml_get(map, "condition");
	bool them, found;

	if (condition == NULL || condition->kind != YAML_SCALAR)
		return;
	found = says_all_of_them(condition->text, &them);
	if (all_of_them && found) {
		err_warn(v->err, condition->at, v->code,
		    "'all of them' takes in each selection that is added "
		    "later");
		err_hint(v->err, "write 'all of selection_*'");
	}
	if (!all_of_them && them && map->n == 2)
		err_warn(v->err, condition->at, v->code,
		    "'them' is one selection only");
}

static void
all_of_them_condition(struct validation *v)
{
	them_condition(v, true);
}

static void
them_with_single(struct validation *v)
{
	them_condition(v, false);
}

static void
generic_event(struct validation *v, const struct yaml *value, bool sysmon)
{
	static const char *const categories[] = {"", "process_creation",
	    "file_change", "network_connection", "sysmon_status",
	    "process_termination", "driver_load", "image_load",
	    "create_remote_thread", "raw_access_thread", "process_access",
	    "file_event", "registry_event", "registry_event",
	    "registry_event", "create_stream_hash", "sysmon_status",
	    "pipe_created", "pipe_created", "wmi_event", "wmi_event",
	    "wmi_event", "dns_query", "file_delete", "clipboard_change",
	    "process_tampering", "file_delete_detected",
	    "file_block_executable", "file_block_shredding",
	    "file_executable_detected"};
	const char *category = NULL;
	uint64_t id;

	if (value->kind != YAML_SCALAR || !str_to_u64(value->text, &id))
		return;
	if (sysmon && id > 0 && id < sizeof(categories) / sizeof(*categories))
		category = categories[id];
	if (!sysmon && id == 4688)
		category = categories[1];
	if (category == NULL)
		return;
	err_warn(v->err, value->at, v->code,
	    "event %llu has a log source of its own, which other products "
	    "fill too",
	    (unsigned long long)id);
	err_hint(v->err, "write 'category: %s' instead of the service",
	    category);
}

static void
generic_selection(struct validation *v, const struct yaml *part, bool sysmon)
{
	if (part->kind == YAML_LIST) {
		for (size_t i = 0; i < part->n; i++)
			generic_selection(v, part->items[i], sysmon);
		return;
	}
	for (size_t i = 0; part->kind == YAML_MAP && i < part->n; i++) {
		const struct yaml *value = part->pairs[i].value;

		if (!str_eq(part->pairs[i].key->text, STR("EventID")))
			continue;
		generic_event(v, value, sysmon);
		for (size_t k = 0; value->kind == YAML_LIST && k < value->n;
		     k++)
			generic_event(v, value->items[k], sysmon);
	}
}

static void
specific_logsource(struct validation *v)
{
	const struct yaml *source = yaml_get(v->doc, "logsource");
	const struct yaml *map = yaml_get(v->doc, "detection");
	struct str service = text_of(source, "service");
	bool sysmon = str_eq_nocase(service, STR("sysmon"));

	if (!str_eq_nocase(text_of(source, "product"), STR("windows")) ||
	    (!sysmon && !str_eq_nocase(service, STR("security"))))
		return;
	for (size_t i = 0; map != NULL && map->kind == YAML_MAP && i < map->n;
	     i++)
		generic_selection(v, map->pairs[i].value, sysmon);
}

static void
check_wildcards(struct validation *v, const struct yaml *value)
{
	for (size_t i = 0; value->kind == YAML_LIST && i < value->n; i++)
		check_wildcards(v, value->items[i]);
	if (value->kind == YAML_SCALAR &&
	    (str_find(value->text, STR("\\*")) != SIZE_MAX ||
		str_find(value->text, STR("\\?")) != SIZE_MAX))
		err_warn(v->err, value->at, v->code,
		    "an escaped wildcard: is the character itself meant?");
}

static bool
has_modifier(struct str key, struct str name)
{
	struct str one, rest;
	bool more = str_cut(key, '|', &one, &rest);

	while (more) {
		more = str_cut(rest, '|', &one, &rest);
		if (str_eq(one, name))
			return true;
	}
	return false;
}

/* Calls for each item of all selections. */
static void
each_item(struct validation *v, const struct yaml *part,
    void (*item)(struct validation *v, const struct yaml_pair *pair))
{
	for (size_t i = 0; part->kind == YAML_LIST && i < part->n; i++)
		each_item(v, part->items[i], item);
	for (size_t i = 0; part->kind == YAML_MAP && i < part->n; i++)
		item(v, &part->pairs[i]);
}

static void
each_selection(struct validation *v,
    void (*item)(struct validation *v, const struct yaml_pair *pair))
{
	const struct yaml *map = yaml_get(v->doc, "detection");

	for (size_t i = 0; map != NULL && map->kind == YAML_MAP && i < map->n;
	     i++) {
		if (!str_eq(map->pairs[i].key->text, STR("condition")))
			each_item(v, map->pairs[i].value, item);
	}
}

static void
on_item_wildcards(struct validation *v, const struct yaml_pair *pair)
{
	if (!has_modifier(pair->key->text, STR("re")))
		check_wildcards(v, pair->value);
}

static void
on_item_windash(struct validation *v, const struct yaml_pair *pair)
{
	if (!has_modifier(pair->key->text, STR("windash")) ||
	    !has_modifier(pair->key->text, STR("all")))
		return;
	err_warn(v->err, pair->key->at, v->code,
	    "'windash' makes several values of each, and 'all' wants them "
	    "together in other tools");
}

static void
escaped_wildcard(struct validation *v)
{
	each_selection(v, on_item_wildcards);
}

static void
windash_with_all(struct validation *v)
{
	each_selection(v, on_item_windash);
}

/* --- all of it ------------------------------------------------------------------ */

static const struct {
	const char *code;
	bool pedantic;
	void (*run)(struct validation *v);
} rows[] = {
    {"identifier_existence",		      true,  identifier_existence },
    {"status_existence",		      true,  status_existence	  },
    {"date_existence",			      true,  date_existence	  },
    {"description_existence",		      true,  description_existence},
    {"description_length",		      true,  description_length	  },
    {"status_unsupported",		      true,  status_unsupported	  },
    {"escaped_wildcard",		      true,  escaped_wildcard	  },
    {"duplicate_references",		      false, duplicate_references },
    {"all_of_them_condition",		      false, all_of_them_condition},
    {"them_condition_with_single_detection",  false, them_with_single	  },
    {"specific_instead_of_generic_logsource", false, specific_logsource	  },
    {"invalid_modifier_combinations",	      false, windash_with_all	  },
};

static void
validate_file(struct arena *arena, const struct text_file *file, bool all,
    struct err *err)
{
	struct validation v = {.err = err, .file = file->file};
	struct yaml **docs;
	struct err quiet;
	size_t n;

	err_init(&quiet, arena);
	yaml_parse(arena, file->file, file->text, &docs, &n, &quiet);
	for (size_t d = 0; d < n; d++)
		v.has_template |= yaml_get(docs[d], "action") != NULL;
	if (all) {
		v.code = "filename_lengh";
		filename_lengh(&v);
	}
	for (size_t d = 0; d < n; d++) {
		v.doc = docs[d];
		if (v.doc->kind != YAML_MAP)
			continue;
		for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
			v.code = rows[i].code;
			if (all || !rows[i].pedantic)
				rows[i].run(&v);
		}
		validate_tags(v.doc, all, err);
	}
}

/* The same name in two folders. */
static void
duplicate_filename(const struct text_file *files, size_t n, struct err *err)
{
	struct map seen;

	map_init(&seen);
	for (size_t i = 0; i < n; i++) {
		struct str name = base_name(files[i].file);
		struct text_file *copy = arena_get_array(err->arena, 1,
		    sizeof(*copy));
		struct text_file *first = map_get(&seen, name);

		*copy = files[i];
		if (first == NULL)
			map_put(&seen, name, copy);
		else
			err_warn(err, (struct place){.file = copy->file},
			    "duplicate_filename",
			    "another file has the same name: %.*s",
			    STR_ARG(first->file));
	}
	map_fini(&seen);
}

void
sigma_validate(struct arena *arena, const struct text_file *files, size_t n,
    bool all, struct err *err)
{
	for (size_t i = 0; i < n; i++)
		validate_file(arena, &files[i], all, err);
	if (all)
		duplicate_filename(files, n, err);
}
