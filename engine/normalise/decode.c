#include "engine/normalise/work.h"

#include "engine/base/hash.h"
#include "engine/base/json.h"
#include "engine/base/stats.h"
#include "engine/base/text.h"
#include "engine/base/utf8.h"
#include "engine/normalise/privacy.h"
#include "engine/patient/patient.h"

#define KEY_KNOWN_MAX 64 /* bytes; no field's key is longer */

static struct str
join(struct arena *arena, struct str a, struct str b)
{
	char *p = arena_text(arena, a.n + b.n);

	if (a.n > 0)
		memcpy(p, a.p, a.n);
	if (b.n > 0)
		memcpy(p + a.n, b.p, b.n);
	return str_make(p, a.n + b.n);
}

/* Of a path every end counts, the longest first: a.b.src_ip, b.src_ip. */
static const struct target *
find_loose(const struct pack *pack, struct str key)
{
	char text[LOOSE_MAX];
	const struct target *t = map_get(&pack->loose, loose_key(key, text));
	size_t dot;

	while (t == NULL) {
		t = map_get(&pack->inner, loose_key(key, text));
		dot = str_find_char(key, '.');
		if (dot == SIZE_MAX)
			break;
		key = str_skip(key, dot + 1);
	}
	return t;
}

/* A name of ECS is no name of anything else; an alias may be. */
static field_id
ecs_field(const struct decoder *d, struct str key)
{
	field_id id = field_find(d->n->fields, key);

	return field_is_ecs(id) &&
	    str_eq(field_name(d->n->fields, id), key) ? id : FIELD_NONE;
}

bool
decode_knows(const struct decoder *d, struct str key)
{
	if (d->pack == NULL || key.n > KEY_KNOWN_MAX)
		return false;
	return map_get(&d->pack->fields, key) != NULL ||
	    (d->pack->decode.loose && (ecs_field(d, key) != FIELD_NONE ||
		find_loose(d->pack, key) != NULL));
}

/* What `key` is for this pack, from the tables of the generation. */
static void
resolve(struct decoder *d, struct str key, struct arena *arena,
    struct key_entry *e)
{
	*e = (struct key_entry){.key = key, .pack = d->pack};
	if (d->pack != NULL) {
		e->target = map_get(&d->pack->fields, key);
		if (e->target == NULL && d->pack->decode.loose) {
			e->field = ecs_field(d, key);
			if (e->field == FIELD_NONE)
				e->target = find_loose(d->pack, key);
		}
		if (e->target != NULL && e->target->n == 1) {
			e->field = e->target->fields[0];
			e->target = NULL;
		}
		if (e->target != NULL || e->field != FIELD_NONE)
			return;
	}
	e->name = d->prefix.n == 0 ? key : join(arena, d->prefix, key);
	e->field = field_find(d->n->fields, e->name);
}

/* The entry of the cache, or `spare` filled when the cache is full. */
static struct key_entry *
search(struct decoder *d, struct str key, struct key_entry *spare)
{
	struct normaliser *n = d->n;
	uint64_t hash = hash_bytes(key) ^
	    ((uint64_t)(uintptr_t)d->pack * 0x9e3779b97f4a7c15ull);
	size_t i;

	if (hash == 0)
		hash = 1;
	for (i = hash & (KEY_CACHE - 1); n->keys[i].hash != 0;
	     i = (i + 1) & (KEY_CACHE - 1)) {
		struct key_entry *e = &n->keys[i];

		if (e->hash == hash && e->pack == d->pack &&
		    str_eq(e->key, key))
			return e;
	}
	if (n->n_keys >= KEY_CACHE_MAX || key.n > 256) {
		resolve(d, arena_dup(d->ev->scratch, key), d->ev->scratch,
		    spare);
		spare->line = n->line; /* may have been there: look */
		return spare;
	}
	resolve(d, arena_dup(n->arena, key), n->arena, &n->keys[i]);
	n->keys[i].hash = hash;
	n->n_keys++;
	return &n->keys[i];
}

/* A device writes its keys in the same order line after line: what followed
 * the last key the last time is asked for before any table. */
static struct key_entry *
look_up(struct decoder *d, struct str key, struct key_entry *spare)
{
	struct key_entry *e = d->last == NULL ? NULL : d->last->follow;

	if (e == NULL || e->pack != d->pack || !same_text(e->key, key)) {
		e = search(d, key, spare);
		if (e == spare) {
			d->last = NULL;
			return e;
		}
		if (d->last != NULL)
			d->last->follow = e;
	}
	d->last = e;
	return e;
}

/* Without a slot, and first on this line: nothing to look for. */
static void
put_named(struct decoder *d, const struct key_entry *e, struct str value,
    enum value_kind kind)
{
	struct event *ev = d->ev;

	if (e->line == d->n->line || ev->count == ev->cap) {
		event_append_name(ev, e->name, value, kind);
		return;
	}
	ev->values[ev->count++] = (struct value){.text = value, .kind = kind,
	    .name = e->name};
}

