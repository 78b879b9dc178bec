#include "engine/member/member.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static const char good[] =
    "members:\n"
    "  - id: hospital-a\n"
    "    name: Hospital A\n"
    "    type: acute-hospital\n"
    "    users: 4000\n"
    "    networks: [192.0.2.0/24, '2001:db8:1::/48']\n"
    "    certificates: [logs.a.example]\n"
    "    contact: {email: soc@a.example, phone: '+352 000'}\n"
    "    assets: [pacs1, 192.0.2.10]\n"
    "    sources:\n"
    "      - {host: fw1, product: fortinet, category: firewall}\n"
    "      - {network: 192.0.2.128/25, product: windows}\n"
    "  - id: lab-b\n"
    "    type: laboratory\n"
    "    weight: 3\n"
    "    networks: [192.0.2.64/26, 198.51.100.7]\n";

struct fixture {
	struct arena *arena;
	struct word_table *words;
	struct err err;
	struct members *members;
};

static bool
find_zone(void *arg, struct str name, struct str *bytes)
{
	(void)arg;
	(void)name;
	(void)bytes;
	return false;
}

static struct fixture
load(const char *text)
{
	struct fixture f = {.arena = arena_new(0)};

	f.words = word_table_new(f.arena);
	err_init(&f.err, f.arena);
	f.members = members_load(f.arena, f.words, STR("members.yaml"),
	    str_from(text), find_zone, NULL, &f.err);
	return f;
}

static const struct member *
by_ip(const struct fixture *f, const char *text)
{
	struct ip ip;

	assert_true(ip_parse(str_from(text), &ip));
	return members_by_ip(f->members, &ip);
}

static void
test_table(void **state)
{
	struct fixture f = load(good);
	const struct member *a, *b;

	(void)state;
	assert_non_null(f.members);
	assert_int_equal(members_count(f.members), 3);
	a = members_find(f.members, STR("hospital-a"));
	b = members_find(f.members, STR("lab-b"));
	assert_non_null(a);
	assert_int_equal(a->weight, 4);
	assert_int_equal(a->users, 4000);
	assert_int_equal(b->weight, 3);
	assert_true(str_eq(b->name, STR("lab-b")));
	assert_ptr_equal(members_at(f.members, a->index), a);
	assert_true(str_eq(members_at(f.members, 0)->id, STR("unregistered")));
	assert_null(members_find(f.members, STR("nobody")));
	arena_free(f.arena);
}

static void
test_longest_prefix(void **state)
{
	static const struct {
		const char *ip;
		const char *member; /* NULL: nobody's */
	} rows[] = {
	    {"192.0.2.1", "hospital-a"}, {"192.0.2.65", "lab-b"},
	    {"192.0.2.127", "lab-b"},	 {"192.0.2.128", "hospital-a"},
	    {"198.51.100.7", "lab-b"},	 {"198.51.100.8", NULL},
	    {"2001:db8:1::5", "hospital-a"}, {"2001:db8:2::5", NULL},
	};
	struct fixture f = load(good);

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const struct member *m = by_ip(&f, rows[i].ip);

		if (rows[i].member == NULL ? m != NULL
			: m == NULL || !str_eq(m->id, str_from(rows[i].member)))
			fail_msg("%s", rows[i].ip);
	}
	arena_free(f.arena);
}

static void
test_assets_and_sources(void **state)
{
	struct fixture f = load(good);
	const struct member *a = members_find(f.members, STR("hospital-a"));
	struct logsource s;
	struct ip ip, other;

	(void)state;
	assert_true(member_is_critical(a, STR("PACS1")));
	assert_true(member_is_critical(a, STR("192.0.2.10")));
	assert_false(member_is_critical(a, STR("192.0.2.11")));
	assert_false(member_is_critical(a, STR("")));
	assert_true(ip_parse(STR("192.0.2.200"), &ip));
	assert_true(ip_parse(STR("203.0.113.1"), &other));
	s = member_source(a, STR("FW1.a.example"), &other);
	assert_true(str_eq(word_text(f.words, s.product), STR("fortinet")));
	assert_true(str_eq(word_text(f.words, s.category), STR("firewall")));
	s = member_source(a, STR("srv9"), &ip);
	assert_true(str_eq(word_text(f.words, s.product), STR("windows")));
	assert_int_equal(s.category, 0);
	s = member_source(a, STR("srv9"), &other);
	assert_int_equal(s.product, 0);
	arena_free(f.arena);
}

static void
test_empty(void **state)
{
	struct fixture f = load("");

	(void)state;
	assert_non_null(f.members);
	assert_int_equal(members_count(f.members), 1);
	assert_int_equal(members_at(f.members, 0)->weight, 0);
	arena_free(f.arena);
}

static void
test_mistakes(void **state)
{
	static const struct {
		const char *name;
		const char *text;
		const char *code;
		unsigned line;
	} rows[] = {
	    {"unknown key", "members:\n  - {id: a, type: practice, "
		"netwroks: []}", "unknown_key", 2},
	    {"unknown type", "members:\n  - {id: a, type: hospitall}",
		"unknown_type", 2},
	    {"no id", "members:\n  - {type: practice}", "missing_key", 2},
	    {"bad id", "members:\n  - {id: A B, type: practice}", "bad_id", 2},
	    {"twice", "members:\n  - {id: a, type: practice}\n"
		"  - {id: a, type: practice}", "duplicate_id", 3},
	    {"reserved", "members:\n  - {id: unregistered, type: practice}",
		"duplicate_id", 2},
	    {"network", "members:\n  - {id: a, type: practice, "
		"networks: [192.0.2.1/24]}", "bad_network", 2},
	    {"network twice", "members:\n  - {id: a, type: practice, "
		"networks: [192.0.2.0/24]}\n  - {id: b, type: practice, "
		"networks: [192.0.2.0/24]}", "duplicate_network", 3},
	    {"certificate", "members:\n  - {id: a, type: practice, "
		"certificates: ['sha256:12']}", "bad_certificate", 2},
	    {"certificate twice", "members:\n  - {id: a, type: practice, "
		"certificates: [x.example]}\n  - {id: b, type: practice, "
		"certificates: [x.example]}", "duplicate_certificate", 0},
	    {"zone", "members:\n  - {id: a, type: practice, "
		"timezone: Mars/Base}", "unknown_timezone", 2},
	    {"no list", "members: 5", "missing_key", 1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct fixture f = load(rows[i].text);
		bool found = false;

		if (f.members != NULL)
			fail_msg("%s: loaded", rows[i].name);
		for (size_t k = 0; k < f.err.n; k++)
			found |= str_eq(f.err.items[k].code,
				     str_from(rows[i].code)) &&
			    f.err.items[k].line == rows[i].line;
		if (!found)
			fail_msg("%s: no %s at line %u (%.*s)", rows[i].name,
			    rows[i].code, rows[i].line,
			    STR_ARG(f.err.items[0].code));
		arena_free(f.arena);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_table),
	    cmocka_unit_test(test_longest_prefix),
	    cmocka_unit_test(test_assets_and_sources),
	    cmocka_unit_test(test_empty),
	    cmocka_unit_test(test_mistakes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
