#include "engine/desk/chain.h"

#include <openssl/sha.h>

#include "engine/base/buf.h"

/* Numbers as 8 bytes, the highest first; texts with their length before. */
static void
add_number(struct buf *b, uint64_t v)
{
	for (int shift = 56; shift >= 0; shift -= 8)
		buf_add_char(b, (char)(v >> shift));
}

static void
add_text(struct buf *b, struct str s)
{
	add_number(b, s.n);
	buf_add(b, s);
}

void
chain_hash(const unsigned char previous[CHAIN_HASH],
    const struct chain_row *row, unsigned char out[CHAIN_HASH])
{
	struct buf b;
	buf_init(&b, SIZE_MAX);
	buf_add(&b, str_make((const char *)previous, CHAIN_HASH));
	add_number(&b, row->n);
	add_number(&b, (uint64_t)row->at);
	add_text(&b, row->incident);
	add_text(&b, row->by);
	add_text(&b, row->act);
	add_text(&b, row->text);
	(void)SHA256((const unsigned char *)b.p, b.n, out);
	buf_fini(&b);
}

void
chain_format(const unsigned char hash[CHAIN_HASH], char out[2 * CHAIN_HASH + 1])
{
	static const char digits[] = "0123456789abcdef";
	for (size_t i = 0; i < CHAIN_HASH; i++) {
		out[2 * i] = digits[hash[i] >> 4];
		out[2 * i + 1] = digits[hash[i] & 15];
	}
	out[2 * CHAIN_HASH] = '\0';
}
