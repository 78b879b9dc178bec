/*
 * Lines that somebody made to be slow: each format's decoder on 64 KiB of its
 * worst, each pattern of the packs on texts made from its source (worst.h),
 * and each pack on the worst texts of its patterns.
 *
 *   hostile [--packs DIR] [--size BYTES] [--all]
 *
 * Prints the ten dearest of each (--all: all), with the time of the fastest of
 * three runs; `!` marks what took over 1 ms, `limit` where PCRE2's limits
 * ended it. Exit code 1 when anything is marked.
 */
#include "bench/normaliser.h"
#include "bench/worst.h"

#include <stdlib.h>

#define MARK_NS 1000000
#define SHOWN	10
#define KEPT	4 /* texts of a pattern that its pack is tried with */

struct cost {
	char name[100];
	double ns;
	bool limit;
	struct str text; /* the arena's */
};

struct costs {
	struct cost *rows;
	size_t n;
	size_t cap;
};

struct hostile {
	struct bench_normaliser b;
	struct arena *arena;
	size_t size;
	struct costs decoders, patterns, packs;
};

static struct cost *
add_cost(struct costs *c)
{
	if (c->n == c->cap) {
		c->cap = c->cap == 0 ? 256 : c->cap * 2;
		c->rows = mem_resize(c->rows, c->cap * sizeof(*c->rows));
	}
	c->rows[c->n] = (struct cost){.ns = 0};
	return &c->rows[c->n++];
}

/* --- decoders -------------------------------------------------------------- */

/* A text: begin, then `again` as often as it fits, then the end. "%u" in
 * `again` counts. */
