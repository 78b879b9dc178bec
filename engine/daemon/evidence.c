#include "engine/daemon/evidence.h"

#include "engine/journal/journal.h"

#include <stdio.h>

void
evidence_fill(struct arena *arena, const char *state,
    const struct pseudonym_keys *keys, struct alert *alert)
{
	struct pseudonym_keys test;
	struct pseudonym_key key;
	struct buf text;
	size_t room = ALERT_RAW_BYTES;
	char dir[4096];
	struct str line;

	arena_reset(arena);
	buf_init(&text, (size_t)4 * 1024 * 1024);
	if (keys == NULL) {
		pseudonym_keys_test(&test);
		keys = &test;
	}
	for (size_t i = 0; i < alert->n_events; i++) {
		struct alert_event *e = &alert->events[i];

		(void)snprintf(dir, sizeof(dir), "%s/journal/%u", state,
		    (unsigned)(e->id.segment >> 48));
		if (!journal_line(dir, &e->id, arena, &line))
			continue;
		pseudonym_key_derive(keys, e->member, &key);
		buf_clear(&text);
		if (pseudonym_redact(&key, line, &text) > 0)
			line = arena_dup(arena, buf_str(&text));
		e->raw = str_first(line, room);
		room -= e->raw.n;
	}
	buf_fini(&text);
}
