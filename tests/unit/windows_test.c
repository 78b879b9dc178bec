/*
 * Windows against the reference that keeps everything: random kinds, random
 * order of arrival within the horizon, repeats, checkpoints in between.
 * WINDOWS_CASES sets the number of random cases, WINDOWS_SEED the first seed.
 */
#include "tests/unit/windows_reference.h"

#include "engine/base/stamp.h"
#include "engine/correlate/correlate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>

/* A test is linked with the library alone. */
#include "tests/unit/windows_fixture.h"
#include "tests/unit/windows_reference.c"

struct arrival {
	struct reference_event e;
	int64_t received;
	unsigned group;
};

struct plan {
	struct arrival a[MAX_EVENTS];
	size_t n;
	unsigned groups;
	bool waits; /* decided by the watermark */
	struct correlation_expr nodes[16];
	size_t n_nodes;
	struct str fields[1];
};

static const struct correlation_expr *
draw_expr(struct plan *p, unsigned refs, unsigned depth)
{
	struct correlation_expr *x = &p->nodes[p->n_nodes++];

	if (depth == 0 || below(3) == 0) {
		*x = (struct correlation_expr){
		    .op = EXPR_REF, .ref = below(refs)};
	} else if (below(4) == 0) {
		x->op = EXPR_NOT;
		x->a = draw_expr(p, refs, depth - 1);
	} else {
		x->op = below(2) ? EXPR_AND : EXPR_OR;
		x->a = draw_expr(p, refs, depth - 1);
		x->b = draw_expr(p, refs, depth - 1);
	}
	return x;
}

static void
expr_find(const struct correlation_expr *x, bool negated, bool *positive,
    bool *negative)
{
	if (x->op == EXPR_REF) {
		*(negated ? negative : positive) = true;
		return;
	}
	expr_find(x->a, negated ^ (x->op == EXPR_NOT), positive, negative);
	if (x->op != EXPR_NOT)
		expr_find(x->b, negated, positive, negative);
}

static void
draw_bounds(struct correlation_bounds *b, unsigned max, bool any)
{
	double x = below(max), y = x + below(4);

	switch (any ? below(8) : below(2)) {
	case 0:
		*b = (struct correlation_bounds){.has_gte = true, .gte = x + 1};
		break;
	case 1:
		*b = (struct correlation_bounds){.has_gt = true, .gt = x};
		break;
	case 2:
		*b = (struct correlation_bounds){.has_lt = true, .lt = x + 2};
		break;
	case 3:
		*b = (struct correlation_bounds){.has_lte = true, .lte = x + 1};
		break;
	case 4:
		*b = (struct correlation_bounds){.has_eq = true, .eq = x + 1};
		break;
	case 5:
		*b = (struct correlation_bounds){.has_neq = true, .neq = x + 1};
		break;
	case 6:
		*b = (struct correlation_bounds){
		    .has_gte = true, .gte = x, .has_lte = true, .lte = y};
		break;
	default:
		*b = (struct correlation_bounds){
		    .has_gt = true, .gt = x, .has_lt = true, .lt = y + 2};
		break;
	}
}

