#include "engine/detect/leaf.h"

#include "engine/base/utf8.h"
#include "engine/detect/fold.h"
#include "engine/detect/needle.h"

#include <stdlib.h>

/* Fewer alternatives than this are compared one after the other. */
#define JOIN_MIN 3

/* Guessed nanoseconds of one test; only their order matters. */
static const double costs[] = {
    [TEST_PATTERN] = 6, [TEST_NUMBER] = 6, [TEST_BOOL] = 4,
    [TEST_REGEX] = 400, [TEST_CIDR] = 25, [TEST_LT] = 30, [TEST_LTE] = 30,
    [TEST_GT] = 30, [TEST_GTE] = 30, [TEST_NULL] = 1, [TEST_EXISTS] = 1,
    [TEST_FIELDREF] = 30, [TEST_TIMEPART] = 30,
};

static const double shape_costs[] = {
    [GLOB_EXACT] = 6, [GLOB_PREFIX] = 6, [GLOB_SUFFIX] = 6,
    [GLOB_CONTAINS] = 25, [GLOB_ANY] = 1, [GLOB_GENERAL] = 60,
};

static struct node *
constant(struct tree_maker *maker, bool yes)
{
	struct node *node = ARENA_NEW(maker->scratch, struct node);

	node->op = yes ? NODE_TRUE : NODE_FALSE;
	return node;
}

static field_id
slot(struct tree_maker *maker, const struct sigma_test *t, struct str name)
{
	field_id id = field_intern(maker->fields, name);

	if (id == FIELD_NONE) {
		err_add(maker->err, t->at, "fields",
		    "more than %d different fields; no room for '%.*s'",
		    FIELD_MAX, STR_ARG(name));
		maker->failed = true;
	}
	return id;
}

/*
 * The longest text of a pattern, NULL when it has none. Half characters (of
 * `wide`) do not count: beside other bytes they might fold in another way.
 */
static const struct pattern_piece *
longest_text(const struct glob *g)
{
	const struct pattern_piece *best = NULL;

	for (size_t i = 0; i < g->n; i++) {
		const struct pattern_piece *p = &g->pieces[i];

		if (p->kind == PIECE_TEXT && utf8_is_valid(p->text) &&
		    (best == NULL || p->text.n > best->text.n))
			best = p;
	}
	return best;
}

/*
 * The literal that has to stand in a value for the glob to match: all of it,
 * its beginning, its end, or the longest piece inside. False: none.
 */
static bool
glob_literal(struct arena *arena, const struct glob *g, struct literal *out)
{
	const struct pattern_piece *best = longest_text(g);

	*out = (struct literal){.kind = LITERAL_EXACT};
	if (best == NULL)
		return g->n == 0; /* the empty text */
	out->text = g->cased ? fold_dup(arena, best->text) : best->text;
	out->kind = LITERAL_CONTAINS;
	if (g->shape == GLOB_EXACT)
		out->kind = LITERAL_EXACT;
	else if (best == &g->pieces[0])
		out->kind = LITERAL_PREFIX;
	else if (best == &g->pieces[g->n - 1])
		out->kind = LITERAL_SUFFIX;
	return true;
}

static void
need_field(struct tree_maker *maker, struct node *leaf)
{
	struct need_key *key;

	if (leaf->test->keyword)
		return;
	key = ARENA_NEW(maker->scratch, struct need_key);
	*key = (struct need_key){.field = leaf->test->field, .present = true};
	leaf->keys = key;
	leaf->n_keys = 1;
}

static void
need_glob(struct tree_maker *maker, struct node *leaf, const struct glob *g)
{
	struct need_key *key;
	struct literal literal;

	if (!glob_literal(maker->arena, g, &literal)) {
		need_field(maker, leaf);
		return;
	}
	key = ARENA_NEW(maker->scratch, struct need_key);
	*key = (struct need_key){.field = leaf->test->field,
	    .kind = literal.kind, .text = literal.text};
	/* The longest piece of a keyword has `*` or `?` around. */
	if (leaf->test->keyword)
		key->kind = LITERAL_CONTAINS;
	leaf->keys = key;
	leaf->n_keys = 1;
}

static void
need_words(struct tree_maker *maker, struct node *leaf,
    const struct str *words, size_t n, enum literal_kind kind)
{
	struct need_key *keys = ARENA_ARRAY(maker->scratch, n, struct need_key);

	for (size_t i = 0; i < n; i++)
		keys[i] = (struct need_key){.field = leaf->test->field,
		    .kind = kind, .text = words[i]};
	leaf->keys = keys;
	leaf->n_keys = n;
}

/*
 * A number that is no plain integer (1.0, 1e3) may be written in many ways,
 * so only the field is needed. The index looks up other spellings of plain
 * integers (index.c).
 */
