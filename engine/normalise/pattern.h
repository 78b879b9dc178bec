/*
 * Patterns of packs: a regular expression whose groups are fields. The names
 * of groups have dots, which PCRE2 refuses; so the source is translated,
 * groups are counted, and a table says which number is which field. %{NAME}
 * and %{NAME:field} stand for entries of the library.
 *
 * Most lines do not match most patterns. Text that every match must begin
 * with (prefix), or else contain (literal), is found when the pattern is
 * compiled and compared first: that costs a memcmp or a memmem.
 */
#ifndef VIGIE_NORMALISE_PATTERN_H
#define VIGIE_NORMALISE_PATTERN_H

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "engine/base/err.h"
#include "engine/base/yaml.h"
#include "engine/event/field.h"

#define PATTERN_SUBJECT	    ((size_t)8 * 1024)
#define PATTERN_SUBJECT_MAX ((size_t)64 * 1024)
#define PATTERN_MATCH_LIMIT 10000
#define PATTERN_DEPTH_LIMIT 250
#define PATTERN_HEAP_LIMIT  1024 /* KiB */
#define PATTERN_GROUPS	    64	 /* capture groups of one pattern */

struct pattern_group {
	uint16_t number;
	field_id field;
};

struct pattern {
	pcre2_code *code; /* freed by pattern_free() */
	bool is_jit;
	struct str prefix;  /* every match begins with it; empty: not known */
	struct str literal; /* every match contains it */
	struct pattern_group *groups;
	size_t n_groups;
};

/* Match data, limits and JIT stack of one worker. */
struct pattern_scratch;
struct pattern_scratch *pattern_scratch_new(void);
void pattern_scratch_free(struct pattern_scratch *s);

/* From the scalar `node`; mistakes go to err with their column. */
bool pattern_compile(struct arena *arena, struct field_table *fields,
    const struct yaml *node, struct pattern *out, struct err *err);
/* Warnings about cost; `whole_text`: it is for the message, not a field. */
void pattern_lint(const struct pattern *p, const struct yaml *node,
    bool whole_text, struct err *err);
void pattern_free(struct pattern *p);

enum pattern_result { PATTERN_MISS, PATTERN_HIT, PATTERN_LIMIT };

/* On PATTERN_HIT, pattern_group_text() gives the groups. */
enum pattern_result pattern_run(const struct pattern *p,
    struct pattern_scratch *s, struct str subject);
/* Empty when the group took no part or matched nothing. */
struct str pattern_group_text(const struct pattern_scratch *s,
    struct str subject, uint16_t number);

/* The library: NULL when there is no such name. Names for "did you mean". */
const char *pattern_library_find(struct str name);
size_t pattern_library_names(const struct str **names);

/* Prefix and literal of a translated source (pattern_literal.c). */
void pattern_literals(struct arena *arena, struct str source,
    struct pattern *out);

#endif