static void
draw_correlation(struct fixture *f, struct plan *p)
{
	static const int64_t spans[] = {
	    SECOND, 10 * SECOND, MINUTE, 5 * MINUTE, HOUR};
	struct sigma_correlation *c = &f->correlation;
	bool positive = false, negative = false;
	const struct correlation_bounds *b = &c->bounds;

	c->kind = (enum correlation_kind)below(CORRELATION_NEW_VALUE + 1);
	c->timespan = spans[below(5)];
	c->n_refs = 1 + below(MAX_STEPS);
	p->fields[0] = STR("field");
	c->fields = p->fields;
	c->n_fields = 1;
	switch (c->kind) {
	case CORRELATION_EVENT_COUNT:
		draw_bounds(&c->bounds, below(10) == 0 ? 40 : 8, below(2));
		break;
	case CORRELATION_VALUE_COUNT:
		draw_bounds(&c->bounds, 5, below(2));
		break;
	case CORRELATION_VALUE_SUM:
		draw_bounds(&c->bounds, 100, below(2));
		break;
	case CORRELATION_TEMPORAL:
	case CORRELATION_TEMPORAL_ORDERED:
		if (below(3) == 0) {
			c->bounds = (struct correlation_bounds){.has_gte = true,
			    .gte = 1 + below((unsigned)c->n_refs)};
		} else if (below(2)) {
			c->expr = draw_expr(p, (unsigned)c->n_refs, 3);
			expr_find(c->expr, false, &positive, &negative);
			if (!positive)
				c->expr = NULL;
		}
		break;
	case CORRELATION_NEW_VALUE:
		c->learn = c->timespan / 4 * below(5);
		break;
	default:
		c->percentile = below(101);
		draw_bounds(&c->bounds, 30, true);
	}
	p->waits = b->has_lt || b->has_lte || b->has_eq || b->has_neq ||
	    (c->expr != NULL && negative) || c->kind == CORRELATION_VALUE_AVG ||
	    c->kind == CORRELATION_VALUE_MEDIAN ||
	    c->kind == CORRELATION_VALUE_PERCENTILE ||
	    c->kind == CORRELATION_NEW_VALUE;
}

static int
by_received(const void *a, const void *b)
{
	const struct arrival *x = a, *y = b;

	if (x->received != y->received)
		return x->received < y->received ? -1 : 1;
	return event_id_cmp(&x->e.id, &y->e.id);
}

static void
draw_arrivals(const struct fixture *f, struct plan *p)
{
	const struct sigma_correlation *c = &f->correlation;
	int64_t span = c->timespan, t = T0 + (int64_t)below(1000000);
	unsigned lateness = p->waits ? 30 : 300, dense = below(4) + 1;
	/* Kinds that thin their panes are exact to the event up to 64. */
	bool many = c->kind == CORRELATION_EVENT_COUNT && !p->waits &&
	    below(5) == 0;
	unsigned values = 1 + below(8);

	p->n = many ? 100 + below(MAX_EVENTS - 100) : 1 + below(60);
	p->groups = 1 + below(3);
	for (size_t i = 0; i < p->n; i++) {
		struct arrival *a = &p->a[i];
		unsigned gap = below(many ? 300 : 6);

		if (gap == 0)
			t += span / 4 * (int64_t)below(12);
		else if (gap > 1)
			t += (int64_t)(draw() %
			    (uint64_t)(span / (many ? 20 : dense * 2) + 1));
		*a = (struct arrival){
		    .e.time = t,
		    .e.id = {1 + below(2), below(3), (uint32_t)i},
		    .e.steps = UINT64_C(1) << below((unsigned)c->n_refs),
		    .e.value = below(values),
		    .e.number = below(40) + below(2) / 2.0,
		    .group = below(p->groups),
		    .received = t
                };
		if (below(3) > 0)
			a->received += (int64_t)below(lateness * 1000) * 1000;
		/* One event for two steps: a second match with its id. */
		if (i > 0 && below(8) == 0) {
			int64_t received = a->received;
			uint64_t steps = a->e.steps;

			*a = p->a[i - 1];
			a->e.steps = steps;
			t = a->e.time;
			if (received > a->received)
				a->received = received - a->received >
					(int64_t)lateness * SECOND / 2
				    ? a->received
				    : a->received;
		}
	}
	qsort(p->a, p->n, sizeof(p->a[0]), by_received);
}

static struct hash128
group_key(unsigned group)
{
	return (struct hash128){(uint64_t)group << 58 | 7, group * 77 + 1};
}

