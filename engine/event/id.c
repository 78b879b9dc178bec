#include "engine/event/id.h"

struct str
transport_name(enum transport t)
{
	static const struct str names[] = {STR_INIT("file"), STR_INIT("udp"),
	    STR_INIT("tcp"), STR_INIT("tls"), STR_INIT("relp")};

	return names[t];
}

int
event_id_cmp(const struct event_id *a, const struct event_id *b)
{
	if (a->segment != b->segment)
		return a->segment < b->segment ? -1 : 1;
	if (a->offset != b->offset)
		return a->offset < b->offset ? -1 : 1;
	if (a->line != b->line)
		return a->line < b->line ? -1 : 1;
	return 0;
}
