/*
 * How the tests of a detector see one event: its values, folded when first
 * asked for and kept until the next event; and what matching needs of
 * scratch. No memory is asked of the system for an event, but where one has
 * more text than any before.
 */
#ifndef VIGIE_DETECT_VIEW_H
#define VIGIE_DETECT_VIEW_H

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "engine/event/event.h"

enum { VIEW_MESSAGE = EVENT_MAX_VALUES, VIEW_LINE, VIEW_TEXTS };

struct view {
	const struct event *ev;
	char *room; /* for folded texts of this event; what is more, and
		       the like, lies in the arena */
	size_t used;
	struct arena *arena;
	uint32_t round;	     /* counts the events */
	/* By index in ev->values; message and line stand behind the last. */
	uint32_t *rounds; /* the event that `folded` is of */
	struct str *folded;
	struct value message; /* ev->message as a value */
	struct value line;    /* the index's: what holds the message */
	pcre2_match_data *match;
	pcre2_match_context *context;
	pcre2_jit_stack *stack;
	struct regex_meter *meters; /* by number of the expression; NULL: no
				       budget (explain) */
	size_t n_meters;
	bool has_news; /* a meter may have changed that nobody was told of */
};

void view_init(struct view *view);
void view_fini(struct view *view);
/* The event is borrowed until the next one. */
void view_turn(struct view *view, const struct event *ev);

struct str view_fold_new(struct view *view, const struct value *v, size_t at);

/* Folded texts lie one behind the other, a NUL between, while there is room.
 * `v` is a value of the event, view->message or view->line. */
static inline struct str
view_folded(struct view *view, const struct value *v)
{
	size_t at = v == &view->message ? VIEW_MESSAGE
	    : v == &view->line ? VIEW_LINE : (size_t)(v - view->ev->values);

	if (view->rounds[at] == view->round)
		return view->folded[at];
	return view_fold_new(view, v, at);
}

static inline bool
view_lies_in(struct str s, struct str in)
{
	uintptr_t from = (uintptr_t)in.p, p = (uintptr_t)s.p;

	return in.n > 0 && p >= from && p + s.n <= from + in.n;
}

/* Does v stand in the raw message (packs cut values out of it)? What is found
 * anywhere in v is then found in the message too. */
static inline bool
view_in_message(const struct view *view, const struct value *v)
{
	return view_lies_in(v->text, view->message.text);
}

/*
 * The values that keywords are searched in, each once: the message (when
 * there is one), then all fields' values that are not null. Start with
 * *at = 0; NULL at the end.
 */
const struct value *view_next(const struct view *view, size_t *at);

#endif
