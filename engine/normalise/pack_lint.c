/*
 * Which fields a pack sets, and what it asks for and nothing can have set: a
 * name that was mistyped in `when`, `on`, `from` or %{...} is no mistake of
 * the YAML, it is only never there. And what stands where it has no use.
 */
#include "engine/normalise/pack.h"

#include <stdlib.h>

struct lint {
	struct field_table *fields;
	struct err *err;
	const struct pack *pack;
	uint8_t *set; /* by field: something sets it */
};

static void
mark(struct lint *lint, field_id field)
{
	if (field != FIELD_NONE)
		lint->set[field] = 1;
}

static void
mark_name(struct lint *lint, struct str name)
{
	mark(lint, field_find(lint->fields, name));
}

static void
mark_settings(struct lint *lint, const struct settings *s)
{
	for (size_t i = 0; i < s->n; i++)
		mark(lint, s->items[i].field);
}

/* "source.ip" also fills "source.address"; a name that is no address goes to
 * ".address" and ".domain". */
static void
mark_beside(struct lint *lint, field_id field)
{
	static const char *const ends[] = {".address", ".domain"};
	struct str name = field_name(lint->fields, field);
	struct str end = STR(".ip");
	char text[128];

	if (name.n <= end.n || name.n > 100 ||
	    !str_eq(str_skip(name, name.n - end.n), end))
		return;
	memcpy(text, name.p, name.n - end.n);
	for (size_t i = 0; i < 2; i++) {
		size_t n = strlen(ends[i]);

		memcpy(text + name.n - end.n, ends[i], n);
		mark_name(lint, str_make(text, name.n - end.n + n));
	}
}

static void
mark_pack(struct lint *lint)
{
	const struct pack *pack = lint->pack;
	const struct map_entry *e;
	size_t at = 0;

	mark_settings(lint, &pack->set);
	for (size_t i = 0; i < pack->n_matchers; i++) {
		const struct matcher *m = &pack->matchers[i];

		mark_settings(lint, &m->set);
		for (size_t k = 0; k < m->regex.n_groups; k++)
			mark(lint, m->regex.groups[k].field);
	}
	for (size_t i = 0; i < pack->n_values; i++)
		mark(lint, pack->values[i].to);
	for (size_t i = 0; i < pack->n_tables; i++) {
		size_t row = 0;

		while ((e = map_next(&pack->tables[i].rows, &row)) != NULL)
			mark_settings(lint,
			    &((const struct row *)e->value)->set);
	}
	while ((e = map_next(&pack->fields, &at)) != NULL) {
		const struct target *t = e->value;

		for (size_t i = 0; i < t->n; i++)
			mark(lint, t->fields[i]);
	}
	for (field_id i = 1; i < field_count(lint->fields); i++) {
		if (lint->set[i] != 0)
			mark_beside(lint, i);
	}
}

/* What the header, the way here or a format sets by itself. */
static bool
is_given(const struct lint *lint, struct str name)
{
	static const struct str starts[] = {STR_INIT("log."),
	    STR_INIT("host."), STR_INIT("cisco."), STR_INIT("vigie."),
	    STR_INIT("process."), STR_INIT("message"), STR_INIT("@timestamp"),
	    STR_INIT("event.code"), STR_INIT("event.severity"),
	    STR_INIT("event.sequence"), STR_INIT("cef."), STR_INIT("leef."),
	    STR_INIT("atna."), STR_INIT("privacy.")};
	struct str prefix = lint->pack->decode.prefix;

	for (size_t i = 0; i < sizeof(starts) / sizeof(*starts); i++) {
		if (str_has_prefix(name, starts[i]))
			return true;
	}
	return lint->pack->decode.format != DECODE_NONE &&
	    str_has_prefix(name, prefix);
}

static void
ask(struct lint *lint, struct str name, struct place at)
{
	const struct field_table *fields = lint->fields;
	field_id id = field_find(fields, name);
	struct str near = STR_NONE;

	if (id == FIELD_NONE || lint->set[id] != 0 || is_given(lint, name))
		return;
	for (field_id i = 1; i < field_count(fields); i++) {
		struct str other = field_name(fields, i);

		if (lint->set[i] != 0 && str_distance(name, other, 2) <= 2)
			near = other;
	}
	err_warn(lint->err, at, "never_set",
	    "'%.*s' is asked for, but nothing in this pack sets it",
	    STR_ARG(name));
	if (near.n > 0)
		err_hint(lint->err, "did you mean '%.*s'?", STR_ARG(near));
}

static void
ask_node(struct lint *lint, const struct yaml *node)
{
	if (node != NULL && node->kind == YAML_SCALAR)
		ask(lint, node->text, node->at);
}

