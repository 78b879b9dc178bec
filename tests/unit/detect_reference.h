/*
 * The meaning of a detection, straight from engine/sigma/detection.h: one
 * plain recursion over the tree, one comparison a test, nothing prepared.
 * engine/detect/ is checked against it.
 */
#ifndef VIGIE_TESTS_DETECT_REFERENCE_H
#define VIGIE_TESTS_DETECT_REFERENCE_H

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "engine/base/utf8.h"
#include "engine/event/event.h"
#include "engine/sigma/casefold.h"
#include "engine/sigma/detection.h"

#include <assert.h>
#include <stdlib.h>

/* Bytes that are no UTF-8 count as one character each, U+FFFD. */
static inline struct str
reference_repair(struct str s, char *out)
{
	size_t n = 0;

	for (size_t at = 0; at < s.n;) {
		uint32_t code = casefold_next(s, &at);

		n += utf8_encode(code < CASEFOLD_BYTE ? code : 0xfffd,
		    out + n);
	}
	return str_make(out, n);
}

static inline bool
reference_regex(const struct sigma_test *t, struct str raw)
{
	char *room = mem_get(raw.n * 3 + 1);
	struct str text = reference_repair(raw, room);
	uint32_t options = PCRE2_UTF;
	pcre2_match_data *data;
	pcre2_code *code;
	PCRE2_SIZE at;
	int error, rc;

	options |= t->regex_i ? PCRE2_CASELESS : 0;
	options |= t->regex_m ? PCRE2_MULTILINE : 0;
	options |= t->regex_s ? PCRE2_DOTALL : 0;
	code = pcre2_compile((PCRE2_SPTR)t->regex.p, t->regex.n, options,
	    &error, &at, NULL);
	assert(code != NULL);
	data = pcre2_match_data_create_from_pattern(code, NULL);
	rc = pcre2_match(code, (PCRE2_SPTR)text.p, text.n, 0, 0, data, NULL);
	free(room);
	pcre2_match_data_free(data);
	pcre2_code_free(code);
	return rc >= 0;
}

/* With a `*` at both ends. */
static inline bool
reference_anywhere(const struct pattern *p, struct str text)
{
	struct pattern_piece pieces[64];
	struct pattern open = {.pieces = pieces, .n = p->n + 2,
	    .cased = p->cased};

	assert(open.n <= 64);
	pieces[0] = pieces[open.n - 1] =
	    (struct pattern_piece){.kind = PIECE_ANY};
	for (size_t i = 0; i < p->n; i++)
		pieces[i + 1] = p->pieces[i];
	return pattern_match(&open, text);
}

static inline bool
reference_number(const struct sigma_test *t, const struct value *v)
{
	struct str text = t->pattern.pieces[0].text;
	int64_t a, b;
	double d;

	if (pattern_match(&t->pattern, v->text))
		return true;
	if (v->kind != VALUE_NUMBER)
		return false;
	if (str_to_i64(text, &a) && str_to_i64(v->text, &b))
		return a == b;
	return str_to_double(v->text, &d) && d == t->number;
}

static inline bool
reference_order(const struct sigma_test *t, struct str text)
{
	double v;

	if (!str_to_double(text, &v))
		return false;
	return (t->kind == TEST_LT && v < t->number) ||
	    (t->kind == TEST_LTE && v <= t->number) ||
	    (t->kind == TEST_GT && v > t->number) ||
	    (t->kind == TEST_GTE && v >= t->number);
}

/* The other field's text is data, compared byte by byte. */
static inline bool
reference_affix(const struct sigma_test *t, struct str a, struct str b)
{
	char *room = mem_get(2 * (a.n + b.n) + 2);
	size_t n = 0, from = 0, to;
	bool found = false;

	if (!t->cased) {
		n = casefold_text(a, room);
		b = str_make(room + n, casefold_text(b, room + n));
		a = str_make(room, n);
	}
	to = a.n >= b.n ? a.n - b.n : 0;
	if (t->affix == AFFIX_NONE || t->affix == AFFIX_ENDS)
		from = to;
	if (t->affix == AFFIX_NONE || t->affix == AFFIX_STARTS)
		to = 0;
	for (size_t i = from; a.n >= b.n && i <= to; i++)
		found |= str_eq(str_make(a.p + i, b.n), b);
	free(room);
	return found;
}

