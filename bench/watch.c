/*
 * Watches a running engine's page of counters: waits until `lines` messages
 * were handled and all their matches applied to windows, and prints how long
 * that took from the first one on, as one JSON object.
 *
 *   watch STATE LINES [TIMEOUT_SECONDS]
 */
#include "engine/base/stamp.h"
#include "engine/daemon/page.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static int64_t
mono_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * SECOND + ts.tv_nsec / 1000;
}

static struct stats
sum(const struct page *page)
{
	struct stats all = {0};

	for (uint32_t i = 0; i < page->workers; i++)
		stats_sum(&all, &page->worker[i].stats);
	return all;
}

int
main(int argc, char **argv)
{
	uint64_t lines = 0, timeout = 120, handled;
	int64_t begin, first = 0, parsed_at = 0, now;
	struct stats base, s;
	struct page *page;

	if (argc < 3 || !str_to_u64(str_from(argv[2]), &lines) ||
	    (argc > 3 && !str_to_u64(str_from(argv[3]), &timeout)))
		return 3;
	page = page_open(argv[1], false);
	if (page == NULL) {
		fprintf(stderr, "no page of counters in %s\n", argv[1]);
		return 4;
	}
	base = sum(page);
	begin = mono_us();
	fprintf(stderr, "watching\n");
	do {
		usleep(500);
		now = mono_us();
		s = sum(page);
		if (first == 0 && s.n[STAT_received] > base.n[STAT_received])
			first = now;
		handled = s.n[STAT_parsed] + s.n[STAT_unparsed] -
		    base.n[STAT_parsed] - base.n[STAT_unparsed];
		if (parsed_at == 0 && handled >= lines)
			parsed_at = now;
	} while ((parsed_at == 0 ||
		     s.n[STAT_applied] + s.n[STAT_repeated] <
			 s.n[STAT_matches]) &&
	    now - begin < (int64_t)timeout * SECOND);
	printf("{\"lines\":%llu,\"seconds\":%.4f,\"seconds_parsed\":%.4f,"
	       "\"unparsed\":%llu,\"matches\":%llu,\"windows\":%llu,"
	       "\"alerts\":%llu,\"complete\":%s}\n",
	    (unsigned long long)handled, (double)(now - first) / 1e6,
	    (double)(parsed_at - first) / 1e6,
	    (unsigned long long)(s.n[STAT_unparsed] - base.n[STAT_unparsed]),
	    (unsigned long long)(s.n[STAT_matches] - base.n[STAT_matches]),
	    (unsigned long long)s.n[STAT_windows],
	    (unsigned long long)(s.n[STAT_alerts] - base.n[STAT_alerts]),
	    parsed_at != 0 ? "true" : "false");
	page_close(page);
	return parsed_at != 0 ? 0 : 1;
}
