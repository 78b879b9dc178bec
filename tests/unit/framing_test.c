/* Framing: the table of verdicts, each row for every split point. */
#include "engine/ingest/framing.h"

#include "engine/base/arena.h"
#include "engine/base/buf.h"
#include "engine/base/stats.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

struct feed {
	struct framer framer;
	struct buf waiting;
	struct buf out;  /* "text" and its flags, ";" behind each */
	size_t most;     /* bytes that ever waited */
	size_t searched; /* bytes given to framing_scan in all */
	bool closed;
};

static void
take(struct feed *feed, const struct framed *framed)
{
	struct str line;
	size_t at = 0;
	uint32_t n = 0;

	if (framed->bare) {
		buf_add(&feed->out, framed->raw);
		n = 1;
	}
	while (!framed->bare &&
	    framing_next(framed->kind, framed->raw, &at, &line)) {
		if (n++ > 0)
			buf_add_char(&feed->out, ';');
		buf_add(&feed->out, line);
	}
	assert_int_equal(n, framed->lines);
	if (framed->partial || framed->truncated)
		assert_int_equal(n, 1);
	if (framed->partial)
		buf_add(&feed->out, STR("[partial]"));
	if (framed->truncated)
		buf_add(&feed->out, STR("[truncated]"));
	buf_add_char(&feed->out, ';');
}

static void
feed_bytes(struct feed *feed, struct str bytes, bool eof)
{
	enum framing_verdict verdict = FRAMING_RUN;
	struct framed framed;

	if (feed->closed)
		return;
	buf_add(&feed->waiting, bytes);
	while (verdict == FRAMING_RUN) {
		verdict = framing_scan(
		    &feed->framer, buf_str(&feed->waiting), eof, &framed);
		framing_count(&framed, verdict);
		if (verdict == FRAMING_RUN)
			take(feed, &framed);
		buf_drop(&feed->waiting, framed.used);
	}
	if (feed->waiting.n > feed->most)
		feed->most = feed->waiting.n;
	if (verdict == FRAMING_CLOSE) {
		feed->closed = true;
		buf_printf(&feed->out, "close:%s",
		    framed.reason == FRAMING_TLS             ? "tls"
			: framed.reason == FRAMING_TOO_LARGE ? "large"
							     : "count");
	} else if (eof) {
		assert_int_equal(feed->waiting.n, 0);
	}
}

static void
feed_start(struct feed *feed, enum framing_mode mode)
{
	*feed = (struct feed){.framer = {.mode = mode}};
	buf_init(&feed->waiting, SIZE_MAX);
	buf_init(&feed->out, SIZE_MAX);
	*stats = (struct stats){0};
}

static void
feed_end(struct feed *feed)
{
	buf_fini(&feed->waiting);
	buf_fini(&feed->out);
}

