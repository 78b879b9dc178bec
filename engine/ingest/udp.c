/*
 * UDP (RFC 5426): one datagram is one message. A batch is read by one
 * recvmmsg(2); the datagrams of one sender in it become one record, in their
 * order, however the senders mix.
 *
 * What the kernel dropped: the socket's own counter (SO_MEMINFO), read once a
 * second, also tells drops behind which no datagram came; SO_RXQ_OVFL comes
 * with a datagram, sooner. Both are the same 32 bits, so each step of it is
 * counted once.
 */
#include "engine/ingest/core.h"

#include <endian.h>
#include <errno.h>
#include <event2/event.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>

#define BATCH 128
/* Batches a turn of the loop, so that TCP gets its share. */
#define BATCHES_A_TURN 8
#define RECORD_ROOM    ((size_t)1 << 20)

struct slot {
	struct sockaddr_storage peer;
	struct ip ip;
	uint16_t port;
	bool truncated;
	bool done;
	union {
		char bytes[CMSG_SPACE(sizeof(uint32_t))];
		size_t align; /* as struct cmsghdr has it */
	} control;
};

struct udp {
	struct ingest *in;
	struct event *ev;
	int fd;
	uint32_t own_counted;
	uint32_t *counted; /* drops of the socket that are in the books */

	struct mmsghdr heads[BATCH];
	struct iovec iov[BATCH];
	struct slot slots[BATCH];
	char *room;     /* BATCH datagrams of the largest size; untouched pages
			   cost nothing */
	uint32_t n;     /* datagrams in hand */
	uint32_t first; /* those before are done */
	int64_t received;
	struct buf raw;       /* of the record being made */
	struct record record; /* lines 0: none */
	char member[MEMBER_ID_MAX];
	struct udp *next;
};

static void
count_drops(struct udp *u, uint32_t drops)
{
	uint32_t more = drops - *u->counted;

	if (more == 0)
		return;
	*u->counted = drops;
	STAT_ADD(received, more);
	/* Full because we do not read, since the disk is full. */
	if (u->in->held)
		STAT_ADD(dropped_disk, more);
	else
		STAT_ADD(dropped_udp_kernel, more);
}

static void
ask_drops(struct udp *u)
{
	uint32_t info[SK_MEMINFO_VARS];
	socklen_t n = sizeof(info);

	if (getsockopt(u->fd, SOL_SOCKET, SO_MEMINFO, info, &n) == 0 &&
	    n > SK_MEMINFO_DROPS * sizeof(info[0]))
		count_drops(u, info[SK_MEMINFO_DROPS]);
}

/* The counter as it was when the datagram came in. */
static void
read_overflow(struct udp *u, struct msghdr *head)
{
	for (struct cmsghdr *c = CMSG_FIRSTHDR(head); c != NULL;
	     c = CMSG_NXTHDR(head, c)) {
		uint32_t drops;

		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SO_RXQ_OVFL)
			continue;
		memcpy(&drops, CMSG_DATA(c), sizeof(drops));
		/* Older than what SO_MEMINFO told a moment ago? */
		if ((int32_t)(drops - *u->counted) > 0)
			count_drops(u, drops);
	}
}

/* What can be said of a datagram alone; done: it needs no record. */
static void
look_at(struct udp *u, uint32_t i)
{
	struct slot *slot = &u->slots[i];
	const struct mmsghdr *head = &u->heads[i];

	slot->truncated = (head->msg_hdr.msg_flags & MSG_TRUNC) != 0;
	slot->done = true;
	if (!ip_from_sockaddr(
		(const struct sockaddr *)&slot->peer, &slot->ip, &slot->port))
		return;
	if (head->msg_len == 0) {
		STAT_ADD(received, 1);
		STAT_ADD(refused_empty, 1);
		return;
	}
	slot->done = false;
}

/* Datagrams in hand? */
static bool
receive(struct udp *u)
{
	int n;

	for (uint32_t i = 0; i < BATCH; i++) {
		struct msghdr *head = &u->heads[i].msg_hdr;

		head->msg_namelen = sizeof(u->slots[i].peer);
		head->msg_controllen = sizeof(u->slots[i].control);
		head->msg_flags = 0;
	}
	n = recvmmsg(u->fd, u->heads, BATCH, MSG_DONTWAIT, NULL);
	if (n <= 0)
		return false;
	u->n = (uint32_t)n;
	u->first = 0;
	u->received = ingest_now();
	read_overflow(u, &u->heads[n - 1].msg_hdr);
	for (uint32_t i = 0; i < u->n; i++)
		look_at(u, i);
	return true;
}

static void
append(struct udp *u, uint32_t i)
{
	uint32_t length = u->heads[i].msg_len;
	uint32_t wire = htole32(length);

	buf_add(&u->raw, str_make((const char *)&wire, sizeof(wire)));
	buf_add(&u->raw, str_make(u->iov[i].iov_base, length));
	u->slots[i].done = true;
	u->record.lines++;
	STAT_ADD(received, 1);
	STAT_ADD(received_bytes, length);
}

