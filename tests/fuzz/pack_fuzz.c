/* Any bytes as a pack; when they are one, its tests run too. */
#include "engine/normalise/normalise.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void
ignore(void *arg, struct str pack, struct place at, const char *failure)
{
	(void)arg;
	(void)pack;
	(void)at;
	(void)failure;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arena *arena = arena_new(0);
	struct field_table *fields = field_table_new(arena);
	struct word_table *words = word_table_new(arena);
	struct text_file file = {STR("p.yaml"),
	    str_make((const char *)data, n)};
	struct packs *packs;
	struct err err;

	err_init(&err, arena);
	packs = packs_load(arena, fields, words, &file, 1, &err);
	if (packs != NULL) {
		struct normaliser *norm = normaliser_new(packs, fields, words);
		struct event *ev = event_alloc(fields);

		(void)packs_test(packs, norm, ev, NULL, ignore, NULL);
		normaliser_free(norm);
		event_release(ev);
	}
	packs_free(packs);
	arena_free(arena);
	return 0;
}
