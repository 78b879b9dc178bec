/*
 * Random rules on random events: the compiled and indexed way and the plain
 * reading of the tree must agree. DETECT_PAIRS sets how many pairs of rule
 * and event are tried, DETECT_SEED where to begin.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/detect/detect.h"
#include "engine/detect/explain.h"
#include "tests/unit/detect_reference.h"

#include <inttypes.h>
#include <stdio.h>

#define RULES  150
#define EVENTS 60
/* Every so many rules are taken apart. */
#define EXPLAIN_STEP 15

static uint64_t state;

static uint64_t
draw(uint64_t below)
{
	state += 0x9e3779b97f4a7c15u;
	uint64_t z = state;
	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
	z = (z ^ z >> 27) * 0x94d049bb133111ebu;
	return (z ^ z >> 31) % below;
}

static bool
chance(uint64_t percent)
{
	return draw(100) < percent;
}

/* Words that share beginnings, ends and middles; other scripts, signs whose
 * folding changes their length, broken UTF-8. */
static const struct str words[] = {
    STR_INIT("a"), STR_INIT("B"), STR_INIT("ab"), STR_INIT("abc"),
    STR_INIT("abcd"), STR_INIT("BCDE"), STR_INIT("cdef"),
    STR_INIT("powershell.exe"), STR_INIT("\\cmd.exe"), STR_INIT(".exe"),
    STR_INIT("xyzw"), STR_INIT(" -enc "), STR_INIT("-e"), STR_INIT("é"),
    STR_INIT("É"), STR_INIT("Ⱥ"), STR_INIT("ⱥ"), STR_INIT("\u212a"),
    STR_INIT("k"), STR_INIT("ſs"), STR_INIT("ПАРОЛЬ"), STR_INIT("пароль"),
    STR_INIT("\xff"), STR_INIT("\xe2\x84"), STR_INIT("*"), STR_INIT("?"),
    STR_INIT("10"), STR_INIT("7"), STR_INIT("longer words to compare"),
    STR_INIT("Longer Words"), STR_INIT("\n"), STR_INIT("😀"),
};

static const struct str numbers[] = {
    STR_INIT("0"), STR_INIT("1"), STR_INIT("10"), STR_INIT("7"),
    STR_INIT("-7"), STR_INIT("4688"), STR_INIT("1.5"),
    STR_INIT("9007199254740993"), STR_INIT("9007199254740992"),
    STR_INIT("10.0"), STR_INIT("1e1"), STR_INIT("007"), STR_INIT("-0"),
};

static const struct str others[] = {
    STR_INIT("192.0.2.7"), STR_INIT("192.0.2.200"), STR_INIT("2001:db8::1"),
    STR_INIT("true"), STR_INIT("FALSE"), STR_INIT("TRUE"),
    STR_INIT("2026-11-24T10:59:00Z"), STR_INIT("2026-10-24T23:01:00+02:00"),
    STR_INIT(""),
};

static const char *const fields[] = {"Image", "CommandLine", "EventID",
    "User", "f.dotted", "process.name", "SourceIp", "@timestamp"};

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))
#define PICK(list)  (list)[draw(COUNT(list))]

static struct str
random_text(struct arena *arena, size_t parts)
{
	struct str out = STR("");

	for (size_t i = 0; i < parts; i++) {
		struct str word = PICK(words);

		out = arena_printf(arena, "%.*s%.*s", STR_ARG(out),
		    STR_ARG(word));
	}
	return out;
}

/* Texts of patterns are valid UTF-8, as YAML's are. */
static struct str
random_piece(struct arena *arena)
{
	for (;;) {
		struct str s = random_text(arena, 1 + draw(2));

		if (memchr(s.p, 0xff, s.n) == NULL &&
		    str_find(s, STR("\xe2\x84")) == SIZE_MAX)
			return s;
		if (str_find(s, STR("\u212a")) != SIZE_MAX && s.n == 3)
			return s;
	}
}

