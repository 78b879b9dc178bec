#include "engine/daemon/sync.h"

#include "engine/base/log.h"

#include <pthread.h>
#include <stdlib.h>

struct sync {
	struct journal *journal;
	struct journal_sync job;
	pthread_t thread;
	bool running;
	bool ended; /* by the thread, atomically */
	bool ok;
};

struct sync *
sync_new(struct journal *journal)
{
	struct sync *s = mem_get_zero(1, sizeof(*s));

	s->journal = journal;
	return s;
}

static void *
run(void *arg)
{
	struct sync *s = arg;

	s->ok = journal_sync_run(&s->job);
	__atomic_store_n(&s->ended, true, __ATOMIC_RELEASE);
	return NULL;
}

static void
take_back(struct sync *s)
{
	pthread_join(s->thread, NULL);
	journal_sync_end(s->journal, s->ok);
	s->running = false;
}

void
sync_poll(struct sync *s, bool start)
{
	if (s->running && __atomic_load_n(&s->ended, __ATOMIC_ACQUIRE))
		take_back(s);
	if (!start || s->running)
		return;
	s->ended = false;
	journal_sync_begin(s->journal, &s->job);
	if (pthread_create(&s->thread, NULL, run, s) != 0) {
		log_warn("no thread to sync the journal with");
		journal_sync_end(s->journal, journal_sync_run(&s->job));
		return;
	}
	s->running = true;
}

void
sync_free(struct sync *s)
{
	if (s == NULL)
		return;
	if (s->running)
		take_back(s);
	free(s);
}
