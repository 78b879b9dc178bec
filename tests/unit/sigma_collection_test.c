/*
 * Several documents: correlations, filters, references, actions, muting, and
 * what `vigie:` says. The result as lines of text:
 *   rule NAME [muted] TREE          correlation NAME KIND SPAN ...
 */
#include "tests/unit/sigma_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

struct row {
	const char *name;
	const char *files[3];
	const char *result;
};

static const struct row rows[] = {
#include "tests/unit/sigma_collection.def"
};

static const char *const kinds[] = {"event_count", "value_count", "value_sum",
    "value_avg", "value_median", "value_percentile", "temporal",
    "temporal_ordered"};

static struct str
name_of(const struct sigma_meta *meta)
{
	return meta->name.n > 0 ? meta->name : meta->title;
}

static void
print_words(
    struct buf *out, const char *head, const struct str *words, size_t n)
{
	if (n > 0)
		buf_printf(out, " %s", head);
	for (size_t i = 0; i < n; i++)
		buf_printf(out, " %.*s", STR_ARG(words[i]));
}

static void
print_bounds(struct buf *out, const struct correlation_bounds *b)
{
	if (b->has_gt)
		buf_printf(out, " >%g", b->gt);
	if (b->has_gte)
		buf_printf(out, " >=%g", b->gte);
	if (b->has_lt)
		buf_printf(out, " <%g", b->lt);
	if (b->has_lte)
		buf_printf(out, " <=%g", b->lte);
	if (b->has_eq)
		buf_printf(out, " ==%g", b->eq);
	if (b->has_neq)
		buf_printf(out, " !=%g", b->neq);
}

static void
print_correlation(struct buf *out, const struct sigma_correlation *c)
{
	buf_printf(out, "correlation %.*s%s %s %llds rules",
	    STR_ARG(name_of(&c->meta)), c->muted ? " muted" : "",
	    kinds[c->kind], (long long)(c->timespan / 1000000));
	for (size_t i = 0; i < c->n_refs; i++)
		buf_printf(out, " %s%.*s", c->refs[i].is_correlation ? "*" : "",
		    STR_ARG(c->refs[i].text));
	print_words(out, "group", c->group_by, c->n_group_by);
	print_words(out, "of", c->fields, c->n_fields);
	print_bounds(out, &c->bounds);
	if (c->kind == CORRELATION_VALUE_PERCENTILE)
		buf_printf(out, " p%g", c->percentile);
	if (c->expr != NULL) {
		buf_add_char(out, ' ');
		print_expr(out, c->expr);
	}
	for (size_t i = 0; i < c->n_aliases; i++) {
		buf_printf(out, " alias %.*s=", STR_ARG(c->aliases[i].name));
		for (size_t j = 0; j < c->aliases[i].n; j++)
			buf_printf(out, "%s%u:%.*s", j > 0 ? "," : "",
			    c->aliases[i].fields[j].ref,
			    STR_ARG(c->aliases[i].fields[j].field));
	}
	buf_add(out, c->generate ? STR(" generate\n") : STR("\n"));
}

static void
print_collection(struct buf *out, const struct sigma_collection *c)
{
	for (size_t i = 0; i < c->n_rules; i++) {
		const struct sigma_rule *rule = &c->rules[i];

		assert_int_equal(rule->index, i);
		buf_printf(out, "rule %.*s%s ", STR_ARG(name_of(&rule->meta)),
		    rule->muted ? " muted" : "");
		print_node(out, rule->detection->root);
		buf_add_char(out, '\n');
	}
	for (size_t i = 0; i < c->n_correlations; i++) {
		assert_int_equal(c->correlations[i].index, i);
		print_correlation(out, &c->correlations[i]);
	}
}

static struct sigma_collection *
load(struct arena *arena, const char *const *texts, struct err *err)
{
	static const struct str names[] = {
	    STR_INIT("1.yml"), STR_INIT("2.yml"), STR_INIT("3.yml")};
	struct text_file *files = ARENA_ARRAY(arena, 3, struct text_file);
	size_t n = 0;

	for (; n < 3 && texts[n] != NULL; n++)
		files[n] = (struct text_file){names[n], str_from(texts[n])};
	err_init(err, arena);
	return sigma_load(arena, word_table_new(arena), files, n, NULL, 0, err);
}

