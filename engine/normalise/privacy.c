#include "engine/normalise/privacy.h"

#include "engine/base/stats.h"

#include "engine/base/text.h"
#include "engine/normalise/format_dicom.h"
#include "engine/normalise/format_epic.h"
#include "engine/normalise/format_fhir.h"
#include "engine/normalise/redact.h"
#include "engine/normalise/work.h"
#include "engine/patient/patient.h"

#include <stdlib.h>

#define KEYS	 256 /* members whose keys are remembered; a power of two */
#define MAX_TEXT ((size_t)4 * 1024 * 1024)

struct member_key {
	bool used;
	uint32_t index;
	char id[48];
	size_t id_n;
	struct pseudonym_key key;
};

struct privacy {
	struct pseudonym_keys keys;
	struct member_key members[KEYS];
	struct dicom_reader *dicom;
	struct audit *audit; /* FHIR's, Epic's; made when the first comes */
	struct redactor *redactor;
	struct buf text;
	/* This line: */
	bool may_change;     /* words of medicine anywhere in it */
	bool redacted;	     /* the message */
	struct str original; /* of the message, when `redacted` */
	struct str seen;     /* the message that was looked through */
	bool closely;  /* digits may have been written as escapes */
};

struct privacy *
privacy_new(void)
{
	struct privacy *p = mem_get_zero(1, sizeof(*p));

	pseudonym_keys_test(&p->keys);
	p->redactor = redactor_new();
	buf_init(&p->text, MAX_TEXT);
	return p;
}

void
privacy_free(struct privacy *p)
{
	if (p == NULL)
		return;
	dicom_reader_free(p->dicom);
	redactor_free(p->redactor);
	buf_fini(&p->text);
	free(p->audit);
	free(p);
}

void
privacy_set_keys(struct privacy *p, const struct pseudonym_keys *keys)
{
	p->keys = *keys;
	for (size_t i = 0; i < KEYS; i++)
		p->members[i].used = false;
}

const struct pseudonym_key *
privacy_key(struct privacy *p, const struct member *member)
{
	struct member_key *k = &p->members[member->index & (KEYS - 1)];

	if (k->used && k->index == member->index &&
	    str_eq(str_make(k->id, k->id_n), member->id))
		return &k->key;
	pseudonym_key_derive(&p->keys, member->id, &k->key);
	k->index = member->index;
	k->used = member->id.n <= sizeof(k->id);
	k->id_n = k->used ? member->id.n : 0;
	if (k->id_n > 0)
		memcpy(k->id, member->id.p, k->id_n);
	return &k->key;
}

void
privacy_begin(struct privacy *p, struct str line)
{
	p->redacted = p->closely = false;
	p->seen = STR_NONE;
	p->may_change = redact_may_change_raw(line);
}

bool
privacy_may_change(const struct privacy *p)
{
	return p->may_change;
}

void
privacy_look_closely(struct privacy *p)
{
	p->closely = true;
}

/* The message from now on; what it was is kept for a decoder of audit
 * messages, should one still come. */
static void
set_message(struct privacy *p, struct event *ev, struct str text)
{
	if (!p->redacted)
		p->original = ev->message;
	p->redacted = true;
	ev->message = arena_dup(ev->scratch, text);
	p->seen = ev->message;
	event_put(ev, FIELD_MESSAGE, ev->message, VALUE_TEXT);
}

void
privacy_message(struct privacy *p, struct str message)
{
	p->redacted = false;
	p->seen = STR_NONE;
	/* Escapes hid it. */
	p->may_change |= redact_may_change(message);
}

struct str
privacy_original(const struct privacy *p, const struct event *ev)
{
	return p->redacted ? p->original : ev->message;
}

/* The text itself, not one that reads the same: a pack may have put another in
 * its place. */
static bool
was_seen(const struct privacy *p, struct str text)
{
	return text.p == p->seen.p && text.n == p->seen.n;
}

void
privacy_hide(struct privacy *p, struct event *ev, const struct member *member)
{
	if (!p->may_change || was_seen(p, ev->message))
		return;
	p->seen = ev->message;
	buf_clear(&p->text);
	if (redactor_run(p->redactor, privacy_key(p, member), ev->message,
		&p->text) > 0)
		set_message(p, ev, buf_str(&p->text));
}

