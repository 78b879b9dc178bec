/*
 * Sigma documents as trees: rules, correlations, filters; specification 2.1
 * and the 2.2 draft. Parsing only: what a rule means on an event is detect/,
 * what a correlation means on matches is correlate/. All in the generation's
 * arena.
 */
#ifndef VIGIE_SIGMA_SIGMA_H
#define VIGIE_SIGMA_SIGMA_H

#include "engine/base/err.h"
#include "engine/base/yaml.h"
#include "engine/event/logsource.h"
#include "engine/sigma/detection.h"

enum sigma_level {
	SIGMA_LEVEL_NONE, /* not given */
	SIGMA_LEVEL_INFORMATIONAL,
	SIGMA_LEVEL_LOW,
	SIGMA_LEVEL_MEDIUM,
	SIGMA_LEVEL_HIGH,
	SIGMA_LEVEL_CRITICAL,
};

/* Our top-level key `vigie:` (DESIGN section 5). */
struct sigma_vigie {
	bool given;
	struct str rsit;    /* "intrusion-attempts:brute-force" */
	bool rsit_guessed;  /* from tactic and level */
	struct str *entity; /* field names; default source.ip, user.name,
			       host.name: the first present of the list */
	size_t n_entity;
	bool sector;	     /* scope: sector */
	uint32_t confidence; /* 0..100, default 75 */
	bool spreading;	     /* X: new entities (domain.md 3.3) */
	bool health_data;    /* X: health data exposed */
	bool nis2;	     /* X: candidate for significance */
	bool blocked;	     /* the attack was stopped */
	struct str floor;    /* "", "patient-safety", "directory", "ransomware" */
	struct str advice_fr, advice_en;
	const struct yaml *tests; /* NULL: none */
};

/* Meta data common to the three kinds of document. */
struct sigma_meta {
	struct place at;
	struct str id;	 /* UUID as written, or empty */
	struct str name; /* for references, or empty */
	struct str title;
	struct str status;
	enum sigma_level level;
	struct str *tags;
	size_t n_tags;
	struct str *fields; /* what to show */
	size_t n_fields;
	struct sigma_vigie vigie;
};

struct sigma_rule {
	struct sigma_meta meta;
	struct logsource source;
	const struct sigma_detection *detection;
	bool muted; /* only parts of correlations with generate: false use it */
	uint32_t index;
};

enum correlation_kind {
	CORRELATION_EVENT_COUNT,
	CORRELATION_VALUE_COUNT,
	CORRELATION_VALUE_SUM,
	CORRELATION_VALUE_AVG,
	CORRELATION_VALUE_MEDIAN,
	CORRELATION_VALUE_PERCENTILE,
	CORRELATION_TEMPORAL,
	CORRELATION_TEMPORAL_ORDERED,
	/* Vigie's own: a value that the group has not had for a timespan. */
	CORRELATION_NEW_VALUE,
};

/* As a rule's `type` names it. */
struct str sigma_correlation_kind_name(enum correlation_kind kind);

/* A condition `gte: 5, lt: 100`; all given bounds have to hold. */
struct correlation_bounds {
	bool has_gt, has_gte, has_lt, has_lte, has_eq, has_neq;
	double gt, gte, lt, lte, eq, neq;
};

/* A string condition of temporal kinds, as a tree. */
struct correlation_expr {
	enum { EXPR_REF, EXPR_AND, EXPR_OR, EXPR_NOT } op;
	uint32_t ref; /* index into sigma_correlation.refs */
	const struct correlation_expr *a, *b;
};

/* What a correlation is about: a rule, or another correlation. */
struct correlation_ref {
	struct str text; /* as written: id or name */
	bool is_correlation;
	uint32_t index; /* into rules or correlations of the collection */
};

struct correlation_alias {
	struct str name;
	struct {
		uint32_t ref; /* index into refs */
		struct str field;
	} *fields;
	size_t n;
};

struct sigma_correlation {
	struct sigma_meta meta;
	enum correlation_kind kind;
	struct correlation_ref *refs;
	size_t n_refs;
	struct str *group_by;
	size_t n_group_by;
	int64_t timespan; /* us */
	struct correlation_bounds bounds;
	const struct correlation_expr *expr; /* NULL: none written */
	struct str *fields; /* condition's `field`, one or (distinct) several */
	size_t n_fields;
	double percentile; /* 0..100 */
	int64_t learn; /* us, NEW_VALUE: a group younger than this only learns */
	struct correlation_alias *aliases;
	size_t n_aliases;
	bool generate; /* the referenced rules of this file give alerts too */
	bool muted;    /* itself only a part of another one */
	uint32_t index;
};

enum sigma_document_kind {
	SIGMA_DOCUMENT_RULE,
	SIGMA_DOCUMENT_CORRELATION,
	SIGMA_DOCUMENT_FILTER,
	SIGMA_DOCUMENT_UNKNOWN, /* could not even be told */
};

enum sigma_document_state {
	SIGMA_DOCUMENT_LOADED,
	SIGMA_DOCUMENT_PLACEHOLDER, /* a %name% without a list */
	SIGMA_DOCUMENT_UNSUPPORTED, /* legal or once legal, not done here */
	SIGMA_DOCUMENT_BROKEN,
};

/* One document as it was found, usable or not: for a report of the load. */
struct sigma_document {
	enum sigma_document_kind kind;
	enum sigma_document_state state;
	struct place at;
	struct str id, title; /* title: or the name; may be empty */
	struct logsource source;
	uint32_t index; /* loaded: into rules or correlations */
	/* Why it is not loaded: one message of err, the decisive one. */
	struct place why_at;
	struct str code, why;
};

/* All documents of all files, references resolved, filters applied. */
struct sigma_collection {
	struct sigma_rule *rules;
	size_t n_rules;
	struct sigma_correlation *correlations;
	size_t n_correlations;
	/* Of the load: documents seen, filters among them, left out for a
	 * mistake, left out for a placeholder without list. */
	size_t n_documents, n_filters, n_refused, n_inactive;
	/* In the order of the files; those that are no YAML too, so there may
	 * be more of them than n_documents. */
	struct sigma_document *documents;
	size_t n_report;
};

/* SIGMA_DOCUMENT_UNSUPPORTED or _BROKEN: what an error's code (and whether
 * there was a better guess) makes of its document. */
enum sigma_document_state sigma_state_of_error(const struct err_item *item);


/* A list for %name% (placeholders). */
struct sigma_placeholder {
	struct str name;
	struct str *values;
	size_t n;
};

/*
 * Loads all documents of the files. What is broken is left out and said in
 * err (errors: broken documents; warnings: lint and inactive). Never NULL.
 */
struct sigma_collection *sigma_load(struct arena *arena,
    struct word_table *words, const struct text_file *files, size_t n,
    const struct sigma_placeholder *placeholders, size_t n_placeholders,
    struct err *err);

struct str sigma_level_name(enum sigma_level level);

#endif
