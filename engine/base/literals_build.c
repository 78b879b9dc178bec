#include "engine/base/literals_table.h"

#include <stdlib.h>

/* The class of a prefix or suffix of n bytes. */
static size_t
class_of(size_t n)
{
	size_t i = 0;

	while (classes[i] > n)
		i++;
	return i;
}

/*
 * Windows that are common make poor keys: those of many literals of the set
 * (`sha256=`), counted, and, before one has seen any log, those of what every
 * other Windows path, URL or header holds.
 */
#define COMMON_BITS 13
#define COMMON_LOG  16 /* as bad as so many literals */
#define ANCHOR_MAX  48 /* only the first places of a literal are weighed */

/* 32 KiB for a bitmap at most. */
#define GRAM_BITS 18

struct common {
	uint8_t counts[1 << COMMON_BITS]; /* by hash */
};

static uint32_t
common_slot(const char *p)
{
	return load4(p) * GOLDEN32 >> (32 - COMMON_BITS);
}

static void
common_add(struct common *common, struct str text, unsigned weight)
{
	for (size_t i = 0; i + 4 <= text.n && i < ANCHOR_MAX; i++) {
		uint8_t *count = &common->counts[common_slot(text.p + i)];

		if (*count + weight < UINT8_MAX)
			*count = (uint8_t)(*count + weight);
	}
}

static void
common_init(struct common *common)
{
	static const struct str texts[] = {
	    STR_INIT("c:\\windows\\system32\\ c:\\program files (x86)\\"),
	    STR_INIT("\\windowspowershell\\v1.0\\powershell.exe \\cmd.exe /c "),
	    STR_INIT("c:\\users\\appdata\\local\\temp\\roaming\\microsoft"),
	    STR_INIT("http://www. https://.com/.dll .exe\" .exe -"),
	    STR_INIT("software\\microsoft\\windows\\currentversion\\"),
	    STR_INIT("system\\currentcontrolset\\services\\ control"),
	    STR_INIT("/usr/bin/ /usr/sbin/ /etc/ /home/ /var/log /bin/sh"),
	    STR_INIT("failed password for from port session opened user"),
	    STR_INIT("ation ing  the administrator authority name true"),
	    STR_INIT("{\"event\":{\"type\":\"log\",\"id\":\"0\",\"name\":\""),
	    STR_INIT("\",\"timestamp\":\"2020-,\"message\":\"\"}}, \"user"),
	    STR_INIT(",\"version\":\",\"source\":\"\",\"host\":\"\",\"action"),
	    STR_INIT("time\":null,\"ip\":\"address\":true,\"level\":false"),
	    STR_INIT("cef:0|microsoft|windows|1.0|cs1label= act= src="),
	    STR_INIT(" spt= dpt= proto=tcp srcip= dstip= user= msg=\""),
	};

	*common = (struct common){.counts = {0}};
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		common_add(common, texts[i], COMMON_LOG);
}

/* Where the rarest `run` windows in a row of a literal begin. */
static uint32_t
anchor_of(const struct common *common, struct str text, size_t run)
{
	unsigned best = UINT32_MAX;
	uint32_t at = 0;

	for (size_t i = 0; i + run + 3 <= text.n && i + run < ANCHOR_MAX;
	     i++) {
		unsigned score = 0;

		for (size_t j = i; j < i + run; j++)
			score += common->counts[common_slot(text.p + j)];
		/* Signs are rarer than letters. */
		for (size_t j = i; j < i + run + 3; j++)
			score += char_is_alpha(text.p[j]) || text.p[j] == ' ';
		if (score < best) {
			best = score;
			at = (uint32_t)i;
		}
	}
	return at;
}

static size_t
first_high(struct str s)
{
	size_t i = 0;

	while (i < s.n && (unsigned char)s.p[i] < 0x80)
		i++;
	return i;
}

/* A substring that windows can find. */
static bool
is_plain(const struct literal *l)
{
	return l->kind == LITERAL_CONTAINS && l->text.n > 0 &&
	    first_high(l->text) == l->text.n;
}

