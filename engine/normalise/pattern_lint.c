/* What is doubtful in a pattern, and where one that is broken was opened. */
#include "engine/base/regex_slow.h"
#include "engine/normalise/pattern.h"

/* The place of the last '(' without a ')', or of the '[' without a ']';
 * `fallback` where none is. */
size_t
pattern_unclosed(struct str s, char sign, size_t fallback)
{
	size_t open[PATTERN_GROUPS], n = 0, i = 0;

	while (i < s.n) {
		size_t end = i + 1;

		if (s.p[i] == '\\') {
			end = i + 2;
		} else if (s.p[i] == '[') {
			end = pattern_class_end(s, i);
			if (sign == '[' && end > s.n)
				return i;
		} else if (s.p[i] == '(' && n < PATTERN_GROUPS) {
			open[n++] = i;
		} else if (s.p[i] == ')' && n > 0) {
			n--;
		}
		i = end;
	}
	return sign == '(' && n > 0 ? open[n - 1] : fallback;
}

/* \\1, \\g{1}, \\k<x>, (?P=x), (?(1)...): a group is asked for again. */
static bool
refers_back(struct str s)
{
	for (size_t i = 0; i + 1 < s.n; i++) {
		char c = s.p[i + 1];

		if (s.p[i] == '(' && c == '?' && i + 2 < s.n &&
		    (s.p[i + 2] == '(' || s.p[i + 2] == 'P'))
			return true;
		if (s.p[i] != '\\')
			continue;
		if ((c >= '1' && c <= '9') || c == 'g' || c == 'k')
			return true;
		i++;
	}
	return false;
}

void
pattern_lint(const struct pattern *p, const struct yaml *node, bool whole_text,
    struct err *err)
{
	struct str s = node->text;

	if (p->n_captures > p->n_groups + 1 && !refers_back(p->source)) {
		err_warn(err, node->at, "unused_group",
		    "%zu groups without a name keep text for nobody",
		    (size_t)p->n_captures - 1 - p->n_groups);
		err_hint(err, "'(?:...)' only groups; '(?<field>...)' sets a "
			      "field");
	}

	if (regex_slow_at(s) != SIZE_MAX) {
		err_warn(err, node->at, "slow_regex",
		    "a repetition inside a repetition can take for ever");
		err_hint(err, "make the outer one possessive ('++') or say "
		    "where the inner one ends");
	}
	if (str_has_prefix(s, STR("(?i)")))
		s = str_skip(s, 4);
	if (str_has_prefix(s, STR(".*")) || str_has_prefix(s, STR(".+"))) {
		err_warn(err, node->at, "slow_regex",
		    "'%.*s' at the beginning is tried anew at every place of "
		    "the text", STR_ARG(str_first(s, 2)));
		err_hint(err, "leave it out, or write '^.*?'");
		return;
	}
	if (!whole_text || str_has_prefix(s, STR("^")) ||
	    str_has_prefix(s, STR("\\A")) || str_has_prefix(s, STR("(?:^")) ||
	    p->literal.n >= 4 || p->n_any > 0)
		return;
	err_warn(err, node->at, "unanchored_regex",
	    "the pattern is tried at every place of the text");
	err_hint(err, "begin it with '^'");
}
