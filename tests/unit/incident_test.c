/* Grouping of alerts into incidents, growth, campaigns, scores. */
#include "tests/unit/incident_fixture.h"

static void
opens_and_grows(void **state)
{
	struct world *w = *state;
	struct incident *one, *two;
	struct alert a = brute(1);
	assert_int_equal(take(w, &a, T0, &one), INCIDENT_OPENED);
	assert_string_equal(one->id, "INC-2025-0001");
	assert_string_equal(
	    one->title, "Brute force from 192.0.2.7 at Clinic A");
	assert_int_equal(one->count, 5);
	assert_int_equal(one->priority.score, 12 * 2 + 2 * 4);

	/* The same revision, and an older one, change nothing. */
	assert_int_equal(take(w, &a, T0 + 1, &two), INCIDENT_UNCHANGED);
	assert_ptr_equal(one, two);
	a.revision = 3;
	a.count = 12;
	a.last = T0 + MINUTE;
	assert_int_equal(take(w, &a, T0 + MINUTE, &two), INCIDENT_GREW);
	a.revision = 2;
	a.count = 9;
	assert_int_equal(take(w, &a, T0 + MINUTE, &two), INCIDENT_UNCHANGED);
	assert_int_equal(one->count, 12);
	assert_int_equal(one->last, T0 + MINUTE);
	assert_int_equal(one->t0, T0);

	/* An intrusion of the same address joins and gives it its name. */
	struct alert b = brute(2);
	b.rsit = STR("intrusions:privileged-account-compromise");
	b.rule_id = STR("r2");
	assert_int_equal(take(w, &b, T0 + HOUR, &two), INCIDENT_GREW);
	assert_ptr_equal(one, two);
	assert_string_equal(one->title,
	    "Privileged account compromise from 192.0.2.7 at Clinic A");
	/* It may be of the same lines: they are not counted twice. */
	assert_int_equal(one->count, 12);
	assert_int_equal(one->priority.score, 12 * 4 + 2 * 4);
	assert_int_equal(incident_deadline(one), T0 + (80 - 56) * 18 * MINUTE);
	assert_true((one->changes & CHANGE_SCORE) != 0);

	/* A scan by it is another kind of attack. */
	struct alert c = brute(3);
	c.rsit = STR("information-gathering:scanner");
	assert_int_equal(take(w, &c, T0 + HOUR, &two), INCIDENT_OPENED);
	assert_string_equal(two->id, "INC-2025-0002");
	assert_int_equal(incidents_count(w->all), 2);
}

