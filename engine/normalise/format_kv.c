/*
 * key=value: values bare, in double or single quotes, with \ escapes in
 * quotes; pairs parted by blanks, or by comma, semicolon or bar. Which one is
 * seen at the end of the first value unless the pack says it. Words that are
 * no pair are passed over.
 */
#include "engine/base/byte_set.h"
#include "engine/normalise/find.h"
#include "engine/normalise/work.h"

#define KEY_MAX 128 /* bytes */

/* Letters, digits, _ - . / @ : $ # and what is beyond ASCII. */
static const uint64_t key_chars[4] = {
    1ull << '#' | 1ull << '$' | 1ull << '-' | 1ull << '.' | 1ull << '/' |
	0x3ffull << '0' | 1ull << ':',
    1ull << ('@' - 64) | 0x3ffffffull << ('A' - 64) | 1ull << ('_' - 64) |
	0x3ffffffull << ('a' - 64),
    UINT64_MAX, UINT64_MAX,
};

static inline bool
is_key_char(char c, char assign)
{
	return c != assign && byte_set_has(key_chars, c);
}

/* Keys of "Key Name: value" lists may have blanks. */
static bool
is_wide_key_char(char c, char assign)
{
	return is_key_char(c, assign) || c == ' ' || c == '(' || c == ')';
}

static bool
is_separator(char c, char separator)
{
	return c == separator || (separator == ' ' &&
	    (c == '\t' || c == '\n' || c == '\r'));
}

static struct str
unescape(struct arena *arena, struct str s)
{
	char *out = arena_text(arena, s.n);
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\\' && i + 1 < s.n &&
		    (s.p[i + 1] == '"' || s.p[i + 1] == '\'' ||
			s.p[i + 1] == '\\'))
			i++;
		out[n++] = s.p[i];
	}
	return str_make(out, n);
}

/* Length of the key at s, 0 when none is followed by `assign`. */
static size_t
key_length(struct str s, const struct decode *o, char separator)
{
	size_t i = 0;

	if (separator == ' ') {
		while (i < s.n && is_key_char(s.p[i], o->assign))
			i++;
	} else {
		while (i < s.n && is_wide_key_char(s.p[i], o->assign))
			i++;
	}
	return i < s.n && s.p[i] == o->assign && i <= KEY_MAX ? i : 0;
}

/* Is it a blank or a comma and then the next key, or the end? */
static bool
ends_pair(struct str s, const struct decode *o)
{
	size_t i = 0;

	while (i < s.n && (s.p[i] == ' ' || s.p[i] == ','))
		i++;
	return s.n == 0 || (i > 0 && key_length(str_skip(s, i), o, ' ') > 0);
}

/*
 * A value in quotes at s; *used: bytes with the quotes. A quote that is never
 * closed is a character. Behind a backslash it is part of the value, unless no
 * such quote is open and the next pair follows: path="C:\" user="x".
 */
static bool
quoted(struct decoder *d, struct str s, const struct decode *o, struct str *out,
    size_t *used)
{
	char quote = s.p[0];
	size_t i = 1 + text_before(str_skip(s, 1), quote, '\\');
	bool escaped = false, open = false;

	if (i < s.n && s.p[i] == quote) {
		*out = str_make(s.p + 1, i - 1);
		*used = i + 1;
		return true;
	}
	for (i = 1;;) {
		const char *end = memchr(s.p + i, quote, s.n - i);
		size_t back;

		if (end == NULL)
			return false;
		i = (size_t)(end - s.p);
		for (back = i; back > 1 && s.p[back - 1] == '\\'; back--)
			;
		if ((i - back) % 2 == 0)
			break;
		if (!open && ends_pair(str_skip(s, i + 1), o))
			break;
		open = !open;
		i++;
	}
	*out = str_make(s.p + 1, i - 1);
	escaped = out->n > 0 && memchr(out->p, '\\', out->n) != NULL;
	if (escaped)
		*out = unescape(d->ev->scratch, *out);
	*used = i + 1;
	return true;
}

/* The key before the sign at `at`, behind a blank; 0: there is none. */
static size_t
key_before(struct str s, size_t at, char assign, const struct key_entry *next)
{
	size_t key = at;

	/* Nearly always the one that came here last time. */
	if (next != NULL && next->is_word && next->key.n < at &&
	    same_bytes(s.p + at - next->key.n, next->key.p, next->key.n) &&
	    is_separator(s.p[at - next->key.n - 1], ' '))
		return at - next->key.n;
	while (key > 0 && at - key <= KEY_MAX &&
	    is_key_char(s.p[key - 1], assign))
		key--;
	return key == at || at - key > KEY_MAX ||
		(key > 0 && !is_separator(s.p[key - 1], ' ')) ? 0 : key;
}

/* Where blanks part the pairs and values have some: to those before the next
 * "key=", which may be that of `next`. */
static size_t
length_to_pair(struct str s, char assign, const struct key_entry *next)
{
	for (size_t at = 0;; at++) {
		size_t key;

		at += text_before(str_skip(s, at), assign, assign);
		if (at >= s.n)
			return s.n;
		key = key_before(s, at, assign, next);
		if (key == 0)
			continue;
		while (key > 0 && is_separator(s.p[key - 1], ' '))
			key--;
		return key;
	}
}

