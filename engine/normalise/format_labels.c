/*
 * Text that is read aloud: "Account Name:   alice   Logon ID:  0x3e7", as
 * Windows renders its events and many products their notices. A label is what
 * stands before a colon and a blank; the pack's `fields` name those that
 * count, as "Label" or, where a heading says whose it is, "Heading.Label".
 *
 * Line ends, tabs and two blanks part one pair from the next. Forwarders make
 * them blanks, or write them as #015#012#011 or \r\n\t; where they left single
 * blanks, only labels that `fields` has can be told from values.
 */
#include "engine/normalise/work.h"

#include "engine/base/text.h"
#include "engine/normalise/control_text.h"

#define LABEL_MAX  64	/* bytes */
#define WORDS_MAX  8	/* of a label without anything before it */
#define COLONS_MAX 1024 /* looked at */
#define HEADING_GAP 4	/* blanks and line ends before a heading */

/* --- from the pack's fields ------------------------------------------------ */

struct label_use {
	const struct label *heading; /* NULL: under any */
	struct str key;
	struct label_use *next;
};

struct label {
	bool heads;
	struct label_use *uses; /* those under a heading first */
};

/* That `fields` does not have: it ends the value before it. */
static const struct label unknown;

static struct label *
label_add(struct arena *arena, struct map *labels, struct str text)
{
	struct label *label = map_get(labels, text);

	if (label == NULL) {
		label = ARENA_NEW(arena, struct label);
		map_put(labels, text, label);
	}
	return label;
}

void
labels_build(struct arena *arena, const struct map *fields,
    struct lookup *out)
{
	struct map all, *labels = &all;
	const struct map_entry *e;
	size_t at = 0;

	map_init_in(labels, arena);
	while ((e = map_next(fields, &at)) != NULL) {
		struct label_use *use = ARENA_NEW(arena, struct label_use);
		struct str heading, name = e->key;
		struct label_use **to;

		if (str_cut(e->key, '.', &heading, &name)) {
			struct label *head = label_add(arena, labels, heading);

			head->heads = true;
			use->heading = head;
		} else {
			name = e->key;
		}
		use->key = e->key;
		to = &label_add(arena, labels, name)->uses;
		while (use->heading == NULL && *to != NULL)
			to = &(*to)->next;
		use->next = *to;
		*to = use;
	}
	lookup_build(arena, labels, true, out);
}

/* --- the text ------------------------------------------------------------- */

struct reading {
	struct decoder *d;
	struct str s;
	const struct label *heading, *label; /* of the value being read */
	bool wide; /* so much before the label that it may be a heading */
	size_t value; /* where the value begins */
	size_t found;
};

/* Where the pair begins whose colon is at `colon`: behind the last line end,
 * tab or two blanks, or at `from`. */
static size_t
pair_start(struct str s, size_t from, size_t colon)
{
	size_t i = colon;

	if (colon - from > LABEL_MAX)
		from = colon - LABEL_MAX;
#ifdef __SSE2__
	for (; i >= from + 16; i -= 16) {
		const char *p = s.p + i - 16;
		unsigned blanks = blank_bits(p);
		bool before = i > 16 && char_is_space(p[-1]);
		unsigned gaps = blanks &
		    (~either_bits(p, ' ', ' ') | blanks << 1 | before);

		if (gaps != 0)
			return i + 16 - (size_t)__builtin_clz(gaps);
	}
#endif
	for (; i > from; i--) {
		char c = s.p[i - 1];

		if (char_is_space(c) &&
		    (c != ' ' || (i > 1 && char_is_space(s.p[i - 2]))))
			break;
	}
	return i;
}

/* The longest of the texts that end at the colon, begin with a word, and are
 * a label. */
static const struct label *
label_of_words(const struct lookup *labels, struct str s, size_t from,
    size_t colon, size_t *start)
{
	const struct label *found = NULL;
	size_t words = 0;

	for (size_t i = colon; i > from && words < WORDS_MAX; i--) {
		const struct label *label;

		if (i - 1 > from && s.p[i - 2] != ' ')
			continue;
		words++;
		label = lookup_get(labels,
		    str_make(s.p + i - 1, colon - (i - 1)));
		if (label != NULL) {
			found = label;
			*start = i - 1;
		}
	}
	return found;
}

/* "Package Name (NTLM only)" */
static bool
may_be_label(struct str s)
{
	if (s.n == 0 || s.n > LABEL_MAX || s.p[0] < 'A' || s.p[0] > 'Z')
		return false;
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!char_is_alnum(c) && c != ' ' && c != '(' && c != ')' &&
		    c != '-' && c != '/' && c != '_' && c != '\'')
			return false;
	}
	return true;
}

