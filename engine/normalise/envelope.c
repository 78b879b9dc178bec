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

/* journald has a line that is no text as a list of its bytes. */
static bool
is_line(const struct value *v)
{
	return v != NULL && v->next == 0 && v->kind == VALUE_TEXT &&
	    v->text.n > 0;
}

/* A relay took "%SYS-5-CONFIG_I: " or "%STKUNIT0-M:" for the tag. */
static bool
is_mark(struct str s)
{
	return s.n > 1 && s.p[0] == '%' && char_is_alpha(s.p[1]);
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
		line = arena_printf(ev->scratch, "%.*s:%s%.*s",
		    STR_ARG(in->appname), str_find_char(in->appname, '-') ==
			    str_find_last_char(in->appname, '-') ? "" : " ",
		    STR_ARG(line));
		in->appname = STR_NONE;
		event_unset(ev, FIELD_PROCESS_NAME);
	}
	header_enclosed(line, in);
	if (out->hostname.n > 0 && in->relay.n == 0 &&
	    !str_eq(out->hostname, in->hostname))
		in->relay = out->hostname;
	ev->message = in->message;
	event_unset(ev, FIELD_MESSAGE);
	header_emit_again(ev, n->packs, in, &n->text);
	if (in->has_stamp)
		event_time(n, ev, &in->stamp);
	privacy_message(n->privacy);
}

bool
envelope_run(struct normaliser *n, struct event *ev, const struct pack *pack,
    const struct header *out, struct header *in)
{
	const struct value *v;
	struct str line;

	take_program(ev);
	if (pack_run(n, ev, pack, out) == RUN_MISS ||
	    !is_line(v = event_value(ev, pack->envelope))) {
		header_emit_program(ev, out);
		return false;
	}
	line = v->text;
	event_unset(ev, pack->envelope);
	open_line(n, ev, out, line, in);
	settings_run(n, ev, &pack->set, true);
	event_put(ev, n->packs->envelope, pack->name, VALUE_TEXT);
	trace(n, TRACE_HEADER, STR_NONE, ev);
	return true;
}
