/*
 * An episode as an alert for the desk, and as a match for the correlations
 * that the rule is a part of.
 */
#include "engine/correlate/window.h"

#include "engine/base/stamp.h"

#include <stdlib.h>

#define MAX_PAIRS   64
#define MAX_MEMBERS 64
#define MAX_JOINED  256

/* Entries [from, to) that are at hand, besides what the base remembers. */
struct span_of {
	uint32_t from, to;
	const struct base *base;
};

struct hash128
alert_id(const struct window *win, const struct event_id *id)
{
	uint64_t words[5] = {win->key.hi, win->key.lo, id->segment,
	    (uint64_t)id->offset << 32 | id->line, 0};

	if (win->flags & WINDOW_TWIN)
		words[1] ^= TWIN_BIT;
	return hash_stable(str_make((const char *)words, sizeof(words)));
}

static struct span_of
span_of_episode(struct window *win, const struct episode *ep)
{
	const struct entry *entries = window_entries(win);
	struct span_of s = {.from = ep->first, .to = ep->last + 1};

	if (!ep->base)
		return s;
	s.base = win->more->base;
	s.from = 0;
	while (
	    s.from < win->n && entry_cmp(&entries[s.from], &s.base->first) < 0)
		s.from++;
	if (ep->grown)
		return s;
	s.to = s.from;
	while (s.to < win->n && entry_cmp(&entries[s.to], &s.base->last) <= 0)
		s.to++;
	return s;
}

static void
add_event(struct windows *w, struct alert *a, const struct entry *e)
{
	a->events[a->n_events++] = (struct alert_event){
	    .id = e->id, .time = entry_stamp(e), .member = w->member_ids[e->member]};
}

static void
set_events(struct windows *w, struct window *win, const struct span_of *s,
    struct alert *a)
{
	const struct entry *entries = window_entries(win), *newest = NULL;
	uint32_t i = s->from, n_first = 0;

	for (; s->base != NULL && n_first < s->base->n_first; n_first++) {
		newest = &s->base->evidence[n_first];
		add_event(w, a, newest);
	}
	for (; i < s->to && newest != NULL; i++)
		if (entry_cmp(&entries[i], newest) > 0)
			break;
	for (; n_first < ALERT_FIRST_EVENTS && i < s->to; i++, n_first++)
		add_event(w, a, newest = &entries[i]);
	if (s->to - i > ALERT_LAST_EVENTS)
		i = s->to - ALERT_LAST_EVENTS;
	for (; i < s->to; i++)
		add_event(w, a, newest = &entries[i]);
	if (s->base != NULL && a->n_events < ALERT_EVENTS &&
	    (newest == NULL || entry_cmp(newest, &s->base->last) < 0))
		add_event(w, a, &s->base->last);
}

static void
add_member(struct windows *w, struct alert *a, uint16_t *seen, uint16_t member)
{
	for (size_t i = 0; i < a->n_members; i++)
		if (seen[i] == member)
			return;
	if (a->n_members == MAX_MEMBERS)
		return;
	seen[a->n_members] = member;
	a->members[a->n_members++] = w->member_ids[member];
}

static void
set_members(struct windows *w, struct window *win, const struct span_of *s,
    struct alert *a)
{
	const struct entry *entries = window_entries(win);
	uint16_t seen[MAX_MEMBERS];
	uint32_t n = s->to - s->from + (s->base != NULL ? MAX_MEMBERS : 0);

	a->members = ARENA_ARRAY(
	    w->scratch.arena, n < MAX_MEMBERS ? n : MAX_MEMBERS, struct str);
	for (uint32_t i = 0; s->base != NULL && i < s->base->n_members; i++)
		add_member(w, a, seen, s->base->members[i]);
	for (uint32_t i = s->from; i < s->to; i++)
		add_member(w, a, seen, entries[i].member);
}

