#include "engine/detect/explain.h"

/* Of a list of alternatives that failed, so many are shown. */
#define SHOWN_MAX 12
/* So much of a value, bytes, and so many values of a field. */
#define VALUE_MAX  160
#define VALUES_MAX 8

static const char *const op_names[] = {
    [SIGMA_AND] = "all of", [SIGMA_OR] = "any of", [SIGMA_NOT] = "not",
    [SIGMA_TEST] = "test",
};

static const char *const compare_names[] = {
    [TEST_LT] = "<", [TEST_LTE] = "<=", [TEST_GT] = ">", [TEST_GTE] = ">=",
};

static const char *const part_names[] = {
    [PART_MINUTE] = "minute", [PART_HOUR] = "hour", [PART_DAY] = "day",
    [PART_WEEK] = "week", [PART_MONTH] = "month", [PART_YEAR] = "year",
};

static const char *const affix_names[] = {
    [AFFIX_NONE] = "equals the field", [AFFIX_STARTS] = "begins with the field",
    [AFFIX_ENDS] = "ends with the field",
    [AFFIX_CONTAINS] = "contains the field",
};

static const char *const literal_names[] = {
    [LITERAL_EXACT] = "is", [LITERAL_PREFIX] = "begins with",
    [LITERAL_SUFFIX] = "ends with", [LITERAL_CONTAINS] = "contains",
};

/* In quotes, control characters escaped. */
static void
put_text(struct buf *out, struct str s)
{
	buf_add_char(out, '"');
	json_escape(out, str_first(s, VALUE_MAX));
	buf_add_char(out, '"');
	if (s.n > VALUE_MAX)
		buf_printf(out, " and %zu bytes more", s.n - VALUE_MAX);
}

static void
put_pieces(struct buf *out, const struct pattern_piece *pieces, size_t n)
{
	buf_add_char(out, '\'');
	for (size_t i = 0; i < n; i++) {
		if (pieces[i].kind == PIECE_TEXT)
			json_escape(out, pieces[i].text);
		else
			buf_add_char(out,
			    pieces[i].kind == PIECE_ANY ? '*' : '?');
	}
	buf_add_char(out, '\'');
}

static void
put_net(struct buf *out, const struct ip_net *net)
{
	char text[IP_TEXT];

	buf_add(out, ip_format(&net->ip, text));
	buf_printf(out, "/%u", ip_is_v4(&net->ip) ? net->bits - 96u
						   : (unsigned)net->bits);
}

static void
put_regex(struct buf *out, const struct sigma_test *t)
{
	buf_add_char(out, '/');
	json_escape(out, t->regex);
	buf_printf(out, "/%s%s%s", t->regex_i ? "i" : "", t->regex_m ? "m" : "",
	    t->regex_s ? "s" : "");
}

/* `CommandLine: '*whoami*'` */
static void
put_test(struct buf *out, const struct sigma_test *t)
{
	if (t->field.n == 0)
		buf_add(out, STR("anywhere"));
	else
		json_escape(out, t->field);
	buf_add(out, STR(": "));
	switch (t->kind) {
	case TEST_PATTERN:
	case TEST_NUMBER:
		put_pieces(out, t->pattern.pieces, t->pattern.n);
		if (t->pattern.cased)
			buf_add(out, STR(", letter case counts"));
		return;
	case TEST_BOOL:
		buf_printf(out, "%s", t->yes ? "true" : "false");
		return;
	case TEST_REGEX:
		put_regex(out, t);
		return;
	case TEST_CIDR:
		buf_add(out, STR("in "));
		put_net(out, &t->net);
		return;
	case TEST_LT:
	case TEST_LTE:
	case TEST_GT:
	case TEST_GTE:
		buf_printf(out, "%s %g", compare_names[t->kind], t->number);
		return;
	case TEST_NULL:
		buf_add(out, STR("null or absent"));
		return;
	case TEST_EXISTS:
		buf_printf(out, "%s", t->yes ? "is there" : "is absent");
		return;
	case TEST_FIELDREF:
		buf_printf(out, "%s %.*s", affix_names[t->affix],
		    STR_ARG(t->other));
		return;
	case TEST_TIMEPART:
		buf_printf(out, "%s is %g", part_names[t->part], t->number);
		return;
	}
}

static void
put_indent(struct buf *out, unsigned depth)
{
	for (unsigned i = 0; i < depth; i++)
		buf_add(out, STR("  "));
}

/* The values that a test looks at, those that made it hold first said so.
 * Keywords look at everything: only what held is shown. */
