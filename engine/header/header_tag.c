/* TAG of RFC 3164: program and process id, as they are found. */
#include "engine/header/header_parts.h"

#include "engine/base/ip.h"

#define IMAGE_TAG_MAX 256

/* "sandboxd[129] ([31211]): text": macOS names the process that asked. */
static void
skip_label(struct str *s)
{
	size_t n;

	if (s->n < 6 || s->p[1] != '(' || s->p[2] != '[')
		return;
	n = str_find_char(str_first(*s, 160), ')');
	if (n != SIZE_MAX && n + 1 < s->n && s->p[n + 1] == ':')
		*s = str_skip(*s, n + 2);
}

/* How much the end of a process id of n bytes takes: "]:", "] :", or "]" where
 * a colon may be left out; 0: it is no tag's. */
static size_t
pid_end(struct str s, size_t n, bool colon_needed)
{
	struct str behind = str_skip(s, n + 1);

	if (behind.n == 0)
		return 1;
	if (behind.p[0] == ':')
		return 2;
	if (behind.p[0] != ' ')
		return 0;
	if (behind.n > 1 && behind.p[1] == ':')
		return 3;
	return !colon_needed && char_is_digit(s.p[0]) ? 1 : 0;
}

/* The tag ends at s[n]; s[n] is '[' with the process id behind, which may be
 * empty or "-". */
static bool
read_pid(struct str *s, struct header *h, size_t n, bool colon_needed)
{
	struct str rest = str_skip(*s, n + 1);
	size_t end = 0, close;

	while (end < rest.n && end < NAME_MAX_BYTES && rest.p[end] != ']' &&
	    rest.p[end] != ' ' && rest.p[end] != '[')
		end++;
	if (end >= rest.n || rest.p[end] != ']')
		return false;
	close = pid_end(rest, end, colon_needed);
	if (close == 0)
		return false;
	h->appname = str_first(*s, n);
	if (end > 1 || (end == 1 && rest.p[0] != '-'))
		h->procid = str_first(rest, end);
	rest = str_skip(rest, end + close);
	if (close == 1)
		skip_label(&rest);
	*s = rest;
	return true;
}

/* "Google Chrome[85294]: ": a name of several words, told by its end. */
static bool
read_long_tag(struct str *s, struct header *h)
{
	size_t n = 0;

	while (n < s->n && n < NAME_MAX_BYTES &&
	    (is_part(s->p[n], PART_TAG) || s->p[n] == ' '))
		n++;
	if (n == 0 || n >= s->n || s->p[n] != '[' || s->p[n - 1] == ' ' ||
	    n + 1 >= s->n || !char_is_digit(s->p[n + 1]))
		return false;
	return read_pid(s, h, n, true);
}

/* With which sentences begin that have no capital. */
static bool
begins_sentence(struct str word)
{
	static const struct str words[] = {STR_INIT("---"), STR_INIT("a"),
	    STR_INIT("accepted"), STR_INIT("access"), STR_INIT("account"),
	    STR_INIT("an"), STR_INIT("authentication"), STR_INIT("blocked"),
	    STR_INIT("cannot"), STR_INIT("client"), STR_INIT("closed"),
	    STR_INIT("connection"), STR_INIT("could"), STR_INIT("denied"),
	    STR_INIT("device"), STR_INIT("dropped"), STR_INIT("failed"),
	    STR_INIT("interface"), STR_INIT("invalid"), STR_INIT("last"),
	    STR_INIT("link"), STR_INIT("message"), STR_INIT("new"),
	    STR_INIT("no"), STR_INIT("password"), STR_INIT("received"),
	    STR_INIT("rejected"), STR_INIT("session"), STR_INIT("the"),
	    STR_INIT("unable"), STR_INIT("user")};

	return STR_IS_ONE_OF(word, words);
}

/*
 * A word without colon is the tag too (RFC 3164 section 5.3: any other
 * character ends it), but only where it does not look like the text's first
 * word: sentences begin with a capital, numbers and paths are no programs.
 */
static bool
is_bare_tag(struct str word)
{
	bool letter = false;

	for (size_t i = 0; i < word.n; i++) {
		char c = word.p[i];

		if (char_is_upper(c) && i == 0)
			return false;
		letter |= char_is_alpha(c) || c == '-';
	}
	return letter && word.n <= 32 && word.p[0] != '/' &&
	    is_part(word.p[0], PART_PLAIN | PART_HOST) &&
	    !char_is_digit(word.p[0]) && !begins_sentence(word);
}

/* What stands before a colon, but is no program: a payload's own mark, a
 * level ("Warning: text"), the first label of a list ("src_ip: 192.0.2.7"). */
