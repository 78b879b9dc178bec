#include "engine/detect/view.h"

#include "engine/detect/fold.h"
#include "engine/detect/regex.h"

#include <stdlib.h>

#define ROOM ((size_t)64 * 1024)

void
view_init(struct view *view)
{
	*view = (struct view){.arena = arena_new(ROOM)};
	view->room = mem_get(ROOM);
	view->rounds = mem_get_zero(VIEW_TEXTS,
	    sizeof(*view->rounds));
	view->folded = mem_get_zero(VIEW_TEXTS,
	    sizeof(*view->folded));
	regex_scratch_init(view);
}

void
view_fini(struct view *view)
{
	arena_free(view->arena);
	free(view->room);
	free(view->rounds);
	free(view->folded);
	regex_scratch_fini(view);
}

void
view_turn(struct view *view, const struct event *ev)
{
	view->ev = ev;
	view->message = (struct value){.text = ev->message,
	    .kind = VALUE_TEXT};
	arena_reset(view->arena);
	view->used = 0;
	if (++view->round == 0) {
		memset(view->rounds, 0,
		    (VIEW_TEXTS) * sizeof(*view->rounds));
		view->round = 1;
	}
}

struct str
view_fold_new(struct view *view, const struct value *v, size_t at)
{
	char *p = view->room + view->used;
	size_t n;

	view->rounds[at] = view->round;
	if (FOLD_ROOM(v->text.n) > ROOM - view->used) {
		view->folded[at] = fold_dup(view->arena, v->text);
		return view->folded[at];
	}
	n = fold_into(v->text, p);
	p[n] = '\0';
	view->used += n + 1;
	view->folded[at] = str_make(p, n);
	return view->folded[at];
}

/*
 * A value that a later event_put() or event_unset() left behind in the pool
 * is nobody's: no chain leads to it.
 */
static bool
is_live(const struct event *ev, const struct value *v)
{
	const struct value *at;

	if (v->field == FIELD_NONE)
		return true;
	for (at = event_value(ev, v->field); at != NULL;
	     at = event_next(ev, at)) {
		if (at == v)
			return true;
	}
	return false;
}

const struct value *
view_next(const struct view *view, size_t *at)
{
	const struct event *ev = view->ev;

	if (*at == 0) {
		(*at)++;
		if (view->message.text.n > 0)
			return &view->message;
	}
	while (*at <= ev->count) {
		const struct value *v = &ev->values[(*at)++ - 1];

		if (v->kind != VALUE_NULL && is_live(ev, v))
			return v;
	}
	return NULL;
}
