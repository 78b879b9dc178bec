/*
 * Which pack? A line is looked up by its program, else by the style of its
 * header or text; only gates that were found that way are checked. Within one
 * list, the gate that asks for most comes first.
 *
 * A list of many gates (those without a program) is not walked: the message
 * is searched once for a text of every gate, and only gates whose text it has
 * are checked. With 400 more packs that took a line that none of them knows
 * from 141,900 to 5,900 instructions (bench/gates.sh).
 */
#include "engine/base/text.h"
#include "engine/normalise/pack.h"

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
			: same_text(p, program))
			return true;
	}
	return g->n_programs == 0;
}

/* As a program, a last '*' is a prefix. */
static bool
facility_fits(const struct gate *g, struct str facility)
{
	for (size_t i = 0; i < g->n_facilities; i++) {
		struct str f = g->facilities[i];

		if (f.p[f.n - 1] == '*' ? str_has_prefix_nocase(facility,
					      str_first(f, f.n - 1))
					: same_word(f, facility))
			return true;
	}
	return g->n_facilities == 0;
}

static uint32_t
cisco_styles(const struct header *h)
{
	if (!h->is_cisco)
		return 0;
	if (h->node.n > 0)
		return STYLE_CISCO | STYLE_IOS_XR;
	if (h->is_nxos)
		return STYLE_CISCO | STYLE_NXOS;
	return STYLE_CISCO | (h->appname.n == 0 ? STYLE_IOS : STYLE_TAGGED);
}

static uint32_t
styles_of(const struct header *h)
{
	static const uint32_t forms[] = {
	    [HEADER_BARE] = STYLE_BARE,
	    [HEADER_RFC3164] = STYLE_RFC3164,
	    [HEADER_RFC5424] = STYLE_RFC5424,
	};

	return 1u << h->body | forms[h->form] | cisco_styles(h);
}

