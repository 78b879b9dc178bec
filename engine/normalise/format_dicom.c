/*
 * Elements and attributes as expat gives them. No document type declaration
 * is read, so no entity can grow. Beside the values, the places in the text
 * that have to change are noted, in their order: whole elements that go
 * (names, queries, details, comments), and start tags that are written anew
 * with a pseudonym. What stands behind the place where parsing ended is never
 * part of a redacted text.
 */
#include "engine/normalise/format_dicom.h"

#include "engine/base/utf8.h"
#include "engine/normalise/xml_text.h"

#include <expat.h>
#include <stdlib.h>

#define MAX_DEPTH 16
#define MAX_BYTES ((size_t)1024 * 1024)
#define MAX_EDITS (AUDIT_MAX_OBJECTS * 16)
#define MAX_ATTRIBUTES 64
#define MAX_TAG ((size_t)16 * 1024)

enum edit_kind { EDIT_DROP, EDIT_OBJECT, EDIT_PARTICIPANT };

struct edit {
	enum edit_kind kind;
	size_t at, n;
	size_t index; /* of the object or participant */
	struct str tag;
};

enum place {
	PLACE_OUTSIDE,
	PLACE_EVENT,
	PLACE_PARTICIPANT,
	PLACE_SOURCE,
	PLACE_OBJECT,
};

/* expat's, for as long as its call lasts. */
struct attribute {
	struct str written, name; /* with its prefix, without */
	struct str value;
};

struct dicom_reader {
	XML_Parser parser;
	struct audit audit;
	struct str s;	/* that is parsed */
	size_t end;	/* parsed so far */
	int depth;
	int place_depth;
	enum place place;
	int drop_depth; /* 0: nothing is being dropped */
	size_t drop_edit;
	bool collect; /* text of EventOutcomeDescription */
	bool seen;    /* an element of an audit message */
	struct buf text, tag;
	/* Of this element: */
	struct str name; /* as it is written */
	struct attribute attributes[MAX_ATTRIBUTES];
	size_t n_attributes;
	struct edit *edits;
	size_t n_edits, cap_edits;
};

struct dicom_reader *
dicom_reader_new(void)
{
	struct dicom_reader *r = mem_get_zero(1, sizeof(*r));

	r->parser = XML_ParserCreate(NULL);
	if (r->parser == NULL)
		abort();
	buf_init(&r->text, AUDIT_MAX_TEXT);
	buf_init(&r->tag, SIZE_MAX);
	return r;
}

void
dicom_reader_free(struct dicom_reader *r)
{
	if (r == NULL)
		return;
	XML_ParserFree(r->parser);
	buf_fini(&r->text);
	buf_fini(&r->tag);
	free(r->edits);
	free(r);
}

/* --- attributes -------------------------------------------------------- */

static struct str
local_name(struct str s)
{
	struct str prefix, name;

	return str_cut(s, ':', &prefix, &name) ? name : s;
}

static void
limit_reached(struct dicom_reader *r)
{
	r->audit.limit = true;
	(void)XML_StopParser(r->parser, XML_FALSE);
}

static bool
read_element(struct dicom_reader *r, const char *name, const char **attributes)
{
	r->name = str_from(name);
	r->n_attributes = 0;
	for (; *attributes != NULL; attributes += 2) {
		struct str written = str_from(attributes[0]);

		if (r->n_attributes == MAX_ATTRIBUTES) {
			limit_reached(r);
			return false;
		}
		r->attributes[r->n_attributes++] = (struct attribute){written,
		    local_name(written), str_from(attributes[1])};
	}
	return true;
}

/* Copied; empty when it is not there. */
static struct str
attribute(struct dicom_reader *r, struct str name)
{
	for (size_t i = 0; i < r->n_attributes; i++) {
		if (str_eq(r->attributes[i].name, name))
			return arena_dup(r->audit.arena,
			    str_first(r->attributes[i].value,
				AUDIT_MAX_TEXT));
	}
	return STR_NONE;
}

/* The first of two spellings that is there. */
static struct str
either(struct dicom_reader *r, struct str a, struct str b)
{
	struct str s = attribute(r, a);

	return s.p != NULL ? s : attribute(r, b);
}

/* DICOM: csd-code, originalText; RFC 3881: code, displayName. */
static struct audit_code
read_code(struct dicom_reader *r)
{
	return (struct audit_code){
	    .code = either(r, STR("csd-code"), STR("code")),
	    .system = either(r, STR("codeSystemName"), STR("codeSystem")),
	    .text = either(r, STR("originalText"), STR("displayName")),
	};
}