/* Of a message whose end is `unread`, and cannot be read. */
static void
leave_out(struct privacy *p, struct event *ev, struct str unread)
{
	struct str all = privacy_original(p, ev);

	if (!p->may_change)
		return;
	buf_clear(&p->text);
	if (unread.n < all.n && unread.p + unread.n == all.p + all.n)
		buf_add(&p->text, str_first(all, all.n - unread.n));
	buf_add(&p->text, LEFT_OUT);
	set_message(p, ev, buf_str(&p->text));
}

/* A field that a patient's label names, without the label in its text. */
static bool
hide_by_name(struct privacy *p, struct event *ev, struct value *v,
    const struct pseudonym_key *key)
{
	enum patient_part part;

	if (field_is_ecs(v->field) || v->kind == VALUE_NULL)
		return false;
	part = patient_field(
	    v->field == FIELD_NONE ? v->name : field_name(ev->table, v->field));
	if (part == PATIENT_NOTHING)
		return false;
	buf_clear(&p->text);
	if (patient_hide_value(key, part, v->text, &p->text) == 0)
		return false;
	v->text = arena_dup(ev->scratch, buf_str(&p->text));
	v->kind = VALUE_TEXT;
	return true;
}

/* Structured data, and what was unescaped: an audit message in a field. */
static void
hide_in_values(struct privacy *p, struct event *ev,
    const struct member *member)
{
	const struct pseudonym_key *key = privacy_key(p, member);

	for (uint16_t i = 0; i < ev->count; i++) {
		struct value *v = &ev->values[i];

		if (was_seen(p, v->text) || hide_by_name(p, ev, v, key) ||
		    !redact_may_change(v->text))
			continue;
		buf_clear(&p->text);
		if (redactor_run(p->redactor, key, v->text, &p->text) == 0)
			continue;
		v->text = arena_dup(ev->scratch, buf_str(&p->text));
		if (v->field == FIELD_MESSAGE)
			ev->message = v->text;
	}
}

static struct str
replaced(struct privacy *p, struct event *ev, struct str s,
    const struct pseudonym_key *key)
{
	buf_clear(&p->text);
	(void)pseudonym_text(key, s, &p->text);
	return arena_dup(ev->scratch, buf_str(&p->text));
}

/*
 * Nearly always not, and then nobody looks at the values: their digits stand
 * in the line, unless an escape (JSON, XML) stood for them.
 */
static bool
may_have_matricule(const struct privacy *p, struct str raw)
{
	size_t n;

	if (raw.n == 0)
		return false;
	return p->closely || pseudonym_find(raw, 0, &n) != SIZE_MAX ||
	    (memchr(raw.p, '&', raw.n) != NULL &&
		text_has(raw, STR("&#")));
}

/* A number of eleven digits, or one of 18xx, is a matricule where its label says
 * so; the label may be the field's name. *n: its bytes before the text. */
static struct str
with_label(const struct event *ev, const struct value *v, size_t *n)
{
	static const struct str label = STR_INIT("matricule");
	struct str name = v->field == FIELD_NONE
	    ? v->name : field_name(ev->table, v->field);

	*n = 0;
	if ((v->text.n != 11 && v->text.n != 13) || name.n < label.n ||
	    !str_eq_nocase(str_skip(name, name.n - label.n), label))
		return v->text;
	*n = label.n + 1;
	return arena_printf(ev->scratch, "%.*s=%.*s", STR_ARG(label),
	    STR_ARG(v->text));
}

struct str
privacy_decoded(struct privacy *p, struct event *ev,
    const struct member *member, struct str code, struct str text)
{
	const struct pseudonym_key *key = privacy_key(p, member);
	struct str out = text;
	size_t at, n;

	buf_clear(&p->text);
	if (redact_may_change(out) &&
	    redactor_run(p->redactor, key, out, &p->text) > 0)
		out = arena_dup(ev->scratch, buf_str(&p->text));
	if (pseudonym_find(out, 0, &n) != SIZE_MAX)
		out = replaced(p, ev, out, key);
	if (out.p == text.p)
		return text;
	at = str_find(ev->message, code);
	if (at != SIZE_MAX) {
		buf_clear(&p->text);
		buf_add(&p->text, str_first(ev->message, at));
		buf_add(&p->text, LEFT_OUT);
		buf_add(&p->text, str_skip(ev->message, at + code.n));
		set_message(p, ev, buf_str(&p->text));
	}
	return out;
}

