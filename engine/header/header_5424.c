/* RFC 5424 section 6, strict where it tells messages apart, else lenient. */
#include "engine/header/header_parts.h"

static struct str
nil_is_empty(struct str s)
{
	return s.n == 1 && s.p[0] == '-' ? STR_NONE : s;
}

/* The next word and the one blank behind it. */
static bool
take_word(struct str *s, struct str *out)
{
	size_t n = str_find_char(*s, ' ');

	if (n == 0 || s->n == 0)
		return false;
	if (n == SIZE_MAX)
		n = s->n;
	*out = str_first(*s, n);
	*s = str_skip(*s, n + 1);
	return true;
}

static size_t
name_length(struct str s)
{
	size_t n = 0;

	while (n < s.n && s.p[n] != '=' && s.p[n] != ' ' && s.p[n] != ']' &&
	    s.p[n] != '"' && (unsigned char)s.p[n] > ' ')
		n++;
	return n;
}

bool
header_sd_next(struct str *rest, struct str *id, struct sd_param *out)
{
	struct str s = *rest;
	size_t n;

	while (s.n > 0 && (s.p[0] == ']' || s.p[0] == '[' || s.p[0] == ' ')) {
		char c = s.p[0];

		s = str_skip(s, 1);
		if (c != '[')
			continue;
		n = name_length(s);
		if (n == 0 || (n < s.n && s.p[n] == '='))
			return false;
		*id = str_first(s, n);
		s = str_skip(s, n);
	}
	*rest = s;
	if (s.n == 0 || id->n == 0)
		return false;
	n = name_length(s);
	*out = (struct sd_param){.id = *id, .name = str_first(s, n)};
	out->odd = n + 1 < s.n && s.p[n] == ' ' && s.p[n + 1] == '=';
	s = str_skip(s, n + (out->odd ? 1 : 0));
	if (n == 0 || s.n < 2 || s.p[0] != '=' || s.p[1] != '"')
		return false;
	s = str_skip(s, 2);
	for (n = 0; n < s.n && s.p[n] != '"'; n++) {
		if (s.p[n] == '\\' && n + 1 < s.n) {
			out->escaped = true;
			n++;
		} else if (s.p[n] == ']') {
			out->odd = true;
		}
	}
	if (n >= s.n)
		return false;
	out->value = str_first(s, n);
	*rest = str_skip(s, n + 1);
	return true;
}

bool
header_sd_is_good(struct str sd, bool odd)
{
	struct str rest = sd, id = STR_NONE;
	struct sd_param p;

	while (header_sd_next(&rest, &id, &p))
		if (p.odd && !odd)
			return false;
	return rest.n == 0 && sd.n > 0;
}

size_t
header_sd_length(struct str s)
{
	size_t i = 0;

	while (i < s.n && s.p[i] == '[') {
		bool quoted = false;

		for (i++; i < s.n && (quoted || s.p[i] != ']'); i++) {
			if (s.p[i] == '\\' && quoted)
				i++;
			else if (s.p[i] == '"')
				quoted = !quoted;
		}
		if (i >= s.n)
			return 0;
		i++;
	}
	return i < s.n && s.p[i] != ' ' ? 0 : i;
}

static void
read_sd(struct str s, struct header *h)
{
	size_t n;

	if (s.n > 0 && s.p[0] == '-' && (s.n == 1 || s.p[1] == ' ')) {
		header_body(h, str_skip(s, 2));
		return;
	}
	n = s.n > 0 && s.p[0] == '[' ? header_sd_length(s) : 0;
	h->bad_sd = s.n > 0 &&
	    (n == 0 || !header_sd_is_good(str_first(s, n), false));
	if (n > 0 && (!h->bad_sd || header_sd_is_good(str_first(s, n), true))) {
		h->sd = str_first(s, n);
		header_body(h, str_skip(s, n + 1));
		return;
	}
	/* Not to be lost: as the message where there is no other. */
	header_body(h, n > 0 && n + 1 < s.n ? str_skip(s, n + 1) : s);
}

/*
 * "app: text", "app[812]: text" where RFC 5424 wants PROCID, MSGID and
 * structured data: RFC 3164's tag behind the new header. "app: - - - text" is
 * complete.
 */
static bool
read_old_tag(struct str s, struct str app, struct header *h)
{
	size_t n = app.n - 1, open = str_find_char(app, '[');

	if (str_has_prefix(s, STR("- ")))
		return false;
	h->form = HEADER_RFC5424;
	h->appname = str_first(app, n);
	if (open != SIZE_MAX && open > 0 && open + 2 < n &&
	    app.p[n - 1] == ']') {
		h->appname = str_first(app, open);
		h->procid = str_make(app.p + open + 1, n - open - 2);
	}
	header_body(h, s);
	return true;
}

bool
header_5424_tail(struct str s, struct header *h)
{
	struct str app, proc, msgid;

	if (!take_word(&s, &app))
		return false;
	if (app.n > 1 && app.p[app.n - 1] == ':') {
		if (read_old_tag(s, app, h))
			return true;
		app.n--;
	}
	if (!take_word(&s, &proc) || !take_word(&s, &msgid))
		return false;
	h->form = HEADER_RFC5424;
	h->appname = nil_is_empty(app);
	h->procid = nil_is_empty(proc);
	h->msgid = nil_is_empty(msgid);
	read_sd(s, h);
	return true;
}

/* TIMESTAMP: "-", a stamp, or a word in its place that is none. */
static bool
read_stamp(struct str *s, struct header *h)
{
	struct str word;
	size_t n = time_read(*s, &h->stamp);

	if (n > 0 && n < s->n && s->p[n] == ' ') {
		h->has_stamp = true;
		*s = str_skip(*s, n + 1);
		return true;
	}
	if (!take_word(s, &word))
		return false;
	if (word.n == 1 && word.p[0] == '-')
		return true;
	h->bad_stamp = true;
	return word.n >= 5 && char_is_digit(word.p[0]) &&
	    char_is_digit(word.p[3]) && word.p[4] == '-';
}

/* s begins at VERSION. False (h untouched) when this is no such header. */
bool
header_5424(struct str s, struct header *h)
{
	struct header try = *h;
	struct str host;

	if (s.n < 2 || s.p[0] < '1' || s.p[0] > '9' ||
	    !take_word(&s, &try.version) || try.version.n > 3)
		return false;
	skip_blanks(&s);
	for (size_t i = 0; i < try.version.n; i++) {
		if (!char_is_digit(try.version.p[i]))
			return false;
	}
	if (!read_stamp(&s, &try))
		return false;
	skip_blanks(&s); /* some senders write two */
	if (!take_word(&s, &host))
		return false;
	try.hostname = nil_is_empty(host);
	if (header_is_body(s)) {
		try.form = HEADER_RFC5424;
		header_body(&try, s);
	} else if (!header_5424_tail(s, &try)) {
		return false;
	}
	*h = try;
	return true;
}
