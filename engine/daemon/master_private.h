/*
 * What master.c and setup.c share. Private to these two files.
 */
#ifndef VIGIE_DAEMON_MASTER_PRIVATE_H
#define VIGIE_DAEMON_MASTER_PRIVATE_H

#include "engine/daemon/child.h"
#include "engine/daemon/master.h"
#include "engine/daemon/page.h"

#define MAX_SOCKETS (CONFIG_MAX_LISTEN)

struct event;
struct event_base;

struct slot {
	struct child child;
	char name[32];
	char number[16];
	char fds[256]; /* "u5,t6,t7" */
	char *args[CHILD_MAX_ARGS];
	int sockets[MAX_SOCKETS];
	size_t n_sockets;
};

struct master {
	const struct master_options *options;
	struct arena *arena;
	struct config config;
	struct page *page;
	struct event_base *base;
	struct event *tick, *on_term, *on_int, *on_hup, *on_chld;
	int lock;
	struct child redis, desk;
	char *redis_args[CHILD_MAX_ARGS];
	char *desk_args[CHILD_MAX_ARGS];
	struct slot slots[CONFIG_MAX_WORKERS];
	bool stopping;
	bool told_ready;
	int64_t stop_at; /* monotonic */
	uint64_t switch_to; /* generation of a reload under way, 0: none */
};

/* Mistakes to stderr, coloured on a terminal. */
void setup_print_errors(struct err *err);
/* Everything that people wrote, loaded once and thrown away: 0, or the exit
 * code. All mistakes were told. */
int setup_check(struct master *m);
/* State folder, lock, page of counters; false was told. */
bool setup_state(struct master *m);
/* Sockets and the command lines of all children; false was told. */
bool setup_children(struct master *m);

#endif
