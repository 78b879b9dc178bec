/* The queue of incidents: its order, and what closes, joins and merges. */
#include "tests/unit/incident_fixture.h"

static void
order_of_work(void **state)
{
	struct world *w = *state;
	/* The ageing example: a scan of P 12 against phishing of P 52. */
	static const struct {
		int64_t later;
		bool scan_first;
	} rows[] = {{721 * MINUTE, true}, {719 * MINUTE, false}};
	for (size_t i = 0; i < 2; i++) {
		struct incidents *all = incidents_new();
		struct incident *scan, *phish, *fire;
		struct alert a = brute(1);
		a.member = STR("practice-c");
		a.rsit = STR("information-gathering:scanner");
		incidents_alert(all, w->members, &a, T0, &scan);
		assert_int_equal(scan->priority.score, 12);
		struct str six[] = {
		    STR("a"), STR("b"), STR("c"), STR("d"), STR("e")};
		a = brute(2);
		a.rsit = STR("fraud:phishing");
		a.members = six;
		a.n_members = 5;
		incidents_alert(
		    all, w->members, &a, T0 + rows[i].later, &phish);
		assert_int_equal(phish->priority.score, 52);
		a = brute(3);
		a.entity = STR("192.0.2.99");
		a.floor = STR("patient-safety");
		incidents_alert(all, w->members, &a, T0 + DAY, &fire);
		assert_int_equal(fire->priority.score, 90);

		const struct incident *at = incidents_next(all, NULL);
		assert_ptr_equal(at, fire);
		at = incidents_next(all, at);
		assert_ptr_equal(at, rows[i].scan_first ? scan : phish);
		at = incidents_next(all, at);
		assert_ptr_equal(at, rows[i].scan_first ? phish : scan);
		assert_null(incidents_next(all, at));

		/* What is closed goes behind. */
		fire->state = INCIDENT_CLOSED;
		incidents_touch(all, fire);
		at = incidents_next(
		    all, incidents_next(all, incidents_next(all, NULL)));
		assert_ptr_equal(at, fire);
		incidents_free(all);
	}

	/* Equal inputs keep the order of arrival; every one comes once. */
	for (uint64_t i = 0; i < 200; i++) {
		char name[32];
		snprintf(name, sizeof(name), "user%u", (unsigned)i);
		struct alert a = brute(1000 + i);
		struct incident *in;
		a.entity_field = STR("user.name");
		a.entity = str_from(name);
		assert_int_equal(take(w, &a, T0, &in), INCIDENT_OPENED);
	}
	uint64_t seq = 0;
	size_t n = 0;
	const struct incident *in = NULL;
	while ((in = incidents_next(w->all, in)) != NULL) {
		assert_true(in->seq > seq);
		seq = in->seq;
		n++;
	}
	assert_int_equal(n, 200);
}

static void
closed_and_after(void **state)
{
	struct world *w = *state;
	struct incident *one, *two;
	struct alert a = brute(1);
	take(w, &a, T0, &one);
	one->state = INCIDENT_CLOSED;
	one->closed = T0 + HOUR;
	one->answered = T0 + MINUTE;
	snprintf(one->reason, sizeof(one->reason), "no-impact");
	incidents_touch(w->all, one);

	/* New evidence within 24 h opens it again, with a clock of its own. */
	a = brute(2);
	int64_t later = T0 + HOUR + DAY - 1;
	assert_int_equal(take(w, &a, later, &two), INCIDENT_GREW);
	assert_ptr_equal(one, two);
	assert_true((one->changes & CHANGE_REOPENED) != 0);
	assert_int_equal(one->state, INCIDENT_NEW);
	assert_int_equal(one->t0, later);
	assert_int_equal(one->opened, T0);
	assert_int_equal(one->answered, 0);

	/* A false alarm stays closed for the same rule, not for another. */
	one->state = INCIDENT_CLOSED;
	one->closed = later;
	snprintf(one->reason, sizeof(one->reason), "false-positive-rule");
	incidents_touch(w->all, one);
	a = brute(3);
	take(w, &a, later + HOUR, &two);
	assert_int_equal(one->state, INCIDENT_CLOSED);
	assert_int_equal(one->n_alerts, 3);
	a = brute(4);
	a.rule_id = STR("another");
	take(w, &a, later + HOUR, &two);
	assert_int_equal(one->state, INCIDENT_NEW);

	/* After 24 h it is a new one that names the old. */
	one->state = INCIDENT_CLOSED;
	one->closed = later;
	incidents_touch(w->all, one);
	a = brute(5);
	assert_int_equal(take(w, &a, later + DAY, &two), INCIDENT_OPENED);
	assert_string_equal(two->recurrence, "INC-2025-0001");
	/* So is the growth of an alert that the old one has. */
	two->state = INCIDENT_CLOSED;
	two->closed = later + DAY;
	incidents_touch(w->all, two);
	a.revision = 2;
	assert_int_equal(take(w, &a, later + 3 * DAY, &two), INCIDENT_OPENED);
	assert_string_equal(two->recurrence, "INC-2025-0002");
	a.revision = 2;
	assert_int_equal(
	    take(w, &a, later + 3 * DAY, &two), INCIDENT_UNCHANGED);

	assert_int_equal(incidents_expire(w->all, later + 3 * DAY), 2);
	assert_int_equal(incidents_count(w->all), 1);
	assert_ptr_equal(incidents_next(w->all, NULL), two);
	assert_null(incidents_find(w->all, STR("INC-2025-0001")));
}