static void
add_code(struct dicom_reader *r, struct audit_codes *codes)
{
	if (codes->n == AUDIT_MAX_CODES) {
		r->audit.limit = true;
		return;
	}
	codes->items[codes->n++] = read_code(r);
}

/* --- edits --------------------------------------------------------------- */

static size_t
add_edit(struct dicom_reader *r, enum edit_kind kind, size_t index)
{
	XML_Index at = XML_GetCurrentByteIndex(r->parser);
	size_t n = (size_t)XML_GetCurrentByteCount(r->parser);

	if (r->n_edits == MAX_EDITS) {
		limit_reached(r);
		return r->n_edits - 1;
	}
	if (r->n_edits == r->cap_edits) {
		r->cap_edits = r->cap_edits == 0 ? 32 : r->cap_edits * 2;
		r->edits = mem_resize(r->edits,
		    r->cap_edits * sizeof(*r->edits));
	}
	r->edits[r->n_edits] = (struct edit){.kind = kind,
	    .at = at < 0 ? 0 : (size_t)at, .n = n, .index = index};
	return r->n_edits++;
}

static void
token_done(struct dicom_reader *r)
{
	XML_Index at = XML_GetCurrentByteIndex(r->parser);
	size_t n = (size_t)XML_GetCurrentByteCount(r->parser);

	if (at >= 0 && (size_t)at + n > r->end)
		r->end = (size_t)at + n;
}

/*
 * The start tag with "\1" for each value that has to be hidden: whose it is,
 * and so what it becomes, is known when the element ends.
 */
static void
rewrite_tag(struct dicom_reader *r, enum edit_kind kind, size_t index,
    struct str id, struct str name_attribute)
{
	size_t at = add_edit(r, kind, index); /* which may move them */
	struct edit *e = &r->edits[at];
	size_t end = e->at + e->n;
	struct buf *out = &r->tag;

	buf_clear(out);
	buf_add_char(out, '<');
	buf_add(out, r->name);
	for (size_t i = 0; i < r->n_attributes; i++) {
		const struct attribute *v = &r->attributes[i];
		bool hides = str_eq(v->name, name_attribute) ||
		    str_eq(v->name, STR("AlternativeUserID"));

		buf_add_char(out, ' ');
		buf_add(out, v->written);
		buf_add(out, STR("=\""));
		if (str_eq(v->name, id)) {
			buf_add_char(out, '\1');
		} else if (hides) {
			buf_add_char(out, '\2');
			xml_escape(v->value, out);
			buf_add_char(out, '\2');
		} else {
			xml_escape(v->value, out);
		}
		buf_add_char(out, '"');
	}
	if (e->n >= 2 && end <= r->s.n && r->s.p[end - 2] == '/')
		buf_add_char(out, '/');
	buf_add_char(out, '>');
	e->tag = arena_dup(r->audit.arena, buf_str(out));
}

/* --- elements ------------------------------------------------------------ */

static void
begin_event(struct dicom_reader *r)
{
	struct audit *a = &r->audit;

	a->action = attribute(r, STR("EventActionCode"));
	a->time = attribute(r, STR("EventDateTime"));
	a->outcome = attribute(r, STR("EventOutcomeIndicator"));
}

static void
begin_participant(struct dicom_reader *r)
{
	struct audit *a = &r->audit;
	struct audit_participant *p;

	if (a->n_participants == AUDIT_MAX_PARTICIPANTS) {
		limit_reached(r);
		return;
	}
	p = &a->participants[a->n_participants];
	*p = (struct audit_participant){
	    .id = attribute(r, STR("UserID")),
	    .alternative_id = attribute(r, STR("AlternativeUserID")),
	    .name = attribute(r, STR("UserName")),
	    .requestor = attribute(r, STR("UserIsRequestor")),
	    .access_point = attribute(r, STR("NetworkAccessPointID")),
	    .access_type = attribute(r, STR("NetworkAccessPointTypeCode")),
	};
	rewrite_tag(r, EDIT_PARTICIPANT, a->n_participants++, STR("UserID"),
	    STR("UserName"));
}

static void
begin_source(struct dicom_reader *r)
{
	struct audit *a = &r->audit;

	if (a->source_id.n == 0)
		a->source_id = attribute(r, STR("AuditSourceID"));
	if (a->source_site.n == 0)
		a->source_site = attribute(r, STR("AuditEnterpriseSiteID"));
	/* DICOM before 2011: the type as attributes of the element. */
	if (either(r, STR("csd-code"), STR("code")).n > 0)
		add_code(r, &a->source_types);
}

