/*
 * What `vigie check` found: text for people, JSON lines, and SARIF 2.1.0
 * (OASIS) for forges and editors.
 */
#include "engine/cli/check.h"

#include "engine/base/json.h"
#include "engine/sigma/migrate.h"
#include "engine/sigma/validate.h"

#include <stdio.h>

void
check_print_fixed(struct check *c)
{
	const struct files *files = &c->files[FILE_RULES];

	for (size_t i = 0; i < files->n; i++) {
		struct err own;
		struct buf out;

		err_init(&own, c->arena);
		buf_init(&out, (size_t)64 * 1024 * 1024);
		if (sigma_migrate(c->arena, &files->items[i], &out, &own)) {
			printf("# %.*s\n", STR_ARG(files->items[i].file));
			cli_write(buf_str(&out));
		}
		cli_print_errors(&own, true);
		buf_fini(&out);
	}
}

static bool
is_shown(const struct check *c, const struct err_item *item)
{
	return item->level == ERR_ERROR || !c->quiet;
}

static void
print_json(const struct check *c, struct buf *out)
{
	for (size_t i = 0; i < c->err.n; i++) {
		const struct err_item *item = &c->err.items[i];
		struct json j = json_to(out);

		if (!is_shown(c, item))
			continue;
		json_open(&j);
		json_pair_str(&j, "kind", STR("finding"));
		json_pair_str(&j, "file", item->file);
		json_pair_u64(&j, "line", item->line);
		json_pair_u64(&j, "column", item->column);
		json_pair_str(&j, "level",
		    item->level == ERR_ERROR ? STR("error") : STR("warning"));
		json_pair_str(&j, "code", item->code);
		json_pair_str(&j, "text", item->text);
		if (item->hint.n > 0)
			json_pair_str(&j, "hint", item->hint);
		json_close(&j);
		buf_add_char(out, '\n');
	}
}

/* --- SARIF ---------------------------------------------------------------- */

static const struct validator *
find_validator(struct str code)
{
	for (size_t i = 0; i < sigma_n_validators; i++) {
		if (str_eq(sigma_validators[i].name, code))
			return &sigma_validators[i];
	}
	return NULL;
}

/* The codes that occur, each once: SARIF wants the table first. */
static size_t
collect_codes(const struct check *c, struct str *codes)
{
	size_t n = 0;

	for (size_t i = 0; i < c->err.n; i++) {
		const struct err_item *item = &c->err.items[i];
		size_t k = 0;

		if (!is_shown(c, item))
			continue;
		while (k < n && !str_eq(codes[k], item->code))
			k++;
		if (k == n)
			codes[n++] = item->code;
	}
	return n;
}

static void
sarif_rules(struct json *j, const struct str *codes, size_t n)
{
	json_key(j, STR("rules"));
	json_open_list(j);
	for (size_t i = 0; i < n; i++) {
		const struct validator *v = find_validator(codes[i]);

		json_open(j);
		json_pair_str(j, "id", codes[i]);
		if (v != NULL) {
			json_key(j, STR("shortDescription"));
			json_open(j);
			json_pair_str(j, "text", str_from(v->what));
			json_close(j);
		}
		json_close(j);
	}
	json_close_list(j);
}

/* A path as the relative reference of RFC 3986. */
static struct str
uri_of(struct arena *arena, struct str path)
{
	struct str uri;
	struct buf out;

	buf_init(&out, (size_t)64 * 1024);
	for (size_t i = 0; i < path.n; i++) {
		char ch = path.p[i];

		if (char_is_alnum(ch) || memchr("-._~/", ch, 5) != NULL)
			buf_add_char(&out, ch);
		else
			buf_printf(&out, "%%%02X", (unsigned char)ch);
	}
	uri = arena_dup(arena, buf_str(&out));
	buf_fini(&out);
	return uri;
}

static void
sarif_location(const struct check *c, struct json *j,
    const struct err_item *item)
{
	json_key(j, STR("locations"));
	json_open_list(j);
	json_open(j);
	json_key(j, STR("physicalLocation"));
	json_open(j);
	json_key(j, STR("artifactLocation"));
	json_open(j);
	json_pair_str(j, "uri", uri_of(c->arena, item->file));
	json_close(j);
	/* A finding about the file as a whole is shown at its beginning. */
	json_key(j, STR("region"));
	json_open(j);
	json_pair_u64(j, "startLine", item->line > 0 ? item->line : 1);
	json_pair_u64(j, "startColumn", item->column > 0 ? item->column : 1);
	json_close(j);
	json_close(j);
	json_close(j);
	json_close_list(j);
}

static void
sarif_result(const struct check *c, struct json *j,
    const struct err_item *item, size_t rule)
{
	const struct validator *v = find_validator(item->code);
	struct str text = item->text;

	if (item->hint.n > 0)
		text = arena_printf(c->arena, "%.*s; %.*s", STR_ARG(text),
		    STR_ARG(item->hint));
	json_open(j);
	json_pair_str(j, "ruleId", item->code);
	json_pair_u64(j, "ruleIndex", rule);
	json_pair_str(j, "level", item->level == ERR_ERROR ? STR("error")
	    : v != NULL && v->pedantic			 ? STR("note")
							 : STR("warning"));
	json_key(j, STR("message"));
	json_open(j);
	json_pair_str(j, "text", text);
	json_close(j);
	sarif_location(c, j, item);
	json_close(j);
}

static void
sarif_results(const struct check *c, struct json *j, const struct str *codes)
{
	json_key(j, STR("results"));
	json_open_list(j);
	for (size_t i = 0; i < c->err.n; i++) {
		const struct err_item *item = &c->err.items[i];
		size_t rule = 0;

		if (!is_shown(c, item))
			continue;
		while (!str_eq(codes[rule], item->code))
			rule++;
		sarif_result(c, j, item, rule);
	}
	json_close_list(j);
}

static void
print_sarif(const struct check *c, struct buf *out)
{
	struct str *codes = ARENA_ARRAY(c->arena, c->err.n + 1, struct str);
	size_t n = collect_codes(c, codes);
	struct json j = json_to(out);

	json_open(&j);
	json_pair_str(&j, "$schema",
	    STR("https://json.schemastore.org/sarif-2.1.0.json"));
	json_pair_str(&j, "version", STR("2.1.0"));
	json_key(&j, STR("runs"));
	json_open_list(&j);
	json_open(&j);
	json_key(&j, STR("tool"));
	json_open(&j);
	json_key(&j, STR("driver"));
	json_open(&j);
	json_pair_str(&j, "name", STR("vigie"));
	sarif_rules(&j, codes, n);
	json_close(&j);
	json_close(&j);
	json_pair_str(&j, "columnKind", STR("unicodeCodePoints"));
	sarif_results(c, &j, codes);
	json_close(&j);
	json_close_list(&j);
	json_close(&j);
	buf_add_char(out, '\n');
}

void
check_print(struct check *c)
{
	struct buf out;

	if (c->form == CHECK_TEXT) {
		cli_print_errors(&c->err, !c->quiet);
		return;
	}
	buf_init(&out, SIZE_MAX / 2);
	if (c->form == CHECK_JSON)
		print_json(c, &out);
	else
		print_sarif(c, &out);
	cli_write(buf_str(&out));
	buf_fini(&out);
}