static bool
is_no_tag(struct str word)
{
	static const struct str marks[] = {STR_INIT("CEF"), STR_INIT("LEEF"),
	    STR_INIT("action"), STR_INIT("dst"), STR_INIT("dst_ip"),
	    STR_INIT("dstip"), STR_INIT("ip"), STR_INIT("src"),
	    STR_INIT("src_ip"), STR_INIT("srcip"), STR_INIT("user"),
	    STR_INIT("username")};

	return word.n <= 8 &&
	    (STR_IS_ONE_OF(word, marks) ||
		header_is_level(word));
}

/* " [ID 856290 kern.warning] x", " WARNING: x": behind "ip:" Solaris's module
 * of that name has spoken. */
static bool
is_kernels_text(struct str s)
{
	return str_has_prefix(s, STR(" [ID ")) ||
	    str_has_prefix(s, STR(" WARNING: ")) ||
	    str_has_prefix(s, STR(" NOTICE: "));
}

/* "sogod [26818]: text" */
bool
header_spaced_tag(struct str *s, struct header *h, size_t n)
{
	struct str rest = str_skip(*s, n + 2);
	size_t end = 0;

	while (end < rest.n && end < 10 && char_is_digit(rest.p[end]))
		end++;
	if (end == 0 || end + 1 >= rest.n || rest.p[end] != ']' ||
	    rest.p[end + 1] != ':')
		return false;
	h->appname = str_first(*s, n);
	h->procid = str_first(rest, end);
	*s = str_skip(rest, end + 2);
	return true;
}

static size_t
tag_length(struct str s)
{
	size_t n = 0;

	while (n < s.n && n < NAME_MAX_BYTES && is_part(s.p[n], PART_TAG))
		n++;
	return n;
}

/* "maldet(1234)": the process id, of digits only; else ("su(pam)") it is part
 * of the name. */
static void
split_pid(struct str tag, struct header *h)
{
	size_t n = tag.n > 0 && tag.p[tag.n - 1] == ')' ? tag.n - 1 : 0;

	while (n > 0 && char_is_digit(tag.p[n - 1]))
		n--;
	h->appname = tag;
	if (n < 2 || n + 1 >= tag.n || tag.p[n - 1] != '(')
		return;
	h->appname = str_first(tag, n - 1);
	h->procid = str_make(tag.p + n, tag.n - n - 1);
}

/* "pacs/web:1.2/web_1/9f8e7d6c5b4a[1234]: ", "Mail::Filter[7]: ": Docker's tag
 * with an image's name, a module's; the first colon is at n. */
static bool
read_colon_tag(struct str *s, struct header *h, size_t n)
{
	size_t end = n, open;

	while (end < s->n && end < IMAGE_TAG_MAX && s->p[end] != ' ' &&
	    s->p[end] != '[')
		end++;
	open = end++;
	while (end < s->n && end - open <= 10 && char_is_digit(s->p[end]))
		end++;
	if (open == n || end == open + 1 || end + 1 >= s->n ||
	    s->p[open] != '[' || s->p[end] != ']' || s->p[end + 1] != ':' ||
	    (s->p[n + 1] != ':' &&
		str_find_char(str_first(*s, open), '/') == SIZE_MAX))
		return false;
	h->appname = str_first(*s, open);
	h->procid = str_make(s->p + open + 1, end - open - 1);
	*s = str_skip(*s, end + 2);
	return true;
}

/* A tag of n bytes that ends in "[1]:" or a colon. */
static bool
read_marked_tag(struct str *s, struct header *h, size_t n, bool bare_too)
{
	char next = n + 1 < s->n ? s->p[n + 1] : ' ';

	if (n == 0 || n >= s->n)
		return false;
	if (s->p[n] == '[')
		return read_pid(s, h, n, !bare_too);
	if (s->p[n] == ':' && next != ' ' && read_colon_tag(s, h, n))
		return true;
	if (s->p[n] != ':' ||
	    (next != ' ' &&
		(char_is_digit(s->p[0]) || next == '/' || next == ':' ||
		    next == '\\')) ||
	    (is_no_tag(str_first(*s, n)) &&
		!is_kernels_text(str_skip(*s, n + 1))))
		return false;
	split_pid(str_first(*s, n), h);
	*s = str_skip(*s, n + 1);
	return true;
}

/* "srv1 sshd[812]: " behind the address or name of a relay: small letters, and
 * a digit, dot or dash in it unless what is before is an address. */
