#include "engine/correlate/match.h"

#include "engine/base/stamp.h"
#include "engine/correlate/wire.h"

/*
 * Packed form: version and flags (1 byte each), spec and window (8 and 16
 * bytes as they are), then LEB128: step, segment, offset, line, time, and how
 * much later it was received; then the texts, each a length and its bytes.
 */
#define MATCH_VERSION  1
#define MATCH_MAX_TEXT (64 * 1024)

enum { MATCH_LATE = 1, MATCH_GONE = 2, MATCH_COARSE = 4, MATCH_FLAGS = 7 };

void
pack_add(struct buf *out, struct str value)
{
	wire_add_str(out, value);
}

bool
pack_next(struct str *list, struct str *value)
{
	struct wire in = {.rest = *list};

	if (list->n == 0)
		return false;
	*value = wire_str(&in);
	*list = in.rest;
	return !in.bad;
}

void
match_format(const struct match *m, struct buf *out)
{
	buf_add_char(out, MATCH_VERSION);
	buf_add_char(out,
	    (char)((m->late ? MATCH_LATE : 0) | (m->gone ? MATCH_GONE : 0) |
		(m->coarse ? MATCH_COARSE : 0)));
	wire_add_fixed(out, m->spec);
	wire_add_fixed(out, m->window.hi);
	wire_add_fixed(out, m->window.lo);
	wire_add_u64(out, m->step);
	wire_add_u64(out, m->event.segment);
	wire_add_u64(out, m->event.offset);
	wire_add_u64(out, m->event.line);
	wire_add_i64(out, m->time);
	wire_add_i64(out, (int64_t)((uint64_t)m->received - (uint64_t)m->time));
	wire_add_str(out, m->member);
	wire_add_str(out, m->group);
	wire_add_str(out, m->value);
	wire_add_str(out, m->entity_field);
	wire_add_str(out, m->entity);
}

static struct str
text(struct wire *in)
{
	struct str s = wire_str(in);

	in->bad |= s.n > MATCH_MAX_TEXT;
	return s;
}

bool
match_parse(struct str *bytes, struct match *out)
{
	struct wire in = {.rest = *bytes};
	struct match m = {0};
	unsigned flags;

	if (bytes->n < 2 || bytes->p[0] != MATCH_VERSION)
		return false;
	flags = (unsigned char)bytes->p[1];
	if ((flags & ~(unsigned)MATCH_FLAGS) != 0)
		return false;
	m.late = flags & MATCH_LATE;
	m.gone = flags & MATCH_GONE;
	m.coarse = flags & MATCH_COARSE;
	in.rest = str_skip(in.rest, 2);
	m.spec = wire_fixed(&in);
	m.window.hi = wire_fixed(&in);
	m.window.lo = wire_fixed(&in);
	m.step = (uint32_t)wire_number(&in, UINT32_MAX);
	m.event.segment = wire_u64(&in);
	m.event.offset = (uint32_t)wire_number(&in, UINT32_MAX);
	m.event.line = (uint32_t)wire_number(&in, UINT32_MAX);
	m.time = wire_i64(&in);
	m.received = (int64_t)((uint64_t)m.time + (uint64_t)wire_i64(&in));
	m.member = text(&in);
	m.group = text(&in);
	m.value = text(&in);
	m.entity_field = text(&in);
	m.entity = text(&in);
	if (in.bad)
		return false;
	*bytes = in.rest;
	*out = m;
	return true;
}

int64_t
match_order_time(int64_t stamp, int64_t received)
{
	int64_t delay = received - stamp;

	if (stamp % SECOND != 0 || delay <= 0)
		return stamp;
	if (delay > 30 * DAY)
		return stamp + SECOND - 1;
	return stamp + delay * (SECOND - 1) / (delay + SECOND);
}
