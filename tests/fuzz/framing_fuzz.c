/*
 * A stream in pieces that the input chooses has to give the same messages as
 * in one piece. The first byte is the mode, the second the seed of the
 * pieces' sizes; the rest is the stream.
 */
#include "engine/base/buf.h"
#include "engine/ingest/framing.h"

#include <assert.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
take(struct buf *out, const struct framed *framed)
{
	struct str line;
	size_t at = 0;
	uint32_t n = 0;

	if (framed->bare) {
		assert(framed->lines == 1);
		buf_add(out, framed->raw);
		n++;
	}
	while (!framed->bare &&
	    framing_next(framed->kind, framed->raw, &at, &line)) {
		assert(line.n > 0 && line.n <= FRAMING_MESSAGE_MAX);
		buf_printf(out, "[%zu]", line.n);
		buf_add(out, line);
		n++;
	}
	assert(n == framed->lines);
	assert(n == 1 || (!framed->partial && !framed->truncated));
	buf_printf(out, "%s%s", framed->partial ? "<partial>" : "",
	    framed->truncated ? "<truncated>" : "");
}

/* Pieces of 1 to `most` bytes; all at once for SIZE_MAX. */
static void
cut(struct str in, enum framing_mode mode, size_t most, uint32_t seed,
    struct buf *out)
{
	struct framer f = {.mode = mode};
	uint64_t empty = 0, dropped = 0;
	enum framing_verdict verdict = FRAMING_MORE;
	size_t from = 0, to = 0;

	while (verdict != FRAMING_CLOSE) {
		struct framed framed;
		bool eof;

		seed = seed * 1664525u + 1013904223u;
		to += most == SIZE_MAX ? in.n : 1 + (seed >> 8) % most;
		to = to < in.n ? to : in.n;
		eof = to == in.n && (most == SIZE_MAX || (seed >> 4 & 1) != 0);
		do {
			/* A copy, so that a look beyond the end is seen. */
			size_t n = to - from;
			char *copy = malloc(n + 1);

			memcpy(copy, in.p + from, n);
			copy = realloc(copy, n == 0 ? 1 : n);
			verdict = framing_scan(
			    &f, str_make(copy, n), eof, &framed);
			assert(framed.used <= n);
			assert(verdict != FRAMING_RUN || framed.used > 0);
			if (verdict == FRAMING_RUN)
				take(out, &framed);
			empty += framed.empty;
			dropped += framed.dropped;
			from += framed.used;
			free(copy);
		} while (verdict == FRAMING_RUN);
		if (verdict == FRAMING_CLOSE)
			buf_printf(out, "close %d", framed.reason);
		assert(
		    verdict == FRAMING_CLOSE || to - from <= FRAMING_WAIT_MAX);
		if (eof) {
			assert(verdict == FRAMING_CLOSE || from == in.n);
			break;
		}
	}
	buf_printf(out, " %u %u", (unsigned)empty, (unsigned)dropped);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf whole, parts;
	struct str in;

	if (size < 2 || size > 200000)
		return 0;
	in = str_make((const char *)data + 2, size - 2);
	buf_init(&whole, SIZE_MAX);
	buf_init(&parts, SIZE_MAX);
	cut(in, data[0] % 3, SIZE_MAX, 0, &whole);
	cut(in, data[0] % 3, 1 + size / 7, data[1], &parts);
	assert(str_eq(buf_str(&whole), buf_str(&parts)));
	buf_fini(&whole);
	buf_fini(&parts);
	return 0;
}
