#include "engine/normalise/audit.h"

#include "engine/base/ip.h"
#include "engine/normalise/work.h"

void
audit_begin(struct audit *a, struct arena *arena)
{
	a->arena = arena;
	a->event_id = (struct audit_code){0};
	a->event_types.n = a->purposes.n = a->source_types.n = 0;
	a->action = a->outcome = a->time = a->outcome_text = STR_NONE;
	a->source_id = a->source_site = STR_NONE;
	a->n_participants = a->n_objects = 0;
	a->truncated = a->limit = a->refused = false;
}

static bool
is_one_of(struct str s, const struct str *list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (str_eq_nocase(s, list[i]))
			return true;
	}
	return false;
}

#define ONE_OF(s, list) is_one_of(s, list, sizeof(list) / sizeof(*(list)))

bool
audit_role_is_patient(struct str code)
{
	static const struct str names[] = {STR_INIT("PAT"),
	    STR_INIT("PATIENT"), STR_INIT("RQST-PAT"),
	    STR_INIT("PatientRole")};

	return ONE_OF(code, names);
}

static size_t
find_patient(struct str s)
{
	static const struct str marks[] = {STR_INIT("Patient/"),
	    STR_INIT("/patients/")};
	size_t at;

	for (size_t i = 0; i < 2; i++) {
		at = str_find(s, marks[i]);
		if (at != SIZE_MAX && (i == 1 || at == 0 || s.p[at - 1] == '/'))
			return at + marks[i].n;
	}
	return SIZE_MAX;
}

/*
 * RFC 3881 section 5.5: what is a person is a patient by its role (1) or by
 * what kind of number it has (medical record, patient number, encounter,
 * social security); staff that is acted upon keeps its name, as user names
 * do.
 */
enum audit_class
audit_class_of(const struct audit_object *o)
{
	static const struct str patient[] = {STR_INIT("1"), STR_INIT("2"),
	    STR_INIT("4"), STR_INIT("5")};
	static const struct str staff[] = {STR_INIT("6"), STR_INIT("8"),
	    STR_INIT("11"), STR_INIT("12"), STR_INIT("13"), STR_INIT("15")};
	bool person = str_eq(o->type, STR("1"));
	bool rfc3881 = o->id_type.system.n == 0 ||
	    str_eq_nocase(o->id_type.system, STR("RFC-3881")) ||
	    str_eq_nocase(o->id_type.system, STR("RFC3881")) ||
	    str_eq_nocase(o->id_type.system, STR("DCM"));

	if (str_eq(o->role, STR("1")))
		return AUDIT_PATIENT;
	if (rfc3881 && str_eq(o->id_type.code, STR("3")))
		return AUDIT_ENCOUNTER;
	if (person && ONE_OF(o->role, staff))
		return AUDIT_THING;
	if (rfc3881 && ONE_OF(o->id_type.code, patient))
		return AUDIT_PATIENT;
	return person ? AUDIT_PERSON : AUDIT_THING;
}

struct str
audit_clean_uri(struct arena *arena, struct str s,
    const struct pseudonym_key *key)
{
	size_t at = str_find_char(s, '?');
	char text[PSEUDONYM_TEXT];
	struct str id, rest, p;

	if (at != SIZE_MAX)
		s = str_first(s, at);
	at = find_patient(s);
	if (at == SIZE_MAX || at == s.n)
		return s;
	(void)str_cut(str_skip(s, at), '/', &id, &rest);
	p = pseudonym_make(key, PSEUDONYM_PATIENT, id, text);
	return arena_printf(arena, "%.*s%.*s%s%.*s", (int)at, s.p, STR_ARG(p),
	    rest.n > 0 ? "/" : "", STR_ARG(rest));
}

static bool
is_uri(struct str s)
{
	return str_find_char(s, '/') != SIZE_MAX ||
	    str_find_char(s, '?') != SIZE_MAX;
}

static struct str
object_id(struct audit *a, const struct audit_object *o,
    const struct pseudonym_key *key)
{
	static const enum pseudonym_kind kinds[] = {
	    [AUDIT_PATIENT] = PSEUDONYM_PATIENT,
	    [AUDIT_PERSON] = PSEUDONYM_PERSON,
	    [AUDIT_ENCOUNTER] = PSEUDONYM_ENCOUNTER,
	};
	enum audit_class class = audit_class_of(o);
	char text[PSEUDONYM_TEXT];
	size_t at;

	if (class == AUDIT_THING)
		return is_uri(o->id) ? audit_clean_uri(a->arena, o->id, key)
				     : o->id;
	/* dcm4che writes "<none>" where a message names no patient. */
	if (o->id.n == 0 || str_eq(o->id, STR("<none>")))
		return STR_NONE;
	at = find_patient(o->id);
	if (at != SIZE_MAX)
		return arena_dup(a->arena,
		    pseudonym_make(key, PSEUDONYM_PATIENT,
			str_skip(o->id, at), text));
	return arena_dup(a->arena, o->identifier
		? pseudonym_make_identifier(key, kinds[class], o->id,
		      o->authority, text)
		: pseudonym_make_cx(key, kinds[class], o->id, text));
}