/* A value ends where the next pair's gap begins: a command line may have two
 * blanks in it. */
static struct str
value_of(const struct reading *r, size_t end)
{
	struct str s = str_make(r->s.p + r->value, end - r->value);
	size_t n;

	for (n = 0; (n += text_before_blank(str_skip(s, n))) < s.n; n++) {
		if (s.p[n] != ' ' || (n + 2 < s.n && s.p[n + 1] == ' ' &&
					 s.p[n + 2] == ' '))
			break;
	}
	s = str_trim(str_first(s, n));
	/* All of the text stood in quotes. */
	if (s.n > 1 && s.p[s.n - 1] == '"' &&
	    str_find_char(s, '"') == s.n - 1)
		s.n--;
	return s;
}

static bool
put(struct reading *r, struct str value)
{
	const struct label_use *use = r->label->uses;

	while (use != NULL && use->heading != NULL &&
	    use->heading != r->heading)
		use = use->next;
	if (use == NULL)
		return true;
	r->found++;
	return str_eq(value, STR("-")) ||
	    decode_put(r->d, use->key, value, VALUE_TEXT);
}

/* The value of the label before, which ends at `end`. */
static bool
finish(struct reading *r, size_t end)
{
	struct str value;

	if (r->label == NULL)
		return true;
	value = value_of(r, end);
	if (value.n > 0)
		return put(r, value);
	/* Nothing but other labels behind it. */
	if (r->label->heads)
		r->heading = r->label;
	else if (r->label == &unknown && r->wide)
		r->heading = NULL;
	return true;
}

/* Where the text before the colon ends: French has a blank there, or one that
 * does not break (U+00A0, U+202F). */
static size_t
label_end(struct str s, size_t from, size_t colon)
{
	static const struct str blanks[] = {STR_INIT(" "),
	    STR_INIT("\xc2\xa0"), STR_INIT("\xe2\x80\xaf")};
	char last = colon > from ? s.p[colon - 1] : 'x';

	if (last != ' ' && (last & 0x80) == 0)
		return colon;
	for (size_t i = 0; i < sizeof(blanks) / sizeof(*blanks); i++) {
		size_t n = blanks[i].n;

		if (colon - from > n &&
		    same_bytes(s.p + colon - n, blanks[i].p, n))
			return colon - n;
	}
	return colon;
}

/* Is the text that ends at the colon a label? Then the value before it is
 * done. */
static bool
take_label(struct reading *r, const struct lookup *labels, size_t colon)
{
	size_t from = r->value, end = label_end(r->s, from, colon);
	size_t start = pair_start(r->s, from, end), gap;
	struct str text = str_make(r->s.p + start, end - start);
	const struct label *label = lookup_get(labels, text);
	bool apart = start > 0 && char_is_space(r->s.p[start - 1]);

	if (label == NULL && (start == from || !may_be_label(text)))
		label = label_of_words(labels, r->s, start, end, &start);
	if (label == NULL && (!apart || !may_be_label(text)))
		return true;
	for (gap = start; gap > 0 && char_is_space(r->s.p[gap - 1]);)
		gap--;
	if (!finish(r, start))
		return false;
	r->label = label != NULL ? label : &unknown;
	r->wide = start - gap >= HEADING_GAP;
	for (r->value = colon + 1;
	     r->value < r->s.n && char_is_space(r->s.p[r->value]);)
		r->value++;
	return true;
}

/* "\r\n\t"; "C:\new" alone is none. */
static bool
has_slashes(struct str s)
{
	return text_has(s, STR("\\n")) &&
	    (text_has(s, STR("\\r\\n")) || text_has(s, STR("\\n\\t")));
}

bool
format_labels(struct decoder *d, struct str s)
{
	const struct lookup *labels = &d->pack->decode.labels;
	struct reading r = {.d = d};
	size_t at = 0, colons = 0;

	r.s = s = control_text(d->ev->scratch, s, has_slashes(s));
	for (;;) {
		size_t colon = at + text_before(str_skip(s, at), ':', ':');

		if (colon >= s.n)
			break;
		at = colon + 1;
		if (at < s.n && !char_is_space(s.p[at]))
			continue;
		if (colons++ == COLONS_MAX) {
			d->limit = true;
			break;
		}
		if (!take_label(&r, labels, colon))
			return true;
	}
	(void)finish(&r, s.n);
	return r.found > 0;
}