static const struct text {
	const char *format;
	const char *begin, *again, *end;
} texts[] = {
    {"json", "", "{\"a\":", ""},
    {"json", "{\"a\":", "[", ""},
    {"json", "{\"a\":", "[[1],", ""},
    {"json", "{", "\"k%u\":1,", "\"z\":1}"},
    {"json", "{", "\"same\":\"%u\",", "\"z\":1}"},
    {"json", "{\"o\":{", "\"k%u\":1,", "\"z\":1}}"},
    {"json", "{\"o\":{", "\"\":\"\",", "\"z\":1}}"},
    {"json", "{\"a\":[", "{\"b\":{\"c\":%u}},", "1]}"},
    {"json", "{\"a\":[", "%u,", "1]}"},
    {"json", "{\"a\":\"", "\\u00e9", "\"}"},
    {"json", "{\"a\":\"", "\\\\", "\"}"},
    {"json", "{\"a\":\"", "\\\\", ""},
    {"json", "{\"", "\\\"", "\":1}"},
    {"json", "{", "\"a.%u\":{\"b\":1},", "\"z\":1}"},
    {"json", "{\"a\":", "        ", "1}"},
    {"kv", "", "a=", ""},
    {"kv", "", "k%u=v ", ""},
    {"kv", "", "same=%u ", ""},
    {"kv", "", "a=\"", ""},
    {"kv", "", "a=\"\\", ""},
    {"kv", "a=\"", "\\\"", ""},
    {"kv", "a=\"", "\\\\", "\" b=1"},
    {"kv", "a=1", "    ", ""},
    {"kv", "a=1", " ,;|", ""},
    {"kv", "a=1,", "b,", ""},
    {"kv", "", "====", ""},
    {"kv", "", "abcdefgh", ""},
    {"kv", "", "a b ", ""},
    {"kv", "", "a='b=\"", ""},
    {"kv", "", "\"", "=1"},
    {"kv", "a=b,", "k%u=\"v\",", ""},
    {"kv-spaces", "a=1", "    ", ""},
    {"kv-spaces", "a=", "b ", ""},
    {"kv-spaces", "", "k%u=some value ", ""},
    {"kv-spaces", "a=", "bcdefghi", ""},
    {"kv-colon", "", "key %u: value, ", ""},
    {"kv-colon", "a: ", "    ", ""},
    {"kv-colon", "", ": ", ""},
    {"cef", "CEF:0|a|b|1|2|n|3|", "a=", ""},
    {"cef", "CEF:0|a|b|1|2|n|3|", "k%u=v ", ""},
    {"cef", "CEF:0|a|b|1|2|n|3|", "same=%u ", ""},
    {"cef", "CEF:0|a|b|1|2|n|3|a=", "b\\=", ""},
    {"cef", "CEF:0|a|b|1|2|n|3|a=", "bcdefghi", ""},
    {"cef", "CEF:0|a|b|1|2|n|3|a=", "b ", ""},
    {"cef", "CEF:0|a|b|1|2|n|3|", "cs1=a cs1Label=l%u ", ""},
    {"cef", "CEF:0|a|b|1|2|", "\\|", ""},
    {"cef", "CEF:0", "|", ""},
    {"leef", "LEEF:1.0|a|b|1|2|", "k%u=v\t", ""},
    {"leef", "LEEF:1.0|a|b|1|2|", "k%u=v ", ""},
    {"leef", "LEEF:1.0|a|b|1|2|", "a=", ""},
    {"leef", "LEEF:1.0|a|b|1|2|a=1", "    ", ""},
    {"leef", "LEEF:2.0|a|b|1|2|^|", "k%u=v^", ""},
    {"csv", "", ",", ""},
    {"csv", "", "\"", ""},
    {"csv", "\"", "\"\"", ""},
    {"csv", "", "\"a\",", ""},
    {"csv", "", " ", ""},
    {"csv", "", "%u,", ""},
    {"xml", "", "<a>", ""},
    {"xml", "<r>", "<a></a>", ""},
    {"xml", "<r>", "<a/>", "</r>"},
    {"xml", "<r>", "<k%u>v</k%u>", "</r>"},
    {"xml", "<r>", "<a>%u</a>", "</r>"},
    {"xml", "<r ", "a%u=\"v\" ", "></r>"},
    {"xml", "<r>", "<!-- -->", "</r>"},
    {"xml", "<r>", "<!--", ""},
    {"xml", "<r>", "<![CDATA[x]]>", "</r>"},
    {"xml", "<r a=\"", "&lt;", "\">x</r>"},
    {"xml", "<r><a>", "&#x41;&amp;", "</a></r>"},
    {"xml", "<r><a>", "&", "</a></r>"},
    {"xml", "<r>", "<", ""},
    {"xml", "<", "a:", ">x"},
    {"windows", "<Event><EventData>", "<Data Name=\"k%u\">v</Data>", ""},
    {"windows", "<Event><EventData>", "<Data Name=\"same\">%u</Data>", ""},
    {"windows", "<Event><EventData>", "<Data>%u</Data>", ""},
    {"windows", "<Event><System>", "<Provider Name=\"%u\"/>", ""},
    {"windows", "{\"Event\":{", "\"k%u\":1,", "\"z\":1}}"},
    {"dicom-audit", "<AuditMessage>", "<a>", ""},
    {"dicom-audit", "<AuditMessage>", "<ActiveParticipant UserID=\"u%u\"/>",
	"</AuditMessage>"},
    {"dicom-audit", "<AuditMessage>",
	"<ParticipantObjectIdentification ParticipantObjectID=\"p%u\" "
	"ParticipantObjectTypeCode=\"1\" ParticipantObjectTypeCodeRole=\"1\"/>",
	"</AuditMessage>"},
    {"dicom-audit", "<AuditMessage>",
	"<ActiveParticipant UserID=\"u%u\"><RoleIDCode csd-code=\"1\"/>"
	"<RoleIDCode csd-code=\"2\"/></ActiveParticipant>",
	"</AuditMessage>"},
    {"dicom-audit", "<AuditMessage ", "a%u=\"v\" ", "></AuditMessage>"},
    {"dicom-audit", "<AuditMessage>", "<EventIdentification/>",
	"</AuditMessage>"},
    {"dicom-audit", "<AuditMessage><EventIdentification "
	"EventOutcomeIndicator=\"", "&amp;", "\"/></AuditMessage>"},
    {"dicom-audit", "<AuditMessage><AuditSourceIdentification>",
	"<AuditSourceTypeCode code=\"%u\"/>", ""},
    {"fhir-audit", "{\"resourceType\":\"AuditEvent\",\"agent\":[",
	"{\"who\":{\"reference\":\"Patient/%u\"}},", "{}]}"},
    {"fhir-audit", "{\"resourceType\":\"AuditEvent\",\"entity\":[",
	"{\"what\":{\"reference\":\"Patient/%u\"}},", "{}]}"},
    {"fhir-audit", "{\"resourceType\":\"AuditEvent\",\"subtype\":[",
	"{\"code\":\"%u\"},", "{}]}"},
    {"fhir-audit", "{\"resourceType\":\"AuditEvent\",", "\"k%u\":1,",
	"\"z\":1}"},
    {"fhir-audit", "{\"resourceType\":\"AuditEvent\",\"a\":", "[", ""},
    {"fhir-audit", "{\"resourceType\":\"AuditEvent\",\"a\":", "{\"a\":",
	""},
    {"fhir-audit", "{\"resourceType\":\"AuditEvent\",\"a\":[", "1,", "1]}"},
    {"fhir-audit", "{\"resourceType\":\"AuditEvent\",\"a\":\"", "\\u00e9",
	"\"}"},
    {"sd", "", "[a%u b=\"c\"]", " x"},
    {"sd", "[a ", "b%u=\"c\" ", "] x"},
    {"sd", "[a ", "b=\"%u\" ", "] x"},
    {"sd", "[a b=\"", "\\\"", "\"] x"},
    {"sd", "[a b=\"", "\\", "\"] x"},
    {"sd", "", "[", "] x"},
    {"sd", "[a ", "b=", "] x"},
    {"none", "", "a", ""},
    {"none", "", " ", ""},
    {"none", "", "1", ""},
    {"none", "", ": ", ""},
    {"none", "", "[", ""},
    {"none", "", "\xc3\xa9", ""},
    {"none", "", "\xff", ""},
    {"none", "", "2026-11-24T10:00:00Z ", ""},
    {"none", "", "Nov 24 10:00:00 ", ""},
    {"none", "", "192.0.2.7 ", ""},
    {"none", "", "1985010112357 ", ""},
    {"none", "", "198501011235 ", ""},
    {"none", "", "matricule ", ""},
    {"none", "", "user=a from 192.0.2.7 failed ", ""},
    {"json", "{\"a\":\"", "1985010112357 ", "\"}"},
    {"none", "", "%%ASA-4-106023: ", ""},
    {"none", "", "<13>", ""},
    {"none", "", "type=subtype=logid=", ""},
    {"linux-audit", "type=EXECVE msg=audit(1.1:1): ", "a%u=41 ", ""},
    {"linux-audit", "type=EXECVE msg=audit(1.1:1): a0=", "41", ""},
    {"linux-audit", "type=PROCTITLE msg=audit(1.1:1): proctitle=", "2F00", ""},
    {"linux-audit", "type=SYSCALL msg=audit(1.1:1): ", "k%u=\"v\" ", ""},
    {"linux-audit", "type=USER_AUTH msg=audit(1.1:1): msg='", "a=b ", "'"},
    {"labels", "", "a: ", ""},
    {"labels", "", "a: %u   ", ""},
    {"labels", "", "A%u: v   ", ""},
    {"labels", "", "x y z a b c d e: ", ""},
    {"labels", "", "c d: b: c d: %u ", ""},
    {"labels", "", "H:    b: %u    ", ""},
    {"labels", "", " ", ": "},
    {"labels", "", "A", ": "},
    {"labels", "", "#015#012#011", ""},
    {"labels", "", "\\r\\n\\ta:", ""},
    {"epic-audit", "<EventLog><E1Mid>X</E1Mid>",
	"<Mnemonic Name=\"K%u\"><Value>v</Value></Mnemonic>", ""},
    {"epic-audit", "<EventLog><E1Mid>X</E1Mid>", "<a>", ""},
    {"epic-audit", "<EventLog><E1Mid>X</E1Mid><Mnemonic Name=\"PATIENT\">",
	"<Value>1&amp;</Value>", "</Mnemonic>"},
    {"epic-audit", "CEF:0|Epic|Security-SIEM|8|X|x|5|", "k%u=v ", ""},
    {"epic-audit", "CEF:0|Epic|Security-SIEM|8|X|x|5|a=", "^|\t ", ""},
    {"patients", "", "patient=%u ", ""},
    {"patients", "", "patient ", ""},
    {"patients", "", "patient name: a ", ""},
    {"patients", "patientname: A ", "abcdefgh", ""},
    {"patients", "", "pat ", ""},
    {"patients", "", "mrn=", ""},
    {"patients", "", "mrn ", ""},
    {"patients", "", "dob 1 ", ""},
    {"patients", "", "dob=1.1.50 ", ""},
    {"patients", "", "birth ", ""},
    {"patients", "", "ssn ", ""},
    {"patients", "", "matricule=1950071712345 ", ""},
    {"patients", "", "p:patient:", ""},
    {"patients", "", "PV1| ", ""},
    {"patients", "", " QPD|x", ""},
    {"patients", "", " 1P|1|", ""},
    {"patients", "", "encounter/4 ", ""},
    {"patients", "", "\"display\":\"a\",\"reference\":\"Patient/1\",", ""},
    {"patients", "", "p:patient:", ""},
    {"patients", "", "dob 1 ", ""},
    {"patients", "", "PV1| ", ""},
    {"patients", "", " 1P|1|", ""},
    {"patients", "", "<mrn>", ""},
    {"patients", "", "(0010,0020)", ""},
    {"patients", "", "Patient/%u", ""},
    {"patients", "{\"patient\":", "[%u,", ""},
    {"patients", "{\"patient\":{", "\"a\":\"b\",", ""},
    {"patients", "", "\"patient\":\"\\", ""},
    {"patients", "cs1=1 ", "cs1Label=PatientID ", ""},
    {"patients", "{\"resourceType\":\"Patient\",", "\"k%u\":1,", "\"z\":1}"},
    {"patients", "{\"patientId\":1,\"resourceType\":", "[", "]}"},
};

