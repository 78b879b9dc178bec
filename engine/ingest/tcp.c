/*
 * Plain TCP. A turn is one pass of the loop over what is ready. A connection
 * reads its budget once a turn; when the connections of one member have read
 * the member's budget, those that are still ready are parked and served first
 * in the next turn, in the order they came, so that neither one connection
 * nor a thousand of one member keep the others waiting.
 *
 * Every connection is in one list by what it owes: `fresh` owe their first
 * byte, `open` the rest of a message, `calm` nothing. The first two are in
 * the order in which the debts fall due, so that looking once a second costs
 * nothing.
 */
#include "engine/base/map.h"
#include "engine/ingest/stream.h"

#include <assert.h>
#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/queue.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include <unistd.h>

#define ACCEPTS_A_TURN 64
#define ACCEPT_REST_MS 200 /* after the descriptors ran out */

/* How many connections one address, or one member, has. */
struct share {
	struct str key;
	uint32_t connections;
	uint64_t turn; /* the turn of `bytes` */
	uint64_t bytes;
	char text[MEMBER_ID_MAX];
};

TAILQ_HEAD(conn_list, conn);

struct conn {
	struct stream stream;
	struct tcp *tcp;
	struct event *ev;
	int fd;
	bool parked; /* ev is not added; in tcp->parked */
	struct share *address, *member;
	struct conn_list *list; /* fresh, open or calm */
	int64_t since;          /* monotonic: in this list */
	TAILQ_ENTRY(conn) link;
	TAILQ_ENTRY(conn) parked_link;
};

struct listener {
	struct tcp *tcp;
	struct event *ev;
	int fd;
	enum framing_mode mode;
	struct listener *next;
};

struct tcp {
	struct ingest *in;
	struct listener *listeners;
	struct map addresses, members; /* struct share */
	struct conn_list fresh, open, calm, parked;
	uint32_t n;
	uint64_t turn;
	struct event *end_of_turn;
	bool turn_ends;     /* end_of_turn is added */
	int reserve;        /* given up when descriptors run out */
	struct event *rest; /* accepting goes on after it */
	bool resting;
	bool draining;
};

static struct share *
share_get(struct map *map, struct str key)
{
	struct share *share = map_get(map, key);

	assert(key.n <= sizeof(share->text));
	if (share == NULL) {
		share = mem_get_zero(1, sizeof(*share));
		memcpy(share->text, key.p, key.n);
		share->key = str_make(share->text, key.n);
		(void)map_put(map, share->key, share);
	}
	return share;
}

static void
share_drop(struct map *map, struct share *share)
{
	if (share->connections > 0)
		return;
	(void)map_take(map, share->key);
	free(share);
}

static struct str
address_key(const struct ip *ip)
{
	return str_make((const char *)ip->b, sizeof(ip->b));
}

static void
put_in(struct conn *c, struct conn_list *list)
{
	if (c->list != NULL)
		TAILQ_REMOVE(c->list, c, link);
	c->list = list;
	c->since = ingest_monotonic();
	TAILQ_INSERT_TAIL(list, c, link);
}

static void
accept_again(struct tcp *tcp)
{
	if (!tcp->resting || tcp->in->paused || tcp->draining)
		return;
	tcp->resting = false;
	if (tcp->reserve < 0)
		tcp->reserve = open("/dev/null", O_RDONLY | O_CLOEXEC);
	for (struct listener *l = tcp->listeners; l != NULL; l = l->next)
		(void)event_add(l->ev, NULL);
}

static void
conn_close(struct conn *c)
{
	struct tcp *tcp = c->tcp;

	event_free(c->ev);
	close(c->fd);
	TAILQ_REMOVE(c->list, c, link);
	if (c->parked)
		TAILQ_REMOVE(&tcp->parked, c, parked_link);
	c->address->connections--;
	share_drop(&tcp->addresses, c->address);
	c->member->connections--;
	share_drop(&tcp->members, c->member);
	stream_fini(tcp->in, &c->stream);
	free(c);
	tcp->n--;
	STAT_ADD(connections_closed, 1);
	accept_again(tcp);
}

static void
end_turn_soon(struct tcp *tcp)
{
	struct timeval now = {0, 0};

	if (tcp->turn_ends)
		return;
	tcp->turn_ends = true;
	(void)event_add(tcp->end_of_turn, &now);
}

