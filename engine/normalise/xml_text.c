#include "engine/normalise/xml_text.h"

#include "engine/base/text.h"
#include "engine/base/utf8.h"

static size_t
entity(struct str s, char *out, size_t *n)
{
	static const struct {
		struct str name;
		char c;
	} names[] = {{STR_INIT("&lt;"), '<'}, {STR_INIT("&gt;"), '>'},
	    {STR_INIT("&amp;"), '&'}, {STR_INIT("&quot;"), '"'},
	    {STR_INIT("&apos;"), '\''}};
	size_t end = str_find_char(str_first(s, 12), ';');
	uint64_t code;
	struct str number;

	if (end == SIZE_MAX)
		return 0;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (!str_has_prefix(s, names[i].name))
			continue;
		out[0] = names[i].c;
		*n = 1;
		return names[i].name.n;
	}
	if (end < 3 || s.p[1] != '#')
		return 0;
	number = str_make(s.p + 2, end - 2);
	if (number.p[0] == 'x' || number.p[0] == 'X') {
		char text[16] = "0x";

		if (number.n > 8)
			return 0;
		memcpy(text + 2, number.p + 1, number.n - 1);
		if (!str_to_u64_any(str_make(text, number.n + 1), &code))
			return 0;
	} else if (!str_to_u64(number, &code)) {
		return 0;
	}
	if (code == 0 || code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
		return 0;
	*n = utf8_encode((uint32_t)code, out);
	return end + 1;
}

struct str
xml_text(struct arena *arena, struct str s)
{
	char *out;
	size_t n = 0;

	if (s.n == 0 || memchr(s.p, '&', s.n) == NULL)
		return s;
	out = arena_text(arena, s.n);
	while (s.n > 0) {
		size_t len = 0, used = s.p[0] == '&' ? entity(s, out + n, &len)
						      : 0;

		if (used == 0) {
			out[n] = s.p[0];
			len = used = 1;
		}
		n += len;
		s = str_skip(s, used);
	}
	return str_make(out, n);
}

static bool
is_plain(char c)
{
	return (unsigned char)c >= ' ' && c != '&' && c != '<' && c != '"';
}

void
xml_escape(struct str s, struct buf *out)
{
	for (size_t i = 0, from; i < s.n; i++) {
		for (from = i; i < s.n && is_plain(s.p[i]);)
			i++;
		buf_add(out, str_make(s.p + from, i - from));
		if (i == s.n)
			return;
		buf_add(out, s.p[i] == '&' ? STR("&amp;")
			: s.p[i] == '<' ? STR("&lt;")
			: s.p[i] == '"' ? STR("&quot;") : STR(" "));
	}
}

/* To its '>': one in quotes does not end it. */
static size_t
tag_length(struct str s)
{
	bool element = s.n > 1 && (char_is_alpha(s.p[1]) || s.p[1] == '_');
	char quote = '\0';
	size_t i = 0;

	for (; i < s.n; i++) {
		char c = s.p[i];

		if (quote != '\0')
			quote = c == quote ? '\0' : quote;
		else if (element && (c == '"' || c == '\''))
			quote = c;
		else if (c == '>')
			break;
	}
	return i;
}

size_t
xml_before_long_tag(struct str s, size_t most)
{
	size_t at = 0;

	while (s.n - at > most) {
		size_t tag = text_before(str_skip(s, at), '<', '<'), n;

		at += tag;
		n = tag_length(str_skip(s, at));
		if (n > most)
			return at;
		at += n;
	}
	return s.n;
}
