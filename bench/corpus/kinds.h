/*
 * The kinds of line in the corpus: six products, one template a kind.
 *
 * A flow is what lines that belong together share (addresses, ports, user,
 * numbers), so that a connection's teardown fits its set-up. All state is in
 * one struct world, which belongs to main(); the same seed gives the same
 * bytes.
 */
#ifndef BENCH_CORPUS_KINDS_H
#define BENCH_CORPUS_KINDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum product { SSHD, IPTABLES, ASA, FORTIGATE, NGINX, POSTFIX, PRODUCTS };

/* Kinds that attacks are made of; the table goes on with nameless ones. */
enum kind_id {
	SSH_FAILED,
	SSH_FAILED_INVALID,
	SSH_ACCEPTED,
	IPTABLES_DROP,
	ASA_DENY,
	VPN_FAILED,
	WEB_NOT_FOUND,
	WEB_FOUND,
	KINDS_NAMED
};

enum limits {
	LINE_MAX_BYTES = 1024, /* no template comes near this */
	USERS = 512,
	RECENT = 256,     /* flows of a product that can go on */
	PARTS = 10000,    /* weights are parts of this many lines */
	KINDS_MAX = 96,
	USER_BYTES = 12
};

struct flow {
	uint32_t source;  /* the actor of a line that a detection may match */
	uint32_t client;  /* 10.0.0.0/10, inside */
	uint32_t server;  /* 10.64.0.0/16, inside */
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
	uint32_t next_source;
	uint32_t next_id;
	uint32_t source_key;
	struct moment now;
	char users[USERS][USER_BYTES];
	struct flow recent[PRODUCTS][RECENT];
	struct flow failed[KINDS_MAX]; /* the last that failed, of each kind */
	bool fails_again[KINDS_MAX];
	uint8_t pick[PARTS];
};

void world_init(struct world *w, uint64_t seed);
void world_set_time(struct world *w, int64_t us);

uint64_t random_next(struct world *w);
uint32_t random_below(struct world *w, uint32_t n); /* n > 0 */

struct flow flow_make(struct world *w, enum product product);

/* Both write one line with its LF, at most LINE_MAX_BYTES, and return the end.
 */
char *line_write(struct world *w, char *to, uint32_t kind,
		 const struct flow *flow);
char *line_write_background(struct world *w, char *to);

#endif
