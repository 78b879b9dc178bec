/*
 * pySigma's validators, under their names, so that exclusion lists carry
 * over. Those that point at a likely mistake run while rules are loaded
 * (lint.c) or here; those that only ask for completeness run here, and only
 * when asked. For `vigie check`; loading does not need it.
 */
#ifndef VIGIE_SIGMA_VALIDATE_H
#define VIGIE_SIGMA_VALIDATE_H

#include "engine/base/yaml.h"

/* Adds warnings for all documents of the files; what is no YAML is left to
 * sigma_load. `all`: the pedantic ones too. */
void sigma_validate(struct arena *arena, const struct text_file *files,
    size_t n, bool all, struct err *err);

/* One validator that can be named: pySigma's, and ours. */
struct validator {
	struct str name;
	bool pysigma;
	bool pedantic; /* only with `all` */
	const char *what;
};
extern const struct validator sigma_validators[];
extern const size_t sigma_n_validators;

/* Private to the two halves: warnings about one document's tags. */
void validate_tags(const struct yaml *doc, bool all, struct err *err);

#endif
