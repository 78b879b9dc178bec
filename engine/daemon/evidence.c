#include "engine/daemon/evidence.h"

#include "engine/journal/journal.h"

#include <stdio.h>

void
evidence_fill(struct arena *arena, const char *state, struct alert *alert)
{
	size_t room = ALERT_RAW_BYTES;
	char dir[4096];
	struct str line;

	arena_reset(arena);
	for (size_t i = 0; i < alert->n_events; i++) {
		struct alert_event *e = &alert->events[i];

		(void)snprintf(dir, sizeof(dir), "%s/journal/%u", state,
		    (unsigned)(e->id.segment >> 48));
		if (!journal_line(dir, &e->id, arena, &line))
			continue;
		e->raw = str_first(line, room);
		room -= e->raw.n;
	}
}