/* The ids of alerts that this one took in, oldest events first. */
static void
set_joined(struct windows *w, struct window *win, const struct span_of *s,
    const struct episode *ep, struct alert *a)
{
	const struct entry *entries = window_entries(win);
	size_t n = s->base != NULL ? s->base->n_joined : 0;

	for (uint32_t i = s->from; i < s->to; i++)
		n += (entries[i].flags & ENTRY_SENT) != 0;
	a->joined = ARENA_ARRAY(
	    w->scratch.arena, n < MAX_JOINED ? n : MAX_JOINED, struct hash128);
	for (uint32_t i = 0; s->base != NULL && i < s->base->n_joined; i++)
		a->joined[a->n_joined++] = alert_id(
		    win, &s->base->joined[i].id);
	for (uint32_t i = s->from; i < s->to; i++) {
		if (!(entries[i].flags & ENTRY_SENT) ||
		    a->n_joined == MAX_JOINED)
			continue;
		if (ep->base ? entry_cmp(&entries[i], &s->base->last) <= 0
			     : i == ep->crossing)
			continue;
		a->joined[a->n_joined++] = alert_id(win, &entries[i].id);
	}
}

static void
set_group(struct windows *w, struct window *win, struct alert *a)
{
	const struct spec *spec = window_spec(w, win);
	struct str text = str_make(window_text(win), win->text_n), value;

	a->group = ARENA_ARRAY(w->scratch.arena,
	    (spec->n_group < MAX_PAIRS ? spec->n_group : MAX_PAIRS) + 1,
	    struct alert_pair);
	while (a->n_group < spec->n_group && a->n_group < MAX_PAIRS &&
	    pack_next(&text, &value)) {
		a->group[a->n_group] = (struct alert_pair){
		    spec->group_names[a->n_group], value};
		a->n_group++;
	}
	if (spec->entity_group >= 0 &&
	    (size_t)spec->entity_group < a->n_group) {
		a->entity_field = a->group[spec->entity_group].name;
		a->entity = a->group[spec->entity_group].value;
	}
	if (win->entity < spec->n_entity && pack_next(&text, &value)) {
		a->entity_field = spec->entity_names[win->entity];
		a->entity = value;
	}
	if (spec->hidden && a->entity.n > 0)
		a->group[a->n_group++] = (struct alert_pair){
		    a->entity_field, a->entity};
}

static void
set_rule(const struct spec *spec, struct alert *a)
{
	const struct sigma_vigie *v = &spec->meta->vigie;

	a->spec = spec->hash;
	a->rule_id = spec->rule_id;
	a->rule_name = spec->rule_name;
	a->rule_title = spec->meta->title.n > 0 ? spec->meta->title
						: spec->rule_name;
	a->level = spec->level;
	a->rsit = v->rsit;
	a->rsit_guessed = v->rsit_guessed;
	a->confidence = v->confidence;
	a->floor = v->floor;
	a->spreading = v->spreading;
	a->health_data = v->health_data;
	a->nis2 = v->nis2;
	a->blocked = v->blocked;
	a->advice_fr = v->advice_fr;
	a->advice_en = v->advice_en;
	a->sector = spec->sector;
}

static void
set_flags(struct windows *w, struct window *win, const struct span_of *s,
    struct alert *a)
{
	const struct spec *spec = window_spec(w, win);
	const struct entry *entries = window_entries(win);
	uint32_t n;

	a->late = s->base != NULL && s->base->late;
	a->approximate = (s->base != NULL && s->base->approximate) ||
	    spec->capped || (win->flags & WINDOW_MANY) ||
	    admit_cell(&w->admit, spec->hash, win->member)->capped;
	for (uint32_t i = s->from; i < s->to; i++)
		a->late |= (entries[i].flags & ENTRY_LATE) != 0;
	if ((spec->measure != MEASURE_COUNT || spec->mode == MODE_CHAIN) &&
	    win->more != NULL)
		for (uint32_t i = 0; i < win->more->n_gaps; i++)
			a->approximate |= win->more->gaps[i].n > 0;
	if (spec->measure != MEASURE_DISTINCT)
		return;
	n = number_values(w, entries, s->from, s->to);
	a->distinct = n;
	if (s->base != NULL && s->base->distinct > n)
		a->distinct = s->base->distinct;
}