/* Of several loose keys that mean the same field, the first has it. */
static bool
is_taken(struct decoder *d, field_id field)
{
	uint64_t *line = &d->n->slot_line[field];

	if (*line == d->n->line &&
	    (field == FIELD_TIMESTAMP || event_has(d->ev, field)))
		return true;
	*line = d->n->line;
	return false;
}

/* The source's own type: without a pack 10 and "10" are told apart, and a
 * number of JSON (1E5) is no text that only looks like one. */
static bool
is_typed(const struct decoder *d, field_id field, struct str value,
    enum value_kind kind)
{
	return d->pack == NULL ||
	    (kind == VALUE_NUMBER && d->n->how[field] == HOW_NUMBER &&
		json_is_number(value));
}

static void
put_slot(struct decoder *d, field_id field, struct str value,
    enum value_kind kind, bool again)
{
	if (d->pack != NULL && d->pack->decode.loose && !again &&
	    is_taken(d, field))
		return;
	/* "Nothing" in nearly all products, and no value in any. */
	if (d->pack != NULL && value.n == 1 && value.p[0] == '-')
		return;
	if (kind == VALUE_NULL) {
		event_put(d->ev, field, STR_NONE, VALUE_NULL);
	} else if (is_typed(d, field, value, kind)) {
		if (again)
			event_append(d->ev, field, value, kind);
		else
			event_put(d->ev, field, value, kind);
	} else if (again) {
		value_append(d->n, d->ev, field, value);
	} else {
		value_put(d->n, d->ev, field, value);
	}
}

static struct str
cut_value(struct decoder *d, struct str value)
{
	size_t n = DECODE_MAX_VALUE;

	if (value.n <= n)
		return value;
	d->limit = true;
	while (n > DECODE_MAX_VALUE - 4 && (value.p[n] & 0xc0) == 0x80)
		n--;
	return str_first(value, n);
}

/* "C:\\\\Windows", escaped twice by who wrote it. */
static struct str
halved(struct arena *arena, struct str s)
{
	char *out;
	size_t n = 0;

	if (!text_has(s, STR("\\\\")))
		return s;
	out = arena_text(arena, s.n);
	for (size_t i = 0; i < s.n; i++) {
		out[n++] = s.p[i];
		if (s.p[i] == '\\' && i + 1 < s.n && s.p[i + 1] == '\\')
			i++;
	}
	return str_make(out, n);
}

static bool
put_entry(struct decoder *d, struct key_entry *e, struct str value,
    enum value_kind kind, bool again)
{
	value = cut_value(d, value);
	if (d->pack != NULL && d->pack->decode.halved)
		value = halved(d->ev->scratch, value);
	if (again && d->no_override && e->flat)
		return true;
	if (e->target != NULL) {
		for (size_t i = 0; i < e->target->n; i++)
			put_slot(d, e->target->fields[i], value, kind, again);
	} else if (e->field != FIELD_NONE) {
		put_slot(d, e->field, value, kind, again);
	} else {
		put_named(d, e, value, kind);
	}
	e->line = d->n->line;
	e->flat = !d->no_override;
	return true;
}

bool
decode_put(struct decoder *d, struct str key, struct str value,
    enum value_kind kind)
{
	struct key_entry spare, *e;

	if ((value.n == 0 || kind == VALUE_NULL) && !d->keep_empty)
		return true;
	if (key.n == 0)
		return true;
	if (d->count++ >= DECODE_MAX_FIELDS) {
		d->limit = true;
		return false;
	}
	e = look_up(d, key, &spare);
	return put_entry(d, e, value, kind,
	    e->line == d->n->line && e != &spare);
}

bool
decode_put_known(struct decoder *d, struct key_entry *e, struct str value)
{
	if (value.n == 0 && !d->keep_empty)
		return true;
	if (d->count++ >= DECODE_MAX_FIELDS) {
		d->limit = true;
		return false;
	}
	d->last = e;
	return put_entry(d, e, value, VALUE_TEXT, e->line == d->n->line);
}

/* Numbers from 0 to "f" in structured data: \" \\ \] (RFC 5424 6.3.3). */
static struct str
unescape_sd(struct arena *arena, struct str s)
{
	char *out = arena_text(arena, s.n);
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\\' && i + 1 < s.n &&
		    (s.p[i + 1] == '"' || s.p[i + 1] == '\\' ||
			s.p[i + 1] == ']'))
			i++;
		out[n++] = s.p[i];
	}
	return str_make(out, n);
}

/* [patient@32473 id="4711"]: the element's name, which is no part of the
 * field's, says whose the id is. */
