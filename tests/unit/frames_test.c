/*
 * The samples of all shipped packs as other senders would have sent them:
 * each has to arrive at the same pack. New packs take old ones' lines away
 * only in frames that their own samples do not have.
 */
#include "engine/base/json.h"
#include "engine/daemon/files.h"
#include "engine/normalise/work.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdio.h>

/* 2026-12-31T23:59:59Z, as in the packs' own tests. */
#define RECEIVED ((int64_t)1798761599 * SECOND)

/* Products whose lines another sender's frame changes. */
static const struct str changed[] = {
    STR_INIT("bind"),		    /* bare lines of its files */
    STR_INIT("cisco-wsa"),	    /* a stamp of its own in front */
    STR_INIT("citrix-adc"),	    /* its header is found by its stamp */
    STR_INIT("dell-networking-os"), /* two tags */
    STR_INIT("hpe-procurve"),	    /* a number before the tag */
    STR_INIT("ivanti-epm"),	    /* a host before the text */
    STR_INIT("login-failures"),	    /* stamps of many products' own */
    STR_INIT("netapp-ontap"),	    /* the event's name is the message id */
    STR_INIT("tplink-omada"),	    /* its name stands behind a second stamp */
    STR_INIT("ubiquiti-unifi"),	    /* three words for the host */
};

struct world {
	struct arena *arena;
	struct packs *packs;
	struct normaliser *n;
	struct event *ev;
	struct member member;
	struct buf line;
};

static void
start(struct world *w)
{
	struct files files = {0};
	struct field_table *fields;
	struct word_table *words;
	struct err err;

	w->arena = arena_new(0);
	err_init(&err, w->arena);
	assert_true(files_add(w->arena, "parsers", &files, &err));
	fields = field_table_new(w->arena);
	words = word_table_new(w->arena);
	w->packs = packs_load(w->arena, fields, words, files.items, files.n,
	    &err);
	assert_non_null(w->packs);
	w->n = normaliser_new(w->packs, fields, words);
	w->ev = event_alloc(fields);
	w->member = (struct member){.id = STR("test"),
	    .type = STR("unregistered")};
	buf_init(&w->line, (size_t)1024 * 1024);
}

static void
stop(struct world *w)
{
	buf_fini(&w->line);
	normaliser_free(w->n);
	event_release(w->ev);
	packs_free(w->packs);
	arena_free(w->arena);
}

static struct str
pack_of(struct world *w, struct str line)
{
	struct origin origin = {.id = {0}, .member = &w->member, .past = true,
	    .received = RECEIVED};

	normalise(w->n, w->ev, line, &origin);
	return event_get(w->ev, FIELD_VIGIE_PACK);
}

static void
add_origin(struct buf *b, const struct header *h)
{
	buf_printf(b, "%.*s ", STR_ARG(h->hostname.n > 0 ? h->hostname
							 : STR("host1")));
	buf_add(b, h->appname);
	if (h->appname.n > 0 && h->procid.n > 0)
		buf_printf(b, "[%.*s]", STR_ARG(h->procid));
	if (h->appname.n > 0)
		buf_add(b, STR(": "));
	buf_add(b, h->message);
}

static void
rfc3164(struct buf *b, const struct header *h)
{
	buf_printf(b, "<%d>Nov 24 10:00:00 ", h->pri);
	add_origin(b, h);
}

static void
iso(struct buf *b, const struct header *h)
{
	buf_add(b, STR("2026-11-24T10:00:00.123456+01:00 "));
	add_origin(b, h);
}

static struct str
or_nil(struct str s)
{
	return s.n > 0 ? s : STR("-");
}

static void
rfc5424(struct buf *b, const struct header *h)
{
	buf_printf(b, "<%d>1 2026-11-24T09:00:00.123Z ", h->pri);
	buf_printf(b, "%.*s %.*s %.*s ", STR_ARG(or_nil(h->hostname)),
	    STR_ARG(or_nil(h->appname)), STR_ARG(or_nil(h->procid)));
	buf_printf(b, "%.*s %.*s ", STR_ARG(or_nil(h->msgid)),
	    STR_ARG(or_nil(h->sd)));
	buf_add(b, h->message);
}

/* A relay took the mark of CEF or LEEF for the program. */
static void
marked(struct buf *b, const struct header *h)
{
	struct header apart = *h;
	struct str mark;

	if (h->body == BODY_CEF || h->body == BODY_LEEF) {
		(void)str_cut(h->message, ':', &mark, &apart.message);
		apart.appname = mark;
		apart.procid = STR_NONE;
	}
	rfc5424(b, &apart);
}

