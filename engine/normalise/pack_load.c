#include "engine/normalise/pack.h"

#define KEYS(list) list, sizeof(list) / sizeof(*list)

static bool
read_subject(struct loader *l, const struct yaml *node, size_t *out)
{
	uint64_t bytes = PATTERN_SUBJECT;

	if (!yaml_read_size(node, "subject", &bytes, l->err))
		return false;
	if (bytes == 0 || bytes > PATTERN_SUBJECT_MAX)
		return err_add(l->err, node->at, "bad_value",
		    "'subject' has to be 1 to 64KiB");
	*out = (size_t)bytes;
	return true;
}

/* `rest` waits for the generic packs, and only adds to what they found. */
static bool
check_rest(struct loader *l, const struct yaml *node, const struct matcher *m)
{
	const struct yaml *set = yaml_get(node, "set");
	bool good = true;

	if (!m->rest)
		return true;
	if (m->go_on)
		good = err_add(l->err, yaml_get(node, "rest")->at,
		    "bad_pattern", "'rest' is for the last pattern that is "
		    "tried: without 'go_on'");
	for (size_t i = 0; set != NULL && i < set->n; i++) {
		const struct yaml *key = set->pairs[i].key;

		if (!yaml_is_null(set->pairs[i].value))
			continue;
		good = err_add(l->err, key->at, "bad_set",
		    "'%.*s: ~' would do nothing: what 'rest' sets is only "
		    "added to what others found", STR_ARG(key->text));
		err_hint(l->err, "take the field away in a pattern with "
		    "'go_on' before, or give the group another name");
	}
	return good;
}

static bool
read_matcher(struct loader *l, const struct yaml *node, struct matcher *m)
{
	static const struct str keys[] = {STR_INIT("name"), STR_INIT("on"),
	    STR_INIT("when"), STR_INIT("regex"), STR_INIT("set"),
	    STR_INIT("logsource"), STR_INIT("go_on"), STR_INIT("rest"),
	    STR_INIT("subject")};
	const struct yaml *regex = yaml_get(node, "regex");
	bool good;

	if (node->kind != YAML_MAP)
		return err_add(l->err, node->at, "bad_pattern",
		    "a pattern has to be a map");
	good = yaml_check_keys(node, KEYS(keys), l->err);
	m->on = FIELD_MESSAGE;
	if (yaml_get(node, "name") == NULL)
		good = err_add(l->err, node->at, "missing_key",
		    "a pattern needs a 'name'");
	good &= yaml_read_str(yaml_get(node, "name"), "name", &m->name,
	    l->err);
	if (yaml_get(node, "on") != NULL)
		good &= read_field(l, yaml_get(node, "on"), &m->on);
	good &= read_conditions(l, yaml_get(node, "when"), &m->when,
	    &m->n_when);
	good &= read_settings(l, yaml_get(node, "set"), &m->set);
	good &= read_logsource(l, yaml_get(node, "logsource"), &m->source);
	good &= yaml_read_bool(yaml_get(node, "go_on"), "go_on", &m->go_on,
	    l->err);
	good &= yaml_read_bool(yaml_get(node, "rest"), "rest", &m->rest,
	    l->err);
	good &= check_rest(l, node, m);
	good &= read_subject(l, yaml_get(node, "subject"), &m->subject);
	if (regex == NULL && m->n_when == 0)
		return err_add(l->err, node->at, "missing_key",
		    "a pattern needs a 'regex' or a 'when'");
	if (regex == NULL)
		return good;
	m->has_regex = pattern_compile(l->arena, l->fields, regex, &m->regex,
	    l->err);
	if (m->has_regex)
		pattern_lint(&m->regex, regex, m->on == FIELD_MESSAGE, l->err);
	return good && m->has_regex;
}

static bool
has_pattern(const struct pack *pack, size_t n, struct str name)
{
	for (size_t i = 0; i < n; i++) {
		if (name.n > 0 && str_eq(pack->matchers[i].name, name))
			return true;
	}
	return false;
}

