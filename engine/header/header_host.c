/* HOSTNAME of RFC 3164: which word behind the stamp is one. */
#include "engine/header/header_parts.h"

bool
header_is_repetition(struct str s)
{
	return s.p[0] == 'l' && str_has_prefix(s, STR("last message repeated "));
}

/* Without a PRI nobody put a host before "sogod [26818]: ". */
static bool
is_spaced_tag(struct str s, const struct header *h, size_t n)
{
	struct header try = {0};

	return !h->has_pri && n + 3 < s.n && s.p[n + 1] == '[' &&
	    header_spaced_tag(&s, &try, n);
}

/* "eDirectory : text": the tag, where the word is spelt like no host. Cisco's
 * mark has its device before that. */
static bool
is_parted_tag(struct str s, size_t n)
{
	bool capital = false;

	for (size_t i = 0; i < n; i++) {
		if (!char_is_alpha(s.p[i]))
			return false;
		capital |= char_is_upper(s.p[i]);
	}
	return capital && n + 3 < s.n && s.p[n + 1] == ':' && s.p[n + 2] == ' ' &&
	    s.p[n + 3] != '%';
}

/* 2026-11-24 */
bool
header_is_date(struct str word)
{
	return word.n == 10 && word.p[4] == '-' && word.p[7] == '-' &&
	    char_is_digit(word.p[0]) && char_is_digit(word.p[9]);
}

void
header_host(struct str *s, struct header *h, bool file)
{
	size_t n = host_length(*s);
	struct str word = str_first(*s, n);

	if (n == 0) {
		/* Linux's host name that nobody set. */
		if (str_has_prefix(*s, STR("(none) ")))
			*s = str_skip(*s, 7);
		else
			header_odd_host(s, h);
		return;
	}
	if (header_is_body(*s) || (word.p[0] == '%' && n > 1) ||
	    header_is_repetition(*s) || is_spaced_tag(*s, h, n))
		return;
	if (header_is_level(word)) {
		if (!header_take_level(h, word))
			h->level = word;
		*s = str_skip(*s, n + 1);
		skip_blanks(s);
		return;
	}
	if (word.p[n - 1] == ':' && !(n > 2 && word.p[n - 2] == ':')) {
		/* A tag; an address may end in "::". */
		if (h->has_pri && header_is_host_with_colon(*s, n)) {
			h->hostname = str_first(word, n - 1);
			*s = str_skip(*s, n + 1);
		}
		return;
	}
	if (is_parted_tag(*s, n)) {
		h->appname = word;
		*s = str_skip(*s, n + 2);
		skip_blanks(s);
		return;
	}
	if (header_is_date(word) ||
	    (word.n > 1 && word.p[0] == '-' && word.p[1] == '-') ||
	    header_is_verdict(*s, n) ||
	    (!h->has_pri && header_is_sentence(*s, n)) ||
	    (file && header_is_files_word(*s, n)))
		return;
	if (n == 1 && word.p[0] == '-') {
		*s = str_skip(*s, 2);
		skip_blanks(s);
		return;
	}
	h->hostname = header_clean_host(word);
	*s = str_skip(*s, n + 1);
	skip_blanks(s);
}
