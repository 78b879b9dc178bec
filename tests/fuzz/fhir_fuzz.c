/* FHIR audit messages, read, redacted and printed. */
#include "tests/fuzz/payload.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	payload_audit("fhir-audit", data, n);
	return 0;
}