/* Leaves out what nobody's network sent; each datagram is counted. */
static void
refuse_sender(struct udp *u, uint32_t from)
{
	const struct slot *slot = &u->slots[from];
	struct str id;

	for (uint32_t i = from; i < u->n; i++) {
		if (u->slots[i].done || !ip_eq(&u->slots[i].ip, &slot->ip))
			continue;
		/* The first was counted by the look that refused it. */
		if (i != from)
			(void)ingest_member(u->in, &slot->ip, &id);
		u->slots[i].done = true;
	}
}

/* The record of the sender of datagram `from`, as far as there is room. A
 * datagram that was cut has a record of its own, which says so. */
static void
collect(struct udp *u, uint32_t from)
{
	const struct slot *slot = &u->slots[from];
	struct str id;

	if (!ingest_member(u->in, &slot->ip, &id)) {
		refuse_sender(u, from);
		return;
	}
	memcpy(u->member, id.p, id.n);
	buf_clear(&u->raw);
	u->record = (struct record){
	    .framing = FRAMING_DATAGRAM,
	    .transport = TRANSPORT_UDP,
	    .truncated = slot->truncated,
	    .received = u->received,
	    .peer = slot->ip,
	    .port = slot->port,
	    .member = {u->member, id.n}
        };
	append(u, from);
	if (slot->truncated)
		STAT_ADD(truncated, 1);
	for (uint32_t i = from + 1; i < u->n && !slot->truncated; i++) {
		const struct slot *other = &u->slots[i];

		if (other->done || other->truncated ||
		    other->port != slot->port || !ip_eq(&other->ip, &slot->ip))
			continue;
		if (u->raw.n + u->heads[i].msg_len + 4 > RECORD_ROOM)
			break;
		append(u, i);
	}
	u->record.raw = buf_str(&u->raw);
}

/* Everything in hand to the sink. False: refused; the rest is kept. */
static bool
flush(struct udp *u)
{
	while (u->record.lines > 0 || u->first < u->n) {
		if (u->in->paused)
			return false;
		if (u->record.lines > 0) {
			if (!ingest_offer(u->in, &u->record))
				return false;
			u->record.lines = 0;
		} else if (u->slots[u->first].done) {
			u->first++;
		} else {
			collect(u, u->first);
		}
	}
	return true;
}

static void
on_readable(evutil_socket_t fd, short what, void *arg)
{
	struct udp *u = arg;

	(void)fd;
	(void)what;
	for (unsigned i = 0; i < BATCHES_A_TURN && !u->in->paused; i++) {
		if (!flush(u) || !receive(u) || !flush(u))
			return;
		if (u->n < BATCH)
			return; /* the queue was empty */
	}
}

bool
ingest_add_udp(struct ingest *in, int fd, uint32_t *counted)
{
	struct udp *u = mem_get_zero(1, sizeof(*u));

	u->in = in;
	u->fd = fd;
	u->counted = counted != NULL ? counted : &u->own_counted;
	u->room = mem_get((size_t)BATCH * in->o.max_datagram);
	buf_init(&u->raw, RECORD_ROOM);
	for (uint32_t i = 0; i < BATCH; i++) {
		u->iov[i] = (struct iovec){
		    u->room + (size_t)i * in->o.max_datagram,
		    in->o.max_datagram};
		u->heads[i].msg_hdr = (struct msghdr){
		    .msg_name = &u->slots[i].peer,
		    .msg_iov = &u->iov[i],
		    .msg_iovlen = 1,
		    .msg_control = u->slots[i].control.bytes,
		};
	}
	u->ev = event_new(in->o.base, fd, EV_READ | EV_PERSIST, on_readable, u);
	u->next = in->udp;
	in->udp = u;
	return u->ev != NULL && (in->paused || event_add(u->ev, NULL) == 0);
}

void
udp_pause(struct ingest *in)
{
	for (struct udp *u = in->udp; u != NULL; u = u->next)
		(void)event_del(u->ev);
}

bool
udp_resume(struct ingest *in)
{
	for (struct udp *u = in->udp; u != NULL; u = u->next) {
		if (!flush(u))
			return false;
		(void)event_add(u->ev, NULL);
	}
	return true;
}

void
udp_second(struct ingest *in)
{
	for (struct udp *u = in->udp; u != NULL; u = u->next)
		ask_drops(u);
}

void
udp_free(struct ingest *in)
{
	struct udp *u;

	while ((u = in->udp) != NULL) {
		in->udp = u->next;
		if (u->ev != NULL)
			event_free(u->ev);
		buf_fini(&u->raw);
		free(u->room);
		free(u);
	}
}
