/*
 * Receiving: UDP and TCP sockets on one libevent base, whose messages go as
 * records (whole batches, not copied where that can be) to one sink, the
 * worker's journal. What the peers may cost is bounded here: memory,
 * connections, time, and the share of a turn.
 *
 * Back-pressure: when the sink returns false it has not taken the record.
 * Everything stops reading; the record is kept and offered again by
 * ingest_resume(). TCP senders then wait, UDP waits in the kernel's queue,
 * and what does not fit there is counted exactly.
 *
 * Counted here: received, received_bytes, refused_*, dropped_*, truncated,
 * connections*. One thread. No function but ingest_pause() may be called from
 * inside the sink.
 */
#ifndef VIGIE_INGEST_INGEST_H
#define VIGIE_INGEST_INGEST_H

#include "engine/ingest/framing.h"
#include "engine/member/member.h"

struct event_base;
struct ingest;

/* `record` and its bytes live until the call returns. */
typedef bool ingest_sink_fn(void *arg, const struct record *record);

/* Zero means the default in brackets. */
struct ingest_options {
	struct event_base *base;       /* borrowed */
	const struct members *members; /* borrowed; see ingest_set_members */
	bool accept_unknown; /* networks of nobody: member 0, "unregistered" */
	ingest_sink_fn *sink;
	void *arg;

	uint32_t max_connections;   /* [10,000]; never above the limit of
				       descriptors less 64 */
	uint32_t max_per_member;    /* [1,000] */
	uint32_t max_per_address;   /* [64] */
	uint32_t read_budget;       /* bytes a connection and turn [64 KiB], at
				       most 256 KiB */
	uint32_t member_budget;     /* bytes a member and turn, TCP [512 KiB] */
	uint32_t max_datagram;      /* longer ones are cut [64 KiB] */
	int64_t first_byte_timeout; /* us [30 s] */
	int64_t frame_timeout;      /* us from a message's start [60 s] */
};

struct ingest *ingest_new(const struct ingest_options *options);
/* Closes the connections; the sockets given to ingest_add_* stay open. */
void ingest_free(struct ingest *in);

/*
 * From listen.h, borrowed. `counted` (may be NULL) is how many of the
 * socket's drops are in the counters already; kept up to date. It lies on
 * the shared page, so that a worker's successor neither misses one nor
 * counts it twice; zero for a new socket.
 */
bool ingest_add_udp(struct ingest *in, int fd, uint32_t *counted);
bool ingest_add_tcp(struct ingest *in, int fd, enum framing_mode mode);

/* Stops reading and accepting until ingest_resume(). */
void ingest_pause(struct ingest *in);
/* Offers what the sink refused again and goes on; false: refused again. */
bool ingest_resume(struct ingest *in);
bool ingest_is_paused(const struct ingest *in);

/*
 * A new generation's table: connections and datagrams get their members from
 * it. Connections that are nobody's any more are closed.
 */
void ingest_set_members(struct ingest *in, const struct members *members);

/*
 * Before the end: accepts no more, tells the peers that we close, and reads
 * what they had sent. Run the loop until ingest_connections() is 0 or the
 * patience is over (5 s).
 */
void ingest_drain(struct ingest *in);
uint32_t ingest_connections(const struct ingest *in);

#endif