/* The whole line, as Logstash has it when nobody parsed it. */
static void
logstash(struct buf *b, struct str line)
{
	struct json j = json_to(b);

	json_open(&j);
	json_pair_str(&j, "@timestamp", STR("2026-11-24T09:00:01.000Z"));
	json_pair_str(&j, "@version", STR("1"));
	json_pair_str(&j, "host", STR("192.0.2.3"));
	json_pair_str(&j, "message", line);
	json_close(&j);
}

/* $(format-json --scope rfc3164) */
static void
syslog_ng(struct buf *b, const struct header *h)
{
	struct json j = json_to(b);

	json_open(&j);
	json_pair_str(&j, "PROGRAM", h->appname);
	json_pair_str(&j, "PRIORITY", STR("info"));
	if (h->procid.n > 0)
		json_pair_str(&j, "PID", h->procid);
	json_pair_str(&j, "MESSAGE", h->message);
	json_pair_str(&j, "HOST", h->hostname.n > 0 ? h->hostname
						   : STR("host1"));
	json_pair_str(&j, "FACILITY", STR("auth"));
	json_pair_str(&j, "DATE", STR("Nov 24 10:00:00"));
	json_close(&j);
}

static size_t
check(struct world *w, const char *frame, struct str line, struct str want)
{
	struct str got = pack_of(w, buf_str(&w->line));

	if (str_eq(got, want))
		return 0;
	print_error("%s: %.*s, wanted %.*s: %.*s\n", frame, STR_ARG(got),
	    STR_ARG(want), STR_ARG(str_first(line, 300)));
	return 1;
}

/* "Site: Main,Server: s1" without a program: its first word would be one. */
static bool
has_false_tag(const struct header *h)
{
	size_t blank = str_find_char(h->message, ' ');

	return h->appname.n == 0 && blank != SIZE_MAX && blank > 0 &&
	    h->message.p[blank - 1] == ':';
}

static bool
fits(const struct header *h, bool structured)
{
	if (h->is_cisco)
		return false;
	if (structured)
		return str_find_char(h->appname, ' ') == SIZE_MAX;
	return h->sd.n == 0 && !has_false_tag(h);
}

/* Any other text in a message is anybody's. */
static bool
tells_itself(const struct header *h, struct str line)
{
	if (h->has_pri)
		return line.p[0] == '<';
	return line.p == h->message.p && (h->body == BODY_JSON ||
		h->body == BODY_CEF || h->body == BODY_LEEF);
}

static size_t
check_line(struct world *w, struct str line)
{
	static const struct {
		const char *name;
		void (*write)(struct buf *b, const struct header *h);
		bool structured;
	} frames[] = {{"RFC 3164", rfc3164, false}, {"ISO", iso, false},
	    {"RFC 5424", rfc5424, true}, {"mark apart", marked, true},
	    {"syslog-ng", syslog_ng, false}};
	char name[128];
	struct str want = pack_of(w, line);
	struct header h;
	size_t bad = 0;

	snprintf(name, sizeof(name), "%.*s", STR_ARG(want));
	want = str_from(name);
	header_parse(line, &h);
	for (size_t i = 0; i < sizeof(frames) / sizeof(*frames); i++) {
		if (!fits(&h, frames[i].structured))
			continue;
		buf_clear(&w->line);
		frames[i].write(&w->line, &h);
		bad += check(w, frames[i].name, line, want);
	}
	if (!tells_itself(&h, line))
		return bad;
	buf_clear(&w->line);
	logstash(&w->line, line);
	return bad + check(w, "Logstash", line, want);
}

static bool
is_changed(struct str name)
{
	for (size_t i = 0; i < sizeof(changed) / sizeof(*changed); i++)
		if (str_eq(changed[i], name))
			return true;
	return false;
}

static void
test_frames(void **state)
{
	struct world w;
	size_t bad = 0;

	(void)state;
	start(&w);
	for (size_t i = 0; i < w.packs->n; i++) {
		const struct pack *pack = w.packs->items[i];

		if (pack->generic || pack->envelope != FIELD_NONE ||
		    is_changed(pack->name))
			continue;
		for (size_t k = 0; k < pack->n_tests; k++)
			if (pack->tests[k].n_lines == 1)
				bad += check_line(&w, pack->tests[k].lines[0]);
	}
	stop(&w);
	assert_int_equal(bad, 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_frames),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
