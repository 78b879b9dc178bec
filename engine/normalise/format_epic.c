/*
 * One walk for both uses. It cuts the text into pieces: marks that are copied
 * (tags, keys), marks that are not, and values with their names. XML: a value
 * is what stands between tags, its name the element's, or that of the
 * <Mnemonic> around a <Value>. CEF and LEEF: the value of a key ends where the
 * next key begins. A piece that is cut or of no known form is not copied.
 */
#include "engine/normalise/format_epic.h"

#include "engine/base/ip.h"
#include "engine/base/text.h"
#include "engine/normalise/epic_names.h"
#include "engine/normalise/work.h"
#include "engine/normalise/xml_text.h"

#define MAX_PIECES 4096 /* what stands behind them is not copied */

enum epic_piece { PIECE_MARK, PIECE_HIDDEN, PIECE_VALUE };

struct walk {
	struct str s;
	size_t at;
	size_t n; /* pieces so far */
	bool xml;
	bool portal;     /* who acts is a patient (MyChart) */
	struct str name; /* of the element or key */
	struct str mnemonic;
};

static const struct str vendor = STR_INIT("|Epic|Security-SIEM|");

/* --- names ------------------------------------------------------------- */

struct str
epic_plain(struct str name, char out[EPIC_KEY])
{
	size_t n = 0;

	for (size_t i = 0; i < name.n && n < EPIC_KEY; i++) {
		char c = name.p[i];

		if (c == '_' || c == ' ' || c == '-')
			continue;
		out[n++] = c >= 'a' && c <= 'z' ? (char)(c - 32) : c;
	}
	return str_make(out, n);
}

static enum epic_class
class_of(const struct walk *w)
{
	char text[EPIC_KEY];
	struct str name = w->name;

	if (w->xml && w->mnemonic.n > 0)
		name = str_eq(name, STR("Value")) ? w->mnemonic : STR_NONE;
	name = epic_plain(name, text);
	return epic_class_of(name, w->portal);
}

/* --- XML --------------------------------------------------------------- */

static size_t
name_length(struct str s)
{
	size_t n = 0;

	while (n < s.n && (char_is_alnum(s.p[n]) || s.p[n] == '_'))
		n++;
	return n <= EPIC_KEY ? n : 0;
}

/* Length of the tag at s, or of the comment or the like, which is never
 * copied; SIZE_MAX when it does not end. */
static size_t
tag_length(struct str s)
{
	struct str end = STR(">");
	size_t n;

	if (s.n > 1 && s.p[1] == '!') {
		if (has_prefix(s, STR("<!--")))
			end = STR("-->");
		else if (has_prefix(s, STR("<![CDATA[")))
			end = STR("]]>");
	}
	n = end.n == 1 ? str_find_char(s, '>') : str_find(s, end);
	return n == SIZE_MAX ? n : n + end.n;
}

/* " Name="IP"" behind "<Mnemonic"; the name in it. */
static bool
read_mnemonic(struct str s, struct str *name)
{
	struct str t = str_trim(s);
	size_t n;

	if (!str_has_prefix(t, STR("Name=\"")))
		return false;
	t = str_skip(t, 6);
	n = name_length(t);
	*name = str_first(t, n);
	return n > 0 && str_eq(str_skip(t, n), STR("\""));
}

static enum epic_piece
read_tag(struct walk *w, struct str tag)
{
	struct str inside = str_make(tag.p + 1, tag.n - 2), name;
	bool closes = inside.n > 0 && inside.p[0] == '/';
	size_t n;

	if (closes)
		inside = str_skip(inside, 1);
	n = name_length(inside);
	name = str_first(inside, n);
	inside = str_trim(str_skip(inside, n));
	if (closes) {
		w->name = STR_NONE;
		if (str_eq(name, STR("Mnemonic")))
			w->mnemonic = STR_NONE;
		return n > 0 && inside.n == 0 ? PIECE_MARK : PIECE_HIDDEN;
	}
	w->name = name;
	if (n == 0)
		return PIECE_HIDDEN;
	if (str_eq(name, STR("Mnemonic"))) {
		w->mnemonic = STR("?");
		return read_mnemonic(inside, &w->mnemonic) ? PIECE_MARK
							   : PIECE_HIDDEN;
	}
	return inside.n == 0 || str_eq(inside, STR("/")) ? PIECE_MARK
							 : PIECE_HIDDEN;
}

