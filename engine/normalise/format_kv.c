/*
 * key=value: values bare, in double or single quotes, with \ escapes in
 * quotes; pairs parted by blanks, or by comma, semicolon or bar. Which one is
 * seen at the end of the first value unless the pack says it. Words that are
 * no pair are passed over. In a bare value a separator that is no blank, and
 * the sign, may stand behind a backslash.
 * A pack for any product (`loose`) reads more: blanks around the sign, "=>",
 * pairs in brackets, words before the first key of a list (prose()).
 */
#include "engine/base/text.h"
#include "engine/normalise/dn_part.h"
#include "engine/normalise/kv_text.h"

/* Is it a blank or a comma and then the next key, or the end? */
static bool
ends_pair(struct str s, const struct decode *o)
{
	size_t i = 0;

	while (i < s.n && (s.p[i] == ' ' || s.p[i] == ','))
		i++;
	return s.n == 0 || (i > 0 && kv_key_length(str_skip(s, i), o, ' ') > 0);
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
		*out = kv_unescape(d->ev->scratch, *out);
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
	    kv_is_separator(s.p[at - next->key.n - 1], ' '))
		return at - next->key.n;
	while (key > 0 && at - key <= KV_KEY_MAX &&
	    kv_is_key_char(s.p[key - 1], assign))
		key--;
	return key == at || at - key > KV_KEY_MAX ||
		(key > 0 && !kv_is_separator(s.p[key - 1], ' ')) ? 0 : key;
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
		if (key == 0 || (dn_may_be_part(s, 0, key, at) &&
				    dn_is_part(s, 0, key, at)))
			continue;
		while (key > 0 && kv_is_separator(s.p[key - 1], ' '))
			key--;
		return key;
	}
}

/* Behind an odd number of backslashes, and no pair follows: a="C:\\" has one
 * too. */
static bool
is_escaped(struct str s, size_t at, const struct decode *o, char separator)
{
	size_t back = at;

	while (back > 0 && s.p[back - 1] == '\\')
		back--;
	if ((at - back) % 2 == 0)
		return false;
	s = str_skip(s, at + 1);
	return s.n > 0 && kv_key_length(s, o, separator) == 0;
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

		while (i < s.n && !kv_is_separator(s.p[i], separator))
			i++;
		if (separator != ' ' && i > 0 && i < s.n &&
		    s.p[i - 1] == '\\' && is_escaped(s, i, o, separator)) {
			i++;
			continue;
		}
		if (!o->spaces || i >= s.n)
			return i;
		end = i;
		while (i < s.n && kv_is_separator(s.p[i], separator))
			i++;
		if (i >= s.n || kv_key_length(str_skip(s, i), o, separator) > 0)
			return end;
	}
}

/* How the pairs of a text are written. */
struct style {
	char separator;
	bool spaced; /* "key = value", "key => value" */
	bool escapes; /* there is a backslash */
};

/* The key at s, which may have blanks before its sign; 0: there is none. */
static size_t
spaced_key_length(struct str s, const struct decode *o)
{
	size_t key = 0, i;

	while (key < s.n && kv_is_key_char(s.p[key], o->assign))
		key++;
	for (i = key; i < s.n && s.p[i] == ' '; i++)
		;
	return key > 0 && key <= KV_KEY_MAX && i < s.n && s.p[i] == o->assign
	    ? i : 0;
}

/* Of a text that does not begin with a pair, where the sign of the first one
 * stands; SIZE_MAX: there is none. */
static size_t
first_sign(struct str s, const struct decode *o)
{
	for (size_t at = 0;; at++) {
		size_t key;

		at += text_before(str_skip(s, at), o->assign, o->assign);
		if (at >= s.n)
			return SIZE_MAX;
		for (key = at; key > 0 && s.p[key - 1] == ' '; key--)
			;
		/* A colon belongs to the word before it, and to no clock. */
		if (key > 0 && kv_is_key_char(s.p[key - 1], o->assign) &&
		    (o->assign == '=' || key == at || at - key == 1))
			return at;
	}
}

