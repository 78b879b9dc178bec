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

#include "engine/normalise/find.h"

#define LABEL_MAX  64	/* bytes */
#define WORDS_MAX  7	/* of a label without anything before it */
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
	bool unknown; /* a label that `fields` does not have */
	bool wide;    /* and so much before it that it may be a heading */
	size_t value; /* where the value begins */
	size_t found;
};

static bool
is_gap(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Where the pair begins whose colon is at `colon`: behind the last line end,
 * tab or two blanks, or at `from`. */
static size_t
pair_start(struct str s, size_t from, size_t colon)
{
	size_t i = colon;

	if (colon - from > LABEL_MAX)
		from = colon - LABEL_MAX;
	for (; i > from; i--) {
		char c = s.p[i - 1];

		if (c == '\t' || c == '\n' || c == '\r' ||
		    (c == ' ' && i > 1 && is_gap(s.p[i - 2])))
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

	if (r->label == NULL && !r->unknown)
		return true;
	value = value_of(r, end);
	if (value.n > 0)
		return r->label == NULL || put(r, value);
	/* Nothing but other labels behind it. */
	if (r->label != NULL && r->label->heads)
		r->heading = r->label;
	else if (r->label == NULL && r->wide)
		r->heading = NULL;
	return true;
}

/* Is the text that ends at the colon a label? Then the value before it is
 * done. */
static bool
take_label(struct reading *r, const struct lookup *labels, size_t colon)
{
	size_t from = r->label == NULL && !r->unknown ? 0 : r->value;
	size_t start = pair_start(r->s, from, colon), gap;
	struct str text = str_make(r->s.p + start, colon - start);
	const struct label *label = lookup_get(labels, text);
	bool apart = start > 0 && is_gap(r->s.p[start - 1]);

	if (label == NULL && (start == from || !may_be_label(text)))
		label = label_of_words(labels, r->s, start, colon, &start);
	if (label == NULL && (!apart || !may_be_label(text)))
		return true;
	for (gap = start; gap > 0 && is_gap(r->s.p[gap - 1]);)
		gap--;
	if (!finish(r, start))
		return false;
	r->label = label;
	r->unknown = label == NULL;
	r->wide = start - gap >= HEADING_GAP;
	for (r->value = colon + 1;
	     r->value < r->s.n && is_gap(r->s.p[r->value]);)
		r->value++;
	return true;
}

/* What rsyslog and others write for what they cannot: #015, or \r. */
static struct str
without_escapes(struct arena *arena, struct str s)
{
	static const struct {
		struct str escape;
		char is;
	} escapes[] = {
	    {STR_INIT("#011"), '\t'}, {STR_INIT("#012"), '\n'},
	    {STR_INIT("#015"), '\r'}, {STR_INIT("\\t"), '\t'},
	    {STR_INIT("\\n"), '\n'}, {STR_INIT("\\r"), '\r'},
	};
	bool slashes = text_has(s, STR("\\n")) &&
	    (text_has(s, STR("\\r\\n")) || text_has(s, STR("\\n\\t")));
	char *out;
	size_t n = 0;

	if (!slashes && (memchr(s.p, '#', s.n) == NULL ||
			    !text_has(s, STR("#01"))))
		return s;
	out = arena_text(arena, s.n);
	while (s.n > 0) {
		size_t i = 0;

		while (i < 6 && (!has_prefix(s, escapes[i].escape) ||
				    (i >= 3 && !slashes)))
			i++;
		out[n++] = i < 6 ? escapes[i].is : s.p[0];
		s = str_skip(s, i < 6 ? escapes[i].escape.n : 1);
	}
	return str_make(out, n);
}

bool
format_labels(struct decoder *d, struct str s)
{
	const struct lookup *labels = &d->pack->decode.labels;
	struct reading r = {.d = d};
	size_t at = 0, colons = 0;

	r.s = s = without_escapes(d->ev->scratch, s);
	for (;;) {
		size_t colon = str_find_char(str_skip(s, at), ':');

		if (colon == SIZE_MAX)
			break;
		colon += at;
		at = colon + 1;
		if (at < s.n && !is_gap(s.p[at]))
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
