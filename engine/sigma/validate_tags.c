/*
 * Tags. Which techniques exist changes every year, so of ATT&CK and D3FEND
 * the form of the number is judged, and the tactics by name.
 */
#include "engine/sigma/validate.h"

static const struct str tactics[] = {
    STR_INIT("reconnaissance"),
    STR_INIT("resource-development"),
    STR_INIT("initial-access"),
    STR_INIT("execution"),
    STR_INIT("persistence"),
    STR_INIT("privilege-escalation"),
    STR_INIT("defense-evasion"),
    STR_INIT("stealth"),
    STR_INIT("defense-impairment"),
    STR_INIT("credential-access"),
    STR_INIT("discovery"),
    STR_INIT("lateral-movement"),
    STR_INIT("collection"),
    STR_INIT("command-and-control"),
    STR_INIT("exfiltration"),
    STR_INIT("impact"),
    STR_INIT("impair-process-control"),
    STR_INIT("inhibit-response-function"),
    STR_INIT("evasion"),
};

static const struct str detections[] = {
    STR_INIT("dfir"),
    STR_INIT("emerging-threats"),
    STR_INIT("threat-hunting"),
};

static const struct str tlp1[] = {STR_INIT("white"), STR_INIT("green"),
    STR_INIT("amber"), STR_INIT("red")};
static const struct str tlp2[] = {STR_INIT("clear"), STR_INIT("green"),
    STR_INIT("amber"), STR_INIT("amber-strict"), STR_INIT("red")};
static const struct str tlp[] = {STR_INIT("white"), STR_INIT("clear"),
    STR_INIT("green"), STR_INIT("amber"), STR_INIT("amber-strict"),
    STR_INIT("red")};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* '9' a digit, '+' one digit or more, anything else itself. */
static bool
has_form(struct str s, const char *form)
{
	for (; *form != '\0'; form++) {
		bool digit = s.n > 0 && char_is_digit(s.p[0]);

		if (*form == '9' || *form == '+') {
			if (!digit)
				return false;
		} else if (s.n == 0 || s.p[0] != *form) {
			return false;
		}
		s = str_skip(s, 1);
		while (*form == '+' && s.n > 0 && char_is_digit(s.p[0]))
			s = str_skip(s, 1);
	}
	return s.n == 0;
}

static bool
is_attack(struct str s)
{
	static const char *const forms[] = {
	    "t9999", "t9999.999", "g9999", "s9999", "m9999"};

	for (size_t i = 0; i < COUNT(forms); i++) {
		if (has_form(s, forms[i]))
			return true;
	}
	return STR_IS_ONE_OF(s, tactics);
}

static bool
is_d3fend(struct str s)
{
	static const struct str words[] = {STR_INIT("model"),
	    STR_INIT("harden"), STR_INIT("detect"), STR_INIT("isolate"),
	    STR_INIT("deceive"), STR_INIT("evict"), STR_INIT("restore")};

	return str_has_prefix(s, STR("d3-")) ||
	    str_has_prefix(s, STR("d3f-")) ||
	    STR_IS_ONE_OF(s, words);
}

static bool
is_car(struct str s)
{
	return has_form(s, "9999-99-999");
}

static bool
is_cve(struct str s)
{
	return has_form(s, "+-+");
}

static bool
is_detection(struct str s)
{
	return STR_IS_ONE_OF(s, detections);
}

static bool
is_stp(struct str s)
{
	return s.n >= 1 && s.n <= 2 && s.p[0] >= '1' && s.p[0] <= '5' &&
	    (s.n == 1 || memchr("auk", s.p[1], 3) != NULL);
}

static bool
is_tlp(struct str s)
{
	return STR_IS_ONE_OF(s, tlp);
}

static bool
is_tlp1(struct str s)
{
	return STR_IS_ONE_OF(s, tlp1);
}

static bool
is_tlp2(struct str s)
{
	return STR_IS_ONE_OF(s, tlp2);
}

static const struct {
	struct str space;
	bool (*fits)(struct str rest);
	const char *code, *expected;
	const struct str *names; /* for did-you-mean */
	size_t n;
	bool pedantic;
} rows[] = {
    {STR_INIT("attack"), is_attack, "attacktag",
	"a tactic or a number such as t1110.003", tactics, COUNT(tactics),
	false},
    {STR_INIT("d3fend"), is_d3fend, "d3_fendtag",
	"a tactic or a technique such as d3-pa", NULL, 0, false},
    {STR_INIT("car"), is_car, "cartag", "a number such as 2013-05-004", NULL,
	0, false},
    {STR_INIT("cve"), is_cve, "cvetag", "a number such as 2021-44228", NULL,
	0, false},
    {STR_INIT("detection"), is_detection, "detection_tag",
	"dfir, emerging-threats or threat-hunting", detections,
	COUNT(detections), false},
    {STR_INIT("stp"), is_stp, "stptag",
	"1 to 5, with a, u or k behind it", NULL, 0, false},
    {STR_INIT("tlp"), is_tlp, "tlptag",
	"clear, green, amber, amber-strict or red", tlp, COUNT(tlp), false},
    {STR_INIT("tlp"), is_tlp1, "tlpv1_tag", "white, green, amber or red",
	tlp1, COUNT(tlp1), true},
    {STR_INIT("tlp"), is_tlp2, "tlpv2_tag",
	"clear, green, amber, amber-strict or red", tlp2, COUNT(tlp2), true},
};

/* What is behind the first dot; the part before it is lint.c's. */
static bool
has_good_characters(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (!char_is_digit(c) && !(c >= 'a' && c <= 'z') &&
		    c != '-' && c != '_' && c != '.')
			return false;
	}
	return true;
}

static void
validate_tag(const struct yaml *tag, bool all, struct err *err)
{
	struct str space, rest;

	if (!str_cut(tag->text, '.', &space, &rest) || rest.n == 0)
		return; /* lint.c says so */
	if (!has_good_characters(tag->text)) {
		err_warn(err, tag->at, "tag_format",
		    "the tag '%.*s' has other characters than a-z, 0-9, "
		    "'-', '_' and '.'",
		    STR_ARG(tag->text));
		return;
	}
	for (size_t i = 0; i < COUNT(rows); i++) {
		if (!str_eq(space, rows[i].space) || rows[i].fits(rest) ||
		    (rows[i].pedantic && !all))
			continue;
		err_warn(err, tag->at, rows[i].code,
		    "'%.*s' is none of '%.*s', expected %s", STR_ARG(rest),
		    STR_ARG(space), rows[i].expected);
		err_did_you_mean(err, rest, rows[i].names, rows[i].n);
	}
}

void
validate_tags(const struct yaml *doc, bool all, struct err *err)
{
	const struct yaml *tags = yaml_get(doc, "tags");

	if (tags == NULL || tags->kind != YAML_LIST)
		return;
	for (size_t i = 0; i < tags->n; i++) {
		const struct yaml *tag = tags->items[i];

		if (tag->kind != YAML_SCALAR)
			continue;
		validate_tag(tag, all, err);
		for (size_t k = 0; k < i; k++) {
			if (tags->items[k]->kind != YAML_SCALAR ||
			    !str_eq(tags->items[k]->text, tag->text))
				continue;
			err_warn(err, tag->at, "duplicate_tag",
			    "the tag '%.*s' stands here for the second time",
			    STR_ARG(tag->text));
			break;
		}
	}
}