static void
apply(struct fixture *f, const struct arrival *a)
{
	char value[32], packed[32];
	struct buf group = {.p = packed, .cap = 32, .max = 32};
	int n = f->correlation.kind == CORRELATION_VALUE_COUNT ||
		f->correlation.kind == CORRELATION_NEW_VALUE
	    ? snprintf(value, sizeof(value), "value %u", a->e.value)
	    : snprintf(value, sizeof(value), "%.1f", a->e.number);
	struct match m = {.spec = specs_hash(f->specs, 0),
	    .step = (uint32_t)__builtin_ctzll(a->e.steps),
	    .window = group_key(a->group),
	    .event = a->e.id,
	    .time = a->e.time,
	    .received = a->received,
	    .member = STR("clinic"),
	    .value = str_make(value, (size_t)n)};

	pack_add(&group, STR("192.0.2.1"));
	m.group = buf_str(&group);
	windows_apply(f->windows, &m);
}

static void
check_group(
    struct fixture *f, const struct plan *p, unsigned group, uint64_t seed)
{
	struct reference_event e[MAX_EVENTS];
	struct reference_alert out[MAX_EVENTS];
	size_t n = 0, n_out;

	for (size_t i = 0; i < p->n; i++)
		if (p->a[i].group == group)
			e[n++] = p->a[i].e;
	n_out = reference_alerts(&f->correlation, e, n, INT64_MAX, out);
	for (size_t i = 0; i < n_out; i++) {
		struct heard *h = find_heard(
		    f, crossing_id(group_key(group), &out[i].crossing));

		if (h == NULL || h->joined || h->first != out[i].first ||
		    h->last != out[i].last || h->count != out[i].count)
			fail_msg("seed %llu kind %d: group %u alert %zu of "
				 "%zu: wanted +%lld..+%lld %llu, got %s "
				 "+%lld..+%lld %llu",
			    (unsigned long long)seed, f->correlation.kind,
			    group, i, n_out, (long long)(out[i].first - T0),
			    (long long)(out[i].last - T0),
			    (unsigned long long)out[i].count,
			    h == NULL       ? "none"
				: h->joined ? "joined"
					    : "",
			    h == NULL ? 0 : (long long)(h->first - T0),
			    h == NULL ? 0 : (long long)(h->last - T0),
			    h == NULL ? 0 : (unsigned long long)h->count);
		h->group = UINT64_MAX; /* accounted for */
	}
}

static void
run_plan(struct fixture *f, const struct plan *p, bool splits)
{
	int64_t mark = INT64_MIN;

	for (size_t i = 0; i < p->n; i++) {
		int64_t now = p->a[i].received;

		if (below(3) == 0 && now - 30 * SECOND > mark) {
			mark = now - 30 * SECOND;
			windows_advance(f->windows, SHARD_COUNT, mark);
		}
		apply(f, &p->a[i]);
		for (unsigned k = below(4); k > 0; k--) {
			size_t j = i - below(i < 20 ? (unsigned)i + 1 : 20);

			if (now - p->a[j].received <= 4 * MINUTE)
				apply(f, &p->a[j]);
		}
		if (splits && below(8) == 0)
			save_and_load(f);
	}
	mark = p->a[p->n - 1].received + f->correlation.timespan + MINUTE;
	windows_advance(f->windows, SHARD_COUNT, mark);
}

static void
mark_joined(struct fixture *f)
{
	for (size_t i = 0; i < f->n_joined; i++) {
		struct heard *h = find_heard(f, f->joined[i]);

		if (h != NULL)
			h->joined = true;
	}
}

