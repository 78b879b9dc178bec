#include "engine/sigma/migrate.h"

#include "engine/base/yaml.h"

/* `count(field) by a, b > 5`, in pieces. */
struct aggregation {
	const char *type;
	struct str field; /* empty: none */
	struct str by;    /* "a, b", or empty */
	const char *op;
	struct str number;
};

/* One old document and what becomes of its lines. */
struct change {
	const struct yaml *doc;
	const struct yaml *condition, *timeframe;
	struct aggregation what;
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

static struct str
text_of(const struct yaml *doc, const char *key)
{
	const struct yaml *node = yaml_get(doc, key);

	return node != NULL && node->kind == YAML_SCALAR ? node->text : STR("");
}

/* What `rules:` of the correlation says, and so what the rule is called. */
static struct str
reference(struct arena *arena, const struct yaml *doc, bool *made)
{
	struct str title = text_of(doc, "title");
	char *p;

	*made = false;
	if (text_of(doc, "name").n > 0)
		return text_of(doc, "name");
	if (text_of(doc, "id").n > 0)
		return text_of(doc, "id");
	*made = true;
	p = arena_text(arena, title.n + 1);
	for (size_t i = 0; i < title.n; i++)
		p[i] = char_is_alnum(title.p[i]) ? char_lower(title.p[i]) : '_';
	return title.n > 0 ? str_make(p, title.n) : STR("part");
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
add_correlation(struct arena *arena, struct buf *out, const struct change *c)
{
	const struct aggregation *a = &c->what;
	struct str level = text_of(c->doc, "level");
	struct str status = text_of(c->doc, "status");
	struct str timespan = STR("1d"), title = text_of(c->doc, "title");
	bool made;

	if (c->timeframe != NULL && c->timeframe->kind == YAML_SCALAR)
		timespan = c->timeframe->text;
	buf_add(out, STR("---\ntitle: '"));
	for (size_t i = 0; i < title.n; i++) {
		buf_add_char(out, title.p[i]);
		if (title.p[i] == '\'')
			buf_add_char(out, '\'');
	}
	buf_printf(out, " (correlation)'\n");
	if (status.n > 0)
		buf_printf(out, "status: %.*s\n", STR_ARG(status));
	buf_printf(out,
	    "correlation:\n    type: %s\n    rules:\n        - %.*s\n", a->type,
	    STR_ARG(reference(arena, c->doc, &made)));
	if (a->by.n > 0)
		buf_add(out, STR("    group-by:\n"));
	add_list(out, a->by);
	buf_printf(
	    out, "    timespan: %.*s\n    condition:\n", STR_ARG(timespan));
	if (a->field.n > 0)
		buf_printf(out, "        field: %.*s\n", STR_ARG(a->field));
	buf_printf(out, "        %s: %.*s\n", a->op, STR_ARG(a->number));
	if (level.n > 0)
		buf_printf(out, "level: %.*s\n", STR_ARG(level));
}

/* The condition's line without what is behind the pipe. */
static void
add_condition(struct buf *out, struct str line, const struct yaml *condition)
{
	struct str head = str_first(line, str_find_char(line, '|'));
	char quote = line.n >= condition->at.column
	                 ? line.p[condition->at.column - 1]
	                 : ' ';

	while (head.n > 0 && char_is_blank(head.p[head.n - 1]))
		head.n--;
	buf_add(out, head);
	if (!condition->plain && (quote == '\'' || quote == '"'))
		buf_add_char(out, quote);
	buf_add_char(out, '\n');
}

static void
rewrite(struct arena *arena, struct str text, const struct change *changes,
    size_t n, struct buf *out)
{
	const struct change *c = changes, *end = changes + n;
	const struct change *open = NULL; /* its correlation is still to come */
	struct str line, name;
	uint32_t number = 0;
	bool made;

	while (str_next_line(&text, &line)) {
		number++;
		if (open != NULL && str_has_prefix(line, STR("---"))) {
			add_correlation(arena, out, open);
			open = NULL;
		}
		if (c < end && number == c->doc->at.line) {
			name = reference(arena, c->doc, &made);
			if (made)
				buf_printf(out, "name: %.*s\n", STR_ARG(name));
		}
		if (c < end && c->timeframe != NULL &&
		    number == c->timeframe->at.line) {
			if (number > c->condition->at.line)
				c++;
			continue;
		}
		if (c < end && number == c->condition->at.line) {
			add_condition(out, line, c->condition);
			open = c;
			if (c->timeframe == NULL ||
			    c->timeframe->at.line < number)
				c++;
			continue;
		}
		buf_add(out, line);
		buf_add_char(out, '\n');
	}
	if (open != NULL)
		add_correlation(arena, out, open);
}

/* Is the document old, and can it be rewritten? */
static bool
find_change(const struct yaml *doc, struct err *err, struct change *out)
{
	const struct yaml *detection = yaml_get(doc, "detection");
	const struct yaml *condition = yaml_get(detection, "condition");
	size_t pipe;

	if (condition == NULL || condition->kind != YAML_SCALAR)
		return false;
	pipe = str_find_char(condition->text, '|');
	if (pipe == SIZE_MAX)
		return false;
	*out = (struct change){.doc = doc, .condition = condition};
	out->timeframe = yaml_get(detection, "timeframe");
	if (!read_aggregation(
	        str_skip(condition->text, pipe + 1), &out->what)) {
		err_warn(err, condition->at, "not_rewritten",
		    "'%.*s' has no plain counterpart",
		    STR_ARG(str_trim(str_skip(condition->text, pipe + 1))));
		err_hint(err, "write a temporal correlation by hand");
		return false;
	}
	if (out->timeframe == NULL)
		err_warn(err, condition->at, "guessed_timespan",
		    "there is no timeframe, one day is taken");
	return true;
}

bool
sigma_migrate(struct arena *arena, const struct text_file *file,
    struct buf *out, struct err *err)
{
	struct change *changes;
	struct yaml **docs;
	size_t n_docs, n = 0;
	struct err quiet;

	err_init(&quiet, arena);
	yaml_parse(arena, file->file, file->text, &docs, &n_docs, &quiet);
	changes = ARENA_ARRAY(arena, n_docs, struct change);
	for (size_t i = 0; i < n_docs; i++)
		n += find_change(docs[i], err, &changes[n]);
	if (n > 0)
		rewrite(arena, file->text, changes, n, out);
	return n > 0;
}
