/*
 * The report of the load: each document of the rules' files, whether it runs
 * here, and why not.
 */
#include "engine/cli/check.h"

#include "engine/base/json.h"

#include <stdio.h>

enum report_state {
	REPORT_LOADED,
	REPORT_INACTIVE,
	REPORT_PLACEHOLDER,
	REPORT_UNSUPPORTED,
	REPORT_BROKEN,
	REPORT_STATES
};

static const char *const names[] = {
    [REPORT_LOADED] = "loaded",
    [REPORT_INACTIVE] = "inactive",
    [REPORT_PLACEHOLDER] = "unresolved placeholder",
    [REPORT_UNSUPPORTED] = "unsupported",
    [REPORT_BROKEN] = "broken",
};

static const char *const kinds[] = {
    [SIGMA_DOCUMENT_RULE] = "rule",
    [SIGMA_DOCUMENT_CORRELATION] = "correlation",
    [SIGMA_DOCUMENT_FILTER] = "filter",
    [SIGMA_DOCUMENT_UNKNOWN] = "document",
};

static const char *const seen_names[] = {
    [SOURCE_NEVER] = "never",
    [SOURCE_PARTIAL] = "partial",
    [SOURCE_SEEN] = "seen",
};

struct sigma_document *
check_document_at(const struct check *c, struct str file, uint32_t line)
{
	struct sigma_document *best = NULL;

	for (size_t i = 0; c->sigma != NULL && i < c->sigma->n_report; i++) {
		struct sigma_document *doc = &c->sigma->documents[i];

		if (str_eq(doc->at.file, file) && doc->at.line <= line)
			best = doc;
	}
	return best;
}

void
check_blame(struct check *c, size_t from)
{
	for (size_t i = from; i < c->err.n; i++) {
		const struct err_item *item = &c->err.items[i];
		struct sigma_document *doc;

		if (item->level != ERR_ERROR)
			continue;
		doc = check_document_at(c, item->file, item->line);
		if (doc == NULL || doc->state != SIGMA_DOCUMENT_LOADED)
			continue;
		doc->state = sigma_state_of_error(item);
		doc->why_at =
		    (struct place){item->file, item->line, item->column};
		doc->code = item->code;
		doc->why = item->text;
	}
}

static enum report_state
state_of(const struct check *c, const struct sigma_document *doc)
{
	static const enum report_state states[] = {
	    [SIGMA_DOCUMENT_LOADED] = REPORT_LOADED,
	    [SIGMA_DOCUMENT_PLACEHOLDER] = REPORT_PLACEHOLDER,
	    [SIGMA_DOCUMENT_UNSUPPORTED] = REPORT_UNSUPPORTED,
	    [SIGMA_DOCUMENT_BROKEN] = REPORT_BROKEN,
	};

	if (doc->state == SIGMA_DOCUMENT_LOADED && c->sources != NULL &&
	    doc->kind != SIGMA_DOCUMENT_FILTER &&
	    check_source_of(c, doc) == SOURCE_NEVER)
		return REPORT_INACTIVE;
	return states[doc->state];
}

static struct str
reason_of(const struct check *c, const struct sigma_document *doc,
    enum report_state state)
{
	if (state != REPORT_INACTIVE)
		return doc->why;
	if (doc->kind == SIGMA_DOCUMENT_CORRELATION)
		return STR("a rule of it has no such source here");
	return arena_printf(c->arena, "no such source here: %.*s",
	    STR_ARG(check_source_text(c, doc->source)));
}

static void
print_text(const struct check *c, const struct sigma_document *doc,
    struct buf *out)
{
	enum report_state state = state_of(c, doc);
	const struct place *at =
	    doc->state == SIGMA_DOCUMENT_LOADED ? &doc->at : &doc->why_at;

	buf_printf(out, "%-22s %.*s:%u:%u: %s '%.*s'", names[state],
	    STR_ARG(at->file), at->line, at->column, kinds[doc->kind],
	    STR_ARG(doc->title));
	if (state != REPORT_LOADED)
		buf_printf(out, ": %.*s", STR_ARG(reason_of(c, doc, state)));
	else if (c->sources != NULL && doc->kind != SIGMA_DOCUMENT_FILTER)
		buf_printf(out, ": source %s",
		    check_source_of(c, doc) == SOURCE_SEEN ? "seen"
							   : "may match");
	buf_add_char(out, '\n');
}

static void
print_json(const struct check *c, const struct sigma_document *doc,
    struct buf *out)
{
	enum report_state state = state_of(c, doc);
	const struct place *at =
	    doc->state == SIGMA_DOCUMENT_LOADED ? &doc->at : &doc->why_at;
	struct json j = json_to(out);

	json_open(&j);
	json_pair_str(&j, "kind", STR("document"));
	json_pair_str(&j, "document", str_from(kinds[doc->kind]));
	json_pair_str(&j, "state", str_from(names[state]));
	json_pair_str(&j, "file", at->file);
	json_pair_u64(&j, "line", at->line);
	json_pair_u64(&j, "column", at->column);
	json_pair_str(&j, "id", doc->id);
	json_pair_str(&j, "title", doc->title);
	if (c->sources != NULL && doc->state == SIGMA_DOCUMENT_LOADED)
		json_pair_str(&j, "source",
		    str_from(seen_names[check_source_of(c, doc)]));
	if (state != REPORT_LOADED)
		json_pair_str(&j, "reason", reason_of(c, doc, state));
	if (doc->code.n > 0)
		json_pair_str(&j, "code", doc->code);
	json_close(&j);
	buf_add_char(out, '\n');
}

void
check_print_report(const struct check *c)
{
	size_t counts[REPORT_STATES] = {0};
	struct buf out;

	if (c->sigma == NULL)
		return;
	buf_init(&out, SIZE_MAX / 2);
	for (size_t i = 0; i < c->sigma->n_report; i++) {
		const struct sigma_document *doc = &c->sigma->documents[i];

		counts[state_of(c, doc)]++;
		if (c->form == CHECK_JSON)
			print_json(c, doc, &out);
		else
			print_text(c, doc, &out);
	}
	cli_write(buf_str(&out));
	fflush(stdout);
	buf_fini(&out);
	for (size_t i = 0; i < REPORT_STATES; i++)
		fprintf(stderr, "%s%zu %s", i == 0 ? "load report: " : ", ",
		    counts[i], names[i]);
	fputc('\n', stderr);
}
