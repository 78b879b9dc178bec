/*
 * Messages of one program with the same punctuation and kinds of pieces, most
 * of whose words are the same, are one shape; where their words differ is a
 * value too. (Drain, He et al. 2017, with punctuation for a tree.)
 */
#include "engine/cli/parse_draft.h"

#include "engine/base/arena.h"
#include "engine/base/map.h"
#include "engine/cli/parse_draft_decode.h"
#include "engine/cli/parse_labels.h"
#include "engine/cli/parse_pieces.h"

#include <stdlib.h>

#define CLUSTERS_MAX 500
#define PATTERNS_MAX 60
#define ALIKE	     60 /* of 100 words, at least, are the same */
#define STARTS_MIN   4

struct cluster {
	struct str program;
	struct piece pieces[PIECES_MAX];
	size_t n;
	bool varies[PIECES_MAX]; /* words that differ */
	uint64_t count;
	size_t literal; /* bytes that do not vary: the more, the sooner */
	struct cluster *next; /* of the same key */
};

struct draft {
	struct str name;
	struct str prefix; /* of fields of its own */
	struct arena *arena;
	struct map by_key; /* punctuation and kinds -> list of clusters */
	struct cluster *items[CLUSTERS_MAX];
	size_t n;
	uint64_t left_out;
	uint64_t formats[DRAFT_FORMATS]; /* lines of each */
	struct key_list keys[DRAFT_FORMATS];
	struct str maker[DRAFT_FORMATS]; /* "|Vendor|Product|" */
	struct buf key;
};

struct draft *
draft_new(struct str name)
{
	struct draft *d = mem_get_zero(1, sizeof(*d));
	char *prefix;

	d->arena = arena_new(0);
	map_init(&d->by_key);
	buf_init(&d->key, (size_t)64 * 1024);
	d->name = arena_dup(d->arena, name);
	prefix = arena_text(d->arena, name.n);
	for (size_t i = 0; i < name.n; i++)
		prefix[i] = name.p[i] == '-' ? '_' : name.p[i];
	d->prefix = str_make(prefix, name.n);
	for (size_t i = 0; i < DRAFT_FORMATS; i++)
		d->keys[i].arena = d->arena;
	return d;
}

void
draft_free(struct draft *d)
{
	if (d == NULL)
		return;
	map_fini(&d->by_key);
	buf_fini(&d->key);
	arena_free(d->arena);
	free(d);
}

static bool
is_word(enum piece_kind kind)
{
	return kind == PIECE_WORD || kind == PIECE_NAME;
}

static void
make_key(struct draft *d, struct str program, const struct piece *p, size_t n)
{
	buf_clear(&d->key);
	buf_add(&d->key, program);
	for (size_t i = 0; i < n; i++) {
		buf_add_char(&d->key, '\n');
		if (p[i].kind == PIECE_BETWEEN)
			buf_add(&d->key, p[i].text);
		else
			buf_add_char(&d->key, is_word(p[i].kind)
				? 'w' : (char)('A' + p[i].kind));
	}
}

static bool
is_alike(const struct cluster *c, const struct piece *p, size_t n)
{
	size_t words = 0, same = 0;

	if (c->n != n) /* a line break in a piece looks like two in the key */
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!is_word(p[i].kind))
			continue;
		words++;
		same += c->varies[i] || str_eq(c->pieces[i].text, p[i].text);
	}
	return words == 0 || same * 100 >= words * ALIKE;
}

static struct cluster *
add_cluster(struct draft *d, struct str program, const struct piece *p,
    size_t n)
{
	struct cluster *c = ARENA_NEW(d->arena, struct cluster);
	struct cluster *first = map_get(&d->by_key, buf_str(&d->key));

	c->program = arena_dup(d->arena, str_first(program, 64));
	c->n = n;
	for (size_t i = 0; i < n; i++) {
		c->pieces[i].kind = p[i].kind;
		c->pieces[i].text = arena_dup(d->arena, p[i].text);
	}
	if (first == NULL)
		map_put(&d->by_key, arena_dup(d->arena, buf_str(&d->key)), c);
	else
		c->next = first->next;
	if (first != NULL)
		first->next = c;
	d->items[d->n++] = c;
	return c;
}

/* As `select` compares it: without "(module)" and "[pid]". What has no letter
 * is no program. */
static struct str
program_of(struct str tag)
{
	bool letter = false;
	size_t n = 0;

	while (n < tag.n && tag.p[n] != '(' && tag.p[n] != '[')
		letter |= char_is_alpha(tag.p[n++]);
	return letter ? str_first(tag, n) : STR_NONE;
}

