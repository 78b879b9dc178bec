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

struct view {
	const struct event *ev;
	char *room; /* for folded texts of this event; what is more, and
		       the like, lies in the arena */
	size_t used;
	struct arena *arena;
	uint32_t round;	     /* counts the events */
	/* By index in ev->values; the raw message stands behind the last. */
	uint32_t *rounds; /* the event that `folded` is of */
	struct str *folded;
	struct value message; /* ev->message as a value */
	pcre2_match_data *match;
	pcre2_match_context *context;
	pcre2_jit_stack *stack;
};

void view_init(struct view *view);
void view_fini(struct view *view);
/* The event is borrowed until the next one. */
void view_turn(struct view *view, const struct event *ev);

struct str view_fold_new(struct view *view, const struct value *v, size_t at);

/* `v` is a value of the event or view->message. */
static inline struct str
view_folded(struct view *view, const struct value *v)
{
	size_t at = v == &view->message ? EVENT_MAX_VALUES
					: (size_t)(v - view->ev->values);

	if (view->rounds[at] == view->round)
		return view->folded[at];
	return view_fold_new(view, v, at);
}

/* Does v stand in the raw message (packs cut values out of it)? What is found
 * anywhere in v is then found in the message too. */
static inline bool
view_in_message(const struct view *view, const struct value *v)
{
	uintptr_t from = (uintptr_t)view->message.text.p;
	uintptr_t p = (uintptr_t)v->text.p;

	return view->message.text.n > 0 && p >= from &&
	    p + v->text.n <= from + view->message.text.n;
}

/*
 * The values that keywords are searched in, each once: the message (when
 * there is one), then all fields' values that are not null. Start with
 * *at = 0; NULL at the end.
 */
const struct value *view_next(const struct view *view, size_t *at);

#endif
