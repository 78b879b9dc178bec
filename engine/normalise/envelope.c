#include "engine/normalise/envelope.h"

#include "engine/normalise/emit.h"

/* A code that the pack gave, else what the outer header says. */
static unsigned
code(const struct event *ev, field_id field, unsigned most, unsigned outer)
{
	uint64_t v;

	return str_to_u64(event_get(ev, field), &v) && v <= most ? (unsigned)v
								 : outer;
}

/* Whole, or in two parts. */
static uint8_t
pri(const struct event *ev, const struct header *out)
{
	unsigned whole = code(ev, FIELD_LOG_SYSLOG_PRIORITY, 191, out->pri);

	if (whole != out->pri)
		return (uint8_t)whole;
	return (uint8_t)(code(ev, FIELD_LOG_SYSLOG_FACILITY_CODE, 23,
			     whole >> 3) << 3 |
	    code(ev, FIELD_LOG_SYSLOG_SEVERITY_CODE, 7, whole & 7));
}

/* Of the forwarder: what the line's program is the pack says. */
static void
take_program(struct event *ev)
{
	event_unset(ev, FIELD_PROCESS_NAME);
	event_unset(ev, FIELD_PROCESS_PID);
	event_unset(ev, FIELD_LOG_SYSLOG_MSGID);
}

/* A list of texts is none. */
static bool
is_line(const struct value *v)
{
	return v != NULL && v->next == 0 && v->kind == VALUE_TEXT &&
	    v->text.n > 0;
}

/* A relay took "%SYS-5-CONFIG_I: " or "%STKUNIT0-M:" for the tag; a letter for
 * the severity ("%SNMP-W-AUTH") is one in the line itself, too. */
static bool
is_mark(struct str s)
{
	size_t dash = str_find_char(s, '-');

	return s.n > 1 && s.p[0] == '%' && char_is_alpha(s.p[1]) &&
	    (dash == SIZE_MAX || dash + 2 >= s.n || s.p[dash + 2] != '-' ||
		char_is_digit(s.p[dash + 1]));
}

static struct str
with_mark(struct arena *arena, struct str mark, struct str line)
{
	bool blank = str_find_char(mark, '-') != str_find_last_char(mark, '-');
	char *out = arena_text(arena, mark.n + line.n + 2);
	size_t n = mark.n;

	memcpy(out, mark.p, n);
	out[n++] = ':';
	if (blank)
		out[n++] = ' ';
	memcpy(out + n, line.p, line.n);
	return str_make(out, n + line.n);
}

static void
open_line(struct normaliser *n, struct event *ev, const struct header *out,
    struct str line, struct header *in)
{
	*in = (struct header){
	    .pri = pri(ev, out),
	    .hostname = event_get(ev, FIELD_HOST_NAME),
	    .appname = event_get(ev, FIELD_PROCESS_NAME),
	    .procid = event_get(ev, FIELD_PROCESS_PID),
	    .msgid = event_get(ev, FIELD_LOG_SYSLOG_MSGID),
	};
	if (is_mark(in->appname)) {
		line = with_mark(ev->scratch, in->appname, line);
		in->appname = STR_NONE;
		event_unset(ev, FIELD_PROCESS_NAME);
	}
	header_enclosed(line, in);
	if (header_rejoin(ev->scratch, in))
		event_unset(ev, FIELD_PROCESS_NAME);
	if (out->hostname.n > 0 && in->relay.n == 0 &&
	    !str_eq(out->hostname, in->hostname))
		in->relay = out->hostname;
	ev->message = in->message;
	event_unset(ev, FIELD_MESSAGE);
	/* The forwarder's own, and its pack's. */
	event_unset(ev, FIELD_VIGIE_PATTERN);
	event_unset(ev, FIELD_LOG_SYSLOG_APPNAME);
	event_unset(ev, FIELD_LOG_SYSLOG_PROCID);
	header_emit_again(ev, n->packs, in, &n->text);
	if (in->has_stamp)
		event_time(n, ev, &in->stamp);
	privacy_message(n->privacy, ev->message);
}

static struct event_saved
save(const struct event *ev)
{
	struct event_saved s = {.count = ev->count, .time = ev->time,
	    .sent = ev->sent, .late = ev->late, .message = ev->message,
	    .source = ev->source};

	s.values = ARENA_ARRAY(ev->scratch, ev->count + 1u, struct value);
	s.firsts = ARENA_ARRAY(ev->scratch, ev->count + 1u, uint16_t);
	for (uint16_t i = 0; i < ev->count; i++) {
		s.values[i] = ev->values[i];
		s.firsts[i] = ev->first[ev->values[i].field];
	}
	return s;
}

void
envelope_undo(struct normaliser *n, struct event *ev,
    const struct event_saved *s)
{
	for (uint16_t i = 0; i < ev->count; i++)
		ev->first[ev->values[i].field] = 0;
	for (uint16_t i = 0; i < s->count; i++) {
		ev->values[i] = s->values[i];
		ev->first[ev->values[i].field] = s->firsts[i];
	}
	ev->count = s->count;
	ev->time = s->time;
	ev->sent = s->sent;
	ev->late = s->late;
	ev->message = s->message;
	ev->source = s->source;
	n->line++; /* no key was there yet */
}

static struct str
read_object(struct normaliser *n, struct event *ev, const struct pack *pack,
    const struct header *out)
{
	const struct value *v;

	take_program(ev);
	if (pack_run(n, ev, pack, out) == RUN_MISS ||
	    !is_line(v = event_value(ev, pack->envelope)))
		return STR_NONE;
	return v->text;
}

/* The line as it came, for the pack that knows how to hide what is in it;
 * what stands beside it only as it may be seen. */
static struct str
read_line(struct normaliser *n, struct event *ev, const struct pack *pack,
    const struct header *out)
{
	struct str message = ev->message, line, hidden;
	struct event_saved before;

	privacy_hide(n->privacy, ev, n->origin->member);
	if (ev->message.p == message.p)
		return read_object(n, ev, pack, out);
	before = save(ev);
	n->whole = true;
	line = read_object(n, ev, pack, out);
	n->whole = false;
	envelope_undo(n, ev, &before);
	hidden = read_object(n, ev, pack, out);
	return hidden.n == 0 ? hidden : line;
}

bool
envelope_run(struct normaliser *n, struct event *ev, const struct pack *pack,
    const struct header *out, struct header *in, struct event_saved *before)
{
	struct str line;

	*before = save(ev);
	line = read_line(n, ev, pack, out);
	if (line.n == 0) {
		envelope_undo(n, ev, before);
		return false;
	}
	event_unset(ev, pack->envelope);
	open_line(n, ev, out, line, in);
	settings_run(n, ev, &pack->set, true);
	event_put(ev, n->packs->envelope, pack->name, VALUE_TEXT);
	trace(n, TRACE_HEADER, STR_NONE, ev);
	return true;
}
