/*
 * Records of the Linux audit system:
 *
 *   [node=n ]type=T msg=audit(seconds.ms:serial): key=value ...
 *
 * What the kernel was given by a program stands in double quotes or, when a
 * blank, a quote or a control character is in it, bare as hexadecimal digits.
 * Records of user space have their pairs in msg='...'; behind 0x1d auditd adds
 * names for numbers, their keys in capitals. Several records of one event in
 * one line become one event.
 */
#include "engine/normalise/work.h"

#define MAX_KEY	 64
#define MAX_ARGS ((size_t)16 * 1024)

struct auditd {
	struct decoder *d;
	struct str type; /* of the record under way */
	struct str arch;
	struct str syscall; /* its number */
	bool named;	    /* and its name was there */
	char *args;	 /* of EXECVE, joined by blanks; in the scratch */
	size_t n_args;
	size_t size; /* of args */
	bool more;	 /* the decoder takes more */
	bool headed;	 /* there was an audit(...) */
};

static int
digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Bytes of s that are hexadecimal digits, to an even number. */
static size_t
hex_length(struct str s)
{
	size_t n = 0;

	while (n < s.n && digit_of(s.p[n]) >= 0)
		n++;
	return n & ~(size_t)1;
}

static unsigned
byte_at(struct str hex, size_t i)
{
	return (unsigned)(digit_of(hex.p[2 * i]) * 16 +
	    digit_of(hex.p[2 * i + 1]));
}

/*
 * The text that s stands for; s itself where it is no code: then nothing in
 * it would have had to be encoded. Zeros part the words of proctitle.
 */
static struct str
decode_hex(struct auditd *a, struct str s)
{
	size_t n = s.n / 2;
	bool needed = false;
	char *out;

	if (s.n == 0 || hex_length(s) != s.n)
		return s;
	while (n > 0 && byte_at(s, n - 1) == 0)
		n--;
	out = arena_text(a->d->ev->scratch, n);
	for (size_t i = 0; i < n; i++) {
		unsigned c = byte_at(s, i);

		needed |= c <= ' ' || c == '"' || c > '~';
		out[i] = (char)(c == 0 ? ' ' : c);
	}
	if (!needed)
		return s;
	return privacy_decoded(a->d->n->privacy, a->d->ev,
	    a->d->n->origin->member, s, str_make(out, n));
}

/* Keys whose bare values the kernel or auditd may have encoded. */
static bool
is_encoded(const struct auditd *a, struct str key)
{
	static const struct str keys[] = {STR_INIT("acct"), STR_INIT("cmd"),
	    STR_INIT("comm"), STR_INIT("cwd"), STR_INIT("data"),
	    STR_INIT("dev"), STR_INIT("exe"), STR_INIT("file"),
	    STR_INIT("grp"), STR_INIT("key"), STR_INIT("name"),
	    STR_INIT("ocomm"), STR_INIT("path"), STR_INIT("proctitle"),
	    STR_INIT("profile"), STR_INIT("root_dir"), STR_INIT("unit"),
	    STR_INIT("vm"), STR_INIT("watch")};

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		if (str_eq(key, keys[i]))
			return true;
	}
	return str_eq(a->type, STR("EXECVE")) && key.p[0] == 'a' &&
	    key.n > 1 && char_is_digit(key.p[1]);
}

static void
put(struct auditd *a, struct str key, struct str value)
{
	if (a->more)
		a->more = decode_put(a->d, key, value, VALUE_TEXT);
}

/* sockaddr as the kernel has it: family (little endian), port, address. */
static void
put_address(struct auditd *a, struct str value)
{
	struct str hex = str_first(value, hex_length(value));
	size_t n = hex.n / 2;
	struct ip ip = {.b = {[10] = 0xff, [11] = 0xff}};
	char text[IP_TEXT];
	bool six;

	if (n >= 3 && byte_at(hex, 0) == 1) {
		put(a, STR("saddr_family"), STR("unix"));
		put(a, STR("saddr_path"), decode_hex(a, str_skip(hex, 4)));
		return;
	}
	six = n >= 24 && byte_at(hex, 0) == 10;
	if (!six && (n < 8 || byte_at(hex, 0) != 2))
		return;
	for (size_t i = 0; i < (six ? 16u : 4u); i++)
		ip.b[six ? i : 12 + i] =
		    (unsigned char)byte_at(hex, (six ? 8 : 4) + i);
	put(a, STR("saddr_family"), six ? STR("inet6") : STR("inet"));
	put(a, STR("saddr_ip"),
	    arena_dup(a->d->ev->scratch, ip_format(&ip, text)));
	put(a, STR("saddr_port"), arena_printf(a->d->ev->scratch, "%u",
	    byte_at(hex, 2) * 256 + byte_at(hex, 3)));
}

