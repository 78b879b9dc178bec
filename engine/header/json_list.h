/*
 * A list of objects as a whole message: {"records": [{...}, {...}]} of Azure's
 * Event Hubs and diagnostics, {"Records": [...]} of AWS, [{...}] of who writes
 * what an API answered.
 */
#ifndef VIGIE_HEADER_JSON_LIST_H
#define VIGIE_HEADER_JSON_LIST_H

#include "engine/base/str.h"

/*
 * The first object in s, a slice of it, and in *more how many stand behind it;
 * STR_NONE when s is no such list. Of a message that was cut it reaches to
 * the end, without the list's brackets if these are there.
 */
struct str json_list_first(struct str s, uint32_t *more);

#endif
