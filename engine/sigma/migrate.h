/*
 * Old aggregations to correlations: `selection | count() by x > 5` and
 * `timeframe:` become a rule and a correlation behind it. The author's text
 * stays as it is but for these lines.
 */
#ifndef VIGIE_SIGMA_MIGRATE_H
#define VIGIE_SIGMA_MIGRATE_H

#include "engine/base/buf.h"
#include "engine/base/err.h"

/*
 * Adds the new text of the file to `out`; false when nothing in it is old.
 * `near` becomes a rule for each selection behind it and a temporal
 * correlation. Warnings say what could not be rewritten (min, max, near with
 * brackets) or was guessed (a missing timeframe).
 */
bool sigma_migrate(struct arena *arena, const struct text_file *file,
    struct buf *out, struct err *err);

#endif
