#include "engine/store/entry.h"

#define ENTRY_VERSION 1

static void
put(char *p, uint64_t v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		p[i] = (char)(unsigned char)(v >> (8 * i));
}

static uint64_t
get(const char *p, size_t n)
{
	uint64_t v = 0;

	for (size_t i = 0; i < n; i++)
		v |= (uint64_t)(unsigned char)p[i] << (8 * i);
	return v;
}

void
entry_begin(struct buf *out)
{
	static const char zero[ENTRY_HEAD];

	buf_clear(out);
	buf_add(out, str_make(zero, sizeof(zero)));
}

void
entry_finish(struct buf *out, uint16_t slot, struct journal_pos reached,
    int64_t watermark)
{
	out->p[0] = ENTRY_VERSION;
	put(out->p + 1, slot, 2);
	put(out->p + 3, reached.segment, 8);
	put(out->p + 11, reached.offset, 8);
	put(out->p + 19, (uint64_t)watermark, 8);
}

bool
entry_parse(struct str bytes, struct entry *out)
{
	if (bytes.n < ENTRY_HEAD || bytes.p[0] != ENTRY_VERSION)
		return false;
	out->slot = (uint16_t)get(bytes.p + 1, 2);
	out->reached.segment = get(bytes.p + 3, 8);
	out->reached.offset = get(bytes.p + 11, 8);
	out->watermark = (int64_t)get(bytes.p + 19, 8);
	out->matches = str_skip(bytes, ENTRY_HEAD);
	return true;
}
