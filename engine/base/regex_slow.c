#include "engine/base/regex_slow.h"

#include "engine/base/byte_set.h"

#include <string.h>

#define PARTS_MAX 64
#define DEPTH_MAX 32
#define ROUNDS	  16 /* so many repetitions are as bad as any number */

/* What a part of a branch can be. */
struct part {
	uint64_t set[4]; /* bytes that occur in it */
	bool empty;	 /* it may be nothing */
	bool many;	 /* of one length or another */
};

struct reading {
	struct str s;
	size_t at;
	size_t found;
};

static void
set_join(uint64_t set[4], const uint64_t other[4])
{
	for (size_t i = 0; i < 4; i++)
		set[i] |= other[i];
}

static bool
set_meets(const uint64_t a[4], const uint64_t b[4])
{
	return ((a[0] & b[0]) | (a[1] & b[1]) | (a[2] & b[2]) |
	    (a[3] & b[3])) != 0;
}

/* \d and the like; an escaped sign is itself; false: no character at all. */
static bool
set_escape(uint64_t set[4], char c)
{
	if (byte_set_add_escape(set, c))
		return true;
	if (strchr("bBAzZGKQE", c) != NULL)
		return false;
	if (char_is_alnum(c)) /* \x41, \p{L}, \1: anything */
		byte_set_add(set, 0, 255);
	else
		byte_set_add(set, (unsigned char)c, (unsigned char)c);
	return true;
}

/* r->at is behind "["; goes behind "]". */
static void
read_class(struct reading *r, uint64_t set[4])
{
	struct str s = r->s;
	bool negated = r->at < s.n && s.p[r->at] == '^';
	size_t from = r->at += negated;

	for (; r->at < s.n && (s.p[r->at] != ']' || r->at == from); r->at++) {
		unsigned char c = (unsigned char)s.p[r->at];

		if (c == '\\' && r->at + 1 < s.n) {
			(void)set_escape(set, s.p[++r->at]);
		} else if (c == '[') { /* [:alpha:] */
			byte_set_add(set, 0, 255);
			while (r->at + 1 < s.n && s.p[r->at + 1] != ']')
				r->at++;
			r->at++;
		} else if (r->at + 2 < s.n && s.p[r->at + 1] == '-' &&
		    s.p[r->at + 2] != ']' && s.p[r->at + 2] != '\\') {
			byte_set_add(set, c, (unsigned char)s.p[r->at + 2]);
			r->at += 2;
		} else {
			byte_set_add(set, c, c);
		}
	}
	r->at++;
	for (size_t i = 0; i < 4 && negated; i++)
		set[i] = ~set[i];
}

/* The quantifier at r->at, if there is one. */
struct times {
	uint64_t least, most;
	bool firm; /* possessive: what it took it keeps */
};

static struct times
read_times(struct reading *r)
{
	struct times t = {1, 1, false};
	struct str s = r->s, text, least, most;
	size_t end;

	if (r->at >= s.n)
		return t;
	switch (s.p[r->at]) {
	case '*':
		t = (struct times){0, UINT64_MAX, false};
		break;
	case '+':
		t = (struct times){1, UINT64_MAX, false};
		break;
	case '?':
		t = (struct times){0, 1, false};
		break;
	case '{':
		text = str_skip(s, r->at + 1);
		end = str_find_char(text, '}');
		text = str_first(text, end == SIZE_MAX ? 0 : end);
		str_cut(text, ',', &least, &most);
		if (!str_to_u64(least, &t.least))
			return t;
		t.most = text.n == least.n ? t.least : UINT64_MAX;
		(void)str_to_u64(most, &t.most);
		r->at += end + 1;
		break;
	default:
		return t;
	}
	r->at++;
	if (r->at < s.n && (s.p[r->at] == '?' || s.p[r->at] == '+'))
		t.firm = s.p[r->at++] == '+';
	return t;
}

/* Of one length or another, beyond being there or not. */
static bool
is_many(struct times t)
{
	return t.most > t.least && t.most > 1 && !t.firm;
}