#define N_TEXTS (sizeof(texts) / sizeof(texts[0]))

/* One pack for each format, by program. */
static const char *const packs[][2] = {
    {"json", "decode: json"},
    {"kv", "decode: kv"},
    {"kv-spaces", "decode: {format: kv, spaces: true}"},
    {"kv-colon", "decode: {format: kv, assign: ':', separator: ','}"},
    {"cef", "decode: cef"},
    {"leef", "decode: leef"},
    {"csv", "decode: {format: csv, columns: [a, b, c, d]}"},
    {"xml", "decode: xml"},
    {"windows", "decode: windows"},
    {"dicom-audit", "decode: dicom-audit"},
    {"fhir-audit", "decode: fhir-audit"},
    {"sd", "decode: sd"},
    {"linux-audit", "decode: linux-audit"},
    {"labels", "decode: labels\nfields: {'a': url.path, 'H.b': user.name, "
	"'c d': user.id}"},
    {"epic-audit", "decode: epic-audit"},
    {"patients", "patterns: [{name: m, regex: '^x'}]"},
};

#define N_PACKS (sizeof(packs) / sizeof(packs[0]))

static void
add_text(struct buf *out, const struct text *t, size_t size)
{
	size_t end = out->n + size - strlen(t->end);
	unsigned count = 0;

	buf_add(out, str_from(t->begin));
	while (out->n + strlen(t->again) + 8 < end) {
		count++;
		for (const char *p = t->again; *p != '\0'; p++) {
			if (p[0] == '%' && p[1] == 'u')
				buf_add_u64(out, count);
			else if (p[0] != 'u' || p == t->again || p[-1] != '%')
				buf_add_char(out, *p);
		}
	}
	buf_add(out, str_from(t->end));
}

