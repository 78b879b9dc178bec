#include "engine/correlate/wire.h"

void
wire_add_u64(struct buf *out, uint64_t v)
{
	char *p = buf_room(out, 10);
	size_t n = 0;

	if (p == NULL)
		return;
	for (; v >= 0x80; v >>= 7)
		p[n++] = (char)(v | 0x80);
	p[n++] = (char)v;
	out->n += n;
}

void
wire_add_i64(struct buf *out, int64_t v)
{
	wire_add_u64(out, (uint64_t)v << 1 ^ (v < 0 ? UINT64_MAX : 0));
}

void
wire_add_fixed(struct buf *out, uint64_t v)
{
	char *p = buf_room(out, 8);

	if (p == NULL)
		return;
	for (int i = 0; i < 8; i++)
		p[i] = (char)(v >> 8 * i);
	out->n += 8;
}

void
wire_add_str(struct buf *out, struct str s)
{
	wire_add_u64(out, s.n);
	buf_add(out, s);
}

uint64_t
wire_u64(struct wire *in)
{
	uint64_t v = 0;

	for (size_t i = 0; i < in->rest.n && i < 10; i++) {
		unsigned char c = (unsigned char)in->rest.p[i];

		if (i == 9 && c > 1)
			break;
		v |= (uint64_t)(c & 0x7f) << 7 * i;
		if (c < 0x80) {
			in->rest = str_skip(in->rest, i + 1);
			return v;
		}
	}
	in->bad = true;
	in->rest.n = 0;
	return 0;
}

int64_t
wire_i64(struct wire *in)
{
	uint64_t v = wire_u64(in);

	return (int64_t)(v >> 1 ^ (0 - (v & 1)));
}

uint64_t
wire_fixed(struct wire *in)
{
	uint64_t v = 0;

	if (in->rest.n < 8) {
		in->bad = true;
		in->rest.n = 0;
		return 0;
	}
	for (int i = 0; i < 8; i++)
		v |= (uint64_t)(unsigned char)in->rest.p[i] << 8 * i;
	in->rest = str_skip(in->rest, 8);
	return v;
}

uint64_t
wire_number(struct wire *in, uint64_t max)
{
	uint64_t v = wire_u64(in);

	if (v <= max)
		return v;
	in->bad = true;
	in->rest.n = 0;
	return 0;
}

struct str
wire_str(struct wire *in)
{
	uint64_t n = wire_number(in, in->rest.n);
	struct str s;

	/* The length's own bytes are gone from the rest now. */
	if (in->bad || n > in->rest.n) {
		in->bad = true;
		in->rest.n = 0;
		return STR_NONE;
	}
	s = str_first(in->rest, (size_t)n);
	in->rest = str_skip(in->rest, (size_t)n);
	return s;
}
