/*
 * The table of incidents. All incidents stand in one array in the order of
 * work; each keeps the sort key it was placed with, so taking it out and
 * putting it back are two binary searches and a move of pointers (50,000 open
 * incidents: 400 KB moved at worst, some 20 us).
 */
#include "engine/incident/private.h"

#include <stdio.h>
#include <stdlib.h>

#include "engine/base/log.h"

struct incidents *
incidents_new(void)
{
	struct incidents *all = mem_get_zero(1, sizeof(*all));
	map_init(&all->by_id);
	map_init(&all->by_key);
	map_init(&all->alerts);
	map_init(&all->stops);
	all->arena = arena_new(1024);
	all->next_seq = 1;
	all->id_next = 1;
	return all;
}

static void
incident_free(struct incident *in)
{
	free(in->alerts);
	free(in->members);
	free(in->rules);
	distinct_fini(&in->users);
	distinct_fini(&in->hosts);
	arena_free(in->arena);
	free(in);
}

void
incidents_free(struct incidents *all)
{
	if (all == NULL)
		return;
	for (size_t i = 0; i < all->n; i++)
		incident_free(all->order[i]);
	free(all->order);
	map_fini(&all->by_id);
	map_fini(&all->by_key);
	map_fini(&all->alerts);
	map_fini(&all->stops);
	arena_free(all->arena);
	free(all);
}

/* Looking up */

struct incident *
incidents_find(const struct incidents *all, struct str id)
{
	return map_get(&all->by_id, id);
}

static struct str
alert_key(const struct hash128 *id)
{
	return str_make((const char *)id, sizeof(*id));
}

struct incident_alert *
incidents_find_alert(const struct incidents *all, struct hash128 id)
{
	return map_get(&all->alerts, alert_key(&id));
}

struct incident *
incident_target(struct incident *in)
{
	while (in->merged_into != NULL)
		in = in->merged_into;
	return in;
}

void
incidents_stop(struct incidents *all, struct str value)
{
	struct str copy = arena_dup(all->arena, value);
	char *p = arena_text(all->arena, copy.n);
	for (size_t i = 0; i < copy.n; i++)
		p[i] = char_lower(copy.p[i]);
	(void)map_put(&all->stops, str_make(p, copy.n), all);
}

void
incidents_set_next(struct incidents *all, int year, uint64_t number)
{
	if (year < all->id_year ||
	    (year == all->id_year && number <= all->id_next))
		return;
	all->id_year = year;
	all->id_next = number;
}

/* The order of work (domain.md 3.3) */

static int
order_cmp(const struct incident *a, const struct incident *b)
{
	if (a->order_rank != b->order_rank)
		return a->order_rank < b->order_rank ? -1 : 1;
	if (a->order_first != b->order_first)
		return a->order_first < b->order_first ? -1 : 1;
	if (a->order_second != b->order_second)
		return a->order_second < b->order_second ? -1 : 1;
	return a->seq < b->seq ? -1 : a->seq > b->seq;
}

static size_t
order_find(const struct incidents *all, const struct incident *in)
{
	size_t from = 0;
	size_t to = all->n;
	while (from < to) {
		size_t mid = from + (to - from) / 2;
		if (order_cmp(all->order[mid], in) < 0)
			from = mid + 1;
		else
			to = mid;
	}
	return from;
}

static void
order_take(struct incidents *all, struct incident *in)
{
	size_t at = order_find(all, in);
	if (at == all->n || all->order[at] != in)
		BUG("an incident is not where it was placed");
	memmove(&all->order[at], &all->order[at + 1],
	    (all->n - at - 1) * sizeof(*all->order));
	all->n--;
}

static void
order_put(struct incidents *all, struct incident *in)
{
	if (!incident_is_open(in)) {
		in->order_rank = 2;
		in->order_first = in->order_second = 0;
	} else if (in->priority.band == 1) {
		in->order_rank = 0;
		in->order_first = -in->priority.score;
		in->order_second = in->t0;
	} else {
		in->order_rank = 1;
		in->order_first = priority_order(in->priority.score, in->t0);
		in->order_second = in->t0;
	}
	if (all->n == all->cap) {
		all->cap = all->cap == 0 ? 64 : all->cap * 2;
		all->order = mem_resize(
		    all->order, all->cap * sizeof(*all->order));
	}
	size_t at = order_find(all, in);
	memmove(&all->order[at + 1], &all->order[at],
	    (all->n - at) * sizeof(*all->order));
	all->order[at] = in;
	all->n++;
}