static bool
read_patterns(struct loader *l, const struct yaml *node, struct pack *pack)
{
	bool good = true;

	if (node == NULL)
		return true;
	if (node->kind != YAML_LIST)
		return err_add(l->err, node->at, "bad_pattern",
		    "'patterns' has to be a list: each with '- name:'");
	pack->matchers = ARENA_ARRAY(l->arena, node->n + 1, struct matcher);
	for (size_t i = 0; i < node->n; i++) {
		struct matcher *m = &pack->matchers[pack->n_matchers++];

		good &= read_matcher(l, node->items[i], m);
		if (has_pattern(pack, pack->n_matchers - 1, m->name))
			err_warn(l->err, node->items[i]->at, "duplicate_name",
			    "another pattern is named '%.*s' too",
			    STR_ARG(m->name));
		check_pattern_again(l, node, i, pack);
	}
	return good;
}

static bool
is_name(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if ((s.p[i] < 'a' || s.p[i] > 'z') && !char_is_digit(s.p[i]) &&
		    s.p[i] != '-')
			return false;
	}
	return s.n > 0 && s.n <= 64;
}

static bool
read_name(struct loader *l, const struct yaml *node, struct pack *pack)
{
	if (!yaml_read_str(node, "pack", &pack->name, l->err))
		return false;
	if (!is_name(pack->name))
		return err_add(l->err, node->at, "bad_name",
		    "'%.*s' is no name of a pack: a-z, 0-9 and '-' only",
		    STR_ARG(pack->name));
	check_file_name(l, node, pack->name);
	for (size_t i = 0; i < l->packs->n; i++) {
		const struct pack *other = l->packs->items[i];

		if (!str_eq(other->name, pack->name))
			continue;
		return err_add(l->err, node->at, "duplicate_name",
		    "the pack '%.*s' exists already: %.*s:%u",
		    STR_ARG(pack->name), STR_ARG(other->file),
		    other->at.line);
	}
	return true;
}

/* observer.* are settings like others, on every event of the pack. */
static bool
read_observer(struct loader *l, const struct yaml *node, struct pack *pack)
{
	static const struct str keys[] = {STR_INIT("vendor"),
	    STR_INIT("product"), STR_INIT("type"), STR_INIT("version")};
	static const field_id fields[] = {FIELD_OBSERVER_VENDOR,
	    FIELD_OBSERVER_PRODUCT, FIELD_OBSERVER_TYPE,
	    FIELD_OBSERVER_VERSION};
	struct setting *all;
	size_t n = pack->set.n;
	bool good;

	if (node == NULL)
		return true;
	if (node->kind != YAML_MAP)
		return err_add(l->err, node->at, "bad_observer",
		    "'observer' has to be a map");
	good = yaml_check_keys(node, KEYS(keys), l->err);
	all = arena_grow(l->arena, pack->set.items, n, n + 4, sizeof(*all));
	for (size_t i = 0; i < 4; i++) {
		struct str text = STR_NONE;
		struct setting *s = &all[n];

		good &= yaml_read_str(yaml_get(node, keys[i].p), "observer",
		    &text, l->err);
		if (text.n == 0)
			continue;
		s->field = fields[i];
		s->n = 1;
		s->values = ARENA_NEW(l->arena, struct template);
		s->values->n = 1;
		s->values->pieces = ARENA_NEW(l->arena, struct piece);
		s->values->pieces->text = text;
		setting_prepare(l->arena, l->fields, s);
		n++;
	}
	pack->set.items = all;
	pack->set.n = n;
	return good;
}

static bool
read_unparsed(struct loader *l, const struct yaml *node, struct pack *pack)
{
	struct str word = STR("keep");

	if (!yaml_read_str(node, "unparsed", &word, l->err))
		return false;
	pack->decoded_is_parsed = str_eq(word, STR("parsed"));
	if (!pack->decoded_is_parsed && !str_eq(word, STR("keep")))
		return err_add(l->err, node->at, "bad_value",
		    "'unparsed' is 'keep' or 'parsed'");
	return true;
}

#define ENVELOPE_RANK 64 /* above rank_of() */

