/* RFC 3339 stamps there and back; TZif files of any bytes. */
#include "engine/base/stamp.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void
run_stamp(struct str text)
{
	char out[STAMP_TEXT], twice[STAMP_TEXT];
	int64_t t, again;
	struct civil c;

	if (!stamp_parse(text, &t))
		return;
	stamp_to_civil(t, &c);
	assert(civil_to_stamp(&c) == t);
	/* Offsets may lead out of the years that RFC 3339 can write. */
	if (c.year < 1 || c.year > 9999)
		return;
	assert(civil_is_valid(&c));
	assert(stamp_parse(stamp_format(t, out), &again));
	assert(again == t);
	assert(str_eq(stamp_format(again, twice), str_from(out)));
}

static void
run_zone(struct str bytes)
{
	static const struct civil civils[] = {
	    {1850, 1,  1,  0,  0,  0,  0     },
            {2026, 3,  29, 2,  30, 0,  0     },
	    {2040, 10, 28, 2,  30, 0,  0     },
            {9999, 12, 31, 23, 59, 60, 999999}
        };
	struct arena *arena = arena_new(4096);
	struct zone *z = zone_load(arena, STR("fuzz"), bytes);

	for (size_t i = 0; z != NULL && i < 4; i++) {
		int64_t t = zone_to_stamp(z, &civils[i]);

		(void)zone_offset(z, t);
	}
	arena_free(arena);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str s = str_make((const char *)data, n);

	if (str_has_prefix(s, STR("TZif")))
		run_zone(s);
	else
		run_stamp(s);
	return 0;
}