void
incidents_touch(struct incidents *all, struct incident *in)
{
	order_take(all, in);
	order_put(all, in);
	in->version++;
}

const struct incident *
incidents_next(const struct incidents *all, const struct incident *after)
{
	size_t at = after == NULL ? 0 : order_find(all, after) + 1;
	return at < all->n ? all->order[at] : NULL;
}

size_t
incidents_count(const struct incidents *all)
{
	return all->n;
}

int64_t
incident_deadline(const struct incident *in)
{
	return priority_deadline(in->priority.score, in->t0);
}

/* Taking alerts in */

/* Is it open, or closed so lately that its story goes on? */
static bool
is_joinable(const struct incident *in, int64_t now)
{
	return incident_is_open(in) ||
	    (in->state == INCIDENT_CLOSED &&
		now - in->closed < INCIDENT_REOPEN_WINDOW);
}

static void
next_id(struct incidents *all, int64_t now, char out[INCIDENT_ID_TEXT])
{
	struct civil c;
	stamp_to_civil(now, &c);
	/* A clock set back over new year's eve must not repeat ids. */
	if (c.year > all->id_year) {
		all->id_year = c.year;
		all->id_next = 1;
	}
	do
		snprintf(out, INCIDENT_ID_TEXT, "INC-%d-%04llu", all->id_year,
		    (unsigned long long)all->id_next++);
	while (map_get(&all->by_id, str_from(out)) != NULL);
}

/* A new incident with the alert's key; not placed in the order yet. */
static struct incident *
incident_open(struct incidents *all, const struct alert *alert,
    const struct grouping *group, int64_t now)
{
	struct incident *in = mem_get_zero(1, sizeof(*in));
	in->arena = arena_new(1024);
	in->seq = all->next_seq++;
	next_id(all, now, in->id);
	in->opened = in->t0 = now;
	in->key = arena_dup(in->arena, group->key);
	in->kind = arena_dup(in->arena, group->kind);
	in->sector = group->sector;
	in->stopped = group->stopped;
	in->entity_field = arena_dup(in->arena, alert->entity_field);
	in->entity = arena_dup(in->arena, alert->entity);
	in->first = alert->first;
	in->last = alert->last;
	in->input.blocked = true;
	in->input.low_confidence = true;
	in->changes = CHANGE_OPENED;
	(void)map_put(&all->by_id, str_from(in->id), in);
	(void)map_take(&all->by_key, in->key);
	(void)map_put(&all->by_key, in->key, in);
	return in;
}

static struct incident_alert *
add_alert(struct incidents *all, struct incident *in, const struct alert *alert)
{
	if (in->n_alerts == in->cap_alerts) {
		in->cap_alerts = in->cap_alerts == 0 ? 4 : in->cap_alerts * 2;
		in->alerts = mem_resize(
		    in->alerts, in->cap_alerts * sizeof(*in->alerts));
	}
	struct incident_alert *entry = arena_get(in->arena, sizeof(*entry));
	*entry = (struct incident_alert){.id = alert->id,
	    .incident = in,
	    .first = alert->first,
	    .last = alert->last};
	in->alerts[in->n_alerts++] = entry;
	/* The newest incident of an alert id is the one that it goes to. */
	(void)map_take(&all->alerts, alert_key(&entry->id));
	(void)map_put(&all->alerts, alert_key(&entry->id), entry);
	in->changes |= CHANGE_ALERT;
	return entry;
}

/* The incident for an alert with this key, or NULL for a new one, with the
 * one that it follows in *recurrence. */
static struct incident *
find_incident(struct incident *found, int64_t now, bool known,
    struct incident **recurrence)
{
	*recurrence = NULL;
	if (found == NULL)
		return NULL;
	found = incident_target(found);
	if (is_joinable(found, now) &&
	    (known || found->n_alerts < INCIDENT_MAX_ALERTS))
		return found;
	*recurrence = found;
	return NULL;
}

static void
reopen(struct incident *in, int64_t now)
{
	in->state = INCIDENT_NEW; /* the owner stays */
	in->t0 = now; /* new evidence asks for an answer of its own */
	in->answered = in->closed = 0;
	in->overdue = false;
	in->reason[0] = '\0';
	in->changes |= CHANGE_REOPENED;
}

