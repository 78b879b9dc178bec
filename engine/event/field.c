#include "engine/event/field.h"

#include "engine/base/map.h"

struct field {
	struct str name;
	enum field_type type;
	bool list;
};

struct field_table {
	struct arena *arena;
	struct map by_name; /* value: the id + 1 as a pointer-sized number */
	struct field *fields;
	size_t n;
	size_t cap;
};

static const struct field fixed[] = {
    {STR_INIT(""), FIELD_KEYWORD, false},
#define FIELD(constant, name, type, list) {STR_INIT(name), FIELD_##type, list},
#include "engine/event/field.def"
#undef FIELD
};

/* Known, but without a slot of their own. */
static const struct field others[] = {
#define ECS(name, type, list) {STR_INIT(name), FIELD_##type, list},
#include "engine/event/ecs.def"
#undef ECS
};
#define N_OTHERS (sizeof(others) / sizeof(*others))

static const struct field *
find_other(struct str name)
{
	size_t low = 0, high = N_OTHERS;

	while (low < high) {
		size_t mid = (low + high) / 2;
		int order = str_cmp(name, others[mid].name);

		if (order == 0)
			return &others[mid];
		if (order < 0)
			high = mid;
		else
			low = mid + 1;
	}
	return NULL;
}

static void *
id_to_value(field_id id)
{
	return (void *)((uintptr_t)id + 1);
}

static field_id
add(struct field_table *t, const struct field *field)
{
	field_id id = (field_id)t->n;

	ARENA_PUSH_ROOM(t->arena, t->fields, t->n, t->cap);
	t->fields[t->n++] = *field;
	map_put(&t->by_name, field->name, id_to_value(id));
	return id;
}

struct field_table *
field_table_new(struct arena *arena)
{
	struct field_table *t = ARENA_NEW(arena, struct field_table);

	t->arena = arena;
	map_init_in(&t->by_name, arena);
	for (size_t i = 0; i < FIELD_FIXED_COUNT; i++)
		add(t, &fixed[i]);
	return t;
}

field_id
field_intern(struct field_table *t, struct str name)
{
	field_id id = field_find(t, name);
	const struct field *other;

	if (id != FIELD_NONE || t->n >= FIELD_MAX || name.n == 0)
		return id;
	other = find_other(name);
	return add(t, other != NULL ? other
	    : &(struct field){.name = arena_dup(t->arena, name),
		  .type = FIELD_KEYWORD});
}

bool
field_is_of_ecs(struct str name)
{
	if (find_other(name) != NULL)
		return true;
	for (size_t i = 1; i < FIELD_FIXED_COUNT; i++) {
		if (str_eq(fixed[i].name, name))
			return true;
	}
	return false;
}

/* What stands before the first dot. */
static struct str
root_of(struct str name)
{
	return str_first(name, str_find_char(name, '.'));
}

struct str
field_near(struct str name, size_t limit)
{
	struct str near = STR_NONE, root = STR_NONE;
	size_t best = limit + 1;
	bool root_is_near = false;

	for (size_t i = 1; i < FIELD_FIXED_COUNT + N_OTHERS; i++) {
		const struct field *f = i < FIELD_FIXED_COUNT
		    ? &fixed[i] : &others[i - FIELD_FIXED_COUNT];
		size_t d;

		/* Names near each other have roots near each other, and the
		 * table is in the order of roots. */
		if (root.n == 0 || !str_has_prefix(f->name, root) ||
		    root.n == f->name.n || f->name.p[root.n] != '.') {
			root = root_of(f->name);
			root_is_near = str_distance(root_of(name), root,
			    limit) <= limit;
		}
		if (!root_is_near || name.n + limit < f->name.n ||
		    f->name.n + limit < name.n)
			continue;
		d = str_distance(name, f->name, limit);
		if (d < best) {
			best = d;
			near = f->name;
		}
	}
	return near;
}

field_id
field_find(const struct field_table *t, struct str name)
{
	uintptr_t v = (uintptr_t)map_get(&t->by_name, name);

	return v == 0 ? FIELD_NONE : (field_id)(v - 1);
}

bool
field_alias(struct field_table *t, struct str alias, field_id id)
{
	field_id old = field_find(t, alias);

	if (old != FIELD_NONE)
		return old == id;
	map_put(&t->by_name, arena_dup(t->arena, alias), id_to_value(id));
	return true;
}

struct str
field_name(const struct field_table *t, field_id id)
{
	return t->fields[id].name;
}

enum field_type
field_type(const struct field_table *t, field_id id)
{
	return t->fields[id].type;
}

bool
field_is_list(const struct field_table *t, field_id id)
{
	return t->fields[id].list;
}

bool
field_is_ecs(field_id id)
{
	return id != FIELD_NONE && id < FIELD_FIXED_COUNT;
}

size_t
field_count(const struct field_table *t)
{
	return t->n;
}
