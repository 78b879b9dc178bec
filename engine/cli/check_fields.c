/*
 * `vigie check --fields`: which fields the packs set, with their types, as a
 * table of Markdown. docs/fields.md is made so.
 */
#include "engine/cli/check.h"

#include <stdlib.h>

#define NAMED 6 /* packs that are named; more are counted */

/* What each line has from its header (normalise/emit.c). */
static const struct str of_header[] = {STR_INIT("@timestamp"),
    STR_INIT("message"), STR_INIT("host.name"), STR_INIT("host.hostname"),
    STR_INIT("process.name"), STR_INIT("process.pid"),
    STR_INIT("event.module"), STR_INIT("log.source.address"),
    STR_INIT("log.syslog.priority"), STR_INIT("log.syslog.facility.code"),
    STR_INIT("log.syslog.severity.code"), STR_INIT("log.syslog.version"),
    STR_INIT("log.syslog.hostname"), STR_INIT("log.syslog.appname"),
    STR_INIT("log.syslog.procid"), STR_INIT("log.syslog.msgid"),
    STR_INIT("log.syslog.structured_data"), STR_INIT("vigie.member"),
    STR_INIT("vigie.transport"), STR_INIT("vigie.header"),
    STR_INIT("vigie.relay"), STR_INIT("vigie.reason"),
    STR_INIT("vigie.pack"), STR_INIT("vigie.pattern"),
    STR_INIT("vigie.parsed")};

struct row {
	struct str names[NAMED];
	size_t n;
};

struct table {
	struct check *c;
	struct row *rows; /* by field */
};

static void
on_field(void *arg, struct str pack, field_id field)
{
	struct table *t = arg;
	struct row *row = &t->rows[field];

	if (row->n < NAMED)
		row->names[row->n] = pack;
	row->n++;
}

static int
by_name(const void *a, const void *b, void *arg)
{
	const struct check *c = arg;

	return str_cmp(field_name(c->fields, *(const field_id *)a),
	    field_name(c->fields, *(const field_id *)b));
}

static const char *
type_text(enum field_type type)
{
	static const char *const names[] = {[FIELD_KEYWORD] = "keyword",
	    [FIELD_LONG] = "long", [FIELD_DOUBLE] = "double",
	    [FIELD_BOOL] = "boolean", [FIELD_IP] = "ip",
	    [FIELD_DATE] = "date"};

	return names[type];
}

static void
print_row(const struct table *t, field_id id, struct buf *out)
{
	const struct field_table *fields = t->c->fields;
	const struct row *row = &t->rows[id];

	buf_printf(out, "| `%.*s` | %s%s | ", STR_ARG(field_name(fields, id)),
	    type_text(field_type(fields, id)),
	    field_is_list(fields, id) ? ", list" : "");
	for (size_t i = 0; i < row->n && i < NAMED; i++)
		buf_printf(out, "%s%.*s", i == 0 ? "" : ", ",
		    STR_ARG(row->names[i]));
	if (row->n > NAMED)
		buf_printf(out, " and %zu more", row->n - NAMED);
	buf_add(out, STR(" |\n"));
}

static bool
is_listed(const struct table *t, field_id id)
{
	return t->rows[id].n > 0 &&
	    field_is_of_ecs(field_name(t->c->fields, id));
}

void
check_print_fields(struct check *c)
{
	size_t n = 0, count = field_count(c->fields);
	struct table t = {c, mem_get_zero(count, sizeof(struct row))};
	field_id *ids = mem_get(count * sizeof(*ids));
	struct buf out;

	buf_init(&out, (size_t)16 * 1024 * 1024);
	for (size_t i = 0; i < sizeof(of_header) / sizeof(*of_header); i++)
		on_field(&t, STR("(header)"),
		    field_find(c->fields, of_header[i]));
	packs_fields(c->packs, c->fields, on_field, &t);
	for (size_t i = 1; i < count; i++) {
		if (is_listed(&t, (field_id)i))
			ids[n++] = (field_id)i;
	}
	qsort_r(ids, n, sizeof(*ids), by_name, c);
	buf_add(&out, STR("| field | type | set by |\n| --- | --- | --- |\n"));
	for (size_t i = 0; i < n; i++)
		print_row(&t, ids[i], &out);
	cli_write(buf_str(&out));
	buf_fini(&out);
	free(ids);
	free(t.rows);
}
