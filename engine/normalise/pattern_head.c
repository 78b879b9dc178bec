/*
 * How can a match begin? "^(?:error: |fatal: )?(?:Closed|Reset) by" has six
 * heads. One walk over the source with the list of all beginnings so far:
 * a character is added to each that is open, a group's branches fork the
 * list, and whatever is not understood closes it. A closed head stays as it
 * is: what it says is true of every match, if not all that could be said.
 */
#include "engine/base/byte_set.h"
#include "engine/normalise/pattern.h"

#define HEAD_BYTES 24
#define HEADS_MAX  32

struct head {
	char text[HEAD_BYTES];
	size_t n;
	bool closed;
	bool has_set;
	uint64_t set[4]; /* the byte behind the text */
};

struct heads {
	struct head items[HEADS_MAX];
	size_t n;
	bool exact; /* so far, a head is a match */
};

static void
close_all(struct heads *h)
{
	h->exact = false;
	for (size_t i = 0; i < h->n; i++)
		h->items[i].closed = true;
}

/* To *h the heads of `more`; without room *h closes at where it was. */
static bool
join(struct heads *h, const struct heads *more)
{
	if (h->n + more->n > HEADS_MAX)
		return false;
	for (size_t i = 0; i < more->n; i++)
		h->items[h->n++] = more->items[i];
	h->exact &= more->exact;
	return true;
}

static void
add_char(struct heads *h, char c)
{
	for (size_t i = 0; i < h->n; i++) {
		struct head *head = &h->items[i];

		if (head->closed || head->n == HEAD_BYTES) {
			head->closed = true;
			h->exact = false;
			continue;
		}
		head->text[head->n++] = c;
	}
}

static void
add_set(struct heads *h, const uint64_t set[4])
{
	for (size_t i = 0; i < h->n; i++) {
		struct head *head = &h->items[i];

		h->exact &= !head->closed;
		if (head->closed)
			continue;
		memcpy(head->set, set, sizeof(head->set));
		head->has_set = true;
		head->closed = true;
	}
}

/* One character of a class at *i, or an escape that is a set by itself. */
static bool
class_char(struct str s, size_t *i, uint64_t set[4], unsigned char *c)
{
	*c = '\0';
	if (s.p[*i] == '\\') {
		if (++*i >= s.n)
			return false;
		if (char_is_alnum(s.p[*i]))
			return byte_set_add_escape(set, s.p[(*i)++]);
	}
	*c = (unsigned char)s.p[(*i)++];
	return true;
}

/* The class s, with its brackets; false when it is not understood. */
static bool
set_class(struct str s, uint64_t set[4])
{
	bool negated = s.n > 2 && s.p[1] == '^';
	size_t i = negated ? 2 : 1;

	memset(set, 0, 4 * sizeof(*set));
	if (s.n < 3 || s.p[s.n - 1] != ']' || s.p[i] == ']')
		return false;
	while (i + 1 < s.n) {
		unsigned char from, to;

		if (s.p[i] == '[' || !class_char(s, &i, set, &from))
			return false;
		to = from;
		if (i + 2 < s.n && s.p[i] == '-' && from != '\0') {
			i++;
			if (!class_char(s, &i, set, &to) || to == '\0')
				return false;
		}
		if (from != '\0')
			byte_set_add(set, from, to);
	}
	for (size_t k = 0; k < 4; k++)
		set[k] = negated ? ~set[k] : set[k];
	return true;
}

static void walk(struct heads *h, struct str s);

/* The branches of a group, each from the list as it is now. */
static bool
walk_branches(struct heads *h, struct str s, struct heads *out)
{
	size_t from = 0, end;

	*out = (struct heads){.exact = true};
	do {
		struct heads branch = *h;

		end = pattern_branch_end(s, from);
		walk(&branch, str_make(s.p + from, end - from));
		if (!join(out, &branch))
			return false;
		from = end + 1;
	} while (end < s.n);
	return true;
}

static size_t
walk_group(struct heads *h, struct str s, size_t i)
{
	bool ignored;
	size_t end = pattern_group_end(s, i, &ignored), inside = i + 1;
	size_t behind = end;
	enum pattern_times t = pattern_quantifier(s, &behind);
	bool once = t == TIMES_MAYBE && s.p[end] == '?';
	struct heads branches;

	if (pattern_is_look(s, i)) {
		h->exact = false;
		return behind;
	}
	if (inside + 1 < s.n && s.p[inside] == '?' &&
	    (s.p[inside + 1] == ':' || s.p[inside + 1] == '>'))
		inside += 2;
	else if (inside < s.n && (s.p[inside] == '?' || s.p[inside] == '*'))
		inside = end;
	if (end <= inside || s.p[end - 1] != ')' ||
	    (t == TIMES_MAYBE && !once) ||
	    !walk_branches(h, str_make(s.p + inside, end - 1 - inside),
		&branches) ||
	    (once && !join(&branches, h))) {
		close_all(h);
		return behind;
	}
	*h = branches;
	/* Of an atomic group's branches only the first that holds is tried. */
	h->exact &= s.p[i + 1] != '?' || s.p[i + 2] != '>';
	if (t == TIMES_MANY)
		close_all(h);
	return behind;
}

