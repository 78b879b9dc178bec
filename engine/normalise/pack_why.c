#include "engine/normalise/pack_why.h"

#include "engine/base/text.h"
#include "engine/normalise/pack.h"

#include <string.h>

#define BEFORE	   48 /* bytes shown before a mark */
#define BEHIND	   40
#define ASKED_MAX  200 /* patterns of one pack that are looked at */
#define LISTED_MAX 4

static const struct pack *
find_pack(const struct packs *packs, struct str name)
{
	for (size_t i = 0; i < packs->n; i++) {
		if (str_eq(packs->items[i]->name, name))
			return packs->items[i];
	}
	return NULL;
}

bool
packs_has(const struct packs *packs, struct str name)
{
	return find_pack(packs, name) != NULL;
}

/* A mark below stands where it has to: nothing is wider than one column. */
static void
add_plain(struct buf *out, struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		buf_add_char(out, c < 0x20 || c >= 0x7f ? '?' : s.p[i]);
	}
}

static void
add_marked(struct buf *out, const char *indent, struct str s, size_t at)
{
	size_t from = at > BEFORE ? at - BEFORE : 0, column = at - from;
	struct str shown = str_skip(s, from);

	buf_printf(out, "%s  ", indent);
	if (from > 0) {
		buf_add(out, STR("..."));
		column += 3;
	}
	add_plain(out, str_first(shown, at - from + BEHIND));
	if (shown.n > at - from + BEHIND)
		buf_add(out, STR("..."));
	buf_printf(out, "\n%s  %*s^\n", indent, (int)column, "");
}

/* Characters that stand for themselves: a wild card is no likeness. */
static size_t
likeness(struct str s)
{
	size_t n = 0, end;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\\') {
			i++;
			n += i < s.n && !char_is_alnum(s.p[i]);
		} else if (s.p[i] == '[') {
			i = pattern_class_end(s, i) - 1;
		} else if (str_has_prefix(str_skip(s, i), STR("(?<"))) {
			end = str_find_char(str_skip(s, i), '>');
			i = end == SIZE_MAX ? s.n : i + end;
		} else if (str_has_prefix(str_skip(s, i), STR("%{"))) {
			end = str_find_char(str_skip(s, i), '}');
			i = end == SIZE_MAX ? s.n : i + end;
		} else {
			n += strchr(".^$|()?*+:", s.p[i]) == NULL;
		}
	}
	return n;
}

static bool
may_be_asked(const struct event *ev, const struct matcher *m)
{
	for (size_t i = 0; i < m->n_when; i++) {
		const struct condition *c = &m->when[i];
		bool good = c->absent && !event_has(ev, c->field);

		for (size_t k = 0; k < c->n && !good; k++)
			good = str_eq_nocase(event_get(ev, c->field),
			    c->values[k]);
		if (!good)
			return false;
	}
	return m->has_regex && m->regex.written.n > 0;
}

static struct str
subject_of(const struct event *ev, const struct matcher *m)
{
	return str_first(m->on == FIELD_MESSAGE ? ev->message
						: event_get(ev, m->on),
	    m->subject);
}

bool
pack_why_nearest(const struct packs *packs, struct str name,
    const struct event *ev, const char *indent, struct buf *out)
{
	const struct pack *pack = find_pack(packs, name);
	const struct matcher *near = NULL;
	struct pattern_reach best = {0};
	struct arena *arena;
	struct field_table *fields;
	size_t most = 0;

	if (pack == NULL)
		return false;
	arena = arena_new(0);
	fields = field_table_new(arena);
	for (size_t i = 0; i < pack->n_matchers && i < ASKED_MAX; i++) {
		const struct matcher *m = &pack->matchers[i];
		struct pattern_reach r;
		size_t like;

		if (!may_be_asked(ev, m))
			continue;
		r = pattern_reach(m->regex.written, fields, subject_of(ev, m));
		like = likeness(str_first(m->regex.written, r.source));
		if (r.source == m->regex.written.n || r.subject == 0 ||
		    like <= most)
			continue;
		most = like;
		best = r;
		near = m;
	}
	arena_free(arena);
	if (near == NULL)
		return false;
	buf_printf(out, "%snearest: %.*s, which fits up to the marks:\n",
	    indent, STR_ARG(near->name));
	add_marked(out, indent, near->regex.written, best.source);
	add_marked(out, indent, subject_of(ev, near), best.subject);
	return true;
}

