/* Distinguished names (RFC 4514) in values that nobody escaped: "CN=alice B,
 * OU=IT, DC=example". Its parts look like the next pair. */
#ifndef VIGIE_NORMALISE_DN_PART_H
#define VIGIE_NORMALISE_DN_PART_H

#include "engine/base/str.h"

/* Is the word at `key`, before the sign at `sign`, such a part? The value in
 * which it stands begins at `from`. */
bool dn_is_part(struct str s, size_t from, size_t key, size_t sign);

/* Worth asking? Nearly never: `key` stands behind a blank. */
static inline bool
dn_may_be_part(struct str s, size_t from, size_t key, size_t sign)
{
	return sign - key <= 12 && key > from + 1 &&
	    (s.p[key - 2] == ',' ||
		(sign - key == 2 && char_is_upper(s.p[key])));
}

#endif
