/*
 * The on-demand parser: it walks the text once and makes no tree. Values are
 * taken as they stand in the text; only text with escapes is copied.
 */
#include "engine/normalise/format_json.h"

/* A result that nobody asked for its error is a mistake of ours: without
 * exceptions the compiler finds it. */
#define SIMDJSON_EXCEPTIONS 0
#include <simdjson.h>

#include <cstring>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace od = simdjson::ondemand;

struct json_reader {
	od::parser parser;
	bool had_codes;
};

namespace
{

constexpr size_t PATH_MAX_BYTES = 512;

struct walk {
	json_put_fn *put;
	json_nest_fn *nest;
	json_room_fn *room;
	void *arg;
	int depth_max;
	bool stopped;
	bool too_deep;
	bool has_escapes;
	mutable bool had_codes; /* "\u0031" */
	char path[PATH_MAX_BYTES];
};

unsigned
hex4(const char *p)
{
	unsigned v = 0;

	for (int i = 0; i < 4; i++) {
		char c = p[i];
		unsigned d = c >= '0' && c <= '9' ? unsigned(c - '0')
		    : c >= 'a' && c <= 'f' ? unsigned(c - 'a') + 10
		    : c >= 'A' && c <= 'F' ? unsigned(c - 'A') + 10
					   : 16;

		if (d > 15)
			return 0x10000;
		v = v * 16 + d;
	}
	return v;
}

size_t
encode(unsigned c, char *out)
{
	if (c < 0x80) {
		out[0] = char(c);
		return 1;
	}
	if (c < 0x800) {
		out[0] = char(0xc0 | c >> 6);
		out[1] = char(0x80 | (c & 63));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = char(0xe0 | c >> 12);
		out[1] = char(0x80 | (c >> 6 & 63));
		out[2] = char(0x80 | (c & 63));
		return 3;
	}
	out[0] = char(0xf0 | c >> 18);
	out[1] = char(0x80 | (c >> 12 & 63));
	out[2] = char(0x80 | (c >> 6 & 63));
	out[3] = char(0x80 | (c & 63));
	return 4;
}

/* "\u1234" at p (6 bytes at least): bytes used; the character to out. */
size_t
unescape_unicode(const char *p, size_t n, char *out, size_t *len)
{
	unsigned c = n >= 6 ? hex4(p + 2) : 0x10000;
	size_t used = 6;

	if (c > 0xffff) { /* not four digits: as it stands */
		out[0] = '\\';
		*len = 1;
		return 1;
	}
	if (c >= 0xd800 && c < 0xdc00 && n >= 12 && p[6] == '\\' &&
	    p[7] == 'u') {
		unsigned low = hex4(p + 8);

		if (low >= 0xdc00 && low < 0xe000) {
			c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
			used = 12;
		}
	}
	if (c >= 0xd800 && c < 0xe000)
		c = 0xfffd;
	*len = encode(c, out);
	return used;
}

/* What stands for "\\x" in one byte; 0: "\\u". */
char
unescape_short(char c)
{
	switch (c) {
	case 'n': return '\n';
	case 'r': return '\r';
	case 't': return '\t';
	case 'b': return '\b';
	case 'f': return '\f';
	case 'u': return '\0';
	default: return c;
	}
}

/* Bytes before the first backslash of the n at p, copied to out, which has
 * room for n. */
size_t
copy_plain(const char *p, size_t n, char *out)
{
	size_t i = 0;

#ifdef __SSE2__
	const __m128i mark = _mm_set1_epi8('\\');

	for (; i + 16 <= n; i += 16) {
		__m128i x = _mm_loadu_si128(
		    reinterpret_cast<const __m128i *>(p + i));
		int found = _mm_movemask_epi8(_mm_cmpeq_epi8(x, mark));

		_mm_storeu_si128(reinterpret_cast<__m128i *>(out + i), x);
		if (found != 0)
			return i + size_t(__builtin_ctz(unsigned(found)));
	}
#endif
	for (; i < n && p[i] != '\\'; i++)
		out[i] = p[i];
	return i;
}

/* RFC 8259 section 7; the result is never longer. */
std::string_view
unescape(const walk &w, std::string_view s)
{
	char *out = w.room(w.arg, s.size());
	size_t n = 0;

	for (size_t i = 0;;) {
		size_t plain = copy_plain(s.data() + i, s.size() - i, out + n);
		size_t len = 1, used = 2;

		i += plain;
		n += plain;
		if (i + 1 >= s.size()) {
			if (i < s.size())
				out[n++] = '\\';
			return {out, n};
		}
		out[n] = unescape_short(s[i + 1]);
		if (out[n] == '\0') {
			w.had_codes = true;
			used = unescape_unicode(s.data() + i, s.size() - i,
			    out + n, &len);
		}
		n += len;
		i += used;
	}
}

std::string_view
text_of(const walk &w, std::string_view raw)
{
	if (!w.has_escapes || raw.empty() ||
	    std::memchr(raw.data(), '\\', raw.size()) == nullptr)
		return raw;
	return unescape(w, raw);
}

/* Bytes before the closing quote of a text; JSON_PADDING can be read behind
 * the document, which has such a quote. */
size_t
quoted_length(const char *p)
{
	size_t n = 0;

#ifdef __SSE2__
	const __m128i quote = _mm_set1_epi8('"'), mark = _mm_set1_epi8('\\');

	for (;;) {
		__m128i x = _mm_loadu_si128(
		    reinterpret_cast<const __m128i *>(p + n));
		int found = _mm_movemask_epi8(_mm_or_si128(
		    _mm_cmpeq_epi8(x, quote), _mm_cmpeq_epi8(x, mark)));

		if (found == 0) {
			n += 16;
			continue;
		}
		n += size_t(__builtin_ctz(unsigned(found)));
		if (p[n] == '"')
			return n;
		n += 2;
	}
#else
	while (p[n] != '"')
		n += p[n] == '\\' ? 2 : 1;
	return n;
#endif
}

/* The key's text: from behind its quote to the closing one. */
std::string_view
key_of(const walk &w, const char *p)
{
	return text_of(w, {p, quoted_length(p)});
}

bool read_value(walk &w, od::value v, std::string_view key, int depth,
    bool nested, bool objects, bool scalars, bool *deferred);

void
put(walk &w, std::string_view key, std::string_view value, json_kind kind,
    bool nested)
{
	if (!w.put(w.arg, key.data(), key.size(), value.data(), value.size(),
		kind, nested))
		w.stopped = true;
}

/* key of a member of the object at `prefix` (in w.path). */
std::string_view
join(walk &w, std::string_view prefix, std::string_view key)
{
	if (prefix.empty())
		return key;
	if (prefix.size() + 1 + key.size() > PATH_MAX_BYTES)
		return {};
	if (prefix.data() != w.path)
		std::memmove(w.path, prefix.data(), prefix.size());
	w.path[prefix.size()] = '.';
	std::memcpy(w.path + prefix.size() + 1, key.data(), key.size());
	return {w.path, prefix.size() + 1 + key.size()};
}

bool
read_object(walk &w, od::object object, std::string_view prefix, int depth)
{
	for (auto &&result : object) {
		od::field f;
		bool ignored = false;
		std::string_view key;

		if (std::move(result).get(f) != simdjson::SUCCESS)
			return false;
		key = join(w, prefix, key_of(w, f.key().raw()));
		if (!key.empty() &&
		    !read_value(w, f.value(), key, depth, true, true, true,
			&ignored))
			return false;
		if (w.stopped)
			return true;
		/* The path was written over by what is below. */
		if (!prefix.empty())
			prefix = {w.path, prefix.size()};
	}
	return true;
}

bool
read_array(walk &w, od::array array, std::string_view key, int depth,
    bool nested, bool objects, bool scalars, bool *deferred)
{
	for (auto &&result : array) {
		od::value v;

		if (std::move(result).get(v) != simdjson::SUCCESS ||
		    !read_value(w, v, key, depth, nested, objects, scalars,
			deferred))
			return false;
		if (w.stopped)
			return true;
	}
	return true;
}

std::string_view
trimmed(std::string_view s)
{
	while (!s.empty() && static_cast<unsigned char>(s.back()) <= ' ')
		s.remove_suffix(1);
	return s;
}

bool
read_scalar(walk &w, od::value v, od::json_type type, std::string_view key,
    bool nested)
{
	std::string_view raw;

	raw = trimmed(v.raw_json_token());
	switch (type) {
	case od::json_type::string:
		if (raw.size() < 2)
			return false;
		put(w, key, text_of(w, raw.substr(1, raw.size() - 2)),
		    JSON_TEXT, nested);
		break;
	case od::json_type::number:
		put(w, key, raw, JSON_NUMBER, nested);
		break;
	case od::json_type::boolean: {
		bool flag;

		if (v.get_bool().get(flag) != simdjson::SUCCESS)
			return false;
		put(w, key, flag ? "true" : "false", JSON_BOOL, nested);
		break;
	}
	default: {
		bool null = false;

		if (v.is_null().get(null) != simdjson::SUCCESS || !null)
			return false;
		put(w, key, {}, JSON_NULL, nested);
	}
	}
	return true;
}

bool
read_value(walk &w, od::value v, std::string_view key, int depth, bool nested,
    bool objects, bool scalars, bool *deferred)
{
	od::json_type type;

	if (v.type().get(type) != simdjson::SUCCESS)
		return false;
	if (type == od::json_type::object || type == od::json_type::array) {
		od::object object;
		od::array array;

		if (depth >= w.depth_max) {
			w.too_deep = true;
			return true;
		}
		if (type == od::json_type::array)
			return v.get_array().get(array) ==
			    simdjson::SUCCESS &&
			    read_array(w, array, key, depth + 1, nested,
				objects, scalars, deferred);
		if (!objects) {
			*deferred = true;
			return true;
		}
		return v.get_object().get(object) == simdjson::SUCCESS &&
		    read_object(w, object, key, depth + 1);
	}
	return !scalars || read_scalar(w, v, type, key, nested);
}

/* One pass over the top level: its scalars, or what is in its objects. */
bool
read_top(walk &w, od::document &doc, bool objects, bool *deferred)
{
	od::object top;

	if (doc.get_object().get(top) != simdjson::SUCCESS)
		return false;
	for (auto &&result : top) {
		od::field f;
		std::string_view key;

		if (std::move(result).get(f) != simdjson::SUCCESS)
			return false;
		key = key_of(w, f.key().raw());
		if (!read_value(w, f.value(), key, 1, false, objects,
			!objects, deferred))
			return false;
		if (w.stopped)
			return true;
	}
	return true;
}

bool walk_object(walk &w, od::object object, int depth);

bool
nest(walk &w, enum json_nest what, std::string_view key)
{
	w.stopped |= !w.nest(w.arg, what, key.data(), key.size());
	return !w.stopped;
}

bool
walk_value(walk &w, od::value v, std::string_view key, int depth)
{
	od::json_type type;
	od::object object;
	od::array array;
	bool list;

	if (v.type().get(type) != simdjson::SUCCESS)
		return false;
	list = type == od::json_type::array;
	if (!list && type != od::json_type::object)
		return read_scalar(w, v, type, key, false);
	if (!nest(w, list ? JSON_LIST_BEGINS : JSON_OBJECT_BEGINS, key))
		return true;
	if (depth >= w.depth_max) {
		w.too_deep = true;
		nest(w, JSON_ENDS, {});
		return true;
	}
	if (!list)
		return v.get_object().get(object) == simdjson::SUCCESS &&
		    walk_object(w, object, depth + 1);
	if (v.get_array().get(array) != simdjson::SUCCESS)
		return false;
	for (auto &&result : array) {
		od::value item;

		if (std::move(result).get(item) != simdjson::SUCCESS ||
		    !walk_value(w, item, {}, depth + 1))
			return false;
		if (w.stopped)
			return true;
	}
	nest(w, JSON_ENDS, {});
	return true;
}

bool
walk_object(walk &w, od::object object, int depth)
{
	for (auto &&result : object) {
		od::field f;

		if (std::move(result).get(f) != simdjson::SUCCESS ||
		    !walk_value(w, f.value(), key_of(w, f.key().raw()), depth))
			return false;
		if (w.stopped)
			return true;
	}
	nest(w, JSON_ENDS, {});
	return true;
}

enum json_result
walk_document(walk &w, od::document &doc)
{
	od::object top;

	if (doc.get_object().get(top) != simdjson::SUCCESS ||
	    !nest(w, JSON_OBJECT_BEGINS, {}) || !walk_object(w, top, 1) ||
	    w.stopped ||
	    doc.current_location().error() != simdjson::OUT_OF_BOUNDS)
		return JSON_BAD;
	return w.too_deep ? JSON_DEPTH : JSON_GOOD;
}

walk
walk_of(const char *text, size_t n, int depth_max, json_put_fn *put_fn,
    json_room_fn *room, void *arg)
{
	walk w{};

	w.put = put_fn;
	w.room = room;
	w.arg = arg;
	w.depth_max = depth_max;
	w.has_escapes = std::memchr(text, '\\', n) != nullptr;
	return w;
}

enum json_result
open_document(struct json_reader *r, const char *text, size_t n,
    od::document &doc)
{
	simdjson::error_code code;

	static_assert(JSON_PADDING >= simdjson::SIMDJSON_PADDING,
	    "simdjson reads further");
	code = r->parser
		   .iterate(simdjson::padded_string_view(text, n,
		       n + JSON_PADDING))
		   .get(doc);
	return code == simdjson::SUCCESS ? JSON_GOOD
	    : code == simdjson::UTF8_ERROR ? JSON_BAD_UTF8 : JSON_BAD;
}

} // namespace

