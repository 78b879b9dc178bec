/*
 * Choosing packs: random gates and messages through the index and through a
 * plain walk over all gates (docs/parsers.md, "select"); the packs and their
 * order have to be the same.
 */
#include "tests/unit/pack_fixture.h"

#include "engine/normalise/pack.h"

#include <stdio.h>
#include <stdlib.h>

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

/* A fixed sequence: a failure comes again. */
static uint32_t seed;

static size_t
below(size_t n)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 8) % n;
}

static const char *const pieces[] = {"type=", "id=", "a", "b", "ab", "abc",
    " ", "  ", "x-", "devid", "{", "\"ts\":", "<E", "CEF:0|", "LEEF:1.0|",
    "é", "日本", "[", "] ", "20", "1", "urls src=", "flows src=", "k=v ",
    "subtype=traffic", "longer and longer text", ": %", "0123456789abcdef"};
static const char *const programs[] = {"sshd", "kernel", "java", "post/smtpd",
    "app", "appx"};
static const char *const facilities[] = {"ASA", "FTD", "asa", "SYS"};
static const char *const msgids[] = {"M1", "m2", "106023"};
static const char *const styles[] = {"text", "json", "cef", "leef", "xml",
    "kv", "cisco", "rfc5424", "rfc3164", "none"};

static void
add_pieces(struct buf *out, size_t most)
{
	for (size_t n = 1 + below(most); n > 0; n--)
		buf_add(out, str_from(pieces[below(COUNT(pieces))]));
}

/* `key: ['..', '..']` with one to three texts. */
static void
add_texts(struct buf *out, const char *key)
{
	buf_printf(out, "%s: [", key);
	for (size_t n = 1 + below(3); n > 0; n--) {
		buf_add_char(out, '\'');
		add_pieces(out, 2);
		buf_add(out, STR("', "));
	}
	buf_add(out, STR("], "));
}

static void
add_words(struct buf *out, const char *key, const char *const *words,
    size_t n, const char *behind)
{
	buf_printf(out, "%s: [%s%s, %s], ", key, words[below(n)], behind,
	    words[below(n)]);
}

static void
add_gate(struct buf *out)
{
	size_t start = out->n;

	buf_add(out, STR("  - {"));
	if (below(5) == 0)
		add_words(out, "program", programs, COUNT(programs),
		    below(3) == 0 ? "*" : "");
	if (below(8) == 0)
		add_words(out, "msgid", msgids, COUNT(msgids), "");
	if (below(8) == 0)
		add_words(out, "facility", facilities, COUNT(facilities), "");
	if (below(3) == 0)
		add_words(out, "header", styles, COUNT(styles), "");
	if (below(4) == 0)
		add_texts(out, "starts");
	if (below(2) == 0)
		add_texts(out, "contains");
	if (below(2) == 0)
		add_texts(out, "all_contains");
	if (below(12) == 0)
		buf_add(out, STR("last: true, "));
	if (out->n == start + 5)
		buf_add(out, STR("program: '*'"));
	buf_add(out, STR("}\n"));
}

static struct fixture
random_packs(size_t n)
{
	struct text_file *files = mem_get_zero(n, sizeof(*files));
	struct buf *texts = mem_get_zero(n, sizeof(*texts));
	struct fixture f;

	for (size_t i = 0; i < n; i++) {
		buf_init(&texts[i], 65536);
		buf_printf(&texts[i], "pack: p%zu\nselect:\n", i);
		for (size_t k = 1 + below(3); k > 0; k--)
			add_gate(&texts[i]);
		files[i] = (struct text_file){STR("p"), buf_str(&texts[i])};
	}
	f = load_packs(files, n);
	if (f.packs == NULL)
		fail_msg("%.*s", STR_ARG(f.err.items[0].text));
	for (size_t i = 0; i < n; i++)
		buf_fini(&texts[i]);
	free(texts);
	free(files);
	return f;
}

static void
random_line(struct buf *out)
{
	const char *program = programs[below(COUNT(programs))];

	buf_clear(out);
	switch (below(5)) {
	case 0:
		buf_printf(out, "<13>Nov 24 10:00:00 h %s[7]: ", program);
		break;
	case 1:
		buf_printf(out, "<13>1 2026-11-24T10:00:00Z h %s - %s - ",
		    program, msgids[below(COUNT(msgids))]);
		break;
	case 2:
		buf_printf(out, "<13>Nov 24 10:00:00 h %%%s-4-%s: ",
		    facilities[below(COUNT(facilities))],
		    msgids[below(COUNT(msgids))]);
		break;
	case 3:
		buf_add(out, STR("<13>Nov 24 10:00:00 h /usr/bin/app: "));
		break;
	default:
		break;
	}
	if (below(20) > 0)
		add_pieces(out, 12);
}

