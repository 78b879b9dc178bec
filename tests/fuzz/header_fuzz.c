/* Any bytes as a line: header, stamp, structured data; as a line behind a
 * header that is known; and as the time in a field. */
#include "engine/header/header.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str line = str_make((const char *)data, n), rest, id = STR_NONE;
	struct time_cache cache = {0};
	struct sd_param p;
	struct header h;

	header_parse(line, &h);
	rest = h.sd;
	while (header_sd_next(&rest, &id, &p))
		;
	if (h.has_stamp)
		(void)time_resolve(&cache, &h.stamp, 1795514400 * SECOND, NULL,
		    n % 2 == 0);
	if (h.pri > 191)
		__builtin_trap();
	h = (struct header){.pri = 13, .hostname = STR("h1.example"),
	    .appname = n % 2 == 0 ? STR("door") : STR_NONE};
	header_enclosed(line, &h);
	if (time_read_all(line, &h.stamp))
		(void)time_resolve(&cache, &h.stamp, 1795514400 * SECOND, NULL,
		    n % 2 == 0);
	return 0;
}
