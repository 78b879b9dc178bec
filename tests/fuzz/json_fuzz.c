/* JSON payloads, also as an envelope of another line. */
#include "tests/fuzz/payload.h"

static const char *const decoders[] = {
    "json",
    "{format: json, loose: true, prefix: ''}",
};

static const char envelope[] =
    "pack: p\nenvelope: p.line\nselect: {program: p}\ndecode: json\n"
    "fields: {l: p.line, h: host.name, p: process.name, t: '@timestamp'}\n"
    "unparsed: parsed\n";

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static struct payload *wrapped;

	if (wrapped == NULL)
		wrapped = payload_new(envelope);
	payload_behind(wrapped, PAYLOAD_HEADER, data, n);
	payload_each(decoders, sizeof(decoders) / sizeof(*decoders),
	    PAYLOAD_HEADER, data, n);
	return 0;
}
