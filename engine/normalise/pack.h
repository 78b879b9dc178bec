/*
 * A parser pack once loaded: plain data, read-only, in the generation's
 * arena. The format is described in docs/parsers.md. Private to this room.
 */
#ifndef VIGIE_NORMALISE_PACK_H
#define VIGIE_NORMALISE_PACK_H

#include "engine/base/literals.h"
#include "engine/base/map.h"
#include "engine/header/header.h"
#include "engine/normalise/lookup.h"
#include "engine/normalise/normalise.h"
#include "engine/normalise/pattern.h"

/* A text with %{field} in it, in pieces; one piece of text: a constant. */
struct piece {
	struct str text;
	field_id field; /* FIELD_NONE: text */
};

struct template {
	struct piece *pieces;
	size_t n;
};

/* field: [values]. A value that is "%{field}" alone copies all of them. */
struct setting {
	field_id field;
	struct template *values;
	size_t n;
	/* Where all values are constants: as they go into the event. */
	struct str *texts;
	size_t n_texts; /* 0: not so */
	enum value_kind kind;
};

struct settings {
	struct setting *items;
	size_t n;
};

/* field is one of the values (case folded), or absent where that will do. */
struct condition {
	field_id field;
	bool absent;
	struct str *values;
	size_t n;
};

struct matcher {
	struct str name;
	field_id on;
	struct condition *when;
	size_t n_when;
	bool has_regex;
	struct pattern regex;
	struct settings set;
	struct logsource source;
	bool go_on;
	bool rest; /* the generic packs read the line, too */
	bool prepares; /* of another pack (`like`), with go_on: no match */
	bool by_text;  /* misses where its bit of the pack's texts is not set */
	uint32_t place; /* that bit: its place in the pack */
	size_t subject; /* bytes of the text that are looked at */
};

struct row {
	struct settings set;
	struct logsource source;
};

struct table {
	field_id on;
	struct map rows; /* value -> struct row */
	struct lookup by_value;
};

struct derive {
	field_id from;
	field_id to;
	struct map map; /* lower-case value -> struct template_list */
	struct lookup by_value;
	struct setting *fallback; /* default, or NULL */
	bool lower;		  /* the value itself, in lower case */
	struct str split; /* what parts the value into a list; empty: no */
};

/* What a source's key becomes. */
struct target {
	field_id *fields;
	size_t n; /* 0: dropped */
};

enum decode_format {
	DECODE_NONE,
	DECODE_JSON,
	DECODE_KV,
	DECODE_CEF,
	DECODE_LEEF,
	DECODE_CSV,
	DECODE_XML,
	DECODE_WINDOWS,
	DECODE_DICOM,
	DECODE_FHIR,
	DECODE_EPIC,
	DECODE_SD,
	DECODE_AUDITD,
	DECODE_LABELS,
};

struct columns {
	struct str *names; /* empty: skipped */
	size_t n;
};

struct decode {
	enum decode_format format;
	struct str prefix;
	struct str starts;  /* skip up to and with this text first */
	field_id on;	    /* the text; FIELD_MESSAGE by default */
	field_id inner;	    /* of the decoded: JSON in JSON's text, or NONE */
	char separator;	    /* 0: find out */
	char assign;	    /* kv: '=' */
	bool spaces;	    /* kv: values without quotes may have blanks */
	bool loose;	    /* keys: case and "_", "-", "." do not matter */
	bool halved;	    /* two backslashes in a value are one */
	size_t by;	    /* csv: 1-based column that chooses; 0: none */
	struct map columns; /* csv: value of that column -> struct columns */
	struct columns *fallback;
	struct lookup labels; /* labels: of the pack's fields (format_labels.c) */
};

struct pack;

/* One way to be selected. All that is given has to hold. */
/* Which of its texts one pass over the message searches, for all gates. */
enum gate_text {
	GATE_TEXT_NONE,
	GATE_TEXT_START,
	GATE_TEXT_CONTAINS,
	GATE_TEXT_ALL, /* the one at `sought` */
};

struct gate {
	struct pack *pack;
	struct str *programs; /* lower case; a last '*' is a prefix */
	size_t n_programs;
	struct str *msgids;
	size_t n_msgids;
	struct str *facilities; /* Cisco's */
	size_t n_facilities;
	uint32_t styles; /* bits by body_style, and those below; 0: any */
	struct str *starts;
	size_t n_starts;
	struct str *contains; /* any */
	size_t n_contains;
	struct str *all_contains;
	size_t n_all;
	enum gate_text sought_in;
	size_t sought;
	struct logsource source;
	bool last; /* a last resort: tried when all others did not know */
	int rank; /* the more is asked, the sooner it is tried */
	uint32_t order; /* among all gates, by rank */
};

