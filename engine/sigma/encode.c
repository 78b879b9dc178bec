#include "engine/sigma/encode.h"

#include "engine/base/base64.h"
#include "engine/base/utf8.h"

struct str
base64_at_offset(struct arena *arena, struct str bytes, size_t offset)
{
	/* 8 or 16 bits before us reach into 2 or 3 digits; at the end the last
	 * digit with bits of ours and the padding go when bits are open. */
	static const size_t head[] = {0, 2, 3}, tail[] = {0, 3, 2};
	char *text = arena_text(arena, offset + bytes.n + 1);
	struct str all;
	size_t cut;

	memset(text, ' ', offset);
	if (bytes.n > 0)
		memcpy(text + offset, bytes.p, bytes.n);
	all = base64_encode(arena, str_make(text, offset + bytes.n));
	cut = tail[(bytes.n + offset) % 3];
	if (all.n < head[offset] + cut)
		return STR("");
	return str_make(all.p + head[offset], all.n - head[offset] - cut);
}

static size_t
put_unit(char *out, uint32_t unit, enum utf16 form)
{
	char low = (char)(unit & 0xff), high = (char)(unit >> 8);

	out[0] = form == UTF16_BE ? high : low;
	out[1] = form == UTF16_BE ? low : high;
	return 2;
}

static bool
to_utf16(struct arena *arena, struct str text, enum utf16 form, struct str *out)
{
	char *p = arena_text(arena, 2 * text.n + 1);
	size_t n = 0;
	uint32_t code;

	for (size_t i = 0, used; i < text.n; i += used) {
		used = utf8_decode(str_skip(text, i), &code);
		if (used == 0)
			return false;
		if (code >= 0x10000) {
			n += put_unit(p + n, 0xd7c0 + (code >> 10), form);
			code = 0xdc00 + (code & 0x3ff);
		}
		n += put_unit(p + n, code, form);
	}
	*out = str_make(p, n);
	return true;
}

bool
wild_to_utf16(struct arena *arena, const struct pattern *p, enum utf16 form,
    struct pattern *out)
{
	struct pattern bom = wild_literal(arena, STR("\xff\xfe"));
	struct pattern wide = *p;

	wide.pieces = ARENA_ARRAY(arena, p->n, struct pattern_piece);
	for (size_t i = 0; i < p->n; i++) {
		wide.pieces[i].kind = p->pieces[i].kind;
		if (p->pieces[i].kind == PIECE_TEXT &&
		    !to_utf16(
		        arena, p->pieces[i].text, form, &wide.pieces[i].text))
			return false;
	}
	bom.cased = p->cased;
	*out = form == UTF16_BOM ? wild_join(arena, &bom, &wide) : wide;
	return true;
}

/* Letters, digits, underscore; beyond ASCII all but blanks, signs and
 * punctuation (U+0080-00BF, U+2000-206F). */
static bool
is_word(uint32_t code)
{
	if (code < 0x80)
		return char_is_alnum((char)code) || code == '_';
	return code >= 0xc0 && (code < 0x2000 || code > 0x206f);
}

static bool
word_before(struct str text, size_t at)
{
	uint32_t code = 0;
	size_t i = at;

	while (i > 0) {
		i--;
		if (((unsigned char)text.p[i] & 0xc0) == 0x80 && at - i < 4)
			continue;
		return utf8_decode(str_skip(text, i), &code) > 0 &&
		       is_word(code);
	}
	return false;
}

static bool
is_dash(struct str text, size_t at)
{
	uint32_t code;

	return (text.p[at] == '-' || text.p[at] == '/') &&
	       !word_before(text, at) &&
	       utf8_decode(str_skip(text, at + 1), &code) > 0 && is_word(code);
}

static bool
windash_text(struct arena *arena, struct str text, struct wild_set *out)
{
	static const struct str dashes[] = {STR_INIT("-"), STR_INIT("/"),
	    STR_INIT("\u2013"), STR_INIT("\u2014"), STR_INIT("\u2015")};
	struct pattern ways[5], plain;
	size_t from = 0;

	for (size_t i = 0; i < 5; i++)
		ways[i] = wild_literal(arena, dashes[i]);
	for (size_t i = 0; i < text.n; i++) {
		if (!is_dash(text, i))
			continue;
		plain = wild_literal(arena, str_make(text.p + from, i - from));
		if (!wild_set_add(out, arena, &plain, 1) ||
		    !wild_set_add(out, arena, ways, 5))
			return false;
		from = i + 1;
	}
	plain = wild_literal(arena, str_skip(text, from));
	return wild_set_add(out, arena, &plain, 1);
}

bool
wild_windash(struct arena *arena, const struct pattern *p, struct wild_set *out)
{
	wild_set_init(out, arena);
	out->items[0].cased = p->cased;
	for (size_t i = 0; i < p->n; i++) {
		struct pattern one = {.pieces = &p->pieces[i], .n = 1};
		bool ok;

		if (p->pieces[i].kind == PIECE_TEXT)
			ok = windash_text(arena, p->pieces[i].text, out);
		else
			ok = wild_set_add(out, arena, &one, 1);
		if (!ok)
			return false;
	}
	return true;
}