static void
park(struct conn *c)
{
	if (c->parked)
		return;
	(void)event_del(c->ev);
	c->parked = true;
	TAILQ_INSERT_TAIL(&c->tcp->parked, c, parked_link);
}

static void
unpark(struct conn *c)
{
	TAILQ_REMOVE(&c->tcp->parked, c, parked_link);
	c->parked = false;
	(void)event_add(c->ev, NULL);
}

static bool
has_budget(const struct tcp *tcp, const struct share *member)
{
	return member->turn != tcp->turn ||
	    member->bytes < tcp->in->o.member_budget;
}

static void
spend(struct tcp *tcp, struct share *member, size_t n)
{
	if (member->turn != tcp->turn) {
		member->turn = tcp->turn;
		member->bytes = 0;
	}
	member->bytes += n;
	if (member->bytes >= tcp->in->o.member_budget)
		end_turn_soon(tcp);
}

/* What became of the bytes; may free c. */
static void
conn_settle(struct conn *c, enum stream_result result)
{
	struct stream *s = &c->stream;
	struct tcp *tcp = c->tcp;

	if (result == STREAM_HELD) {
		park(c);
		return;
	}
	if (result == STREAM_CLOSE) {
		if (s->crowded)
			ingest_complain(tcp->in, COMPLAINT_LIMIT, &s->peer,
			    "closed: too many large messages are on their way");
		else if (s->reason != FRAMING_FINE)
			ingest_complain(tcp->in, COMPLAINT_FRAMING, &s->peer,
			    framing_reason_text(s->reason));
		conn_close(c);
		return;
	}
	if (!stream_is_open(s)) {
		if (c->list != &tcp->calm)
			put_in(c, &tcp->calm);
	} else if (s->moved || c->list != &tcp->open) {
		put_in(c, &tcp->open);
	}
}

static void
serve(struct conn *c)
{
	struct tcp *tcp = c->tcp;
	size_t room;
	char *p = stream_room(tcp->in, &c->stream, &room);
	ssize_t n = recv(c->fd, p, room, 0);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	/* A reset ends the stream like a close: what came before counts. */
	if (n > 0)
		spend(tcp, c->member, (size_t)n);
	conn_settle(c,
	    stream_received(
		tcp->in, &c->stream, n < 0 ? 0 : (size_t)n, n <= 0));
}

static void
on_readable(evutil_socket_t fd, short what, void *arg)
{
	struct conn *c = arg;

	(void)fd;
	(void)what;
	if (c->tcp->in->paused || !has_budget(c->tcp, c->member))
		park(c);
	else
		serve(c);
}

/* A new turn: the parked first, each as long as its member has budget. */
static void
on_end_of_turn(evutil_socket_t fd, short what, void *arg)
{
	struct tcp *tcp = arg;
	struct conn *last, *c, *next;

	(void)fd;
	(void)what;
	tcp->turn_ends = false;
	tcp->turn++;
	if (tcp->in->paused)
		return;
	last = TAILQ_LAST(&tcp->parked, conn_list);
	for (c = TAILQ_FIRST(&tcp->parked); c != NULL; c = next) {
		next = c == last ? NULL : TAILQ_NEXT(c, parked_link);
		if (!has_budget(tcp, c->member))
			continue;
		unpark(c);
		serve(c);
		if (tcp->in->paused)
			return;
	}
	if (!TAILQ_EMPTY(&tcp->parked))
		end_turn_soon(tcp);
}

/* NULL: over a limit, or nobody's. */
static struct conn *
conn_new(struct listener *l, int fd, const struct ip *ip, uint16_t port)
{
	struct tcp *tcp = l->tcp;
	struct ingest *in = tcp->in;
	struct share *address, *member;
	struct conn *c;
	struct str id;

	if (!ingest_member(in, ip, &id))
		return NULL;
	address = share_get(&tcp->addresses, address_key(ip));
	member = share_get(&tcp->members, id);
	if (tcp->n >= in->o.max_connections ||
	    address->connections >= in->o.max_per_address ||
	    member->connections >= in->o.max_per_member) {
		share_drop(&tcp->addresses, address);
		share_drop(&tcp->members, member);
		STAT_ADD(connections_refused, 1);
		ingest_complain(
		    in, COMPLAINT_LIMIT, ip, "refused: too many connections");
		return NULL;
	}
	c = mem_get_zero(1, sizeof(*c));
	c->tcp = tcp;
	c->fd = fd;
	c->address = address;
	c->member = member;
	address->connections++;
	member->connections++;
	stream_init(&c->stream, l->mode, TRANSPORT_TCP, ip, port);
	stream_set_member(&c->stream, id);
	tcp->n++;
	put_in(c, &tcp->fresh);
	return c;
}

