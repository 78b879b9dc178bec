#include "engine/sigma/value.h"

/*
 * Integers without leading zero (`00000429` is a text, YAML 1.1 says so) and
 * fractions with a dot. More than 15 digits a double would round: text too.
 */
bool
value_is_number(struct str text, double *out)
{
	size_t i = 0, digits = 0;

	if (i < text.n && text.p[i] == '-')
		i++;
	if (text.n > i + 1 && text.p[i] == '0' && char_is_digit(text.p[i + 1]))
		return false;
	while (i < text.n && char_is_digit(text.p[i])) {
		i++;
		digits++;
	}
	if (digits == 0)
		return false;
	if (i + 1 < text.n && text.p[i] == '.') {
		i++;
		while (i < text.n && char_is_digit(text.p[i])) {
			i++;
			digits++;
		}
	}
	return i == text.n && digits <= 15 && str_to_double(text, out);
}

static bool
read_bool(struct str text, bool *out)
{
	static const struct {
		struct str text;
		bool yes;
	} words[] = {
	    {STR_INIT("true"),  true },
	    {STR_INIT("True"),  true },
	    {STR_INIT("TRUE"),  true },
	    {STR_INIT("false"), false},
	    {STR_INIT("False"), false},
	    {STR_INIT("FALSE"), false},
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (str_eq(text, words[i].text)) {
			*out = words[i].yes;
			return true;
		}
	}
	return false;
}

struct value
value_read(struct loader *l, const struct yaml *scalar)
{
	struct value v = {.at = scalar->at, .raw = scalar->text};

	if (yaml_is_null(scalar))
		v.kind = VALUE_NULL;
	else if (scalar->plain && value_is_number(scalar->text, &v.number))
		v.kind = VALUE_NUMBER;
	else if (scalar->plain && read_bool(scalar->text, &v.yes))
		v.kind = VALUE_BOOL;
	else
		v.pattern = wild_parse(l->arena, v.raw);
	return v;
}

void
value_to_text(struct loader *l, struct value *v)
{
	if (v->kind != VALUE_NUMBER && v->kind != VALUE_BOOL)
		return;
	v->kind = VALUE_TEXT;
	v->pattern = wild_literal(l->arena, v->raw);
}

bool
value_to_group(struct loader *l, struct value *v, const struct wild_set *set)
{
	struct value *items;

	if (set->n == 1) {
		v->pattern = set->items[0];
		return true;
	}
	l->made += set->n;
	if (l->made > VALUE_MAX_MADE)
		return err_add(l->err, v->at, "too_many_values",
		    "the modifiers of this document give more than %d values",
		    VALUE_MAX_MADE);
	items = ARENA_ARRAY(l->arena, set->n, struct value);
	for (size_t i = 0; i < set->n; i++) {
		items[i] = *v;
		items[i].pattern = set->items[i];
	}
	v->kind = VALUE_GROUP;
	v->items = items;
	v->n = set->n;
	return true;
}