static const struct row {
	const char *name;
	enum framing_mode mode;
	struct str in;
	struct str out;
	/* expected counters, in the order of enum */
	unsigned received, empty, dropped, refused, tls;
} rows[] = {
    {"exact count",			    FRAMING_AUTO,                 STR_INIT("5 <13>a"),                                STR_INIT("<13>a;"),
     .received = 1},
    {"exact count, octet listener",            FRAMING_ONLY_OCTET,           STR_INIT("5 <13>a"),
     STR_INIT("<13>a;"),																								      .received = 1},
    {"a count on an LF-only listener is text", FRAMING_ONLY_LF,
     STR_INIT("5 <13>a\n"),												      STR_INIT("5 <13>a;"),									.received = 1},
    {"two frames",			     FRAMING_AUTO,                 STR_INIT("3 abc2 de"),                              STR_INIT("abc;de;"),
     .received = 2},
    {"lines",				  FRAMING_AUTO,                 STR_INIT("<13>a\n<14>b\n"),
     STR_INIT("<13>a;<14>b;"),																								.received = 2},
    {"LF, NUL and CR in a counted message",    FRAMING_AUTO,
     STR_INIT("6 a\nb\0\rc"),												    STR_INIT("a\nb\0\rc;"),								      .received = 1},
    {"LF splits, NUL and CR stay",             FRAMING_AUTO,                 STR_INIT("a\0b\r\nc\n"),
     STR_INIT("a\0b\r;c;"),																								   .received = 2},
    {"count 0, auto",			  FRAMING_AUTO,                 STR_INIT("0 <13>a"),
     STR_INIT("close:count"),																								 .received = 1,.refused = 1},
    {"count 0, octet",					FRAMING_ONLY_OCTET,						     STR_INIT("0 "),
     STR_INIT("close:count"),								       .received = 1,.refused = 1},
    {"count 0, LF only",			    FRAMING_ONLY_LF,							STR_INIT("0 a\n"),											 STR_INIT("0 a;"),
     .received = 1},
    {"leading zero",			    FRAMING_AUTO,							STR_INIT("00012 <13>a"),
     STR_INIT("close:count"),																		 .received = 1,.refused = 1},
    {"leading zero later",			   FRAMING_AUTO,					   STR_INIT("1 a05 <13>a"),
     STR_INIT("a;close:count"),                     .received = 2,.refused = 1},
    {"eight digits",                FRAMING_ONLY_OCTET,                               STR_INIT("12345678 a"),
     STR_INIT("close:count"),																	    .received = 1,						  .refused = 1},
    {"twelve digits, auto",                  FRAMING_AUTO,						STR_INIT("123456789012 a"),
     STR_INIT("close:count"),                         .received = 1,.refused = 1},
    {"eight digits, LF only",           FRAMING_ONLY_LF,STR_INIT("12345678 a\n"),
     STR_INIT("12345678 a;"),																			  .received = 1																				      },
    {"negative",		  FRAMING_ONLY_OCTET,                     STR_INIT("-5 <13>a"),
     STR_INIT("close:count"),																								 .received = 1,.refused = 1},
    {"negative, auto, is text",                               FRAMING_AUTO,                        STR_INIT("-5 a\n"),
     STR_INIT("-5 a;"),																								 .received = 1},
    {"digits without SP, octet",					FRAMING_ONLY_OCTET,                                            STR_INIT("12x abc"),
     STR_INIT("close:count"),												      .received = 1,.refused = 1},
    {"digits without SP, auto, are text",                                        FRAMING_AUTO,
     STR_INIT("2026-11-24 a\nb\n"),                                    STR_INIT("2026-11-24 a;b;"),
     .received = 2},
    {"digits and LF, auto",			    FRAMING_AUTO,							STR_INIT("12\nb\n"),
     STR_INIT("12;b;"),														.received = 2},
    {"over 1 MiB",			    FRAMING_AUTO,							STR_INIT("1048577 a"),										      STR_INIT("close:large"),
     .received = 1,.refused = 1},
    {"good, then over 1 MiB",                           FRAMING_AUTO,						       STR_INIT("1 a9999999 b"),
     STR_INIT("a;close:large"),				   .received = 2,.refused = 1},
    {"no PRI",			    FRAMING_AUTO,					    STR_INIT("1 a"),											      STR_INIT("a;"),																				   .received = 1},
    {"count too short",                FRAMING_AUTO,                               STR_INIT("4 <13>a5 <13>b"),
     STR_INIT("<13>;close:count"),															      .received = 2,							   .refused = 1},
    {"count too long",			 FRAMING_AUTO,STR_INIT("6 <13>a5 <13>b"),
     STR_INIT("<13>a5;close:count"),.received = 2,.refused = 1},
    {"LF behind a counted message",              FRAMING_AUTO,                                           STR_INIT("1 a\n1 b\n"),
     STR_INIT("a;close:count"),                                  .received = 2,.refused = 1},
    {"EOF in a frame",    FRAMING_AUTO,           STR_INIT("1 a9 <13>a"),
     STR_INIT("a;<13>a[partial];"),																																					       .received = 2																																																		   },
    {"EOF behind the count",            FRAMING_AUTO,               STR_INIT("1 a9 "), STR_INIT("a;"),
     .received = 2,.dropped = 1},
    {"EOF in the count",					FRAMING_AUTO,						     STR_INIT("1 a9"),											STR_INIT("a;"),
     .received = 2,.dropped = 1},
    {"EOF in the first count",					FRAMING_AUTO,					       STR_INIT("12"),									  STR_INIT(""),
     .received = 1,.dropped = 1},
    {"EOF in a line",			    FRAMING_AUTO,							STR_INIT("a\nbc"),
     STR_INIT("a;bc[partial];"),																 .received = 2},
    {"EOF behind CR",			    FRAMING_AUTO,					    STR_INIT("a\n\r"),											      STR_INIT("a;"),
     .received = 2,.empty = 1},
    {"empty lines",			    FRAMING_AUTO,							  STR_INIT("\n\na\n\r\n\nb\n"),
     STR_INIT("a;b;"),																							   .received = 6,																																																									 .empty = 4},
    {"only empty lines",                       FRAMING_AUTO,					     STR_INIT("\n\r\n\n"),										  STR_INIT(""),
     .received = 3,.empty = 3},
    {"TLS hello, auto",                       FRAMING_AUTO,STR_INIT("\x16\x03\x01\x02\x00\x01\x00"),
     STR_INIT("close:tls"),																							       .received = 1,.tls = 1},
    {"TLS hello, LF", FRAMING_ONLY_LF,STR_INIT("\x16\x03\x01\x02\x00"),
     STR_INIT("close:tls"),.received = 1,.tls = 1},
    {"TLS hello, octet",                       FRAMING_ONLY_OCTET,                 STR_INIT("\x16\x03\x01\x02\x00"),
     STR_INIT("close:tls"), .received = 1,.tls = 1},
    {"0x16 alone",					FRAMING_AUTO,						    STR_INIT("\x16"),								    STR_INIT("\x16[partial];"),
     .received = 1},
    {"0x16 and text",				FRAMING_AUTO,
     STR_INIT("\x16"
		 "a\n"),
     STR_INIT("\x16"
		 "a;"),
     .received = 1},
    {"TLS bytes later are text",                           FRAMING_AUTO,					       STR_INIT("a\n\x16\x03\n"),
     STR_INIT("a;\x16\x03;"),																					     .received = 2																																																																											},
    {"odd PRIs",		    FRAMING_AUTO,				   STR_INIT("<999>a\n<>b\n<013>c\n<-1>d\n"),
     STR_INIT("<999>a;<>b;<013>c;<-1>d;"),																					.received = 4},
    {"SP first, octet",			FRAMING_ONLY_OCTET,STR_INIT(" 5 <13>a"),
     STR_INIT("close:count"),																									 .received = 1,.refused = 1},
    {"text, octet listener",                       FRAMING_ONLY_OCTET,						      STR_INIT("<13>a\n"),
     STR_INIT("close:count"),																									 .received = 1,.refused = 1},
    {"nothing",               FRAMING_AUTO,						STR_INIT(""),										     STR_INIT(""),    .received = 0},
};