/*
 * How far from window to window: the cheapest way, counted in instructions
 * for a byte of text (callgrind, values of Windows events). Literals too short
 * for a step are searched one by one, which costs more than one thinks: most
 * values are short, and each search has to begin.
 */
static const struct {
	size_t least; /* length of literals that allow the step */
	unsigned step;
	size_t most; /* literals: each has `step` entries */
} steps[] = {{11, 8, 2000}, {7, 4, 20000}, {3, 2, SIZE_MAX}};

#define N_STEPS	    (sizeof(steps) / sizeof(steps[0]))
#define WINDOW_COST 7.0 /* one window */
#define SINGLE_COST 1.4 /* one search, for each byte */

/* Of distinct literals. Sets the step and the length from which on literals
 * have windows. */
static size_t
choose_step(struct literals *set, const struct literal *const *items, size_t n)
{
	size_t plain = 0, shorter[N_STEPS] = {0}, least = SIZE_MAX;
	double best;

	for (size_t i = 0; i < n; i++) {
		if (!is_plain(items[i]) ||
		    (i > 0 && str_eq(items[i]->text, items[i - 1]->text)))
			continue;
		plain++;
		for (size_t s = 0; s < N_STEPS; s++)
			shorter[s] += items[i]->text.n < steps[s].least;
	}
	best = SINGLE_COST * (double)plain;
	for (size_t s = 0; s < N_STEPS; s++) {
		double cost = WINDOW_COST / steps[s].step +
		    SINGLE_COST * (double)shorter[s];

		if (cost >= best || plain > steps[s].most)
			continue;
		best = cost;
		set->step = steps[s].step;
		least = steps[s].least;
	}
	return least;
}

static void
entry_window(struct literals *set, struct entry *e, enum window window,
    size_t at, size_t n)
{
	e->anchor = (uint32_t)at;
	e->window = (uint16_t)window;
	e->key = window_key(window, (uint32_t)load_n(e->text.p + at, n));
	set->windows |= window;
}

/* The windows of a substring; `step` entries at most. Returns how many. */
static size_t
entry_windows(struct literals *set, const struct common *common,
    struct entry *e)
{
	size_t n = e->text.n, high = first_high(e->text);
	uint32_t at;

	if (high < n && (set->step == 0 || n < set->step + 3)) {
		size_t m = n - high < 4 ? n - high : 4;

		entry_window(set, e, m == 4 ? WINDOW_HIGH_4
			: m == 3 ? WINDOW_HIGH_3 : WINDOW_HIGH_2, high, m);
		set->highs |= high_bit(e->text.p[high]);
		return 1;
	}
	if (n >= 5) {
		at = anchor_of(common, e->text, set->step);
		for (size_t i = 0; i < set->step; i++) {
			e[i] = e[0];
			entry_window(set, &e[i], WINDOW_4, at + i, 4);
		}
		return set->step;
	}
	e[1] = e[0];
	entry_window(set, &e[0], n == 4 ? WINDOW_4 : WINDOW_HEAD, 0, n);
	entry_window(set, &e[1], WINDOW_TAIL, 0, 3);
	return 2;
}

/*
 * How long a text may be that folds to this one. Only two signs beyond ASCII
 * fold into it: U+017F (2 bytes) to "s" and U+212A (3 bytes) to "k". Others
 * change their length by a half at most (fold.h), or to a third.
 */
static uint64_t
lengths_unfolded(struct str s)
{
	size_t from = s.n, to = s.n;
	uint64_t bits = 0;

	for (size_t i = 0; i < s.n; i++)
		to += s.p[i] == 's' ? 1 : s.p[i] == 'k' ? 2 : 0;
	if (first_high(s) < s.n) {
		from = s.n / 2;
		to = s.n * 3;
	}
	for (size_t n = from; n <= to; n++)
		bits |= (uint64_t)1 << (n < 63 ? n : 63);
	return bits;
}