static const struct value *
next_value(struct explain *x, const struct explain_node *node,
    const struct value *before, size_t *at, bool *held)
{
	const struct test *test = node->program.n == 1
		? node->program.steps[0].test : NULL;
	const struct value *v;

	if (test == NULL)
		return NULL;
	if (!test->keyword) {
		v = before == NULL ? event_value(x->view.ev, test->field)
				   : event_next(x->view.ev, before);
		*held = v != NULL && v->kind != VALUE_NULL &&
		    test_holds_value(&x->view, test, v);
		return v;
	}
	*held = true;
	while ((v = view_next(&x->view, at)) != NULL) {
		if (test_holds_value(&x->view, test, v))
			return v;
	}
	return NULL;
}

static void
put_values(struct explain *x, const struct explain_node *node,
    struct buf *out)
{
	const struct value *v = NULL;
	size_t at = 0, n = 0;
	bool held;

	while ((v = next_value(x, node, v, &at, &held)) != NULL &&
	    ++n <= VALUES_MAX) {
		buf_add(out, n == 1 ? STR("   <- ") : STR(", "));
		if (v->kind == VALUE_NULL)
			buf_add(out, STR("null"));
		else
			put_text(out, v->text);
	}
	if (v != NULL)
		buf_add(out, STR(", ..."));
	if (n == 0 && !node->held && node->from->test->field.n > 0)
		buf_add(out, STR("   <- absent"));
}

static void print_node(struct explain *x, const struct explain_node *node,
    struct buf *out, unsigned depth, bool ran);

/* Of many alternatives those that held, or the first ones. */
static void
print_children(struct explain *x, const struct explain_node *node,
    struct buf *out, unsigned depth, bool ran)
{
	bool only_held = ran && node->from->op == SIGMA_OR && node->held;
	size_t shown = 0, most = node->from->op == SIGMA_OR && ran
		? SHOWN_MAX : SIZE_MAX;

	for (size_t i = 0; i < node->n; i++) {
		const struct explain_node *one = &node->nodes[i];

		if ((only_held && !one->held) || shown == most)
			continue;
		print_node(x, one, out, depth, ran);
		shown++;
	}
	if (shown == node->n)
		return;
	put_indent(out, depth);
	if (shown < most)
		buf_printf(out, "    %zu others did not hold\n",
		    node->n - shown);
	else
		buf_printf(out, "    %zu others are not shown\n",
		    node->n - shown);
}

static void
print_node(struct explain *x, const struct explain_node *node,
    struct buf *out, unsigned depth, bool ran)
{
	put_indent(out, depth);
	if (ran)
		buf_add(out, node->held ? STR("[x] ") : STR("[ ] "));
	if (node->from->name.n > 0) {
		json_escape(out, node->from->name);
		buf_add(out, STR(": "));
	}
	if (node->from->op == SIGMA_TEST) {
		put_test(out, node->from->test);
		if (ran)
			put_values(x, node, out);
		buf_add_char(out, '\n');
		return;
	}
	buf_printf(out, "%s\n", op_names[node->from->op]);
	print_children(x, node, out, depth + 1, ran);
}

void
explain_print_text(struct explain *x, struct buf *out)
{
	if (!x->source_fits)
		buf_add(out,
		    STR("  the event is from another log source\n"));
	print_node(x, &x->root, out, 1, true);
}

static void
put_source(const struct explain *x, struct buf *out)
{
	const struct logsource *s = &x->rule->source;
	const struct {
		const char *name;
		uint16_t word;
	} parts[] = {{"product", s->product}, {"category", s->category},
	    {"service", s->service}};
	bool any = false;

	buf_add(out, STR("log source:"));
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		struct str word = parts[i].word == 0 || x->words == NULL
			? STR_NONE : word_text(x->words, parts[i].word);

		if (word.n == 0)
			continue;
		buf_printf(out, " %s=%.*s", parts[i].name, STR_ARG(word));
		any = true;
	}
	buf_add(out, any ? STR("\n") : STR(" any\n"));
}

static void
put_field(const struct explain *x, struct buf *out, field_id field)
{
	if (field == FIELD_NONE)
		buf_add(out, STR("anywhere"));
	else
		json_escape(out, field_name(x->fields, field));
}

static void
put_need(const struct explain *x, struct buf *out)
{
	const struct need *need = x->need;

	if (need == NULL || need->never) {
		buf_add(out, STR("index: the rule can never match\n"));
		return;
	}
	if (need->n == 0)
		buf_add(out, STR("index: nothing is necessary; the rule is "
				 "run on every event of its log source\n"));
	for (size_t p = 0; p < need->n; p++) {
		const struct need_part *part = &need->parts[p];

		buf_printf(out, "index: %s%s\n", p == 0 ? "run only when"
				: "and",
		    part->n > 1 ? " one of these is there" : "");
		for (size_t i = 0; i < part->n; i++) {
			const struct need_key *key = &part->keys[i];

			buf_add(out, STR("  "));
			put_field(x, out, key->field);
			if (key->present) {
				buf_add(out, STR(" is there\n"));
				continue;
			}
			buf_printf(out, " %s ", literal_names[key->kind]);
			put_text(out, key->text);
			buf_add_char(out, '\n');
		}
	}
}