struct str
audit_object_id(struct audit *a, struct audit_object *o,
    const struct pseudonym_key *key)
{
	if (o->shown.p == NULL)
		o->shown = object_id(a, o, key);
	return o->shown;
}

static struct str
participant_id(struct audit *a, const struct audit_participant *p,
    const struct pseudonym_key *key)
{
	char text[PSEUDONYM_TEXT];
	size_t at = find_patient(p->id);

	if (p->is_patient && p->id.n > 0)
		return arena_dup(a->arena, pseudonym_make_cx(key,
		    PSEUDONYM_PATIENT, at == SIZE_MAX ? p->id
			: str_skip(p->id, at), text));
	return is_uri(p->id) ? audit_clean_uri(a->arena, p->id, key) : p->id;
}

struct str
audit_participant_id(struct audit *a, struct audit_participant *p,
    const struct pseudonym_key *key)
{
	if (p->shown.p == NULL)
		p->shown = participant_id(a, p, key);
	return p->shown;
}

/* --- into the event ---------------------------------------------------- */

static void
add(struct event *ev, struct str name, struct str text)
{
	text = str_first(str_trim(text), AUDIT_MAX_TEXT);
	if (text.n > 0)
		event_append_name(ev, name, text, VALUE_TEXT);
}

static void
add_codes(struct event *ev, const struct audit_codes *codes, struct str code,
    struct str text)
{
	for (size_t i = 0; i < codes->n; i++) {
		add(ev, code, codes->items[i].code);
		if (text.n > 0)
			add(ev, text, codes->items[i].text);
	}
}

static bool
is_machine(const struct audit_participant *p)
{
	struct str bare = p->id;
	struct ip ip;

	(void)str_cut(bare, '%', &bare, &(struct str){0});
	return p->id.n == 0 || str_find(p->id, STR("://")) != SIZE_MAX ||
	    ip_parse(bare, &ip);
}

/* Types of RFC 3881 section 5.3: 1 name, 2 address; not phone, mail, URI. */
static bool
is_host(const struct audit_participant *p)
{
	return p->access_point.n > 0 &&
	    (p->access_type.n == 0 || str_eq(p->access_type, STR("1")) ||
		str_eq(p->access_type, STR("2")));
}

static bool
is_requestor(const struct audit_participant *p)
{
	return str_eq_nocase(p->requestor, STR("true")) ||
	    str_eq(p->requestor, STR("1"));
}

static bool
has_role(const struct audit_participant *p, struct str role)
{
	for (size_t i = 0; i < p->roles.n; i++) {
		if (str_eq(p->roles.items[i].code, role))
			return true;
	}
	return false;
}

/* Where nobody is said to have asked: FHIR's human user. */
static struct audit_participant *
person_of(struct audit *a)
{
	for (size_t i = 0; i < a->n_participants; i++) {
		if (has_role(&a->participants[i], STR("humanuser")))
			return &a->participants[i];
	}
	return NULL;
}

/* Who asked: of several requestors the first that looks like an account. */
static struct audit_participant *
requestor_of(struct audit *a)
{
	struct audit_participant *found = NULL;

	for (size_t i = 0; i < a->n_participants; i++) {
		struct audit_participant *p = &a->participants[i];

		if (!is_requestor(p))
			continue;
		if (!is_machine(p))
			return p;
		if (found == NULL)
			found = p;
	}
	/* RFC 3881 section 5.2.4: true unless said otherwise. */
	for (size_t i = 0; found == NULL && i < a->n_participants; i++) {
		if (a->participants[i].requestor.n == 0)
			found = &a->participants[i];
	}
	return found != NULL ? found : person_of(a);
}

/* The address that who asked has not: its own software's (DICOM's Source Role
 * ID), else another requestor's. */
static const struct audit_participant *
source_of(const struct audit *a, const struct audit_participant *who)
{
	const struct audit_participant *other = NULL;

	if (is_host(who))
		return who;
	for (size_t i = 0; i < a->n_participants; i++) {
		const struct audit_participant *p = &a->participants[i];

		if (!is_host(p))
			continue;
		if (has_role(p, STR("110153")))
			return p;
		if (other == NULL && is_requestor(p))
			other = p;
	}
	return other;
}

