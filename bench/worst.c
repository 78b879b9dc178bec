#include "bench/worst.h"

#include "engine/base/map.h"

#define ITEMS	256
#define LOOPS	32
#define MANY	16 /* a repetition that may be so long is one */
#define CHOICES 3  /* of alternatives */

/* One byte of a match, repeated. */
struct item {
	const uint64_t *set; /* 256 bits */
	size_t min, max;
};

/* A group that may be repeated. */
struct loop {
	size_t from, to; /* items */
};

struct worst {
	struct arena *arena;
	struct map sets; /* source of an atom -> its set */
	struct item items[ITEMS];
	size_t n;
	struct loop loops[LOOPS];
	size_t n_loops;
	size_t choice;
	bool caseless;
	struct str literal;
	size_t size;
	struct buf text;
	worst_fn *fn;
	void *arg;
};

static bool
in_set(const uint64_t *set, unsigned char c)
{
	return (set[c >> 6] >> (c & 63) & 1) != 0;
}

/* The bytes that an atom matches: PCRE2 knows. */
static const uint64_t *
set_of(struct worst *w, struct str atom)
{
	uint64_t *set = map_get(&w->sets, atom);
	struct str source;
	pcre2_match_data *data;
	pcre2_code *code;
	PCRE2_SIZE at;
	int error;

	if (set != NULL)
		return set;
	set = ARENA_ARRAY(w->arena, 4, uint64_t);
	map_put(&w->sets, arena_dup(w->arena, atom), set);
	source = arena_printf(w->arena, "%s\\A(?:%.*s)\\z",
	    w->caseless ? "(?i)" : "", STR_ARG(atom));
	code = pcre2_compile((PCRE2_SPTR)source.p, source.n, PCRE2_DOTALL,
	    &error, &at, NULL);
	if (code == NULL)
		return set;
	data = pcre2_match_data_create(1, NULL);
	for (unsigned c = 0; c < 256; c++) {
		unsigned char byte = (unsigned char)c;

		if (pcre2_match(code, &byte, 1, 0, 0, data, NULL) >= 0)
			set[c >> 6] |= (uint64_t)1 << (c & 63);
	}
	pcre2_match_data_free(data);
	pcre2_code_free(code);
	return set;
}

static void
read_count(struct str s, size_t *i, size_t *min, size_t *max)
{
	struct str body, low, high;
	size_t end = str_find_char(str_skip(s, *i), '}');
	uint64_t n = 0;

	body = str_first(str_skip(s, *i + 1), end - 1);
	*max = 0;
	if (str_cut(body, ',', &low, &high))
		*max = SIZE_MAX;
	if (str_to_u64(low, &n))
		*min = (size_t)n;
	if (str_to_u64(high, &n))
		*max = (size_t)n;
	else if (*max == 0)
		*max = *min;
	*i += end + 1;
}

static void
read_times(struct str s, size_t *i, size_t *min, size_t *max)
{
	*min = *max = 1;
	if (*i >= s.n)
		return;
	switch (s.p[*i]) {
	case '*':
		*min = 0;
		*max = SIZE_MAX;
		break;
	case '+':
		*max = SIZE_MAX;
		break;
	case '?':
		*min = 0;
		break;
	case '{':
		if (*i + 1 >= s.n || !char_is_digit(s.p[*i + 1]) ||
		    str_find_char(str_skip(s, *i), '}') == SIZE_MAX)
			return;
		read_count(s, i, min, max);
		(*i)--;
		break;
	default:
		return;
	}
	(*i)++;
	if (*i < s.n && (s.p[*i] == '?' || s.p[*i] == '+'))
		(*i)++;
}

static void read_branches(struct worst *w, struct str s);

/* Bytes of the group's opening; 0: it takes no text. */
static size_t
opening(struct worst *w, struct str s)
{
	size_t i = 2;

	if (!str_has_prefix(s, STR("(?")))
		return s.n > 1 && s.p[1] == '*' ? 0 : 1;
	if (i < s.n && (s.p[i] == ':' || s.p[i] == '>' || s.p[i] == '|'))
		return 3;
	while (i < s.n && char_is_alpha(s.p[i])) {
		w->caseless |= s.p[i] == 'i';
		i++;
	}
	return i < s.n && s.p[i] == ':' ? i + 1 : 0;
}