/* Which pairs of alerts are one incident. */
static void
grouping_table(void **state)
{
	struct world *w = *state;
	static const struct {
		const char *name;
		const char *field, *value, *member, *rsit, *rule;
		const char *field2, *value2, *member2, *rsit2, *rule2;
		bool sector, together;
	} rows[] = {
	    {"same address, other member: campaign", "source.ip", "192.0.2.9",
		"clinic-a", "fraud:phishing", "r", "client.ip", "192.0.2.9",
		"lab-b", "fraud:phishing", "r", false, true},
	    {"private address, other member", "source.ip", "10.1.1.1",
		"clinic-a", "fraud:phishing", "r", "source.ip", "10.1.1.1",
		"lab-b", "fraud:phishing", "r", false, false},
	    {"private address, other member, sector rule", "source.ip",
		"10.1.1.1", "clinic-a", "fraud:phishing", "r", "source.ip",
		"10.1.1.1", "lab-b", "fraud:phishing", "r", true, true},
	    {"IPv4 in IPv6 is the same address", "source.ip",
		"::ffff:198.51.100.1", "clinic-a", "fraud:phishing", "r",
		"source.ip", "198.51.100.1", "clinic-a", "fraud:phishing", "r",
		false, true},
	    {"unique local IPv6 is a member's own", "source.ip", "fd00::1",
		"clinic-a", "fraud:phishing", "r", "source.ip", "fd00::1",
		"lab-b", "fraud:phishing", "r", false, false},
	    {"user in other letters", "user.name", "E.Example", "clinic-a",
		"fraud:phishing", "r", "user.name", "e.example", "clinic-a",
		"fraud:phishing", "q", false, true},
	    {"user of another member", "user.name", "e.example", "clinic-a",
		"fraud:phishing", "r", "user.name", "e.example", "lab-b",
		"fraud:phishing", "r", false, false},
	    {"a user is no host", "user.name", "x1", "clinic-a",
		"fraud:phishing", "r", "host.name", "x1", "clinic-a",
		"fraud:phishing", "r", false, false},
	    {"root is no entity", "user.name", "root", "clinic-a",
		"intrusions:burglary", "r", "user.name", "root", "clinic-a",
		"intrusions:burglary", "q", false, false},
	    {"root, the same rule", "user.name", "root", "clinic-a",
		"intrusions:burglary", "r", "user.name", "ROOT", "clinic-a",
		"intrusions:burglary", "r", false, true},
	    {"0.0.0.0 at two members", "source.ip", "0.0.0.0", "clinic-a",
		"intrusions:burglary", "r", "source.ip", "0.0.0.0", "lab-b",
		"intrusions:burglary", "r", false, false},
	    {"a configured gateway", "source.ip", "203.0.113.200", "clinic-a",
		"intrusions:burglary", "r", "source.ip", "203.0.113.200",
		"lab-b", "intrusions:burglary", "r", false, false},
	    {"no entity", "", "", "clinic-a", "intrusions:burglary", "r", "",
		"", "clinic-a", "intrusions:burglary", "q", false, false},
	    {"a hash at two members", "file.hash.sha256", "aabb", "clinic-a",
		"malicious-code:infected-system", "r", "file.hash.sha256",
		"AABB", "lab-b", "malicious-code:infected-system", "r", false,
		true},
	    {"far end of malicious code", "destination.ip", "198.51.100.9",
		"clinic-a", "malicious-code:c2-server", "r", "destination.ip",
		"198.51.100.9", "lab-b", "malicious-code:c2-server", "r", false,
		true},
	    {"a target at two members", "destination.ip", "198.51.100.9",
		"clinic-a", "availability:ddos", "r", "destination.ip",
		"198.51.100.9", "lab-b", "availability:ddos", "r", false,
		false},
	    {"blanks do not shift parts of a key", "user.name", "a 1:b",
		"clinic-a", "fraud:phishing", "r", "user.name", "a", "clinic-a",
		"fraud:phishing", "r", false, false},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct incidents *all = incidents_new();
		struct incident *one, *two;
		incidents_stop(all, STR("203.0.113.200"));
		struct alert a = brute(1);
		a.entity_field = str_from(rows[i].field);
		a.entity = str_from(rows[i].value);
		a.member = str_from(rows[i].member);
		a.rsit = str_from(rows[i].rsit);
		a.rule_id = str_from(rows[i].rule);
		a.sector = rows[i].sector;
		struct alert b = a;
		b.id.hi = 2;
		b.entity_field = str_from(rows[i].field2);
		b.entity = str_from(rows[i].value2);
		b.member = str_from(rows[i].member2);
		b.rsit = str_from(rows[i].rsit2);
		b.rule_id = str_from(rows[i].rule2);
		incidents_alert(all, w->members, &a, T0, &one);
		incidents_alert(all, w->members, &b, T0, &two);
		if ((one == two) != rows[i].together)
			fail_msg("%s", rows[i].name);
		struct buf why;
		buf_init(&why, 4096);
		incident_why(one, &why);
		assert_true(why.n > 20 && !why.full);
		buf_fini(&why);
		incidents_free(all);
	}
}

static void
campaign(void **state)
{
	struct world *w = *state;
	struct incident *in;
	struct alert a = brute(1);
	a.member = STR("practice-c");
	take(w, &a, T0, &in);
	assert_int_equal(in->priority.score, 24);
	a = brute(2);
	a.member = STR("lab-b");
	take(w, &a, T0 + MINUTE, &in);
	assert_true((in->changes & CHANGE_CAMPAIGN) != 0);
	assert_int_equal(in->priority.extent, 3);
	a = brute(3);
	take(w, &a, T0 + 2 * MINUTE, &in);
	assert_true((in->changes & CHANGE_CAMPAIGN) == 0);
	/* The third worked example with three members: 48, and 9 h 36. */
	assert_int_equal(in->priority.score, 48);
	assert_int_equal(incident_deadline(in), T0 + 576 * MINUTE);
	assert_string_equal(
	    in->title, "Brute force from 192.0.2.7 at 3 members");
	assert_int_equal(in->n_members, 3);

	/* An alert of a sector rule brings its members along. */
	struct str more[] = {STR("lab-b"), STR("m-1"), STR("m-2")};
	a = brute(4);
	a.sector = true;
	a.members = more;
	a.n_members = 3;
	take(w, &a, T0 + 3 * MINUTE, &in);
	assert_int_equal(in->n_members, 5);
	assert_int_equal(in->priority.score, 52);
	assert_int_equal(incidents_count(w->all), 1);
}

