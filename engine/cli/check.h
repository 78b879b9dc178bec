/*
 * Private to `vigie check`: what its parts share.
 */
#ifndef VIGIE_CLI_CHECK_H
#define VIGIE_CLI_CHECK_H

#include "engine/cli/cli.h"
#include "engine/daemon/files.h"
#include "engine/member/member.h"
#include "engine/normalise/normalise.h"
#include "engine/sigma/sigma.h"

enum file_kind { FILE_RULES, FILE_PACK, FILE_MEMBERS, FILE_CONFIG, FILE_KINDS };

enum check_form { CHECK_TEXT, CHECK_JSON, CHECK_SARIF };

#define CHECK_MAX_NAMES	  64
#define CHECK_MAX_SOURCES 64

/* A validator left out everywhere, or for the rule with this id. */
struct exclusion {
	struct str name;
	struct str id; /* empty: everywhere */
};

struct check_sources;

struct check {
	struct arena *arena;
	struct err err;
	struct files files[FILE_KINDS];
	struct field_table *fields;
	struct word_table *words;
	const char *placeholders;
	struct sigma_placeholder *lists;
	size_t n_lists;
	const struct sigma_collection *sigma;
	const struct members *members; /* the last that was read, or NULL */
	struct packs *packs;
	size_t n_packs;
	struct exclusion *excluded;
	size_t n_excluded, cap_excluded;
	const char *source_paths[CHECK_MAX_SOURCES];
	size_t n_source_paths;
	struct check_sources *sources; /* NULL: not asked for */
	enum check_form form;
	bool strict, quiet, fix, all, report, list_fields;
	bool broken_config;
	bool pack_folder; /* of the packs, some came by their folder's name */
};

/* check_print.c: what was found, in c->form. */
void check_print(struct check *c);
void check_print_fixed(struct check *c);

/* check_exclude.c. A name that nobody knows is told on stderr. */
void check_exclude(struct check *c, struct str name, struct str id);
/* sigma-cli's configuration: `validators:` and `exclusions:`. */
bool check_read_config(struct check *c, const char *path);
/* Takes the excluded warnings out of c->err. */
void check_apply_exclusions(struct check *c);

/* check_report.c: errors that came while compiling go to their documents,
 * then each document with state, place and reason. */
void check_blame(struct check *c, size_t from);
void check_print_report(const struct check *c);
/* The document that a line belongs to, or NULL. */
struct sigma_document *check_document_at(const struct check *c,
    struct str file, uint32_t line);

/* check_samples.c: warnings about samples of packs that go to other packs. */
void check_samples(struct check *c);

/* check_fields.c: which fields the packs set, to stdout. */
void check_print_fields(struct check *c);

/* check_sources.c: which log sources lines of files and journals have. */
enum source_seen { SOURCE_NEVER, SOURCE_PARTIAL, SOURCE_SEEN };
/* The shipped packs, when none were named. */
void check_default_packs(struct check *c);
bool check_read_sources(struct check *c);
void check_free_sources(struct check *c);
void check_print_sources(const struct check *c);
enum source_seen check_source_of(const struct check *c,
    const struct sigma_document *doc);
/* "product=linux, service=sshd" */
struct str check_source_text(const struct check *c, struct logsource source);

#endif
