/* The columns of comma-separated lines; their names where a line has them. */
#include "engine/cli/parse_keys.h"

#define COLUMNS_MIN 5

/* The next column of *s, without its quotes; false at the end. */
static bool
next_column(struct str *s, bool *more, struct str *out)
{
	size_t n;

	if (!*more)
		return false;
	if (s->n > 0 && s->p[0] == '"') {
		n = str_find_char(str_skip(*s, 1), '"');
		n = n == SIZE_MAX ? s->n : n + 2;
		while (n < s->n && s->p[n] != ',')
			n++;
		*out = str_first(str_skip(*s, 1),
		    str_find_char(str_skip(*s, 1), '"'));
	} else {
		n = str_find_char(*s, ',');
		n = n == SIZE_MAX ? s->n : n;
		*out = str_first(*s, n);
	}
	*more = n < s->n;
	*s = str_skip(*s, n + 1);
	return true;
}

size_t
columns_count(struct str s)
{
	struct str column;
	bool more = s.n > 0;
	size_t n = 0;

	while (n <= KEYS_MAX && next_column(&s, &more, &column)) {
		/* ", " is a sentence. */
		if (n > 0 && column.n > 0 && column.p[0] == ' ')
			return 0;
		n++;
	}
	return n >= COLUMNS_MIN && n <= KEYS_MAX ? n : 0;
}

/* Names: words of letters, each once. */
static bool
is_header(struct str s)
{
	struct str seen[KEYS_MAX], column;
	bool more = true;
	size_t n = 0;

	while (n < KEYS_MAX && next_column(&s, &more, &column)) {
		column = str_trim(column);
		if (column.n == 0 || !char_is_alpha(column.p[0]))
			return false;
		for (size_t i = 0; i < column.n; i++) {
			if (!char_is_alnum(column.p[i]) &&
			    str_find_char(STR("_-. "), column.p[i]) ==
				SIZE_MAX)
				return false;
		}
		for (size_t i = 0; i < n; i++) {
			if (str_eq_nocase(seen[i], column))
				return false;
		}
		seen[n++] = column;
	}
	return n > 0;
}

static struct str
name_of(struct arena *arena, struct str column)
{
	char *p = arena_text(arena, column.n + 1);

	for (size_t i = 0; i < column.n; i++)
		p[i] = column.p[i] == ' ' ? '_' : column.p[i];
	return str_make(p, column.n);
}

void
keys_of_columns(struct key_list *list, struct str message)
{
	bool header = is_header(message) && !list->named, more = true;
	size_t n = columns_count(message), i = 0;
	struct str column;

	list->odd += list->n > 0 && n != list->n;
	if (list->n > 0 && n != list->n)
		return;
	for (; i < n && next_column(&message, &more, &column); i++) {
		if (list->n <= i) {
			list->items[i].key = arena_printf(list->arena,
			    "column%zu", i + 1);
			list->items[i].kind = PIECE_BETWEEN;
			list->n = i + 1;
		}
		column = str_trim(column);
		if (header)
			list->items[i].key = name_of(list->arena, column);
		else if (list->items[i].kind == PIECE_BETWEEN && column.n > 0)
			list->items[i].kind = keys_kind_of(column);
		if (!header)
			keys_see(list, i, column);
	}
	list->named |= header;
}
