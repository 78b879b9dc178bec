/*
 * `vigie check`: what is wrong in configuration, members, packs and rules. A
 * file's kind is told by its content. The loaders are those of the daemon.
 */
#include "engine/cli/check.h"

#include "engine/daemon/config.h"
#include "engine/daemon/generation.h"
#include "engine/sigma/validate.h"

#include <stdio.h>
#include <unistd.h>

enum {
	OPT_STRICT,
	OPT_QUIET,
	OPT_FIX,
	OPT_OUTPUT,
	OPT_EXCLUDE,
	OPT_ALL,
	OPT_CONFIG,
	OPT_REPORT,
	OPT_SOURCES,
	OPT_PLACEHOLDERS,
	OPT_PACKS,
	OPT_FIELDS
};

static const struct option_row options[] = {
    {"strict",	     0,	  NULL,	  "warnings count as findings (exit 1)"	      },
    {"quiet",	     'q', NULL,	  "tell errors only, no warnings"	      },
    {"fix",	     0,	  NULL,	  "print '| count()' and '| near' as correlations"},
    {"output",	     'o', "FORM", "text (on stderr), json or sarif (on stdout)"},
    {"exclude",	     'x', "NAME", "leave out this validator's warnings"	      },
    {"all",	     'a', NULL,	  "pedantic validators too (id, date, ...)"    },
    {"config",	     'c', "FILE", "validators and exclusions as sigma-cli has them"},
    {"report",	     0,	  NULL,	  "name each document: loaded, or why not"     },
    {"sources",	     0,	  "PATH", "logs or a journal: which rules have a source"},
    {"placeholders", 0,	  "FILE", "lists for %name%: YAML or JSON"	      },
    {"packs",	     0,	  "PATH", "packs that are checked too"		      },
    {"fields",	     0,	  NULL,	  "which fields the packs set, in Markdown"    },
};

static const struct command_help help = {
    .usage = "vigie check [OPTIONS] [PATH...]",
    .what = "Checks configuration, members, parser packs and rules. Without "
	    "PATH: vigie.yaml\nof this folder, if any, and what it names.",
    .example = "vigie check --strict correlation-rules",
    .options = options,
    .n_options = sizeof(options) / sizeof(options[0]),
};

/* By the keys of the first document; what nobody knows counts as a rule. */
static enum file_kind
kind_of_keys(const struct yaml *doc)
{
	static const struct str packs[] = {
	    STR_INIT("pack"), STR_INIT("taxonomy")};
	static const struct str config[] = {STR_INIT("listen"),
	    STR_INIT("redis"), STR_INIT("journal"), STR_INIT("limits"),
	    STR_INIT("desk"), STR_INIT("state"), STR_INIT("workers"),
	    STR_INIT("unknown_senders"), STR_INIT("packs"), STR_INIT("rules"),
	    STR_INIT("placeholders")};
	const struct yaml *members = yaml_get(doc, "members");

	/* A taxonomy map has no detection; a rule may name its taxonomy. */
	if (yaml_get(doc, "detection") != NULL ||
	    yaml_get(doc, "correlation") != NULL ||
	    yaml_get(doc, "filter") != NULL)
		return FILE_RULES;
	if (members != NULL)
		return members->kind == YAML_SCALAR ? FILE_CONFIG
		                                    : FILE_MEMBERS;
	for (size_t i = 0; i < doc->n; i++) {
		struct str key = doc->pairs[i].key->text;

		if (STR_IS_ONE_OF(key, packs))
			return FILE_PACK;
		if (STR_IS_ONE_OF(key, config))
			return FILE_CONFIG;
	}
	return FILE_RULES;
}

/* A file that is no YAML is known by its first key, if it shows one. */
static enum file_kind
kind_of_text(struct str text)
{
	struct str line;

	if (files_pack_name(text).n > 0)
		return FILE_PACK;
	while (str_next_line(&text, &line)) {
		if (str_has_prefix(line, STR("taxonomy:")))
			return FILE_PACK;
		if (str_has_prefix(line, STR("members:")))
			return FILE_MEMBERS;
		if (str_has_prefix(line, STR("listen:")))
			return FILE_CONFIG;
	}
	return FILE_RULES;
}

static enum file_kind
kind_of(struct check *c, const struct text_file *file)
{
	struct arena *arena = arena_new(0);
	enum file_kind kind;
	struct yaml **docs;
	struct err quiet;
	size_t n;

	err_init(&quiet, arena);
	yaml_parse(arena, file->file, file->text, &docs, &n, &quiet);
	if (n == 0 && quiet.errors == 0)
		err_warn(&c->err, (struct place){.file = file->file},
		    "empty_file", "there is nothing in the file");
	kind = n > 0 && docs[0]->kind == YAML_MAP ? kind_of_keys(docs[0])
	                                          : kind_of_text(file->text);
	arena_free(arena);
	return kind;
}

