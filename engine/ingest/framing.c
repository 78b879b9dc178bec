/*
 * LF: each message is one memchr; `scanned` remembers how far the waiting
 * bytes were searched, so that a sender of single bytes costs no more than
 * one of whole buffers. Octets: the count says where the next frame begins.
 */
#include "engine/ingest/framing.h"

#include "engine/base/stats.h"

#include <assert.h>

const char *
framing_reason_text(enum framing_reason reason)
{
	static const char *const texts[] = {
	    [FRAMING_FINE] = "nothing wrong",
	    [FRAMING_BAD_COUNT] = "bad octet count: the stream is out of step",
	    [FRAMING_TOO_LARGE] = "a message of more than 1 MiB announced",
	    [FRAMING_TLS] = "a TLS hello on a port for plain text",
	};

	return texts[reason];
}

bool
framing_is_open(const struct framer *f, size_t waiting)
{
	return waiting > 0 || f->skip > 0 || f->skip_line;
}

static enum framing_verdict
refuse(struct framed *out, enum framing_reason reason)
{
	out->reason = reason;
	return FRAMING_CLOSE;
}

static bool
is_blank_line(const char *p, size_t n)
{
	return n == 0 || (n == 1 && *p == '\r');
}

/* A message of more than the largest size begins at `bytes`. */
static enum framing_verdict
cut_line(struct framer *f, struct str bytes, struct framed *out)
{
	out->raw = str_first(bytes, FRAMING_MESSAGE_MAX);
	out->lines = 1;
	out->truncated = true;
	out->used += FRAMING_MESSAGE_MAX;
	f->skip_line = true;
	f->scanned = 0;
	return FRAMING_RUN;
}

/* The last bytes of a stream, without LF. */
static enum framing_verdict
end_line(struct str rest, struct framed *out)
{
	out->used += rest.n;
	if (is_blank_line(rest.p, rest.n)) {
		out->empty += rest.n > 0;
		return FRAMING_MORE;
	}
	out->raw = rest;
	out->lines = 1;
	out->partial = true;
	return FRAMING_RUN;
}

/*
 * The bytes from here on are lines. Everything up to the last LF is one run,
 * unless a message in it is too long: the run then ends before that.
 */
static enum framing_verdict
scan_lines(struct framer *f, struct str bytes, bool eof, struct framed *out)
{
	size_t at = 0, from = f->scanned;
	bool too_long = false;

	for (;;) {
		const char *lf = from < bytes.n
		    ? memchr(bytes.p + from, '\n', bytes.n - from)
		    : NULL;
		size_t n = (lf == NULL ? bytes.n : (size_t)(lf - bytes.p)) - at;

		if (n > FRAMING_MESSAGE_MAX) {
			too_long = true;
			break;
		}
		if (lf == NULL)
			break;
		if (is_blank_line(bytes.p + at, n))
			out->empty++;
		else
			out->lines++;
		at += n + 1;
		from = at;
	}
	out->used += at;
	if (out->lines > 0) {
		f->scanned = too_long ? 0 : bytes.n - at;
		out->raw = str_first(bytes, at);
		return FRAMING_RUN;
	}
	if (too_long)
		return cut_line(f, str_skip(bytes, at), out);
	if (eof) {
		f->scanned = 0;
		return end_line(str_skip(bytes, at), out);
	}
	f->scanned = bytes.n - at;
	return FRAMING_MORE;
}

static enum framing_verdict
scan_lf(struct framer *f, struct str bytes, bool eof, struct framed *out)
{
	if (f->skip_line) {
		const char *lf = memchr(bytes.p, '\n', bytes.n);
		size_t n = lf == NULL ? bytes.n : (size_t)(lf - bytes.p) + 1;

		out->used = n;
		if (lf == NULL)
			return FRAMING_MORE;
		f->skip_line = false;
		bytes = str_skip(bytes, n);
	}
	return scan_lines(f, bytes, eof, out);
}

/* A frame that is not whole, at the front of what is left. */
static enum framing_verdict
open_frame(struct framer *f, struct str rest, size_t head, uint32_t count,
    bool eof, struct framed *out)
{
	size_t have = rest.n - head;

	if (count > FRAMING_MESSAGE_MAX && have >= FRAMING_MESSAGE_MAX) {
		out->raw = str_first(str_skip(rest, head), FRAMING_MESSAGE_MAX);
		out->lines = 1;
		out->truncated = out->bare = true;
		out->used += head + FRAMING_MESSAGE_MAX;
		f->skip = count - FRAMING_MESSAGE_MAX;
		return FRAMING_RUN;
	}
	if (!eof)
		return FRAMING_MORE;
	out->used += rest.n;
	if (have == 0) {
		out->dropped++;
		return FRAMING_MORE;
	}
	/* framing_next() gives a frame as far as it goes. */
	out->raw = rest;
	out->lines = 1;
	out->partial = true;
	return FRAMING_RUN;
}

