#include "engine/cli/parse_notes.h"

#include "engine/base/buf.h"
#include "engine/base/stamp.h"
#include "engine/cli/screen.h"
#include "engine/normalise/pack_why.h"

#include <stdio.h>
#include <stdlib.h>

struct notes {
	const struct word_table *words;
	const struct packs *packs;
	struct str why;
	bool asked; /* a product's pack, for this message */
	bool explained; /* `why` was asked, and its nearest pattern is said */
	struct buf out;
	struct buf missed; /* names of patterns that did not match */
	struct str line;
	/* The values when they were printed last: what differs is new. */
	struct value *seen;
	size_t n_seen;
	size_t cap;
};

struct notes *
notes_new(const struct word_table *words, const struct packs *packs,
    struct str why)
{
	struct notes *n = mem_get_zero(1, sizeof(*n));

	n->words = words;
	n->packs = packs;
	n->why = why;
	buf_init(&n->out, (size_t)128 * 1024 * 1024);
	buf_init(&n->missed, (size_t)1024 * 1024);
	return n;
}

void
notes_free(struct notes *n)
{
	if (n == NULL)
		return;
	buf_fini(&n->out);
	buf_fini(&n->missed);
	free(n->seen);
	free(n);
}

/* Where in the line a value stands, when it is a part of it. */
static void
add_span(struct notes *n, struct str s)
{
	struct str line = n->line;

	if (s.p >= line.p && s.p + s.n <= line.p + line.n && s.n > 0)
		buf_printf(&n->out, "%5zu-%-5zu ", (size_t)(s.p - line.p),
		    (size_t)(s.p - line.p) + s.n);
	else
		buf_printf(&n->out, "%12s", "");
}

static bool
is_shown(struct str name)
{
	return !str_has_prefix(name, STR("vigie.")) &&
	    !str_eq(name, STR("message"));
}

/* What came or changed since the last step, under a title where there is
 * any. */
static void
add_changes(struct notes *n, const struct event *ev, const char *title,
    const char *indent)
{
	for (size_t i = 0; i < ev->count; i++) {
		const struct value *v = &ev->values[i];
		struct str name = v->field == FIELD_NONE
		    ? v->name : field_name(ev->table, v->field);

		if (i < n->n_seen && n->seen[i].text.p == v->text.p &&
		    n->seen[i].text.n == v->text.n &&
		    n->seen[i].field == v->field)
			continue;
		if (!is_shown(name) || v->text.n == 0)
			continue;
		buf_add(&n->out, str_from(title));
		title = "";
		buf_add(&n->out, str_from(indent));
		add_span(n, v->text);
		buf_printf(&n->out, "%.*s = ", STR_ARG(name));
		screen_add(&n->out, str_first(v->text, 120));
		buf_add_char(&n->out, '\n');
	}
	if (ev->count > n->cap) {
		n->cap = ev->count * 2u;
		free(n->seen);
		n->seen = mem_get(n->cap * sizeof(*n->seen));
	}
	if (ev->count > 0)
		memcpy(n->seen, ev->values, ev->count * sizeof(*n->seen));
	n->n_seen = ev->count;
}

/* "message 3: 171 bytes at offset 512" */
void
notes_begin(struct notes *n, struct str line, uint32_t number, size_t offset)
{
	buf_clear(&n->out);
	buf_clear(&n->missed);
	n->line = line;
	n->n_seen = 0;
	n->asked = n->explained = false;
	buf_printf(&n->out, "message %u: %zu bytes at offset %zu\n", number,
	    line.n, offset);
}

static void
add_header(struct notes *n, const struct event *ev)
{
	char stamp[STAMP_TEXT];

	buf_printf(&n->out, "  header: %.*s, time %s\n",
	    STR_ARG(event_get(ev, FIELD_VIGIE_HEADER)),
	    stamp_format(ev->time, stamp).p);
	add_changes(n, ev, "", "    ");
	buf_add(&n->out, STR("  body:\n    "));
	add_span(n, ev->message);
	screen_add(&n->out, str_first(ev->message, 160));
	buf_add_char(&n->out, '\n');
}

static void
add_missed(struct notes *n)
{
	if (n->missed.n > 0)
		buf_printf(&n->out, "    not matched: %.*s\n",
		    (int)n->missed.n, n->missed.p);
	buf_clear(&n->missed);
}

static bool
is_generic(struct str pack)
{
	return str_has_prefix(pack, STR("generic-"));
}

