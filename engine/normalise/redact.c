/*
 * What of a line may leave the journal: audit messages as they are, behind
 * other text, and inside JSON, as objects or as text of text; and then what
 * labels say of patients (patient.h).
 */
#include "engine/normalise/redact.h"

#include "engine/base/text.h"
#include "engine/normalise/format_dicom.h"
#include "engine/normalise/format_epic.h"
#include "engine/normalise/format_fhir.h"
#include "engine/normalise/format_json.h"
#include "engine/normalise/json_tree.h"
#include "engine/normalise/xml_text.h"
#include "engine/patient/hl7.h"
#include "engine/patient/json_cut.h"
#include "engine/patient/patient.h"
#include "engine/patient/signs.h"

#include <stdlib.h>

#define MESSAGE_MIN 20 /* bytes of the shortest audit message */

#define LEVELS 4 /* JSON in a text of JSON in a text ... */
#define DEPTH  64

struct redactor {
	struct json_reader *json;
	struct dicom_reader *dicom;
	struct audit *audit;
	struct arena *arena; /* of one line */
	struct buf text;
	const struct pseudonym_key *key;
	int level;
	size_t changes;
};

struct redactor *
redactor_new(void)
{
	struct redactor *r = mem_get_zero(1, sizeof(*r));

	buf_init(&r->text, SIZE_MAX);
	return r;
}

void
redactor_free(struct redactor *r)
{
	if (r == NULL)
		return;
	json_reader_free(r->json);
	dicom_reader_free(r->dicom);
	arena_free(r->arena);
	buf_fini(&r->text);
	free(r->audit);
	free(r);
}

/* Where markup begins; "<85>1 ..." is none. */
static size_t
find_markup(struct str s)
{
	size_t at = str_find_char(s, '<');

	if (at == 0 && s.n > 1 && char_is_digit(s.p[1])) {
		at = str_find_char(str_skip(s, 1), '<');
		if (at != SIZE_MAX)
			at++;
	}
	return at;
}

/* Words of DICOM's messages, without the brackets and quotes that may have
 * been escaped. */
static bool
has_dicom_words(struct str s)
{
	return text_has(s, STR("AuditMessage")) ||
	    (text_has(s, STR("Participant")) &&
		(text_has(s, STR("ParticipantObject")) ||
		    text_has(s, STR("ActiveParticipant"))));
}

/* Behind the tag whose name space is FHIR's or HL7's, or where HL7's segment
 * of the patient begins, or SIZE_MAX: what it holds is a payload. */
static size_t
find_xml_payload(struct str s)
{
	static const struct str spaces[] = {
	    STR_INIT("http://hl7.org/fhir"), STR_INIT("urn:hl7-org:v")};
	static const struct str tags[] = {STR_INIT("<PID>"), STR_INIT("<PID."),
	    STR_INIT("&lt;PID&gt;"), STR_INIT("&lt;PID.")};

	if (!text_has(s, STR("hl7")) && !text_has(s, STR("PID")))
		return SIZE_MAX;
	for (size_t i = 0; i < sizeof(spaces) / sizeof(*spaces); i++) {
		size_t at = str_find(s, spaces[i]), from, end;

		if (at == SIZE_MAX)
			continue;
		from = at < 24 ? 0 : at - 24;
		if (!text_has(str_make(s.p + from, at - from), STR("xmlns")))
			continue;
		end = str_find_char(str_skip(s, at), '>');
		if (end == SIZE_MAX)
			end = str_find(str_skip(s, at), STR("&gt;"));
		return end == SIZE_MAX ? at + spaces[i].n
		    : s.p[at + end] == '&' ? at + end + 4 : at + end + 1;
	}
	for (size_t i = 0; i < sizeof(tags) / sizeof(*tags); i++) {
		size_t at = str_find(s, tags[i]);

		if (at != SIZE_MAX)
			return at;
	}
	return SIZE_MAX;
}

