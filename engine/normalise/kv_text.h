/* Keys, escapes and line ends of key=value texts (format_kv.c). */
#ifndef VIGIE_NORMALISE_KV_TEXT_H
#define VIGIE_NORMALISE_KV_TEXT_H

#include "engine/base/byte_set.h"
#include "engine/normalise/work.h"

#define KV_KEY_MAX 128 /* bytes */

/* Letters, digits, _ - . / @ : $ # and what is beyond ASCII. */
static const uint64_t kv_key_chars[4] = {
    1ull << '#' | 1ull << '$' | 1ull << '-' | 1ull << '.' | 1ull << '/' |
	0x3ffull << '0' | 1ull << ':',
    1ull << ('@' - 64) | 0x3ffffffull << ('A' - 64) | 1ull << ('_' - 64) |
	0x3ffffffull << ('a' - 64),
    UINT64_MAX,
    UINT64_MAX,
};

static inline bool
kv_is_key_char(char c, char assign)
{
	return c != assign && byte_set_has(kv_key_chars, c);
}

/* Keys of "Key Name: value" lists may have blanks. */
static inline bool
kv_is_wide_key_char(char c, char assign)
{
	return kv_is_key_char(c, assign) || c == ' ' || c == '(' || c == ')';
}

static inline bool
kv_is_separator(char c, char separator)
{
	return c == separator ||
	    (separator == ' ' && (c == '\t' || c == '\n' || c == '\r'));
}

/* Length of the key at s, 0 when none is followed by `assign`. */
static inline size_t
kv_key_length(struct str s, const struct decode *o, char separator)
{
	size_t i = 0;

	if (separator == ' ') {
		while (i < s.n && kv_is_key_char(s.p[i], o->assign))
			i++;
	} else {
		while (i < s.n && kv_is_wide_key_char(s.p[i], o->assign))
			i++;
	}
	return i < s.n && s.p[i] == o->assign && i <= KV_KEY_MAX ? i : 0;
}

/* \" \' and \\ of a value in quotes; a copy. */
struct str kv_unescape(struct arena *arena, struct str s);

/* "a\=b", and "a\;b" where semicolons part the pairs; other backslashes are
 * the value's own. A copy where there are such. */
struct str kv_unescape_bare(
    struct arena *arena, struct str s, char assign, char separator);

/* A line end where rsyslog wrote a control character as "#012" before a pair
 * or at the end; elsewhere it is the value's. A copy where there are such. */
struct str kv_control_ends(
    struct arena *arena, struct str s, const struct decode *o);

#endif
