/*
 * Matching is the usual one for globs: on a mismatch go back to the last `*`
 * and let it take one character more. An earlier `*` never has to be tried
 * again, since the last one can take all that it could.
 */
#include "engine/sigma/wild.h"

#include "engine/sigma/casefold.h"

static bool
is_special(char c)
{
	return c == '*' || c == '?' || c == '\\';
}

static size_t
count_wildcards(struct str text)
{
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++)
		n += text.p[i] == '*' || text.p[i] == '?';
	return n;
}

static void
add_text(struct pattern *p, char *from, char *to)
{
	if (to > from)
		p->pieces[p->n++] = (struct pattern_piece){
		    PIECE_TEXT, str_make(from, (size_t)(to - from))};
}

static void
add_wildcard(struct pattern *p, char c)
{
	enum pattern_piece_kind kind = c == '*' ? PIECE_ANY : PIECE_ONE;

	if (kind == PIECE_ANY && p->n > 0 &&
	    p->pieces[p->n - 1].kind == PIECE_ANY)
		return;
	p->pieces[p->n++] = (struct pattern_piece){.kind = kind};
}

struct pattern
wild_parse(struct arena *arena, struct str text)
{
	size_t cap = 2 * count_wildcards(text) + 1;
	char *to = arena_text(arena, text.n + 1), *from = to;
	struct pattern p = {0};

	p.pieces = arena_get_raw(arena, cap * sizeof(*p.pieces));
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];

		if (c == '\\' && i + 1 < text.n && is_special(text.p[i + 1])) {
			*to++ = text.p[++i];
		} else if (c == '*' || c == '?') {
			add_text(&p, from, to);
			add_wildcard(&p, c);
			from = to;
		} else {
			*to++ = c;
		}
	}
	add_text(&p, from, to);
	return p;
}

struct pattern
wild_literal(struct arena *arena, struct str text)
{
	struct pattern p = {0};

	if (text.n == 0)
		return p;
	p.pieces = ARENA_NEW(arena, struct pattern_piece);
	p.pieces[0] = (struct pattern_piece){PIECE_TEXT, text};
	p.n = 1;
	return p;
}

struct pattern
wild_join(struct arena *arena, const struct pattern *a, const struct pattern *b)
{
	struct pattern p = {.cased = a->cased};
	struct pattern_piece *last;
	size_t skip = 0;

	if (a->n == 0 || b->n == 0) {
		p = a->n == 0 ? *b : *a;
		p.cased = a->cased;
		return p;
	}
	p.pieces = ARENA_ARRAY(arena, a->n + b->n, struct pattern_piece);
	memcpy(p.pieces, a->pieces, a->n * sizeof(*p.pieces));
	last = &p.pieces[a->n - 1];
	if (last->kind == b->pieces[0].kind && last->kind != PIECE_ONE) {
		struct str x = last->text, y = b->pieces[0].text;

		if (last->kind == PIECE_TEXT) {
			char *text = arena_text(arena, x.n + y.n);

			memcpy(text, x.p, x.n);
			memcpy(text + x.n, y.p, y.n);
			last->text = str_make(text, x.n + y.n);
		}
		skip = 1;
	}
	p.n = a->n + b->n - skip;
	memcpy(p.pieces + a->n, b->pieces + skip,
	    (b->n - skip) * sizeof(*p.pieces));
	return p;
}

struct pattern
wild_open(struct arena *arena, const struct pattern *p, bool front, bool back)
{
	struct pattern_piece piece = {.kind = PIECE_ANY};
	struct pattern any = {.pieces = &piece, .n = 1, .cased = p->cased};
	struct pattern out = *p;

	/* The piece above dies with this call, so each branch copies it. */
	if (out.n == 0) {
		out.pieces = ARENA_NEW(arena, struct pattern_piece);
		out.pieces[0] = piece;
		out.n = 1;
		return out;
	}
	if (front && out.pieces[0].kind != PIECE_ANY)
		out = wild_join(arena, &any, &out);
	if (back && out.pieces[out.n - 1].kind != PIECE_ANY)
		out = wild_join(arena, &out, &any);
	return out;
}

bool
wild_is_literal(const struct pattern *p, struct str *text)
{
	if (p->n > 1 || (p->n == 1 && p->pieces[0].kind != PIECE_TEXT))
		return false;
	*text = p->n == 0 ? STR("") : p->pieces[0].text;
	return true;
}

void
wild_set_init(struct wild_set *set, struct arena *arena)
{
	set->items = ARENA_NEW(arena, struct pattern);
	set->n = 1;
}

bool
wild_set_add(struct wild_set *set, struct arena *arena,
    const struct pattern *ways, size_t n)
{
	struct pattern *items;

	if (n > WILD_SET_MAX || set->n * n > WILD_SET_MAX)
		return false;
	items = ARENA_ARRAY(arena, set->n * n, struct pattern);
	for (size_t i = 0; i < set->n; i++) {
		for (size_t j = 0; j < n; j++)
			items[i * n + j] =
			    wild_join(arena, &set->items[i], &ways[j]);
	}
	set->items = items;
	set->n *= n;
	return true;
}

/* Is `piece` (a text) at *at of text? Moves *at behind it. */
static bool
match_text(struct str piece, struct str text, size_t *at, bool cased)
{
	size_t i = 0, j = *at;

	if (cased) {
		if (!str_has_prefix(str_skip(text, j), piece))
			return false;
		*at += piece.n;
		return true;
	}
	while (i < piece.n) {
		uint32_t a, b;

		if (j >= text.n)
			return false;
		a = casefold_next(piece, &i);
		b = casefold_next(text, &j);
		if (a != b && casefold(a) != casefold(b))
			return false;
	}
	*at = j;
	return true;
}

bool
pattern_match(const struct pattern *p, struct str text)
{
	size_t piece = 0, at = 0;
	size_t star = SIZE_MAX, star_at = 0; /* the last `*` and what it took */

	for (;;) {
		/* The empty string has no pieces at all. */
		const struct pattern_piece *now = piece < p->n
		    ? &p->pieces[piece] : NULL;
		bool ok;

		if (now == NULL) {
			ok = at == text.n;
			if (ok)
				return true;
		} else if (now->kind == PIECE_ANY) {
			if (piece + 1 == p->n)
				return true;
			star = piece++;
			star_at = at;
			continue;
		} else if (now->kind == PIECE_ONE) {
			ok = at < text.n;
			if (ok)
				casefold_next(text, &at);
		} else {
			ok = match_text(now->text, text, &at, p->cased);
		}
		if (ok) {
			piece++;
			continue;
		}
		if (star == SIZE_MAX || star_at >= text.n)
			return false;
		casefold_next(text, &star_at);
		at = star_at;
		piece = star + 1;
	}
}