/* The fastest of three is the cost: others are the machine's. */
static double
time_line(struct bench_normaliser *b, struct str line)
{
	double best = 1e18;

	for (int i = 0; i < 3; i++) {
		int64_t from = bench_ns();
		double ns;

		bench_line(b, line);
		ns = (double)(bench_ns() - from);
		best = ns < best ? ns : best;
	}
	return best;
}

static void
add_name(struct cost *c, struct str name, struct str text)
{
	size_t n = (size_t)snprintf(c->name, sizeof(c->name), "%.*s  ",
	    STR_ARG(str_first(name, 40)));

	for (size_t i = 0; i < text.n && n < 84 && i < 44; i++)
		c->name[n++] = text.p[i] >= ' ' && text.p[i] < 127 ? text.p[i]
								   : '?';
	c->name[n] = '\0';
}

static void
try_decoders(struct hostile *h)
{
	struct arena *arena = arena_new(0);
	struct text_file files[N_PACKS];
	struct bench_normaliser b;
	struct buf line;

	for (size_t i = 0; i < N_PACKS; i++)
		files[i] = (struct text_file){STR("bench"),
		    arena_printf(arena, "pack: %s\nselect: {program: %s}\n"
			"%s\n", packs[i][0], packs[i][0], packs[i][1])};
	if (!bench_normaliser_load(&b, arena, files, N_PACKS))
		return;
	buf_init(&line, SIZE_MAX);
	for (size_t i = 0; i < N_TEXTS; i++) {
		struct cost *c = add_cost(&h->decoders);
		bool sd = strcmp(texts[i].format, "sd") == 0;

		buf_clear(&line);
		buf_printf(&line, sd ? "<13>1 2026-11-24T10:00:00Z h %s - - "
				     : "<13>Nov 24 10:00:00 h %s: ",
		    texts[i].format);
		add_text(&line, &texts[i], h->size);
		/* The shipped packs' gates are part of the cost. */
		c->ns = time_line(strcmp(texts[i].format, "none") == 0
			? &h->b : &b, buf_str(&line));
		add_name(c, str_from(texts[i].format),
		    str_first(arena_printf(h->arena, "%s %s",
			texts[i].begin, texts[i].again), 60));
	}
	buf_fini(&line);
	bench_normaliser_fini(&b);
}

