#include "engine/normalise/audit_join.h"

#include "engine/base/stamp.h"

#include <stdlib.h>

#define CALLS	32
#define TEXT	2048
#define VALUES	48
#define HOST	64
#define MAX_AGE (10 * SECOND) /* of arrival, from SYSCALL to the record */

struct kept {
	field_id field;
	enum value_kind kind;
	uint16_t at, n; /* of its text */
};

struct call {
	uint64_t serial; /* 0: not in use */
	uint32_t member;
	int64_t time; /* all records of an event have the same */
	int64_t received;
	bool connects;
	uint16_t n_host, n_text, n;
	char host[HOST];
	char text[TEXT];
	struct kept values[VALUES];
};

struct audit_join {
	const struct packs *packs;
	bool *is_given; /* by field; false: says something of a record only */
	size_t n_fields;
	field_id type, serial, syscall, key, name, nametype;
	field_id saddr_ip, saddr_port;
	struct call *calls; /* made when the first record comes */
	uint32_t next;	    /* to be used again */
};

struct audit_join *
audit_join_new(const struct packs *packs, const struct field_table *fields)
{
	static const struct str starts[] = {STR_INIT("process."),
	    STR_INIT("user."), STR_INIT("event.outcome")};
	struct audit_join *j = mem_get_zero(1, sizeof(*j));

	j->packs = packs;
	j->type = field_find(fields, STR("auditd.type"));
	j->serial = field_find(fields, STR("auditd.sequence"));
	j->syscall = field_find(fields, STR("auditd.syscall_name"));
	j->key = field_find(fields, STR("auditd.key"));
	j->name = field_find(fields, STR("auditd.name"));
	j->nametype = field_find(fields, STR("auditd.nametype"));
	j->saddr_ip = field_find(fields, STR("auditd.saddr_ip"));
	j->saddr_port = field_find(fields, STR("auditd.saddr_port"));
	j->n_fields = field_count(fields);
	j->is_given = mem_get_zero(j->n_fields, sizeof(*j->is_given));
	for (size_t i = 1; i < j->n_fields; i++) {
		struct str name = field_name(fields, (field_id)i);

		for (size_t k = 0; k < sizeof(starts) / sizeof(*starts); k++)
			j->is_given[i] |= str_has_prefix(name, starts[k]);
	}
	return j;
}

void
audit_join_free(struct audit_join *j)
{
	if (j == NULL)
		return;
	free(j->is_given);
	free(j->calls);
	free(j);
}

static struct str
host_of(const struct event *ev)
{
	return str_first(event_get(ev, FIELD_HOST_NAME), HOST);
}

static struct call *
find(struct audit_join *j, const struct event *ev, uint64_t serial)
{
	struct str host = host_of(ev);

	for (uint32_t i = 1; i <= CALLS; i++) {
		/* The newest first: most records follow their SYSCALL. */
		struct call *c = &j->calls[(j->next + CALLS - i) % CALLS];

		if (c->serial == serial && c->member == ev->member &&
		    c->time == ev->time &&
		    ev->received - c->received <= MAX_AGE &&
		    str_eq(str_make(c->host, c->n_host), host))
			return c;
	}
	return NULL;
}

static void
keep(struct call *c, field_id field, struct str text, enum value_kind kind)
{
	if (field == FIELD_NONE || c->n == VALUES || text.n == 0 ||
	    text.n > (size_t)TEXT - c->n_text)
		return;
	c->values[c->n++] = (struct kept){.field = field, .kind = kind,
	    .at = c->n_text, .n = (uint16_t)text.n};
	memcpy(c->text + c->n_text, text.p, text.n);
	c->n_text = (uint16_t)(c->n_text + text.n);
}

static struct call *
begin(struct audit_join *j, const struct event *ev, uint64_t serial)
{
	struct str host = host_of(ev);
	struct str name = event_get(ev, j->syscall);
	struct call *c = &j->calls[j->next];

	j->next = (j->next + 1) % CALLS;
	c->serial = serial;
	c->member = ev->member;
	c->time = ev->time;
	c->received = ev->received;
	c->connects = str_eq(name, STR("connect"));
	c->n = c->n_text = 0;
	c->n_host = (uint16_t)host.n;
	if (host.n > 0)
		memcpy(c->host, host.p, host.n);
	keep(c, j->packs->audit_call, name, VALUE_TEXT);
	for (const struct value *v = event_value(ev, j->key); v != NULL;
	     v = event_next(ev, v))
		keep(c, j->packs->audit_call_key, v->text, VALUE_TEXT);
	for (uint16_t i = 0; i < ev->count; i++) {
		const struct value *given = &ev->values[i];

		if (given->field < j->n_fields && j->is_given[given->field])
			keep(c, given->field, given->text, given->kind);
	}
	return c;
}