static bool
read_envelope(struct loader *l, const struct yaml *node, struct pack *pack)
{
	if (node == NULL)
		return true;
	if (pack->decode.format == DECODE_NONE)
		return err_add(l->err, node->at, "bad_envelope",
		    "an envelope has to be opened: 'decode' is missing");
	/* Before all others: what they look for may be in the line. */
	for (size_t i = 0; i < pack->n_gates; i++)
		pack->gates[i].rank += ENVELOPE_RANK;
	return read_field(l, node, &pack->envelope);
}

/* The YAML of the pack that this one is like; NULL: of none. */
static bool
find_like(struct loader *l, const struct yaml *node, const struct yaml **out)
{
	struct str name = STR_NONE;

	*out = NULL;
	if (node == NULL)
		return true;
	if (!yaml_read_str(node, "like", &name, l->err))
		return false;
	*out = map_get(&l->docs, name);
	if (*out == NULL)
		return err_add(l->err, node->at, "bad_like",
		    "the pack '%.*s' is not among those that are loaded",
		    STR_ARG(name));
	if (yaml_get(*out, "like") != NULL)
		return err_add(l->err, node->at, "bad_like",
		    "the pack '%.*s' is itself like another one",
		    STR_ARG(name));
	return true;
}

/*
 * The other's patterns that have no own one of the same name: those that
 * prepare (go_on) before the pack's own, so that both see what they found,
 * the rest behind.
 */
static bool
add_patterns(struct loader *l, const struct yaml *node, struct pack *pack)
{
	struct pack other = {.name = pack->name};
	struct matcher *all;
	size_t own = pack->n_matchers, n = 0;
	bool good;

	if (node == NULL)
		return true;
	good = read_patterns(l, node, &other);
	all = ARENA_ARRAY(l->arena, own + other.n_matchers + 1,
	    struct matcher);
	for (int go_on = 1; go_on >= 0; go_on--) {
		for (size_t i = 0; i < other.n_matchers; i++) {
			struct matcher *m = &other.matchers[i];

			m->prepares = m->go_on;
			if (m->go_on == (go_on == 1) &&
			    !has_pattern(pack, own, m->name))
				all[n++] = *m;
			else if (m->go_on == (go_on == 1))
				pattern_free(&m->regex);
		}
		for (size_t i = 0; i < own && go_on == 1; i++)
			all[n++] = pack->matchers[i];
	}
	pack->matchers = all;
	pack->n_matchers = n;
	return good;
}

/* Behind the pack's own settings: for what is still unset. */
static bool
add_settings(struct loader *l, const struct yaml *node, struct pack *pack)
{
	struct settings more;
	size_t n = pack->set.n;

	if (!read_settings(l, node, &more))
		return false;
	pack->set.items = arena_grow(l->arena, pack->set.items, n,
	    n + more.n, sizeof(*more.items));
	if (more.n > 0)
		memcpy(pack->set.items + n, more.items,
		    more.n * sizeof(*more.items));
	pack->set.n += more.n;
	return true;
}

/*
 * `like: other`: its decode, its fields, patterns, values, tables and
 * settings, where the pack's own do not say otherwise. What is wrong with
 * them is said of the other pack only.
 */
static bool
read_like(struct loader *l, const struct yaml *other, struct pack *pack)
{
	bool good;

	if (other == NULL)
		return true;
	good = add_settings(l, yaml_get(other, "set"), pack);
	good &= add_patterns(l, yaml_get(other, "patterns"), pack);
	good &= read_values(l, yaml_get(other, "values"), pack);
	return read_tables(l, yaml_get(other, "table"), pack) && good;
}

/* `decode` and `fields`: the own ones, else or besides the other's. */
static bool
read_format(struct loader *l, struct loader *quiet, const struct yaml *doc,
    const struct yaml *other, struct pack *pack)
{
	const struct yaml *own = yaml_get(doc, "decode");
	bool good;

	map_init_in(&pack->fields, l->arena);
	if (own != NULL || other == NULL)
		good = read_decode(l, own, pack);
	else
		good = read_decode(quiet, yaml_get(other, "decode"), pack);
	if (other != NULL)
		good &= read_targets(quiet, yaml_get(other, "fields"),
		    &pack->fields);
	return read_targets(l, yaml_get(doc, "fields"), &pack->fields) && good;
}

