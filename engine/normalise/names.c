#include "engine/normalise/names.h"

/* ECS fields outside field.def that a typing error could not be told from. */
static const struct str other_ecs[] = {
    STR_INIT("host.id"),	STR_INIT("host.mac"),
    STR_INIT("host.type"),	STR_INIT("rule.uuid"),
    STR_INIT("user.hash"),	STR_INIT("process.ppid"),
    STR_INIT("process.title"),	STR_INIT("observer.mac"),
    STR_INIT("file.mode"),	STR_INIT("file.type"),
    STR_INIT("file.uid"),	STR_INIT("file.gid"),
    STR_INIT("client.mac"),	STR_INIT("server.mac"),
    STR_INIT("client.port"),	STR_INIT("server.port"),
    STR_INIT("event.hash"),	STR_INIT("event.url"),
    STR_INIT("agent.type"),	STR_INIT("error.id"),
    STR_INIT("error.type"),	STR_INIT("service.id"),
    STR_INIT("url.fragment"),	STR_INIT("group.hash"),
    STR_INIT("observer.egress.vlan.id"), STR_INIT("host.os.name"),
};

static bool
is_field_char(char c)
{
	return (unsigned char)c > ' ' && c != '"' && c != '{' && c != '}' &&
	    c != ',' && c != 0x7f;
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
			    "'%.*s' is no name of a field", STR_ARG(name));
	}
	if (field_is_ecs(id) || str_find_char(name, '.') == SIZE_MAX)
		return true;
	for (size_t i = 0; i < sizeof(other_ecs) / sizeof(*other_ecs); i++) {
		if (str_eq(name, other_ecs[i]))
			return true;
	}
	for (field_id i = 1; i < FIELD_FIXED_COUNT; i++) {
		struct str ecs = field_name(fields, i);
		size_t limit = ecs.n > 16 ? 2 : 1;

		if (name.n + limit >= ecs.n && ecs.n + limit >= name.n &&
		    str_distance(name, ecs, limit) <= limit)
			near = ecs;
	}
	if (near.n > 0) {
		err_warn(err, at, "unknown_field",
		    "'%.*s' is not a field of ECS", STR_ARG(name));
		err_hint(err, "did you mean '%.*s'?", STR_ARG(near));
	}
	return true;
}
