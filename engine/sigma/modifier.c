/*
 * The modifiers, one row each. A row says what it does to one value; what
 * concerns the whole item (all, neq) only sets a flag. Values that became a
 * group are walked.
 */
#include "engine/sigma/value.h"

#include "engine/base/base64.h"
#include "engine/sigma/encode.h"

typedef bool apply_fn(struct item *item, struct value *v, int arg);

static const char *
value_word(const struct value *v)
{
	static const char *const kinds[] = {
	    [VALUE_TEXT] = "a text",
	    [VALUE_NUMBER] = "a number",
	    [VALUE_BOOL] = "true or false",
	    [VALUE_NULL] = "null",
	    [VALUE_GROUP] = "several values",
	};
	static const char *const tests[] = {
	    [TEST_REGEX] = "a regular expression",
	    [TEST_CIDR] = "a network",
	    [TEST_LT] = "a comparison",
	    [TEST_LTE] = "a comparison",
	    [TEST_GT] = "a comparison",
	    [TEST_GTE] = "a comparison",
	    [TEST_EXISTS] = "a test of presence",
	    [TEST_FIELDREF] = "another field",
	    [TEST_TIMEPART] = "a part of a time",
	};

	return v->kind == VALUE_TEST ? tests[v->test->kind] : kinds[v->kind];
}

static struct place
modifier_place(const struct item *item)
{
	return place_inside(item->loader, item->key, item->modifier);
}

static bool
refuse(struct item *item, const struct value *v, const char *expected)
{
	struct loader *l = item->loader;

	if (v->kind == VALUE_TEST)
		return err_add(l->err, modifier_place(item), "modifier_chain",
		    "'%.*s' cannot be applied to %s", STR_ARG(item->name),
		    value_word(v));
	return err_add(l->err, v->at, "modifier_value",
	    "'%.*s' found %s, expected %s", STR_ARG(item->name), value_word(v),
	    expected);
}

static bool
is_test(const struct value *v, enum sigma_test_kind kind)
{
	return v->kind == VALUE_TEST && v->test->kind == kind;
}

static struct sigma_test *
make_test(struct item *item, struct value *v, enum sigma_test_kind kind)
{
	v->kind = VALUE_TEST;
	v->test = ARENA_NEW(item->loader->arena, struct sigma_test);
	v->test->kind = kind;
	v->test->at = v->at;
	return v->test;
}

/* Text, or what can be seen as text; else a mistake. */
static bool
need_text(struct item *item, struct value *v)
{
	value_to_text(item->loader, v);
	return v->kind == VALUE_TEXT || refuse(item, v, "a text");
}

static bool
apply_affix(struct item *item, struct value *v, int affix)
{
	struct sigma_test *test = v->test;

	/* Unanchored anyway: nothing to add. */
	if (is_test(v, TEST_REGEX))
		return true;
	if (is_test(v, TEST_FIELDREF)) {
		test->affix = test->affix == AFFIX_NONE ||
		                      test->affix == (enum fieldref_affix)affix
		                  ? (enum fieldref_affix)affix
		                  : AFFIX_CONTAINS;
		return true;
	}
	if (!need_text(item, v))
		return false;
	v->pattern = wild_open(item->loader->arena, &v->pattern,
	    affix != AFFIX_STARTS, affix != AFFIX_ENDS);
	return true;
}

static bool
apply_cased(struct item *item, struct value *v, int arg)
{
	(void)arg;
	if (is_test(v, TEST_FIELDREF)) {
		v->test->cased = true;
		return true;
	}
	/* Case-sensitive by themselves. */
	if (is_test(v, TEST_REGEX) && !v->test->regex_i)
		return true;
	if (!need_text(item, v))
		return false;
	v->pattern.cased = true;
	return true;
}

static bool
apply_re(struct item *item, struct value *v, int arg)
{
	(void)arg;
	if (!need_text(item, v))
		return false;
	make_test(item, v, TEST_REGEX)->regex = v->raw;
	return true;
}

static bool
apply_flag(struct item *item, struct value *v, int flag)
{
	if (!is_test(v, TEST_REGEX))
		return err_add(item->loader->err, modifier_place(item),
		    "modifier_chain",
		    "'%.*s' is a flag of 're' and has to follow it",
		    STR_ARG(item->name));
	v->test->regex_i |= flag == 'i';
	v->test->regex_m |= flag == 'm';
	v->test->regex_s |= flag == 's';
	return true;
}

