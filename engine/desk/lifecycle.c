#include "engine/desk/lifecycle.h"

#include <stdio.h>

/* Sets of states. */
#define IN(state) (1u << (state))
#define IN_NEW    IN(INCIDENT_NEW)
#define IN_ACK    IN(INCIDENT_ACKNOWLEDGED)
#define IN_WORK   IN(INCIDENT_IN_PROGRESS)
#define IN_WAIT   IN(INCIDENT_WAITING)
#define IN_CLOSED IN(INCIDENT_CLOSED)
#define IN_MERGED IN(INCIDENT_MERGED)
#define IN_OPEN   (IN_NEW | IN_ACK | IN_WORK | IN_WAIT)

enum {
	NEEDS_OWNER = 1,
	NEEDS_TEXT = 2,
	NEEDS_REASON = 4,
	NEEDS_ANSWER = 8, /* an answer of a person on record */
	NEEDS_NO_ANSWER = 16,
	NEEDS_TARGET = 32,
	ANSWERS = 64, /* is itself an answer */
};

static const struct row {
	const char *name;
	enum act act;
	unsigned from;  /* legal in these states */
	unsigned moves; /* of them, those that go to `to` */
	enum incident_state to;
	unsigned flags;
} rows[] = {
    {.name = "ack",
	.act = ACT_ACK,
	.from = IN_NEW | IN_WORK | IN_WAIT,
	.moves = IN_NEW,
	.to = INCIDENT_ACKNOWLEDGED,
	.flags = NEEDS_NO_ANSWER | ANSWERS},
    {.name = "assign",
	.act = ACT_ASSIGN,
	.from = IN_OPEN,
	.moves = IN_NEW | IN_ACK,
	.to = INCIDENT_IN_PROGRESS,
	.flags = NEEDS_OWNER},
    {.name = "note",
	.act = ACT_NOTE,
	.from = IN_OPEN | IN_CLOSED,
	.flags = NEEDS_TEXT | ANSWERS},
    {.name = "wait",
	.act = ACT_WAIT,
	.from = IN_NEW | IN_ACK | IN_WORK,
	.moves = IN_NEW | IN_ACK | IN_WORK,
	.to = INCIDENT_WAITING,
	.flags = NEEDS_TEXT | ANSWERS},
    {.name = "resume",
	.act = ACT_RESUME,
	.from = IN_WAIT,
	.moves = IN_WAIT,
	.to = INCIDENT_IN_PROGRESS},
    {.name = "close",
	.act = ACT_CLOSE,
	.from = IN_OPEN,
	.moves = IN_OPEN,
	.to = INCIDENT_CLOSED,
	.flags = NEEDS_REASON | NEEDS_TEXT | NEEDS_ANSWER},
    {.name = "reopen",
	.act = ACT_REOPEN,
	.from = IN_CLOSED,
	.moves = IN_CLOSED,
	.to = INCIDENT_IN_PROGRESS,
	.flags = NEEDS_TEXT},
    {.name = "merge",
	.act = ACT_MERGE,
	.from = IN_OPEN,
	.flags = NEEDS_TARGET | NEEDS_TEXT},
    {.name = "unmerge",
	.act = ACT_UNMERGE,
	.from = IN_MERGED,
	.flags = NEEDS_TEXT},
};

/* "benign" and "false-positive..." mute the same rules (incident.c). */
static const struct str reasons[] = {
    STR_INIT("impact"),
    STR_INIT("no-impact"),
    STR_INIT("benign"),
    STR_INIT("false-positive-rule"),
    STR_INIT("false-positive-data"),
    STR_INIT("duplicate"),
    STR_INIT("undetermined"),
};

static const struct row *
row_of(enum act act)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].act == act)
			return &rows[i];
	return NULL;
}

bool
act_parse(struct str name, enum act *out)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (str_eq(str_from(rows[i].name), name)) {
			*out = rows[i].act;
			return true;
		}
	}
	return false;
}