void
draft_add(struct draft *d, struct str tag, struct str message)
{
	struct piece p[PIECES_MAX];
	struct str program = program_of(draft_text(d->arena, tag));
	enum draft_format format;
	struct cluster *c;
	size_t n;

	message = draft_text(d->arena, message);
	format = draft_format_of(message);
	n = pieces_cut(str_first(message, 1024), p);
	if (n == 0)
		return;
	d->formats[format]++;
	if (d->maker[format].n == 0)
		d->maker[format] = arena_dup(d->arena,
		    draft_maker(format, message));
	if (format != DRAFT_TEXT)
		draft_keys(&d->keys[format], format, message);
	make_key(d, program, p, n);
	c = map_get(&d->by_key, buf_str(&d->key));
	while (c != NULL && !is_alike(c, p, n))
		c = c->next;
	if (c == NULL && d->n == CLUSTERS_MAX) {
		d->left_out++;
		return;
	}
	if (c == NULL)
		c = add_cluster(d, program, p, n);
	for (size_t i = 0; i < n; i++) {
		if (is_word(p[i].kind) &&
		    !str_eq(c->pieces[i].text, p[i].text)) {
			c->varies[i] = true;
			if (p[i].kind == PIECE_NAME)
				c->pieces[i].kind = PIECE_NAME;
		}
	}
	c->count++;
}

/* --- writing ----------------------------------------------------------------- */

static bool
is_value(const struct cluster *c, size_t i)
{
	return c->pieces[i].kind != PIECE_BETWEEN &&
	    (c->pieces[i].kind != PIECE_WORD || c->varies[i]);
}

/* The field of each piece, empty: it is not captured. */
static void
name_values(const struct draft *d, const struct cluster *c,
    struct str fields[PIECES_MAX], struct arena *arena)
{
	struct labels labels = labels_start(d->prefix, arena);

	for (size_t i = 0; i < c->n; i++) {
		if (c->pieces[i].kind == PIECE_BETWEEN)
			labels_between(&labels, c->pieces[i].text);
		else if (!is_value(c, i))
			labels_word(&labels, c->pieces[i].text);
		fields[i] = is_value(c, i)
		    ? labels_field(&labels, c->pieces[i].kind) : STR_NONE;
	}
}

static void
add_literal(struct buf *out, struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\t' || s.p[i] == '\n')
			buf_add(out, STR("\\s"));
		else if (s.p[i] == DRAFT_ANY)
			buf_add_char(out, '.');
		else if (str_find_char(STR("\\^$.[]|()?*+{}#"), s.p[i]) !=
		    SIZE_MAX)
			buf_printf(out, "\\%c", s.p[i]);
		else
			buf_add_char(out, s.p[i]);
	}
}

static struct str
expression_of(enum piece_kind kind)
{
	switch (kind) {
	case PIECE_IP:
		return STR("%{IP}");
	case PIECE_MAC:
		return STR("%{MAC}");
	case PIECE_NUMBER:
		return STR("\\d+");
	case PIECE_HEX:
		return STR("[0-9A-Fa-fx]+");
	case PIECE_PATH:
		return STR("[^\\s\"''<>)\\],;]+");
	case PIECE_QUOTED:
	case PIECE_BETWEEN:
	case PIECE_WORD:
	case PIECE_NAME:
		break;
	}
	return STR("[\\w.@-]+");
}

static void
add_group(struct buf *out, struct str field, struct str expression)
{
	if (field.n == 0)
		buf_add(out, expression);
	else
		buf_printf(out, "(?<%.*s>%.*s)", STR_ARG(field),
		    STR_ARG(expression));
}

static void
add_regex(struct buf *out, const struct cluster *c, const struct str *fields,
    struct arena *arena)
{
	struct buf text;

	buf_init(&text, (size_t)64 * 1024);
	for (size_t i = 0; i < c->n; i++) {
		const struct piece *p = &c->pieces[i];
		char quote = p->text.p[0];

		if (!is_value(c, i)) {
			buf_clear(&text);
			add_literal(&text, p->text);
			draft_quote(out, buf_str(&text));
		} else if (p->kind == PIECE_QUOTED) {
			struct str mark = quote == '"' ? STR("\"") : STR("''");

			buf_add(out, mark);
			add_group(out, fields[i], arena_printf(arena,
			    "[^%.*s]*", STR_ARG(mark)));
			buf_add(out, mark);
		} else {
			add_group(out, fields[i], expression_of(p->kind));
		}
	}
	buf_fini(&text);
}

