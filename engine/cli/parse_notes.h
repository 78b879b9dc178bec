/*
 * `vigie parse -v`: what each step of normalising took from the line, and
 * where in the line it stands. One message at a time, to stderr.
 */
#ifndef VIGIE_CLI_PARSE_NOTES_H
#define VIGIE_CLI_PARSE_NOTES_H

#include "engine/normalise/normalise.h"

struct notes;

/* words: of logsources; `why`: of the pack with that name it is said why it did
 * not take the line, or empty. All borrowed. */
struct notes *notes_new(const struct word_table *words,
    const struct packs *packs, struct str why);
void notes_free(struct notes *notes);

/* `line` is borrowed until notes_end(). */
void notes_begin(struct notes *notes, struct str line, uint32_t number,
    size_t offset);
/* A trace_fn; arg is the notes. */
void notes_step(void *arg, enum trace_step step, struct str name,
    const struct event *ev);
/* Prints them. */
void notes_end(struct notes *notes, const struct event *ev);

#endif
