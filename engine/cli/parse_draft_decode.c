#include "engine/cli/parse_draft_decode.h"

#include "engine/base/utf8.h"
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
    [DRAFT_XML] = {"xml", "", "", "", ""},
    [DRAFT_COLUMNS] = {"csv", "", "", ",", ""},
    [DRAFT_LABELS] = {"labels", "", "", "", ""},
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

/* Bytes of a character at the start of s that YAML takes; 0: none. */
static size_t
good_length(struct str s)
{
	uint32_t code = 0;
	size_t n = utf8_decode(s, &code);

	if (n == 0 || (code >= 0x7f && code < 0xa0) || code == 0xfeff ||
	    code == 0xfffe || code == 0xffff)
		return 0;
	return code >= ' ' || code == '\t' || code == '\n' ? n : 0;
}

struct str
draft_text(struct arena *arena, struct str message)
{
	size_t good = 0, n;
	char *p;

	while (good < message.n &&
	    (n = good_length(str_skip(message, good))) > 0)
		good += n;
	if (good == message.n)
		return message;
	p = arena_text(arena, message.n + 1);
	for (size_t i = 0; i < message.n; i += n > 0 ? n : 1) {
		n = good_length(str_skip(message, i));
		p[i] = DRAFT_ANY;
		if (n > 0)
			memcpy(p + i, message.p + i, n);
	}
	return str_make(p, message.n);
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
	if (message.n > 1 && message.p[0] == '<' &&
	    (char_is_alpha(message.p[1]) || message.p[1] == '?'))
		return DRAFT_XML;
	if (labels_count(message) > 0)
		return DRAFT_LABELS;
	if (pairs_count(str_first(message, 1024)) >= 4)
		return DRAFT_PAIRS;
	return columns_count(message) > 0 ? DRAFT_COLUMNS : DRAFT_TEXT;
}