struct json_reader *
json_reader_new(void)
{
	return new json_reader;
}

void
json_reader_free(struct json_reader *r)
{
	delete r;
}

bool
json_reader_had_codes(const struct json_reader *r)
{
	return r->had_codes;
}

static enum json_result
read_document(walk &w, od::document &doc)
{
	bool deferred = false, ignored = false;

	if (!read_top(w, doc, false, &deferred))
		return JSON_BAD;
	if (deferred && !w.stopped) {
		doc.rewind();
		if (!read_top(w, doc, true, &ignored))
			return JSON_BAD;
	}
	return w.too_deep ? JSON_DEPTH : JSON_GOOD;
}

enum json_result
json_read(struct json_reader *r, const char *text, size_t n, int depth_max,
    json_put_fn *put_fn, json_room_fn *room, void *arg)
{
	walk w = walk_of(text, n, depth_max, put_fn, room, arg);
	od::document doc;
	enum json_result result = open_document(r, text, n, doc);

	r->had_codes = false;
	if (result != JSON_GOOD)
		return result;
	result = read_document(w, doc);
	r->had_codes = w.had_codes;
	return result;
}

enum json_result
json_walk(struct json_reader *r, const char *text, size_t n, int depth_max,
    json_nest_fn *nest_fn, json_put_fn *put_fn, json_room_fn *room, void *arg)
{
	walk w = walk_of(text, n, depth_max, put_fn, room, arg);
	od::document doc;
	enum json_result result = open_document(r, text, n, doc);

	w.nest = nest_fn;
	return result == JSON_GOOD ? walk_document(w, doc) : result;
}
