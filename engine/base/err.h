/*
 * Mistakes in people's files: where (file, line, column), what was found,
 * what was expected, a hint. A loader adds all it finds to one list and goes
 * on, so that the author sees them at once. Texts are copied into the list's
 * arena.
 */
#ifndef VIGIE_BASE_ERR_H
#define VIGIE_BASE_ERR_H

#include "engine/base/arena.h"
#include "engine/base/buf.h"
#include "engine/base/str.h"

enum err_level { ERR_ERROR, ERR_WARNING };

struct err_item {
	enum err_level level;
	struct str file;
	uint32_t line;	 /* 1-based; 0: the file as a whole */
	uint32_t column; /* 1-based, in characters; 0 with line 0 */
	struct str code; /* stable name of the check, "unknown_key" */
	struct str text;
	struct str hint; /* empty: none */
};

struct err {
	struct arena *arena;
	struct err_item *items;
	size_t n;
	size_t cap;
	size_t errors; /* of the items, those with ERR_ERROR */
};

/* A place in a file. The YAML tree's nodes carry one. */
struct place {
	struct str file;
	uint32_t line;
	uint32_t column;
};

/* A person's file in memory: its name (for messages) and its bytes. */
struct text_file {
	struct str file;
	struct str text;
};

/* `arena` is borrowed and keeps the texts. */
void err_init(struct err *err, struct arena *arena);

/* Adds a mistake; always returns false, for `return err_add(...)`. */
bool err_add(struct err *err, struct place at, const char *code,
    const char *format, ...) __attribute__((format(printf, 4, 5)));
bool err_warn(struct err *err, struct place at, const char *code,
    const char *format, ...) __attribute__((format(printf, 4, 5)));
/* Gives the item added last a hint. */
void err_hint(struct err *err, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * A hint "did you mean 'x'?" for the name in `names` nearest to `found`; no
 * hint when none is near.
 */
void err_did_you_mean(struct err *err, struct str found,
    const struct str *names, size_t n);

/* Items in the order of file, line, column. */
void err_sort(struct err *err);
/* "file:line:column: error[code]: text (hint)" and LF, one a line; with
 * colours when `colour`. */
void err_print(const struct err *err, struct buf *out, bool colour);

#endif
