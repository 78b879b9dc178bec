#include "engine/cli/parse_draft_decode.h"

#include "engine/cli/parse_labels.h"
#include "engine/event/field.h"

#define SAMPLE_KEYS 12

static const struct {
	const char *name;
	const char *head; /* of a message; then the maker, then this */
	const char *behind;
	const char *between;
	const char *end;
} formats[DRAFT_FORMATS] = {
    [DRAFT_JSON] = {"json", "{", "", ", ", "}"},
    [DRAFT_PAIRS] = {"kv", "", "", " ", ""},
    [DRAFT_CEF] = {"cef", "CEF:0", "1.0|100|Something|5|", " ", ""},
    [DRAFT_LEEF] = {"leef", "LEEF:2.0", "1.0|100|^|", "^", ""},
};

void
draft_quote(struct buf *out, struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\'')
			buf_add_char(out, '\'');
		buf_add_char(out, (unsigned char)s.p[i] < ' ' ? ' ' : s.p[i]);
	}
}

enum draft_format
draft_format_of(struct str message)
{
	if (str_has_prefix(message, STR("CEF:")))
		return DRAFT_CEF;
	if (str_has_prefix(message, STR("LEEF:")))
		return DRAFT_LEEF;
	if (message.n > 1 && message.p[0] == '{')
		return DRAFT_JSON;
	return pairs_count(str_first(message, 1024)) >= 4 ? DRAFT_PAIRS
							  : DRAFT_TEXT;
}

void
draft_keys(struct key_list *keys, enum draft_format format,
    struct str message)
{
	if (format == DRAFT_JSON) {
		keys_of_json(keys, message);
		return;
	}
	/* What CEF and LEEF have before their pairs is parted by bars. */
	for (size_t bars = 0; format != DRAFT_PAIRS && bars < 7; bars++) {
		size_t at = str_find_char(message, '|');

		if (at == SIZE_MAX || (format == DRAFT_LEEF && bars == 5))
			break;
		message = str_skip(message, at + 1);
	}
	keys_of_pairs(keys, message);
}

struct str
draft_maker(enum draft_format format, struct str message)
{
	size_t from = str_find_char(message, '|'), to, at;

	if ((format != DRAFT_CEF && format != DRAFT_LEEF) || from == SIZE_MAX)
		return STR_NONE;
	at = str_find_char(str_skip(message, from + 1), '|');
	if (at == SIZE_MAX)
		return STR_NONE;
	to = from + 1 + at;
	at = str_find_char(str_skip(message, to + 1), '|');
	return at == SIZE_MAX ? STR_NONE
			      : str_make(message.p + from, to + at + 2 - from);
}

/* What a key is by itself: the last part of a path says it. */
static void
name_keys(const struct key_list *keys, struct str prefix,
    struct str fields[KEYS_MAX])
{
	struct labels labels = labels_start(prefix, keys->arena);

	for (size_t i = 0; i < keys->n; i++) {
		struct str key = keys->items[i].key;
		size_t dot = str_find_last_char(key, '.');

		labels_word(&labels, dot == SIZE_MAX ? key
						     : str_skip(key, dot + 1));
		fields[i] = labels_field(&labels, keys->items[i].kind);
		if (!field_is_of_ecs(fields[i]))
			fields[i] = STR_NONE;
	}
}

static struct str
sample_of(const struct key_list *keys, size_t i, struct str field)
{
	return labels_sample(field, keys->items[i].kind);
}

static void
add_test(struct buf *out, enum draft_format format,
    const struct key_list *keys, const struct str *fields, struct str prefix,
    struct str program, struct str maker)
{
	size_t n = keys->n < SAMPLE_KEYS ? keys->n : SAMPLE_KEYS;

	buf_add(out, STR("tests:\n  - line: '<13>Nov 24 10:00:00 host1 "));
	if (program.n > 0)
		buf_printf(out, "%.*s: ", STR_ARG(program));
	buf_add(out, str_from(formats[format].head));
	draft_quote(out, maker);
	buf_add(out, str_from(formats[format].behind));
	for (size_t i = 0; i < n; i++) {
		struct str key = keys->items[i].key;
		struct str value = sample_of(keys, i, fields[i]);

		if (i > 0)
			buf_add(out, str_from(formats[format].between));
		if (format == DRAFT_JSON)
			buf_printf(out, "\"%.*s\": \"%.*s\"", STR_ARG(key),
			    STR_ARG(value));
		else
			buf_printf(out, "%.*s=%.*s", STR_ARG(key),
			    STR_ARG(value));
	}
	buf_printf(out, "%s'\n    expect: {", formats[format].end);
	for (size_t i = 0; i < n; i++) {
		if (fields[i].n > 0)
			buf_printf(out, "%.*s: ", STR_ARG(fields[i]));
		else
			buf_printf(out, "'%.*s.%.*s': ", STR_ARG(prefix),
			    STR_ARG(keys->items[i].key));
		buf_printf(out, "'%.*s', ",
		    STR_ARG(sample_of(keys, i, fields[i])));
	}
	buf_add(out, STR("host.name: host1}\n"));
}

void
draft_print_decode(struct buf *out, enum draft_format format,
    const struct key_list *keys, struct str prefix, struct str program,
    struct str maker)
{
	struct str fields[KEYS_MAX];
	size_t known = 0;

	name_keys(keys, prefix, fields);
	buf_printf(out, "decode: %s\n# Keys that are not named here become "
			"%.*s.<key>:\n#",
	    formats[format].name, STR_ARG(prefix));
	for (size_t i = 0; i < keys->n; i++) {
		if (fields[i].n == 0)
			buf_printf(out, " %.*s", STR_ARG(keys->items[i].key));
		known += fields[i].n > 0;
	}
	buf_add(out, known > 0 ? STR("\nfields:\n") : STR("\n"));
	for (size_t i = 0; i < keys->n; i++) {
		if (fields[i].n > 0)
			buf_printf(out, "  '%.*s': %.*s\n",
			    STR_ARG(keys->items[i].key), STR_ARG(fields[i]));
	}
	add_test(out, format, keys, fields, prefix, program, maker);
}