static void
score_never_falls(void **state)
{
	struct world *w = *state;
	struct incident *in;
	struct alert a = brute(1);
	struct alert_pair group[] = {{STR("host.name"), STR("EHR1")}};
	a.blocked = true;
	take(w, &a, T0, &in);
	int before = in->priority.score;
	assert_int_equal(before, 12 + 8);
	a = brute(2);
	a.group = group;
	a.n_group = 1;
	take(w, &a, T0, &in);
	/* Not blocked any more, and a critical asset took part. */
	assert_int_equal(in->priority.score, 12 * 3 + 8);
	a = brute(3);
	a.blocked = true;
	a.confidence = 10;
	take(w, &a, T0, &in);
	assert_int_equal(in->priority.score, 12 * 3 + 8);

	/* A member that does not say how many users it has hides the share;
	 * the score that was printed stays, and its terms still add up. */
	a = brute(4);
	a.distinct = 399;
	take(w, &a, T0, &in);
	int high = in->priority.score;
	assert_int_equal(high, 12 * 3 + 4 * 5 + 8);
	a = brute(5);
	a.member = STR("practice-c");
	take(w, &a, T0, &in);
	assert_true(in->priority.score >= high);
	int sum = 0;
	for (size_t i = 0; i < in->priority.n_terms; i++)
		sum += in->priority.terms[i].points;
	assert_int_equal(sum, in->priority.score);
}

static void
affected_is_counted(void **state)
{
	struct world *w = *state;
	struct incident *in = NULL;
	struct alert_pair group[] = {
	    {STR("user.name"), STR("")}, {STR("url.path"), STR("/a")}};
	for (uint64_t i = 0; i < 120; i++) {
		char name[32];
		snprintf(name, sizeof(name), "user%u", (unsigned)(i % 60));
		group[0].value = str_from(name);
		struct alert a = brute(100 + i);
		a.group = group;
		a.n_group = 2;
		take(w, &a, T0, &in);
	}
	assert_int_equal(in->users.n, 60);
	assert_int_equal(in->input.affected, 60);
	assert_int_equal(in->n_alerts, 120);
	assert_int_equal(in->count, 600);
	/* 60 of 400 users are 15 %, a step above 10-99 users. */
	assert_int_equal(in->priority.extent, 3);
}

static void
distinct_is_bounded(void **state)
{
	(void)state;
	struct distinct set = {0};
	for (int i = 0; i < 3; i++) {
		for (unsigned k = 0; k < DISTINCT_MAX + (i == 2); k++) {
			char name[32];
			snprintf(name, sizeof(name), "u%u", k);
			(void)distinct_add(&set, STR("m"), str_from(name));
		}
		assert_int_equal(set.n, DISTINCT_MAX);
		assert_int_equal(set.full, i == 2);
	}
	struct distinct other = {0};
	assert_true(distinct_add(&other, STR("m"), STR("A")));
	assert_false(distinct_add(&other, STR("m"), STR("a")));
	assert_true(distinct_add(&other, STR("n"), STR("a")));
	distinct_join(&other, &set);
	assert_true(other.full);
	distinct_fini(&set);
	distinct_fini(&other);
}

static void
formatted(void **state)
{
	struct world *w = *state;
	struct incident *in;
	struct alert a = brute(1);
	a.entity = STR("192.0.2.7");
	take(w, &a, T0, &in);
	struct buf out;
	buf_init(&out, SIZE_MAX);
	incident_format(in, &out);
	static const char expected
	    [] = "{\"kind\":\"incident\",\"id\":\"INC-2025-0001\","
		 "\"title\":\"Brute force from 192.0.2.7 at Clinic A\","
		 "\"priority\":{\"score\":32,\"band\":\"P4\",\"terms\":["
		 "{\"text\":\"gravity: brute-force 2\",\"points\":24},"
		 "{\"text\":\"extent: 1 affected 0\",\"points\":0},"
		 "{\"text\":\"member: weight 4\",\"points\":8}]},"
		 "\"members\":[\"clinic-a\"],"
		 "\"first\":\"2025-11-24T15:59:00.000Z\","
		 "\"last\":\"2025-11-24T16:00:00.000Z\","
		 "\"deadline\":\"2025-11-25T06:24:00.000Z\","
		 "\"alerts\":[\"0000000000000001fffffffffffffffe\"],"
		 "\"state\":\"new\",";
	assert_true(out.n > sizeof(expected));
	out.p[sizeof(expected) - 1] = '\0';
	assert_string_equal(out.p, expected);
	buf_fini(&out);
}

int
main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
	    T(opens_and_grows),
	    T(grouping_table),
	    T(campaign),
	    T(score_never_falls),
	    T(affected_is_counted),
	    T(distinct_is_bounded),
	    T(formatted),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
