#include "engine/correlate/memory.h"

#include <stdlib.h>

/* Matches of alerts on their way to the parents, packed; each with the number
 * of correlations that it came through. */
struct memory_store {
	struct windows *windows;
	memory_alert_fn *on_alert;
	void *arg;
	struct buf queue, next;
	int64_t received; /* the latest; INT64_MIN: none yet */
	int64_t advanced;
};

static void
take_alert(void *arg, const struct alert *alert)
{
	struct memory_store *store = arg;

	store->on_alert(store->arg, alert);
}

static void
take_match(void *arg, const struct match *m)
{
	struct memory_store *store = arg;

	match_format(m, &store->next);
}

struct memory_store *
memory_new(const struct specs *specs, const struct windows_limits *limits,
    memory_alert_fn *on_alert, void *arg)
{
	struct memory_store *store = mem_get_zero(1, sizeof(*store));
	struct windows_sink sink = {take_alert, take_match, store};

	store->windows = windows_new(specs, limits, &sink);
	store->on_alert = on_alert;
	store->arg = arg;
	store->received = store->advanced = INT64_MIN;
	buf_init(&store->queue, SIZE_MAX);
	buf_init(&store->next, SIZE_MAX);
	return store;
}

void
memory_free(struct memory_store *store)
{
	if (store == NULL)
		return;
	windows_free(store->windows);
	buf_fini(&store->queue);
	buf_fini(&store->next);
	free(store);
}

/* Each round applies what the round before gave. True when there was some. */
static bool
loop_back(struct memory_store *store)
{
	bool any = false;

	for (int depth = 0; depth < MEMORY_DEPTH && store->next.n > 0;
	     depth++) {
		struct buf swap = store->queue;
		struct match m;
		struct str rest;

		store->queue = store->next;
		store->next = swap;
		buf_clear(&store->next);
		rest = buf_str(&store->queue);
		while (rest.n > 0 && match_parse(&rest, &m))
			windows_apply(store->windows, &m);
		any = true;
	}
	buf_clear(&store->next);
	return any;
}

void
memory_put(struct memory_store *store, const struct match *m)
{
	memory_tick(store, m->received);
	windows_apply(store->windows, m);
	if (store->next.n > 0)
		loop_back(store);
}

void
memory_tick(struct memory_store *store, int64_t received)
{
	if (received <= store->received)
		return;
	store->received = received;
	if (store->advanced != INT64_MIN && received - store->advanced < SECOND)
		return;
	store->advanced = received;
	windows_advance(store->windows, SHARD_COUNT, received - MEMORY_BEHIND);
	loop_back(store);
}

void
memory_finish(struct memory_store *store)
{
	if (store->received == INT64_MIN)
		return;
	for (int depth = 0; depth < MEMORY_DEPTH; depth++) {
		windows_advance(store->windows, SHARD_COUNT, store->received);
		if (!loop_back(store))
			break;
	}
	windows_advance(store->windows, SHARD_COUNT, store->received);
}

struct windows *
memory_windows(struct memory_store *store)
{
	return store->windows;
}