/* Descriptors have run out. The reserve lets one peer be told so; then
 * accepting rests until a connection ends or a moment has passed. */
static void
shed(struct tcp *tcp, int listener)
{
	struct timeval rest = {0, ACCEPT_REST_MS * 1000};
	int fd;

	if (tcp->reserve >= 0) {
		close(tcp->reserve);
		fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
		if (fd >= 0) {
			close(fd);
			STAT_ADD(connections_refused, 1);
		}
		tcp->reserve = open("/dev/null", O_RDONLY | O_CLOEXEC);
	}
	if (!tcp->resting)
		log_warn("no descriptors left for connections: accepting "
			 "rests (%u are open)",
		    tcp->n);
	tcp->resting = true;
	for (struct listener *l = tcp->listeners; l != NULL; l = l->next)
		(void)event_del(l->ev);
	(void)event_add(tcp->rest, &rest);
}

static void
on_rest_over(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	accept_again(arg);
}

static void
on_accept(evutil_socket_t listener, short what, void *arg)
{
	struct listener *l = arg;
	struct tcp *tcp = l->tcp;

	(void)what;
	for (unsigned i = 0; i < ACCEPTS_A_TURN; i++) {
		struct sockaddr_storage sa = {0};
		socklen_t n = sizeof(sa);
		int fd = accept4(listener, (struct sockaddr *)&sa, &n,
		    SOCK_NONBLOCK | SOCK_CLOEXEC);
		struct conn *c;
		struct ip ip;
		uint16_t port;

		if (fd < 0 &&
		    (errno == EMFILE || errno == ENFILE || errno == ENOBUFS ||
			errno == ENOMEM))
			shed(tcp, listener);
		if (fd < 0 && errno != ECONNABORTED && errno != EINTR)
			return;
		if (fd < 0)
			continue;
		c = ip_from_sockaddr((struct sockaddr *)&sa, &ip, &port)
		    ? conn_new(l, fd, &ip, port)
		    : NULL;
		if (c == NULL) {
			close(fd);
			continue;
		}
		STAT_ADD(connections, 1);
		c->ev = event_new(
		    tcp->in->o.base, fd, EV_READ | EV_PERSIST, on_readable, c);
		if (c->ev == NULL || event_add(c->ev, NULL) != 0)
			die("libevent cannot watch a connection");
	}
}

struct tcp *
tcp_new(struct ingest *in)
{
	struct tcp *tcp = mem_get_zero(1, sizeof(*tcp));

	tcp->in = in;
	tcp->turn = 1;
	map_init(&tcp->addresses);
	map_init(&tcp->members);
	TAILQ_INIT(&tcp->fresh);
	TAILQ_INIT(&tcp->open);
	TAILQ_INIT(&tcp->calm);
	TAILQ_INIT(&tcp->parked);
	tcp->reserve = open("/dev/null", O_RDONLY | O_CLOEXEC);
	tcp->end_of_turn = evtimer_new(in->o.base, on_end_of_turn, tcp);
	tcp->rest = evtimer_new(in->o.base, on_rest_over, tcp);
	if (tcp->end_of_turn == NULL || tcp->rest == NULL)
		die("libevent cannot make a timer");
	return tcp;
}

static struct conn_list *
each_list(struct tcp *tcp, size_t i)
{
	struct conn_list *lists[] = {&tcp->fresh, &tcp->open, &tcp->calm};

	return i < sizeof(lists) / sizeof(lists[0]) ? lists[i] : NULL;
}

void
tcp_free(struct tcp *tcp)
{
	struct conn_list *list;
	struct listener *l;
	struct conn *c;

	while ((l = tcp->listeners) != NULL) {
		tcp->listeners = l->next;
		event_free(l->ev);
		free(l);
	}
	for (size_t i = 0; (list = each_list(tcp, i)) != NULL; i++)
		while ((c = TAILQ_FIRST(list)) != NULL)
			conn_close(c);
	if (tcp->reserve >= 0)
		close(tcp->reserve);
	event_free(tcp->end_of_turn);
	event_free(tcp->rest);
	map_fini(&tcp->addresses);
	map_fini(&tcp->members);
	free(tcp);
}

