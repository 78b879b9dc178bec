/*
 * Messages cut, torn and bent: what the network, a full disk or an attacker
 * makes of them. The same seed gives the same bytes.
 *
 *   mutate [--lines N] [--seed S] [--packs DIR] [FILE...]
 *
 * Writes N octet-counted messages (RFC 6587, 3.4.1), made of those in FILEs
 * (counted in the same way, or lines) and in the packs' own tests.
 */
#include "bench/messages.h"
#include "bench/normaliser.h"

#include <stdlib.h>

#define LONGEST ((size_t)64 * 1024)

struct mutant {
	uint64_t seed;
	struct messages from;
	struct buf text;
};

static uint64_t
next(struct mutant *m)
{
	/* xorshift64* */
	m->seed ^= m->seed >> 12;
	m->seed ^= m->seed << 25;
	m->seed ^= m->seed >> 27;
	return m->seed * 0x2545f4914f6cdd1dull;
}

static size_t
below(struct mutant *m, size_t n)
{
	return n == 0 ? 0 : (size_t)(next(m) >> 33) % n;
}

static struct str
any(struct mutant *m)
{
	return m->from.items[below(m, m->from.n)];
}

/* A part of the text, from..to. */
static void
part(struct mutant *m, size_t *from, size_t *to)
{
	*from = below(m, m->text.n + 1);
	*to = *from + below(m, below(m, 4) == 0 ? m->text.n - *from + 1 : 24);
	if (*to > m->text.n)
		*to = m->text.n;
}

static void
insert(struct mutant *m, size_t at, struct str s)
{
	char *room;

	if (m->text.n + s.n > LONGEST)
		return;
	room = buf_room(&m->text, s.n);
	if (room == NULL)
		return;
	memmove(m->text.p + at + s.n, m->text.p + at, m->text.n - at);
	memcpy(m->text.p + at, s.p, s.n);
	m->text.n += s.n;
}

static void
flip_bytes(struct mutant *m)
{
	for (size_t n = 1 + below(m, 8); n > 0 && m->text.n > 0; n--) {
		char *p = m->text.p + below(m, m->text.n);

		*p = (char)(below(m, 2) == 0 ? *p ^ 1 << below(m, 8)
					     : (int)below(m, 256));
	}
}

static void
cut_end(struct mutant *m)
{
	m->text.n = below(m, m->text.n + 1);
}

static void
cut_start(struct mutant *m)
{
	buf_drop(&m->text, below(m, m->text.n + 1));
}

static void
take_out(struct mutant *m)
{
	size_t from, to;

	part(m, &from, &to);
	memmove(m->text.p + from, m->text.p + to, m->text.n - to);
	m->text.n -= to - from;
}

static void
put_in(struct mutant *m)
{
	static const struct str pieces[] = {STR_INIT("\""), STR_INIT("\\"),
	    STR_INIT("'"), STR_INIT("["), STR_INIT("]"), STR_INIT("{"),
	    STR_INIT("}"), STR_INIT("<"), STR_INIT(">"), STR_INIT("="),
	    STR_INIT(","), STR_INIT(";"), STR_INIT("|"), STR_INIT(":"),
	    STR_INIT(" "), STR_INIT("\t"), STR_INIT("\n"), STR_INIT("\r\n"),
	    STR_INIT("\0"), STR_INIT("\xff"), STR_INIT("\xc3\xa9"),
	    STR_INIT("\xed\xa0\x80"), STR_INIT("\xf0\x9f\x98\x80"),
	    STR_INIT("\\u0000"), STR_INIT("\\ud83d"), STR_INIT("&#x41;"),
	    STR_INIT("-1"), STR_INIT("99999999999999999999"),
	    STR_INIT("1e999"), STR_INIT("::ffff:192.0.2.1"),
	    STR_INIT("<!DOCTYPE"), STR_INIT("%s%n"), STR_INIT("<191>"),
	    STR_INIT("CEF:0|"), STR_INIT("LEEF:2.0|"), STR_INIT("{\"a\":"),
	    STR_INIT("k=\""), STR_INIT("1 2026-11-24T10:00:00Z h ")};

	insert(m, below(m, m->text.n + 1),
	    pieces[below(m, sizeof(pieces) / sizeof(pieces[0]))]);
}

/* A part again, once or until the message is long. */
static void
repeat(struct mutant *m)
{
	size_t from, to, times = below(m, 16) == 0 ? 1 + below(m, 4096)
						   : 1 + below(m, 3);
	struct buf copy;

	part(m, &from, &to);
	buf_init(&copy, LONGEST);
	for (; times > 0 && !copy.full; times--)
		buf_add(&copy, str_make(m->text.p + from, to - from));
	if (copy.n > 0)
		insert(m, to, buf_str(&copy));
	buf_fini(&copy);
}

/* The rest of another message. */
static void
join_other(struct mutant *m)
{
	struct str other = any(m);

	cut_end(m);
	insert(m, m->text.n, str_skip(other, below(m, other.n + 1)));
}

static void
make(struct mutant *m)
{
	static void (*const ways[])(struct mutant *) = {flip_bytes, cut_end,
	    cut_start, take_out, put_in, repeat, join_other};

	buf_clear(&m->text);
	insert(m, 0, str_first(any(m), LONGEST));
	/* One in eight stays as it is. */
	for (size_t n = below(m, 8) == 0 ? 0 : 1 + below(m, 3); n > 0; n--)
		ways[below(m, sizeof(ways) / sizeof(ways[0]))](m);
}

int
main(int argc, char **argv)
{
	struct mutant m = {.seed = 1};
	struct bench_normaliser b;
	const char *packs = NULL;
	uint64_t lines = 1000000;
	int at = 1;

	for (; at + 1 < argc && argv[at][0] == '-'; at += 2) {
		struct str name = str_from(argv[at]);
		struct str value = str_from(argv[at + 1]);
		bool good = true;

		if (str_eq(name, STR("--packs")))
			packs = argv[at + 1];
		else if (str_eq(name, STR("--lines")))
			good = str_to_u64(value, &lines);
		else
			good = str_eq(name, STR("--seed")) &&
			    str_to_u64(value, &m.seed);
		if (!good) {
			fprintf(stderr, "usage: mutate [--lines N] [--seed S] "
			    "[--packs DIR] [FILE...]\n");
			return 3;
		}
	}
	m.seed += m.seed == 0;
	if (!bench_normaliser_init(&b, packs))
		return 2;
	for (size_t i = 0; i < b.packs->n; i++)
		messages_of_pack(&m.from, b.packs->items[i]);
	for (; at < argc; at++) {
		if (!messages_of_file(&m.from, argv[at])) {
			fprintf(stderr, "cannot read %s\n", argv[at]);
			return 3;
		}
	}
	buf_init(&m.text, 2 * LONGEST);
	for (uint64_t i = 0; i < lines; i++) {
		make(&m);
		printf("%zu ", m.text.n);
		(void)fwrite(m.text.p, 1, m.text.n, stdout);
	}
	buf_fini(&m.text);
	free(m.from.items);
	bench_normaliser_fini(&b);
	return ferror(stdout) || fflush(stdout) != 0 ? 5 : 0;
}