/* Markup that was escaped once more: "&lt;AuditMessage". */
static bool
has_escaped_dicom(struct str s)
{
	return text_has(s, STR("&lt;")) && has_dicom_words(s);
}

static bool
has_e1mid(struct str s)
{
	return text_has(s, STR("E1Mid")) || text_has(s, STR("E1MID")) ||
	    text_has(s, STR("e1mid"));
}

static bool
has_pipe_words(struct str s)
{
	return str_find_char(s, '|') != SIZE_MAX &&
	    (text_has(s, STR("|Epic|Security-SIEM|")) ||
		hl7_find(s) != SIZE_MAX);
}

static bool
has_xml_words(struct str s, const struct signs *signs)
{
	return has_dicom_words(s) ||
	    (signs->e1m && text_has(s, STR("E1Mid"))) ||
	    text_has(s, STR("/Mnemonic")) ||
	    find_xml_payload(s) != SIZE_MAX;
}

/* Is there a resource of a kind that holds patients' data? */
static bool
has_clinical(struct str s)
{
	static const struct str mark = STR_INIT("resourceType");
	size_t at = 0, i;

	while ((i = str_find(str_skip(s, at), mark)) != SIZE_MAX) {
		size_t from = at + i + mark.n, end;

		while (from < s.n && from < at + i + mark.n + 16 &&
		    !char_is_alpha(s.p[from]))
			from++;
		for (end = from; end < s.n && char_is_alpha(s.p[end]);)
			end++;
		if (fhir_is_clinical(str_make(s.p + from, end - from)))
			return true;
		at = end;
	}
	return false;
}

/* Audit messages, FHIR's resources and HL7. */
static bool
may_have_messages(struct str s, const struct signs *signs)
{
	if (s.n < MESSAGE_MIN)
		return false;
	if (signs->brace &&
	    ((signs->e1m && has_e1mid(s)) ||
		(text_has(s, STR("resourceType")) &&
		    (text_has(s, STR("AuditEvent")) ||
			text_has(s, STR("Patient")) || has_clinical(s)))))
		return true;
	if (signs->ampersand && text_has(s, STR("&lt;")) &&
	    (has_escaped_dicom(s) || find_xml_payload(s) != SIZE_MAX))
		return true;
	if (!signs->slanted)
		return false;
	/* JSON may have "<" as \u003c. */
	if ((find_markup(s) != SIZE_MAX ||
		(signs->brace && text_has(s, STR("\\u003")))) &&
	    has_xml_words(s, signs))
		return true;
	return has_pipe_words(s);
}

static bool
has_messages(struct str s)
{
	struct signs signs = signs_of(s);

	return may_have_messages(s, &signs);
}

static bool
may_change(struct str s, const struct signs *signs)
{
	return may_have_messages(s, signs) ||
	    (signs->label && patient_label_in(s)) ||
	    (signs->bracket && text_has(s, STR("(0010,")));
}

bool
redact_may_change(struct str s)
{
	struct signs signs;

	/* Most values are no longer than a word. */
	if (s.n < MESSAGE_MIN)
		return patient_label_in(s) || text_has(s, STR("(0010,"));
	signs = signs_of(s);
	return may_change(s, &signs);
}

bool
redact_may_change_raw(struct str line)
{
	/* "<34>" is no markup. */
	bool pri = line.n > 1 && line.p[0] == '<' && char_is_digit(line.p[1]);
	struct signs signs = signs_of(str_skip(line, pri));

	return may_change(line, &signs) ||
	    (signs.slanted && memchr(line.p, '\\', line.n) != NULL &&
		text_has(line, STR("\\u00")));
}

/* --- the parts of a text ----------------------------------------------- */

static void redact_part(struct redactor *r, struct str s, struct buf *out);

static void
leave_out(struct redactor *r, struct buf *out)
{
	buf_add(out, LEFT_OUT);
	r->changes++;
}

