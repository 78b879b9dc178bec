#include "engine/desk/run.h"

#include <signal.h>
#include <stdio.h>
#include <time.h>

#include <event2/event.h>

#include "engine/base/log.h"
#include "engine/desk/api.h"

#define TICK_S 5

static int64_t
clock_now(void)
{
	struct timespec t;
	(void)clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * SECOND + t.tv_nsec / 1000;
}

static void
on_signal(evutil_socket_t number, short what, void *arg)
{
	struct event_base *base = arg;
	(void)what;
	log_info("signal %d, closing", (int)number);
	(void)event_base_loopexit(base, NULL);
}

static void
on_tick(evutil_socket_t fd, short what, void *arg)
{
	struct desk *desk = arg;
	(void)fd;
	(void)what;
	desk_tick(desk, clock_now());
}

static bool
loop(const struct desk_options *options, struct event_base *base,
    struct desk *desk)
{
	struct timeval tick = {.tv_sec = TICK_S};
	struct event *events[] = {
	    evsignal_new(base, SIGTERM, on_signal, base),
	    evsignal_new(base, SIGINT, on_signal, base),
	    event_new(base, -1, EV_PERSIST, on_tick, desk),
	};
	size_t n = sizeof(events) / sizeof(events[0]);
	for (size_t i = 0; i < n; i++)
		if (events[i] == NULL ||
		    event_add(events[i], i + 1 == n ? &tick : NULL) != 0)
			die("out of memory");
	bool good = options->source == NULL ||
	    options->source(options->arg, base, desk);
	if (good && options->ready != NULL)
		*options->ready = true;
	if (good)
		(void)event_base_dispatch(base);
	if (options->source_stop != NULL)
		options->source_stop(options->arg);
	for (size_t i = 0; i < n; i++)
		event_free(events[i]);
	return good;
}

int
desk_run(const struct desk_options *options)
{
	char why[512];
	char path[4096];
	struct desk *desk = desk_open(options->state_dir, options->members,
	    clock_now(), why, sizeof(why));
	if (desk == NULL) {
		log_error("%s", why);
		return 1;
	}
	uint64_t rows, bad;
	if (!desk_store_verify(desk_store_of(desk), &rows, &bad))
		log_error("the history is broken at row %llu; somebody "
			  "changed desk.db",
		    (unsigned long long)bad);
	if (options->socket != NULL)
		snprintf(path, sizeof(path), "%s", options->socket);
	else
		snprintf(
		    path, sizeof(path), "%s/desk.sock", options->state_dir);
	(void)signal(SIGPIPE, SIG_IGN);
	struct event_base *base = event_base_new();
	if (base == NULL)
		die("out of memory");
	struct api *api = api_open(base, desk, path, why, sizeof(why));
	if (api == NULL)
		log_error("%s", why);
	else
		log_info("%zu incidents, API at %s",
		    incidents_count(desk_incidents(desk)), path);
	bool good = api != NULL && loop(options, base, desk);
	api_close(api);
	event_base_free(base);
	desk_close(desk);
	return good ? 0 : 1;
}
