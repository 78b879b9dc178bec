/* Audit events of Epic, read, redacted and printed. */
#include "tests/fuzz/payload.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	payload_audit("epic-audit", data, n);
	return 0;
}
