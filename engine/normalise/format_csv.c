/*
 * Columns by position (RFC 4180: quotes, doubled quotes). What a column is
 * called the pack says, for each kind of line when one column tells the kind.
 */
#include "engine/normalise/work.h"

#include "engine/base/text.h"

#define CSV_COLUMNS 256

static struct str
undouble(struct arena *arena, struct str s)
{
	char *out;
	size_t n = 0;

	if (s.n == 0 || memchr(s.p, '"', s.n) == NULL)
		return s;
	out = arena_text(arena, s.n);
	for (size_t i = 0; i < s.n; i++) {
		out[n++] = s.p[i];
		if (s.p[i] == '"' && i + 1 < s.n && s.p[i + 1] == '"')
			i++;
	}
	return str_make(out, n);
}

/* One cell; the separator behind it is taken off. */
static struct str
take_cell(struct decoder *d, struct str *s, char separator, bool *more)
{
	struct str cell, rest = *s;
	size_t i = 1;

	while (separator != ' ' && rest.n > 0 && rest.p[0] == ' ')
		rest = str_skip(rest, 1);
	if (rest.n == 0 || rest.p[0] != '"') {
		size_t n = text_before(rest, separator, separator);

		*more = n < rest.n;
		*s = str_skip(rest, n + 1);
		return str_trim(str_first(rest, n));
	}
	while (i < rest.n && (rest.p[i] != '"' ||
				 (i + 1 < rest.n && rest.p[i + 1] == '"')))
		i += rest.p[i] == '"' ? 2 : 1;
	if (i > rest.n)
		i = rest.n;
	cell = undouble(d->ev->scratch, str_make(rest.p + 1, i - 1));
	*more = str_cut(str_skip(rest, i), separator, &rest, s);
	return cell;
}

static const struct columns *
choose(const struct decode *o, const struct str *cells, size_t n)
{
	const struct columns *c = NULL;

	if (o->by > 0 && o->by <= n)
		c = map_get(&o->columns, cells[o->by - 1]);
	return c != NULL ? c : o->fallback;
}

bool
format_csv(struct decoder *d, struct str s, const struct decode *o)
{
	struct str cells[CSV_COLUMNS];
	const struct columns *c;
	size_t n = 0;
	bool more = true;

	while (more && n < CSV_COLUMNS)
		cells[n++] = take_cell(d, &s, o->separator, &more);
	if (more)
		d->limit = true;
	c = choose(o, cells, n);
	if (c == NULL || n < 2)
		return false;
	for (size_t i = 0; i < n && i < c->n; i++) {
		if (c->names[i].n > 0 && cells[i].n > 0 &&
		    !str_eq(cells[i], STR("-")))
			decode_put(d, c->names[i], cells[i], VALUE_TEXT);
	}
	return true;
}
