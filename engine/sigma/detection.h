/*
 * The detection of one rule as a tree of tests, with every modifier carried
 * out (base64, windash, wide, expand ... are gone), lists turned into AND or
 * OR, `1 of x*` resolved and filters AND-ed. Who evaluates it needs to know
 * nothing of YAML. Two-valued: a test on an absent field is false, except
 * TEST_NULL and TEST_EXISTS false.
 */
#ifndef VIGIE_SIGMA_DETECTION_H
#define VIGIE_SIGMA_DETECTION_H

#include "engine/base/err.h"
#include "engine/base/ip.h"

/* A piece of a string pattern, escapes resolved. */
enum pattern_piece_kind { PIECE_TEXT, PIECE_ANY /* * */, PIECE_ONE /* ? */ };

struct pattern_piece {
	enum pattern_piece_kind kind;
	struct str text; /* PIECE_TEXT */
};

/* The whole value has to match; `contains` is PIECE_ANY at both ends. `?` is
 * one character of UTF-8, or one byte where the value is no UTF-8. */
struct pattern {
	struct pattern_piece *pieces;
	size_t n; /* 0: the empty string */
	bool cased; /* else Unicode simple case folding */
};

enum sigma_test_kind {
	TEST_PATTERN,  /* text or number as text, against `pattern` */
	TEST_NUMBER,   /* a bare number in the rule: equal as number, or the
			  same text */
	TEST_BOOL,     /* a bare true/false: true = "true", "1" in any case */
	TEST_REGEX,    /* PCRE2, unanchored, case-sensitive unless flagged */
	TEST_CIDR,
	TEST_LT,
	TEST_LTE,
	TEST_GT,
	TEST_GTE,
	TEST_NULL,     /* absent or null */
	TEST_EXISTS,   /* presence as wanted in `yes` */
	TEST_FIELDREF, /* equal to another field (see affix) */
	TEST_TIMEPART, /* part of a time stamp equals `number` */
};

enum fieldref_affix { AFFIX_NONE, AFFIX_STARTS, AFFIX_ENDS, AFFIX_CONTAINS };
enum time_part {
	PART_MINUTE,
	PART_HOUR,
	PART_DAY,
	PART_WEEK, /* ISO 8601 */
	PART_MONTH,
	PART_YEAR,
};

struct sigma_test {
	enum sigma_test_kind kind;
	struct str field; /* as the rule names it; empty: keyword, any value
			     and the raw message, found anywhere in it */
	struct place at;
	struct pattern pattern; /* TEST_PATTERN; TEST_NUMBER: its text */
	double number;		/* TEST_NUMBER, LT..GTE, TIMEPART */
	bool yes;		/* TEST_BOOL, TEST_EXISTS */
	struct str regex;	/* TEST_REGEX */
	bool regex_i, regex_m, regex_s;
	struct ip_net net;	/* TEST_CIDR */
	struct str other;	/* TEST_FIELDREF */
	bool cased;		/* TEST_FIELDREF */
	enum fieldref_affix affix;
	enum time_part part;
};

enum sigma_op { SIGMA_AND, SIGMA_OR, SIGMA_NOT, SIGMA_TEST };

struct sigma_node {
	enum sigma_op op;
	struct sigma_node **nodes; /* AND, OR: n; NOT: 1 */
	size_t n;		   /* AND of none is true, OR of none false */
	const struct sigma_test *test;
	struct str name; /* of the selection that begins here, for explain */
	struct place at;
};

struct sigma_detection {
	const struct sigma_node *root;
};

/* Does `text` match? The reference for every faster way. */
bool pattern_match(const struct pattern *p, struct str text);

#endif
