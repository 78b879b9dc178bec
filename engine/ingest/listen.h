/*
 * The sockets that members send to. The master makes them, one UDP and one
 * TCP for each worker slot with SO_REUSEPORT, and holds them for ever;
 * workers get the descriptors. All are non-blocking and close-on-exec.
 */
#ifndef VIGIE_INGEST_LISTEN_H
#define VIGIE_INGEST_LISTEN_H

#include "engine/base/ip.h"

struct listen_address {
	struct ip ip;  /* 0.0.0.0: every IPv4 address; ::: every address */
	uint16_t port; /* 0: the kernel picks */
	bool only_v6;  /* of an IPv6 address: no mapped IPv4 */
};

/* Bytes of the kernel's queue when the options say 0. */
#define LISTEN_UDP_BUFFER (32u << 20)

/*
 * Is the port free? With SO_REUSEPORT a second program of the same user would
 * be let in without an error, so ask once before the first slot. False with a
 * sentence in `why`.
 */
bool listen_check(
    const struct listen_address *a, bool tcp, char *why, size_t size);
/* -1 with a sentence in `why`. receive_buffer in bytes. */
int listen_udp(const struct listen_address *a, uint32_t receive_buffer,
    char *why, size_t size);
/* receive_buffer 0: the kernel grows it by itself. */
int listen_tcp(const struct listen_address *a, uint32_t receive_buffer,
    char *why, size_t size);

/* What the kernel gave: the port, and the queue in bytes of payload. */
uint16_t listen_port(int fd);
uint32_t listen_buffer(int fd);

#endif
