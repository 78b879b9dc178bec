/*
 * What an alert adds to its incident: members, users and hosts, facts of the
 * score. Everything only grows; the score is computed from scratch and taken
 * when it is no lower than before.
 */
#include "engine/incident/private.h"

#include <stdlib.h>

#include "engine/incident/rsit.h"

static const struct {
	struct str name;
	enum floor_kind kind;
} floor_names[] = {
    {STR_INIT("ransomware"),     FLOOR_RANSOMWARE},
    {STR_INIT("directory"),      FLOOR_DIRECTORY },
    {STR_INIT("patient-safety"), FLOOR_PATIENT   },
};

/*
 * Classes whose distinct values are users, hosts or records that suffer. In
 * the others they are ports, names or the attackers' addresses.
 */
static const struct str distinct_classes[] = {
    STR_INIT("intrusion-attempts:"),
    STR_INIT("intrusions:"),
    STR_INIT("information-content-security:"),
    STR_INIT("fraud:"),
    STR_INIT("abusive-content:"),
};

static void
add_member(struct incident *in, const struct members *members, struct str id)
{
	if (id.n == 0)
		return;
	for (size_t i = 0; i < in->n_members; i++)
		if (str_eq(in->members[i].id, id))
			return;
	if (in->n_members == INCIDENT_MAX_MEMBERS) {
		in->input.lower_bound = true;
		return;
	}
	const struct member *m = members == NULL ? NULL
						 : members_find(members, id);
	if (in->n_members == in->cap_members) {
		in->cap_members = in->cap_members == 0 ? 2
						       : in->cap_members * 2;
		in->members = mem_resize(
		    in->members, in->cap_members * sizeof(*in->members));
	}
	struct str name = m != NULL && m->name.n > 0 ? m->name : id;
	in->members[in->n_members++] = (struct incident_member){
	    .id = arena_dup(in->arena, id), .name = arena_dup(in->arena, name)};
	uint32_t weight = m == NULL ? 0 : m->weight;
	if (weight > in->input.weight)
		in->input.weight = weight;
	/* The share is known only where all of them say how many they are. */
	uint64_t users = m == NULL ? 0 : m->users;
	if (in->n_members == 1)
		in->input.member_users = users;
	else if (in->input.member_users != 0)
		in->input.member_users = users == 0
		    ? 0
		    : in->input.member_users + users;
	in->changes |= in->n_members == 2 ? CHANGE_CAMPAIGN | CHANGE_MEMBER
					  : CHANGE_MEMBER;
}

static void
add_value(struct incident *in, const struct member *member, struct str scope,
    struct str field, struct str value)
{
	if (value.n == 0 || str_eq(value, STR("-")))
		return;
	enum entity_role role = entity_role(field);
	if (role == ROLE_USER)
		(void)distinct_add(&in->users, scope, value);
	if (role == ROLE_HOST)
		(void)distinct_add(&in->hosts, scope, value);
	if (member != NULL && member_is_critical(member, value))
		in->input.critical_asset = true;
}

static void
add_facts(struct incident *in, const struct alert *alert)
{
	struct priority_input *input = &in->input;
	input->blocked = input->blocked && alert->blocked;
	input->low_confidence = input->low_confidence && alert->confidence < 50;
	input->health_data = input->health_data || alert->health_data;
	input->nis2 = input->nis2 || alert->nis2;
	input->spreading = input->spreading || alert->spreading;
	input->lower_bound = input->lower_bound || alert->approximate;
	for (size_t i = 0; i < sizeof(floor_names) / sizeof(floor_names[0]);
	     i++)
		if (str_eq(floor_names[i].name, alert->floor) &&
		    floor_names[i].kind > input->floor)
			input->floor = floor_names[i].kind;
	for (size_t i = 0;
	     i < sizeof(distinct_classes) / sizeof(distinct_classes[0]); i++)
		if (str_has_prefix(alert->rsit, distinct_classes[i]) &&
		    alert->distinct > in->most_distinct)
			in->most_distinct = alert->distinct;

	int had = -1;
	int has = -1;
	(void)rsit_gravity(in->rsit, &had);
	if (rsit_gravity(alert->rsit, &has) ? has > had : in->rsit.n == 0) {
		in->rsit = arena_dup(in->arena, alert->rsit);
		input->rsit = in->rsit;
	}
	bool down = str_has_prefix(alert->rsit, STR("availability:")) &&
	    !str_eq(alert->rsit, STR("availability:misconfiguration"));
	if (down && alert->last - alert->first > input->outage)
		input->outage = alert->last - alert->first;
}

/* NULL: not listed. */
static struct incident_rule *
rule_find(struct incident *in, struct str id)
{
	for (size_t i = 0; i < in->n_rules; i++)
		if (str_eq(in->rules[i].id, id))
			return &in->rules[i];
	return NULL;
}

/* An alert that is new in the incident. */
static void
add_rule(struct incident *in, const struct alert *alert)
{
	struct incident_rule *rule = rule_find(in, alert->rule_id);

	if (rule != NULL) {
		rule->alerts++;
		return;
	}
	in->unseen_rule = true;
	if (in->n_rules == INCIDENT_MAX_RULES)
		return;
	if (in->n_rules == in->cap_rules) {
		in->cap_rules = in->cap_rules == 0 ? 2 : in->cap_rules * 2;
		in->rules = mem_resize(
		    in->rules, in->cap_rules * sizeof(*in->rules));
	}
	in->rules[in->n_rules++] = (struct incident_rule){
	    .id = arena_dup(in->arena, alert->rule_id),
	    .title = arena_dup(in->arena, alert->rule_title),
	    .advice_fr = arena_dup(in->arena, alert->advice_fr),
	    .advice_en = arena_dup(in->arena, alert->advice_en),
	    .alerts = 1};
}