static void
redact_xml(struct redactor *r, struct str s, struct buf *out)
{
	if (r->dicom == NULL)
		r->dicom = dicom_reader_new();
	if (dicom_read(r->dicom, r->arena, s) == NULL) {
		leave_out(r, out);
		return;
	}
	r->changes += dicom_redact(r->dicom, r->key, out);
}

/* From "&lt;" on. */
static void
redact_escaped(struct redactor *r, struct str s, struct buf *out)
{
	struct buf redacted;

	buf_init(&redacted, SIZE_MAX);
	redact_xml(r, xml_text(r->arena, s), &redacted);
	xml_escape(buf_str(&redacted), out);
	buf_fini(&redacted);
}

/* The object as redacted text in its place. */
static void
redact_event(struct redactor *r, struct json_node *event)
{
	struct buf out;

	if (r->audit == NULL)
		r->audit = mem_get_zero(1, sizeof(*r->audit));
	buf_init(&out, SIZE_MAX);
	fhir_read(event, r->arena, r->audit);
	fhir_redact(event, r->audit, r->key, &out);
	event->kind = JSON_NODE_BARE;
	event->text = arena_dup(r->arena, buf_str(&out));
	buf_fini(&out);
	r->changes++;
}

static void
redact_text(struct redactor *r, struct json_node *node)
{
	struct buf out;

	if (!has_messages(node->text))
		return;
	buf_init(&out, SIZE_MAX);
	redact_part(r, node->text, &out);
	node->text = arena_dup(r->arena, buf_str(&out));
	buf_fini(&out);
}

/* A resource of FHIR that is no AuditEvent and no list of others: as a
 * payload, all but what it is and whose. */
static void
redact_resource(struct redactor *r, struct json_node *node)
{
	struct str type = json_tree_text(json_tree_get(node, "resourceType"));
	struct str id = json_tree_text(json_tree_get(node, "id"));
	char text[PSEUDONYM_TEXT];

	json_tree_clear(node);
	json_tree_add(
	    r->arena, node, JSON_NODE_TEXT, STR("resourceType"), type);
	if (str_eq(type, STR("Patient")) && id.n > 0)
		json_tree_add(r->arena, node, JSON_NODE_TEXT, STR("id"),
		    arena_dup(r->arena,
			pseudonym_make(r->key, PSEUDONYM_PATIENT, id, text)));
	r->changes++;
}

static bool
is_payload(const struct json_node *node)
{
	static const struct str objects[] = {STR_INIT("meta"),
	    STR_INIT("text"), STR_INIT("identifier"), STR_INIT("name"),
	    STR_INIT("subject"), STR_INIT("patient"), STR_INIT("code"),
	    STR_INIT("telecom"), STR_INIT("address"), STR_INIT("contained")};
	struct str type = json_tree_text(json_tree_get(node, "resourceType"));
	bool clinical = fhir_is_clinical(type);

	if (type.n == 0 || str_eq(type, STR("Bundle")))
		return false;
	for (const struct json_node *v = node->first; v != NULL; v = v->next) {
		if (v->first != NULL &&
		    (clinical || STR_IS_ONE_OF(v->key, objects)))
			return true;
	}
	return json_tree_get(node, "birthDate") != NULL;
}

static void
redact_node(struct redactor *r, struct json_node *node)
{
	if (node->kind == JSON_NODE_BARE) {
		return;
	} else if (node->kind == JSON_NODE_TEXT) {
		redact_text(r, node);
	} else if (fhir_is_event(node)) {
		redact_event(r, node);
	} else if (is_payload(node)) {
		redact_resource(r, node);
	} else if (epic_json_is(node)) {
		r->changes += epic_json_redact(r->key, r->arena, node);
	} else {
		for (struct json_node *v = node->first; v != NULL; v = v->next)
			redact_node(r, v);
	}
}

/* What an object without an audit message in it says stays as it was
 * written. */
