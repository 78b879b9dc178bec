/* Structured data, as fields and as a payload. */
#include "tests/fuzz/payload.h"

static const char *const decoders[] = {
    "sd",
};

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	payload_each(decoders, sizeof(decoders) / sizeof(*decoders),
	    STR("<13>1 2026-11-24T09:59:00Z h p - - "), data, n);
	return 0;
}
