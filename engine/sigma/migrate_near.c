#include "engine/sigma/migrate_edit.h"

#define PARTS_MAX 16

/* One name behind `near`. */
struct part {
	struct str name;
	bool absent;		  /* `not` stands before it */
	const struct yaml *doc;	  /* where its selection is */
	uint32_t first, last;	  /* lines of the selection */
	struct str rule;	  /* what it is called from now on */
};

struct near {
	struct migration *m;
	const struct yaml *doc;
	struct part parts[PARTS_MAX];
	size_t n;
	bool absent; /* one of them is */
	struct str rule; /* the old rule's name */
};

static struct str
take_word(struct str *s)
{
	struct str word;
	size_t n = 0;

	*s = str_trim(*s);
	while (n < s->n && !char_is_blank(s->p[n]))
		n++;
	word = str_first(*s, n);
	*s = str_skip(*s, n);
	return word;
}

/* `a and b and not c`; anything else has no plain counterpart. */
static bool
read_parts(struct near *w, struct str s)
{
	bool more = true;

	while (more) {
		struct part *part = &w->parts[w->n];
		struct str word = take_word(&s);

		if (w->n == PARTS_MAX)
			return false;
		*part = (struct part){
		    .absent = str_eq_nocase(word, STR("not"))};
		part->name = part->absent ? take_word(&s) : word;
		for (size_t i = 0; i < part->name.n; i++) {
			char c = part->name.p[i];

			if (!char_is_alnum(c) && c != '_' && c != '-')
				return false;
		}
		if (part->name.n == 0)
			return false;
		w->absent |= part->absent;
		w->n++;
		word = take_word(&s);
		more = word.n > 0;
		if (more && !str_eq_nocase(word, STR("and")))
			return false;
	}
	return true;
}

/* The lines from a key to the one before the next key of whatever map. */
static void
find_lines(const struct near *w, struct part *part, const struct yaml *doc,
    const struct yaml *map, size_t i)
{
	uint32_t end = migrate_last_line(w->m, doc) + 1;

	part->doc = doc;
	part->first = map->pairs[i].key->at.line;
	for (size_t k = 0; k < doc->n; k++) {
		uint32_t line = doc->pairs[k].key->at.line;

		if (line > part->first && line < end)
			end = line;
	}
	for (size_t k = 0; k < map->n; k++) {
		uint32_t line = map->pairs[k].key->at.line;

		if (line > part->first && line < end)
			end = line;
	}
	part->last = end - 1;
}

/* In this document; or, when it is a template, in one that follows it. */
static bool
find_selection(const struct near *w, struct part *part)
{
	struct migration *m = w->m;
	bool template = yaml_get(w->doc, "action") != NULL;
	bool behind = false;

	for (size_t d = 0; d < m->n_docs; d++) {
		const struct yaml *doc = m->docs[d];
		const struct yaml *map = yaml_get(doc, "detection");

		behind |= doc == w->doc;
		if (map == NULL || (doc != w->doc && !(template && behind)))
			continue;
		for (size_t i = 0; map->kind == YAML_MAP && i < map->n; i++) {
			const struct yaml *key = map->pairs[i].key;

			if (!str_eq(key->text, part->name))
				continue;
			find_lines(w, part, doc, map, i);
			return key->at.line > map->at.line ||
			    key->at.column == map->at.column;
		}
	}
	return false;
}

/* The selection has to stand on lines of its own to be moved by lines. */
static bool
stands_alone(const struct near *w, const struct part *part)
{
	struct str line = str_trim(w->m->lines[part->first - 1]);

	return str_has_prefix(line, part->name);
}

static void
add_lines(const struct near *w, struct buf *out, uint32_t first, uint32_t last)
{
	for (uint32_t i = first; i <= last && i <= w->m->n_lines; i++) {
		buf_add(out, w->m->lines[i - 1]);
		buf_add_char(out, '\n');
	}
}

/* The lines of one top-level key. */
static void
add_key_lines(const struct near *w, struct buf *out, const struct yaml *doc,
    const char *key)
{
	uint32_t last = migrate_last_line(w->m, doc), first = 0;

	for (size_t i = 0; i < doc->n; i++) {
		uint32_t line = doc->pairs[i].key->at.line;

		if (str_eq(doc->pairs[i].key->text, str_from(key)))
			first = line;
		else if (first > 0 && line > first && line <= last)
			last = line - 1;
	}
	if (first > 0)
		add_lines(w, out, first, last);
}

static void
add_level(struct buf *out, const struct yaml *doc)
{
	struct str level = migrate_text(doc, "level");

	if (level.n > 0)
		buf_printf(out, "level: %.*s\n", STR_ARG(level));
}

static void
add_indented(const struct near *w, struct buf *out, const struct part *part)
{
	struct str line = w->m->lines[part->first - 1];
	size_t n = 0;

	while (n < line.n && line.p[n] == ' ')
		n++;
	buf_add(out, str_first(line, n));
	buf_printf(out, "condition: %.*s\n", STR_ARG(part->name));
}