static uint64_t *
events_of(struct incident *in, struct str rule_id)
{
	struct incident_rule *rule = rule_find(in, rule_id);

	return rule != NULL ? &rule->events : &in->other_events;
}

static void
count_events(struct incident *in)
{
	uint64_t most = in->other_events;

	for (size_t i = 0; i < in->n_rules; i++)
		if (in->rules[i].events > most)
			most = in->rules[i].events;
	in->count = in->merged_events + most;
}

void
incident_let_go(struct incident *owner, struct str rule_id,
    struct incident_alert *entry)
{
	struct incident *in = incident_target(owner);

	if (entry->joined)
		return;
	entry->joined = true;
	uint64_t *events = events_of(in, rule_id);
	uint64_t here = entry->count < *events ? entry->count : *events;
	uint64_t rest = entry->count - here; /* counted before a merge */
	*events -= here;
	in->merged_events -= rest < in->merged_events ? rest
						      : in->merged_events;
	count_events(in);
}

static void
recompute(struct incident *in)
{
	struct priority_input *input = &in->input;
	input->members = in->n_members;
	uint64_t affected = in->most_distinct;
	if (in->users.n > affected)
		affected = in->users.n;
	if (in->hosts.n > affected)
		affected = in->hosts.n;
	input->affected = affected;
	input->lower_bound = input->lower_bound || in->users.full ||
	    in->hosts.full;
	struct priority next;
	priority_compute(input, &next);
	struct priority *now = &in->priority;
	bool first = now->band == 0;
	if (first || next.score > now->score)
		in->changes |= CHANGE_SCORE;
	if (!first && next.band < now->band)
		in->changes |= CHANGE_BAND;
	if (first || next.score >= now->score)
		*now = next;
	incident_title(in, in->title, sizeof(in->title));
}

void
incident_absorb(struct incident *owner, const struct members *members,
    const struct alert *alert, struct incident_alert *entry)
{
	struct incident *in = incident_target(owner);
	in->unseen_rule = false;
	if (entry->revision == 0)
		add_rule(in, alert);
	if (alert->count > entry->count) {
		if (!entry->joined)
			*events_of(in, alert->rule_id) +=
			    alert->count - entry->count;
		entry->count = alert->count;
		count_events(in);
	}
	entry->revision = alert->revision;
	entry->first = alert->first < entry->first ? alert->first
						   : entry->first;
	entry->last = alert->last > entry->last ? alert->last : entry->last;
	in->first = alert->first < in->first ? alert->first : in->first;
	in->last = alert->last > in->last ? alert->last : in->last;

	add_member(in, members, alert->member);
	for (size_t i = 0; i < alert->n_members; i++)
		add_member(in, members, alert->members[i]);
	const struct member *m = members == NULL
	    ? NULL
	    : members_find(members, alert->member);
	add_value(in, m, alert->member, alert->entity_field, alert->entity);
	for (size_t i = 0; i < alert->n_group; i++)
		add_value(in, m, alert->member, alert->group[i].name,
		    alert->group[i].value);
	add_facts(in, alert);
	recompute(in);
}

void
incident_absorb_all(struct incident *into, const struct incident *from)
{
	struct priority_input *to = &into->input;
	const struct priority_input *part = &from->input;
	for (size_t i = 0; i < from->n_members; i++) {
		add_member(into, NULL, from->members[i].id);
		if (str_eq(into->members[into->n_members - 1].id,
			from->members[i].id))
			into->members[into->n_members - 1].name = arena_dup(
			    into->arena, from->members[i].name);
	}
	distinct_join(&into->users, &from->users);
	distinct_join(&into->hosts, &from->hosts);
	if (from->most_distinct > into->most_distinct)
		into->most_distinct = from->most_distinct;
	into->merged_events += from->count;
	count_events(into);
	into->first = from->first < into->first ? from->first : into->first;
	into->last = from->last > into->last ? from->last : into->last;
	to->critical_asset = to->critical_asset || part->critical_asset;
	to->blocked = to->blocked && part->blocked;
	to->low_confidence = to->low_confidence && part->low_confidence;
	to->health_data = to->health_data || part->health_data;
	to->nis2 = to->nis2 || part->nis2;
	to->spreading = to->spreading || part->spreading;
	to->lower_bound = to->lower_bound || part->lower_bound;
	to->floor = part->floor > to->floor ? part->floor : to->floor;
	to->weight = part->weight > to->weight ? part->weight : to->weight;
	to->outage = part->outage > to->outage ? part->outage : to->outage;
	int had = -1;
	int has = -1;
	if (rsit_gravity(from->rsit, &has) &&
	    (!rsit_gravity(into->rsit, &had) || has > had))
		to->rsit = into->rsit = arena_dup(into->arena, from->rsit);
	/* The target keeps the earliest clock of the two. */
	into->t0 = from->t0 < into->t0 ? from->t0 : into->t0;
	recompute(into);
}

bool
incident_is_muted(const struct incident *in)
{
	static const struct str muting[] = {
	    STR_INIT("benign"), STR_INIT("false-positive")};
	unsigned more = CHANGE_BAND | CHANGE_MEMBER;
	if (in->unseen_rule || (in->changes & more) != 0)
		return false;
	for (size_t i = 0; i < sizeof(muting) / sizeof(muting[0]); i++)
		if (str_has_prefix(str_from(in->reason), muting[i]))
			return true;
	return false;
}
