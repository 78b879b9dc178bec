#include "engine/detect/test.h"

#include "engine/base/ip.h"
#include "engine/base/find.h"
#include "engine/detect/timepart.h"

void
number_init(struct number *n, double value, struct str text)
{
	*n = (struct number){.value = value};
	n->whole = str_to_i64(text, &n->integer);
}

bool
number_is_plain(struct str text)
{
	size_t i = text.n > 0 && text.p[0] == '-';

	if (i == text.n || text.n > 15 ||
	    (text.p[i] == '0' && (text.n > i + 1 || i == 1)))
		return false;
	for (; i < text.n; i++) {
		if (!char_is_digit(text.p[i]))
			return false;
	}
	return true;
}

struct subject {
	struct str folded, raw;
};

static bool
glob_agrees(void *arg, const void *glob)
{
	const struct subject *s = arg;

	return glob_match(glob, s->folded, s->raw);
}

static bool
holds_text(struct view *view, const struct test *t, const struct value *v)
{
	struct subject s = {.raw = v->text};

	if (t->set != NULL || !t->glob.cased)
		s.folded = view_folded(view, v);
	if (t->set != NULL)
		return literals_any(t->set, s.folded, glob_agrees, &s);
	return glob_match(&t->glob, s.folded, s.raw);
}

/*
 * The same text, or, where the source sent a number, the same number;
 * integers exactly, beyond what a double can tell apart. Two integers in
 * plain spelling are equal only when their texts are.
 */
static bool
holds_number(struct view *view, const struct test *t, const struct value *v)
{
	int64_t integer;
	bool whole;
	double value;

	if (holds_text(view, t, v))
		return true;
	if (v->kind != VALUE_NUMBER ||
	    (number_is_plain(v->text) && number_is_plain(t->glob.text)) ||
	    !str_to_double(v->text, &value))
		return false;
	whole = str_to_i64(v->text, &integer);
	for (uint32_t i = 0; i < t->n; i++) {
		const struct number *n = &t->numbers[i];

		if (whole && n->whole ? integer == n->integer
				      : value == n->value)
			return true;
	}
	return false;
}

static bool
holds_bool(struct str text, bool yes)
{
	return yes ? str_eq_nocase(text, STR("true")) || str_eq(text, STR("1"))
		   : str_eq_nocase(text, STR("false")) ||
		str_eq(text, STR("0"));
}

static bool
holds_cidr(const struct test *t, struct str text)
{
	struct ip ip;

	if (!ip_parse(text, &ip))
		return false;
	for (uint32_t i = 0; i < t->n; i++) {
		if (ip_net_has(&t->nets[i], &ip))
			return true;
	}
	return false;
}

static bool
holds_order(const struct test *t, struct str text)
{
	double v;

	if (!str_to_double(text, &v))
		return false;
	switch (t->kind) {
	case TEST_LT:
		return v < t->number;
	case TEST_LTE:
		return v <= t->number;
	case TEST_GT:
		return v > t->number;
	default:
		return v >= t->number;
	}
}

static bool
holds_affix(const struct test *t, struct str text, struct str other)
{
	switch (t->affix) {
	case AFFIX_NONE:
		return str_eq(text, other);
	case AFFIX_STARTS:
		return str_has_prefix(text, other);
	case AFFIX_ENDS:
		return str_has_suffix(text, other);
	case AFFIX_CONTAINS:
		return text_find(text, other) != SIZE_MAX;
	}
	return false;
}

static bool
holds_fieldref(struct view *view, const struct test *t, const struct value *v)
{
	const struct value *o = event_value(view->ev, t->other);

	for (; o != NULL; o = event_next(view->ev, o)) {
		if (o->kind == VALUE_NULL)
			continue;
		if (t->cased ? holds_affix(t, v->text, o->text)
			     : holds_affix(t, view_folded(view, v),
				   view_folded(view, o)))
			return true;
	}
	return false;
}

static bool
holds(struct view *view, const struct test *t, const struct value *v)
{
	int part;

	switch (t->kind) {
	case TEST_PATTERN:
		return holds_text(view, t, v);
	case TEST_NUMBER:
		return holds_number(view, t, v);
	case TEST_BOOL:
		return holds_bool(v->text, t->yes);
	case TEST_REGEX:
		return regex_match(t->regex, view, v->text);
	case TEST_CIDR:
		return holds_cidr(t, v->text);
	case TEST_LT:
	case TEST_LTE:
	case TEST_GT:
	case TEST_GTE:
		return holds_order(t, v->text);
	case TEST_FIELDREF:
		return holds_fieldref(view, t, v);
	case TEST_TIMEPART:
		return timepart_of_text(v->text, t->part, &part) &&
		    part == t->number;
	case TEST_NULL:
	case TEST_EXISTS:
		break;
	}
	return false;
}

static bool
holds_null(struct view *view, const struct test *t)
{
	const struct value *v = event_value(view->ev, t->field);

	if (v == NULL)
		return true;
	for (; v != NULL; v = event_next(view->ev, v)) {
		if (v->kind == VALUE_NULL)
			return true;
	}
	return false;
}

/* A pattern that stands anywhere in a value cut out of the message stands in
 * the message; only what is bound to the ends has to look again. */
static bool
holds_keyword(struct view *view, const struct test *t)
{
	bool once = t->kind == TEST_PATTERN;
	const struct value *v;
	size_t at = 0;

	if (t->kind == TEST_NULL || t->kind == TEST_EXISTS)
		return false;
	while ((v = view_next(view, &at)) != NULL) {
		if (once && v != &view->message && view_in_message(view, v))
			continue;
		if (holds(view, t, v))
			return true;
	}
	return false;
}

bool
test_holds_value(struct view *view, const struct test *t,
    const struct value *v)
{
	return holds(view, t, v);
}

bool
test_holds(struct view *view, const struct test *t)
{
	const struct value *v;

	if (t->keyword)
		return holds_keyword(view, t);
	if (t->kind == TEST_EXISTS)
		return event_has(view->ev, t->field) == t->yes;
	if (t->kind == TEST_NULL)
		return holds_null(view, t);
	v = event_value(view->ev, t->field);
	/* The event's own time, where no value says it. */
	if (v == NULL && t->kind == TEST_TIMEPART &&
	    t->field == FIELD_TIMESTAMP)
		return view->ev->time != 0 &&
		    timepart_of_stamp(view->ev->time, t->part) == t->number;
	for (; v != NULL; v = event_next(view->ev, v)) {
		if (v->kind != VALUE_NULL && holds(view, t, v))
			return true;
	}
	return false;
}
