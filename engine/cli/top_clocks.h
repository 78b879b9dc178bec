/* The clocks of sources, of all workers together, for `vigie top`. */
#ifndef VIGIE_CLI_TOP_CLOCKS_H
#define VIGIE_CLI_TOP_CLOCKS_H

#include "engine/base/json.h"
#include "engine/daemon/page.h"

/* "clocks": {"sources": N, "off": [...]}, the worst first. */
void top_clocks_json(struct json *j, const struct page *page, int64_t now);
/* A line for each of the worst, none where all are right. */
void top_clocks_text(struct buf *out, const struct page *page, int64_t now);

#endif
