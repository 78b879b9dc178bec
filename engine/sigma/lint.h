/*
 * Private: the two halves of the linter.
 */
#ifndef VIGIE_SIGMA_LINT_H
#define VIGIE_SIGMA_LINT_H

#include "engine/sigma/loader.h"

/* Warnings about the fields, modifiers and values under `detection:`. */
void lint_selections(struct loader *l, const struct yaml *detection);

#endif