static bool
apply_windash(struct item *item, struct value *v, int arg)
{
	struct wild_set set;

	(void)arg;
	if (!need_text(item, v))
		return false;
	if (!wild_windash(item->loader->arena, &v->pattern, &set)) {
		item->loader->made = VALUE_MAX_MADE + 1;
		return err_add(item->loader->err, v->at, "too_many_values",
		    "'windash' gives more than %d values: too many dashes",
		    WILD_SET_MAX);
	}
	return value_to_group(item->loader, v, &set);
}

static bool
need_literal(struct item *item, struct value *v, struct str *text)
{
	if (!need_text(item, v))
		return false;
	if (wild_is_literal(&v->pattern, text))
		return true;
	err_add(item->loader->err, v->at, "base64_wildcard",
	    "'%.*s' cannot encode a wildcard", STR_ARG(item->name));
	err_hint(item->loader->err, "put contains, startswith or endswith "
	                            "behind it, or write \\* for a star");
	return false;
}

static bool
apply_base64(struct item *item, struct value *v, int arg)
{
	struct arena *arena = item->loader->arena;
	bool cased = v->pattern.cased;
	struct str text;

	(void)arg;
	if (!need_literal(item, v, &text))
		return false;
	v->pattern = wild_literal(arena, base64_encode(arena, text));
	v->pattern.cased = cased;
	return true;
}

static bool
apply_base64offset(struct item *item, struct value *v, int arg)
{
	struct arena *arena = item->loader->arena;
	struct pattern ways[3];
	struct wild_set set = {ways, 3};
	struct str text;

	(void)arg;
	if (!need_literal(item, v, &text))
		return false;
	for (size_t i = 0; i < 3; i++) {
		ways[i] = wild_literal(arena, base64_at_offset(arena, text, i));
		ways[i].cased = v->pattern.cased;
		if (ways[i].n == 0)
			return err_add(item->loader->err, v->at, "base64_short",
			    "'%.*s' is too short for base64offset: nothing of "
			    "it would be sure to stand in the encoded text",
			    STR_ARG(v->raw));
	}
	return value_to_group(item->loader, v, &set);
}

static bool
apply_utf16(struct item *item, struct value *v, int form)
{
	if (!need_text(item, v))
		return false;
	return wild_to_utf16(item->loader->arena, &v->pattern, (enum utf16)form,
	           &v->pattern) ||
	       err_add(item->loader->err, v->at, "modifier_value",
	           "'%.*s' needs text in UTF-8", STR_ARG(item->name));
}

static bool
apply_cidr(struct item *item, struct value *v, int arg)
{
	struct err *err = item->loader->err;
	struct ip_net net;
	char text[IP_TEXT];

	(void)arg;
	if (v->kind != VALUE_TEXT)
		return refuse(item, v, "a network such as 192.0.2.0/24");
	if (ip_net_parse(v->raw, true, &net)) {
		make_test(item, v, TEST_CIDR)->net = net;
		return true;
	}
	if (ip_net_parse(v->raw, false, &net)) {
		err_add(err, v->at, "cidr_host_bits",
		    "'%.*s' has bits set behind the prefix", STR_ARG(v->raw));
		err_hint(err, "the network is %.*s/%d",
		    STR_ARG(ip_format(&net.ip, text)),
		    ip_is_v4(&net.ip) && net.bits >= 96 ? net.bits - 96
		                                        : net.bits);
		return false;
	}
	return err_add(err, v->at, "cidr",
	    "'%.*s' is no network, expected one such as 192.0.2.0/24 or "
	    "2001:db8::/32",
	    STR_ARG(v->raw));
}

static bool
apply_expand(struct item *item, struct value *v, int arg)
{
	(void)arg;
	if (!is_test(v, TEST_REGEX) && !need_text(item, v))
		return false;
	return placeholder_expand(item, v);
}

static bool
apply_fieldref(struct item *item, struct value *v, int arg)
{
	(void)arg;
	if (v->kind != VALUE_TEXT || v->raw.n == 0)
		return refuse(item, v, "the name of another field");
	make_test(item, v, TEST_FIELDREF)->other = v->raw;
	return true;
}

static bool
apply_exists(struct item *item, struct value *v, int arg)
{
	bool yes;

	(void)arg;
	if (v->kind == VALUE_BOOL)
		yes = v->yes;
	else if (str_eq_nocase(v->raw, STR("true")))
		yes = true;
	else if (str_eq_nocase(v->raw, STR("false")))
		yes = false;
	else
		return err_add(item->loader->err, v->at, "modifier_value",
		    "'exists' found '%.*s', expected true or false",
		    STR_ARG(v->raw));
	make_test(item, v, TEST_EXISTS)->yes = yes;
	return true;
}