/* --- patterns -------------------------------------------------------------- */

struct trial {
	struct hostile *h;
	const struct matcher *m;
	struct cost worst[KEPT]; /* the dearest first */
};

static void
try_text(void *arg, struct str text)
{
	struct trial *t = arg;
	struct str subject = str_first(text, t->m->subject);
	enum pattern_result result = PATTERN_MISS;
	double best = 1e18;
	size_t at = KEPT;

	for (int i = 0; i < 3; i++) {
		int64_t from = bench_ns();
		double ns;

		pattern_scratch_reset(t->h->b.n->scratch);
		result = pattern_run(&t->m->regex, t->h->b.n->scratch, subject);
		ns = (double)(bench_ns() - from);
		best = ns < best ? ns : best;
		if (best <= t->worst[KEPT - 1].ns)
			return;
	}
	while (at > 0 && best > t->worst[at - 1].ns)
		at--;
	memmove(&t->worst[at + 1], &t->worst[at],
	    (KEPT - 1 - at) * sizeof(t->worst[0]));
	t->worst[at] = (struct cost){.ns = best,
	    .limit = result == PATTERN_LIMIT,
	    .text = arena_dup(t->h->arena, text)};
}

static void
start_message(struct hostile *h, struct header *header, struct str message)
{
	bench_line(&h->b, STR("<13>Nov 24 10:00:00 h p: x"));
	header_parse(STR("<13>Nov 24 10:00:00 h p: x"), header);
	event_reset(h->b.ev);
	header->message = h->b.ev->message = message;
	h->b.n->limit = false;
}

