/*
 * What is most likely wrong where libyaml gives up: it says which token it
 * cannot take, an author has to know which sign of the file to change. Told
 * from the text of the line and the one before; a guess, so it is a hint.
 */
#ifndef VIGIE_BASE_YAML_HINT_H
#define VIGIE_BASE_YAML_HINT_H

#include "engine/base/err.h"

/* libyaml's words; `begun` is the line where its context begins. */
struct yaml_problem {
	struct place at;
	const char *text, *context; /* or NULL */
	size_t begun;
};

/* Gives the message added last a hint, where there is one. */
void yaml_hint(struct err *err, struct str text,
    const struct yaml_problem *problem);

#endif
