#include "engine/normalise/pattern.h"

#include "engine/base/byte_set.h"
#include "engine/base/text.h"
#include "engine/normalise/names.h"

#include <stdlib.h>

#define EXPAND_DEPTH 8
#define SOURCE_MAX   ((size_t)64 * 1024)

#define MEMO_SIZE   256 /* a power of two */
#define MEMO_TEXT   16
#define MEMO_GROUPS 8 /* pairs of offsets, the whole match the first */

/* What a pattern said of a text; a later one may take its place. */
struct memo {
	const struct pattern *pattern; /* NULL: free */
	uint8_t n;
	uint8_t result;
	char text[MEMO_TEXT];
	PCRE2_SIZE offsets[2 * MEMO_GROUPS];
};

struct pattern_scratch {
	struct memo *memos;
	pcre2_match_data *data;
	pcre2_match_context *limits;
	pcre2_jit_stack *stack;
	uint32_t limit; /* that is set */
	unsigned given_up; /* matches of this line */
};

struct translation {
	struct arena *arena;
	struct field_table *fields;
	struct err *err;
	const struct yaml *node;
	struct buf out;
	uint32_t *from; /* offset in the author's text, for each byte of out */
	size_t from_cap;
	struct pattern *p;
	size_t cap;
	uint16_t captures;
};

static struct place
place_at(const struct translation *t, size_t offset)
{
	struct place at = t->node->at;

	at.column += (uint32_t)offset + (t->node->plain ? 0 : 1);
	return at;
}

static void
put(struct translation *t, struct str s, size_t from, bool moving)
{
	size_t start = t->out.n;

	buf_add(&t->out, s);
	if (t->out.n > t->from_cap) {
		t->from_cap = t->out.n * 2 + 64;
		t->from = mem_resize(t->from, t->from_cap * sizeof(*t->from));
	}
	for (size_t i = start; i < t->out.n; i++)
		t->from[i] = (uint32_t)(from + (moving ? i - start : 0));
}

/* The next capture group belongs to `name`. */
static bool
add_group(struct translation *t, struct str name, size_t from)
{
	struct pattern *p = t->p;
	field_id id;

	t->captures++;
	if (!field_name_check(t->fields, name, place_at(t, from), t->err))
		return false;
	id = field_intern(t->fields, name);
	if (id == FIELD_NONE)
		return err_add(t->err, place_at(t, from), "too_many_fields",
		    "there are too many field names (%d at most)", FIELD_MAX);
	ARENA_PUSH_ROOM(t->arena, p->groups, p->n_groups, t->cap);
	p->groups[p->n_groups++] = (struct pattern_group){t->captures, id};
	return true;
}

static bool translate(struct translation *t, struct str s, size_t from,
    int depth);

/* %{NAME}, %{NAME:field} at s; *used: its bytes. */
static bool
expand(struct translation *t, struct str s, size_t from, int depth,
    size_t *used)
{
	size_t end = str_find_char(s, '}');
	struct str name, field;
	const char *source;
	bool has_field, good;

	if (end == SIZE_MAX)
		return err_add(t->err, place_at(t, from), "bad_reference",
		    "'%%{' has no '}'");
	*used = end + 1;
	has_field = str_cut(str_make(s.p + 2, end - 2), ':', &name, &field);
	source = pattern_library_find(name);
	if (has_field && str_find_char(field, ':') != SIZE_MAX) {
		(void)str_cut(field, ':', &field, &(struct str){0});
		err_add(t->err, place_at(t, from), "bad_reference",
		    "'%.*s' has a type behind the field", STR_ARG(
		    str_first(s, end + 1)));
		err_hint(t->err, "a field has its own type: "
		    "'%%{%.*s:%.*s}'", STR_ARG(name), STR_ARG(field));
		return false;
	}
	if (source == NULL) {
		const struct str *names;
		size_t n = pattern_library_names(&names);

		err_add(t->err, place_at(t, from), "unknown_pattern",
		    "there is no pattern named '%.*s'", STR_ARG(name));
		err_hint(t->err, "docs/parsers.md lists them; "
		    "'(?<field>...)' sets a field without one");
		err_did_you_mean(t->err, name, names, n);
		return false;
	}
	if (depth >= EXPAND_DEPTH)
		return err_add(t->err, place_at(t, from), "bad_reference",
		    "patterns are nested too deeply");
	if (has_field && !add_group(t, field, from))
		return false;
	put(t, has_field ? STR("(") : STR("(?:"), from, false);
	good = translate(t, str_from(source), SIZE_MAX, depth + 1);
	put(t, STR(")"), from, false);
	return good;
}

