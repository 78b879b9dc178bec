/*
 * When all files are read: what references mean, which documents hang on
 * broken ones, filters AND-ed to their rules, who is muted, and the final
 * lists.
 */
#include "engine/sigma/loader.h"

#include <stdlib.h>

#define CHAIN_MAX 64 /* correlations of correlations */

static struct document *
find(struct loader *l, struct str text, size_t file)
{
	char id[64];
	struct document *doc;

	/* An id is shorter; a name may be anything. */
	if (text.n <= sizeof(id)) {
		for (size_t i = 0; i < text.n; i++)
			id[i] = char_lower(text.p[i]);
		doc = map_get(&l->by_id, str_make(id, text.n));
		if (doc != NULL)
			return doc;
	}
	doc = map_get(&l->by_name, text);
	for (struct document *d = doc; d != NULL; d = d->same_name) {
		if (d->file == file)
			return d;
	}
	return doc;
}

/* Looks at every name there is: not for the thousandth mistake. */
static void
say_names(struct loader *l, struct str found)
{
	struct str *names;
	size_t n = 0;

	if (l->err->n > PLACE_MAX_ERRORS)
		return;
	names = mem_get(2 * l->n_docs * sizeof(*names));
	for (size_t i = 0; i < l->n_docs; i++) {
		const struct sigma_meta *meta = &l->docs[i]->meta;

		if (meta->name.n > 0)
			names[n++] = meta->name;
		if (meta->id.n > 0)
			names[n++] = meta->id;
	}
	err_did_you_mean(l->err, found, names, n);
	free(names);
	for (size_t i = 0; i < l->n_docs; i++) {
		if (str_eq(l->docs[i]->meta.title, found))
			err_hint(l->err, "this is a title; a reference goes "
			                 "by 'name' or 'id'");
	}
}

static struct str
doc_name(const struct document *doc)
{
	return doc->meta.title.n > 0  ? doc->meta.title
	       : doc->meta.name.n > 0 ? doc->meta.name
	                              : doc->meta.id;
}

static bool settle(struct loader *l, struct document *doc, unsigned depth);

/* Looks at one reference; sets doc->state when it cannot be used. */
static void
settle_ref(struct loader *l, struct document *doc, size_t i, unsigned depth)
{
	const struct written *ref = &doc->refs[i];
	struct document *target = find(l, ref->text, doc->file);

	doc->targets[i] = target;
	if (target == NULL) {
		doc->state = DOCUMENT_REFUSED;
		err_add(l->err, ref->at, "unknown_reference",
		    "there is no rule '%.*s'", STR_ARG(ref->text));
		say_names(l, ref->text);
		return;
	}
	if (target->kind == DOCUMENT_FILTER) {
		doc->state = DOCUMENT_REFUSED;
		err_add(l->err, ref->at, "filter_reference",
		    "'%.*s' is a filter", STR_ARG(ref->text));
		return;
	}
	if (target->visit == 1 || depth > CHAIN_MAX) {
		doc->state = DOCUMENT_REFUSED;
		err_add(l->err, ref->at, "reference_circle",
		    target->visit == 1 ? "'%.*s' leads back to this correlation"
		                       : "'%.*s' is nested too deep",
		    STR_ARG(ref->text));
		return;
	}
	if (target->kind == DOCUMENT_CORRELATION)
		settle(l, target, depth + 1);
	if (target->state == DOCUMENT_REFUSED) {
		doc->state = DOCUMENT_REFUSED;
		err_add(l->err, ref->at, "broken_reference",
		    "'%.*s' is broken itself and left out", STR_ARG(ref->text));
	} else if (target->state == DOCUMENT_INACTIVE &&
	           doc->state == DOCUMENT_LIVE) {
		doc->state = DOCUMENT_INACTIVE;
		err_warn(l->err, ref->at, "inactive_reference",
		    "'%.*s' is left out, so this correlation is too",
		    STR_ARG(ref->text));
	}
}