static struct pattern
random_pattern(struct arena *arena)
{
	struct pattern p = {.cased = chance(15)};
	size_t n = 1 + draw(3);

	p.pieces = ARENA_ARRAY(arena, 8, struct pattern_piece);
	if (chance(4))
		return p;
	if (chance(60))
		p.pieces[p.n++] = (struct pattern_piece){.kind = PIECE_ANY};
	for (size_t i = 0; i < n; i++) {
		if (i > 0 && chance(70))
			p.pieces[p.n++] = (struct pattern_piece){
			    .kind = chance(50) ? PIECE_ANY : PIECE_ONE};
		if (chance(90))
			p.pieces[p.n++] = (struct pattern_piece){PIECE_TEXT,
			    random_piece(arena)};
	}
	if (chance(60))
		p.pieces[p.n++] = (struct pattern_piece){.kind = PIECE_ANY};
	return p;
}

static const char *const regexes[] = {"abc", "ab?c", "(?:a|B)bc", "^a.*d$",
    "b{2,}", "(cmd|powershell)\\.exe", "[a-c]d", "\\bk\\b", "(?i)ABCD",
    "x(yz)?w", "(abcd|xyzw)+", "a.c", "^..$", "\\d+", "(?i)\xc3\xa9", "",
    "e{0}xe", "lon(?!x)ger", "(?i:long)er", "ab|", "\\x61bc", "[.]exe"};

static struct sigma_test *
random_test(struct arena *arena)
{
	struct sigma_test *t = ARENA_NEW(arena, struct sigma_test);
	struct str text;

	if (chance(88))
		t->field = str_from(PICK(fields));
	t->kind = (enum sigma_test_kind)draw(TEST_TIMEPART + 1);
	if (chance(60))
		t->kind = TEST_PATTERN;
	t->yes = chance(50);
	t->cased = chance(30);
	t->affix = (enum fieldref_affix)draw(4);
	t->other = str_from(PICK(fields));
	t->pattern = random_pattern(arena);
	t->number = (double)draw(30);
	t->part = chance(50) ? PART_HOUR : chance(50) ? PART_DAY : PART_MINUTE;
	if (t->kind == TEST_NUMBER) {
		text = PICK(numbers);
		t->pattern = (struct pattern){.n = 1};
		t->pattern.pieces = ARENA_NEW(arena, struct pattern_piece);
		t->pattern.pieces[0] = (struct pattern_piece){PIECE_TEXT, text};
		assert_true(str_to_double(text, &t->number));
	}
	if (t->kind == TEST_CIDR)
		assert_true(ip_net_parse(chance(50) ? STR("192.0.2.0/25")
						    : STR("2001:db8::/32"),
		    true, &t->net));
	t->regex = str_from(PICK(regexes));
	t->regex_i = chance(30);
	t->regex_s = chance(30);
	t->regex_m = chance(30);
	return t;
}

static struct sigma_node *
random_node(struct arena *arena, unsigned depth)
{
	struct sigma_node *node = ARENA_NEW(arena, struct sigma_node);
	size_t many = chance(6) ? 30 : chance(30) ? 6 : 3;
	struct str same = STR_NONE;

	if (depth == 0 || chance(35)) {
		node->op = SIGMA_TEST;
		node->test = random_test(arena);
		return node;
	}
	if (chance(15)) {
		node->op = SIGMA_NOT;
		node->n = 1;
	} else {
		node->op = chance(55) ? SIGMA_AND : SIGMA_OR;
		node->n = draw(many + 1);
	}
	/* Value lists: many patterns on one field. */
	if (node->n > 2 && chance(60))
		same = chance(85) ? str_from(PICK(fields)) : STR("");
	node->nodes = ARENA_ARRAY(arena, node->n + 1, struct sigma_node *);
	for (size_t i = 0; i < node->n; i++) {
		node->nodes[i] = random_node(arena,
		    same.p != NULL ? 0 : depth - 1);
		if (same.p != NULL) {
			struct sigma_test *t = random_test(arena);

			t->field = same;
			node->nodes[i]->test = t;
		}
	}
	return node;
}