static void
need_number(struct tree_maker *maker, struct node *leaf)
{
	if (number_is_plain(leaf->test->glob.text))
		need_words(maker, leaf, &leaf->test->glob.text, 1,
		    LITERAL_EXACT);
	else
		need_field(maker, leaf);
}

static void
need_regex(struct tree_maker *maker, struct node *leaf, struct str regex)
{
	struct needles needles = regex_needles(maker->arena, regex);

	if (needles.n > 0)
		need_words(maker, leaf, needles.items, needles.n,
		    LITERAL_CONTAINS);
	else
		need_field(maker, leaf);
}

static void
need_bool(struct tree_maker *maker, struct node *leaf)
{
	static const struct str words[2][2] = {
	    {STR_INIT("false"), STR_INIT("0")},
	    {STR_INIT("true"), STR_INIT("1")},
	};

	if (leaf->test->keyword)
		return;
	need_words(maker, leaf, words[leaf->test->yes], 2, LITERAL_EXACT);
}

static void
set_needs(struct tree_maker *maker, struct node *leaf,
    const struct sigma_test *t)
{
	if (leaf->negated) {
		/* `not exists: false` */
		if (t->kind == TEST_EXISTS && !t->yes)
			need_field(maker, leaf);
		return;
	}
	switch (leaf->test->kind) {
	case TEST_PATTERN:
		need_glob(maker, leaf, &leaf->test->glob);
		return;
	case TEST_NUMBER:
		need_number(maker, leaf);
		return;
	case TEST_BOOL:
		need_bool(maker, leaf);
		return;
	case TEST_REGEX:
		need_regex(maker, leaf, t->regex);
		return;
	case TEST_NULL:
		return;
	case TEST_EXISTS:
		if (t->yes)
			need_field(maker, leaf);
		return;
	case TEST_TIMEPART:
		/* The event's own time serves where no value does. */
		if (leaf->test->field != FIELD_TIMESTAMP)
			need_field(maker, leaf);
		return;
	default:
		need_field(maker, leaf);
		return;
	}
}

/* The parts of a test that need more than copying. */
static void
test_fill(struct tree_maker *maker, struct test *test,
    const struct sigma_test *t)
{
	struct number *number;
	struct ip_net *net;
	struct regex *regex;

	switch (t->kind) {
	case TEST_NUMBER:
		number = ARENA_NEW(maker->arena, struct number);
		number_init(number, t->number,
		    t->pattern.n == 0 ? STR_NONE : t->pattern.pieces[0].text);
		test->numbers = number;
		test->n = 1;
		break;
	case TEST_CIDR:
		net = ARENA_NEW(maker->arena, struct ip_net);
		*net = t->net;
		test->nets = net;
		test->n = 1;
		break;
	case TEST_REGEX:
		regex = regex_compile(maker->arena, t, maker->err);
		if (regex == NULL) {
			maker->failed = true;
			break;
		}
		test->regex = regex;
		ARENA_PUSH_ROOM(maker->arena, maker->regexes,
		    maker->n_regexes, maker->cap_regexes);
		regex_set_place(regex, (uint32_t)maker->n_regexes, maker->rule);
		maker->regexes[maker->n_regexes++] = regex;
		break;
	case TEST_FIELDREF:
		test->other = slot(maker, t, t->other);
		break;
	default:
		break;
	}
}

static struct test *
test_make(struct tree_maker *maker, const struct sigma_test *t)
{
	struct test *test = ARENA_NEW(maker->arena, struct test);

	*test = (struct test){
	    .kind = t->kind,
	    .keyword = t->field.n == 0,
	    .number = t->number,
	    .yes = t->yes,
	    .cased = t->cased,
	    .affix = t->affix,
	    .part = t->part,
	};
	if (!test->keyword)
		test->field = slot(maker, t, t->field);
	/* A keyword that is a number is its text, anywhere. */
	if (test->keyword && t->kind == TEST_NUMBER)
		test->kind = TEST_PATTERN;
	if (t->kind == TEST_PATTERN || t->kind == TEST_NUMBER)
		glob_init(&test->glob, maker->arena, &t->pattern,
		    test->keyword);
	test_fill(maker, test, t);
	return test;
}

struct node *
leaf_make(struct tree_maker *maker, const struct sigma_test *t, bool negated)
{
	struct node *leaf = ARENA_NEW(maker->scratch, struct node);
	struct test *test = test_make(maker, t);

	if (maker->failed ||
	    (test->keyword &&
		(t->kind == TEST_NULL || t->kind == TEST_EXISTS)))
		return constant(maker, negated);
	leaf->op = NODE_LEAF;
	leaf->test = test;
	leaf->negated = negated;
	leaf->leaves = 1;
	leaf->cost = test->kind == TEST_PATTERN
		? shape_costs[test->glob.shape] : costs[test->kind];
	if (test->keyword)
		leaf->cost = leaf->cost * 10 + 50;
	leaf->chance = test->kind == TEST_EXISTS || test->kind == TEST_NULL
		? 0.5 : 0.05;
	if (negated)
		leaf->chance = 1 - leaf->chance;
	set_needs(maker, leaf, t);
	return leaf;
}