static void
exact_lengths(struct literals *set, struct str s)
{
	set->lengths |= (uint64_t)1 << (s.n < 63 ? s.n : 63);
	set->unfolded |= lengths_unfolded(s);
	if (s.n > 0 && (s.p[0] & 0x80) == 0)
		set->firsts |= (uint32_t)1 << (s.p[0] & 31);
	/* A first sign beyond ASCII is one before folding, too. */
}

/* Returns the number of entries that the literal became. */
static size_t
entry_keys(struct literals *set, const struct common *common,
    struct entry *e)
{
	size_t n = e->text.n, c;

	switch ((enum literal_kind)e->kind) {
	case LITERAL_EXACT:
		e->key = exact_key(e->text);
		exact_lengths(set, e->text);
		return 1;
	case LITERAL_PREFIX:
		c = class_of(n);
		set->prefixes |= 1u << c;
		e->key = key_of(LITERAL_PREFIX,
		    load_n(e->text.p, classes[c]), classes[c]);
		return 1;
	case LITERAL_SUFFIX:
		c = class_of(n);
		set->suffixes |= 1u << c;
		e->key = key_of(LITERAL_SUFFIX,
		    load_n(e->text.p + n - classes[c], classes[c]),
		    classes[c]);
		return 1;
	case LITERAL_CONTAINS:
		break;
	}
	return entry_windows(set, common, e);
}

static int
by_text(const void *a, const void *b)
{
	const struct literal *x = *(const struct literal *const *)a;
	const struct literal *y = *(const struct literal *const *)b;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	if (x->text.n != y->text.n)
		return x->text.n < y->text.n ? -1 : 1;
	if (x->text.n > 0) {
		int order = memcmp(x->text.p, y->text.p, x->text.n);

		if (order != 0)
			return order;
	}
	if (x->confirm != y->confirm)
		return (uintptr_t)x->confirm < (uintptr_t)y->confirm ? -1 : 1;
	return x->tag < y->tag ? -1 : x->tag > y->tag;
}

static int
by_key(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	return x->key < y->key ? -1 : x->key > y->key;
}

static bool
same_literal(const struct literal *a, const struct literal *b)
{
	return a->kind == b->kind && a->confirm == b->confirm &&
	    str_eq(a->text, b->text);
}

static void
buckets_build(struct literals *set, struct arena *arena, size_t n)
{
	size_t cap = 4;
	unsigned bits = 2;

	while (cap < n * 2) {
		cap *= 2;
		bits++;
	}
	set->buckets = ARENA_ARRAY(arena, cap, struct bucket);
	set->bucket_mask = (uint32_t)(cap - 1);
	set->bucket_shift = 64 - bits;
	for (size_t i = 0; i < n;) {
		uint64_t key = set->entries[i].key;
		size_t at = key * GOLDEN >> set->bucket_shift, run = i;

		while (run < n && set->entries[run].key == key)
			run++;
		while (set->buckets[at].n != 0)
			at = (at + 1) & set->bucket_mask;
		set->buckets[at] = (struct bucket){key, (uint32_t)i,
		    (uint32_t)(run - i)};
		i = run;
	}
}

/* The bits of one entry's window. */
static void
gram_put_entry(struct literals *set, const struct entry *e)
{
	uint32_t bytes = (uint32_t)load_n(e->text.p + e->anchor,
	    e->window == WINDOW_4 ? 4 : 3);

	for (uint32_t any = 0; any < 256; any++) {
		if (e->window == WINDOW_4) {
			bit_set(set->grams, gram_slot(set, bytes));
			return;
		}
		bit_set(set->grams, gram_slot(set, e->window == WINDOW_TAIL
			? bytes << 8 | any : bytes | any << 24));
	}
}