const char *
act_name(enum act act)
{
	return row_of(act)->name;
}

struct str
close_reason(size_t i)
{
	return i < sizeof(reasons) / sizeof(reasons[0]) ? reasons[i] : STR_NONE;
}

static bool
is_reason(struct str s)
{
	for (size_t i = 0; close_reason(i).n > 0; i++)
		if (str_eq(close_reason(i), s))
			return true;
	return false;
}

static bool
refuse(struct buf *why, const char *text)
{
	buf_add(why, str_from(text));
	return false;
}

static bool
refuse_state(const struct incident *in, const struct row *row, struct buf *why)
{
	struct str state = incident_state_name(in->state);
	buf_printf(why, "%s is %.*s; '%s' is possible only when it is ", in->id,
	    STR_ARG(state), row->name);
	const char *comma = "";
	for (int s = INCIDENT_NEW; s <= INCIDENT_MERGED; s++) {
		if ((row->from & IN(s)) == 0)
			continue;
		struct str name = incident_state_name((enum incident_state)s);
		buf_printf(why, "%s%.*s", comma, STR_ARG(name));
		comma = ", ";
	}
	buf_add_char(why, '.');
	return false;
}

static bool
refuse_reason(struct buf *why)
{
	buf_add(why, STR("Closing needs a reason, one of: "));
	for (size_t i = 0; close_reason(i).n > 0; i++)
		buf_printf(
		    why, "%s%.*s", i > 0 ? ", " : "", STR_ARG(close_reason(i)));
	buf_add_char(why, '.');
	return false;
}

static bool
is_legal(const struct incident *in, const struct row *row,
    const struct action *action, struct buf *why)
{
	if ((row->from & IN(in->state)) == 0)
		return refuse_state(in, row, why);
	if (action->by.n == 0)
		return refuse(why, "'by' has to say who does this.");
	if ((row->flags & NEEDS_OWNER) != 0 && action->owner.n == 0)
		return refuse(why, "'owner' has to say who works on it.");
	if ((row->flags & NEEDS_REASON) != 0 && !is_reason(action->reason))
		return refuse_reason(why);
	if ((row->flags & NEEDS_TEXT) != 0 && str_trim(action->text).n == 0)
		return refuse(why, "'text' has to say why, or what was said.");
	if ((row->flags & NEEDS_TARGET) != 0 && action->into.n == 0)
		return refuse(
		    why, "'into' has to name the incident that goes on.");
	if ((row->flags & NEEDS_NO_ANSWER) != 0 && in->answered != 0)
		return refuse(why, "It has been answered already.");
	if ((row->flags & NEEDS_ANSWER) != 0 && in->answered == 0)
		return refuse(why,
		    "Nothing is closed without an answer on record: "
		    "acknowledge it, or note what was answered, first.");
	return true;
}

bool
lifecycle_apply(struct incident *in, const struct action *action, int64_t now,
    struct buf *why)
{
	const struct row *row = row_of(action->act);
	if (!is_legal(in, row, action, why))
		return false;
	if ((row->moves & IN(in->state)) != 0)
		in->state = row->to;
	if ((row->flags & ANSWERS) != 0 && in->answered == 0)
		in->answered = now;
	struct str owner = action->act == ACT_ASSIGN ? action->owner
	    : action->act == ACT_ACK && in->owner[0] == '\0'
	    ? action->by
	    : str_from(in->owner);
	char text[INCIDENT_OWNER];
	snprintf(text, sizeof(text), "%.*s", STR_ARG(owner));
	memcpy(in->owner, text, sizeof(text));
	if (action->act == ACT_CLOSE) {
		in->closed = now;
		snprintf(in->reason, sizeof(in->reason), "%.*s",
		    STR_ARG(action->reason));
	}
	if (action->act == ACT_REOPEN) {
		/* The person who opens it again is its answer. */
		in->t0 = in->answered = now;
		in->closed = 0;
		in->reason[0] = '\0';
		in->overdue = false;
	}
	return true;
}
