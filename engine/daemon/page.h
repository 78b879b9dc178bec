/*
 * The page of counters: a file in the state folder that master, workers and
 * `vigie top` map. Each cell has one writer, so nothing is locked. It also
 * carries the two-step switch of a reload: the master asks for a generation
 * to be loaded, then for windows and last for detection to use it, and goes
 * on when every worker has followed.
 */
#ifndef VIGIE_DAEMON_PAGE_H
#define VIGIE_DAEMON_PAGE_H

#include "engine/base/stats.h"
#include "engine/daemon/config.h"
#include "engine/journal/journal.h"
#include "engine/member/clock.h"

#define PAGE_MAGIC 0x31304547415049ull

enum worker_mode { WORKER_STARTING, WORKER_BEHIND, WORKER_LIVE };

struct page_worker {
	struct stats stats;
	int32_t pid;
	uint32_t mode;	     /* enum worker_mode */
	uint64_t loaded;     /* generation that is compiled aside */
	uint64_t windows;    /* that owners use */
	uint64_t detecting;  /* that lines meet */
	uint64_t refused;    /* that would not load */
	/* Lines up to here are counted as parsed or unparsed; what is read
	 * again from before it is not counted twice, not even by the next
	 * process in this slot. */
	struct journal_pos counted;
	/* The record under way, zero between records: a process that dies in
	 * it leaves its place here. A record that ended POISON_DEATHS
	 * processes is passed over. */
	struct journal_pos handling, suspect;
	uint32_t deaths;
	struct journal_pos applied; /* checkpointed in Redis */
	uint64_t redis_up;
	/* Drops of each inherited UDP socket that are counted already. */
	uint32_t udp_counted[CONFIG_MAX_LISTEN];
	uint64_t heartbeat; /* wall clock, us */
	struct clock_table clocks;
};

struct page {
	uint64_t magic;
	uint64_t size;
	uint32_t workers;
	int32_t master;
	uint64_t started;    /* wall clock, us */
	uint64_t ready;	     /* listeners are open and workers run */
	uint64_t want_load;  /* generation numbers, see above */
	uint64_t want_windows;
	uint64_t want_detect;
	struct page_worker worker[CONFIG_MAX_WORKERS];
};

/* Makes (create) or maps the file; NULL with errno set. A page that was there
 * keeps its counters when the sizes agree. */
struct page *page_open(const char *state, bool create);
void page_close(struct page *page);

#define POISON_DEATHS 3

#define PAGE_GET(field)	    __atomic_load_n(&(field), __ATOMIC_ACQUIRE)
#define PAGE_SET(field, to) __atomic_store_n(&(field), to, __ATOMIC_RELEASE)

#endif