static size_t
read_group(struct worst *w, struct str s, size_t at)
{
	bool ignored;
	size_t end = pattern_group_end(s, at, &ignored), from = w->n;
	size_t open = opening(w, str_skip(s, at)), i = end, min, max;

	read_times(s, &i, &min, &max);
	if (open == 0 || at + open >= end)
		return i;
	read_branches(w, str_make(s.p + at + open, end - 1 - at - open));
	if (max > 1 && w->n > from && w->n_loops < LOOPS)
		w->loops[w->n_loops++] = (struct loop){from, w->n};
	return i;
}

/* Bytes of the escape at s; *text: it stands for a byte. */
static size_t
escape_length(struct str s, bool *text)
{
	char c = s.n > 1 ? s.p[1] : '\0';
	size_t end;

	*text = c != 'b' && c != 'B' && c != 'A' && c != 'z' && c != 'Z' &&
	    c != 'G' && c != 'K' && !(c >= '1' && c <= '9');
	if (s.n > 2 && s.p[2] == '{' && (c == 'x' || c == 'p' || c == 'P')) {
		end = str_find_char(s, '}');
		return end == SIZE_MAX ? s.n : end + 1;
	}
	return c == 'x' ? 4 : 2;
}

static void
read_branch(struct worst *w, struct str s)
{
	size_t i = 0;

	while (i < s.n && w->n < ITEMS) {
		struct item *item = &w->items[w->n];
		size_t from = i;
		bool text = true;

		if (s.p[i] == '(') {
			i = read_group(w, s, i);
			continue;
		}
		if (s.p[i] == '[')
			i = pattern_class_end(s, i);
		else if (s.p[i] == '\\')
			i += escape_length(str_skip(s, i), &text);
		else
			text = s.p[i++] != '^' && s.p[i - 1] != '$';
		if (!text)
			continue;
		if (i > s.n)
			i = s.n;
		item->set = set_of(w, str_make(s.p + from, i - from));
		read_times(s, &i, &item->min, &item->max);
		w->n++;
	}
}

/* One of the alternatives. */
static void
read_branches(struct worst *w, struct str s)
{
	struct str branches[64];
	size_t n = 0, from = 0, end;

	while ((end = pattern_branch_end(s, from)) < s.n) {
		if (n < 63)
			branches[n++] = str_make(s.p + from, end - from);
		from = end + 1;
	}
	branches[n++] = str_make(s.p + from, s.n - from);
	read_branch(w, branches[w->choice % n]);
}

/* A byte that the item takes: `like` when it can be. */
static char
pick(const struct item *item, char like)
{
	static const char order[] = "a0 x.A-_:/,=;\"'[](){}<>|@%#\t~\n";

	if (in_set(item->set, (unsigned char)like))
		return like;
	for (size_t i = 0; order[i] != '\0'; i++) {
		if (in_set(item->set, (unsigned char)order[i]))
			return order[i];
	}
	for (unsigned c = 255; c > 0; c--) {
		if (in_set(item->set, (unsigned char)c))
			return (char)c;
	}
	return '\0';
}

static bool
is_long(const struct item *item)
{
	return item->max >= MANY;
}

/* The items as short as can be; long ones `times` times the byte `like`. */
static void
add_items(struct worst *w, size_t from, size_t to, char like, size_t times)
{
	for (size_t i = from; i < to && i < w->n; i++) {
		const struct item *item = &w->items[i];
		size_t n = item->min > 0 ? item->min : item->max > 0;

		if (times > n && is_long(item) &&
		    in_set(item->set, (unsigned char)like))
			n = times < item->max ? times : item->max;
		for (; n > 0 && w->text.n < w->size; n--)
			buf_add_char(&w->text, pick(item, like));
	}
}

static void
add_run(struct worst *w, const struct item *item, char like, size_t room)
{
	while (w->text.n + room < w->size)
		buf_add_char(&w->text, pick(item, like));
}

