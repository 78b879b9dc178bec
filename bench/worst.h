/*
 * Texts that a regular expression should find hard, made from its source: long
 * runs of what its repetitions take, pieces of it over and over, and nearly
 * all of a match with a wrong end. Alternatives are taken in turn, looks
 * ahead and behind are left out: it is a generator, not a proof.
 */
#ifndef VIGIE_BENCH_WORST_H
#define VIGIE_BENCH_WORST_H

#include "engine/normalise/pattern.h"

typedef void worst_fn(void *arg, struct str text);

/* Calls back with each text, of `size` bytes about; borrowed for the call. */
void worst_texts(const struct pattern *p, size_t size, worst_fn *fn,
    void *arg);

#endif