static bool
read_host_behind_relay(struct str *s, struct header *h, size_t n)
{
	struct str rest = str_skip(*s, n + 1), word = str_first(*s, n);
	struct header try = {0};
	bool sure = false;
	struct ip ip;

	if (h->hostname.n == 0 || h->relay.n > 0 || n < 2 ||
	    !char_is_alnum(word.p[0]))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (char_is_upper(word.p[i]) || !is_part(word.p[i], PART_PLAIN))
			return false;
		sure |= !char_is_alpha(word.p[i]);
	}
	skip_blanks(&rest);
	n = tag_length(rest);
	if (n == 0 || n + 1 >= rest.n || rest.p[n] != '[' ||
	    !char_is_digit(rest.p[n + 1]) ||
	    (!sure && !ip_parse(h->hostname, &ip)) ||
	    !read_pid(&rest, &try, n, true))
		return false;
	h->relay = h->hostname;
	h->hostname = word;
	h->appname = try.appname;
	h->procid = try.procid;
	*s = rest;
	return true;
}

/* The host once more; behind its name its address (Infoblox, RFC 3164 section
 * 5.4), unless that begins a text: "192.0.2.1 TCP: refused". */
static bool
is_host_again(struct str word, struct str rest, const struct header *h)
{
	struct ip ip;

	return str_eq(word, h->hostname) ||
	    (h->hostname.n > 0 && char_is_digit(word.p[0]) && rest.n > 0 &&
		rest.p[0] >= 'a' && rest.p[0] <= 'z' && ip_parse(word, &ip));
}

/* "notice tmsh[16322]:", "user.info kernel:", "srv1 sshd[812]:" behind
 * "srv1": a level or the host once more before the tag. */
static bool
read_second_word(struct str *s, struct header *h, size_t n)
{
	struct str rest = str_skip(*s, n + 1), word = str_first(*s, n);

	if (!is_host_again(word, rest, h) && !header_is_level(word))
		return read_host_behind_relay(s, h, n);
	skip_blanks(&rest);
	if (!read_marked_tag(&rest, h, tag_length(rest), false) &&
	    !read_long_tag(&rest, h))
		return false;
	if (header_is_level(word))
		header_take_level(h, word);
	else if (!str_eq(word, h->hostname))
		h->address = word;
	*s = rest;
	return true;
}

/* "MSWinEventLog\t1\tSecurity": Snare's tag is the first of its columns. */
static bool
read_snare_tag(struct str *s, struct header *h, size_t n)
{
	if (!str_eq(str_first(*s, n), STR("MSWinEventLog")))
		return false;
	h->appname = str_first(*s, n);
	*s = str_skip(*s, n);
	return true;
}

/* "auth|security:info su: ", "daemon:err|error inetd[7]: ": AIX writes facility
 * and level before the tag, by both of their names where there are two. */
static void
skip_aix_priority(struct str *s)
{
	size_t n = 0, level, end;

	while (n < s->n && n < 16 &&
	    ((s->p[n] >= 'a' && s->p[n] <= 'z') || s->p[n] == '|' ||
		char_is_digit(s->p[n])))
		n++;
	if (n == 0 || n >= s->n || s->p[n] != ':')
		return;
	for (level = ++n; n < s->n && n < 32 && s->p[n] != ' ';)
		n++;
	end = str_find_char(str_make(s->p + level, n - level), '|');
	if (n + 1 < s->n && s->p[n] == ' ' &&
	    header_is_level(str_make(s->p + level,
		end == SIZE_MAX ? n - level : end)))
		*s = str_skip(*s, n + 1);
}

bool
header_tag(struct str *s, struct header *h, bool bare_too)
{
	size_t n;

	skip_aix_priority(s);
	n = tag_length(*s);

	if (n == 0 || n >= s->n)
		return false;
	if (s->p[n] == '\t')
		return read_snare_tag(s, h, n);
	if (s->p[n] != ' ')
		return read_marked_tag(s, h, n, bare_too);
	if (read_second_word(s, h, n))
		return true;
	if (n + 3 < s->n && s->p[n + 1] == '[' && header_spaced_tag(s, h, n))
		return true;
	if (read_long_tag(s, h))
		return true;
	if (!bare_too || !is_bare_tag(str_first(*s, n)))
		return false;
	h->appname = str_first(*s, n);
	*s = str_skip(*s, n + 1);
	return true;
}

/* "(Stack) %%10SC/6/...": switches of HPE and H3C that are one of several. */
void
header_stack(struct str *s)
{
	size_t n = s->n > 0 && s->p[0] == '('
	    ? str_find(str_first(*s, 32), STR(") %%")) : SIZE_MAX;

	if (n != SIZE_MAX)
		*s = str_skip(*s, n + 2);
}