/* What stands behind the first value; blanks when nothing else is told. */
static struct style
find_style(struct str s, const struct decode *o)
{
	struct style style = {.separator = ' '};
	size_t i = kv_key_length(s, o, ' ');
	bool arrow = false;

	if (i == 0) {
		i = o->loose ? first_sign(s, o) : SIZE_MAX;
		if (i == SIZE_MAX)
			return style;
	}
	style.spaced = o->loose && o->assign == '=' && (s.p[i - 1] == ' ' ||
	    (i + 1 < s.n && (s.p[i + 1] == ' ' || s.p[i + 1] == '>')));
	i++;
	if (style.spaced && i < s.n && s.p[i] == '>') {
		arrow = true;
		i++;
	}
	while (o->loose && i < s.n && s.p[i] == ' ')
		i++;
	if (i < s.n && (s.p[i] == '"' || s.p[i] == '\'')) {
		const char *end = memchr(s.p + i + 1, s.p[i], s.n - i - 1);

		i = end == NULL ? s.n : (size_t)(end - s.p) + 1;
	}
	while (i < s.n) {
		char c = s.p[i++];
		struct str rest;

		if (c != ' ' && c != '\t' && c != ',' && c != ';' && c != '|')
			continue;
		/* The blanks behind lead to the same place. */
		while (i < s.n && s.p[i] == ' ')
			i++;
		/* "a = x , b = y" */
		if (o->loose && (c == ' ' || c == '\t') && i < s.n &&
		    (s.p[i] == ',' || s.p[i] == ';' || s.p[i] == '|'))
			continue;
		rest = str_skip(s, i);
		if (kv_key_length(rest, o, ' ') == 0 && (!o->loose ||
		    (c == ' ' ? spaced_key_length(rest, o)
			: kv_key_length(rest, o, c)) == 0))
			continue;
		style.separator = c == '\t' ? ' ' : c;
		break;
	}
	/* "select x where a = 1 and b = 2" is a sentence. */
	if (style.separator == ' ' && o->loose && !arrow &&
	    spaced_key_length(s, o) == 0)
		style.spaced = false;
	return style;
}

static struct str
skip_between(struct str s, char separator)
{
	while (s.n > 0 && (kv_is_separator(s.p[0], separator) || s.p[0] == ' ' ||
			      s.p[0] == '\t' || s.p[0] == '\n' ||
			      s.p[0] == '\r'))
		s = str_skip(s, 1);
	return s;
}

