/*
 * The world that the corpus is about: its clock, its chance, its devices and
 * people, and the flows between them.
 *
 * A flow is what lines that belong together share (addresses, ports, user,
 * numbers), so that a connection's teardown fits its set-up. The one struct
 * world belongs to main(); the same seed gives the same world.
 */
#ifndef BENCH_CORPUS_WORLD_H
#define BENCH_CORPUS_WORLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum product { SSHD, IPTABLES, ASA, FORTIGATE, NGINX, POSTFIX, PRODUCTS };

enum { USERS = 512, USER_BYTES = 12 };

struct flow {
	uint32_t source;  /* the actor of a line that a detection may match */
	uint32_t client;  /* 10.0.0.0/10, inside */
	uint32_t server;  /* 10.64.0.0/21, inside */
	uint32_t outside; /* 192.0.2.0/24 */
	uint16_t client_port;
	uint16_t server_port;
	uint16_t aimed_port; /* the port that a scan tries */
	uint16_t host;       /* number of the device that logs */
	uint32_t id;
	uint32_t pid;
	uint64_t token;
	const char *user; /* borrowed: from world or a constant */
};

/* The time of a line, and its texts, made once a second. */
struct moment {
	int64_t us;
	int64_t second;
	char stamp[16];  /* "Mar  2 08:00:00" */
	char date[11];   /* "2026-03-02" */
	char clock[9];   /* "08:00:00" */
	char common[27]; /* "02/Mar/2026:08:00:00 +0000" */
};

struct world {
	uint64_t random;
	uint32_t next_id;
	uint32_t next_source;
	uint32_t source_key;
	struct moment now;
	char users[USERS][USER_BYTES];
};

void world_init(struct world *w, uint64_t seed);
void world_set_time(struct world *w, int64_t us);

uint64_t random_next(struct world *w);
uint32_t random_below(struct world *w, uint32_t n); /* n > 0 */

/* One of a list; the list is evaluated twice. */
#define PICK(w, list)                                                          \
	((list)[random_below((w), sizeof(list) / sizeof((list)[0]))])

struct flow flow_make(struct world *w, enum product product);

/* An address of 10.128.0.0/9 that has not failed yet. */
uint32_t source_next(struct world *w);

const char *device_name(enum product product);

#endif