static struct str
without_patient(struct decoder *d, const struct sd_param *p, struct str value)
{
	struct patient_label label;
	struct buf out;

	if (patient_label_find(p->id, 0) != 0 ||
	    !patient_label_read(p->id, 0, &label) || !label.bare)
		return value;
	buf_init(&out, SIZE_MAX);
	if (patient_hide_value(
		privacy_key(d->n->privacy, d->n->origin->member),
		patient_label_word(p->name), value, &out) > 0)
		value = arena_dup(d->ev->scratch, buf_str(&out));
	buf_fini(&out);
	return value;
}

/* Elements of RFC 5424, section 7: they are about the message and its way,
 * not about what it says. */
static bool
is_about_message(struct str id)
{
	return str_eq(id, STR("origin")) || str_eq(id, STR("meta")) ||
	    str_eq(id, STR("timeQuality"));
}

bool
format_sd(struct decoder *d, const struct header *h)
{
	struct str rest = h->sd, id = STR_NONE;
	struct sd_param p;
	bool loose = d->pack->decode.loose, found = !loose && h->sd.n > 0;

	while (header_sd_next(&rest, &id, &p)) {
		struct str value;

		/* "ip" of an origin is no client's. */
		if (loose && is_about_message(p.id))
			continue;
		found = true;
		value = p.escaped
		    ? unescape_sd(d->ev->scratch, p.value) : p.value;

		decode_put(d, p.name, without_patient(d, &p, value),
		    VALUE_TEXT);
	}
	return found;
}

static bool
run_windows(struct decoder *d, struct str s)
{
	s = str_trim(s);
	if (s.n > 0 && s.p[0] == '{')
		return format_json(d, s);
	return format_windows_xml(d, s);
}

static bool
run_format(struct decoder *d, struct str s, const struct decode *o,
    const struct header *h)
{
	switch (o->format) {
	case DECODE_NONE:
		return true;
	case DECODE_JSON:
		return format_json(d, s);
	case DECODE_KV:
		return format_kv(d, s, o);
	case DECODE_CEF:
		return format_cef(d, s);
	case DECODE_LEEF:
		return format_leef(d, s);
	case DECODE_CSV:
		return format_csv(d, s, o);
	case DECODE_XML:
		return format_xml(d, s);
	case DECODE_DICOM:
		return format_dicom(d, s);
	case DECODE_FHIR:
		return format_fhir(d, s);
	case DECODE_EPIC:
		return format_epic(d, s);
	case DECODE_WINDOWS:
		return run_windows(d, s);
	case DECODE_SD:
		return format_sd(d, h);
	case DECODE_AUDITD:
		return format_auditd(d, s);
	case DECODE_LABELS:
		return format_labels(d, s);
	}
	return false;
}

/* The object at `at`, also of a list, "[{...}]": of several the first. */
static struct str
object_at(struct str s, size_t at)
{
	struct str before = str_trim(str_first(s, at));
	struct str object = str_trim(str_skip(s, at));

	if (before.n > 0 && before.p[before.n - 1] == '[' &&
	    object.p[object.n - 1] == ']')
		object.n--;
	return object;
}

/* Where JSON, CEF and LEEF begin when other text stands before them. */
static struct str
find_payload(const struct decode *o, struct str s)
{
	static const struct {
		enum decode_format format;
		struct str begins;
	} marks[] = {
	    {DECODE_JSON,    STR_INIT("{")    },
	    {DECODE_CEF,     STR_INIT("CEF:") },
	    {DECODE_LEEF,    STR_INIT("LEEF:")},
	    {DECODE_XML,     STR_INIT("<")    },
	    {DECODE_DICOM,   STR_INIT("<")    },
	    {DECODE_FHIR,    STR_INIT("{")    },
	};
	size_t at;

	if (o->starts.n > 0) {
		at = str_find(s, o->starts);
		return at == SIZE_MAX ? s : str_skip(s, at + o->starts.n);
	}
	for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++) {
		if (marks[i].format != o->format ||
		    str_has_prefix(s, marks[i].begins))
			continue;
		at = str_find(s, marks[i].begins);
		if (at == SIZE_MAX)
			return s;
		return object_at(s, at);
	}
	return s;
}

static struct str
text_of(const struct normaliser *n, const struct event *ev,
    const struct pack *pack)
{
	if (pack->decode.on != FIELD_MESSAGE)
		return event_get(ev, pack->decode.on);
	return n->whole || pack_reads_audit(pack)
	    ? privacy_original(n->privacy, ev) : ev->message;
}

bool
decode_run(struct normaliser *n, struct event *ev, const struct pack *pack,
    const struct header *h)
{
	struct decoder d = {.n = n, .ev = ev, .pack = pack,
	    .prefix = pack->decode.prefix};
	bool good = run_format(&d,
	    find_payload(&pack->decode, text_of(n, ev, pack)), &pack->decode,
	    h);
	struct str inner = event_get(ev, pack->decode.inner);

	if (good && inner.n > 0 && format_json(&d, inner))
		event_unset(ev, pack->decode.inner);
	if (d.limit) {
		reason_add(ev, STR("decode-limit"));
		STAT_ADD(decode_limit, 1);
	}
	return good;
}
