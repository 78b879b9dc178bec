/*
 * CEF: "CEF:0|vendor|product|version|class|name|severity|extension".
 * In the header \| and \\ are escaped; in the extension \= \\ \n \r. A value
 * of the extension reaches to the next " key=", or " key =" where the first key
 * is written so; its quotation marks go where the first value has them.
 * Keys given on: cef.* of the header by the names below; of custom fields
 * (cs1 with cs1Label=X) also the label as key.
 */
#include "engine/base/byte_set.h"
#include "engine/base/text.h"
#include "engine/normalise/custom_field.h"
#include "engine/normalise/dn_part.h"

static struct str
unescape(struct arena *arena, struct str s)
{
	char *out;
	size_t n = 0;

	if (s.n == 0 || memchr(s.p, '\\', s.n) == NULL)
		return s;
	out = arena_text(arena, s.n);
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] != '\\' || i + 1 >= s.n) {
			out[n++] = s.p[i];
			continue;
		}
		switch (s.p[i + 1]) {
		case 'n':
			out[n++] = '\n';
			i++;
			break;
		case 'r':
			out[n++] = '\r';
			i++;
			break;
		case '\\':
		case '=':
		case '|':
			out[n++] = s.p[++i];
			break;
		default: /* C:\dir: somebody did not escape */
			out[n++] = s.p[i];
		}
	}
	return str_make(out, n);
}

/* Up to an unescaped bar, which is taken off. */
static bool
take_part(struct str *s, struct str *out)
{
	for (size_t i = 0; i < s->n; i++) {
		if (s->p[i] == '\\') {
			i++;
		} else if (s->p[i] == '|') {
			*out = str_first(*s, i);
			*s = str_skip(*s, i + 1);
			return true;
		}
	}
	return false;
}

/* Letters, digits and _ - . [ ] */
static const uint64_t key_chars[4] = {
    1ull << '-' | 1ull << '.' | 0x3ffull << '0',
    0x3ffffffull << ('A' - 64) | 1ull << ('[' - 64) | 1ull << (']' - 64) |
	1ull << ('_' - 64) | 0x3ffffffull << ('a' - 64),
};

/* The next "key=" behind a blank, from `from` on: where it begins, and where
 * its '=' stands. */
static bool
next_key(struct str s, size_t from, bool spaced, size_t *key, size_t *equals)
{
	for (size_t i = from;; i++) {
		size_t k, end;

		i += text_before(str_skip(s, i), '=', '=');
		if (i >= s.n)
			return false;
		if (s.p[i - 1] == '\\')
			continue;
		end = i;
		while (spaced && end > from && s.p[end - 1] == ' ')
			end--;
		k = end;
		while (k > from && byte_set_has(key_chars, s.p[k - 1]))
			k--;
		if (k < end && s.p[k - 1] == ' ' &&
		    !(dn_may_be_part(s, from, k, end) &&
			dn_is_part(s, from, k, i))) {
			*key = k;
			*equals = i;
			return true;
		}
	}
}

/* "x" of senders that put all values so, which CEF does not. */
static struct str
unquoted(struct str s)
{
	return s.n > 1 && s.p[0] == '"' && s.p[s.n - 1] == '"'
	    ? str_make(s.p + 1, s.n - 2) : s;
}

static void
read_extension(struct decoder *d, struct str s)
{
	struct custom_fields x = {.n_values = 0};
	bool escapes, spaced, quoted;
	size_t key = 0, equals;

	s = str_trim(s);
	escapes = str_find_char(s, '\\') != SIZE_MAX;
	equals = text_before(s, '=', '=');
	spaced = equals > 0 && equals < s.n && s.p[equals - 1] == ' ';
	quoted = equals + 1 < s.n && s.p[equals + 1] == '"';
	while (equals < s.n) {
		struct str name = str_trim(str_make(s.p + key, equals - key));
		size_t from = equals + 1;
		struct str value;

		if (!next_key(s, from, spaced, &key, &equals))
			key = equals = s.n;
		value = str_trim(str_make(s.p + from, key - from));
		if (quoted)
			value = unquoted(value);
		if (escapes)
			value = unescape(d->ev->scratch, value);
		custom_field_note(&x, name, value);
		if (!decode_put(d, name, value, VALUE_TEXT))
			return;
	}
	custom_fields_put(&x, d);
}

bool
format_cef(struct decoder *d, struct str s)
{
	static const struct str names[] = {STR_INIT("cef.version"),
	    STR_INIT("cef.device.vendor"), STR_INIT("cef.device.product"),
	    STR_INIT("cef.device.version"),
	    STR_INIT("cef.device.event_class_id"), STR_INIT("cef.name")};
	struct str part, last;

	if (!str_has_prefix(s, STR("CEF:")))
		return false;
	s = str_skip(s, 4);
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (!take_part(&s, &part))
			return false;
		decode_put(d, names[i],
		    unescape(d->ev->scratch, str_trim(part)), VALUE_TEXT);
	}
	if (!take_part(&s, &last)) {
		last = s;
		s = STR_NONE;
	}
	decode_put(d, STR("cef.severity"), str_trim(last), VALUE_TEXT);
	read_extension(d, s);
	return true;
}
