/* The labels of text that names its values, as `decode: labels` reads them:
 * "Subject:  Account Name:  alice", parted by two blanks, tabs or line ends. */
#include "engine/cli/parse_keys.h"

#define LABEL_MAX  40
#define LABELS_MIN 3

/* Bytes of a gap at s; 0: none. */
static size_t
gap_length(struct str s)
{
	size_t n = 0;

	for (;;) {
		struct str rest = str_skip(s, n);

		if (rest.n > 0 && (rest.p[0] == ' ' || rest.p[0] == '\t' ||
				      rest.p[0] == '\r' || rest.p[0] == '\n'))
			n++;
		else if (str_has_prefix(rest, STR("#01")) && rest.n > 3)
			n += 4;
		else
			break;
	}
	return n > 1 || (n == 1 && s.p[0] != ' ') ? n : 0;
}

/* The next piece between gaps. */
static bool
next_piece(struct str *s, struct str *out)
{
	size_t n = 0;

	*s = str_skip(*s, gap_length(*s));
	while (n < s->n && gap_length(str_skip(*s, n)) == 0)
		n++;
	*out = str_first(*s, n);
	*s = str_skip(*s, n);
	return n > 0;
}

static bool
is_label(struct str s)
{
	if (s.n < 2 || s.n > LABEL_MAX || s.p[s.n - 1] != ':' ||
	    !char_is_alpha(s.p[0]))
		return false;
	for (size_t i = 0; i + 1 < s.n; i++) {
		if (!char_is_alnum(s.p[i]) && s.p[i] != ' ' &&
		    s.p[i] != '-' && s.p[i] != '_' && s.p[i] != '/')
			return false;
	}
	return true;
}

size_t
labels_count(struct str s)
{
	struct str piece;
	bool label = false;
	size_t n = 0;

	while (n < LABELS_MIN && next_piece(&s, &piece)) {
		n += label && !is_label(piece);
		label = is_label(piece);
	}
	return n >= LABELS_MIN ? n : 0;
}

static void
put(struct key_list *list, struct str heading, struct str label,
    struct str value)
{
	bool twice = false;

	for (size_t i = 0; i < list->n; i++) {
		if (!str_eq(list->items[i].label, label))
			continue;
		if (str_eq(list->items[i].heading, heading)) {
			keys_see(list, i, value);
			return;
		}
		twice = true;
	}
	if (list->n == KEYS_MAX || (twice && heading.n == 0))
		return;
	list->items[list->n].label = arena_dup(list->arena, label);
	list->items[list->n].heading = arena_dup(list->arena, heading);
	list->items[list->n].key = twice && heading.n > 0
	    ? arena_printf(list->arena, "%.*s.%.*s", STR_ARG(heading),
		  STR_ARG(label))
	    : list->items[list->n].label;
	list->items[list->n].kind = keys_kind_of(value);
	keys_see(list, list->n++, value);
}

void
keys_of_labels(struct key_list *list, struct str message)
{
	struct str piece, label = STR_NONE, heading = STR_NONE;

	while (next_piece(&message, &piece)) {
		if (!is_label(piece)) {
			if (label.n > 0)
				put(list, heading, label, piece);
			label = STR_NONE;
			continue;
		}
		if (label.n > 0)
			heading = label;
		label = str_first(piece, piece.n - 1);
	}
}

void
keys_sample_labels(const struct key_list *list, const struct str *samples,
    struct buf *out)
{
	struct str heading = STR_NONE;

	buf_add(out, STR("Something happened."));
	for (size_t i = 0; i < list->n; i++) {
		if (!str_eq(heading, list->items[i].heading)) {
			heading = list->items[i].heading;
			buf_printf(out, "  %.*s:", STR_ARG(heading));
		}
		buf_printf(out, "  %.*s:  %.*s", STR_ARG(list->items[i].label),
		    STR_ARG(samples[i]));
	}
}
