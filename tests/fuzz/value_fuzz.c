/*
 * A value under a chain of modifiers and the text that it is compared with:
 * each modifier a byte up to the first LF, then the rule's value up to the
 * next one, then the event's.
 */
#include "tests/fuzz/rule_text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define PARTS 24 /* from "minute" on: parts of a time stamp */

static const char *const modifiers[] = {"contains", "startswith", "endswith",
    "all", "cased", "windash", "wide", "utf16le", "utf16be", "utf16", "base64",
    "base64offset", "re", "i", "m", "s", "cidr", "fieldref", "exists", "lt",
    "lte", "gt", "gte", "neq", "minute", "hour", "day", "week", "month",
    "year"};

/* Could it be a number, a bool, null? */
static bool
may_be_plain(struct str s)
{
	static const struct str signs = STR_INIT("0123456789.-+eaflnrstu");

	for (size_t i = 0; i < s.n; i++) {
		if (str_find_char(signs, s.p[i]) == SIZE_MAX)
			return false;
	}
	return s.n > 0 && s.n < 12;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str chain, value, rest = str_make((const char *)data, size);
	struct rule_field fields[2] = {{.name = "f"}, {.name = "g"}};
	bool compare = true, used[sizeof(modifiers) / sizeof(modifiers[0])] = {0};
	struct buf text;

	if (size > 4096)
		return 0;
	str_cut(rest, '\n', &chain, &rest);
	str_cut(rest, '\n', &value, &rest);
	fields[0].value = rest.p == NULL ? STR("") : rest;
	fields[1].value = STR("abc");
	buf_init(&text, (size_t)1024 * 1024);
	buf_add(&text, STR("title: t\nlogsource: {product: p}\ndetection:\n"
	    "  s: {'f"));
	for (size_t i = 0; i < chain.n && i < 5; i++) {
		size_t k = (unsigned char)chain.p[i] %
		    (sizeof(modifiers) / sizeof(modifiers[0]));

		/* `windash` again and again is 200,000 values. */
		if (used[k])
			continue;
		used[k] = true;
		/* The reference sets PCRE2 no limit, and reads no broken
		 * stamps. */
		compare &= k < PARTS && strcmp(modifiers[k], "re") != 0;
		buf_printf(&text, "|%s", modifiers[k]);
	}
	buf_add(&text, STR("': "));
	if (may_be_plain(value))
		buf_add(&text, value);
	else
		quote(&text, value);
	buf_add(&text, STR("}\n  condition: s\n"));
	rule_run(buf_str(&text), fields, 2, compare);
	buf_fini(&text);
	return 0;
}