static inline bool
reference_fieldref(const struct event *ev, const struct sigma_test *t,
    struct str text)
{
	field_id id = field_find(ev->table, t->other);
	const struct value *v = event_value(ev, id);

	for (; v != NULL; v = event_next(ev, v)) {
		if (v->kind != VALUE_NULL && reference_affix(t, text, v->text))
			return true;
	}
	return false;
}

/* "2026-11-24T23:10:00..." only. */
static inline bool
reference_timepart(const struct sigma_test *t, struct str text)
{
	static const size_t from[] = {[PART_MINUTE] = 14, [PART_HOUR] = 11,
	    [PART_DAY] = 8, [PART_MONTH] = 5, [PART_YEAR] = 0};
	size_t n = t->part == PART_YEAR ? 4 : 2;
	uint64_t v;

	assert(t->part != PART_WEEK);
	if (text.n < 19 || text.p[4] != '-' || text.p[10] != 'T' ||
	    text.p[13] != ':')
		return false;
	return str_to_u64(str_make(text.p + from[t->part], n), &v) &&
	    (double)v == t->number;
}

static inline bool
reference_value(const struct event *ev, const struct sigma_test *t,
    const struct value *v)
{
	bool keyword = t->field.n == 0;
	struct ip ip;

	switch (t->kind) {
	case TEST_PATTERN:
		return keyword ? reference_anywhere(&t->pattern, v->text)
			       : pattern_match(&t->pattern, v->text);
	case TEST_NUMBER:
		return keyword ? reference_anywhere(&t->pattern, v->text)
			       : reference_number(t, v);
	case TEST_BOOL:
		return str_eq_nocase(v->text,
			   t->yes ? STR("true") : STR("false")) ||
		    str_eq(v->text, t->yes ? STR("1") : STR("0"));
	case TEST_REGEX:
		return reference_regex(t, v->text);
	case TEST_CIDR:
		return ip_parse(v->text, &ip) && ip_net_has(&t->net, &ip);
	case TEST_FIELDREF:
		return reference_fieldref(ev, t, v->text);
	case TEST_TIMEPART:
		return reference_timepart(t, v->text);
	case TEST_NULL:
	case TEST_EXISTS:
		return false;
	default:
		return reference_order(t, v->text);
	}
}

static inline bool
reference_keyword(const struct event *ev, const struct sigma_test *t)
{
	struct value message = {.text = ev->message, .kind = VALUE_TEXT};

	if (t->kind == TEST_NULL || t->kind == TEST_EXISTS)
		return false;
	if (message.text.n > 0 && reference_value(ev, t, &message))
		return true;
	for (field_id id = 1; id < field_count(ev->table); id++) {
		const struct value *v = event_value(ev, id);

		for (; v != NULL; v = event_next(ev, v)) {
			if (v->kind != VALUE_NULL && reference_value(ev, t, v))
				return true;
		}
	}
	for (uint16_t i = 0; i < ev->count; i++) {
		const struct value *v = &ev->values[i];

		if (v->field == FIELD_NONE && v->kind != VALUE_NULL &&
		    reference_value(ev, t, v))
			return true;
	}
	return false;
}

static inline bool
reference_test(const struct event *ev, const struct sigma_test *t)
{
	field_id id = field_find(ev->table, t->field);
	const struct value *v;
	bool null;

	if (t->field.n == 0)
		return reference_keyword(ev, t);
	v = event_value(ev, id);
	if (t->kind == TEST_EXISTS)
		return (v != NULL) == t->yes;
	null = v == NULL;
	for (; v != NULL; v = event_next(ev, v)) {
		if (v->kind == VALUE_NULL)
			null = true;
		else if (reference_value(ev, t, v))
			return true;
	}
	return t->kind == TEST_NULL && null;
}

static inline bool
reference_node(const struct event *ev, const struct sigma_node *node)
{
	switch (node->op) {
	case SIGMA_TEST:
		return reference_test(ev, node->test);
	case SIGMA_NOT:
		return !reference_node(ev, node->nodes[0]);
	case SIGMA_AND:
		for (size_t i = 0; i < node->n; i++) {
			if (!reference_node(ev, node->nodes[i]))
				return false;
		}
		return true;
	case SIGMA_OR:
		for (size_t i = 0; i < node->n; i++) {
			if (reference_node(ev, node->nodes[i]))
				return true;
		}
		return false;
	}
	return false;
}

#endif
