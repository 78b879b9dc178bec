/* The priority formula: the worked examples of the design, and properties. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "engine/base/stamp.h"
#include "engine/incident/priority.h"
#include "engine/incident/rsit.h"

#define T0 (INT64_C(1764000000) * SECOND)

static const struct example {
	const char *name;
	struct priority_input in;
	int gravity, extent, score, band;
	int minutes; /* D - t0 */
} examples[] = {
    {"port scan, one practice",
	{.rsit = STR_INIT("information-gathering:scanner"), .members = 1}, 1, 0,
	12, 5, 20 * 60 + 24},
    {"VPN brute force on 40 accounts, blocked, laboratory group",
	{.rsit = STR_INIT("intrusion-attempts:brute-force"),
	    .blocked = true,
	    .affected = 40,
	    .members = 1,
	    .weight = 2},
	1, 2, 24, 4, 16 * 60 + 48},
    {"all log sources of a hospital silent",
	{.rsit = STR_INIT("availability:outage"),
	    .low_confidence = true,
	    .affected = 60,
	    .member_users = 60,
	    .members = 1,
	    .weight = 4},
	2, 4, 48, 3, 9 * 60 + 36},
    {"same address brute-forcing at 3 members",
	{.rsit = STR_INIT("intrusion-attempts:brute-force"),
	    .members = 3,
	    .weight = 4},
	2, 4, 48, 3, 9 * 60 + 36},
    {"same phishing URL at 6 members",
	{.rsit = STR_INIT("fraud:phishing"), .members = 6, .weight = 4}, 2, 5,
	52, 3, 8 * 60 + 24},
    {"break-glass misuse suspected, 12 patients",
	{.rsit = STR_INIT(
	     "information-content-security:unauthorised-information-access"),
	    .critical_asset = true,
	    .low_confidence = true,
	    .affected = 12,
	    .members = 1,
	    .weight = 4},
	3, 2, 52, 3, 8 * 60 + 24},
    {"break-glass misuse confirmed",
	{.rsit = STR_INIT(
	     "information-content-security:unauthorised-information-access"),
	    .critical_asset = true,
	    .affected = 12,
	    .members = 1,
	    .weight = 4,
	    .health_data = true},
	4, 2, 68, 2, 3 * 60 + 36},
    {"VPN account used by an intruder, acute hospital",
	{.rsit = STR_INIT("intrusions:unprivileged-account-compromise"),
	    .critical_asset = true,
	    .members = 1,
	    .weight = 4},
	4, 0, 56, 3, 7 * 60 + 12},
    {"then lateral movement, 12 hosts",
	{.rsit = STR_INIT("intrusions:system-compromise"),
	    .affected = 12,
	    .members = 1,
	    .weight = 4,
	    .spreading = true},
	4, 2, 68, 2, 3 * 60 + 36},
    {"ransomware on one PC, care home",
	{.rsit = STR_INIT("information-content-security:"
			  "unauthorised-information-modification"),
	    .members = 1,
	    .weight = 1,
	    .floor = FLOOR_RANSOMWARE},
	4, 0, 70, 2, 3 * 60},
    {"ransomware, acute hospital, 200 hosts",
	{.rsit = STR_INIT("information-content-security:"
			  "unauthorised-information-modification"),
	    .critical_asset = true,
	    .affected = 200,
	    .members = 1,
	    .weight = 4,
	    .nis2 = true,
	    .spreading = true,
	    .floor = FLOOR_RANSOMWARE},
	5, 3, 88, 1, 0},
    {"800 records read by one account",
	{.rsit = STR_INIT("information-content-security:data-leak"),
	    .critical_asset = true,
	    .affected = 800,
	    .members = 1,
	    .weight = 4,
	    .health_data = true,
	    .nis2 = true},
	5, 3, 88, 1, 0},
    {"directory replication by a non-controller, 2,500 users",
	{.rsit = STR_INIT("intrusions:privileged-account-compromise"),
	    .critical_asset = true,
	    .affected = 2500,
	    .member_users = 2500,
	    .members = 1,
	    .weight = 4,
	    .nis2 = true,
	    .floor = FLOOR_DIRECTORY},
	5, 5, 92, 1, 0},
    {"bedside monitor calling a foreign address",
	{.rsit = STR_INIT("malicious-code:infected-system"),
	    .critical_asset = true,
	    .members = 1,
	    .weight = 4,
	    .nis2 = true,
	    .floor = FLOOR_PATIENT},
	4, 0, 90, 1, 0},
};

static int
sum_of_terms(const struct priority *p)
{
	int sum = 0;
	for (size_t i = 0; i < p->n_terms; i++)
		sum += p->terms[i].points;
	return sum;
}

static void
worked_examples(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(examples) / sizeof(examples[0]); i++) {
		const struct example *e = &examples[i];
		struct priority p;
		priority_compute(&e->in, &p);
		int minutes = (int)((priority_order(p.score, T0) - T0) /
		    MINUTE);
		if (p.gravity != e->gravity || p.extent != e->extent ||
		    p.score != e->score || p.band != e->band ||
		    minutes != e->minutes)
			fail_msg("%s: G %d E %d P %d P%d D %d min", e->name,
			    p.gravity, p.extent, p.score, p.band, minutes);
		if (sum_of_terms(&p) != p.score)
			fail_msg("%s: the terms add up to %d, not %d", e->name,
			    sum_of_terms(&p), p.score);
	}
}