#define STYLE_CISCO   (1u << 16)
#define STYLE_RFC5424 (1u << 17)
#define STYLE_RFC3164 (1u << 18)
#define STYLE_BARE    (1u << 19)
/* Kinds of STYLE_CISCO. */
#define STYLE_IOS     (1u << 20) /* no tag, and neither of the others */
#define STYLE_IOS_XR  (1u << 21)
#define STYLE_NXOS    (1u << 22)
#define STYLE_TAGGED  (1u << 23) /* a tag before the mnemonic */
#define STYLES_CISCO                                                   \
	(STYLE_CISCO | STYLE_IOS | STYLE_IOS_XR | STYLE_NXOS | STYLE_TAGGED)

struct pack_test {
	struct place at;
	struct str *lines;
	size_t n_lines;
	bool has_received;
	int64_t received;
	struct str timezone;
	const struct yaml *expect; /* map or NULL */
	const struct yaml *absent; /* list or NULL */
};

struct matcher_list {
	const struct matcher **items;
	size_t n;
	/* By the first byte of the message: those that can match; NULL where
	 * that would not help. */
	const struct matcher_list **by_start;
	uint64_t *mask; /* by place; NULL: the pack has no texts */
};

/* Matchers in a row, many of whose `when:` ask for one field: by its value
 * those that can still match. */
struct stage {
	field_id field; /* FIELD_NONE: all are tried */
	struct lookup by_value; /* -> struct matcher_list */
	const struct matcher_list *by_default; /* none, or another value */
	const struct matcher_list *all;
};

struct pack {
	struct str name;
	struct place at;
	struct str file;
	uint32_t index;
	struct logsource source;
	struct settings set; /* with observer.* */
	struct decode decode;
	struct map fields; /* source's key -> struct target */
	/* Of a loose decode, by the folded key: of the whole path, and of its
	 * end ("*.key"). */
	struct map loose, inner;
	struct matcher *matchers;
	size_t n_matchers;
	struct stage *stages; /* of the matchers, in their order */
	size_t n_stages;
	/* What the matchers look for in the message, tagged with their place;
	 * NULL: too few to be worth one pass over it. */
	struct literals *texts;
	uint64_t *textless; /* by place: those without, with them */
	struct derive *values;
	size_t n_values;
	struct table *tables;
	size_t n_tables;
	bool decoded_is_parsed;
	bool generic; /* comes last, and its lines stay unparsed */
	field_id envelope; /* that has another product's line; or NONE */
	struct gate *gates;
	size_t n_gates;
	struct pack_test *tests;
	size_t n_tests;
};

/* Does it decode medical audit messages, and redact them? */
static inline bool
pack_reads_audit(const struct pack *pack)
{
	return pack->decode.format == DECODE_DICOM ||
	    pack->decode.format == DECODE_FHIR ||
	    pack->decode.format == DECODE_EPIC;
}

struct gate_list {
	struct gate **items;
	size_t n;
	size_t cap;
	/* Of a long list, the bits of its gates' orders; else NULL. */
	const uint64_t *mask;
};

/* Gates by what a program begins with, in their order. */
struct prefixed {
	struct str prefix;
	struct gate *gate;
};

struct prefix_list {
	struct prefixed *items;
	size_t n;
	size_t cap;
};

/*
 * The index that chooses packs (select.c). Many packs are told by text alone,
 * so one pass over the message finds the gates that can hold (select_build.c
 * chooses the texts), whatever their number.
 */
struct selector {
	struct lookup by_program; /* -> struct gate_list */
	struct prefix_list by_prefix[256]; /* by the first byte */
	struct lookup by_msgid;
	struct gate_list by_style[BODY_STYLES];
	struct lookup by_facility; /* Cisco's */
	struct gate_list by_cisco; /* whatever the facility */
	struct gate_list others;
	struct gate_list dicom, fhir; /* of those that read audit messages */
	struct gate_list last;
	struct gate_list generic; /* behind all others */
	struct gate **gates; /* all, by order */
	size_t n_gates;
	size_t words; /* of a set of gates: a bit each, by order */
	/* Tagged by order; NULL: none. Those of a style's list are searched by
	 * themselves: they are few, and most lines of a style have one. */
	struct literals *texts;
	struct literals *style_texts[BODY_STYLES];
	struct literals *generic_texts;
	uint64_t *textless; /* gates that are not looked for by text */
};

struct packs {
	struct arena *arena;
	struct pack **items;
	size_t n;
	size_t cap;
	struct selector selector;
	zone_find_fn *find_zone; /* for tests; may be NULL */
	void *find_zone_arg;
	/* Fields of the header that have no fixed slot. */
	field_id cisco_facility, cisco_severity, cisco_mnemonic, cisco_node;
	field_id structured_data, repeated, envelope;
	field_id audit_call, audit_call_key; /* of audit_join */
};

/* What packs_load works with. */
struct loader {
	struct packs *packs;
	struct arena *arena;
	struct field_table *fields;
	struct word_table *words;
	struct err *err;
	struct map docs; /* name of a pack -> its YAML, for `like` */
};