static enum epic_piece
next_xml(struct walk *w, struct str *out)
{
	struct str rest = str_skip(w->s, w->at);
	size_t n;

	if (rest.p[0] != '<') {
		n = str_find_char(rest, '<');
		*out = str_first(rest, n);
		w->at += out->n;
		return str_trim(*out).n == 0 ? PIECE_MARK : PIECE_VALUE;
	}
	n = tag_length(rest);
	*out = str_first(rest, n);
	w->at += out->n;
	if (n == SIZE_MAX)
		return PIECE_HIDDEN;
	if (has_prefix(*out, STR("<?xml version=")) && n <= EPIC_KEY)
		return PIECE_MARK;
	return read_tag(w, *out);
}

/* --- CEF and LEEF ------------------------------------------------------ */

/* Length of "key=" or "key =" at s, 0: none. */
static size_t
key_length(struct str s)
{
	size_t n = 0;

	while (n < s.n && n < EPIC_KEY &&
	    (char_is_alnum(s.p[n]) || s.p[n] == '_' || s.p[n] == '.'))
		n++;
	if (n == 0)
		return 0;
	if (n + 1 < s.n && s.p[n] == ' ' && s.p[n + 1] == '=')
		return n + 2;
	return n < s.n && s.p[n] == '=' ? n + 1 : 0;
}

static bool
is_between(char c)
{
	return c == ' ' || c == '\t' || c == '^' || c == '|';
}

/* Offset of the next key in s that stands behind a separator, or s.n. */
static size_t
find_key(struct str s)
{
	for (size_t i = 1; i < s.n; i++) {
		if (is_between(s.p[i - 1]) && !is_between(s.p[i]) &&
		    key_length(str_skip(s, i)) > 0)
			return i;
		/* A long word without a separator holds no key. */
		while (i < s.n && !is_between(s.p[i]))
			i++;
	}
	return s.n;
}

static enum epic_piece
next_pair(struct walk *w, struct str *out)
{
	struct str rest = str_skip(w->s, w->at);
	size_t n = key_length(rest), end;

	if (w->name.n > 0) { /* its value */
		end = find_key(rest);
		while (end > 0 && is_between(rest.p[end - 1]))
			end--;
		if (end > 0) {
			*out = str_first(rest, end);
			w->at += end;
			return PIECE_VALUE;
		}
		w->name = STR_NONE;
	}
	if (n == 0 && is_between(rest.p[0])) {
		for (n = 0; n < rest.n && is_between(rest.p[n]);)
			n++;
		*out = str_first(rest, n);
		w->at += n;
		return PIECE_MARK;
	}
	if (n == 0) {
		n = find_key(rest);
		*out = str_first(rest, n);
		w->at += n;
		return PIECE_HIDDEN;
	}
	w->name = str_trim(str_first(rest, n - 1));
	*out = str_first(rest, n);
	w->at += n;
	return PIECE_MARK;
}

/* --- the walk ---------------------------------------------------------- */

static bool
next(struct walk *w, enum epic_piece *piece, struct str *out)
{
	if (w->at >= w->s.n)
		return false;
	if (w->n++ == MAX_PIECES) {
		*piece = PIECE_HIDDEN;
		*out = str_skip(w->s, w->at);
		w->at = w->s.n;
		return true;
	}
	if (w->xml) {
		*piece = next_xml(w, out);
		return true;
	}
	*piece = next_pair(w, out);
	return true;
}

