#include "engine/normalise/format_fhir.h"

#include "engine/normalise/fhir_older.h"
#include "engine/normalise/json_tree.h"
#include "engine/patient/json_cut.h"

#define MAX_BYTES ((size_t)1024 * 1024)
#define MAX_DEPTH 24

bool
fhir_is_event(const struct json_node *node)
{
	return str_eq(json_tree_text(json_tree_get(node, "resourceType")),
	    STR("AuditEvent"));
}

struct json_node *
fhir_event_of(struct json_node *root, size_t *more)
{
	struct json_node *entries, *found = NULL;

	*more = 0;
	if (fhir_is_event(root))
		return root;
	if (!str_eq(json_tree_text(json_tree_get(root, "resourceType")),
		STR("Bundle")))
		return NULL;
	entries = json_tree_get(root, "entry");
	if (entries == NULL || entries->kind != JSON_NODE_LIST)
		return NULL;
	for (struct json_node *v = entries->first; v != NULL; v = v->next) {
		struct json_node *event = json_tree_get(v, "resource");

		if (!fhir_is_event(event))
			continue;
		*more += found != NULL;
		found = found != NULL ? found : event;
	}
	return found;
}

bool
fhir_is_clinical(struct str type)
{
	static const struct str types[] = {
	    STR_INIT("AllergyIntolerance"), STR_INIT("Appointment"),
	    STR_INIT("AppointmentResponse"), STR_INIT("BodyStructure"),
	    STR_INIT("CarePlan"), STR_INIT("CareTeam"), STR_INIT("Claim"),
	    STR_INIT("ClaimResponse"), STR_INIT("ClinicalImpression"),
	    STR_INIT("Communication"), STR_INIT("CommunicationRequest"),
	    STR_INIT("Composition"), STR_INIT("Condition"),
	    STR_INIT("Consent"), STR_INIT("Coverage"),
	    STR_INIT("CoverageEligibilityRequest"),
	    STR_INIT("CoverageEligibilityResponse"),
	    STR_INIT("DetectedIssue"), STR_INIT("DeviceRequest"),
	    STR_INIT("DeviceUseStatement"), STR_INIT("DiagnosticReport"),
	    STR_INIT("DocumentManifest"), STR_INIT("DocumentReference"),
	    STR_INIT("Encounter"), STR_INIT("EpisodeOfCare"),
	    STR_INIT("ExplanationOfBenefit"), STR_INIT("FamilyMemberHistory"),
	    STR_INIT("Flag"), STR_INIT("Goal"), STR_INIT("ImagingStudy"),
	    STR_INIT("Immunization"), STR_INIT("ImmunizationEvaluation"),
	    STR_INIT("ImmunizationRecommendation"), STR_INIT("MeasureReport"),
	    STR_INIT("Media"), STR_INIT("MedicationAdministration"),
	    STR_INIT("MedicationDispense"), STR_INIT("MedicationRequest"),
	    STR_INIT("MedicationStatement"), STR_INIT("MolecularSequence"),
	    STR_INIT("NutritionOrder"), STR_INIT("Observation"),
	    STR_INIT("Patient"), STR_INIT("Person"), STR_INIT("Procedure"),
	    STR_INIT("Provenance"), STR_INIT("QuestionnaireResponse"),
	    STR_INIT("RelatedPerson"), STR_INIT("RequestGroup"),
	    STR_INIT("ResearchSubject"), STR_INIT("RiskAssessment"),
	    STR_INIT("ServiceRequest"), STR_INIT("Specimen"),
	    STR_INIT("SupplyDelivery"), STR_INIT("SupplyRequest"),
	    STR_INIT("Task"), STR_INIT("VisionPrescription")};

	return STR_IS_ONE_OF(type, types);
}

struct json_node *
fhir_parse(struct json_reader *reader, struct arena *arena, struct str s,
    bool *truncated)
{
	*truncated = false;
	s = str_trim(s);
	if (s.n > MAX_BYTES)
		return NULL;
	s = json_whole(arena, s, truncated);
	return json_tree_parse(reader, arena, s, MAX_DEPTH, NULL);
}

