#include "engine/cli/parse_keys.h"

#define DEPTH 8

/* The kind of a value that is one piece; of others it is a word. */
enum piece_kind
keys_kind_of(struct str value)
{
	struct piece p[PIECES_MAX];

	value = str_trim(value);
	return pieces_cut(str_first(value, 256), p) == 1 &&
		p[0].kind != PIECE_BETWEEN ? p[0].kind : PIECE_WORD;
}

/* Keys that are plain words: others need quotes that nobody wants to see. */
static bool
is_plain(struct str key)
{
	for (size_t i = 0; i < key.n; i++) {
		if (!char_is_alnum(key.p[i]) && key.p[i] != '_' &&
		    key.p[i] != '.' && key.p[i] != '-' && key.p[i] != '@')
			return false;
	}
	return key.n > 0 && key.n <= 80;
}

static const struct {
	struct str word;
	bool good;
} outcomes[] = {
    {STR_INIT("accept"), true},	 {STR_INIT("accepted"), true},
    {STR_INIT("allow"), true},	 {STR_INIT("allowed"), true},
    {STR_INIT("granted"), true}, {STR_INIT("ok"), true},
    {STR_INIT("pass"), true},	 {STR_INIT("passed"), true},
    {STR_INIT("permit"), true},	 {STR_INIT("permitted"), true},
    {STR_INIT("success"), true}, {STR_INIT("succeeded"), true},
    {STR_INIT("true"), true},	 {STR_INIT("block"), false},
    {STR_INIT("blocked"), false},  {STR_INIT("denied"), false},
    {STR_INIT("deny"), false},	   {STR_INIT("drop"), false},
    {STR_INIT("dropped"), false},  {STR_INIT("error"), false},
    {STR_INIT("fail"), false},	   {STR_INIT("failed"), false},
    {STR_INIT("failure"), false},  {STR_INIT("false"), false},
    {STR_INIT("refused"), false},  {STR_INIT("reject"), false},
    {STR_INIT("rejected"), false},
};
#define N_OUTCOMES (sizeof(outcomes) / sizeof(*outcomes))

void
keys_see(struct key_list *list, size_t i, struct str value)
{
	uint32_t bit = 0;

	value = str_trim(value);
	for (size_t k = 0; k < N_OUTCOMES; k++) {
		if (str_eq_nocase(outcomes[k].word, value))
			bit = 1u << k;
	}
	list->items[i].outcomes |= bit;
	list->items[i].other |= bit == 0 && value.n > 0;
}

bool
keys_outcomes(const struct key_list *list, size_t i, struct buf *out)
{
	uint32_t bits = list->items[i].outcomes;
	const char *before = "";

	if (list->items[i].other || (bits & (bits - 1)) == 0)
		return false;
	for (size_t k = 0; k < N_OUTCOMES; k++) {
		if ((bits & 1u << k) == 0)
			continue;
		buf_printf(out, "%s%.*s: %s", before,
		    STR_ARG(outcomes[k].word),
		    outcomes[k].good ? "success" : "failure");
		before = ", ";
	}
	return true;
}

void
keys_put(struct key_list *list, struct str key, struct str value)
{
	for (size_t i = 0; i < list->n; i++) {
		if (!str_eq(list->items[i].key, key))
			continue;
		keys_see(list, i, value);
		return;
	}
	if (list->n == KEYS_MAX || !is_plain(key))
		return;
	list->items[list->n].key = arena_dup(list->arena, key);
	keys_see(list, list->n, value);
	list->items[list->n++].kind = keys_kind_of(value);
}

/* The text of a JSON string at s (with its quote); *used: all of it. */
static struct str
take_string(struct str s, size_t *used)
{
	size_t n = 1;

	while (n < s.n && s.p[n] != '"')
		n += s.p[n] == '\\' ? 2 : 1;
	if (n > s.n)
		n = s.n;
	*used = n < s.n ? n + 1 : n;
	return str_make(s.p + 1, n - 1);
}

static struct str
join(struct key_list *list, const struct str *path, size_t depth,
    struct str key)
{
	struct str s = key;

	for (size_t i = depth < DEPTH ? depth : DEPTH; i > 0; i--) {
		if (path[i - 1].n > 0)
			s = arena_printf(list->arena, "%.*s.%.*s",
			    STR_ARG(path[i - 1]), STR_ARG(s));
	}
	return s;
}

void
keys_of_json(struct key_list *list, struct str s)
{
	struct str path[DEPTH] = {STR_NONE}, key = STR_NONE;
	size_t depth = 0, used;

	for (; s.n > 0; s = str_skip(s, used)) {
		char c = s.p[0];

		used = 1;
		if (c == '"') {
			struct str text = take_string(s, &used);
			struct str rest = str_trim(str_skip(s, used));

			if (rest.n > 0 && rest.p[0] == ':')
				key = text;
			else if (key.n > 0)
				keys_put(list, join(list, path, depth, key), text);
		} else if (c == '{') {
			if (depth < DEPTH)
				path[depth] = key;
			depth++;
			key = STR_NONE;
		} else if (c == '}' && depth > 0) {
			depth--;
			/* In a list of objects the next one is of that key. */
			key = depth < DEPTH ? path[depth] : STR_NONE;
		} else if (c == ']') {
			key = STR_NONE;
		} else if (key.n > 0 && (char_is_alnum(c) || c == '-')) {
			while (used < s.n && s.p[used] != ',' &&
			    s.p[used] != '}' && s.p[used] != ']')
				used++;
			keys_put(list, join(list, path, depth, key),
			    str_first(s, used));
		}
	}
}

static bool
is_key_char(char c)
{
	return char_is_alnum(c) || c == '_' || c == '-' || c == '.';
}

static size_t
key_length(struct str s)
{
	size_t n = 0;

	while (n < s.n && n < 80 && is_key_char(s.p[n]))
		n++;
	return n > 0 && n < s.n && s.p[n] == '=' && char_is_alpha(s.p[0])
	    ? n : 0;
}

static size_t
value_length(struct str s)
{
	size_t n = 0, end;

	if (s.n > 0 && (s.p[0] == '"' || s.p[0] == '\'')) {
		end = str_find_char(str_skip(s, 1), s.p[0]);
		return end == SIZE_MAX ? s.n : end + 2;
	}
	while (n < s.n && s.p[n] != ' ' && s.p[n] != ',' && s.p[n] != ';' &&
	    s.p[n] != '|' && s.p[n] != '\t')
		n++;
	return n;
}

void
keys_of_pairs(struct key_list *list, struct str s)
{
	bool at_start = true;

	while (s.n > 0) {
		size_t n = at_start ? key_length(s) : 0, used;

		if (n == 0) {
			at_start = !is_key_char(s.p[0]);
			s = str_skip(s, 1);
			continue;
		}
		used = value_length(str_skip(s, n + 1));
		keys_put(list, str_first(s, n), str_make(s.p + n + 1, used));
		s = str_skip(s, n + 1 + used);
		at_start = true;
	}
}

size_t
pairs_count(struct str s)
{
	size_t n = 0;
	bool at_start = true;

	for (; s.n > 0 && n < 99; s = str_skip(s, 1)) {
		n += at_start && key_length(s) > 0;
		at_start = !is_key_char(s.p[0]);
	}
	return n;
}
