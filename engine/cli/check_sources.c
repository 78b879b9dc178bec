/*
 * `vigie check --sources`: lines of files and journals go through the packs,
 * and the log sources that come out are held against those of the rules.
 */
#include "engine/cli/check.h"

#include "engine/base/json.h"
#include "engine/base/stamp.h"
#include "engine/daemon/files_input.h"
#include "engine/daemon/generation.h"
#include "engine/journal/journal.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

#define CHUNK	 ((size_t)256 * 1024)
#define LINE_MAX ((size_t)4 * 1024 * 1024)
#define MAX_DEPTH 8

/* One log source as one pack gives it. */
struct seen {
	struct logsource source;
	struct str pack; /* empty: no pack knew the line */
	uint64_t lines;
};

struct check_sources {
	struct check *check;
	struct normaliser *normaliser;
	struct event *event;
	const struct members *members;
	struct seen *items;
	size_t n, cap;
	uint64_t lines;
	bool ok;
};

static void
count_line(struct check_sources *s, struct str line, const struct member *from,
    int64_t received, bool history)
{
	struct origin origin = {
	    .id = {.line = (uint32_t)++s->lines},
	    .received = received,
	    .member = from,
	    .transport = TRANSPORT_FILE,
	    .history = history,
	    .past = history,
	};
	struct event *ev = s->event;
	struct str pack;

	normalise(s->normaliser, ev, line, &origin);
	pack = event_get(ev, FIELD_VIGIE_PACK);
	for (size_t i = 0; i < s->n; i++) {
		struct seen *seen = &s->items[i];

		if (memcmp(&seen->source, &ev->source,
			sizeof(ev->source)) == 0 &&
		    str_eq(seen->pack, pack)) {
			seen->lines++;
			return;
		}
	}
	ARENA_PUSH_ROOM(s->check->arena, s->items, s->n, s->cap);
	s->items[s->n++] = (struct seen){
	    ev->source, arena_dup(s->check->arena, pack), 1};
}

static int64_t
now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return ts.tv_sec * SECOND;
}

/* --- files ------------------------------------------------------------------ */

static void
cannot(struct check_sources *s, const char *path, const char *why)
{
	fprintf(stderr, "vigie: %s cannot be read: %s\n", path, why);
	s->ok = false;
}

static void
count_lines(struct check_sources *s, struct buf *in, bool end)
{
	const struct member *nobody = members_at(s->members, 0);
	struct str rest = buf_str(in);
	int64_t received = now();

	while (rest.n > 0) {
		size_t at = str_find_char(rest, '\n');
		struct str line;

		if (at == SIZE_MAX && !end && rest.n < LINE_MAX - CHUNK)
			break;
		str_next_line(&rest, &line);
		if (line.n > 0)
			count_line(s, line, nobody, received, true);
	}
	buf_drop(in, in->n - rest.n);
}

static void
read_log(struct check_sources *s, const char *path)
{
	char why[128];
	struct input *file = input_open(path, why, sizeof(why));
	size_t n = file != NULL;
	struct buf in;
	bool ok = true;

	if (file == NULL)
		cannot(s, path, why);
	buf_init(&in, LINE_MAX + CHUNK);
	while (ok && n > 0) {
		ok = input_read(file, buf_room(&in, CHUNK), CHUNK, &n);
		in.n += n;
		count_lines(s, &in, !ok || n == 0);
	}
	if (!ok)
		cannot(s, path, input_why(file));
	input_close(file);
	buf_fini(&in);
}

/* --- journals ------------------------------------------------------------------ */

static void
read_journal(struct check_sources *s, const char *dir)
{
	char why[300];
	struct journal_reader *reader = journal_reader_open(dir,
	    (struct journal_pos){0, 0}, why, sizeof(why));
	struct journal_pos next;
	enum read_result result;
	struct event_id id;
	uint64_t skipped;
	struct record r;

	if (reader == NULL) {
		cannot(s, dir, why);
		return;
	}
	while ((result = journal_read(reader, &r, &id, &next, &skipped)) !=
	    READ_END) {
		const struct member *from;
		struct str line;
		size_t at = 0;

		if (result != READ_RECORD)
			continue;
		from = members_find(s->members, r.member);
		if (from == NULL)
			from = members_at(s->members, 0);
		while (record_line(&r, &at, &line))
			count_line(s, line, from, r.received, false);
	}
	journal_reader_close(reader);
}

