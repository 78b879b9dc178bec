#include "engine/store/redis.h"

#include "engine/base/arena.h"
#include "engine/base/buf.h"
#include "engine/base/log.h"
#include "engine/base/stamp.h"
#include "engine/base/stats.h"

#include <errno.h>
#include <event2/buffer.h>
#include <event2/bufferevent.h>
#include <event2/event.h>
#include <hiredis/hiredis.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>

#define RETRY_LEAST    (50 * 1000)
#define RETRY_MOST     (5 * SECOND)
#define REPLY_MAX      ((size_t)512 * 1024 * 1024)
#define READ_MAX_CHUNK ((size_t)1024 * 1024)

struct waiting {
	redis_reply_fn *fn;
	void *arg;
	int64_t since;
};

struct redis {
	struct redis_options options;
	char *path, *host, *password;
	struct bufferevent *bev;
	redisReader *reader;
	struct event *retry;
	struct event *watch; /* looks for replies that are overdue */
	int64_t delay;	     /* before the next attempt, us */
	int64_t started;     /* of this attempt */
	bool up;
	bool freeing;
	bool told; /* on_down was called since the last on_up */
	/* Ring of commands without answer. */
	struct waiting *ring;
	size_t cap, head, n;
	struct buf out;
};

static int64_t
mono_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * SECOND + ts.tv_nsec / 1000;
}

static struct timeval
to_timeval(int64_t us)
{
	return (struct timeval){.tv_sec = us / SECOND, .tv_usec = us % SECOND};
}

static void
ring_push(struct redis *r, redis_reply_fn *fn, void *arg)
{
	if (r->n == r->cap) {
		size_t cap = r->cap == 0 ? 256 : r->cap * 2;
		struct waiting *ring = mem_get(cap * sizeof(*ring));

		for (size_t i = 0; i < r->n; i++)
			ring[i] = r->ring[(r->head + i) % r->cap];
		free(r->ring);
		r->ring = ring;
		r->cap = cap;
		r->head = 0;
	}
	r->ring[(r->head + r->n++) % r->cap] =
	    (struct waiting){fn, arg, mono_now()};
}

static struct waiting
ring_pop(struct redis *r)
{
	struct waiting w = r->ring[r->head];

	r->head = (r->head + 1) % r->cap;
	r->n--;
	return w;
}

static void
schedule_retry(struct redis *r)
{
	int64_t jitter = (int64_t)(mono_now() % 1000) * r->delay / 4000;
	struct timeval tv = to_timeval(r->delay + jitter);

	r->delay *= 2;
	if (r->delay > RETRY_MOST)
		r->delay = RETRY_MOST;
	evtimer_add(r->retry, &tv);
}

/* Closes, answers everybody with NULL, and tries again later. */
static void
go_down(struct redis *r, const char *why)
{
	bool was_up = r->up;

	if (r->bev == NULL)
		return;
	bufferevent_free(r->bev);
	r->bev = NULL;
	redisReaderFree(r->reader);
	r->reader = NULL;
	r->up = false;
	buf_clear(&r->out);
	event_del(r->watch);
	if (was_up)
		STAT_ADD(redis_lost, 1);
	while (r->n > 0) {
		struct waiting w = ring_pop(r);

		if (w.fn != NULL)
			w.fn(w.arg, NULL);
	}
	if (r->freeing)
		return;
	if (was_up || !r->told) {
		r->told = true;
		if (r->options.on_down != NULL)
			r->options.on_down(r->options.arg, why);
	}
	schedule_retry(r);
}

void
redis_break(struct redis *r, const char *why)
{
	go_down(r, why);
}

/* Hands the replies out; false when the connection was dropped meanwhile. */
static bool
hand_out(struct redis *r)
{
	for (;;) {
		struct waiting w;
		void *reply = NULL;

		if (redisReaderGetReply(r->reader, &reply) != REDIS_OK) {
			go_down(r, "Redis sent what is no RESP");
			return false;
		}
		if (reply == NULL)
			return true;
		if (r->n == 0) {
			freeReplyObject(reply);
			go_down(r, "Redis answered a question nobody asked");
			return false;
		}
		w = ring_pop(r);
		if (w.fn != NULL)
			w.fn(w.arg, reply);
		freeReplyObject(reply);
		if (r->reader == NULL)
			return false;
	}
}

static void
on_read(struct bufferevent *bev, void *arg)
{
	struct redis *r = arg;
	struct evbuffer *in = bufferevent_get_input(bev);
	size_t n;

	while ((n = evbuffer_get_contiguous_space(in)) > 0) {
		const char *p;

		if (n > READ_MAX_CHUNK)
			n = READ_MAX_CHUNK;
		p = (const char *)evbuffer_pullup(in, (ev_ssize_t)n);
		if (redisReaderFeed(r->reader, p, n) != REDIS_OK) {
			go_down(r, "no memory for a reply of Redis");
			return;
		}
		evbuffer_drain(in, n);
		if (!hand_out(r))
			return;
	}
}

static void
come_up(struct redis *r)
{
	r->up = true;
	r->told = false;
	r->delay = RETRY_LEAST;
	if (r->options.on_up != NULL)
		r->options.on_up(r->options.arg);
}

/* Answer to the first PING: only now is the server ready (not LOADING). */
static void
on_hello(void *arg, const struct redisReply *reply)
{
	struct redis *r = arg;

	if (reply == NULL || r->freeing)
		return;
	if (reply->type == REDIS_REPLY_ERROR) {
		go_down(r, reply->str);
		return;
	}
	come_up(r);
}

