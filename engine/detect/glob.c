#include "engine/detect/glob.h"

#include "engine/base/find.h"
#include "engine/detect/fold.h"

/* Adds a piece; a `*` behind a `*` and an empty text say nothing, and two
 * texts in a row are one. */
static void
piece_add(struct glob *g, struct arena *arena, enum pattern_piece_kind kind,
    struct str text)
{
	struct pattern_piece *last = g->n == 0 ? NULL : &g->pieces[g->n - 1];

	if (kind == PIECE_TEXT && text.n == 0)
		return;
	if (kind == PIECE_ANY && last != NULL && last->kind == PIECE_ANY)
		return;
	if (kind == PIECE_TEXT && last != NULL && last->kind == PIECE_TEXT) {
		char *p = arena_text(arena, last->text.n + text.n);

		memcpy(p, last->text.p, last->text.n);
		memcpy(p + last->text.n, text.p, text.n);
		last->text = str_make(p, last->text.n + text.n);
		return;
	}
	g->pieces[g->n++] = (struct pattern_piece){kind, text};
}

static enum glob_shape
shape_of(const struct glob *g)
{
	const struct pattern_piece *p = g->pieces;

	if (g->n == 0)
		return GLOB_EXACT;
	if (g->n == 1 && p[0].kind == PIECE_TEXT)
		return GLOB_EXACT;
	if (g->n == 1 && p[0].kind == PIECE_ANY)
		return GLOB_ANY;
	if (g->n == 2 && p[0].kind == PIECE_TEXT && p[1].kind == PIECE_ANY)
		return GLOB_PREFIX;
	if (g->n == 2 && p[0].kind == PIECE_ANY && p[1].kind == PIECE_TEXT)
		return GLOB_SUFFIX;
	if (g->n == 3 && p[0].kind == PIECE_ANY && p[1].kind == PIECE_TEXT &&
	    p[2].kind == PIECE_ANY)
		return GLOB_CONTAINS;
	return GLOB_GENERAL;
}

void
glob_init(struct glob *g, struct arena *arena, const struct pattern *p,
    bool anywhere)
{
	*g = (struct glob){.cased = p->cased};
	g->pieces = ARENA_ARRAY(arena, p->n + 2, struct pattern_piece);
	if (anywhere)
		piece_add(g, arena, PIECE_ANY, STR_NONE);
	for (size_t i = 0; i < p->n; i++) {
		struct str text = STR_NONE;

		if (p->pieces[i].kind == PIECE_TEXT)
			text = p->cased
				? arena_dup(arena, p->pieces[i].text)
				: fold_dup(arena, p->pieces[i].text);
		piece_add(g, arena, p->pieces[i].kind, text);
	}
	if (anywhere)
		piece_add(g, arena, PIECE_ANY, STR_NONE);
	g->shape = shape_of(g);
	for (size_t i = 0; i < g->n; i++) {
		if (g->pieces[i].kind == PIECE_TEXT)
			g->text = g->pieces[i].text;
	}
}

/*
 * Pieces [from, to) without `*` at the start of s: the length that they take,
 * or SIZE_MAX.
 */
static size_t
segment_at(const struct glob *g, size_t from, size_t to, struct str s)
{
	size_t at = 0;

	for (size_t i = from; i < to; i++) {
		const struct pattern_piece *p = &g->pieces[i];

		if (p->kind == PIECE_ONE) {
			if (at >= s.n)
				return SIZE_MAX;
			at += fold_step(str_skip(s, at));
		} else {
			if (!str_has_prefix(str_skip(s, at), p->text))
				return SIZE_MAX;
			at += p->text.n;
		}
	}
	return at;
}

/*
 * The first place where the segment fits, as the offset behind it; with
 * `last` it has to end where s ends. A start is always the start of a
 * character, so that `?` never sees half of one, and the first fit is also
 * the one that ends first.
 */
static size_t
segment_find(const struct glob *g, size_t from, size_t to, struct str s,
    bool last)
{
	bool text_first = g->pieces[from].kind == PIECE_TEXT;
	size_t at = 0;

	for (;;) {
		size_t n;

		if (text_first) {
			n = text_find(str_skip(s, at), g->pieces[from].text);
			if (n == SIZE_MAX)
				return SIZE_MAX;
			at += n;
		}
		n = segment_at(g, from, to, str_skip(s, at));
		if (n != SIZE_MAX && (!last || at + n == s.n))
			return at + n;
		if (at >= s.n)
			return SIZE_MAX;
		at += text_first ? 1 : fold_step(str_skip(s, at));
	}
}

static bool
match_general(const struct glob *g, struct str s)
{
	size_t i = 0, to;

	for (to = 0; to < g->n && g->pieces[to].kind != PIECE_ANY; to++)
		continue;
	if (to > 0) {
		size_t n = segment_at(g, 0, to, s);

		if (n == SIZE_MAX)
			return false;
		s = str_skip(s, n);
		if (to == g->n)
			return s.n == 0;
	}
	/* pieces[i] is a `*` from here on. */
	for (i = to; i + 1 < g->n; i = to) {
		size_t n;

		for (to = i + 1; to < g->n && g->pieces[to].kind != PIECE_ANY;
		     to++)
			continue;
		n = segment_find(g, i + 1, to, s, to == g->n);
		if (n == SIZE_MAX)
			return false;
		s = str_skip(s, n);
	}
	return true;
}

bool
glob_match(const struct glob *g, struct str folded, struct str raw)
{
	struct str s = g->cased ? raw : folded;

	switch (g->shape) {
	case GLOB_EXACT:
		return str_eq(s, g->text);
	case GLOB_PREFIX:
		return str_has_prefix(s, g->text);
	case GLOB_SUFFIX:
		return str_has_suffix(s, g->text);
	case GLOB_CONTAINS:
		return text_find(s, g->text) != SIZE_MAX;
	case GLOB_ANY:
		return true;
	case GLOB_GENERAL:
		break;
	}
	return match_general(g, s);
}