static void
join_argument(struct auditd *a, struct str value, bool blank)
{
	size_t n = a->n_args + blank + value.n;

	if (n > MAX_ARGS) {
		a->d->limit = true;
		return;
	}
	if (n > a->size) {
		char *old = a->args;

		a->size = n < 256 ? 512 : n * 2;
		a->args = arena_text(a->d->ev->scratch, a->size);
		if (a->n_args > 0)
			memcpy(a->args, old, a->n_args);
	}
	if (blank)
		a->args[a->n_args] = ' ';
	if (value.n > 0)
		memcpy(a->args + a->n_args + blank, value.p, value.n);
	a->n_args = n;
}

/* a0, a1, ... of EXECVE. A long one comes in pieces, a2[0], a2[1], behind its
 * a2_len. */
static void
put_argument(struct auditd *a, struct str key, struct str value)
{
	struct str digits = str_skip(key, 1), piece = STR_NONE;
	uint64_t number;

	(void)str_cut(digits, '[', &digits, &piece);
	if (key.p[0] != 'a' || !str_to_u64(digits, &number)) {
		if (str_find_char(key, '_') == SIZE_MAX)
			put(a, key, value);
		return;
	}
	if (a->n_args == 0 && number > 0)
		put(a, STR("argv"), arena_printf(a->d->ev->scratch,
		    "[... %llu truncated arguments ...]",
		    (unsigned long long)number));
	join_argument(a, value, a->n_args > 0 &&
		(piece.n == 0 || str_eq(piece, STR("0]"))));
	put(a, STR("argv"), value);
	if (piece.n == 0)
		put(a, key, value);
}

/* Several keys of rules in one field are parted by 0x01. */
static void
put_keys(struct auditd *a, struct str key, struct str value)
{
	struct str one;

	while (value.n > 0) {
		(void)str_cut(value, '\x01', &one, &value);
		put(a, key, one);
	}
}

static void
put_pair(struct auditd *a, struct str key, struct str value, bool bare)
{
	if (bare && (str_eq(value, STR("?")) || str_eq(value, STR("(null)"))))
		return;
	if (bare && is_encoded(a, key))
		value = decode_hex(a, value);
	if (str_eq(key, STR("type"))) {
		if (str_has_prefix(value, STR("UNKNOWN[")) && value.n > 9)
			value = str_make(value.p + 8, value.n - 9);
		if (a->type.n == 0)
			put(a, key, value);
		a->type = value;
	} else if (str_eq(a->type, STR("EXECVE"))) {
		put_argument(a, key, value);
	} else if (str_eq(key, STR("key"))) {
		put_keys(a, key, value);
	} else {
		put(a, key, value);
		if (str_eq(key, STR("saddr")))
			put_address(a, value);
		else if (str_eq(key, STR("arch")))
			a->arch = value;
		else if (str_eq(key, STR("syscall")))
			a->syscall = value;
		a->named |= str_eq(key, STR("SYSCALL"));
	}
}

/* The name that the enriched format would have given. */
static void
put_syscall(struct auditd *a)
{
	static const struct {
		uint16_t x86_64, arm64;
		struct str name;
	} calls[] = {
#define SYSCALL(x, arm, name) {x, arm, STR_INIT(#name)},
#include "engine/normalise/syscalls.def"
#undef SYSCALL
	};
	bool arm = str_eq(a->arch, STR("c00000b7"));
	uint64_t number;

	if (a->named || !str_to_u64(a->syscall, &number) || number == 0 ||
	    (!arm && !str_eq(a->arch, STR("c000003e"))))
		return;
	for (size_t i = 0; i < sizeof(calls) / sizeof(*calls); i++) {
		if ((arm ? calls[i].arm64 : calls[i].x86_64) == number)
			put(a, STR("SYSCALL"), calls[i].name);
	}
}