static struct str
random_value(struct arena *arena, enum value_kind *kind)
{
	uint64_t which = draw(10);

	*kind = VALUE_TEXT;
	if (which < 2) {
		*kind = chance(70) ? VALUE_NUMBER : VALUE_TEXT;
		return PICK(numbers);
	}
	if (which == 2)
		return PICK(others);
	if (which == 3 && chance(40)) {
		*kind = VALUE_NULL;
		return STR_NONE;
	}
	return random_text(arena, draw(5));
}

static void
random_event(struct event *ev)
{
	struct arena *arena = ev->scratch;
	size_t n = draw(12);

	event_reset(ev);
	if (chance(60))
		ev->message = random_text(arena, 1 + draw(8));
	ev->source = (struct logsource){(uint16_t)draw(3), (uint16_t)draw(3),
	    (uint16_t)draw(2)};
	for (size_t i = 0; i < n; i++) {
		enum value_kind kind;
		struct str text = random_value(arena, &kind);
		struct str name = str_from(PICK(fields));

		/* A value cut out of the message. */
		if (ev->message.n > 0 && chance(20)) {
			size_t from = draw(ev->message.n);

			kind = VALUE_TEXT;
			text = str_make(ev->message.p + from,
			    draw(ev->message.n - from + 1));
		}
		if (chance(10))
			name = STR("nobody knows this");
		if (chance(20) && field_find(ev->table, name) != FIELD_NONE)
			event_put(ev, field_find(ev->table, name), text, kind);
		else
			event_append_name(ev, name, text, kind);
		if (chance(3))
			event_unset(ev, field_find(ev->table, name));
	}
}

/* The rule, each test with what the reference says of it. */
static void
show(const struct sigma_node *node, const struct event *ev)
{
	static const char *const names[] = {"AND", "OR", "NOT"};

	if (node->op != SIGMA_TEST) {
		print_error("%s(", names[node->op]);
		for (size_t i = 0; i < node->n; i++)
			show(node->nodes[i], ev);
		print_error(") ");
		return;
	}
	print_error("%.*s:%d:%d:%s:%g[", STR_ARG(node->test->field),
	    (int)node->test->kind, reference_test(ev, node->test),
	    node->test->kind == TEST_REGEX ? node->test->regex.p : "",
	    node->test->number);
	for (size_t i = 0; i < node->test->pattern.n; i++) {
		const struct pattern_piece *p = &node->test->pattern.pieces[i];

		print_error("%s%.*s", p->kind == PIECE_ANY   ? "*"
				      : p->kind == PIECE_ONE ? "?" : "|",
		    p->kind == PIECE_TEXT ? (int)p->text.n : 0,
		    p->kind == PIECE_TEXT ? p->text.p : "");
	}
	print_error("]%s ", node->test->pattern.cased ? "c" : "");
}

static void
complain(const struct event *ev, uint64_t seed, uint32_t rule, bool expect)
{
	struct buf text;

	buf_init(&text, SIZE_MAX);
	event_format(ev, &text);
	print_error("seed %" PRIu64 " rule %u: expected %s on %.*s, message "
	    "'%.*s'\n", seed, rule, expect ? "a match" : "none",
	    STR_ARG(buf_str(&text)), STR_ARG(ev->message));
	buf_fini(&text);
}

/* Each part of the tree by itself; returns the number of differences. */
static size_t
compare_parts(const struct explain_node *node, const struct event *ev)
{
	size_t wrong = node->held != reference_node(ev, node->from);

	for (size_t i = 0; i < node->n; i++)
		wrong += compare_parts(&node->nodes[i], ev);
	return wrong;
}

