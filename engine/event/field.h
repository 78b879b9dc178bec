/*
 * The table of field names: a name becomes a slot (field_id) when packs,
 * taxonomy and rules are loaded, so that an event is an array and nobody
 * compares names at run time. Well-known ECS fields (field.def) have fixed
 * slots FIELD_SOURCE_IP and so on in every table. The table belongs to one
 * generation of rules and packs and is read-only once that is loaded.
 */
#ifndef VIGIE_EVENT_FIELD_H
#define VIGIE_EVENT_FIELD_H

#include "engine/base/arena.h"
#include "engine/base/str.h"

typedef uint16_t field_id;

/* ECS field types, as far as they decide how a value is kept and printed. */
enum field_type {
	FIELD_KEYWORD, /* text; also for names that ECS does not know */
	FIELD_LONG,
	FIELD_DOUBLE,
	FIELD_BOOL,
	FIELD_IP,
	FIELD_DATE,
};

enum {
	FIELD_NONE,
#define FIELD(constant, name, type, list) FIELD_##constant,
#include "engine/event/field.def"
#undef FIELD
	FIELD_FIXED_COUNT
};

#define FIELD_MAX 20000 /* slots of one table; more names are refused */

struct field_table;

/* Lives in `arena`, with the fixed fields in it. */
struct field_table *field_table_new(struct arena *arena);

/* The slot of `name` (copied), made when there is none; FIELD_NONE when the
 * table is full. Aliases lead to their field. */
field_id field_intern(struct field_table *table, struct str name);
/* The slot, or FIELD_NONE. */
field_id field_find(const struct field_table *table, struct str name);
/*
 * Makes `alias` another name of the field `id`. False when `alias` already
 * names another field.
 */
bool field_alias(struct field_table *table, struct str alias, field_id id);

struct str field_name(const struct field_table *table, field_id id);
enum field_type field_type(const struct field_table *table, field_id id);
/* ECS says "always an array" (event.category, event.type, related.*). */
bool field_is_list(const struct field_table *table, field_id id);
/* Is it one of ECS's own fields (field.def), not a custom name? */
bool field_is_ecs(field_id id);
/* Is it a name of ECS at all (field.def, ecs.def)? */
bool field_is_of_ecs(struct str name);
/* The name of ECS that differs by at most `limit` letters, or empty. */
struct str field_near(
    const struct field_table *table, struct str name, size_t limit);
/* Slots in use, FIELD_NONE included: the size of an array indexed by slot. */
size_t field_count(const struct field_table *table);

#endif