/* Could this leaf be one of several values of one test? */
static bool
is_joinable(const struct node *node, bool negated)
{
	const struct test *t = node->test;

	if (node->op != NODE_LEAF || node->negated != negated || t->set != NULL)
		return false;
	if (t->kind == TEST_CIDR)
		return !t->keyword;
	if (t->kind == TEST_NUMBER)
		return number_is_plain(t->glob.text);
	if (t->kind != TEST_PATTERN)
		return false;
	return t->glob.n == 0 || longest_text(&t->glob) != NULL;
}

static bool
join_alike(const struct node *a, const struct node *b)
{
	return a->test->kind == b->test->kind &&
	    a->test->field == b->test->field &&
	    a->test->keyword == b->test->keyword;
}

/* The literals of the leaves as one set. */
static const struct literals *
joined_set(struct tree_maker *maker, struct node *const *group, size_t n)
{
	struct literal *items = mem_get_zero(n, sizeof(*items));
	const struct literals *set;

	for (size_t i = 0; i < n; i++) {
		const struct glob *g = &group[i]->test->glob;

		(void)glob_literal(maker->arena, g, &items[i]);
		if (g->cased || g->shape == GLOB_GENERAL)
			items[i].confirm = g;
	}
	set = literals_build(maker->arena, items, n);
	free(items);
	return set;
}

static struct node *
join(struct tree_maker *maker, struct node *const *group, size_t n)
{
	struct node *node = ARENA_NEW(maker->scratch, struct node);
	struct test *test = ARENA_NEW(maker->arena, struct test);
	struct number *numbers = NULL;
	struct ip_net *nets = NULL;
	struct need_key *keys;
	size_t n_keys = 0;

	*node = *group[0];
	*test = *group[0]->test;
	if (test->kind == TEST_NUMBER)
		test->numbers = numbers =
		    ARENA_ARRAY(maker->arena, n, struct number);
	if (test->kind == TEST_CIDR)
		test->nets = nets = ARENA_ARRAY(maker->arena, n, struct ip_net);
	for (size_t i = 0; i < n; i++) {
		if (test->kind == TEST_CIDR)
			nets[i] = group[i]->test->nets[0];
		if (test->kind == TEST_NUMBER)
			numbers[i] = group[i]->test->numbers[0];
		n_keys += group[i]->n_keys;
	}
	test->n = (uint32_t)n;
	if (test->kind != TEST_CIDR)
		test->set = joined_set(maker, group, n);
	node->test = test;
	node->cost = group[0]->cost * 2 + 20;
	node->chance = group[0]->negated ? 0.8 : 0.2;
	keys = ARENA_ARRAY(maker->scratch, n_keys, struct need_key);
	node->keys = n_keys == 0 ? NULL : keys;
	node->n_keys = 0;
	for (size_t i = 0; i < n && n_keys > 0; i++) {
		memcpy(keys + node->n_keys, group[i]->keys,
		    group[i]->n_keys * sizeof(*keys));
		node->n_keys += group[i]->n_keys;
	}
	/* One network needs the field; so do many. */
	if (test->kind == TEST_CIDR && n_keys > 0)
		node->n_keys = 1;
	return node;
}

size_t
leaves_join(struct tree_maker *maker, struct node **nodes, size_t n,
    bool negated)
{
	struct node **group = mem_get(n * sizeof(struct node *));
	bool *taken = mem_get_zero(n, sizeof(bool));
	size_t out = 0;

	for (size_t i = 0; i < n; i++) {
		size_t size = 0;

		if (taken[i])
			continue;
		if (!is_joinable(nodes[i], negated)) {
			nodes[out++] = nodes[i];
			continue;
		}
		for (size_t j = i; j < n; j++) {
			if (!taken[j] && is_joinable(nodes[j], negated) &&
			    join_alike(nodes[i], nodes[j]))
				group[size++] = nodes[j];
		}
		if (size < JOIN_MIN) {
			nodes[out++] = nodes[i];
			continue;
		}
		for (size_t j = i; j < n; j++) {
			if (!taken[j] && is_joinable(nodes[j], negated) &&
			    join_alike(group[0], nodes[j]))
				taken[j] = true;
		}
		nodes[out++] = join(maker, group, size);
	}
	free(group);
	free(taken);
	return out;
}