/* Can two rounds of this branch share out a text in many ways? One part may
 * be long or short, and all others nothing, or the same characters. */
static bool
is_loose(const struct part *parts, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		bool loose = parts[i].many;

		for (size_t j = 0; j < n && loose; j++)
			loose = j == i || parts[j].empty ||
			    set_meets(parts[i].set, parts[j].set);
		if (loose)
			return true;
	}
	return false;
}

static bool read_branches(struct reading *r, unsigned depth, struct part *out,
    bool *loose);

/* r->at is behind "(": the group's part; false where it is not understood. */
static bool
read_group(struct reading *r, unsigned depth, struct part *out)
{
	struct str s = r->s;
	size_t start = r->at - 1;
	bool loose = false, firm = false;
	struct times t;

	if (r->at + 1 < s.n && s.p[r->at] == '?') {
		char kind = s.p[r->at + 1];

		firm = kind == '>';
		if (kind == ':' || firm) {
			r->at += 2;
		} else if (kind == '<' || kind == 'P' || kind == '\'') {
			size_t end = str_find_char(str_skip(s, r->at), '>');

			/* (?<=, (?<! and (?'name' are let pass. */
			if (end == SIZE_MAX || kind == '\'' ||
			    s.p[r->at + 2] == '=' || s.p[r->at + 2] == '!')
				return false;
			r->at += end + 1;
		} else if (kind == 'i' || kind == 's' || kind == 'm' ||
		    kind == '-') {
			while (r->at < s.n && s.p[r->at] != ')' &&
			    s.p[r->at] != ':')
				r->at++;
			if (r->at < s.n && s.p[r->at] == ':')
				r->at++;
		} else {
			return false;
		}
	}
	if (!read_branches(r, depth + 1, out, &loose))
		return false;
	t = read_times(r);
	if (loose && !firm && !t.firm && t.most >= ROUNDS &&
	    r->found == SIZE_MAX)
		r->found = start;
	out->empty |= t.least == 0;
	out->many = (out->many || is_many(t)) && !firm && !t.firm;
	return true;
}

/* One part at r->at, with its quantifier. */
static bool
read_part(struct reading *r, unsigned depth, struct part *out)
{
	char c = r->s.p[r->at++];
	struct times t;

	*out = (struct part){0};
	switch (c) {
	case '(':
		return read_group(r, depth, out);
	case '[':
		read_class(r, out->set);
		break;
	case '.':
		byte_set_add(out->set, 0, 255);
		break;
	case '^':
	case '$':
		out->empty = true;
		break;
	case '\\':
		if (r->at >= r->s.n)
			return false;
		out->empty = !set_escape(out->set, r->s.p[r->at++]);
		break;
	default:
		byte_set_add(out->set, (unsigned char)c, (unsigned char)c);
		byte_set_add(out->set, (unsigned char)char_lower(c),
		    (unsigned char)char_lower(c));
	}
	t = read_times(r);
	out->empty |= t.least == 0;
	out->many = is_many(t);
	return true;
}

/* Up to the closing ")" (behind it) or the end: all branches as one part. */
static bool
read_branches(
    struct reading *r, unsigned depth, struct part *out, bool *loose)
{
	struct part parts[PARTS_MAX];
	size_t n = 0;
	bool empty = true;

	*out = (struct part){0};
	if (depth > DEPTH_MAX)
		return false;
	for (;;) {
		bool end = r->at >= r->s.n || r->s.p[r->at] == ')';

		if (end || r->s.p[r->at] == '|') {
			r->at++;
			*loose |= is_loose(parts, n);
			out->empty |= empty;
			n = 0;
			empty = true;
			if (end)
				return true;
			continue;
		}
		if (n == PARTS_MAX || !read_part(r, depth, &parts[n]))
			return false;
		set_join(out->set, parts[n].set);
		out->many |= parts[n].many;
		empty &= parts[n].empty;
		n++;
	}
}

size_t
regex_slow_at(struct str source)
{
	struct reading r = {.s = source, .found = SIZE_MAX};
	struct part all;
	bool loose = false;

	(void)read_branches(&r, 0, &all, &loose);
	return r.found;
}
