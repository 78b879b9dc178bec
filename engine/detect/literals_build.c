#include "engine/detect/literals_table.h"

#include <stdlib.h>

/* The class of a prefix or suffix of n bytes. */
static size_t
class_of(size_t n)
{
	size_t i = 0;

	while (classes[i].n > n)
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
	};

	*common = (struct common){.counts = {0}};
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		common_add(common, texts[i], COMMON_LOG);
}

/* Where the rarest two windows of a literal (5 bytes and more) begin. */
static uint32_t
anchor_of(const struct common *common, struct str text)
{
	unsigned best = UINT32_MAX;
	uint32_t at = 0;

	for (size_t i = 0; i + 5 <= text.n && i + 1 < ANCHOR_MAX; i++) {
		unsigned score = common->counts[common_slot(text.p + i)] +
		    common->counts[common_slot(text.p + i + 1)];

		/* Signs are rarer than letters. */
		for (size_t j = i; j < i + 5; j++)
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

static bool
is_short(const struct literal *l)
{
	return l->kind == LITERAL_CONTAINS && l->text.n < 3 &&
	    first_high(l->text) == l->text.n;
}

/* The windows of a substring; one or two entries. Returns how many. */
static size_t
entry_windows(struct literals *set, const struct common *common,
    struct entry *e)
{
	const char *p = e->text.p;
	size_t n = e->text.n, high = first_high(e->text);
	enum window window = WINDOW_4, other = WINDOW_4;

	if (high < n) {
		size_t m = n - high < 4 ? n - high : 4;

		window = m == 4 ? WINDOW_HIGH_4
		    : m == 3	? WINDOW_HIGH_3 : WINDOW_HIGH_2;
		e->anchor = (uint32_t)high;
		e->key = window_key(window, p + high, m);
		set->windows |= window;
		return 1;
	}
	e[1] = e[0];
	if (n >= 5) {
		e[0].anchor = anchor_of(common, e->text);
		e[1].anchor = e[0].anchor + 1;
		e[0].key = window_key(WINDOW_4, p + e[0].anchor, 4);
		e[1].key = window_key(WINDOW_4, p + e[1].anchor, 4);
		set->windows |= WINDOW_4;
		return 2;
	}
	window = n == 4 ? WINDOW_4 : WINDOW_HEAD;
	other = WINDOW_TAIL;
	e[0].key = window_key(window, p, n);
	e[1].key = window_key(other, p, 3);
	set->windows |= window | other;
	return 2;
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
		set->lengths |= (uint64_t)1 << (n < 63 ? n : 63);
		return 1;
	case LITERAL_PREFIX:
		c = class_of(n);
		set->prefixes |= classes[c].bit;
		e->key = key_of(LITERAL_PREFIX,
		    load_n(e->text.p, classes[c].n), classes[c].n);
		return 1;
	case LITERAL_SUFFIX:
		c = class_of(n);
		set->suffixes |= classes[c].bit;
		e->key = key_of(LITERAL_SUFFIX,
		    load_n(e->text.p + n - classes[c].n, classes[c].n),
		    classes[c].n);
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

static void
gram_put(struct literals *set, uint32_t gram)
{
	uint32_t h = gram * GOLDEN32 >> set->gram_shift;

	set->grams[h >> 6] |= (uint64_t)1 << (h & 63);
}

/* The bits of one entry's window. */
static void
gram_put_entry(struct literals *set, const struct entry *e)
{
	const char *p = e->text.p + e->anchor;
	uint32_t three;

	if (e->kind != LITERAL_CONTAINS || first_high(e->text) < e->text.n)
		return;
	if (e->key == window_key(WINDOW_4, p, 4 < e->text.n - e->anchor
			? 4 : e->text.n - e->anchor) && e->text.n >= 4) {
		gram_put(set, load4(p));
		return;
	}
	three = (uint32_t)load_n(p, 3);
	for (uint32_t any = 0; any < 256; any++)
		gram_put(set, e->key == window_key(WINDOW_TAIL, p, 3)
			? three << 8 | any : three | any << 24);
}

/* At most one bit in sixteen set, or the size of a core's own cache. */
static void
grams_build(struct literals *set, struct arena *arena, size_t n)
{
	unsigned bits = 9;
	size_t count = 0;

	if ((set->windows & (WINDOW_4 | WINDOW_HEAD | WINDOW_TAIL)) == 0)
		return;
	for (size_t i = 0; i < n; i++) {
		const struct entry *e = &set->entries[i];

		if (e->kind == LITERAL_CONTAINS)
			count += e->text.n > 4 ? 1 : 128;
	}
	while (bits < 20 && (size_t)1 << bits < count * 16)
		bits++;
	set->gram_shift = 32 - bits;
	set->grams = ARENA_ARRAY(arena, (size_t)1 << (bits - 6), uint64_t);
	for (size_t i = 0; i < n; i++)
		gram_put_entry(set, &set->entries[i]);
}

struct literals *
literals_build(struct arena *arena, const struct literal *items, size_t n)
{
	struct literals *set = ARENA_NEW(arena, struct literals);
	const struct literal **sorted = mem_get(n * sizeof(*sorted));
	size_t count = 0, shorts = 0, distinct = 0;
	struct common common;

	common_init(&common);
	for (size_t i = 0; i < n; i++) {
		sorted[i] = &items[i];
		if (items[i].kind == LITERAL_CONTAINS)
			common_add(&common, items[i].text, 1);
	}
	qsort(sorted, n, sizeof(*sorted), by_text);
	for (size_t i = 0; i < n; i++)
		distinct += i == 0 || !same_literal(sorted[i - 1], sorted[i]);
	set->entries = ARENA_ARRAY(arena, distinct * 2 + 1, struct entry);
	set->tags = ARENA_ARRAY(arena, n, uint32_t);
	for (size_t i = 0; i < n; i++)
		shorts += is_short(sorted[i]);
	set->shorts = ARENA_ARRAY(arena, shorts, struct entry);
	shorts = 0;
	for (size_t i = 0; i < n; i++)
		set->tags[i] = sorted[i]->tag;
	for (size_t i = 0, run; i < n; i = run) {
		const struct literal *l = sorted[i];
		struct entry *e = &set->entries[count];

		for (run = i + 1; run < n && same_literal(l, sorted[run]);)
			run++;
		if (is_short(l))
			e = &set->shorts[shorts++];
		*e = (struct entry){.text = l->text, .tags = (uint32_t)i,
		    .n_tags = (uint32_t)(run - i), .kind = l->kind,
		    .confirm = l->confirm};
		if (!is_short(l))
			count += entry_keys(set, &common, e);
	}
	set->n_shorts = shorts;
	qsort(set->entries, count, sizeof(*set->entries), by_key);
	buckets_build(set, arena, count);
	grams_build(set, arena, count);
	free(sorted);
	return set;
}

