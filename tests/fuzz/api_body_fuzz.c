/* The body of a request to the desk: read, then tried on an incident. */
#include "engine/desk/body.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new(4096);
	struct action action;
	struct buf why;
	buf_init(&why, 4096);
	if (body_parse(
		arena, str_make((const char *)data, size), &action, &why)) {
		for (int act = ACT_ACK; act <= ACT_UNMERGE; act++) {
			struct incident in = {
			    .id = "INC-2026-0001", .answered = 1};
			action.act = (enum act)act;
			(void)lifecycle_apply(&in, &action, 1, &why);
		}
	}
	buf_fini(&why);
	arena_free(arena);
	return 0;
}