static const struct {
	const char *name;
	unsigned first, last;
} parts[] = {
    [PART_MINUTE] = {"minute", 0,    59  },
    [PART_HOUR] = {"hour",   0,    23  },
    [PART_DAY] = {"day",    1,    31  },
    [PART_WEEK] = {"week",   1,    53  },
    [PART_MONTH] = {"month",  1,    12  },
    [PART_YEAR] = {"year",   1970, 2199},
};

/* `hour|gte: 20` is any hour from 20 on: each of them a test. */
static bool
compare_part(struct item *item, struct value *v, enum sigma_test_kind kind)
{
	struct arena *arena = item->loader->arena;
	const struct sigma_test *test = v->test;
	unsigned first = parts[test->part].first;
	unsigned last = parts[test->part].last;
	struct value *items =
	    ARENA_ARRAY(arena, last - first + 1, struct value);
	size_t n = 0;

	for (unsigned i = first; i <= last; i++) {
		double x = test->number;
		bool holds = kind == TEST_LT    ? i < x
		             : kind == TEST_LTE ? i <= x
		             : kind == TEST_GT  ? i > x
		                                : i >= x;

		if (!holds)
			continue;
		items[n] = *v;
		items[n].test = ARENA_NEW(arena, struct sigma_test);
		*items[n].test = *test;
		items[n++].test->number = i;
	}
	v->kind = VALUE_GROUP;
	v->items = items;
	v->n = n;
	return true;
}

static bool
apply_compare(struct item *item, struct value *v, int kind)
{
	if (is_test(v, TEST_TIMEPART))
		return compare_part(item, v, (enum sigma_test_kind)kind);
	if (v->kind == VALUE_TEXT && value_is_number(v->raw, &v->number)) {
		v->kind = VALUE_NUMBER;
		err_warn(item->loader->err, v->at, "number_as_string",
		    "the number '%.*s' needs no quotes", STR_ARG(v->raw));
	}
	if (v->kind != VALUE_NUMBER)
		return refuse(item, v, "a number");
	make_test(item, v, (enum sigma_test_kind)kind)->number = v->number;
	return true;
}

static bool
apply_part(struct item *item, struct value *v, int part)
{
	struct sigma_test *test;

	if (v->kind != VALUE_NUMBER)
		return refuse(item, v, "a number");
	if (v->number < parts[part].first || v->number > parts[part].last)
		return err_add(item->loader->err, v->at, "time_part",
		    "'%s' is '%.*s', expected a number from %u to %u",
		    parts[part].name, STR_ARG(v->raw), parts[part].first,
		    parts[part].last);
	test = make_test(item, v, TEST_TIMEPART);
	test->part = (enum time_part)part;
	test->number = v->number;
	return true;
}

enum {
	FIRST = 1,       /* has to be the first modifier */
	FIELD = 2,       /* makes no sense for keywords */
	ALL = 4,         /* sets item->all */
	NEQ = 8,         /* sets item->neq */
	AFTER_PART = 16, /* first, or behind a part of a time */
	HEAD = FIRST | FIELD,
	COMPARE = AFTER_PART | FIELD,
};

