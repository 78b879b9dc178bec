/* Packed matches, as the match log holds them. */
#include "engine/correlate/match.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str rest = str_make((const char *)data, size), value;
	struct buf out;
	struct match m, again;

	buf_init(&out, SIZE_MAX);
	while (match_parse(&rest, &m)) {
		struct str packed;

		buf_clear(&out);
		match_format(&m, &out);
		packed = buf_str(&out);
		if (!match_parse(&packed, &again) || packed.n != 0)
			abort();
		while (pack_next(&m.group, &value))
			;
	}
	buf_fini(&out);
	return 0;
}