static void
emit_who(struct normaliser *n, struct event *ev, struct audit *a,
    const struct pseudonym_key *key)
{
	struct audit_participant *who = requestor_of(a);
	const struct audit_participant *source;
	struct str id;

	if (who == NULL)
		return;
	id = audit_participant_id(a, who, key);
	if (id.n > 0)
		event_put(ev, FIELD_USER_ID, id, VALUE_TEXT);
	else if (!who->is_patient)
		id = who->name;
	if (who->login.n > 0 && !who->is_patient)
		id = who->login;
	if (id.n > 0)
		event_put(ev, FIELD_USER_NAME, id, VALUE_TEXT);
	if (who->name.n > 0 && !who->is_patient)
		add(ev, STR("user.full_name"), who->name);
	for (size_t i = 0; i < who->roles.n; i++) {
		if (who->roles.items[i].code.n > 0)
			event_append(ev, FIELD_USER_ROLES,
			    who->roles.items[i].code, VALUE_TEXT);
	}
	source = source_of(a, who);
	if (source != NULL)
		value_put(n, ev, FIELD_SOURCE_IP, source->access_point);
	for (size_t i = 0; i < a->n_participants; i++) {
		const struct audit_participant *p = &a->participants[i];

		if (p != who && has_role(p, STR("110152")) && is_host(p) &&
		    !event_has(ev, FIELD_DESTINATION_ADDRESS))
			value_put(n, ev, FIELD_DESTINATION_IP,
			    p->access_point);
	}
}

static void
emit_participants(struct event *ev, struct audit *a,
    const struct pseudonym_key *key)
{
	for (size_t i = 0; i < a->n_participants; i++) {
		struct audit_participant *p = &a->participants[i];
		struct str id = audit_participant_id(a, p, key);

		add(ev, STR("atna.participants.user_id"), id);
		if (!p->is_patient) {
			add(ev, STR("atna.participants.alternative_user_id"),
			    p->alternative_id);
			add(ev, STR("atna.participants.user_name"), p->name);
		}
		add(ev, STR("atna.participants.access_point"),
		    is_uri(p->access_point)
			? audit_clean_uri(a->arena, p->access_point, key)
			: p->access_point);
		add_codes(ev, &p->roles, STR("atna.participants.role.code"),
		    STR_NONE);
	}
}

static void
emit_objects(struct event *ev, struct audit *a,
    const struct pseudonym_key *key)
{
	static const struct str names[] = {
	    [AUDIT_THING] = STR_INIT("atna.objects.id"),
	    [AUDIT_PATIENT] = STR_INIT("atna.patient_ids"),
	    [AUDIT_PERSON] = STR_INIT("atna.person_ids"),
	    [AUDIT_ENCOUNTER] = STR_INIT("atna.encounter_ids"),
	};
	uint64_t patients = 0;

	for (size_t i = 0; i < a->n_objects; i++) {
		struct audit_object *o = &a->objects[i];
		enum audit_class class = audit_class_of(o);
		struct str id = audit_object_id(a, o, key);

		patients += class == AUDIT_PATIENT && id.n > 0;
		add(ev, names[class], id);
		add(ev, STR("atna.objects.type"), o->type);
		add(ev, STR("atna.objects.role"), o->role);
		add(ev, STR("atna.objects.id_type.code"), o->id_type.code);
		add(ev, STR("atna.objects.sensitivity"), o->sensitivity);
		add(ev, STR("atna.objects.life_cycle"), o->life_cycle);
	}
	if (patients > 0)
		event_append_name(ev, STR("atna.patient_count"),
		    arena_printf(ev->scratch, "%u", (unsigned)patients),
		    VALUE_NUMBER);
}

void
audit_emit(struct normaliser *n, struct event *ev, struct audit *a,
    const struct pseudonym_key *key)
{
	if (a->event_id.code.n > 0)
		event_put(ev, FIELD_EVENT_CODE, a->event_id.code, VALUE_TEXT);
	add(ev, STR("atna.event_id.code"), a->event_id.code);
	add(ev, STR("atna.event_id.system"), a->event_id.system);
	add(ev, STR("atna.event_id.text"), a->event_id.text);
	add_codes(ev, &a->event_types, STR("atna.event_type.code"),
	    STR("atna.event_type.text"));
	add_codes(ev, &a->purposes, STR("atna.purpose_of_use.code"),
	    STR("atna.purpose_of_use.text"));
	add(ev, STR("atna.action_code"), a->action);
	add(ev, STR("atna.outcome_code"), a->outcome);
	add(ev, STR("atna.outcome_description"), a->outcome_text);
	add(ev, STR("event.reason"), a->outcome_text);
	add(ev, STR("atna.date_time"), a->time);
	add(ev, STR("atna.audit_source.id"), a->source_id);
	add(ev, STR("atna.audit_source.site"), a->source_site);
	add_codes(ev, &a->source_types, STR("atna.audit_source.type"),
	    STR_NONE);
	if (a->time.n > 0)
		value_put(n, ev, FIELD_TIMESTAMP, a->time);
	emit_who(n, ev, a, key);
	emit_participants(ev, a, key);
	emit_objects(ev, a, key);
	if (a->truncated)
		reason_add(ev, STR("truncated"));
}