/* What stands in the text behind `from`, again and again. */
static void
add_copies(struct worst *w, size_t from, size_t room)
{
	struct str piece = arena_dup(w->arena,
	    str_make(w->text.p + from, w->text.n - from));

	while (piece.n > 0 && w->text.n + piece.n + room < w->size)
		buf_add(&w->text, piece);
}

/* As it is, with the text that every match has, and with a wrong end. */
static void
give(struct worst *w)
{
	if (w->text.n == 0)
		return;
	w->fn(w->arg, buf_str(&w->text));
	w->text.p[w->text.n - 1] = '\x01';
	w->fn(w->arg, buf_str(&w->text));
	if (w->literal.n > 0 && w->literal.n < w->text.n) {
		memcpy(w->text.p + w->text.n - w->literal.n, w->literal.p,
		    w->literal.n);
		w->fn(w->arg, buf_str(&w->text));
	}
	buf_clear(&w->text);
}

static size_t
room_behind(const struct worst *w)
{
	return w->n * 2 + w->literal.n + 8;
}

/* One repetition takes nearly all. */
static void
give_runs(struct worst *w, size_t at, char like)
{
	add_items(w, 0, at, like, 0);
	add_run(w, &w->items[at], like, room_behind(w));
	add_items(w, at + 1, w->n, like, 0);
	give(w);
	add_items(w, 0, at, like, 0);
	add_run(w, &w->items[at], like, 0);
	give(w);
}

/* A repetition and what follows, up to a later one, over and over. */
static void
give_pieces(struct worst *w, size_t at, char like)
{
	size_t to = at + 1, start;

	for (size_t rounds = 0; rounds < 3; rounds++) {
		while (to < w->n && !is_long(&w->items[to]))
			to++;
		add_items(w, 0, at, like, 0);
		start = w->text.n;
		add_items(w, at, to, like, 0);
		add_copies(w, start, room_behind(w));
		add_items(w, to, w->n, like, 0);
		give(w);
		/* Without the repetition itself. */
		add_items(w, 0, at + 1, like, 0);
		start = w->text.n;
		add_items(w, at + 1, to, like, 0);
		add_copies(w, start, 0);
		give(w);
		if (to >= w->n)
			return;
		to++;
	}
}

static void
give_loops(struct worst *w, char like)
{
	for (size_t i = 0; i < w->n_loops; i++) {
		for (size_t times = 0; times < 40; times += 13) {
			size_t start;

			add_items(w, 0, w->loops[i].from, like, 0);
			start = w->text.n;
			add_items(w, w->loops[i].from, w->loops[i].to, like,
			    times);
			add_copies(w, start, room_behind(w));
			add_items(w, w->loops[i].to, w->n, like, 0);
			give(w);
		}
	}
}

static void
give_choice(struct worst *w, struct str source)
{
	static const char likes[] = "a0 \".,:[";
	size_t n_long = 0;

	w->n = w->n_loops = 0;
	read_branches(w, source);
	for (size_t i = 0; i < w->n; i++)
		n_long += is_long(&w->items[i]);
	for (size_t k = 0; likes[k] != '\0'; k++) {
		for (size_t i = 0; i < w->n; i++) {
			if (!is_long(&w->items[i]) ||
			    !in_set(w->items[i].set, (unsigned char)likes[k]))
				continue;
			give_runs(w, i, likes[k]);
			give_pieces(w, i, likes[k]);
		}
		give_loops(w, likes[k]);
		if (n_long > 0) {
			add_items(w, 0, w->n, likes[k], w->size / n_long);
			give(w);
		}
		add_items(w, 0, w->n, likes[k], 3);
		add_copies(w, 0, 0);
		give(w);
	}
}

void
worst_texts(const struct pattern *p, size_t size, worst_fn *fn, void *arg)
{
	struct worst *w = mem_get_zero(1, sizeof(*w));
	struct str literal = p->literal.n > 0 ? p->literal : p->prefix;

	w->arena = arena_new(0);
	w->literal = literal;
	w->size = size;
	w->fn = fn;
	w->arg = arg;
	map_init_in(&w->sets, w->arena);
	buf_init(&w->text, 2 * size + 4096);
	for (w->choice = 0; w->choice < CHOICES; w->choice++)
		give_choice(w, p->source);
	buf_fini(&w->text);
	arena_free(w->arena);
	free(w);
}