/* Behind the value: the next piece is a key again. */
static void
value_done(struct walk *w)
{
	if (!w->xml)
		w->name = STR_NONE;
}

/* Parts of the header of CEF (7 bars) and LEEF (5). */
static struct str
header_part(struct str s, size_t i)
{
	struct str part = STR_NONE;

	for (size_t k = 0; k <= i; k++) {
		if (!str_cut(s, '|', &part, &s))
			return k == i ? part : STR_NONE;
	}
	return part;
}

static size_t
header_length(struct str s)
{
	size_t bars = s.p[0] == 'C' ? 7 : 5, at = 0;

	while (bars > 0) {
		size_t n = str_find_char(str_skip(s, at), '|');

		if (n == SIZE_MAX)
			return s.n;
		at += n + 1;
		bars--;
	}
	return at;
}

bool
epic_is_portal(struct str id)
{
	return str_has_prefix_nocase(id, STR("WPSEC")) ||
	    str_has_prefix_nocase(id, STR("MYC"));
}

static struct str
event_id(struct str s, bool xml)
{
	static const struct str open = STR_INIT("<E1Mid>");
	size_t at;
	struct str id, rest;

	if (!xml)
		return header_part(s, 4);
	at = str_find(s, open);
	if (at == SIZE_MAX)
		return STR_NONE;
	(void)str_cut(str_skip(s, at + open.n), '<', &id, &rest);
	return str_trim(id);
}

static struct walk
start(struct str s)
{
	struct walk w = {.s = s,
	    .xml = !str_has_prefix(s, STR("CEF:")) &&
		!str_has_prefix(s, STR("LEEF:"))};

	w.portal = epic_is_portal(event_id(s, w.xml));
	if (!w.xml)
		w.at = header_length(s);
	return w;
}

size_t
epic_find(struct str s)
{
	static const struct str marks[] = {STR_INIT("CEF:"), STR_INIT("LEEF:")};
	size_t at, behind;

	if (str_find(s, STR("<E1Mid>")) != SIZE_MAX) {
		at = str_find(s, STR("<?xml"));
		if (at == SIZE_MAX)
			at = str_find(s, STR("<EventLog"));
		return at == SIZE_MAX ? str_find(s, STR("<E1Mid>")) : at;
	}
	/* The rest of one that was cut: all of it but the PRI. */
	if (str_find(s, STR("</Mnemonic>")) != SIZE_MAX) {
		at = s.p[0] == '<' ? str_find_char(str_first(s, 6), '>')
				   : SIZE_MAX;
		return at != SIZE_MAX && char_is_digit(s.p[1]) ? at + 1 : 0;
	}
	behind = str_find(s, vendor);
	if (behind == SIZE_MAX)
		return SIZE_MAX;
	for (size_t i = 0; i < 2; i++) {
		at = str_find(s, marks[i]);
		if (at != SIZE_MAX && at < behind)
			return at;
	}
	return SIZE_MAX;
}

/* --- pseudonyms -------------------------------------------------------- */

/* "Z1^DOE,JANE" and "Z1 - DOE,JANE" are Z1. */
static struct str
id_of(struct str value)
{
	size_t n = 0;

	value = str_trim(value);
	if (str_find_char(value, '^') != SIZE_MAX)
		return value;
	while (n < value.n && value.p[n] != ' ' && value.p[n] != '\t')
		n++;
	return str_first(value, n);
}

struct str
epic_pseudonym(const struct pseudonym_key *key, enum epic_class class,
    struct str value, char out[PSEUDONYM_TEXT])
{
	return pseudonym_make_cx(key,
	    class == CLASS_ENCOUNTER ? PSEUDONYM_ENCOUNTER : PSEUDONYM_PATIENT,
	    id_of(value), out);
}

