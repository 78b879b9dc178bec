/* The first line has literals with blanks between, the rest is a text: which
 * are found has to be what a plain search finds. */
#include "engine/base/literals.h"
#include "engine/base/utf8.h"

#include <stdlib.h>

#define MOST 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static bool
stands(const struct literal *l, struct str text)
{
	switch (l->kind) {
	case LITERAL_EXACT:
		return str_eq(text, l->text);
	case LITERAL_PREFIX:
		return str_has_prefix(text, l->text);
	case LITERAL_SUFFIX:
		return str_has_suffix(text, l->text);
	case LITERAL_CONTAINS:
		break;
	}
	return str_find(text, l->text) != SIZE_MAX;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct str words, word, text = STR_NONE;
	struct literal items[MOST];
	struct arena *arena = arena_new(0);
	uint64_t bits = 0;
	uint32_t count = 0;

	if (n > 0)
		str_cut(str_make((const char *)data, n), '\n', &words, &text);
	else
		words = STR_NONE;
	while (words.n > 0 && count < MOST) {
		str_cut(words, ' ', &word, &words);
		if (word.n < 2 || !utf8_is_valid(str_skip(word, 1)))
			continue;
		items[count] = (struct literal){.kind = word.p[0] & 3,
		    .text = str_skip(word, 1), .tag = count};
		count++;
	}
	if (count > 0)
		literals_mark(literals_build(arena, items, count), text,
		    &bits);
	for (uint32_t i = 0; i < count; i++) {
		if ((bits >> i & 1) != stands(&items[i], text))
			abort();
	}
	arena_free(arena);
	return 0;
}