/* "(?<name>" and its spellings: *used bytes; 0 when it is none. */
static bool
named_group(struct translation *t, struct str s, size_t from, size_t *used)
{
	struct str name;
	size_t skip, end;
	char close = '>';

	*used = 0;
	if (str_has_prefix(s, STR("(?P<"))) {
		skip = 4;
	} else if (str_has_prefix(s, STR("(?'"))) {
		skip = 3;
		close = '\'';
	} else if (str_has_prefix(s, STR("(?<")) && s.n > 3 &&
	    s.p[3] != '=' && s.p[3] != '!') {
		skip = 3;
	} else {
		return true;
	}
	end = str_find_char(str_skip(s, skip), close);
	if (end == SIZE_MAX)
		return err_add(t->err, place_at(t, from), "bad_group",
		    "the group's name has no end ('%c')", close);
	name = str_make(s.p + skip, end);
	*used = skip + end + 1;
	put(t, STR("("), from, false);
	return add_group(t, name, from + skip);
}

/* Bytes of the class at the start of s. */
static size_t
class_length(struct str s)
{
	size_t i = 1;

	if (i < s.n && s.p[i] == '^')
		i++;
	if (i < s.n && s.p[i] == ']')
		i++;
	while (i < s.n && s.p[i] != ']') {
		if (s.p[i] == '\\') {
			i++;
		} else if (s.p[i] == '[' && i + 1 < s.n && s.p[i + 1] == ':') {
			size_t end = str_find(str_skip(s, i + 2), STR(":]"));

			if (end != SIZE_MAX)
				i += end + 3;
		}
		i++;
	}
	return i < s.n ? i + 1 : s.n;
}

static bool
open_group(struct translation *t, struct str s, size_t at, size_t *used)
{
	if (!named_group(t, s, at, used))
		return false;
	if (*used > 0)
		return true;
	if (str_has_prefix(s, STR("(?|")))
		return err_add(t->err, place_at(t, at), "bad_group",
		    "'(?|' is not supported: the same field may be named in "
		    "several branches instead");
	if (s.n < 2 || (s.p[1] != '?' && s.p[1] != '*'))
		t->captures++;
	*used = 1;
	put(t, STR("("), at, false);
	return true;
}

/* from: offset of s in the author's text, SIZE_MAX: s is the library's. */
static bool
translate(struct translation *t, struct str s, size_t from, int depth)
{
	bool own = from != SIZE_MAX;
	size_t base = own ? from : t->out.n > 0 ? t->from[t->out.n - 1] : 0;

	for (size_t i = 0; i < s.n;) {
		struct str rest = str_skip(s, i);
		size_t at = own ? base + i : base, used = 1;

		if (rest.p[0] == '\\') {
			used = rest.n < 2 ? 1 : 2;
			if (used == 2 && rest.p[1] == 'Q') {
				size_t end = str_find(rest, STR("\\E"));

				used = end == SIZE_MAX ? rest.n : end + 2;
			}
			put(t, str_first(rest, used), at, own);
		} else if (rest.p[0] == '[') {
			used = class_length(rest);
			put(t, str_first(rest, used), at, own);
		} else if (rest.p[0] == '(') {
			if (!open_group(t, rest, at, &used))
				return false;
		} else if (str_has_prefix(rest, STR("%{"))) {
			if (!expand(t, rest, at, depth, &used))
				return false;
		} else {
			put(t, str_first(rest, 1), at, own);
		}
		i += used;
	}
	return true;
}

/*
 * "^.*?x" finds what "x" finds, step by step; without its beginning PCRE2
 * looks for where a match can begin. Bytes to leave out.
 */
static size_t
idle_start(struct str source)
{
	static const struct str starts[] = {STR_INIT("^.*?"),
	    STR_INIT("\\A.*?")};

	if (pattern_is_opaque(source) ||
	    str_find(source, STR("(*")) != SIZE_MAX)
		return 0;
	for (size_t i = 0; i < 2; i++) {
		struct str rest = str_skip(source, starts[i].n);

		/* ".*?+" would be something else. */
		if (str_has_prefix(source, starts[i]) && rest.n > 0 &&
		    memchr("+?*{", rest.p[0], 4) == NULL)
			return starts[i].n;
	}
	return 0;
}