/* %{field} in a value, or in a list or map of values. */
static void
ask_templates(struct lint *lint, const struct yaml *node)
{
	struct str s;

	if (node == NULL)
		return;
	for (size_t i = 0; node->kind == YAML_LIST && i < node->n; i++)
		ask_templates(lint, node->items[i]);
	for (size_t i = 0; node->kind == YAML_MAP && i < node->n; i++)
		ask_templates(lint, node->pairs[i].value);
	if (node->kind != YAML_SCALAR)
		return;
	for (s = node->text;;) {
		size_t at = str_find(s, STR("%{")), end;

		if (at == SIZE_MAX)
			return;
		s = str_skip(s, at + 2);
		end = str_find_char(s, '}');
		if (end == SIZE_MAX)
			return;
		ask(lint, str_first(s, end), node->at);
		s = str_skip(s, end + 1);
	}
}

/* `field: ~` asks whether it is absent: that may always be so. */
static void
ask_when(struct lint *lint, const struct yaml *when)
{
	for (size_t i = 0; when != NULL && when->kind == YAML_MAP &&
	     i < when->n; i++) {
		if (!yaml_is_null(when->pairs[i].value))
			ask_node(lint, when->pairs[i].key);
	}
}

static void
ask_items(struct lint *lint, const struct yaml *list, const char *key)
{
	for (size_t i = 0; list != NULL && list->kind == YAML_LIST &&
	     i < list->n; i++) {
		const struct yaml *item = list->items[i];

		ask_node(lint, yaml_get(item, key));
		ask_when(lint, yaml_get(item, "when"));
		ask_templates(lint, yaml_get(item, "set"));
		ask_templates(lint, yaml_get(item, "map"));
		ask_templates(lint, yaml_get(item, "default"));
		ask_templates(lint, yaml_get(item, "rows"));
	}
}

/* A regular expression that stands above already, on the same field: what it
 * matches was taken there. */
void
check_pattern_again(struct loader *l, const struct yaml *list, size_t at,
    const struct pack *pack)
{
	const struct matcher *m = &pack->matchers[at];
	const struct yaml *regex = yaml_get(list->items[at], "regex");

	for (size_t i = 0; m->has_regex && i < at; i++) {
		const struct matcher *above = &pack->matchers[i];

		if (!above->has_regex || above->n_when > 0 || above->go_on ||
		    above->on != m->on || above->subject < m->subject ||
		    !str_eq(above->regex.source, m->regex.source))
			continue;
		err_warn(l->err, regex->at, "never_reached",
		    "'%.*s' has the regular expression of '%.*s' above, "
		    "which takes all its lines", STR_ARG(m->name),
		    STR_ARG(above->name));
		return;
	}
}

/* "parsers/door.yaml" has the pack `door`: so people and `like` find it. */
void
check_file_name(struct loader *l, const struct yaml *node, struct str name)
{
	struct str file = node->at.file;
	size_t slash = str_find_last_char(file, '/');

	if (slash != SIZE_MAX)
		file = str_skip(file, slash + 1);
	if (!str_has_suffix(file, STR(".yaml")) ||
	    str_eq(str_first(file, file.n - 5), name))
		return;
	err_warn(l->err, node->at, "file_name",
	    "the pack '%.*s' stands in the file '%.*s'", STR_ARG(name),
	    STR_ARG(file));
	err_hint(l->err, "expected '%.*s.yaml'", STR_ARG(name));
}

void
pack_lint(struct loader *l, const struct pack *pack, const struct yaml *doc)
{
	struct lint lint = {
	    .fields = l->fields, .err = l->err, .pack = pack};

	/* A loose decode sets fields by their own names, that of audit
	 * messages names of its own. */
	if (pack->decode.loose || pack->decode.format == DECODE_DICOM ||
	    pack->decode.format == DECODE_FHIR ||
	    pack->decode.format == DECODE_EPIC)
		return;
	lint.set = mem_get_zero(field_count(l->fields), 1);
	mark_pack(&lint);
	ask_items(&lint, yaml_get(doc, "patterns"), "on");
	ask_items(&lint, yaml_get(doc, "values"), "from");
	ask_items(&lint, yaml_get(doc, "table"), "on");
	ask_templates(&lint, yaml_get(doc, "set"));
	free(lint.set);
}

void
packs_fields(const struct packs *packs, struct field_table *fields,
    pack_field_fn *fn, void *arg)
{
	size_t n = field_count(fields);
	uint8_t *set = mem_get_zero(n, 1);

	for (size_t i = 0; i < packs->n; i++) {
		struct lint lint = {
		    .fields = fields, .pack = packs->items[i], .set = set};

		memset(set, 0, n);
		mark_pack(&lint);
		for (size_t k = 1; k < n; k++) {
			if (set[k] != 0)
				fn(arg, packs->items[i]->name, (field_id)k);
		}
	}
	free(set);
}
