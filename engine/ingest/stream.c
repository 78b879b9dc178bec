#include "engine/ingest/stream.h"

#include <assert.h>
#include <endian.h>

/* Up to here waiting bytes are copied in front of the next read; more are
 * left where they are, so that a large message in small pieces costs no
 * copies of all of it for every piece. */
#define COPY_MAX 4096

void
stream_init(struct stream *s, enum framing_mode mode, enum transport how,
    const struct ip *peer, uint16_t port)
{
	*s = (struct stream){.framer = {.mode = mode},
	    .peer = *peer,
	    .port = port,
	    .transport = (uint8_t)how};
	/* A whole window can stay behind when the sink refuses it. */
	buf_init(&s->waiting, WINDOW_READ + FRAMING_WAIT_MAX);
}

void
stream_set_member(struct stream *s, struct str id)
{
	assert(id.n <= sizeof(s->member));
	memcpy(s->member, id.p, id.n);
	s->member_n = (uint8_t)id.n;
}

/* Gives back what is not needed and enters the rest in the books. */
static void
settle(struct ingest *in, struct stream *s)
{
	struct buf *w = &s->waiting;

	if (w->n == 0) {
		buf_fini(w);
	} else if (w->n <= COPY_MAX && w->cap > 2 * COPY_MAX) {
		struct buf small;

		buf_init(&small, w->max);
		buf_add(&small, buf_str(w));
		buf_fini(w);
		*w = small;
	}
	in->kept += w->cap;
	in->kept -= s->kept;
	s->kept = (uint32_t)w->cap;
}

void
stream_fini(struct ingest *in, struct stream *s)
{
	buf_clear(&s->waiting);
	settle(in, s);
}

/* Large messages only begin while there is memory for them. */
static enum stream_result
settle_result(struct ingest *in, struct stream *s, enum stream_result result)
{
	if (result == STREAM_CLOSE)
		buf_clear(&s->waiting);
	s->held = result == STREAM_HELD;
	settle(in, s);
	if (result != STREAM_OK || s->waiting.n <= COPY_MAX ||
	    in->kept <= KEPT_MAX)
		return result;
	s->crowded = true;
	STAT_ADD(received, 1);
	STAT_ADD(received_bytes, s->waiting.n);
	STAT_ADD(dropped_partial, 1);
	return STREAM_CLOSE;
}

char *
stream_room(struct ingest *in, struct stream *s, size_t *room)
{
	assert(!s->held);
	*room = in->o.read_budget;
	s->in_window = s->waiting.n <= COPY_MAX;
	if (!s->in_window) {
		/* What is kept grows with what was sent, not with what was
		 * announced. */
		if (*room > s->waiting.n)
			*room = s->waiting.n;
		if (*room + s->waiting.n > FRAMING_WAIT_MAX + COPY_MAX)
			*room = FRAMING_WAIT_MAX + COPY_MAX - s->waiting.n;
		return buf_room(&s->waiting, *room);
	}
	if (s->waiting.n > 0)
		memcpy(in->window, s->waiting.p, s->waiting.n);
	return in->window + s->waiting.n;
}

static bool
offer(struct ingest *in, const struct stream *s, const struct framed *framed)
{
	struct record r = {
	    .framing = framed->kind,
	    .transport = s->transport,
	    .partial = framed->partial,
	    .truncated = framed->truncated,
	    .received = ingest_now(),
	    .peer = s->peer,
	    .port = s->port,
	    .member = {s->member, s->member_n},
	    .lines = framed->lines,
	    .raw = framed->raw
        };

	if (framed->bare) {
		uint32_t n = htole32((uint32_t)framed->raw.n);

		buf_clear(&in->scratch);
		buf_add(&in->scratch, str_make((const char *)&n, sizeof(n)));
		buf_add(&in->scratch, framed->raw);
		r.framing = FRAMING_DATAGRAM;
		r.raw = buf_str(&in->scratch);
	}
	return ingest_offer(in, &r);
}

/* Everything in `bytes` that is whole; *used of them are done with. */
static enum stream_result
run(struct ingest *in, struct stream *s, struct str bytes, size_t *used)
{
	enum framing_verdict verdict;
	struct framed framed;

	for (;;) {
		struct framer before = s->framer;

		/* A sink that took and paused us ends the turn, too. */
		if (in->paused && *used < bytes.n)
			return STREAM_HELD;
		verdict = framing_scan(
		    &s->framer, str_skip(bytes, *used), s->ended, &framed);
		if (verdict == FRAMING_RUN && !offer(in, s, &framed)) {
			s->framer = before;
			return STREAM_HELD;
		}
		framing_count(&framed, verdict);
		*used += framed.used;
		s->moved |= verdict == FRAMING_RUN || framed.empty > 0;
		if (verdict == FRAMING_MORE)
			return s->ended ? STREAM_CLOSE : STREAM_OK;
		if (verdict == FRAMING_CLOSE) {
			s->reason = framed.reason;
			return STREAM_CLOSE;
		}
	}
}

enum stream_result
stream_received(struct ingest *in, struct stream *s, size_t n, bool ended)
{
	enum stream_result result;
	size_t used = 0;
	struct str bytes;

	s->moved = false;
	s->ended = ended;
	if (!s->in_window) {
		s->waiting.n += n;
		return stream_again(in, s);
	}
	bytes = str_make(in->window, s->waiting.n + n);
	result = run(in, s, bytes, &used);
	buf_clear(&s->waiting);
	buf_add(&s->waiting, str_skip(bytes, used));
	assert(!s->waiting.full);
	return settle_result(in, s, result);
}

enum stream_result
stream_again(struct ingest *in, struct stream *s)
{
	enum stream_result result;
	size_t used = 0;

	s->moved = false;
	result = run(in, s, buf_str(&s->waiting), &used);
	buf_drop(&s->waiting, used);
	return settle_result(in, s, result);
}
