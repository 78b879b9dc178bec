/*
 * send: syslog from a file to a port, as fast as it is taken or at a rate.
 *
 * The file is read into memory before the clock starts. TCP: the file is cut
 * at line ends into chunks, and each goes to the connection that has room, so
 * that with several connections the lines stay nearly in order. UDP: one line
 * a datagram. With --wait the clock runs on until the receiver has written
 * TEXT to OUTPUT, looked for every millisecond.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <netdb.h>
#include <poll.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
	CONNECTIONS_MAX = 1024,
	CHUNK_BYTES = 64 << 10,
	BATCH = 64,              /* datagrams a call */
	WINDOW_BYTES = 256 << 10 /* of OUTPUT, searched at a time */
};

struct options {
	bool udp;
	uint64_t connections;
	uint64_t rate; /* lines a second, 0: as fast as they are taken */
	uint64_t cpu;  /* UINT64_MAX: any */
	uint64_t timeout_seconds;
	const char *wait_path;
	const char *wait_text;
	const char *host;
	const char *port;
	const char *path;
};

/* The file, and how far it has been handed out. */
struct source {
	char *bytes;
	const char *at;
	const char *end;
	uint64_t lines; /* handed out */
	uint64_t rate;
	int64_t begun_us;
};

struct connection {
	const char *at;
	const char *end;
};

static const char usage[] =
    "usage: send [--tcp | --udp] HOST PORT FILE [--connections N] [--rate R]\n"
    "            [--cpu N] [--wait OUTPUT:TEXT] [--timeout SECONDS]\n"
    "  Sends the lines of FILE and prints, as JSON, how many there were, the\n"
    "  seconds until all were sent and, with --wait, until OUTPUT had TEXT.\n";

static int64_t
clock_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void
fail(const char *what)
{
	fprintf(stderr, "send: %s: %s\n", what, strerror(errno));
	exit(1);
}

static bool
number_parse(const char *text, uint64_t *value)
{
	uint64_t n = 0;

	if (*text == '\0')
		return false;
	for (; *text != '\0'; text++) {
		if (*text < '0' || *text > '9' || n > UINT64_MAX / 100)
			return false;
		n = n * 10 + (uint64_t)(*text - '0');
	}
	*value = n;
	return true;
}

static bool
wait_parse(struct options *o, char *text)
{
	char *colon = strrchr(text, ':');

	if (colon == NULL || colon == text || colon[1] == '\0')
		return false;
	*colon = '\0';
	o->wait_path = text;
	o->wait_text = colon + 1;
	return true;
}

static bool
options_parse(struct options *o, int argc, char **argv)
{
	static const struct option names[] = {
	    {"tcp",         no_argument,       NULL, 't'},
	    {"udp",         no_argument,       NULL, 'u'},
	    {"connections", required_argument, NULL, 'n'},
	    {"rate",        required_argument, NULL, 'r'},
	    {"cpu",         required_argument, NULL, 'c'},
	    {"wait",        required_argument, NULL, 'w'},
	    {"timeout",     required_argument, NULL, 's'},
	    {NULL,          0,                 NULL, 0  },
	};
	bool good = true;
	int c;

	*o = (struct options){
	    .connections = 1, .cpu = UINT64_MAX, .timeout_seconds = 600};
	while (good && (c = getopt_long(argc, argv, "", names, NULL)) != -1) {
		if (c == 't' || c == 'u')
			o->udp = c == 'u';
		else if (c == 'n')
			good = number_parse(optarg, &o->connections);
		else if (c == 'r')
			good = number_parse(optarg, &o->rate);
		else if (c == 'c')
			good = number_parse(optarg, &o->cpu) && o->cpu < 1024;
		else if (c == 's')
			good = number_parse(optarg, &o->timeout_seconds);
		else if (c == 'w')
			good = wait_parse(o, optarg);
		else
			good = false;
	}
	if (!good || argc - optind != 3 || o->connections == 0 ||
	    o->connections > CONNECTIONS_MAX)
		return false;
	o->host = argv[optind];
	o->port = argv[optind + 1];
	o->path = argv[optind + 2];
	return true;
}

