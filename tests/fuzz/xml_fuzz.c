/* XML payloads and Windows events. */
#include "tests/fuzz/payload.h"

static const char pack[] =
    "pack: p\nselect: {program: p}\n"
    "decode: windows\n"
    "fields: {src: source.ip, time: event.start, n: event.severity, "
    "t: '@timestamp'}\n";

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static struct payload *p;

	if (p == NULL)
		p = payload_new(pack);
	payload_run(p, data, n);
	return 0;
}