static struct str
skip_word(struct str s, char separator)
{
	while (s.n > 0 && !kv_is_separator(s.p[0], separator))
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

/* Does a list of pairs open here, "(user=lea, ip=..."? One pair in round
 * brackets is a remark on the word before it: "opened by (uid=0)". */
static bool
opens_pair(struct str s, const struct decode *o)
{
	struct str inside = str_skip(s, 1);
	size_t n;

	if (s.p[0] != '(' && s.p[0] != '[' && s.p[0] != '{')
		return false;
	n = kv_key_length(inside, o, ' ');
	if (n == 0 || s.p[0] != '(')
		return n > 0;
	inside = str_skip(inside, n + 1);
	n = text_before(inside, '=', ')');
	return n < inside.n && inside.p[n] == '=';
}

/* A bracket at the end that was opened before the value, perhaps with the
 * sentence's full stop. */
static struct str
without_closing(struct str value)
{
	static const char pairs[] = "()[]{}";
	struct str v = value;
	const char *at;

	if (v.n > 1 && v.p[v.n - 1] == '.')
		v.n--;
	at = v.n == 0 ? NULL : memchr(pairs, v.p[v.n - 1], 6);
	if (at == NULL || (at - pairs) % 2 == 0 ||
	    str_find_char(v, at[-1]) != SIZE_MAX)
		return value;
	v.n--;
	return v;
}

/* The bare value at s where any product may have written it; *used: with the
 * bracket that is closed. */
static struct str
loose_value(struct str s, bool bracket, size_t *used)
{
	struct str value;
	size_t n;

	/* "[reason=bad password][user=lea]" */
	if (bracket) {
		n = text_before(s, ']', '=');
		if (n < s.n && s.p[n] == ']') {
			*used = n + 1;
			return str_trim(str_first(s, n));
		}
	}
	*used = text_before_blank(s);
	value = str_first(s, *used);
	if (value.n > 1 && (value.p[value.n - 1] == ',' ||
			       value.p[value.n - 1] == ';'))
		value.n--;
	return without_closing(value);
}

/* The bare value at s, to a blank; *used: with the comma behind it. */
static struct str
plain_value(struct str s, size_t *used)
{
	size_t n = *used = text_before_blank(s);

	if (n > 1 && (s.p[n - 1] == ',' || s.p[n - 1] == ';'))
		n--;
	return str_first(s, n);
}

/* "src ip=192.0.2.1": the key at `key` with the word before it, which was
 * passed over, when the pack knows them together. */
static struct str
with_word(const struct decoder *d, struct str word, struct str key)
{
	struct str both = str_make(word.p, (size_t)(key.p - word.p) + key.n);

	return word.n > 0 && word.p + word.n + 1 == key.p &&
	    decode_knows(d, both) ? both : key;
}

/*
 * Blanks part pairs, values have none unless in quotes: the form of firewalls,
 * thirty pairs a line. What format_kv() does, without its questions.
 */
static bool
pairs_by_blanks(struct decoder *d, struct str s, const struct decode *o,
    bool escapes)
{
	const char *p = s.p, *end = s.p + s.n;
	struct str word = STR_NONE; /* the last that was no pair */
	size_t pairs = 0;

	for (;;) {
		struct key_entry *e;
		struct str rest, key, value;
		bool more, bracket = false;
		size_t used;

		while (p < end && kv_is_separator(*p, ' '))
			p++;
		if (p == end)
			return pairs > 0;
		rest = str_make(p, (size_t)(end - p));
		e = expected_key(d, rest, '=');
		if (e == NULL && o->loose && opens_pair(rest, o)) {
			bracket = *p == '[';
			rest = str_skip(rest, 1);
			p++;
		}
		key = e != NULL ? e->key
				: str_first(rest, kv_key_length(rest, o, ' '));
		if (key.n == 0) {
			word = str_first(rest, text_before_blank(rest));
			p += word.n;
			continue;
		}
		p += key.n + 1;
		if (word.n > 0 && o->loose) {
			key = with_word(d, word, key);
			e = NULL;
			word = STR_NONE;
		}
		rest = str_make(p, (size_t)(end - p));
		/* Of "(user="lea")" the last bracket is passed over. */
		if (p == end || (*p != '"' && *p != '\'') ||
		    !quoted(d, rest, o, &value, &used)) {
			value = o->loose
			    ? loose_value(rest, bracket, &used)
			    : plain_value(rest, &used);
			if (escapes)
				value = kv_unescape_bare(d->ev->scratch, value,
				    '=', ' ');
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

/* What a sentence says before a key is none of it: "login failed for user=x,
 * ip=y". Of the words, the last ones that the pack knows as a key. */
static struct str
without_prose(const struct decoder *d, struct str key)
{
	struct str rest = key;

	for (size_t i = key.n; i > 0; i--) {
		bool opened = key.p[i - 1] == '(' &&
		    str_find_char(str_skip(key, i), ')') == SIZE_MAX;

		if (opened || (key.p[i - 1] == ' ' && i > 1 &&
				  key.p[i - 2] == ':')) {
			key = rest = str_skip(key, i);
			break;
		}
	}
	for (;;) {
		size_t blank = str_find_char(rest, ' ');

		if (decode_knows(d, rest))
			return rest;
		if (blank == SIZE_MAX)
			return key;
		rest = str_trim(str_skip(rest, blank + 1));
	}
}

/* Where the first key of a list begins in a text that begins otherwise. */
static struct str
skip_to_pair(struct str s, const struct decode *o)
{
	size_t at = first_sign(s, o), key = at;

	if (at == SIZE_MAX)
		return STR_NONE;
	while (key > 0 && at - key < KV_KEY_MAX &&
	    kv_is_wide_key_char(s.p[key - 1], o->assign))
		key--;
	return str_skip(s, key);
}

/* The sign and what stands around it. */
static struct str
skip_sign(struct str s, size_t at, const struct decode *o, struct style style)
{
	s = str_skip(s, at + 1);
	if (style.spaced && s.n > 0 && s.p[0] == '>')
		s = str_skip(s, 1);
	if (style.separator == ' ' && o->assign == '=' && !style.spaced)
		return s;
	while (s.n > 0 && s.p[0] == ' ')
		s = str_skip(s, 1);
	return s;
}

/* The bare value at s; *used: to what parts it from the next pair. */
static struct str
list_value(struct decoder *d, struct str s, const struct decode *o,
    struct style style, const struct key_entry *next, size_t *used)
{
	struct str value;

	*used = bare_length(s, o, style.separator, next);
	value = str_trim(str_first(s, *used));
	while (style.separator == ' ' && value.n > 1 &&
	    (value.p[value.n - 1] == ',' || value.p[value.n - 1] == ';'))
		value = str_trim(str_first(value, value.n - 1));
	if (o->loose)
		value = without_closing(value);
	return style.escapes ? kv_unescape_bare(d->ev->scratch, value, o->assign,
	    style.separator) : value;
}

bool
format_kv(struct decoder *d, struct str s, const struct decode *o)
{
	struct style style = {.separator = o->separator};
	char separator;
	size_t pairs = 0;

	if (str_find_char(s, '#') != SIZE_MAX)
		s = kv_control_ends(d->ev->scratch, s, o);
	if (style.separator == '\0')
		style = find_style(s, o);
	style.escapes = str_find_char(s, '\\') != SIZE_MAX;
	separator = style.separator;
	if (separator == ' ' && o->assign == '=' && !o->spaces &&
	    !style.spaced)
		return pairs_by_blanks(d, s, o, style.escapes);
	if (o->loose && separator != ' ' && kv_key_length(s, o, separator) == 0)
		s = skip_to_pair(s, o);
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
		n = e != NULL ? e->key.n : kv_key_length(s, o, separator);
		if (n == 0 && style.spaced && separator == ' ')
			n = spaced_key_length(s, o);
		if (n == 0) {
			s = skip_word(s, separator);
			continue;
		}
		key = str_trim(str_first(s, n));
		if (o->loose && pairs == 0 && separator != ' ')
			key = without_prose(d, key);
		s = skip_sign(s, n, o, style);
		if (s.n == 0 || (s.p[0] != '"' && s.p[0] != '\'') ||
		    !quoted(d, s, o, &value, &used)) {
			value = list_value(d, s, o, style,
			    e == NULL ? NULL : e->follow, &used);
		}
		s = str_skip(s, used);
		pairs++;
		more = e != NULL ? decode_put_known(d, e, value)
				 : decode_put(d, key, value, VALUE_TEXT);
		if (!more)
			return true;
		if (d->last != NULL && separator == ' ' && !style.spaced)
			d->last->is_word = true;
	}
}
