/* Keys, pseudonyms, matricules, and what is left of a raw line. */
#include "engine/patient/pseudonym.h"

#include "engine/base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static struct pseudonym_key key;

static int
setup(void **state)
{
	struct pseudonym_keys keys;

	(void)state;
	pseudonym_keys_test(&keys);
	pseudonym_key_derive(&keys, STR("m"), &key);
	return 0;
}

/* Made with Python's hmac and hashlib from docs/privacy.md. */
static void
test_value(void **state)
{
	struct pseudonym_keys keys;
	struct pseudonym_key k;
	char text[PSEUDONYM_TEXT];
	struct str s;

	(void)state;
	assert_true(pseudonym_keys_load(
	    STR("0123456789abcdef0123456789abcdef"), &keys));
	pseudonym_key_derive(&keys, STR("lab"), &k);
	s = pseudonym_make(&k, PSEUDONYM_PATIENT, STR("4711^2.999.7"), text);
	assert_string_equal(text, "p:patient:73e62e90:d19e898a3f479b26ebc2497344af44cc");
	assert_int_equal(s.n, strlen(text));
}

static void
test_keys(void **state)
{
	struct pseudonym_keys keys;
	struct pseudonym_key a, b;
	char x[PSEUDONYM_TEXT], y[PSEUDONYM_TEXT];

	(void)state;
	assert_false(pseudonym_keys_load(STR("too short"), &keys));
	assert_true(pseudonym_keys_load(
	    STR("0123456789abcdef0123456789abcdef"), &keys));
	pseudonym_key_derive(&keys, STR("a"), &a);
	pseudonym_key_derive(&keys, STR("b"), &b);
	assert_string_not_equal(a.id, b.id);
	pseudonym_make(&a, PSEUDONYM_PATIENT, STR("1"), x);
	pseudonym_make(&b, PSEUDONYM_PATIENT, STR("1"), y);
	assert_string_not_equal(x + strlen(x) - 32, y + strlen(y) - 32);
	pseudonym_make(&a, PSEUDONYM_ENCOUNTER, STR("1"), y);
	assert_string_not_equal(x + strlen(x) - 32, y + strlen(y) - 32);
}

/* Ways to write one patient. */
static void
test_same(void **state)
{
	static const char *const same[] = {"4711^^^MPI&2.999.7&ISO^PI",
	    " 4711^^^MPI&2.999.7&ISO", "4711^^^&2.999.7&ISO^MR",
	    "4711^5^M10^OTHER&2.999.7&ISO^PI"};
	char first[PSEUDONYM_TEXT], text[PSEUDONYM_TEXT];

	(void)state;
	pseudonym_make_identifier(&key, PSEUDONYM_PATIENT, STR("4711"),
	    STR("urn:oid:2.999.7"), first);
	for (size_t i = 0; i < 4; i++) {
		pseudonym_make_cx(&key, PSEUDONYM_PATIENT, str_from(same[i]),
		    text);
		assert_string_equal(text, first);
	}
	pseudonym_make_cx(&key, PSEUDONYM_PATIENT, STR("4711"), text);
	assert_string_not_equal(text, first);
}