static bool
add_path(struct check *c, const char *path)
{
	struct files files = {0};
	bool ok = files_add(c->arena, path, &files, &c->err);

	for (size_t i = 0; i < files.n; i++) {
		struct files *to = &c->files[kind_of(c, &files.items[i])];

		c->pack_folder |= to == &c->files[FILE_PACK] &&
		    !str_eq(files.items[i].file, str_from(path));
		ARENA_PUSH_ROOM(c->arena, to->items, to->n, to->cap);
		to->items[to->n++] = files.items[i];
	}
	return ok;
}

static void
check_config(struct check *c)
{
	const struct files *files = &c->files[FILE_CONFIG];
	struct config config;

	for (size_t i = 0; i < files->n; i++)
		c->broken_config |= !config_load(
		    c->arena, files->items[i].file.p, &config, &c->err);
}

static void
check_members(struct check *c)
{
	const struct files *files = &c->files[FILE_MEMBERS];

	for (size_t i = 0; i < files->n; i++) {
		const struct text_file *file = &files->items[i];
		const struct members *members = members_load(c->arena,
		    c->words, file->file, file->text, generation_find_zone,
		    c->arena, &c->err);

		if (members == NULL)
			c->broken_config = true;
		else
			c->members = members;
	}
}

/* What was said of packs that nobody asked for. */
static void
drop_others(struct check *c, size_t from)
{
	struct err *err = &c->err;
	size_t n = from;

	for (size_t i = from; i < err->n; i++) {
		if (err->items[i].level == ERR_ERROR ||
		    files_has(&c->files[FILE_PACK], err->items[i].file))
			err->items[n++] = err->items[i];
	}
	err->n = n;
}

/* The files to load: those that were named, and where each is a file, those
 * that stand beside them in use. */
static struct files
packs_to_load(struct check *c)
{
	struct files *named = &c->files[FILE_PACK], all;
	const char *folder;

	if (c->pack_folder || c->n_source_paths > 0 || c->list_fields)
		return *named;
	folder = files_folder_of(c->arena, named->items[0].file.p);
	return folder != NULL &&
	        files_among(c->arena, named, folder, &all, &c->err)
	    ? all : *named;
}

static void
check_packs(struct check *c)
{
	struct files *named = &c->files[FILE_PACK], files;
	size_t from = c->err.n, others = 0;

	if (named->n == 0) {
		if (c->n_source_paths > 0)
			check_default_packs(c);
		return;
	}
	(void)files_add_like(c->arena, named, &c->err);
	files = packs_to_load(c);
	for (size_t i = 0; i < files.n; i++)
		others += !files_has(named, files.items[i].file) &&
		    files_pack_name(files.items[i].text).n > 0;
	c->packs = packs_load(
	    c->arena, c->fields, c->words, files.items, files.n, &c->err);
	drop_others(c, from);
	if (c->packs == NULL)
		return;
	c->n_packs = packs_count(c->packs) - others;
	check_samples(c);
}

static void
check_rules(struct check *c)
{
	const struct files *files = &c->files[FILE_RULES];
	struct ruleset *rules;
	struct str text;
	size_t from;

	if (c->placeholders != NULL &&
	    (!file_read(c->arena, c->placeholders, "placeholders file", &text,
	         &c->err) ||
	        !placeholders_load(c->arena, str_from(c->placeholders), text,
	            &c->lists, &c->n_lists, &c->err))) {
		c->broken_config = true;
		return;
	}
	c->sigma = sigma_load(c->arena, c->words, files->items, files->n,
	    c->lists, c->n_lists, &c->err);
	from = c->err.n;
	rules =
	    ruleset_compile(c->arena, c->fields, c->words, c->sigma, &c->err);
	specs_compile(c->arena, c->fields, c->sigma, &c->err);
	ruleset_free(rules);
	check_blame(c, from);
	sigma_validate(c->arena, files->items, files->n, c->all, &c->err);
}

static void
print_summary(const struct check *c)
{
	const struct sigma_collection *s = c->sigma;
	size_t files = 0, filters = s == NULL ? 0 : s->n_filters;

	for (size_t i = 0; i < FILE_KINDS; i++)
		files += c->files[i].n;
	fprintf(stderr,
	    "%zu files: %zu packs, %zu rules, %zu correlations, %zu filters; "
	    "%zu errors, %zu warnings",
	    files, c->n_packs, s == NULL ? 0 : s->n_rules,
	    s == NULL ? 0 : s->n_correlations, filters, c->err.errors,
	    c->err.n - c->err.errors);
	if (s != NULL && s->n_refused + s->n_inactive > 0)
		fprintf(stderr,
		    "; left out: %zu for mistakes, %zu for lists that are "
		    "missing",
		    s->n_refused, s->n_inactive);
	fputc('\n', stderr);
}

static int
verdict(const struct check *c)
{
	if (c->broken_config)
		return EXIT_USAGE;
	if (c->err.errors > 0)
		return EXIT_RULE;
	return c->strict && c->err.n > 0 ? EXIT_FINDINGS : EXIT_OK;
}

