/* Hashes: the stable ones are the same for ever, the keyed ones follow the
 * key. */
#include "engine/base/hash.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static void
test_stable(void **state)
{
	/* SHA-256's first half (FIPS 180-4; coreutils' sha256sum says so). */
	static const struct {
		struct str in;
		const char *want;
	} rows[] = {
	    {STR_INIT(""),    "e3b0c44298fc1c149afbf4c8996fb924"},
	    {STR_INIT("abc"), "ba7816bf8f01cfea414140de5dae2223"},
	};
	char text[33];

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		hash128_format(hash_stable(rows[i].in), text);
		assert_string_equal(text, rows[i].want);
	}
	hash_seed(1);
	hash128_format(hash_stable(STR("abc")), text);
	assert_string_equal(text, rows[1].want);
	hash128_format(hash_stable(STR_NONE), text);
	assert_string_equal(text, rows[0].want);
}

static void
test_text(void **state)
{
	static const struct {
		const char *name;
		struct str in;
		bool ok;
	} rows[] = {
	    {"good",     STR_INIT("0123456789abcdeffedcba9876543210"),  true },
	    {"capitals", STR_INIT("0123456789ABCDEFFEDCBA9876543210"),  false},
	    {"31",       STR_INIT("0123456789abcdeffedcba987654321"),   false},
	    {"33",       STR_INIT("0123456789abcdeffedcba98765432100"), false},
	    {"g",        STR_INIT("g123456789abcdeffedcba9876543210"),  false},
	    {"empty",    {NULL, 0},				     false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct hash128 h = {7, 7};
		char text[33];

		if (hash128_parse(rows[i].in, &h) != rows[i].ok)
			fail_msg("row '%s'", rows[i].name);
		if (!rows[i].ok) {
			assert_int_equal(h.hi + h.lo, 14);
			continue;
		}
		assert_true(h.hi == 0x0123456789abcdefull);
		assert_true(h.lo == 0xfedcba9876543210ull);
		hash128_format(h, text);
		assert_memory_equal(text, rows[i].in.p, 32);
		assert_int_equal(text[32], '\0');
	}
}

static void
test_keyed(void **state)
{
	uint64_t a, b;

	(void)state;
	hash_seed(1);
	a = hash_bytes(STR("root"));
	b = hash_u64(5);
	assert_true(a == hash_bytes(STR("root")));
	assert_true(a != hash_bytes(STR("Root")));
	hash_seed(2);
	assert_true(a != hash_bytes(STR("root")));
	assert_true(b != hash_u64(5));
	(void)hash_bytes(STR_NONE); /* is no crash */
	/* The checksum of our files has no key. */
	a = hash_checksum("root", 4);
	hash_seed(3);
	assert_true(a == hash_checksum("root", 4));
}

static void
test_shards(void **state)
{
	unsigned count[64] = {0};

	(void)state;
	/* 64 shards by the top 6 bits fill evenly: 64,000 keys, 1,000 each;
	 * five standard deviations are 159. */
	for (unsigned i = 0; i < 64000; i++) {
		char key[16];
		int n = snprintf(key, sizeof(key), "key %u", i);

		count[hash_stable(str_make(key, (size_t)n)).hi >> 58]++;
	}
	for (unsigned i = 0; i < 64; i++)
		assert_in_range(count[i], 841, 1159);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_stable),
	    cmocka_unit_test(test_text),
	    cmocka_unit_test(test_keyed),
	    cmocka_unit_test(test_shards),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
