/*
 * Which pack? A line is looked up by its program, else by the style of its
 * header or text; only gates that were found that way are checked. Within one
 * list, the gate that asks for most comes first.
 */
#include "engine/normalise/find.h"
#include "engine/normalise/pack.h"

#include <stdlib.h>

static void
list_add(struct arena *arena, struct gate_list *list, struct gate *gate)
{
	ARENA_PUSH_ROOM(arena, list->items, list->n, list->cap);
	list->items[list->n++] = gate;
}

static void
map_add(struct arena *arena, struct map *map, struct str key,
    struct gate *gate)
{
	struct gate_list *list = map_get(map, key);

	if (list == NULL) {
		list = ARENA_NEW(arena, struct gate_list);
		map_put(map, key, list);
	}
	list_add(arena, list, gate);
}

/* By rank, then in the order of the files. */
static int
by_rank(const void *a, const void *b)
{
	const struct gate *x = *(struct gate *const *)a;
	const struct gate *y = *(struct gate *const *)b;

	if (x->rank != y->rank)
		return y->rank - x->rank;
	return (int)x->pack->index - (int)y->pack->index;
}

static void
list_sort(struct gate_list *list)
{
	if (list->n > 1)
		qsort(list->items, list->n, sizeof(struct gate *), by_rank);
}

static void
map_sort(const struct map *map)
{
	const struct map_entry *e;
	size_t at = 0;

	while ((e = map_next(map, &at)) != NULL)
		list_sort(e->value);
}

/* "*" alone is a prefix of every program. */
static void
prefix_add(struct packs *packs, struct gate *g, struct str program)
{
	unsigned char first = (unsigned char)program.p[0];

	for (size_t i = 0; i < 256; i++) {
		if (program.n == 1 || i == first)
			list_add(packs->arena,
			    &packs->selector.by_prefix[i], g);
	}
}

/* Where lines that this gate lets through are looked for. */
static void
index_gate(struct packs *packs, struct gate *g, struct map *by_program,
    struct map *by_msgid)
{
	struct selector *s = &packs->selector;
	bool styled = false;

	for (size_t i = 0; i < g->n_programs; i++) {
		struct str program = g->programs[i];

		if (program.p[program.n - 1] == '*')
			prefix_add(packs, g, program);
		else
			map_add(packs->arena, by_program, program, g);
	}
	if (g->n_programs > 0)
		return;
	for (size_t i = 0; i < g->n_msgids; i++)
		map_add(packs->arena, by_msgid, g->msgids[i], g);
	if (g->n_msgids > 0)
		return;
	if ((g->styles & STYLE_CISCO) != 0 || g->n_facilities > 0) {
		list_add(packs->arena, &s->by_cisco, g);
		styled = true;
	}
	for (size_t i = 0; i < BODY_STYLES; i++) {
		if ((g->styles & 1u << i) == 0)
			continue;
		list_add(packs->arena, &s->by_style[i], g);
		styled = true;
	}
	if (!styled)
		list_add(packs->arena, &s->others, g);
}

void
selector_build(struct packs *packs)
{
	struct selector *s = &packs->selector;
	struct map by_program, by_msgid;

	map_init_in(&by_program, packs->arena);
	map_init_in(&by_msgid, packs->arena);
	for (size_t i = 0; i < packs->n; i++) {
		for (size_t k = 0; k < packs->items[i]->n_gates; k++)
			index_gate(packs, &packs->items[i]->gates[k],
			    &by_program, &by_msgid);
	}
	map_sort(&by_program);
	map_sort(&by_msgid);
	lookup_build(packs->arena, &by_program, true, &s->by_program);
	lookup_build(packs->arena, &by_msgid, true, &s->by_msgid);
	for (size_t i = 0; i < 256; i++)
		list_sort(&s->by_prefix[i]);
	list_sort(&s->by_cisco);
	list_sort(&s->others);
	for (size_t i = 0; i < BODY_STYLES; i++)
		list_sort(&s->by_style[i]);
}

static bool
any_equal(const struct str *list, size_t n, struct str s)
{
	for (size_t i = 0; i < n; i++) {
		if (same_word(list[i], s))
			return true;
	}
	return n == 0;
}

static bool
any_inside(const struct str *list, size_t n, struct str s)
{
	for (size_t i = 0; i < n; i++) {
		if (text_has(s, list[i]))
			return true;
	}
	return n == 0;
}

static bool
program_fits(const struct gate *g, struct str program)
{
	for (size_t i = 0; i < g->n_programs; i++) {
		struct str p = g->programs[i];

		if (p.p[p.n - 1] == '*'
			? has_prefix(program, str_first(p, p.n - 1))
			: p.n == program.n &&
			    same_bytes(p.p, program.p, p.n))
			return true;
	}
	return g->n_programs == 0;
}

static uint32_t
styles_of(const struct header *h)
{
	static const uint32_t forms[] = {
	    [HEADER_BARE] = STYLE_BARE,
	    [HEADER_RFC3164] = STYLE_RFC3164,
	    [HEADER_RFC5424] = STYLE_RFC5424,
	};

	return 1u << h->body | forms[h->form] |
	    (h->is_cisco ? STYLE_CISCO : 0);
}

