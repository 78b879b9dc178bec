/* An incident as JSON (DESIGN section 7), and the names of the states. */
#include "engine/incident/private.h"

#include <stdio.h>

#include "engine/base/json.h"
#include "engine/base/log.h"

static const struct {
	enum incident_state state;
	struct str name;
} states[] = {
    {INCIDENT_NEW,          STR_INIT("new")         },
    {INCIDENT_ACKNOWLEDGED, STR_INIT("acknowledged")},
    {INCIDENT_IN_PROGRESS,  STR_INIT("in progress") },
    {INCIDENT_WAITING,      STR_INIT("waiting")     },
    {INCIDENT_CLOSED,       STR_INIT("closed")      },
    {INCIDENT_MERGED,       STR_INIT("merged")      },
};

struct str
incident_state_name(enum incident_state state)
{
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
		if (states[i].state == state)
			return states[i].name;
	BUG("an incident has no such state");
}

bool
incident_state_parse(struct str name, enum incident_state *out)
{
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
		if (str_eq(states[i].name, name)) {
			*out = states[i].state;
			return true;
		}
	}
	return false;
}

static void
format_stamp(struct json *j, const char *key, int64_t t)
{
	char text[STAMP_TEXT];
	json_pair_str(j, key, stamp_format(t, text));
}

static void
format_priority(struct json *j, const struct priority *p)
{
	char band[3] = {'P', (char)('0' + p->band), '\0'};
	json_key(j, STR("priority"));
	json_open(j);
	json_pair_u64(j, "score", (uint64_t)p->score);
	json_pair_str(j, "band", str_from(band));
	json_key(j, STR("terms"));
	json_open_list(j);
	for (size_t i = 0; i < p->n_terms; i++) {
		json_open(j);
		json_pair_str(j, "text", str_from(p->terms[i].text));
		json_pair_i64(j, "points", p->terms[i].points);
		json_close(j);
	}
	json_close_list(j);
	json_close(j);
}

static void
format_alerts(struct json *j, const struct incident *in, size_t most)
{
	json_key(j, STR("alerts"));
	json_open_list(j);
	for (size_t i = 0; i < in->n_alerts && i < most; i++) {
		char id[33];
		hash128_format(in->alerts[i]->id, id);
		json_str(j, str_from(id));
	}
	json_close_list(j);
}

static void
format_rest(struct json *j, const struct incident *in)
{
	json_pair_str(j, "state", incident_state_name(in->state));
	json_pair_str(j, "rsit", in->rsit);
	json_key(j, STR("entity"));
	json_open(j);
	json_pair_str(j, "field", in->entity_field);
	json_pair_str(j, "value", in->entity);
	json_close(j);
	json_pair_bool(j, "campaign", in->n_members > 1);
	json_pair_str(j, "owner", str_from(in->owner));
	json_pair_u64(j, "alerts_total", in->n_alerts);
	json_pair_u64(j, "count", in->count);
	json_pair_u64(j, "affected", in->input.affected);
	json_pair_bool(j, "lower_bound", in->input.lower_bound);
	format_stamp(j, "opened", in->opened);
	if (in->answered != 0)
		format_stamp(j, "answered", in->answered);
	if (in->closed != 0)
		format_stamp(j, "closed", in->closed);
	if (in->reason[0] != '\0')
		json_pair_str(j, "reason", str_from(in->reason));
	if (in->recurrence[0] != '\0')
		json_pair_str(j, "recurrence_of", str_from(in->recurrence));
	if (in->merged_into != NULL)
		json_pair_str(j, "merged_into", str_from(in->merged_into->id));
	struct buf why;
	buf_init(&why, 4096);
	incident_why(in, &why);
	json_pair_str(j, "why", buf_str(&why));
	buf_fini(&why);
	json_key(j, STR("rules"));
	json_open_list(j);
	for (size_t i = 0; i < in->n_rules; i++) {
		json_open(j);
		json_pair_str(j, "id", in->rules[i].id);
		json_pair_str(j, "title", in->rules[i].title);
		json_pair_u64(j, "alerts", in->rules[i].alerts);
		if (in->rules[i].advice_fr.n > 0)
			json_pair_str(j, "advice_fr", in->rules[i].advice_fr);
		if (in->rules[i].advice_en.n > 0)
			json_pair_str(j, "advice_en", in->rules[i].advice_en);
		json_close(j);
	}
	json_close_list(j);
	json_pair_u64(j, "version", in->version);
}

void
incident_format(const struct incident *in, struct buf *out)
{
	incident_format_some(in, SIZE_MAX, out);
}

void
incident_format_some(const struct incident *in, size_t most, struct buf *out)
{
	struct json j = json_to(out);
	json_open(&j);
	json_pair_str(&j, "kind", STR("incident"));
	json_pair_str(&j, "id", str_from(in->id));
	json_pair_str(&j, "title", str_from(in->title));
	format_priority(&j, &in->priority);
	json_key(&j, STR("members"));
	json_open_list(&j);
	for (size_t i = 0; i < in->n_members; i++)
		json_str(&j, in->members[i].id);
	json_close_list(&j);
	format_stamp(&j, "first", in->first);
	format_stamp(&j, "last", in->last);
	format_stamp(&j, "deadline", incident_deadline(in));
	format_alerts(&j, in, most);
	format_rest(&j, in);
	json_close(&j);
}
