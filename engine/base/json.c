#include "engine/base/json.h"

#include "engine/base/utf8.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

static void
before_value(struct json *j)
{
	if (j->comma)
		buf_add_char(j->out, ',');
	j->comma = true;
}

void
json_open(struct json *j)
{
	before_value(j);
	buf_add_char(j->out, '{');
	j->comma = false;
}

void
json_close(struct json *j)
{
	buf_add_char(j->out, '}');
	j->comma = true;
}

void
json_open_list(struct json *j)
{
	before_value(j);
	buf_add_char(j->out, '[');
	j->comma = false;
}

void
json_close_list(struct json *j)
{
	buf_add_char(j->out, ']');
	j->comma = true;
}

static bool
is_plain(unsigned char c)
{
	return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

/* Bytes at the beginning of s that stand for themselves. */
static size_t
plain_length(struct str s)
{
	size_t i = 0;

#ifdef __SSE2__
	for (; i + 16 <= s.n; i += 16) {
		__m128i x, special;
		unsigned found;

		memcpy(&x, s.p + i, sizeof(x));
		/* As signed bytes, those from 0x80 on are below 0x20 too. */
		special = _mm_or_si128(
		    _mm_or_si128(_mm_cmplt_epi8(x, _mm_set1_epi8(0x20)),
			_mm_cmpeq_epi8(x, _mm_set1_epi8(0x7f))),
		    _mm_or_si128(_mm_cmpeq_epi8(x, _mm_set1_epi8('"')),
			_mm_cmpeq_epi8(x, _mm_set1_epi8('\\'))));
		found = (unsigned)_mm_movemask_epi8(special);
		if (found != 0)
			return i + (size_t)__builtin_ctz(found);
	}
#endif
	while (i < s.n && is_plain((unsigned char)s.p[i]))
		i++;
	return i;
}

static void
escape_ascii(struct buf *out, unsigned char c)
{
	switch (c) {
	case '"':
		buf_add(out, STR("\\\""));
		break;
	case '\\':
		buf_add(out, STR("\\\\"));
		break;
	case '\n':
		buf_add(out, STR("\\n"));
		break;
	case '\r':
		buf_add(out, STR("\\r"));
		break;
	case '\t':
		buf_add(out, STR("\\t"));
		break;
	default:
		buf_printf(out, "\\u%04x", c);
	}
}

void
json_escape(struct buf *out, struct str s)
{
	size_t i = 0;

	while (i < s.n) {
		unsigned char c = (unsigned char)s.p[i];
		uint32_t code;
		size_t n = plain_length(str_skip(s, i));

		if (n > 0) {
			buf_add(out, str_make(s.p + i, n));
			i += n;
			continue;
		}
		if (c < 0x80) {
			escape_ascii(out, c);
			i++;
			continue;
		}
		n = utf8_decode(str_skip(s, i), &code);
		if (n == 0) {
			buf_add(out, STR("\xef\xbf\xbd"));
			i++;
			continue;
		}
		if (utf8_is_unsafe(code))
			buf_printf(out, "\\u%04x", code);
		else
			buf_add(out, str_make(s.p + i, n));
		i += n;
	}
}

void
json_key(struct json *j, struct str key)
{
	json_str(j, key);
	buf_add_char(j->out, ':');
	j->comma = false;
}

void
json_str(struct json *j, struct str s)
{
	before_value(j);
	buf_add_char(j->out, '"');
	json_escape(j->out, s);
	buf_add_char(j->out, '"');
}

void
json_u64(struct json *j, uint64_t v)
{
	before_value(j);
	buf_add_u64(j->out, v);
}

void
json_i64(struct json *j, int64_t v)
{
	before_value(j);
	buf_add_i64(j->out, v);
}

void
json_bool(struct json *j, bool v)
{
	before_value(j);
	buf_add(j->out, v ? STR("true") : STR("false"));
}

void
json_nil(struct json *j)
{
	before_value(j);
	buf_add(j->out, STR("null"));
}

void
json_raw(struct json *j, struct str s)
{
	before_value(j);
	buf_add(j->out, s);
}

void
json_pair_str(struct json *j, const char *key, struct str s)
{
	json_key(j, str_from(key));
	json_str(j, s);
}

void
json_pair_u64(struct json *j, const char *key, uint64_t v)
{
	json_key(j, str_from(key));
	json_u64(j, v);
}

void
json_pair_i64(struct json *j, const char *key, int64_t v)
{
	json_key(j, str_from(key));
	json_i64(j, v);
}

void
json_pair_bool(struct json *j, const char *key, bool v)
{
	json_key(j, str_from(key));
	json_bool(j, v);
}

bool
json_is_number(struct str s)
{
	size_t i = 0, from;

	if (i < s.n && s.p[i] == '-')
		i++;
	from = i;
	while (i < s.n && char_is_digit(s.p[i]))
		i++;
	if (i == from || (s.p[from] == '0' && i > from + 1))
		return false;
	if (i < s.n && s.p[i] == '.') {
		from = ++i;
		while (i < s.n && char_is_digit(s.p[i]))
			i++;
		if (i == from)
			return false;
	}
	if (i < s.n && (s.p[i] == 'e' || s.p[i] == 'E')) {
		i++;
		if (i < s.n && (s.p[i] == '+' || s.p[i] == '-'))
			i++;
		from = i;
		while (i < s.n && char_is_digit(s.p[i]))
			i++;
		if (i == from)
			return false;
	}
	return i == s.n;
}
