#include "engine/ingest/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#define BACKLOG 4096

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

static socklen_t
to_sockaddr(const struct listen_address *a, union address *out)
{
	*out = (union address){.v6 = {.sin6_family = AF_INET6}};
	if (ip_is_v4(&a->ip)) {
		out->v4 = (struct sockaddr_in){
		    .sin_family = AF_INET, .sin_port = htons(a->port)};
		memcpy(&out->v4.sin_addr, a->ip.b + 12, 4);
		return sizeof(out->v4);
	}
	out->v6.sin6_port = htons(a->port);
	memcpy(&out->v6.sin6_addr, a->ip.b, 16);
	return sizeof(out->v6);
}

static bool
set_option(int fd, int level, int name, int value)
{
	return setsockopt(fd, level, name, &value, sizeof(value)) == 0;
}

/* errno as a sentence that says what to do. */
static void
explain(const struct listen_address *a, bool tcp, char *why, size_t size)
{
	const char *kind = tcp ? "TCP" : "UDP";
	char text[IP_TEXT];

	(void)ip_format(&a->ip, text);
	if (errno == EADDRINUSE)
		(void)snprintf(why, size,
		    "%s port %u is taken by another "
		    "program (\"ss -ln%cp\" names it)",
		    kind, a->port, tcp ? 't' : 'u');
	else if (errno == EACCES || errno == EPERM)
		(void)snprintf(why, size,
		    "no permission to open %s port %u: "
		    "ports below 1024 need CAP_NET_BIND_SERVICE",
		    kind, a->port);
	else if (errno == EADDRNOTAVAIL)
		(void)snprintf(
		    why, size, "%s is no address of this machine", text);
	else if (errno == EAFNOSUPPORT)
		(void)snprintf(why, size,
		    "this machine has no IPv6: %s cannot "
		    "be listened on",
		    text);
	else
		(void)snprintf(why, size, "cannot open %s port %u at %s: %s",
		    kind, a->port, text, strerror(errno));
}

/* A bound socket, or -1 with errno. */
static int
open_bound(const struct listen_address *a, bool tcp, bool share,
    uint32_t receive_buffer)
{
	union address sa;
	socklen_t n = to_sockaddr(a, &sa);
	int fd = socket(sa.any.sa_family,
	    (tcp ? SOCK_STREAM : SOCK_DGRAM) | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int saved;

	if (fd < 0)
		return -1;
	if (sa.any.sa_family == AF_INET6)
		(void)set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, a->only_v6);
	/* For TCP: not to wait for old connections; for UDP it would share. */
	if (tcp)
		(void)set_option(fd, SOL_SOCKET, SO_REUSEADDR, 1);
	if (share)
		(void)set_option(fd, SOL_SOCKET, SO_REUSEPORT, 1);
	/* Before listen(): the window's scale is agreed in the handshake. */
	if (receive_buffer > 0 &&
	    !set_option(fd, SOL_SOCKET, SO_RCVBUFFORCE, (int)receive_buffer))
		(void)set_option(
		    fd, SOL_SOCKET, SO_RCVBUF, (int)receive_buffer);
	if (bind(fd, &sa.any, n) == 0)
		return fd;
	saved = errno;
	close(fd);
	errno = saved;
	return -1;
}

bool
listen_check(const struct listen_address *a, bool tcp, char *why, size_t size)
{
	int fd = open_bound(a, tcp, false, 0);

	if (fd < 0) {
		explain(a, tcp, why, size);
		return false;
	}
	close(fd);
	return true;
}

int
listen_udp(const struct listen_address *a, uint32_t receive_buffer, char *why,
    size_t size)
{
	int fd = open_bound(a, false, true,
	    receive_buffer == 0 ? LISTEN_UDP_BUFFER : receive_buffer);

	if (fd < 0)
		explain(a, false, why, size);
	else
		(void)set_option(fd, SOL_SOCKET, SO_RXQ_OVFL, 1);
	return fd;
}

int
listen_tcp(const struct listen_address *a, uint32_t receive_buffer, char *why,
    size_t size)
{
	int fd = open_bound(a, true, true, receive_buffer);

	if (fd < 0) {
		explain(a, true, why, size);
		return -1;
	}
	/* Connections inherit these: a dead peer is found in two minutes. */
	(void)set_option(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
	(void)set_option(fd, IPPROTO_TCP, TCP_KEEPIDLE, 60);
	(void)set_option(fd, IPPROTO_TCP, TCP_KEEPINTVL, 10);
	(void)set_option(fd, IPPROTO_TCP, TCP_KEEPCNT, 6);
	if (listen(fd, BACKLOG) == 0)
		return fd;
	explain(a, true, why, size);
	close(fd);
	return -1;
}

uint16_t
listen_port(int fd)
{
	union address sa = {0};
	socklen_t n = sizeof(sa);
	uint16_t port = 0;
	struct ip ip;

	if (getsockname(fd, &sa.any, &n) == 0)
		(void)ip_from_sockaddr(&sa.any, &ip, &port);
	return port;
}

uint32_t
listen_buffer(int fd)
{
	int bytes = 0;
	socklen_t n = sizeof(bytes);

	/* The kernel tells twice what was asked for: half is its own. */
	if (getsockopt(fd, SOL_SOCKET, SO_RCVBUF, &bytes, &n) != 0 || bytes < 0)
		return 0;
	return (uint32_t)bytes / 2;
}
