#include "engine/patient/json_cut.h"

#include "engine/base/utf8.h"

#define NEST_MAX  64
#define TEXT_KEPT 64 /* bytes; of less the rest may tell another name */

struct cut {
	char closers[NEST_MAX]; /* of what is open, the outermost first */
	size_t depth;
	size_t good, good_depth; /* behind the last value that is whole */
	bool key;		 /* the next text is one */
};

static bool
opens(struct cut *c, char bracket, size_t behind)
{
	if (c->depth == NEST_MAX)
		return false;
	c->closers[c->depth++] = bracket == '{' ? '}' : ']';
	c->key = bracket == '{';
	c->good = behind;
	c->good_depth = c->depth;
	return true;
}

static bool
closes(struct cut *c, char bracket, size_t behind)
{
	if (c->depth == 0 || c->closers[c->depth - 1] != bracket)
		return false;
	c->depth--;
	c->key = false;
	c->good = behind;
	c->good_depth = c->depth;
	return true;
}

/* The end of the text whose quotation mark is at i, or s.n. */
static size_t
text_end(struct str s, size_t i)
{
	for (i++; i < s.n && s.p[i] != '"'; i++) {
		if (s.p[i] == '\\')
			i++;
	}
	return i < s.n ? i : s.n;
}

/* Without the beginning of an escape at the end: \, \u00. */
static size_t
whole_escapes(struct str s, size_t from)
{
	for (size_t i = from + 1; i < s.n; i++) {
		size_t n;

		if (s.p[i] != '\\')
			continue;
		n = i + 1 < s.n && s.p[i + 1] == 'u' ? 6 : 2;
		if (i + n > s.n)
			return i;
		i += n - 1;
	}
	return s.n;
}

static struct str
finished(struct arena *arena, const struct cut *c, struct str s, bool quote)
{
	char *p = arena_text(arena, s.n + 1 + c->good_depth);
	size_t n = s.n;

	memcpy(p, s.p, s.n);
	if (quote)
		p[n++] = '"';
	for (size_t i = c->good_depth; i > 0; i--)
		p[n++] = c->closers[i - 1];
	return str_make(p, n);
}

struct str
json_complete(struct arena *arena, struct str s)
{
	struct cut c = {.depth = 0};
	size_t end;

	for (size_t i = 0; i < s.n; i++) {
		switch (s.p[i]) {
		case '{':
		case '[':
			if (!opens(&c, s.p[i], i + 1))
				return STR_NONE;
			break;
		case '}':
		case ']':
			if (!closes(&c, s.p[i], i + 1))
				return STR_NONE;
			if (c.depth == 0)
				return s;
			break;
		case ':':
			c.key = false;
			break;
		case ',':
			if (c.depth == 0)
				return STR_NONE;
			c.good = i;
			c.good_depth = c.depth;
			c.key = c.closers[c.depth - 1] == '}';
			break;
		case '"':
			end = text_end(s, i);
			if (end == s.n && !c.key && end - i > TEXT_KEPT) {
				c.good_depth = c.depth;
				return finished(arena, &c,
				    str_first(s, whole_escapes(s, i)), true);
			}
			if (end < s.n && !c.key) {
				c.good = end + 1;
				c.good_depth = c.depth;
			}
			i = end;
			break;
		default:
			break;
		}
	}
	return finished(arena, &c, str_first(s, c.good), false);
}

struct str
json_whole(struct arena *arena, struct str s, bool *cut)
{
	struct str whole;

	*cut = false;
	if (s.n == 0 || s.p[0] != '{' || s.p[s.n - 1] == '}')
		return s;
	whole = json_complete(arena, s);
	*cut = whole.n > 0 && whole.p != s.p;
	return *cut ? whole : s;
}

int
json_code_at(struct str s, size_t i)
{
	int v = 0;

	if (i + 6 > s.n || s.p[i] != '\\' || s.p[i + 1] != 'u')
		return -1;
	for (size_t k = 2; k < 6; k++) {
		int digit = char_hex(s.p[i + k]);

		if (digit < 0)
			return -1;
		v = v << 4 | digit;
	}
	return v;
}

/* As UTF-8, which is never longer; 0: it stays as it is. */
static size_t
put_letter(int c, char *out)
{
	if (c < 0x20 || c == '"' || c == '\\' || (c >= 0xd800 && c <= 0xdfff))
		return 0;
	return utf8_encode((uint32_t)c, out);
}

struct str
json_letters(struct arena *arena, struct str s)
{
	size_t n = 0, i = 0;
	char *out;

	if (s.n == 0 || memchr(s.p, '{', s.n) == NULL ||
	    memchr(s.p, '\\', s.n) == NULL)
		return s;
	out = arena_text(arena, s.n);
	while (i < s.n) {
		size_t letter = put_letter(json_code_at(s, i), out + n);

		if (letter > 0) {
			n += letter;
			i += 6;
		} else if (s.p[i] == '\\' && i + 1 < s.n &&
		    s.p[i + 1] == '/') {
			out[n++] = '/';
			i += 2;
		} else if (s.p[i] == '\\' && i + 1 < s.n) {
			out[n++] = s.p[i++];
			out[n++] = s.p[i++];
		} else {
			out[n++] = s.p[i++];
		}
	}
	return str_make(out, n);
}