static const struct modifier {
	struct str name;
	apply_fn *apply;
	int arg;
	unsigned rules;
} modifiers[] = {
    {STR_INIT("contains"),     apply_affix,        AFFIX_CONTAINS, 0      },
    {STR_INIT("startswith"),   apply_affix,        AFFIX_STARTS,   0      },
    {STR_INIT("endswith"),     apply_affix,        AFFIX_ENDS,     0      },
    {STR_INIT("all"),          NULL,               0,              ALL    },
    {STR_INIT("re"),           apply_re,           0,              FIRST  },
    {STR_INIT("i"),            apply_flag,         'i',            0      },
    {STR_INIT("ignorecase"),   apply_flag,         'i',            0      },
    {STR_INIT("m"),            apply_flag,         'm',            0      },
    {STR_INIT("multiline"),    apply_flag,         'm',            0      },
    {STR_INIT("s"),            apply_flag,         's',            0      },
    {STR_INIT("dotall"),       apply_flag,         's',            0      },
    {STR_INIT("cased"),        apply_cased,        0,              0      },
    {STR_INIT("windash"),      apply_windash,      0,              0      },
    {STR_INIT("base64"),       apply_base64,       0,              0      },
    {STR_INIT("base64offset"), apply_base64offset, 0,              0      },
    {STR_INIT("wide"),         apply_utf16,        UTF16_LE,       0      },
    {STR_INIT("utf16le"),      apply_utf16,        UTF16_LE,       0      },
    {STR_INIT("utf16be"),      apply_utf16,        UTF16_BE,       0      },
    {STR_INIT("utf16"),        apply_utf16,        UTF16_BOM,      0      },
    {STR_INIT("cidr"),         apply_cidr,         0,              HEAD   },
    {STR_INIT("expand"),       apply_expand,       0,              0      },
    {STR_INIT("fieldref"),     apply_fieldref,     0,              HEAD   },
    {STR_INIT("exists"),       apply_exists,       0,              HEAD   },
    {STR_INIT("lt"),           apply_compare,      TEST_LT,        COMPARE},
    {STR_INIT("lte"),          apply_compare,      TEST_LTE,       COMPARE},
    {STR_INIT("gt"),           apply_compare,      TEST_GT,        COMPARE},
    {STR_INIT("gte"),          apply_compare,      TEST_GTE,       COMPARE},
    {STR_INIT("neq"),          NULL,               0,              NEQ    },
    {STR_INIT("minute"),       apply_part,         PART_MINUTE,    HEAD   },
    {STR_INIT("hour"),         apply_part,         PART_HOUR,      HEAD   },
    {STR_INIT("day"),          apply_part,         PART_DAY,       HEAD   },
    {STR_INIT("week"),         apply_part,         PART_WEEK,      HEAD   },
    {STR_INIT("month"),        apply_part,         PART_MONTH,     HEAD   },
    {STR_INIT("year"),         apply_part,         PART_YEAR,      HEAD   },
};

#define N_MODIFIERS (sizeof(modifiers) / sizeof(modifiers[0]))

static const struct modifier *
modifier_find(struct item *item, struct str name)
{
	struct str names[N_MODIFIERS];

	for (size_t i = 0; i < N_MODIFIERS; i++) {
		if (str_eq(name, modifiers[i].name))
			return &modifiers[i];
		names[i] = modifiers[i].name;
	}
	if (name.n == 0) {
		err_add(item->loader->err, modifier_place(item),
		    "unknown_modifier", "there is no modifier behind this '|'");
		return NULL;
	}
	err_add(item->loader->err, modifier_place(item), "unknown_modifier",
	    "there is no modifier '%.*s'", STR_ARG(name));
	err_did_you_mean(item->loader->err, name, names, N_MODIFIERS);
	return NULL;
}

static bool
apply_to(struct item *item, struct value *v, const struct modifier *m)
{
	bool ok = true;

	/* Said when it became too much. */
	if (item->loader->made > VALUE_MAX_MADE)
		return false;
	if (v->kind != VALUE_GROUP)
		return m->apply(item, v, m->arg);
	for (size_t i = 0; i < v->n; i++)
		ok &= apply_to(item, &v->items[i], m);
	return ok;
}

static bool
check_order(struct item *item, const struct modifier *m)
{
	struct err *err = item->loader->err;
	bool first = (m->rules & FIRST) != 0;

	if ((m->rules & FIELD) != 0 && item->field.n == 0)
		return err_add(err, modifier_place(item), "modifier_keyword",
		    "'%.*s' needs a field before it", STR_ARG(m->name));
	if ((m->rules & AFTER_PART) != 0)
		first =
		    item->n > 0 && !is_test(&item->values[0], TEST_TIMEPART);
	if (!first || item->count == 0)
		return true;
	err_add(err, modifier_place(item), "modifier_order",
	    "'%.*s' has to be the first modifier", STR_ARG(m->name));
	err_hint(err, "write it directly behind the field name");
	return false;
}

bool
modifier_apply(struct item *item, struct str name)
{
	const struct modifier *m;
	bool ok = true;

	item->name = name;
	m = modifier_find(item, name);
	if (m == NULL || !check_order(item, m))
		return false;
	item->all |= (m->rules & ALL) != 0;
	item->neq |= (m->rules & NEQ) != 0;
	/* These two say nothing about the form of the values. */
	if (m->apply == NULL)
		return true;
	item->count++;
	for (size_t i = 0; i < item->n; i++)
		ok &= apply_to(item, &item->values[i], m);
	return ok;
}