static bool
find_alias(struct document *doc, struct document *target, uint32_t *ref)
{
	for (size_t i = 0; i < doc->correlation->n_refs; i++) {
		if (doc->targets[i] != NULL && doc->targets[i] == target) {
			*ref = (uint32_t)i;
			return true;
		}
	}
	return false;
}

/* An alias may name a rule by its id where `rules:` has its name. */
static void
settle_aliases(struct loader *l, struct document *doc)
{
	struct sigma_correlation *c = doc->correlation;
	const struct yaml *aliases =
	    yaml_get(yaml_get(doc->yaml, "correlation"), "aliases");
	struct str *names = ARENA_ARRAY(l->arena, c->n_refs, struct str);

	for (size_t i = 0; i < c->n_refs; i++)
		names[i] = c->refs[i].text;
	for (size_t i = 0; i < c->n_aliases; i++) {
		for (size_t j = 0; j < c->aliases[i].n; j++) {
			const struct yaml *key =
			    aliases->pairs[i].value->pairs[j].key;
			uint32_t *ref = &c->aliases[i].fields[j].ref;
			struct document *target = find(l, key->text, doc->file);

			if (*ref < c->n_refs || find_alias(doc, target, ref))
				continue;
			doc->state = DOCUMENT_REFUSED;
			err_add(l->err, key->at, "unknown_reference",
			    "'%.*s' is not among the rules of this "
			    "correlation",
			    STR_ARG(key->text));
			err_did_you_mean(l->err, key->text, names, c->n_refs);
		}
	}
}

static bool
settle(struct loader *l, struct document *doc, unsigned depth)
{
	enum document_state was;

	if (doc->visit != 0 || doc->state == DOCUMENT_REFUSED)
		return doc->state == DOCUMENT_LIVE;
	doc->visit = 1;
	was = doc->state;
	doc->targets =
	    ARENA_ARRAY(l->arena, doc->correlation->n_refs, struct document *);
	for (size_t i = 0; i < doc->correlation->n_refs; i++)
		settle_ref(l, doc, i, depth);
	settle_aliases(l, doc);
	if (doc->state != was)
		document_blame(l, doc, l->err->n - 1, "inactive_reference");
	doc->visit = 2;
	return doc->state == DOCUMENT_LIVE;
}

static bool
covers(struct logsource filter, struct logsource rule)
{
	return (filter.product == 0 || filter.product == rule.product) &&
	       (filter.category == 0 || filter.category == rule.category) &&
	       (filter.service == 0 || filter.service == rule.service);
}

static void
filter_apply(
    struct loader *l, const struct document *filter, struct document *rule)
{
	struct sigma_detection *detection;

	if (rule->filtered == NULL) {
		rule->filtered = sigma_node_new(l, SIGMA_AND, rule->root->at);
		sigma_node_add(l, rule->filtered, rule->root);
		detection = ARENA_NEW(l->arena, struct sigma_detection);
		detection->root = rule->filtered;
		rule->rule.detection = detection;
	}
	sigma_node_add(l, rule->filtered, filter->filter->root);
}

static void
filter_target(
    struct loader *l, const struct document *doc, const struct written *ref)
{
	struct document *rule = find(l, ref->text, doc->file);

	if (rule == NULL) {
		err_warn(l->err, ref->at, "unknown_reference",
		    "there is no rule '%.*s', so nothing of it is filtered",
		    STR_ARG(ref->text));
		say_names(l, ref->text);
	} else if (rule->kind != DOCUMENT_RULE) {
		err_warn(l->err, ref->at, "filter_reference",
		    "'%.*s' is no rule; filters work on rules only",
		    STR_ARG(ref->text));
	} else if (rule->state != DOCUMENT_LIVE) {
		return;
	} else if (!covers(doc->source, rule->source)) {
		err_warn(l->err, ref->at, "filter_logsource",
		    "the filter's log source does not cover that of '%.*s', "
		    "so it has no effect there",
		    STR_ARG(doc_name(rule)));
	} else {
		filter_apply(l, doc, rule);
	}
}

