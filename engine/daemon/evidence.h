/*
 * The raw lines of an alert's evidence, read back from the journals of this
 * machine (first 5 and last 20 events, 64 KiB).
 */
#ifndef VIGIE_DAEMON_EVIDENCE_H
#define VIGIE_DAEMON_EVIDENCE_H

#include "engine/correlate/alert.h"
#include "engine/patient/pseudonym.h"

/* Fills alert->events[].raw without patients (pseudonym_redact; keys NULL:
 * the test key); texts live in the arena, which is reset first. A line that
 * is gone stays empty. `state` is the state folder. */
void evidence_fill(struct arena *arena, const char *state,
    const struct pseudonym_keys *keys, struct alert *alert);

#endif
