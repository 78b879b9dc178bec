/* Columns: by position, and chosen by one of them. */
#include "tests/fuzz/payload.h"

static const char *const decoders[] = {
    "{format: csv, columns: [src, ~, time, n, t]}",
    "{format: csv, separator: tab, "
    "columns: {by: 2, a: [x, y, src], default: [src, n]}}",
};

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	payload_each(decoders, sizeof(decoders) / sizeof(*decoders),
	    PAYLOAD_HEADER, data, n);
	return 0;
}
