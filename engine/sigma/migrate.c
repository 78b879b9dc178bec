#include "engine/sigma/migrate.h"

#include "engine/sigma/migrate_edit.h"


/* `count(field) by a, b > 5`, in pieces. */
struct aggregation {
	const char *type;
	struct str field; /* empty: none */
	struct str by;    /* "a, b", or empty */
	const char *op;
	struct str number;
};

static bool
take_word(struct str *s, struct str word)
{
	*s = str_trim(*s);
	if (!str_has_prefix_nocase(*s, word))
		return false;
	*s = str_skip(*s, word.n);
	return true;
}

static bool
take_function(struct str *s, struct aggregation *out)
{
	static const struct {
		struct str name;
		const char *with, *without; /* a field */
	} functions[] = {
	    {STR_INIT("count("), "value_count", "event_count"},
	    {STR_INIT("sum("),   "value_sum",   NULL         },
	    {STR_INIT("avg("),   "value_avg",   NULL         },
	};

	for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++) {
		size_t end;

		if (!take_word(s, functions[i].name))
			continue;
		end = str_find_char(*s, ')');
		if (end == SIZE_MAX)
			return false;
		out->field = str_trim(str_first(*s, end));
		*s = str_skip(*s, end + 1);
		out->type =
		    out->field.n > 0 ? functions[i].with : functions[i].without;
		return out->type != NULL;
	}
	return false;
}

static bool
take_operator(struct str *s, struct aggregation *out)
{
	static const struct {
		struct str sign;
		const char *op;
	} signs[] = {
	    {STR_INIT(">="), "gte"},
	    {STR_INIT("<="), "lte"},
	    {STR_INIT("=="), "eq" },
	    {STR_INIT(">"),  "gt" },
	    {STR_INIT("<"),  "lt" },
	    {STR_INIT("="),  "eq" },
	};

	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++) {
		if (!take_word(s, signs[i].sign))
			continue;
		out->op = signs[i].op;
		return true;
	}
	return false;
}

static bool
read_aggregation(struct str s, struct aggregation *out)
{
	size_t end = 0;
	double number;

	*out = (struct aggregation){0};
	if (!take_function(&s, out))
		return false;
	if (take_word(&s, STR("by "))) {
		while (end < s.n && memchr("<>=", s.p[end], 3) == NULL)
			end++;
		out->by = str_trim(str_first(s, end));
		s = str_skip(s, end);
	}
	if (!take_operator(&s, out))
		return false;
	out->number = str_trim(s);
	return str_to_double(out->number, &number);
}

/* --- editing by lines ------------------------------------------------------- */

void
migrate_edit(struct migration *m, uint32_t line, enum edit_kind kind,
    struct str text)
{
	ARENA_PUSH_ROOM(m->arena, m->edits, m->n_edits, m->cap_edits);
	m->edits[m->n_edits++] = (struct edit){line, kind, text};
}

uint32_t
migrate_last_line(const struct migration *m, const struct yaml *doc)
{
	size_t i = doc->at.line;

	while (i < m->n_lines && !str_has_prefix(m->lines[i], STR("---")))
		i++;
	return (uint32_t)i;
}

/* Bytes of the line break that s begins with, as YAML 1.1 (4.1.4) has them and
 * libyaml counts them: LF, CR LF, CR, NEL, LS, PS; 0: none. */
static size_t
break_length(struct str s)
{
	static const struct str breaks[] = {STR_INIT("\r\n"), STR_INIT("\n"),
	    STR_INIT("\r"), STR_INIT("\xc2\x85"), STR_INIT("\xe2\x80\xa8"),
	    STR_INIT("\xe2\x80\xa9")};

	for (size_t i = 0; i < sizeof(breaks) / sizeof(breaks[0]); i++) {
		if (str_has_prefix(s, breaks[i]))
			return breaks[i].n;
	}
	return 0;
}

static void
split_lines(struct migration *m)
{
	struct str rest = m->text;
	size_t cap = 0;

	while (rest.n > 0) {
		size_t n = 0, end = 0;

		while (n < rest.n && end == 0) {
			end = break_length(str_skip(rest, n));
			n += end == 0;
		}
		ARENA_PUSH_ROOM(m->arena, m->lines, m->n_lines, cap);
		m->lines[m->n_lines++] = str_first(rest, n);
		rest = str_skip(rest, n + end);
	}
}

/* Edits of one line in the order of their kinds; of one kind as they came. */
static void
apply(const struct migration *m, struct buf *out)
{
	for (uint32_t line = 1; line <= m->n_lines; line++) {
		bool written = false;

		for (int kind = EDIT_BEFORE; kind <= EDIT_AFTER; kind++) {
			if (kind == EDIT_AFTER && !written) {
				buf_add(out, m->lines[line - 1]);
				buf_add_char(out, '\n');
			}
			for (size_t i = 0; i < m->n_edits; i++) {
				const struct edit *e = &m->edits[i];

				if (e->line != line || (int)e->kind != kind)
					continue;
				buf_add(out, e->text);
				written |=
				    kind == EDIT_DROP || kind == EDIT_REPLACE;
			}
		}
	}
}

void
migrate_condition(struct migration *m, const struct yaml *condition)
{
	struct str line = m->lines[condition->at.line - 1];
	struct str head = str_first(line, str_find_char(line, '|'));
	char quote = line.n >= condition->at.column
	    ? line.p[condition->at.column - 1]
	    : ' ';
	bool quoted = !condition->plain && (quote == '\'' || quote == '"');

	while (head.n > 0 && char_is_blank(head.p[head.n - 1]))
		head.n--;
	migrate_edit(m, condition->at.line, EDIT_REPLACE,
	    arena_printf(m->arena, "%.*s%.*s\n", STR_ARG(head), quoted,
		&quote));
}

