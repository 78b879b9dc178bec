/*
 * The bytes of one connection on their way to the sink, whatever carries them
 * (TCP, TLS). All connections are read into one window of the worker; only
 * what waits for the rest of its message is kept with the connection, and an
 * idle connection keeps nothing. Private to this room.
 *
 *	p = stream_room(in, s, &room);
 *	n = recv(fd, p, room, 0);
 *	result = stream_received(in, s, n, n == 0);
 */
#ifndef VIGIE_INGEST_STREAM_H
#define VIGIE_INGEST_STREAM_H

#include "engine/ingest/core.h"

struct stream {
	struct framer framer;
	struct ip peer;
	uint16_t port;
	uint8_t transport; /* enum transport */
	uint8_t member_n;
	char member[MEMBER_ID_MAX];
	bool moved;     /* the last call ended a message or more */
	bool held;      /* the sink refused: `waiting` has whole messages */
	bool ended;     /* the peer sent its last byte */
	bool in_window; /* the room that was given is the worker's */
	bool crowded;   /* closed, since all connections keep too much */
	enum framing_reason reason;
	uint32_t kept; /* of in->kept */
	struct buf waiting;
};

enum stream_result {
	STREAM_OK,
	STREAM_HELD,  /* call stream_again() when the sink takes again */
	STREAM_CLOSE, /* out of step (s->reason), or ended */
};

void stream_init(struct stream *s, enum framing_mode mode, enum transport how,
    const struct ip *peer, uint16_t port);
void stream_fini(struct ingest *in, struct stream *s);
void stream_set_member(struct stream *s, struct str id);

/* Where the next bytes go, and how many may; not while held. */
char *stream_room(struct ingest *in, struct stream *s, size_t *room);
/* n bytes were put there; `ended`: they are the last. */
enum stream_result stream_received(
    struct ingest *in, struct stream *s, size_t n, bool ended);
enum stream_result stream_again(struct ingest *in, struct stream *s);

/* Has a message begun that is not whole yet? */
static inline bool
stream_is_open(const struct stream *s)
{
	return framing_is_open(&s->framer, s->waiting.n);
}

#endif
