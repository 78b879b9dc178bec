/*
 * The inside of a normaliser and what the steps of one line share. Private to
 * this room.
 */
#ifndef VIGIE_NORMALISE_WORK_H
#define VIGIE_NORMALISE_WORK_H

#include "engine/normalise/pack.h"
#include "engine/normalise/privacy.h"

#define DECODE_MAX_FIELDS 512
#define DECODE_MAX_DEPTH  32
#define DECODE_MAX_VALUE  ((size_t)16 * 1024)

/*
 * What a key of a pack's source becomes, remembered: no name is built and
 * nothing is looked up twice. Bounded: when it is full, all are forgotten, so
 * that keys that a sender makes up do not stand in the way of others' for
 * ever.
 */
struct key_entry {
	uint64_t hash; /* 0: free */
	struct str key;
	const struct pack *pack;
	const struct target *target; /* mapped by the pack */
	field_id field;		     /* has a slot */
	struct str name;	     /* else: kept by name */
	uint64_t line;		     /* the last that had it */
	struct key_entry *follow;    /* the key that came after it last time */
	bool is_word; /* format_kv: its bytes are a key where blanks part */
	bool flat; /* on that line it stood at the top level */
};

#define KEY_CACHE     16384 /* a power of two */
#define KEY_CACHE_MAX (KEY_CACHE * 3 / 4)
/* Keys that a line may bring: what it has twice has to be found again, so the
 * line that would fill it begins with an empty one. */
#define KEY_CACHE_LINE ((size_t)8 * DECODE_MAX_FIELDS)

struct json_reader;

/* Which of a pack's matchers can match, as far as the message's texts say
 * (run.c). */
struct run_texts {
	uint64_t *open; /* a bit for each; room for the longest pack */
	bool looked, there;
	struct str message; /* that was looked through */
	size_t tried; /* matchers with a text */
};

/* The pattern that took what no other one of the pack knew, and the event's
 * values: the pack's from `own` on, but what that pattern captured. */
struct run_rest {
	const struct matcher *matcher; /* NULL: none did */
	uint16_t own, from, to;
};

struct normaliser {
	const struct packs *packs;
	const struct field_table *fields;
	const struct word_table *words;
	struct pattern_scratch *scratch;
	struct json_reader *json;
	struct time_cache times;
	struct privacy *privacy;
	struct audit_join *audit; /* of normalise_next() */
	struct arena *arena; /* keys of the cache */
	struct arena *old_arena; /* of those forgotten: events may have them */
	uint8_t *how;	     /* enum value_how by field */
	uint64_t *gates;     /* room for a search (pack.h) */
	struct run_texts texts;
	struct run_rest rest;
	uint64_t *slot_line; /* by field: the last line whose loose keys
			      * set it */
	struct buf text;     /* structured data as JSON, while it is made */
	struct key_entry *keys;
	size_t n_keys;
	uint64_t line; /* counts */
	const struct origin *origin; /* of this line */
	trace_fn *trace; /* nearly always NULL */
	void *trace_arg;
	bool bad_time;
	bool limit; /* a pattern hit PCRE2's limits */
	bool whole; /* a pack reads the message as it came (envelope.c) */
	struct ip peer; /* of peer_text */
	int64_t date_second; /* of date_text */
	char date_text[STAMP_TEXT];
	size_t peer_n;
	char peer_text[IP_TEXT];
};

static inline void
trace(const struct normaliser *n, enum trace_step step, struct str name,
    const struct event *ev)
{
	if (n->trace != NULL)
		n->trace(n->trace_arg, step, name, ev);
}

/* One payload on its way into the event. */
struct decoder {
	struct normaliser *n;
	struct event *ev;
	const struct pack *pack; /* NULL: keys are field names */
	struct str prefix;
	size_t count;
	struct key_entry *last; /* of the key before, NULL: not known */
	bool limit;	  /* something was left out */
	bool keep_empty;  /* empty values and nulls are kept */
	bool no_override; /* nested: what stands at the top level wins */
	bool is_event;	  /* a Windows event in JSON (json_payload.c) */
	struct line_bytes *line; /* of an envelope, as numbers (there, too) */
};

/* decode.c: one key and value. False: no more are taken. */
bool decode_put(struct decoder *d, struct str key, struct str value,
    enum value_kind kind);
/* As decode_put() of a text whose key is that of `e`, which came next. */
bool decode_put_known(struct decoder *d, struct key_entry *e,
    struct str value);
/* Does the pack, or ECS, have a field for this key? */
bool decode_knows(const struct decoder *d, struct str key);
/* Is it a payload of the pack's format? Fills the event. */
bool decode_run(struct normaliser *n, struct event *ev,
    const struct pack *pack, const struct header *h);

/* The formats: false when s is not of the format. Text is borrowed from s or
 * made in the event's scratch. */
bool format_kv(struct decoder *d, struct str s, const struct decode *options);
bool format_cef(struct decoder *d, struct str s);
bool format_leef(struct decoder *d, struct str s);
bool format_csv(struct decoder *d, struct str s, const struct decode *options);
bool format_xml(struct decoder *d, struct str s);
bool format_windows_xml(struct decoder *d, struct str s);
bool format_json(struct decoder *d, struct str s);
bool format_sd(struct decoder *d, const struct header *h);
bool format_auditd(struct decoder *d, struct str s);
bool format_labels(struct decoder *d, struct str s);

/* What is done to a text before it becomes a field's value. */
enum value_how {
	HOW_AS_IS,
	HOW_LOWER, /* ECS wants it in lower case */
	HOW_NUMBER,
	HOW_BOOL,
	HOW_IP,
	HOW_ADDRESS,
	HOW_USER,
	HOW_MAC,
	HOW_DURATION,
	HOW_DATE,
	HOW_MESSAGE,
};

enum value_how value_how_of(const struct field_table *fields, field_id field);
void value_put_typed(struct normaliser *n, struct event *ev, field_id field,
    struct str text);

/* value.c: sets a field as its type wants it. A text that is none of the type
 * (an address that is a name) goes to .address or nowhere. */
static inline void
value_put(struct normaliser *n, struct event *ev, field_id field,
    struct str text)
{
	if (n->how[field] == HOW_AS_IS)
		event_put(ev, field, text, VALUE_TEXT);
	else
		value_put_typed(n, ev, field, text);
}

void value_append(struct normaliser *n, struct event *ev, field_id field,
    struct str text);
/* With only_unset, fields that have a value keep it. */
void settings_run(struct normaliser *n, struct event *ev,
    const struct settings *set, bool only_unset);
void setting_run(struct normaliser *n, struct event *ev,
    const struct setting *s);
void reason_add(struct event *ev, struct str reason);

/* implied.c: what other fields imply, where it is not set. */
void implied_fields(struct event *ev);

/* run.c: one pack; false when its patterns do not know the line. */
enum run_result { RUN_MISS, RUN_PARSED, RUN_UNPARSED };
enum run_result pack_run(struct normaliser *n, struct event *ev,
    const struct pack *pack, const struct header *h);
/* What is done with the pack that the event belongs to, at the end. */
void pack_finish(struct normaliser *n, struct event *ev,
    const struct pack *pack);

/* normalise.c: event time from a stamp, flags and counters. */
void event_time(struct normaliser *n, struct event *ev,
    const struct time_text *t);

#endif
