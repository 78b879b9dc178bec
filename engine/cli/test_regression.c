/*
 * SigmaHQ's regression tests: info.yml beside recorded events. Windows events
 * as JSON have System and EventData; rules know their fields by the bare
 * names (Sigma appendix on field usage), so they are laid flat first.
 */
#include "engine/cli/test.h"

#include "engine/base/stamp.h"
#include "engine/daemon/files.h"
#include "engine/daemon/files_input.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define MAX_EVENTS_BYTES ((size_t)256 * 1024 * 1024)

struct regression {
	const struct generation *gen;
	struct tally *tally;
	bool *covered;
	struct arena *arena;
	struct err err;
	struct pipeline *pipeline;
	const struct yaml *info;
	struct str file;
	char why[512];
};

/* --- the events ---------------------------------------------------------------- */

/* The next JSON object of the text, with nothing or a list around it. */
static bool
next_object(struct str *rest, struct str *object)
{
	size_t start = str_find_char(*rest, '{'), depth = 0;
	bool quoted = false;

	if (start == SIZE_MAX)
		return false;
	*rest = str_skip(*rest, start);
	for (size_t i = 0; i < rest->n; i++) {
		char c = rest->p[i];

		if (quoted) {
			i += c == '\\';
			quoted = c != '"';
			continue;
		}
		quoted = c == '"';
		depth += c == '{';
		depth -= c == '}';
		if (depth > 0)
			continue;
		*object = str_first(*rest, i + 1);
		*rest = str_skip(*rest, i + 1);
		return true;
	}
	return false;
}

/* "Threat Name" is ThreatName in rules. */
static char *
bare_name(struct arena *arena, const char *prefix, const char *name)
{
	struct str whole = arena_printf(arena, "%s%s%s", prefix,
	    prefix[0] == '\0' ? "" : "_", name);
	char *p = arena_text(arena, whole.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < whole.n; i++) {
		if (whole.p[i] != ' ')
			p[n++] = whole.p[i];
	}
	p[n] = '\0';
	return p;
}

static void
flatten(struct arena *arena, json_t *from, const char *parent, json_t *to)
{
	const char *key;
	json_t *value;

	json_object_foreach(from, key, value) {
		bool attributes = strcmp(key, "#attributes") == 0;
		json_t *text = json_object_get(value, "#text");

		if (json_is_object(value)) {
			flatten(arena, value, attributes ? parent : key, to);
			if (text != NULL)
				json_object_set(to, bare_name(arena, "", key),
				    text);
		} else if (strcmp(key, "#text") != 0) {
			json_object_set(to,
			    bare_name(arena, str_eq(str_from(key),
						 str_from(parent))
				    ? ""
				    : parent,
				key),
			    value);
		}
	}
}

/* System and EventData side by side; other objects stay as they are. */
static struct str
flat_event(struct arena *arena, struct str object)
{
	json_t *root = json_loadb(object.p, object.n, 0, NULL), *flat;
	json_t *event = json_object_get(root, "Event"), *part;
	struct str text = object;
	const char *key;
	char *dump;

	if (json_is_object(json_object_get(event, "System"))) {
		flat = json_object();
		json_object_foreach(event, key, part) {
			if (json_is_object(part) && key[0] != '#')
				flatten(arena, part, "", flat);
		}
		dump = json_dumps(flat, JSON_COMPACT);
		if (dump != NULL)
			text = arena_dup(arena, str_from(dump));
		free(dump);
		json_decref(flat);
	}
	json_decref(root);
	return text;
}

static bool
has_rule(const struct pipeline *p, uint32_t rule)
{
	for (size_t i = 0; i < p->n_rules; i++) {
		if (p->rules[i] == rule)
			return true;
	}
	return false;
}

/* How many of the events match the rule, of how many. */
static uint64_t
count_matches(struct regression *r, uint32_t rule, struct str text, bool raw,
    uint64_t *events)
{
	const struct parts *parts = &r->gen->parts;
	struct origin origin = {.member = members_at(parts->members, 0),
	    .transport = TRANSPORT_FILE, .history = true, .past = true,
	    .received = INT64_C(1772438400) * SECOND};
	struct logsource source = parts->sigma->rules[rule].source;
	uint64_t matches = 0;
	struct str one;

	*events = 0;
	while (raw ? str_next_line(&text, &one) : next_object(&text, &one)) {
		if (one.n == 0)
			continue;
		origin.id.line = (uint32_t)++*events;
		if (raw)
			pipeline_line(r->pipeline, one, &origin);
		else
			(void)pipeline_json(r->pipeline,
			    flat_event(r->arena, one), &origin, source);
		matches += has_rule(r->pipeline, rule);
		match_list_clear(&r->pipeline->matches);
	}
	return matches;
}

/* --- finding things -------------------------------------------------------------- */

static bool
is_there(struct str path)
{
	return access(path.p, R_OK) == 0;
}

/* Events of Windows lie as .evtx with the same as .json beside. */
static struct str
with_json(struct regression *r, struct str path)
{
	if (!str_has_suffix(path, STR(".evtx")))
		return path;
	return arena_printf(r->arena, "%.*s.json",
	    STR_ARG(str_first(path, path.n - 5)));
}

/*
 * A path is from the top of the repository: try the folder of info.yml and
 * all above it, then the bare name beside info.yml.
 */
