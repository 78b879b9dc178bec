#include "engine/journal/record.h"

#include "engine/base/hash.h"

#include <endian.h>

/* 0xF5 never stands in UTF-8, so text holds no such place. */
static const unsigned char magic[4] = {'V', 0xf5, 'J', 0x0a};

#define CHECKED        44 /* header bytes before its check */
#define FLAG_PARTIAL   1
#define FLAG_TRUNCATED 2

void
put_u32(unsigned char *p, uint32_t v)
{
	v = htole32(v);
	memcpy(p, &v, sizeof(v));
}

void
put_u64(unsigned char *p, uint64_t v)
{
	v = htole64(v);
	memcpy(p, &v, sizeof(v));
}

uint32_t
get_u32(const unsigned char *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return le32toh(v);
}

uint64_t
get_u64(const unsigned char *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return le64toh(v);
}

static void
put_u16(unsigned char *p, uint16_t v)
{
	v = htole16(v);
	memcpy(p, &v, sizeof(v));
}

static uint16_t
get_u16(const unsigned char *p)
{
	uint16_t v;

	memcpy(&v, p, sizeof(v));
	return le16toh(v);
}

bool
record_is_magic(const unsigned char p[4])
{
	return memcmp(p, magic, sizeof(magic)) == 0;
}

static uint64_t
head_check(const unsigned char *head, struct str member,
    const struct segment_key *key, uint64_t offset)
{
	unsigned char b[CHECKED + 24 + JOURNAL_MEMBER_MAX];

	memcpy(b, head, CHECKED);
	put_u64(b + CHECKED, key->salt);
	put_u64(b + CHECKED + 8, key->number);
	put_u64(b + CHECKED + 16, offset);
	if (member.n > 0)
		memcpy(b + CHECKED + 24, member.p, member.n);
	return hash_checksum(b, CHECKED + 24 + member.n);
}

size_t
record_head_format(unsigned char out[RECORD_HEAD + JOURNAL_MEMBER_MAX],
    const struct record *r, enum record_kind kind,
    const struct segment_key *key, uint64_t offset)
{
	memcpy(out, magic, sizeof(magic));
	out[4] = (unsigned char)kind;
	out[5] = (unsigned char)r->framing;
	out[6] = (unsigned char)r->transport;
	out[7] = (unsigned char)((r->partial ? FLAG_PARTIAL : 0) |
	    (r->truncated ? FLAG_TRUNCATED : 0));
	put_u32(out + 8, (uint32_t)r->raw.n);
	put_u32(out + 12, r->lines);
	put_u64(out + 16, (uint64_t)r->received);
	memcpy(out + 24, r->peer.b, 16);
	put_u16(out + 40, r->port);
	put_u16(out + 42, (uint16_t)r->member.n);
	put_u64(out + CHECKED, head_check(out, r->member, key, offset));
	if (r->member.n > 0)
		memcpy(out + RECORD_HEAD, r->member.p, r->member.n);
	return RECORD_HEAD + r->member.n;
}

enum head_result
record_head_parse(const unsigned char *p, size_t n,
    const struct segment_key *key, uint64_t offset, struct record_head *out)
{
	struct str member;
	uint32_t raw;

	if (n >= sizeof(magic) && !record_is_magic(p))
		return HEAD_BAD;
	if (n < RECORD_HEAD)
		return HEAD_SHORT;
	member.n = get_u16(p + 42);
	raw = get_u32(p + 8);
	if (member.n > JOURNAL_MEMBER_MAX || raw > JOURNAL_RAW_MAX)
		return HEAD_BAD;
	if (n < RECORD_HEAD + member.n)
		return HEAD_SHORT;
	member.p = (const char *)p + RECORD_HEAD;
	if (head_check(p, member, key, offset) != get_u64(p + CHECKED))
		return HEAD_BAD;
	if ((p[4] != RECORD_DATA && p[4] != RECORD_SEAL) ||
	    p[5] > FRAMING_DATAGRAM || p[6] > TRANSPORT_RELP)
		return HEAD_BAD;
	*out = (struct record_head){
	    .kind = p[4],
	    .size = record_size(member.n, raw),
	    .record =
		{
			 .framing = p[5],
			 .transport = p[6],
			 .partial = (p[7] & FLAG_PARTIAL) != 0,
			 .truncated = (p[7] & FLAG_TRUNCATED) != 0,
			 .received = (int64_t)get_u64(p + 16),
			 .port = get_u16(p + 40),
			 .member = member,
			 .lines = get_u32(p + 12),
			 .raw = {member.p + member.n, raw},
			 },
	};
	memcpy(out->record.peer.b, p + 24, 16);
	return HEAD_OK;
}

bool
record_payload_is_good(const struct record *r)
{
	return hash_checksum(r->raw.p, r->raw.n) ==
	    get_u64((const unsigned char *)r->raw.p + r->raw.n);
}
