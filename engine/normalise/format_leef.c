/*
 * LEEF 1.0: "LEEF:1.0|vendor|product|version|event id|" and pairs parted by
 * tabs. LEEF 2.0 adds a field with the delimiter: a character, or its code as
 * "x09" or "0x09"; empty means tab.
 */
#include "engine/base/text.h"
#include "engine/normalise/control_text.h"
#include "engine/normalise/custom_field.h"

/* False: this is no delimiter, the extension has begun. */
static bool
read_delimiter(struct str s, char *out)
{
	int v = 0;

	if (s.n == 0)
		return true;
	if (s.n == 1) {
		*out = s.p[0];
		return true;
	}
	if (s.p[0] == '0')
		s = str_skip(s, 1);
	if (s.n < 2 || s.n > 5 || (s.p[0] != 'x' && s.p[0] != 'X'))
		return false;
	for (size_t i = 1; i < s.n; i++) {
		int digit = char_hex(s.p[i]);

		if (digit < 0)
			return false;
		v = v * 16 + digit;
	}
	*out = (char)v;
	return v > 0 && v < 128;
}

static size_t
pair_end(struct str s, char delimiter)
{
	size_t at = str_find_char(s, delimiter);

	return at == SIZE_MAX ? s.n : at;
}

/* "a=1^b=2": version 1 too has other delimiters in the wild. */
static bool
parted_by_carets(struct str s)
{
	size_t at = str_find_char(s, '^'), end;
	struct str key, value;

	/* One pair before it: else it stands in a value. */
	if (at == SIZE_MAX || !str_cut(str_first(s, at), '=', &key, &value) ||
	    str_find_char(value, '=') != SIZE_MAX)
		return false;
	s = str_skip(s, at + 1);
	end = text_before(s, '=', '^');
	return end > 0 && end < s.n && end < 64 && s.p[end] == '=' &&
	    str_find_char(str_first(s, end), ' ') == SIZE_MAX;
}

#define ISO_MAX 32 /* bytes */

/*
 * devTime in the words of devTimeFormat (Java's), year first: what stands
 * between the numbers is dropped, a name of a month or a zone means that the
 * time says by itself what it is.
 */
static struct str
time_as_said(struct arena *arena, struct str value, struct str said)
{
	/* Where the digits of each letter go: "yyyy-MM-dd HH:mm:ss.SSS". */
	static const char places[] = "yyyy-MM-dd HH:mm:ss.SSS";
	char iso[ISO_MAX] = "0000-00-00 00:00:00.000";
	size_t i = 0, digits = 0, n;

	for (size_t f = 0; f < said.n;) {
		const char *at = said.p[f] == '\0' ? NULL
		    : strchr(places, said.p[f]);

		for (n = 1; f + n < said.n && said.p[f + n] == said.p[f]; n++)
			;
		f += n;
		if (at == NULL || *at < 'A') { /* a sign, nearly always one */
			if (char_is_alpha(said.p[f - 1]) || i + n > value.n)
				return value;
			i += n;
			continue;
		}
		if (i + n > value.n || n > 4 || (n == 4) != (*at == 'y') ||
		    (*at != 'S' && *at != 'y' && n != 2))
			return value;
		for (size_t k = 0; k < n; k++) {
			if (!char_is_digit(value.p[i + k]))
				return value;
			iso[(size_t)(at - places) + k] = value.p[i + k];
		}
		i += n;
		digits += n;
	}
	/* All of it: what is left over may be a zone. */
	if (i != value.n || digits < 14)
		return value;
	return arena_dup(arena, str_make(iso, sizeof(places) - 1));
}

static void
put_time(struct decoder *d, struct str key, struct str value, struct str said)
{
	if (said.n > 0)
		value = time_as_said(d->ev->scratch, value, said);
	decode_put(d, key, value, VALUE_TEXT);
}

/* Pairs parted by `delimiter`. devTime waits for devTimeFormat. */
static void
read_pairs(struct decoder *d, struct str s, char delimiter)
{
	struct custom_fields x = {.n_values = 0};
	struct str time_key = STR_NONE, time = STR_NONE, said = STR_NONE;

	while (s.n > 0) {
		size_t end = pair_end(s, delimiter);
		struct str key, value;

		if (str_cut(str_first(s, end), '=', &key, &value)) {
			key = str_trim(key);
			value = str_trim(value);
			custom_field_note(&x, key, value);
			if (str_eq(key, STR("devTimeFormat")))
				said = value;
			if (str_eq(key, STR("devTime"))) {
				time_key = key;
				time = value;
			} else if (!decode_put(d, key, value, VALUE_TEXT)) {
				break;
			}
		}
		s = str_skip(s, end + 1);
	}
	put_time(d, time_key, time, said);
	custom_fields_put(&x, d);
}

bool
format_leef(struct decoder *d, struct str s)
{
	static const struct str names[] = {STR_INIT("leef.version"),
	    STR_INIT("leef.vendor"), STR_INIT("leef.product"),
	    STR_INIT("leef.product_version"), STR_INIT("leef.event_id")};
	static const struct decode blanks = {.assign = '=', .separator = ' ',
	    .spaces = true};
	char delimiter = '\t';
	struct str part, rest;
	bool two;

	if (!str_has_prefix(s, STR("LEEF:")))
		return false;
	s = str_skip(s, 5);
	two = s.n > 0 && s.p[0] == '2';
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (!str_cut(s, '|', &part, &s) && i + 1 < 5)
			return false;
		decode_put(d, names[i], str_trim(part), VALUE_TEXT);
	}
	if (two && str_cut(s, '|', &part, &rest) &&
	    read_delimiter(part, &delimiter))
		s = rest;
	/* Senders lose tabs on the way: blanks then, where a key follows. */
	if (delimiter == '\t' && str_find_char(s, '\t') == SIZE_MAX &&
	    (text_has(s, STR("#011")) || text_has(s, STR("<009>"))))
		s = control_text(d->ev->scratch, s, false);
	if (delimiter == '\t' && str_find_char(s, '\t') == SIZE_MAX) {
		if (!parted_by_carets(s))
			return s.n == 0 || format_kv(d, s, &blanks);
		delimiter = '^';
	}
	read_pairs(d, s, delimiter);
	return true;
}
