/*
 * A connection to one Redis server: RESP2 over a libevent bufferevent, with
 * hiredis's reader for the replies. It connects again by itself (50 ms to 5 s,
 * with jitter), gives commands that wait too long a broken connection, and
 * answers every command exactly once: with the reply, or with NULL when the
 * connection broke before it came.
 */
#ifndef VIGIE_STORE_REDIS_H
#define VIGIE_STORE_REDIS_H

#include "engine/base/str.h"

struct event_base;
struct redisReply;
struct redis;

#define REDIS_MAX_ARGS 4096

/* reply: NULL when the connection broke. Valid during the call only. */
typedef void redis_reply_fn(void *arg, const struct redisReply *reply);

struct redis_options {
	struct event_base *base;
	const char *path; /* Unix socket; NULL: host and port */
	const char *host; /* numeric address */
	uint16_t port;
	const char *password; /* NULL: none */
	int64_t timeout;      /* us for a reply; 0: 5 s */
	/* The connection is up and empty, or it broke (`why`: a sentence). */
	void (*on_up)(void *arg);
	void (*on_down)(void *arg, const char *why);
	void *arg;
};

/* Starts to connect at once. Texts are copied. */
struct redis *redis_new(const struct redis_options *options);
/* Open commands get NULL first. */
void redis_free(struct redis *r);

bool redis_is_up(const struct redis *r);

/*
 * Sends a command (copied). Without a connection fn is called with NULL at
 * once and false comes back. fn may be NULL.
 */
bool redis_send(struct redis *r, redis_reply_fn *fn, void *arg,
    const struct str *args, size_t n);
/* The same with words: redis_call(r, fn, arg, STR("PING")). */
#define redis_call(r, fn, arg, ...)                                      \
	redis_send(r, fn, arg, (const struct str[]){__VA_ARGS__},        \
	    sizeof((const struct str[]){__VA_ARGS__}) / sizeof(struct str))

/* Drops the connection (it comes back by itself): for replies that make no
 * sense. */
void redis_break(struct redis *r, const char *why);

/* Commands without answer, and bytes not yet written. */
size_t redis_pending(const struct redis *r);
size_t redis_backlog(const struct redis *r);

#endif
