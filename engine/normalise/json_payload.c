/* A JSON object into the event; what simdjson wants of its text is done
 * here: room behind it, and UTF-8 throughout. */
#include "engine/normalise/format_json.h"
#include "engine/normalise/work.h"
#include "engine/patient/json_cut.h"

#include "engine/base/utf8.h"

/*
 * Windows events as tools write their XML into JSON (evtx dumps, SigmaHQ's
 * recorded events): {"Event": {"System": {...}, "EventData": {...}}}, with
 * attributes under "#attributes". The names become those of the event's own
 * fields: Event.EventData.Image is Image, and without blanks ("Threat Name");
 * Event.System.Provider.#attributes.Name is Provider_Name. A collector's own
 * keys may stand beside the event, and its data in an object called Data.
 */
static bool
begins_event(struct str s)
{
	static const struct str key = STR_INIT("\"Event\"");

	s = str_trim(s);
	if (!str_has_prefix(s, key))
		return false;
	s = str_trim(str_skip(s, key.n));
	return s.n > 1 && s.p[0] == ':' &&
	    str_has_prefix(str_trim(str_skip(s, 1)), STR("{"));
}

static bool
has_event(struct str s)
{
	size_t n = str_find(s, STR("\"Event\""));

	return n != SIZE_MAX && begins_event(str_skip(s, n));
}

/* The part of the key behind the event's frame; empty: nothing that counts. */
static struct str
event_name(const struct decoder *d, struct str key)
{
	static const struct str data = STR_INIT("Event.EventData.");
	static const struct str object = STR_INIT("Data.");
	static const struct str system = STR_INIT("Event.System.");
	static const struct str user = STR_INIT("Event.UserData.");
	struct str kind;

	if (str_has_prefix(key, data)) {
		key = str_skip(key, data.n);
		return str_has_prefix(key, object) && key.n > object.n &&
			char_is_alnum(key.p[object.n])
		    ? str_skip(key, object.n) : key;
	}
	if (str_has_prefix(key, system))
		return str_skip(key, system.n);
	if (!str_has_prefix(key, user))
		return d->pack == NULL || str_has_prefix(key, STR("Event."))
		    ? STR_NONE : key;
	/* One more name between: that of the kind of data. */
	(void)str_cut(str_skip(key, user.n), '.', &kind, &key);
	return key;
}

static struct str
event_key(struct decoder *d, struct str key)
{
	static const struct str attributes = STR_INIT("#attributes.");
	static const struct str text = STR_INIT(".#text");
	struct str from = event_name(d, key);
	char *out;
	size_t n = 0;

	if (str_has_suffix(from, text))
		from = str_first(from, from.n - text.n);
	out = arena_text(d->ev->scratch, from.n);
	for (size_t i = 0; i < from.n; i++) {
		if (str_has_prefix(str_skip(from, i), attributes)) {
			/* "Provider." stands before it. */
			i += attributes.n - 1;
			if (n > 0)
				out[n - 1] = '_';
		} else if (from.p[i] != ' ') {
			out[n++] = from.p[i];
		}
	}
	return str_make(out, n);
}

/* The line of an envelope as a list of its bytes, as journald writes what is
 * not only printable: "MESSAGE":[72,101]. */
struct line_bytes {
	struct str key;
	char *p; /* room for the payload: a byte takes two of it */
	size_t n;
	bool bad;
};

static bool
is_in_list(const char *value)
{
	do {
		value--;
	} while (*value == ' ' || *value == '\t' || *value == '\n' ||
	    *value == '\r');
	return *value == '[' || *value == ',';
}

/* Is it the key that becomes the line? It was, if it is the one before. */
static bool
is_line_key(struct decoder *d, struct str key)
{
	const struct target *t;

	if (d->line->key.n > 0 && str_eq(d->line->key, key))
		return true;
	t = map_get(&d->pack->fields, key);
	if (t == NULL || t->n != 1 || t->fields[0] != d->pack->envelope)
		return false;
	d->line->key = arena_dup(d->ev->scratch, key);
	return true;
}

/* False: it is another value. `value` stands in the object's text. */
static bool
take_byte(struct decoder *d, struct str key, struct str value)
{
	struct line_bytes *line = d->line;
	uint64_t byte;

	if (!is_in_list(value.p) || !is_line_key(d, key))
		return false;
	line->bad |= !str_to_u64(value, &byte) || byte > 255;
	if (!line->bad)
		line->p[line->n++] = (char)byte;
	return true;
}

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
	struct str name = str_make(key, key_n);

	d->no_override = nested;
	if (d->line != NULL && kind == JSON_NUMBER &&
	    take_byte(d, name, str_make(value, value_n)))
		return true;
	if (d->is_event) {
		name = event_key(d, name);
		if (name.n == 0)
			return true;
	}
	return decode_put(d, name, str_make(value, value_n), kinds[kind]);
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

/* Beside a text it makes a list, which is no line. */
static void
put_line(struct decoder *d, const struct line_bytes *line)
{
	if (line->n > 0 && !line->bad)
		decode_put(d, line->key, str_make(line->p, line->n),
		    VALUE_TEXT);
}

bool
format_json(struct decoder *d, struct str s)
{
	struct line_bytes line = {.n = 0};
	struct str text;
	enum json_result result;
	bool cut;

	s = str_trim(s);
	if (s.n < 2 || s.p[0] != '{')
		return false;
	d->is_event = d->pack == NULL ? begins_event(str_skip(s, 1))
	    : d->pack->decode.format == DECODE_WINDOWS && has_event(s);
	if (d->pack != NULL) {
		s = json_whole(d->ev->scratch, s, &cut);
		if (cut)
			reason_add(d->ev, STR("truncated"));
	}
	if (d->pack != NULL && d->pack->envelope != FIELD_NONE &&
	    str_find_char(s, '[') != SIZE_MAX) {
		line.p = arena_text(d->ev->scratch, s.n);
		d->line = &line;
	}
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
	if (d->line != NULL)
		put_line(d, &line);
	d->line = NULL;
	if (json_reader_had_codes(d->n->json))
		privacy_look_closely(d->n->privacy);
	if (result == JSON_DEPTH)
		d->limit = true;
	return result == JSON_GOOD || result == JSON_DEPTH;
}
