/*
 * What text must a match contain? One walk over the source, cautious: at
 * whatever is not understood the run of plain characters ends. Groups are
 * entered when they are not optional and have no alternatives; of those that
 * have, each branch is walked for itself, and a match contains the text of
 * one of them.
 */
#include "engine/normalise/pattern.h"

#define RUN_MAX 96

/* Of alternatives: so many, and none whose text is shorter. */
#define ANY_MAX	  48
#define ANY_LEAST 3

struct any {
	struct {
		char text[RUN_MAX];
		size_t n;
	} items[ANY_MAX];
	size_t n;
	size_t least; /* bytes of the shortest; 0: none was found */
};

struct walk {
	char run[RUN_MAX];
	size_t n;
	bool at_start; /* nothing but the run stands before here */
	bool anchored;
	char best[RUN_MAX];
	size_t best_n;
	char prefix[RUN_MAX];
	size_t prefix_n;
	struct any *any; /* the best alternatives; NULL: not looked for */
};

static void
end_run(struct walk *w)
{
	if (w->at_start && w->anchored) {
		memcpy(w->prefix, w->run, w->n);
		w->prefix_n = w->n;
	}
	if (w->n > w->best_n) {
		memcpy(w->best, w->run, w->n);
		w->best_n = w->n;
	}
	w->n = 0;
	w->at_start = false;
}

/* Index behind the class that begins at i ('['). */
size_t
pattern_class_end(struct str s, size_t i)
{
	i++;
	if (i < s.n && s.p[i] == '^')
		i++;
	if (i < s.n && s.p[i] == ']')
		i++;
	while (i < s.n && s.p[i] != ']') {
		if (s.p[i] == '\\')
			i++;
		else if (s.p[i] == '[' && i + 1 < s.n && s.p[i + 1] == ':') {
			size_t end = str_find(str_skip(s, i), STR(":]"));

			if (end != SIZE_MAX)
				i += end + 1;
		}
		i++;
	}
	return i + 1;
}

/* Index behind the group that begins at i ('('); *alternatives: has it any
 * of its own? */
size_t
pattern_group_end(struct str s, size_t i, bool *alternatives)
{
	int depth = 0;

	*alternatives = false;
	while (i < s.n) {
		switch (s.p[i]) {
		case '\\':
			i++;
			break;
		case '[':
			i = pattern_class_end(s, i) - 1;
			break;
		case '(':
			depth++;
			break;
		case ')':
			if (--depth == 0)
				return i + 1;
			break;
		case '|':
			*alternatives |= depth == 1;
			break;
		default:
			break;
		}
		i++;
	}
	return s.n;
}

size_t
pattern_branch_end(struct str s, size_t i)
{
	bool ignored;

	while (i < s.n && s.p[i] != '|') {
		if (s.p[i] == '\\')
			i += 2;
		else if (s.p[i] == '[')
			i = pattern_class_end(s, i);
		else if (s.p[i] == '(')
			i = pattern_group_end(s, i, &ignored);
		else
			i++;
	}
	return i < s.n ? i : s.n;
}

/* Is the group that begins at i a look ahead or behind? It takes no text. */
bool
pattern_is_look(struct str s, size_t i)
{
	s = str_skip(s, i);
	if (str_has_prefix(s, STR("(?<")))
		return s.n > 3 && (s.p[3] == '=' || s.p[3] == '!');
	return str_has_prefix(s, STR("(?=")) || str_has_prefix(s, STR("(?!"));
}

/* The quantifier at i, if there is one; *i goes behind it. */
enum pattern_times
pattern_quantifier(struct str s, size_t *i)
{
	enum pattern_times t = TIMES_ONE;

	if (*i >= s.n)
		return t;
	switch (s.p[*i]) {
	case '*':
	case '?':
		t = TIMES_MAYBE;
		break;
	case '+':
		t = TIMES_MANY;
		break;
	case '{':
		if (*i + 1 >= s.n || !char_is_digit(s.p[*i + 1]))
			return TIMES_ONE;
		t = s.p[*i + 1] == '0' ? TIMES_MAYBE : TIMES_MANY;
		while (*i < s.n && s.p[*i] != '}')
			(*i)++;
		break;
	default:
		return t;
	}
	(*i)++;
	if (*i < s.n && (s.p[*i] == '?' || s.p[*i] == '+'))
		(*i)++;
	return t;
}

static void
add_char(struct walk *w, char c, enum pattern_times t)
{
	if (t == TIMES_MAYBE || w->n == RUN_MAX) {
		end_run(w);
		return;
	}
	w->run[w->n++] = c;
	if (t == TIMES_MANY)
		end_run(w);
}

static void walk(struct walk *w, struct str s);

static bool
add_text(struct any *any, const char *text, size_t n)
{
	if (any->n == ANY_MAX || n < ANY_LEAST)
		return false;
	memcpy(any->items[any->n].text, text, n);
	any->items[any->n++].n = n;
	if (any->least == 0 || n < any->least)
		any->least = n;
	return true;
}

/* The branch's text, or those of the alternatives in it. */
static bool
add_branch(struct any *any, struct str branch)
{
	struct any inner = {.n = 0};
	struct walk w = {.any = &inner};

	walk(&w, branch);
	end_run(&w);
	if (inner.least <= w.best_n)
		return add_text(any, w.best, w.best_n);
	for (size_t i = 0; i < inner.n; i++)
		if (!add_text(any, inner.items[i].text, inner.items[i].n))
			return false;
	return true;
}