/* --- reading --------------------------------------------------------------- */

/* A text, or "true" and "false". */
static struct str
text_of(const struct json_node *v)
{
	if (v != NULL && v->kind == JSON_NODE_BARE &&
	    (str_eq(v->text, STR("true")) || str_eq(v->text, STR("false"))))
		return v->text;
	return str_first(json_tree_text(v), AUDIT_MAX_TEXT);
}

static struct str
get(const struct json_node *object, const char *key)
{
	return text_of(json_tree_get(object, key));
}

static bool
is_list(const struct json_node *v)
{
	return v != NULL && v->kind == JSON_NODE_LIST;
}

static const struct json_node *
first_item(const struct json_node *v)
{
	return is_list(v) ? v->first : NULL;
}

static void
add_coding(struct audit *a, struct audit_codes *out,
    const struct json_node *coding)
{
	if (coding == NULL || coding->kind != JSON_NODE_OBJECT)
		return;
	if (out->n == AUDIT_MAX_CODES) {
		a->limit = true;
		return;
	}
	out->items[out->n++] = (struct audit_code){
	    .code = get(coding, "code"),
	    .system = get(coding, "system"),
	    .text = get(coding, "display"),
	};
}

/* A Coding, or a CodeableConcept: its codings. */
static void
add_concept(struct audit *a, struct audit_codes *out,
    const struct json_node *v)
{
	const struct json_node *list = json_tree_get(v, "coding");

	if (!is_list(list)) {
		add_coding(a, out, v);
		return;
	}
	for (v = list->first; v != NULL; v = v->next)
		add_coding(a, out, v);
}

/* One of them, or a list. */
static void
add_codings(struct audit *a, struct audit_codes *out,
    const struct json_node *v)
{
	if (!is_list(v)) {
		add_concept(a, out, v);
		return;
	}
	for (v = v->first; v != NULL; v = v->next)
		add_concept(a, out, v);
}

static struct audit_code
first_coding(struct audit *a, const struct json_node *v)
{
	struct audit_codes codes;

	codes.n = 0;
	add_codings(a, &codes, v);
	return codes.n > 0 ? codes.items[0] : (struct audit_code){0};
}

/* Who or what a Reference names: identifier, reference, or only a display. */
static struct str
reference_text(const struct json_node *ref)
{
	struct str s = get(json_tree_get(ref, "identifier"), "value");

	if (s.n == 0)
		s = get(ref, "reference");
	return s.n > 0 ? s : get(ref, "display");
}

static bool
is_patient_reference(const struct json_node *ref)
{
	struct str s = json_tree_text(json_tree_get(ref, "reference"));
	size_t at = str_find(s, STR("Patient/"));

	return (at != SIZE_MAX && (at == 0 || s.p[at - 1] == '/')) ||
	    str_eq(json_tree_text(json_tree_get(ref, "type")),
		STR("Patient"));
}

static void
read_agent(struct audit *a, const struct json_node *agent,
    struct audit_participant *p)
{
	const struct json_node *network = json_tree_get(agent, "network");
	const struct json_node *who = json_tree_get(agent, "who");

	*p = (struct audit_participant){
	    .id = reference_text(who),
	    .alternative_id = get(agent, "altId"),
	    .name = get(agent, "name"),
	    .requestor = get(agent, "requestor"),
	    .access_point = get(network, "address"),
	    .access_type = get(network, "type"),
	};
	p->login = p->alternative_id;
	if (p->alternative_id.n == 0)
		p->alternative_id = get(agent, "otherId");
	if (p->access_point.n == 0)
		p->access_point = get(agent, "networkString");
	add_codings(a, &p->roles, json_tree_get(agent, "type"));
	add_codings(a, &p->roles, json_tree_get(agent, "role"));
	p->is_patient = is_patient_reference(who);
	for (size_t i = 0; i < p->roles.n; i++)
		p->is_patient |= audit_role_is_patient(p->roles.items[i].code);
}

