/* Windows events in XML and JSON. */
#include "tests/fuzz/payload.h"

static const char *const decoders[] = {
    "windows",
};

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	payload_each(decoders, sizeof(decoders) / sizeof(*decoders),
	    PAYLOAD_HEADER, data, n);
	return 0;
}