static bool
same_target(const struct target *a, const struct target *b)
{
	return a->n == b->n &&
	    (a->n == 0 || memcmp(a->fields, b->fields,
				 a->n * sizeof(*a->fields)) == 0);
}

/* The keys of a loose decode, as find_loose() (decode.c) asks for them. A
 * name of ECS means itself only: event.type is not event_type. Of two that are
 * the same so the first of the file counts, for who does not write it as it is
 * there; nobody writes "*.". */
static void
add_loose(struct loader *l, const struct yaml *node, struct pack *pack)
{
	char text[LOOSE_MAX];

	for (size_t i = 0; node != NULL && i < node->n; i++) {
		struct str name = node->pairs[i].key->text;
		bool is_inner = str_has_prefix(name, STR("*."));
		struct str key = loose_key(
		    is_inner ? str_skip(name, 2) : name, text);
		field_id id = field_find(l->fields, name);
		struct map *map = is_inner ? &pack->inner : &pack->loose;
		struct target *t = map_get(&pack->fields, name), *had;

		if (t == NULL || (field_is_ecs(id) &&
				     str_eq(field_name(l->fields, id), name) &&
				     str_find_char(name, '.') != SIZE_MAX))
			continue;
		had = map_get(map, key);
		if (had == NULL)
			map_put(map, arena_dup(l->arena, key), t);
		else if (is_inner && !same_target(had, t))
			err_warn(l->err, node->pairs[i].key->at, "same_key",
			    "'%.*s' is a key that is there already but for "
			    "letter case and signs, for another field",
			    STR_ARG(name));
	}
}

static void
build_loose(struct loader *l, struct loader *quiet, const struct yaml *doc,
    const struct yaml *other, struct pack *pack)
{
	map_init_in(&pack->loose, l->arena);
	map_init_in(&pack->inner, l->arena);
	if (!pack->decode.loose)
		return;
	add_loose(l, yaml_get(doc, "fields"), pack);
	if (other != NULL)
		add_loose(quiet, yaml_get(other, "fields"), pack);
}

static bool
read_pack(struct loader *l, const struct yaml *doc, struct pack *pack)
{
	static const struct str keys[] = {STR_INIT("pack"),
	    STR_INIT("product"), STR_INIT("observer"), STR_INIT("logsource"),
	    STR_INIT("set"), STR_INIT("select"), STR_INIT("decode"),
	    STR_INIT("fields"), STR_INIT("values"), STR_INIT("patterns"),
	    STR_INIT("table"), STR_INIT("unparsed"), STR_INIT("tests"),
	    STR_INIT("generic"), STR_INIT("like"), STR_INIT("envelope")};
	const struct yaml *other;
	struct loader quiet = *l;
	struct err ignored;
	bool good = yaml_check_keys(doc, KEYS(keys), l->err);

	err_init(&ignored, l->err->arena);
	quiet.err = &ignored;
	good &= find_like(l, yaml_get(doc, "like"), &other);
	good &= yaml_read_bool(yaml_get(doc, "generic"), "generic",
	    &pack->generic, l->err);
	good &= read_name(l, yaml_get(doc, "pack"), pack);
	good &= read_settings(l, yaml_get(doc, "set"), &pack->set);
	good &= read_observer(l, yaml_get(doc, "observer"), pack);
	good &= read_logsource(l, yaml_get(doc, "logsource"), &pack->source);
	good &= read_gates(l, yaml_get(doc, "select"), pack);
	good &= read_format(l, &quiet, doc, other, pack);
	build_loose(l, &quiet, doc, other, pack);
	if (pack->decode.format == DECODE_LABELS)
		labels_build(l->arena, &pack->fields, &pack->decode.labels);
	good &= read_values(l, yaml_get(doc, "values"), pack);
	good &= read_patterns(l, yaml_get(doc, "patterns"), pack);
	good &= read_tables(l, yaml_get(doc, "table"), pack);
	good &= read_like(&quiet, other, pack);
	good &= read_unparsed(l, yaml_get(doc, "unparsed"), pack);
	good &= read_envelope(l, yaml_get(doc, "envelope"), pack);
	good &= read_tests(l, yaml_get(doc, "tests"), pack);
	return good;
}

