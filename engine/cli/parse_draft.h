/*
 * `vigie parse --unparsed --draft NAME`: a pack for the lines that no pack
 * knows, to begin with: `select`, a pattern for each shape with its values
 * named by the words before them, and a test each with invented values. What
 * an outcome or a category is, it leaves to the author.
 */
#ifndef VIGIE_CLI_PARSE_DRAFT_H
#define VIGIE_CLI_PARSE_DRAFT_H

#include "engine/base/buf.h"
#include "engine/base/str.h"

struct draft;

/* `name`: of the pack, a-z 0-9 and "-". */
struct draft *draft_new(struct str name);
void draft_free(struct draft *d);
void draft_add(struct draft *d, struct str tag, struct str message);
/* The YAML text. */
void draft_print(struct draft *d, struct buf *out);

#endif