/* `found`: those that are there, as look() saw. */
static bool
texts_fit(const struct gate *g, struct str message, enum gate_text found)
{
	bool starts = g->n_starts == 0 || found == GATE_TEXT_START;

	for (size_t i = 0; i < g->n_starts && !starts; i++)
		starts = has_prefix(message, g->starts[i]);
	if (!starts || (found != GATE_TEXT_CONTAINS &&
			   !any_inside(g->contains, g->n_contains, message)))
		return false;
	for (size_t i = 0; i < g->n_all; i++) {
		if ((found != GATE_TEXT_ALL || i != g->sought) &&
		    !text_has(message, g->all_contains[i]))
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
	/* The others' lists have gates of this very program, or of none. */
	if (q->stage >= SEARCH_LAST && !program_fits(g, q->program))
		return false;
	if (g->styles != 0 && (g->styles & q->styles) == 0)
		return false;
	if (g->n_msgids > 0 &&
	    (q->msgid.n == 0 || !any_equal(g->msgids, g->n_msgids, q->msgid)))
		return false;
	if (!facility_fits(g, q->h->facility))
		return false;
	/* What the sender declared is only asked where the pack asks. */
	if (!said(g->source.product, q->source.product) ||
	    !said(g->source.service, q->source.service) ||
	    !said(g->source.category, q->source.category))
		return false;
	return texts_fit(g, q->h->message, q->list != NULL &&
		q->list->mask != NULL ? g->sought_in : GATE_TEXT_NONE);
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
    const struct header *h, struct logsource source, bool audit,
    uint64_t *room)
{
	q->selector = s;
	q->h = h;
	q->source = source;
	q->styles = styles_of(h);
	q->msgid = h->is_cisco ? h->mnemonic : h->msgid;
	q->program = program_of(h->appname.n > 0 ? h->appname : h->facility,
	    q->text);
	q->audit = audit;
	q->stage = SEARCH_START;
	q->list = NULL;
	q->at = 0;
	q->open = room;
	q->filled = q->looked = q->style_looked = q->generic_looked = false;
	q->n_seen = 0;
	q->most = SELECT_MAX;
}

/* One pass over the message for the texts of all gates of a style, one for
 * those of all the others, one for the generic packs'. */
static void
look(struct search *q)
{
	const struct selector *s = q->selector;
	const struct literals *texts = s->texts;
	bool *looked = &q->looked;

	if (q->stage == SEARCH_STYLE || q->stage == SEARCH_NAMED) {
		texts = s->style_texts[q->h->body];
		looked = &q->style_looked;
	} else if (q->stage == SEARCH_GENERIC) {
		texts = s->generic_texts;
		looked = &q->generic_looked;
	}
	if (!q->filled)
		memcpy(q->open, s->textless, s->words * sizeof(*q->open));
	q->filled = true;
	if (!*looked && texts != NULL)
		literals_mark(texts, q->h->message, q->open);
	*looked = true;
}

static const struct gate_list *
by_facility(const struct search *q)
{
	const struct selector *s = q->selector;
	const struct gate_list *list;

	if (!q->h->is_cisco)
		return NULL;
	list = lookup_get(&s->by_facility, q->h->facility);
	return list != NULL ? list : &s->by_cisco;
}

/* "/usr/sbin/sshd" is sshd; "postfix/smtpd" was looked for. */
static bool
cut_path(struct search *q)
{
	size_t slash = str_find_last_char(q->program, '/');

	if (slash == SIZE_MAX || slash + 1 == q->program.n)
		return false;
	q->program = str_skip(q->program, slash + 1);
	return true;
}

/* CEF and LEEF say whose they are and audit messages what they are, whatever
 * program sends them on. */
static const struct gate_list *
by_name(const struct search *q)
{
	const struct selector *s = q->selector;

	switch (q->h->body) {
	case BODY_CEF:
	case BODY_LEEF:
		return &s->by_style[q->h->body];
	case BODY_XML:
		return q->audit ? &s->dicom : NULL;
	case BODY_JSON:
		return q->audit ? &s->fhir : NULL;
	default:
		return NULL;
	}
}

/* Where to look next; NULL: nothing there. */
static const struct gate_list *
list_of(struct search *q)
{
	const struct selector *s = q->selector;

	switch (q->stage) {
	case SEARCH_NAMED:
		return by_name(q);
	case SEARCH_PROGRAM:
	case SEARCH_FILE:
		return lookup_get(&s->by_program, q->program);
	case SEARCH_CUT:
		if (!cut_path(q))
			q->stage = SEARCH_FILE_PREFIX;
		return NULL;
	case SEARCH_MSGID:
		return q->msgid.n > 0 ? lookup_get(&s->by_msgid, q->msgid)
				      : NULL;
	case SEARCH_CISCO:
		return by_facility(q);
	case SEARCH_STYLE:
		return &s->by_style[q->h->body];
	case SEARCH_OTHERS:
		return &s->others;
	case SEARCH_LAST:
		cut_path(q);
		return &s->last;
	case SEARCH_START:
	case SEARCH_PREFIX:
	case SEARCH_FILE_PREFIX:
	case SEARCH_END:
	case SEARCH_GENERIC:
		break;
	}
	return NULL;
}

static const struct gate *
next_prefixed(struct search *q)
{
	const struct prefix_list *list;

	if (q->program.n == 0)
		return NULL;
	list = &q->selector->by_prefix[(unsigned char)q->program.p[0]];
	while (q->at < list->n) {
		const struct prefixed *p = &list->items[q->at++];

		if (has_prefix(q->program, p->prefix))
			return p->gate;
	}
	return NULL;
}

/* The next gate of the list whose text can be in the message. */
static const struct gate *
next_gate(struct search *q)
{
	const struct gate_list *list = q->list;
	size_t at;

	if (q->stage == SEARCH_PREFIX || q->stage == SEARCH_FILE_PREFIX)
		return next_prefixed(q);
	if (list == NULL)
		return NULL;
	if (list->mask == NULL)
		return q->at < list->n ? list->items[q->at++] : NULL;
	look(q);
	at = next_of_both(list->mask, q->open, q->selector->words, q->at);
	if (at == SIZE_MAX)
		return NULL;
	q->at = at + 1;
	return q->selector->gates[at];
}

/* The last resorts are asked however many were asked before. */
static bool
next_list(struct search *q, bool enough)
{
	if (enough && q->stage < SEARCH_LAST)
		q->stage = SEARCH_LAST;
	else
		q->stage++;
	if (q->stage == SEARCH_LAST)
		q->most = q->n_seen + SELECT_MAX;
	if (q->stage >= SEARCH_END)
		return false;
	q->list = list_of(q);
	q->at = 0;
	return true;
}

void
search_again(struct search *q)
{
	q->filled = q->looked = q->style_looked = q->generic_looked = false;
}

void
search_generic(struct search *q)
{
	q->stage = SEARCH_GENERIC;
	q->list = &q->selector->generic;
	q->at = 0;
	q->n_seen = 0;
	q->most = SELECT_MAX;
}

const struct pack *
search_next(struct search *q)
{
	for (;;) {
		bool had = q->n_seen == q->most;
		const struct gate *g = had ? NULL : next_gate(q);

		if (g == NULL) {
			if (q->stage >= SEARCH_END || !next_list(q, had))
				return NULL;
			continue;
		}
		for (size_t i = 0; i < q->n_seen && !had; i++)
			had = q->seen[i] == g->pack;
		if (had || !fits(q, g))
			continue;
		q->seen[q->n_seen++] = g->pack;
		return g->pack;
	}
}