static void
add_rule(const struct near *w, struct buf *out, const struct part *part)
{
	struct str more =
	    arena_printf(w->m->arena, " (%.*s)", STR_ARG(part->name));

	buf_add(out, STR("---\n"));
	migrate_head(out, w->doc, more);
	buf_printf(out, "name: %.*s\n", STR_ARG(part->rule));
	add_key_lines(w, out, w->doc, "logsource");
	buf_add(out, STR("detection:\n"));
	add_lines(w, out, part->first, part->last);
	add_indented(w, out, part);
	add_level(out, w->doc);
}

/* It stands in a document of its own, which lacks what the template said. */
static void
complete_rule(const struct near *w, const struct part *part)
{
	struct migration *m = w->m;
	struct str more = arena_printf(m->arena, " (%.*s)", STR_ARG(part->name));
	struct buf out;

	buf_init(&out, (size_t)64 * 1024);
	migrate_head(&out, w->doc, more);
	buf_printf(&out, "name: %.*s\n", STR_ARG(part->rule));
	add_level(&out, w->doc);
	migrate_edit(m, part->doc->at.line, EDIT_BEFORE,
	    arena_dup(m->arena, buf_str(&out)));
	buf_clear(&out);
	add_indented(w, &out, part);
	migrate_edit(m, part->last, EDIT_AFTER,
	    arena_dup(m->arena, buf_str(&out)));
	buf_fini(&out);
}

static void
add_correlation(const struct near *w, struct buf *out)
{
	struct str timespan =
	    migrate_text(yaml_get(w->doc, "detection"), "timeframe");

	buf_add(out, STR("---\n"));
	migrate_head(out, w->doc, STR(" (correlation)"));
	buf_printf(out,
	    "correlation:\n    type: temporal\n    rules:\n        - %.*s\n",
	    STR_ARG(w->rule));
	for (size_t i = 0; i < w->n; i++)
		buf_printf(out, "        - %.*s\n", STR_ARG(w->parts[i].rule));
	buf_printf(out, "    timespan: %.*s\n",
	    STR_ARG(timespan.n > 0 ? timespan : STR("1d")));
	if (w->absent) {
		buf_printf(out, "    condition: %.*s", STR_ARG(w->rule));
		for (size_t i = 0; i < w->n; i++)
			buf_printf(out, " and %s%.*s",
			    w->parts[i].absent ? "not " : "",
			    STR_ARG(w->parts[i].rule));
		buf_add_char(out, '\n');
	}
	add_level(out, w->doc);
}

static void
write_changes(struct near *w, const struct yaml *condition)
{
	struct migration *m = w->m;
	const struct yaml *action = yaml_get(w->doc, "action");
	uint32_t end = migrate_last_line(m, w->doc);
	struct buf out;

	buf_init(&out, (size_t)1024 * 1024);
	if (migrate_text(w->doc, "name").n == 0)
		migrate_edit(m, w->doc->at.line, EDIT_BEFORE,
		    arena_printf(m->arena, "name: %.*s\n", STR_ARG(w->rule)));
	if (action != NULL)
		migrate_edit(m, action->at.line, EDIT_DROP, STR(""));
	migrate_condition(m, condition);
	for (size_t i = 0; i < w->n; i++) {
		const struct part *part = &w->parts[i];
		uint32_t last = migrate_last_line(m, part->doc);

		end = last > end ? last : end;
		if (part->doc != w->doc) {
			complete_rule(w, part);
			continue;
		}
		for (uint32_t k = part->first; k <= part->last; k++)
			migrate_edit(m, k, EDIT_DROP, STR(""));
		add_rule(w, &out, part);
	}
	add_correlation(w, &out);
	migrate_edit(m, end, EDIT_AFTER, arena_dup(m->arena, buf_str(&out)));
	buf_fini(&out);
}

static bool
refuse(struct near *w, const struct yaml *condition, struct str near,
    const char *why)
{
	err_warn(w->m->err, condition->at, "not_rewritten",
	    "'near %.*s' has no plain counterpart: %s",
	    STR_ARG(str_trim(near)), why);
	err_hint(w->m->err, "write a temporal correlation by hand");
	return false;
}

bool
migrate_near(struct migration *m, const struct yaml *doc,
    const struct yaml *condition, struct str near)
{
	struct near w = {.m = m, .doc = doc};

	if (!read_parts(&w, near))
		return refuse(&w, condition, near,
		    "only names, 'and' and 'not' can be carried over");
	w.rule = migrate_text(doc, "name");
	if (w.rule.n == 0)
		w.rule = migrate_slug(m->arena, migrate_text(doc, "title"));
	for (size_t i = 0; i < w.n; i++) {
		struct part *part = &w.parts[i];

		if (!find_selection(&w, part) || !stands_alone(&w, part))
			return refuse(&w, condition, near,
			    "one of the selections is not there, or not on "
			    "lines of its own");
		part->rule = arena_printf(m->arena, "%.*s_%.*s",
		    STR_ARG(w.rule),
		    STR_ARG(migrate_slug(m->arena, part->name)));
	}
	if (migrate_text(yaml_get(doc, "detection"), "timeframe").n == 0)
		err_warn(m->err, condition->at, "guessed_timespan",
		    "there is no timeframe, one day is taken");
	err_warn(m->err, condition->at, "near_without_group",
	    "'near' does not say of what: all events of a member are one "
	    "group");
	err_hint(m->err, "add 'group-by' with the host or the user");
	write_changes(&w, condition);
	return true;
}