/* A rule taken apart has to mean the same, part by part. */
static void
explain_some(const struct ruleset *set, const struct sigma_collection *sigma,
    struct field_table *table, struct detector *d, struct event *ev)
{
	struct buf text;

	buf_init(&text, SIZE_MAX);
	for (uint32_t r = 0; r < RULES; r += EXPLAIN_STEP) {
		struct explain *x = explain_new(set, sigma, r, table, NULL);

		assert_non_null(x);
		for (size_t i = 0; i < 5; i++) {
			struct json j = json_to(&text);

			random_event(ev);
			assert_true(explain_run(x, ev) ==
			    detect_rule(d, ev, r));
			assert_int_equal(compare_parts(&x->root, ev), 0);
			explain_print_text(x, &text);
			explain_print_json(x, &j);
			buf_clear(&text);
		}
		explain_print_rule(x, &text);
		explain_free(x);
	}
	buf_fini(&text);
}

static size_t
one_round(uint64_t seed)
{
	struct arena *arena = arena_new(0);
	struct field_table *table = field_table_new(arena);
	struct sigma_rule *rules = ARENA_ARRAY(arena, RULES,
	    struct sigma_rule);
	struct sigma_collection sigma = {.rules = rules, .n_rules = RULES};
	struct ruleset *set;
	struct detector *d;
	struct event *ev;
	struct err err;
	size_t wrong = 0;

	state = seed;
	err_init(&err, arena);
	for (size_t i = 0; i < RULES; i++) {
		struct sigma_detection *detection =
		    ARENA_NEW(arena, struct sigma_detection);

		detection->root = random_node(arena, 1 + (unsigned)draw(4));
		rules[i].detection = detection;
		rules[i].source = (struct logsource){(uint16_t)draw(3),
		    (uint16_t)draw(3), (uint16_t)draw(2)};
	}
	for (size_t i = 0; i < COUNT(fields); i++)
		field_intern(table, str_from(fields[i]));
	set = ruleset_compile(arena, table, NULL, &sigma, &err);
	assert_int_equal(err.errors, 0);
	d = detector_new(set);
	ev = event_alloc(table);
	for (size_t i = 0; i < EVENTS && wrong == 0; i++) {
		const uint32_t *matches;
		size_t n, at = 0;

		random_event(ev);
		n = detect(d, ev, &matches);
		for (uint32_t r = 0; r < RULES; r++) {
			bool expect = logsource_may_match(rules[r].source,
					  ev->source) &&
			    reference_node(ev, rules[r].detection->root);
			bool got = at < n && matches[at] == r;

			at += got;
			if (got != expect) {
				complain(ev, seed, r, expect);
				show(rules[r].detection->root, ev);
				wrong++;
			}
		}
		assert_true(wrong > 0 || at == n);
		for (uint32_t r = 0; r < RULES; r += 7) {
			bool expect = logsource_may_match(rules[r].source,
					  ev->source) &&
			    reference_node(ev, rules[r].detection->root);

			assert_true(wrong > 0 ||
			    detect_rule(d, ev, r) == expect);
		}
	}
	explain_some(set, &sigma, table, d, ev);
	event_release(ev);
	detector_free(d);
	ruleset_free(set);
	arena_free(arena);
	return wrong;
}

static void
test_random(void **unused)
{
	const char *pairs = getenv("DETECT_PAIRS");
	const char *seed = getenv("DETECT_SEED");
	uint64_t n = 200000, from = 1, done = 0;

	(void)unused;
	if (pairs != NULL)
		assert_true(str_to_u64(str_from(pairs), &n));
	if (seed != NULL)
		assert_true(str_to_u64(str_from(seed), &from));
	for (; done < n; done += RULES * EVENTS)
		assert_int_equal(one_round(from++), 0);
	print_message("%" PRIu64 " pairs of rule and event\n", done);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_random),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