static bool
texts_fit(const struct gate *g, struct str message)
{
	bool starts = g->n_starts == 0;

	for (size_t i = 0; i < g->n_starts && !starts; i++)
		starts = has_prefix(message, g->starts[i]);
	if (!starts || !any_inside(g->contains, g->n_contains, message))
		return false;
	for (size_t i = 0; i < g->n_all; i++) {
		if (!any_inside(&g->all_contains[i], 1, message))
			return false;
	}
	return true;
}

static bool
said(uint16_t asked, uint16_t declared)
{
	return asked == 0 || asked == declared;
}

static bool
fits(const struct search *q, const struct gate *g)
{
	/* The list of the very program has gates of no other. */
	if (q->stage != SEARCH_PROGRAM && q->stage != SEARCH_FILE &&
	    !program_fits(g, q->program))
		return false;
	if (g->styles != 0 && (g->styles & q->styles) == 0)
		return false;
	if (g->n_msgids > 0 &&
	    (q->msgid.n == 0 || !any_equal(g->msgids, g->n_msgids, q->msgid)))
		return false;
	if (g->n_facilities > 0 &&
	    !any_equal(g->facilities, g->n_facilities, q->h->facility))
		return false;
	/* What the sender declared is only asked where the pack asks. */
	if (!said(g->source.product, q->source.product) ||
	    !said(g->source.service, q->source.service) ||
	    !said(g->source.category, q->source.category))
		return false;
	return texts_fit(g, q->h->message);
}

/* Lower case, without "[pid]" and "(module)": a slice of app where it is in
 * lower case already. */
static struct str
program_of(struct str app, char out[PROGRAM_MAX])
{
	size_t n = 0;

	while (n < app.n && app.p[n] != '[' && app.p[n] != '(' &&
	    (app.p[n] < 'A' || app.p[n] > 'Z'))
		n++;
	if (n == app.n || app.p[n] == '[' || app.p[n] == '(')
		return str_first(app, n < PROGRAM_MAX ? n : PROGRAM_MAX);
	n = 0;
	while (n < app.n && n < PROGRAM_MAX && app.p[n] != '[' &&
	    app.p[n] != '(') {
		out[n] = char_lower(app.p[n]);
		n++;
	}
	return str_make(out, n);
}

void
search_start(struct search *q, const struct selector *s,
    const struct header *h, struct logsource source)
{
	q->selector = s;
	q->h = h;
	q->source = source;
	q->styles = styles_of(h);
	q->msgid = h->is_cisco ? h->mnemonic : h->msgid;
	q->program = program_of(h->appname.n > 0 ? h->appname : h->facility,
	    q->text);
	q->stage = SEARCH_START;
	q->list = NULL;
	q->at = 0;
	q->n_seen = 0;
}

static const struct gate_list *
by_prefix(const struct search *q)
{
	return q->program.n == 0 ? NULL
	    : &q->selector->by_prefix[(unsigned char)q->program.p[0]];
}

/* Where to look next; NULL: nothing there. */
static const struct gate_list *
list_of(struct search *q)
{
	const struct selector *s = q->selector;
	size_t slash;

	switch (q->stage) {
	case SEARCH_PROGRAM:
	case SEARCH_FILE:
		return lookup_get(&s->by_program, q->program);
	case SEARCH_PREFIX:
		return by_prefix(q);
	case SEARCH_CUT:
		/* "/usr/sbin/sshd" is sshd; "postfix/smtpd" was looked for. */
		slash = str_find_last_char(q->program, '/');
		if (slash == SIZE_MAX || slash + 1 == q->program.n)
			q->stage = SEARCH_FILE_PREFIX;
		else
			q->program = str_skip(q->program, slash + 1);
		return NULL;
	case SEARCH_FILE_PREFIX:
		return by_prefix(q);
	case SEARCH_MSGID:
		return q->msgid.n > 0 ? lookup_get(&s->by_msgid, q->msgid)
				      : NULL;
	case SEARCH_CISCO:
		return q->h->is_cisco ? &s->by_cisco : NULL;
	case SEARCH_STYLE:
		return &s->by_style[q->h->body];
	case SEARCH_OTHERS:
		return &s->others;
	case SEARCH_START:
	case SEARCH_END:
		break;
	}
	return NULL;
}

const struct pack *
search_next(struct search *q)
{
	for (;;) {
		const struct gate *g;
		bool had = false;

		if (q->list == NULL || q->at >= q->list->n) {
			if (q->stage >= SEARCH_OTHERS)
				return NULL;
			q->stage++;
			q->list = list_of(q);
			q->at = 0;
			continue;
		}
		g = q->list->items[q->at++];
		for (size_t i = 0; i < q->n_seen; i++)
			had |= q->seen[i] == g->pack;
		if (had || !fits(q, g))
			continue;
		if (q->n_seen == SELECT_MAX)
			return NULL;
		q->seen[q->n_seen++] = g->pack;
		return g->pack;
	}
}