static bool
find_events(struct regression *r, struct str path, struct str *found)
{
	struct str dir = r->file, name;
	size_t slash = str_find_last_char(path, '/');

	path = with_json(r, path);
	name = slash == SIZE_MAX ? path : str_skip(path, slash + 1);
	slash = str_find_last_char(dir, '/');
	dir = slash == SIZE_MAX ? STR(".") : str_first(dir, slash);
	*found = arena_printf(r->arena, "%.*s/%.*s", STR_ARG(dir),
	    STR_ARG(name));
	if (is_there(*found))
		return true;
	for (;;) {
		*found = arena_printf(r->arena, "%.*s/%.*s", STR_ARG(dir),
		    STR_ARG(path));
		if (is_there(*found))
			return true;
		slash = str_find_last_char(dir, '/');
		if (slash == SIZE_MAX)
			break;
		dir = str_first(dir, slash);
	}
	*found = arena_dup(r->arena, path);
	return is_there(*found);
}

static bool
find_rule(const struct regression *r, struct str id, uint32_t *out)
{
	const struct sigma_collection *c = r->gen->parts.sigma;

	for (size_t i = 0; i < c->n_rules; i++) {
		if (str_eq_nocase(c->rules[i].meta.id, id)) {
			*out = (uint32_t)i;
			return true;
		}
	}
	return false;
}

/* --- one test ---------------------------------------------------------------------- */

static const char *
fails(struct regression *r, const char *what, struct str more)
{
	(void)snprintf(r->why, sizeof(r->why), "%s%.*s", what, STR_ARG(more));
	return r->why;
}

/* NULL, or what is wrong. */
static const char *
run_one(struct regression *r, const struct yaml *test, struct str id)
{
	struct str type = STR("json"), path = STR_NONE, found;
	uint64_t want = 1, got, events;
	uint32_t rule;
	struct buf text;
	char why[128];
	bool raw;

	if (!yaml_read_str(yaml_get(test, "type"), "type", &type, &r->err) ||
	    !yaml_read_str(yaml_get(test, "path"), "path", &path, &r->err) ||
	    !yaml_read_u64(yaml_get(test, "match_count"), "match_count", 0,
		UINT32_MAX, &want, &r->err))
		return fails(r, "", r->err.items[0].text);
	if (!find_rule(r, id, &rule))
		return fails(r, "no rule with this id is loaded: ", id);
	r->covered[rule] = true;
	if (path.n == 0 || !find_events(r, path, &found))
		return fails(r, "the events are not there: ", path);
	raw = str_eq(type, STR("raw")) || str_eq(type, STR("syslog"));
	buf_init(&text, MAX_EVENTS_BYTES);
	if (!input_read_all(found.p, &text, why, sizeof(why))) {
		buf_fini(&text);
		return fails(r, "the events cannot be read: ", str_from(why));
	}
	got = count_matches(r, rule, buf_str(&text), raw, &events);
	buf_fini(&text);
	if (got == want)
		return NULL;
	(void)snprintf(r->why, sizeof(r->why),
	    "%llu of %llu events match where %llu are expected",
	    (unsigned long long)got, (unsigned long long)events,
	    (unsigned long long)want);
	return r->why;
}

static void
run_tests(struct regression *r, const struct yaml *rule)
{
	const struct yaml *tests = yaml_get(r->info, "regression_tests_info");
	struct str id = STR_NONE, title = STR_NONE;

	yaml_read_str(yaml_get(rule, "id"), "id", &id, &r->err);
	yaml_read_str(yaml_get(rule, "title"), "title", &title, &r->err);
	for (size_t i = 0; tests != NULL && tests->kind == YAML_LIST &&
	     i < tests->n; i++) {
		const struct yaml *test = tests->items[i];
		struct str name = STR("(no name)");

		yaml_read_str(yaml_get(test, "name"), "name", &name, &r->err);
		title = title.n > 0 ? title : id;
		if (tally_wants(r->tally, title, name))
			tally_add(r->tally, test->at, title, name,
			    run_one(r, test, id));
	}
}

static void
run_file(struct regression *r, const struct text_file *file)
{
	const struct yaml *rules;
	struct yaml **docs;
	size_t n;

	r->file = file->file;
	if (!yaml_parse(r->arena, file->file, file->text, &docs, &n, &r->err)) {
		tally_add(r->tally, (struct place){.file = file->file},
		    STR("info.yml"), STR("(all)"), r->err.items[0].text.p);
		return;
	}
	for (size_t d = 0; d < n; d++) {
		r->info = docs[d];
		rules = yaml_get(docs[d], "rule_metadata");
		for (size_t i = 0; rules != NULL && rules->kind == YAML_LIST &&
		     i < rules->n; i++)
			run_tests(r, rules->items[i]);
	}
}

void
test_regression(const struct generation *gen, const char *const *paths,
    size_t n, struct tally *t, bool *covered)
{
	struct files files = {0};
	struct arena *names = arena_new(0);
	struct regression r = {.gen = gen, .tally = t, .covered = covered};

	err_init(&r.err, names);
	for (size_t i = 0; i < n; i++)
		(void)files_add_regression(names, paths[i], &files, &r.err);
	r.pipeline = pipeline_new(&gen->parts);
	for (size_t i = 0; i < files.n; i++) {
		r.arena = arena_new(0);
		err_init(&r.err, r.arena);
		run_file(&r, &files.items[i]);
		arena_free(r.arena);
	}
	pipeline_free(r.pipeline);
	arena_free(names);
}
