/* Structured data, as fields and as a payload. */
#include "tests/fuzz/payload.h"

static const char *const packs[] = {
    "pack: p\nselect: {program: p}\n"
    "decode: sd\n"
    "fields: {src: source.ip, time: event.start, n: event.severity, "
    "t: '@timestamp'}\n",
};

#define N_PACKS (sizeof(packs) / sizeof(packs[0]))

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static struct payload *all[N_PACKS];

	for (size_t i = 0; i < N_PACKS; i++) {
		if (all[i] == NULL)
			all[i] = payload_new(packs[i]);
		payload_behind(all[i],
		    STR("<13>1 2026-11-24T09:59:00Z h p - - "), data, n);
	}
	return 0;
}
