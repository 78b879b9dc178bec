/* Columns: by position, and chosen by one of them. */
#include "tests/fuzz/payload.h"

static const char *const packs[] = {
    "pack: p\nselect: {program: p}\n"
    "decode: {format: csv, columns: [src, ~, time, n, t]}\n"
    "fields: {src: source.ip, time: event.start, n: event.severity, "
    "t: '@timestamp'}\n",
    "pack: p\nselect: {program: p}\n"
    "decode: {format: csv, separator: tab, columns: {by: 2, a: [x, y, src], default: [src, n]}}\n"
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
		payload_run(all[i], data, n);
	}
	return 0;
}