static void
begin_object(struct dicom_reader *r)
{
	struct audit *a = &r->audit;

	if (a->n_objects == AUDIT_MAX_OBJECTS) {
		limit_reached(r);
		return;
	}
	a->objects[a->n_objects] = (struct audit_object){
	    .id = attribute(r, STR("ParticipantObjectID")),
	    .type = attribute(r, STR("ParticipantObjectTypeCode")),
	    .role = attribute(r, STR("ParticipantObjectTypeCodeRole")),
	    .life_cycle = attribute(r, STR("ParticipantObjectDataLifeCycle")),
	    .sensitivity = attribute(r, STR("ParticipantObjectSensitivity")),
	};
	rewrite_tag(r, EDIT_OBJECT, a->n_objects++,
	    STR("ParticipantObjectID"), STR_NONE);
}

static const struct {
	struct str name;
	enum place place;
	void (*begin)(struct dicom_reader *r);
} sections[] = {
    {STR_INIT("EventIdentification"),	     PLACE_EVENT,	 begin_event  },
    {STR_INIT("ActiveParticipant"),	       PLACE_PARTICIPANT,
								    begin_participant},
    {STR_INIT("AuditSourceIdentification"),	PLACE_SOURCE,      begin_source },
    {STR_INIT("ParticipantObjectIdentification"), PLACE_OBJECT,	     begin_object },
};

static void
begin_drop(struct dicom_reader *r)
{
	r->drop_depth = r->depth;
	r->drop_edit = add_edit(r, EDIT_DROP, 0);
}

/* An element inside a section. */
static void
inside(struct dicom_reader *r, struct str name)
{
	struct audit *a = &r->audit;

	switch (r->place) {
	case PLACE_OUTSIDE:
		break;
	case PLACE_EVENT:
		if (str_eq(name, STR("EventID")))
			a->event_id = read_code(r);
		else if (str_eq(name, STR("EventTypeCode")))
			add_code(r, &a->event_types);
		else if (str_eq(name, STR("PurposeOfUse")))
			add_code(r, &a->purposes);
		r->collect = str_eq(name, STR("EventOutcomeDescription"));
		buf_clear(&r->text);
		break;
	case PLACE_PARTICIPANT:
		if (str_eq(name, STR("RoleIDCode")) && a->n_participants > 0) {
			struct audit_participant *p =
			    &a->participants[a->n_participants - 1];
			struct audit_code code = read_code(r);

			p->is_patient |= audit_role_is_patient(code.code) ||
			    audit_role_is_patient(code.text);
			add_code(r, &p->roles);
		}
		break;
	case PLACE_SOURCE:
		if (str_eq(name, STR("AuditSourceTypeCode")))
			add_code(r, &a->source_types);
		break;
	case PLACE_OBJECT:
		if (str_eq(name, STR("ParticipantObjectIDTypeCode")) &&
		    a->n_objects > 0)
			a->objects[a->n_objects - 1].id_type =
			    read_code(r);
		else
			begin_drop(r); /* name, query, detail, description */
		break;
	}
}

static void
on_start(void *arg, const char *name, const char **attributes)
{
	struct dicom_reader *r = arg;
	struct str local;

	if (++r->depth > MAX_DEPTH) {
		limit_reached(r);
		return;
	}
	if (r->drop_depth != 0 || !read_element(r, name, attributes))
		return;
	local = local_name(r->name);
	if (r->place != PLACE_OUTSIDE) {
		inside(r, local);
		token_done(r);
		return;
	}
	for (size_t i = 0; i < sizeof(sections) / sizeof(*sections); i++) {
		if (!str_eq(sections[i].name, local))
			continue;
		r->seen = true;
		r->place = sections[i].place;
		r->place_depth = r->depth;
		sections[i].begin(r);
	}
	token_done(r);
}

static void
on_end(void *arg, const char *name)
{
	struct dicom_reader *r = arg;

	(void)name;
	if (r->drop_depth == r->depth) {
		struct edit *e = &r->edits[r->drop_edit];

		token_done(r);
		e->n = r->end > e->at ? r->end - e->at : 0;
		r->drop_depth = 0;
	}
	if (r->collect && r->drop_depth == 0) {
		r->audit.outcome_text =
		    arena_dup(r->audit.arena, buf_str(&r->text));
		r->collect = false;
	}
	if (r->place != PLACE_OUTSIDE && r->depth == r->place_depth)
		r->place = PLACE_OUTSIDE;
	r->depth--;
	if (r->drop_depth == 0)
		token_done(r);
}

static void
on_text(void *arg, const char *s, int n)
{
	struct dicom_reader *r = arg;

	if (r->collect)
		buf_add(&r->text, str_make(s, (size_t)n));
	if (r->drop_depth != 0)
		return;
	/* Objects have no text of their own but blanks. */
	if (r->place == PLACE_OBJECT && str_trim(str_make(s, (size_t)n)).n > 0)
		add_edit(r, EDIT_DROP, 0);
	token_done(r);
}