static void
random_case(uint64_t seed)
{
	struct fixture *f = calloc(1, sizeof(*f));
	struct plan *p = calloc(1, sizeof(*p));

	random_state = seed;
	draw_correlation(f, p);
	draw_arrivals(f, p);
	compile(f);
	run_plan(f, p, below(2));
	mark_joined(f);
	for (unsigned g = 0; g < p->groups; g++)
		check_group(f, p, g, seed);
	for (size_t i = 0; i < f->n_heard; i++)
		if (!f->heard[i].joined && f->heard[i].group != UINT64_MAX)
			fail_msg("seed %llu kind %d: an alert too many: "
				 "+%lld..+%lld %llu",
			    (unsigned long long)seed, f->correlation.kind,
			    (long long)(f->heard[i].first - T0),
			    (long long)(f->heard[i].last - T0),
			    (unsigned long long)f->heard[i].count);
	/* Everything is let go in the end. */
	for (int i = 1; i < 6; i++)
		windows_advance(f->windows, SHARD_COUNT, T0 + i * 400 * DAY);
	assert_int_equal(windows_count(f->windows), 0);
	fixture_fini(f);
	free(f);
	free(p);
}

static void
test_random(void **state)
{
	const char *cases = getenv("WINDOWS_CASES");
	const char *first = getenv("WINDOWS_SEED");
	uint64_t n = 30000, seed = 1;

	(void)state;
	if (cases != NULL)
		str_to_u64(str_from(cases), &n);
	if (first != NULL)
		str_to_u64(str_from(first), &seed);
	for (uint64_t i = 0; i < n; i++)
		random_case(seed + i);
}

/* All that the one heard the other heard too. */
static void
same_heard(struct fixture *f, struct fixture *other, uint64_t seed)
{
	for (size_t i = 0; i < f->n_heard; i++) {
		const struct heard *a = &f->heard[i];
		const struct heard *b = find_heard(other, a->id);

		if (a->joined)
			continue;
		if (b == NULL || b->joined || a->first != b->first ||
		    a->last != b->last || a->count != b->count)
			fail_msg("seed %llu kind %d: the order of arrival "
				 "decides",
			    (unsigned long long)seed, f->correlation.kind);
	}
}

/*
 * Panes with far more events than are kept: `first`, `count` and, rarely, the
 * cut between two episodes follow what is kept, but not the order of arrival.
 */
static void
dense_case(uint64_t seed)
{
	struct fixture *f[2];
	struct plan *p = calloc(1, sizeof(*p));

	for (int round = 0; round < 2; round++) {
		f[round] = calloc(1, sizeof(*f[round]));
		random_state = seed;
		memset(p, 0, sizeof(*p));
		draw_correlation(f[round], p);
		draw_arrivals(f[round], p);
		p->n = 400;
		for (size_t i = 0; i < p->n; i++) {
			struct arrival *a = &p->a[i];

			*a = (struct arrival){
			    .e.time = T0 +
				(int64_t)(draw() %
				    (uint64_t)(4 * f[0]->correlation.timespan)),
			    .e.id = {1, 1, (uint32_t)i},
			    .e.steps = UINT64_C(1)
				<< below((unsigned)f[0]->correlation.n_refs),
			    .e.value = below(6),
			    .e.number = below(40)
                        };
			a->received = a->e.time + below(299) * SECOND;
		}
		compile(f[round]);
		/* All of it is within the horizon: any order will do. */
		random_state = seed + (uint64_t)round * 77777777;
		for (size_t i = p->n; i-- > 1;) {
			size_t j = below((unsigned)i + 1);
			struct arrival swap = p->a[i];

			p->a[i] = p->a[j];
			p->a[j] = swap;
		}
		for (size_t i = 0; i < p->n; i++)
			apply(f[round], &p->a[i]);
		windows_advance(f[round]->windows, SHARD_COUNT,
		    T0 + 6 * f[round]->correlation.timespan);
		mark_joined(f[round]);
	}
	same_heard(f[0], f[1], seed);
	same_heard(f[1], f[0], seed);
	for (int k = 0; k < 2; k++) {
		fixture_fini(f[k]);
		free(f[k]);
	}
	free(p);
}

static void
test_dense(void **state)
{
	(void)state;
	for (uint64_t i = 0; i < 600; i++)
		dense_case(i);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_random),
	    cmocka_unit_test(test_dense),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