/* `set` at i - 1; its quantifier at *i. */
static void
walk_set(struct heads *h, struct str s, const uint64_t set[4], size_t *i)
{
	size_t at = *i;

	switch (pattern_quantifier(s, i)) {
	case TIMES_ONE:
		add_set(h, set);
		break;
	case TIMES_MANY:
		add_set(h, set);
		h->exact &= s.p[at] == '+';
		break;
	case TIMES_MAYBE:
		close_all(h);
		break;
	}
}

static void
walk_char(struct heads *h, struct str s, char c, size_t *i)
{
	size_t at = *i;
	struct heads without;

	switch (pattern_quantifier(s, i)) {
	case TIMES_ONE:
		add_char(h, c);
		return;
	case TIMES_MANY:
		add_char(h, c);
		close_all(h);
		return;
	case TIMES_MAYBE:
		break;
	}
	if (s.p[at] != '?' || h->n * 2 > HEADS_MAX) {
		close_all(h);
		return;
	}
	without = *h;
	add_char(h, c);
	join(h, &without);
}

static void
walk(struct heads *h, struct str s)
{
	uint64_t set[4];
	size_t i = 0;

	while (i < s.n) {
		char c = s.p[i];
		size_t from = i;

		switch (c) {
		case '(':
			i = walk_group(h, s, i);
			break;
		case '[':
			i = pattern_class_end(s, i);
			if (i <= s.n && set_class(str_make(s.p + from,
				i - from), set)) {
				walk_set(h, s, set, &i);
			} else {
				close_all(h);
				pattern_quantifier(s, &i);
			}
			break;
		case '^':
		case '$':
		case '.':
			close_all(h);
			i++;
			pattern_quantifier(s, &i);
			break;
		case '\\':
			c = i + 1 < s.n ? s.p[i + 1] : 'x';
			i += 2;
			memset(set, 0, sizeof(set));
			if (!char_is_alnum(c) && (c & 0x80) == 0) {
				walk_char(h, s, c, &i);
			} else if (byte_set_add_escape(set, c)) {
				walk_set(h, s, set, &i);
			} else {
				/* \b, \x41, \1: what follows is no text. */
				close_all(h);
				return;
			}
			break;
		default:
			i++;
			walk_char(h, s, c, &i);
		}
	}
}

static bool
is_known(const struct heads *h)
{
	for (size_t i = 0; i < h->n; i++) {
		if (h->items[i].n == 0 && !h->items[i].has_set)
			return false;
	}
	return h->n > 0;
}

static void
keep(struct arena *arena, const struct heads *h, struct pattern *out)
{
	uint64_t *starts = ARENA_ARRAY(arena, 4, uint64_t);

	out->starts = starts;
	out->heads = ARENA_ARRAY(arena, h->n, struct pattern_head);
	for (size_t i = 0; i < h->n; i++) {
		const struct head *from = &h->items[i];
		struct pattern_head *to = &out->heads[i];

		to->text = arena_dup(arena, str_make(from->text, from->n));
		if (from->has_set) {
			uint64_t *set = ARENA_ARRAY(arena, 4, uint64_t);

			memcpy(set, from->set, sizeof(from->set));
			to->set = set;
		}
		for (size_t k = 0; k < 4 && from->n == 0; k++)
			starts[k] |= from->set[k];
		if (from->n > 0)
			byte_set_add(starts, (unsigned char)from->text[0],
			    (unsigned char)from->text[0]);
	}
	/* One head that the prefix says already (and more) is no news. */
	out->n_heads = h->n == 1 && out->prefix.n >= h->items[0].n &&
		!h->items[0].has_set
	    ? 0 : h->n;
}

void
pattern_heads(struct arena *arena, struct str source, struct pattern *out)
{
	struct heads h = {.n = 1, .exact = true};

	if (source.n < 2 || source.p[0] != '^' || pattern_is_opaque(source))
		return;
	walk(&h, str_skip(source, 1));
	if (!is_known(&h))
		return;
	keep(arena, &h, out);
	if (h.exact && out->n_groups == 0)
		out->is_exact = true;
}