bool
tcp_add(struct tcp *tcp, int fd, enum framing_mode mode)
{
	struct listener *l = mem_get_zero(1, sizeof(*l));

	*l = (struct listener){
	    .tcp = tcp, .fd = fd, .mode = mode, .next = tcp->listeners};
	l->ev = event_new(
	    tcp->in->o.base, fd, EV_READ | EV_PERSIST, on_accept, l);
	if (l->ev == NULL || event_add(l->ev, NULL) != 0) {
		if (l->ev != NULL)
			event_free(l->ev);
		free(l);
		return false;
	}
	tcp->listeners = l;
	return true;
}

void
tcp_pause(struct tcp *tcp)
{
	/* Connections park themselves when they become readable. */
	for (struct listener *l = tcp->listeners; l != NULL; l = l->next)
		(void)event_del(l->ev);
}

/* What waited for us has not been slow. */
static void
forgive(struct conn_list *list)
{
	int64_t now = ingest_monotonic();
	struct conn *c;

	TAILQ_FOREACH(c, list, link)
	c->since = now;
}

bool
tcp_resume(struct tcp *tcp)
{
	struct ingest *in = tcp->in;
	struct conn *c, *next;

	for (c = TAILQ_FIRST(&tcp->parked); c != NULL; c = next) {
		next = TAILQ_NEXT(c, parked_link);
		if (!c->stream.held)
			continue;
		unpark(c);
		conn_settle(c, stream_again(in, &c->stream));
		if (in->paused)
			return false;
	}
	forgive(&tcp->fresh);
	forgive(&tcp->open);
	if (!TAILQ_EMPTY(&tcp->parked))
		end_turn_soon(tcp);
	tcp->resting = true;
	accept_again(tcp);
	return true;
}

static void
close_late(struct tcp *tcp, struct conn_list *list, int64_t before)
{
	struct conn *c;

	while ((c = TAILQ_FIRST(list)) != NULL && c->since < before) {
		struct stream *s = &c->stream;

		ingest_complain(tcp->in, COMPLAINT_SLOW, &s->peer,
		    list == &tcp->fresh ? "closed: it sent nothing"
					: "closed: it did not end a message");
		/* What came of the message is kept, flagged as partial. */
		if (list == &tcp->open) {
			s->ended = true;
			if (stream_again(tcp->in, s) == STREAM_HELD) {
				park(c);
				return;
			}
		}
		conn_close(c);
	}
}

void
tcp_second(struct tcp *tcp)
{
	const struct ingest_options *o = &tcp->in->o;
	int64_t now = ingest_monotonic();

	if (tcp->in->paused)
		return;
	close_late(tcp, &tcp->fresh, now - o->first_byte_timeout);
	if (!tcp->in->paused)
		close_late(tcp, &tcp->open, now - o->frame_timeout);
}

static void
change_member(struct conn *c, struct str id)
{
	struct tcp *tcp = c->tcp;
	struct share *old = c->member;

	if (str_eq(old->key, id))
		return;
	c->member = share_get(&tcp->members, id);
	c->member->connections++;
	old->connections--;
	share_drop(&tcp->members, old);
	stream_set_member(&c->stream, id);
}

void
tcp_set_members(struct tcp *tcp)
{
	struct conn_list *list;
	struct conn *c, *next;
	struct str id;

	for (size_t i = 0; (list = each_list(tcp, i)) != NULL; i++) {
		for (c = TAILQ_FIRST(list); c != NULL; c = next) {
			next = TAILQ_NEXT(c, link);
			if (ingest_member(tcp->in, &c->stream.peer, &id))
				change_member(c, id);
			else
				conn_close(c);
		}
	}
}

void
tcp_drain(struct tcp *tcp)
{
	struct conn_list *list;
	struct conn *c;

	tcp->draining = true;
	tcp_pause(tcp);
	for (size_t i = 0; (list = each_list(tcp, i)) != NULL; i++)
		TAILQ_FOREACH(c, list, link)
	(void)shutdown(c->fd, SHUT_WR);
}

uint32_t
tcp_connections(const struct tcp *tcp)
{
	return tcp->n;
}
