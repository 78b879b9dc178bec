/*
 * YAML text to a tree whose nodes know their place. libyaml's event API with
 * limits of our own (DESIGN section 9): no anchors, aliases, tags, merge keys
 * or duplicate keys; depth 32, 4 MiB, 200,000 nodes. Scalars keep the text as
 * written (`00000429` stays text): what type they have is the reader's
 * question. Everything lives in the arena.
 */
#ifndef VIGIE_BASE_YAML_H
#define VIGIE_BASE_YAML_H

#include "engine/base/arena.h"
#include "engine/base/err.h"

#define YAML_MAX_BYTES ((size_t)4 * 1024 * 1024)
#define YAML_MAX_DEPTH 32
#define YAML_MAX_NODES 200000

enum yaml_kind { YAML_SCALAR, YAML_LIST, YAML_MAP };

struct yaml_pair;

struct yaml {
	enum yaml_kind kind;
	bool plain; /* a scalar without quotes: `null`, `5` and `true` mean it */
	struct place at;
	struct str text;	 /* YAML_SCALAR; followed by a NUL */
	struct yaml **items;	 /* YAML_LIST */
	struct yaml_pair *pairs; /* YAML_MAP, in the order of the file */
	size_t n;		 /* of items or pairs */
};

struct yaml_pair {
	struct yaml *key; /* always a scalar */
	struct yaml *value;
};

/*
 * All documents of `text` to an array in the arena. False when anything is
 * wrong; the mistakes are in err, and the documents before the first broken
 * one are still given. An empty document is left out.
 */
bool yaml_parse(struct arena *arena, struct str file, struct str text,
    struct yaml ***docs, size_t *n, struct err *err);

/* The value under `key`, or NULL (also when map is NULL or no map). */
struct yaml *yaml_get(const struct yaml *map, const char *key);

/* A plain `null`, `~` or nothing. */
bool yaml_is_null(const struct yaml *node);

/*
 * Readers with messages. They return false and add to err when the node has
 * another form; *out keeps its value then. `what` names the setting. A NULL
 * node is "not given": true, *out untouched.
 */
bool yaml_read_str(const struct yaml *node, const char *what, struct str *out,
    struct err *err);
bool yaml_read_u64(const struct yaml *node, const char *what, uint64_t min,
    uint64_t max, uint64_t *out, struct err *err);
bool yaml_read_bool(const struct yaml *node, const char *what, bool *out,
    struct err *err);
/* "10s", "5m", "1h30m", "7d", "500ms" to microseconds. */
bool yaml_read_span(const struct yaml *node, const char *what, int64_t *out,
    struct err *err);
/* "64KiB", "2MiB", "1GiB", "512" to bytes. */
bool yaml_read_size(const struct yaml *node, const char *what, uint64_t *out,
    struct err *err);
/* A list of scalars, or one scalar as a list of one. */
bool yaml_read_list(const struct yaml *node, const char *what,
    struct arena *arena, struct str **out, size_t *n, struct err *err);

/* Says of every key of `map` that is not among `names` that it is unknown,
 * with a hint; true when all are known. */
bool yaml_check_keys(const struct yaml *map, const struct str *names, size_t n,
    struct err *err);

/* "10s" and the like; false when s is none. Spans are microseconds. */
bool span_parse(struct str s, int64_t *out);

#endif
