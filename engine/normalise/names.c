#include "engine/normalise/names.h"

static bool
is_field_char(char c)
{
	return (unsigned char)c > ' ' && c != '"' && c != '{' && c != '}' &&
	    c != ',' && c != 0x7f;
}

/* The same letters in another order: two were swapped. */
static bool
is_swapped(struct str a, struct str b)
{
	int count[256] = {0};

	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++) {
		count[(unsigned char)a.p[i]]++;
		count[(unsigned char)b.p[i]]--;
	}
	for (size_t i = 0; i < 256; i++) {
		if (count[i] != 0)
			return false;
	}
	return true;
}

static struct str
near_name(const struct field_table *fields, struct str name)
{
	struct str near = field_near(fields, name, name.n > 16 ? 2 : 1);

	if (near.n > 0)
		return near;
	near = field_near(fields, name, 2);
	return is_swapped(near, name) ? near : STR_NONE;
}

bool
field_name_check(const struct field_table *fields, struct str name,
    struct place at, struct err *err)
{
	struct str near = STR_NONE;
	field_id id = field_find(fields, name);

	if (name.n == 0 || name.n > 200)
		return err_add(err, at, "bad_field",
		    "a field needs a name of 1 to 200 characters");
	for (size_t i = 0; i < name.n; i++) {
		if (!is_field_char(name.p[i]))
			return err_add(err, at, "bad_field",
			    "'%.*s' is no name of a field: no blanks, quotes, "
			    "commas and braces", STR_ARG(name));
	}
	if (field_is_ecs(id) || str_find_char(name, '.') == SIZE_MAX)
		return true;
	if (field_is_of_ecs(name))
		return true;
	near = near_name(fields, name);
	if (near.n > 0) {
		err_warn(err, at, "unknown_field",
		    "'%.*s' is not a field of ECS", STR_ARG(name));
		err_hint(err, "did you mean '%.*s'?", STR_ARG(near));
	}
	return true;
}