static void
redact_json(struct redactor *r, struct str s, struct buf *out)
{
	struct json_node *root;
	size_t before = r->changes;
	bool cut, deep, marked;

	s = str_trim(s);
	/* Redacted before, and something was left out. */
	marked = str_has_suffix(s, LEFT_OUT);
	if (marked)
		s = str_first(s, s.n - LEFT_OUT.n);
	s = json_whole(r->arena, s, &cut);
	if (r->json == NULL)
		r->json = json_reader_new();
	root = json_tree_parse(r->json, r->arena, s, DEPTH, &deep);
	/* Of one that was cut inside something else, what it is may have
	 * stood behind the cut. */
	if (root == NULL || deep || (cut && !fhir_is_event(root))) {
		leave_out(r, out);
		return;
	}
	redact_node(r, root);
	if (r->changes == before)
		buf_add(out, s);
	else
		json_tree_format(root, out);
	if (cut)
		leave_out(r, out);
	else if (marked)
		buf_add(out, LEFT_OUT);
}

/* No payload is kept: nobody needs it to find an attack. */
static void
leave_out_from(struct redactor *r, struct str s, size_t at, struct buf *out)
{
	buf_add(out, str_first(s, at));
	leave_out(r, out);
}

/* The audit message in a text, and what stands before it. */
static void
redact_part(struct redactor *r, struct str s, struct buf *out)
{
	size_t brace = str_find_char(s, '{'), markup = find_markup(s), at;
	size_t hl7 = hl7_find(s), xml = find_xml_payload(s);
	bool json = brace != SIZE_MAX && has_messages(str_skip(s, brace));

	if (++r->level > LEVELS) {
		leave_out(r, out);
	} else if (hl7 < brace && hl7 < markup) {
		leave_out_from(r, s, hl7, out);
	} else if (json && brace < markup) {
		buf_add(out, str_first(s, brace));
		redact_json(r, str_skip(s, brace), out);
	} else if (xml != SIZE_MAX) {
		leave_out_from(r, s, xml, out);
	} else if ((at = epic_find(s)) != SIZE_MAX) {
		buf_add(out, str_first(s, at));
		r->changes += epic_redact(r->key, str_skip(s, at), out);
	} else if (markup != SIZE_MAX && has_dicom_words(str_skip(s, markup))) {
		buf_add(out, str_first(s, markup));
		redact_xml(r, str_skip(s, markup), out);
	} else if (json) {
		buf_add(out, str_first(s, brace));
		redact_json(r, str_skip(s, brace), out);
	} else if (has_escaped_dicom(s)) {
		at = str_find(s, STR("&lt;"));
		buf_add(out, str_first(s, at));
		redact_escaped(r, str_skip(s, at), out);
	} else if (hl7 != SIZE_MAX) {
		leave_out_from(r, s, hl7, out);
	} else {
		buf_add(out, s);
	}
	r->level--;
}

/* --- lines --------------------------------------------------------------- */

size_t
redactor_run(struct redactor *r, const struct pseudonym_key *key,
    struct str s, struct buf *out)
{
	r->changes = 0;
	if (r->arena == NULL)
		r->arena = arena_new(0);
	arena_reset(r->arena);
	s = json_letters(r->arena, s);
	if (has_messages(s)) {
		r->key = key;
		r->level = 0;
		buf_clear(&r->text);
		redact_part(r, s, &r->text);
		s = buf_str(&r->text);
	}
	return r->changes + patient_hide(key, s, out);
}

size_t
pseudonym_redact(const struct pseudonym_key *key, struct str raw,
    struct buf *out)
{
	struct redactor *r = redactor_new();
	struct buf first;
	size_t changes;

	buf_init(&first, SIZE_MAX);
	changes = redactor_run(r, key, raw, &first);
	/* As it was, escapes and all. */
	if (changes == 0) {
		buf_clear(&first);
		buf_add(&first, raw);
	}
	changes += pseudonym_text(key, buf_str(&first), out);
	buf_fini(&first);
	redactor_free(r);
	return changes;
}