static void
try_pack(struct hostile *h, const struct pack *pack, struct str text,
    struct cost *worst)
{
	double best = 1e18;

	for (int i = 0; i < 3; i++) {
		struct header header;
		int64_t from;
		double ns;

		start_message(h, &header, text);
		from = bench_ns();
		(void)pack_run(h->b.n, h->b.ev, pack, &header);
		ns = (double)(bench_ns() - from);
		best = ns < best ? ns : best;
	}
	if (best <= worst->ns)
		return;
	worst->ns = best;
	worst->limit = h->b.n->limit;
	add_name(worst, pack->name, text);
}

static void
try_packs(struct hostile *h)
{
	for (size_t i = 0; i < h->b.packs->n; i++) {
		const struct pack *pack = h->b.packs->items[i];
		struct cost worst = {.ns = 0};

		for (size_t k = 0; k < pack->n_matchers; k++) {
			struct trial t = {.h = h, .m = &pack->matchers[k]};
			struct cost *c;

			if (!t.m->has_regex)
				continue;
			worst_texts(&t.m->regex, t.m->subject, try_text, &t);
			c = add_cost(&h->patterns);
			*c = t.worst[0];
			add_name(c, arena_printf(h->arena, "%.*s %.*s",
			    STR_ARG(str_first(pack->name, 20)),
			    STR_ARG(t.m->name)), c->text);
			for (size_t j = 0; j < KEPT && t.worst[j].ns > 0; j++)
				try_pack(h, pack, t.worst[j].text, &worst);
		}
		if (worst.ns > 0)
			*add_cost(&h->packs) = worst;
	}
}

/* --- report ---------------------------------------------------------------- */

static int
by_ns(const void *a, const void *b)
{
	const struct cost *x = a, *y = b;

	return x->ns > y->ns ? -1 : x->ns < y->ns;
}

static size_t
print(const char *what, struct costs *c, size_t shown)
{
	size_t over = 0, limits = 0;

	if (c->n == 0)
		return 0;
	qsort(c->rows, c->n, sizeof(*c->rows), by_ns);
	printf("%-86s %9s\n", what, "us");
	for (size_t i = 0; i < c->n; i++) {
		const struct cost *r = &c->rows[i];

		over += r->ns > MARK_NS;
		limits += r->limit;
		if (i < shown)
			printf("%-86s %9.0f%s%s\n", r->name, r->ns / 1000,
			    r->ns > MARK_NS ? " !" : "",
			    r->limit ? " limit" : "");
	}
	printf("%zu of %zu over %d us, %zu ended by a limit\n\n", over, c->n,
	    MARK_NS / 1000, limits);
	free(c->rows);
	return over;
}

int
main(int argc, char **argv)
{
	struct hostile h = {.size = (size_t)64 * 1024};
	const char *dir = NULL;
	size_t shown = SHOWN, over;

	for (int at = 1; at < argc; at++) {
		struct str name = str_from(argv[at]);
		uint64_t n;

		if (str_eq(name, STR("--all"))) {
			shown = SIZE_MAX;
		} else if (str_eq(name, STR("--packs")) && at + 1 < argc) {
			dir = argv[++at];
		} else if (str_eq(name, STR("--size")) && at + 1 < argc &&
		    str_to_u64(str_from(argv[at + 1]), &n) && n >= 1024 &&
		    n <= 16 * 1024 * 1024) {
			h.size = (size_t)n;
			at++;
		} else {
			fprintf(stderr, "usage: hostile [--packs DIR] "
			    "[--size BYTES] [--all]\n");
			return 3;
		}
	}
	if (!bench_normaliser_init(&h.b, dir))
		return 2;
	h.arena = arena_new(0);
	try_decoders(&h);
	try_packs(&h);
	over = print("decoder, its worst text", &h.decoders, shown);
	over += print("pattern, a text made from it", &h.patterns, shown);
	over += print("pack, on its patterns' worst", &h.packs, shown);
	arena_free(h.arena);
	bench_normaliser_fini(&h.b);
	return over > 0;
}
