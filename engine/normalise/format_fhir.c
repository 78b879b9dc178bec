#include "engine/normalise/format_fhir.h"

#include <jansson.h>
#include <stdlib.h>

#define MAX_BYTES ((size_t)1024 * 1024)
#define MAX_DEPTH 24

struct fhir {
	json_t *root;
};

struct fhir *
fhir_parse(struct str s)
{
	struct fhir *f;
	json_t *root;
	const char *type;

	s = str_trim(s);
	if (s.n == 0 || s.n > MAX_BYTES || s.p[0] != '{')
		return NULL;
	root = json_loadb(s.p, s.n, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL,
	    NULL);
	type = json_string_value(json_object_get(root, "resourceType"));
	if (type == NULL || strcmp(type, "AuditEvent") != 0) {
		json_decref(root);
		return NULL;
	}
	f = mem_get(sizeof(*f));
	f->root = root;
	return f;
}

void
fhir_free(struct fhir *f)
{
	if (f == NULL)
		return;
	json_decref(f->root);
	free(f);
}

/* --- reading --------------------------------------------------------------- */

static struct str
text_of(struct audit *a, const json_t *v)
{
	if (json_is_true(v))
		return STR("true");
	if (json_is_false(v))
		return STR("false");
	if (!json_is_string(v))
		return STR_NONE;
	return arena_dup(a->arena,
	    str_first(str_make(json_string_value(v), json_string_length(v)),
		AUDIT_MAX_TEXT));
}

static struct str
get(struct audit *a, const json_t *object, const char *key)
{
	return text_of(a, json_object_get(object, key));
}

static void
add_coding(struct audit *a, struct audit_codes *out, const json_t *coding)
{
	if (!json_is_object(coding))
		return;
	if (out->n == AUDIT_MAX_CODES) {
		a->limit = true;
		return;
	}
	out->items[out->n++] = (struct audit_code){
	    .code = get(a, coding, "code"),
	    .system = get(a, coding, "system"),
	    .text = get(a, coding, "display"),
	};
}

/* A Coding, a CodeableConcept (its codings), or a list of either. */
static void
add_codings(struct audit *a, struct audit_codes *out, const json_t *v)
{
	const json_t *list = json_object_get(v, "coding");

	if (json_is_array(v)) {
		for (size_t i = 0; i < json_array_size(v); i++) {
			const json_t *item = json_array_get(v, i);

			if (!json_is_array(item))
				add_codings(a, out, item);
		}
	} else if (json_is_array(list)) {
		for (size_t i = 0; i < json_array_size(list); i++)
			add_coding(a, out, json_array_get(list, i));
	} else {
		add_coding(a, out, v);
	}
}

static struct audit_code
first_coding(struct audit *a, const json_t *v)
{
	struct audit_codes codes = {.n = 0};

	add_codings(a, &codes, v);
	return codes.n > 0 ? codes.items[0] : (struct audit_code){0};
}

/* Who or what a Reference names: identifier, reference, or only a display. */
static struct str
reference_text(struct audit *a, const json_t *ref)
{
	struct str s = get(a, json_object_get(ref, "identifier"), "value");

	if (s.n == 0)
		s = get(a, ref, "reference");
	return s.n > 0 ? s : get(a, ref, "display");
}

static bool
is_patient_text(const char *s)
{
	const char *at = s == NULL ? NULL : strstr(s, "Patient/");

	return at != NULL && (at == s || at[-1] == '/');
}

static bool
is_patient_reference(const json_t *ref)
{
	const char *type = json_string_value(json_object_get(ref, "type"));

	return is_patient_text(
		   json_string_value(json_object_get(ref, "reference"))) ||
	    (type != NULL && strcmp(type, "Patient") == 0);
}

