#include "engine/normalise/dn_part.h"

#include "engine/base/text.h"

/* The names of RFC 4514 section 3 and what certificates have besides. */
static bool
is_attribute(struct str word)
{
	static const struct str names[] = {STR_INIT("cn"), STR_INIT("ou"),
	    STR_INIT("dc"), STR_INIT("o"), STR_INIT("c"), STR_INIT("l"),
	    STR_INIT("st"), STR_INIT("s"), STR_INIT("e"), STR_INIT("uid"),
	    STR_INIT("street"), STR_INIT("serialnumber"),
	    STR_INIT("emailaddress")};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (str_eq_nocase(word, names[i]))
			return true;
	}
	return false;
}

/* Does s end in the name of an attribute? */
static bool
ends_in_attribute(struct str s)
{
	size_t at = s.n;

	while (at > 0 && s.n - at <= 12 && char_is_alpha(s.p[at - 1]))
		at--;
	return is_attribute(str_skip(s, at));
}

/* "alice B, OU=IT": behind the first sign. */
static bool
next_is_part(struct str s)
{
	size_t comma = text_before(s, ',', '='), sign;

	if (comma >= s.n || s.p[comma] == '=')
		return false;
	s = str_skip(s, comma + 1);
	sign = str_find_char(str_first(s, 16), '=');
	return sign != SIZE_MAX && is_attribute(str_trim(str_first(s, sign)));
}

bool
dn_is_part(struct str s, size_t from, size_t key, size_t sign)
{
	struct str word = str_trim(str_make(s.p + key, sign - key));
	struct str before = str_make(s.p + from, key - from);
	size_t last;

	while (before.n > 0 && before.p[before.n - 1] == ' ')
		before.n--;
	if (!is_attribute(word) || before.n == 0)
		return false;
	/* Behind another one; the sign of the value's own key is not looked
	 * at. */
	if (before.p[before.n - 1] == ',') {
		last = str_find_last_char(before, '=');
		if (last != SIZE_MAX &&
		    ends_in_attribute(str_first(before, last)))
			return true;
	}
	return char_is_upper(word.p[0]) && next_is_part(str_skip(s, sign + 1));
}
