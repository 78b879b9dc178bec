/*
 * State hashes: everything that windows of a spec depend on is written into
 * one buffer in a fixed form, and hashed. Names stand for fields and rules,
 * not slots and indices, which another generation numbers otherwise.
 */
#include "engine/correlate/spec.h"

#include "engine/correlate/wire.h"

static void
add_double(struct buf *out, double d)
{
	uint64_t bits;

	memcpy(&bits, &d, sizeof(bits));
	wire_add_fixed(out, bits);
}

static void
add_pattern(struct buf *out, const struct pattern *p)
{
	wire_add_u64(out, p->cased);
	wire_add_u64(out, p->n);
	for (size_t i = 0; i < p->n; i++) {
		wire_add_u64(out, p->pieces[i].kind);
		if (p->pieces[i].kind == PIECE_TEXT)
			wire_add_str(out, p->pieces[i].text);
	}
}

static void
add_test(struct buf *out, const struct sigma_test *t)
{
	wire_add_u64(out, t->kind);
	wire_add_str(out, t->field);
	add_pattern(out, &t->pattern);
	add_double(out, t->number);
	wire_add_u64(out, t->yes);
	wire_add_str(out, t->regex);
	wire_add_u64(out,
	    (uint64_t)t->regex_i | (uint64_t)t->regex_m << 1 |
		(uint64_t)t->regex_s << 2 | (uint64_t)t->cased << 3);
	buf_add(out, str_make((const char *)t->net.ip.b, sizeof(t->net.ip.b)));
	wire_add_u64(out, t->net.bits);
	wire_add_str(out, t->other);
	wire_add_u64(out, t->affix);
	wire_add_u64(out, t->part);
}

static void
add_node(struct buf *out, const struct sigma_node *node)
{
	wire_add_u64(out, node->op);
	if (node->op == SIGMA_TEST) {
		add_test(out, node->test);
		return;
	}
	wire_add_u64(out, node->n);
	for (size_t i = 0; i < node->n; i++)
		add_node(out, node->nodes[i]);
}

/* Whose rule it is: two rules that test the same have windows of their own. */
static void
add_identity(struct buf *out, const struct sigma_meta *meta)
{
	wire_add_str(out, meta->id);
	if (meta->id.n == 0) {
		wire_add_str(out, meta->name);
		wire_add_str(out, meta->title);
	}
}

static void
add_rule(struct buf *out, const struct sigma_rule *rule,
    const struct word_table *words)
{
	add_identity(out, &rule->meta);
	if (words != NULL) {
		wire_add_str(out, word_text(words, rule->source.product));
		wire_add_str(out, word_text(words, rule->source.category));
		wire_add_str(out, word_text(words, rule->source.service));
	}
	if (rule->detection != NULL && rule->detection->root != NULL)
		add_node(out, rule->detection->root);
}

static void
add_expr(struct buf *out, const struct correlation_expr *expr)
{
	wire_add_u64(out, expr->op);
	if (expr->op == EXPR_REF) {
		wire_add_u64(out, expr->ref);
		return;
	}
	add_expr(out, expr->a);
	if (expr->op != EXPR_NOT)
		add_expr(out, expr->b);
}

static void
add_bounds(struct buf *out, const struct correlation_bounds *b)
{
	const struct {
		bool has;
		double x;
	} rows[] = {
	    {b->has_gt,  b->gt },
	    {b->has_gte, b->gte},
	    {b->has_lt,  b->lt },
	    {b->has_lte, b->lte},
	    {b->has_eq,  b->eq },
	    {b->has_neq, b->neq},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		wire_add_u64(out, rows[i].has);
		if (rows[i].has)
			add_double(out, rows[i].x);
	}
}

static void
add_ref(struct buf *out, const struct specs *specs, const struct spec *spec,
    const struct spec_ref *ref, const struct sigma_collection *sigma,
    const struct word_table *words)
{
	wire_add_u64(out, ref->is_correlation);
	if (!ref->is_correlation)
		add_rule(out, &sigma->rules[ref->index], words);
	else if (specs->by_correlation[ref->index] != NULL)
		wire_add_fixed(out, specs->by_correlation[ref->index]->hash);
	for (size_t i = 0; i < spec->n_group; i++)
		wire_add_str(out, ref->group_name[i]);
	for (size_t i = 0; i < spec->n_values; i++)
		wire_add_str(out, ref->value_name[i]);
}

uint64_t
spec_state_hash(const struct specs *specs, const struct spec *spec,
    const struct sigma_collection *sigma, const struct sigma_rule *rule,
    const struct sigma_correlation *correlation, const struct word_table *words)
{
	struct hash128 hash;
	struct buf out;

	buf_init(&out, SIZE_MAX);
	buf_add(&out, STR("vigie state 1"));
	wire_add_u64(&out, spec->hidden);
	wire_add_u64(&out, spec->sector);
	wire_add_u64(&out, spec->measure);
	wire_add_u64(&out, spec->mode);
	wire_add_i64(&out, spec->span);
	add_double(&out, spec->percentile);
	if (spec->measure == MEASURE_NEW)
		wire_add_i64(&out, spec->learn);
	add_bounds(&out, &spec->bounds);
	wire_add_u64(&out, spec->expr != NULL);
	if (spec->expr != NULL)
		add_expr(&out, spec->expr);
	for (size_t i = 0; i < spec->n_group; i++)
		wire_add_str(&out, spec->group_names[i]);
	for (size_t i = 0; i < spec->n_entity; i++)
		wire_add_str(&out, spec->entity_names[i]);
	if (correlation != NULL)
		add_identity(&out, &correlation->meta);
	else
		add_rule(&out, rule, words);
	for (size_t i = 0; i < spec->n_refs; i++)
		add_ref(&out, specs, spec, &spec->refs[i], sigma, words);
	hash = hash_stable(buf_str(&out));
	buf_fini(&out);
	return hash.hi;
}