static void
read_agent(struct audit *a, const json_t *agent)
{
	const json_t *network = json_object_get(agent, "network");
	struct audit_participant *p;

	if (a->n_participants == AUDIT_MAX_PARTICIPANTS) {
		a->limit = true;
		return;
	}
	p = &a->participants[a->n_participants++];
	*p = (struct audit_participant){
	    .id = reference_text(a, json_object_get(agent, "who")),
	    .alternative_id = get(a, agent, "altId"),
	    .name = get(a, agent, "name"),
	    .requestor = get(a, agent, "requestor"),
	    .access_point = get(a, network, "address"),
	    .access_type = get(a, network, "type"),
	};
	if (p->access_point.n == 0)
		p->access_point = get(a, agent, "networkString");
	add_codings(a, &p->roles, json_object_get(agent, "type"));
	add_codings(a, &p->roles, json_object_get(agent, "role"));
	p->is_patient = is_patient_reference(json_object_get(agent, "who"));
	for (size_t i = 0; i < p->roles.n; i++)
		p->is_patient |= audit_role_is_patient(p->roles.items[i].code);
}

static void
read_object(struct audit *a, const json_t *entity, struct audit_object *o)
{
	const json_t *what = json_object_get(entity, "what");
	const json_t *identifier = json_object_get(what, "identifier");

	*o = (struct audit_object){
	    .id = get(a, identifier, "value"),
	    .authority = get(a, identifier, "system"),
	    .type = first_coding(a, json_object_get(entity, "type")).code,
	    .role = first_coding(a, json_object_get(entity, "role")).code,
	    .life_cycle =
		first_coding(a, json_object_get(entity, "lifecycle")).code,
	    .sensitivity =
		first_coding(a, json_object_get(entity, "securityLabel")).code,
	    .id_type = first_coding(a, json_object_get(identifier, "type")),
	    .identifier = true,
	};
	if (o->id.n == 0) {
		o->id = get(a, what, "reference");
		o->authority = STR_NONE;
	}
	if (is_patient_reference(what))
		o->role = STR("1");
}

static void
read_entity(struct audit *a, const json_t *entity)
{
	if (a->n_objects == AUDIT_MAX_OBJECTS) {
		a->limit = true;
		return;
	}
	read_object(a, entity, &a->objects[a->n_objects++]);
}

/* R4: outcome is a code of DICOM; R5: an object whose code is a word. */
static void
read_outcome(struct audit *a, const json_t *root)
{
	static const struct {
		struct str word, code;
	} words[] = {
	    {STR_INIT("success"), STR_INIT("0") },
	    {STR_INIT("information"), STR_INIT("0") },
	    {STR_INIT("warning"), STR_INIT("4") },
	    {STR_INIT("error"),	   STR_INIT("8") },
	    {STR_INIT("fatal"),	   STR_INIT("12")},
	};
	const json_t *outcome = json_object_get(root, "outcome");

	a->outcome_text = get(a, root, "outcomeDesc");
	if (json_is_string(outcome)) {
		a->outcome = text_of(a, outcome);
		return;
	}
	a->outcome =
	    first_coding(a, json_object_get(outcome, "code")).code;
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (str_eq(words[i].word, a->outcome))
			a->outcome = words[i].code;
	}
}

void
fhir_read(const struct fhir *f, struct arena *arena, struct audit *a)
{
	const json_t *root = f->root;
	const json_t *source = json_object_get(root, "source"), *list;

	audit_begin(a, arena);
	list = json_object_get(root, "type");
	a->event_id =
	    first_coding(a, list != NULL ? list
					 : json_object_get(root, "category"));
	add_codings(a, &a->event_types, json_object_get(root, "subtype"));
	if (a->event_types.n == 0)
		add_codings(a, &a->event_types, json_object_get(root, "code"));
	add_codings(a, &a->purposes, json_object_get(root, "purposeOfEvent"));
	add_codings(a, &a->purposes, json_object_get(root, "authorization"));
	a->action = get(a, root, "action");
	a->time = get(a, root, "recorded");
	read_outcome(a, root);
	a->source_site = get(a, source, "site");
	a->source_id = reference_text(a, json_object_get(source, "observer"));
	add_codings(a, &a->source_types, json_object_get(source, "type"));
	list = json_object_get(root, "agent");
	for (size_t i = 0; i < json_array_size(list); i++)
		read_agent(a, json_array_get(list, i));
	list = json_object_get(root, "entity");
	for (size_t i = 0; i < json_array_size(list); i++)
		read_entity(a, json_array_get(list, i));
	/* R5: the patient stands by itself. */
	list = json_object_get(root, "patient");
	if (json_is_object(list) && a->n_objects < AUDIT_MAX_OBJECTS)
		a->objects[a->n_objects++] = (struct audit_object){
		    .id = get(a, list, "reference"), .type = STR("1"),
		    .role = STR("1"), .identifier = true};
}