static bool
compile(struct translation *t)
{
	PCRE2_UCHAR text[160];
	PCRE2_SIZE offset;
	size_t idle = idle_start(buf_str(&t->out));
	struct str source = str_skip(buf_str(&t->out), idle);
	int code;

	t->p->code = pcre2_compile((PCRE2_SPTR)source.p, source.n,
	    PCRE2_DOTALL | PCRE2_DOLLAR_ENDONLY | PCRE2_NEVER_BACKSLASH_C |
		PCRE2_NEVER_UTF,
	    &code, &offset, NULL);
	if (t->p->code == NULL) {
		if (pcre2_get_error_message(code, text, sizeof(text)) < 0)
			text[0] = '\0';
		offset += idle;
		if (offset >= t->out.n)
			offset = t->node->text.n;
		else
			offset = t->from[offset];
		/* PCRE2 says where it noticed, at the end. */
		if (code == PCRE2_ERROR_MISSING_CLOSING_PARENTHESIS)
			offset = pattern_unclosed(t->node->text, '(', offset);
		if (code == PCRE2_ERROR_MISSING_SQUARE_BRACKET)
			offset = pattern_unclosed(t->node->text, '[', offset);
		err_add(t->err, place_at(t, offset), "bad_regex",
		    "this is no regular expression: %s", (char *)text);
		if (offset < t->node->text.n)
			err_hint(t->err, "at '%.*s'", STR_ARG(str_first(
			    str_skip(t->node->text, offset), 24)));
		return false;
	}
	t->p->source = arena_dup(t->arena, source);
	t->p->is_jit = pcre2_jit_compile(t->p->code, PCRE2_JIT_COMPLETE) == 0;
	if (pcre2_pattern_info(t->p->code, PCRE2_INFO_MINLENGTH,
		&t->p->least) != 0)
		t->p->least = 0;
	pattern_literals(t->arena, source, t->p);
	pattern_heads(t->arena, source, t->p);
	return true;
}

bool
pattern_compile(struct arena *arena, struct field_table *fields,
    const struct yaml *node, struct pattern *out, struct err *err)
{
	struct translation t = {.arena = arena, .fields = fields, .err = err,
	    .node = node, .p = out};
	bool good;

	*out = (struct pattern){.written = node->text};
	if (node->kind != YAML_SCALAR || node->text.n == 0)
		return err_add(err, node->at, "bad_regex",
		    "'regex' has to be a text");
	buf_init(&t.out, SOURCE_MAX);
	good = translate(&t, node->text, 0, 0);
	if (good && t.out.full)
		good = err_add(err, node->at, "bad_regex",
		    "the pattern is too long");
	if (good && t.captures >= PATTERN_GROUPS)
		good = err_add(err, node->at, "bad_regex",
		    "the pattern has %u groups, %d are allowed", t.captures,
		    PATTERN_GROUPS - 1);
	out->n_captures = t.captures + 1u;
	good = good && compile(&t);
	buf_fini(&t.out);
	free(t.from);
	return good;
}

void
pattern_free(struct pattern *p)
{
	pcre2_code_free(p->code);
	p->code = NULL;
}

struct pattern_scratch *
pattern_scratch_new(void)
{
	struct pattern_scratch *s = mem_get_zero(1, sizeof(*s));

	s->memos = mem_get_zero(MEMO_SIZE, sizeof(*s->memos));
	s->data = pcre2_match_data_create(PATTERN_GROUPS, NULL);
	s->limits = pcre2_match_context_create(NULL);
	s->stack = pcre2_jit_stack_create((size_t)32 * 1024,
	    (size_t)512 * 1024, NULL);
	if (s->data == NULL || s->limits == NULL)
		abort();
	s->limit = PATTERN_MATCH_LIMIT;
	pcre2_set_match_limit(s->limits, s->limit);
	pcre2_set_depth_limit(s->limits, PATTERN_DEPTH_LIMIT);
	pcre2_set_heap_limit(s->limits, PATTERN_HEAP_LIMIT);
	pcre2_jit_stack_assign(s->limits, NULL, s->stack);
	return s;
}

void
pattern_scratch_free(struct pattern_scratch *s)
{
	if (s == NULL)
		return;
	free(s->memos);
	pcre2_match_data_free(s->data);
	pcre2_match_context_free(s->limits);
	pcre2_jit_stack_free(s->stack);
	free(s);
}

void
pattern_scratch_reset(struct pattern_scratch *s)
{
	s->given_up = 0;
}

