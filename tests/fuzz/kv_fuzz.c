/* key=value payloads: separator found out, blanks in values, colons. */
#include "tests/fuzz/payload.h"

static const char *const decoders[] = {
    "kv",
    "{format: kv, spaces: true}",
    "{format: kv, assign: ':', separator: ','}",
    "{format: kv, loose: true}",
    "{format: kv, assign: ':', spaces: true, loose: true}",
};

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	payload_each(decoders, sizeof(decoders) / sizeof(*decoders),
	    PAYLOAD_HEADER, data, n);
	return 0;
}
