/* The header's parts into the event's fields. */
#include "engine/normalise/emit.h"

#include "engine/base/json.h"
#include "engine/base/stats.h"
#include "engine/normalise/work.h"

/* Each is compared with those before it. */
#define SD_MAX_PARAMS 128

/* Facilities and severities as text, so that none is made per line. */
static const char numbers[24][3] = {"0", "1", "2", "3", "4", "5", "6", "7",
    "8", "9", "10", "11", "12", "13", "14", "15", "16", "17", "18", "19",
    "20", "21", "22", "23"};

static struct str
number(unsigned v)
{
	return str_make(numbers[v], v < 10 ? 1 : 2);
}

static void
put_text(struct event *ev, field_id field, struct str s)
{
	if (s.n > 0)
		event_put(ev, field, s, VALUE_TEXT);
}

/* As put_text(), where the event is new: there is room and the field is not
 * set. */
static inline void
write_text(struct event_pen *pen, field_id field, struct str s)
{
	if (s.n > 0)
		event_pen_put(pen, field, s, VALUE_TEXT);
}

/* The digits stand in the line, behind "<", nearly always; else they are
 * made. */
static struct str
pri_text(struct event *ev, const struct header *h)
{
	size_t n = h->pri < 10 ? 1 : h->pri < 100 ? 2 : 3;
	struct str line = ev->raw;
	char *digits;

	if (h->has_pri && line.n > 4 && line.p[0] == '<' &&
	    line.p[n + 1] == '>' && line.p[n] - '0' == h->pri % 10)
		return str_make(line.p + 1, n);
	digits = arena_text(ev->scratch, n);
	for (unsigned i = (unsigned)n, v = h->pri; i > 0; v /= 10)
		digits[--i] = (char)('0' + v % 10);
	return str_make(digits, n);
}

static void
emit_pri(struct event *ev, struct event_pen *pen, const struct header *h)
{
	event_pen_put(pen, FIELD_LOG_SYSLOG_PRIORITY, pri_text(ev, h),
	    VALUE_NUMBER);
	event_pen_put(pen, FIELD_LOG_SYSLOG_FACILITY_CODE,
	    number(h->pri >> 3), VALUE_NUMBER);
	event_pen_put(pen, FIELD_LOG_SYSLOG_SEVERITY_CODE,
	    number(h->pri & 7), VALUE_NUMBER);
}

static void
emit_cisco(struct event *ev, const struct packs *packs,
    const struct header *h)
{
	uint64_t sequence;

	if (!h->is_cisco)
		return;
	/* RFC 3164's TAG is the whole mark, where there is no other. */
	if (h->appname.n == 0 && h->facility.n > 0)
		put_text(ev, FIELD_LOG_SYSLOG_APPNAME,
		    str_make(h->facility.p - 1, (size_t)(h->mnemonic.p +
				 h->mnemonic.n - h->facility.p) + 1));
	put_text(ev, packs->cisco_facility, h->facility);
	put_text(ev, packs->cisco_severity, h->severity);
	put_text(ev, packs->cisco_mnemonic, h->mnemonic);
	put_text(ev, packs->cisco_node, h->node);
	put_text(ev, FIELD_EVENT_CODE, h->mnemonic);
	if (h->severity.n > 0)
		event_put(ev, FIELD_EVENT_SEVERITY, h->severity,
		    VALUE_NUMBER);
	if (str_to_u64(h->sequence, &sequence))
		event_put_u64(ev, FIELD_EVENT_SEQUENCE, sequence);
}

static struct str
unescaped(struct event *ev, const struct sd_param *p)
{
	char *out;
	size_t n = 0;

	if (!p->escaped)
		return p->value;
	out = arena_text(ev->scratch, p->value.n);
	for (size_t i = 0; i < p->value.n; i++) {
		char next = i + 1 < p->value.n ? p->value.p[i + 1] : '\0';

		/* RFC 5424 section 6.3.3: only these three; before others
		 * the backslash is one. */
		if (p->value.p[i] == '\\' &&
		    (next == '"' || next == '\\' || next == ']'))
			i++;
		out[n++] = p->value.p[i];
	}
	return str_make(out, n);
}

static void
emit_param(struct event *ev, const struct sd_param *p, struct str value)
{
	static const struct str prefix =
	    STR_INIT("log.syslog.structured_data.");
	size_t n = prefix.n + p->id.n + 1 + p->name.n;
	char *name = arena_text(ev->scratch, n);

	memcpy(name, prefix.p, prefix.n);
	memcpy(name + prefix.n, p->id.p, p->id.n);
	name[prefix.n + p->id.n] = '.';
	memcpy(name + n - p->name.n, p->name.p, p->name.n);
	event_append_name(ev, str_make(name, n), value, VALUE_TEXT);
}

/* As fields, and whole: ECS has log.syslog.structured_data, an object, which
 * a flat event keeps as JSON text. */
static void
emit_sd(struct event *ev, const struct packs *packs, const struct header *h,
    struct buf *text)
{
	struct str rest = h->sd, id = STR_NONE, last = STR_NONE;
	struct sd_param p;
	size_t params = 0;
	struct json j;

