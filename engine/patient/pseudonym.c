#include "engine/patient/pseudonym.h"

#include <assert.h>
#include <stdlib.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#define MATRICULE     13
#define MATRICULE_OLD 11
#define LABEL_REACH   32 /* bytes before a number in which its label stands */

static const struct str test_secret =
    STR_INIT("vigie: this key is published and protects nobody");

/*
 * HMAC with a key of 32 bytes whose two first blocks were hashed before: an
 * audit message may name hundreds of patients. OpenSSL's HMAC() makes and
 * frees its contexts for every text (1.6 us instead of 0.3), as does the part
 * of its interface that is not deprecated.
 */
static void
hmac_begin(const uint8_t key[32], struct pseudonym_mac *out)
{
	uint8_t inner[SHA256_CBLOCK], outer[SHA256_CBLOCK];

	memset(inner, 0x36, sizeof(inner));
	memset(outer, 0x5c, sizeof(outer));
	for (size_t i = 0; i < 32; i++) {
		inner[i] ^= key[i];
		outer[i] ^= key[i];
	}
	if (SHA256_Init(&out->inner) != 1 || SHA256_Init(&out->outer) != 1 ||
	    SHA256_Update(&out->inner, inner, sizeof(inner)) != 1 ||
	    SHA256_Update(&out->outer, outer, sizeof(outer)) != 1)
		abort(); /* without it nothing may be written */
}

/* Of a, a zero byte and b. */
static void
hmac_of(const struct pseudonym_mac *mac, struct str a, struct str b,
    uint8_t out[32])
{
	SHA256_CTX c = mac->inner;

	if (SHA256_Update(&c, a.p, a.n) != 1 || SHA256_Update(&c, "", 1) != 1 ||
	    (b.n > 0 && SHA256_Update(&c, b.p, b.n) != 1) ||
	    SHA256_Final(out, &c) != 1)
		abort();
	c = mac->outer;
	if (SHA256_Update(&c, out, 32) != 1 || SHA256_Final(out, &c) != 1)
		abort();
}

static void
hmac(const uint8_t key[32], struct str a, struct str b, uint8_t out[32])
{
	struct pseudonym_mac mac;

	hmac_begin(key, &mac);
	hmac_of(&mac, a, b, out);
}

static void
to_hex(const uint8_t *bytes, size_t n, char *out)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < n; i++) {
		out[2 * i] = digits[bytes[i] >> 4];
		out[2 * i + 1] = digits[bytes[i] & 15];
	}
	out[2 * n] = '\0';
}

bool
pseudonym_keys_load(struct str bytes, struct pseudonym_keys *out)
{
	static const uint8_t extract[32] = "vigie privacy extract 1";

	if (bytes.n < PSEUDONYM_SECRET_MIN)
		return false;
	*out = (struct pseudonym_keys){0};
	/* RFC 5869 section 2.2: any file of enough entropy becomes 32 bytes. */
	hmac(extract, STR("secret"), bytes, out->secret);
	return true;
}

void
pseudonym_keys_test(struct pseudonym_keys *out)
{
	bool ok = pseudonym_keys_load(test_secret, out);

	assert(ok);
	out->test = true;
}

void
pseudonym_key_derive(const struct pseudonym_keys *keys, struct str member,
    struct pseudonym_key *out)
{
	uint8_t bytes[32], id[32];

	*out = (struct pseudonym_key){.id = ""};
	hmac(keys->secret, STR("member"), member, bytes);
	hmac_begin(bytes, &out->mac);
	if (keys->test) {
		memcpy(out->id, "test", 5);
		return;
	}
	hmac_of(&out->mac, STR("keyid"), STR_NONE, id);
	to_hex(id, 4, out->id);
}

static const struct str kinds[] = {
    [PSEUDONYM_PATIENT] = STR_INIT("patient"),
    [PSEUDONYM_PERSON] = STR_INIT("person"),
    [PSEUDONYM_ENCOUNTER] = STR_INIT("encounter"),
};