static void
check_row(const struct row *row, const struct feed *feed, size_t a, size_t b)
{
	const struct {
		const char *name;
		uint64_t have, want;
	} counters[] = {
	    {"received", stats->n[STAT_received],             row->received},
	    {"empty",    stats->n[STAT_refused_empty],        row->empty   },
	    {"dropped",  stats->n[STAT_dropped_partial],      row->dropped },
	    {"refused",  stats->n[STAT_refused_framing],      row->refused },
	    {"tls",      stats->n[STAT_refused_tls_on_plain], row->tls     },
	};

	if (!str_eq(buf_str(&feed->out), row->out))
		fail_msg("%s, split at %zu and %zu: \"%.*s\"", row->name, a, b,
		    STR_ARG(buf_str(&feed->out)));
	for (size_t i = 0; i < sizeof(counters) / sizeof(counters[0]); i++)
		if (counters[i].have != counters[i].want)
			fail_msg("%s, split at %zu and %zu: %s is %u, not %u",
			    row->name, a, b, counters[i].name,
			    (unsigned)counters[i].have,
			    (unsigned)counters[i].want);
}

static void
test_verdicts(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *row = &rows[i];
		struct feed feed;

		for (size_t a = 0; a <= row->in.n; a++) {
			for (size_t b = a; b <= row->in.n; b++) {
				feed_start(&feed, row->mode);
				feed_bytes(&feed, str_first(row->in, a), false);
				feed_bytes(&feed,
				    str_first(str_skip(row->in, a), b - a),
				    false);
				feed_bytes(&feed, str_skip(row->in, b), true);
				check_row(row, &feed, a, b);
				feed_end(&feed);
			}
		}
		feed_start(&feed, row->mode);
		for (size_t at = 0; at < row->in.n; at++)
			feed_bytes(
			    &feed, str_first(str_skip(row->in, at), 1), false);
		feed_bytes(&feed, STR_NONE, true);
		check_row(row, &feed, row->in.n, row->in.n);
		feed_end(&feed);
	}
}

