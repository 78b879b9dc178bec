#include "engine/detect/needle.h"

/*
 * A walk over the expression that keeps the run of literal characters since
 * the last thing that is none. Each run, and each group whose branches all
 * have a need, is a candidate; a sequence takes the rarest, a choice all of
 * its branches. Anything out of the ordinary gives up: then the answer is
 * "nothing", which is always right.
 */
#define RUN_MAX	      64
#define NEEDLES_MAX   64
#define GROUP_DEPTH   16
#define COST_NOTHING  1e9

struct walk {
	struct arena *arena;
	struct str s;
	size_t at;
	unsigned depth;
	bool lost; /* something that we do not understand */
};

struct run {
	char text[RUN_MAX];
	size_t n;
};

/* One and two bytes say something only when one is a sign that most texts
 * have none of. */
static double
word_cost(struct str word)
{
	static const struct str usual = STR_INIT(" .,:;-_/\\\"'=()");
	bool rare = word.n >= NEEDLE_MIN;

	for (size_t i = 0; i < word.n; i++)
		rare |= !char_is_alnum(word.p[i]) &&
		    str_find_char(usual, word.p[i]) == SIZE_MAX;
	if (!rare || word.n == 0)
		return COST_NOTHING;
	return word.n >= 10 ? 1 : (double)(1u << (10 - word.n));
}

static void
keep_cheaper(struct needles *best, struct needles other)
{
	if (other.n > 0 && other.cost < best->cost)
		*best = other;
}

static void
run_end(struct walk *w, struct run *run, struct needles *best)
{
	double cost = word_cost(str_make(run->text, run->n));

	if (cost < best->cost) {
		best->items = ARENA_NEW(w->arena, struct str);
		best->items[0] = arena_dup(w->arena,
		    str_make(run->text, run->n));
		best->n = 1;
		best->cost = cost;
	}
	run->n = 0;
}

static void
run_add(struct walk *w, struct run *run, struct needles *best, char c)
{
	if (run->n == RUN_MAX)
		run_end(w, run, best);
	run->text[run->n++] = char_lower(c);
}

static char
peek(const struct walk *w, size_t ahead)
{
	return w->at + ahead < w->s.n ? w->s.p[w->at + ahead] : '\0';
}

/*
 * `{n}`, `{n,}`, `{n,m}` at w->at: its length, or 0 when the brace is only a
 * brace. *zero: n is 0. Forms that newer PCRE2 reads otherwise (`{,m}`,
 * blanks) give up.
 */
static size_t
braces(struct walk *w, bool *zero)
{
	size_t i = 1;

	*zero = true;
	if (!char_is_digit(peek(w, i))) {
		w->lost |= peek(w, i) == ',' || peek(w, i) == ' ';
		return 0;
	}
	for (; char_is_digit(peek(w, i)); i++)
		*zero &= peek(w, i) == '0';
	if (peek(w, i) == ',') {
		for (i++; char_is_digit(peek(w, i)); i++)
			continue;
	}
	w->lost |= peek(w, i) == ' ';
	return peek(w, i) == '}' ? i + 1 : 0;
}

enum times { TIMES_ONE, TIMES_SOME, TIMES_MAYBE };

/* The quantifier at w->at, which is passed. */
static enum times
quantifier(struct walk *w)
{
	enum times times = TIMES_ONE;
	bool zero;
	size_t n;

	switch (peek(w, 0)) {
	case '?':
	case '*':
		times = TIMES_MAYBE;
		w->at++;
		break;
	case '+':
		times = TIMES_SOME;
		w->at++;
		break;
	case '{':
		n = braces(w, &zero);
		if (n == 0)
			return TIMES_ONE;
		times = zero ? TIMES_MAYBE : TIMES_SOME;
		w->at += n;
		break;
	default:
		return TIMES_ONE;
	}
	if (peek(w, 0) == '?' || peek(w, 0) == '+')
		w->at++;
	return times;
}

/* Passes `[...]`. */
static void
skip_class(struct walk *w)
{
	w->at++;
	if (peek(w, 0) == '^')
		w->at++;
	if (peek(w, 0) == ']')
		w->at++;
	while (w->at < w->s.n && w->s.p[w->at] != ']') {
		if (w->s.p[w->at] == '\\') {
			/* \Q inside would hide a `]`. */
			w->lost |= peek(w, 1) == 'Q' || peek(w, 1) == 'E';
			w->at++;
		} else if (w->s.p[w->at] == '[' &&
		    (peek(w, 1) == ':' || peek(w, 1) == '.' ||
			peek(w, 1) == '=')) {
			w->lost = true;
		}
		w->at++;
	}
	w->lost |= w->at >= w->s.n;
	w->at++;
}

