/* A JSON object into the event; what simdjson wants of its text is done
 * here: room behind it, and UTF-8 throughout. */
#include "engine/normalise/format_json.h"
#include "engine/normalise/work.h"

#include "engine/base/utf8.h"

static bool
on_value(void *arg, const char *key, size_t key_n, const char *value,
    size_t value_n, enum json_kind kind, bool nested)
{
	static const enum value_kind kinds[] = {
	    [JSON_TEXT] = VALUE_TEXT,
	    [JSON_NUMBER] = VALUE_NUMBER,
	    [JSON_BOOL] = VALUE_BOOL,
	    [JSON_NULL] = VALUE_NULL,
	};
	struct decoder *d = arg;

	d->no_override = nested;
	return decode_put(d, str_make(key, key_n), str_make(value, value_n),
	    kinds[kind]);
}

static char *
on_room(void *arg, size_t n)
{
	struct decoder *d = arg;

	return arena_text(d->ev->scratch, n + 8);
}

static struct str
padded(struct arena *arena, struct str s)
{
	char *p = arena_text(arena, s.n + JSON_PADDING);

	if (s.n > 0)
		memcpy(p, s.p, s.n);
	memset(p + s.n, 0, JSON_PADDING);
	return str_make(p, s.n);
}

/* Bytes that are no UTF-8 become U+FFFD. */
static struct str
cleaned(struct arena *arena, struct str s)
{
	char *p = arena_text(arena, s.n * 3 + JSON_PADDING);
	size_t n = 0;

	while (s.n > 0) {
		uint32_t code;
		size_t used = utf8_decode(s, &code);

		if (used == 0) {
			memcpy(p + n, "\xef\xbf\xbd", 3);
			n += 3;
			used = 1;
		} else {
			memcpy(p + n, s.p, used);
			n += used;
		}
		s = str_skip(s, used);
	}
	memset(p + n, 0, JSON_PADDING);
	return str_make(p, n);
}

bool
format_json(struct decoder *d, struct str s)
{
	struct str text;
	enum json_result result;

	s = str_trim(s);
	if (s.n < 2 || s.p[0] != '{')
		return false;
	text = padded(d->ev->scratch, s);
	result = json_read(d->n->json, text.p, text.n, DECODE_MAX_DEPTH,
	    on_value, on_room, d);
	if (result == JSON_BAD_UTF8) {
		reason_add(d->ev, STR("bad-utf8"));
		text = cleaned(d->ev->scratch, s);
		result = json_read(d->n->json, text.p, text.n,
		    DECODE_MAX_DEPTH, on_value, on_room, d);
	}
	d->no_override = false;
	if (json_reader_had_codes(d->n->json))
		privacy_look_closely(d->n->privacy);
	if (result == JSON_DEPTH)
		d->limit = true;
	return result == JSON_GOOD || result == JSON_DEPTH;
}