/* Messages around and above the largest size, in pieces of many sizes; what
 * follows them is intact and little waits. */
static void
test_sizes(void **state)
{
	static const struct {
		const char *name;
		size_t n;
		bool truncated;
	} sizes[] = {
	    {"largest",       65536,   false},
	    {"one more",      65537,   true },
	    {"large",         300000,  true },
	    {"largest count", 1048576, true },
	};
	static const size_t pieces[] = {
	    SIZE_MAX, 1000, 4096, 65536, 65537, 65544, 100000};
	char *text = malloc(1100000);

	(void)state;
	for (size_t i = 0; i < 4 * 7 * 2; i++) {
		size_t n = sizes[i % 4].n, piece = pieces[i / 4 % 7], cut;
		bool octets = i / 28 != 0;
		struct feed feed;
		struct buf in, want;

		buf_init(&in, SIZE_MAX);
		buf_init(&want, SIZE_MAX);
		memset(text, 'x', n);
		text[n - 1] = 'y';
		cut = n < 65536 ? n : 65536;
		if (octets)
			buf_printf(&in, "2 ab%zu ", n);
		else
			buf_add(&in, STR("ab\n"));
		buf_add(&in, str_make(text, n));
		buf_add(&in, octets ? STR("2 cd") : STR("\ncd\n"));
		buf_add(&want, STR("ab;"));
		buf_add(&want, str_make(text, cut));
		buf_add(&want,
		    sizes[i % 4].truncated ? STR("[truncated];cd;")
					   : STR(";cd;"));
		feed_start(&feed, FRAMING_AUTO);
		for (size_t at = 0; at < in.n;) {
			struct str part = str_first(
			    str_skip(buf_str(&in), at), piece);

			feed_bytes(&feed, part, false);
			at += part.n;
		}
		feed_bytes(&feed, STR_NONE, true);
		if (!str_eq(buf_str(&feed.out), buf_str(&want)))
			fail_msg("%s, %s, pieces of %zu", sizes[i % 4].name,
			    octets ? "octets" : "lines", piece);
		assert_true(feed.most <= FRAMING_WAIT_MAX);
		assert_int_equal(
		    stats->n[STAT_truncated], sizes[i % 4].truncated);
		assert_int_equal(stats->n[STAT_received], 3);
		assert_int_equal(stats->n[STAT_received_bytes], in.n);
		feed_end(&feed);
		buf_fini(&in);
		buf_fini(&want);
	}
	free(text);
}

static void
test_open(void **state)
{
	struct framer f = {.mode = FRAMING_AUTO};
	struct framed framed;
	char *text = malloc(70000);

	(void)state;
	memset(text, 'x', 70000);
	assert_false(framing_is_open(&f, 0));
	assert_true(framing_is_open(&f, 1));
	assert_int_equal(
	    framing_scan(&f, str_make(text, 70000), false, &framed),
	    FRAMING_RUN);
	assert_true(framing_is_open(&f, 0)); /* its LF is owed */
	assert_int_equal(
	    framing_scan(&f, STR("\n"), false, &framed), FRAMING_MORE);
	assert_int_equal(framed.used, 1);
	assert_false(framing_is_open(&f, 0));
	free(text);
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_verdicts),
	    cmocka_unit_test(test_sizes),
	    cmocka_unit_test(test_open),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