/*
 * The escape at w->at, which is passed: the character that it stands for, or
 * -1 for a class or an assertion.
 */
static int
escape(struct walk *w)
{
	char c = peek(w, 1);
	int high, low;

	w->lost |= w->at + 1 >= w->s.n;
	w->at += 2;
	if (!char_is_alnum(c))
		return (unsigned char)c < 0x80 ? c : -1;
	switch (c) {
	case 't':
		return '\t';
	case 'n':
		return '\n';
	case 'r':
		return '\r';
	case 'f':
		return '\f';
	case 'x':
		high = char_hex(peek(w, 0));
		low = char_hex(peek(w, 1));
		if (high < 0 || low < 0) {
			w->lost = true;
			return -1;
		}
		w->at += 2;
		return high < 8 ? high * 16 + low : -1;
	case 'd': case 'D': case 'w': case 'W': case 's': case 'S':
	case 'h': case 'H': case 'v': case 'V': case 'R': case 'N':
	case 'b': case 'B': case 'A': case 'z': case 'Z':
		w->lost |= c == 'N' && peek(w, 0) == '{';
		return -1;
	default:
		w->lost = true;
		return -1;
	}
}

/*
 * The start of a group behind its `(`. True when what it holds has to match
 * where it stands; false for look-arounds. Comments and options other than
 * letter case give up.
 */
static bool
group_start(struct walk *w, bool *empty)
{
	*empty = false;
	if (peek(w, 0) == '*')
		w->lost = true;
	if (peek(w, 0) != '?')
		return true;
	w->at++;
	switch (peek(w, 0)) {
	case ':':
	case '>':
		w->at++;
		return true;
	case 'i':
	case 's':
	case 'm':
		while (peek(w, 0) == 'i' || peek(w, 0) == 's' ||
		    peek(w, 0) == 'm')
			w->at++;
		if (peek(w, 0) == ')') {
			*empty = true;
			return true;
		}
		w->lost |= peek(w, 0) != ':';
		w->at++;
		return true;
	case '=':
	case '!':
		w->at++;
		return false;
	default:
		w->lost = true;
		return false;
	}
}

static struct needles choice(struct walk *w);

static void
group(struct walk *w, struct needles *best)
{
	struct needles inner;
	bool counts, empty;

	w->at++;
	counts = group_start(w, &empty);
	if (w->lost || ++w->depth > GROUP_DEPTH) {
		w->lost = true;
		return;
	}
	inner = empty ? (struct needles){.cost = COST_NOTHING} : choice(w);
	w->depth--;
	w->lost |= peek(w, 0) != ')';
	w->at++;
	if (quantifier(w) != TIMES_MAYBE && counts)
		keep_cheaper(best, inner);
}

/* One branch, up to `|`, `)` or the end. */
static struct needles
sequence(struct walk *w)
{
	struct needles best = {.cost = COST_NOTHING};
	struct run run = {.n = 0};

	while (w->at < w->s.n && !w->lost) {
		char c = w->s.p[w->at];
		int literal = -1;
		enum times times;

		if (c == '|' || c == ')')
			break;
		if (c == '(') {
			run_end(w, &run, &best);
			group(w, &best);
			continue;
		}
		if (c == '[') {
			skip_class(w);
		} else if (c == '\\') {
			literal = escape(w);
		} else {
			w->at++;
			if (c != '.' && c != '^' && c != '$' &&
			    (unsigned char)c < 0x80)
				literal = c;
		}
		times = quantifier(w);
		if (literal >= 0 && times != TIMES_MAYBE)
			run_add(w, &run, &best, (char)literal);
		if (literal < 0 || times != TIMES_ONE)
			run_end(w, &run, &best);
	}
	run_end(w, &run, &best);
	return best;
}

static struct needles
choice(struct walk *w)
{
	struct needles all = {0};
	bool nothing = false;
	size_t cap = 0;

	for (;;) {
		struct needles one = sequence(w);

		nothing |= one.n == 0 || all.n + one.n > NEEDLES_MAX;
		for (size_t i = 0; i < one.n && !nothing; i++) {
			ARENA_PUSH_ROOM(w->arena, all.items, all.n, cap);
			all.items[all.n++] = one.items[i];
		}
		all.cost += one.cost;
		if (w->lost || peek(w, 0) != '|' || w->at >= w->s.n)
			break;
		w->at++;
	}
	return nothing ? (struct needles){.cost = COST_NOTHING} : all;
}

struct needles
regex_needles(struct arena *arena, struct str regex)
{
	struct walk w = {.arena = arena, .s = regex};
	struct needles needles = choice(&w);

	if (w.lost || w.at < w.s.n)
		return (struct needles){.cost = COST_NOTHING};
	return needles;
}