static void
set_limit(struct pattern_scratch *s, size_t n)
{
	uint32_t limit = PATTERN_MATCH_LIMIT;

	if (n > PATTERN_WORK / PATTERN_MATCH_LIMIT)
		limit = (uint32_t)(PATTERN_WORK / n);
	limit >>= s->given_up;
	if (limit == s->limit)
		return;
	s->limit = limit;
	pcre2_set_match_limit(s->limits, limit);
}

static bool
begins_right(const struct pattern *p, struct str s)
{
	for (size_t i = 0; i < p->n_heads; i++) {
		const struct pattern_head *h = &p->heads[i];

		if (!has_prefix(s, h->text))
			continue;
		if (h->set == NULL ||
		    (s.n > h->text.n && byte_set_has(h->set, s.p[h->text.n])))
			return true;
	}
	return false;
}

/* Each is searched by itself, which is only cheaper than the expression when
 * they are few and seldom there; many are for a pack's one pass. */
#define ANY_SEARCHED 8

static bool
has_any(const struct pattern *p, struct str s)
{
	if (p->n_any > ANY_SEARCHED)
		return true;
	for (size_t i = 0; i < p->n_any; i++) {
		if (text_has(s, p->any[i]))
			return true;
	}
	return p->n_any == 0;
}

enum pattern_result
pattern_run(const struct pattern *p, struct pattern_scratch *s,
    struct str subject)
{
	if (subject.n < p->least || !has_prefix(subject, p->prefix) ||
	    (p->n_heads > 0 && !begins_right(p, subject)) ||
	    !text_has(subject, p->literal) || !has_any(p, subject))
		return PATTERN_MISS;
	return pattern_run_there(p, s, subject);
}

enum pattern_result
pattern_run_there(const struct pattern *p, struct pattern_scratch *s,
    struct str subject)
{
	PCRE2_SPTR text = (PCRE2_SPTR)subject.p;
	int rc;

	if (p->is_exact)
		return PATTERN_HIT;
	set_limit(s, subject.n);
	rc = p->is_jit
	    ? pcre2_jit_match(p->code, text, subject.n, 0, 0, s->data,
		  s->limits)
	    : pcre2_match(p->code, text, subject.n, 0, 0, s->data, s->limits);
	/* The stack of compiled code has a size, the interpreter's has not:
	 * this is no answer yet. */
	if (rc == PCRE2_ERROR_JIT_STACKLIMIT)
		rc = pcre2_match(p->code, text, subject.n, 0, PCRE2_NO_JIT,
		    s->data, s->limits);
	if (rc >= 0)
		return PATTERN_HIT;
	if (rc == PCRE2_ERROR_NOMATCH)
		return PATTERN_MISS;
	s->given_up += s->given_up < 16;
	return PATTERN_LIMIT;
}

static struct memo *
memo_of(const struct pattern *p, struct pattern_scratch *s, struct str text)
{
	uint64_t h = text_hash(text) ^
	    (uint64_t)(uintptr_t)p * 0x9e3779b97f4a7c15u;

	return &s->memos[(h ^ h >> 32) & (MEMO_SIZE - 1)];
}

enum pattern_result
pattern_recall(const struct pattern *p, struct pattern_scratch *s,
    struct str subject)
{
	size_t bytes = p->n_captures * 2 * sizeof(PCRE2_SIZE);
	PCRE2_SIZE *offsets = pcre2_get_ovector_pointer(s->data);
	enum pattern_result result;
	struct memo *m;

	if (subject.n < p->least)
		return PATTERN_MISS;
	if (subject.n > MEMO_TEXT || p->n_captures > MEMO_GROUPS)
		return pattern_run(p, s, subject);
	m = memo_of(p, s, subject);
	if (m->pattern == p && m->n == subject.n &&
	    same_bytes(m->text, subject.p, subject.n)) {
		memcpy(offsets, m->offsets, bytes);
		return (enum pattern_result)m->result;
	}
	result = pattern_run(p, s, subject);
	if (result == PATTERN_LIMIT)
		return result;
	m->pattern = p;
	m->n = (uint8_t)subject.n;
	m->result = (uint8_t)result;
	memcpy(m->text, subject.p, subject.n);
	memcpy(m->offsets, offsets, bytes);
	return result;
}

const PCRE2_SIZE *
pattern_offsets(const struct pattern_scratch *s)
{
	return pcre2_get_ovector_pointer(s->data);
}