static void
cpu_pin(uint64_t cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET((size_t)cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set) != 0)
		fail("--cpu");
}

static struct source
source_load(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	char *bytes;
	size_t size = 0;

	if (fd < 0 || fstat(fd, &st) != 0)
		fail(path);
	bytes = malloc((size_t)st.st_size + 1);
	if (bytes == NULL)
		fail(path);
	while (size < (size_t)st.st_size) {
		ssize_t n = read(fd, bytes + size, (size_t)st.st_size - size);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			fail(path);
		size += (size_t)n;
	}
	close(fd);
	if (size > 0 && bytes[size - 1] != '\n')
		bytes[size++] = '\n';
	return (struct source){
	    .bytes = bytes, .at = bytes, .end = bytes + size};
}

/* How many lines may go now; 0 is to wait, for a moment is slept here. */
static uint64_t
source_due(const struct source *s)
{
	static const struct timespec moment = {.tv_nsec = 500000};
	uint64_t due;

	if (s->rate == 0)
		return UINT64_MAX;
	due = (uint64_t)((double)(clock_us() - s->begun_us) * 1e-6 *
			 (double)s->rate) +
	      1;
	if (due > s->lines)
		return due - s->lines;
	nanosleep(&moment, NULL);
	return 0;
}

/* The next whole lines, CHUNK_BYTES or so and no more than are due. */
static bool
source_take(struct source *s, uint64_t due, struct connection *to)
{
	to->at = s->at;
	while (s->at < s->end && due > 0 && s->at - to->at < CHUNK_BYTES) {
		s->at = memchr(s->at, '\n', (size_t)(s->end - s->at));
		s->at++;
		s->lines++;
		due--;
	}
	to->end = s->at;
	return to->at < to->end;
}

static int
socket_open(const struct options *o)
{
	struct addrinfo hints = {
	    .ai_socktype = o->udp ? SOCK_DGRAM : SOCK_STREAM,
	    .ai_family = AF_UNSPEC,
	};
	struct addrinfo *found;
	int size = 4 << 20;
	int fd;

	if (getaddrinfo(o->host, o->port, &hints, &found) != 0) {
		fprintf(stderr, "send: %s %s: no such address\n", o->host,
			o->port);
		exit(3);
	}
	fd = socket(found->ai_family, found->ai_socktype | SOCK_CLOEXEC, 0);
	if (fd < 0 || connect(fd, found->ai_addr, found->ai_addrlen) != 0)
		fail("connect");
	freeaddrinfo(found);
	setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	return fd;
}

/* False: the connection took less than it was given. */
static bool
connection_push(int fd, struct connection *c)
{
	while (c->at < c->end) {
		ssize_t n = send(fd, c->at, (size_t)(c->end - c->at),
				 MSG_NOSIGNAL | MSG_DONTWAIT);

		if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return false;
		if (n < 0 && errno != EINTR)
			fail("send");
		if (n > 0)
			c->at += n;
	}
	return true;
}

static void
tcp_send(const struct options *o, struct source *s)
{
	static struct pollfd polled[CONNECTIONS_MAX];
	static struct connection connections[CONNECTIONS_MAX];
	size_t count = o->connections;
	size_t busy = 0; /* connections that wait for room */

	for (size_t i = 0; i < count; i++)
		polled[i] = (struct pollfd){.fd = socket_open(o)};
	s->begun_us = clock_us();
	while (s->at < s->end || busy > 0) {
		if (busy == count || s->at == s->end)
			poll(polled, count, -1);
		busy = 0;
		for (size_t i = 0; i < count; i++) {
			struct connection *c = &connections[i];
			uint64_t due = c->at == c->end ? source_due(s) : 0;

			if (c->at == c->end && !source_take(s, due, c))
				continue;
			if (connection_push(polled[i].fd, c)) {
				polled[i].events = 0;
				continue;
			}
			polled[i].events = POLLOUT;
			busy++;
		}
	}
	for (size_t i = 0; i < count; i++)
		shutdown(polled[i].fd, SHUT_WR);
}