/* "audit(1795446000.193:421):" */
static bool
take_head(struct auditd *a, struct str *s)
{
	struct str rest, time, serial;
	size_t end;

	if (!str_has_prefix(*s, STR("audit(")))
		return false;
	rest = str_skip(*s, 6);
	end = str_find_char(str_first(rest, 64), ')');
	if (end == SIZE_MAX || !str_cut(str_first(rest, end), ':', &time,
				   &serial))
		return false;
	if (!a->headed) {
		put(a, STR("time"), time);
		put(a, STR("sequence"), serial);
	}
	a->headed = true;
	*s = str_skip(rest, end + 1);
	return true;
}

static bool
is_between(char c)
{
	return c == ' ' || c == '\t' || c == '\x1d' || c == '(' || c == ',' ||
	    c == '\'' || c == '\n';
}

static size_t
key_length(struct str s)
{
	size_t n = 0;

	while (n < s.n && n < MAX_KEY &&
	    (char_is_alnum(s.p[n]) || s.p[n] == '_' || s.p[n] == '-' ||
		s.p[n] == '.' || s.p[n] == '[' || s.p[n] == ']'))
		n++;
	return n > 0 && n < s.n && s.p[n] == '=' ? n : 0;
}

static size_t
word_length(struct str s)
{
	size_t n = 0;

	while (n < s.n && s.p[n] != ' ' && s.p[n] != '\t' &&
	    s.p[n] != '\x1d' && s.p[n] != '\'')
		n++;
	return n;
}

/* "op=adding group to /etc/gshadow id=1004": words that are no pairs. */
static size_t
words_length(struct str s)
{
	size_t n = word_length(s);

	while (n + 1 < s.n && s.p[n] == ' ') {
		struct str next = str_skip(s, n + 1);

		if (key_length(next) > 0 || word_length(next) == 0 ||
		    is_between(next.p[0]))
			break;
		n += 1 + word_length(next);
	}
	return n;
}

static struct str
without_end(struct str value)
{
	char last = value.n > 1 ? value.p[value.n - 1] : '\0';

	if (last == ',' || last == ';' ||
	    (last == ')' && str_find_char(value, '(') == SIZE_MAX))
		value.n--;
	return value;
}

/* The value at s, which is moved behind it. */
static void
take_value(struct auditd *a, struct str key, struct str *s)
{
	size_t n;

	if (s->n > 0 && s->p[0] == '"') {
		struct str rest = str_skip(*s, 1);

		n = str_find_char(rest, '"');
		if (n != SIZE_MAX) {
			put_pair(a, key, str_first(rest, n), false);
			*s = str_skip(rest, n + 1);
			return;
		}
	}
	if (s->n > 0 && s->p[0] == '{') {
		n = str_find_char(*s, '}');
		n = n == SIZE_MAX ? s->n : n + 1;
	} else {
		n = str_eq(key, STR("op")) ? words_length(*s)
					   : word_length(*s);
	}
	put_pair(a, key, without_end(str_first(*s, n)), true);
	*s = str_skip(*s, n);
}

/* journald's copies: "USER_LOGIN pid=99 ...", the type and no head. */
static void
take_type(struct auditd *a, struct str *s)
{
	struct str word = str_first(*s, word_length(*s));

	for (size_t i = 0; i < word.n; i++) {
		if (!char_is_upper(word.p[i]) &&
		    !(i > 0 && (word.p[i] == '_' || char_is_digit(word.p[i]))))
			return;
	}
	if (word.n < 3)
		return;
	put_pair(a, STR("type"), word, false);
	*s = str_skip(*s, word.n);
}

bool
format_auditd(struct decoder *d, struct str s)
{
	struct auditd a = {.d = d, .more = true};

	take_type(&a, &s);
	while (a.more) {
		struct str key;
		size_t n;

		while (s.n > 0 && is_between(s.p[0]))
			s = str_skip(s, 1);
		if (s.n == 0)
			break;
		n = key_length(s);
		if (n == 0) {
			if (!take_head(&a, &s))
				s = str_skip(s, word_length(s));
			continue;
		}
		key = str_first(s, n);
		s = str_skip(s, n + 1);
		if (str_eq(key, STR("msg"))) {
			/* A head, or pairs: both are read as they come. */
			if (!take_head(&a, &s) && s.n > 0 && s.p[0] == '\'')
				s = str_skip(s, 1);
			continue;
		}
		take_value(&a, key, &s);
	}
	put_syscall(&a);
	put(&a, STR("command_line"), str_make(a.args, a.n_args));
	return a.headed || a.type.n > 0;
}