static void
read_object(struct audit *a, const struct json_node *entity,
    struct audit_object *o)
{
	const struct json_node *what = json_tree_get(entity, "what");
	const struct json_node *identifier = json_tree_get(what, "identifier");

	*o = (struct audit_object){
	    .id = get(identifier, "value"),
	    .authority = get(identifier, "system"),
	    .type = first_coding(a, json_tree_get(entity, "type")).code,
	    .role = first_coding(a, json_tree_get(entity, "role")).code,
	    .life_cycle =
		first_coding(a, json_tree_get(entity, "lifecycle")).code,
	    .sensitivity =
		first_coding(a, json_tree_get(entity, "securityLabel")).code,
	    .id_type = first_coding(a, json_tree_get(identifier, "type")),
	    .identifier = true,
	};
	if (o->id.n == 0) {
		o->id = get(what, "reference");
		o->authority = STR_NONE;
	}
	if (is_patient_reference(what))
		o->role = STR("1");
}

/* R5: a list of CodeableConcepts; the first that says something. */
static struct str
detail_text(struct audit *a, const struct json_node *details)
{
	struct str text = STR_NONE;

	for (const struct json_node *v = first_item(details);
	     v != NULL && text.n == 0; v = v->next) {
		text = get(v, "text");
		if (text.n == 0)
			text = first_coding(a, v).text;
	}
	return text;
}

/* R4: outcome is a code of DICOM; R5: an object whose code is a word. */
static void
read_outcome(struct audit *a, const struct json_node *event)
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
	const struct json_node *outcome = json_tree_get(event, "outcome");

	a->outcome_text = get(event, "outcomeDesc");
	if (outcome != NULL && outcome->kind == JSON_NODE_TEXT) {
		a->outcome = text_of(outcome);
		return;
	}
	a->outcome = first_coding(a, json_tree_get(outcome, "code")).code;
	if (a->outcome_text.n == 0)
		a->outcome_text = detail_text(a, json_tree_get(outcome,
		    "detail"));
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (str_eq(words[i].word, a->outcome))
			a->outcome = words[i].code;
	}
}

static void
read_agents(struct audit *a, const struct json_node *agents)
{
	const struct json_node *v;

	for (v = first_item(agents); v != NULL; v = v->next) {
		if (a->n_participants == AUDIT_MAX_PARTICIPANTS) {
			a->limit = true;
			return;
		}
		read_agent(a, v, &a->participants[a->n_participants++]);
	}
}

static void
read_entities(struct audit *a, const struct json_node *entities)
{
	const struct json_node *v;

	for (v = first_item(entities); v != NULL; v = v->next) {
		if (a->n_objects == AUDIT_MAX_OBJECTS) {
			a->limit = true;
			return;
		}
		read_object(a, v, &a->objects[a->n_objects++]);
	}
}

void
fhir_read(struct json_node *event, struct arena *arena, struct audit *a)
{
	const struct json_node *source, *type, *patient;

	fhir_modernise(arena, event);
	source = json_tree_get(event, "source");
	type = json_tree_get(event, "type");
	audit_begin(a, arena);
	a->event_id = first_coding(a,
	    type != NULL ? type : json_tree_get(event, "category"));
	add_codings(a, &a->event_types, json_tree_get(event, "subtype"));
	if (a->event_types.n == 0)
		add_codings(a, &a->event_types, json_tree_get(event, "code"));
	add_codings(a, &a->purposes, json_tree_get(event, "purposeOfEvent"));
	add_codings(a, &a->purposes, json_tree_get(event, "authorization"));
	a->action = get(event, "action");
	a->time = get(event, "recorded");
	read_outcome(a, event);
	a->source_site = get(source, "site");
	a->source_id = reference_text(json_tree_get(source, "observer"));
	add_codings(a, &a->source_types, json_tree_get(source, "type"));
	read_agents(a, json_tree_get(event, "agent"));
	read_entities(a, json_tree_get(event, "entity"));
	/* R5: the patient stands by itself. */
	patient = json_tree_get(event, "patient");
	if (patient != NULL && patient->kind == JSON_NODE_OBJECT &&
	    a->n_objects < AUDIT_MAX_OBJECTS)
		a->objects[a->n_objects++] = (struct audit_object){
		    .id = get(patient, "reference"), .type = STR("1"),
		    .role = STR("1"), .identifier = true};
}