/* A bare value: to the separator, or with `spaces` to the next pair. */
static size_t
bare_length(struct str s, const struct decode *o, char separator,
    const struct key_entry *next)
{
	size_t i = 0;

	if (o->spaces && separator == ' ')
		return length_to_pair(s, o->assign, next);
	for (;;) {
		size_t end;

		while (i < s.n && !is_separator(s.p[i], separator))
			i++;
		if (!o->spaces || i >= s.n)
			return i;
		end = i;
		while (i < s.n && is_separator(s.p[i], separator))
			i++;
		if (i >= s.n || key_length(str_skip(s, i), o, separator) > 0)
			return end;
	}
}

/* What stands behind the first value; blanks when nothing else is told. */
static char
find_separator(struct str s, const struct decode *o)
{
	size_t i = key_length(s, o, ' ');

	if (i == 0)
		return ' ';
	i++;
	if (i < s.n && (s.p[i] == '"' || s.p[i] == '\'')) {
		const char *end = memchr(s.p + i + 1, s.p[i], s.n - i - 1);

		i = end == NULL ? s.n : (size_t)(end - s.p) + 1;
	}
	while (i < s.n) {
		char c = s.p[i++];

		if (c != ' ' && c != '\t' && c != ',' && c != ';' && c != '|')
			continue;
		/* The blanks behind lead to the same place. */
		while (i < s.n && s.p[i] == ' ')
			i++;
		if (key_length(str_skip(s, i), o, ' ') > 0)
			return c == '\t' ? ' ' : c;
	}
	return ' ';
}

static struct str
skip_between(struct str s, char separator)
{
	while (s.n > 0 && (is_separator(s.p[0], separator) || s.p[0] == ' ' ||
			      s.p[0] == '\t' || s.p[0] == '\n' ||
			      s.p[0] == '\r'))
		s = str_skip(s, 1);
	return s;
}

static struct str
skip_word(struct str s, char separator)
{
	while (s.n > 0 && !is_separator(s.p[0], separator))
		s = str_skip(s, 1);
	return s;
}

/* The key that stood here last time, if it stands here again. */
static struct key_entry *
expected_key(const struct decoder *d, struct str s, char assign)
{
	struct key_entry *e = d->last == NULL ? NULL : d->last->follow;

	if (e == NULL || !e->is_word || e->pack != d->pack ||
	    s.n <= e->key.n || s.p[e->key.n] != assign ||
	    !same_bytes(s.p, e->key.p, e->key.n))
		return NULL;
	return e;
}

/*
 * Blanks part pairs, values have none unless in quotes: the form of firewalls,
 * thirty pairs a line. What format_kv() does, without its questions.
 */
static bool
pairs_by_blanks(struct decoder *d, struct str s, const struct decode *o)
{
	const char *p = s.p, *end = s.p + s.n;
	size_t pairs = 0;

	for (;;) {
		struct key_entry *e;
		struct str rest, key, value;
		size_t used;
		bool more;

		while (p < end && is_separator(*p, ' '))
			p++;
		if (p == end)
			return pairs > 0;
		rest = str_make(p, (size_t)(end - p));
		e = expected_key(d, rest, '=');
		key = e != NULL ? e->key
				: str_first(rest, key_length(rest, o, ' '));
		if (key.n == 0) {
			p += text_before_blank(rest);
			continue;
		}
		p += key.n + 1;
		rest = str_make(p, (size_t)(end - p));
		if (p == end || (*p != '"' && *p != '\'') ||
		    !quoted(d, rest, o, &value, &used)) {
			used = text_before_blank(rest);
			value = str_first(rest, used);
			if (used > 1 &&
			    (p[used - 1] == ',' || p[used - 1] == ';'))
				value.n--;
		}
		p += used;
		pairs++;
		more = e != NULL ? decode_put_known(d, e, value)
				 : decode_put(d, key, value, VALUE_TEXT);
		if (!more)
			return true;
		if (d->last != NULL)
			d->last->is_word = true;
	}
}

bool
format_kv(struct decoder *d, struct str s, const struct decode *o)
{
	char separator = o->separator;
	size_t pairs = 0;

	if (separator == '\0')
		separator = find_separator(s, o);
	if (separator == ' ' && o->assign == '=' && !o->spaces)
		return pairs_by_blanks(d, s, o);
	for (;;) {
		struct key_entry *e = NULL;
		struct str key, value;
		size_t n, used;
		bool more;

		s = skip_between(s, separator);
		if (s.n == 0)
			return pairs > 0;
		if (separator == ' ')
			e = expected_key(d, s, o->assign);
		n = e != NULL ? e->key.n : key_length(s, o, separator);
		if (n == 0) {
			s = skip_word(s, separator);
			continue;
		}
		key = str_trim(str_first(s, n));
		s = str_skip(s, n + 1);
		if (separator != ' ' || o->assign != '=') {
			while (s.n > 0 && s.p[0] == ' ')
				s = str_skip(s, 1);
		}
		if (s.n == 0 || (s.p[0] != '"' && s.p[0] != '\'') ||
		    !quoted(d, s, o, &value, &used)) {
			used = bare_length(s, o, separator,
			    e == NULL ? NULL : e->follow);
			value = str_trim(str_first(s, used));
			if (separator == ' ' && value.n > 1 &&
			    (value.p[value.n - 1] == ',' ||
				value.p[value.n - 1] == ';'))
				value.n--;
		}
		s = str_skip(s, used);
		pairs++;
		more = e != NULL ? decode_put_known(d, e, value)
				 : decode_put(d, key, value, VALUE_TEXT);
		if (!more)
			return true;
		if (d->last != NULL && separator == ' ')
			d->last->is_word = true;
	}
}
