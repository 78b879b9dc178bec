#include "engine/normalise/kv_text.h"

#include "engine/base/text.h"

struct str
kv_unescape(struct arena *arena, struct str s)
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

struct str
kv_unescape_bare(struct arena *arena, struct str s, char assign, char separator)
{
	char *out = NULL;
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		char next = i + 1 < s.n && s.p[i] == '\\' ? s.p[i + 1] : '\0';

		if (next == assign || (next == separator && next != ' ')) {
			if (out == NULL) {
				out = arena_text(arena, s.n);
				memcpy(out, s.p, n);
			}
			i++;
		}
		if (out != NULL)
			out[n] = s.p[i];
		n++;
	}
	return out == NULL ? s : str_make(out, n);
}

/* The bytes at s that rsyslog wrote as "#011", "#012" and "#015", and the
 * blanks between. */
static size_t
control_length(struct str s)
{
	size_t i = 0;

	for (;;) {
		if (i + 4 <= s.n && same_bytes(s.p + i, "#01", 3) &&
		    (s.p[i + 3] == '1' || s.p[i + 3] == '2' ||
			s.p[i + 3] == '5'))
			i += 4;
		else if (i > 0 && i < s.n && s.p[i] == ' ')
			i++;
		else
			return i;
	}
}

struct str
kv_control_ends(struct arena *arena, struct str s, const struct decode *o)
{
	char *out;
	size_t n = 0;

	if (!text_has(s, STR("#01")))
		return s;
	out = arena_text(arena, s.n);
	while (s.n > 0) {
		size_t used = control_length(s);
		struct str rest = str_skip(s, used);
		bool ends = used > 0 && (rest.n == 0 ||
		    kv_key_length(str_first(rest, KV_KEY_MAX + 1), o, ' ') > 0);

		if (ends) {
			out[n++] = '\n';
		} else {
			used = used > 0 ? used : 1;
			memcpy(out + n, s.p, used);
			n += used;
		}
		s = str_skip(s, used);
	}
	return str_make(out, n);
}