bool
pseudonym_is_own(const struct pseudonym_key *key, struct str id)
{
	struct str kind, by, digits;

	if (id.n >= PSEUDONYM_TEXT || !str_has_prefix(id, STR("p:")) ||
	    !str_cut(str_skip(id, 2), ':', &kind, &by) ||
	    !str_cut(by, ':', &by, &digits) || digits.n != 32 ||
	    !str_eq(by, str_from(key->id)))
		return false;
	for (size_t i = 0; i < digits.n; i++) {
		if (!char_is_digit(digits.p[i]) &&
		    (digits.p[i] < 'a' || digits.p[i] > 'f'))
			return false;
	}
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		if (str_eq(kind, kinds[i]))
			return true;
	}
	return false;
}

size_t
pseudonym_at(const struct pseudonym_key *key, struct str s, size_t i)
{
	s = str_skip(s, i);
	if (!str_has_prefix(s, STR("p:")))
		return 0;
	for (size_t k = 0; k < sizeof(kinds) / sizeof(*kinds); k++) {
		size_t n = 2 + kinds[k].n + 1 + strlen(key->id) + 1 + 32;

		if (s.n >= n && str_has_prefix(str_skip(s, 2), kinds[k]) &&
		    pseudonym_is_own(key, str_first(s, n)))
			return n;
	}
	return 0;
}

struct str
pseudonym_make(const struct pseudonym_key *key, enum pseudonym_kind kind,
    struct str id, char out[PSEUDONYM_TEXT])
{
	struct buf text = {.p = out, .cap = PSEUDONYM_TEXT,
	    .max = PSEUDONYM_TEXT};
	uint8_t mac[32];

	if (pseudonym_is_own(key, id)) {
		memcpy(out, id.p, id.n);
		out[id.n] = '\0';
		return str_make(out, id.n);
	}
	hmac_of(&key->mac, kinds[kind], id, mac);
	buf_add(&text, STR("p:"));
	buf_add(&text, kinds[kind]);
	buf_add_char(&text, ':');
	buf_add(&text, str_from(key->id));
	buf_add_char(&text, ':');
	assert(text.n + 33 <= PSEUDONYM_TEXT);
	to_hex(mac, 16, out + text.n);
	return str_make(out, text.n + 32);
}

/* Luhn (ISO/IEC 7812-1 annex B): the last of n digits checks the others. */
static bool
luhn_holds(const char *digits, size_t n)
{
	unsigned sum = 0;

	for (size_t i = 0; i < n; i++) {
		unsigned d = (unsigned)(digits[n - 1 - i] - '0');

		if (i % 2 == 1)
			d = d * 2 > 9 ? d * 2 - 9 : d * 2;
		sum += d;
	}
	return sum % 10 == 0;
}

static bool
has_birth_date(const char *d)
{
	unsigned century = (unsigned)(d[0] - '0') * 10 + (unsigned)(d[1] - '0');
	unsigned month = (unsigned)(d[4] - '0') * 10 + (unsigned)(d[5] - '0');
	unsigned day = (unsigned)(d[6] - '0') * 10 + (unsigned)(d[7] - '0');

	return century >= 18 && century <= 20 && month <= 12 && day <= 31;
}

static bool
is_labelled(struct str s, size_t at)
{
	static const struct str label = STR_INIT("matricule");
	size_t from = at > LABEL_REACH ? at - LABEL_REACH : 0;

	for (; from + label.n <= at; from++) {
		if (str_has_prefix_nocase(str_skip(s, from), label))
			return true;
	}
	return false;
}

static bool
is_matricule(struct str s, size_t at, size_t n)
{
	const char *d = s.p + at;

	/* 1803... is a time in milliseconds from 2027 on. */
	if (n == MATRICULE)
		return has_birth_date(d) && luhn_holds(d, 12) &&
		    (d[1] != '8' || is_labelled(s, at));
	return n == MATRICULE_OLD && has_birth_date(d) && is_labelled(s, at);
}

/* Bit i: byte i of the sixteen at p is a digit. */
#ifdef __SSE2__
static inline uint64_t
digit_bits(const char *p)
{
	__m128i x = _mm_sub_epi8(_mm_loadu_si128((const __m128i *)p),
	    _mm_set1_epi8('0'));

	/* No unsigned comparison: the lesser of x and 9 is x. */
	return (unsigned)_mm_movemask_epi8(
	    _mm_cmpeq_epi8(_mm_min_epu8(x, _mm_set1_epi8(9)), x));
}
#else
static inline uint64_t
digit_bits(const char *p)
{
	uint64_t bits = 0;

	for (unsigned i = 0; i < 16; i++)
		bits |= (uint64_t)char_is_digit(p[i]) << i;
	return bits;
}
#endif

