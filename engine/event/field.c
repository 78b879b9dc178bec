#include "engine/event/field.h"

#include "engine/base/map.h"

struct field {
	struct str name;
	enum field_type type;
	bool list;
};

/* ECS's names from `from` on that begin with the same word. */
struct root {
	struct str name;
	size_t from;
};

struct field_table {
	struct arena *arena;
	struct map by_name; /* value: the id + 1 as a pointer-sized number */
	struct field *fields;
	size_t n;
	size_t cap;
	struct root *roots; /* of field_near(); one more ends them */
	size_t n_roots;
	size_t cap_roots;
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

/* The fixed ones, then the others. */
static const struct field *
ecs_field(size_t i)
{
	return i < FIELD_FIXED_COUNT ? &fixed[i]
				     : &others[i - FIELD_FIXED_COUNT];
}

/* What stands before the first dot. */
static struct str
root_of(struct str name)
{
	return str_first(name, str_find_char(name, '.'));
}

static void
add_root(struct field_table *t, struct str name, size_t from)
{
	ARENA_PUSH_ROOM(t->arena, t->roots, t->n_roots, t->cap_roots);
	t->roots[t->n_roots++] = (struct root){name, from};
}

/* Both lists are in the order of roots. */
static void
find_roots(struct field_table *t)
{
	struct str last = STR_NONE;

	for (size_t i = 1; i < FIELD_FIXED_COUNT + N_OTHERS; i++) {
		struct str root = root_of(ecs_field(i)->name);

		if (!str_eq(root, last))
			add_root(t, last = root, i);
	}
	add_root(t, STR_NONE, FIELD_FIXED_COUNT + N_OTHERS);
	t->n_roots--;
}

struct field_table *
field_table_new(struct arena *arena)
{
	struct field_table *t = ARENA_NEW(arena, struct field_table);

	t->arena = arena;
	map_init_in(&t->by_name, arena);
	for (size_t i = 0; i < FIELD_FIXED_COUNT; i++)
		add(t, &fixed[i]);
	find_roots(t);
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

/* Names near each other have roots near each other. */
struct str
field_near(const struct field_table *t, struct str name, size_t limit)
{
	struct str near = STR_NONE, root = root_of(name);
	size_t best = limit + 1;

	for (size_t r = 0; r < t->n_roots; r++) {
		if (str_distance(root, t->roots[r].name, limit) > limit)
			continue;
		for (size_t i = t->roots[r].from; i < t->roots[r + 1].from;
		     i++) {
			struct str other = ecs_field(i)->name;
			size_t d = str_distance(name, other, limit);

			if (d >= best)
				continue;
			best = d;
			near = other;
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