/* What a daemon started here would load. */
static void
add_defaults(struct check *c)
{
	struct config config;
	const char *path;

	if (access("vigie.yaml", R_OK) == 0)
		add_path(c, "vigie.yaml");
	if (!config_load(c->arena, NULL, &config, &c->err)) {
		c->broken_config = true;
		return;
	}
	/* check_config reads it again, and says everything then. */
	err_init(&c->err, c->arena);
	if (config.paths.members != NULL && !add_path(c, config.paths.members))
		c->broken_config = true;
	path = config.paths.packs != NULL ? config.paths.packs
	                                  : data_path(c->arena, "parsers");
	if (path != NULL && path[0] != '\0' && !add_path(c, path))
		c->broken_config = true;
	for (size_t i = 0; i < config.paths.n_rules; i++)
		c->broken_config |= !add_path(c, config.paths.rules[i]);
	path = data_path(c->arena, "correlation-rules");
	if (config.paths.n_rules == 0 && path != NULL && !add_path(c, path))
		c->broken_config = true;
	if (c->placeholders == NULL)
		c->placeholders = config.paths.placeholders;
}

static bool
read_form(struct check *c, const char *arg)
{
	static const char *const forms[] = {"text", "json", "sarif"};

	for (size_t i = 0; i < 3; i++) {
		if (strcmp(arg, forms[i]) == 0) {
			c->form = (enum check_form)i;
			return true;
		}
	}
	fprintf(stderr,
	    "vigie: --output is '%s', expected text, json or sarif\n", arg);
	return false;
}

static bool
take_option(struct check *c, int o, const char *arg)
{
	switch (o) {
	case OPT_STRICT:
		c->strict = true;
		return true;
	case OPT_QUIET:
		c->quiet = true;
		return true;
	case OPT_FIX:
		c->fix = true;
		return true;
	case OPT_OUTPUT:
		return read_form(c, arg);
	case OPT_EXCLUDE:
		check_exclude(c, str_from(arg), STR(""));
		return true;
	case OPT_ALL:
		c->all = true;
		return true;
	case OPT_CONFIG:
		c->broken_config |= !check_read_config(c, arg);
		return true;
	case OPT_REPORT:
		c->report = true;
		return true;
	case OPT_FIELDS:
		c->list_fields = true;
		return true;
	case OPT_SOURCES:
		if (c->n_source_paths == CHECK_MAX_SOURCES)
			return false;
		c->source_paths[c->n_source_paths++] = arg;
		return true;
	case OPT_PLACEHOLDERS:
		c->placeholders = arg;
		return true;
	default:
		c->broken_config |= !add_path(c, arg);
		return true;
	}
}

static bool
read_options(struct check *c, int argc, char **argv, int *at, int *status)
{
	const char *arg;
	int o;

	*at = 1;
	while ((o = cli_option(&help, argc, argv, at, &arg)) >= 0) {
		if (!take_option(c, o, arg)) {
			o = CLI_WRONG;
			break;
		}
	}
	if (o == CLI_END && c->form == CHECK_SARIF &&
	    (c->report || c->n_source_paths > 0)) {
		fprintf(stderr, "vigie: --report and --sources have no SARIF "
				"form, expected text or json\n");
		o = CLI_WRONG;
	}
	*status = o == CLI_HELP ? EXIT_OK : EXIT_USAGE;
	return o == CLI_END;
}

/* EXIT_OK, or what went wrong beside the files that are checked. */
static int
check_all(struct check *c)
{
	int status = EXIT_OK;

	check_config(c);
	check_members(c);
	check_packs(c);
	check_rules(c);
	if (c->n_source_paths > 0 && !check_read_sources(c))
		status = EXIT_PARTIAL;
	check_apply_exclusions(c);
	err_sort(&c->err);
	check_print(c);
	if (c->sources != NULL)
		check_print_sources(c);
	if (c->list_fields && c->packs != NULL)
		check_print_fields(c);
	if (c->report || c->n_source_paths > 0)
		check_print_report(c);
	print_summary(c);
	return status;
}

int
cmd_check(int argc, char **argv)
{
	struct check c = {.arena = arena_new((size_t)1024 * 1024)};
	int status, at;

	err_init(&c.err, c.arena);
	c.fields = field_table_new(c.arena);
	c.words = word_table_new(c.arena);
	if (read_options(&c, argc, argv, &at, &status)) {
		if (at == argc)
			add_defaults(&c);
		for (; at < argc; at++)
			c.broken_config |= !add_path(&c, argv[at]);
		if (c.fix) {
			check_print_fixed(&c);
			status = EXIT_OK;
		} else {
			int partial = check_all(&c);

			status = verdict(&c);
			if (status == EXIT_OK)
				status = partial;
		}
	}
	check_free_sources(&c);
	packs_free(c.packs);
	arena_free(c.arena);
	return status;
}
