/* One line through one pack: decode, patterns, values, tables. */
#include "engine/normalise/work.h"

#include "engine/base/stats.h"
#include "engine/base/text.h"

static bool
condition_holds(const struct event *ev, const struct condition *c)
{
	const struct value *v = event_value(ev, c->field);

	if (v == NULL)
		return c->absent;
	for (; v != NULL; v = event_next(ev, v)) {
		for (size_t i = 0; i < c->n; i++) {
			if (same_word(v->text, c->values[i]))
				return true;
		}
	}
	return false;
}

static bool
conditions_hold(const struct event *ev, const struct matcher *m)
{
	for (size_t i = 0; i < m->n_when; i++) {
		if (!condition_holds(ev, &m->when[i]))
			return false;
	}
	return true;
}

static void
put_groups(struct normaliser *n, struct event *ev, const struct matcher *m,
    struct str subject)
{
	const struct pattern_group *g = m->regex.groups;
	const PCRE2_SIZE *v = pattern_offsets(n->scratch);

	for (size_t i = 0; i < m->regex.n_groups; i++) {
		struct str text = pattern_group_text(v, subject, g[i].number);

		if (text.n > 0)
			value_put(n, ev, g[i].field, text);
	}
}

static bool
match_text(struct normaliser *n, struct event *ev, const struct matcher *m,
    struct str subject)
{
	enum pattern_result result;

	/* PCRE2 wants a pointer even to nothing. */
	if (subject.p == NULL)
		subject = STR("");
	subject = str_first(subject, m->subject);
	if (m->on != FIELD_MESSAGE)
		result = pattern_recall(&m->regex, n->scratch, subject);
	else if (n->texts.there && subject.n == n->texts.message.n)
		result = pattern_run_there(&m->regex, n->scratch, subject);
	else
		result = pattern_run(&m->regex, n->scratch, subject);
	if (result == PATTERN_LIMIT)
		n->limit = true;
	if (result != PATTERN_HIT)
		return false;
	if (m->regex.n_groups > 0)
		put_groups(n, ev, m, subject);
	return true;
}

/* Of a list the first that matches; a field that is not there is no empty
 * text. */
static bool
match_regex(struct normaliser *n, struct event *ev, const struct matcher *m)
{
	const struct value *v;

	if (m->on == FIELD_MESSAGE)
		return match_text(n, ev, m, ev->message);
	for (v = event_value(ev, m->on); v != NULL; v = event_next(ev, v)) {
		if (match_text(n, ev, m, v->text))
			return true;
	}
	return false;
}

static const struct matcher_list *
candidates(const struct event *ev, const struct stage *stage)
{
	const struct matcher_list *list = NULL;

	if (stage->field != FIELD_NONE) {
		const struct value *v = event_value(ev, stage->field);

		/* Of a list, any value may be asked for. */
		if (v != NULL && v->next != 0)
			list = stage->all;
		else if (v != NULL && v->text.n > 0)
			list = lookup_get(&stage->by_value, v->text);
	}
	if (list == NULL)
		list = stage->by_default;
	if (list->by_start != NULL && ev->message.n > 0)
		list = list->by_start[(unsigned char)ev->message.p[0]];
	return list;
}

/* Patterns that cost as much as a pass for all texts; of a generic pack nearly
 * all are asked. */
#define TRY_FIRST 10

/* A bit for each matcher that the message may still match. */
static void
look(struct normaliser *n, const struct event *ev, const struct pack *pack)
{
	struct run_texts *t = &n->texts;

	if (t->looked && ev->message.p == t->message.p &&
	    ev->message.n == t->message.n)
		return;
	memcpy(t->open, pack->textless,
	    (pack->n_matchers + 63) / 64 * sizeof(*t->open));
	literals_mark(pack->texts, ev->message, t->open);
	t->message = ev->message;
	t->looked = true;
}

/* On the way through a list: one by one, then from bit to bit. */
struct walk {
	const struct matcher_list *list;
	size_t at; /* in the list, or the pack's matcher */
	bool by_bits;
};

static const struct matcher *
next_open(struct normaliser *n, const struct pack *pack, struct walk *w)
{
	size_t at = next_of_both(w->list->mask, n->texts.open,
	    (pack->n_matchers + 63) / 64, w->at);

	if (at == SIZE_MAX)
		return NULL;
	w->at = at + 1;
	n->texts.there = pack->matchers[at].by_text;
	return &pack->matchers[at];
}

/* The next that the message's texts do not rule out; texts.there: it has
 * this one's. */
static const struct matcher *
next_matcher(struct normaliser *n, const struct event *ev,
    const struct pack *pack, struct walk *w)
{
	struct run_texts *t = &n->texts;
	const struct matcher *m;

	if (w->by_bits) {
		look(n, ev, pack);
		return next_open(n, pack, w);
	}
	t->there = false;
	if (w->at == w->list->n)
		return NULL;
	m = w->list->items[w->at++];
	if (!m->by_text || n->trace != NULL ||
	    (t->tried++ < TRY_FIRST && !pack->generic))
		return m;
	look(n, ev, pack);
	w->by_bits = true;
	w->at = m->place;
	return next_open(n, pack, w);
}