void
privacy_finish(struct privacy *p, struct event *ev,
    const struct member *member)
{
	bool message = false;
	size_t n;

	if (p->may_change) {
		privacy_hide(p, ev, member);
		hide_in_values(p, ev, member);
	}
	if (!may_have_matricule(p, ev->raw))
		return;
	for (uint16_t i = 0; i < ev->count; i++) {
		struct value *v = &ev->values[i];
		size_t label;
		struct str text = v->text.n < 11 ? STR_NONE
						 : with_label(ev, v, &label);

		if (text.n == 0 || pseudonym_find(text, 0, &n) == SIZE_MAX)
			continue;
		message |= v->field == FIELD_MESSAGE;
		v->text = str_skip(replaced(p, ev, text,
		    privacy_key(p, member)), label);
		v->kind = VALUE_TEXT;
	}
	if (message)
		ev->message = event_get(ev, FIELD_MESSAGE);
	else if (pseudonym_find(ev->message, 0, &n) != SIZE_MAX)
		ev->message =
		    replaced(p, ev, ev->message, privacy_key(p, member));
}

bool
format_dicom(struct decoder *d, struct str s)
{
	struct privacy *p = d->n->privacy;
	const struct pseudonym_key *key =
	    privacy_key(p, d->n->origin->member);
	struct audit *a;

	if (p->dicom == NULL)
		p->dicom = dicom_reader_new();
	a = dicom_read(p->dicom, d->ev->scratch, s);
	if (a == NULL)
		return false;
	d->limit |= a->limit;
	if (a->refused)
		reason_add(d->ev, STR("doctype"));
	buf_clear(&p->text);
	(void)dicom_redact(p->dicom, key, &p->text);
	set_message(p, d->ev, buf_str(&p->text));
	if (a->refused)
		return false;
	audit_emit(d->n, d->ev, a, key);
	return true;
}

bool
format_fhir(struct decoder *d, struct str s)
{
	struct privacy *p = d->n->privacy;
	const struct pseudonym_key *key =
	    privacy_key(p, d->n->origin->member);
	bool truncated;
	size_t more = 0;
	struct json_node *event,
	    *root = fhir_parse(d->n->json, d->ev->scratch, s, &truncated);

	if (root == NULL)
		leave_out(p, d->ev, s);
	event = fhir_event_of(root, &more);
	if (event == NULL)
		return false;
	if (more > 0) {
		reason_add(d->ev, STR("more-records"));
		STAT_ADD(more_records, more);
	}
	p->closely = true;
	if (p->audit == NULL)
		p->audit = mem_get_zero(1, sizeof(*p->audit));
	fhir_read(event, d->ev->scratch, p->audit);
	p->audit->truncated = truncated;
	d->limit |= p->audit->limit;
	buf_clear(&p->text);
	fhir_redact(event, p->audit, key, &p->text);
	if (truncated)
		buf_add(&p->text, LEFT_OUT);
	set_message(p, d->ev, buf_str(&p->text));
	audit_emit(d->n, d->ev, p->audit, key);
	return true;
}

bool
format_epic(struct decoder *d, struct str s)
{
	struct privacy *p = d->n->privacy;
	const struct pseudonym_key *key =
	    privacy_key(p, d->n->origin->member);
	size_t at = epic_find(s);

	/* Within JSON its tabs are escapes. */
	if (at == SIZE_MAX || str_find_char(str_first(s, at), '{') != SIZE_MAX)
		return false;
	s = str_skip(s, at);
	if (p->audit == NULL)
		p->audit = mem_get_zero(1, sizeof(*p->audit));
	epic_emit(d->n, d->ev, s, p->audit, key);
	d->limit |= p->audit->limit;
	buf_clear(&p->text);
	(void)epic_redact(key, s, &p->text);
	set_message(p, d->ev, buf_str(&p->text));
	return true;
}
