/* The keys of an XML message, as `decode: xml` names them: elements and
 * attributes as a path without the root. */
#include "engine/cli/parse_keys.h"

#define DEPTH 16

struct walk {
	struct key_list *list;
	const struct str *samples; /* of the keys; NULL: keys are collected */
	struct buf *out;
	struct str path[DEPTH]; /* the root at 0 */
	size_t depth;
};

static struct str
join(struct walk *w, struct str last)
{
	struct str s = last;

	for (size_t i = w->depth; i > 1; i--) {
		struct str name = w->path[i - 1];

		s = s.n == 0 ? name
			     : arena_printf(w->list->arena, "%.*s.%.*s",
				   STR_ARG(name), STR_ARG(s));
	}
	return s;
}

static void
on_value(struct walk *w, struct str key, struct str value)
{
	if (w->samples == NULL) {
		keys_put(w->list, key, value);
		return;
	}
	for (size_t i = 0; i < w->list->n; i++) {
		if (str_eq(w->list->items[i].key, key))
			buf_add(w->out, w->samples[i]);
	}
}

static void
put(struct walk *w, struct str s)
{
	if (w->samples != NULL)
		buf_add(w->out, s);
}

static bool
is_name_char(char c)
{
	return char_is_alnum(c) || c == '_' || c == '-' || c == '.' ||
	    c == ':';
}

static struct str
take_name(struct str *s)
{
	size_t n = 0;
	struct str name;

	while (n < s->n && is_name_char(s->p[n]))
		n++;
	name = str_first(*s, n);
	*s = str_skip(*s, n);
	return name;
}

/* Behind "<name" up to ">"; false: broken. */
static bool
walk_attributes(struct walk *w, struct str *s)
{
	while (s->n > 0 && s->p[0] != '>' && s->p[0] != '/') {
		struct str name, value;
		size_t end;

		if (!is_name_char(s->p[0])) {
			put(w, str_first(*s, 1));
			*s = str_skip(*s, 1);
			continue;
		}
		name = take_name(s);
		if (s->n < 2 || s->p[0] != '=' ||
		    (s->p[1] != '"' && s->p[1] != '\''))
			return false;
		end = str_find_char(str_skip(*s, 2), s->p[1]);
		if (end == SIZE_MAX)
			return false;
		value = str_make(s->p + 2, end);
		put(w, name);
		put(w, str_first(*s, 2));
		/* A name space is no key. */
		if (str_has_prefix(name, STR("xmlns")))
			put(w, value);
		else
			on_value(w, join(w, name), value);
		put(w, str_make(s->p + 2 + end, 1));
		*s = str_skip(*s, end + 3);
	}
	return s->n > 0;
}

/* At '<'; false: broken, or nothing that is walked. */
static bool
walk_tag(struct walk *w, struct str *s)
{
	size_t end = str_find_char(*s, '>');

	if (end == SIZE_MAX)
		return false;
	if (s->n > 1 && (s->p[1] == '?' || s->p[1] == '!')) {
		*s = str_skip(*s, end + 1);
		return true;
	}
	if (s->n > 1 && s->p[1] == '/') {
		put(w, str_first(*s, end + 1));
		*s = str_skip(*s, end + 1);
		w->depth -= w->depth > 0;
		return true;
	}
	if (w->depth == DEPTH)
		return false;
	put(w, STR("<"));
	*s = str_skip(*s, 1);
	w->path[w->depth++] = take_name(s);
	put(w, w->path[w->depth - 1]);
	if (!walk_attributes(w, s))
		return false;
	if (s->p[0] == '/') {
		put(w, STR("/"));
		*s = str_skip(*s, 1);
		w->depth--;
	}
	put(w, STR(">"));
	*s = str_skip(*s, 1);
	return true;
}

static void
walk(struct walk *w, struct str s)
{
	while (s.n > 0) {
		size_t end = str_find_char(s, '<');
		struct str text = str_first(s, end);

		if (str_trim(text).n > 0 && w->depth > 1)
			on_value(w, join(w, STR_NONE), text);
		s = str_skip(s, text.n);
		if (s.n > 0 && !walk_tag(w, &s))
			return;
	}
}

void
keys_of_xml(struct key_list *list, struct str message)
{
	struct walk w = {.list = list};

	if (list->first.n == 0)
		list->first = arena_dup(list->arena, message);
	walk(&w, message);
}

void
keys_sample_xml(struct key_list *list, const struct str *samples,
    struct buf *out)
{
	struct walk w = {.list = list, .samples = samples, .out = out};

	walk(&w, list->first);
}