static void
put_target(struct buf *out, uint32_t to)
{
	if (to == STEP_MATCH)
		buf_add(out, STR("match"));
	else if (to == STEP_REFUSE)
		buf_add(out, STR("refuse"));
	else
		buf_printf(out, "%u", to);
}

/* A compiled test; several values of a field have become one. */
static void
put_step(const struct explain *x, struct buf *out, const struct test *t)
{
	static const char *const kinds[] = {
	    [TEST_PATTERN] = "text", [TEST_NUMBER] = "number",
	    [TEST_BOOL] = "true or false", [TEST_REGEX] = "regular expression",
	    [TEST_CIDR] = "network", [TEST_LT] = "<", [TEST_LTE] = "<=",
	    [TEST_GT] = ">", [TEST_GTE] = ">=", [TEST_NULL] = "null",
	    [TEST_EXISTS] = "is there", [TEST_FIELDREF] = "other field",
	    [TEST_TIMEPART] = "part of a time",
	};

	put_field(x, out, t->keyword ? FIELD_NONE : t->field);
	buf_add(out, STR(": "));
	if (t->n > 1)
		buf_printf(out, "one of %u (%s)", t->n, kinds[t->kind]);
	else if (t->kind == TEST_PATTERN || t->kind == TEST_NUMBER)
		put_pieces(out, t->glob.pieces, t->glob.n);
	else
		buf_printf(out, "%s", kinds[t->kind]);
}

void
explain_print_rule(struct explain *x, struct buf *out)
{
	const struct sigma_meta *meta = &x->rule->meta;

	buf_add(out, STR("rule: "));
	json_escape(out, meta->title);
	buf_add(out, STR("\n"));
	if (meta->id.n > 0)
		buf_printf(out, "id: %.*s\n", STR_ARG(meta->id));
	put_source(x, out);
	buf_add(out, STR("condition:\n"));
	print_node(x, &x->root, out, 1, false);
	put_need(x, out);
	buf_add(out, STR("program:\n"));
	if (x->program->start >= STEP_REFUSE) {
		buf_add(out, STR("  always: "));
		put_target(out, x->program->start);
		buf_add_char(out, '\n');
	}
	for (uint32_t i = 0; i < x->program->n; i++) {
		const struct step *step = &x->program->steps[i];

		buf_printf(out, "  %2u  ", i);
		put_step(x, out, step->test);
		buf_add(out, STR("  yes: "));
		put_target(out, step->yes);
		buf_add(out, STR("  no: "));
		put_target(out, step->no);
		buf_add_char(out, '\n');
	}
}

static void
json_leaf(struct explain *x, struct json *j, const struct explain_node *node)
{
	const struct value *v = NULL;
	struct buf text;
	size_t at = 0, n = 0;
	bool held;

	buf_init(&text, SIZE_MAX);
	put_test(&text, node->from->test);
	json_pair_str(j, "test", buf_str(&text));
	buf_fini(&text);
	json_key(j, STR("values"));
	json_open_list(j);
	while (n++ < VALUES_MAX &&
	    (v = next_value(x, node, v, &at, &held)) != NULL) {
		json_open(j);
		json_key(j, STR("value"));
		if (v->kind == VALUE_NULL)
			json_nil(j);
		else
			json_str(j, v->text);
		json_pair_bool(j, "held", held);
		json_close(j);
	}
	json_close_list(j);
}

static void
json_node(struct explain *x, struct json *j, const struct explain_node *node)
{
	static const char *const ops[] = {[SIGMA_AND] = "and",
	    [SIGMA_OR] = "or", [SIGMA_NOT] = "not", [SIGMA_TEST] = "test"};

	json_open(j);
	if (node->from->name.n > 0)
		json_pair_str(j, "name", node->from->name);
	json_pair_str(j, "op", str_from(ops[node->from->op]));
	json_pair_bool(j, "held", node->held);
	if (node->from->op == SIGMA_TEST) {
		json_leaf(x, j, node);
	} else {
		json_key(j, STR("nodes"));
		json_open_list(j);
		for (size_t i = 0; i < node->n; i++)
			json_node(x, j, &node->nodes[i]);
		json_close_list(j);
	}
	json_close(j);
}

void
explain_print_json(struct explain *x, struct json *j)
{
	json_node(x, j, &x->root);
}