static bool
any_in(const struct str *list, size_t n, struct str s, bool start)
{
	for (size_t i = 0; i < n; i++) {
		if (start ? str_has_prefix(s, list[i])
			  : str_find(s, list[i]) != SIZE_MAX)
			return true;
	}
	return n == 0;
}

static bool
any_is(const struct str *list, size_t n, struct str s)
{
	for (size_t i = 0; i < n; i++) {
		if (str_eq_nocase(list[i], s))
			return true;
	}
	return n == 0;
}

static bool
is_program(const struct gate *g, struct str program, bool prefix)
{
	for (size_t i = 0; i < g->n_programs; i++) {
		struct str p = g->programs[i];
		bool star = p.p[p.n - 1] == '*';

		if (star && prefix &&
		    str_has_prefix(program, str_first(p, p.n - 1)))
			return true;
		if (!star && str_eq(p, program))
			return true;
	}
	return false;
}

static bool
holds(const struct gate *g, const struct header *h, struct str program)
{
	uint32_t form = h->form == HEADER_BARE ? STYLE_BARE
	    : h->form == HEADER_RFC3164 ? STYLE_RFC3164 : STYLE_RFC5424;
	struct str msgid = h->is_cisco ? h->mnemonic : h->msgid;

	if (g->n_programs > 0 && !is_program(g, program, true))
		return false;
	if (g->styles != 0 &&
	    (g->styles & (1u << h->body | form |
		(h->is_cisco ? STYLE_CISCO : 0))) == 0)
		return false;
	if (!any_is(g->msgids, g->n_msgids, msgid) ||
	    !any_is(g->facilities, g->n_facilities, h->facility) ||
	    !any_in(g->starts, g->n_starts, h->message, true) ||
	    !any_in(g->contains, g->n_contains, h->message, false))
		return false;
	for (size_t i = 0; i < g->n_all; i++) {
		if (str_find(h->message, g->all_contains[i]) == SIZE_MAX)
			return false;
	}
	return true;
}

/* Without a style, but with texts that one style's lines have: it is looked
 * for among these too. */
static bool
is_likely(const struct gate *g, enum body_style body)
{
	const struct str *texts = g->sought_in == GATE_TEXT_START ? g->starts
	    : g->sought_in == GATE_TEXT_ALL ? &g->all_contains[g->sought]
					    : g->contains;
	size_t n = g->sought_in == GATE_TEXT_START ? g->n_starts
	    : g->sought_in == GATE_TEXT_ALL ? 1 : g->n_contains;

	if (g->styles != 0 || n == 0 || g->n_facilities > 0 ||
	    g->pack->generic || (body != BODY_CEF && body != BODY_JSON))
		return false;
	for (size_t i = 0; i < n; i++) {
		char c = texts[i].p[0];

		if (body == BODY_JSON ? c != '"' && c != '{'
			: c != '|' && !str_has_prefix(texts[i], STR("CEF:")))
			return false;
	}
	return true;
}

/* Is the gate one of those that the stage looks at? */
static bool
at_stage(const struct gate *g, const struct header *h, struct str program,
    int stage)
{
	uint32_t bodies = (1u << BODY_STYLES) - 1;
	bool cisco = g->n_facilities > 0 || (g->styles & STYLE_CISCO) != 0;
	struct str msgid = h->is_cisco ? h->mnemonic : h->msgid;

	if (stage == SEARCH_LAST || g->last)
		return stage == SEARCH_LAST && g->last;
	if (g->n_programs > 0)
		return program.n > 0 &&
		    ((stage == SEARCH_PROGRAM &&
			 is_program(g, program, false)) ||
			(stage == SEARCH_PREFIX &&
			    is_program(g, program, true)));
	if (g->n_msgids > 0)
		return stage == SEARCH_MSGID && msgid.n > 0 &&
		    any_is(g->msgids, g->n_msgids, msgid);
	if (stage == SEARCH_CISCO)
		return cisco && h->is_cisco;
	if (stage == SEARCH_STYLE || stage == SEARCH_NAMED)
		return (g->styles & 1u << h->body) != 0 ||
		    is_likely(g, h->body);
	return stage == SEARCH_OTHERS && !cisco && (g->styles & bodies) == 0;
}

struct found {
	const struct pack *packs[2 * SELECT_MAX];
	size_t n;
};

/* The best gate of each pack at a stage says when it is its turn. */
static void
plain_stage(const struct packs *packs, const struct header *h,
    struct str program, int stage, size_t most, struct found *out)
{
	for (int rank = 200; rank >= 0; rank--) {
		for (size_t i = 0; i < packs->n; i++) {
			const struct pack *p = packs->items[i];
			bool fits = false;

			for (size_t k = 0; k < p->n_gates; k++)
				fits |= p->gates[k].rank == rank &&
				    at_stage(&p->gates[k], h, program,
					stage) &&
				    holds(&p->gates[k], h, program);
			for (size_t k = 0; k < out->n; k++)
				fits &= out->packs[k] != p;
			if (fits && out->n < most)
				out->packs[out->n++] = p;
		}
	}
}