	if (h->sd.n == 0)
		return;
	buf_clear(text);
	j = json_to(text);
	json_open(&j);
	while (header_sd_next(&rest, &id, &p)) {
		struct str value = unescaped(ev, &p);

		if (params++ < SD_MAX_PARAMS)
			emit_param(ev, &p, value);
		if (p.id.p != last.p) {
			if (last.n > 0)
				json_close(&j);
			json_key(&j, p.id);
			json_open(&j);
			last = p.id;
		}
		json_key(&j, p.name);
		json_str(&j, value);
	}
	if (last.n > 0)
		json_close(&j);
	json_close(&j);
	if (params > SD_MAX_PARAMS) {
		reason_add(ev, STR("decode-limit"));
		STAT_ADD(decode_limit, 1);
	}
	if (!text->full)
		event_put(ev, packs->structured_data,
		    arena_dup(ev->scratch, buf_str(text)), VALUE_TEXT);
}

static bool
is_pid(struct str s)
{
	if (s.n == 0 || s.n > 10 || (s.p[0] == '0' && s.n > 1))
		return false;
	for (size_t i = 0; i < s.n; i++) {
		if (!char_is_digit(s.p[i]))
			return false;
	}
	return true;
}

static const struct {
	struct str name;
} form_names[] = {
    [HEADER_BARE] = {STR_INIT("none")},
    [HEADER_RFC3164] = {STR_INIT("rfc3164")},
    [HEADER_RFC5424] = {STR_INIT("rfc5424")},
};

static struct str
cisco_name(const struct header *h)
{
	if (h->node.n > 0)
		return STR("iosxr");
	return h->is_nxos ? STR("nxos") : STR("cisco");
}

/* What stands in no fixed place. */
static void
emit_rest(struct event *ev, const struct packs *packs, const struct header *h,
    struct buf *text)
{
	emit_cisco(ev, packs, h);
	emit_sd(ev, packs, h, text);
	if (h->repeated > 0)
		event_put_u64(ev, packs->repeated, h->repeated);
	put_text(ev, FIELD_HOST_IP, h->address);
	put_text(ev, FIELD_LOG_LEVEL, h->level);
	put_text(ev, FIELD_MESSAGE, h->message);
}

void
header_emit(struct event *ev, const struct packs *packs,
    const struct header *h, struct buf *text)
{
	struct event_pen pen = event_pen(ev);

	emit_pri(ev, &pen, h);
	write_text(&pen, FIELD_LOG_SYSLOG_VERSION, h->version);
	write_text(&pen, FIELD_LOG_SYSLOG_HOSTNAME, h->hostname);
	write_text(&pen, FIELD_HOST_NAME, h->hostname);
	write_text(&pen, FIELD_HOST_HOSTNAME, h->hostname);
	write_text(&pen, FIELD_LOG_SYSLOG_APPNAME, h->appname);
	write_text(&pen, FIELD_PROCESS_NAME, h->appname);
	write_text(&pen, FIELD_LOG_SYSLOG_PROCID, h->procid);
	if (is_pid(h->procid))
		event_pen_put(&pen, FIELD_PROCESS_PID, h->procid,
		    VALUE_NUMBER);
	write_text(&pen, FIELD_LOG_SYSLOG_MSGID, h->msgid);
	write_text(&pen, FIELD_VIGIE_RELAY, h->relay);
	event_pen_done(ev, &pen);
	emit_rest(ev, packs, h, text);
	put_text(ev, FIELD_VIGIE_HEADER,
	    h->is_cisco ? cisco_name(h) : form_names[h->form].name);
}

static void
emit_program(struct event *ev, const struct header *h)
{
	put_text(ev, FIELD_LOG_SYSLOG_APPNAME, h->appname);
	put_text(ev, FIELD_PROCESS_NAME, h->appname);
	put_text(ev, FIELD_LOG_SYSLOG_PROCID, h->procid);
	if (is_pid(h->procid))
		event_put(ev, FIELD_PROCESS_PID, h->procid, VALUE_NUMBER);
	put_text(ev, FIELD_LOG_SYSLOG_MSGID, h->msgid);
}

void
header_emit_again(struct event *ev, const struct packs *packs,
    const struct header *h, struct buf *text)
{
	event_put_u64(ev, FIELD_LOG_SYSLOG_PRIORITY, h->pri);
	event_put(ev, FIELD_LOG_SYSLOG_FACILITY_CODE, number(h->pri >> 3),
	    VALUE_NUMBER);
	event_put(ev, FIELD_LOG_SYSLOG_SEVERITY_CODE, number(h->pri & 7),
	    VALUE_NUMBER);
	put_text(ev, FIELD_LOG_SYSLOG_HOSTNAME, h->hostname);
	put_text(ev, FIELD_HOST_NAME, h->hostname);
	put_text(ev, FIELD_HOST_HOSTNAME, h->hostname);
	emit_program(ev, h);
	put_text(ev, FIELD_VIGIE_RELAY, h->relay);
	emit_rest(ev, packs, h, text);
}
