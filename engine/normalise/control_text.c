#include "engine/normalise/control_text.h"

#include "engine/base/text.h"

/* "#011", "<009>" (Kiwi's tab), and with `slashes` "\\t": the byte that was
 * meant and the length of the escape, or 0. */
static size_t
read_escape(struct str s, bool slashes, char *is)
{
	static const char digits[] = "125", letters[] = "tnr", bytes[] = "\t\n\r";
	bool number = has_prefix(s, STR("#01")) && s.n > 3;
	const char *hit;

	if (has_prefix(s, STR("<009>"))) {
		*is = '\t';
		return 5;
	}
	if (!number && !(slashes && s.n > 1 && s.p[0] == '\\'))
		return 0;
	hit = number ? memchr(digits, s.p[3], 3) : memchr(letters, s.p[1], 3);
	if (hit == NULL)
		return 0;
	*is = bytes[hit - (number ? digits : letters)];
	return number ? 4 : 2;
}

struct str
control_text(struct arena *arena, struct str s, bool slashes)
{
	char *out;
	size_t n = 0;

	if (!slashes && !text_has(s, STR("#01")) && !text_has(s, STR("<009>")))
		return s;
	out = arena_text(arena, s.n);
	while (s.n > 0) {
		size_t used = read_escape(s, slashes, &out[n]);

		if (used == 0) {
			out[n] = s.p[0];
			used = 1;
		}
		n++;
		s = str_skip(s, used);
	}
	return str_make(out, n);
}
