#include "engine/detect/literals_table.h"

#include "engine/detect/find.h"

/* What becomes of a find: a bit for each tag, or, without `bits`, an end. */
struct sink {
	uint64_t *bits;
	struct str folded, raw;
};

/* True to stop. */
static bool
found(const struct literals *set, const struct entry *e,
    const struct sink *sink)
{
	if (sink->bits == NULL)
		return e->confirm == NULL ||
		    glob_match(e->confirm, sink->folded, sink->raw);
	for (uint32_t i = 0; i < e->n_tags; i++) {
		uint32_t tag = set->tags[e->tags + i];

		sink->bits[tag >> 6] |= (uint64_t)1 << (tag & 63);
	}
	return false;
}

/* Does the literal stand in s, its key's bytes (CONTAINS) at `at`? */
static bool
stands(const struct entry *e, struct str s, size_t at)
{
	if (e->text.n > s.n)
		return false;
	switch ((enum literal_kind)e->kind) {
	case LITERAL_EXACT:
		return e->text.n == s.n &&
		    (s.n == 0 || memcmp(e->text.p, s.p, s.n) == 0);
	case LITERAL_PREFIX:
		return memcmp(e->text.p, s.p, e->text.n) == 0;
	case LITERAL_SUFFIX:
		return memcmp(e->text.p, s.p + s.n - e->text.n, e->text.n) == 0;
	case LITERAL_CONTAINS:
		break;
	}
	return at >= e->anchor && at - e->anchor <= s.n - e->text.n &&
	    memcmp(e->text.p, s.p + at - e->anchor, e->text.n) == 0;
}

static bool
look_up(const struct literals *set, enum literal_kind kind, uint64_t key,
    size_t at, const struct sink *sink)
{
	size_t slot = key * GOLDEN >> set->bucket_shift;

	for (;; slot = (slot + 1) & set->bucket_mask) {
		const struct bucket *b = &set->buckets[slot];

		if (b->n == 0)
			return false;
		if (b->key != key)
			continue;
		for (uint32_t i = 0; i < b->n; i++) {
			const struct entry *e = &set->entries[b->first + i];

			if (e->kind == kind && stands(e, sink->folded, at) &&
			    found(set, e, sink))
				return true;
		}
		return false;
	}
}

static bool
scan_ends(const struct literals *set, const struct sink *sink)
{
	struct str s = sink->folded;

	for (size_t i = 0; i < CLASSES; i++) {
		size_t n = classes[i].n;

		if (n > s.n)
			continue;
		if ((set->prefixes & classes[i].bit) != 0 &&
		    look_up(set, LITERAL_PREFIX,
			key_of(LITERAL_PREFIX, load_n(s.p, n), n), 0, sink))
			return true;
		if ((set->suffixes & classes[i].bit) != 0 &&
		    look_up(set, LITERAL_SUFFIX,
			key_of(LITERAL_SUFFIX, load_n(s.p + s.n - n, n), n), 0,
			sink))
			return true;
	}
	return false;
}

/* The bitmap said "perhaps" of the window at `at`. */
static bool
at_window(const struct literals *set, size_t at, const struct sink *sink)
{
	const char *p = sink->folded.p + at;

	if ((set->windows & WINDOW_4) != 0 && at + 4 <= sink->folded.n &&
	    look_up(set, LITERAL_CONTAINS, window_key(WINDOW_4, p, 4), at,
		sink))
		return true;
	if ((set->windows & WINDOW_HEAD) != 0 &&
	    look_up(set, LITERAL_CONTAINS, window_key(WINDOW_HEAD, p, 3), at,
		sink))
		return true;
	return (set->windows & WINDOW_TAIL) != 0 &&
	    at + 4 <= sink->folded.n &&
	    look_up(set, LITERAL_CONTAINS, window_key(WINDOW_TAIL, p + 1, 3),
		at + 1, sink);
}

static inline bool
perhaps(const struct literals *set, uint32_t gram)
{
	uint32_t h = gram * GOLDEN32 >> set->gram_shift;

	return set->grams[h >> 6] >> (h & 63) & 1;
}

/* Three windows of one load, then the rest; the last one may reach one byte
 * over the end (see literals.h). */
static bool
scan_grams(const struct literals *set, const struct sink *sink)
{
	const char *p = sink->folded.p;
	size_t n = sink->folded.n, i = 0;

	for (; i + 8 <= n; i += 6) {
		uint64_t v = load_n(p + i, 8);
		bool a = perhaps(set, (uint32_t)v);
		bool b = perhaps(set, (uint32_t)(v >> 16));
		bool c = perhaps(set, (uint32_t)(v >> 32));

		if (!(a | b | c))
			continue;
		if ((a && at_window(set, i, sink)) ||
		    (b && at_window(set, i + 2, sink)) ||
		    (c && at_window(set, i + 4, sink)))
			return true;
	}
	for (; i + 3 <= n; i += 2) {
		if (perhaps(set, load4(p + i)) && at_window(set, i, sink))
			return true;
	}
	return false;
}

/* Where signs beyond ASCII begin. */
static bool
scan_high(const struct literals *set, const struct sink *sink)
{
	static const struct {
		enum window window;
		size_t n;
	} windows[] = {
	    {WINDOW_HIGH_4, 4}, {WINDOW_HIGH_3, 3}, {WINDOW_HIGH_2, 2}};
	struct str s = sink->folded;
	size_t i = 0;

	while (i < s.n) {
		if (i + 8 <= s.n &&
		    (load_n(s.p + i, 8) & 0x8080808080808080u) == 0) {
			i += 8;
			continue;
		}
		if ((unsigned char)s.p[i] < 0xc0) {
			i++;
			continue;
		}
		for (size_t j = 0; j < 3; j++) {
			if ((set->windows & windows[j].window) != 0 &&
			    i + windows[j].n <= s.n &&
			    look_up(set, LITERAL_CONTAINS,
				window_key(windows[j].window, s.p + i,
				    windows[j].n), i, sink))
				return true;
		}
		i++;
	}
	return false;
}

static bool
scan(const struct literals *set, const struct sink *sink)
{
	struct str s = sink->folded;

	if ((set->lengths >> (s.n < 63 ? s.n : 63) & 1) != 0 &&
	    look_up(set, LITERAL_EXACT, exact_key(s), 0, sink))
		return true;
	if ((set->prefixes | set->suffixes) != 0 && scan_ends(set, sink))
		return true;
	if (set->grams != NULL && scan_grams(set, sink))
		return true;
	if ((set->windows & (WINDOW_HIGH_4 | WINDOW_HIGH_3 | WINDOW_HIGH_2)) !=
	    0 && scan_high(set, sink))
		return true;
	for (size_t i = 0; i < set->n_shorts; i++) {
		if (text_find(s, set->shorts[i].text) != SIZE_MAX &&
		    found(set, &set->shorts[i], sink))
			return true;
	}
	return false;
}

bool
literals_any(const struct literals *set, struct str folded, struct str raw)
{
	return scan(set, &(struct sink){NULL, folded, raw});
}

void
literals_mark(const struct literals *set, struct str folded, uint64_t *bits)
{
	scan(set, &(struct sink){bits, folded, STR_NONE});
}