static void
apply_filters(struct loader *l)
{
	for (size_t i = 0; i < l->n_docs; i++) {
		const struct document *doc = l->docs[i];

		if (doc->kind != DOCUMENT_FILTER || doc->state != DOCUMENT_LIVE)
			continue;
		for (size_t j = 0;
		     !doc->filter->any && j < doc->filter->n_rules; j++)
			filter_target(l, doc, &doc->filter->rules[j]);
		for (size_t j = 0; doc->filter->any && j < l->n_docs; j++) {
			struct document *rule = l->docs[j];

			if (rule->kind == DOCUMENT_RULE &&
			    rule->state == DOCUMENT_LIVE &&
			    covers(doc->source, rule->source))
				filter_apply(l, doc, rule);
		}
	}
}

static void
mute(struct document *doc)
{
	for (size_t i = 0; i < doc->correlation->n_refs; i++) {
		struct document *target = doc->targets[i];

		if (target->file != doc->file)
			continue;
		target->hidden |= !doc->correlation->generate;
		target->shown |= doc->correlation->generate;
	}
}

static bool
is_live(const struct document *doc, enum document_kind kind)
{
	return doc->kind == kind && doc->state == DOCUMENT_LIVE;
}

static void
count(struct loader *l, struct sigma_collection *out)
{
	out->n_documents = l->n_docs;
	for (size_t i = 0; i < l->n_docs; i++) {
		struct document *doc = l->docs[i];

		out->n_refused += doc->state == DOCUMENT_REFUSED;
		out->n_inactive += doc->state == DOCUMENT_INACTIVE;
		out->n_filters += is_live(doc, DOCUMENT_FILTER);
		if (is_live(doc, DOCUMENT_RULE))
			doc->index = (uint32_t)out->n_rules++;
		if (is_live(doc, DOCUMENT_CORRELATION)) {
			doc->index = (uint32_t)out->n_correlations++;
			mute(doc);
		}
	}
}

static void
put_correlation(struct sigma_collection *out, const struct document *doc)
{
	struct sigma_correlation *c = &out->correlations[doc->index];

	*c = *doc->correlation;
	c->meta = doc->meta;
	c->index = doc->index;
	c->muted = doc->hidden && !doc->shown;
	for (size_t i = 0; i < c->n_refs; i++) {
		c->refs[i].is_correlation =
		    doc->targets[i]->kind == DOCUMENT_CORRELATION;
		c->refs[i].index = doc->targets[i]->index;
	}
}

static void
put_rule(struct sigma_collection *out, const struct document *doc)
{
	struct sigma_rule *rule = &out->rules[doc->index];

	*rule = doc->rule;
	rule->meta = doc->meta;
	rule->index = doc->index;
	rule->muted = doc->hidden && !doc->shown;
}

struct sigma_collection *
collection_make(struct loader *l)
{
	struct sigma_collection *out =
	    ARENA_NEW(l->arena, struct sigma_collection);

	for (size_t i = 0; i < l->n_docs; i++) {
		if (l->docs[i]->kind == DOCUMENT_CORRELATION)
			settle(l, l->docs[i], 0);
	}
	apply_filters(l);
	lint_collection(l);
	count(l, out);
	out->rules = ARENA_ARRAY(l->arena, out->n_rules, struct sigma_rule);
	out->correlations = ARENA_ARRAY(
	    l->arena, out->n_correlations, struct sigma_correlation);
	for (size_t i = 0; i < l->n_docs; i++) {
		if (is_live(l->docs[i], DOCUMENT_RULE))
			put_rule(out, l->docs[i]);
		else if (is_live(l->docs[i], DOCUMENT_CORRELATION))
			put_correlation(out, l->docs[i]);
	}
	report_make(l, out);
	return out;
}
