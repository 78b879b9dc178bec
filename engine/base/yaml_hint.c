#include "engine/base/yaml_hint.h"

#include <string.h>

/* The line with that number, from 1; empty when there is none. */
static struct str
line_at(struct str text, size_t number)
{
	struct str line = STR_NONE;

	for (size_t i = 0; i < number; i++) {
		if (!str_next_line(&text, &line))
			return STR_NONE;
	}
	return line;
}

static size_t
indent_of(struct str line)
{
	size_t n = 0;

	while (n < line.n && (line.p[n] == ' ' || line.p[n] == '\t'))
		n++;
	return n;
}

static bool
is_blank(struct str line)
{
	size_t n = indent_of(line);

	return n == line.n || line.p[n] == '#' || line.p[n] == '\r';
}

/* Where the keys of the line begin: "  - name: x" begins at 4. */
static size_t
key_column(struct str line)
{
	size_t n = indent_of(line);

	while (n + 1 < line.n && line.p[n] == '-' && line.p[n + 1] == ' ') {
		n += 2;
		while (n < line.n && line.p[n] == ' ')
			n++;
	}
	return n;
}

/* The value behind "key: " or "- "; empty when there is none. */
static struct str
value_of(struct str line)
{
	struct str rest = str_skip(line, key_column(line));
	size_t colon = str_find(rest, STR(": "));

	/* A quote before the colon: it is inside of the value. */
	if (colon != SIZE_MAX && rest.p[0] != '\'' && rest.p[0] != '"')
		rest = str_skip(rest, colon + 2);
	return str_trim(rest);
}

/* Another line of the map or list begins in a column of its own: the one
 * above has no key there. */
static const char *
hint_of_column(struct str text, size_t number)
{
	struct str line = line_at(text, number), above = STR_NONE;
	size_t at = indent_of(line);

	while (number > 1 && is_blank(above = line_at(text, --number)))
		;
	if (line.n == 0 || above.n == 0)
		return NULL;
	if (line.p[at] != '-' && at == indent_of(above) &&
	    above.p[at] == '-')
		return "the keys of one item stand below its first key, not "
		       "below its '-'";
	if (line.p[at] != '-' && at != key_column(above))
		return "the keys of one map have to begin in the same column; "
		       "is this line indented as the others, or does the "
		       "'- ' before a new item lack?";
	if (str_find_char(above, ':') == SIZE_MAX)
		return "the line above is no 'key: value'";
	return NULL;
}

static const char *
hint_of_value(struct str line)
{
	struct str value = value_of(line);

	if (value.n == 0)
		return NULL;
	if (value.p[0] == '\'')
		return "inside of '...' a ' is written twice: ''";
	if (value.p[0] == '"')
		return "inside of \"...\" a \" is written \\\"";
	return NULL;
}

static const char *
hint_of(struct str text, const struct yaml_problem *p)
{
	struct str at = line_at(text, p->at.line);
	bool in_value = p->at.column > key_column(at) + 1;
	const char *hint;

	if (strstr(p->text, "UTF-8") != NULL)
		return (unsigned char)text.p[0] >= 0xfe
		    ? "the file is UTF-16: save it as UTF-8"
		    : "the file is in another code page: save it as UTF-8";
	if (at.n > 0 && memchr(at.p, '\t', indent_of(at)) != NULL)
		return "a tab stands before the text: indent with blanks";
	if (strstr(p->text, "escape") != NULL)
		return "inside of \"...\" a backslash is written twice; "
		       "'...' takes regular expressions as they are";
	if (strstr(p->text, "cannot start any token") != NULL)
		return "a text that begins with %, @ or ` has to stand in "
		       "quotes: '...'";
	if (p->context != NULL && (strstr(p->context, "an alias") != NULL ||
				      strstr(p->context, "an anchor") != NULL))
		return "a text that begins with * or & has to stand in "
		       "quotes: '...'";
	if (strstr(p->text, "expected node content") != NULL)
		return "a ',' too many, a '[' or '{' that is not closed, or "
		       "a text that begins with a sign and lacks its quotes";
	if (strstr(p->text, "could not find expected ':'") != NULL)
		return "a line above is no 'key: value'";
	if (strstr(p->text, "mapping values are not allowed") != NULL)
		return str_find(str_first(at, p->at.column - 1),
			   STR(": ")) != SIZE_MAX
		    ? "a text with ': ' in it has to stand in quotes: '...'; "
		      "a map on its key's line in braces: {a: b}"
		    : hint_of_column(text, p->at.line);
	hint = in_value ? hint_of_value(at) : NULL;
	if (hint != NULL)
		return hint;
	return strstr(p->text, "expected key") != NULL ||
	        strstr(p->text, "expected '-'") != NULL
	    ? hint_of_column(text, p->at.line) : NULL;
}

/* What is open at the place of the mistake; NULL: nothing with an end. */
static const char *
open_sign(const char *context)
{
	if (strstr(context, "flow mapping") != NULL)
		return "{";
	if (strstr(context, "flow sequence") != NULL)
		return "[";
	return NULL;
}

void
yaml_hint(struct err *err, struct str text, const struct yaml_problem *p)
{
	const char *context = p->context == NULL ? "" : p->context;
	const char *hint, *sign = open_sign(context);

	if (p->text == NULL || text.n == 0)
		return;
	if (strstr(p->text, "unexpected end of stream") != NULL &&
	    strstr(context, "quoted scalar") != NULL) {
		err_hint(err, "the quote that opens in line %zu is never "
		    "closed", p->begun);
		return;
	}
	hint = hint_of(text, p);
	if (sign != NULL && strstr(p->text, "did not find expected ','") !=
	    NULL)
		err_hint(err, "the '%s' of line %zu is not closed, or a text "
		    "in it that has ',', ': ' or brackets lacks its quotes",
		    sign, p->begun);
	else if (hint != NULL)
		err_hint(err, "%s", hint);
	else if (p->context != NULL)
		err_hint(err, "%s, begun at line %zu", context, p->begun);
}