/* --- redaction ------------------------------------------------------------- */

static json_t *
text_new(struct str s)
{
	return json_stringn_nocheck(s.p, s.n);
}

/* An entity is built anew from what may be seen. */
static void
redact_entity(struct audit *a, json_t *entity, const struct pseudonym_key *key)
{
	static const char *const kept[] = {"type", "role", "lifecycle",
	    "securityLabel"};
	struct audit_object o;
	json_t *parts[4], *what = json_object();
	struct str id;

	read_object(a, entity, &o);
	id = audit_object_id(a, &o, key);
	for (size_t i = 0; i < 4; i++)
		parts[i] = json_incref(json_object_get(entity, kept[i]));
	json_object_clear(entity);
	if (id.n > 0)
		json_object_set_new(what, "reference", text_new(id));
	json_object_set_new(entity, "what", what);
	for (size_t i = 0; i < 4; i++) {
		if (parts[i] != NULL)
			json_object_set_new(entity, kept[i], parts[i]);
	}
}

static void
redact_agent(struct audit *a, json_t *agent, const struct pseudonym_key *key)
{
	struct audit_participant *p;
	json_t *who;

	a->n_participants = 0;
	read_agent(a, agent);
	p = &a->participants[0];
	if (!p->is_patient)
		return;
	who = json_object();
	json_object_set_new(who, "reference",
	    text_new(audit_participant_id(a, p, key)));
	json_object_set_new(agent, "who", who);
	json_object_del(agent, "name");
	json_object_del(agent, "altId");
}

/* References to patients anywhere else; extensions and narratives go. */
static void
redact_rest(struct audit *a, json_t *v, const struct pseudonym_key *key,
    int depth)
{
	static const char *const dropped[] = {"text", "contained",
	    "extension", "modifierExtension", "query", "detail"};
	const char *name;
	json_t *item;
	void *next;

	if (json_is_array(v)) {
		for (size_t i = 0; depth > 0 && i < json_array_size(v); i++)
			redact_rest(a, json_array_get(v, i), key, depth - 1);
		if (depth == 0)
			json_array_clear(v);
		return;
	}
	if (!json_is_object(v))
		return;
	if (depth == 0) {
		json_object_clear(v);
		return;
	}
	if (is_patient_reference(v)) {
		struct str id = audit_clean_uri(a->arena,
		    get(a, v, "reference"), key);

		json_object_clear(v);
		json_object_set_new(v, "reference", text_new(id));
		return;
	}
	for (size_t i = 0; i < sizeof(dropped) / sizeof(*dropped); i++)
		json_object_del(v, dropped[i]);
	json_object_foreach_safe (v, next, name, item)
		redact_rest(a, item, key, depth - 1);
}

void
fhir_redact(struct fhir *f, const struct pseudonym_key *key, struct buf *out)
{
	struct arena *arena = arena_new(0);
	struct audit *a = mem_get_zero(1, sizeof(*a));
	json_t *list;
	char *text;

	audit_begin(a, arena);
	list = json_object_get(f->root, "agent");
	for (size_t i = 0; i < json_array_size(list); i++)
		redact_agent(a, json_array_get(list, i), key);
	list = json_object_get(f->root, "entity");
	for (size_t i = 0; i < json_array_size(list); i++)
		redact_entity(a, json_array_get(list, i), key);
	redact_rest(a, f->root, key, MAX_DEPTH);
	text = json_dumps(f->root, JSON_COMPACT);
	if (text != NULL)
		buf_add(out, str_from(text));
	free(text);
	free(a);
	arena_free(arena);
}