static void
test_matricules(void **state)
{
	static const struct {
		const char *name, *text;
		size_t at, n;
	} rows[] = {
	    {"alone", "1985010112357", 0, 13},
	    {"in a sentence", "patient 1985010112357, room 4", 8, 13},
	    {"second is one", "1234567890123 1985010112357", 14, 13},
	    {"day and month 00", "1900000045637", 0, 13},
	    {"luhn differs", "1985010112367", SIZE_MAX, 0},
	    {"month 13", "1985130112345", SIZE_MAX, 0},
	    {"longer run", "11985010112357", SIZE_MAX, 0},
	    {"twelve", "198501011234", SIZE_MAX, 0},
	    {"old, labelled", "Matricule: 19850101123", 11, 11},
	    {"old, no label", "number 19850101123", SIZE_MAX, 0},
	    {"epoch", "1795514400000", SIZE_MAX, 0},
	    {"epoch of 2027", "ts=1803021512380", SIZE_MAX, 0},
	    {"18xx, labelled", "matricule 1803021512380", 10, 13},
	    {"empty", "", SIZE_MAX, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		size_t n = 0;
		size_t at = pseudonym_find(str_from(rows[i].text), 0, &n);

		if (at != rows[i].at || (at != SIZE_MAX && n != rows[i].n))
			fail_msg("%s: at %zu, %zu bytes", rows[i].name, at, n);
	}
}

/* However many there are, none is left. */
static void
test_many(void **state)
{
	static const struct str id = STR_INIT("1985010112357");
	struct buf text, out;
	char want[PSEUDONYM_TEXT];
	struct str rest;
	size_t shown = 0;

	(void)state;
	buf_init(&text, SIZE_MAX);
	buf_init(&out, SIZE_MAX);
	for (size_t i = 0; i < PSEUDONYM_TEXT_MAX + 3; i++)
		buf_printf(&text, "%.*s ", STR_ARG(id));
	assert_int_equal(pseudonym_text(&key, buf_str(&text), &out),
	    PSEUDONYM_TEXT_MAX + 3);
	assert_true(str_find(buf_str(&out), id) == SIZE_MAX);
	rest = buf_str(&out);
	for (size_t at; (at = str_find(rest, STR("p:patient:"))) != SIZE_MAX;
	     shown++)
		rest = str_skip(rest, at + 1);
	assert_int_equal(shown, PSEUDONYM_TEXT_MAX);
	assert_true(str_has_suffix(buf_str(&out), STR(" [...] [...] [...] ")));

	/* What was made is not made of again. */
	rest = pseudonym_make(&key, PSEUDONYM_PERSON, STR("a"), want);
	buf_clear(&text);
	buf_add(&text, rest);
	assert_true(str_eq(pseudonym_make(&key, PSEUDONYM_PATIENT,
			       buf_str(&text), want),
	    buf_str(&text)));
	buf_fini(&text);
	buf_fini(&out);
}

/* At every offset of every length, behind runs of other lengths. */
static void
test_everywhere(void **state)
{
	char text[64];
	size_t n;

	(void)state;
	for (size_t before = 0; before < 20; before++) {
		for (size_t digits = 0; digits < before; digits++) {
			for (size_t after = 0; after < 12; after++) {
				memset(text, 'x', sizeof(text));
				memset(text, '1', digits);
				memcpy(text + before, "1985010112357", 13);
				assert_int_equal(pseudonym_find(
				    str_make(text, before + 13 + after), 0,
				    &n), before);
			}
		}
	}
}

static void
redact_row(const char *name, const char *raw, const char *gone,
    const char *kept)
{
	struct buf out;

	buf_init(&out, SIZE_MAX);
	if (pseudonym_redact(&key, str_from(raw), &out) == 0)
		fail_msg("%s: nothing changed", name);
	if (str_find(buf_str(&out), str_from(gone)) != SIZE_MAX)
		fail_msg("%s: '%s' is still in %.*s", name, gone,
		    STR_ARG(buf_str(&out)));
	if (str_find(buf_str(&out), str_from(kept)) == SIZE_MAX)
		fail_msg("%s: '%s' is not in %.*s", name, kept,
		    STR_ARG(buf_str(&out)));
	buf_fini(&out);
}

#define OBJECT \
	"<85>1 - h a - IHE+RFC-3881 - <AuditMessage>" \
	"<ParticipantObjectIdentification ParticipantObjectTypeCode='1' " \
	"ParticipantObjectTypeCodeRole='1' ParticipantObjectID='4711'"

/* Wherever it stands, between whatever other digits. */
static void
test_every_place(void **state)
{
	static const struct str number = STR_INIT("1985010112357");
	static const char around[] = "ab-0.1:z9";
	uint32_t seed = 7;
	char text[128];

	(void)state;
	for (size_t at = 0; at < 70; at++) {
		for (size_t behind = 0; behind < 40; behind++) {
			struct str s = str_make(text, at + number.n + behind);
			size_t n = 0;

			for (size_t i = 0; i < s.n; i++) {
				seed = seed * 1664525 + 1013904223;
				text[i] = around[(seed >> 16) % 9];
			}
			if (at > 0)
				text[at - 1] = ' ';
			text[at + number.n] = ' ';
			memcpy(text + at, number.p, number.n);
			assert_int_equal(pseudonym_find(s, 0, &n), at);
			assert_int_equal(n, number.n);
			text[at + 4] = 'x';
			assert_int_equal(pseudonym_find(s, 0, &n), SIZE_MAX);
		}
	}
}

static void
test_redact(void **state)
{
	static const struct {
		const char *name, *raw, *gone, *kept;
	} rows[] = {
	    {"free text", "<13>x: seen 1985010112357 today", "1985010112357", "seen p:patient:"},
	    {"id", OBJECT "/></AuditMessage>", "4711", "p:patient:test:"},
	    {"name", OBJECT "><ParticipantObjectName>Doe^Jane"
	     "</ParticipantObjectName></ParticipantObjectIdentification>"
	     "</AuditMessage>", "Jane", "</AuditMessage>"},
	    {"detail", OBJECT "><ParticipantObjectDetail type='a' "
	     "value='SmFuZQ=='/></ParticipantObjectIdentification>"
	     "</AuditMessage>", "SmFuZQ", "</AuditMessage>"},
	    {"nested in a description", OBJECT
	     "><ParticipantObjectDescription><a><b>Jane</b></a>"
	     "</ParticipantObjectDescription>"
	     "</ParticipantObjectIdentification></AuditMessage>", "Jane",
	     "</AuditMessage>"},
	    {"comment", "<AuditMessage><!-- Jane --><EventIdentification "
	     "EventActionCode='R'/></AuditMessage>", "Jane", "ActionCode"},
	    {"cut in a name", OBJECT "><ParticipantObjectName>Doe^Ja", "Ja",
	     "[...]"},
	    {"cut in a tag", "<AuditMessage><ActiveParticipant UserID='u'/>"
	     "<ParticipantObjectIdentification ParticipantObjectID='4711",
	     "4711", "UserID='u'"},
	    {"patient's own account", "<AuditMessage><ActiveParticipant "
	     "UserID='jane.doe' UserName='Jane'><RoleIDCode csd-code='PAT'/>"
	     "</ActiveParticipant></AuditMessage>", "ane", "p:patient:"},
	    {"document type", "<!DOCTYPE a><AuditMessage>Jane "
	     "ParticipantObject</AuditMessage>", "Jane", "[...]"},
	    {"fhir", "<85>1 - h a - - - {\"resourceType\":\"AuditEvent\","
	     "\"text\":{\"div\":\"Jane\"},\"entity\":[{\"what\":{\"identifier"
	     "\":{\"value\":\"Jane\"},\"display\":\"Jane\"},\"role\":{\"code"
	     "\":\"1\"},\"name\":\"Jane\",\"query\":\"Jane\"}]}", "Jane",
	     "p:patient:"},
	    {"fhir, no list", "{\"resourceType\":\"AuditEvent\",\"entity\":{"
	     "\"name\":\"Jane\"},\"agent\":{\"name\":\"Jane\"}}", "Jane",
	     "{\"resourceType\":\"AuditEvent\"}"},
	    {"fhir, entities twice", "{\"resourceType\":\"AuditEvent\","
	     "\"entity\":[],\"entity\":[{\"name\":\"Jane\"}]}", "Jane",
	     "[...]"},
	    {"fhir, an entity is no object", "{\"resourceType\":"
	     "\"AuditEvent\",\"entity\":[\"Jane\",{\"what\":{\"display\":"
	     "\"Jane\"}}]}", "Jane", "\"entity\":[{\"what\":{}},"},
	    {"fhir, text behind", "{\"resourceType\":\"AuditEvent\"} Jane",
	     "Jane", "[...]"},
	    {"fhir, cut", "{\"resourceType\":\"AuditEvent\",\"text\":\"Jane",
	     "Jane", "[...]"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		redact_row(rows[i].name, rows[i].raw, rows[i].gone,
		    rows[i].kept);
}

static void
test_untouched(void **state)
{
	static const char line[] =
	    "<38>Nov 24 10:00:00 srv1 sshd[1]: Accepted <x> {y} 192.0.2.7";
	struct buf out;

	(void)state;
	buf_init(&out, SIZE_MAX);
	assert_int_equal(pseudonym_redact(&key, str_from(line), &out), 0);
	assert_true(str_eq(buf_str(&out), str_from(line)));
	buf_fini(&out);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_value),
	    cmocka_unit_test(test_keys),
	    cmocka_unit_test(test_same),
	    cmocka_unit_test(test_matricules),
	    cmocka_unit_test(test_many),
	    cmocka_unit_test(test_everywhere),
	    cmocka_unit_test(test_every_place),
	    cmocka_unit_test(test_redact),
	    cmocka_unit_test(test_untouched),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