/* pack_load.c */
void pack_load(struct loader *l, const struct yaml *doc);
/* pack_read.c: pieces of a pack; false when there was a mistake. */
bool read_field(struct loader *l, const struct yaml *node, field_id *out);
bool read_settings(struct loader *l, const struct yaml *node,
    struct settings *out);
bool read_conditions(struct loader *l, const struct yaml *node,
    struct condition **out, size_t *n);
bool read_logsource(struct loader *l, const struct yaml *node,
    struct logsource *out);
/* The three add to what is there. */
bool read_targets(struct loader *l, const struct yaml *node, struct map *out);
bool read_gates(struct loader *l, const struct yaml *node, struct pack *pack);
bool read_decode(struct loader *l, const struct yaml *node,
    struct pack *pack);
bool read_values(struct loader *l, const struct yaml *node,
    struct pack *pack);
bool read_tables(struct loader *l, const struct yaml *node,
    struct pack *pack);
/* pack_words.c: a warning for a constant that ECS does not have there. */
void check_words(struct loader *l, field_id field, const struct yaml *node);
/* pack_lint.c: warnings about fields that are asked for and never set. */
void pack_lint(struct loader *l, const struct pack *pack,
    const struct yaml *doc);
/* A pattern that one above never leaves a line to; a pack in a file of another
 * name. */
void check_pattern_again(struct loader *l, const struct yaml *list, size_t at,
    const struct pack *pack);
void check_file_name(struct loader *l, const struct yaml *node,
    struct str name);
/* A key without case and punctuation, in `out`: of at most n bytes. */
#define LOOSE_MAX 256
struct str loose_key(struct str key, char out[LOOSE_MAX]);
/* format_labels.c: the labels in a pack's fields, for `decode: labels`. */
void labels_build(struct arena *arena, const struct map *fields,
    struct lookup *out);
/* value.c: sets texts and kind of a setting whose values are constants. */
void setting_prepare(struct arena *arena, const struct field_table *fields,
    struct setting *s);
struct str lower_copy(struct arena *arena, struct str s);
/* pack_test.c */
bool read_tests(struct loader *l, const struct yaml *node,
    struct pack *pack);
/* pack_dispatch.c */
void pack_build_dispatch(struct arena *arena, struct pack *pack);
/* taxonomy.c */
void taxonomy_load(struct loader *l, const struct yaml *doc);

/* select_build.c */
void selector_build(struct packs *packs);

#define SELECT_MAX  4 /* packs that are asked, and as many last resorts */
#define PROGRAM_MAX 96

enum search_stage {
	SEARCH_START,
	SEARCH_NAMED, /* by a payload that says itself whose it is */
	SEARCH_PROGRAM,
	SEARCH_PREFIX,
	SEARCH_CUT,
	SEARCH_FILE,
	SEARCH_FILE_PREFIX,
	SEARCH_MSGID,
	SEARCH_CISCO,
	SEARCH_STYLE,
	SEARCH_OTHERS,
	SEARCH_LAST,
	SEARCH_END,
	SEARCH_GENERIC
};

/* The next bit from `at` on that both sets have, of n words; SIZE_MAX: none. */
static inline size_t
next_of_both(const uint64_t *a, const uint64_t *b, size_t n, size_t at)
{
	size_t i = at / 64;
	uint64_t bits;

	if (i >= n)
		return SIZE_MAX;
	bits = (a[i] & b[i]) >> at % 64 << at % 64;
	while (bits == 0) {
		if (++i == n)
			return SIZE_MAX;
		bits = a[i] & b[i];
	}
	return i * 64 + (size_t)__builtin_ctzll(bits);
}

/* A walk over the packs whose gate lets a line through, the most specific
 * first. Nothing is looked for before it is asked for. */
struct search {
	const struct selector *selector;
	const struct header *h;
	struct str program; /* lower case */
	struct str msgid;
	struct logsource source;
	uint32_t styles;
	bool audit; /* the line may have a message of DICOM or FHIR */
	int stage;
	const struct gate_list *list;
	size_t at; /* in list->items, or a bit of list->mask */
	uint64_t *open; /* gates whose text stands in the message */
	bool filled;	   /* `open` is, but for: */
	bool looked;	   /* what has the texts of all others */
	bool style_looked; /* what has those of the line's style */
	bool generic_looked;
	const struct pack *seen[2 * SELECT_MAX];
	size_t n_seen;
	size_t most; /* packs that may be seen */
	char text[PROGRAM_MAX];
};

/* `audit`: see the struct. `room`: selector->words words, the caller's. */
void search_start(struct search *q, const struct selector *s,
    const struct header *h, struct logsource source, bool audit,
    uint64_t *room);
/* NULL: no more. */
const struct pack *search_next(struct search *q);
/* Another search has had the room meanwhile. */
void search_again(struct search *q);
/* From now on search_next() goes through the generic packs. */
void search_generic(struct search *q);

#endif
