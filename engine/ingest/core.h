/*
 * What the files of this room share: the state behind struct ingest. Private
 * to this room (TLS and RELP belong to it).
 */
#ifndef VIGIE_INGEST_CORE_H
#define VIGIE_INGEST_CORE_H

#include "engine/base/buf.h"
#include "engine/base/log.h"
#include "engine/base/stamp.h"
#include "engine/base/stats.h"
#include "engine/ingest/ingest.h"

#define MEMBER_ID_MAX 40

/* Reasons of which the log tells one a second, with the number of others. */
enum complaint {
	COMPLAINT_FRAMING,
	COMPLAINT_SENDER,
	COMPLAINT_LIMIT,
	COMPLAINT_SLOW,
	COMPLAINT_COUNT
};

struct udp;
struct tcp;
struct event;

struct ingest {
	struct ingest_options o; /* defaults filled in */
	struct udp *udp;         /* list */
	struct tcp *tcp;
	struct event *second; /* once a second: drops, deadlines */
	bool paused;
	bool held; /* paused because the sink refused a record */
	bool in_sink;

	char *window;       /* where all connections are read into */
	uint64_t kept;      /* bytes that connections keep between turns */
	struct buf scratch; /* a record that has to be made */
	struct {
		int64_t last;  /* monotonic, us */
		uint32_t more; /* since, not told */
	} complaints[COMPLAINT_COUNT];
};

/* Bytes that fit in the window behind a connection's waiting ones. */
#define WINDOW_READ ((size_t)256 << 10)

/* Connections together keep no more; a large message is then cut short by
 * closing its connection. */
#define KEPT_MAX ((uint64_t)64 << 20)

int64_t ingest_now(void); /* wall clock */
int64_t ingest_monotonic(void);

/* To the sink; false: refused, and everything has stopped. */
bool ingest_offer(struct ingest *in, const struct record *record);

/* Who sends from here? False: refused, counted and told. */
bool ingest_member(struct ingest *in, const struct ip *ip, struct str *id);

/* One log line a second and reason, "what: 192.0.2.1". */
void ingest_complain(struct ingest *in, enum complaint reason,
    const struct ip *ip, const char *what);

/* udp.c */
void udp_pause(struct ingest *in);
bool udp_resume(struct ingest *in); /* false: refused again */
void udp_second(struct ingest *in);
void udp_free(struct ingest *in);

/* tcp.c */
struct tcp *tcp_new(struct ingest *in);
void tcp_free(struct tcp *tcp);
bool tcp_add(struct tcp *tcp, int fd, enum framing_mode mode);
void tcp_pause(struct tcp *tcp);
bool tcp_resume(struct tcp *tcp);
void tcp_second(struct tcp *tcp);
void tcp_set_members(struct tcp *tcp);
void tcp_drain(struct tcp *tcp);
uint32_t tcp_connections(const struct tcp *tcp);

#endif