static void
plain_search(const struct packs *packs, const struct header *h,
    struct found *out)
{
	static const int by_program[] = {SEARCH_PROGRAM, SEARCH_PREFIX};
	static const int others[] = {SEARCH_MSGID, SEARCH_CISCO, SEARCH_STYLE,
	    SEARCH_OTHERS};
	struct str app = h->appname.n > 0 ? h->appname : h->facility;
	char text[PROGRAM_MAX];
	struct str program = {text, 0};
	size_t slash;

	*out = (struct found){.n = 0};
	for (; program.n < app.n && app.p[program.n] != '['; program.n++)
		text[program.n] = char_lower(app.p[program.n]);
	if (h->body == BODY_CEF || h->body == BODY_LEEF)
		plain_stage(packs, h, program, SEARCH_NAMED, SELECT_MAX, out);
	for (size_t i = 0; i < COUNT(by_program); i++)
		plain_stage(packs, h, program, by_program[i], SELECT_MAX, out);
	slash = str_find_last_char(program, '/');
	if (slash != SIZE_MAX && slash + 1 < program.n) {
		program = str_skip(program, slash + 1);
		for (size_t i = 0; i < COUNT(by_program); i++)
			plain_stage(packs, h, program, by_program[i],
			    SELECT_MAX, out);
	}
	for (size_t i = 0; i < COUNT(others); i++)
		plain_stage(packs, h, program, others[i], SELECT_MAX, out);
	plain_stage(packs, h, program, SEARCH_LAST, out->n + SELECT_MAX, out);
}

static void
compare(const struct packs *packs, struct str line, bool audit)
{
	const struct selector *s = &packs->selector;
	uint64_t *room = mem_get(s->words * sizeof(*room));
	const struct pack *p;
	struct search q;
	struct found want;
	struct header h;
	size_t n = 0;

	header_parse(line, &h);
	plain_search(packs, &h, &want);
	search_start(&q, s, &h, (struct logsource){0}, audit, room);
	while ((p = search_next(&q)) != NULL) {
		if (n == want.n || want.packs[n] != p)
			fail_msg("'%.*s': pack %zu is %.*s, expected %.*s",
			    STR_ARG(line), n, STR_ARG(p->name),
			    STR_ARG(n < want.n ? want.packs[n]->name
					       : STR("none")));
		n++;
	}
	if (n != want.n)
		fail_msg("'%.*s': %zu packs, expected %zu", STR_ARG(line), n,
		    want.n);
	assert_null(search_next(&q));
	free(room);
}

static void
test_random(void **state)
{
	static const size_t sizes[] = {1, 5, 40, 150};
	struct buf line;

	(void)state;
	seed = 5;
	buf_init(&line, 65536);
	for (size_t round = 0; round < 16; round++) {
		struct fixture f = random_packs(sizes[round % COUNT(sizes)]);

		for (size_t i = 0; i < 120; i++) {
			char *exact;

			/* Memory of its own size: a sanitizer sees what is
			 * read behind it. */
			random_line(&line);
			exact = mem_get(line.n);
			if (line.n > 0)
				memcpy(exact, line.p, line.n);
			compare(f.packs, str_make(exact, line.n), i % 2 != 0);
			free(exact);
		}
		drop(&f);
	}
	buf_fini(&line);
}

/* Six packs know the text but not the line; the last resort has it. */
static void
test_last(void **state)
{
	struct text_file files[8];
	char texts[8][160];
	struct fixture f;

	(void)state;
	for (size_t i = 0; i < 8; i++) {
		snprintf(texts[i], sizeof(texts[i]),
		    i == 0 ? "pack: any\nselect: {header: text}\n"
			     "set: {event.kind: event}\n"
			: i == 1 ? "pack: marked\nselect: {contains: [ab], "
				   "last: true}\npatterns:\n"
				   "  - {name: a, regex: '^ab mine'}\n"
			: "pack: p%zu\nselect: {contains: [ab]}\npatterns:\n"
			  "  - {name: a, regex: '^never'}\n", i);
		files[i] = (struct text_file){STR("p"), str_from(texts[i])};
	}
	f = load_packs(files, 8);
	assert_non_null(f.packs);
	feed(&f, "<13>Nov 24 10:00:00 h x: ab");
	expect(&f, "vigie.pack", "any");
	expect(&f, "vigie.parsed", "true");
	feed(&f, "<13>Nov 24 10:00:00 h x: ab mine");
	expect(&f, "vigie.pack", "marked");
	feed(&f, "<13>Nov 24 10:00:00 h x: {ab}");
	expect(&f, "vigie.pack", "p2");
	expect(&f, "vigie.parsed", "false");
	drop(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_random),
	    cmocka_unit_test(test_last),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
