#include "engine/base/literals_table.h"

#include "engine/base/find.h"

/* What becomes of a find: a bit for each tag, or, without `bits`, an end. */
struct sink {
	struct str text;
	uint64_t *bits;
	literals_agree_fn *agree;
	void *arg;
};

/* True to stop. */
static bool
found(const struct literals *set, const struct entry *e,
    const struct sink *sink)
{
	if (sink->bits == NULL)
		return e->confirm == NULL ||
		    sink->agree(sink->arg, e->confirm);
	for (uint32_t i = 0; i < e->n_marks; i++) {
		const struct mark *m = &set->marks[e->marks + i];

		sink->bits[m->word] |= m->mask;
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
look_up_key(const struct literals *set, enum literal_kind kind, uint64_t key,
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

			if (e->kind == kind && stands(e, sink->text, at) &&
			    found(set, e, sink))
				return true;
		}
		return false;
	}
}

static inline bool
look_up(const struct literals *set, enum literal_kind kind, uint64_t key,
    size_t at, const struct sink *sink)
{
	return bit_is_set(set->keys, key >> set->key_shift) &&
	    look_up_key(set, kind, key, at, sink);
}

static bool
scan_ends(const struct literals *set, const struct sink *sink)
{
	struct str s = sink->text;

	for (unsigned left = set->prefixes; left != 0; left &= left - 1) {
		size_t n = classes[__builtin_ctz(left)];

		if (n <= s.n &&
		    look_up(set, LITERAL_PREFIX,
			key_of(LITERAL_PREFIX, load_n(s.p, n), n), 0, sink))
			return true;
	}
	for (unsigned left = set->suffixes; left != 0; left &= left - 1) {
		size_t n = classes[__builtin_ctz(left)];

		if (n <= s.n &&
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
	bool whole = at + 4 <= sink->text.n;
	uint32_t v = whole ? load4(sink->text.p + at)
			   : (uint32_t)load_n(sink->text.p + at, 3);

	if (whole && (set->windows & WINDOW_4) != 0 &&
	    look_up(set, LITERAL_CONTAINS, window_key(WINDOW_4, v), at, sink))
		return true;
	if ((set->windows & (WINDOW_HEAD | WINDOW_TAIL)) == 0)
		return false;
	if (look_up(set, LITERAL_CONTAINS,
		window_key(WINDOW_HEAD, v & 0xffffff), at, sink))
		return true;
	return whole &&
	    look_up(set, LITERAL_CONTAINS, window_key(WINDOW_TAIL, v >> 8),
		at + 1, sink);
}

static inline bool
perhaps(const struct literals *set, uint32_t gram)
{
	return bit_is_set(set->grams, gram_slot(set, gram));
}

/* Three windows of one load, then the rest; the last one may have three bytes
 * only. */
static bool
scan_seconds(const struct literals *set, const struct sink *sink)
{
	const char *p = sink->text.p;
	size_t n = sink->text.n, i = 0;

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
	for (; i + 4 <= n; i += 2) {
		if (perhaps(set, load4(p + i)) && at_window(set, i, sink))
			return true;
	}
	return i + 3 == n && perhaps(set, (uint32_t)load_n(p + i, 3)) &&
	    at_window(set, i, sink);
}

/* Steps of four or eight; such sets have whole windows only. */
static bool
scan_steps(const struct literals *set, const struct sink *sink)
{
	const char *p = sink->text.p;
	size_t n = sink->text.n;

	for (size_t i = 0; i + 4 <= n; i += set->step) {
		uint32_t v = load4(p + i);

		if (perhaps(set, v) &&
		    look_up(set, LITERAL_CONTAINS, window_key(WINDOW_4, v), i,
			sink))
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
	struct str s = sink->text;
	size_t i = 0;

	while (i < s.n) {
		if (i + 8 <= s.n &&
		    (load_n(s.p + i, 8) & 0x8080808080808080u) == 0) {
			i += 8;
			continue;
		}
		if ((unsigned char)s.p[i] < 0xc0 ||
		    (set->highs & high_bit(s.p[i])) == 0) {
			i++;
			continue;
		}
		for (size_t j = 0; j < 3; j++) {
			if ((set->windows & windows[j].window) != 0 &&
			    i + windows[j].n <= s.n &&
			    look_up(set, LITERAL_CONTAINS,
				window_key(windows[j].window,
				    (uint32_t)load_n(s.p + i, windows[j].n)),
				i, sink))
				return true;
		}
		i++;
	}
	return false;
}

static bool
scan(const struct literals *set, const struct sink *sink)
{
	struct str s = sink->text;

	if (s.n < set->least)
		return false;
	if ((set->lengths >> (s.n < 63 ? s.n : 63) & 1) != 0 &&
	    look_up(set, LITERAL_EXACT, exact_key(s), 0, sink))
		return true;
	if (set->exact_only)
		return false;
	if ((set->prefixes | set->suffixes) != 0 && scan_ends(set, sink))
		return true;
	if (set->grams != NULL &&
	    (set->step == 2 ? scan_seconds(set, sink) : scan_steps(set, sink)))
		return true;
	if ((set->windows & (WINDOW_HIGH_4 | WINDOW_HIGH_3 | WINDOW_HIGH_2)) !=
	    0 && scan_high(set, sink))
		return true;
	for (size_t i = 0; i < set->n_singles; i++) {
		if (text_find(s, set->singles[i].text) != SIZE_MAX &&
		    found(set, &set->singles[i], sink))
			return true;
	}
	return false;
}

bool
literals_could(const struct literals *set, struct str raw)
{
	if (!set->exact_only)
		return true;
	if ((set->unfolded >> (raw.n < 63 ? raw.n : 63) & 1) == 0)
		return false;
	return raw.n == 0 || (raw.p[0] & 0x80) != 0 ||
	    (set->firsts >> (raw.p[0] & 31) & 1) != 0;
}

bool
literals_any(const struct literals *set, struct str text,
    literals_agree_fn *agree, void *arg)
{
	return scan(set, &(struct sink){.text = text, .agree = agree,
	    .arg = arg});
}

void
literals_mark(const struct literals *set, struct str text, uint64_t *bits)
{
	scan(set, &(struct sink){.text = text, .bits = bits});
}