size_t
epic_redact(const struct pseudonym_key *key, struct str s, struct buf *out)
{
	struct walk w = start(s);
	size_t changes = 0;
	enum epic_piece piece;
	struct str text;

	buf_add(out, str_first(s, w.at));
	while (next(&w, &piece, &text)) {
		enum epic_class class = piece == PIECE_VALUE ? class_of(&w)
		    : piece == PIECE_MARK                    ? CLASS_SHOWN
							     : CLASS_HIDDEN;
		char pseudonym[PSEUDONYM_TEXT];

		if (piece == PIECE_VALUE)
			value_done(&w);
		if (class == CLASS_SHOWN || class == CLASS_STAFF) {
			buf_add(out, text);
			continue;
		}
		buf_add(out,
		    class == CLASS_HIDDEN
			? LEFT_OUT
			: epic_pseudonym(key, class, text, pseudonym));
		changes++;
	}
	return changes;
}

/* --- fields ------------------------------------------------------------ */

/* "113^DOE, JANE^JDOE", in LEEF "113-DOE, JANE-JDOE". */
static void
read_staff(
    struct str value, struct str *id, struct str *full, struct str *login)
{
	char mark = str_find_char(value, '^') != SIZE_MAX ? '^' : '-';
	struct str rest;

	*full = *login = STR_NONE;
	if (!str_cut(value, mark, id, &rest) ||
	    !str_cut(rest, mark, full, login)) {
		*id = STR_NONE;
		*full = STR_NONE;
		*login = value;
	}
	*id = str_trim(*id);
	*full = str_trim(*full);
	*login = str_trim(*login);
}

/* Of "10.0.0.1/192.0.2.7" the last: the client behind the server. */
static struct str
address_of(struct str value)
{
	size_t at = str_find_last_char(value, '/');

	return str_trim(at == SIZE_MAX ? value : str_skip(value, at + 1));
}

static void
add_object(struct audit *a, struct str value, enum epic_class class)
{
	if (value.n == 0)
		return;
	if (a->n_objects == AUDIT_MAX_OBJECTS) {
		a->limit = true;
		return;
	}
	a->objects[a->n_objects++] = (struct audit_object){
	    .id = id_of(value),
	    .type = STR("1"),
	    .role = class == CLASS_PATIENT ? STR("1") : STR_NONE,
	    .id_type = {.code = class == CLASS_ENCOUNTER ? STR("3") : STR_NONE},
	};
}

struct facts {
	struct str who, ldap, ip, peer, date, time, stamp;
	struct audit_codes roles;
};

/* Names that are fields of their own; the others are epic.<name>. */
static bool
take_fact(struct facts *f, struct event *ev, struct str name, struct str value)
{
	static const struct {
		struct str name;
		size_t at;
	} facts[] = {
	    {STR_INIT("EMPID"),       offsetof(struct facts, who)  },
	    {STR_INIT("SUSER"),       offsetof(struct facts, who)  },
	    {STR_INIT("USRNAME"),     offsetof(struct facts, who)  },
	    {STR_INIT("LOGINLDAPID"), offsetof(struct facts, ldap) },
	    {STR_INIT("UID"),         offsetof(struct facts, ldap) },
	    {STR_INIT("IP"),          offsetof(struct facts, ip)   },
	    {STR_INIT("SRC"),         offsetof(struct facts, ip)   },
	    {STR_INIT("CLNTPEERIP"),  offsetof(struct facts, peer) },
	    {STR_INIT("DATE"),        offsetof(struct facts, date) },
	    {STR_INIT("TIME"),        offsetof(struct facts, time) },
	    {STR_INIT("RT"),          offsetof(struct facts, stamp)},
	    {STR_INIT("DEVTIME"),     offsetof(struct facts, stamp)},
	};

	for (size_t i = 0; i < sizeof(facts) / sizeof(*facts); i++) {
		struct str *to;

		if (!str_eq(name, facts[i].name))
			continue;
		to = (struct str *)(void *)((char *)f + facts[i].at);
		if (to->n == 0)
			*to = value;
		return true;
	}
	if (str_eq(name, STR("ROLE")) && f->roles.n < AUDIT_MAX_CODES) {
		f->roles.items[f->roles.n++].code = value;
		return true;
	}
	if (!str_eq(name, STR("LOGINERROR")) && !str_eq(name, STR("ERRMSG")) &&
	    !str_eq(name, STR("BTGNOACCESSREAS")))
		return false;
	event_append_name(ev, STR("event.reason"), value, VALUE_TEXT);
	return true;
}