static void
on_comment(void *arg, const char *text)
{
	struct dicom_reader *r = arg;

	(void)text;
	if (r->drop_depth == 0) {
		add_edit(r, EDIT_DROP, 0);
		token_done(r);
	}
}

static void
on_doctype(void *arg, const char *name, const char *system_id,
    const char *public_id, int has_internal_subset)
{
	struct dicom_reader *r = arg;

	(void)name;
	(void)system_id;
	(void)public_id;
	(void)has_internal_subset;
	r->audit.refused = true;
	(void)XML_StopParser(r->parser, XML_FALSE);
}

static void
prepare(struct dicom_reader *r, struct arena *arena, struct str s)
{
	/* Bytes that are no UTF-8 may still be what the declaration says. */
	(void)XML_ParserReset(r->parser, utf8_is_valid(s) ? "UTF-8" : NULL);
	XML_SetUserData(r->parser, r);
	XML_SetElementHandler(r->parser, on_start, on_end);
	XML_SetCharacterDataHandler(r->parser, on_text);
	XML_SetCommentHandler(r->parser, on_comment);
	XML_SetStartDoctypeDeclHandler(r->parser, on_doctype);
	audit_begin(&r->audit, arena);
	r->s = s;
	r->end = r->n_edits = 0;
	r->depth = r->place_depth = r->drop_depth = 0;
	r->place = PLACE_OUTSIDE;
	r->collect = r->seen = false;
	buf_clear(&r->text);
}

struct audit *
dicom_read(struct dicom_reader *r, struct arena *arena, struct str s)
{
	static const struct str mark = STR_INIT("\xef\xbb\xbf");
	enum XML_Status status;
	size_t n;

	if (str_has_prefix(s, mark))
		s = str_skip(s, mark.n);
	s = str_first(str_trim(s), MAX_BYTES);
	prepare(r, arena, s);
	if (s.n == 0 || s.p[0] != '<')
		return NULL;
	n = xml_before_long_tag(s, MAX_TAG);
	r->audit.limit = n < s.n;
	status = XML_Parse(r->parser, s.p, (int)n, XML_TRUE);
	if (status == XML_STATUS_OK)
		r->end = n;
	else if (!r->audit.limit && !r->audit.refused)
		r->audit.truncated = true;
	return r->seen || r->audit.refused ? &r->audit : NULL;
}

/* --- redaction ------------------------------------------------------------ */

/* \1: the pseudonym; between \2: what patients' tags go without. */
static size_t
add_tag(struct buf *out, struct str tag, struct str id, bool hide)
{
	bool hiding = false;

	for (size_t i = 0, from; i < tag.n; i++) {
		for (from = i; i < tag.n && tag.p[i] != '\1' &&
		     tag.p[i] != '\2';)
			i++;
		if (!hiding)
			buf_add(out, str_make(tag.p + from, i - from));
		if (i < tag.n && tag.p[i] == '\1')
			xml_escape(id, out);
		else
			hiding = !hiding && hide;
	}
	return 1;
}

static size_t
add_changed(struct dicom_reader *r, const struct edit *e,
    const struct pseudonym_key *key, struct buf *out)
{
	struct audit *a = &r->audit;
	struct audit_participant *p;
	struct str id, was;
	bool hide = false;

	if (e->kind == EDIT_DROP)
		return 1;
	if (e->kind == EDIT_OBJECT) {
		was = a->objects[e->index].id;
		id = audit_object_id(a, &a->objects[e->index], key);
	} else {
		p = &a->participants[e->index];
		was = p->id;
		id = audit_participant_id(a, p, key);
		hide = p->is_patient;
	}
	if (str_eq(was, id) && !hide) {
		buf_add(out, str_make(r->s.p + e->at, e->n));
		return 0;
	}
	return add_tag(out, e->tag, id, hide);
}

size_t
dicom_redact(struct dicom_reader *r, const struct pseudonym_key *key,
    struct buf *out)
{
	size_t from = 0, changes = 0;

	for (size_t i = 0; i < r->n_edits; i++) {
		const struct edit *e = &r->edits[i];

		if (e->at < from || e->at > r->end)
			continue;
		buf_add(out, str_make(r->s.p + from, e->at - from));
		changes += add_changed(r, e, key, out);
		from = e->at + e->n;
	}
	if (from < r->end)
		buf_add(out, str_make(r->s.p + from, r->end - from));
	if (r->end < r->s.n) {
		buf_add(out, LEFT_OUT);
		changes++;
	}
	return changes;
}