static enum framing_verdict
scan_octets(struct framer *f, struct str bytes, bool eof, struct framed *out)
{
	size_t start, at = f->skip < bytes.n ? f->skip : bytes.n, head = 0;
	uint32_t count = 0;

	f->skip -= (uint32_t)at;
	out->used = at;
	for (start = at; at < bytes.n; at += head + count) {
		struct str rest = str_skip(bytes, at);
		enum octet_count c = octet_count(rest, &count, &head);

		if (c == OCTET_COUNT && count <= FRAMING_MESSAGE_MAX &&
		    rest.n - head >= count) {
			out->lines++;
			continue;
		}
		/* Whole frames first; this one again in the next call. */
		if (out->lines > 0)
			break;
		if (c == OCTET_MORE) {
			if (eof) {
				out->used = bytes.n;
				out->dropped++;
			}
			return FRAMING_MORE;
		}
		if (c != OCTET_COUNT)
			return refuse(out, FRAMING_BAD_COUNT);
		if (count > FRAMING_COUNT_MAX)
			return refuse(out, FRAMING_TOO_LARGE);
		return open_frame(f, rest, head, count, eof, out);
	}
	if (out->lines == 0)
		return FRAMING_MORE;
	out->raw = str_make(bytes.p + start, at - start);
	out->used = at;
	return FRAMING_RUN;
}

/*
 * The first bytes decide. Digits with anything but SP behind them are text (a
 * date, say); more digits than a count has, or a zero in front, are a count
 * gone wrong. False: wait for more, or refused (out->reason).
 */
static bool
decide(struct framer *f, struct str bytes, bool eof, struct framed *out)
{
	uint32_t count;
	size_t size, digits = 0;

	if (bytes.p[0] == 0x16 && bytes.n == 1 && !eof)
		return false;
	if (bytes.p[0] == 0x16 && bytes.n > 1 && bytes.p[1] == 0x03) {
		out->reason = FRAMING_TLS;
		return false;
	}
	f->decided = true;
	f->kind = f->mode == FRAMING_ONLY_LF ? FRAMING_LF : FRAMING_OCTET;
	if (f->mode != FRAMING_AUTO)
		return true;
	switch (octet_count(bytes, &count, &size)) {
	case OCTET_COUNT:
	case OCTET_TOO_LONG:
		break;
	case OCTET_MORE:
		f->decided = eof;
		break;
	case OCTET_NONE:
		while (digits < bytes.n && char_is_digit(bytes.p[digits]))
			digits++;
		if (digits == 0 || bytes.p[0] != '0')
			f->kind = FRAMING_LF;
		break;
	}
	return f->decided;
}

enum framing_verdict
framing_scan(struct framer *f, struct str bytes, bool eof, struct framed *out)
{
	enum framing_verdict verdict;

	*out = (struct framed){.kind = f->kind};
	if (bytes.n == 0)
		return FRAMING_MORE;
	if (!f->decided && !decide(f, bytes, eof, out))
		return out->reason == FRAMING_FINE ? FRAMING_MORE
						   : FRAMING_CLOSE;
	out->kind = f->kind;
	verdict = f->kind == FRAMING_LF ? scan_lf(f, bytes, eof, out)
					: scan_octets(f, bytes, eof, out);
	assert(out->used <= bytes.n);
	return verdict;
}

void
framing_count(const struct framed *framed, enum framing_verdict verdict)
{
	uint64_t all = framed->lines + framed->empty + framed->dropped;

	if (verdict == FRAMING_CLOSE) {
		all++;
		if (framed->reason == FRAMING_TLS)
			STAT_ADD(refused_tls_on_plain, 1);
		else
			STAT_ADD(refused_framing, 1);
	}
	STAT_ADD(received, all);
	STAT_ADD(received_bytes, framed->used);
	if (framed->empty > 0)
		STAT_ADD(refused_empty, framed->empty);
	if (framed->dropped > 0)
		STAT_ADD(dropped_partial, framed->dropped);
	if (framed->truncated)
		STAT_ADD(truncated, 1);
}