static void
add_named(struct event *ev, struct str name, struct str value)
{
	char *key;

	if (ev->count >= DECODE_MAX_FIELDS)
		return;
	key = arena_text(ev->scratch, name.n + 5);
	memcpy(key, "epic.", 5);
	for (size_t i = 0; i < name.n; i++)
		key[5 + i] = char_lower(name.p[i]);
	event_append_name(ev, str_make(key, name.n + 5), value, VALUE_TEXT);
}

static void
emit_who(struct event *ev, const struct facts *f, struct audit *a, bool portal)
{
	struct audit_participant *p = &a->participants[a->n_participants++];
	struct str id, full, login;
	struct ip ip;

	read_staff(str_trim(f->who), &id, &full, &login);
	*p = (struct audit_participant){.id = f->ldap.n > 0 ? f->ldap : login,
	    .name = full,
	    .requestor = STR("true"),
	    .roles = f->roles,
	    .is_patient = portal};
	if (p->id.n == 0)
		p->id = id;
	if (ip_parse(address_of(f->ip), &ip))
		p->access_point = address_of(f->ip);
	else if (ip_parse(address_of(f->peer), &ip))
		p->access_point = address_of(f->peer);
	if (id.n > 0 && !portal)
		event_append_name(ev, STR("epic.emp_id"), id, VALUE_TEXT);
}

static struct str
copy(struct event *ev, struct str s)
{
	return arena_dup(ev->scratch, str_first(s, AUDIT_MAX_TEXT));
}

void
epic_emit(struct normaliser *n, struct event *ev, struct str s, struct audit *a,
    const struct pseudonym_key *key)
{
	struct walk w = start(s);
	struct facts f = {0};
	struct str text, id = event_id(s, w.xml);
	enum epic_piece piece;

	audit_begin(a, ev->scratch);
	if (id.n > 0)
		event_put(ev, FIELD_EVENT_CODE, copy(ev, id), VALUE_TEXT);
	while (next(&w, &piece, &text)) {
		char plain_name[EPIC_KEY];
		enum epic_class class;
		struct str name;

		if (piece != PIECE_VALUE)
			continue;
		class = class_of(&w);
		name = epic_plain(w.xml && w.mnemonic.n > 0 ? w.mnemonic : w.name,
		    plain_name);
		value_done(&w);
		text = xml_text(ev->scratch, str_trim(text));
		if (class == CLASS_PATIENT && w.portal &&
		    take_fact(&f, ev, name, copy(ev, text)))
			continue;
		if (class == CLASS_PATIENT || class == CLASS_ENCOUNTER)
			add_object(a, copy(ev, text), class);
		else if (class != CLASS_HIDDEN && text.n > 0 &&
		    !str_eq(name, STR("E1MID")) &&
		    !take_fact(&f, ev, name, copy(ev, text)))
			add_named(ev, name, copy(ev, text));
	}
	a->limit |= ev->count >= DECODE_MAX_FIELDS;
	emit_who(ev, &f, a, w.portal);
	if (f.date.n > 0)
		a->time = arena_printf(
		    ev->scratch, "%.*s %.*s", STR_ARG(f.date), STR_ARG(f.time));
	else
		a->time = f.stamp;
	audit_emit(n, ev, a, key);
}