static void
no_incident_is_giant(void **state)
{
	struct world *w = *state;
	struct incident *first, *in;
	struct alert a = brute(1);
	take(w, &a, T0, &first);
	for (uint64_t i = 2; i <= INCIDENT_MAX_ALERTS; i++) {
		a = brute(i);
		assert_int_equal(take(w, &a, T0, &in), INCIDENT_GREW);
	}
	a = brute(INCIDENT_MAX_ALERTS + 1);
	assert_int_equal(take(w, &a, T0, &in), INCIDENT_OPENED);
	assert_string_equal(in->recurrence, first->id);
	/* Those that it has go on growing in it, the next go to the new one. */
	a = brute(5);
	a.revision = 2;
	assert_int_equal(take(w, &a, T0, &in), INCIDENT_GREW);
	assert_ptr_equal(in, first);
	a = brute(INCIDENT_MAX_ALERTS + 2);
	assert_int_equal(take(w, &a, T0, &in), INCIDENT_GREW);
	assert_ptr_not_equal(in, first);
}

static void
joined_alerts(void **state)
{
	struct world *w = *state;
	struct incident *in;
	struct alert a = brute(1);
	struct alert b = brute(2);
	take(w, &a, T0, &in);
	take(w, &b, T0, &in);
	assert_int_equal(in->count, 10);
	/* A late event bridged the two episodes: 5 + 5 + 1 events. */
	struct hash128 joined[] = {b.id};
	a.revision = 2;
	a.count = 11;
	a.joined = joined;
	a.n_joined = 1;
	take(w, &a, T0, &in);
	assert_int_equal(in->count, 11);
	a.revision = 3;
	a.count = 12;
	take(w, &a, T0, &in);
	assert_int_equal(in->count, 12);
}

static void
merging(void **state)
{
	struct world *w = *state;
	struct incident *one, *two, *in;
	struct alert a = brute(1);
	struct alert b = brute(2);
	b.entity = STR("198.51.100.4");
	b.member = STR("lab-b");
	b.rsit = STR("intrusions:system-compromise");
	take(w, &a, T0, &one);
	take(w, &b, T0, &two);
	assert_ptr_not_equal(one, two);
	incidents_merge(w->all, two, one);
	assert_int_equal(two->state, INCIDENT_MERGED);
	assert_int_equal(one->count, 10);
	assert_int_equal(one->n_members, 2);
	assert_int_equal(one->priority.score, 12 * 4 + 4 * 3 + 2 * 4);
	/* Both keys lead to the target now, known alerts and new ones. */
	b.revision = 2;
	b.count = 7;
	assert_int_equal(take(w, &b, T0, &in), INCIDENT_GREW);
	assert_ptr_equal(in, one);
	assert_int_equal(one->count, 12);
	/* Events that were counted before the merge are counted here. */
	struct alert c = brute(4);
	struct hash128 joined[] = {b.id};
	c.entity = b.entity;
	c.count = 9;
	c.joined = joined;
	c.n_joined = 1;
	take(w, &c, T0, &in);
	assert_ptr_equal(in, one);
	assert_int_equal(one->count, 14);
	b.id.hi = 3;
	b.revision = 1;
	assert_int_equal(take(w, &b, T0, &in), INCIDENT_GREW);
	assert_ptr_equal(in, one);
}

static void
ids_and_years(void **state)
{
	struct world *w = *state;
	struct incident *in;
	incidents_set_next(w->all, 2025, 9999);
	struct alert a = brute(1);
	take(w, &a, T0, &in);
	assert_string_equal(in->id, "INC-2025-9999");
	a = brute(2);
	a.entity = STR("192.0.2.8");
	take(w, &a, T0, &in);
	assert_string_equal(in->id, "INC-2025-10000");
	a = brute(3);
	a.entity = STR("192.0.2.9");
	take(w, &a, T0 + 60 * DAY, &in);
	assert_string_equal(in->id, "INC-2026-0001");
	/* The clock went back over new year's eve. */
	a = brute(4);
	a.entity = STR("192.0.2.10");
	take(w, &a, T0, &in);
	assert_string_equal(in->id, "INC-2026-0002");
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    T(order_of_work),
	    T(closed_and_after),
	    T(no_incident_is_giant),
	    T(joined_alerts),
	    T(merging),
	    T(ids_and_years),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
