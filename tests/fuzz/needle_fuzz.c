/* The first line is a regular expression, the rest a text. Whatever matches
 * has one of the words in it that we say the expression needs. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "engine/base/find.h"
#include "engine/detect/fold.h"
#include "engine/detect/needle.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool
matches(struct str regex, struct str text)
{
	pcre2_match_context *context = pcre2_match_context_create(NULL);
	pcre2_match_data *match = pcre2_match_data_create(1, NULL);
	PCRE2_SIZE at;
	int error, rc = -1;
	pcre2_code *code = pcre2_compile((PCRE2_SPTR)regex.p, regex.n,
	    PCRE2_CASELESS | PCRE2_NEVER_UCP | PCRE2_NEVER_BACKSLASH_C,
	    &error, &at, NULL);

	pcre2_set_match_limit(context, 10000);
	if (code != NULL)
		rc = pcre2_match(code, (PCRE2_SPTR)text.p, text.n, 0, 0, match,
		    context);
	pcre2_code_free(code);
	pcre2_match_data_free(match);
	pcre2_match_context_free(context);
	return rc >= 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str regex, text, folded;
	struct arena *arena;
	struct needles needles;
	bool there = false;

	if (size > 4096)
		return 0;
	arena = arena_new(0);
	str_cut(arena_dup(arena, str_make((const char *)data, size)), '\n',
	    &regex, &text);
	needles = regex_needles(arena, regex);
	if (text.p == NULL)
		text = STR("");
	folded = fold_dup(arena, text);
	for (size_t i = 0; i < needles.n; i++)
		there |= text_find(folded, needles.items[i]) != SIZE_MAX;
	if (needles.n > 0 && !there && matches(regex, text))
		abort();
	arena_free(arena);
	return 0;
}
