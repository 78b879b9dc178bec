#include "engine/cli/parse_shapes.h"

#include "engine/base/arena.h"
#include "engine/base/map.h"
#include "engine/cli/parse_pieces.h"

#include <stdlib.h>

#define SHAPE_MAX   ((size_t)400)
#define EXAMPLE_MAX ((size_t)400)
#define SHAPES_MAX  100000 /* beyond, new shapes are counted together */

struct shape {
	struct str text;
	struct str example;
	uint64_t count;
};

struct shapes {
	struct arena *arena;
	struct map by_text;
	struct shape **items;
	size_t n;
	size_t cap;
	struct buf text;
};

struct shapes *
shapes_new(void)
{
	struct shapes *s = mem_get_zero(1, sizeof(*s));

	s->arena = arena_new(0);
	map_init(&s->by_text);
	buf_init(&s->text, (size_t)64 * 1024);
	return s;
}

void
shapes_free(struct shapes *s)
{
	if (s == NULL)
		return;
	map_fini(&s->by_text);
	buf_fini(&s->text);
	arena_free(s->arena);
	free(s);
}

/* A word of digits and letters that no person wrote. */
static const char *
word_shape(struct str word)
{
	size_t digits = 0, hex = 0;

	for (size_t i = 0; i < word.n; i++) {
		digits += char_is_digit(word.p[i]);
		hex += char_hex(word.p[i]) >= 0;
	}
	if (digits == word.n)
		return "<num>";
	if (hex == word.n && word.n >= 6 && digits > 0)
		return "<hex>";
	if (str_has_prefix_nocase(word, STR("0x")))
		return "<hex>";
	return digits * 2 >= word.n && word.n >= 4 ? "<id>" : NULL;
}

static size_t
add_word(struct str s, struct buf *out)
{
	size_t n = 0;
	const char *shape;

	while (n < s.n && piece_is_word_char(s.p[n]))
		n++;
	shape = word_shape(str_first(s, n));
	if (shape != NULL) {
		buf_add(out, str_from(shape));
		return n;
	}
	/* eth0, tty2: the name stays, its number does not */
	for (size_t i = 0; i < n; i++) {
		if (!char_is_digit(s.p[i])) {
			buf_add_char(out, s.p[i]);
			continue;
		}
		while (i + 1 < n && char_is_digit(s.p[i + 1]))
			i++;
		buf_add_char(out, '#');
	}
	return n;
}

void
shape_of(struct str s, struct buf *out)
{
	size_t start = out->n;
	bool in_word = false;

	while (s.n > 0 && out->n - start < SHAPE_MAX) {
		char c = s.p[0];
		size_t used = 0;

		if (!in_word && (char_hex(c) >= 0 || c == ':')) {
			used = piece_ip_length(s);
			if (used > 0)
				buf_add(out, STR("<ip>"));
		}
		if (used == 0 && (c == '"' || (c == '\'' && !in_word))) {
			used = piece_quoted_length(s);
			if (used > 0)
				buf_add(out, STR("<quoted>"));
		}
		if (used == 0 && piece_is_word_char(c))
			used = add_word(s, out);
		if (used == 0) {
			buf_add_char(out, c == '\n' || c == '\t' ? ' ' : c);
			used = 1;
		}
		in_word = piece_is_word_char(s.p[used - 1]);
		s = str_skip(s, used);
	}
}

void
shapes_add(struct shapes *s, struct str program, struct str message,
    struct str line)
{
	struct shape *shape;

	buf_clear(&s->text);
	if (program.n > 0) {
		buf_add(&s->text, str_first(program, 64));
		buf_add(&s->text, STR(": "));
	}
	shape_of(message, &s->text);
	if (s->n >= SHAPES_MAX) {
		buf_clear(&s->text);
		buf_add(&s->text, STR("(other shapes)"));
	}
	shape = map_get(&s->by_text, buf_str(&s->text));
	if (shape == NULL) {
		shape = ARENA_NEW(s->arena, struct shape);
		shape->text = arena_dup(s->arena, buf_str(&s->text));
		shape->example = arena_dup(s->arena,
		    str_first(line, EXAMPLE_MAX));
		map_put(&s->by_text, shape->text, shape);
		ARENA_PUSH_ROOM(s->arena, s->items, s->n, s->cap);
		s->items[s->n++] = shape;
	}
	shape->count++;
}

static int
by_count(const void *a, const void *b)
{
	const struct shape *x = *(struct shape *const *)a;
	const struct shape *y = *(struct shape *const *)b;

	if (x->count != y->count)
		return x->count < y->count ? 1 : -1;
	return str_cmp(x->text, y->text);
}

/* Log text on a terminal: control characters are not passed on. */
static void
add_safe(struct buf *out, struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		buf_add_char(out,
		    (unsigned char)s.p[i] < ' ' || s.p[i] == 0x7f ? ' '
								  : s.p[i]);
}

void
shapes_print(struct shapes *s, struct buf *out)
{
	if (s->n > 1)
		qsort(s->items, s->n, sizeof(struct shape *), by_count);
	for (size_t i = 0; i < s->n; i++) {
		buf_printf(out, "%8llu  ",
		    (unsigned long long)s->items[i]->count);
		add_safe(out, s->items[i]->text);
		buf_add(out, STR("\n          "));
		add_safe(out, s->items[i]->example);
		buf_add_char(out, '\n');
	}
}