/* Are these alternatives better than those that were found before? */
static void
walk_branches(struct walk *w, struct str s)
{
	struct any any = {.n = 0};
	size_t from = 0, end = 0;
	bool good = w->any != NULL;

	while (good && end < s.n) {
		end = pattern_branch_end(s, from);
		good = add_branch(&any, str_make(s.p + from, end - from));
		from = end + 1;
	}
	if (good && any.least > w->any->least)
		*w->any = any;
}

static size_t
walk_group(struct walk *w, struct str s, size_t i)
{
	bool alternatives;
	size_t end = pattern_group_end(s, i, &alternatives), inside = i + 1;
	size_t behind = end;
	enum pattern_times t = pattern_quantifier(s, &behind);
	bool plain = true;

	if (pattern_is_look(s, i))
		return behind;
	if (inside < s.n && s.p[inside] == '?') {
		plain = inside + 1 < s.n &&
		    (s.p[inside + 1] == ':' || s.p[inside + 1] == '>');
		inside += 2;
	} else if (inside < s.n && s.p[inside] == '*') {
		plain = false;
	}
	if (plain && alternatives && t != TIMES_MAYBE && end > inside)
		walk_branches(w, str_make(s.p + inside, end - 1 - inside));
	if (!plain || alternatives || t != TIMES_ONE || end <= inside) {
		end_run(w);
		return behind;
	}
	walk(w, str_make(s.p + inside, end - 1 - inside));
	return behind;
}

static void
walk(struct walk *w, struct str s)
{
	size_t i = 0;

	while (i < s.n) {
		char c = s.p[i];

		if (c == '(') {
			i = walk_group(w, s, i);
			continue;
		}
		if (c == '^' || c == '$') {
			if (c == '^' && w->at_start && w->n == 0)
				w->anchored = true;
			else
				end_run(w);
			i++;
			continue;
		}
		if (c == '.' || c == '[') {
			i = c == '.' ? i + 1 : pattern_class_end(s, i);
			end_run(w);
			pattern_quantifier(s, &i);
			continue;
		}
		if (c == '\\') {
			c = i + 1 < s.n ? s.p[i + 1] : 'x';
			i += 2;
			if (char_is_alnum(c) || (c & 0x80) != 0) {
				end_run(w);
				pattern_quantifier(s, &i);
				if (c == 'x' || c == 'p' || c == 'P' ||
				    c == 'g' || c == 'k' || c == 'o' ||
				    c == 'c' || char_is_digit(c)) {
					w->n = 0; /* its rest is no text */
					return;
				}
				continue;
			}
			add_char(w, c, pattern_quantifier(s, &i));
			continue;
		}
		i++;
		add_char(w, c, pattern_quantifier(s, &i));
	}
}

/* (?i), (?x) and the like change what characters mean from there on;
 * (?i:...) is a group that nobody looks into. */
static bool
has_flags(struct str s)
{
	for (size_t i = 0; i + 2 < s.n; i++) {
		bool changed = false;
		size_t k;

		if (s.p[i] == '\\') {
			i++;
			continue;
		}
		if (s.p[i] != '(' || s.p[i + 1] != '?')
			continue;
		for (k = i + 2; k < s.n && char_is_alpha(s.p[k]); k++)
			changed |= s.p[k] == 'i' || s.p[k] == 'x';
		if (changed && k < s.n && s.p[k] != ':')
			return true;
	}
	return false;
}

static bool
is_changed(struct str source)
{
	return has_flags(source) || str_find(source, STR("\\Q")) != SIZE_MAX;
}

bool
pattern_is_opaque(struct str source)
{
	return is_changed(source) || pattern_branch_end(source, 0) < source.n;
}

/* Nothing but plain characters. */
static bool
is_text(struct str source)
{
	for (size_t i = 0; i < source.n; i++) {
		if (memchr("\\^$.[]|()?*+{}", source.p[i], 14) != NULL)
			return false;
	}
	return true;
}

static void
keep_any(struct arena *arena, const struct any *any, struct pattern *out)
{
	out->any = ARENA_ARRAY(arena, any->n + 1, struct str);
	for (size_t i = 0; i < any->n; i++)
		out->any[out->n_any++] = arena_dup(arena,
		    str_make(any->items[i].text, any->items[i].n));
}

void
pattern_literals(struct arena *arena, struct str source, struct pattern *out)
{
	struct any any = {.n = 0};
	struct walk w = {.at_start = true, .any = &any};

	if (is_changed(source))
		return;
	if (pattern_branch_end(source, 0) < source.n) {
		walk_branches(&w, source);
		keep_any(arena, &any, out);
		return;
	}
	walk(&w, source);
	end_run(&w);
	if (w.prefix_n > 0)
		out->prefix = arena_dup(arena, str_make(w.prefix, w.prefix_n));
	if (w.best_n > 1 && (w.prefix_n == 0 || w.best_n > w.prefix_n))
		out->literal = arena_dup(arena, str_make(w.best, w.best_n));
	if (w.prefix_n == 0 && w.best_n < any.least)
		keep_any(arena, &any, out);
	out->is_exact = out->literal.n == source.n && is_text(source);
}
