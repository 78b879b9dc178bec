/* An entry of the match log: its head and the matches in it. */
#include "engine/store/entry.h"

#include "engine/base/arena.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static void
test_head(void **state)
{
	static const struct {
		const char *name;
		uint16_t slot;
		struct journal_pos reached;
		int64_t watermark;
	} rows[] = {
	    {"zero",     0,              {0, 0},                   0                        },
	    {"plain",    3,              {(3ull << 48) + 7, 4096}, INT64_C(1795514400000000)},
	    {"largest",  UINT16_MAX - 1, {UINT64_MAX, UINT64_MAX}, INT64_MAX                },
	    {"negative", 1,              {1, 128},                 -1                       },
	    {"no slot",  ENTRY_NO_SLOT,  {0, 0},                   5                        },
	};
	struct buf b;

	(void)state;
	buf_init(&b, 10000);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct entry e;

		entry_begin(&b); /* clears what was there */
		assert_int_equal(b.n, ENTRY_HEAD);
		buf_add(&b, STR("matches"));
		entry_finish(
		    &b, rows[i].slot, rows[i].reached, rows[i].watermark);
		assert_true(entry_parse(buf_str(&b), &e));
		if (e.slot != rows[i].slot ||
		    e.reached.segment != rows[i].reached.segment ||
		    e.reached.offset != rows[i].reached.offset ||
		    e.watermark != rows[i].watermark ||
		    !str_eq(e.matches, STR("matches")))
			fail_msg("row '%s'", rows[i].name);
	}
	buf_fini(&b);
}

/* The bytes are kept in Redis: they must not change. */
static void
test_layout(void **state)
{
	static const char want[] = "\x01"
				   "\x02\x01"
				   "\x08\x07\x06\x05\x04\x03\x02\x01"
				   "\x18\x17\x16\x15\x14\x13\x12\x11"
				   "\xff\xff\xff\xff\xff\xff\xff\xff";
	struct buf b;

	(void)state;
	buf_init(&b, 100);
	entry_begin(&b);
	entry_finish(&b, 0x0102,
	    (struct journal_pos){0x0102030405060708, 0x1112131415161718}, -1);
	assert_int_equal(b.n, sizeof(want) - 1);
	assert_memory_equal(b.p, want, b.n);
	buf_fini(&b);
}

static void
test_bad(void **state)
{
	char bytes[ENTRY_HEAD] = {1};
	struct entry e;

	(void)state;
	assert_true(entry_parse(str_make(bytes, ENTRY_HEAD), &e));
	assert_int_equal(e.matches.n, 0); /* a tick */
	for (size_t cut = 0; cut < ENTRY_HEAD; cut++)
		assert_false(entry_parse(str_make(bytes, cut), &e));
	bytes[0] = 2; /* another version */
	assert_false(entry_parse(str_make(bytes, ENTRY_HEAD), &e));
	bytes[0] = 0;
	assert_false(entry_parse(str_make(bytes, ENTRY_HEAD), &e));
	assert_false(entry_parse(STR_NONE, &e));
}

static void
test_matches(void **state)
{
	struct match m = {
	    .spec = 7,
	    .step = 2,
	    .window = {1ull << 58, 9},
	    .event = { 5,       128, 3},
	    .time = 1000,
	    .received = 2000,
	    .member = STR("clinic-example"),
	    .entity = STR("192.0.2.7")
        };
	struct match out;
	struct entry e;
	struct buf b;

	(void)state;
	buf_init(&b, 10000);
	entry_begin(&b);
	for (uint32_t i = 0; i < 5; i++) {
		m.event.line = i;
		match_format(&m, &b);
	}
	entry_finish(&b, 1, (struct journal_pos){5, 512}, 2000);
	assert_true(entry_parse(buf_str(&b), &e));
	for (uint32_t i = 0; i < 5; i++) {
		assert_true(match_parse(&e.matches, &out));
		assert_int_equal(out.event.line, i);
		assert_true(str_eq(out.member, m.member));
		assert_int_equal(match_shard(&out), 1);
	}
	assert_int_equal(e.matches.n, 0);
	assert_false(match_parse(&e.matches, &out));
	/* Cut anywhere: no more than the whole matches, and an end. */
	for (size_t cut = ENTRY_HEAD; cut < b.n; cut++) {
		char *copy = mem_get(cut);
		uint32_t n = 0;

		memcpy(copy, b.p, cut);
		assert_true(entry_parse(str_make(copy, cut), &e));
		while (e.matches.n > 0 && match_parse(&e.matches, &out))
			n++;
		assert_true(n < 5);
		free(copy);
	}
	buf_fini(&b);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_head),
	    cmocka_unit_test(test_layout),
	    cmocka_unit_test(test_bad),
	    cmocka_unit_test(test_matches),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