/* Each parent hears of the alert once, as a match of its crossing event. */
static void
send_match(struct windows *w, struct window *win, const struct alert *a,
    const struct entry *crossing, bool gone)
{
	const struct spec *spec = window_spec(w, win);
	int64_t mark = shard_of(w, win->key)->watermark;
	int64_t received = entry_received(crossing);

	for (size_t i = 0; i < spec->n_parents; i++) {
		struct match m = {.event = crossing->id,
		    .time = crossing->time,
		    .received = received > mark ? received : mark,
		    .late = crossing->flags & ENTRY_LATE,
		    .coarse = crossing->flags & ENTRY_COARSE,
		    .gone = gone};

		if (spec_chain(
			spec, &spec->parents[i], a, w->scratch.arena, &m) &&
		    w->sink.on_match != NULL)
			w->sink.on_match(w->sink.arg, &m);
	}
}

/* The crossings that the episode took in are no events for the parents. */
static void
send_matches(struct windows *w, struct window *win, const struct alert *a,
    const struct episode *ep, const struct entry *crossing, bool is_new)
{
	struct entry *entries = window_entries(win);

	if (window_spec(w, win)->n_parents == 0)
		return;
	for (uint32_t i = ep->first; i <= ep->last && !ep->base; i++) {
		if (i == ep->crossing || (entries[i].flags & ENTRY_GONE) ||
		    !(entries[i].flags & ENTRY_SENT))
			continue;
		entries[i].flags |= ENTRY_GONE;
		send_match(w, win, a, &entries[i], true);
	}
	if (is_new)
		send_match(w, win, a, crossing, false);
}

void
episode_send(struct windows *w, struct window *win, const struct episode *ep,
    bool is_new)
{
	const struct spec *spec = window_spec(w, win);
	struct span_of s = span_of_episode(win, ep);
	const struct entry *entries = window_entries(win), *crossing, *first;
	struct alert a = {0};
	uint64_t revision;

	crossing = ep->base ? &s.base->crossing : &entries[ep->crossing];
	first = ep->base ? &s.base->first : &entries[ep->first];
	set_rule(spec, &a);
	set_group(w, win, &a);
	set_events(w, win, &s, &a);
	set_members(w, win, &s, &a);
	set_joined(w, win, &s, ep, &a);
	set_flags(w, win, &s, &a);
	a.id = alert_id(win, &crossing->id);
	a.member = w->member_ids[first->member];
	a.first = entry_stamp(first);
	a.last = entry_stamp(ep->base && !ep->grown ? &s.base->last
						    : &entries[ep->last]);
	a.count = episode_count(w, win, ep);
	/* Of the content alone, so that work done again gives it again. */
	revision = a.count >= spec->least ? a.count - spec->least + 1 : 1;
	a.revision = revision > UINT32_MAX ? UINT32_MAX : (uint32_t)revision;
	if (!spec->muted && w->sink.on_alert != NULL)
		w->sink.on_alert(w->sink.arg, &a);
	send_matches(w, win, &a, ep, crossing, is_new);
	arena_reset(w->scratch.arena);
}

/* Too many groups: an alert of its own, once an hour for rule and member. */
void
send_limit(struct windows *w, const struct spec *spec, const struct match *m)
{
	struct alert_pair group = {STR("rule"), spec->rule_id};
	struct str member = m->member;
	struct buf key;
	struct alert a = {.revision = 1,
	    .spec = spec->hash,
	    .rule_id = STR("vigie-group-limit"),
	    .rule_name = STR("vigie-group-limit"),
	    .rule_title = STR("A rule has too many groups at a member; "
			      "new groups are let in at their third sight"),
	    .level = STR("medium"),
	    .rsit = STR("other:other"),
	    .rsit_guessed = true,
	    .confidence = 100,
	    .member = m->member,
	    .members = &member,
	    .n_members = 1,
	    .group = &group,
	    .n_group = 1,
	    .entity_field = STR("rule"),
	    .entity = spec->rule_id,
	    .first = m->time,
	    .last = m->time,
	    .count = 1,
	    .approximate = true};

	buf_init(&key, SIZE_MAX);
	buf_printf(&key, "group limit %llx %lld ",
	    (unsigned long long)spec->hash, (long long)(m->received / HOUR));
	buf_add(&key, m->member);
	a.id = hash_stable(buf_str(&key));
	buf_fini(&key);
	a.events[0] = (struct alert_event){
	    .id = m->event, .time = m->time, .member = m->member};
	a.n_events = 1;
	if (w->sink.on_alert != NULL)
		w->sink.on_alert(w->sink.arg, &a);
}
