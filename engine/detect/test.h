/*
 * One test of a rule, compiled: what is compared with the values of a field
 * (or, for keywords, with all values and the raw message).
 */
#ifndef VIGIE_DETECT_TEST_H
#define VIGIE_DETECT_TEST_H

#include "engine/detect/glob.h"
#include "engine/base/literals.h"
#include "engine/detect/regex.h"
#include "engine/detect/view.h"

struct test {
	enum sigma_test_kind kind;
	bool keyword;
	field_id field; /* FIELD_NONE for keywords */
	field_id other; /* FIELDREF */
	/* PATTERN, NUMBER: of several at once there is `set` instead. */
	struct glob glob;
	const struct literals *set;
	const struct number *numbers; /* NUMBER: n of them */
	const struct regex *regex;
	const struct ip_net *nets; /* CIDR: n of them */
	uint32_t n;
	double number; /* LT..GTE, TIMEPART */
	bool yes;
	bool cased;
	enum fieldref_affix affix;
	enum time_part part;
};

struct number {
	double value;
	bool whole; /* `integer` is exact */
	int64_t integer;
};

void number_init(struct number *n, double value, struct str text);
/* "0", "42", "-7": an integer as everybody writes it, exact as a double. */
bool number_is_plain(struct str text);

bool test_holds(struct view *view, const struct test *t);
/* For one value, which is not null; kinds that ask for presence: false. */
bool test_holds_value(struct view *view, const struct test *t,
    const struct value *v);

#endif
