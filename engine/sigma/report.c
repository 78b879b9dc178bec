/*
 * The report of a load: each document that was found, and why it is not used.
 */
#include "engine/sigma/loader.h"

#include <stdlib.h>

enum sigma_document_state
sigma_state_of_error(const struct err_item *item)
{
	static const struct {
		struct str code;
		bool guess; /* with a "did you mean" it is a slip */
	} codes[] = {
	    {STR_INIT("unknown_modifier"), true },
	    {STR_INIT("correlation_type"), true },
	    {STR_INIT("condition_pipe"),   false},
	    {STR_INIT("condition_size"),   false},
	    {STR_INIT("regex_length"),     false},
	    {STR_INIT("too_many_values"),  false},
	    {STR_INIT("too_many_rules"),   false},
	    {STR_INIT("too_deep"),	   false},
	};

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		if (str_eq(item->code, codes[i].code) &&
		    !(codes[i].guess && item->hint.n > 0))
			return SIGMA_DOCUMENT_UNSUPPORTED;
	}
	return SIGMA_DOCUMENT_BROKEN;
}

void
document_blame(struct loader *l, struct document *doc, size_t from,
    const char *code)
{
	if (doc->state == DOCUMENT_LIVE)
		return;
	for (size_t i = from; i < l->err->n; i++) {
		const struct err_item *item = &l->err->items[i];

		if (item->level != ERR_ERROR &&
		    !str_eq(item->code, str_from(code)))
			continue;
		doc->why = *item;
		if (item->level == ERR_ERROR ||
		    doc->state == DOCUMENT_INACTIVE)
			return;
	}
}

static void
set_reason(struct sigma_document *out, const struct err_item *why)
{
	out->why_at = (struct place){why->file, why->line, why->column};
	out->code = why->code;
	out->why = why->text;
}

static void
from_document(struct sigma_document *out, const struct document *doc)
{
	static const enum sigma_document_kind kinds[] = {
	    [DOCUMENT_RULE] = SIGMA_DOCUMENT_RULE,
	    [DOCUMENT_CORRELATION] = SIGMA_DOCUMENT_CORRELATION,
	    [DOCUMENT_FILTER] = SIGMA_DOCUMENT_FILTER,
	};
	const struct sigma_meta *meta = &doc->meta;

	*out = (struct sigma_document){
	    .kind = kinds[doc->kind],
	    .at = doc->yaml->at,
	    .id = meta->id,
	    .title = meta->title.n > 0 ? meta->title : meta->name,
	    .source = doc->source,
	    .index = doc->index,
	};
	if (doc->state == DOCUMENT_LIVE)
		return;
	set_reason(out, &doc->why);
	out->state = doc->state == DOCUMENT_INACTIVE
	    ? SIGMA_DOCUMENT_PLACEHOLDER
	    : sigma_state_of_error(&doc->why);
}

static int
document_cmp(const void *a, const void *b)
{
	const struct sigma_document *x = a, *y = b;
	int c = str_cmp(x->at.file, y->at.file);

	if (c != 0)
		return c;
	return x->at.line < y->at.line ? -1 : x->at.line > y->at.line;
}

void
report_make(struct loader *l, struct sigma_collection *out)
{
	size_t all = l->n_docs + l->n_rubbish;

	out->documents = ARENA_ARRAY(l->arena, all, struct sigma_document);
	for (size_t i = 0; i < l->n_docs; i++)
		from_document(&out->documents[out->n_report++], l->docs[i]);
	for (size_t i = 0; i < l->n_rubbish; i++) {
		struct sigma_document *doc = &out->documents[out->n_report++];

		*doc = (struct sigma_document){
		    .kind = SIGMA_DOCUMENT_UNKNOWN,
		    .state = SIGMA_DOCUMENT_BROKEN,
		};
		set_reason(doc, &l->rubbish[i]);
		doc->at = doc->why_at;
	}
	if (out->n_report > 1)
		qsort(out->documents, out->n_report, sizeof(*out->documents),
		    document_cmp);
}
