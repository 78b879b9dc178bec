/*
 * The samples of packs against each other: a sample that another pack takes is
 * a pack whose `select` asks for too little. Their values are `vigie test`'s
 * business.
 */
#include "engine/cli/check.h"

static void
on_result(void *arg, struct str pack, struct place at, const char *failure)
{
	struct check *c = arg;
	struct str start = STR("the line went to "), text;

	if (failure == NULL || !str_has_prefix(str_from(failure), start))
		return;
	(void)str_cut(str_skip(str_from(failure), start.n), '\n', &text,
	    &(struct str){0});
	err_warn(&c->err, at, "sample_taken",
	    "this sample of '%.*s' goes to %.*s", STR_ARG(pack),
	    STR_ARG(text));
	err_hint(&c->err, "'vigie parse --why %.*s' shows which packs are "
			  "asked, in what order, and what they want",
	    STR_ARG(pack));
}

/* Only of files that were named: the others are there to take lines. */
static bool
is_named(void *arg, struct str pack, struct str file)
{
	const struct check *c = arg;

	(void)pack;
	return files_has(&c->files[FILE_PACK], file);
}

void
check_samples(struct check *c)
{
	struct normaliser *n = normaliser_new(c->packs, c->fields, c->words);
	struct event *ev = event_alloc(c->fields);

	(void)packs_test(c->packs, n, ev, is_named, on_result, c);
	event_release(ev);
	normaliser_free(n);
}