/* "[sshd]: text" */
bool
header_bracketed_tag(struct str *s, struct header *h)
{
	size_t n = 1;

	while (n < s->n && n < NAME_MAX_BYTES &&
	    is_part(s->p[n], PART_PLAIN) && s->p[n] != '.')
		n++;
	if (n < 3 || n + 2 >= s->n || s->p[n] != ']' || s->p[n + 1] != ':' ||
	    !char_is_alpha(s->p[1]))
		return false;
	h->appname = str_make(s->p + 1, n - 1);
	*s = str_skip(*s, n + 2);
	return true;
}

/* "Event": a sentence's rather than a host's. */
bool
header_is_first_word(struct str s)
{
	for (size_t i = 1; i < s.n; i++) {
		if (s.p[i] < 'a' || s.p[i] > 'z')
			return false;
	}
	return s.n > 1 && char_is_upper(s.p[0]);
}

/* "Denied CONN=lan SRC=192.0.2.1": what a firewall did, before its pairs. */
bool
header_is_verdict(struct str s, size_t n)
{
	static const struct str words[] = {STR_INIT("Accepted"),
	    STR_INIT("Allowed"), STR_INIT("Blocked"), STR_INIT("Denied"),
	    STR_INIT("Discarded"), STR_INIT("Dropped"), STR_INIT("Passed"),
	    STR_INIT("Permitted"), STR_INIT("Refused"), STR_INIT("Rejected")};
	struct str rest = str_skip(s, n + 1);
	size_t i = 0;

	if (n < 6 || n > 9 || !STR_IS_ONE_OF(str_first(s, n), words))
		return false;
	while (i < rest.n && is_part(rest.p[i], PART_KEY))
		i++;
	return i > 0 && i < rest.n && rest.p[i] == '=';
}

/* A file's "Thread 1 advanced to": a capital and no tag behind the word. */
bool
header_is_sentence(struct str s, size_t n)
{
	struct str next = str_skip(s, n + 1);

	if (next.n < 2 || !header_is_first_word(str_first(s, n)))
		return false;
	for (size_t i = 0; i < next.n && (i == 0 || next.p[i] != ' '); i++) {
		if (next.p[i] != ' ' && !is_part(next.p[i], PART_PLAIN))
			return false;
	}
	return true;
}

/*
 * "2026-11-24 10:00:00 status installed x": a program's own file has no host.
 * A word of letters alone is one only where a tag, or what is no word, stands
 * behind it.
 */
bool
header_is_files_word(struct str s, size_t n)
{
	struct header try = {0};
	struct str rest = str_skip(s, n + 1);
	size_t i = 0;

	for (size_t k = 0; k < n; k++) {
		if (!char_is_alpha(s.p[k]))
			return false;
	}
	skip_blanks(&rest);
	/* "conffile /etc/x keep" */
	if (rest.n > 0 && rest.p[0] == '/')
		return !header_tag(&rest, &try, false);
	while (i < rest.n && is_part(rest.p[i], PART_KEY))
		i++;
	return i > 0 && i < rest.n && rest.p[i] == ' ' &&
	    !char_is_digit(rest.p[0]) && !header_tag(&rest, &try, false);
}

/* "sshd", not "10.in-addr.arpa/IN": a tag that nothing else vouches for. */
bool
header_is_name(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (!char_is_alnum(s.p[i]) && s.p[i] != '-' && s.p[i] != '_' &&
		    s.p[i] != '.')
			return false;
	}
	return s.n > 0 && char_is_alpha(s.p[0]);
}

/* "db01: sshd[2211]: text": a name with a digit, a dash or two dots, and a tag
 * with its process. */
bool
header_is_host_with_colon(struct str s, size_t n)
{
	struct str rest = str_skip(s, n + 1);
	struct header try = {0};
	bool sure = false;
	int dots = 0;

	for (size_t i = 0; i + 1 < n; i++) {
		if (!is_part(s.p[i], PART_PLAIN))
			return false;
		sure |= char_is_digit(s.p[i]) || s.p[i] == '-';
		dots += s.p[i] == '.';
	}
	return (sure || dots > 1) && header_tag(&rest, &try, false) &&
	    try.procid.n > 0;
}

/* A host, and a tag with its colon: without them a number is no stamp. */
bool
header_is_host_and_tag(struct str s)
{
	struct header try = {0};
	size_t n = host_length(s);

	if (n == 0 || s.p[n - 1] == ':')
		return false;
	s = str_skip(s, n + 1);
	return header_tag(&s, &try, false);
}
