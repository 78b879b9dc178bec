#include "engine/cli/incidents_print.h"

#include <stdio.h>
#include <stdlib.h>

#include <jansson.h>

#include "engine/base/arena.h"
#include "engine/base/stamp.h"
#include "engine/cli/screen.h"

static struct str
text_of(const json_t *object, const char *key)
{
	const json_t *v = json_object_get(object, key);
	if (!json_is_string(v))
		return STR("");
	return str_make(json_string_value(v), json_string_length(v));
}

static long long
number_of(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

static json_t *
load(struct str text)
{
	return json_loadb(
	    text.n == 0 ? "" : text.p, text.n, JSON_ALLOW_NUL, NULL);
}

void
span_print(int64_t span, struct buf *out)
{
	int64_t minutes = span / MINUTE;
	if (minutes < 60)
		buf_printf(out, "%lld min", (long long)minutes);
	else if (minutes < 2880)
		buf_printf(out, "%lld h %02lld", (long long)(minutes / 60),
		    (long long)(minutes % 60));
	else
		buf_printf(out, "%lld d %lld h", (long long)(minutes / 1440),
		    (long long)(minutes % 1440 / 60));
}

/* Time until a person's answer is due. */
static void
print_due(const json_t *in, int64_t now, struct buf *out)
{
	int64_t deadline;
	if (json_object_get(in, "answered") != NULL) {
		buf_add(out, STR("answered"));
		return;
	}
	if (!stamp_parse(text_of(in, "deadline"), &deadline)) {
		buf_add_char(out, '?');
	} else if (deadline < now) {
		buf_add(out, STR("late "));
		span_print(now - deadline, out);
	} else {
		span_print(deadline - now, out);
	}
}

static void
print_names(const json_t *list, size_t most, struct buf *out)
{
	size_t i;
	json_t *v;
	json_array_foreach (list, i, v) {
		if (i == most) {
			buf_printf(out, " +%zu", json_array_size(list) - most);
			break;
		}
		buf_printf(out, "%s%s", i > 0 ? "," : "", json_string_value(v));
	}
}

static void
add_number(struct table *t, long long v)
{
	char text[32];
	snprintf(text, sizeof(text), "%lld", v);
	table_add(t, str_from(text));
}

static void
add_list_row(struct table *t, const json_t *in, int64_t now)
{
	const json_t *priority = json_object_get(in, "priority");
	const json_t *entity = json_object_get(in, "entity");
	struct buf b;
	buf_init(&b, SIZE_MAX);
	table_add(t, text_of(in, "id"));
	buf_printf(&b, "%.*s %lld", STR_ARG(text_of(priority, "band")),
	    number_of(priority, "score"));
	table_add(t, buf_str(&b));
	table_add(t, text_of(in, "state"));
	buf_clear(&b);
	print_due(in, now, &b);
	table_add(t, buf_str(&b));
	buf_clear(&b);
	print_names(json_object_get(in, "members"), 2, &b);
	table_add(t, buf_str(&b));
	table_add(t, str_first(text_of(entity, "value"), 40));
	add_number(t, number_of(in, "count"));
	table_add(t, text_of(in, "title"));
	buf_fini(&b);
}

bool
incidents_print_list(struct str json, int64_t now, struct buf *out)
{
	static const char *const heads[] = {"ID", "PRIORITY", "STATE", "DUE IN",
	    "MEMBERS", "ENTITY", "COUNT", "TITLE"};
	json_t *root = load(json);
	json_t *list = json_object_get(root, "incidents");
	bool good = json_is_array(list);
	struct arena *arena = arena_new(0);
	struct table t = {.arena = arena,
	    .columns = sizeof(heads) / sizeof(heads[0]),
	    .width = screen_columns()};
	for (size_t i = 0; i < t.columns; i++)
		table_add(&t, str_from(heads[i]));
	size_t i;
	json_t *in;
	json_array_foreach (list, i, in)
		add_list_row(&t, in, now);
	if (good && json_array_size(list) == 0)
		buf_add(out, STR("No incidents.\n"));
	else if (good)
		table_print(&t, out);
	long long total = number_of(root, "total");
	if (good && total > (long long)json_array_size(list))
		buf_printf(out, "%zu of %lld; --limit shows more.\n",
		    json_array_size(list), total);
	arena_free(arena);
	json_decref(root);
	return good;
}

bool
incidents_print_lines(struct str json, struct buf *out)
{
	json_t *root = load(json);
	json_t *list = json_object_get(root, "incidents");
	bool good = json_is_array(list);
	size_t i;
	json_t *in;
	json_array_foreach (list, i, in) {
		char *text = json_dumps(in, JSON_COMPACT);
		buf_add(out, str_from(text));
		buf_add_char(out, '\n');
		free(text);
	}
	json_decref(root);
	return good;
}

/* One incident */

static void
print_line(struct buf *out, const char *name, struct str value)
{
	buf_printf(out, "  %-10s ", name);
	screen_add(out, value);
	buf_add_char(out, '\n');
}

static void
print_priority(const json_t *in, struct buf *out)
{
	const json_t *priority = json_object_get(in, "priority");
	size_t i;
	json_t *term;
	buf_printf(out, "  %-10s %.*s, %lld of 100\n", "Priority",
	    STR_ARG(text_of(priority, "band")), number_of(priority, "score"));
	json_array_foreach (json_object_get(priority, "terms"), i, term) {
		buf_printf(
		    out, "  %-10s %+4lld  ", "", number_of(term, "points"));
		screen_add(out, text_of(term, "text"));
		buf_add_char(out, '\n');
	}
}

static void
print_head(const json_t *in, int64_t now, struct buf *out)
{
	const json_t *entity = json_object_get(in, "entity");
	struct buf b;
	buf_init(&b, SIZE_MAX);
	screen_add(out, text_of(in, "id"));
	buf_add(out, STR("  "));
	screen_add(out, text_of(in, "title"));
	buf_add_char(out, '\n');
	buf_printf(&b, "%.*s%s%.*s", STR_ARG(text_of(in, "state")),
	    text_of(in, "reason").n > 0 ? ", reason " : "",
	    STR_ARG(text_of(in, "reason")));
	print_line(out, "State", buf_str(&b));
	struct str owner = text_of(in, "owner");
	print_line(out, "Owner", owner.n > 0 ? owner : STR("nobody"));
	print_priority(in, out);
	buf_clear(&b);
	buf_printf(&b, "%.*s, ", STR_ARG(text_of(in, "deadline")));
	print_due(in, now, &b);
	print_line(out, "Due", buf_str(&b));
	buf_clear(&b);
	print_names(json_object_get(in, "members"), SIZE_MAX, &b);
	print_line(out, "Members", buf_str(&b));
	buf_clear(&b);
	buf_printf(&b, "%.*s %.*s", STR_ARG(text_of(entity, "field")),
	    STR_ARG(text_of(entity, "value")));
	print_line(out, "Entity", buf_str(&b));
	print_line(out, "Type", text_of(in, "rsit"));
	buf_clear(&b);
	long long affected = number_of(in, "affected");
	buf_printf(&b, "%lld events, %.*s to %.*s; affected: %lld%s",
	    number_of(in, "count"), STR_ARG(text_of(in, "first")),
	    STR_ARG(text_of(in, "last")), affected > 0 ? affected : 1,
	    json_is_true(json_object_get(in, "lower_bound")) ? " or more" : "");
	print_line(out, "Extent", buf_str(&b));
	print_line(out, "Grouping", text_of(in, "why"));
	buf_fini(&b);
}

static void
print_rules(const json_t *in, struct buf *out)
{
	size_t i;
	json_t *rule;
	json_array_foreach (json_object_get(in, "rules"), i, rule) {
		struct str advice = text_of(rule, "advice_en");
		if (advice.n == 0)
			advice = text_of(rule, "advice_fr");
		print_line(out, i == 0 ? "Rules" : "", text_of(rule, "title"));
		if (advice.n > 0) {
			buf_printf(out, "  %-10s   ", "");
			screen_add(out, advice);
			buf_add_char(out, '\n');
		}
	}
}

static int
base64_digit(char c)
{
	return c >= 'A' && c <= 'Z' ? c - 'A'
	    : c >= 'a' && c <= 'z'  ? c - 'a' + 26
	    : char_is_digit(c)      ? c - '0' + 52
	    : c == '+'              ? 62
	    : c == '/'              ? 63
				    : -1;
}

/* The bytes of a line that JSON could not carry as text. */
static void
add_base64(struct buf *out, struct str s)
{
	uint32_t v = 0;
	int bits = 0;
	for (size_t i = 0; i < s.n; i++) {
		int d = base64_digit(s.p[i]);
		if (d < 0)
			break;
		v = (v << 6 | (uint32_t)d) & 0xffffff;
		bits += 6;
		if (bits >= 8) {
			bits -= 8;
			buf_add_char(out, (char)(v >> bits & 0xff));
		}
	}
}

static void
print_evidence(const json_t *row, struct buf *out)
{
	struct buf raw;
	buf_init(&raw, SIZE_MAX);
	if (text_of(row, "base64").n > 0)
		add_base64(&raw, text_of(row, "base64"));
	else
		buf_add(&raw, text_of(row, "raw"));
	buf_printf(out, "    %.*s  ", STR_ARG(text_of(row, "time")));
	if (raw.n > 0)
		screen_add(out, buf_str(&raw));
	else
		buf_add(out, STR("(the line is not at hand)"));
	if (json_is_true(json_object_get(row, "cut")))
		buf_printf(out, " ... (%lld bytes)", number_of(row, "bytes"));
	buf_add_char(out, '\n');
	buf_fini(&raw);
}

static void
print_alerts(const json_t *root, struct buf *out)
{
	const json_t *list = json_object_get(root, "alerts");
	size_t all = (size_t)number_of(
	    json_object_get(root, "incident"), "alerts_total");
	size_t i, k;
	json_t *row, *line;
	buf_printf(out, "\nAlerts (%zu)\n", all);
	json_array_foreach (list, i, row) {
		const json_t *alert = json_object_get(row, "alert");
		const json_t *rule = json_object_get(alert, "rule");
		buf_printf(out, "  %.*s  %lld events  ",
		    STR_ARG(text_of(row, "id")), number_of(alert, "count"));
		screen_add(out, text_of(rule, "title"));
		if (json_is_true(json_object_get(row, "joined"))) {
			buf_add(out, STR(" (counted in another alert)\n"));
			continue;
		}
		buf_add_char(out, '\n');
		json_array_foreach (json_object_get(row, "evidence"), k, line)
			print_evidence(line, out);
	}
	if (json_array_size(list) < all)
		buf_printf(
		    out, "  and %zu more\n", all - json_array_size(list));
}

static void
print_history(const json_t *root, struct buf *out)
{
	size_t i;
	json_t *row;
	buf_add(out, STR("\nHistory\n"));
	json_array_foreach (json_object_get(root, "history"), i, row) {
		buf_printf(out, "  %.*s  ", STR_ARG(text_of(row, "at")));
		screen_add(out, text_of(row, "by"));
		buf_add(out, STR(": "));
		screen_add(out, text_of(row, "act"));
		if (text_of(row, "text").n > 0) {
			buf_add(out, STR(". "));
			screen_add(out, text_of(row, "text"));
		}
		buf_add_char(out, '\n');
	}
}

bool
incidents_print_one(struct str json, int64_t now, struct buf *out)
{
	json_t *root = load(json);
	json_t *in = json_object_get(root, "incident");
	bool good = json_is_object(in);
	if (good) {
		print_head(in, now, out);
		print_rules(in, out);
		print_alerts(root, out);
		print_history(root, out);
	}
	json_decref(root);
	return good;
}
