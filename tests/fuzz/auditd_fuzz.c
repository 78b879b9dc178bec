/* Records of the Linux audit system. */
#include "tests/fuzz/payload.h"

static const char pack[] =
    "pack: p\nselect: {program: p}\ndecode: {format: linux-audit}\n"
    "fields: {time: '@timestamp', addr: source.ip, argv: process.args, "
    "pid: process.pid}\n";

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static struct payload *p;

	if (p == NULL)
		p = payload_new(pack);
	payload_run(p, data, n);
	return 0;
}