/* At most one bit in 32 set, or the size of a core's own cache. */
static void
grams_build(struct literals *set, struct arena *arena, size_t n)
{
	unsigned bits = 9, used = WINDOW_4 | WINDOW_HEAD | WINDOW_TAIL;
	size_t count = 0;

	if ((set->windows & used) == 0)
		return;
	for (size_t i = 0; i < n; i++) {
		if ((set->entries[i].window & used) != 0)
			count += set->entries[i].window == WINDOW_4 ? 1 : 256;
	}
	while (bits < GRAM_BITS && (size_t)1 << bits < count * 32)
		bits++;
	set->gram_shift = 32 - bits;
	set->grams = ARENA_ARRAY(arena, (size_t)1 << (bits - 6), uint64_t);
	for (size_t i = 0; i < n; i++) {
		if ((set->entries[i].window & used) != 0)
			gram_put_entry(set, &set->entries[i]);
	}
}

static void
keys_build(struct literals *set, struct arena *arena, size_t n)
{
	unsigned bits = 8;

	while (bits < GRAM_BITS && (size_t)1 << bits < n * 16)
		bits++;
	set->key_shift = 64 - bits;
	set->keys = ARENA_ARRAY(arena, (size_t)1 << (bits - 6), uint64_t);
	for (size_t i = 0; i < n; i++)
		bit_set(set->keys, set->entries[i].key >> set->key_shift);
}

/* Equal literals come with ascending tags. */
static void
entry_marks(struct literals *set, struct entry *e,
    const struct literal *const *same, size_t n, size_t *marks)
{
	e->marks = (uint32_t)*marks;
	for (size_t i = 0; i < n; i++) {
		size_t word = same[i]->tag >> 6;
		uint64_t mask = (uint64_t)1 << (same[i]->tag & 63);

		if (e->n_marks > 0 && set->marks[*marks - 1].word == word) {
			set->marks[*marks - 1].mask |= mask;
			continue;
		}
		set->marks[(*marks)++] = (struct mark){mask, word};
		e->n_marks++;
	}
}

/* The common windows, and the literals in order. */
static void
prepare(struct common *common, const struct literal **sorted,
    const struct literal *items, size_t n)
{
	common_init(common);
	for (size_t i = 0; i < n; i++) {
		sorted[i] = &items[i];
		if (items[i].kind == LITERAL_CONTAINS)
			common_add(common, items[i].text, 1);
	}
	qsort(sorted, n, sizeof(*sorted), by_text);
}

struct literals *
literals_build(struct arena *arena, const struct literal *items, size_t n)
{
	struct literals *set = ARENA_NEW(arena, struct literals);
	const struct literal **sorted = mem_get(n * sizeof(*sorted));
	size_t count = 0, distinct = 0, least, marks = 0;
	struct common common;

	prepare(&common, sorted, items, n);
	least = choose_step(set, sorted, n);
	for (size_t i = 0; i < n; i++)
		distinct += i == 0 || !same_literal(sorted[i - 1], sorted[i]);
	set->entries = ARENA_ARRAY(arena, distinct * (set->step + 1) + 1,
	    struct entry);
	set->singles = ARENA_ARRAY(arena, distinct, struct entry);
	set->marks = ARENA_ARRAY(arena, n, struct mark);
	set->exact_only = true;
	set->least = SIZE_MAX;
	for (size_t i = 0, run; i < n; i = run) {
		const struct literal *l = sorted[i];
		bool single = is_plain(l) &&
		    (l->text.n < 3 || l->text.n < least);
		struct entry *e = single ? &set->singles[set->n_singles++]
					 : &set->entries[count];

		for (run = i + 1; run < n && same_literal(l, sorted[run]);)
			run++;
		*e = (struct entry){.text = l->text,
		    .kind = (uint16_t)l->kind, .confirm = l->confirm};
		entry_marks(set, e, sorted + i, run - i, &marks);
		if (!single)
			count += entry_keys(set, &common, e);
		set->exact_only &= l->kind == LITERAL_EXACT;
		set->least = l->text.n < set->least ? l->text.n : set->least;
	}
	qsort(set->entries, count, sizeof(*set->entries), by_key);
	buckets_build(set, arena, count);
	keys_build(set, arena, count);
	grams_build(set, arena, count);
	free(sorted);
	return set;
}
