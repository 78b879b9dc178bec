/*
 * From the last event to the alert: sends one line after the other that a
 * one-event rule wants (rules/latency.yml), each from a host name of its own,
 * and waits for its alert in the stream that the desk reads.
 *
 *   latency REDIS_SOCKET PORT [COUNT]
 *
 * Prints p50, p90, p99 and the maximum in milliseconds as one JSON object.
 */
#include "engine/base/arena.h"
#include "engine/base/stamp.h"

#include <arpa/inet.h>
#include <hiredis/hiredis.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static int64_t
mono_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * SECOND + ts.tv_nsec / 1000;
}

static int
connect_to(uint16_t port)
{
	struct sockaddr_in to = {.sin_family = AF_INET,
	    .sin_port = htons(port),
	    .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;

	if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof(to)) != 0)
		return -1;
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	return fd;
}

static bool
send_probe(int fd, unsigned long run, unsigned i)
{
	struct timespec ts;
	struct tm tm;
	char stamp[32], line[256];
	int n;

	clock_gettime(CLOCK_REALTIME, &ts);
	gmtime_r(&ts.tv_sec, &tm);
	strftime(stamp, sizeof(stamp), "%FT%T", &tm);
	n = snprintf(line, sizeof(line),
	    "<38>1 %s.%03ldZ probe-%lu-%u benchlatency - - - "
	    "bench-latency-probe\n",
	    stamp, ts.tv_nsec / 1000000, run, i);
	return send(fd, line, (size_t)n, MSG_NOSIGNAL) == n;
}

/* Reads the stream on from *last until an alert names the host. */
static bool
wait_for_alert(redisContext *redis, char *last, size_t size, const char *host,
    int64_t until)
{
	while (mono_us() < until) {
		redisReply *r = redisCommand(redis,
		    "XREAD COUNT 64 BLOCK 200 STREAMS vigie:alerts %s", last);
		bool found = false;

		if (r == NULL)
			return false;
		if (r->type == REDIS_REPLY_ARRAY && r->elements == 1) {
			const redisReply *list = r->element[0]->element[1];

			for (size_t i = 0; i < list->elements; i++) {
				const redisReply *one = list->element[i];

				(void)snprintf(last, size, "%s",
				    one->element[0]->str);
				found |= strstr(one->element[1]->element[1]
						    ->str,
					     host) != NULL;
			}
		}
		freeReplyObject(r);
		if (found)
			return true;
	}
	return false;
}

static int
cmp(const void *a, const void *b)
{
	const int64_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

int
main(int argc, char **argv)
{
	uint64_t port = 0, count = 1000;
	unsigned long run = (unsigned long)mono_us();
	char last[64] = "$", host[64];
	redisContext *redis;
	int64_t *took;
	size_t n = 0;
	int fd;

	if (argc < 3 || !str_to_u64(str_from(argv[2]), &port) ||
	    (argc > 3 && !str_to_u64(str_from(argv[3]), &count)))
		return 3;
	redis = redisConnectUnix(argv[1]);
	fd = connect_to((uint16_t)port);
	if (redis == NULL || redis->err != 0 || fd < 0)
		return 4;
	/* "$" is the end of the stream now; from there on by id. */
	(void)snprintf(last, sizeof(last), "%lld-0",
	    (long long)time(NULL) * 1000);
	took = mem_get_zero(count, sizeof(*took));
	for (unsigned i = 0; i < count; i++) {
		int64_t from = mono_us();

		(void)snprintf(host, sizeof(host), "\"probe-%lu-%u\"", run, i);
		if (!send_probe(fd, run, i) ||
		    !wait_for_alert(redis, last, sizeof(last), host,
			from + 5 * SECOND))
			break;
		took[n++] = mono_us() - from;
		usleep(2000);
	}
	qsort(took, n, sizeof(*took), cmp);
	if (n == 0)
		return 1;
	printf("{\"probes\":%zu,\"p50_ms\":%.2f,\"p90_ms\":%.2f,"
	       "\"p99_ms\":%.2f,\"max_ms\":%.2f}\n",
	    n, (double)took[n / 2] / 1e3, (double)took[n * 9 / 10] / 1e3,
	    (double)took[n * 99 / 100] / 1e3, (double)took[n - 1] / 1e3);
	close(fd);
	redisFree(redis);
	free(took);
	return n == count ? 0 : 1;
}