static int
keep_entry(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static bool
holds_journal(struct dirent **entries, int n)
{
	for (int i = 0; i < n; i++) {
		if (str_has_suffix(str_from(entries[i]->d_name), STR(".vj")))
			return true;
	}
	return false;
}

static void
read_path(struct check_sources *s, const char *path, int depth)
{
	struct dirent **entries;
	struct stat st;
	int n;

	if (strcmp(path, "-") == 0 ||
	    (stat(path, &st) == 0 && !S_ISDIR(st.st_mode))) {
		read_log(s, path);
		return;
	}
	n = depth < MAX_DEPTH ? scandir(path, &entries, keep_entry, alphasort)
			      : 0;
	if (n < 0)
		cannot(s, path, strerror(errno));
	if (n <= 0)
		return;
	if (holds_journal(entries, n)) {
		read_journal(s, path);
	} else {
		for (int i = 0; i < n; i++)
			read_path(s,
			    arena_printf(s->check->arena, "%s/%s", path,
				entries[i]->d_name)
				.p,
			    depth + 1);
	}
	for (int i = 0; i < n; i++)
		free(entries[i]);
	free(entries);
}

/* --- for the others --------------------------------------------------------- */

/* Before the rules: packs and taxonomy name the fields first. */
void
check_default_packs(struct check *c)
{
	struct files files = {0};
	const char *path = data_path(c->arena, "parsers");

	if (path != NULL && files_add(c->arena, path, &files, &c->err))
		c->packs = packs_load(c->arena, c->fields, c->words,
		    files.items, files.n, &c->err);
}

void
check_free_sources(struct check *c)
{
	struct check_sources *s = c->sources;

	if (s == NULL)
		return;
	if (s->event != NULL)
		event_release(s->event);
	if (s->normaliser != NULL)
		normaliser_free(s->normaliser);
	free(s);
	c->sources = NULL;
}

bool
check_read_sources(struct check *c)
{
	struct check_sources *s = mem_get_zero(1, sizeof(*s));

	*s = (struct check_sources){.check = c, .ok = true};
	c->sources = s;
	s->members = c->members != NULL
	    ? c->members
	    : members_load(c->arena, c->words, STR("members"), STR(""),
		  generation_find_zone, c->arena, &c->err);
	if (s->members == NULL || c->packs == NULL) {
		fprintf(stderr, "vigie: without parser packs the sources "
				"cannot be told\n");
		check_free_sources(c);
		return false;
	}
	s->normaliser = normaliser_new(c->packs, c->fields, c->words);
	s->event = event_alloc(c->fields);
	for (size_t i = 0; i < c->n_source_paths; i++)
		read_path(s, c->source_paths[i], 0);
	return s->ok;
}

static bool
says(uint16_t rule, uint16_t seen)
{
	return rule != 0 && rule == seen;
}

/*
 * Seen: all that the rule names was there. Partial: something of it was, and
 * nothing speaks against it; the event may still come without the rest. Lines
 * that say nothing of their source count for no rule.
 */
static enum source_seen
find_source(const struct check_sources *s, struct logsource want)
{
	enum source_seen best = SOURCE_NEVER;

	if (want.product == 0 && want.category == 0 && want.service == 0)
		return s->n > 0 ? SOURCE_SEEN : SOURCE_NEVER;
	for (size_t i = 0; i < s->n && best != SOURCE_SEEN; i++) {
		struct logsource got = s->items[i].source;
		int named = (want.product != 0) + (want.category != 0) +
		    (want.service != 0);
		int common = says(want.product, got.product) +
		    says(want.category, got.category) +
		    says(want.service, got.service);

		if (common == 0 || !logsource_may_match(want, got))
			continue;
		best = common == named ? SOURCE_SEEN : SOURCE_PARTIAL;
	}
	return best;
}

/* Does the reference stand anywhere without `not` before it? */
static bool
is_needed(const struct correlation_expr *e, uint32_t ref, bool negated)
{
	switch (e->op) {
	case EXPR_REF:
		return e->ref == ref && !negated;
	case EXPR_NOT:
		return is_needed(e->a, ref, !negated);
	default:
		return is_needed(e->a, ref, negated) ||
		    is_needed(e->b, ref, negated);
	}
}

/* A correlation needs all of its rules, but for those that have to be
 * absent; references have no circles. */
static enum source_seen
correlation_source(const struct check *c, uint32_t index)
{
	const struct sigma_correlation *k = &c->sigma->correlations[index];
	enum source_seen least = SOURCE_SEEN;

	for (size_t i = 0; i < k->n_refs; i++) {
		const struct correlation_ref *ref = &k->refs[i];
		enum source_seen one;

		if (k->expr != NULL && !is_needed(k->expr, (uint32_t)i, false))
			continue;
		one = ref->is_correlation
		    ? correlation_source(c, ref->index)
		    : find_source(c->sources,
			  c->sigma->rules[ref->index].source);
		least = one < least ? one : least;
	}
	return least;
}

enum source_seen
check_source_of(const struct check *c, const struct sigma_document *doc)
{
	if (doc->kind == SIGMA_DOCUMENT_CORRELATION)
		return correlation_source(c, doc->index);
	return find_source(c->sources, doc->source);
}

struct str
check_source_text(const struct check *c, struct logsource source)
{
	const struct {
		const char *name;
		uint16_t word;
	} parts[] = {
	    {"product",	 source.product },
	    {"category", source.category},
	    {"service",	 source.service },
	};
	struct str text = STR("");

	for (size_t i = 0; i < 3; i++) {
		if (parts[i].word != 0)
			text = arena_printf(c->arena, "%.*s%s%s=%.*s",
			    STR_ARG(text), text.n > 0 ? ", " : "",
			    parts[i].name,
			    STR_ARG(word_text(c->words, parts[i].word)));
	}
	return text.n > 0 ? text : STR("(unknown)");
}

static int
seen_cmp(const void *a, const void *b)
{
	const struct seen *x = a, *y = b;

	if (x->lines != y->lines)
		return x->lines > y->lines ? -1 : 1;
	return str_cmp(x->pack, y->pack);
}

static void
print_json(const struct check *c, const struct seen *seen, struct buf *out)
{
	struct json j = json_to(out);

	json_open(&j);
	json_pair_str(&j, "kind", STR("source"));
	json_pair_str(&j, "product", word_text(c->words, seen->source.product));
	json_pair_str(&j, "category",
	    word_text(c->words, seen->source.category));
	json_pair_str(&j, "service", word_text(c->words, seen->source.service));
	json_pair_str(&j, "pack", seen->pack);
	json_pair_u64(&j, "lines", seen->lines);
	json_close(&j);
	buf_add_char(out, '\n');
}

void
check_print_sources(const struct check *c)
{
	struct check_sources *s = c->sources;
	struct buf out;

	if (s->n > 1)
		qsort(s->items, s->n, sizeof(*s->items), seen_cmp);
	buf_init(&out, SIZE_MAX / 2);
	for (size_t i = 0; i < s->n; i++) {
		const struct seen *seen = &s->items[i];

		if (c->form == CHECK_JSON)
			print_json(c, seen, &out);
		else
			buf_printf(&out, "source %llu lines: %.*s (pack %.*s)\n",
			    (unsigned long long)seen->lines,
			    STR_ARG(check_source_text(c, seen->source)),
			    STR_ARG(seen->pack.n > 0 ? seen->pack
						     : STR("none")));
	}
	cli_write(buf_str(&out));
	buf_fini(&out);
}