/* True when no further pattern is to be tried. */
static bool
run_stage(struct normaliser *n, struct event *ev, const struct pack *pack,
    const struct stage *stage, bool *matched)
{
	struct walk w = {.list = candidates(ev, stage)};
	const struct matcher *m;

	while ((m = next_matcher(n, ev, pack, &w)) != NULL) {
		uint16_t before = ev->count;

		if (!conditions_hold(ev, m))
			continue;
		if (m->has_regex && !match_regex(n, ev, m)) {
			trace(n, TRACE_MISS, m->name, ev);
			continue;
		}
		/* What it sets waits for what the generic packs find. */
		if (m->rest)
			n->rest = (struct run_rest){
			    m, n->rest.own, before, ev->count};
		else
			settings_run(n, ev, &m->set, false);
		trace(n, TRACE_PATTERN, m->name, ev);
		ev->source = logsource_fill(m->source, ev->source);
		if (m->prepares)
			continue;
		if (!*matched && m->name.n > 0)
			event_put(ev, FIELD_VIGIE_PATTERN, m->name,
			    VALUE_TEXT);
		*matched = true;
		if (!m->go_on)
			return true;
	}
	return false;
}

static bool
run_matchers(struct normaliser *n, struct event *ev, const struct pack *pack)
{
	bool matched = false;

	n->texts.tried = 0;
	n->texts.looked = false;
	for (size_t i = 0; i < pack->n_stages; i++) {
		if (run_stage(n, ev, pack, &pack->stages[i], &matched))
			break;
	}
	return matched;
}

#define SPLIT_MAX 256

/* "a@example.org; b@example.org": each part a value of the list. A list that is
 * one already stays. */
static void
split_value(struct normaliser *n, struct event *ev, const struct derive *d,
    struct str from)
{
	size_t found = 0;

	if (event_value(ev, d->from)->next != 0)
		return;
	while (from.n > 0 && found < SPLIT_MAX) {
		size_t end = 0;
		struct str part;

		while (end < from.n &&
		    str_find_char(d->split, from.p[end]) == SIZE_MAX)
			end++;
		part = str_trim(str_first(from, end));
		from = str_skip(from, end + 1);
		if (part.n == 0)
			continue;
		if (found++ == 0)
			value_put(n, ev, d->to, part);
		else
			value_append(n, ev, d->to, part);
	}
}

static void
run_values(struct normaliser *n, struct event *ev, const struct pack *pack)
{
	for (size_t i = 0; i < pack->n_values; i++) {
		const struct derive *d = &pack->values[i];
		const struct setting *s;
		struct str from = event_get(ev, d->from);

		if (!event_has(ev, d->from))
			continue;
		if (d->split.n > 0) {
			split_value(n, ev, d, from);
			continue;
		}
		if (from.n > 128)
			continue;
		if (d->lower) {
			value_put(n, ev, d->to, lower_copy(ev->scratch, from));
			continue;
		}
		s = lookup_get(&d->by_value, from);
		if (s == NULL)
			s = d->fallback;
		if (s != NULL)
			setting_run(n, ev, s);
	}
}

static void
run_tables(struct normaliser *n, struct event *ev, const struct pack *pack)
{
	for (size_t i = 0; i < pack->n_tables; i++) {
		const struct table *t = &pack->tables[i];
		const struct row *row = lookup_get(&t->by_value,
		    event_get(ev, t->on));

		if (row == NULL)
			continue;
		settings_run(n, ev, &row->set, false);
		ev->source = logsource_fill(row->source, ev->source);
	}
}

enum run_result
pack_run(struct normaliser *n, struct event *ev, const struct pack *pack,
    const struct header *h)
{
	bool decodes = pack->decode.format != DECODE_NONE;
	bool decoded, matched;

	n->rest = (struct run_rest){.own = ev->count};
	trace(n, TRACE_PACK, pack->name, ev);
	if (!pack_reads_audit(pack) && !n->whole)
		privacy_hide(n->privacy, ev, n->origin->member);
	decoded = decodes && decode_run(n, ev, pack, h);
	if (!decoded && !n->whole)
		privacy_hide(n->privacy, ev, n->origin->member);
	if (decodes)
		trace(n, decoded ? TRACE_DECODED : TRACE_OTHER, pack->name, ev);
	matched = run_matchers(n, ev, pack);
	if (!matched && ((decodes && !decoded) ||
			    (!decodes && pack->n_matchers > 0 &&
				!pack->decoded_is_parsed))) {
		trace(n, TRACE_PASSED, pack->name, ev);
		return RUN_MISS;
	}
	run_values(n, ev, pack);
	run_tables(n, ev, pack);
	trace(n, TRACE_DERIVED, pack->name, ev);
	return matched || pack->n_matchers == 0 || pack->decoded_is_parsed
	    ? RUN_PARSED : RUN_UNPARSED;
}

void
pack_finish(struct normaliser *n, struct event *ev, const struct pack *pack)
{
	settings_run(n, ev, &pack->set, true);
	event_put(ev, FIELD_VIGIE_PACK, pack->name, VALUE_TEXT);
	ev->source = logsource_fill(ev->source, pack->source);
}