struct str
migrate_text(const struct yaml *doc, const char *key)
{
	const struct yaml *node = yaml_get(doc, key);

	return node != NULL && node->kind == YAML_SCALAR ? node->text : STR("");
}

void
migrate_head(struct buf *out, const struct yaml *doc, struct str more)
{
	struct str title = migrate_text(doc, "title");
	struct str status = migrate_text(doc, "status");

	buf_add(out, STR("title: '"));
	for (size_t i = 0; i < title.n; i++) {
		buf_add_char(out, title.p[i]);
		if (title.p[i] == '\'')
			buf_add_char(out, '\'');
	}
	buf_printf(out, "%.*s'\n", STR_ARG(more));
	if (status.n > 0)
		buf_printf(out, "status: %.*s\n", STR_ARG(status));
}

struct str
migrate_slug(struct arena *arena, struct str title)
{
	char *p = arena_text(arena, title.n + 1);

	for (size_t i = 0; i < title.n; i++)
		p[i] = char_is_alnum(title.p[i]) ? char_lower(title.p[i]) : '_';
	return title.n > 0 ? str_make(p, title.n) : STR("part");
}

/* --- counts and sums ---------------------------------------------------------- */

/* What `rules:` of the correlation says, and so what the rule is called. */
static struct str
reference(struct arena *arena, const struct yaml *doc, bool *made)
{
	*made = false;
	if (migrate_text(doc, "name").n > 0)
		return migrate_text(doc, "name");
	if (migrate_text(doc, "id").n > 0)
		return migrate_text(doc, "id");
	*made = true;
	return migrate_slug(arena, migrate_text(doc, "title"));
}

static void
add_list(struct buf *out, struct str list)
{
	struct str item;
	bool more = list.n > 0;

	while (more) {
		more = str_cut(list, ',', &item, &list);
		item = str_trim(item);
		buf_printf(out, "        - %.*s\n", STR_ARG(item));
	}
}

static void
add_correlation(struct buf *out, const struct yaml *doc, struct str rule,
    const struct aggregation *a)
{
	struct str level = migrate_text(doc, "level");
	struct str timespan =
	    migrate_text(yaml_get(doc, "detection"), "timeframe");

	buf_add(out, STR("---\n"));
	migrate_head(out, doc, STR(" (correlation)"));
	buf_printf(out,
	    "correlation:\n    type: %s\n    rules:\n        - %.*s\n", a->type,
	    STR_ARG(rule));
	if (a->by.n > 0)
		buf_add(out, STR("    group-by:\n"));
	add_list(out, a->by);
	buf_printf(out, "    timespan: %.*s\n    condition:\n",
	    STR_ARG(timespan.n > 0 ? timespan : STR("1d")));
	if (a->field.n > 0)
		buf_printf(out, "        field: %.*s\n", STR_ARG(a->field));
	buf_printf(out, "        %s: %.*s\n", a->op, STR_ARG(a->number));
	if (level.n > 0)
		buf_printf(out, "level: %.*s\n", STR_ARG(level));
}

static bool
migrate_count(struct migration *m, const struct yaml *doc,
    const struct yaml *condition, struct str behind)
{
	struct aggregation what;
	struct str rule;
	struct buf out;
	bool made;

	if (!read_aggregation(behind, &what)) {
		err_warn(m->err, condition->at, "not_rewritten",
		    "'%.*s' has no plain counterpart",
		    STR_ARG(str_trim(behind)));
		err_hint(m->err, "write a correlation by hand");
		return false;
	}
	if (migrate_text(yaml_get(doc, "detection"), "timeframe").n == 0)
		err_warn(m->err, condition->at, "guessed_timespan",
		    "there is no timeframe, one day is taken");
	rule = reference(m->arena, doc, &made);
	if (made)
		migrate_edit(m, doc->at.line, EDIT_BEFORE,
		    arena_printf(m->arena, "name: %.*s\n", STR_ARG(rule)));
	migrate_condition(m, condition);
	buf_init(&out, (size_t)64 * 1024);
	add_correlation(&out, doc, rule, &what);
	migrate_edit(m, migrate_last_line(m, doc), EDIT_AFTER,
	    arena_dup(m->arena, buf_str(&out)));
	buf_fini(&out);
	return true;
}

static bool
migrate_document(struct migration *m, const struct yaml *doc)
{
	const struct yaml *detection = yaml_get(doc, "detection");
	const struct yaml *condition = yaml_get(detection, "condition");
	const struct yaml *timeframe = yaml_get(detection, "timeframe");
	struct str behind;
	size_t pipe;
	bool done;

	if (condition == NULL || condition->kind != YAML_SCALAR)
		return false;
	pipe = str_find_char(condition->text, '|');
	if (pipe == SIZE_MAX)
		return false;
	behind = str_trim(str_skip(condition->text, pipe + 1));
	done = take_word(&behind, STR("near "))
	    ? migrate_near(m, doc, condition, behind)
	    : migrate_count(m, doc, condition, behind);
	if (done && timeframe != NULL)
		migrate_edit(m, timeframe->at.line, EDIT_DROP, STR(""));
	return done;
}

bool
sigma_migrate(struct arena *arena, const struct text_file *file,
    struct buf *out, struct err *err)
{
	struct migration m = {.arena = arena, .err = err, .text = file->text};
	struct err quiet;
	size_t n = 0;

	err_init(&quiet, arena);
	yaml_parse(arena, file->file, file->text, &m.docs, &m.n_docs, &quiet);
	split_lines(&m);
	for (size_t i = 0; i < m.n_docs; i++)
		n += migrate_document(&m, m.docs[i]);
	if (n > 0)
		apply(&m, out);
	return n > 0;
}
