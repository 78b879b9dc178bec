#include "engine/base/hash.h"

/* The one-shot SHA256() of OpenSSL 3 looks its provider up, under a lock, for
 * every call; the older calls are three times as fast on short texts. */
#define OPENSSL_API_COMPAT 0x10100000L
#include <openssl/sha.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

static uint64_t secret_seed = 0x56494749455f3031ull;

void
hash_seed(uint64_t secret)
{
	secret_seed = secret;
}

uint64_t
hash_bytes(struct str s)
{
	return XXH3_64bits_withSeed(s.p, s.n, secret_seed);
}

uint64_t
hash_u64(uint64_t v)
{
	v ^= secret_seed;
	v ^= v >> 32;
	v *= 0xd6e8feb86659fd93ull;
	v ^= v >> 32;
	v *= 0xd6e8feb86659fd93ull;
	return v ^ v >> 32;
}

static uint64_t
load_be(const unsigned char *p)
{
	uint64_t v = 0;

	for (int i = 0; i < 8; i++)
		v = v << 8 | p[i];
	return v;
}

struct hash128
hash_stable(struct str s)
{
	unsigned char digest[SHA256_DIGEST_LENGTH];
	SHA256_CTX context;

	SHA256_Init(&context);
	SHA256_Update(&context, s.p, s.n);
	SHA256_Final(digest, &context);
	return (struct hash128){load_be(digest), load_be(digest + 8)};
}

uint64_t
hash_checksum(const void *p, size_t n)
{
	return XXH3_64bits(p, n);
}

void
hash128_format(struct hash128 h, char out[33])
{
	static const char digits[] = "0123456789abcdef";

	for (int i = 0; i < 16; i++) {
		out[15 - i] = digits[h.hi >> (4 * i) & 15];
		out[31 - i] = digits[h.lo >> (4 * i) & 15];
	}
	out[32] = '\0';
}

bool
hash128_parse(struct str s, struct hash128 *out)
{
	struct hash128 h = {0};

	if (s.n != 32)
		return false;
	for (size_t i = 0; i < 32; i++) {
		char c = s.p[i];
		uint64_t d;

		if (char_is_digit(c))
			d = (uint64_t)(c - '0');
		else if (c >= 'a' && c <= 'f')
			d = (uint64_t)(c - 'a' + 10);
		else
			return false;
		if (i < 16)
			h.hi = h.hi << 4 | d;
		else
			h.lo = h.lo << 4 | d;
	}
	*out = h;
	return true;
}