/* "badge-refused-at": the first words that do not vary. */
static void
add_name(struct buf *out, const struct cluster *c, size_t number)
{
	size_t words = 0;

	for (size_t i = 0; i < c->n && words < 3; i++) {
		struct str w = c->pieces[i].text;

		if (is_value(c, i) || c->pieces[i].kind != PIECE_WORD ||
		    w.n < 3 || !char_is_alpha(w.p[0]))
			continue;
		if (words++ > 0)
			buf_add_char(out, '-');
		for (size_t k = 0; k < w.n && k < 24; k++)
			buf_add_char(out, char_is_alnum(w.p[k])
				? char_lower(w.p[k]) : '-');
	}
	buf_printf(out, words == 0 ? "shape-%zu" : "-%zu", number);
}

static void
add_sample(struct buf *out, const struct cluster *c, const struct str *fields)
{
	for (size_t i = 0; i < c->n; i++) {
		const struct piece *p = &c->pieces[i];
		struct str mark = str_first(p->text, 1);

		if (!is_value(c, i)) {
			draft_quote(out, p->text);
			continue;
		}
		if (p->kind == PIECE_QUOTED)
			draft_quote(out, mark);
		draft_quote(out, labels_sample(fields[i], p->kind));
		if (p->kind == PIECE_QUOTED)
			draft_quote(out, mark);
	}
}

static void
add_pattern(struct draft *d, struct buf *out, const struct cluster *c,
    size_t number)
{
	struct str fields[PIECES_MAX];

	name_values(d, c, fields, d->arena);
	buf_printf(out, "  # %llu line%s\n  - name: ",
	    (unsigned long long)c->count, c->count == 1 ? "" : "s");
	add_name(out, c, number);
	buf_add(out, STR("\n    regex: '^"));
	add_regex(out, c, fields, d->arena);
	buf_add(out, STR("'\n"));
}

static void
add_test(struct draft *d, struct buf *out, const struct cluster *c)
{
	struct str fields[PIECES_MAX];
	const char *before = "";

	name_values(d, c, fields, d->arena);
	buf_add(out, STR("  - line: '<13>Nov 24 10:00:00 host1 "));
	if (c->program.n > 0) {
		draft_quote(out, c->program);
		buf_add(out, STR(": "));
	}
	add_sample(out, c, fields);
	buf_add(out, STR("'\n    expect: {"));
	for (size_t i = 0; i < c->n; i++) {
		if (fields[i].n == 0)
			continue;
		buf_printf(out, "%s%.*s: '", before, STR_ARG(fields[i]));
		draft_quote(out, labels_sample(fields[i], c->pieces[i].kind));
		buf_add_char(out, '\'');
		before = ", ";
	}
	buf_printf(out, "%shost.name: host1}\n", before);
}

/* The longest text that does not vary: from piece `from`, at most 40 bytes. */
static struct str
constant_from(const struct cluster *c, size_t from, struct buf *text)
{
	buf_clear(text);
	for (size_t i = from; i < c->n && !is_value(c, i) && text->n < 40; i++)
		buf_add(text, c->pieces[i].text);
	return str_first(buf_str(text), str_find_char(buf_str(text),
	    DRAFT_ANY));
}

/* By what a line without program is told: its start, else a text in it. */
static struct str
mark_of(struct draft *d, const struct cluster *c, bool at_start,
    struct buf *text)
{
	struct str best = STR_NONE;

	for (size_t i = 0; i < (at_start ? 1 : c->n); i++) {
		struct str s = constant_from(c, i, text);

		if (s.n > best.n)
			best = arena_dup(d->arena, s);
	}
	return best.n >= STARTS_MIN ? best : STR_NONE;
}

static void
add_list_item(struct buf *out, struct str item, bool first)
{
	buf_add(out, first ? STR("'") : STR(", '"));
	draft_quote(out, item);
	buf_add_char(out, '\'');
}

struct list {
	struct str items[PATTERNS_MAX];
	size_t n;
};

static void
list_add(struct list *list, struct str s)
{
	for (size_t i = 0; i < list->n; i++) {
		if (str_eq_nocase(list->items[i], s))
			return;
	}
	list->items[list->n++] = s;
}

static void
add_gate(struct buf *out, const char *key, const struct list *list)
{
	if (list->n == 0)
		return;
	buf_printf(out, "  - {%s: [", key);
	for (size_t i = 0; i < list->n; i++)
		add_list_item(out, list->items[i], i == 0);
	buf_add(out, STR("]}\n"));
}

/* By program where lines have one, else by how they start or a text. */
static void
add_select(struct draft *d, struct buf *out, size_t shown)
{
	struct list programs = {.n = 0}, starts = {.n = 0},
		    contains = {.n = 0};
	struct buf text;

	buf_init(&text, (size_t)64 * 1024);
	for (size_t i = 0; i < shown; i++) {
		const struct cluster *c = d->items[i];
		struct str start = mark_of(d, c, true, &text);

		if (c->program.n > 0)
			list_add(&programs, c->program);
		else if (start.n > 0)
			list_add(&starts, start);
		else
			list_add(&contains, mark_of(d, c, false, &text));
	}
	buf_add(out, STR("select:\n"));
	add_gate(out, "program", &programs);
	add_gate(out, "starts", &starts);
	add_gate(out, "contains", &contains);
	if (shown == 0)
		buf_add(out, STR("  - {contains: ['say what only these lines "
				 "have']}\n"));
	buf_fini(&text);
}