/* Cuts up to BATCH lines that are due into datagrams without their LF. */
static size_t
datagrams_cut(struct source *s, struct iovec *parts)
{
	uint64_t due = source_due(s);
	size_t n = 0;

	for (; n < BATCH && n < due && s->at < s->end; n++) {
		const char *end = memchr(s->at, '\n', (size_t)(s->end - s->at));

		parts[n] = (struct iovec){(void *)(uintptr_t)s->at,
					  (size_t)(end - s->at)};
		s->at = end + 1;
		s->lines++;
	}
	return n;
}

static void
udp_send(const struct options *o, struct source *s)
{
	static int fds[CONNECTIONS_MAX];
	struct iovec parts[BATCH];
	struct mmsghdr messages[BATCH];

	for (size_t i = 0; i < o->connections; i++)
		fds[i] = socket_open(o);
	s->begun_us = clock_us();
	for (size_t turn = 0; s->at < s->end; turn++) {
		size_t count = datagrams_cut(s, parts);
		size_t sent = 0;

		for (size_t i = 0; i < count; i++)
			messages[i] = (struct mmsghdr){
			    .msg_hdr = {.msg_iov = &parts[i], .msg_iovlen = 1}
                        };
		while (sent < count) {
			int n = sendmmsg(fds[turn % o->connections],
					 messages + sent,
					 (unsigned int)(count - sent), 0);

			if (n < 0 && errno != EINTR && errno != ENOBUFS)
				fail("send");
			if (n > 0)
				sent += (size_t)n;
		}
	}
}

/*
 * Searches what has come since *searched. A part of the text may be at the end
 * of one look and the rest in the next, so the last bytes are looked at again.
 */
static bool
output_has(const struct options *o, off_t *searched)
{
	static char window[WINDOW_BYTES];
	size_t length = strlen(o->wait_text);
	int fd = open(o->wait_path, O_RDONLY | O_CLOEXEC);
	bool found = false;
	ssize_t n;

	if (fd < 0)
		return false;
	while (!found &&
	       (n = pread(fd, window, sizeof(window), *searched)) > 0) {
		found = memmem(window, (size_t)n, o->wait_text, length) != NULL;
		if ((size_t)n < length)
			break;
		*searched += n - (ssize_t)(length - 1);
		if ((size_t)n < sizeof(window))
			break;
	}
	close(fd);
	return found;
}

static bool
output_wait(const struct options *o)
{
	static const struct timespec moment = {.tv_nsec = 1000000};
	int64_t limit = clock_us() + (int64_t)o->timeout_seconds * 1000000;
	off_t searched = 0;

	while (!output_has(o, &searched)) {
		if (clock_us() > limit)
			return false;
		nanosleep(&moment, NULL);
	}
	return true;
}

int
main(int argc, char **argv)
{
	struct options o;
	struct source source;
	double sent;

	if (!options_parse(&o, argc, argv)) {
		fputs(usage, stderr);
		return 3;
	}
	if (o.cpu != UINT64_MAX)
		cpu_pin(o.cpu);
	source = source_load(o.path);
	source.rate = o.rate;
	if (o.udp)
		udp_send(&o, &source);
	else
		tcp_send(&o, &source);
	sent = (double)(clock_us() - source.begun_us) * 1e-6;
	if (o.wait_path != NULL && !output_wait(&o)) {
		fprintf(stderr,
			"send: '%s' did not come to %s within %llu "
			"seconds\n",
			o.wait_text, o.wait_path,
			(unsigned long long)o.timeout_seconds);
		return 1;
	}
	printf("{\"lines\":%llu,\"bytes\":%lld,\"sent_seconds\":%.6f,"
	       "\"seconds\":%.6f}\n",
	       (unsigned long long)source.lines,
	       (long long)(source.end - source.bytes), sent,
	       (double)(clock_us() - source.begun_us) * 1e-6);
	free(source.bytes);
	return 0;
}