static void
add_list(struct buf *out, const struct str *list, size_t n)
{
	for (size_t i = 0; i < n && i < LISTED_MAX; i++) {
		buf_add(out, i == 0 ? STR("'") : i + 1 == n ? STR(" or '")
							    : STR(", '"));
		add_plain(out, str_first(list[i], 60));
		buf_add_char(out, '\'');
	}
	if (n > LISTED_MAX)
		buf_printf(out, " or %zu more", n - LISTED_MAX);
}

static bool
is_program(const struct gate *g, struct str program)
{
	size_t slash = str_find_last_char(program, '/');

	for (size_t i = 0; i < g->n_programs; i++) {
		struct str p = g->programs[i];
		bool prefix = p.n > 0 && p.p[p.n - 1] == '*';

		p.n -= prefix;
		for (int cut = 0; cut < 2; cut++) {
			struct str s = cut == 0 || slash == SIZE_MAX
			    ? program : str_skip(program, slash + 1);

			if (prefix ? str_has_prefix_nocase(s, p)
				   : str_eq_nocase(s, p))
				return true;
		}
	}
	return g->n_programs == 0;
}

static bool
has_any(const struct str *list, size_t n, struct str s, bool start)
{
	for (size_t i = 0; i < n; i++) {
		if (start ? str_has_prefix(s, list[i])
			  : str_find(s, list[i]) != SIZE_MAX)
			return true;
	}
	return n == 0;
}

static void
add_wanted(struct buf *out, const char *indent, const char *key,
    const struct str *list, size_t n, struct str found)
{
	buf_printf(out, "%sselect: %s is ", indent, key);
	if (found.n > 0)
		buf_printf(out, "'%.*s'", STR_ARG(str_first(found, 60)));
	else
		buf_add(out, STR("not there"));
	buf_add(out, STR(", wanted "));
	add_list(out, list, n);
	buf_add_char(out, '\n');
}

/* "sshd[12]" without the number, "(module)" alike. */
static struct str
program_of(const struct header *h)
{
	struct str s = h->appname.n > 0 ? h->appname : h->facility;

	s = str_first(s, str_find_char(s, '['));
	return str_first(s, str_find_char(s, '('));
}

static bool
gate_why(const struct gate *g, const struct header *h, const char *indent,
    struct buf *out)
{
	struct str program = program_of(h);
	struct str msgid = h->is_cisco ? h->mnemonic : h->msgid;
	size_t before = out->n;

	if (!is_program(g, program))
		add_wanted(out, indent, "program", g->programs, g->n_programs,
		    program);
	if (g->n_msgids > 0 && !has_any(g->msgids, g->n_msgids, msgid, true))
		add_wanted(out, indent, "msgid", g->msgids, g->n_msgids,
		    msgid);
	if (!has_any(g->starts, g->n_starts, h->message, true)) {
		buf_printf(out, "%sselect: the text does not start with ",
		    indent);
		add_list(out, g->starts, g->n_starts);
		buf_add_char(out, '\n');
	}
	if (!has_any(g->contains, g->n_contains, h->message, false)) {
		buf_printf(out, "%sselect: the text does not contain ",
		    indent);
		add_list(out, g->contains, g->n_contains);
		buf_add_char(out, '\n');
	}
	for (size_t i = 0; i < g->n_all; i++) {
		if (str_find(h->message, g->all_contains[i]) != SIZE_MAX)
			continue;
		buf_printf(out, "%sselect: the text does not contain ",
		    indent);
		add_list(out, &g->all_contains[i], 1);
		buf_add_char(out, '\n');
	}
	if ((g->styles & ((1u << BODY_STYLES) - 1)) != 0 &&
	    (g->styles & 1u << h->body) == 0)
		buf_printf(out, "%sselect: 'header' asks for another form of "
		    "text than this\n", indent);
	return out->n > before;
}

bool
pack_why_select(const struct packs *packs, struct str name, struct str line,
    const char *indent, struct buf *out)
{
	const struct pack *pack = find_pack(packs, name);
	size_t before = out->n;
	struct header h;

	if (pack == NULL)
		return false;
	header_parse(line, &h);
	for (size_t i = 0; i < pack->n_gates; i++) {
		if (!gate_why(&pack->gates[i], &h, indent, out)) {
			out->n = before;
			return false;
		}
	}
	return out->n > before;
}