/* What asks for most comes first: the first match wins, and a pattern may be
 * the beginning of another. */
static int
by_literal(const void *a, const void *b)
{
	const struct cluster *x = *(struct cluster *const *)a;
	const struct cluster *y = *(struct cluster *const *)b;

	if (x->n != y->n)
		return x->n < y->n ? 1 : -1;
	if (x->literal != y->literal)
		return x->literal < y->literal ? 1 : -1;
	return x->count != y->count ? (x->count < y->count ? 1 : -1) : 0;
}

static int
by_count(const void *a, const void *b)
{
	const struct cluster *x = *(struct cluster *const *)a;
	const struct cluster *y = *(struct cluster *const *)b;

	return x->count != y->count ? (x->count < y->count ? 1 : -1)
				    : by_literal(a, b);
}

static size_t
literal_bytes(const struct cluster *c)
{
	size_t n = 0;

	for (size_t i = 0; i < c->n; i++) {
		if (!is_value(c, i))
			n += c->pieces[i].text.n;
	}
	return n;
}

/* A line that has neither a program nor a text of its own is told by
 * nothing. */
static bool
is_usable(struct draft *d, const struct cluster *c)
{
	return c->program.n > 0 || mark_of(d, c, false, &d->key).n > 0;
}

static size_t
choose(struct draft *d)
{
	size_t shown = 0;

	for (size_t i = 0; i < d->n; i++)
		d->items[i]->literal = literal_bytes(d->items[i]);
	if (d->n > 1)
		qsort(d->items, d->n, sizeof(*d->items), by_count);
	for (size_t i = 0; i < d->n; i++) {
		struct cluster *c = d->items[i];

		if (shown < PATTERNS_MAX && is_usable(d, c)) {
			d->items[i] = d->items[shown];
			d->items[shown++] = c;
		} else {
			d->left_out += c->count;
		}
	}
	if (shown > 1)
		qsort(d->items, shown, sizeof(*d->items), by_literal);
	return shown;
}

/* The format of most of the lines. */
static enum draft_format
main_format(const struct draft *d)
{
	uint64_t all = 0;

	for (size_t i = 0; i < DRAFT_FORMATS; i++)
		all += d->formats[i];
	for (size_t i = DRAFT_TEXT + 1; i < DRAFT_FORMATS; i++) {
		if (d->formats[i] * 10 > all * 7 &&
		    d->keys[i].odd * 10 < d->formats[i] && d->keys[i].n > 0)
			return (enum draft_format)i;
	}
	return DRAFT_TEXT;
}

void
draft_print(struct draft *d, struct buf *out)
{
	enum draft_format format = main_format(d);
	size_t shown = choose(d), with = 0;

	/* The test's line is of a program where any line is. */
	while (with + 1 < shown && d->items[with]->program.n == 0)
		with++;
	buf_printf(out,
	    "# A draft of %zu shapes; %llu lines are not in it. Check the "
	    "names of fields,\n"
	    "# say what each line means (event.category, event.type, "
	    "event.action,\n"
	    "# event.outcome), join what is one pattern, then run `vigie "
	    "check` and\n"
	    "# `vigie test`. The lines of the tests have invented values.\n"
	    "pack: %.*s\n"
	    "product: {vendor: Example, name: %.*s}\n"
	    "logsource: {product: %.*s}\n",
	    shown, (unsigned long long)d->left_out, STR_ARG(d->name),
	    STR_ARG(d->name), STR_ARG(d->prefix));
	if (d->maker[format].n > 0) {
		buf_printf(out, "select:\n  - {header: %s, contains: ['",
		    format == DRAFT_CEF ? "cef" : "leef");
		draft_quote(out, d->maker[format]);
		buf_add(out, STR("']}\n"));
	} else {
		add_select(d, out, shown);
	}
	buf_add(out, STR("set: {event.kind: event}\n"));
	if (shown == 0)
		return;
	if (format != DRAFT_TEXT) {
		draft_print_decode(out, format, &d->keys[format], d->prefix,
		    d->items[with]->program, d->maker[format]);
		return;
	}
	buf_add(out, STR("patterns:\n"));
	for (size_t i = 0; i < shown; i++)
		add_pattern(d, out, d->items[i], i + 1);
	buf_add(out, STR("tests:\n"));
	for (size_t i = 0; i < shown; i++)
		add_test(d, out, d->items[i]);
}
