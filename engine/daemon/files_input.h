/*
 * Reading long files (logs): plain, gzip (RFC 1952, several members too) and
 * zstd (RFC 8878), told apart by their first bytes. What unpacks to more than
 * INPUT_MAX_PLAIN, or beyond INPUT_FREE_PLAIN to more than INPUT_MAX_RATIO
 * times its size, is refused: a few KiB must not fill the memory.
 */
#ifndef VIGIE_DAEMON_FILES_INPUT_H
#define VIGIE_DAEMON_FILES_INPUT_H

#include "engine/base/buf.h"

#define INPUT_MAX_PLAIN	 ((uint64_t)8 * 1024 * 1024 * 1024)
#define INPUT_FREE_PLAIN ((uint64_t)64 * 1024 * 1024)
/* gzip cannot do better than 1032; logs come to 10 to 100. */
#define INPUT_MAX_RATIO 1100

struct input;

/* "-" is stdin. NULL with the reason in `why` (a sentence's end). */
struct input *input_open(const char *path, char *why, size_t why_size);
void input_close(struct input *in);

/*
 * Up to n plain bytes to `to`. *got 0: the end. False: broken here, see
 * input_why(); what came before is good.
 */
bool input_read(struct input *in, char *to, size_t n, size_t *got);
const char *input_why(const struct input *in);

/* All of it behind what `out` has; false with the reason in `why`, and what
 * could be read is in `out`. */
bool input_read_all(const char *path, struct buf *out, char *why,
    size_t why_size);

#endif
