#include "engine/sigma/loader.h"

/* The text from line `line` (1-based) on, or nothing. */
static struct str
from_line(struct str text, uint32_t line)
{
	for (; line > 1; line--) {
		size_t end = str_find_char(text, '\n');

		if (end == SIZE_MAX)
			return STR("");
		text = str_skip(text, end + 1);
	}
	return text;
}

/* Columns count characters, as libyaml's do. */
static struct str
skip_characters(struct str text, uint32_t n)
{
	while (n > 0 && text.n > 0) {
		text = str_skip(text, 1);
		while (text.n > 0 && ((unsigned char)text.p[0] & 0xc0) == 0x80)
			text = str_skip(text, 1);
		n--;
	}
	return text;
}

struct place
place_inside(const struct loader *l, const struct yaml *scalar, size_t offset)
{
	struct place at = scalar->at;
	struct str raw, head = str_first(scalar->text, offset);

	if (l->file >= l->n_files || at.line == 0 ||
	    l->err->n > PLACE_MAX_ERRORS)
		return at;
	raw = from_line(l->files[l->file].text, at.line);
	raw = skip_characters(raw, at.column - 1);
	if (raw.n > 0 && !scalar->plain) {
		if (raw.p[0] != '\'' && raw.p[0] != '"')
			return at;
		raw = str_skip(raw, 1);
		at.column++;
	}
	if (!str_has_prefix(raw, head) || str_find_char(head, '\n') != SIZE_MAX)
		return scalar->at;
	for (size_t i = 0; i < head.n; i++)
		at.column += ((unsigned char)head.p[i] & 0xc0) != 0x80;
	return at;
}