void
draft_keys(struct key_list *keys, enum draft_format format,
    struct str message)
{
	if (format == DRAFT_JSON) {
		keys_of_json(keys, message);
		return;
	}
	if (format == DRAFT_XML) {
		keys_of_xml(keys, message);
		return;
	}
	if (format == DRAFT_LABELS) {
		keys_of_labels(keys, message);
		return;
	}
	if (format == DRAFT_COLUMNS) {
		keys_of_columns(keys, message);
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

/* "Account Domain" of the pack door is door.account_domain. */
static struct str
own_name(struct arena *arena, struct str prefix, struct str key)
{
	struct str name = arena_printf(arena, "%.*s.%.*s", STR_ARG(prefix),
	    STR_ARG(key));
	char *p = arena_text(arena, name.n + 1);

	for (size_t i = 0; i < name.n; i++)
		p[i] = char_is_alnum(name.p[i]) || name.p[i] == '.'
		    ? char_lower(name.p[i]) : '_';
	return str_make(p, name.n);
}

/* "Client Address": what the first word says, else the last; an account's
 * domain or number is not its name. Every label has a field: others are left
 * in the text. */
static void
name_labels(const struct key_list *keys, struct str prefix,
    struct str fields[KEYS_MAX])
{
	static const struct str others[] = {STR_INIT("domain"),
	    STR_INIT("id"), STR_INIT("type"), STR_INIT("class")};
	struct labels labels = labels_start(prefix, keys->arena);

	for (size_t i = 0; i < keys->n; i++) {
		struct str label = keys->items[i].label, last;
		size_t blank = str_find_last_char(label, ' ');
		bool other = false;

		last = blank == SIZE_MAX ? label : str_skip(label, blank + 1);
		for (size_t k = 0; k < sizeof(others) / sizeof(*others); k++)
			other |= str_eq_nocase(last, others[k]);
		fields[i] = STR_NONE;
		if (!other) {
			labels_word(&labels, str_first(label,
			    str_find_char(label, ' ')));
			fields[i] = labels_field(&labels,
			    keys->items[i].kind);
		}
		if (!field_is_of_ecs(fields[i])) {
			labels_word(&labels, last);
			fields[i] = labels_field(&labels,
			    keys->items[i].kind);
		}
		if (!field_is_of_ecs(fields[i]))
			fields[i] = own_name(keys->arena, prefix,
			    keys->items[i].key);
	}
}

static struct str
sample_of(const struct key_list *keys, size_t i, struct str field)
{
	return labels_sample(field, keys->items[i].kind);
}

static void
add_message(struct buf *out, enum draft_format format, struct key_list *keys,
    const struct str *fields, size_t n)
{
	struct str samples[KEYS_MAX];
	struct buf text;

	for (size_t i = 0; i < keys->n; i++)
		samples[i] = sample_of(keys, i, fields[i]);
	if (format == DRAFT_XML || format == DRAFT_LABELS) {
		buf_init(&text, (size_t)1024 * 1024);
		if (format == DRAFT_XML)
			keys_sample_xml(keys, samples, &text);
		else
			keys_sample_labels(keys, samples, &text);
		draft_quote(out, buf_str(&text));
		buf_fini(&text);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		struct str key = keys->items[i].key;

		if (i > 0)
			buf_add(out, str_from(formats[format].between));
		if (format == DRAFT_JSON)
			buf_printf(out, "\"%.*s\": \"%.*s\"", STR_ARG(key),
			    STR_ARG(samples[i]));
		else if (format == DRAFT_COLUMNS)
			buf_add(out, samples[i]);
		else
			buf_printf(out, "%.*s=%.*s", STR_ARG(key),
			    STR_ARG(samples[i]));
	}
}

static void
add_test(struct buf *out, enum draft_format format,
    struct key_list *keys, const struct str *fields, struct str prefix,
    struct str program, struct str maker)
{
	bool all = format == DRAFT_XML || format == DRAFT_COLUMNS ||
	    format == DRAFT_LABELS;
	size_t n = keys->n < SAMPLE_KEYS || all ? keys->n : SAMPLE_KEYS;

	buf_add(out, STR("tests:\n  - line: '<13>Nov 24 10:00:00 host1 "));
	if (program.n > 0)
		buf_printf(out, "%.*s: ", STR_ARG(program));
	buf_add(out, str_from(formats[format].head));
	draft_quote(out, maker);
	buf_add(out, str_from(formats[format].behind));
	add_message(out, format, keys, fields, n);
	buf_printf(out, "%s'\n    expect: {", formats[format].end);
	for (size_t i = 0; i < n; i++) {
		if (fields[i].n > 0)
			buf_printf(out, "%.*s: ", STR_ARG(fields[i]));
		else if (format == DRAFT_LABELS)
			continue;
		else
			buf_printf(out, "'%.*s.%.*s': ", STR_ARG(prefix),
			    STR_ARG(keys->items[i].key));
		buf_printf(out, "'%.*s', ",
		    STR_ARG(sample_of(keys, i, fields[i])));
	}
	buf_add(out, STR("host.name: host1}\n"));
}

static void
add_columns(struct buf *out, const struct key_list *keys)
{
	buf_add(out, keys->named
		? STR("# The line of names is an event as well.\n")
		: STR("# Say what the columns are; '~' drops one.\n"));
	buf_add(out, STR("decode:\n  format: csv\n  columns: ["));
	for (size_t i = 0; i < keys->n; i++)
		buf_printf(out, "%s'%.*s'", i > 0 ? ", " : "",
		    STR_ARG(keys->items[i].key));
	buf_add(out, STR("]\n"));
}

/* Which keys may say the outcome: a remark, for a word is not yet a meaning. */
static void
add_outcomes(struct buf *out, const struct key_list *keys,
    const struct str *fields, struct str prefix)
{
	const char *title = "# Does one of these say how it ended? Then take "
			    "the '#' away.\n# values:\n";
	struct buf words;

	buf_init(&words, (size_t)64 * 1024);
	for (size_t i = 0; i < keys->n; i++) {
		buf_clear(&words);
		if (!keys_outcomes(keys, i, &words))
			continue;
		buf_printf(out, "%s#   - {from: ", title);
		title = "";
		if (fields[i].n > 0)
			buf_add(out, fields[i]);
		else
			buf_printf(out, "'%.*s.%.*s'", STR_ARG(prefix),
			    STR_ARG(keys->items[i].key));
		buf_printf(out, ", to: event.outcome, map: {%.*s}}\n",
		    (int)words.n, words.p);
	}
	buf_fini(&words);
}

void
draft_print_decode(struct buf *out, enum draft_format format,
    struct key_list *keys, struct str prefix, struct str program,
    struct str maker)
{
	struct str fields[KEYS_MAX];
	size_t known = 0;

	if (format == DRAFT_LABELS)
		name_labels(keys, prefix, fields);
	else
		name_keys(keys, prefix, fields);
	if (format == DRAFT_COLUMNS)
		add_columns(out, keys);
	else
		buf_printf(out, "decode: %s\n", formats[format].name);
	if (format == DRAFT_LABELS)
		buf_add(out, STR("# Other labels stay in the text."));
	else
		buf_printf(out, "# Keys that are not named here become "
		    "%.*s.<key>:\n#", STR_ARG(prefix));
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
	add_outcomes(out, keys, fields, prefix);
	add_test(out, format, keys, fields, prefix, program, maker);
}