/* A pack that was asked does not know the line. */
static void
add_passed(struct notes *n, struct str pack, const struct event *ev)
{
	if (!is_generic(pack))
		(void)pack_why_nearest(n->packs, pack, ev, "    ", &n->out);
	n->explained |= str_eq(pack, n->why);
	buf_add(&n->out, STR("    does not know the line\n"));
}

/* The pack that the author asked about, and which was not asked itself or is
 * not the one that took the line. */
static void
add_why(struct notes *n, const struct event *ev, struct str pack)
{
	if (n->why.n == 0 || n->explained || str_eq(pack, n->why)) {
		if (!n->asked && !ev->parsed && n->why.n == 0)
			buf_add(&n->out, STR("  no product's pack was asked; "
			    "--why PACK says what its select wants\n"));
		return;
	}
	buf_printf(&n->out, "  not %.*s:\n", STR_ARG(n->why));
	if (pack_why_select(n->packs, n->why, n->line, "    ", &n->out))
		return;
	buf_add(&n->out, STR("    its select holds, another pack was asked "
	    "before and knew the line\n"));
	(void)pack_why_nearest(n->packs, n->why, ev, "    ", &n->out);
}

void
notes_step(void *arg, enum trace_step step, struct str name,
    const struct event *ev)
{
	struct notes *n = arg;

	if (step == TRACE_MISS) {
		if (n->missed.n > 0)
			buf_add(&n->missed, STR(", "));
		buf_add(&n->missed, name.n > 0 ? name : STR("(no name)"));
		return;
	}
	add_missed(n);
	switch (step) {
	case TRACE_HEADER:
		add_header(n, ev);
		break;
	case TRACE_PACK:
		buf_printf(&n->out, "  pack %.*s:\n", STR_ARG(name));
		n->asked |= !is_generic(name);
		break;
	case TRACE_DECODED:
		buf_add(&n->out, STR("    decoded:\n"));
		add_changes(n, ev, "", "      ");
		break;
	case TRACE_OTHER:
		buf_add(&n->out, STR("    not of the format it decodes\n"));
		break;
	case TRACE_PATTERN:
		buf_printf(&n->out, "    pattern %.*s:\n",
		    STR_ARG(name.n > 0 ? name : STR("(no name)")));
		add_changes(n, ev, "", "      ");
		break;
	case TRACE_MISS:
		break;
	case TRACE_DERIVED:
		add_changes(n, ev, "    values and tables:\n", "      ");
		break;
	case TRACE_PASSED:
		add_passed(n, name, ev);
		break;
	case TRACE_DONE:
		add_changes(n, ev, "  constants and pseudonyms:\n", "    ");
		break;
	case TRACE_JOINED:
		add_changes(n, ev, "  from the lines before:\n", "    ");
		break;
	}
}

/* What Sigma rules ask for in `logsource`. */
static void
add_logsource(struct notes *n, struct logsource source)
{
	const struct {
		const char *name;
		uint16_t word;
	} parts[] = {{"product", source.product},
	    {"category", source.category}, {"service", source.service}};
	const char *before = "  logsource: ";

	for (size_t i = 0; i < 3; i++) {
		if (parts[i].word == 0)
			continue;
		buf_printf(&n->out, "%s%s %.*s", before, parts[i].name,
		    STR_ARG(word_text(n->words, parts[i].word)));
		before = ", ";
	}
	if (before[0] == ',')
		buf_add_char(&n->out, '\n');
}

void
notes_end(struct notes *n, const struct event *ev)
{
	struct str pack = event_get(ev, FIELD_VIGIE_PACK);
	struct str pattern = event_get(ev, FIELD_VIGIE_PATTERN);

	add_why(n, ev, pack);
	buf_printf(&n->out, "  result: %s, pack %.*s, pattern %.*s\n",
	    ev->parsed ? "parsed" : "not parsed",
	    STR_ARG(pack.n > 0 ? pack : STR("(none)")),
	    STR_ARG(pattern.n > 0 ? pattern : STR("(none)")));
	add_logsource(n, ev->source);
	for (const struct value *v = event_value(ev, FIELD_VIGIE_REASON);
	     v != NULL; v = event_next(ev, v))
		buf_printf(&n->out, "  flagged: %.*s\n", STR_ARG(v->text));
	(void)fwrite(n->out.p, 1, n->out.n, stderr);
}
