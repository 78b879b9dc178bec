/* Rule sets as a whole: what is compiled and left out, order of matches,
 * log sources, limits, many routes. What single tests mean is checked against
 * the reference in detect_random_test.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "engine/base/stamp.h"
#include "engine/base/stats.h"
#include "engine/detect/detect.h"
#include "engine/detect/index.h"

struct fixture {
	struct arena *arena;
	struct field_table *table;
	struct sigma_rule rules[16];
	struct sigma_collection sigma;
	struct err err;
	struct ruleset *set;
	struct detector *d;
	struct event *ev;
};

static struct fixture *
fixture_new(void)
{
	struct arena *arena = arena_new(0);
	struct fixture *f = ARENA_NEW(arena, struct fixture);

	f->arena = arena;
	f->table = field_table_new(arena);
	f->sigma.rules = f->rules;
	err_init(&f->err, arena);
	return f;
}

static void
fixture_ready(struct fixture *f)
{
	f->set = ruleset_compile(f->arena, f->table, NULL, &f->sigma, &f->err);
	f->d = detector_new(f->set);
	f->ev = event_alloc(f->table);
}

static void
fixture_free(struct fixture *f)
{
	event_release(f->ev);
	detector_free(f->d);
	ruleset_free(f->set);
	arena_free(f->arena);
}

static struct sigma_node *
node_of(struct fixture *f, enum sigma_op op, size_t n,
    struct sigma_node *const *nodes)
{
	struct sigma_node *node = ARENA_NEW(f->arena, struct sigma_node);

	node->op = op;
	node->n = n;
	node->nodes = ARENA_ARRAY(f->arena, n + 1, struct sigma_node *);
	for (size_t i = 0; i < n; i++)
		node->nodes[i] = nodes[i];
	return node;
}

static struct sigma_node *
leaf(struct fixture *f, const struct sigma_test *t)
{
	struct sigma_node *node = node_of(f, SIGMA_TEST, 0, NULL);
	struct sigma_test *own = ARENA_NEW(f->arena, struct sigma_test);

	*own = *t;
	node->test = own;
	return node;
}

/* `field` contains `text` (keywords: an empty field). */
static struct sigma_node *
contains(struct fixture *f, const char *field, const char *text)
{
	struct sigma_test t = {.kind = TEST_PATTERN,
	    .field = str_from(field)};
	struct pattern_piece *p = ARENA_ARRAY(f->arena, 3,
	    struct pattern_piece);

	p[0].kind = p[2].kind = PIECE_ANY;
	p[1].text = str_from(text);
	t.pattern = (struct pattern){.pieces = p, .n = 3};
	return leaf(f, &t);
}

static struct sigma_node *
regex(struct fixture *f, const char *field, const char *text)
{
	return leaf(f, &(struct sigma_test){.kind = TEST_REGEX,
	    .field = str_from(field), .regex = str_from(text)});
}

static void
rule(struct fixture *f, const struct sigma_node *root)
{
	struct sigma_detection *d = ARENA_NEW(f->arena,
	    struct sigma_detection);

	d->root = root;
	f->rules[f->sigma.n_rules++].detection = d;
}

static void
test_order_and_constants(void **unused)
{
	struct fixture *f = fixture_new();
	struct sigma_node *a = contains(f, "User", "root");
	struct sigma_node *not_a = node_of(f, SIGMA_NOT, 1, &a);
	struct sigma_node *both[] = {a, not_a};
	const uint32_t *out;

	(void)unused;
	rule(f, node_of(f, SIGMA_AND, 0, NULL));     /* 0: always */
	rule(f, node_of(f, SIGMA_OR, 0, NULL));	     /* 1: never */
	rule(f, a);				     /* 2 */
	rule(f, not_a);				     /* 3 */
	rule(f, node_of(f, SIGMA_AND, 2, both));     /* 4: never holds */
	rule(f, node_of(f, SIGMA_OR, 2, both));	     /* 5: always holds */
	fixture_ready(f);
	assert_int_equal(f->err.errors, 0);
	assert_int_equal(ruleset_count(f->set), 5);
	event_append_name(f->ev, STR("User"), STR("Root"), VALUE_TEXT);
	assert_int_equal(detect(f->d, f->ev, &out), 3);
	assert_int_equal(out[0], 0);
	assert_int_equal(out[1], 2);
	assert_int_equal(out[2], 5);
	event_reset(f->ev);
	assert_int_equal(detect(f->d, f->ev, &out), 3);
	assert_int_equal(out[1], 3);
	assert_false(detect_rule(f->d, f->ev, 1));
	assert_true(detect_rule(f->d, f->ev, 5));
	assert_false(detect_rule(f->d, f->ev, 99));
	fixture_free(f);
}

static void
test_broken_regex_is_left_out(void **unused)
{
	struct fixture *f = fixture_new();
	const uint32_t *out;

	(void)unused;
	rule(f, regex(f, "User", "a(b"));
	rule(f, regex(f, "User", "a(b)"));
	fixture_ready(f);
	assert_int_equal(f->err.errors, 1);
	assert_true(str_eq(f->err.items[0].code, STR("regex")));
	assert_int_equal(ruleset_count(f->set), 1);
	event_append_name(f->ev, STR("User"), STR("xaby"), VALUE_TEXT);
	assert_int_equal(detect(f->d, f->ev, &out), 1);
	assert_int_equal(out[0], 1);
	fixture_free(f);
}