void
pack_load(struct loader *l, const struct yaml *doc)
{
	struct packs *packs = l->packs;
	struct pack *pack = ARENA_NEW(l->arena, struct pack);

	pack->at = doc->at;
	pack->file = doc->at.file;
	pack->index = (uint32_t)packs->n;
	if (read_pack(l, doc, pack))
		pack_lint(l, pack, doc);
	/* Kept even when broken: its patterns have to be freed, and its name
	 * is taken. */
	pack_build_dispatch(l->arena, pack);
	ARENA_PUSH_ROOM(packs->arena, packs->items, packs->n, packs->cap);
	packs->items[packs->n++] = pack;
}

void
packs_free(struct packs *packs)
{
	if (packs == NULL)
		return;
	for (size_t i = 0; i < packs->n; i++) {
		for (size_t k = 0; k < packs->items[i]->n_matchers; k++)
			pattern_free(&packs->items[i]->matchers[k].regex);
	}
	packs->n = 0;
}

size_t
packs_count(const struct packs *packs)
{
	return packs->n;
}

void
packs_set_zones(struct packs *packs, zone_find_fn *find, void *arg)
{
	packs->find_zone = find;
	packs->find_zone_arg = arg;
}

/* The documents of all files. */
struct documents {
	const struct yaml **items;
	size_t n, cap;
};

static void
parse_files(struct loader *l, const struct text_file *files, size_t n,
    struct documents *out)
{
	for (size_t i = 0; i < n; i++) {
		struct yaml **docs;
		size_t n_docs = 0;

		yaml_parse(l->arena, files[i].file, files[i].text, &docs,
		    &n_docs, l->err);
		for (size_t k = 0; k < n_docs; k++) {
			const struct yaml *name = yaml_get(docs[k], "pack");

			ARENA_PUSH_ROOM(l->arena, out->items, out->n,
			    out->cap);
			out->items[out->n++] = docs[k];
			if (name != NULL && name->kind == YAML_SCALAR)
				map_put(&l->docs, name->text, docs[k]);
		}
	}
}

static void
load_documents(struct loader *l, const struct documents *docs)
{
	for (size_t i = 0; i < docs->n; i++) {
		if (yaml_get(docs->items[i], "taxonomy") != NULL)
			taxonomy_load(l, docs->items[i]);
	}
	for (size_t i = 0; i < docs->n; i++) {
		const struct yaml *doc = docs->items[i];

		if (yaml_get(doc, "pack") != NULL)
			pack_load(l, doc);
		else if (yaml_get(doc, "taxonomy") == NULL)
			err_add(l->err, doc->at, "missing_key",
			    "this is neither a pack ('pack:') nor a taxonomy "
			    "('taxonomy:')");
	}
}

struct packs *
packs_load(struct arena *arena, struct field_table *fields,
    struct word_table *words, const struct text_file *files, size_t n,
    struct err *err)
{
	struct packs *packs = ARENA_NEW(arena, struct packs);
	struct loader l = {packs, arena, fields, words, err, {0}};
	struct documents docs = {0};
	size_t before = err->errors;

	packs->arena = arena;
	packs->cisco_facility = field_intern(fields, STR("cisco.facility"));
	packs->cisco_severity = field_intern(fields, STR("cisco.severity"));
	packs->cisco_mnemonic = field_intern(fields, STR("cisco.mnemonic"));
	packs->cisco_node = field_intern(fields, STR("cisco.node"));
	packs->structured_data = field_intern(fields,
	    STR("log.syslog.structured_data"));
	packs->repeated = field_intern(fields, STR("vigie.repeated"));
	packs->envelope = field_intern(fields, STR("vigie.envelope"));
	packs->audit_call = field_intern(fields, STR("auditd.call"));
	packs->audit_call_key = field_intern(fields, STR("auditd.call_key"));
	map_init_in(&l.docs, arena);
	parse_files(&l, files, n, &docs);
	/* Taxonomy first: the packs' names follow it. */
	load_documents(&l, &docs);
	if (err->errors > before) {
		packs_free(packs);
		return NULL;
	}
	selector_build(packs);
	return packs;
}