static void
on_event(struct bufferevent *bev, short what, void *arg)
{
	struct redis *r = arg;

	(void)bev;
	if ((what & BEV_EVENT_CONNECTED) != 0) {
		r->up = true; /* so that the greeting may be sent */
		if (r->password != NULL)
			redis_call(r, NULL, NULL, STR("AUTH"),
			    str_from(r->password));
		redis_call(r, on_hello, r, STR("PING"));
		r->up = false;
		return;
	}
	if ((what & BEV_EVENT_EOF) != 0)
		go_down(r, "Redis closed the connection");
	else
		go_down(r, strerror(errno));
}

static void
on_watch(evutil_socket_t fd, short what, void *arg)
{
	struct redis *r = arg;
	struct timeval tick = {.tv_sec = 1};
	int64_t since = r->n > 0 ? r->ring[r->head].since : r->started;

	(void)fd;
	(void)what;
	if ((r->n > 0 || !r->up) &&
	    mono_now() - since > r->options.timeout) {
		go_down(r, "Redis did not answer in time");
		return;
	}
	evtimer_add(r->watch, &tick);
}

static void
start_connect(struct redis *r)
{
	struct sockaddr_un un = {.sun_family = AF_UNIX};
	struct sockaddr_storage ss;
	struct sockaddr *sa = (struct sockaddr *)&un;
	int size = (int)sizeof(un);
	struct timeval tick = {.tv_sec = 1};
	char text[64];

	r->started = mono_now();
	evtimer_add(r->watch, &tick);
	if (r->path != NULL) {
		(void)snprintf(un.sun_path, sizeof(un.sun_path), "%s", r->path);
	} else {
		(void)snprintf(text, sizeof(text),
		    strchr(r->host, ':') != NULL ? "[%s]:%u" : "%s:%u",
		    r->host, r->options.port);
		size = (int)sizeof(ss);
		sa = (struct sockaddr *)&ss;
		if (evutil_parse_sockaddr_port(text, sa, &size) != 0) {
			log_error("'%s' is no address of a Redis server", text);
			return;
		}
	}
	r->reader = redisReaderCreate();
	if (r->reader == NULL)
		die("out of memory");
	r->reader->maxbuf = 0;
	r->bev = bufferevent_socket_new(r->options.base, -1,
	    BEV_OPT_CLOSE_ON_FREE);
	if (r->bev == NULL)
		die("out of memory");
	bufferevent_setcb(r->bev, on_read, NULL, on_event, r);
	bufferevent_enable(r->bev, EV_READ | EV_WRITE);
	bufferevent_set_max_single_read(r->bev, 256 * 1024);
	bufferevent_set_max_single_write(r->bev, 1024 * 1024);
	/* A Unix socket that is not there fails at once, without an event. */
	if (bufferevent_socket_connect(r->bev, sa, size) != 0 &&
	    r->bev != NULL)
		go_down(r, strerror(errno));
}

static void
on_retry(evutil_socket_t fd, short what, void *arg)
{
	struct redis *r = arg;

	(void)fd;
	(void)what;
	if (r->bev == NULL)
		start_connect(r);
}

static char *
copy_text(const char *s)
{
	size_t n;
	char *p;

	if (s == NULL)
		return NULL;
	n = strlen(s) + 1;
	p = mem_get(n);
	memcpy(p, s, n);
	return p;
}

struct redis *
redis_new(const struct redis_options *options)
{
	struct redis *r = mem_get_zero(1, sizeof(*r));
	struct timeval now = {0};

	r->options = *options;
	r->path = copy_text(options->path);
	r->host = copy_text(options->host);
	r->password = copy_text(options->password);
	if (r->options.timeout == 0)
		r->options.timeout = 5 * SECOND;
	r->delay = RETRY_LEAST;
	buf_init(&r->out, SIZE_MAX / 2);
	r->retry = evtimer_new(options->base, on_retry, r);
	r->watch = evtimer_new(options->base, on_watch, r);
	evtimer_add(r->retry, &now);
	return r;
}

void
redis_free(struct redis *r)
{
	if (r == NULL)
		return;
	r->freeing = true;
	go_down(r, "we stop");
	event_free(r->retry);
	event_free(r->watch);
	buf_fini(&r->out);
	free(r->ring);
	free(r->path);
	free(r->host);
	free(r->password);
	free(r);
}

bool
redis_is_up(const struct redis *r)
{
	return r->up;
}

static void
add_head(struct buf *out, char kind, size_t n)
{
	buf_add_char(out, kind);
	buf_add_u64(out, n);
	buf_add(out, STR("\r\n"));
}

bool
redis_send(struct redis *r, redis_reply_fn *fn, void *arg,
    const struct str *args, size_t n)
{
	if (!r->up) {
		if (fn != NULL)
			fn(arg, NULL);
		return false;
	}
	buf_clear(&r->out);
	add_head(&r->out, '*', n);
	for (size_t i = 0; i < n; i++) {
		add_head(&r->out, '$', args[i].n);
		buf_add(&r->out, args[i]);
		buf_add(&r->out, STR("\r\n"));
	}
	if (bufferevent_write(r->bev, r->out.p, r->out.n) != 0)
		die("out of memory");
	ring_push(r, fn, arg);
	return true;
}

size_t
redis_pending(const struct redis *r)
{
	return r->n;
}

size_t
redis_backlog(const struct redis *r)
{
	return r->bev == NULL
	    ? 0
	    : evbuffer_get_length(bufferevent_get_output(r->bev));
}