enum incident_change
incidents_alert(struct incidents *all, const struct members *members,
    const struct alert *alert, int64_t now, struct incident **out)
{
	struct incident_alert *entry = incidents_find_alert(all, alert->id);
	if (entry != NULL && alert->revision <= entry->revision) {
		*out = incident_target(entry->incident);
		(*out)->changes = 0;
		return INCIDENT_UNCHANGED;
	}

	struct arena *scratch = arena_new(1024);
	struct grouping group;
	grouping_of(all, alert, scratch, &group);
	struct incident *found = entry != NULL
	    ? entry->incident
	    : map_get(&all->by_key, group.key);
	struct incident *recurrence;
	struct incident *in = find_incident(
	    found, now, entry != NULL, &recurrence);
	bool opened = in == NULL;
	if (opened) {
		in = incident_open(all, alert, &group, now);
		if (recurrence != NULL)
			snprintf(in->recurrence, sizeof(in->recurrence), "%s",
			    recurrence->id);
		entry = NULL;
	} else {
		in->changes = 0;
		order_take(all, in);
	}
	if (entry == NULL)
		entry = add_alert(all, in, alert);
	incident_absorb(in, members, alert, entry);
	for (size_t i = 0; i < alert->n_joined; i++) {
		struct incident_alert *part = incidents_find_alert(
		    all, alert->joined[i]);
		if (part != NULL && part != entry)
			incident_let_go(
			    part->incident, alert->rule_id, part);
	}
	if (in->state == INCIDENT_CLOSED && !incident_is_muted(in))
		reopen(in, now);
	in->version++;
	order_put(all, in);
	arena_free(scratch);
	*out = in;
	return opened ? INCIDENT_OPENED : INCIDENT_GREW;
}

/* Putting back what was written */

struct incident *
incidents_restore(struct incidents *all, const struct incident *saved)
{
	struct incident *in = mem_get_zero(1, sizeof(*in));
	*in = *saved;
	in->arena = arena_new(1024);
	in->seq = all->next_seq++;
	in->key = arena_dup(in->arena, saved->key);
	in->kind = arena_dup(in->arena, saved->kind);
	in->rsit = arena_dup(in->arena, saved->rsit);
	in->entity_field = arena_dup(in->arena, saved->entity_field);
	in->entity = arena_dup(in->arena, saved->entity);
	in->input = (struct priority_input){
	    .rsit = in->rsit, .blocked = true, .low_confidence = true};
	(void)map_put(&all->by_id, str_from(in->id), in);
	(void)map_take(&all->by_key, in->key);
	(void)map_put(&all->by_key, in->key, in);
	order_put(all, in);
	return in;
}

void
incidents_restore_alert(struct incidents *all, const struct members *members,
    struct incident *in, const struct alert *alert, bool joined)
{
	order_take(all, in);
	struct incident_alert *entry = add_alert(all, in, alert);
	incident_absorb(in, members, alert, entry);
	if (joined)
		incident_let_go(in, alert->rule_id, entry);
	order_put(all, in);
	in->changes = 0;
}

void
incidents_merge(
    struct incidents *all, struct incident *from, struct incident *into)
{
	into = incident_target(into);
	if (into == from || from->merged_into != NULL)
		BUG("an incident cannot be merged into itself or twice");
	order_take(all, from);
	order_take(all, into);
	from->unmerged = from->state;
	from->state = INCIDENT_MERGED;
	from->merged_into = into;
	incident_absorb_all(into, from);
	from->version++;
	into->version++;
	order_put(all, from);
	order_put(all, into);
}

static void
forget(struct incidents *all, struct incident *in)
{
	for (size_t i = 0; i < in->n_alerts; i++)
		if (incidents_find_alert(all, in->alerts[i]->id) ==
		    in->alerts[i])
			(void)map_take(
			    &all->alerts, alert_key(&in->alerts[i]->id));
	(void)map_take(&all->by_id, str_from(in->id));
	if (map_get(&all->by_key, in->key) == in)
		(void)map_take(&all->by_key, in->key);
	incident_free(in);
}

size_t
incidents_expire(struct incidents *all, int64_t now)
{
	/* Those merged into an expired one go with it, so they are first
	 * marked and then freed; the order of the others stays. */
	size_t kept = 0;
	size_t gone = 0;
	struct incident **dead = mem_get((all->n + 1) * sizeof(*dead));
	for (size_t i = 0; i < all->n; i++) {
		struct incident *in = all->order[i];
		if (is_joinable(incident_target(in), now))
			all->order[kept++] = in;
		else
			dead[gone++] = in;
	}
	all->n = kept;
	for (size_t i = 0; i < gone; i++)
		forget(all, dead[i]);
	free(dead);
	return gone;
}