/* --- redaction ------------------------------------------------------------- */

/* All that is left of a Reference. */
static void
set_reference(struct arena *arena, struct json_node *ref, struct str id)
{
	ref->kind = JSON_NODE_OBJECT;
	json_tree_clear(ref);
	if (id.n > 0)
		json_tree_add(arena, ref, JSON_NODE_TEXT, STR("reference"),
		    id);
}

/* An entity is built anew from what may be seen. */
static void
redact_entity(struct audit *a, struct json_node *entity,
    struct audit_object *o, const struct pseudonym_key *key)
{
	static const char *const kept[] = {"type", "role", "lifecycle",
	    "securityLabel"};
	struct json_node *parts[4];

	for (size_t i = 0; i < 4; i++)
		parts[i] = json_tree_get(entity, kept[i]);
	entity->kind = JSON_NODE_OBJECT;
	json_tree_clear(entity);
	set_reference(a->arena,
	    json_tree_add(a->arena, entity, JSON_NODE_OBJECT, STR("what"),
		STR_NONE),
	    audit_object_id(a, o, key));
	for (size_t i = 0; i < 4; i++) {
		if (parts[i] != NULL)
			json_tree_append(entity, parts[i]);
	}
}

static void
redact_agent(struct audit *a, struct json_node *agent,
    struct audit_participant *p, const struct pseudonym_key *key)
{
	struct json_node *who;

	if (!p->is_patient)
		return;
	who = json_tree_get(agent, "who");
	if (who == NULL)
		who = json_tree_add(a->arena, agent, JSON_NODE_OBJECT,
		    STR("who"), STR_NONE);
	set_reference(a->arena, who, audit_participant_id(a, p, key));
	json_tree_remove(agent, "name");
	json_tree_remove(agent, "altId");
	json_tree_remove(agent, "otherId");
}

/* References to patients anywhere else; extensions and narratives go. */
static void
redact_rest(struct audit *a, struct json_node *node,
    const struct pseudonym_key *key)
{
	static const char *const dropped[] = {"text", "contained",
	    "extension", "modifierExtension", "query", "detail"};

	if (node->kind == JSON_NODE_OBJECT) {
		if (is_patient_reference(node)) {
			set_reference(a->arena, node,
			    audit_clean_uri(a->arena, get(node, "reference"),
				key));
			return;
		}
		for (size_t i = 0; i < sizeof(dropped) / sizeof(*dropped); i++)
			json_tree_remove(node, dropped[i]);
	}
	for (struct json_node *v = node->first; v != NULL; v = v->next)
		redact_rest(a, v, key);
}

void
fhir_redact(struct json_node *event, struct audit *a,
    const struct pseudonym_key *key, struct buf *out)
{
	struct json_node *agents = json_tree_get(event, "agent");
	struct json_node *entities = json_tree_get(event, "entity"), *v;

	/* What was not read is not shown. */
	if (is_list(agents))
		json_tree_cut(agents, a->n_participants);
	else
		json_tree_remove(event, "agent");
	if (is_list(entities))
		json_tree_cut(entities, AUDIT_MAX_OBJECTS);
	else
		json_tree_remove(event, "entity");
	v = is_list(agents) ? agents->first : NULL;
	for (size_t i = 0; v != NULL; i++, v = v->next)
		redact_agent(a, v, &a->participants[i], key);
	v = is_list(entities) ? entities->first : NULL;
	for (size_t i = 0; v != NULL; i++, v = v->next)
		redact_entity(a, v, &a->objects[i], key);
	redact_rest(a, event, key);
	json_tree_format(event, out);
}