/* A cheap generator, the same in every run. */
static uint64_t
draw(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

static void
draw_input(uint64_t *seed, struct priority_input *in)
{
	uint64_t bits = draw(seed);
	const struct rsit *type = rsit_at(draw(seed) % 39);
	static char name[128];
	size_t n = type->class.n + 1 + type->type.n;
	memcpy(name, type->class.p, type->class.n);
	name[type->class.n] = ':';
	memcpy(name + type->class.n + 1, type->type.p, type->type.n);
	*in = (struct priority_input){
	    .rsit = str_make(name, n),
	    .critical_asset = bits & 1,
	    .blocked = bits & 2,
	    .low_confidence = bits & 4,
	    .health_data = bits & 8,
	    .nis2 = bits & 16,
	    .spreading = bits & 32,
	    .lower_bound = bits & 64,
	    .floor = (enum floor_kind)((bits >> 7) & 3),
	    .affected = draw(seed) % (1u << (draw(seed) % 20)),
	    .member_users = draw(seed) % 3000,
	    .members = draw(seed) % 7,
	    .outage = (int64_t)(draw(seed) % 100) * HOUR,
	    .weight = (uint32_t)(draw(seed) % 6),
	};
}

static void
properties(void **state)
{
	(void)state;
	uint64_t seed = 42;
	for (int i = 0; i < 20000; i++) {
		struct priority_input in;
		struct priority p, q;
		draw_input(&seed, &in);
		priority_compute(&in, &p);
		assert_in_range(p.score, 0, 100);
		assert_int_equal(sum_of_terms(&p), p.score);
		assert_true(priority_order(p.score, T0) - T0 <= 24 * HOUR);
		assert_true(priority_deadline(p.score, T0) - T0 >= 15 * MINUTE);
		assert_true(priority_deadline(p.score, T0) - T0 <= DAY);

		/* One more of anything never lowers the score. */
		struct priority_input more[] = {in, in, in, in, in, in, in};
		more[0].affected += draw(&seed) % 5000;
		more[1].members++;
		more[2].weight++;
		more[3].health_data = more[3].nis2 = more[3].spreading = true;
		more[4].outage += 5 * HOUR;
		more[5].critical_asset = true;
		more[6].blocked = more[6].low_confidence = false;
		for (size_t k = 0; k < sizeof(more) / sizeof(more[0]); k++) {
			priority_compute(&more[k], &q);
			if (q.score < p.score)
				fail_msg("case %d, change %zu: %d, then %d", i,
				    k, p.score, q.score);
		}
	}
}

static void
gravity_of_types(void **state)
{
	(void)state;
	int g = -1;
	size_t n = 0;
	while (rsit_at(n) != NULL)
		n++;
	assert_int_equal(n, 39);
	assert_true(rsit_gravity(STR("availability:sabotage"), &g));
	assert_int_equal(g, 5);
	assert_true(rsit_gravity(STR("test:test"), &g));
	assert_int_equal(g, 0);
	assert_false(rsit_gravity(STR("availability:scanner"), &g));
	assert_false(rsit_gravity(STR("availability"), &g));
	assert_false(rsit_gravity(STR(""), &g));

	/* An unknown type counts as undetermined, a test never rises. */
	struct priority p;
	priority_compute(&(struct priority_input){.rsit = STR("no:such")}, &p);
	assert_int_equal(p.gravity, 2);
	priority_compute(&(struct priority_input){.rsit = STR("test:test"),
			     .critical_asset = true},
	    &p);
	assert_int_equal(p.score, 0);
	assert_int_equal(priority_order(0, T0) - T0, 24 * HOUR);
	assert_int_equal(priority_deadline(100, T0) - T0, 15 * MINUTE);
	assert_int_equal(priority_deadline(80, T0) - T0, 15 * MINUTE);
	assert_int_equal(priority_deadline(79, T0) - T0, 18 * MINUTE);
}

static void
bands_and_floors(void **state)
{
	(void)state;
	static const struct {
		uint64_t affected, users, members;
		int64_t outage;
		int extent;
	} rows[] = {
	    {0, 0, 1, 0, 0},
	    {2, 0, 1, 0, 1},
	    {9, 0, 1, 0, 1},
	    {10, 0, 1, 0, 2},
	    {10000, 0, 1, 0, 5},
	    {1, 1, 1, 0, 2},
	    {1, 100, 1, 0, 1},
	    {5, 100, 1, 0, 2},
	    {1, 0, 2, 0, 3},
	    {1, 0, 4, 0, 4},
	    {1, 0, 5, 0, 5},
	    {1, 0, 1, HOUR, 1},
	    {1, 0, 1, 71 * HOUR, 4},
	    {1, 0, 1, 72 * HOUR, 5},
	    {UINT64_MAX, 3, UINT64_MAX, 0, 5},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct priority p;
		priority_compute(
		    &(struct priority_input){.rsit = STR("fraud:phishing"),
			.affected = rows[i].affected,
			.member_users = rows[i].users,
			.members = rows[i].members,
			.outage = rows[i].outage},
		    &p);
		if (p.extent != rows[i].extent)
			fail_msg("row %zu: extent %d", i, p.extent);
	}
	struct priority p;
	priority_compute(&(struct priority_input){.rsit = STR("fraud:phishing"),
			     .floor = FLOOR_PATIENT},
	    &p);
	assert_int_equal(p.score, 90);
	assert_string_equal(
	    p.terms[p.n_terms - 1].text, "floor: patient safety 90");
	assert_int_equal(p.terms[p.n_terms - 1].points, 90 - 24);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(worked_examples),
	    cmocka_unit_test(properties),
	    cmocka_unit_test(gravity_of_types),
	    cmocka_unit_test(bands_and_floors),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