/* Bits where six digits in a row begin, of the 64 bytes at p. */
static inline uint64_t
six_digits(const char *p)
{
	uint64_t bits = digit_bits(p) | digit_bits(p + 16) << 16 |
	    digit_bits(p + 32) << 32 | digit_bits(p + 48) << 48;

	bits &= bits >> 1;
	bits &= bits >> 2; /* four */
	return bits & bits >> 2;
}

/*
 * Where there are so many digits, counted from `from`, that eleven in a row
 * are possible: of eleven that two blocks share, one block has six. Returns
 * the first of six, or SIZE_MAX. Every line is looked through.
 */
static size_t
find_digits(struct str s, size_t from)
{
	char rest[64] = "";
	uint64_t found;
	size_t i = from;

	for (; i + 64 <= s.n; i += 64) {
		found = six_digits(s.p + i);
		if (found != 0)
			return i + (unsigned)__builtin_ctzll(found);
	}
	if (i + 6 > s.n)
		return SIZE_MAX;
	memcpy(rest, s.p + i, s.n - i);
	found = six_digits(rest);
	return found == 0 ? SIZE_MAX : i + (unsigned)__builtin_ctzll(found);
}

size_t
pseudonym_find(struct str s, size_t from, size_t *length)
{
	size_t i;

	while ((i = find_digits(s, from)) != SIZE_MAX) {
		size_t start = i, end = i + 1;

		while (start > from && char_is_digit(s.p[start - 1]))
			start--;
		while (end < s.n && char_is_digit(s.p[end]))
			end++;
		if (is_matricule(s, start, end - start)) {
			*length = end - start;
			return start;
		}
		from = end;
	}
	return SIZE_MAX;
}

size_t
pseudonym_text(const struct pseudonym_key *key, struct str s, struct buf *out)
{
	char text[PSEUDONYM_TEXT];
	size_t at, n, from = 0, count = 0;

	while ((at = pseudonym_find(s, from, &n)) != SIZE_MAX) {
		struct str id = str_make(s.p + at, n);

		buf_add(out, str_make(s.p + from, at - from));
		buf_add(out, count < PSEUDONYM_TEXT_MAX
			? pseudonym_make(key, PSEUDONYM_PATIENT, id, text)
			: LEFT_OUT);
		from = at + n;
		count++;
	}
	buf_add(out, str_skip(s, from));
	return count;
}

struct str
pseudonym_make_identifier(const struct pseudonym_key *key,
    enum pseudonym_kind kind, struct str value, struct str authority,
    char out[PSEUDONYM_TEXT])
{
	static const struct str oid = STR_INIT("urn:oid:");
	size_t n;
	struct buf text;
	struct str s;

	if (pseudonym_find(value, 0, &n) == 0 && n == value.n)
		return pseudonym_make(key, kind, value, out);
	if (str_has_prefix_nocase(authority, oid))
		authority = str_skip(authority, oid.n);
	buf_init(&text, SIZE_MAX);
	buf_add(&text, value);
	if (authority.n > 0) {
		buf_add_char(&text, '^');
		buf_add(&text, authority);
	}
	s = pseudonym_make(key, kind, buf_str(&text), out);
	buf_fini(&text);
	return s;
}

struct str
pseudonym_make_cx(const struct pseudonym_key *key, enum pseudonym_kind kind,
    struct str cx, char out[PSEUDONYM_TEXT])
{
	struct str value, rest, parts[3], authority;

	/* CX: id ^ check digit ^ its scheme ^ authority ^ type ...; the
	 * authority is name & universal id & its type (HL7 v2.5.1 2.A.14). */
	(void)str_cut(str_trim(cx), '^', &value, &rest);
	for (size_t i = 0; i < 3; i++)
		(void)str_cut(rest, '^', &parts[i], &rest);
	(void)str_cut(parts[2], '&', &authority, &rest);
	(void)str_cut(rest, '&', &rest, &parts[0]);
	return pseudonym_make_identifier(key, kind, value,
	    rest.n > 0 ? rest : authority, out);
}