static void
test_regex_limit_is_counted(void **unused)
{
	struct fixture *f = fixture_new();
	uint64_t before = stats->n[STAT_regex_limit];
	const uint32_t *out;

	(void)unused;
	rule(f, regex(f, "User", "^(\\w+\\s?)*$"));
	fixture_ready(f);
	event_append_name(f->ev, STR("User"),
	    STR("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!"),
	    VALUE_TEXT);
	assert_int_equal(detect(f->d, f->ev, &out), 0);
	assert_int_equal(stats->n[STAT_regex_limit], before + 1);
	fixture_free(f);
}

/* A hundred hits in a minute of receive time, and it rests until the next. */
static void
test_regex_is_suspended(void **unused)
{
	struct fixture *f = fixture_new();
	uint64_t skipped = stats->n[STAT_regex_skipped];
	struct suspension s;
	const uint32_t *out;

	(void)unused;
	rule(f, regex(f, "Other", "x"));
	rule(f, regex(f, "User", "^(\\w+\\s?)*$"));
	fixture_ready(f);
	for (unsigned i = 0; i < 250; i++) {
		event_reset(f->ev);
		f->ev->received = (i < 150 ? 600 : 660) * SECOND;
		event_append_name(f->ev, STR("User"),
		    i == 149 || i == 249 ? STR("aaa")
			: STR("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!"),
		    VALUE_TEXT);
		/* Suspended, it holds of nothing. */
		assert_int_equal(detect(f->d, f->ev, &out), i == 249);
		if (i == 99) {
			assert_true(detector_news(f->d, &s));
			assert_false(s.over);
			assert_int_equal(s.rule, 1);
		}
		if (i == 150) {
			assert_true(detector_news(f->d, &s));
			assert_true(s.over);
			assert_int_equal(s.skipped, 50);
		}
		assert_false(detector_news(f->d, &s));
	}
	assert_int_equal(stats->n[STAT_regex_skipped], skipped + 50);
	fixture_free(f);
}

/* More log sources than routes are kept; none may lose or gain a match. */
static void
test_many_sources(void **unused)
{
	struct fixture *f = fixture_new();
	const uint32_t *out;

	(void)unused;
	for (uint16_t i = 0; i < 8; i++) {
		rule(f, contains(f, i % 2 ? "" : "User", "needle"));
		f->rules[i].source = (struct logsource){
		    .product = (uint16_t)(i / 2 + 1)};
	}
	fixture_ready(f);
	for (uint16_t i = 1; i < 3 * INDEX_MAX_ROUTES; i++) {
		uint16_t product = (uint16_t)(i % 6);

		event_reset(f->ev);
		f->ev->source = (struct logsource){product, i, i};
		event_append_name(f->ev, STR("User"), STR("a NEEDLE b"),
		    VALUE_TEXT);
		assert_int_equal(detect(f->d, f->ev, &out),
		    product == 0 ? 8 : product == 5 ? 0 : 2);
		if (product >= 1 && product <= 4)
			assert_int_equal(out[0], (product - 1) * 2);
	}
	fixture_free(f);
}

static void
test_keywords_look_everywhere(void **unused)
{
	struct fixture *f = fixture_new();
	const uint32_t *out;

	(void)unused;
	rule(f, contains(f, "", "segfault at"));
	fixture_ready(f);
	f->ev->message = STR("prog[7]: SEGFAULT at 0");
	assert_int_equal(detect(f->d, f->ev, &out), 1);
	event_reset(f->ev);
	event_append_name(f->ev, STR("no slot"), STR("a segfault at b"),
	    VALUE_TEXT);
	assert_int_equal(detect(f->d, f->ev, &out), 1);
	event_reset(f->ev);
	event_append_name(f->ev, STR("segfault at"), STR("1"), VALUE_TEXT);
	assert_int_equal(detect(f->d, f->ev, &out), 0);
	fixture_free(f);
}

/* A text longer than the view's own room, and as long as lines get. */
static void
test_long_values(void **unused)
{
	struct fixture *f = fixture_new();
	char *text = mem_get(300000);
	const uint32_t *out;

	(void)unused;
	rule(f, contains(f, "User", "at the end"));
	rule(f, regex(f, "User", "at the e.d"));
	fixture_ready(f);
	memset(text, 'X', 300000);
	memcpy(text + 300000 - 10, "AT THE END", 10);
	event_append_name(f->ev, STR("User"), str_make(text, 300000),
	    VALUE_TEXT);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(detect(f->d, f->ev, &out), 1);
		assert_int_equal(out[0], 0);
	}
	fixture_free(f);
	free(text);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_order_and_constants),
	    cmocka_unit_test(test_broken_regex_is_left_out),
	    cmocka_unit_test(test_regex_limit_is_counted),
	    cmocka_unit_test(test_regex_is_suspended),
	    cmocka_unit_test(test_many_sources),
	    cmocka_unit_test(test_keywords_look_everywhere),
	    cmocka_unit_test(test_long_values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
