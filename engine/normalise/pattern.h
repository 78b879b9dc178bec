/*
 * Patterns of packs: a regular expression whose groups are fields. The names
 * of groups have dots, which PCRE2 refuses; so the source is translated,
 * groups are counted, and a table says which number is which field. %{NAME}
 * and %{NAME:field} stand for entries of the library.
 *
 * Most lines do not match most patterns. Text that every match must begin
 * with (prefix, or one of several heads), or else contain (literal), is found
 * when the pattern is compiled and compared first.
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
/*
 * PCRE2 counts the steps back and forth of a match, not the bytes that it
 * reads for each: a run of "[^,]*" is one step. So a long text has fewer
 * steps, and no match takes longer than a millisecond (bench/hostile.c; a
 * pattern without '^' counts anew at each place). Of 13,000 matches of real
 * lines none needs more.
 */
#define PATTERN_MATCH_LIMIT 5000
#define PATTERN_WORK	    ((size_t)5000 * 1024) /* steps times bytes */
#define PATTERN_DEPTH_LIMIT 250
#define PATTERN_HEAP_LIMIT  1024 /* KiB */
#define PATTERN_GROUPS	    64	 /* capture groups of one pattern */

struct pattern_group {
	uint16_t number;
	field_id field;
};

/* A beginning: the text, then one byte of the set (none: any or no byte). */
struct pattern_head {
	struct str text;
	const uint64_t *set; /* 256 bits, or NULL */
};

struct pattern {
	pcre2_code *code; /* freed by pattern_free() */
	bool is_jit;
	uint32_t least; /* bytes of the shortest match */
	struct str prefix;  /* every match begins with it; empty: not known */
	struct str literal; /* every match contains it */
	struct str *any;    /* every match contains one of them; or none */
	size_t n_any;
	/* Every match begins with one of them; none when `prefix` says as
	 * much or when it is not known. */
	struct pattern_head *heads;
	size_t n_heads;
	/* First bytes of matches, 256 bits; NULL: a match may begin anywhere
	 * or with anything. */
	const uint64_t *starts;
	/* What begins so (or contains `literal`) is a match, and there are no
	 * groups: nothing is left to ask. */
	bool is_exact;
	struct pattern_group *groups;
	size_t n_groups;
	uint32_t n_captures; /* the whole match counted */
	struct str source;   /* as PCRE2 has it, for reports */
	struct str written;  /* as the pack has it */
};

/* How far a pattern gets that does not match (pattern_reach.c): the bytes of
 * `source` (as written) that match, and where in the subject they end. */
struct pattern_reach {
	size_t source;
	size_t subject;
};
struct pattern_reach pattern_reach(struct str source,
    struct field_table *fields, struct str subject);

/* Match data, limits and JIT stack of one worker. */
struct pattern_scratch;
struct pattern_scratch *pattern_scratch_new(void);
void pattern_scratch_free(struct pattern_scratch *s);
/* A new line begins: it may take as long as any. After a match that was given
 * up, the others of the same line have half as many steps. */
void pattern_scratch_reset(struct pattern_scratch *s);

/* From the scalar `node`; mistakes go to err with their column. */
bool pattern_compile(struct arena *arena, struct field_table *fields,
    const struct yaml *node, struct pattern *out, struct err *err);
/* Warnings about cost; `whole_text`: it is for the message, not a field. */
void pattern_lint(const struct pattern *p, const struct yaml *node,
    bool whole_text, struct err *err);
/* Where the bracket that is not closed stands (pattern_lint.c). */
size_t pattern_unclosed(struct str source, char sign, size_t fallback);
void pattern_free(struct pattern *p);

enum pattern_result { PATTERN_MISS, PATTERN_HIT, PATTERN_LIMIT };

/*
 * As pattern_run(), for subjects that come again and again (a label, a status
 * code): short ones are remembered with their answer.
 */
enum pattern_result pattern_recall(const struct pattern *p,
    struct pattern_scratch *s, struct str subject);

/* On PATTERN_HIT, pattern_offsets() gives the groups, if it has any. */
enum pattern_result pattern_run(const struct pattern *p,
    struct pattern_scratch *s, struct str subject);
/* The same of a subject that is known to have the pattern's text. */
enum pattern_result pattern_run_there(const struct pattern *p,
    struct pattern_scratch *s, struct str subject);
/* Where the groups of the last hit stand: pairs of offsets by number. */
const PCRE2_SIZE *pattern_offsets(const struct pattern_scratch *s);

/* Empty when the group took no part or matched nothing. Groups behind the
 * last that took part are unset as well. */
static inline struct str
pattern_group_text(const PCRE2_SIZE *offsets, struct str subject,
    uint16_t number)
{
	PCRE2_SIZE from = offsets[2 * number], to = offsets[2 * number + 1];

	if (from == PCRE2_UNSET || to <= from || to > subject.n)
		return STR_NONE;
	return str_make(subject.p + from, to - from);
}

/* The library: NULL when there is no such name. Names for "did you mean". */
const char *pattern_library_find(struct str name);
size_t pattern_library_names(const struct str **names);

/* Prefix and literal of a translated source (pattern_literal.c); heads, with
 * the groups known, after that (pattern_head.c). */
void pattern_literals(struct arena *arena, struct str source,
    struct pattern *out);
void pattern_heads(struct arena *arena, struct str source,
    struct pattern *out);

/* Pieces of the walk over a source that both share: the index behind the
 * class or group that begins at i; that of the "|" which ends the alternative
 * at i, or s.n; the quantifier at *i. */
enum pattern_times { TIMES_ONE, TIMES_MANY, TIMES_MAYBE };
size_t pattern_class_end(struct str s, size_t i);
size_t pattern_group_end(struct str s, size_t i, bool *alternatives);
size_t pattern_branch_end(struct str s, size_t i);
enum pattern_times pattern_quantifier(struct str s, size_t *i);
bool pattern_is_look(struct str s, size_t i);
/* (?i), alternatives at the top, \Q: nothing is known of such a source. */
bool pattern_is_opaque(struct str source);

#endif