static struct str
kept_text(const struct call *c, field_id field)
{
	for (size_t i = 0; i < c->n; i++) {
		if (c->values[i].field == field)
			return str_make(c->text + c->values[i].at,
			    c->values[i].n);
	}
	return STR_NONE;
}

/* EXECVE has the first word of a command line, and the header the daemon that
 * forwards the records. */
static bool
knows_better(field_id field)
{
	return field == FIELD_PROCESS_EXECUTABLE ||
	    field == FIELD_PROCESS_NAME || field == FIELD_PROCESS_PID;
}

static void
give(const struct call *c, struct event *ev)
{
	uint16_t own = ev->count;

	for (size_t i = 0; i < c->n; i++) {
		const struct kept *k = &c->values[i];
		const struct value *v = event_value(ev, k->field);
		struct str text = str_make(c->text + k->at, k->n);

		if (v != NULL && v - ev->values < own &&
		    !knows_better(k->field))
			continue;
		text = arena_dup(ev->scratch, text);
		if (v == NULL || knows_better(k->field))
			event_put(ev, k->field, text, k->kind);
		else
			event_append(ev, k->field, text, k->kind);
	}
}

static bool
give_peer(const struct audit_join *j, const struct call *c, struct event *ev)
{
	struct str ip = event_get(ev, j->saddr_ip);

	if (!c->connects || ip.n == 0)
		return false;
	event_put_text(ev, FIELD_DESTINATION_IP, ip);
	event_put_text(ev, FIELD_DESTINATION_ADDRESS, ip);
	event_put_text(ev, FIELD_DESTINATION_PORT,
	    event_get(ev, j->saddr_port));
	return true;
}

/* The name as the program gave it may be one in the folder of CWD. */
static void
give_file(const struct audit_join *j, const struct call *c, struct event *ev)
{
	struct str name = event_get(ev, j->name);
	struct str cwd = kept_text(c, FIELD_PROCESS_WORKING_DIRECTORY);

	if (name.n == 0 || str_eq(event_get(ev, j->nametype), STR("PARENT")))
		return;
	if (name.p[0] != '/' && cwd.n > 0) {
		if (str_has_prefix(name, STR("./")))
			name = str_skip(name, 2);
		name = arena_printf(ev->scratch, "%.*s%s%.*s", STR_ARG(cwd),
		    cwd.p[cwd.n - 1] == '/' ? "" : "/", STR_ARG(name));
	}
	event_put_text(ev, FIELD_FILE_PATH, name);
}

bool
audit_join_run(struct audit_join *j, struct event *ev)
{
	uint64_t serial;
	struct str type;
	struct call *c;

	if (j->serial == FIELD_NONE || !event_has(ev, j->serial) ||
	    !str_to_u64(event_get(ev, j->serial), &serial) || serial == 0)
		return false;
	if (j->calls == NULL)
		j->calls = mem_get_zero(CALLS, sizeof(*j->calls));
	type = event_get(ev, j->type);
	c = find(j, ev, serial);
	/* Or all records, in one line. */
	if (c == NULL)
		return str_eq(type, STR("SYSCALL")) &&
		    give_peer(j, begin(j, ev, serial), ev);
	if (str_eq(type, STR("CWD"))) {
		keep(c, FIELD_PROCESS_WORKING_DIRECTORY,
		    event_get(ev, FIELD_PROCESS_WORKING_DIRECTORY), VALUE_TEXT);
		return false;
	}
	if (str_eq(type, STR("EOE"))) {
		c->serial = 0;
		return false;
	}
	if (!str_eq(type, STR("EXECVE")) && !str_eq(type, STR("PATH")) &&
	    !str_eq(type, STR("SOCKADDR")))
		return false;
	give(c, ev);
	(void)give_peer(j, c, ev);
	if (str_eq(type, STR("PATH")))
		give_file(j, c, ev);
	return true;
}