static void
collections(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct arena *arena = arena_new(0);
		struct err err;
		struct buf out;

		buf_init(&out, SIZE_MAX);
		print_collection(&out, load(arena, rows[i].files, &err));
		buf_add_char(&out, '\0');
		if (strcmp(out.p, rows[i].result) != 0) {
			print_error("%s\n--- got\n%s--- expected\n%s",
			    rows[i].name, out.p, rows[i].result);
			buf_clear(&out);
			err_print(&err, &out, false);
			print_error("%.*s", STR_ARG(buf_str(&out)));
			fail();
		}
		buf_fini(&out);
		arena_free(arena);
	}
}

#define PLAIN                                                                  \
	"logsource: {product: linux}\ndetection: {s: {A: x}, condition: s}\n"

static void
our_key(void **state)
{
	const char *const texts[] = {
	    "title: a\nlevel: high\n" PLAIN
	    "vigie:\n  rsit: availability:sabotage\n  entity: [host.name]\n"
	    "  scope: sector\n  confidence: 90\n  nis2: true\n  blocked: yes\n"
	    "  floor: ransomware\n  advice: {fr: isolez, en: isolate}\n"
	    "  tests: [x]\n",
	    "title: b\n" PLAIN, NULL};
	struct arena *arena = arena_new(0);
	struct err err;
	struct sigma_collection *c = load(arena, texts, &err);
	const struct sigma_vigie *v = &c->rules[0].meta.vigie;

	(void)state;
	assert_int_equal(c->n_rules, 2);
	assert_true(v->given && v->sector && v->nis2 && v->blocked);
	assert_false(v->rsit_guessed || v->spreading || v->health_data);
	assert_true(str_eq(v->rsit, STR("availability:sabotage")));
	assert_true(str_eq(v->floor, STR("ransomware")));
	assert_true(str_eq(v->advice_fr, STR("isolez")));
	assert_true(str_eq(v->advice_en, STR("isolate")));
	assert_int_equal(v->confidence, 90);
	assert_int_equal(v->n_entity, 1);
	assert_non_null(v->tests);
	v = &c->rules[1].meta.vigie;
	assert_true(!v->given && v->rsit_guessed && !v->sector);
	assert_int_equal(v->n_entity, 3);
	assert_true(str_eq(v->entity[0], STR("source.ip")));
	assert_int_equal(v->confidence, 75);
	assert_null(v->tests);
	arena_free(arena);
}

static void
guessed_rsit(void **state)
{
	static const struct {
		const char *level, *tags, *rsit;
	} guesses[] = {
	    {"high", "[attack.credential-access, attack.t1110.003]",
	        "intrusion-attempts:brute-force"},
	    {"high", "[attack.lateral_movement]",
	        "intrusions:system-compromise"},
	    {"low", "[attack.lateral-movement]",
	        "intrusion-attempts:ids-alert"},
	    {"medium", "[attack.exfiltration]",
	        "information-content-security:data-leak"},
	    {"medium", "[]", "intrusion-attempts:ids-alert"},
	    {"low", "[cve.2026-1]", "other:undetermined"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(guesses) / sizeof(guesses[0]); i++) {
		struct arena *arena = arena_new(0);
		struct str text =
		    arena_printf(arena, "title: a\nlevel: %s\ntags: %s\n" PLAIN,
		        guesses[i].level, guesses[i].tags);
		const char *const texts[] = {text.p, NULL};
		struct err err;
		struct sigma_collection *c = load(arena, texts, &err);

		assert_int_equal(c->n_rules, 1);
		assert_string_equal(
		    c->rules[0].meta.vigie.rsit.p, guesses[i].rsit);
		arena_free(arena);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(collections),
	    cmocka_unit_test(our_key),
	    cmocka_unit_test(guessed_rsit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
